/**
 * A store that sells in several currencies, on any storage: what has a price in one is sold in it, with shipping, promotions, gift
 * cards and figures of that currency alone.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Analytics } from "../analytics/Analytics.ts"
import { Coupons } from "../cart/Coupons.ts"
import { Carts } from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Checkout } from "../checkout/Checkout.ts"
import { DraftOrders } from "../drafts/DraftOrders.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Currency from "../kernel/Currency.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { LoyaltyPoints } from "../loyalty/LoyaltyPoints.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { PriceLists } from "../prices/PriceLists.ts"
import { Promotions } from "../promotions/Promotions.ts"
import { Shipping } from "../shipping/Shipping.ts"
import { Stores } from "../stores/Stores.ts"
import { Taxes } from "../tax/Taxes.ts"
import { GiftCards } from "../value/GiftCards.ts"
import { StoreCredit } from "../value/StoreCredit.ts"
import * as Invariants from "./Invariants.ts"
import * as Shop from "./Shop.ts"
import { usd } from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.system("test"))
const drain = staff(Effect.flatMap(Jobs, (jobs) => jobs.drain))
const eur = (amount: number) => Money.make(amount, Currency.Currency.make("EUR"))
const jpy = (amount: number) => Money.make(amount, Currency.Currency.make("JPY"))

const sound = Effect.gen(function*() {
  assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(yield* Shop.Bank) }), [])
})

/** US dollars, euros and yen, with a way of shipping in each. */
const opened = staff(Effect.gen(function*() {
  const currencies = ["EUR", "JPY"].map((code) => Currency.Currency.make(code))
  yield* (yield* Stores).update({ settings: { currencies } })
  const shipping = yield* Shipping
  const methods = yield* Effect.forEach([usd(500), eur(450), jpy(700)], (price) => shipping.create({ name: `Post in ${price.currency}`, price }))
  return methods.map(({ id }) => id)
}))

/** Prices of variants in a currency. */
const priced = (prices: ReadonlyArray<readonly [variantId: string, price: Money.Money]>, more: object = {}) =>
  staff(Effect.flatMap(PriceLists, (lists) =>
    lists.create({
      name: "Prices",
      type: "override",
      currency: prices[0]?.[1].currency ?? "",
      prices: prices.map(([variantId, price]) => ({ variantId, price })),
      ...more
    } as never)))

/** Where the input of something is wrong. */
const faultsAt = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), (error) =>
    error instanceof InvalidInput ? error.faults.map(({ path }) => path.join(".")) : [String(error)])

const sell = (buyer: Shop.Buyer, currency: string, more: object = {}) =>
  Actor.as(buyer.actor)(Effect.flatMap(Carts, (carts) => carts.update(buyer.cart.id, { currency, ...more } as never)))

export const currencySuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(body, Shop.layer(harness.storage())))

  describe(`several currencies, on ${harness.name}`, () => {
    test("have prices, shipping and tax of their own, from the cart to the refund", Effect.gen(function*() {
      yield* opened
      yield* staff(Effect.flatMap(Taxes, (taxes) => taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 100_000 })))
      const board = yield* Shop.product({ price: usd(2_000) })
      yield* priced([[board.variantId, eur(1_905)]])
      yield* priced([[board.variantId, jpy(3_005)]])
      const orders: Array<readonly [string, number, number, number]> = []
      for (const currency of ["USD", "EUR", "JPY"]) {
        const buyer = yield* Shop.guest([board.variantId, 1])
        const cart = yield* sell(buyer, currency, { shippingAddress: Shop.address })
        assert.deepStrictEqual([cart.currency, cart.notices, cart.total.currency], [currency, [], currency])
        const options = yield* Actor.as(buyer.actor)(Effect.flatMap(Carts, (carts) => carts.shippingOptions(cart.id)))
        assert.deepStrictEqual(options.map(({ price }) => price.currency), [currency])
        const { order, payment } = yield* Shop.place(buyer)
        assert.deepStrictEqual([order.currency, payment?.amount, order.paid], [currency, order.total, order.total])
        orders.push([currency, order.subtotal.amount, order.shippingTotal.amount, order.tax.amount])
        yield* staff(Effect.flatMap(Payments, (payments) => payments.refund(order.id, { reason: "kindness" })))
        yield* drain
        const after = yield* staff(Effect.flatMap(Orders, (all) => all.get(order.id)))
        assert.deepStrictEqual([after.status, after.refunded], ["refunded", order.total])
      }
      assert.deepStrictEqual(orders, [
        ["USD", 2_000, 500, 250],
        // 190.5 and 45 cents, each rounded
        ["EUR", 1_905, 450, 236],
        // 300.5 and 70 yen, which have no cents
        ["JPY", 3_005, 700, 371]
      ])
      yield* sound
    }))

    test("sell what has a price in them, and nothing else", Effect.gen(function*() {
      const [, post] = yield* opened
      const board = yield* Shop.product({ price: usd(2_000) })
      const oil = yield* Shop.product({ title: "Oil", price: usd(700) })
      yield* priced([[board.variantId, eur(1_900)]])
      yield* priced([[oil.variantId, eur(650)]], { countries: ["DE"] })
      // a price in another currency is no price in the store's own
      yield* priced([[board.variantId, jpy(1)]])
      const buyer = yield* Shop.guest([board.variantId, 1], [oil.variantId, 1])
      assert.strictEqual(buyer.cart.pricing.subtotal.amount, 2_700)
      const cart = yield* sell(buyer, "EUR", { shippingAddress: Shop.address, shippingMethodId: post })
      assert.deepStrictEqual(cart.notices.map(({ _tag }) => _tag), ["unavailable"])
      assert.deepStrictEqual(cart.total, eur(1_900 + 450))
      assert.strictEqual((yield* Effect.flip(Shop.place(buyer)))._tag, "NotForSale")
      const carts = yield* Carts
      const as = Actor.as(buyer.actor)
      assert.strictEqual((yield* Effect.flip(as(carts.addItem(cart.id, { variantId: oil.variantId, quantity: 1 }))))._tag, "NotForSale")
      assert.strictEqual((yield* as(carts.addItem(cart.id, { variantId: board.variantId, quantity: 1 }))).pricing.subtotal.amount, 3_800)
      // where there is one it is sold again
      const there = yield* as(carts.update(cart.id, { shippingAddress: { ...Shop.address, country: "DE", region: null } as never }))
      assert.deepStrictEqual([there.notices, there.pricing.subtotal], [[], eur(4_450)])
      // and the way of shipping is chosen anew in each currency
      const back = yield* sell(buyer, "USD")
      assert.deepStrictEqual([back.shippingMethodId, back.pricing.subtotal, back.notices], [null, usd(4_700), []])
      assert.deepStrictEqual(yield* faultsAt(sell(buyer, "CHF")), ["currency"])
      const sent = (input: object) => as(carts.update(cart.id, input as never))
      assert.strictEqual((yield* Effect.flip(sent({ shippingMethodId: post })))._tag, "ShippingMethodUnavailable")
      // nothing of a change is kept that cannot be made as a whole
      assert.strictEqual((yield* Effect.flip(sent({ currency: "JPY", shippingMethodId: post })))._tag, "ShippingMethodUnavailable")
      assert.strictEqual((yield* as(carts.get(cart.id))).currency, "USD")
      const stale = yield* Effect.flip(sent({ currency: "EUR", version: 1 }))
      assert.strictEqual(stale._tag, "VersionConflict")
    }))

    test("take amounts of promotions, gift cards and points in their own currency only", Effect.gen(function*() {
      yield* opened
      const board = yield* Shop.product({ price: usd(2_000), requiresShipping: false })
      yield* priced([[board.variantId, eur(2_000)]])
      const promotions = yield* Promotions
      const off = (name: string, price: Money.Money) =>
        staff(promotions.create({ name, code: name, action: { type: "fixed_off_order", args: { amount: price } } }))
      yield* off("DOLLARS", usd(300))
      yield* off("EUROS", eur(200))
      assert.deepStrictEqual(
        yield* faultsAt(staff(promotions.create({
          name: "Both",
          conditions: [{ type: "subtotal", args: { minimum: eur(100) } }],
          action: { type: "fixed_off_order", args: { amount: usd(100) } }
        }))),
        ["conditions.0.args.minimum.currency"]
      )
      const cards = yield* GiftCards
      const dollars = yield* staff(cards.create({ amount: usd(5_000) }))
      const euros = yield* staff(cards.create({ amount: eur(500) }))
      assert.deepStrictEqual(yield* faultsAt(staff(cards.create({ amount: { amount: 1, currency: "CHF" } as never }))), ["amount.currency"])
      const loyalty = yield* LoyaltyPoints
      yield* staff(loyalty.setProgram({ active: true, pointsPer100: 1, pointValue: 1, confirmedBy: "paid", expireDays: null, tiers: [] }))
      const ada = yield* Shop.account("ada@example.com")
      const buyer = yield* Shop.customer(ada, [board.variantId, 1])
      const as = Actor.as(buyer.actor)
      yield* sell(buyer, "EUR")
      const coupons = yield* Coupons
      yield* as(coupons.add(buyer.cart.id, { code: "EUROS" }))
      const refused = yield* Effect.result(as(coupons.add(buyer.cart.id, { code: "DOLLARS" })))
      const cart = yield* as(Effect.flatMap(Carts, (carts) => carts.get(buyer.cart.id)))
      assert.deepStrictEqual(cart.total, eur(1_800))
      assert.isTrue(
        refused._tag === "Failure"
          ? "reason" in refused.failure && refused.failure.reason === "currency"
          : cart.notices.some((notice) => notice._tag === "coupon_not_applied" && notice.reason === "currency")
      )
      const foreign = yield* Effect.flip(Shop.place(buyer, "sandbox_success", { giftCards: [dollars.code ?? ""] }))
      assert.strictEqual(foreign._tag, "GiftCardNotFound")
      const { order, payment } = yield* Shop.place(buyer, "sandbox_success", { giftCards: [euros.code ?? ""] })
      assert.deepStrictEqual([order.total, payment?.amount], [eur(1_800), eur(1_300)])
      yield* drain
      assert.strictEqual((yield* as(loyalty.mine)).balance, 0)
      yield* sound
    }))

    test("have store credit of their own, which is neither converted nor spent in another", Effect.gen(function*() {
      yield* opened
      const board = yield* Shop.product({ price: usd(2_000), requiresShipping: false, stock: 20 })
      yield* priced([[board.variantId, eur(2_000)]])
      const credit = yield* StoreCredit
      const ada = yield* Shop.account("ada@example.com")
      const adjust = (amount: Money.Money) => staff(credit.adjust(ada, { amount, reason: "sorry" }))
      yield* adjust(usd(300))
      const given = yield* adjust(eur(500))
      assert.deepStrictEqual(given, { customerId: ada, balance: usd(300), balances: [usd(300), eur(500), jpy(0)] })
      assert.deepStrictEqual(yield* faultsAt(adjust(Money.make(1, Currency.Currency.make("CHF")))), ["amount.currency"])
      // what there is in dollars does not make up for euros
      assert.strictEqual((yield* Effect.flip(adjust(eur(-501))))._tag, "StoreCreditShort")
      assert.strictEqual((yield* Effect.flip(adjust(jpy(-1))))._tag, "StoreCreditShort")

      const place = Effect.fnUntraced(function*(currency: string) {
        const buyer = yield* Shop.customer(ada, [board.variantId, 1])
        yield* sell(buyer, currency)
        return { buyer, placed: yield* Shop.place(buyer, "sandbox_success", { storeCredit: true }) }
      })
      const { placed } = yield* place("EUR")
      assert.deepStrictEqual(placed.payment?.amount, eur(1_500))
      const mine = Actor.as(Actor.customer(ada))(credit.mine)
      assert.deepStrictEqual((yield* mine).balances, [usd(300), eur(0), jpy(0)])
      const more = yield* place("EUR")
      assert.deepStrictEqual([more.placed.payment?.amount, (yield* mine).balance], [eur(2_000), usd(300)])
      assert.deepStrictEqual((yield* place("USD")).placed.payment?.amount, usd(1_700))
      const moved = (input: object) =>
        Effect.map(staff(credit.movements(ada, input as never)), ({ items }) =>
          items.map(({ amount }) => [amount.amount, amount.currency]).sort())
      assert.deepStrictEqual(yield* moved({ currency: "EUR" }), [[-500, "EUR"], [500, "EUR"]])
      assert.deepStrictEqual(yield* moved({}), [[-300, "USD"], [300, "USD"]])
      assert.deepStrictEqual(yield* moved({ currency: "JPY" }), [])
      // it comes back as what it was
      yield* staff(Effect.flatMap(Payments, (payments) => payments.refund(placed.order.id, { reason: "kindness" })))
      yield* drain
      assert.deepStrictEqual((yield* mine).balances, [usd(0), eur(500), jpy(0)])
      // a currency that the store sells in no more can be taken away, and not given
      yield* staff(Effect.flatMap(Stores, (stores) => stores.update({ settings: { currencies: [] } })))
      assert.deepStrictEqual((yield* mine).balances, [usd(0), eur(500)])
      assert.deepStrictEqual(yield* faultsAt(adjust(eur(1))), ["amount.currency"])
      assert.deepStrictEqual((yield* adjust(eur(-500))).balances, [usd(0)])
      yield* sound
    }))

    test("are sold in by staff as well, in drafts with prices, shipping and promotions of one currency", Effect.gen(function*() {
      const [, , yenPost] = yield* opened
      const board = yield* Shop.product({ price: usd(2_000) })
      const oil = yield* Shop.product({ title: "Oil", price: usd(700) })
      yield* priced([[board.variantId, eur(1_900)]])
      yield* priced([[board.variantId, jpy(3_000)]])
      const promotions = yield* Promotions
      for (const amount of [usd(300), eur(200)]) {
        yield* staff(promotions.create({ name: `Off in ${amount.currency}`, action: { type: "fixed_off_order", args: { amount } } }))
      }
      const drafting = <A, E, R>(use: (drafts: DraftOrders["Service"]) => Effect.Effect<A, E, R>) => staff(Effect.flatMap(DraftOrders, use))
      const create = (input: object) => drafting((drafts) => drafts.create(input as never))
      const input = {
        email: "ada@example.com",
        shippingAddress: Shop.address,
        currency: "EUR",
        lines: [
          { variantId: board.variantId, quantity: 2 },
          // what has no price in it is sold at one by hand
          { variantId: oil.variantId, quantity: 1, price: { amount: eur(600), reason: "As agreed" } },
          { custom: { title: "Engraving", price: eur(1_000) }, quantity: 1 }
        ],
        discount: { type: "amount", amount: eur(100), reason: "Good customer" }
      }
      const draft = yield* create(input)
      // 38.00 + 6.00 + 10.00, less 2.00 and 1.00, and the post
      assert.deepStrictEqual([draft.currency, draft.total, draft.notices], ["EUR", eur(5_400 - 300 + 450), []])
      // no amount is taken for one of another currency, and no other currency is sold in
      assert.deepStrictEqual(yield* faultsAt(create({ ...input, currency: "CHF" })), ["currency"])
      assert.deepStrictEqual(yield* faultsAt(create({ ...input, currency: "USD" })), [
        "lines.1.price.amount.currency",
        "lines.2.custom.price.currency",
        "discount.amount.currency"
      ])
      assert.deepStrictEqual(
        yield* faultsAt(drafting((drafts) => drafts.update(draft.id, { currency: "USD" as never }))),
        ["lines.1.price.amount.currency", "lines.2.custom.price.currency", "discount.amount.currency"]
      )
      const without = yield* create({ ...input, lines: [{ variantId: oil.variantId, quantity: 1 }], discount: null })
      assert.deepStrictEqual(without.notices.map(({ _tag }) => _tag), ["unavailable"])
      assert.strictEqual((yield* Effect.flip(drafting((drafts) => drafts.complete(without.id, { payment: "later" }))))._tag, "NotForSale")

      const yen = yield* create({ ...input, currency: "JPY", lines: [{ variantId: board.variantId, quantity: 1 }], discount: null, shipping: { methodId: yenPost } })
      assert.deepStrictEqual([yen.total, yen.shipping], [jpy(3_700), { methodId: yenPost }])
      const changed = yield* drafting((drafts) => drafts.update(yen.id, { currency: "EUR" as never }))
      assert.deepStrictEqual([changed.total, changed.shipping], [eur(1_900 - 200 + 450), null])
      // what is not said stays
      const noted = yield* drafting((drafts) => drafts.update(yen.id, { note: "Ring twice" }))
      assert.deepStrictEqual([noted.currency, noted.total], ["EUR", changed.total])
      const own = yield* create({ ...input, currency: "USD", lines: [{ variantId: board.variantId, quantity: 1 }], discount: null })
      assert.deepStrictEqual(own.total, usd(2_000 - 300 + 500))

      const order = yield* drafting((drafts) => drafts.complete(draft.id, { payment: "outside", expectedTotal: draft.total }))
      assert.deepStrictEqual([order.currency, order.total, order.paid, order.status], ["EUR", draft.total, draft.total, "paid"])
      // what was promised holds though the store sells in it no more, and nothing new is promised
      yield* staff(Effect.flatMap(Stores, (stores) => stores.update({ settings: { currencies: [] } })))
      assert.deepStrictEqual(yield* faultsAt(drafting((drafts) => drafts.update(changed.id, { note: "Ring once" }))), ["currency"])
      const late = yield* drafting((drafts) => drafts.complete(changed.id, { payment: "outside" }))
      assert.deepStrictEqual(late.paid, changed.total)
      yield* drain
      yield* sound
    }))

    test("are apart in the figures, and orders are edited in their own", Effect.gen(function*() {
      yield* opened
      const board = yield* Shop.product({ price: usd(2_000), requiresShipping: false })
      yield* priced([[board.variantId, eur(1_900)]])
      const place = Effect.fnUntraced(function*(currency: string) {
        const buyer = yield* Shop.guest([board.variantId, 1])
        yield* sell(buyer, currency)
        return (yield* Shop.place(buyer)).order
      })
      yield* place("USD")
      const order = yield* place("EUR")
      const edited = yield* staff(Effect.flatMap(OrderEdits, (edits) =>
        edits.apply(order.id, { add: [{ variantId: board.variantId as never, quantity: 1 }] })))
      assert.deepStrictEqual([edited.order.total, edited.order.open], [eur(3_800), eur(1_900)])
      const day = (yield* Timestamp.now).slice(0, 10)
      const { whole } = yield* staff(Effect.flatMap(Analytics, (analytics) => analytics.sales({ from: day, to: day })))
      assert.deepStrictEqual(whole.figures.map(({ total }) => [total.currency, total.amount]).sort(), [["EUR", 3_800], ["USD", 2_000]])
      yield* sound
    }))

    test("are shown on product pages and in lists, where there is a price", Effect.gen(function*() {
      yield* opened
      const board = yield* Shop.product({ price: usd(2_000) })
      yield* Shop.product({ title: "Oil", price: usd(700) })
      yield* priced([[board.variantId, eur(1_900)]])
      yield* priced([[board.variantId, eur(1_500)]], { name: "Sale", type: "sale" })
      const catalog = yield* Catalog
      const as = Actor.as(Actor.guest())
      const page = (currency?: string) =>
        Effect.map(as(catalog.getProduct(board.productId, currency === undefined ? {} : { currency } as never)), ({ variants: [variant] }) =>
          [variant?.price, variant?.compareAtPrice])
      assert.deepStrictEqual(yield* page(), [usd(2_000), null])
      assert.deepStrictEqual(yield* page("EUR"), [eur(1_500), eur(1_900)])
      assert.deepStrictEqual(yield* page("JPY"), [usd(2_000), null])
      const { items } = yield* as(catalog.listProducts({ currency: "EUR", sort: "title" } as never))
      assert.deepStrictEqual(items.map(({ priceFrom }) => priceFrom), [usd(700), eur(1_500)])
    }))

    test("go with a cart that is merged into another, at the prices of that", Effect.gen(function*() {
      yield* opened
      const board = yield* Shop.product({ price: usd(2_000), requiresShipping: false })
      const oil = yield* Shop.product({ title: "Oil", price: usd(700), requiresShipping: false })
      yield* priced([[board.variantId, eur(1_900)], [oil.variantId, eur(600)]])
      const ada = yield* Shop.account("ada@example.com")
      const own = yield* Shop.customer(ada, [board.variantId, 1])
      const guest = yield* Shop.guest([oil.variantId, 1])
      yield* sell(guest, "EUR")
      const token = guest.actor._tag === "guest" ? guest.actor.cartToken ?? "" : ""
      const merged = yield* Actor.as(own.actor)(Effect.flatMap(Carts, (carts) => carts.merge(token)))
      assert.deepStrictEqual([merged.currency, merged.total, merged.notices], ["USD", usd(2_700), []])
    }))

    test("that the store sells in no more are not ordered in", Effect.gen(function*() {
      yield* opened
      const board = yield* Shop.product({ price: usd(2_000), requiresShipping: false })
      yield* priced([[board.variantId, eur(1_900)]])
      const buyer = yield* Shop.guest([board.variantId, 1])
      yield* sell(buyer, "EUR")
      yield* staff(Effect.flatMap(Stores, (stores) => stores.update({ settings: { currencies: [] } })))
      assert.deepStrictEqual(yield* faultsAt(Shop.place(buyer)), ["currency"])
      assert.deepStrictEqual(yield* faultsAt(priced([[board.variantId, eur(1)]])), ["currency"])
      assert.deepStrictEqual(
        yield* faultsAt(staff(Effect.flatMap(Shipping, (shipping) => shipping.create({ name: "Post", price: eur(1) })))),
        ["price.currency"]
      )
      const preview = yield* Actor.as(buyer.actor)(Effect.flatMap(Checkout, (checkout) =>
        Effect.andThen(sell(buyer, "USD"), checkout.preview())))
      assert.deepStrictEqual(preview.due, usd(2_000))
    }))
  })
}
