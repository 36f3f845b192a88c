/**
 * Cancelling a part of an order, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { Documents } from "../documents/Documents.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { OrderLineId } from "../orders/Order.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { Returns } from "../returns/Returns.ts"
import { Stores } from "../stores/Stores.ts"
import * as Invariants from "./Invariants.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
/** A line of no order. */
const nothing = "oli_00000000000000000000000000"

const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

const allIsWell = Effect.gen(function*() {
  yield* drain
  assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(yield* Shop.Bank) }), [])
  assert.deepStrictEqual(yield* system(Effect.flatMap(Inventory, (inventory) => inventory.reconcile)), [])
})

export const cancellationSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      return Effect.andThen(Shop.ships, body(mailbox)).pipe(
        Effect.provide(Shop.layer(harness.storage()).pipe(Layer.provide(Mailbox.layer(mailbox))))
      )
    })

  /** A paid order of so many of ten pieces at 19.99, which do not divide evenly, and of two mugs. */
  const paid = Effect.fnUntraced(function*(quantity = 3, method: Shop.Method = "sandbox_success") {
    const { variantId } = yield* Shop.product({ price: Shop.usd(1_999) })
    const mug = (yield* Shop.product({ title: "Mug", price: Shop.usd(700) })).variantId
    const { order, token } = yield* Shop.place(yield* Shop.guest([variantId, quantity], [mug, 2]), method)
    yield* drain
    const lineOf = (id: string) => order.lines.find((line) => line.variantId === id)?.id ?? OrderLineId.make(nothing)
    return { id: order.id, order, variantId, mug, lineId: lineOf(variantId), mugId: lineOf(mug), buyer: Actor.as(Actor.guest({ orderToken: token })) }
  })

  const cancel = (orderId: string, lineId: string, quantity: number) =>
    Effect.flatMap(Cancellations, (cancellations) => cancellations.cancel(orderId, { lines: [{ lineId, quantity }], reason: "too many" }))

  const reasonOf = (error: { readonly _tag: string }) => (error as { readonly reason?: string }).reason

  describe(`cancelling a part of an order on ${harness.name}`, () => {
    test("gives back stock and money, once, with a credit note and a mail", (mailbox) =>
      Effect.gen(function*() {
        const documents = yield* Documents
        const { buyer, id, lineId, order, variantId } = yield* paid()
        const invoice = yield* system(documents.invoice(id))
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 7, available: 7 })
        mailbox.mails.length = 0
        const changed = yield* buyer(cancel(id, lineId, 1))
        assert.deepStrictEqual(changed.lines.map(({ cancelled, quantity }) => [quantity, cancelled]), [[3, 1], [2, 0]])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 8, available: 8 })
        yield* allIsWell
        const after = yield* system((yield* Orders).get(id))
        assert.deepStrictEqual([after.status, after.paymentStatus, after.refunded, after.total], [
          "paid",
          "partially_refunded",
          Shop.usd(1_999),
          order.total
        ])
        assert.deepStrictEqual(after.lines, changed.lines)
        const note = (yield* system(documents.ofOrder(id))).find(({ kind }) => kind === "credit_note")
        assert.deepStrictEqual([note?.content.total, note?.content.corrects], [Shop.usd(1_999), invoice.number])
        assert.include(mailbox.mails.map(({ subject }) => subject), `A part of your order ${order.number} at Main store is cancelled`)
        const entry = (yield* buyer((yield* Orders).timeline(id))).find(({ type }) => type === "order.lines_cancelled")
        assert.deepInclude(entry?.data, { lines: [{ lineId, quantity: 1 }], reason: "too many" })
      }))

    test("is for the buyer as long as the shop lets them, and for staff after that", () =>
      Effect.gen(function*() {
        const orders = yield* Orders
        yield* system(Effect.flatMap(Stores, (stores) => stores.update({ settings: { cancelMinutes: 30 } })))
        const { buyer, id, lineId } = yield* paid()
        yield* TestClock.adjust("29 minutes")
        yield* buyer(cancel(id, lineId, 1))
        yield* TestClock.adjust("1 minute")
        const late = { _tag: "CancelWindowClosed", code: "cancel_window_closed", order: id } as const
        assert.deepInclude(yield* Effect.flip(buyer(cancel(id, lineId, 1))), late)
        assert.deepInclude(yield* Effect.flip(buyer(orders.cancel(id))), late)
        assert.strictEqual((yield* system(orders.get(id))).status, "paid")
        assert.strictEqual((yield* system(orders.cancel(id))).status, "cancelled")
        yield* allIsWell
      }))

    test("piece by piece, and then as a whole, gives back the order to the last cent and all of its stock", () =>
      Effect.gen(function*() {
        const orders = yield* Orders
        const { id, lineId, mug, mugId, order, variantId } = yield* paid()
        yield* system(cancel(id, lineId, 1))
        yield* system(cancel(id, mugId, 2))
        yield* system(cancel(id, lineId, 1))
        yield* allIsWell
        const last = yield* Effect.flip(system(cancel(id, lineId, 1)))
        assert.deepStrictEqual([last._tag, reasonOf(last)], ["CancellationRefused", "whole"])
        yield* system(orders.cancel(id))
        yield* allIsWell
        const after = yield* system(orders.get(id))
        assert.deepStrictEqual([after.status, after.refunded], ["cancelled", order.total])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        assert.deepStrictEqual(yield* Shop.stockOf(mug), { onHand: 10, available: 10 })
      }))

    test("leaves the rest to be sent and to come back, and nothing of it twice", () =>
      Effect.gen(function*() {
        const fulfilments = yield* Fulfilments
        const orders = yield* Orders
        const returns = yield* Returns
        const { id, lineId, mugId, variantId } = yield* paid()
        const parcel = yield* system(fulfilments.create(id, { lines: [{ lineId, quantity: 1 }] }))
        yield* system(fulfilments.advance(parcel.id, { event: "ship" }))
        const packed = yield* Effect.flip(system(cancel(id, lineId, 3)))
        assert.deepStrictEqual((packed as { readonly lines?: unknown }).lines, [{ lineId, wanted: 3, left: 2 }])
        yield* system(cancel(id, lineId, 1))
        const rest = yield* system(fulfilments.create(id))
        assert.deepStrictEqual(rest.lines, [{ lineId, quantity: 1 }, { lineId: mugId, quantity: 2 }])
        // it is not sent after all: what has left is all of the order, and it is on its way
        yield* system(fulfilments.advance(rest.id, { event: "cancel" }))
        yield* Effect.flatMap(Cancellations, (cancellations) =>
          system(cancellations.cancel(id, { lines: [{ lineId, quantity: 1 }, { lineId: mugId, quantity: 2 }] })))
        yield* drain
        assert.strictEqual((yield* system(orders.get(id))).status, "shipped")
        const late = yield* Effect.flip(system(cancel(id, lineId, 1)))
        assert.deepStrictEqual([late._tag, reasonOf(late)], ["CancellationRefused", "too_late"])
        const tooMany = yield* Effect.flip(system(returns.request(id, { lines: [{ lineId, quantity: 2, reason: "damaged" }] })))
        assert.deepStrictEqual((tooMany as { readonly lines?: unknown }).lines, [{ lineId, wanted: 2, left: 1 }])
        const back = yield* system(returns.request(id, { lines: [{ lineId, quantity: 1, reason: "damaged" }] }))
        yield* system(returns.approve(back.id))
        yield* system(returns.receive(back.id, { lines: [{ lineId, restock: 1, scrap: 0 }] }))
        yield* system(returns.refund(back.id))
        yield* allIsWell
        const after = yield* system(orders.get(id))
        // everything but the shipping
        assert.strictEqual(after.refunded.amount, after.total.amount - after.shippingTotal.amount)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
      }))

    test("comes before, between and after returns of what has left already, to the last cent", () =>
      Effect.gen(function*() {
        const fulfilments = yield* Fulfilments
        const orders = yield* Orders
        const returns = yield* Returns
        const { id, lineId, mugId, variantId } = yield* paid(4)
        const giveBack = Effect.fnUntraced(function*() {
          const back = yield* system(returns.request(id, { lines: [{ lineId, quantity: 1, reason: "damaged" }] }))
          yield* system(returns.approve(back.id))
          yield* system(returns.receive(back.id, { lines: [{ lineId, restock: 1, scrap: 0 }] }))
          yield* system(returns.refund(back.id))
        })
        const early = yield* Effect.flip(giveBack())
        assert.strictEqual(early._tag, "ReturnRefused")
        const parcel = yield* system(fulfilments.create(id, { lines: [{ lineId, quantity: 1 }] }))
        assert.strictEqual((yield* Effect.flip(giveBack()))._tag, "ReturnRefused")
        yield* system(cancel(id, lineId, 1))
        yield* system(fulfilments.advance(parcel.id, { event: "ship" }))
        yield* giveBack()
        // one has left and is back; what waits to be sent cannot come back
        const more = yield* Effect.flip(giveBack())
        assert.deepStrictEqual((more as { readonly lines?: unknown }).lines, [{ lineId, wanted: 1, left: 0 }])
        yield* system(cancel(id, lineId, 1))
        const rest = yield* system(fulfilments.create(id, { lines: [{ lineId, quantity: 1 }, { lineId: mugId, quantity: 2 }] }))
        yield* system(fulfilments.advance(rest.id, { event: "ship" }))
        yield* giveBack()
        yield* allIsWell
        const after = yield* system(orders.get(id))
        assert.deepStrictEqual([after.status, after.refunded], ["shipped", Shop.usd(4 * 1_999)])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
      }))

    test("is refused to strangers, too late, before the money, and of what is not there", () =>
      Effect.gen(function*() {
        const orders = yield* Orders
        const cancellations = yield* Cancellations
        const { buyer, id, lineId, mugId, order } = yield* paid()
        const refusals = (error: { readonly _tag: string }) => [error._tag, reasonOf(error)]
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(cancel(id, lineId, 1))))._tag, "OrderNotFound")
        const reader = Actor.as(Actor.staff("key_1", ["orders:read"]))
        assert.strictEqual((yield* Effect.flip(reader(cancel(id, lineId, 1))))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(system(cancel(id, nothing, 1))))._tag, "InvalidInput")
        const twice = { lines: [{ lineId, quantity: 1 }, { lineId, quantity: 1 }] }
        assert.strictEqual((yield* Effect.flip(system(cancellations.cancel(id, twice))))._tag, "InvalidInput")
        assert.strictEqual((yield* Effect.flip(system(cancel(id, mugId, 3))))._tag, "CancellationExceedsOrder")
        const stale = { lines: [{ lineId, quantity: 1 }], version: order.version + 7 }
        assert.strictEqual((yield* Effect.flip(system(cancellations.cancel(id, stale))))._tag, "VersionConflict")
        yield* system(orders.changeStatus(id, { event: "process" }))
        assert.deepStrictEqual(refusals(yield* Effect.flip(buyer(cancel(id, lineId, 1)))), ["CancellationRefused", "too_late"])
        const waiting = yield* paid(2, "sandbox_redirect")
        assert.deepStrictEqual(refusals(yield* Effect.flip(waiting.buyer(cancel(waiting.id, waiting.lineId, 1)))), [
          "CancellationRefused",
          "not_paid"
        ])
        const promised = yield* paid(2, "sandbox_authorize")
        yield* system(orders.changeStatus(promised.id, { event: "process" }))
        assert.deepStrictEqual(refusals(yield* Effect.flip(system(cancel(promised.id, promised.lineId, 1)))), [
          "CancellationRefused",
          "not_paid"
        ])
        assert.deepStrictEqual((yield* system(orders.get(id))).lines, order.lines)
      }))

    test("gives back no more than is left, if money went back by hand before", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { id, lineId, order } = yield* paid()
        yield* system(payments.refund(id, { amount: Shop.usd(order.total.amount - 500), reason: "kindness" }))
        yield* system(cancel(id, lineId, 1))
        yield* drain
        const after = yield* system((yield* Orders).get(id))
        assert.deepStrictEqual(after.refunded, order.total)
      }))

    test("makes up for what an edit added and nobody paid, before money goes back, on paper too", () =>
      Effect.gen(function*() {
        const documents = yield* Documents
        const edits = yield* OrderEdits
        const { buyer, id, lineId, mugId, order } = yield* paid()
        yield* system(documents.invoice(id))
        const sofa = yield* Shop.product({ title: "Sofa", price: Shop.usd(50_000) })
        const { order: more } = yield* system(edits.apply(id, { add: [{ variantId: sofa.variantId, quantity: 2 }] }))
        const sofaId = more.lines[2]?.id ?? nothing
        assert.strictEqual(more.open.amount, 100_000)
        const one = yield* buyer(cancel(id, sofaId, 1))
        assert.deepStrictEqual([one.open.amount, one.total.amount, one.paymentStatus], [50_000, order.total.amount + 50_000, "partially_paid"])
        assert.deepStrictEqual(yield* buyer((yield* Orders).get(id)), one)
        yield* buyer(cancel(id, mugId, 1))
        const left = yield* buyer(cancel(id, sofaId, 1))
        yield* allIsWell
        // the mug made up for 7 of it, so that 7 of the last sofa were paid
        const after = yield* system((yield* Orders).get(id))
        assert.deepStrictEqual([left.open.amount, after.open.amount, after.status, after.refunded.amount, after.total.amount], [
          0,
          0,
          "paid",
          700,
          order.total.amount
        ])
        const papers = yield* system(documents.ofOrder(id))
        const sum = papers.reduce((sum, { content, kind }) => sum + (kind === "invoice" ? 1 : -1) * content.total.amount, 0)
        assert.strictEqual(sum, order.total.amount - 700)
        assert.deepStrictEqual(yield* Shop.stockOf(sofa.variantId), { onHand: 10, available: 10 })
        yield* buyer(cancel(id, lineId, 1))
        yield* allIsWell
        assert.strictEqual((yield* system((yield* Orders).get(id))).refunded.amount, 700 + 1_999)
      }))

    test("is refused while the money for what an edit added is on its way, so that nobody pays for what is gone", () =>
      Effect.gen(function*() {
        const edits = yield* OrderEdits
        const payments = yield* Payments
        const { buyer, id } = yield* paid()
        const sofa = yield* Shop.product({ title: "Sofa", price: Shop.usd(50_000) })
        const { order: more } = yield* system(edits.apply(id, { add: [{ variantId: sofa.variantId, quantity: 1 }] }))
        yield* buyer(payments.initialize({ orderId: id, gateway: "sandbox", method: "sandbox_redirect" }))
        const before = yield* system((yield* Orders).get(id))
        const refused = yield* Effect.flip(buyer(cancel(id, more.lines[2]?.id ?? nothing, 1)))
        assert.deepStrictEqual([refused._tag, reasonOf(refused)], ["CancellationRefused", "being_paid"])
        assert.deepStrictEqual(yield* system((yield* Orders).get(id)), before)
      }))

    test("of many who cancel and pack the last pieces at once, each piece goes to one", () =>
      Effect.gen(function*() {
        const fulfilments = yield* Fulfilments
        const { id, lineId } = yield* paid(6)
        yield* system((yield* Orders).changeStatus(id, { event: "process" }))
        const attempts = Array.from({ length: 10 }, (_, index) =>
          index % 2 === 0
            ? Effect.map(Effect.exit(system(cancel(id, lineId, 1))), Exit.isSuccess)
            : Effect.map(
              Effect.exit(system(fulfilments.create(id, { lines: [{ lineId, quantity: 1 }] }))),
              Exit.isSuccess
            ))
        const outcomes = yield* Effect.all(attempts, { concurrency: "unbounded" })
        const done = outcomes.filter((isDone) => isDone).length
        const order = yield* system((yield* Orders).get(id))
        const cancelled = order.lines.find((line) => line.id === lineId)?.cancelled ?? 0
        const packed = (yield* system(fulfilments.ofOrder(id))).reduce((sum, { lines }) => sum + (lines[0]?.quantity ?? 0), 0)
        assert.strictEqual(cancelled + packed, done)
        assert.isAbove(done, 0)
        assert.isAtMost(done, 6)
        yield* allIsWell
        assert.strictEqual((yield* system((yield* Orders).get(id))).refunded.amount, cancelled * 1_999)
      }))
  })
}
