/**
 * PostgreSQL under the suites that every storage adapter passes, in a database of its own for each test.
 */
import type { StorageHarness } from "@stoa/core/testing/StorageHarness"
import { type CountingHarness, Statements } from "@stoa/core/testing/Statements"
import * as StatementProbe from "@stoa/sql/testing/StatementProbe"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as SqlClient from "effect/sql/SqlClient"
import * as PostgresClient from "../PostgresClient.ts"
import { fromClient } from "../PostgresStorage.ts"
import * as TestDatabase from "../testing/TestDatabase.ts"

/** A client on a database of its own, whose tables a test may change. */
export const client = () => Layer.unwrap(Effect.map(TestDatabase.migrated, (url) => PostgresClient.layer({ url })))

const reusing = () => Layer.unwrap(Effect.map(TestDatabase.reused, (url) => PostgresClient.layer({ url })))

export const postgres: StorageHarness = { name: "PostgreSQL", storage: () => fromClient(reusing()) }

/** The ports on a client whose statements are counted, and can be the last ones of the process. */
const probed = <E>(client: Layer.Layer<SqlClient.SqlClient, E>) => {
  const probe = Layer.provide(StatementProbe.layer, client)
  const statements = Layer.provide(Layer.effect(Statements, StatementProbe.StatementProbe), probe)
  return Layer.mergeAll(fromClient(probe), statements)
}

export const counting: CountingHarness = {
  name: "PostgreSQL",
  storage: () => probed(reusing())
}
