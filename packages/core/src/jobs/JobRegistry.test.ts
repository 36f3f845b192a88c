import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { defaultStoreId } from "../kernel/CurrentStore.ts"
import { StorageError } from "../kernel/StorageError.ts"
import * as JobRegistry from "./JobRegistry.ts"
import { LeaseRepository } from "./LeaseRepository.ts"

/** Leases that nobody else wants. */
const leases = Layer.succeed(LeaseRepository, { take: () => Effect.succeed(true), release: () => Effect.void })

const registry = Layer.provide(JobRegistry.layer, leases)

const at = (time: string) => Date.parse(`2026-11-21T${time}:00.000Z`)

const run = (scheduledAt: number) => ({
  id: "cron:count:1",
  name: "cron:count",
  storeId: defaultStoreId,
  requestId: null,
  payload: { scheduledAt }
})

const hourly = Effect.gen(function*() {
  const registry = yield* JobRegistry.JobRegistry
  let runs = 0
  yield* registry.cron({ name: "count", cron: "0 * * * *", run: Effect.sync(() => void runs++) })
  return { registry, runs: () => runs }
})

describe("the registry of jobs", () => {
  it.effect("a cron job that failed is tried again until its next run is due", () =>
    Effect.gen(function*() {
      const { registry, runs } = yield* hourly
      yield* TestClock.setTime(at("08:59"))
      yield* registry.perform(run(at("08:00")), 2)
      assert.strictEqual(runs(), 1)
      yield* TestClock.setTime(at("09:00"))
      yield* registry.perform(run(at("08:00")), 3)
      assert.strictEqual(runs(), 1)
      yield* registry.perform(run(at("08:00")), 1)
      assert.strictEqual(runs(), 2)
    }).pipe(Effect.provide(registry)))

  it.effect("a cron job that still runs when it is due again is not begun a second time", () =>
    Effect.gen(function*() {
      const registry = yield* JobRegistry.JobRegistry
      const isOver = yield* Deferred.make<void>()
      let runs = 0
      yield* registry.cron({
        name: "count",
        cron: "* * * * *",
        run: Effect.andThen(Effect.sync(() => void runs++), Deferred.await(isOver))
      })
      const first = yield* Effect.forkChild(registry.perform(run(at("08:00")), 1), { startImmediately: true })
      yield* registry.perform(run(at("08:01")), 1)
      assert.strictEqual(runs, 1)
      yield* Deferred.succeed(isOver, undefined)
      yield* Fiber.join(first)
      yield* registry.perform(run(at("08:02")), 1)
      assert.strictEqual(runs, 2)
    }).pipe(Effect.provide(registry)))

  it.effect("a cron expression that is none is a mistake that shows at once", () =>
    Effect.gen(function*() {
      const registry = yield* JobRegistry.JobRegistry
      const exit = yield* Effect.exit(registry.cron({ name: "never", cron: "every now and then", run: Effect.void }))
      assert.isTrue(Exit.isFailure(exit) && Exit.hasDies(exit))
    }).pipe(Effect.provide(registry)))

  it.effect("every source is asked until it has no more, and not for what comes meanwhile", () =>
    Effect.gen(function*() {
      const registry = yield* JobRegistry.JobRegistry
      const boxes = [4, 2, 3, 3]
      yield* registry.source(Effect.sync(() => boxes.pop() ?? 0), 3)
      yield* registry.source(Effect.succeed(0))
      assert.strictEqual(yield* registry.pull, 8)
      assert.deepStrictEqual(boxes, [4])
      yield* registry.source(Effect.fail(new StorageError({ operation: "test", reason: "busy" })))
      assert.strictEqual((yield* Effect.flip(registry.pull))._tag, "StorageError")
    }).pipe(Effect.provide(registry)))
})
