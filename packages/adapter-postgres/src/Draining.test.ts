/**
 * Draining the queue where no workers run, on a database that takes its time.
 */
import { assert, describe, it } from "@effect/vitest"
import { Jobs } from "@stoa/core/jobs/Jobs"
import * as Actor from "@stoa/core/kernel/Actor"
import { Transactor } from "@stoa/core/kernel/Transactor"
import * as StockedShop from "@stoa/core/testing/StockedShop"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as SqlClient from "effect/sql/SqlClient"
import { storageOfRows } from "./conformance/PostgresHarness.ts"

describe("draining the queue of a slow PostgreSQL", () => {
  it.effect("takes no job that is queued afterwards", () =>
    Effect.gen(function*() {
      const jobs = yield* Jobs
      const sql = yield* SqlClient.SqlClient
      const { transaction } = yield* Transactor
      const isLocked = Latch.makeUnsafe(false)
      const isDrained = Latch.makeUnsafe(false)
      const queueing = transaction(Effect.gen(function*() {
        // whoever would take a job waits for the end of this, and may read meanwhile
        yield* sql`LOCK TABLE stoa_jobs IN SHARE MODE`
        yield* isLocked.open
        yield* isDrained.await
        yield* jobs.enqueue({ name: "note", payload: "for whoever works next" })
      }))
      const draining = Effect.andThen(isLocked.await, Effect.ensuring(jobs.drain, isDrained.open))
      yield* Effect.all([queueing, draining], { concurrency: 2 })
      const waiting = sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
      while ((yield* waiting).length > 0) yield* Effect.yieldNow
      assert.deepInclude(yield* jobs.counts, { waiting: 1, working: 0 })
    }).pipe(Actor.as(Actor.system("test")), Effect.provide(StockedShop.layer<SqlClient.SqlClient>({ storage: storageOfRows }))))
})
