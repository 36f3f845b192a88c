/**
 * Which gateway takes a payment that names none, and that one which hangs holds up no payment of another.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { GatewayMisconfigured, GatewayUnavailable, type PaymentGateway } from "../payments/PaymentGateway.ts"
import { Inbox } from "../notifications/Inbox.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as OfflineGateway from "../payments/OfflineGateway.ts"
import { Payments } from "../payments/Payments.ts"
import * as SandboxGateway from "../payments/SandboxGateway.ts"
import * as Fixture from "./PaymentFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const other = (): PaymentGateway => SandboxGateway.make({ name: "other" })

const buys = Effect.fnUntraced(function*(pieces: number, payment: { readonly method?: string; readonly gateway?: string } = {}) {
  const { variantId } = yield* Shop.product({ stock: 10 })
  return yield* Shop.place(yield* Shop.guest([variantId, pieces]), undefined, { payment })
})

export const gatewayChoiceSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)
  const gatewayOf = (placed: { readonly payment: { readonly gateway: string } | null }) => placed.payment?.gateway

  describe(`the choice of a gateway on ${harness.name}`, () => {
    test("falls on the first that takes the payment, if the buyer names none", () =>
      Effect.gen(function*() {
        assert.strictEqual(gatewayOf(yield* buys(1)), "sandbox")
      }), { gateways: [OfflineGateway.cashOnDelivery()] })

    test("falls on another while one does not answer, and comes back to it", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        bank.on("create", () => Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "down" })))
        const waiting: Array<string> = []
        for (let buyer = 0; buyer < 5; buyer++) {
          const { order, payment } = yield* buys(1)
          assert.deepStrictEqual([payment?.gateway, payment?.state], ["sandbox", "pending"])
          waiting.push(order.id)
        }
        const next = yield* buys(1)
        assert.deepStrictEqual([gatewayOf(next), next.order.status], ["other", "paid"])
        // who names a gateway gets it, and is told at once
        const named = yield* buys(1, { gateway: "sandbox" })
        assert.strictEqual(named.payment?.state, "pending")
        waiting.push(named.order.id)
        assert.lengthOf(bank.calls.filter((call) => call === "create"), 5)
        bank.off("create")
        yield* TestClock.adjust("2 minutes")
        yield* payments.recover
        for (const id of waiting) assert.strictEqual((yield* Fixture.orderNow(id)).status, "paid")
        assert.strictEqual(gatewayOf(yield* buys(1)), "sandbox")
      }), { gateways: [other()], settled: false })

    test("stays with a gateway that refuses the shop's key, of which staff are told once", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order: { id } } = yield* buys(1, { method: "sandbox_timeout_after" })
        const refused = new GatewayMisconfigured({ gateway: "sandbox", gatewayCode: "invalid_key", detail: "the key is old" })
        bank.on("create", () => Effect.fail(refused))
        bank.on("retrieve", () => Effect.fail(refused))
        for (let buyer = 0; buyer < 6; buyer++) {
          const { order, payment } = yield* buys(1)
          assert.deepStrictEqual([order.status, payment?.gateway, payment?.state], ["failed", "sandbox", "failed"])
          assert.deepInclude(payment?.failure, { code: "gateway_error", advice: "contact", gatewayCode: null })
        }
        assert.lengthOf(bank.calls.filter((call) => call === "create"), 7, "it is asked by everybody")
        yield* TestClock.adjust("2 minutes")
        yield* payments.recover
        assert.deepStrictEqual(yield* Fixture.statesNow(id), ["pending"])
        const [payment] = yield* Fixture.paymentsNow(id)
        const error = yield* Effect.flip(payments.verify(payment?.id ?? ""))
        assert.strictEqual(error._tag, "GatewayMisconfigured")
        yield* (yield* Jobs).drain
        assert.deepStrictEqual(yield* Fixture.told("sandbox"), ["payment.gateway_misconfigured"])
        const { items } = yield* Actor.as(Actor.staff("user_1", ["*"]))((yield* Inbox).listShop())
        assert.deepStrictEqual(items.map(({ template }) => template), ["gateway-misconfigured"])
        assert.include(items[0]?.text, "the key is old (invalid_key)")
        bank.off("create")
        bank.off("retrieve")
        yield* TestClock.adjust("2 minutes")
        yield* payments.recover
        assert.strictEqual((yield* Fixture.orderNow(id)).status, "paid")
        assert.deepStrictEqual([gatewayOf(yield* buys(1)), bank.calls.filter((call) => call === "create").length], ["sandbox", 8])
      }), { gateways: [other()] })

    test("leaves a gateway that hangs to those who wait for it", (bank) =>
      Effect.gen(function*() {
        bank.on("create", () => Effect.never)
        const hanging = yield* Effect.forkChild(buys(1))
        yield* Effect.yieldNow
        // no time passes, and no connection of the storage is held
        for (let buyer = 0; buyer < 5; buyer++) {
          assert.strictEqual((yield* buys(1, { gateway: "other" })).order.status, "paid")
        }
        yield* Fiber.interrupt(hanging)
      }), { gateways: [other()], settled: false })

    test("is refused where nobody takes the payment, before anything is written", () =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 10 })
        const buyer = yield* Shop.guest([variantId, 1])
        const error = yield* Effect.flip(Shop.place(buyer, undefined, { payment: { method: "no_such_method" } }))
        assert(error._tag === "NoGatewayAvailable")
        assert.deepStrictEqual([error.country, error.amount], ["US", Shop.usd(2_500)])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        yield* Shop.place(buyer)
      }), { gateways: [other()] })
  })
}
