/**
 * The database that is measured, in a form that fits into an argument of a process.
 */
import { sqlite, SqliteClient, SqliteStorage } from "@stoa/adapter-sqlite"
import type { Storage } from "@stoa/core"
import type { MigrationSet } from "@stoa/sql/Migration"
import * as StatementProbe from "@stoa/sql/testing/StatementProbe"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as SqlClient from "effect/sql/SqlClient"

export interface Target {
  readonly backend: "sqlite"
  readonly filename: string
  readonly synchronous: "FULL" | "NORMAL"
}

/** The storage of an engine on it. */
export const storage = ({ filename, synchronous }: Target): Storage.Storage<SqlClient.SqlClient, MigrationSet> =>
  sqlite({ filename, synchronous })

type Probe = StatementProbe.StatementProbe["Service"]

/** The same, counting the statements that are sent; `counted` is told where they can be read. */
export const counting = (
  { filename, synchronous }: Target,
  counted: (probe: Probe) => void
): Storage.Storage<SqlClient.SqlClient, MigrationSet> => ({
  layer: ({ migrations }) => {
    const probe = Layer.provide(StatementProbe.layer, SqliteClient.layer({ filename, synchronous }))
    const told = Layer.effectDiscard(Effect.map(StatementProbe.StatementProbe, counted))
    return Layer.merge(SqliteStorage.fromClient(probe, migrations), Layer.provide(told, probe))
  }
})
