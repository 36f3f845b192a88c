/**
 * The money of an order of which several things happen beside each other: a return, an edit, a review, a dispute. Whatever meets,
 * each piece is paid back once, and what is owed is owed once.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Analytics } from "../analytics/Analytics.ts"
import { DocumentRepository } from "../documents/DocumentRepository.ts"
import { Documents } from "../documents/Documents.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { defaultFraudSettings } from "../stores/FraudSettings.ts"
import * as Actor from "../kernel/Actor.ts"
import { Orders } from "../orders/Orders.ts"
import { FraudReviews } from "../payments/FraudReviews.ts"
import { GatewayRejected, GatewayUnavailable, type PaymentGateway } from "../payments/PaymentGateway.ts"
import { Payments } from "../payments/Payments.ts"
import * as SandboxGateway from "../payments/SandboxGateway.ts"
import { Claims } from "../returns/Claims.ts"
import { Returns } from "../returns/Returns.ts"
import { Stores } from "../stores/Stores.ts"
import { GiftCards } from "../value/GiftCards.ts"
import { cancel, drain, edit, lineOf, papers, pointsOf, program, refundsOf, says, system } from "./MoneyFixture.ts"
import * as Fixture from "./PaymentFixture.ts"
import * as ScriptedGateway from "./ScriptedGateway.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** A gateway that takes money at once, so that what is under review was taken before anybody has looked. */
const direct = (): PaymentGateway => {
  const sandbox = SandboxGateway.make({ name: "direct" })
  return { ...sandbox, capabilities: { ...sandbox.capabilities, manualCapture: false } }
}

/** A gateway that gives back all of a payment or nothing, and does not always hear that one is given up. */
const wholeOnly = ({ manualCapture }: { readonly manualCapture: boolean }) => {
  const sandbox = SandboxGateway.make({ name: "whole" })
  let isDeaf = false
  const gateway: PaymentGateway = {
    ...sandbox,
    capabilities: { ...sandbox.capabilities, manualCapture, partialRefund: false },
    cancel: (request) => isDeaf ? Effect.fail(new GatewayUnavailable({ gateway: "whole", detail: "no answer" })) : sandbox.cancel(request),
    refund: Effect.fnUntraced(function*(request) {
      const charge = (yield* Effect.orDie(sandbox.bank.charges)).find(({ reference }) => reference === request.gatewayReference)
      return charge?.taken.amount === request.amount.amount
        ? yield* sandbox.refund(request)
        : yield* new GatewayRejected({ gateway: "whole", gatewayCode: "part", detail: "all or nothing" })
    })
  }
  return {
    gateway,
    approve: sandbox.approve,
    hear: (hears: boolean) => Effect.sync(() => {
      isDeaf = !hears
    })
  }
}

/** A buyer pays an order, and again at the bank with a payment that was given up, which the bank does not hear: `payment` is that one. */
const paidTwice = (bank: ScriptedGateway.ScriptedGateway, buyer: Shop.Buyer) =>
  Effect.gen(function*() {
    const payments = yield* Payments
    const { order, payment } = yield* Shop.place(buyer, "sandbox_redirect")
    const [id, reference] = [payment?.id ?? "", payment?.gatewayReference ?? ""]
    bank.on("cancel", () => Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "no answer" })))
    yield* Effect.flip(system(payments.cancel(id)))
    bank.off("cancel")
    yield* Actor.as(buyer.actor)(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" }))
    yield* system(Effect.flatMap(Documents, (documents) => documents.invoice(order.id)))
    yield* bank.approve(reference)
    yield* system(payments.verify(id))
    yield* drain
    return { order, reference }
  })

/** What papers say that an order is worth: invoices less credit notes. */
const worth = (orderId: string) => Effect.map(papers(orderId), ({ total }) => total)

/** What the shop keeps of its sales, and what went back of them. */
const sales = Effect.map(
  system(Effect.flatMap(Analytics, (analytics) => analytics.sales({ from: "1970-01-01", to: "1970-01-01" }))),
  ({ whole }) => whole.figures.flatMap(({ kept, refunded }) => [kept.amount, refunded.amount])
)

/** From now on every order is looked at by a person. */
const reviewed = system(Effect.flatMap(Stores, (stores) =>
  stores.update({ settings: { fraud: { ...defaultFraudSettings, enabled: true, rules: [{ rule: "amount", above: Shop.usd(1_000), points: 50 }] } } })))

export const moneyBesideSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`the money of orders of which several things happen, on ${harness.name}`, () => {
    test("of a return goes onto credit again where a gateway refuses later what was to go back besides it", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const returns = yield* Returns
        const { as, order } = yield* Fixture.ordered()
        const { order: more } = yield* edit(order.id, { lines: [{ lineId: lineOf(order), quantity: 2 }] })
        // ids of the same moment have no order
        yield* TestClock.adjust("1 second")
        yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" }))
        yield* drain
        for (const event of ["ship", "deliver"] as const) {
          yield* system(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event })))
        }
        const lines = [lineOf(more), lineOf(more, 1)]
        const { id } = yield* as(returns.request(order.id, { lines: lines.map((lineId) => ({ lineId, quantity: 1, reason: "changed_mind" })) }))
        yield* system(returns.approve(id))
        yield* system(returns.receive(id, { lines: lines.map((lineId) => ({ lineId, restock: 1, scrap: 0 })) }))
        // the bank takes its time for what the one payment is to give back, and refuses what the other is to
        const refuses = Effect.fail(new GatewayRejected({ gateway: "sandbox", gatewayCode: "no", detail: "the account is closed" }))
        let asked = 0
        bank.on("refund", () => {
          asked += 1
          return asked === 1 ? Effect.succeed({ reference: "re_1", status: "pending", amount: Shop.usd(2_500), failure: null }) : refuses
        })
        const figures = Effect.map(system(returns.get(id)), ({ owed, refunded, status }) => [status, refunded.amount, owed.amount])
        yield* system(returns.refund(id))
        assert.deepStrictEqual(yield* figures, ["partially_refunded", 2_500, 1_500])
        yield* system(returns.refund(id, { to: "store_credit" }))
        assert.deepStrictEqual(yield* figures, ["refunded", 4_000, 0])
        // and then refuses the first as well
        bank.on("retrieveRefund", () => Effect.undefined)
        bank.on("refund", () => refuses)
        yield* TestClock.adjust("2 minutes")
        yield* payments.recover
        yield* drain
        assert.deepStrictEqual(yield* figures, ["partially_refunded", 1_500, 2_500])
        yield* system(returns.refund(id, { to: "store_credit" }))
        assert.deepStrictEqual(yield* figures, ["refunded", 4_000, 0])
        const { items } = yield* system(Effect.flatMap(GiftCards, (cards) => cards.list()))
        assert.deepStrictEqual(items.map(({ balance }) => balance.amount).toSorted((a, b) => a - b), [1_500, 2_500])
      }))

    test("that was taken for what an edit has added, and is rejected, leaves it to be paid, and goes back once", () =>
      Effect.gen(function*() {
        const fulfilments = yield* Fulfilments
        const payments = yield* Payments
        const reviews = yield* FraudReviews
        const { as, order, variantId } = yield* Fixture.ordered("sandbox_success", { pieces: 2 })
        const parcel = yield* system(fulfilments.create(order.id, { lines: [{ lineId: lineOf(order), quantity: 1 }] }))
        yield* system(fulfilments.advance(parcel.id, { event: "ship" }))
        const { order: more } = yield* edit(order.id, { add: [{ variantId: variantId as never, quantity: 1 }] })
        yield* reviewed
        const paying = yield* as(payments.initialize({ orderId: order.id, gateway: "direct", method: "sandbox_success" }))
        assert.strictEqual(paying.state, "captured")
        assert.deepStrictEqual((yield* Fixture.orderNow(order.id)).open, Shop.usd(0))
        const [review] = (yield* system(reviews.reviews({ status: "open" }))).items
        yield* system(reviews.reject(review?.id ?? ""))
        yield* drain
        const rejected = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual(yield* refundsOf(order.id), [["succeeded", 2_000]])
        assert.deepStrictEqual(
          [rejected.open, rejected.paymentStatus, rejected.paid.amount - rejected.refunded.amount],
          [Shop.usd(2_000), "partially_paid", 4_500]
        )
        // nobody pays it: staff take it out, and no money of other pieces goes back for it
        const out = yield* edit(order.id, { lines: [{ lineId: lineOf(more, 1), quantity: 0 }] })
        assert.deepStrictEqual([out.edit.credited, out.edit.refund], [Shop.usd(2_000), Shop.usd(0)])
        yield* drain
        const after = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual(
          [after.total, after.open, after.paid.amount - after.refunded.amount, after.paymentStatus],
          [Shop.usd(4_500), Shop.usd(0), 4_500, "paid"]
        )
      }), { gateways: [direct()], settled: false })

    test("that was taken for what an edit has added, and is rejected, keeps the order at rest until staff let it go on", () =>
      Effect.gen(function*() {
        const fulfilments = yield* Fulfilments
        const orders = yield* Orders
        const payments = yield* Payments
        const reviews = yield* FraudReviews
        const { as, order, variantId } = yield* Fixture.ordered("sandbox_success", { pieces: 2 })
        const send = Effect.fnUntraced(function*(lineId: string) {
          const parcel = yield* system(fulfilments.create(order.id, { lines: [{ lineId, quantity: 1 }] }))
          return yield* system(fulfilments.advance(parcel.id, { event: "ship" }))
        })
        yield* send(lineOf(order))
        const { order: more } = yield* edit(order.id, { add: [{ variantId: variantId as never, quantity: 1 }] })
        yield* reviewed
        yield* as(payments.initialize({ orderId: order.id, gateway: "direct", method: "sandbox_success" }))
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "on_hold")
        const [review] = (yield* system(reviews.reviews({ status: "open" }))).items
        yield* system(reviews.reject(review?.id ?? ""))
        yield* drain
        // whoever was not trusted is sent nothing more unless a person says so
        const status = Effect.map(Fixture.orderNow(order.id), ({ open, status }) => [status, open.amount])
        assert.deepStrictEqual(yield* status, ["on_hold", 2_000])
        yield* Effect.flip(send(lineOf(order)))
        yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" }))
        yield* drain
        assert.deepStrictEqual(yield* status, ["on_hold", 0])
        yield* system(orders.changeStatus(order.id, { event: "resume" }))
        yield* send(lineOf(order))
        yield* send(lineOf(more, 1))
        assert.deepStrictEqual([(yield* Fixture.orderNow(order.id)).status, yield* refundsOf(order.id)], ["shipped", [["succeeded", 2_000]]])
      }), { gateways: [direct()], settled: false })

    const whole = wholeOnly({ manualCapture: false })
    test("that a rejected buyer agrees to at the bank all the same goes back, and what an edit has added stays open", () =>
      Effect.gen(function*() {
        const fulfilments = yield* Fulfilments
        const payments = yield* Payments
        const reviews = yield* FraudReviews
        const { as, order, variantId } = yield* Fixture.ordered("sandbox_success", { pieces: 2 })
        const parcel = yield* system(fulfilments.create(order.id, { lines: [{ lineId: lineOf(order), quantity: 1 }] }))
        yield* system(fulfilments.advance(parcel.id, { event: "ship" }))
        yield* edit(order.id, { add: [{ variantId: variantId as never, quantity: 1 }] })
        yield* reviewed
        const paying = yield* as(payments.initialize({ orderId: order.id, gateway: "whole", method: "sandbox_redirect" }))
        const [review] = (yield* system(reviews.reviews({ status: "open" }))).items
        yield* TestClock.adjust("1 second")
        yield* whole.hear(false)
        yield* system(reviews.reject(review?.id ?? ""))
        yield* whole.hear(true)
        yield* whole.approve(paying.gatewayReference ?? "")
        yield* system(payments.verify(paying.id))
        yield* drain
        const now = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([now.open, now.paymentStatus, yield* refundsOf(order.id)], [Shop.usd(2_000), "partially_paid", [["succeeded", 2_000]]])
        // by other means they pay as anybody does
        yield* TestClock.adjust("1 second")
        yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" }))
        yield* drain
        assert.deepStrictEqual((yield* Fixture.orderNow(order.id)).open, Shop.usd(0))
      }), { gateways: [whole.gateway], settled: false })

    test("that waits for disputes about more than was paid waits no longer than one of them may be won", (bank) =>
      Effect.gen(function*() {
        const { order, payment } = yield* Fixture.ordered("sandbox_success", { pieces: 3 })
        const one = { reference: "dp_1", paymentReference: payment.gatewayReference ?? "", status: "needs_response", amount: Shop.usd(4_000) } as const
        const other = { ...one, reference: "dp_2" }
        yield* says(bank, one)
        yield* says(bank, other)
        yield* cancel(order, 2)
        assert.deepStrictEqual(yield* refundsOf(order.id), [["waiting", 4_000]])
        yield* says(bank, { ...one, status: "lost" })
        yield* says(bank, { ...other, status: "won" })
        yield* drain
        // the bank has given 40 of 65 to the buyer, and 25 are all that is left
        assert.deepStrictEqual(yield* refundsOf(order.id), [["failed", 1_500], ["succeeded", 2_500]])
      }))

    test("is not given back for pieces that an edit has added and nobody has paid, nor asked for once they are back", () =>
      Effect.gen(function*() {
        const returns = yield* Returns
        const claims = yield* Claims
        const sent = Effect.gen(function*() {
          const bought = yield* Fixture.ordered()
          yield* system(Effect.flatMap(Documents, (documents) => documents.invoice(bought.order.id)))
          const { order } = yield* edit(bought.order.id, { lines: [{ lineId: lineOf(bought.order), quantity: 3 }] })
          assert.deepStrictEqual(order.open, Shop.usd(4_000))
          for (const event of ["ship", "deliver"] as const) {
            yield* system(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event })))
          }
          return { ...bought, order }
        })
        const figures = (id: string) =>
          Effect.map(Fixture.orderNow(id), ({ open, paymentStatus, total }) => [total.amount, open.amount, paymentStatus])
        const { as, order } = yield* sent
        const added = lineOf(order, 1)
        const take = Effect.fnUntraced(function*(lineId: string, quantity: number) {
          const { id } = yield* as(returns.request(order.id, { lines: [{ lineId, quantity, reason: "changed_mind" }] }))
          yield* system(returns.approve(id))
          return yield* system(returns.receive(id, { lines: [{ lineId, restock: quantity, scrap: 0 }] }))
        })
        const first = yield* take(added, 1)
        assert.deepStrictEqual([first.amount, first.owed], [Shop.usd(0), Shop.usd(0)])
        assert.deepStrictEqual(yield* figures(order.id), [4_500, 2_000, "partially_paid"])
        yield* system(returns.close(first.id))
        // of the piece that was paid, no money goes back either while as much is left to pay
        assert.deepStrictEqual((yield* take(lineOf(order), 1)).amount, Shop.usd(0))
        assert.deepStrictEqual(yield* figures(order.id), [2_500, 0, "paid"])
        const last = yield* take(added, 1)
        assert.deepStrictEqual(last.amount, Shop.usd(2_000))
        yield* system(returns.refund(last.id))
        yield* drain
        assert.deepStrictEqual([yield* refundsOf(order.id), yield* worth(order.id)], [[["succeeded", 2_000]], 500])
        const lost = yield* sent
        const { id } = yield* lost.as(claims.open(lost.order.id, { lines: [{ lineId: lineOf(lost.order, 1), quantity: 2, reason: "lost" }] }))
        assert.deepStrictEqual((yield* system(claims.refund(id))).amount, Shop.usd(4_000))
        yield* drain
        assert.deepStrictEqual(yield* figures(lost.order.id), [2_500, 0, "paid"])
        assert.deepStrictEqual([yield* refundsOf(lost.order.id), yield* worth(lost.order.id)], [[], 2_500])
      }))

    test("that is reserved for what an edit has added is let go with that, although money of the order went back before", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, variantId } = yield* Fixture.ordered("sandbox_success", { pieces: 2 })
        yield* cancel(order, 1)
        yield* drain
        const { order: more } = yield* edit(order.id, { add: [{ variantId: variantId as never, quantity: 1 }] })
        const reserved = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_authorize" }))
        assert.deepStrictEqual([reserved.state, reserved.amount], ["authorized", Shop.usd(2_000)])
        yield* edit(order.id, { lines: [{ lineId: lineOf(more, 1), quantity: 0 }] })
        yield* drain
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["cancelled", "partially_refunded"])
      }))

    test("that came twice and went back once is on no paper, takes no points and is nothing that the shop has not kept", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        yield* program
        const ada = yield* Shop.account("ada@example.com")
        const { variantId } = yield* Shop.product()
        const { order } = yield* paidTwice(bank, yield* Shop.customer(ada, [variantId, 2]))
        const now = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([now.paymentStatus, now.paid.amount, now.refunded.amount], ["paid", 9_000, 4_500])
        assert.deepStrictEqual([yield* worth(order.id), yield* pointsOf(ada), yield* sales], [4_500, 400, [4_500, 0]])
        // what goes back of the order itself is
        yield* system(payments.refund(order.id, { amount: Shop.usd(2_250), reason: "late" }))
        yield* drain
        assert.deepStrictEqual([yield* worth(order.id), yield* pointsOf(ada), yield* sales], [2_250, 200, [2_250, 2_250]])
        const notes = (yield* system(Effect.flatMap(Documents, (documents) => documents.ofOrder(order.id)))).filter(({ kind }) => kind === "credit_note")
        assert.deepStrictEqual(notes.map(({ content }) => content.reason), ["late"])
        yield* system(payments.refund(order.id, { reason: "they want none of it" }))
        yield* drain
        assert.deepStrictEqual([yield* worth(order.id), yield* pointsOf(ada), yield* sales], [0, 0, [0, 4_500]])
      }))

    test("that came twice and was taken back by the bank once takes no points", (bank) =>
      Effect.gen(function*() {
        yield* program
        const ada = yield* Shop.account("ada@example.com")
        const { variantId } = yield* Shop.product()
        bank.on("refund", () => Effect.fail(new GatewayRejected({ gateway: "sandbox", gatewayCode: "no", detail: "a dispute is on its way" })))
        const { order, reference } = yield* paidTwice(bank, yield* Shop.customer(ada, [variantId, 2]))
        bank.off("refund")
        const dispute = { reference: "dp_1", paymentReference: reference, status: "needs_response", amount: Shop.usd(4_500) } as const
        yield* says(bank, dispute)
        yield* says(bank, { ...dispute, status: "lost" })
        yield* drain
        const { paid, paymentStatus, refunded } = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([paymentStatus, paid.amount, refunded.amount], ["paid", 9_000, 0])
        assert.deepStrictEqual([yield* worth(order.id), yield* pointsOf(ada)], [4_500, 400])
      }))

    test("gives points for the rest of an order from which a gift card was taken before it was paid", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        yield* program
        const ada = yield* Shop.account("ada@example.com")
        const { variantId } = yield* Shop.product()
        const { variantId: card } = yield* Shop.product({ title: "Gift card", price: Shop.usd(2_500), giftCard: true, stock: 0 })
        const { order, payment } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 2], [card, 1]), "sandbox_authorize")
        const gift = order.lines.findIndex(({ giftCard }) => giftCard !== undefined)
        yield* edit(order.id, { lines: [{ lineId: lineOf(order, gift), quantity: 0 }] })
        yield* system(payments.capture(payment?.id ?? ""))
        yield* drain
        assert.deepStrictEqual((yield* Fixture.orderNow(order.id)).paid, Shop.usd(4_500))
        assert.strictEqual(yield* pointsOf(ada), 400)
        yield* system(payments.refund(order.id, { amount: Shop.usd(2_250), reason: "late" }))
        yield* drain
        assert.strictEqual(yield* pointsOf(ada), 200)
      }))

    test("that was lost in a dispute takes its points, until the bank thinks otherwise", (bank) =>
      Effect.gen(function*() {
        yield* program
        const ada = yield* Shop.account("ada@example.com")
        const { variantId } = yield* Shop.product()
        const { payment } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 2]))
        yield* drain
        const dispute = { reference: "dp_1", paymentReference: payment?.gatewayReference ?? "", status: "needs_response", amount: Shop.usd(2_250) } as const
        yield* says(bank, dispute)
        yield* drain
        assert.strictEqual(yield* pointsOf(ada), 400)
        yield* says(bank, { ...dispute, status: "lost" })
        yield* drain
        assert.strictEqual(yield* pointsOf(ada), 200)
        yield* says(bank, { ...dispute, status: "won" })
        yield* drain
        assert.strictEqual(yield* pointsOf(ada), 400)
      }))

    it.effect("is on one credit note, though two refunds of the same moment find it on none, and a number is not used for nothing", () => {
      const bank = ScriptedGateway.make({ secret: "whsec_test" })
      let isBehind = false
      const storage = harness.storage()
      const documents = Layer.effect(DocumentRepository, Effect.map(DocumentRepository, (all) =>
        DocumentRepository.of({
          ...all,
          ofOrder: (orderId) => Effect.map(all.ofOrder(orderId), (found) => isBehind ? found.filter(({ kind }) => kind === "invoice") : found)
        })))
      return Effect.gen(function*() {
        yield* Shop.ships
        const { variantId } = yield* Shop.product()
        const { order } = yield* paidTwice(bank, yield* Shop.customer(yield* Shop.account("ada@example.com"), [variantId, 2]))
        isBehind = true
        yield* system(Effect.flatMap(Payments, (payments) => payments.refund(order.id, { reason: "they want none of it" })))
        yield* drain
        isBehind = false
        const all = yield* system(Effect.flatMap(Documents, (documents) => documents.ofOrder(order.id)))
        // ids of the same moment have no order
        const notes = all.filter(({ kind }) => kind === "credit_note")
        assert.deepStrictEqual(notes.map(({ content }) => content.total.amount), [4_500])
      }).pipe(Effect.provide(Shop.layer(Layer.merge(storage, Layer.provide(documents, storage)), { bank })))
    })

    test("gives points for what was paid, and none for what an edit took out before", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        yield* program
        const ada = yield* Shop.account("ada@example.com")
        const { variantId } = yield* Shop.product()
        const { order, payment } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 3]), "sandbox_authorize")
        yield* edit(order.id, { lines: [{ lineId: lineOf(order), quantity: 1 }] })
        yield* system(payments.capture(payment?.id ?? ""))
        yield* drain
        assert.deepStrictEqual((yield* Fixture.orderNow(order.id)).paid, Shop.usd(2_500))
        assert.strictEqual(yield* pointsOf(ada), 200)
      }))

    test("gives points for what an edit has added once that is paid, and takes those of no other goods where it goes back", () =>
      Effect.gen(function*() {
        const orders = yield* Orders
        const payments = yield* Payments
        yield* program
        const ada = yield* Shop.account("ada@example.com")
        const asAda = Actor.as(Actor.customer(ada))
        const { variantId } = yield* Shop.product()
        const { variantId: card } = yield* Shop.product({ title: "Gift card", price: Shop.usd(2_500), giftCard: true, stock: 0 })
        const { order } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]))
        yield* drain
        assert.strictEqual(yield* pointsOf(ada), 200)
        const { order: more } = yield* edit(order.id, { lines: [{ lineId: lineOf(order), quantity: 2 }], add: [{ variantId: card as never, quantity: 1 }] })
        for (const event of ["process", "ship"] as const) yield* system(orders.changeStatus(order.id, { event }))
        yield* drain
        assert.deepStrictEqual([more.open, yield* pointsOf(ada)], [Shop.usd(4_500), 200], "nobody has paid for more")
        // what goes back of what was paid is a half of that
        yield* system(payments.refund(order.id, { amount: Shop.usd(1_250), reason: "late" }))
        yield* drain
        assert.strictEqual(yield* pointsOf(ada), 100)
        yield* asAda(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" }))
        yield* drain
        // 45.00 without the card, of which 32.50 are left
        assert.strictEqual(yield* pointsOf(ada), Math.floor(400 * 3_250 / 4_500))
        yield* system(payments.refund(order.id, { amount: Shop.usd(2_000), reason: "the second board" }))
        yield* drain
        assert.strictEqual(yield* pointsOf(ada), Math.floor(400 * 1_250 / 4_500))
      }))

    test("gives points for what is left of an exchange of goods by an edit, and none for what is not paid", () =>
      Effect.gen(function*() {
        yield* program
        const ada = yield* Shop.account("ada@example.com")
        const { variantId } = yield* Shop.product()
        const { variantId: oil } = yield* Shop.product({ title: "Oil", price: Shop.usd(750) })
        const { order } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]))
        yield* edit(order.id, { lines: [{ lineId: lineOf(order), quantity: 0 }], add: [{ variantId: oil as never, quantity: 4 }] })
        yield* drain
        // 30.00 for oil, of which 20.00 are paid
        assert.deepStrictEqual([(yield* Fixture.orderNow(order.id)).open, yield* pointsOf(ada)], [Shop.usd(1_000), 200])
        yield* Actor.as(Actor.customer(ada))(Effect.flatMap(Payments, (payments) =>
          payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" })))
        yield* drain
        assert.strictEqual(yield* pointsOf(ada), 300)
      }))

    test("that comes for what an edit has added, when less of it is left, pays that, and the rest goes back", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order } = yield* Fixture.ordered()
        // what went back of the order before is the buyer's, and makes up for nothing
        yield* system(payments.refund(order.id, { amount: Shop.usd(500), reason: "late" }))
        const { order: more } = yield* edit(order.id, { lines: [{ lineId: lineOf(order), quantity: 3 }] })
        const paying = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_redirect" }))
        assert.deepStrictEqual(paying.amount, Shop.usd(4_000))
        // given up, which the bank does not hear, and one of the two is taken out again
        bank.on("cancel", () => Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "no answer" })))
        yield* Effect.flip(system(payments.cancel(paying.id)))
        bank.off("cancel")
        yield* edit(order.id, { lines: [{ lineId: lineOf(more, 1), quantity: 1 }] })
        yield* bank.approve(paying.gatewayReference ?? "")
        yield* system(payments.verify(paying.id))
        yield* drain
        const now = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual(
          [now.total, now.open, now.paymentStatus, yield* refundsOf(order.id)],
          [Shop.usd(4_500), Shop.usd(0), "partially_refunded", [["succeeded", 500], ["succeeded", 2_000]]]
        )
        assert.include(yield* Fixture.told(order.id), "order.balance_paid")
      }))

    test("that is too much for what an edit has added goes back in full, whatever went back of the rest before", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order } = yield* Fixture.ordered()
        const { order: more } = yield* edit(order.id, { lines: [{ lineId: lineOf(order), quantity: 3 }] })
        const paying = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_redirect" }))
        bank.on("cancel", () => Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "no answer" })))
        yield* Effect.flip(system(payments.cancel(paying.id)))
        bank.off("cancel")
        yield* edit(order.id, { lines: [{ lineId: lineOf(more, 1), quantity: 1 }] })
        // one refund has gone out, and another is on its way
        yield* system(payments.refund(order.id, { amount: Shop.usd(500), reason: "late" }))
        yield* drain
        bank.on("refund", () => Effect.succeed({ reference: "re_1", status: "pending", amount: Shop.usd(300), failure: null }))
        yield* system(payments.refund(order.id, { amount: Shop.usd(300), reason: "very late" }))
        bank.off("refund")
        yield* bank.approve(paying.gatewayReference ?? "")
        yield* system(payments.verify(paying.id))
        yield* drain
        const now = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([now.total, now.open, now.paid], [Shop.usd(4_500), Shop.usd(0), Shop.usd(6_500)])
        assert.deepStrictEqual(yield* refundsOf(order.id), [["pending", 300], ["succeeded", 500], ["succeeded", 2_000]])
      }), { settled: false })

    test("that was asked for before the order was paid by other means pays nothing of what an edit has added since", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        for (const quantity of [2, 3]) {
          const { as, order, payment } = yield* Fixture.ordered("sandbox_redirect")
          bank.on("cancel", () => Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "no answer" })))
          yield* Effect.flip(system(payments.cancel(payment.id)))
          bank.off("cancel")
          yield* TestClock.adjust("1 second")
          yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" }))
          const { order: more } = yield* edit(order.id, { lines: [{ lineId: lineOf(order), quantity }] })
          yield* bank.approve(payment.gatewayReference ?? "")
          yield* system(payments.verify(payment.id))
          yield* drain
          const now = yield* Fixture.orderNow(order.id)
          assert.deepStrictEqual([now.open, now.paymentStatus, yield* refundsOf(order.id)], [more.open, "partially_paid", [["succeeded", 2_500]]])
        }
      }))

    test("that is too much and a gateway gives back as a whole only goes back onto the gift card that paid the rest", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { code, giftCard } = yield* system(Effect.flatMap(GiftCards, (cards) => cards.create({ amount: Shop.usd(2_000) })))
        const { variantId } = yield* Shop.product()
        const buyer = yield* Shop.guest([variantId, 2])
        const { order, payment } = yield* Shop.place(buyer, undefined, {
          payment: { gateway: "whole", method: "sandbox_redirect" },
          giftCards: [code ?? ""]
        })
        assert.deepStrictEqual(payment?.amount, Shop.usd(2_500))
        yield* whole.hear(false)
        yield* Effect.flip(system(payments.cancel(payment?.id ?? "")))
        yield* whole.hear(true)
        yield* edit(order.id, { lines: [{ lineId: lineOf(order), quantity: 1 }] })
        yield* whole.approve(payment?.gatewayReference ?? "")
        yield* system(payments.verify(payment?.id ?? ""))
        yield* drain
        const now = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([now.total, now.status, now.paymentStatus], [Shop.usd(2_500), "paid", "paid"])
        assert.deepStrictEqual(yield* refundsOf(order.id), [["succeeded", 2_000]])
        const { balance } = yield* system(Effect.flatMap(GiftCards, (cards) => cards.get(giftCard.id)))
        assert.deepStrictEqual(balance, Shop.usd(2_000))
        // what staff give back then is the gateway's, and all of it
        yield* system(payments.refund(order.id, { reason: "sorry" }))
        yield* drain
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "refunded")
      }), { gateways: [whole.gateway], settled: false })

    test("that came otherwise than it was asked for stands in for nothing that a dispute holds", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, payment: odd } = yield* Fixture.ordered("sandbox_mismatch", { pieces: 2 })
        assert.strictEqual(odd.state, "mismatched")
        const payment = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" }))
        yield* says(bank, { reference: "dp_1", paymentReference: payment.gatewayReference ?? "", status: "needs_response", amount: Shop.usd(4_500) })
        yield* cancel(order, 1)
        yield* drain
        assert.deepStrictEqual(yield* refundsOf(order.id), [["waiting", 2_000]])
        yield* says(bank, { reference: "dp_1", paymentReference: payment.gatewayReference ?? "", status: "won", amount: Shop.usd(4_500) })
        yield* drain
        const now = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([yield* refundsOf(order.id), now.refunded], [[["succeeded", 2_000]], Shop.usd(2_000)])
      }))

    test("that went over to other pieces and is disputed keeps those here, and is on no card until the dispute is won", (bank) =>
      Effect.gen(function*() {
        const orders = yield* Orders
        const returns = yield* Returns
        const { as, order, payment } = yield* Fixture.ordered()
        const { variantId: other } = yield* Shop.product({ title: "Oak board" })
        for (const event of ["ship", "deliver"] as const) yield* system(orders.changeStatus(order.id, { event }))
        const { id } = yield* as(returns.request(order.id, {
          lines: [{ lineId: lineOf(order), quantity: 1, reason: "does_not_fit" }],
          exchange: [{ variantId: other as never, quantity: 1 }]
        }))
        yield* system(returns.approve(id))
        const { exchange } = yield* system(returns.receive(id, { lines: [{ lineId: lineOf(order), restock: 1, scrap: 0 }] }))
        const newId = exchange?.orderId ?? ""
        assert.strictEqual((yield* Fixture.orderNow(newId)).status, "paid")
        const dispute = { reference: "dp_1", paymentReference: payment.gatewayReference ?? "", status: "needs_response", amount: Shop.usd(2_500) } as const
        yield* says(bank, dispute)
        yield* drain
        assert.strictEqual((yield* Fixture.orderNow(newId)).status, "on_hold", "it is not sent while nobody knows who pays it")
        yield* system(orders.cancel(newId))
        yield* drain
        const card = Effect.map(system(Effect.flatMap(GiftCards, (cards) => cards.list())), ({ items }) =>
          items.map(({ balance, lastFour }) => [balance.amount, lastFour === null]))
        assert.deepStrictEqual(yield* card, [[2_000, true]], "nobody has its code")
        yield* says(bank, { ...dispute, status: "won" })
        yield* drain
        assert.deepStrictEqual(yield* card, [[2_000, false]])
      }))
  })
}
