/**
 * Returns whose money a gateway refuses to give back, all of it or a part, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Books } from "../books/Books.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { Inbox } from "../notifications/Inbox.ts"
import { Orders } from "../orders/Orders.ts"
import { GatewayRejected } from "../payments/PaymentGateway.ts"
import { Payments } from "../payments/Payments.ts"
import { Returns } from "../returns/Returns.ts"
import { GiftCards } from "../value/GiftCards.ts"
import * as Invariants from "./Invariants.ts"
import * as ScriptedGateway from "./ScriptedGateway.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))

const refuses = Effect.fail(new GatewayRejected({ gateway: "sandbox", gatewayCode: "no", detail: "the account is closed" }))

export const returnRefusalSuite = (harness: StorageHarness): void => {
  const test = (
    name: string,
    body: (bank: ScriptedGateway.ScriptedGateway) => Effect.Effect<unknown, unknown, Shop.ShopServices>
  ) =>
    it.effect(name, () => {
      const bank = ScriptedGateway.make()
      return Effect.gen(function*() {
        yield* Shop.ships
        yield* body(bank)
        yield* Effect.flatMap(Jobs, ({ drain }) => drain)
        assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(bank) }), [])
      }).pipe(Effect.provide(Shop.layer(harness.storage(), { bank })))
    })

  /** Two pieces of 20 dollars, of which a gift card has paid 10, have come back: 35 are the bank's to give back, 5 the card's. */
  const received = Effect.fnUntraced(function*(method: Shop.Method = "sandbox_success") {
    const returns = yield* Returns
    const { code, giftCard } = yield* system((yield* GiftCards).create({ amount: Shop.usd(1_000) }))
    const { variantId } = yield* Shop.product()
    const { order, token } = yield* Shop.place(yield* Shop.guest([variantId, 2]), method, { giftCards: [code ?? ""] })
    for (const event of ["ship", "deliver"] as const) {
      yield* system(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event })))
    }
    const lineId = order.lines[0]?.id as string
    const buyer = Actor.as(Actor.guest({ orderToken: token }))
    const { id } = yield* buyer(returns.request(order.id, { lines: [{ lineId, quantity: 2, reason: "changed_mind" }] }))
    yield* system(returns.approve(id))
    const came = yield* system(returns.receive(id, { lines: [{ lineId, restock: 2, scrap: 0 }] }))
    return { id, order, came, buyer, giftCardId: giftCard.id }
  })

  const figures = (one: { readonly status: string; readonly refunded: { amount: number }; readonly owed: { amount: number } }) =>
    [one.status, one.refunded.amount, one.owed.amount]

  const refundsOf = (orderId: string) =>
    Effect.map(system(Effect.flatMap(Payments, (payments) => payments.refunds(orderId))), (refunds) =>
      refunds.map(({ amount, state }) => [state, amount.amount]))

  const inbox = Effect.gen(function*() {
    yield* (yield* Jobs).drain
    const { items } = yield* Actor.as(Actor.staff("user_1", ["*"]))((yield* Inbox).listShop())
    return items.map(({ template }) => template)
  })

  describe(`returns whose money is refused, on ${harness.name}`, () => {
    test("are given back in part where one of several gateways refuses, and the rest when it does not any more", (bank) =>
      Effect.gen(function*() {
        const returns = yield* Returns
        const { buyer, came, id, order } = yield* received()
        assert.deepStrictEqual(figures(came), ["received", 0, 4_000])
        bank.on("refund", () => refuses)
        const part = yield* system(returns.refund(id))
        assert.deepStrictEqual(figures(part), ["partially_refunded", 500, 3_500])
        assert.deepStrictEqual(figures(yield* buyer(returns.get(id))), ["partially_refunded", 500, 3_500])
        assert.deepStrictEqual(yield* inbox, ["refund-refused"], "staff are told")
        assert.deepStrictEqual((yield* system(returns.list({ status: "partially_refunded" }))).items.map((one) => one.id), [id])
        // as long as it refuses, nothing changes
        assert.deepStrictEqual(figures(yield* system(returns.refund(id))), ["partially_refunded", 500, 3_500])
        bank.off("refund")
        // however many try at once, it goes back once
        const all = yield* Effect.all(Array.from({ length: 4 }, () => Effect.result(system(returns.refund(id)))), {
          concurrency: "unbounded"
        })
        assert.isTrue(all.some(({ _tag }) => _tag === "Success"))
        assert.deepStrictEqual(figures(yield* system(returns.get(id))), ["refunded", 4_000, 0])
        const back = (yield* refundsOf(order.id)).flatMap(([state, amount]) => state === "succeeded" ? [Number(amount)] : [])
        assert.deepStrictEqual(back.toSorted((a, b) => a - b), [500, 3_500])
        assert.strictEqual((yield* Effect.flip(system(returns.refund(id))))._tag, "IllegalTransition")
      }))

    test("are received as before where all of it is refused", (bank) =>
      Effect.gen(function*() {
        const returns = yield* Returns
        const { variantId } = yield* Shop.product()
        const { order, token } = yield* Shop.place(yield* Shop.guest([variantId, 1]))
        for (const event of ["ship", "deliver"] as const) {
          yield* system(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event })))
        }
        const lineId = order.lines[0]?.id as string
        const buyer = Actor.as(Actor.guest({ orderToken: token }))
        const { id } = yield* buyer(returns.request(order.id, { lines: [{ lineId, quantity: 1, reason: "defective" }] }))
        yield* system(returns.approve(id))
        yield* system(returns.receive(id, { lines: [{ lineId, restock: 0, scrap: 1 }] }))
        bank.on("refund", () => refuses)
        assert.deepStrictEqual(figures(yield* system(returns.refund(id))), ["received", 0, 2_000])
        bank.off("refund")
        assert.deepStrictEqual(figures(yield* system(returns.refund(id))), ["refunded", 2_000, 0])
      }))

    test("are made good as credit, no more than is owed", () =>
      Effect.gen(function*() {
        const returns = yield* Returns
        const { giftCardId, id } = yield* received("sandbox_refund_decline")
        assert.deepStrictEqual(figures(yield* system(returns.refund(id))), ["partially_refunded", 500, 3_500])
        assert.deepStrictEqual(figures(yield* system(returns.refund(id, { to: "store_credit" }))), ["refunded", 4_000, 0])
        const cards = yield* GiftCards
        const { items } = yield* system(cards.list())
        const made = items.filter((card) => card.id !== giftCardId)
        assert.deepStrictEqual(made.map(({ balance }) => balance.amount), [3_500])
        assert.strictEqual((yield* system(cards.get(giftCardId))).balance.amount, 500)
      }))

    test("are made good by hand, which the shop writes down", (bank) =>
      Effect.gen(function*() {
        const returns = yield* Returns
        const { id, order } = yield* received("sandbox_refund_decline")
        yield* system(returns.refund(id))
        const calls = bank.calls.length
        const done = yield* system(returns.refund(id, { to: "outside" }))
        assert.deepStrictEqual([...figures(done), done.refundTo], ["refunded", 4_000, 0, "original"])
        assert.strictEqual(bank.calls.length, calls, "no gateway is asked")
        const balances = yield* system((yield* Books).balances())
        assert.strictEqual(balances.find(({ account }) => account === "gateway:outside")?.balance.amount, -3_500)
        const now = yield* system((yield* Orders).get(order.id))
        assert.deepStrictEqual([now.refunded.amount, now.paymentStatus], [4_000, "partially_refunded"])
      }))

    test("owe it again where a gateway refuses days later what was on its way", (bank) =>
      Effect.gen(function*() {
        const returns = yield* Returns
        const payments = yield* Payments
        const { id, order } = yield* received("sandbox_refund_pending")
        assert.deepStrictEqual(figures(yield* system(returns.refund(id))), ["refunded", 4_000, 0])
        const refunds = yield* system(payments.refunds(order.id))
        const pending = refunds.find(({ state }) => state === "pending")
        yield* bank.bank.endRefund(pending?.gatewayReference ?? "", "failed")
        yield* TestClock.adjust("2 minutes")
        yield* system(payments.recover)
        assert.deepStrictEqual(yield* inbox, ["refund-refused"])
        assert.deepStrictEqual(figures(yield* system(returns.get(id))), ["partially_refunded", 500, 3_500])
        assert.deepStrictEqual(figures(yield* system(returns.close(id, { reason: "the buyer lets us keep it" }))), ["closed", 500, 0])
      }))
  })
}
