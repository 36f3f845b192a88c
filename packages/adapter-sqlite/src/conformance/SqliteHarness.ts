/**
 * SQLite under the suites that every storage adapter passes: in memory, and in a file of its own for each test.
 */
import type { CrashHarness, SurvivingStorage } from "@stoa/core/testing/CrashHarness"
import type { SimulationHarness } from "@stoa/core/testing/simulation/Simulation"
import type { FaultHarness } from "@stoa/core/testing/StorageFaultSuite"
import type { StorageHarness } from "@stoa/core/testing/StorageHarness"
import { type CountingHarness, Statements } from "@stoa/core/testing/Statements"
import * as QueueTime from "@stoa/sql/testing/QueueTime"
import * as StatementProbe from "@stoa/sql/testing/StatementProbe"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as MigratedMemory from "../MigratedMemory.ts"
import * as SqliteClient from "../SqliteClient.ts"
import { fromClient } from "../SqliteStorage.ts"

/** A migrated database in memory. */
export const memory = () => MigratedMemory.layer({ filename: ":memory:" })

export const inMemory: StorageHarness = {
  name: "SQLite in memory",
  storage: () => fromClient(memory())
}

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "stoa-sqlite-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** A database in a file, for which nobody waits until it is on the disk: no test cuts the power. */
const client = (path: string) =>
  Layer.tap(SqliteClient.layer({ filename: join(path, "shop.db"), synchronous: "NORMAL" }), (context) =>
    Context.get(context, SqlClient.SqlClient).unsafe("PRAGMA synchronous = OFF"))

/** What a migrated database looks like in a file that was opened before: to open it for the first time writes to it. */
let opened: Uint8Array | undefined

const openedImage = Effect.scoped(Effect.gen(function*() {
  if (opened !== undefined) return opened
  const image = yield* MigratedMemory.image()
  const path = yield* folder
  writeFileSync(join(path, "shop.db"), image)
  yield* Effect.scoped(Layer.build(client(path)))
  return opened = readFileSync(join(path, "shop.db"))
})).pipe(Effect.orDie)

/** A folder with a migrated database. */
const migratedFolder = Effect.tap(folder, (path) =>
  Effect.map(openedImage, (image) => writeFileSync(join(path, "shop.db"), image)))

export const inFile: StorageHarness = {
  name: "SQLite in a file",
  storage: () => Layer.unwrap(Effect.map(migratedFolder, (path) => fromClient(client(path))))
}

/** The ports on a client whose statements are counted, and can be the last ones of the process. */
export const probed = <E>(client: Layer.Layer<SqlClient.SqlClient, E>) => {
  const probe = Layer.provide(StatementProbe.layer, client)
  const statements = Layer.provide(Layer.effect(Statements, StatementProbe.StatementProbe), probe)
  return Layer.mergeAll(fromClient(probe), statements)
}

export const counting: CountingHarness = {
  name: "SQLite in memory",
  storage: () => probed(memory())
}

const inFolder = (path: string): SurvivingStorage => {
  const opening = Layer.tap(client(path), (context) => Effect.provide(QueueTime.letPass, context))
  return {
    open: () => probed(opening),
    copy: Effect.map(folder, (other) => {
      cpSync(path, other, { recursive: true })
      return inFolder(other)
    })
  }
}

export const surviving: CrashHarness = {
  name: "SQLite in a file",
  create: Effect.map(migratedFolder, inFolder)
}

export const failing: FaultHarness = { ...counting, isPolling: StatementProbe.looksForJobs }

export const simulated: SimulationHarness = { ...surviving, isPolling: StatementProbe.looksForJobs }
