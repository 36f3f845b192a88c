/**
 * Gift cards as products, on any storage: a card for each piece that is paid, once, and what becomes of it when the piece is
 * taken back.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Analytics } from "../analytics/Analytics.ts"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { Events } from "../events/Events.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { LoyaltyPoints } from "../loyalty/LoyaltyPoints.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { Promotions } from "../promotions/Promotions.ts"
import { Claims } from "../returns/Claims.ts"
import { Returns } from "../returns/Returns.ts"
import { Stores } from "../stores/Stores.ts"
import { Taxes } from "../tax/Taxes.ts"
import { GiftCards } from "../value/GiftCards.ts"
import { account, balances, card, cards, codeIn, drain, put, sound, staff } from "./GiftCardFixture.ts"
import * as Mailbox from "./Mailbox.ts"
import * as Shop from "./Shop.ts"
import { usd } from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const events = (orderId: string) => Effect.map(Effect.flatMap(Events, (all) => all.history(orderId)), (all) => all)

export const giftCardSaleSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: (mailbox: Mailbox.Mailbox) => Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => {
      const mailbox = Mailbox.make()
      return body(mailbox).pipe(Effect.provide(Layer.provide(Shop.layer(harness.storage()), Mailbox.layer(mailbox))))
    })

  describe(`gift cards as products, on ${harness.name}`, () => {
    test("are issued for each piece once the order is paid, and sent to who they are for", (mailbox) =>
      Effect.gen(function*() {
        const { variantId } = yield* card(5_000)
        const buyer = yield* Shop.guest()
        yield* put(buyer, variantId, 1, { email: "bob@example.com", name: "Bob", message: "Happy <birthday>!" })
        yield* put(buyer, variantId, 1, { email: "bob@example.com", name: "Bob", message: "Happy <birthday>!" })
        const cart = yield* put(buyer, variantId, 1)
        assert.deepStrictEqual(cart.lines.map(({ gift, quantity }) => [quantity, gift?.name]), [[2, "Bob"], [1, undefined]])
        assert.isFalse(cart.requiresShipping)
        const { order } = yield* Shop.place(buyer)
        assert.deepStrictEqual([order.status, order.total, order.tax.amount], ["paid", usd(15_000), 0])
        yield* drain
        const made = yield* cards
        assert.deepStrictEqual(made.map(({ balance, email, orderId }) => [balance.amount, email, orderId]).sort(), [
          [5_000, "ada@example.com", order.id],
          [5_000, "bob@example.com", order.id],
          [5_000, "bob@example.com", order.id]
        ])
        const sent = mailbox.mails.filter(({ text }) => codeIn(text) !== "")
        assert.deepStrictEqual(sent.map(({ to }) => to).sort(), ["ada@example.com", "bob@example.com", "bob@example.com"])
        const toBob = sent.find(({ to }) => to === "bob@example.com")
        assert.include(toBob?.text ?? "", "Bob,")
        assert.include(toBob?.html ?? "", "Happy &lt;birthday&gt;!")
        // the shop owes it, and has sold nothing
        assert.deepStrictEqual([yield* account("gateway:gift-card"), yield* account("sales")], [-15_000, 0])
        // whoever has the code spends it, in this shop's other goods
        const goods = yield* Shop.product({ price: usd(3_000), requiresShipping: false })
        const spender = yield* Shop.guest([goods.variantId, 1])
        const spent = yield* Shop.place(spender, "sandbox_success", { giftCards: [codeIn(toBob?.text ?? "")] })
        assert.deepStrictEqual([spent.order.status, spent.payment], ["paid", null])
        assert.deepStrictEqual([yield* account("gateway:gift-card"), yield* account("sales")], [-12_000, -3_000])
        // and nothing that is written down says the code
        const told = JSON.stringify([yield* events(order.id), order, yield* cards])
        for (const { text } of sent) assert.notInclude(told, codeIn(text))
        yield* sound
      }))

    test("are no goods: no promotion lowers or counts them, no tax is charged, no points and no sales are made of them", () =>
      Effect.gen(function*() {
        yield* staff(Effect.flatMap(Taxes, (taxes) => taxes.create({ name: "VAT", taxClass: "standard", ratePpm: 200_000 })))
        yield* staff(Effect.flatMap(Promotions, (promotions) =>
          promotions.create({
            name: "Half of everything from 100 dollars",
            conditions: [{ type: "subtotal", args: { minimum: usd(10_000) } }],
            action: { type: "percent_off_order", args: { ratePpm: 500_000 } }
          })))
        yield* staff(Effect.flatMap(Promotions, (promotions) =>
          promotions.create({ name: "Ten percent off", action: { type: "percent_off_order", args: { ratePpm: 100_000 } } })))
        const loyalty = yield* LoyaltyPoints
        yield* staff(loyalty.setProgram({
          active: true,
          pointsPer100: 1,
          pointValue: 1,
          confirmedBy: "paid",
          expireDays: null,
          tiers: []
        }))
        const ada = yield* Shop.account("ada@example.com")
        const gift = yield* card(20_000)
        const goods = yield* Shop.product({ price: usd(4_000), requiresShipping: false })
        const buyer = yield* Shop.customer(ada, [gift.variantId, 1], [goods.variantId, 1])
        assert.deepStrictEqual(buyer.cart.pricing.lines.map(({ discount, tax, total }) => [discount.amount, tax.amount, total.amount]), [
          [0, 0, 20_000],
          [400, 720, 4_320]
        ])
        const { order } = yield* Shop.place(buyer)
        yield* drain
        assert.deepStrictEqual((yield* Actor.as(Actor.customer(ada))(loyalty.mine)).balance, 43)
        const day = (yield* Timestamp.now).slice(0, 10)
        const analytics = yield* Analytics
        const figures = Effect.gen(function*() {
          const { whole: { figures: [all] } } = yield* staff(analytics.sales({ from: day, to: day }))
          const top = yield* staff(analytics.topProducts({ from: day, to: day }))
          return [all?.subtotal.amount, all?.kept.amount, ...top.map(({ revenue }) => revenue.amount)]
        })
        assert.deepStrictEqual(yield* figures, [4_000, 4_320, 3_600])
        yield* staff(analytics.fold)
        assert.deepStrictEqual(yield* figures, [4_000, 4_320, 3_600])
        assert.deepStrictEqual([yield* account("sales"), yield* account("gateway:gift-card")], [-4_320, -20_000])
        assert.strictEqual(order.total.amount, 24_320)
        // what is given back of the card costs no point of the goods
        const line = order.lines.find(({ giftCard }) => giftCard !== undefined)
        yield* staff(Effect.flatMap(Cancellations, (all) => all.cancel(order.id, { lines: [{ lineId: line?.id ?? "", quantity: 1 }] })))
        yield* drain
        assert.deepStrictEqual((yield* Actor.as(Actor.customer(ada))(loyalty.mine)).balance, 43)
        assert.deepStrictEqual([yield* account("sales"), yield* account("gateway:gift-card")], [-4_320, 0])
        assert.strictEqual((yield* figures)[1], 4_320)
        yield* staff(analytics.fold)
        assert.strictEqual((yield* figures)[1], 4_320)
        yield* sound
      }))

    test("are issued once, however often the order is told to be paid and whoever works at once", () =>
      Effect.gen(function*() {
        const { variantId } = yield* card(1_000)
        const buyer = yield* Shop.guest([variantId, 7])
        const { order } = yield* Shop.place(buyer)
        yield* Effect.all([drain, drain, drain], { concurrency: "unbounded" })
        // and whatever happens to it later
        const orders = yield* Orders
        for (const event of ["hold", "resume", "process"] as const) {
          yield* staff(orders.changeStatus(order.id, { event }))
          yield* drain
        }
        assert.lengthOf(yield* cards, 7)
        assert.strictEqual(yield* account("gateway:gift-card"), -7_000)
        yield* sound
      }))

    test("wait for the money, and for whoever has to look at the order", () =>
      Effect.gen(function*() {
        const { variantId } = yield* card(1_000)
        const pending = yield* Shop.place(yield* Shop.guest([variantId, 1]), "sandbox_decline")
        yield* drain
        assert.deepStrictEqual([pending.order.status, yield* balances], ["failed", []])
        const paid = yield* Shop.place(yield* Shop.guest([variantId, 1]))
        const orders = yield* Orders
        yield* staff(orders.changeStatus(paid.order.id, { event: "hold" }))
        yield* drain
        assert.deepStrictEqual(yield* balances, [])
        yield* staff(orders.changeStatus(paid.order.id, { event: "resume" }))
        yield* drain
        assert.deepStrictEqual(yield* balances, ["active 1000"])
        yield* sound
      }))

    test("are sent on the day that the buyer has named", (mailbox) =>
      Effect.gen(function*() {
        const { variantId } = yield* card(1_000)
        const buyer = yield* Shop.guest()
        const day = Timestamp.plus(yield* Timestamp.now, "10 days")
        yield* put(buyer, variantId, 1, { email: "bob@example.com", sendAt: day })
        yield* Shop.place(buyer)
        yield* drain
        const send = staff(Effect.flatMap(Jobs, (jobs) => Effect.andThen(jobs.runCron("gift-cards.send"), jobs.drain)))
        const sent = () => mailbox.mails.filter(({ to }) => to === "bob@example.com").length
        yield* send
        assert.deepStrictEqual([sent(), (yield* cards).map(({ sendAt }) => sendAt)], [0, [day]])
        yield* TestClock.adjust("11 days")
        yield* send
        yield* send
        assert.deepStrictEqual([sent(), (yield* cards).map(({ sendAt }) => sendAt)], [1, [null]])
      }))

    test("are taken back with their pieces, for what is left on them", (mailbox) =>
      Effect.gen(function*() {
        const { variantId } = yield* card(1_000)
        const { order } = yield* Shop.place(yield* Shop.guest([variantId, 3]))
        const lineId = order.lines[0]?.id ?? ""
        yield* drain
        const code = mailbox.mails.map(({ text }) => codeIn(text)).find((code) => code !== "")
        const goods = yield* Shop.product({ price: usd(300), requiresShipping: false })
        yield* Shop.place(yield* Shop.guest([goods.variantId, 1]), "sandbox_success", { giftCards: [code ?? ""] })
        assert.deepStrictEqual(yield* balances, ["active 1000", "active 1000", "active 700"])

        const cancel = Effect.flatMap(Cancellations, (all) => staff(all.cancel(order.id, { lines: [{ lineId, quantity: 1 }] })))
        const refunded = Effect.map(Effect.flatMap(Orders, (orders) => staff(orders.get(order.id))), ({ refunded }) => refunded.amount)
        // the fullest card goes first
        yield* cancel
        yield* drain
        assert.deepStrictEqual([yield* refunded, yield* balances], [1_000, ["active 1000", "active 700", "void 0"]])
        // an order of which a card was spent cannot be called off as if nothing had happened
        assert.strictEqual((yield* Effect.flip(Effect.flatMap(Orders, (orders) => staff(orders.cancel(order.id)))))._tag, "GiftCardSpent")
        const edit = (quantity: number) =>
          Effect.flatMap(OrderEdits, (edits) => staff(edits.apply(order.id, { lines: [{ lineId, quantity }], add: [{ variantId: goods.variantId, quantity: 1 }] })))
        const refusal = yield* Effect.flip(edit(0))
        assert.deepStrictEqual("reason" in refusal ? refusal.reason : refusal._tag, "gift_card_spent")
        yield* edit(1)
        yield* drain
        assert.deepStrictEqual(yield* balances, ["active 700", "void 0", "void 0"])
        yield* cancel
        yield* drain
        assert.deepStrictEqual(yield* balances, ["void 0", "void 0", "void 0"])
        // 1000 for the first, 1000 less the goods of 300 for the second, and what was left for the third
        assert.strictEqual(yield* refunded, 1_000 + 700 + 700)
        assert.strictEqual(yield* account("gateway:gift-card"), 0)
        assert.strictEqual(yield* account("sales"), -300 - 300)
        yield* sound
      }))

    test("are void once the order is called off, or all of its money went back", () =>
      Effect.gen(function*() {
        const { variantId } = yield* card(1_000)
        const first = yield* Shop.place(yield* Shop.guest([variantId, 2]))
        const second = yield* Shop.place(yield* Shop.guest([variantId, 1]))
        // one is called off before its cards are made
        const early = yield* Shop.place(yield* Shop.guest([variantId, 1]))
        const orders = yield* Orders
        yield* staff(orders.cancel(early.order.id))
        yield* drain
        assert.lengthOf(yield* cards, 3)
        yield* staff(orders.cancel(first.order.id))
        yield* staff(Effect.flatMap(Payments, (payments) => payments.refund(second.order.id, { reason: "kindness" })))
        yield* drain
        assert.deepStrictEqual(yield* balances, ["void 0", "void 0", "void 0"])
        assert.deepStrictEqual([yield* account("gateway:gift-card"), yield* account("sales")], [0, 0])
        yield* sound
      }))

    test("do not come back with the goods of their order", () =>
      Effect.gen(function*() {
        yield* Shop.ships
        const { variantId } = yield* card(1_000)
        const goods = yield* Shop.product({})
        const { order } = yield* Shop.place(yield* Shop.guest([variantId, 1], [goods.variantId, 1]))
        yield* drain
        const lineId = order.lines.find(({ giftCard }) => giftCard !== undefined)?.id ?? ""
        const fulfilments = yield* Fulfilments
        const packed = yield* Effect.flip(staff(fulfilments.create(order.id, { lines: [{ lineId, quantity: 1 }] })))
        assert.strictEqual(packed._tag, "InvalidInput")
        const parcel = yield* staff(fulfilments.create(order.id))
        assert.lengthOf(parcel.lines, 1)
        const { status } = yield* staff(Effect.andThen(fulfilments.advance(parcel.id, { event: "ship" }), Effect.flatMap(Orders, (orders) => orders.get(order.id))))
        assert.strictEqual(status, "shipped")
        const asked = { lines: [{ lineId, quantity: 1, reason: "damaged" as const }] }
        const refusals = yield* Effect.all([
          Effect.flip(staff(Effect.flatMap(Returns, (returns) => returns.request(order.id, asked)))),
          Effect.flip(staff(Effect.flatMap(Claims, (claims) => claims.open(order.id, asked))))
        ])
        assert.deepStrictEqual(refusals.map(({ _tag }) => _tag), ["ReturnExceedsOrder", "ClaimExceedsOrder"])
        yield* sound
      }))

    test("that staff void by hand are what the shop keeps of the sale", () =>
      Effect.gen(function*() {
        const { variantId } = yield* card(1_000)
        const { order } = yield* Shop.place(yield* Shop.guest([variantId, 1]))
        yield* drain
        const [only] = yield* cards
        const voided = yield* staff(Effect.flatMap(GiftCards, (all) => all.void(only?.id ?? "")))
        assert.deepStrictEqual([voided.status, voided.balance.amount], ["void", 0])
        assert.deepStrictEqual([yield* account("gateway:gift-card"), yield* account("sales")], [0, -1_000])
        assert.strictEqual((yield* Effect.flip(Effect.flatMap(Orders, (orders) => staff(orders.cancel(order.id)))))._tag, "GiftCardSpent")
        yield* sound
      }))

    test("cannot be bought with gift cards, unless the shop allows it", () =>
      Effect.gen(function*() {
        const { variantId } = yield* card(1_000)
        const goods = yield* Shop.product({ price: usd(300), requiresShipping: false })
        const { code } = yield* staff(Effect.flatMap(GiftCards, (all) => all.create({ amount: usd(5_000) })))
        const only = yield* Shop.guest([variantId, 1])
        const refusal = yield* Effect.flip(Shop.place(only, "sandbox_success", { giftCards: [code ?? ""] }))
        assert.deepStrictEqual("reason" in refusal ? refusal.reason : refusal._tag, "buys_no_gift_cards")
        const both = yield* Shop.guest([variantId, 1], [goods.variantId, 1])
        const { order, payment } = yield* Shop.place(both, "sandbox_success", { giftCards: [code ?? ""] })
        assert.deepStrictEqual([order.status, payment?.amount.amount], ["paid", 1_000])
        yield* staff(Effect.flatMap(Stores, (stores) =>
          stores.update({ settings: { giftCards: { days: 365, buyGiftCards: true } } })))
        const allowed = yield* Shop.place(only, "sandbox_success", { giftCards: [code ?? ""] })
        assert.deepStrictEqual([allowed.order.status, allowed.payment], ["paid", null])
        yield* drain
        const ends = (yield* cards).filter(({ orderId }) => orderId === allowed.order.id).map(({ createdAt, expiresAt }) => [createdAt, expiresAt])
        assert.deepStrictEqual(ends.map(([from = null, to]) => from === null ? null : to === Timestamp.plus(from, "365 days")), [true])
        yield* sound
      }))

    test("are asked for as what they are", () =>
      Effect.gen(function*() {
        const goods = yield* Shop.product({})
        const buyer = yield* Shop.guest([goods.variantId, 1])
        const refusal = yield* Effect.flip(put(buyer, goods.variantId, 1, { email: "bob@example.com" }))
        assert.strictEqual(refusal._tag, "InvalidInput")
        const { variantId } = yield* card(1_000)
        assert.strictEqual((yield* Effect.flip(put(buyer, variantId, 501)))._tag, "CartLimitExceeded")
        assert.strictEqual((yield* Effect.flip(put(buyer, variantId, 1, { email: "nobody" } as never)))._tag, "InvalidInput")
        const at = yield* Timestamp.now
        assert.strictEqual((yield* Effect.flip(put(buyer, variantId, 1, { sendAt: Timestamp.plus(at, "367 days") })))._tag, "InvalidInput")
        yield* put(buyer, variantId, 1, { sendAt: Timestamp.plus(at, "365 days") })
        const invalid = yield* Effect.flip(staff(Effect.flatMap(Catalog, (catalog) =>
          catalog.createProduct({
            title: "A card in a box",
            variants: [{ price: usd(0), giftCard: true, requiresShipping: true, taxable: true }]
          }))))
        assert.deepStrictEqual(
          invalid._tag === "InvalidInput" ? invalid.faults.map(({ path }) => path.at(-1)) : [],
          ["requiresShipping", "taxable", "amount"]
        )
      }))
  })
}
