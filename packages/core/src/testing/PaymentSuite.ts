/**
 * What payments must do on any storage, whatever gateways do: nobody is charged twice, nothing is lost, and the books
 * sum to zero after every story.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Jobs } from "../jobs/Jobs.ts"
import { Orders } from "../orders/Orders.ts"
import { GatewayUnavailable } from "../payments/PaymentGateway.ts"
import { PaymentRepository, type StoredPayment } from "../payments/PaymentRepository.ts"
import { Payments } from "../payments/Payments.ts"
import { captureSuite } from "./CaptureSuite.ts"
import { disputeSuite } from "./DisputeSuite.ts"
import { payoutSuite } from "./PayoutSuite.ts"
import { gatewayChoiceSuite } from "./GatewayChoiceSuite.ts"
import { offlinePaymentSuite } from "./OfflinePaymentSuite.ts"
import { paymentAccessSuite } from "./PaymentAccessSuite.ts"
import * as Fixture from "./PaymentFixture.ts"
import { reconciliationSuite } from "./ReconciliationSuite.ts"
import { recoverySuite } from "./RecoverySuite.ts"
import { savedMethodSuite } from "./SavedMethodSuite.ts"
import { paymentGuardSuite } from "./PaymentGuardSuite.ts"
import { plainCaptureSuite } from "./PlainCaptureSuite.ts"
import { failedRefundPapersSuite } from "./FailedRefundPapersSuite.ts"
import { failedRefundSuite } from "./FailedRefundSuite.ts"
import { refundSuite } from "./RefundSuite.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"
import { webhookFaultSuite } from "./WebhookFaultSuite.ts"
import { webhookSuite } from "./WebhookSuite.ts"

const unavailable = Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "no answer" }))

export const paymentSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`payments on ${harness.name}`, () => {
    test("take the money of an order, commit its stock and write the books", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment, variantId } = yield* Fixture.ordered("sandbox_success", { pieces: 3 })
        assert.strictEqual(order.status, "paid")
        assert.strictEqual(payment.state, "captured")
        assert.deepStrictEqual(payment.captured, order.total)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 7, available: 7 })
        assert.deepStrictEqual(
          (yield* payments.ledger(order.id)).map(({ account, amount }) => [account, amount.amount]),
          [["gateway:sandbox", 6_500], ["sales", -6_500]]
        )
        assert.deepStrictEqual(yield* Fixture.told(payment.id), ["payment.captured"])
      }))

    test("keep what is for the gateway to themselves", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, payment } = yield* Fixture.ordered()
        for (const shown of [payment, yield* as(payments.get(payment.id)), (yield* payments.list()).items[0]]) {
          assert.notProperty(shown, "idempotencyKey")
          assert.notProperty(shown, "method")
          assert.notProperty(shown, "requested")
        }
      }))

    test("free the stock when the bank declines, and take another method after it", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, payment, variantId } = yield* Fixture.ordered("sandbox_decline", { pieces: 2 })
        assert.strictEqual(order.status, "failed")
        assert.strictEqual(payment.failure?.code, "declined")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        const poor = yield* as(
          payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_insufficient_funds" })
        )
        assert.strictEqual(poor.failure?.code, "insufficient_funds")
        const second = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox" }))
        assert.strictEqual(second.state, "captured")
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 8, available: 8 })
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["captured", "failed", "failed"])
      }))

    test("take no second try for an order whose pieces somebody else has bought meanwhile", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, variantId } = yield* Fixture.ordered("sandbox_decline", { stock: 1 })
        yield* Fixture.ordered("sandbox_success", { variantId })
        const error = yield* Effect.flip(as(payments.initialize({ orderId: order.id, gateway: "sandbox" })))
        assert.strictEqual(error._tag, "InsufficientStock")
        assert.strictEqual(yield* Fixture.takings(bank), 1)
        assert.lengthOf(yield* Fixture.paymentsNow(order.id), 1)
      }))

    test("refuse a method that the gateway does not know, and let the buyer try again", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order } = yield* Fixture.ordered("sandbox_decline")
        const odd = yield* Effect.flip(
          as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "cash" }))
        )
        assert(odd._tag === "PaymentMethodUnknown")
        assert.include(odd.available, "sandbox_redirect")
        const error = yield* Effect.flip(as(payments.initialize({ orderId: order.id, gateway: "nobody" })))
        assert.strictEqual(error._tag, "GatewayNotFound")
        assert.lengthOf(yield* Fixture.paymentsNow(order.id), 1)
      }))

    test("send a buyer back to a page, and never to a script", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order } = yield* Fixture.ordered("sandbox_decline")
        const paying = (returnUrl: string) =>
          as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_decline", returnUrl }))
        for (const url of ["javascript:alert(1)", "JavaScript://%0aalert(1)", "data:text/html,x", "//evil.example", "/x", ""]) {
          assert.strictEqual((yield* Effect.flip(paying(url)))._tag, "InvalidInput", url)
        }
        for (const url of ["https://shop.example/thanks?order=1", "myshop://paid"]) yield* paying(url)
        assert.deepStrictEqual(
          (yield* Fixture.paymentsNow(order.id)).map(({ returnUrl }) => returnUrl).filter((url) => url !== null).toSorted(),
          ["https://shop.example/thanks?order=1", "myshop://paid"]
        )
      }))

    test("find out that a buyer who comes back from the bank has paid", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, payment, reference, variantId } = yield* Fixture.redirected()
        assert.include(payment.nextAction?.url, reference)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 9 })
        yield* bank.approve(reference)
        assert.strictEqual((yield* as(payments.verify(reference))).state, "captured")
        assert.strictEqual((yield* as(payments.verify(payment.id))).nextAction, null)
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
      }))

    test("attack 45, client says success: do not believe a buyer who only says to have paid", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, reference } = yield* Fixture.redirected()
        for (let i = 0; i < 3; i++) {
          assert.strictEqual((yield* as(payments.verify(reference))).state, "requires_action")
        }
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "pending")
      }))

    test("let a buyer who refused at the bank pay by other means", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, reference } = yield* Fixture.redirected()
        yield* bank.reject(reference)
        assert.strictEqual((yield* as(payments.verify(reference))).failure?.code, "authentication_failed")
        yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox" }))
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
      }))

    test("give up the bank's page when the buyer chooses another method", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, reference } = yield* Fixture.redirected()
        assert.strictEqual((yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox" }))).state, "captured")
        assert.strictEqual((yield* Effect.flip(bank.approve(reference)))._tag, "GatewayRejected")
        assert.strictEqual(yield* Fixture.takings(bank), 1)
      }))

    test("do not ask a buyer again who has paid at the bank already", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, reference } = yield* Fixture.redirected()
        yield* bank.approve(reference)
        const error = yield* Effect.flip(as(payments.initialize({ orderId: order.id, gateway: "sandbox" })))
        assert.strictEqual(error._tag, "OrderNotPayable")
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        assert.strictEqual(yield* Fixture.takings(bank), 1)
      }))

    test("do not ask a buyer again while it is not known whether the bank has taken the money", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, payment } = yield* Fixture.ordered("sandbox_timeout_after")
        assert.strictEqual(payment.state, "pending")
        bank.on("retrieve", () => unavailable)
        const error = yield* Effect.flip(as(payments.initialize({ orderId: order.id, gateway: "sandbox" })))
        assert.strictEqual(error._tag, "OrderNotPayable")
        bank.off("retrieve")
        assert.strictEqual((yield* as(payments.verify(payment.id))).state, "captured")
        assert.strictEqual(yield* Fixture.takings(bank), 1)
      }))

    test("charge once when the button is pressed ten times", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order } = yield* Fixture.ordered("sandbox_decline")
        const results = yield* Effect.all(
          Array.from({ length: 10 }, () =>
            Effect.result(as(payments.initialize({ orderId: order.id, gateway: "sandbox" })))),
          { concurrency: "unbounded" }
        )
        assert.lengthOf(results.filter(({ _tag }) => _tag === "Success"), 1)
        for (const result of results) {
          if (result._tag === "Failure") assert.strictEqual(result.failure._tag, "OrderNotPayable")
        }
        assert.strictEqual(yield* Fixture.takings(bank), 1)
      }))

    test("give the second payment back when a buyer manages to pay twice", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const jobs = yield* Jobs
        const { as, order, payment, reference } = yield* Fixture.redirected()
        bank.on("cancel", () => unavailable)
        yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox" }))
        yield* bank.approve(reference)
        bank.off("cancel")
        yield* as(payments.verify(payment.id))
        yield* jobs.drain
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["captured", "refunded"])
        const paid = yield* Fixture.orderNow(order.id)
        assert.strictEqual(paid.status, "paid")
        assert.strictEqual(paid.paymentStatus, "paid")
        assert.strictEqual(paid.paid.amount - paid.refunded.amount, order.total.amount)
      }))

    test("do not fail an order because of an attempt that another one has replaced", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, payment, reference, variantId } = yield* Fixture.redirected()
        bank.on("cancel", () => unavailable)
        const method = "sandbox_redirect"
        const second = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method }))
        yield* bank.reject(reference)
        assert.strictEqual((yield* as(payments.verify(payment.id))).state, "failed")
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "pending")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 9 })
        yield* bank.approve(second.gatewayReference ?? "")
        yield* as(payments.verify(second.id))
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
      }))

    test("give up money that is authorised when its order has been paid already", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const jobs = yield* Jobs
        const { as, order, payment } = yield* Fixture.ordered("sandbox_decline")
        yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox" }))
        yield* bank.bank.move(payment.gatewayReference ?? "", ["failed"], "authorized")
        yield* as(payments.verify(payment.id))
        yield* jobs.drain
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["cancelled", "captured"])
        assert.deepStrictEqual((yield* bank.bank.charges).map(({ status }) => status).toSorted(), ["cancelled", "captured"])
      }))

    test("attack 18, underpayment: never count money of another amount as paid", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, payment } = yield* Fixture.ordered("sandbox_mismatch")
        assert.strictEqual(payment.state, "mismatched")
        assert.strictEqual(payment.failure?.code, "amount_mismatch")
        assert.strictEqual(payment.captured.amount, order.total.amount - 1)
        assert.strictEqual(order.status, "failed")
        assert.strictEqual(order.paid.amount, 0)
        assert.include(yield* Fixture.told(payment.id), "payment.mismatched")
        assert.strictEqual((yield* as(payments.verify(payment.id))).state, "mismatched")
        const refund = yield* Fixture.staff(payments.refund(order.id, { reason: "taken wrongly" }))
        assert.deepStrictEqual(refund.amount, payment.captured)
        assert.strictEqual((yield* Fixture.paymentsNow(order.id))[0]?.state, "refunded")
        assert.strictEqual((yield* bank.bank.refunds)[0]?.amount.amount, payment.captured.amount)
      }))

    test("attack 17, currency swap: never count the same number in another currency as paid", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered("sandbox_mismatch_currency")
        assert.strictEqual(payment.state, "mismatched")
        assert.strictEqual(payment.failure?.code, "currency_mismatch")
        assert.deepStrictEqual({ ...payment.captured }, { ...order.total, currency: "JPY" as never })
        assert.strictEqual(order.status, "failed")
        assert.deepStrictEqual(
          (yield* payments.balances).map(({ account, balance }) => [account, balance.amount, balance.currency]),
          [["gateway:sandbox", 2_500, "JPY"], ["unallocated", -2_500, "JPY"]] as never
        )
        const items = yield* Fixture.inboxNow
        assert.deepStrictEqual(items.map(({ template }) => template), ["payment-mismatched"], "staff are told")
        assert.include(items[0]?.title, String(order.number))
        assert.include(items[0]?.text, "$25.00")
        assert.include(items[0]?.text, "¥2,500")
        const refund = yield* Fixture.staff(payments.refund(order.id, { reason: "taken wrongly" }))
        assert.strictEqual(refund.state, "succeeded")
        assert.strictEqual((yield* Fixture.orderNow(order.id)).refunded.amount, 0)
      }))

    test("attack 28, second capture: take authorised money when it is captured, once, whoever else does so at the same moment", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment, variantId } = yield* Fixture.ordered("sandbox_authorize")
        assert.strictEqual(payment.state, "authorized")
        assert.strictEqual(order.paymentStatus, "authorized")
        yield* TestClock.adjust("1 hour")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 9 })
        const captures = yield* Effect.all(
          Array.from({ length: 5 }, () => Effect.result(Fixture.staff(payments.capture(payment.id)))),
          { concurrency: "unbounded" }
        )
        assert.isTrue(captures.some(({ _tag }) => _tag === "Success"))
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        assert.strictEqual(yield* Fixture.takings(bank), 1)
        assert.deepStrictEqual(yield* Fixture.told(payment.id), ["payment.authorized", "payment.captured"])
        const again = yield* Effect.flip(Fixture.staff(payments.capture(payment.id)))
        assert.strictEqual(again._tag, "IllegalTransition")
      }))

    test("let go of what is reserved besides the money that has paid the order", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const jobs = yield* Jobs
        const { as, order, payment: first } = yield* Fixture.ordered("sandbox_decline")
        const second = yield* as(
          payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_authorize" })
        )
        // the bank thinks better of it, too late
        yield* bank.bank.move(first.gatewayReference ?? "", ["failed"], "authorized")
        assert.strictEqual((yield* as(payments.verify(first.id))).state, "authorized")
        yield* Fixture.staff(payments.capture(second.id))
        yield* jobs.drain
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["cancelled", "captured"])
        assert.strictEqual((yield* bank.bank.find(first.gatewayReference ?? ""))?.status, "cancelled")
      }))

    test("give an authorisation up, and take nothing of it after that", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, payment } = yield* Fixture.ordered("sandbox_authorize")
        assert.strictEqual((yield* Fixture.staff(payments.cancel(payment.id))).state, "cancelled")
        const asked = bank.calls.length
        for (const change of [payments.capture(payment.id), payments.cancel(payment.id)]) {
          assert.strictEqual((yield* Effect.flip(Fixture.staff(change)))._tag, "IllegalTransition")
        }
        assert.strictEqual(bank.calls.length, asked, "the bank is not asked for what is not allowed")
        assert.strictEqual((yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox" }))).state, "captured")
      }))

    test("attack 28, capture after cancel: do not capture for an order that was cancelled, nor cancel what was captured", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const orders = yield* Orders
        const jobs = yield* Jobs
        const { as, order, payment } = yield* Fixture.ordered("sandbox_authorize")
        yield* as(orders.cancel(order.id))
        const asked = bank.calls.length
        assert.strictEqual((yield* Effect.flip(Fixture.staff(payments.capture(payment.id))))._tag, "IllegalTransition")
        assert.strictEqual(bank.calls.length, asked)
        yield* jobs.drain
        assert.strictEqual((yield* payments.get(payment.id)).state, "cancelled")
        const paid = yield* Fixture.ordered()
        const error = yield* Effect.flip(Fixture.staff(payments.cancel(paid.payment.id)))
        assert.strictEqual(error._tag, "IllegalTransition")
        assert.strictEqual(yield* Fixture.takings(bank), 1)
      }))

    test("do not charge for an order that was cancelled before the gateway was asked", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const orders = yield* Orders
        const jobs = yield* Jobs
        const { as, order, payment } = yield* Fixture.ordered("sandbox_timeout_before")
        yield* as(orders.cancel(order.id))
        // the first call may still be on its way
        assert.strictEqual((yield* payments.attempt(payment.id)).state, "pending")
        yield* jobs.drain
        yield* TestClock.adjust("61 seconds")
        yield* payments.recover
        assert.strictEqual((yield* payments.get(payment.id)).state, "cancelled")
        assert.strictEqual(yield* Fixture.takings(bank), 0)
      }))

    test("give captured money back when the order is cancelled, and free its pieces", (bank) =>
      Effect.gen(function*() {
        const orders = yield* Orders
        const jobs = yield* Jobs
        const { as, order, payment, variantId } = yield* Fixture.ordered()
        yield* as(orders.cancel(order.id))
        yield* jobs.drain
        yield* jobs.drain
        assert.strictEqual((yield* Fixture.paymentsNow(order.id))[0]?.state, "refunded")
        const cancelled = yield* Fixture.orderNow(order.id)
        assert.strictEqual(cancelled.status, "cancelled")
        assert.strictEqual(cancelled.paymentStatus, "refunded")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        assert.lengthOf(yield* bank.bank.refunds, 1)
        assert.deepStrictEqual(yield* Fixture.told(payment.id), ["payment.captured"])
      }))
  })

  describe(`payments that others write at the same time on ${harness.name}`, () => {
    /** Somebody else is quicker each of the first few times that a payment is written. */
    const contended = (times: number): StorageHarness => ({
      name: harness.name,
      storage: () =>
        Layer.provideMerge(
          Layer.effect(
            PaymentRepository,
            Effect.map(PaymentRepository, (repository) => {
              const left = new Map<string, number>()
              const touched = Effect.fnUntraced(function*({ id, state }: StoredPayment) {
                const key = `${id} ${state}`
                const rest = left.get(key) ?? times
                left.set(key, rest - 1)
                const now = rest <= 0 ? undefined : yield* repository.find(id)
                if (now !== undefined) {
                  yield* Effect.catchTag(repository.update({ ...now, version: now.version + 1 }), "VersionConflict", () => Effect.void)
                }
              })
              return PaymentRepository.of({
                ...repository,
                update: (payment) => Effect.andThen(touched(payment), repository.update(payment)),
                updateAll: (payments) => Effect.andThen(Effect.forEach(payments, touched), repository.updateAll(payments))
              })
            })
          ),
          harness.storage()
        )
    })

    Fixture.test(contended(3))("start over from what is there then, and count once", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered()
        assert.strictEqual(payment.state, "captured")
        assert.strictEqual(order.status, "paid")
        const refund = yield* Fixture.staff(payments.refund(order.id, { reason: "" }))
        assert.strictEqual(refund.state, "succeeded")
        assert.strictEqual(yield* Fixture.takings(bank), 1)
        assert.lengthOf(yield* bank.bank.refunds, 1)
        assert.deepStrictEqual(yield* Fixture.told(payment.id), ["payment.captured"])
      }))
  })

  gatewayChoiceSuite(harness)
  offlinePaymentSuite(harness)
  reconciliationSuite(harness)
  paymentAccessSuite(harness)
  plainCaptureSuite(harness)
  webhookSuite(harness)
  webhookFaultSuite(harness)
  captureSuite(harness)
  disputeSuite(harness)
  payoutSuite(harness)
  savedMethodSuite(harness)
  refundSuite(harness)
  failedRefundSuite(harness)
  failedRefundPapersSuite(harness)
  paymentGuardSuite(harness)
  recoverySuite(harness)
}
