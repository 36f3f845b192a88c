/**
 * PostgreSQL under the suites that every storage adapter passes, in a database of its own for each test.
 */
import type { CrashHarness, SurvivingStorage } from "@stoa/core/testing/CrashHarness"
import type { SimulationHarness } from "@stoa/core/testing/simulation/Simulation"
import type { FaultHarness } from "@stoa/core/testing/StorageFaultSuite"
import type { StorageHarness } from "@stoa/core/testing/StorageHarness"
import { type CountingHarness, Statements } from "@stoa/core/testing/Statements"
import * as QueueTime from "@stoa/sql/testing/QueueTime"
import * as StatementProbe from "@stoa/sql/testing/StatementProbe"
import type * as PgClient from "@effect/sql-pg/PgClient"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import type * as SqlClient from "effect/sql/SqlClient"
import * as PostgresClient from "../PostgresClient.ts"
import { fromClient } from "../PostgresStorage.ts"
import * as TestDatabase from "../testing/TestDatabase.ts"

/** A client on a database of its own, whose tables a test may change. */
export const client = () => Layer.unwrap(Effect.map(TestDatabase.migrated, (url) => PostgresClient.layer({ url })))

/** The ports on it. */
export const storage = () => fromClient(client())

/**
 * Clients of databases that are used again, which stay open between tests: a connection that is new has to learn of every table and
 * prepare every statement first, which takes longer than most tests.
 */
const kept = new Map<string, Promise<Context.Context<PgClient.PgClient | SqlClient.SqlClient>>>()

/** What a statement was planned for says nothing of the rows of the next test, so it is planned anew each time. */
const replanning = (url: string): string => {
  const other = new URL(url)
  other.searchParams.set("options", "-c plan_cache_mode=force_custom_plan")
  return other.href
}

const keep = (url: string) => {
  const known = kept.get(url)
  if (known !== undefined) return known
  // on the clock of this machine, whatever one the first test has
  const opened = Effect.runPromise(Layer.buildWithScope(PostgresClient.layer({ url: replanning(url) }), Scope.makeUnsafe()))
  kept.set(url, opened)
  return opened
}

const keptFor = (url: string) => Layer.effectContext(Effect.promise(() => keep(url)))

const reusing = () => Layer.unwrap(Effect.map(TestDatabase.reused, keptFor))

/** The ports on a database that was maybe used before, for tests that leave its tables, triggers and settings as they are. */
export const storageOfRows = () => fromClient(reusing())

export const postgres: StorageHarness = { name: "PostgreSQL", storage: storageOfRows }

/** For a crowd: many connections, for which everybody waits as long as a busy machine takes. */
export const crowded: StorageHarness = {
  name: "PostgreSQL",
  storage: () =>
    fromClient(Layer.unwrap(Effect.map(TestDatabase.reused, (url) =>
      PostgresClient.layer({ url, maxConnections: 24, acquireTimeout: "1 minute" }))))
}

/** In a database that keeps stores apart by itself. */
export const guarded: StorageHarness = {
  name: "PostgreSQL with row-level security",
  storage: () => fromClient(Layer.unwrap(Effect.map(TestDatabase.guarded, keptFor)))
}

/** The ports on a client whose statements are counted, and can be the last ones of the process. */
const probed = <E>(client: Layer.Layer<SqlClient.SqlClient, E>) => {
  const probe = Layer.provide(StatementProbe.layer, client)
  const statements = Layer.provide(Layer.effect(Statements, StatementProbe.StatementProbe), probe)
  return Layer.mergeAll(fromClient(probe), statements)
}

/** The ports on a database of the test's own, whose statements are counted. */
export const countingIn = (url: string) => probed(PostgresClient.layer({ url }))

export const counting: CountingHarness = {
  name: "PostgreSQL",
  storage: () => probed(reusing())
}

/** How a process that starts gets its client. */
type Connect = (url: string) => Layer.Layer<SqlClient.SqlClient, unknown>

const inDatabase = (url: string, connect: Connect): SurvivingStorage => {
  const client = Layer.tap(connect(url), (context) => Effect.provide(QueueTime.letPass, context))
  // as it is since it was open for the last time
  const rows = Effect.cached(TestDatabase.rowsOf(url))
  let read = Effect.runSync(rows)
  return {
    open: () => {
      read = Effect.runSync(rows)
      return probed(Layer.fresh(client))
    },
    copy: Effect.suspend(() => Effect.map(Effect.flatMap(read, TestDatabase.withRows), (url) => inDatabase(url, connect)))
  }
}

const survivingOn = (connect: Connect): CrashHarness => ({
  name: "PostgreSQL",
  alternates: true,
  create: Effect.map(TestDatabase.reused, (url) => inDatabase(url, connect))
})

/** Processes that follow each other on the same connections. What one of them leaves open is rolled back when it dies. */
export const surviving = survivingOn(keptFor)

/** SQLite plays them all; what is different here is how the client recovers. */
export const failing: FaultHarness = { ...counting, isPolling: StatementProbe.looksForJobs, oneOf: 4 }

/** Several processes at the same time, each with connections of its own. */
export const simulated: SimulationHarness = {
  ...survivingOn((url) => PostgresClient.layer({ url })),
  isPolling: StatementProbe.looksForJobs,
  processes: 2
}
