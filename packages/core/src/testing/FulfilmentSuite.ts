/**
 * Sending orders in parts, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { EventRepository } from "../events/EventRepository.ts"
import type { Fulfilment, FulfilmentEvent } from "../fulfilment/Fulfilment.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as OfflineGateway from "../payments/OfflineGateway.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { Stores } from "../stores/Stores.ts"
import * as Mailbox from "./Mailbox.ts"
import { inState, ordered } from "./OrderFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.staff("user_1", ["orders:*", "settings:*", "inventory:*"]))
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

const create = (...args: Parameters<Fulfilments["Service"]["create"]>) =>
  staff(Effect.flatMap(Fulfilments, (fulfilments) => fulfilments.create(...args)))
const advance = (id: string, event: FulfilmentEvent, more: object = {}) =>
  staff(Effect.flatMap(Fulfilments, (fulfilments) => fulfilments.advance(id, { event, ...more })))
const statusOf = (orderId: string) =>
  staff(Effect.flatMap(Orders, (orders) => Effect.map(orders.get(orderId), ({ status }) => status)))

/** An order of two lines: five boards and three mugs. */
const twoLines = Effect.gen(function*() {
  const board = yield* Shop.product({ stock: 10 })
  const mug = yield* Shop.product({ title: "Mug", stock: 10 })
  const { order, token } = yield* Shop.place(yield* Shop.guest([board.variantId, 5], [mug.variantId, 3]))
  const lineOf = (variantId: string) => order.lines.find((line) => line.variantId === variantId)?.id ?? ("" as never)
  return { id: order.id, number: order.number, token, board: lineOf(board.variantId), mug: lineOf(mug.variantId) }
})

const piecesOf = (all: ReadonlyArray<Fulfilment>) =>
  all.filter(({ status }) => status !== "cancelled").flatMap(({ lines }) => lines)
    .reduce((sum, { quantity }) => sum + quantity, 0)

export const fulfilmentSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () =>
      Effect.andThen(Shop.ships, body).pipe(
        Effect.provide(Shop.layer(harness.storage(), { gateways: [OfflineGateway.cashOnDelivery()] }))
      ))

  describe(`fulfilments, on ${harness.name}`, () => {
    test(
      "an order goes out in two parcels, and follows them until both have arrived",
      Effect.gen(function*() {
        const { board, id, mug, token } = yield* twoLines
        const first = yield* create(id, { lines: [{ lineId: board, quantity: 2 }, { lineId: mug, quantity: 3 }] })
        assert.deepInclude(first, { status: "pending", kind: "ship", version: 1 })
        assert.strictEqual(yield* statusOf(id), "processing")
        yield* advance(first.id, "pick")
        yield* advance(first.id, "pack")
        const shipped = yield* advance(first.id, "ship", {
          tracking: [{ carrier: "Post", number: "RB1", url: "https://post.example.com/RB1" }]
        })
        assert.isNotNull(shipped.shippedAt)
        assert.strictEqual(yield* statusOf(id), "processing")
        yield* TestClock.adjust("1 hour")
        const rest = yield* create(id)
        assert.deepStrictEqual(rest.lines, [{ lineId: board, quantity: 3 }])
        yield* advance(rest.id, "ship")
        assert.strictEqual(yield* statusOf(id), "shipped")
        yield* advance(first.id, "deliver", { proof: { receivedBy: "Ada" } })
        assert.strictEqual(yield* statusOf(id), "shipped")
        yield* advance(rest.id, "deliver")
        assert.strictEqual(yield* statusOf(id), "delivered")

        // the buyer sees the parcels and the timeline
        const buyer = Actor.as(Actor.guest({ orderToken: token }))
        const fulfilments = yield* Fulfilments
        const mine = yield* buyer(fulfilments.ofOrder(id))
        assert.deepStrictEqual(mine.map(({ proof, status }) => [status, proof?.receivedBy ?? null]), [
          ["delivered", "Ada"],
          ["delivered", null]
        ])
        assert.deepStrictEqual(mine[0]?.tracking, [{ carrier: "Post", number: "RB1", url: "https://post.example.com/RB1" }])
        const timeline = yield* buyer(Effect.flatMap(Orders, (orders) => orders.timeline(id)))
        assert.deepStrictEqual(timeline.map(({ type }) => type).filter((type) => type.startsWith("fulfilment.")), [
          "fulfilment.created",
          "fulfilment.advanced",
          "fulfilment.advanced",
          "fulfilment.shipped",
          "fulfilment.created",
          "fulfilment.shipped",
          "fulfilment.delivered",
          "fulfilment.delivered"
        ])
      })
    )

    test(
      "no piece is sent twice, however many people pack at once",
      Effect.gen(function*() {
        const { board, id, mug } = yield* twoLines
        const fulfilments = yield* Fulfilments
        const attempts = Array.from({ length: 12 }, (_, index) =>
          create(id, { lines: [{ lineId: index % 2 === 0 ? board : mug, quantity: 1 + index % 3 }] }))
        const outcomes = yield* Effect.forEach(attempts, (attempt) => Effect.result(attempt), { concurrency: "unbounded" })
        for (const outcome of outcomes) {
          if (outcome._tag === "Failure") assert.include(["ExceedsOrdered", "VersionConflict", "IllegalTransition"], outcome.failure._tag)
        }
        const all = yield* staff(fulfilments.ofOrder(id))
        for (const [lineId, quantity] of [[board, 5], [mug, 3]] as const) {
          const sent = all.flatMap(({ lines }) => lines).filter((line) => line.lineId === lineId)
            .reduce((sum, line) => sum + line.quantity, 0)
          assert.isAtMost(sent, quantity)
        }
        assert.isAbove(piecesOf(all), 0)
        if (piecesOf(all) < 8) yield* create(id)
        assert.strictEqual(piecesOf(yield* staff(fulfilments.ofOrder(id))), 8)
        assert.strictEqual((yield* Effect.flip(create(id)))._tag, "ExceedsOrdered")
      })
    )

    test(
      "more than was ordered is refused with what is left, and changes nothing",
      Effect.gen(function*() {
        const { board, id, mug } = yield* twoLines
        const error = yield* Effect.flip(create(id, {
          lines: [{ lineId: mug, quantity: 1 }, { lineId: board, quantity: 4 }, { lineId: board, quantity: 2 }]
        }))
        assert.deepInclude(error, { _tag: "ExceedsOrdered", lines: [{ lineId: board, wanted: 6, left: 5 }] })
        assert.strictEqual(yield* statusOf(id), "paid")
        const foreign = (yield* twoLines).board
        assert.strictEqual((yield* Effect.flip(create(id, { lines: [{ lineId: foreign, quantity: 1 }] })))._tag, "InvalidInput")
        assert.strictEqual(piecesOf([yield* create(id)]), 8)
      })
    )

    test(
      "what was cancelled can be sent after all",
      Effect.gen(function*() {
        const { board, id } = yield* twoLines
        const first = yield* create(id)
        yield* advance(first.id, "cancel")
        const second = yield* create(id, { lines: [{ lineId: board, quantity: 5 }] })
        assert.strictEqual((yield* Effect.flip(advance(first.id, "ship")))._tag, "IllegalTransition")
        assert.strictEqual(second.version, 1)
      })
    )

    test(
      "only what is paid or promised is sent, and not while the order rests",
      Effect.gen(function*() {
        for (const state of ["pending", "failed", "on_hold", "cancelled", "refunded", "delivered"] as const) {
          const { id } = yield* inState(state)
          assert.strictEqual((yield* Effect.flip(create(id)))._tag, "IllegalTransition", state)
        }
        const { variantId } = yield* Shop.product({ stock: 10 })
        const { order } = yield* Shop.place(yield* Shop.guest([variantId, 1]), undefined, { payment: { gateway: "cash-on-delivery" } })
        const parcel = yield* create(order.id)
        yield* advance(parcel.id, "ship")
        assert.strictEqual(yield* statusOf(order.id), "shipped")
        const { id } = yield* ordered()
        const held = yield* create(id)
        yield* staff(Effect.flatMap(Orders, (orders) => orders.changeStatus(id, { event: "hold" })))
        assert.strictEqual((yield* Effect.flip(advance(held.id, "ship")))._tag, "IllegalTransition")
      })
    )

    test(
      "an order of which something has left cannot be cancelled, and one that is cancelled sends nothing more",
      Effect.gen(function*() {
        const orders = yield* Orders
        const { board, id } = yield* twoLines
        const first = yield* create(id, { lines: [{ lineId: board, quantity: 1 }] })
        yield* advance(first.id, "ship")
        assert.strictEqual((yield* Effect.flip(staff(orders.cancel(id))))._tag, "IllegalTransition")
        const { id: other } = yield* twoLines
        const waiting = yield* create(other)
        yield* staff(orders.cancel(other))
        yield* drain
        const fulfilments = yield* Fulfilments
        assert.strictEqual((yield* staff(fulfilments.get(waiting.id))).status, "cancelled")
      })
    )

    test(
      "money that goes back for an order of which something has left puts nothing back on the shelf",
      Effect.gen(function*() {
        const payments = yield* Payments
        const { id, variantId } = yield* ordered()
        const { lines } = yield* staff(Effect.flatMap(Orders, (orders) => orders.get(id)))
        const first = yield* create(id, { lines: lines.map((line) => ({ lineId: line.id, quantity: 1 })) })
        yield* advance(first.id, "ship")
        const waiting = yield* create(id)
        yield* Actor.as(Actor.system("test"))(payments.refund(id, { reason: "lost", restock: true }))
        yield* drain
        assert.strictEqual(yield* statusOf(id), "refunded")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 3, available: 3 })
        assert.strictEqual((yield* staff(Effect.flatMap(Fulfilments, (all) => all.get(waiting.id)))).status, "cancelled")
        const { id: whole, variantId: other } = yield* ordered()
        yield* create(whole)
        yield* Actor.as(Actor.system("test"))(payments.refund(whole, { reason: "late", restock: true }))
        assert.deepStrictEqual(yield* Shop.stockOf(other), { onHand: 5, available: 5 })
      })
    )

    test(
      "a parcel that could not be handed over is tried again, and what comes back can be sent again",
      Effect.gen(function*() {
        const orders = yield* Orders
        const fulfilments = yield* Fulfilments
        const { id, token, variantId } = yield* ordered()
        const first = yield* create(id)
        yield* advance(first.id, "ship")
        yield* advance(first.id, "send_out")
        yield* advance(first.id, "fail", { reason: "nobody at home" })
        assert.strictEqual(yield* statusOf(id), "shipped")
        // it is on the road still
        assert.strictEqual((yield* Effect.flip(staff(orders.cancel(id))))._tag, "IllegalTransition")
        yield* advance(first.id, "send_out")
        yield* advance(first.id, "come_back", { reason: "no such address" })
        assert.deepInclude(yield* Effect.flip(advance(first.id, "deliver")), { state: "returned", allowed: [] })
        assert.deepStrictEqual(yield* staff(fulfilments.progress(id)), {
          status: "unfulfilled",
          open: first.lines.map(({ lineId, quantity }) => ({ lineId, quantity, locationId: first.locationId }))
        })
        yield* TestClock.adjust("1 minute")
        const second = yield* create(id)
        assert.strictEqual((yield* Effect.flip(create(id)))._tag, "ExceedsOrdered")
        yield* advance(second.id, "ship")
        const tracked = yield* staff(fulfilments.advance(second.id, { tracking: [{ carrier: "Post", number: "RB2", url: null }] }))
        assert.deepStrictEqual([tracked.status, tracked.tracking[0]?.number], ["shipped", "RB2"])
        yield* advance(second.id, "deliver")
        assert.strictEqual(yield* statusOf(id), "delivered")
        assert.strictEqual((yield* staff(fulfilments.progress(id))).status, "delivered")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 3, available: 3 })
        const buyer = Actor.as(Actor.guest({ orderToken: token }))
        const told = (yield* buyer(orders.timeline(id))).filter(({ type }) => type.startsWith("fulfilment."))
        assert.deepStrictEqual(told.map(({ type }) => type.slice("fulfilment.".length)), [
          "created", "shipped", "advanced", "failed", "advanced", "returned", "created", "shipped", "tracking_changed",
          "delivered"
        ])
      })
    )

    test(
      "an order whose pieces are reserved at two locations leaves each of them",
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const fulfilments = yield* Fulfilments
        const { variantId } = yield* Shop.product({ stock: 2 })
        const manual = yield* Shop.product({ title: "Manual", requiresShipping: false })
        const north = yield* staff(inventory.createLocation({ code: "north", name: "North", priority: 50 }))
        const adjustments = [{ variantId, locationId: north.id, delta: 3 }]
        yield* staff(inventory.adjust({ adjustments, kind: "receive", reason: "new goods" }))
        const { order } = yield* Shop.place(yield* Shop.guest([variantId, 4], [manual.variantId, 1]))
        const lineId = order.lines.find((line) => line.variantId === variantId)?.id ?? ("" as never)
        const { open, status } = yield* staff(fulfilments.progress(order.id))
        assert.strictEqual(status, "unfulfilled")
        assert.deepStrictEqual(open.map((pieces) => pieces.lineId), [lineId, lineId])
        const there = open.find(({ locationId }) => locationId === north.id)?.quantity ?? 0
        assert.isAbove(there, 0)
        const fromNorth = yield* create(order.id, { locationId: north.id })
        assert.deepStrictEqual([fromNorth.locationId, fromNorth.lines], [north.id, [{ lineId, quantity: there }]])
        assert.deepInclude(yield* Effect.flip(create(order.id, { locationId: north.id })), { _tag: "ExceedsOrdered" })
        assert.strictEqual((yield* staff(fulfilments.progress(order.id))).status, "in_progress")
        // what is left is in one place, so that is where it is packed
        const rest = yield* create(order.id)
        assert.deepStrictEqual(rest.lines, [{ lineId, quantity: 4 - there }])
        assert.isNotNull(rest.locationId)
        assert.notStrictEqual(rest.locationId, north.id)
        assert.deepStrictEqual((yield* staff(fulfilments.progress(order.id))).open, [])
        const { order: file } = yield* Shop.place(yield* Shop.guest([manual.variantId, 1]))
        assert.strictEqual((yield* staff(fulfilments.progress(file.id))).status, "not_required")
      })
    )

    test(
      "an order has arrived when two parcels of it arrive at the same moment",
      Effect.gen(function*() {
        for (let round = 0; round < 4; round++) {
          const { board, id, mug } = yield* twoLines
          const one = yield* create(id, { lines: [{ lineId: board, quantity: 5 }] })
          const other = yield* create(id, { lines: [{ lineId: mug, quantity: 3 }] })
          yield* Effect.all([advance(one.id, "ship"), advance(other.id, "ship")], { concurrency: "unbounded" })
          assert.strictEqual(yield* statusOf(id), "shipped")
          yield* Effect.all([advance(one.id, "deliver"), advance(other.id, "deliver")], { concurrency: "unbounded" })
          assert.strictEqual(yield* statusOf(id), "delivered")
        }
      })
    )

    test(
      "an order is picked up at a counter",
      Effect.gen(function*() {
        const { id } = yield* twoLines
        const counter = yield* create(id, { kind: "pickup" })
        const wrong = yield* Effect.flip(advance(counter.id, "ship"))
        assert.deepInclude(wrong, { _tag: "IllegalTransition", allowed: ["pick", "pack", "ready", "cancel"] })
        yield* advance(counter.id, "ready")
        yield* advance(counter.id, "deliver", { proof: { receivedBy: "Ada", note: "showed her passport" } })
        assert.strictEqual(yield* statusOf(id), "delivered")
      })
    )

    test(
      "the warehouse works its list off page by page, by state; a stale step is refused",
      Effect.gen(function*() {
        const fulfilments = yield* Fulfilments
        const made: Array<string> = []
        for (let count = 0; count < 5; count++) made.push((yield* create((yield* ordered()).id)).id)
        yield* advance(made[1] ?? "", "pick", { version: 1 })
        assert.strictEqual((yield* Effect.flip(advance(made[1] ?? "", "pack", { version: 1 })))._tag, "VersionConflict")
        const seen: Array<string> = []
        for (let after: string | null | undefined; after !== null;) {
          const page = yield* staff(fulfilments.list({ status: "pending", limit: 2, ...(after === undefined ? {} : { after }) }))
          seen.push(...page.items.map(({ id }) => id))
          after = page.nextCursor
        }
        assert.deepStrictEqual(seen, made.filter((_, index) => index !== 1).toSorted())
      })
    )

    test(
      "fulfilments are for staff of the store, and their parcels for the buyer",
      Effect.gen(function*() {
        const fulfilments = yield* Fulfilments
        const { id } = yield* ordered()
        const parcel = yield* create(id)
        const clerk = Actor.as(Actor.staff("user_2", ["orders:read"]))
        assert.strictEqual((yield* Effect.flip(clerk(fulfilments.create(id))))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(clerk(fulfilments.advance(parcel.id, { event: "ship" }))))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(fulfilments.ofOrder(id))))._tag, "OrderNotFound")
        const other = yield* staff(Effect.flatMap(Stores, (stores) => stores.create({ code: "other", name: "Other", currency: "USD" })))
        assert.strictEqual((yield* Effect.flip(within(other.id)(staff(fulfilments.get(parcel.id)))))._tag, "FulfilmentNotFound")
        assert.deepStrictEqual((yield* within(other.id)(staff(fulfilments.list()))).items, [])
        assert.include((yield* (yield* EventRepository).ofSubject(id)).map(({ type }) => type), "fulfilment.created")
      })
    )

    it.effect("the buyer is told of each parcel with its number, and not again of the order", () => {
      const mailbox = Mailbox.make()
      return Effect.gen(function*() {
        yield* Shop.ships
        const { board, id, number } = yield* twoLines
        yield* drain
        mailbox.mails.length = 0
        const first = yield* create(id, { lines: [{ lineId: board, quantity: 1 }] })
        yield* advance(first.id, "ship", { tracking: [{ carrier: "Post", number: "RB1", url: null }] })
        const rest = yield* create(id)
        yield* advance(rest.id, "ship")
        yield* drain
        assert.deepStrictEqual(mailbox.mails.map(({ subject }) => subject), [
          `Your order ${number} is on its way`,
          `Your order ${number} is on its way`
        ])
        assert.include(mailbox.mails.map(({ text }) => text).join(), "Post: RB1")
      }).pipe(Effect.provide(Shop.layer(harness.storage()).pipe(Layer.provide(Mailbox.layer(mailbox)))))
    })
  })
}
