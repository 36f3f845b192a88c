/**
 * What becomes of gift cards that were sold when the money of their order goes, on any storage: nobody gets it back and keeps the card.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { Events } from "../events/Events.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { Order } from "../orders/Order.ts"
import { Orders } from "../orders/Orders.ts"
import { Disputes } from "../payments/Disputes.ts"
import * as OfflineGateway from "../payments/OfflineGateway.ts"
import { Payments } from "../payments/Payments.ts"
import { GiftCards } from "../value/GiftCards.ts"
import * as RefundCredit from "../value/RefundCredit.ts"
import { StoreCredit } from "../value/StoreCredit.ts"
import { account, balances, card, cards, codeOf, codesIn, drain, sound, spend, staff } from "./GiftCardFixture.ts"
import * as Invariants from "./Invariants.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import { usd } from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** An order of cards of 10 dollars, paid in a way, of which the cards are there. */
const bought = (method: Shop.Method, quantity = 1) =>
  Effect.gen(function*() {
    const { variantId } = yield* card(1_000)
    const { order } = yield* Shop.place(yield* Shop.guest([variantId, quantity]), method)
    yield* drain
    return { order, lineId: order.lines[0]?.id ?? "" }
  })

const refund = (orderId: string, amount?: number) =>
  staff(Effect.flatMap(Payments, (payments) =>
    payments.refund(orderId, { reason: "kindness", ...(amount === undefined ? {} : { amount: usd(amount) }) })))

/** The bank says what became of the refunds that it took its time for, and the shop asks. */
const decided = (status: "succeeded" | "failed") =>
  Effect.gen(function*() {
    const { bank } = yield* Shop.Bank
    for (const { reference, status: now } of yield* bank.refunds) if (now === "pending") yield* bank.endRefund(reference, status)
    yield* TestClock.adjust("2 minutes")
    yield* staff(Effect.flatMap(Payments, ({ recover }) => recover))
    yield* drain
  })

const now = (orderId: string) => Effect.flatMap(Orders, (orders) => staff(orders.get(orderId)))

const cancel = (orderId: string, lineId: string, quantity = 1) =>
  Effect.flatMap(Cancellations, (all) => staff(all.cancel(orderId, { lines: [{ lineId, quantity }] })))

const told = (orderId: string) =>
  Effect.map(Effect.flatMap(Events, (events) => events.history(orderId)), (all) =>
    all.map(({ type }) => type).filter((type) => type.startsWith("order.gift_cards")))

export const giftCardRecallSuite = (harness: StorageHarness): void => {
  const test = (
    name: string,
    body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>,
    options: Shop.ShopOptions = {}
  ) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      return body(mailbox).pipe(Effect.provide(Layer.provide(Shop.layer(harness.storage(), options), Mailbox.layer(mailbox))))
    })

  describe(`gift cards that are taken back, on ${harness.name}`, () => {
    test("cannot be spent while all that was paid for them is on its way back", (mailbox) =>
      Effect.gen(function*() {
        const { order } = yield* bought("sandbox_refund_pending")
        assert.strictEqual((yield* refund(order.id)).state, "pending")
        assert.deepStrictEqual([yield* balances, (yield* now(order.id)).status], [["void 0"], "paid"])
        assert.strictEqual((yield* Effect.flip(spend(codeOf(mailbox), 300)))._tag, "GiftCardUnusable")
        yield* decided("succeeded")
        assert.deepStrictEqual([yield* balances, (yield* now(order.id)).status], [["void 0"], "refunded"])
        assert.deepStrictEqual([yield* account("gateway:gift-card"), yield* account("sales")], [0, 0])
        yield* sound
      }))

    test("are taken with all that was paid for them when that becomes store credit, at once", (mailbox) =>
      Effect.gen(function*() {
        const ada = yield* Shop.account("ada@example.com")
        const { variantId } = yield* card(1_000)
        const { order } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]))
        yield* drain
        const payments = yield* Payments
        const gateway = yield* RefundCredit.make
        const { transaction } = yield* Transactor
        yield* staff(transaction(Effect.gen(function*() {
          const credited = yield* gateway.give(order, usd(1_000), "kindness")
          yield* payments.credit(order, usd(1_000), "kindness", credited)
        })))
        // no event is handled yet
        assert.deepStrictEqual([yield* balances, (yield* now(order.id)).status], [["void 0"], "refunded"])
        assert.strictEqual((yield* Effect.flip(spend(codeOf(mailbox), 300)))._tag, "GiftCardUnusable")
        yield* drain
        assert.deepStrictEqual(yield* told(order.id), ["order.gift_cards_taken"])
        assert.deepStrictEqual([yield* account("gateway:gift-card"), yield* account("gateway:store-credit")], [0, -1_000])
        yield* sound
      }))

    test("live again once the gateway has refused the refund, as often as that happens", (mailbox) =>
      Effect.gen(function*() {
        const { order } = yield* bought("sandbox_refund_pending")
        for (let time = 0; time < 2; time++) {
          yield* refund(order.id)
          assert.deepStrictEqual(yield* balances, ["void 0"])
          yield* decided("failed")
          assert.deepStrictEqual(yield* balances, ["active 1000"])
        }
        assert.deepStrictEqual(yield* told(order.id), [
          "order.gift_cards_taken",
          "order.gift_cards_restored",
          "order.gift_cards_taken",
          "order.gift_cards_restored"
        ])
        yield* spend(codeOf(mailbox), 300)
        assert.deepStrictEqual([yield* balances, yield* account("gateway:gift-card")], [["active 700"], -700])
        const [only] = yield* cards
        const { items } = yield* Effect.flatMap(GiftCards, (all) => staff(all.movements(only?.id ?? "")))
        assert.deepStrictEqual(items.map(({ kind }) => kind).sort(), ["issue", "restore", "restore", "spend", "void", "void"])
        yield* sound
      }))

    test("are not made while all of the money is on its way back, and are once that was refused", (mailbox) =>
      Effect.gen(function*() {
        const { variantId } = yield* card(1_000)
        const { order } = yield* Shop.place(yield* Shop.guest([variantId, 1]), "sandbox_refund_pending")
        yield* refund(order.id)
        yield* drain
        assert.deepStrictEqual([yield* balances, codeOf(mailbox)], [[], ""])
        yield* decided("failed")
        assert.deepStrictEqual(yield* balances, ["active 1000"])
        assert.notStrictEqual(codeOf(mailbox), "")
        yield* sound
      }))

    test("of which something was spent are not given back in full", (mailbox) =>
      Effect.gen(function*() {
        const { order } = yield* bought("sandbox_success", 2)
        yield* spend(codeOf(mailbox), 300)
        assert.strictEqual((yield* Effect.flip(refund(order.id)))._tag, "GiftCardSpent")
        assert.deepStrictEqual([yield* balances, (yield* now(order.id)).refunded.amount], [["active 1000", "active 700"], 0])
        // a part is kindness, and the rest of it would be all of it
        yield* refund(order.id, 500)
        assert.strictEqual((yield* Effect.flip(refund(order.id, 1_500)))._tag, "GiftCardSpent")
        assert.deepStrictEqual([yield* balances, (yield* now(order.id)).refunded.amount], [["active 1000", "active 700"], 500])
        yield* sound
      }))

    test("of which something was spent are cancelled for what is left, to the last piece and with the shipping", (mailbox) =>
      Effect.gen(function*() {
        const alone = yield* bought("sandbox_success")
        yield* spend(codeOf(mailbox), 300)
        yield* cancel(alone.order.id, alone.lineId)
        yield* drain
        const after = yield* now(alone.order.id)
        assert.deepStrictEqual([after.refunded.amount, after.lines[0]?.cancelled, yield* balances], [700, 1, ["void 0"]])
        // what was spent is not given back by another way either
        assert.strictEqual((yield* Effect.flip(Effect.flatMap(Orders, (orders) => staff(orders.cancel(alone.order.id)))))._tag, "GiftCardSpent")
        yield* sound

        yield* Shop.ships
        // what an edit takes for something else is in the lines, and not in the total
        for (const isEdited of [false, true]) {
          mailbox.mails.length = 0
          const { variantId } = yield* card(1_000)
          const goods = yield* Shop.product({ price: usd(2_000) })
          const { order } = yield* Shop.place(yield* Shop.guest([variantId, 1], [goods.variantId, 1]))
          yield* drain
          assert.strictEqual(order.total.amount, 3_000 + Shop.shippingRate.amount)
          if (isEdited) {
            const other = yield* Shop.product({ price: usd(2_000) })
            const gone = order.lines.flatMap(({ id, variantId }) => variantId === goods.variantId ? [{ lineId: id, quantity: 0 }] : [])
            const add = [{ variantId: other.variantId, quantity: 1 }]
            yield* Effect.flatMap(OrderEdits, (edits) => staff(edits.apply(order.id, { add, lines: gone })))
          }
          yield* spend(codeOf(mailbox), 400)
          const lines = (yield* now(order.id)).lines.flatMap(({ cancelled, id }) => cancelled === 0 ? [{ lineId: id, quantity: 1 }] : [])
          yield* Effect.flatMap(Cancellations, (all) => staff(all.cancel(order.id, { lines })))
          yield* drain
          const { refunded, shipping } = yield* now(order.id)
          assert.deepStrictEqual([refunded.amount, shipping?.givenBack], [3_000 + Shop.shippingRate.amount - 400, Shop.shippingRate])
        }
        yield* sound
      }))

    test("can be spent again for what comes back onto them after their piece was cancelled", (mailbox) =>
      Effect.gen(function*() {
        const { lineId, order } = yield* bought("sandbox_success")
        const code = codeOf(mailbox)
        const goods = yield* spend(code, 300)
        yield* cancel(order.id, lineId)
        yield* drain
        assert.deepStrictEqual(yield* balances, ["void 0"])
        yield* Effect.flatMap(Orders, (orders) => staff(orders.cancel(goods.id)))
        yield* drain
        assert.deepStrictEqual([yield* balances, yield* account("gateway:gift-card"), yield* account("sales")], [["active 300"], -300, 0])
        yield* spend(code, 200)
        assert.deepStrictEqual(yield* balances, ["active 100"])
        yield* sound
      }))

    test("whose piece was cancelled come back with what came back onto them, and count for no piece", (mailbox) =>
      Effect.gen(function*() {
        const { lineId, order } = yield* bought("sandbox_refund_pending", 2)
        const codes = [...new Set(mailbox.mails.flatMap(({ text }) => codesIn(text)))]
        assert.strictEqual(codes.length, 2)
        const goods: Array<Order> = []
        for (const [index, code] of codes.entries()) goods.push(yield* spend(code, [100, 300][index] ?? 0))
        // of the line the card that holds the most goes with the piece: that of which 100 were spent
        yield* cancel(order.id, lineId)
        yield* drain
        yield* decided("succeeded")
        const cancelOrder = (id: string) => Effect.flatMap(Orders, (orders) => staff(orders.cancel(id)))
        for (const { id } of goods) yield* cancelOrder(id)
        yield* drain
        assert.deepStrictEqual(yield* balances, ["active 100", "active 1000"])
        for (let time = 0; time < 2; time++) {
          assert.strictEqual((yield* refund(order.id)).state, "pending")
          assert.deepStrictEqual(yield* balances, ["void 0", "void 0"])
          yield* decided("failed")
          assert.deepStrictEqual(yield* balances, ["active 100", "active 1000"])
        }
        assert.strictEqual(yield* account("gateway:gift-card"), -1_100)
        yield* sound
        // it buys for no more than that
        yield* spend(codes[0] ?? "", 60)
        assert.deepStrictEqual(yield* balances, ["active 1000", "active 40"])
        // the piece that is left takes the card with it that stands for it
        yield* cancel(order.id, lineId)
        yield* drain
        yield* decided("succeeded")
        assert.deepStrictEqual(yield* balances, ["active 40", "void 0"])
        const kept = (yield* cards).find(({ status }) => status === "active")
        const { items } = yield* Effect.flatMap(GiftCards, (all) => staff(all.movements(kept?.id ?? "")))
        assert.deepStrictEqual(items.flatMap(({ amount, kind, reason }) =>
          kind === "void" || kind === "restore" ? [`${kind} ${amount.amount} ${reason}`] : []).sort(), [
          "restore 100 piece_refund",
          "restore 100 piece_refund",
          "void -100 piece_refund",
          "void -100 piece_refund",
          "void -900 piece"
        ])
        yield* sound
      }))

    test("that staff have voided give what comes back to whoever has paid with them", (mailbox) =>
      Effect.gen(function*() {
        yield* bought("sandbox_success")
        const ada = yield* Shop.account("ada@example.com")
        const code = codeOf(mailbox)
        const known = yield* spend(code, 300, (pieces) => Shop.customer(ada, pieces))
        const guest = yield* spend(code, 200)
        const [only] = yield* cards
        yield* Effect.flatMap(GiftCards, (all) => staff(all.void(only?.id ?? "")))
        for (const { id } of [known, guest]) yield* Effect.flatMap(Orders, (orders) => staff(orders.cancel(id)))
        yield* drain
        const credit = yield* Effect.flatMap(StoreCredit, (credits) => staff(credits.of(ada)))
        assert.deepStrictEqual([credit.balance.amount, yield* balances], [300, ["active 200", "void 0"]])
        assert.deepStrictEqual([yield* account("gateway:gift-card"), yield* account("gateway:store-credit")], [-200, -300])
        yield* sound
      }))

    test("are void once all of their order's money is lost in a dispute", (mailbox) =>
      Effect.gen(function*() {
        const disputes = yield* Disputes
        const lost = (paymentId: string, amount?: number) =>
          staff(Effect.flatMap(
            disputes.open({ paymentId, reason: "fraudulent", ...(amount === undefined ? {} : { amount: usd(amount) }) }),
            ({ id }) => disputes.close(id, { outcome: "lost" })
          ))
        const { variantId } = yield* card(1_000)
        const { order, payment } = yield* Shop.place(yield* Shop.guest([variantId, 2]), undefined, { payment: { gateway: "bank-transfer" } })
        yield* Effect.flatMap(Payments, (payments) => staff(payments.capture(payment?.id ?? "")))
        yield* drain
        const goods = yield* spend(codeOf(mailbox), 300)
        // whose part that is nobody can say
        yield* lost(payment?.id ?? "", 500)
        assert.deepStrictEqual(yield* balances, ["active 1000", "active 700"])
        yield* lost(payment?.id ?? "")
        assert.deepStrictEqual([yield* balances, yield* told(order.id)], [["void 0", "void 0"], ["order.gift_cards_taken"]])
        assert.strictEqual(yield* account("gateway:gift-card"), 0)
        // nor does what comes back later live
        yield* Effect.flatMap(Orders, (orders) => staff(orders.cancel(goods.id)))
        yield* drain
        assert.deepStrictEqual([yield* balances, yield* account("gateway:gift-card")], [["void 0", "void 0"], 0])
        assert.deepStrictEqual(yield* Invariants.violations({ offline: ["bank-transfer"] }), [])
      }), { gateways: [OfflineGateway.bankTransfer({ currencies: ["USD"], instructions: () => "Transfer it" })] })
  })
}
