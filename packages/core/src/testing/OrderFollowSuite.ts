/**
 * Following an order while things happen to it, on any storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { EventId } from "../events/DomainEvent.ts"
import { EventRepository } from "../events/EventRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { TimelineEntry } from "../orders/Order.ts"
import { Orders } from "../orders/Orders.ts"
import { ordered } from "./OrderFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.staff("key_1", ["orders:read", "orders:write"]))

/** Reads what a stream gives, one entry after the other. */
const reading = <E>(entries: Stream.Stream<TimelineEntry, E>) =>
  Effect.gen(function*() {
    const queue = yield* Queue.unbounded<TimelineEntry>()
    const reader = yield* Effect.forkChild(Stream.runForEach(entries, (entry) => Queue.offer(queue, entry)))
    return { next: Queue.take(queue), waiting: Queue.size(queue), leave: Fiber.interrupt(reader) }
  })

export const orderFollowSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  describe(`following an order on ${harness.name}`, () => {
    test(
      "tells its buyer what happened and then what happens, without the names of staff",
      Effect.gen(function*() {
        const orders = yield* Orders
        const { id, token } = yield* ordered()
        const buyer = Actor.as(Actor.guest({ orderToken: token }))
        const { next, waiting } = yield* buyer(reading(orders.follow(id)))
        assert.deepStrictEqual((yield* Effect.all([next, next])).map(({ type }) => type), ["order.placed", "order.paid"])
        yield* staff(orders.changeStatus(id, { event: "ship" }))
        // no time has passed: this process has told itself
        const shipped = yield* next
        assert.deepStrictEqual([shipped.type, shipped.actor], ["order.status_changed", "staff"])
        yield* staff(orders.changeStatus(id, { event: "deliver" }))
        const delivered = yield* next
        assert.strictEqual(delivered.type, "order.status_changed")
        assert.strictEqual(yield* waiting, 0)
        const rest = yield* buyer(Stream.runCollect(Stream.take(orders.follow(id, { after: shipped.id }), 1)))
        assert.deepStrictEqual(rest, [delivered])
        // of what is no entry of this order, all are after it
        const all = yield* buyer(Stream.runCollect(Stream.take(orders.follow(id, { after: "evt_of_nobody" }), 4)))
        assert.deepStrictEqual(all, yield* buyer(orders.timeline(id)))
      })
    )

    test(
      "sees within two seconds what another process has written, and each entry once",
      Effect.gen(function*() {
        const orders = yield* Orders
        const events = yield* EventRepository
        const { id } = yield* ordered()
        const { next, waiting } = yield* staff(reading(orders.follow(id)))
        yield* Effect.all([next, next])
        const written = {
          id: yield* EventId.generate,
          storeId: yield* CurrentStore,
          type: "order.elsewhere",
          subject: id,
          actor: "system:elsewhere",
          requestId: null,
          data: {},
          at: yield* Timestamp.now
        }
        yield* events.append([written])
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual((yield* next).id, written.id)
        yield* TestClock.adjust("10 seconds")
        assert.strictEqual(yield* waiting, 0)
      })
    )

    test(
      "is for those who may see it",
      Effect.gen(function*() {
        const orders = yield* Orders
        const { id } = yield* ordered()
        const first = (actor: Actor.Actor, order: string) =>
          Actor.as(actor)(Effect.flip(Stream.runHead(orders.follow(order))))
        for (const actor of [Actor.guest(), Actor.customer("user_b"), Actor.staff("key_1", ["carts:read"])]) {
          assert.strictEqual((yield* first(actor, id))._tag, "OrderNotFound")
        }
        assert.strictEqual((yield* first(Actor.system(), "ord_of_nobody"))._tag, "OrderNotFound")
        assert.strictEqual((yield* first(Actor.system(), undefined as never))._tag, "InvalidInput")
      })
    )
  })
}
