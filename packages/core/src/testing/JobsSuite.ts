/**
 * How background work must be done on every storage.
 */
import { assert, describe } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import { AuditRepository } from "../audit/AuditRepository.ts"
import * as DomainEvent from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import { JobQueue } from "../jobs/JobQueue.ts"
import type { JobRegistry } from "../jobs/JobRegistry.ts"
import { JobRetries } from "../jobs/JobRegistry.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Workers from "../jobs/Workers.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentRequest } from "../kernel/CurrentRequest.ts"
import { CurrentStore, defaultStoreId } from "../kernel/CurrentStore.ts"
import * as StockedShop from "./StockedShop.ts"
import { transaction } from "./StockedShop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Tries again at once, three times in all. */
const retries = { maxAttempts: 3, delay: Schedule.spaced(0) }

const impatient = Effect.provideService(JobRetries, retries)

/** An engine of its own on the storage in the context, with workers. */
const engine = <E>(
  register: Effect.Effect<void, E, Jobs | Events | JobRegistry>,
  options: Workers.WorkerOptions = {}
) =>
  Layer.build(Layer.fresh(Workers.layer(options).pipe(
    Layer.provideMerge(Layer.effectDiscard(register)),
    Layer.provideMerge(StockedShop.services),
    Layer.provide(Layer.succeed(JobRetries, retries))
  )))

const counts = Effect.flatMap(JobQueue, (queue) => queue.counts)

const none = { waiting: 0, working: 0, dead: 0, done: 0 }

export const jobsSuite = (harness: StorageHarness): void => {
  const test = StockedShop.tester(harness)

  /** A handler that writes down what it gets. */
  const writesDown = Effect.fnUntraced(function*(name = "note") {
    const jobs = yield* Jobs
    const notes: Array<string> = []
    yield* jobs.handle({
      name,
      payload: Schema.Struct({ text: Schema.String }),
      run: ({ text }) => Effect.sync(() => void notes.push(text))
    })
    return notes
  })

  describe(`jobs, on ${harness.name}`, () => {
    test("a job is queued if and only if the change it belongs to is committed", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const notes = yield* writesDown()
        yield* transaction(jobs.enqueue({ name: "note", payload: { text: "kept" } }))
        yield* Effect.ignore(transaction(Effect.andThen(
          jobs.enqueue({ name: "note", payload: { text: "lost" } }),
          Effect.fail("no")
        )))
        yield* jobs.drain
        assert.deepStrictEqual(notes, ["kept"])
        assert.deepStrictEqual(yield* counts, { ...none, done: 1 })
      }))

    test("many jobs that are queued together are each done once, in their order, if the change is committed", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const notes = yield* writesDown()
        const note = (text: string, id?: string) => ({ name: "note", payload: { text }, ...(id === undefined ? {} : { id }) })
        const many = Array.from({ length: 20 }, (_, index) => note(`${index}`, `note-${index}`))
        yield* Effect.ignore(transaction(Effect.andThen(jobs.enqueueAll(many), Effect.fail("no"))))
        yield* jobs.enqueueAll([])
        yield* transaction(jobs.enqueueAll(many))
        // those that are known are not queued again, those that are not are
        yield* transaction(jobs.enqueueAll([...many, note("new"), note("and \"this\"\n")]))
        yield* jobs.drain
        assert.deepStrictEqual(notes, [...many.map(({ payload }) => payload.text), "new", "and \"this\"\n"])
        assert.deepStrictEqual(yield* counts, { ...none, done: 22 })
      }))

    test("a job runs as the system, in the store and the request that queued it", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const other = yield* StockedShop.addStore("other")
        const told: Array<unknown> = []
        yield* jobs.handle({
          name: "note",
          payload: Schema.Null,
          run: (_, job) =>
            Effect.gen(function*() {
              told.push([
                job.id,
                job.attempt,
                yield* CurrentStore,
                Actor.describe(yield* Actor.CurrentActor),
                yield* CurrentRequest
              ])
            })
        })
        yield* Effect.provideService(jobs.enqueue({ id: "a", name: "note", payload: null }), CurrentRequest, "req_1")
        yield* StockedShop.inStore(other)(jobs.enqueue({ id: "b", name: "note", payload: null }))
        yield* Actor.as(Actor.guest())(jobs.drain)
        assert.deepStrictEqual(told, [
          ["a", 1, defaultStoreId, "system:note", "req_1"],
          ["b", 1, other, "system:note", null]
        ])
      }))

    test("a job of the same id is queued once in each store, even after it is done", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const other = yield* StockedShop.addStore("other")
        const notes = yield* writesDown()
        const enqueue = (text: string) => jobs.enqueue({ id: "daily", name: "note", payload: { text } })
        yield* enqueue("first")
        yield* enqueue("second")
        yield* StockedShop.inStore(other)(enqueue("third"))
        yield* jobs.drain
        yield* enqueue("fourth")
        yield* jobs.drain
        assert.deepStrictEqual(notes, ["first", "third"])
      }))

    test("a job with a delay waits", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const notes = yield* writesDown()
        yield* jobs.enqueue({ name: "note", payload: { text: "later" }, delay: "1 hour" })
        yield* jobs.enqueue({ name: "note", payload: { text: "now" } })
        yield* jobs.drain
        assert.deepStrictEqual(notes, ["now"])
        assert.deepStrictEqual(yield* counts, { ...none, waiting: 1, done: 1 })
      }))

    test("what a job queues is done, too", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const seen: Array<number> = []
        yield* jobs.handle({
          name: "countdown",
          payload: Schema.Int,
          run: (left) =>
            Effect.andThen(
              Effect.sync(() => void seen.push(left)),
              left === 0 ? Effect.void : jobs.enqueue({ name: "countdown", payload: left - 1 })
            )
        })
        yield* jobs.enqueue({ name: "countdown", payload: 3 })
        yield* jobs.drain
        assert.deepStrictEqual(seen, [3, 2, 1, 0])
      }))

    test("a job that keeps failing is given up, kept with its reason, and can be started again", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const attempts: Array<number> = []
        let fixed = false
        yield* jobs.handle({
          name: "fragile",
          payload: Schema.Null,
          run: (_, job) =>
            Effect.suspend(() => {
              attempts.push(job.attempt)
              return fixed ? Effect.void : Effect.fail("the printer is out of paper")
            })
        })
        yield* jobs.enqueue({ id: "label", name: "fragile", payload: null })
        yield* impatient(jobs.drain)
        assert.deepStrictEqual(attempts, [1, 2, 3])
        const { items } = yield* jobs.dead({})
        assert.deepStrictEqual(
          items.map(({ attempts, id, name, payload }) => [id, name, payload, attempts]),
          [["label", "fragile", null, 3]]
        )
        assert.match(items[0]?.failure ?? "", /out of paper/)
        assert.match(items[0]?.failedAt ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
        fixed = true
        yield* jobs.redrive("label")
        yield* impatient(jobs.drain)
        assert.deepStrictEqual(attempts, [1, 2, 3, 1])
        assert.deepStrictEqual(yield* counts, { ...none, done: 1 })
        assert.strictEqual((yield* Effect.flip(jobs.redrive("label")))._tag, "JobNotFound")
        const entries = (yield* (yield* AuditRepository).list({ subject: "label" })).items
        assert.deepStrictEqual(entries.map(({ action }) => action), ["job.redrive"])
      }))

    test("jobs that nobody handles, that carry nonsense, have a bug or interrupt themselves are given up", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        yield* writesDown()
        const broken = { payload: Schema.Null } as const
        yield* jobs.handle({ ...broken, name: "bug", run: () => Effect.die(new Error("a bug")) })
        yield* jobs.handle({ ...broken, name: "interrupted", run: () => Effect.interrupt })
        yield* jobs.enqueue({ name: "unheard-of", payload: null })
        yield* jobs.enqueue({ name: "note", payload: { text: 7 } })
        yield* jobs.enqueue({ name: "bug", payload: null })
        yield* jobs.enqueue({ name: "interrupted", payload: null })
        yield* impatient(jobs.drain)
        assert.deepStrictEqual(yield* counts, { ...none, dead: 4 })
        const first = yield* jobs.dead({ limit: 3 })
        const second = yield* jobs.dead({ limit: 3, after: first.nextCursor ?? "" })
        assert.strictEqual(second.nextCursor, null)
        assert.deepStrictEqual([...first.items, ...second.items].map(({ name }) => name), [
          "interrupted",
          "bug",
          "note",
          "unheard-of"
        ])
        assert.strictEqual((yield* Effect.flip(jobs.dead({ after: "nonsense" })))._tag, "InvalidInput")
      }))

    test("a job that does not come to an end is taken for failed", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const begun = yield* Deferred.make<void>()
        yield* jobs.handle({
          name: "endless",
          payload: Schema.Null,
          run: () => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never),
          timeLimit: "5 minutes"
        })
        yield* jobs.enqueue({ name: "endless", payload: null })
        const draining = yield* jobs.drain.pipe(
          Effect.provideService(JobRetries, { maxAttempts: 1, delay: Schedule.spaced(0) }),
          Effect.forkChild
        )
        yield* Deferred.await(begun)
        yield* TestClock.adjust("5 minutes")
        yield* Fiber.join(draining)
        assert.deepStrictEqual(yield* counts, { ...none, dead: 1 })
      }))

    test("jobs are seen and started again by whoever may, in their own store", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const other = yield* StockedShop.addStore("other")
        yield* jobs.enqueue({ id: "stuck", name: "unheard-of", payload: null })
        yield* impatient(jobs.drain)
        const reader = Actor.as(Actor.staff("key_1", ["jobs:read"]))
        const reads: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [jobs.counts, jobs.dead({})]
        for (const read of reads) {
          assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(read)))._tag, "Unauthenticated")
          yield* reader(read)
        }
        assert.strictEqual((yield* Effect.flip(reader(jobs.redrive("stuck"))))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(reader(jobs.discard("stuck"))))._tag, "Forbidden")
        yield* StockedShop.inStore(other)(Effect.gen(function*() {
          assert.deepStrictEqual((yield* jobs.dead({})).items, [])
          assert.deepStrictEqual(yield* jobs.counts, none)
          assert.strictEqual((yield* Effect.flip(jobs.redrive("stuck")))._tag, "JobNotFound")
          assert.strictEqual((yield* Effect.flip(jobs.discard("stuck")))._tag, "JobNotFound")
        }))
        assert.deepStrictEqual(yield* jobs.counts, { ...none, dead: 1 })
        yield* jobs.discard("stuck")
        assert.deepStrictEqual(yield* jobs.counts, none)
        assert.strictEqual((yield* Effect.flip(jobs.discard("stuck")))._tag, "JobNotFound")
        const entries = (yield* (yield* AuditRepository).list({ subject: "stuck" })).items
        assert.deepStrictEqual(entries.map(({ action }) => action), ["job.discard"])
      }))

    test("jobs that are over forget whom they were about, and those of others and those to come do not", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const queue = yield* JobQueue
        const notes = yield* writesDown()
        const ada = "o'ada\"\\@example.com"
        const note = (id: string, text: string) => jobs.enqueue({ id, name: "note", payload: { text } })
        yield* note("hers", `to ${ada}`)
        yield* note("his", "to bob@example.com")
        yield* jobs.enqueue({ id: "lost", name: "unheard-of", payload: { to: ada, user: "user_1" } })
        yield* jobs.enqueue({ id: "stuck", name: "unheard-of", payload: { user: "user_2" } })
        yield* impatient(jobs.drain)
        yield* jobs.enqueue({ id: "later", name: "note", payload: { text: ada }, delay: "1 hour" })
        const other = yield* StockedShop.addStore("other")
        yield* StockedShop.inStore(other)(queue.forget([ada]))
        yield* queue.forget([])
        assert.lengthOf((yield* jobs.dead({})).items, 2)
        yield* queue.forget(["user_1", ada])
        assert.deepStrictEqual((yield* jobs.dead({})).items.map(({ id }) => id), ["stuck"])
        assert.deepStrictEqual(yield* counts, { waiting: 1, working: 0, dead: 1, done: 2 })
        // a job that is done is not done again because nobody knows any more what it was about
        yield* note("hers", "again")
        yield* jobs.drain
        assert.deepStrictEqual(notes.toSorted(), ["to bob@example.com", `to ${ada}`])
      }))

    test("jobs that are done are forgotten after a while, dead ones are not", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const queue = yield* JobQueue
        const notes = yield* writesDown()
        const enqueue = jobs.enqueue({ id: "a", name: "note", payload: { text: "done" } })
        yield* enqueue
        yield* jobs.enqueue({ name: "unheard-of", payload: null })
        yield* impatient(jobs.drain)
        yield* queue.deleteDone("1 hour")
        assert.deepStrictEqual(yield* counts, { ...none, done: 1, dead: 1 })
        yield* queue.deleteDone(0)
        assert.deepStrictEqual(yield* counts, { ...none, dead: 1 })
        yield* enqueue
        yield* jobs.drain
        assert.deepStrictEqual(notes, ["done", "done"])
      }))
  })

  describe(`workers, on ${harness.name}`, () => {
    const Rang = DomainEvent.define("bell.rang", Schema.Struct({}))

    test("workers deliver events and do jobs by themselves, at once", () =>
      Effect.gen(function*() {
        const heard = yield* Deferred.make<string>()
        const noted = yield* Deferred.make<string>()
        const context = yield* engine(
          Effect.gen(function*() {
            yield* (yield* Events).subscribe({
              name: "clerk",
              types: "*",
              handle: (event) => Effect.asVoid(Deferred.succeed(heard, event.subject))
            })
            yield* (yield* Jobs).handle({
              name: "note",
              payload: Schema.String,
              run: (text) => Effect.asVoid(Deferred.succeed(noted, text))
            })
          }),
          // so whatever arrives was not found by looking from time to time
          { pollInterval: "1 hour" }
        )
        yield* Effect.gen(function*() {
          yield* transaction((yield* Events).publish([Rang.make("door", {})]))
          assert.strictEqual(yield* Deferred.await(heard), "door")
          yield* (yield* Jobs).enqueue({ name: "note", payload: "milk" })
          assert.strictEqual(yield* Deferred.await(noted), "milk")
        }).pipe(Effect.provideContext(context))
      }))

    test("workers deliver what other engines have published", () =>
      Effect.gen(function*() {
        const heard = yield* Deferred.make<string>()
        yield* engine(
          Effect.flatMap(Events, (events) =>
            events.subscribe({
              name: "clerk",
              types: "*",
              handle: (event) => Effect.asVoid(Deferred.succeed(heard, event.subject))
            })),
          { pollInterval: 10 }
        )
        yield* transaction((yield* Events).publish([Rang.make("door", {})]))
        assert.strictEqual(yield* Deferred.await(heard), "door")
      }))

    test("draining waits for the workers where they run", () =>
      Effect.gen(function*() {
        const notes: Array<number> = []
        let busy = 0
        let most = 0
        const context = yield* engine(
          Effect.flatMap(Jobs, (jobs) =>
            jobs.handle({
              name: "slow",
              payload: Schema.Int,
              run: (number) =>
                Effect.gen(function*() {
                  most = Math.max(most, ++busy)
                  for (let step = 0; step < 20; step++) yield* Effect.yieldNow
                  busy--
                  notes.push(number)
                })
            })),
          { concurrency: 3 }
        )
        yield* Effect.gen(function*() {
          const jobs = yield* Jobs
          for (let number = 0; number < 10; number++) yield* jobs.enqueue({ name: "slow", payload: number })
          yield* jobs.drain
        }).pipe(Effect.provideContext(context))
        assert.deepStrictEqual(notes.toSorted((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
        assert.isAtMost(most, 3)
        assert.deepStrictEqual(yield* counts, { ...none, done: 10 })
      }))

    test("a cron job runs once each time it is due, however many engines there are", () =>
      Effect.gen(function*() {
        yield* TestClock.setTime(Date.parse("2026-11-21T08:59:30.000Z"))
        const ran: Array<string> = []
        const runs = Array.from({ length: 3 }, () => Deferred.makeUnsafe<void>())
        const register = (name: string) =>
          Effect.flatMap(Jobs, (jobs) =>
            jobs.cron({
              name: "tick",
              cron: "*/5 * * * *",
              run: Effect.suspend(() => {
                const run = runs[ran.push(name) - 1]
                return run === undefined ? Effect.die("once too often") : Deferred.succeed(run, undefined)
              }).pipe(Effect.asVoid)
            }))
        const first = yield* engine(register("first"))
        yield* engine(register("second"))
        for (const [index, run] of runs.entries()) {
          yield* TestClock.adjust(index === 0 ? "30 seconds" : "5 minutes")
          yield* Deferred.await(run)
          // what is due while the run before has not given back its lease is passed over
          yield* Effect.repeat(counts, { until: ({ waiting, working }) => waiting === 0 && working === 0 })
        }
        yield* Effect.provideContext(Effect.flatMap(Jobs, (jobs) => jobs.drain), first)
        assert.strictEqual(ran.length, 3)
      }))

    test("an engine that closes finishes what is in work and begins nothing new", () =>
      Effect.gen(function*() {
        const scope = yield* Scope.make()
        const begun = yield* Deferred.make<void>()
        const go = yield* Deferred.make<void>()
        const done: Array<number> = []
        yield* Scope.provide(
          engine(
            Effect.flatMap(Jobs, (jobs) =>
              jobs.handle({
                name: "slow",
                payload: Schema.Int,
                run: (number) =>
                  Effect.gen(function*() {
                    yield* Deferred.succeed(begun, undefined)
                    yield* Deferred.await(go)
                    done.push(number)
                  })
              })),
            { concurrency: 1 }
          ),
          scope
        )
        const jobs = yield* Jobs
        yield* jobs.enqueue({ name: "slow", payload: 1 })
        yield* jobs.enqueue({ name: "slow", payload: 2 })
        yield* Deferred.await(begun)
        const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
        yield* Deferred.succeed(go, undefined)
        yield* Fiber.join(closing)
        assert.deepStrictEqual(done, [1])
        // the queue may have fetched the second already, without anybody to begin it
        const { waiting, working, ...ended } = yield* counts
        assert.deepStrictEqual({ open: waiting + working, ...ended }, { open: 1, dead: 0, done: 1 })
        yield* jobs.handle({ name: "slow", payload: Schema.Int, run: (number) => Effect.sync(() => void done.push(number)) })
        yield* jobs.drain
        assert.deepStrictEqual(done, [1, 2])
      }))

    test("what does not finish in time is handed back, and another engine does it", () =>
      Effect.gen(function*() {
        const scope = yield* Scope.make()
        const begun = yield* Deferred.make<void>()
        yield* Scope.provide(
          engine(
            Effect.flatMap(Jobs, (jobs) =>
              jobs.handle({
                name: "slow",
                payload: Schema.Null,
                run: () => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never)
              })),
            { grace: 1 }
          ),
          scope
        )
        const jobs = yield* Jobs
        yield* jobs.enqueue({ name: "slow", payload: null })
        yield* Deferred.await(begun)
        yield* Scope.close(scope, Exit.void)
        assert.deepStrictEqual(yield* counts, { ...none, waiting: 1 })
        const attempts: Array<number> = []
        yield* jobs.handle({
          name: "slow",
          payload: Schema.Null,
          run: (_, { attempt }) => Effect.sync(() => void attempts.push(attempt))
        })
        yield* jobs.drain
        assert.deepStrictEqual(attempts, [1])
      }))
  })
}
