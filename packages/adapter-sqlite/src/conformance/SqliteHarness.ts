/**
 * SQLite under the suites that every storage adapter passes: in memory, and in a file of its own for each test.
 */
import type { StorageHarness } from "@stoa/core/testing/StorageHarness"
import { type CountingHarness, Statements } from "@stoa/core/testing/Statements"
import * as StatementProbe from "@stoa/sql/testing/StatementProbe"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as SqlClient from "effect/sql/SqlClient"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as SqliteClient from "../SqliteClient.ts"
import { fromClient } from "../SqliteStorage.ts"

export const inMemory: StorageHarness = {
  name: "SQLite in memory",
  storage: () => fromClient(SqliteClient.layer({ filename: ":memory:" }))
}

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "stoa-sqlite-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

export const inFile: StorageHarness = {
  name: "SQLite in a file",
  storage: () =>
    Layer.unwrap(Effect.map(folder, (path) =>
      fromClient(SqliteClient.layer({ filename: join(path, "shop.db"), synchronous: "NORMAL" }))))
}

/** The ports on a client whose statements are counted, and can be the last ones of the process. */
export const probed = <E>(client: Layer.Layer<SqlClient.SqlClient, E>) => {
  const probe = Layer.provide(StatementProbe.layer, client)
  const statements = Layer.provide(Layer.effect(Statements, StatementProbe.StatementProbe), probe)
  return Layer.mergeAll(fromClient(probe), statements)
}

export const counting: CountingHarness = {
  name: "SQLite in memory",
  storage: () => probed(SqliteClient.layer({ filename: ":memory:" }))
}
