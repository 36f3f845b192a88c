/**
 * What follows from refunds whose money comes back besides the money itself: papers, parcels, gift cards, referrals.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Documents } from "../documents/Documents.ts"
import { FulfilmentRepository } from "../fulfilment/FulfilmentRepository.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Orders } from "../orders/Orders.ts"
import type { CreateRefund } from "../payments/Payment.ts"
import { Payments } from "../payments/Payments.ts"
import { StoredValueRepository } from "../value/StoredValueRepository.ts"
import { Taxes } from "../tax/Taxes.ts"
import { creditNotes, drain, edit, invoice, lineOf, owed, papers, system } from "./MoneyFixture.ts"
import * as Fixture from "./PaymentFixture.ts"
import type { ScriptedGateway } from "./ScriptedGateway.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const refund = (orderId: string, input: Partial<CreateRefund> = {}) =>
  // ids of the same moment have no order
  Effect.andThen(
    TestClock.adjust("1 second"),
    Effect.flatMap(Payments, (payments) => Fixture.staff(payments.refund(orderId, { reason: "broken", ...input })))
  )

/** The buyer's bank sends the money of a refund back, and the shop hears of it, whatever else is still to be done. */
const comesBack = Effect.fnUntraced(function*(bank: ScriptedGateway, { gatewayReference }: { readonly gatewayReference: string | null }) {
  yield* bank.bank.endRefund(gatewayReference ?? "", "failed")
  yield* TestClock.adjust("1 day")
  yield* (yield* Payments).recover
})

/** An order with tax that does not come out even, and its invoice. */
const invoiced = Effect.gen(function*() {
  yield* system(Effect.flatMap(Taxes, (taxes) => taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 77_700 })))
  const ordered = yield* Fixture.ordered()
  yield* invoice(ordered.order.id)
  return { ...ordered, total: ordered.order.total.amount }
})

const notesOf = (orderId: string) =>
  Effect.map(system(Effect.flatMap(Documents, (documents) => documents.ofOrder(orderId))), (all) =>
    all.filter(({ kind }) => kind === "credit_note"))

const takeBack = (id: string) => system(Effect.flatMap(Documents, (documents) => documents.takeBack(id)))

/** Why a credit note is not taken back. */
const refusal = (id: string) =>
  Effect.map(Effect.flip(takeBack(id)), (error) => error._tag === "CreditNoteStands" ? error.reason : error._tag)

export const failedRefundPapersSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`what follows from refunds whose money comes back, on ${harness.name}`, () => {
    test("invoices again what was credited as never paid, where the order goes on, and credits it again when that is over", (bank) =>
      Effect.gen(function*() {
        const { as, order, total } = yield* invoiced
        const { edit: { charged } } = yield* edit(order.id, { lines: [{ lineId: lineOf(order), quantity: 3 }] })
        yield* drain
        const first = yield* refund(order.id)
        yield* drain
        assert.deepStrictEqual([yield* creditNotes(order.id), (yield* papers(order.id)).total], [[total, charged.amount].toSorted((a, b) => a - b), 0])
        for (let round = 0; round < 2; round++) {
          const [last] = round === 0 ? [first] : [yield* refund(order.id)]
          yield* drain
          assert.strictEqual((yield* papers(order.id)).total, 0)
          yield* comesBack(bank, last)
          yield* drain
          const now = yield* Fixture.orderNow(order.id)
          assert.deepStrictEqual([now.status, now.open], ["on_hold", charged])
          // the money that came back is still owed, and the rest is to be paid
          assert.strictEqual((yield* papers(order.id)).total, charged.amount)
        }
        yield* as(Effect.flatMap(Payments, (payments) => payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" })))
        yield* drain
        assert.strictEqual((yield* papers(order.id)).total, charged.amount)
        yield* refund(order.id)
        yield* drain
        assert.deepStrictEqual(yield* papers(order.id), { total: 0, tax: 0, rates: 0, isSound: true })
        assert.deepStrictEqual(yield* owed(order.id), [])
      }))

    test("leaves no paper of what nobody pays any more, where the order is over again before anybody has written one", (bank) =>
      Effect.gen(function*() {
        const { order } = yield* invoiced
        yield* edit(order.id, { lines: [{ lineId: lineOf(order), quantity: 3 }] })
        yield* drain
        const first = yield* refund(order.id)
        yield* drain
        yield* comesBack(bank, first)
        yield* refund(order.id)
        yield* drain
        assert.deepStrictEqual(yield* papers(order.id), { total: 0, tax: 0, rates: 0, isSound: true })
      }))

    test("lets staff who keep the money take the credit note back, once, and what goes back later is credited as ever", (bank) =>
      Effect.gen(function*() {
        const documents = yield* Documents
        const { as, order, total } = yield* invoiced
        const before = yield* papers(order.id)
        const first = yield* refund(order.id, { amount: Shop.usd(1_001) })
        yield* drain
        const [note] = yield* notesOf(order.id)
        const id = note?.id ?? ""
        assert.strictEqual(yield* refusal(id), "not_failed")
        yield* comesBack(bank, first)
        yield* drain
        assert.strictEqual((yield* Effect.flip(as(documents.takeBack(id))))._tag, "Unauthenticated")
        const paper = yield* takeBack(id)
        assert.deepStrictEqual(
          [paper.kind, paper.takesBack, paper.content.corrects, paper.content.total, paper.content.tax],
          ["invoice", note?.id, note?.number, Shop.usd(1_001), note?.content.tax]
        )
        assert.strictEqual((yield* takeBack(id)).id, paper.id)
        yield* drain
        assert.deepStrictEqual(yield* papers(order.id), before)
        assert.strictEqual((yield* invoice(order.id)).content.total.amount, total, "the order's own invoice is another one")
        for (const amount of [1, 17, 700]) yield* Effect.andThen(refund(order.id, { amount: Shop.usd(amount) }), drain)
        assert.strictEqual((yield* papers(order.id)).total, total - 718)
        yield* refund(order.id)
        yield* drain
        assert.deepStrictEqual(yield* papers(order.id), { total: 0, tax: 0, rates: 0, isSound: true })
        assert.deepStrictEqual(yield* owed(order.id), [])
      }))

    test("lets staff take back no more of a credit note than no other refund stands in for", (bank) =>
      Effect.gen(function*() {
        const { order, total } = yield* invoiced
        const first = yield* refund(order.id, { amount: Shop.usd(1_000) })
        yield* drain
        const [note] = yield* notesOf(order.id)
        yield* comesBack(bank, first)
        yield* refund(order.id, { amount: Shop.usd(333) })
        yield* drain
        assert.lengthOf(yield* notesOf(order.id), 1, "the note of the first is that of the second")
        const paper = yield* takeBack(note?.id ?? "")
        assert.deepStrictEqual([paper.content.total, (yield* papers(order.id)).total], [Shop.usd(667), total - 333])
        const other = yield* refund(order.id, { amount: Shop.usd(500) })
        yield* drain
        const another = (yield* notesOf(order.id)).find(({ refundId }) => refundId === other.id)
        yield* comesBack(bank, other)
        yield* refund(order.id, { amount: Shop.usd(500) })
        yield* drain
        assert.strictEqual(yield* refusal(another?.id ?? ""), "replaced")
        assert.strictEqual((yield* papers(order.id)).total, total - 833)
        const [whole] = (yield* system(Effect.flatMap(Documents, (documents) => documents.list({ kind: "invoice" })))).items
        assert.strictEqual(yield* refusal(whole?.id ?? ""), "not_a_refund")
      }))

    test("lets staff who keep the money of an order that stays closed take its credit note back", (bank) =>
      Effect.gen(function*() {
        const { order, total } = yield* invoiced
        const first = yield* refund(order.id, { restock: true })
        yield* drain
        yield* comesBack(bank, first)
        yield* drain
        assert.deepStrictEqual([(yield* Fixture.orderNow(order.id)).status, (yield* papers(order.id)).total], ["refunded", 0])
        const [note] = yield* notesOf(order.id)
        yield* takeBack(note?.id ?? "")
        yield* drain
        assert.strictEqual((yield* papers(order.id)).total, total)
      }), { settled: false })

    test("takes no gift card and calls no parcel off where the money is back before anybody has looked after the refund", (bank) =>
      Effect.gen(function*() {
        const { variantId: card } = yield* Shop.product({ title: "Gift card", price: Shop.usd(2_500), giftCard: true, stock: 0 })
        const { variantId } = yield* Shop.product()
        const { order } = yield* Shop.place(yield* Shop.guest([variantId, 1], [card, 1]))
        yield* drain
        const goods = order.lines.findIndex(({ giftCard }) => giftCard === undefined)
        const parcel = yield* system(Effect.flatMap(Fulfilments, (all) => all.create(order.id, { lines: [{ lineId: lineOf(order, goods), quantity: 1 }] })))
        const first = yield* refund(order.id)
        yield* comesBack(bank, first)
        yield* drain
        const [sold] = yield* Effect.flatMap(StoredValueRepository, (all) => all.soldIn(order.id))
        const parcels = yield* Effect.flatMap(FulfilmentRepository, (all) => all.ofOrder(order.id))
        assert.deepStrictEqual([sold?.status, sold?.balance], ["active", 2_500])
        assert.deepStrictEqual(parcels.map(({ id, status }) => [id, status]), [[parcel.id, parcel.status]])
        yield* system(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event: "resume" })))
        yield* system(Effect.flatMap(Fulfilments, (all) => all.advance(parcel.id, { event: "ship" })))
      }))
  })
}
