/**
 * How work that only one process at a time may do must be kept apart on every storage.
 */
import { assert, describe } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import type { JobRegistry } from "../jobs/JobRegistry.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Lease from "../jobs/Lease.ts"
import { LeaseRepository } from "../jobs/LeaseRepository.ts"
import * as Workers from "../jobs/Workers.ts"
import * as StockedShop from "./StockedShop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const take = Effect.fnUntraced(function*(holder: string, fence = 0, name = "relay") {
  const leases = yield* LeaseRepository
  const now = yield* Clock.currentTimeMillis
  return yield* leases.take({ name, holder, fence, now, until: now + Lease.duration })
})

/** An engine of its own on the storage in the context, with workers. */
const engine = <E>(register: Effect.Effect<void, E, Jobs | JobRegistry>) =>
  Layer.build(Layer.fresh(Workers.layer().pipe(
    Layer.provideMerge(Layer.effectDiscard(register)),
    Layer.provideMerge(StockedShop.services)
  )))

/**
 * Lets whoever waits for a lease look again, and get its answer: a clock that ran ahead of the storage would take every
 * lease from whoever still asks for more of it.
 */
const wait = Effect.gen(function*() {
  const { pending } = yield* Asked
  yield* TestClock.adjust(Lease.interval)
  yield* Effect.repeat(Effect.yieldNow, { until: () => pending() === 0 })
})

/** Tells how many questions about leases are not yet answered. */
class Asked extends Context.Service<Asked, { readonly pending: () => number }>()("@stoa/core/testing/Asked") {}

const asked = Layer.effectContext(Effect.gen(function*() {
  const leases = yield* LeaseRepository
  let pending = 0
  const counted = <A, E>(effect: Effect.Effect<A, E>) =>
    Effect.suspend(() => {
      pending++
      return Effect.ensuring(effect, Effect.sync(() => void pending--))
    })
  return Context.make(Asked, Asked.of({ pending: () => pending })).pipe(
    Context.add(LeaseRepository, LeaseRepository.of({
      take: (request) => counted(leases.take(request)),
      release: (request) => counted(leases.release(request))
    }))
  )
}))

export const leasesSuite = (harness: StorageHarness): void => {
  const shop = StockedShop.tester(harness)
  type Body = ReturnType<Parameters<typeof shop>[1]> extends Effect.Effect<infer _A, infer _E, infer R> ? R : never
  const test = <A, E>(name: string, body: () => Effect.Effect<A, E, Body | Asked>) =>
    shop(name, () => Effect.provide(Effect.suspend(body), asked))

  describe(`leases, on ${harness.name}`, () => {
    test("one of many holds a lease, until it gives it back", () =>
      Effect.gen(function*() {
        const leases = yield* LeaseRepository
        const names = Array.from({ length: 20 }, (_, index) => `process ${index}`)
        const taken = yield* Effect.forEach(names, (name) => take(name), { concurrency: "unbounded" })
        assert.strictEqual(taken.filter((taken) => taken).length, 1)
        const holder = names[taken.indexOf(true)] ?? ""
        yield* leases.release({ name: "relay", holder: "somebody else", fence: 0 })
        assert.isFalse(yield* take("somebody else"))
        assert.isTrue(yield* take("somebody else", 0, "another"))
        assert.isTrue(yield* take(holder))
        yield* leases.release({ name: "relay", holder, fence: 0 })
        assert.isTrue(yield* take("somebody else"))
      }))

    test("a lease that is not prolonged is somebody else's in ten seconds, and lost to the first", () =>
      Effect.gen(function*() {
        yield* take("first")
        yield* TestClock.adjust("9 seconds")
        assert.isFalse(yield* take("second"))
        yield* TestClock.adjust("1 second")
        assert.isTrue(yield* take("second"))
        assert.isFalse(yield* take("first"))
      }))

    test("the later one of the same name takes over at once, and the earlier one cannot come back", () =>
      Effect.gen(function*() {
        const leases = yield* LeaseRepository
        yield* take("run 7", 1)
        assert.isTrue(yield* take("run 7", 2))
        assert.isFalse(yield* take("run 7", 1))
        yield* leases.release({ name: "relay", holder: "run 7", fence: 1 })
        assert.isFalse(yield* take("run 8", 1))
      }))

    test("each store has its own", () =>
      Effect.gen(function*() {
        const other = yield* StockedShop.addStore("other")
        yield* take("first")
        assert.isTrue(yield* StockedShop.inStore(other)(take("second")))
      }))

    test("work whose lease is lost is interrupted", () =>
      Effect.gen(function*() {
        const leases = yield* LeaseRepository
        const begun = yield* Deferred.make<void>()
        const holder = { name: "relay", holder: "first", fence: 1 }
        const work = yield* Effect.forkChild(Effect.flip(
          Lease.whileHeld(leases, holder)(Effect.andThen(Deferred.succeed(begun, undefined), Effect.never))
        ))
        yield* Deferred.await(begun)
        assert.isTrue(yield* take("first", 2))
        yield* wait
        const error = yield* Fiber.join(work)
        assert.strictEqual(error._tag, "LeaseLost")
      }))

    test("a cron job that still runs in one engine is passed over in the others", () =>
      Effect.gen(function*() {
        yield* TestClock.setTime(Date.parse("2026-11-21T08:59:30.000Z"))
        const begun = [Deferred.makeUnsafe<void>(), Deferred.makeUnsafe<void>()] as const
        const go = yield* Deferred.make<void>()
        let runs = 0
        const register = Effect.flatMap(Jobs, (jobs) =>
          jobs.cron({
            name: "long",
            cron: "* * * * *",
            run: Effect.suspend(() => Deferred.succeed(begun[runs++] ?? begun[1], undefined)).pipe(
              Effect.andThen(Deferred.await(go))
            )
          }))
        const contexts = [yield* engine(register), yield* engine(register), yield* engine(register)]
        yield* TestClock.adjust("30 seconds")
        yield* Deferred.await(begun[0])
        for (let minute = 0; minute < 3; minute++) {
          yield* TestClock.adjust("1 minute")
          // whoever takes it is done with it at once
          yield* Effect.repeat(counts, { until: ({ waiting, working }) => waiting === 0 && working === 1 })
        }
        assert.strictEqual(runs, 1)
        yield* Deferred.succeed(go, undefined)
        yield* Effect.provideContext(Effect.flatMap(Jobs, (jobs) => jobs.drain), contexts[0] ?? assert.fail())
        yield* TestClock.adjust("1 minute")
        yield* Deferred.await(begun[1])
      }))

    test("a singleton runs in one engine, and in another when that one closes", () =>
      Effect.gen(function*() {
        const begun: Array<string> = []
        const running = [Deferred.makeUnsafe<void>(), Deferred.makeUnsafe<void>()]
        let busy = 0
        const register = (name: string) =>
          Effect.flatMap(Jobs, (jobs) =>
            jobs.singleton({
              name: "ears",
              run: Effect.acquireUseRelease(
                Effect.sync(() => {
                  begun.push(name)
                  assert.strictEqual(++busy, 1)
                }),
                () => Effect.andThen(Deferred.succeed(running[begun.length - 1] ?? assert.fail(), undefined), Effect.never),
                () => Effect.sync(() => busy--)
              )
            }))
        const scope = yield* Scope.make()
        yield* Scope.provide(engine(register("first")), scope)
        yield* Deferred.await(running[0] ?? assert.fail())
        yield* engine(register("second"))
        for (let look = 0; look < 20; look++) yield* wait
        assert.deepStrictEqual(begun, ["first"])
        yield* Scope.close(scope, Exit.void)
        yield* Effect.repeat(wait, { until: () => begun.length >= 2 })
        yield* Deferred.await(running[1] ?? assert.fail())
        assert.deepStrictEqual(begun, ["first", "second"])
      }))

    test("a singleton of a process that died is begun elsewhere, and one that fails is begun again", () =>
      Effect.gen(function*() {
        let begun = 0
        assert.isTrue(yield* take("a process that dies", 0, "singleton:ears"))
        yield* engine(Effect.flatMap(Jobs, (jobs) =>
          jobs.singleton({ name: "ears", run: Effect.suspend(() => Effect.fail(`deaf ${++begun}`)) })))
        let waited = 0
        yield* Effect.repeat(Effect.andThen(wait, Effect.sync(() => void waited++)), { until: () => begun >= 3 })
        assert.isAtLeast(waited * Lease.interval, Lease.duration)
      }))
  })
}

const counts = Effect.flatMap(Jobs, (jobs) => jobs.counts)
