import { assert, describe, it } from "@effect/vitest"
import * as PgClient from "@effect/sql-pg/PgClient"
import { Events } from "@stoa/core/events/Events"
import { Jobs } from "@stoa/core/jobs/Jobs"
import * as Workers from "@stoa/core/jobs/Workers"
import { Transactor } from "@stoa/core/kernel/Transactor"
import * as StockedShop from "@stoa/core/testing/StockedShop"
import * as JobQueueSql from "@stoa/sql/jobs/JobQueueSql"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import * as Schema from "effect/Schema"
import * as PostgresBell from "./PostgresBell.ts"
import * as PostgresClient from "./PostgresClient.ts"
import { fromClient } from "./PostgresStorage.ts"
import * as TestDatabase from "./testing/TestDatabase.ts"

/** A storage that looks for nothing by itself before the test is long over. */
const storage = (url: string) =>
  JobQueueSql.layerWith({ pollInterval: "1 hour" }).pipe(
    Layer.provideMerge(PostgresBell.layer),
    Layer.provideMerge(fromClient(PostgresClient.layer({ url })))
  )

/** An engine that sells and leaves the work to others, and one that does the work. */
const twoEngines = Effect.gen(function*() {
  const url = yield* TestDatabase.migrated
  const heard = yield* Queue.unbounded<string>()
  const register = Effect.gen(function*() {
    yield* (yield* Events).subscribe({
      name: "clerk",
      types: "*",
      handle: ({ subject }) => Queue.offer(heard, subject)
    })
    yield* (yield* Jobs).handle({ name: "note", payload: Schema.String, run: (text) => Queue.offer(heard, text) })
  })
  const shop = yield* Layer.build(Layer.fresh(StockedShop.layer({ storage: () => storage(url) })))
  yield* Layer.build(Layer.fresh(Workers.layer({ pollInterval: "1 hour" }).pipe(
    Layer.provideMerge(Layer.effectDiscard(register)),
    Layer.provideMerge(StockedShop.layer({ storage: () => storage(url) }))
  )))
  return { shop, heard }
})

const ring = (subject: string) =>
  Effect.gen(function*() {
    const { transaction } = yield* Transactor
    yield* transaction((yield* Events).publish([{ type: "bell.rang", subject, data: {} }]))
  })

const enqueue = (payload: string) => Effect.flatMap(Jobs, (jobs) => jobs.enqueue({ name: "note", payload }))

describe("the workers of a process", () => {
  it.effect("are woken by what another process publishes and queues", () =>
    Effect.gen(function*() {
      const { heard, shop } = yield* twoEngines
      yield* Effect.provideContext(ring("door"), shop)
      assert.strictEqual(yield* Queue.take(heard), "door")
      yield* Effect.provideContext(enqueue("milk"), shop)
      assert.strictEqual(yield* Queue.take(heard), "milk")
      const { transaction } = yield* Effect.provideContext(Transactor, shop)
      yield* Effect.provideContext(transaction(Effect.andThen(enqueue("bread"), enqueue("butter"))), shop)
      assert.deepStrictEqual([yield* Queue.take(heard), yield* Queue.take(heard)].toSorted(), ["bread", "butter"])
    }))

  it.effect("hear again after the connection was lost, also of what came meanwhile", () =>
    Effect.gen(function*() {
      const { heard, shop } = yield* twoEngines
      const sql = yield* Effect.provideContext(PgClient.PgClient, shop)
      const cut = sql`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query = 'LISTEN "stoa_work"'`
      yield* Effect.repeat(cut, { until: (rows) => rows.length === 1 })
      yield* Effect.provideContext(ring("door"), shop)
      assert.strictEqual(yield* Queue.take(heard), "door")
      yield* Effect.provideContext(enqueue("milk"), shop)
      assert.strictEqual(yield* Queue.take(heard), "milk")
    }))
})
