/**
 * The database that is measured, in a form that fits into an argument of a process.
 */
import { postgres, PostgresClient, PostgresStorage } from "@stoa/adapter-postgres"
import { sqlite, SqliteClient, SqliteStorage } from "@stoa/adapter-sqlite"
import type { Storage } from "@stoa/core"
import type { MigrationSet } from "@stoa/sql/Migration"
import * as StatementProbe from "@stoa/sql/testing/StatementProbe"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as SqlClient from "effect/sql/SqlClient"

export type Target = SqliteTarget | PostgresTarget

export interface SqliteTarget {
  readonly backend: "sqlite"
  readonly filename: string
  readonly synchronous: "FULL" | "NORMAL"
}

export interface PostgresTarget {
  readonly backend: "postgres"
  readonly url: string
}

type SqlStorage = Storage.Storage<SqlClient.SqlClient, MigrationSet>

/** The storage of an engine on it. */
export const storage = (target: Target): SqlStorage => target.backend === "sqlite" ? sqlite(target) : postgres(target)

type Probe = StatementProbe.StatementProbe["Service"]

/** The same, counting the statements that are sent; `counted` is told where they can be read. */
export const counting = (target: Target, counted: (probe: Probe) => void): SqlStorage => {
  const probed = <E>(client: Layer.Layer<SqlClient.SqlClient, E>) => Layer.provide(StatementProbe.layer, client)
  const told = Layer.effectDiscard(Effect.map(StatementProbe.StatementProbe, counted))
  return {
    layer: ({ migrations }) => {
      if (target.backend === "sqlite") {
        const probe = probed(SqliteClient.layer(target))
        return Layer.merge(SqliteStorage.fromClient(probe, migrations), Layer.provide(told, probe))
      }
      const probe = probed(PostgresClient.layer(target))
      return Layer.merge(PostgresStorage.fromClient(probe, migrations), Layer.provide(told, probe))
    }
  }
}
