/**
 * Money that comes past every gateway: the order waits for it, or goes out before it, and staff say when it has come.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { Orders } from "../orders/Orders.ts"
import * as OfflineGateway from "../payments/OfflineGateway.ts"
import { Payments } from "../payments/Payments.ts"
import { GiftCards } from "../value/GiftCards.ts"
import * as Fixture from "./PaymentFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const gateways = [
  OfflineGateway.cashOnDelivery({ currencies: ["USD"], most: 10_000 }),
  OfflineGateway.bankTransfer({
    currencies: ["USD"],
    instructions: ({ amount, reference }) => `Transfer ${amount.amount} cents with the reference ${reference}`
  })
]

const ordered = Effect.fnUntraced(function*(gateway: "cash-on-delivery" | "bank-transfer", pieces = 1) {
  const { variantId } = yield* Shop.product({ stock: 10 })
  const buyer = yield* Shop.guest([variantId, pieces])
  const { order, payment, token } = yield* Shop.place(buyer, undefined, { payment: { gateway } })
  if (payment === null) return yield* Effect.die("an order that costs something has a payment")
  return { order, payment, variantId, as: Actor.as(Actor.guest({ orderToken: token })) }
})

export const offlinePaymentSuite = (harness: StorageHarness): void => {
  const make = Fixture.test(harness)
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    make(name, () => body, { gateways })

  const change = (orderId: string, event: "process" | "ship" | "deliver" | "hold") =>
    Effect.flatMap(Orders, (orders) => Fixture.staff(orders.changeStatus(orderId, { event })))

  describe(`money past every gateway on ${harness.name}`, () => {
    test(
      "by transfer is awaited, with the pieces held, until staff find it on the statement",
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, payment, variantId } = yield* ordered("bank-transfer")
        assert.strictEqual(payment.state, "authorized")
        assert.match(payment.instructions ?? "", /^Transfer 2500 cents with the reference 1001-\w{6}$/)
        assert.strictEqual((yield* as(payments.verify(payment.id))).instructions, payment.instructions)
        yield* TestClock.adjust("6 days")
        yield* payments.recover
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "pending")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 9 })
        assert.strictEqual((yield* Effect.flip(as(payments.capture(payment.id))))._tag, "Unauthenticated")
        const captured = yield* Fixture.staff(payments.capture(payment.id))
        assert.strictEqual(captured.state, "captured")
        assert.notProperty(captured, "instructions")
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        assert.deepStrictEqual(
          (yield* payments.ledger(order.id)).map(({ account, amount }) => [account, amount.amount]),
          [["gateway:bank-transfer", 2_500], ["sales", -2_500]]
        )
        assert.strictEqual((yield* Effect.flip(Fixture.staff(payments.capture(payment.id))))._tag, "IllegalTransition")
      })
    )

    test(
      "at the door comes after the goods",
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment, variantId } = yield* ordered("cash-on-delivery", 2)
        for (const event of ["process", "ship", "deliver"] as const) yield* change(order.id, event)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 8, available: 8 })
        const delivered = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([delivered.status, delivered.paymentStatus], ["delivered", "authorized"])
        yield* Fixture.staff(payments.capture(payment.id))
        const paid = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([paid.status, paid.paymentStatus, paid.paid.amount], ["delivered", "paid", 4_500])
        assert.lengthOf((yield* Fixture.told(order.id)).filter((type) => type === "order.paid"), 1)
        yield* Fixture.staff(payments.refund(order.id, { reason: "it broke" }))
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "refunded")
      })
    )

    test(
      "at the door is still awaited where a gift card paid a part and has got it back",
      Effect.gen(function*() {
        const payments = yield* Payments
        const { code } = yield* Actor.as(Actor.system("test"))((yield* GiftCards).create({ amount: Shop.usd(1_000) }))
        const { variantId } = yield* Shop.product({ stock: 10 })
        const { order } = yield* Shop.place(yield* Shop.guest([variantId, 1]), undefined, {
          payment: { gateway: "cash-on-delivery" },
          giftCards: [code ?? ""]
        })
        for (const event of ["process", "ship", "deliver"] as const) yield* change(order.id, event)
        yield* Fixture.staff(payments.refund(order.id, { reason: "late" }))
        const promised = yield* Fixture.orderNow(order.id)
        assert.deepInclude(promised, { status: "delivered", paymentStatus: "authorized", refunded: Shop.usd(1_000) })
        const { items } = yield* Fixture.staff(payments.list({ orderId: order.id }))
        yield* Fixture.staff(payments.capture(items.find(({ gateway }) => gateway === "cash-on-delivery")?.id ?? ""))
        const paid = yield* Fixture.orderNow(order.id)
        assert.deepInclude(paid, { status: "delivered", paymentStatus: "partially_refunded", paid: order.total })
      })
    )

    test(
      "that nobody took at the door brings the pieces back",
      Effect.gen(function*() {
        const orders = yield* Orders
        const jobs = yield* Jobs
        const { as, order, variantId } = yield* ordered("cash-on-delivery", 2)
        yield* change(order.id, "process")
        yield* change(order.id, "ship")
        assert.strictEqual((yield* Effect.flip(as(orders.cancel(order.id))))._tag, "IllegalTransition")
        yield* Fixture.staff(orders.cancel(order.id, { reason: "not at home" }))
        yield* jobs.drain
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["cancelled"])
      })
    )

    test(
      "that does not come in time frees the pieces",
      Effect.gen(function*() {
        const payments = yield* Payments
        const jobs = yield* Jobs
        const { order, variantId } = yield* ordered("bank-transfer")
        yield* TestClock.adjust("7 days")
        yield* TestClock.adjust("1 minute")
        yield* payments.recover
        yield* jobs.drain
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "cancelled")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["cancelled"])
      })
    )

    test(
      "is no longer awaited of a buyer who pays by card after all",
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order } = yield* ordered("bank-transfer")
        const second = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox" }))
        assert.strictEqual(second.state, "captured")
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["cancelled", "captured"])
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
      })
    )

    test(
      "is taken up to a limit",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 10 })
        const buyer = yield* Shop.guest([variantId, 5])
        const error = yield* Effect.flip(
          Shop.place(buyer, undefined, { payment: { gateway: "cash-on-delivery" } })
        )
        assert(error._tag === "AmountUnsupported")
        assert.deepStrictEqual([error.below, error.above], [10_000, null])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        yield* Shop.place(buyer)
      })
    )

    test(
      "is what work may begin on; nothing less is, and what is not paid does not rest",
      Effect.gen(function*() {
        const orders = yield* Orders
        const payments = yield* Payments
        const jobs = yield* Jobs
        const away = yield* Fixture.ordered("sandbox_redirect")
        assert.strictEqual((yield* Effect.flip(change(away.order.id, "process")))._tag, "IllegalTransition")
        yield* Fixture.staff(orders.cancel(away.order.id))
        yield* jobs.drain
        const { order, payment } = yield* ordered("cash-on-delivery")
        assert.strictEqual((yield* Effect.flip(change(order.id, "ship")))._tag, "IllegalTransition")
        yield* change(order.id, "process")
        assert.strictEqual((yield* Effect.flip(change(order.id, "hold")))._tag, "IllegalTransition")
        yield* Fixture.staff(payments.capture(payment.id))
        yield* change(order.id, "ship")
        assert.strictEqual((yield* Effect.flip(Fixture.staff(orders.cancel(order.id))))._tag, "IllegalTransition")
      })
    )
  })
}
