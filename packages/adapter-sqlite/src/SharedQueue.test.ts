import { assert, describe, it } from "@effect/vitest"
import { Events } from "@stoa/core/events/Events"
import { JobQueue } from "@stoa/core/jobs/JobQueue"
import { Jobs } from "@stoa/core/jobs/Jobs"
import * as Workers from "@stoa/core/jobs/Workers"
import { Transactor } from "@stoa/core/kernel/Transactor"
import * as StockedShop from "@stoa/core/testing/StockedShop"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as SqliteClient from "./SqliteClient.ts"
import { fromClient } from "./SqliteStorage.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "stoa-queue-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** Two engines that share nothing but a file. */
const twoEngines = Effect.fnUntraced(function*(
  register: (name: string) => Effect.Effect<void, never, Jobs | Events>
) {
  const path = yield* folder
  const engine = (name: string) =>
    Layer.build(Layer.fresh(Workers.layer({ pollInterval: 10 }).pipe(
      Layer.provideMerge(Layer.effectDiscard(register(name))),
      Layer.provideMerge(StockedShop.layer({
        storage: () => fromClient(SqliteClient.layer({ filename: join(path, "shop.db"), synchronous: "NORMAL" }))
      }))
    )))
  return [yield* engine("first"), yield* engine("second")] as const
})

describe("two engines on one database file", () => {
  it.effect("run a cron job once each time it is due", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.parse("2026-11-21T08:59:00.000Z"))
      const ran: Array<string> = []
      const runs = Array.from({ length: 3 }, () => Deferred.makeUnsafe<void>())
      const [first] = yield* twoEngines((name) =>
        Effect.flatMap(Jobs, (jobs) =>
          jobs.cron({
            name: "tick",
            cron: "* * * * *",
            run: Effect.suspend(() => {
              ran.push(name)
              const run = runs[ran.length - 1]
              return run === undefined ? Effect.die("once too often") : Effect.asVoid(Deferred.succeed(run, undefined))
            })
          }))
      )
      for (const run of runs) {
        yield* TestClock.adjust("1 minute")
        yield* Deferred.await(run)
      }
      yield* Effect.provideContext(Effect.flatMap(Jobs, (jobs) => jobs.drain), first)
      assert.strictEqual(ran.length, 3)
    }))

  it.effect("deliver each event once, whoever published it", () =>
    Effect.gen(function*() {
      const told: Array<number> = []
      const [first, second] = yield* twoEngines(() =>
        Effect.flatMap(Events, (events) =>
          events.subscribe({
            name: "clerk",
            types: "*",
            handle: (event) => Effect.sync(() => void told.push(event.data as number))
          }))
      )
      const publish = (numbers: ReadonlyArray<number>) =>
        Effect.gen(function*() {
          const { transaction } = yield* Transactor
          const events = yield* Events
          for (const data of numbers) {
            yield* transaction(events.publish([{ type: "counted", subject: "counter", data }]))
          }
        })
      yield* Effect.all([
        Effect.provideContext(publish([1, 3, 5, 7, 9]), first),
        Effect.provideContext(publish([2, 4, 6, 8, 10]), second)
      ], { concurrency: 2 })
      yield* Effect.provideContext(Effect.flatMap(Jobs, (jobs) => jobs.drain), second)
      yield* Effect.provideContext(Effect.flatMap(Jobs, (jobs) => jobs.drain), first)
      assert.deepStrictEqual(told.toSorted((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      const counts = yield* Effect.provideContext(Effect.flatMap(JobQueue, (queue) => queue.counts), first)
      assert.deepStrictEqual(counts, { waiting: 0, working: 0, dead: 0, done: 10 })
    }))
})
