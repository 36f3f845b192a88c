/**
 * A shop that sells through a payment gateway's adapter: whatever webhooks come, how often and in which order, and
 * whatever answers are lost, the end is the gateway's truth, one charge, and books in balance.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Catalog } from "../catalog/Catalog.ts"
import type { PlaceOrder } from "../checkout/CheckoutInput.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Currency from "../kernel/Currency.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { SavedMethodRepository } from "../payments/SavedMethodRepository.ts"
import { SavedMethods } from "../payments/SavedMethods.ts"
import { Shipping } from "../shipping/Shipping.ts"
import { type Behaviour, faults, type GatewayHarness, type GatewayUnderTest } from "./GatewayHarness.ts"
import * as Invariants from "./Invariants.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Every order in which things can happen, once. */
const permutations = <A>(all: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  all.length <= 1
    ? [all]
    : all.flatMap((first, index) =>
      all.indexOf(first) < index ? [] : permutations(all.toSpliced(index, 1)).map((rest) => [first].concat(rest))
    )

export const gatewayShopSuite = (harness: GatewayHarness, storage: StorageHarness): void => {
  const money = (amount: number) => ({ amount, currency: Currency.Currency.make(harness.currency) })

  const test = (
    name: string,
    body: (gateway: GatewayUnderTest, variantId: string) => Effect.Effect<unknown, unknown, Shop.ShopServices>
  ) =>
    it.effect(name, () =>
      Effect.scoped(Effect.gen(function*() {
        const opened = yield* harness.open
        yield* Effect.gen(function*() {
          const shipping = yield* Shipping
          const catalog = yield* Catalog
          const asSystem = Actor.as(Actor.system("test"))
          yield* asSystem(shipping.create({ name: "Post", price: money(500) }))
          const product = yield* asSystem(
            catalog.createProduct({ title: "Walnut board", variants: [{ price: money(9_500), stock: 1_000 }] })
          )
          yield* body(opened, product.variants[0]?.id ?? "")
          const bank = Effect.map(opened.records, (all) =>
            all.map(({ captured, paymentId, refunded }) => ({
              paymentId,
              captured: captured.amount,
              refunded: refunded.amount
            })))
          assert.deepStrictEqual(yield* Invariants.violations({ bank }), [])
        }).pipe(Effect.provide(Shop.layer(storage.storage(), {
          // the shop's own bank is called sandbox
          gateways: opened.gateway.name === "sandbox" ? [] : [opened.gateway],
          ...(opened.gateway.name === "sandbox" ? { bank: opened.gateway as Shop.Bank["Service"] } : {}),
          store: { currency: harness.currency }
        })))
      })))

  const ordered = Effect.fnUntraced(function*(
    { gateway, method }: GatewayUnderTest,
    variantId: string,
    behaviour: Behaviour
  ) {
    const token = method(behaviour)
    const { order, payment, token: orderToken } = yield* Shop.place(yield* Shop.guest([variantId, 1]), undefined, {
      payment: {
        gateway: gateway.name,
        returnUrl: "https://shop.example/thanks",
        ...(token === null ? {} : { method: token })
      }
    })
    if (payment === null) return yield* Effect.die("an order that costs something has a payment")
    return { order, payment, as: Actor.as(Actor.guest({ orderToken })) }
  })

  /** The same, whose buyer has been at the gateway if it sent them there, and after all jobs. */
  const paid = Effect.fnUntraced(function*(gateway: GatewayUnderTest, variantId: string, behaviour: Behaviour) {
    const { as, order, payment } = yield* ordered(gateway, variantId, behaviour)
    if (payment.nextAction !== null) {
      yield* gateway.visit(payment.gatewayReference ?? "", behaviour)
      yield* as(Effect.flatMap(Payments, (payments) => payments.confirm(payment.id)))
    }
    yield* Effect.flatMap(Jobs, (jobs) => jobs.drain)
    return { order, payment }
  })

  const statusOf = (orderId: string) =>
    Effect.flatMap(Orders, (orders) => Effect.map(orders.get(orderId), ({ status }) => status)).pipe(
      Actor.as(Actor.system("test"))
    )

  describe(`a shop that sells through ${harness.name} on ${storage.name}`, () => {
    test("is paid once, whatever order its webhooks and its buyer come back in", (gateway, variantId) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const jobs = yield* Jobs
        for (const story of permutations(["early", "late", "late", "buyer"] as const)) {
          const { as, order, payment } = yield* ordered(gateway, variantId, "is_sent_away")
          const reference = payment.gatewayReference ?? ""
          const early = yield* gateway.webhook(reference)
          yield* gateway.visit(reference, "is_sent_away")
          const late = yield* gateway.webhook(reference)
          for (const step of story) {
            if (step === "buyer") yield* as(payments.confirm(payment.id))
            else yield* payments.receiveWebhook(gateway.gateway.name, step === "early" ? early : late)
            yield* jobs.drain
          }
          assert.strictEqual(yield* statusOf(order.id), "paid", story.join(", "))
          assert.lengthOf(yield* payments.ledger(order.id), 2)
        }
      }))

    test("gives money back once, and its books say so", (gateway, variantId) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order } = yield* paid(gateway, variantId, "pays")
        assert.strictEqual(yield* statusOf(order.id), "paid")
        yield* gateway.fail("lost_answer")
        const refund = yield* payments.refund(order.id, { reason: "it broke" })
        assert.strictEqual(refund.state, "pending", "nobody has heard of it")
        for (let minutes = 0; minutes < 6; minutes += 2) {
          yield* TestClock.adjust("2 minutes")
          yield* payments.recover
        }
        const [asked] = yield* payments.refunds(order.id)
        if (asked?.state === "pending") {
          const end = gateway.refunds?.end
          if (end === undefined) return assert.fail("a refund is still on its way: say in the harness (`refunds`) how they end")
          yield* end(asked.gatewayReference ?? "", "succeeded")
          yield* TestClock.adjust("2 minutes")
          yield* payments.recover
        }
        assert.strictEqual((yield* payments.refunds(order.id))[0]?.state, "succeeded")
        assert.strictEqual(yield* statusOf(order.id), "refunded")
      }))

    test("is paid though its buyer never comes back, as a webhook says that something has changed", (gateway, variantId) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const jobs = yield* Jobs
        const { order, payment } = yield* ordered(gateway, variantId, "is_sent_away")
        const reference = payment.gatewayReference ?? ""
        yield* payments.receiveWebhook(gateway.gateway.name, yield* gateway.webhook(reference))
        yield* jobs.drain
        assert.notStrictEqual(yield* statusOf(order.id), "paid")
        yield* gateway.visit(reference, "is_sent_away")
        yield* payments.receiveWebhook(gateway.gateway.name, yield* gateway.webhook(reference))
        yield* jobs.drain
        assert.strictEqual(yield* statusOf(order.id), "paid")
      }))

    test("has its money again when a refund fails later, and gives it back another time", (gateway, variantId) =>
      Effect.gen(function*() {
        if (gateway.refunds === undefined) return
        yield* gateway.refunds.takeTime
        const payments = yield* Payments
        const jobs = yield* Jobs
        const { order } = yield* paid(gateway, variantId, "pays")
        const { comeBack } = gateway.refunds
        for (const outcome of comeBack === undefined ? ["failed", "succeeded"] as const : ["failed", "comes back", "succeeded"] as const) {
          const { gatewayReference, id, state } = yield* payments.refund(order.id, { reason: "it broke" })
          const refund = gatewayReference ?? ""
          assert.strictEqual(state, "pending", "the buyer has nothing yet")
          const early = yield* gateway.refunds.webhook?.(refund) ?? Effect.undefined
          if (early !== undefined) yield* payments.receiveWebhook(gateway.gateway.name, early)
          yield* jobs.drain
          assert.strictEqual((yield* Effect.flip(payments.refund(order.id, { reason: "again" })))._tag, "RefundExceedsCaptured")
          const hear = Effect.gen(function*() {
            if (gateway.refunds?.webhook === undefined) {
              yield* TestClock.adjust("2 hours")
              yield* payments.recover
            } else {
              yield* payments.receiveWebhook(gateway.gateway.name, yield* gateway.refunds.webhook(refund))
            }
            yield* jobs.drain
            const ended = (yield* payments.refunds(order.id)).find((refund) => refund.id === id)
            return [ended?.state, yield* statusOf(order.id)]
          })
          yield* gateway.refunds.end(refund, outcome === "failed" ? "failed" : "succeeded")
          assert.deepStrictEqual(yield* hear, outcome === "failed" ? ["failed", "paid"] : ["succeeded", "refunded"])
          if (outcome !== "comes back") continue
          yield* comeBack?.(refund) ?? Effect.void
          // where nobody tells of it, the shop asks on the next day
          if (gateway.refunds.webhook === undefined) yield* TestClock.adjust("1 day")
          assert.deepStrictEqual(yield* hear, ["failed", "on_hold"])
        }
      }))

    for (const fault of faults) {
      test(`finds out what became of a payment (${fault.replaceAll("_", " ")})`, (gateway, variantId) =>
        Effect.gen(function*() {
          const payments = yield* Payments
          const jobs = yield* Jobs
          yield* gateway.fail(fault)
          const { order, payment } = yield* ordered(gateway, variantId, "pays")
          assert.strictEqual(payment.state, "pending")
          yield* TestClock.adjust("2 minutes")
          yield* payments.recover
          const [known] = (yield* payments.list({ orderId: order.id })).items
          if (known?.nextAction !== null && known !== undefined) {
            yield* gateway.visit(known.gatewayReference ?? "", "pays")
            yield* payments.verify(known.id)
          }
          yield* jobs.drain
          assert.strictEqual(yield* statusOf(order.id), "paid")
        }))
    }

    test("keeps what its customer pays with, takes it again when they are there, and has it forgotten", (gateway, variantId) =>
      Effect.gen(function*() {
        if (!gateway.gateway.capabilities.savedMethods) return
        const payments = yield* Payments
        const methods = yield* SavedMethods
        const jobs = yield* Jobs
        const id = yield* Shop.account("ada@example.com")
        const as = Actor.as(Actor.customer(id))
        const buys = Effect.fnUntraced(function*(payment: (typeof PlaceOrder.Encoded)["payment"]) {
          const placed = yield* Shop.place(yield* Shop.customer(id, [variantId, 1]), undefined, {
            payment: { returnUrl: "https://shop.example/thanks", ...payment }
          })
          if (placed.payment === null) return yield* Effect.die("an order that costs something has a payment")
          if (placed.payment.nextAction !== null) {
            yield* gateway.visit(placed.payment.gatewayReference ?? "", "pays")
            yield* payments.receiveWebhook(gateway.gateway.name, yield* gateway.webhook(placed.payment.gatewayReference ?? ""))
            yield* as(payments.confirm(placed.payment.id))
            yield* jobs.drain
          }
          return { ...placed, status: yield* statusOf(placed.order.id), asked: placed.payment.nextAction !== null }
        })
        const method = gateway.method("pays")
        const first = yield* buys({ gateway: gateway.gateway.name, saveMethod: true, ...(method === null ? {} : { method }) })
        assert.strictEqual(first.status, "paid")
        const [saved, ...others] = yield* as(methods.list)
        assert.lengthOf(others, 0)
        if (saved === undefined) return assert.fail("it was kept")
        assert.deepInclude(saved, { gateway: gateway.gateway.name, status: "active", expired: false, isDefault: true })
        const again = yield* buys({ savedMethodId: saved.id })
        assert.deepStrictEqual([again.status, again.asked], ["paid", false])
        if (gateway.savedMethods?.challenge !== undefined) {
          yield* gateway.savedMethods.challenge
          const challenged = yield* buys({ savedMethodId: saved.id })
          assert.deepStrictEqual([challenged.status, challenged.asked], ["paid", true])
        }
        yield* as(methods.remove(saved.id))
        yield* jobs.drain
        assert.deepStrictEqual(yield* as(methods.list), [])
        assert.lengthOf(yield* (yield* SavedMethodRepository).untouched("removed", "9" as never, 10), 0, "the gateway has forgotten it")
      }))

    test("does not take another amount for the one that it asked for", (gateway, variantId) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order } = yield* paid(gateway, variantId, "pays_another_amount")
        const [known] = (yield* payments.list({ orderId: order.id })).items
        assert.strictEqual(known?.state, "mismatched")
        assert.notStrictEqual(yield* statusOf(order.id), "paid")
        yield* TestClock.adjust("1 day")
        yield* payments.recover
      }))
  })
}
