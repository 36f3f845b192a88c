/**
 * What plug-ins may refuse of payments, on any storage.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { AuditLog } from "../audit/AuditLog.ts"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { Orders } from "../orders/Orders.ts"
import { FraudReviews } from "../payments/FraudReviews.ts"
import type { PaymentChange, PaymentEvent } from "../payments/PaymentGuards.ts"
import { PaymentGuards } from "../payments/PaymentGuards.ts"
import { Payments } from "../payments/Payments.ts"
import { Returns } from "../returns/Returns.ts"
import { defaultFraudSettings } from "../stores/FraudSettings.ts"
import { Stores } from "../stores/Stores.ts"
import * as Fixture from "./PaymentFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)

/** What a plug-in would add: it refuses as long as it is told to, and remembers what it was asked. */
const fourEyes = Effect.fnUntraced(function*(...events: ReadonlyArray<PaymentEvent>) {
  const asked: Array<PaymentChange> = []
  let isRefusing = true
  yield* (yield* PaymentGuards).add({
    name: "four-eyes",
    events,
    refuses: (change) =>
      Effect.sync(() => {
        asked.push(change)
        return isRefusing ? "a second person has to sign" : undefined
      })
  })
  return { asked, sign: () => void (isRefusing = false) }
})

const assertRefused = (error: object, event: PaymentEvent, payment: string) =>
  assert.deepInclude(error, {
    _tag: "PaymentChangeRefused",
    code: "payment_change_refused",
    guard: "four-eyes",
    reason: "a second person has to sign",
    event,
    payment
  })

export const paymentGuardSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`what plug-ins refuse of payments on ${harness.name}`, () => {
    test("reserved money is not taken before it may be, and the gateway hears nothing of it", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { asked, sign } = yield* fourEyes("capture")
        const { order, payment } = yield* Fixture.ordered("sandbox_authorize")
        const calls = bank.calls.length
        const capture = Fixture.staff(payments.capture(payment.id, { amount: Shop.usd(1_500) }))
        assertRefused(yield* Effect.flip(capture), "capture", payment.id)
        assert.strictEqual(bank.calls.length, calls)
        assert.deepInclude((yield* Fixture.paymentsNow(order.id))[0], { state: "authorized", requested: null, version: payment.version })
        assert.lengthOf((yield* system((yield* AuditLog).list({ subject: payment.id }))).items, 0)
        assert.deepInclude(asked[0], { event: "capture", amount: Shop.usd(1_500), reason: "" })
        assert.strictEqual(asked[0]?.payment.id, payment.id)
        assert.notProperty(asked[0]?.payment, "idempotencyKey")
        sign()
        assert.deepInclude(yield* capture, { state: "captured", captured: Shop.usd(1_500) })
      }))

    test("what the gateway says has happened is never refused", (bank) =>
      Effect.gen(function*() {
        const { asked } = yield* fourEyes("capture", "refund", "void")
        const { order } = yield* Fixture.ordered()
        assert.strictEqual(order.status, "paid")
        assert.strictEqual(yield* Fixture.takings(bank), 1)
        // what an order that is over gets back follows from its end
        yield* Fixture.staff((yield* Orders).cancel(order.id))
        yield* drain
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["refunded"])
        assert.lengthOf(asked, 0)
      }))

    test("reserved money is not let go before it may be", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { sign } = yield* fourEyes("void")
        const { order, payment } = yield* Fixture.ordered("sandbox_authorize")
        const cancel = Fixture.staff(payments.cancel(payment.id))
        assertRefused(yield* Effect.flip(cancel), "void", payment.id)
        assert.deepInclude((yield* Fixture.paymentsNow(order.id))[0], { state: "authorized", requested: null })
        sign()
        assert.strictEqual((yield* cancel).state, "cancelled")
      }))

    test("nor with an edit after which nobody owes it", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const edits = yield* OrderEdits
        const { sign } = yield* fourEyes("void")
        const { as, order, variantId } = yield* Fixture.ordered()
        yield* Fixture.staff(edits.apply(order.id, { add: [{ variantId, quantity: 1 }] }))
        const more = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_authorize" }))
        assert.strictEqual(more.state, "authorized")
        const added = (yield* Fixture.orderNow(order.id)).lines.find(({ id }) => id !== order.lines[0]?.id)
        const without = Fixture.staff(edits.apply(order.id, { lines: [{ lineId: added?.id ?? ("" as never), quantity: 0 }] }))
        assertRefused(yield* Effect.flip(without), "void", more.id)
        assert.strictEqual((yield* Fixture.orderNow(order.id)).open.amount, 2_000)
        sign()
        assert.strictEqual((yield* without).order.open.amount, 0)
        yield* drain
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["cancelled", "captured"])
      }))

    test("money does not go back before it may: not by hand, not for pieces that are cancelled", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { asked, sign } = yield* fourEyes("refund")
        const { order, payment } = yield* Fixture.ordered("sandbox_success", { pieces: 2 })
        const calls = bank.calls.length
        const refund = Fixture.staff(payments.refund(order.id, { amount: Shop.usd(500), reason: "a scratch" }))
        const lines = [{ lineId: order.lines[0]?.id ?? ("" as never), quantity: 1 }]
        const cancelled = Fixture.staff((yield* Cancellations).cancel(order.id, { lines, reason: "sold out" }))
        assertRefused(yield* Effect.flip(refund), "refund", payment.id)
        assertRefused(yield* Effect.flip(cancelled), "refund", payment.id)
        assert.deepStrictEqual(asked.map(({ amount, event, reason }) => [event, amount.amount, reason]), [
          ["refund", 500, "a scratch"],
          ["refund", 2_000, "sold out"]
        ])
        yield* drain
        assert.strictEqual(bank.calls.length, calls)
        assert.lengthOf(yield* payments.refunds(order.id), 0)
        assert.strictEqual((yield* Fixture.orderNow(order.id)).lines[0]?.cancelled, 0)
        sign()
        assert.strictEqual((yield* refund).state, "succeeded")
        yield* cancelled
        yield* drain
        assert.strictEqual((yield* Fixture.orderNow(order.id)).refunded.amount, 2_500)
      }))

    test("nor for what has come back, in any way, and the return stays as it is", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const returns = yield* Returns
        const { asked, sign } = yield* fourEyes("refund")
        const { as, order, payment } = yield* Fixture.ordered("sandbox_success", { pieces: 2 })
        for (const event of ["ship", "deliver"] as const) yield* system((yield* Orders).changeStatus(order.id, { event }))
        const lineId = order.lines[0]?.id ?? ("" as never)
        const { id } = yield* as(returns.request(order.id, { lines: [{ lineId, quantity: 1, reason: "changed_mind" }] }))
        yield* system(returns.approve(id))
        yield* system(returns.receive(id, { lines: [{ lineId, restock: 1, scrap: 0 }] }))
        for (const to of ["original", "store_credit"] as const) {
          assertRefused(yield* Effect.flip(system(returns.refund(id, { to }))), "refund", payment.id)
        }
        assert.deepStrictEqual(asked.map(({ creditedTo }) => creditedTo), [undefined, "gift-card"])
        assert.strictEqual((yield* system(returns.get(id))).status, "received")
        assert.lengthOf(yield* payments.refunds(order.id), 0)
        sign()
        yield* system(returns.refund(id))
        yield* drain
        assert.strictEqual((yield* system(returns.get(id))).status, "refunded")
      }))

    test("an approved order waits for its money to be taken", (bank) =>
      Effect.gen(function*() {
        const rules = [{ rule: "amount" as const, above: Shop.usd(1_000), points: 50 }]
        yield* system((yield* Stores).update({ settings: { fraud: { ...defaultFraudSettings, enabled: true, rules } } }))
        const reviews = yield* FraudReviews
        const { sign } = yield* fourEyes("capture")
        const { order, payment } = yield* Fixture.ordered()
        const [review] = (yield* system(reviews.reviews({ status: "open" }))).items
        const approve = system(reviews.approve(review?.id ?? ""))
        assertRefused(yield* Effect.flip(approve), "capture", payment.id)
        assert.strictEqual((yield* system(reviews.review(review?.id ?? ""))).status, "open")
        assert.strictEqual(yield* Fixture.takings(bank), 0)
        sign()
        yield* approve
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
      }))

    test("staff are told where what was approved before is not taken, and take it", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const rules = [{ rule: "amount" as const, above: Shop.usd(1_000), points: 50 }]
        yield* system((yield* Stores).update({ settings: { fraud: { ...defaultFraudSettings, enabled: true, rules } } }))
        const reviews = yield* FraudReviews
        const { sign } = yield* fourEyes("capture")
        const { as, order, payment, reference } = yield* Fixture.redirected()
        const [review] = (yield* system(reviews.reviews({ status: "open" }))).items
        yield* system(reviews.approve(review?.id ?? ""))
        yield* bank.approve(reference)
        yield* as(payments.verify(payment.id))
        yield* drain
        assert.deepInclude((yield* Fixture.paymentsNow(order.id))[0], { state: "authorized", requested: null })
        assert.strictEqual(yield* Fixture.takings(bank), 0)
        const orders = yield* Orders
        const entry = (yield* Fixture.staff(orders.timeline(order.id))).find(({ type }) => type === "order.capture_refused")
        assert.deepInclude(entry?.data, {
          orderId: order.id,
          paymentId: payment.id,
          gateway: "sandbox",
          amount: { ...order.total },
          guard: "four-eyes",
          reason: "a second person has to sign"
        })
        assert.notInclude((yield* as(orders.timeline(order.id))).map(({ type }) => type), "order.capture_refused")
        assert.deepStrictEqual((yield* Fixture.inboxNow).map(({ template }) => template).toSorted(), ["capture-refused", "fraud-review"])
        sign()
        yield* Fixture.staff(payments.capture(payment.id))
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
      }))
  })
}
