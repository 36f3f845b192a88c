/**
 * Returns whose pieces are replaced by others, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Catalog } from "../catalog/Catalog.ts"
import { Documents } from "../documents/Documents.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { Returns } from "../returns/Returns.ts"
import { Stores } from "../stores/Stores.ts"
import { GiftCards } from "../value/GiftCards.ts"
import * as Invariants from "./Invariants.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)
const orderOf = (id: string) => system(Effect.flatMap(Orders, (orders) => orders.get(id)))
const refundsOf = (orderId: string) => system(Effect.flatMap(Payments, (payments) => payments.refunds(orderId)))

const allIsWell = Effect.gen(function*() {
  yield* drain
  assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(yield* Shop.Bank) }), [])
  assert.deepStrictEqual(yield* system(Effect.flatMap(Inventory, (inventory) => inventory.reconcile)), [])
})

const arrive = Effect.fnUntraced(function*(orderId: string) {
  for (const event of ["ship", "deliver"] as const) {
    yield* system(Effect.flatMap(Orders, (orders) => orders.changeStatus(orderId, { event })))
  }
})

/** Two boards of 2000 that have arrived, of which the buyer wants one as something else. */
const asked = Effect.fnUntraced(function*(instead: { readonly price?: number; readonly stock?: number } = {}, quantity = 1) {
  const returns = yield* Returns
  const { variantId } = yield* Shop.product({ stock: 5 })
  const other = yield* Shop.product({ title: "Oak board", price: Shop.usd(instead.price ?? 2_000), stock: instead.stock ?? 3 })
  const { order, token } = yield* Shop.place(yield* Shop.guest([variantId, 2]))
  yield* arrive(order.id)
  const lineId = order.lines[0]?.id as string
  const buyer = Actor.as(Actor.guest({ orderToken: token }))
  const exchange = [{ variantId: other.variantId, quantity: 1 }]
  const request = buyer(returns.request(order.id, { lines: [{ lineId, quantity, reason: "changed_mind" }], exchange }))
  const found = yield* request
  const receive = (restock: number, scrap = 0) => system(returns.receive(found.id, { lines: [{ lineId, restock, scrap }] }))
  return { order, lineId, buyer, variantId, otherId: other.variantId, otherProductId: other.productId, id: found.id, found, receive }
})

export const exchangeSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  describe(`exchanges on ${harness.name}`, () => {
    test(
      "new pieces are reserved when an exchange is approved, paid with what the old ones were, and sent as any order",
      Effect.gen(function*() {
        const returns = yield* Returns
        const payments = yield* Payments
        const { buyer, id, order, otherId, receive, variantId } = yield* asked()
        yield* system(Effect.flatMap(Documents, (documents) => documents.invoice(order.id)))
        const approved = yield* system(returns.approve(id))
        const newId = approved.exchange?.orderId ?? ""
        assert.deepInclude(approved, { status: "approved" })
        // held, and neither paid nor to be paid
        assert.deepStrictEqual(yield* Shop.stockOf(otherId), { onHand: 3, available: 2 })
        const placed = yield* buyer(Effect.flatMap(Orders, (orders) => orders.get(newId)))
        assert.deepInclude(placed, { status: "pending", total: Shop.usd(2_000), shipping: null, email: order.email })
        const early = yield* Effect.flip(buyer(payments.initialize({ orderId: newId as never })))
        assert.strictEqual(early._tag, "OrderNotPayable")
        const came = yield* receive(1)
        assert.deepInclude(came, { status: "exchanged", amount: Shop.usd(2_000) })
        assert.strictEqual(came.exchange?.orderId, newId)
        assert.deepInclude(came.exchange, { credit: Shop.usd(2_000), sentFirst: false })
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 4, available: 4 })
        const [refund, ...others] = yield* refundsOf(order.id)
        assert.lengthOf(others, 0)
        assert.deepInclude(refund, { amount: Shop.usd(2_000), state: "succeeded", creditedTo: "exchange" })
        assert.deepInclude(yield* orderOf(newId), { status: "paid", paid: Shop.usd(2_000) })
        assert.deepStrictEqual((yield* orderOf(order.id)).refunded, Shop.usd(2_000))
        assert.lengthOf(yield* (yield* Shop.Bank).bank.refunds, 0)
        // nothing is left that could be given back besides
        assert.strictEqual((yield* Effect.flip(system(returns.refund(id))))._tag, "IllegalTransition")
        const parcel = yield* system(Effect.flatMap(Fulfilments, (all) => all.create(newId)))
        yield* system(Effect.flatMap(Fulfilments, (all) => all.advance(parcel.id, { event: "ship" })))
        assert.strictEqual((yield* orderOf(newId)).status, "shipped")
        yield* drain
        const papers = yield* system((yield* Documents).ofOrder(order.id))
        assert.sameDeepMembers(papers.map(({ content, kind }) => [kind, content.total.amount]), [
          ["invoice", order.total.amount],
          ["credit_note", 2_000]
        ])
        assert.strictEqual((yield* system((yield* Documents).invoice(newId))).content.total.amount, 2_000)
        const types = (orderId: string) =>
          Effect.map(buyer(Effect.flatMap(Orders, (orders) => orders.timeline(orderId))), (all) => all.map(({ type }) => type))
        assert.includeMembers(yield* types(order.id), ["return.requested", "return.status_changed", "return.exchanged", "order.refunded"])
        assert.includeMembers(yield* types(newId), ["order.placed", "order.replaces", "order.paid"])
        yield* allIsWell
      })
    )

    test(
      "what new pieces cost more is paid as any order is, and what they cost less goes back to the card",
      Effect.gen(function*() {
        const returns = yield* Returns
        const payments = yield* Payments
        const dearer = yield* asked({ price: 3_250 })
        const newId = (yield* system(returns.approve(dearer.id))).exchange?.orderId ?? ""
        yield* dearer.receive(0, 1)
        assert.deepInclude(yield* orderOf(newId), { status: "pending", paid: Shop.usd(2_000), total: Shop.usd(3_250) })
        yield* allIsWell
        const paid = yield* dearer.buyer(payments.initialize({ orderId: newId as never, gateway: "sandbox", method: "sandbox_success" }))
        assert.deepStrictEqual([paid.amount, paid.state], [Shop.usd(1_250), "captured"])
        assert.strictEqual((yield* orderOf(newId)).status, "paid")
        const cheaper = yield* asked({ price: 1_500 })
        // of what came, the shop keeps something for its trouble
        yield* system(returns.approve(cheaper.id, { restockingFee: Shop.usd(100) }))
        const came = yield* cheaper.receive(1)
        yield* drain
        assert.deepInclude(came, { status: "exchanged", amount: Shop.usd(1_900) })
        assert.sameDeepMembers(
          [...yield* refundsOf(cheaper.order.id)].map(({ amount, creditedTo, state }) => [amount.amount, creditedTo, state]),
          [[1_500, "exchange", "succeeded"], [400, undefined, "succeeded"]]
        )
        assert.strictEqual((yield* orderOf(cheaper.order.id)).refunded.amount, 1_900)
        yield* allIsWell
      })
    )

    test(
      "of many exchanges for the last piece one is approved, and a piece is free again when it is called off or runs out",
      Effect.gen(function*() {
        const returns = yield* Returns
        const payments = yield* Payments
        const first = yield* asked({ stock: 1 })
        const exchange = [{ variantId: first.otherId, quantity: 1 }]
        const second = yield* first.buyer(returns.request(first.order.id, {
          lines: [{ lineId: first.lineId, quantity: 1, reason: "changed_mind" }],
          exchange
        }))
        const both = [first.id, second.id]
        const approved = yield* Effect.all(both.map((id) => Effect.exit(system(returns.approve(id)))), { concurrency: "unbounded" })
        assert.strictEqual(approved.filter(Exit.isSuccess).length, 1)
        assert.strictEqual((yield* Shop.stockOf(first.otherId)).available, 0)
        const winner = both[approved.findIndex(Exit.isSuccess)] ?? ""
        const loser = both[approved.findIndex(Exit.isFailure)] ?? ""
        assert.strictEqual((yield* Effect.flip(system(returns.approve(loser))))._tag, "InsufficientStock")
        const waits = yield* system(returns.get(loser))
        assert.deepStrictEqual([waits.status, waits.exchange?.orderId], ["requested", null])
        yield* first.buyer(returns.cancel(winner))
        assert.strictEqual((yield* Shop.stockOf(first.otherId)).available, 1)
        const held = yield* system(returns.approve(loser))
        yield* TestClock.adjust("22 days")
        yield* payments.recover
        yield* drain
        assert.strictEqual((yield* orderOf(held.exchange?.orderId ?? "")).status, "cancelled")
        assert.strictEqual((yield* Shop.stockOf(first.otherId)).available, 1)
        // whoever sends it after that gets the money
        const late = yield* system(returns.receive(loser, { lines: [{ lineId: first.lineId, restock: 1, scrap: 0 }] }))
        assert.deepInclude(late, { status: "received", amount: Shop.usd(2_000) })
        assert.strictEqual((yield* system(returns.refund(loser))).status, "refunded")
        yield* allIsWell
      })
    )

    test(
      "old pieces that are received by many at once pay once, and only so many as came",
      Effect.gen(function*() {
        const returns = yield* Returns
        const { id, lineId, order, receive } = yield* asked({ price: 3_500 }, 2)
        const newId = (yield* system(returns.approve(id))).exchange?.orderId ?? ""
        const received = yield* Effect.all(Array.from({ length: 4 }, () => Effect.exit(receive(1))), { concurrency: "unbounded" })
        assert.strictEqual(received.filter(Exit.isSuccess).length, 1)
        assert.deepInclude(yield* orderOf(newId), { status: "pending", paid: Shop.usd(2_000) })
        assert.deepStrictEqual((yield* refundsOf(order.id)).map(({ amount }) => amount.amount), [2_000])
        // what did not come can be asked for again
        const lines = [{ lineId, quantity: 1, reason: "other" as const }]
        assert.strictEqual((yield* system(returns.request(order.id, { lines }))).status, "requested")
        assert.strictEqual((yield* Effect.flip(system(returns.request(order.id, { lines }))))._tag, "ReturnExceedsOrder")
        yield* allIsWell
      })
    )

    it.effect("a store that sends first pays the new pieces at once, and gives nothing out before the old ones are here", () => {
      const mailbox = Mailbox.make()
      return Effect.gen(function*() {
        yield* Shop.ships
        const returns = yield* Returns
        yield* system(Effect.flatMap(Stores, (stores) => stores.update({ settings: { exchangeSends: "at_once" } })))
        const { buyer, id, lineId, order, receive } = yield* asked({ price: 1_500 })
        const approved = yield* system(returns.approve(id))
        const newId = approved.exchange?.orderId ?? ""
        assert.deepInclude(approved, { status: "approved", amount: null })
        assert.deepInclude(approved.exchange, { sentFirst: true, credit: Shop.usd(1_500) })
        assert.strictEqual((yield* orderOf(newId)).status, "paid")
        // the piece is given away: it can neither be kept nor asked for again
        const kept = yield* Effect.flip(buyer(returns.cancel(id)))
        assert.deepInclude(kept, { _tag: "IllegalTransition", allowed: ["receive"] })
        const again = [{ lineId, quantity: 2, reason: "other" as const }]
        assert.deepInclude(yield* Effect.flip(system(returns.request(order.id, { lines: again }))), {
          _tag: "ReturnExceedsOrder",
          lines: [{ lineId, wanted: 2, left: 1 }]
        })
        // the buyer gives the new order up: its money waits on a card that nobody has the code of
        yield* buyer(Effect.flatMap(Orders, (orders) => orders.cancel(newId)))
        yield* drain
        const cards = system(Effect.flatMap(GiftCards, (cards) => cards.list()))
        assert.deepInclude((yield* cards).items[0], { balance: Shop.usd(1_500), lastFour: null })
        yield* receive(1)
        yield* drain
        assert.deepInclude(yield* system(returns.get(id)), { status: "exchanged", amount: Shop.usd(2_000) })
        assert.isNotNull((yield* cards).items[0]?.lastFour)
        const codes = mailbox.mails.flatMap(({ text }) => /[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/.exec(text) ?? [])
        assert.lengthOf(codes, 1)
        // of two pieces that the money went over for one comes back: nobody gets the code of what is on the card
        const halved = yield* asked({ price: 3_500 }, 2)
        const halvedFor = (yield* system(returns.approve(halved.id))).exchange?.orderId ?? ""
        yield* halved.buyer(Effect.flatMap(Orders, (orders) => orders.cancel(halvedFor)))
        assert.deepInclude(yield* halved.receive(1), { status: "exchanged", amount: Shop.usd(2_000) })
        yield* drain
        const card = (yield* cards).items.find(({ balance }) => balance.amount === 3_500)
        assert.deepInclude(card, { status: "active", lastFour: null })
        // what costs more than the old pieces waits for them all the same
        const dearer = yield* asked({ price: 2_001 })
        const waits = yield* system(returns.approve(dearer.id))
        assert.deepInclude(waits.exchange, { sentFirst: false, credit: null })
        yield* dearer.receive(1)
        yield* drain
        assert.isTrue(mailbox.mails.some(({ subject }) => subject.startsWith("$0.01 are missing for your exchange")))
        yield* allIsWell
      }).pipe(Effect.provide(Layer.provide(Shop.layer(harness.storage()), Mailbox.layer(mailbox))))
    })

    test(
      "new pieces are let go where nothing came back for them, or the money went back by hand",
      Effect.gen(function*() {
        const returns = yield* Returns
        const payments = yield* Payments
        const nothing = yield* asked()
        const first = (yield* system(returns.approve(nothing.id))).exchange?.orderId ?? ""
        assert.deepInclude(yield* nothing.receive(0), { status: "received", amount: Shop.usd(0) })
        const gone = yield* asked()
        const second = (yield* system(returns.approve(gone.id))).exchange?.orderId ?? ""
        yield* system(payments.refund(gone.order.id, { reason: "by hand" }))
        const came = yield* gone.receive(1)
        assert.deepInclude(came, { status: "received", amount: Shop.usd(2_000) })
        for (const id of [first, second]) assert.deepInclude(yield* orderOf(id), { status: "cancelled", paid: Shop.usd(0) })
        assert.strictEqual((yield* Effect.flip(system(returns.refund(gone.id))))._tag, "RefundExceedsCaptured")
        assert.strictEqual((yield* system(returns.close(gone.id))).status, "closed")
        yield* allIsWell
      })
    )

    test(
      "new pieces that there are not, are named twice, cost nothing or are not sold any more are refused with nothing changed",
      Effect.gen(function*() {
        const returns = yield* Returns
        const { buyer, id, lineId, order, otherId } = yield* asked({ price: 0 })
        const lines = [{ lineId, quantity: 1, reason: "other" as const }]
        const item = { variantId: otherId, quantity: 1 }
        for (const exchange of [[{ ...item, variantId: "var_01jd0000000000000000000000" }], [item, item], [], [{ ...item, quantity: 0 }]]) {
          const refused = yield* Effect.flip(buyer(returns.request(order.id, { lines, exchange })))
          assert.strictEqual(refused._tag, "InvalidInput")
        }
        assert.strictEqual((yield* Effect.flip(system(returns.approve(id))))._tag, "InvalidInput")
        const gone = yield* asked()
        yield* system(Effect.flatMap(Catalog, (catalog) => catalog.updateProduct(gone.otherProductId, { status: "archived" })))
        assert.strictEqual((yield* Effect.flip(system(returns.approve(gone.id))))._tag, "NotForSale")
        for (const each of [id, gone.id]) assert.strictEqual((yield* system(returns.get(each))).status, "requested")
        assert.lengthOf((yield* system(Effect.flatMap(Orders, (orders) => orders.list()))).items, 2)
        yield* allIsWell
      })
    )
  })
}
