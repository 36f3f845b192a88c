/**
 * What becomes of reserved money that is taken in part, on any storage.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Inbox } from "../notifications/Inbox.ts"
import type { Order } from "../orders/Order.ts"
import { Orders } from "../orders/Orders.ts"
import { FraudReviews } from "../payments/FraudReviews.ts"
import * as OfflineGateway from "../payments/OfflineGateway.ts"
import { GatewayRejected, GatewayUnavailable, type PaymentGateway } from "../payments/PaymentGateway.ts"
import { Payments } from "../payments/Payments.ts"
import * as SandboxGateway from "../payments/SandboxGateway.ts"
import { defaultFraudSettings } from "../stores/FraudSettings.ts"
import { Stores } from "../stores/Stores.ts"
import * as Fixture from "./PaymentFixture.ts"
import * as Shop from "./Shop.ts"
import type { ScriptedGateway } from "./ScriptedGateway.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** A gateway that takes all that it has reserved, or nothing. */
const whole = (): PaymentGateway => {
  const gateway = SandboxGateway.make({ name: "whole" })
  return { ...gateway, capabilities: { ...gateway.capabilities, partialCapture: false } }
}

const system = Actor.as(Actor.system("test"))

/** Staff take pieces out of an order of one line, until so many are left. */
const leave = (order: Order, quantity: number) =>
  system(Effect.flatMap(OrderEdits, (edits) => edits.apply(order.id, { lines: order.lines.map(({ id }) => ({ lineId: id, quantity })) })))

/** A buyer is at the bank when the shop gives their payment up, and the bank does not hear of that. */
const givenUpUnheard = Effect.fnUntraced(function*(bank: ScriptedGateway) {
  const payments = yield* Payments
  const ordered = yield* Fixture.redirected({ pieces: 2 })
  const unheard = new GatewayUnavailable({ gateway: "sandbox", detail: "no answer" })
  bank.on("cancel", () => Effect.fail(unheard))
  assert.strictEqual((yield* Effect.flip(Fixture.staff(payments.cancel(ordered.payment.id))))._tag, "GatewayUnavailable")
  bank.off("cancel")
  return { ...ordered, pay: Effect.andThen(bank.approve(ordered.reference), payments.verify(ordered.payment.id)).pipe(Fixture.staff) }
})

export const captureSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`reserved money on ${harness.name}`, () => {
    test("is taken in part, once, and the order and the books tell how much", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, payment } = yield* Fixture.ordered("sandbox_authorize")
        const take = (amount: number, currency = "USD") =>
          Fixture.staff(payments.capture(payment.id, { amount: { amount, currency } }))
        const refused = yield* Effect.forEach([take(2_501), take(0), take(100, "EUR")], Effect.flip)
        assert.deepStrictEqual(refused.map(({ _tag }) => _tag), ["CaptureExceedsAuthorized", "InvalidCapture", "InvalidCapture"])
        assert.strictEqual(yield* Fixture.takings(bank), 0)
        // two people at once, of different minds: one amount is taken
        const both = yield* Effect.all([Effect.result(take(1_500)), Effect.result(take(2_000))], { concurrency: "unbounded" })
        const taken = both.flatMap((one) => one._tag === "Success" ? [one.success.captured.amount] : [])
        assert.lengthOf(taken, 1)
        assert.deepStrictEqual((yield* bank.bank.charges).map(({ taken, status }) => [taken.amount, status]), [[taken[0], "captured"]])
        const [now] = yield* Fixture.paymentsNow(order.id)
        assert.deepStrictEqual([now?.state, now?.amount.amount, now?.captured.amount], ["captured", 2_500, taken[0]])
        assert.strictEqual((yield* Effect.flip(take(100)))._tag, "IllegalTransition")
        const waiting = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([waiting.status, waiting.paid.amount], ["pending", taken[0]])
        const entries = yield* Fixture.staff(payments.ledger(order.id))
        assert.deepStrictEqual(entries.map(({ account, amount }) => [account, amount.amount]).toSorted(), [
          ["gateway:sandbox", taken[0]],
          ["sales", -(taken[0] ?? 0)]
        ])
        // the order waits for the rest, which the buyer pays by other means
        const rest = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" }))
        assert.strictEqual(rest.captured.amount, 2_500 - (taken[0] ?? 0))
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
      }))

    test("is taken in part though the answer was lost, and in no other part meanwhile", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered("sandbox_authorize")
        const part = { amount: { amount: 1_000, currency: "USD" } }
        bank.on("capture", (answer) => Effect.andThen(answer, new GatewayUnavailable({ gateway: "sandbox", detail: "no answer" })))
        assert.strictEqual((yield* Effect.flip(Fixture.staff(payments.capture(payment.id, part))))._tag, "GatewayUnavailable")
        const other = yield* Effect.flip(Fixture.staff(payments.capture(payment.id, { amount: { amount: 900, currency: "USD" } })))
        assert(other._tag === "InvalidCapture")
        assert.strictEqual(other.reason, "under_way")
        bank.off("capture")
        yield* TestClock.adjust("2 minutes")
        yield* payments.recover
        const [now] = yield* Fixture.paymentsNow(order.id)
        assert.deepStrictEqual([now?.state, now?.captured.amount, now?.requested], ["captured", 1_000, null])
        // nobody pays the rest: the order is called off in the end, and what was taken goes back
        yield* TestClock.adjust("8 days")
        yield* payments.recover
        yield* (yield* Jobs).drain
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "cancelled")
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["refunded"])
      }))

    test("is taken whole or not at all where the gateway knows no parts", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { variantId } = yield* Shop.product({ stock: 10 })
        const buyer = yield* Shop.guest([variantId, 1])
        const { payment } = yield* Shop.place(buyer, undefined, { payment: { gateway: "whole", method: "sandbox_authorize" } })
        const id = payment?.id ?? ""
        const error = yield* Effect.flip(Fixture.staff(payments.capture(id, { amount: { amount: 1_000, currency: "USD" } })))
        assert(error._tag === "InvalidCapture")
        assert.strictEqual(error.reason, "partial")
        assert.strictEqual((yield* Fixture.staff(payments.capture(id))).captured.amount, 2_500)
      }), { gateways: [whole()], settled: false })

    test("is taken for what is left of an order when somebody approves it", () =>
      Effect.gen(function*() {
        const fraud = { ...defaultFraudSettings, enabled: true, rules: [{ rule: "amount" as const, above: Shop.usd(1_000), points: 50 }] }
        yield* system(Effect.flatMap(Stores, (stores) => stores.update({ settings: { fraud } })))
        const { order } = yield* Fixture.ordered("sandbox_success", { pieces: 2 })
        yield* leave(order, 1)
        const reviews = yield* FraudReviews
        const [review] = (yield* system(reviews.reviews({ status: "open" }))).items
        yield* system(reviews.approve(review?.id ?? ""))
        const now = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([now.status, now.total.amount, now.paid.amount], ["paid", 2_500, 2_500])
        assert.deepStrictEqual(yield* system((yield* Payments).refunds(order.id)), [])
      }))

    test("that comes after all, for an order that has become cheaper since it was given up, goes back as far as that", (bank) =>
      Effect.gen(function*() {
        const { order, pay } = yield* givenUpUnheard(bank)
        assert.strictEqual((yield* leave(order, 1)).order.total.amount, 2_500)
        assert.strictEqual((yield* pay).captured.amount, 4_500)
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        assert.deepStrictEqual((yield* system((yield* Payments).refunds(order.id))).map(({ amount }) => amount.amount), [2_000])
        yield* (yield* Jobs).drain
        const now = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([now.status, now.paymentStatus, now.refunded.amount], ["paid", "paid", 2_000])
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["partially_refunded"])
      }))

    test("that comes after all goes back as far as other money has paid the order", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, pay } = yield* givenUpUnheard(bank)
        const { id } = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_authorize" }))
        yield* Fixture.staff(payments.capture(id, { amount: Shop.usd(1_500) }))
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "pending")
        yield* pay
        const refunds = yield* system(payments.refunds(order.id))
        assert.deepStrictEqual(refunds.map(({ amount, paymentId }) => [amount.amount, paymentId === id]), [[1_500, false]])
        // what has gone back of it already does so once
        yield* (yield* Jobs).drain
        const now = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([now.status, now.paid.amount, now.refunded.amount], ["paid", 6_000, 1_500])
      }))

    test("that is going back already when the rest comes goes back once", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, pay } = yield* givenUpUnheard(bank)
        const { id } = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_authorize" }))
        yield* Fixture.staff(payments.capture(id, { amount: Shop.usd(1_500) }))
        bank.on("refund", () => Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "no answer" })))
        yield* Fixture.staff(payments.refund(order.id, { reason: "they pay otherwise" }))
        bank.off("refund")
        yield* pay
        yield* TestClock.adjust("2 minutes")
        yield* payments.recover
        const now = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([now.status, now.paid.amount, now.refunded.amount], ["paid", 6_000, 1_500])
      }))

    test("is told of once before its time is over, and is given up as expired with its order", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const jobs = yield* Jobs
        const { order, payment, variantId } = yield* Fixture.ordered("sandbox_authorize")
        assert.strictEqual(payment.authorizedUntil, Timestamp.plus(payment.updatedAt, "7 days"))
        const look = Effect.andThen(jobs.runCron("payments.authorizations"), jobs.drain)
        yield* TestClock.adjust("5 days")
        yield* look
        assert.deepStrictEqual(yield* Fixture.told(payment.id), ["payment.authorized"])
        yield* TestClock.adjust("1 day")
        yield* look
        yield* look
        yield* jobs.drain
        assert.deepStrictEqual(yield* Fixture.told(payment.id), ["payment.authorized", "payment.authorization_ending"])
        const inbox = yield* Actor.as(Actor.staff("user_1", ["*"]))((yield* Inbox).listShop())
        assert.deepStrictEqual(inbox.items.map(({ template }) => template), ["authorization-ending"])
        assert.include(inbox.items[0]?.text, "$25.00")
        yield* TestClock.adjust("1 day")
        yield* TestClock.adjust("10 minutes")
        yield* payments.recover
        yield* jobs.drain
        yield* look
        const [now] = yield* Fixture.paymentsNow(order.id)
        assert.deepStrictEqual([now?.state, now?.failure?.code, now?.failure?.advice], ["cancelled", "expired", "other_method"])
        assert.deepStrictEqual(yield* Fixture.told(payment.id), [
          "payment.authorized",
          "payment.authorization_ending",
          "payment.cancelled",
          "payment.authorization_expired"
        ])
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "cancelled")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        assert.deepStrictEqual((yield* bank.bank.charges).map(({ status }) => status), ["cancelled"])
      }))

    for (const call of ["capture", "cancel"] as const) {
      test(`is asked for with another key once the gateway has refused it, and with the same while it has not answered: ${call}`, (bank) =>
        Effect.gen(function*() {
          const payments = yield* Payments
          const { order, payment } = yield* Fixture.ordered("sandbox_authorize")
          const ask = Fixture.staff(payments[call](payment.id))
          const refusal = new GatewayRejected({ gateway: "sandbox", gatewayCode: "busy", detail: "not now" })
          const silence = new GatewayUnavailable({ gateway: "sandbox", detail: "no answer" })
          for (const error of [silence, refusal, silence]) {
            bank.on(call, () => Effect.fail(error))
            assert.strictEqual((yield* Effect.flip(ask))._tag, error._tag)
          }
          bank.off(call)
          yield* ask
          const [first, again, next, last, ...others] = bank.keys.flatMap((asked) => asked.call === call ? [asked.key] : [])
          assert.deepStrictEqual([again, last, others], [first, next, []])
          assert.notStrictEqual(next, first)
          assert.deepStrictEqual(yield* Fixture.statesNow(order.id), [call === "capture" ? "captured" : "cancelled"])
        }))
    }

    test("stays asked for when an older refusal is heard of late, as nobody knows what became of the newer request", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered("sandbox_authorize")
        const ask = Fixture.staff(payments.capture(payment.id))
        const refusal = new GatewayRejected({ gateway: "sandbox", gatewayCode: "busy", detail: "not now" })
        const silence = new GatewayUnavailable({ gateway: "sandbox", detail: "no answer" })
        bank.on("capture", () => Effect.fail(refusal))
        // while it is looked up what is true of the first refusal, somebody else is refused as well, and a third gets no answer
        bank.on("retrieve", (answer) =>
          Effect.suspend(() => {
            bank.off("retrieve")
            const others = Effect.gen(function*() {
              assert.strictEqual((yield* Effect.flip(ask))._tag, "GatewayRejected")
              bank.on("capture", () => Effect.fail(silence))
              assert.strictEqual((yield* Effect.flip(ask))._tag, "GatewayUnavailable")
            })
            return Effect.andThen(Effect.orDie(others), answer)
          }))
        assert.strictEqual((yield* Effect.flip(ask))._tag, "GatewayRejected")
        bank.off("capture")
        yield* ask
        const [first, second, third, last, ...more] = bank.keys.flatMap(({ call, key }) => call === "capture" ? [key] : [])
        assert.deepStrictEqual([second, last, more], [first, third, []])
        assert.notStrictEqual(third, first)
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["captured"])
      }))

    test("that runs out under an order that staff work on is given up, and staff are told that nobody has paid", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const payments = yield* Payments
        const { as, order } = yield* Fixture.ordered("sandbox_authorize")
        const orders = yield* Orders
        yield* Fixture.staff(orders.changeStatus(order.id, { event: "process" }))
        const look = Effect.andThen(jobs.runCron("payments.authorizations"), jobs.drain)
        yield* TestClock.adjust("8 days")
        yield* look
        yield* jobs.drain
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["cancelled"])
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "processing")
        const inbox = yield* Actor.as(Actor.staff("user_1", ["*"]))((yield* Inbox).listShop())
        assert.deepStrictEqual(inbox.items.map(({ template }) => template), ["authorization-expired"])
        // its buyer still owes it, and pays by other means: first the card is declined
        const pay = (method: Shop.Method) => as(payments.initialize({ orderId: order.id, gateway: "sandbox", method }))
        assert.strictEqual((yield* pay("sandbox_decline")).state, "failed")
        assert.strictEqual((yield* pay("sandbox_success")).state, "captured")
        const now = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([now.status, now.paymentStatus, now.paid], ["processing", "paid", order.total])
        assert.strictEqual((yield* Effect.flip(pay("sandbox_success")))._tag, "OrderNotPayable")
        assert.strictEqual((yield* Fixture.told(order.id)).filter((type) => type === "order.paid").length, 1)
      }))

    test("of which staff take a part while they work on the order leaves the rest for its buyer to pay", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, payment } = yield* Fixture.ordered("sandbox_authorize")
        yield* Fixture.staff(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event: "process" })))
        yield* Fixture.staff(payments.capture(payment.id, { amount: Shop.usd(1_000) }))
        const rest = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_authorize" }))
        assert.deepStrictEqual([rest.state, rest.amount], ["authorized", Shop.usd(1_500)])
        assert.strictEqual((yield* Fixture.staff(payments.capture(rest.id))).state, "captured")
        const now = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([now.status, now.paymentStatus, now.paid], ["processing", "paid", order.total])
      }))

    test("that is to be collected at the door stays so while goods are on their way there", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { variantId } = yield* Shop.product()
        const { order, token } = yield* Shop.place(yield* Shop.guest([variantId, 1]), undefined, { payment: { gateway: "cash-on-delivery" } })
        for (const event of ["process", "ship"] as const) yield* Fixture.staff(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event })))
        const pay = Actor.as(Actor.guest({ orderToken: token }))(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" }))
        assert.deepInclude(yield* Effect.flip(pay), { _tag: "OrderNotPayable", status: "being paid" })
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["authorized"])
      }), { gateways: [OfflineGateway.cashOnDelivery()] })
  })
}
