/**
 * How events must be kept and delivered on every storage.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import * as DomainEvent from "../events/DomainEvent.ts"
import { EventRepository } from "../events/EventRepository.ts"
import { Events } from "../events/Events.ts"
import { JobQueue } from "../jobs/JobQueue.ts"
import { JobRetries } from "../jobs/JobRegistry.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentRequest } from "../kernel/CurrentRequest.ts"
import { CurrentStore, defaultStoreId } from "../kernel/CurrentStore.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as StockedShop from "./StockedShop.ts"
import { transaction } from "./StockedShop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const BellRang = DomainEvent.define("bell.rang", Schema.Struct({ times: Schema.Int }))
const DoorOpened = DomainEvent.define("door.opened", Schema.Struct({}))

const ring = (times: number) =>
  Effect.flatMap(Events, (events) => transaction(events.publish([BellRang.make("bell", { times })])))

const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

const timesOf = (event: DomainEvent.DomainEvent): number => (event.data as typeof BellRang.data.Type).times

/** A subscriber that does something with each event, which cannot fail. */
const subscribe = (
  name: string,
  types: ReadonlyArray<string> | "*",
  hear: (event: DomainEvent.DomainEvent) => void
) =>
  Effect.flatMap(Events, (events) =>
    events.subscribe({ name, types, handle: (event) => Effect.sync(() => hear(event)) }))

/** Tries again at once, three times in all. */
const impatient = Effect.provideService(JobRetries, { maxAttempts: 3, delay: Schedule.spaced(0) })

/** Tries again long after the test is over. */
const patient = Effect.provideService(JobRetries, { maxAttempts: 3, delay: Schedule.spaced("1 hour") })

export const eventsSuite = (harness: StorageHarness): void => {
  const test = StockedShop.tester(harness)

  describe(`events, on ${harness.name}`, () => {
    test("a subscriber chooses among the events of each store in that store", () =>
      Effect.gen(function*() {
        const events = yield* Events
        const seen: Array<string> = []
        const told: Array<number> = []
        yield* events.subscribe({
          name: "choosy",
          types: [BellRang.type],
          among: (some) =>
            Effect.map(CurrentStore, (storeId) => {
              seen.push(...some.map((event) => `${storeId}:${event.storeId}`))
              return some.filter((event) => timesOf(event) > 1)
            }),
          handle: (event) => Effect.sync(() => void told.push(timesOf(event)))
        })
        const elsewhere = Effect.provideService(CurrentStore, "store_elsewhere" as never)
        yield* ring(1)
        yield* elsewhere(ring(2))
        yield* ring(3)
        yield* drain
        assert.deepStrictEqual(seen.toSorted(), [
          `${defaultStoreId}:${defaultStoreId}`,
          `${defaultStoreId}:${defaultStoreId}`,
          "store_elsewhere:store_elsewhere"
        ])
        assert.deepStrictEqual(told.toSorted(), [2, 3])
      }))

    test("a change that is rolled back tells nobody", () =>
      Effect.gen(function*() {
        const events = yield* Events
        const told: Array<number> = []
        yield* subscribe("clerk", "*", (event) => void told.push(timesOf(event)))
        yield* Effect.ignore(transaction(Effect.andThen(
          events.publish([BellRang.make("bell", { times: 1 })]),
          Effect.fail("the shop is closed")
        )))
        yield* drain
        assert.deepStrictEqual(told, [])
        assert.deepStrictEqual(yield* events.history("bell"), [])
      }))

    test("a change that is committed tells every subscriber of its type, each once", () =>
      Effect.gen(function*() {
        const events = yield* Events
        const told: Array<string> = []
        const listen = (name: string, types: ReadonlyArray<string> | "*") =>
          subscribe(name, types, (event) => void told.push(`${name}: ${event.type}`))
        yield* listen("clerk", [BellRang.type, DoorOpened.type])
        yield* listen("porter", [DoorOpened.type])
        yield* listen("diary", "*")
        yield* listen("deaf", ["nothing.happened"])
        yield* transaction(events.publish([BellRang.make("bell", { times: 1 }), DoorOpened.make("door", {})]))
        yield* drain
        yield* drain
        assert.deepStrictEqual(told.toSorted(), [
          "clerk: bell.rang",
          "clerk: door.opened",
          "diary: bell.rang",
          "diary: door.opened",
          "porter: door.opened"
        ])
        assert.strictEqual(yield* events.relay, 0)
      }))

    test("whoever observes is told once of what was committed, though nobody subscribes to it", () =>
      Effect.gen(function*() {
        const events = yield* Events
        const told: Array<number> = []
        yield* events.observe((event) => Effect.sync(() => void told.push(timesOf(event))))
        yield* Effect.ignore(transaction(Effect.andThen(
          events.publish([BellRang.make("bell", { times: 1 })]),
          Effect.fail("the shop is closed")
        )))
        yield* ring(2)
        yield* ring(3)
        assert.deepStrictEqual(told, [])
        yield* drain
        yield* drain
        assert.deepStrictEqual(told, [2, 3])
      }))

    test("events that are published together are written at the end, in their order, or not at all", () =>
      Effect.gen(function*() {
        const events = yield* Events
        const ringTwice = Effect.gen(function*() {
          yield* events.publish([BellRang.make("bell", { times: 1 })])
          yield* events.together(events.publish([BellRang.make("bell", { times: 2 })]))
          return yield* events.history("bell")
        })
        assert.deepStrictEqual(yield* transaction(events.together(ringTwice)), [])
        assert.deepStrictEqual((yield* events.history("bell")).map(timesOf), [1, 2])
        yield* Effect.ignore(transaction(events.together(Effect.andThen(ringTwice, Effect.fail("the shop is closed")))))
        assert.strictEqual((yield* events.history("bell")).length, 2)
      }))

    test("an event says what happened to what, when, where, by whom and in which request", () =>
      Effect.gen(function*() {
        const events = yield* Events
        yield* TestClock.setTime(Date.parse("2026-11-21T08:00:00.000Z"))
        const told: Array<DomainEvent.DomainEvent> = []
        yield* subscribe("clerk", "*", (event) => void told.push(event))
        yield* ring(3).pipe(
          Actor.as(Actor.staff("key_1", [])),
          Effect.provideService(CurrentRequest, "req_1")
        )
        yield* drain
        const [event] = told
        assert.deepStrictEqual(event, {
          id: event?.id as DomainEvent.EventId,
          storeId: defaultStoreId,
          type: "bell.rang",
          subject: "bell",
          actor: "staff:key_1",
          requestId: "req_1",
          data: { times: 3 },
          at: "2026-11-21T08:00:00.000Z" as DomainEvent.DomainEvent["at"]
        })
        assert.deepStrictEqual(yield* events.history("bell"), told)
      }))

    test("a subscriber runs as the system, in the store and the request of the event", () =>
      Effect.gen(function*() {
        const events = yield* Events
        const told: Array<unknown> = []
        yield* events.subscribe({
          name: "clerk",
          types: "*",
          handle: (event) =>
            Effect.gen(function*() {
              const actor = Actor.describe(yield* Actor.CurrentActor)
              told.push([timesOf(event), yield* CurrentStore, actor, yield* CurrentRequest])
            })
        })
        const other = yield* StockedShop.addStore("other")
        yield* Effect.provideService(ring(1), CurrentRequest, "req_1")
        yield* StockedShop.inStore(other)(ring(2))
        yield* Actor.as(Actor.guest())(drain)
        assert.deepStrictEqual(told, [
          [1, defaultStoreId, "system:event:clerk", "req_1"],
          [2, other, "system:event:clerk", null]
        ])
        assert.strictEqual((yield* events.history("bell")).length, 1)
      }))

    test("a subscriber that fails is told again, and delays nobody else", () =>
      Effect.gen(function*() {
        const events = yield* Events
        const told: Array<string> = []
        yield* events.subscribe({
          name: "clumsy",
          types: "*",
          handle: (event) =>
            Effect.suspend(() => {
              told.push(`clumsy ${timesOf(event)}`)
              return told.filter((entry) => entry === `clumsy ${timesOf(event)}`).length < 3
                ? Effect.fail("dropped it")
                : Effect.void
            })
        })
        yield* subscribe("steady", "*", (event) => void told.push(`steady ${timesOf(event)}`))
        yield* ring(1)
        yield* ring(2)
        yield* impatient(drain)
        assert.deepStrictEqual(told.toSorted(), [
          "clumsy 1", "clumsy 1", "clumsy 1", "clumsy 2", "clumsy 2", "clumsy 2", "steady 1", "steady 2"
        ])
        assert.deepStrictEqual(yield* (yield* JobQueue).counts, { waiting: 0, working: 0, dead: 0, done: 4 })
      }))

    test("a subscriber that has failed for now is left for later", () =>
      Effect.gen(function*() {
        const events = yield* Events
        const told: Array<string> = []
        yield* events.subscribe({ name: "broken", types: "*", handle: () => Effect.die(new Error("a bug")) })
        yield* subscribe("steady", "*", () => void told.push("steady"))
        yield* ring(1)
        yield* patient(drain)
        assert.deepStrictEqual(told, ["steady"])
        assert.deepStrictEqual(yield* (yield* JobQueue).counts, { waiting: 1, working: 0, dead: 0, done: 1 })
      }))

    test("what a subscriber publishes is delivered, too", () =>
      Effect.gen(function*() {
        const events = yield* Events
        const transactor = yield* Transactor
        const told: Array<string> = []
        yield* events.subscribe({
          name: "porter",
          types: [BellRang.type],
          handle: () => transactor.transaction(events.publish([DoorOpened.make("door", {})]))
        })
        yield* subscribe("guest", [DoorOpened.type], () => void told.push("in"))
        yield* ring(1)
        yield* drain
        assert.deepStrictEqual(told, ["in"])
      }))

    test("more events than fit into one hand are handed over in the order in which they happened", () =>
      Effect.gen(function*() {
        const events = yield* Events
        const told: Array<number> = []
        yield* subscribe("clerk", "*", (event) => void told.push(timesOf(event)))
        const many = Array.from({ length: 250 }, (_, index) => index)
        yield* transaction(events.publish(many.map((times) => BellRang.make("bell", { times }))))
        yield* drain
        assert.deepStrictEqual(told, many)
      }))

    test("events are handed over with what is written for them, or not at all", () =>
      Effect.gen(function*() {
        const repository = yield* EventRepository
        yield* ring(1)
        const stopped = yield* Effect.flip(repository.relay(10, () => Effect.fail("the line is dead")))
        assert.strictEqual(stopped, "the line is dead")
        const delivered: Array<string> = []
        const deliver = (events: ReadonlyArray<DomainEvent.DomainEvent>) =>
          Effect.sync(() => void delivered.push(...events.map(({ type }) => type)))
        assert.strictEqual(yield* repository.relay(10, deliver), 1)
        assert.strictEqual(yield* repository.relay(10, deliver), 0)
        assert.deepStrictEqual(delivered, ["bell.rang"])
      }))

    test("of many who hand events over at once, each event is handed over by one", () =>
      Effect.gen(function*() {
        const repository = yield* EventRepository
        const events = yield* Events
        yield* transaction(events.publish(Array.from({ length: 40 }, (_, times) => BellRang.make("bell", { times }))))
        const seen: Array<string> = []
        yield* Effect.all(
          Array.from({ length: 8 }, () =>
            repository.relay(10, (events) => Effect.sync(() => void seen.push(...events.map(({ id }) => id))))),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(seen.length, 40)
        assert.strictEqual(new Set(seen).size, 40)
      }))

    test("a history holds the first five hundred of its events, however many there are", () =>
      Effect.gen(function*() {
        const repository = yield* EventRepository
        yield* ring(0)
        const [first] = yield* repository.ofSubject("bell")
        const ids = yield* DomainEvent.EventId.generateMany(500)
        const again = (id: DomainEvent.EventId, times: number) => ({ ...first as DomainEvent.DomainEvent, id, data: { times } })
        yield* transaction(repository.append(ids.map((id, index) => again(id, index + 1))))
        assert.deepStrictEqual((yield* repository.ofSubject("bell")).map(timesOf), Array.from({ length: 500 }, (_, index) => index))
      }))

    test("an event is read as it was written, with what is empty, null, large or in other scripts", () =>
      Effect.gen(function*() {
        const repository = yield* EventRepository
        yield* TestClock.setTime(1_700_000_000_123)
        yield* ring(0)
        const [first] = yield* repository.ofSubject("bell")
        const data = {
          nothing: null,
          empty: "",
          none: [],
          deep: [{ nothing: null }],
          largest: Number.MAX_SAFE_INTEGER,
          least: -Number.MAX_SAFE_INTEGER,
          blanks: " a  b ",
          lines: "a\nb",
          tree: "\u{1F333} \u00e4\u0301",
          long: "ab".repeat(40_000),
          quoted: "'\"\\%_"
        }
        const other = { ...first as DomainEvent.DomainEvent, id: yield* DomainEvent.EventId.generate, subject: "as it is", data }
        yield* transaction(repository.append([other]))
        assert.deepStrictEqual(yield* repository.ofSubject("as it is"), [other])
        assert.strictEqual(other.at, "2023-11-14T22:13:20.123Z")
      }))

    test("nobody reads the history of another store", () =>
      Effect.gen(function*() {
        const events = yield* Events
        const other = yield* StockedShop.addStore("other")
        yield* ring(1)
        assert.deepStrictEqual(yield* StockedShop.inStore(other)(events.history("bell")), [])
      }))

    test("two subscribers of one name are a mistake that shows at once", () =>
      Effect.gen(function*() {
        const events = yield* Events
        const clerk = { name: "clerk", types: "*", handle: () => Effect.void } as const
        yield* events.subscribe(clerk)
        const exit = yield* Effect.exit(events.subscribe(clerk))
        assert.strictEqual(exit._tag, "Failure")
      }))
  })
}
