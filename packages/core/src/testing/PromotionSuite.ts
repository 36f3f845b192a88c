/**
 * What promotions must do on any storage: setting them up, codes, and limits that hold. How they are calculated is tested
 * beside the calculation.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { Carts } from "../cart/Carts.ts"
import { Attributes } from "../catalog/Attributes.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Coupons } from "../cart/Coupons.ts"
import { CustomerGroups } from "../customers/CustomerGroups.ts"
import { Checkout } from "../checkout/Checkout.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { Orders } from "../orders/Orders.ts"
import type { CreatePromotion } from "../promotions/Promotion.ts"
import { Promotions } from "../promotions/Promotions.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import { Stores } from "../stores/Stores.ts"
import { faultsAt, sent } from "./CartFixture.ts"
import * as Invariants from "./Invariants.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

type Draft = Partial<typeof CreatePromotion.Encoded>

const system = Actor.as(Actor.system("test"))

/** Ten percent off everything, unless it says otherwise. */
const promotion = (draft: Draft = {}) =>
  Effect.flatMap(Promotions, (promotions) =>
    promotions.create({ name: "Autumn", action: { type: "percent_off_order", args: { ratePpm: 100_000 } }, ...draft })
  ).pipe(system)

const enter = (buyer: Shop.Buyer, code: string) =>
  Effect.flatMap(Coupons, (coupons) => coupons.add(buyer.cart.id, { code })).pipe(Actor.as(buyer.actor))

const cartOf = (buyer: Shop.Buyer) =>
  Effect.flatMap(Carts, (carts) => carts.get(buyer.cart.id)).pipe(Actor.as(buyer.actor))

const usesOf = (id: string) =>
  Effect.map(Effect.flatMap(Promotions, (promotions) => promotions.get(id)), ({ use }) => use).pipe(system)

const goods = Effect.map(Shop.product({ stock: 1_000 }), ({ variantId }) => variantId)

export const promotionSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () =>
      Effect.gen(function*() {
        yield* Shop.ships
        yield* body
        const bank = yield* Shop.Bank
        assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(bank) }), [])
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))

  describe(`promotions on ${harness.name}`, () => {
    test("are for goods that say something by attributes, with ranges in any unit of the family", Effect.gen(function*() {
      const attributes = yield* Attributes
      const catalog = yield* Catalog
      const promotions = yield* Promotions
      const boards = yield* system(Effect.gen(function*() {
        yield* attributes.create({
          code: "wood", title: "Wood", type: "choices", shown: false, choices: ["oak", "ash"].map((code) => ({ code, label: code }))
        })
        yield* attributes.create({ code: "width", title: "Width", type: "number", unitFamily: "length", unit: "cm", of: "variant" })
        yield* attributes.create({ code: "stars", title: "Stars", type: "number" })
        yield* attributes.create({ code: "made_on", title: "Made on", type: "date" })
        yield* attributes.create({ code: "vegan", title: "Vegan", type: "boolean" })
        const board = (said: Record<string, unknown>, width: unknown) =>
          Effect.map(catalog.createProduct({
            title: "Board",
            attributes: said as Record<string, string>,
            variants: [{ price: Shop.usd(10_000), stock: 100, attributes: { width: width as number } }]
          }), ({ variants }) => variants[0]?.id ?? "")
        return {
          wide: yield* board({ wood: ["oak"], stars: 4.5, vegan: true, made_on: "2026-03-01" }, { amount: 0.5, unit: "m" }),
          narrow: yield* board({ wood: ["ash", "oak"], stars: 3 }, 12),
          bare: yield* system(goods)
        }
      }))
      const off = Effect.fnUntraced(function*(specifications: ReadonlyArray<string>, more: object = {}) {
        const made = yield* promotion({
          name: "Boards",
          action: { type: "percent_off_items", args: { ratePpm: 100_000, items: { specifications, ...more } } }
        })
        const buyer = yield* Shop.guest([boards.wide, 1], [boards.narrow, 1], [boards.bare, 1])
        const { lines } = yield* cartOf(buyer)
        yield* system(promotions.delete(made.id))
        return [boards.wide, boards.narrow, boards.bare].map((id) =>
          lines.find(({ variantId }) => variantId === id)?.discount.amount !== 0)
      })
      assert.deepStrictEqual(yield* off(["wood:oak"]), [true, true, false])
      assert.deepStrictEqual(yield* off(["wood:ash"]), [false, true, false])
      assert.deepStrictEqual(yield* off(["width:40cm..600mm"]), [true, false, false])
      assert.deepStrictEqual(yield* off(["width:..0.12m", "wood:oak"]), [false, true, false])
      assert.deepStrictEqual(yield* off(["width:50cm", "width:12cm"]), [true, true, false])
      assert.deepStrictEqual(yield* off(["stars:4.."]), [true, false, false])
      assert.deepStrictEqual(yield* off(["made_on:2026-01-01..2026-12-31"]), [true, false, false])
      assert.deepStrictEqual(yield* off(["vegan:true"]), [true, false, false])
      assert.deepStrictEqual(yield* off(["wood:oak"], { except: { specifications: ["stars:..3"] } }), [true, false, false])

      const wrong = yield* Effect.flip(promotion({
        conditions: [{ type: "quantity", args: { minimum: 1, items: { specifications: ["nothing:x", "wood:pine", "width:10..20"] } } }]
      }))
      assert.deepStrictEqual(
        wrong._tag === "InvalidInput" ? wrong.faults.map(({ message, path }) => `${path.slice(-2).join(".")}: ${message}`) : [],
        [
          "specifications.0: names nothing, which is no attribute",
          "specifications.1: names pine, which is none of the choices",
          "specifications.2: needs a unit, such as 10cm"
        ]
      )
      const kept = yield* promotion({ conditions: [{ type: "quantity", args: { minimum: 1, items: { specifications: ["stars:4.."] } } }] })
      const buyer = yield* Shop.guest([boards.wide, 1])
      assert.strictEqual((yield* cartOf(buyer)).lines[0]?.discount.amount, 1_000)
      yield* system(attributes.delete("stars"))
      assert.strictEqual((yield* cartOf(buyer)).lines[0]?.discount.amount, 0)
      assert.strictEqual((yield* system(promotions.update(kept.id, { name: "Still there" }))).name, "Still there")
    }))

    test("are kept as they were set up, changed by version, and deleted", Effect.gen(function*() {
      const promotions = yield* Promotions
      const asSystem = <A, E, R>(effect: Effect.Effect<A, E, R>) => system(effect)
      const created = yield* promotion({
        name: "Ten off",
        description: "For autumn",
        code: " ten-off ",
        listed: true,
        startsAt: "1969-01-01T00:00:00.000Z",
        endsAt: "2999-01-01T00:00:00.000Z",
        priority: 7,
        combinesWith: ["shipping"],
        conditions: [{ type: "subtotal", args: { minimum: { amount: 100, currency: "USD" } } }],
        usageLimit: 5,
        customerLimit: 1,
        budget: Shop.usd(10_000)
      })
      assert.strictEqual(created.code, "TEN-OFF")
      assert.strictEqual(created.trigger, "code")
      assert.strictEqual(created.class, "order")
      assert.deepStrictEqual(yield* asSystem(promotions.get(created.id)), created)
      assert.deepStrictEqual((yield* asSystem(promotions.list())).items, [created])
      const [offer] = yield* promotions.offers
      assert.deepStrictEqual(offer?.name, "Ten off")
      assert.notProperty(offer, "code")
      const changed = yield* asSystem(promotions.update(created.id, { name: "Ten", active: false, version: 1 }))
      assert.deepStrictEqual([changed.name, changed.version, changed.priority], ["Ten", 2, 7])
      const stale = yield* Effect.flip(asSystem(promotions.update(created.id, { name: "Old", version: 1 })))
      assert.strictEqual(stale._tag, "VersionConflict")
      assert.deepStrictEqual(yield* promotions.offers, [])
      const taken = yield* Effect.flip(promotion({ code: "ten-OFF" }))
      assert.strictEqual(taken._tag, "CodeTaken")
      yield* asSystem(promotions.delete(created.id))
      assert.strictEqual((yield* Effect.flip(asSystem(promotions.get(created.id))))._tag, "PromotionNotFound")
      yield* promotion({ code: "ten-off" })
    }))

    test("say everything that is wrong with them", Effect.gen(function*() {
      const wrong = (draft: Record<string, unknown>) =>
        Effect.map(Effect.flip(promotion(sent(draft))), (error) =>
          error._tag === "InvalidInput" ? faultsAt(error) : [error._tag])
      const action = (type: string, args: Record<string, unknown>) => ({ action: { type, args } })
      const percent = (ratePpm: number) => action("percent_off_order", { ratePpm })
      assert.deepStrictEqual(yield* wrong(percent(1_000_001)), ["action.args.ratePpm"])
      assert.deepStrictEqual(yield* wrong(percent(-1)), ["action.args.ratePpm"])
      assert.deepStrictEqual(yield* wrong(action("half_price", {})), ["action.type"])
      assert.deepStrictEqual(yield* wrong(action("percent_off_order", { ratePpm: 1, colour: "red" })), ["action.args.colour"])
      assert.deepStrictEqual(
        yield* wrong(action("fixed_off_order", { amount: { amount: 100, currency: "EUR" } })),
        ["action.args.amount.currency"]
      )
      assert.deepStrictEqual(
        yield* wrong(action("tiered", { by: "quantity", tiers: [{ from: 2, ratePpm: 1 }, { from: 2, ratePpm: 2 }] })),
        ["action.args.tiers.1.from"]
      )
      const from = (by: string, ...all: ReadonlyArray<unknown>) =>
        wrong(action("tiered", { by, tiers: all.map((from, index) => ({ from, ratePpm: index + 1 })) }))
      assert.deepStrictEqual(yield* from("amount", { amount: 100, currency: "EUR" }), ["action.args.tiers.0.from.currency"])
      assert.deepStrictEqual(yield* from("amount", { amount: 100, currency: "USD" }, 200), ["action.args.tiers.1.from"])
      assert.deepStrictEqual(yield* from("quantity", { amount: 100, currency: "USD" }), ["action.args.tiers.0.from"])
      assert.deepStrictEqual(
        yield* wrong({ startsAt: "2026-02-01T00:00:00.000Z", endsAt: "2026-01-01T00:00:00.000Z" }),
        ["endsAt"]
      )
      assert.deepStrictEqual(yield* wrong({ conditions: [{ type: "date", args: { until: "tomorrow" } }] }), [
        "conditions.0.args.until"
      ])
      assert.deepStrictEqual(yield* wrong({ code: "MAY NOT HAVE SPACES" }), ["code"])
      assert.deepStrictEqual(yield* wrong({ code: "TEN", trigger: "automatic" }), ["code"])
      assert.deepStrictEqual(yield* wrong({ exclusive: true, combinesWith: ["line"] }), ["combinesWith"])
      assert.deepStrictEqual(yield* wrong({ budget: { amount: 100, currency: "EUR" } }), ["budget.currency"])
      assert.deepStrictEqual(yield* wrong({ usageLimit: 0, unknown: 1 }), ["unknown", "usageLimit"])
    }))

    test("are for those who may set them up only", Effect.gen(function*() {
      const promotions = yield* Promotions
      const { id } = yield* promotion()
      const as = Actor.as(Actor.customer("user_ada"))
      const tags = yield* Effect.forEach([
        promotions.list(),
        promotions.get(id),
        promotions.update(id, { name: "Mine" }),
        promotions.delete(id),
        promotions.createCodes(id, { count: 1 }),
        promotions.kinds
      ], (effect) => Effect.map(Effect.flip(as(effect)), ({ _tag }) => _tag))
      assert.deepStrictEqual(new Set(tags), new Set(["Forbidden"]))
    }))

    test("apply to the next read of a cart, and are frozen on its order", Effect.gen(function*() {
      const variantId = yield* goods
      const buyer = yield* Shop.guest([variantId, 2])
      assert.strictEqual((yield* cartOf(buyer)).total.amount, 4_500)
      const { id } = yield* promotion()
      const cart = yield* cartOf(buyer)
      assert.strictEqual(cart.total.amount, 4_100)
      assert.deepStrictEqual(cart.pricing.promotions.map(({ amount, name }) => [name, amount.amount]), [["Autumn", 400]])
      yield* Effect.flatMap(Promotions, (promotions) =>
        promotions.update(id, { action: { type: "percent_off_order", args: { ratePpm: 200_000 } } })).pipe(system)
      assert.strictEqual((yield* cartOf(buyer)).total.amount, 3_700)
      const { order } = yield* Shop.place(buyer)
      yield* Effect.flatMap(Promotions, (promotions) => promotions.delete(id)).pipe(system)
      const kept = yield* Effect.flatMap(Orders, (orders) => orders.get(order.id)).pipe(system)
      assert.strictEqual(kept.total.amount, 3_700)
      assert.deepStrictEqual(kept.promotions, [
        { id, name: "Autumn", code: null, class: "order", counted: [], amount: Shop.usd(800) }
      ])
      assert.strictEqual(kept.lines[0]?.trace.find(({ source }) => source === `promotion:${id}`)?.amount.amount, -800)
    }))

    test("know the customer's groups, their orders, the channel, the country and how they pay", Effect.gen(function*() {
      const variantId = yield* goods
      const ada = yield* Shop.account("ada@example.com")
      const condition = (name: string, type: string, args: Draft["conditions"] extends infer _ ? Record<string, unknown> : never) =>
        promotion(sent({
          name,
          action: { type: "fixed_off_order", args: { amount: Shop.usd(1) } },
          conditions: [{ type, args }]
        }))
      const groups = yield* CustomerGroups
      const trade = yield* system(groups.create({ name: "Trade" }))
      yield* system(groups.addMembers(trade.id, { customerIds: [ada] }))
      yield* condition("group", "customer_group", { groups: [trade.id] })
      yield* condition("stranger", "customer_group", { groups: ["another"] })
      yield* condition("app", "channel", { channels: ["app"] })
      yield* condition("till", "channel", { channels: ["till"] })
      yield* condition("first", "first_order", {})
      yield* condition("second", "nth_order", { number: 2 })
      yield* condition("here", "country", { countries: ["US"] })
      yield* condition("there", "country", { countries: ["DE"] })
      yield* condition("sandbox", "payment_method", { gateways: ["sandbox"] })
      const buyer = yield* Shop.customer(ada, [variantId, 1])
      yield* Effect.flatMap(Carts, (carts) => carts.update(buyer.cart.id, { channel: "app" })).pipe(Actor.as(buyer.actor))
      const { order: first } = yield* Shop.place(buyer)
      assert.deepStrictEqual(first.promotions.map(({ name }) => name).sort(), ["app", "first", "group", "here", "sandbox"])
      const again = yield* Shop.customer(ada, [variantId, 1])
      const { order: second } = yield* Shop.place(again)
      assert.deepStrictEqual(second.promotions.map(({ name }) => name).sort(), ["group", "here", "sandbox", "second"])
      const preview = yield* Effect.flatMap(Checkout, (checkout) =>
        checkout.preview({ cartId: buyer.cart.id }).pipe(Actor.as(buyer.actor), Effect.flip))
      assert.strictEqual(preview._tag, "CartClosed")
    }))

    test("on a category are for all that is below it, wherever it is moved", Effect.gen(function*() {
      const catalog = yield* Catalog
      const category = (name: string, parentId: string | null) =>
        system(catalog.createCategory({ name, parentId: sent(parentId) }))
      const shoes = yield* category("Shoes", null)
      const boots = yield* category("Boots", shoes.id)
      const winter = yield* category("Winter boots", boots.id)
      const hats = yield* category("Hats", null)
      const goods = (title: string, ...categoryIds: ReadonlyArray<string>) =>
        Effect.map(
          system(catalog.createProduct({ title, categoryIds, variants: [{ price: Shop.usd(1_000), stock: 9 }] })),
          ({ variants }) => variants[0]?.id ?? ""
        )
      // one that is in two of them counts once
      const both = yield* goods("Lined boots", boots.id, winter.id)
      const cap = yield* goods("Cap", hats.id)
      const items = { categoryIds: [shoes.id] }
      yield* promotion({
        name: "Shoes",
        priority: 1,
        action: { type: "percent_off_items", args: { ratePpm: 500_000, items } },
        conditions: [{ type: "quantity", args: { minimum: 2, items } }]
      })
      yield* promotion({
        name: "All but boots",
        action: { type: "fixed_off_items", args: { amount: Shop.usd(100), items: { except: { categoryIds: [boots.id] } } } }
      })
      const buyer = yield* Shop.guest([both, 2], [cap, 1])
      const discounts = Effect.map(cartOf(buyer), ({ lines }) => lines.map(({ discount }) => discount.amount))
      assert.deepStrictEqual(yield* discounts, [1_000, 100])
      yield* system(catalog.updateCategory(winter.id, { parentId: hats.id }))
      yield* system(catalog.updateCategory(boots.id, { parentId: null }))
      assert.deepStrictEqual(yield* discounts, [0, 100])
      yield* system(catalog.updateCategory(hats.id, { parentId: shoes.id }))
      assert.deepStrictEqual(yield* discounts, [1_000, 600])
    }))

    test("do not reach below the lowest price of a product", Effect.gen(function*() {
      const { productId, variantId } = yield* Shop.product({ stock: 10 })
      yield* promotion({ action: { type: "percent_off_order", args: { ratePpm: 900_000 } } })
      const promotions = yield* Promotions
      yield* system(promotions.setPriceFloor(productId, { minimum: Shop.usd(1_500) }))
      assert.deepStrictEqual(yield* system(promotions.priceFloor(productId)), { minimum: Shop.usd(1_500) })
      const buyer = yield* Shop.guest([variantId, 2])
      assert.strictEqual((yield* cartOf(buyer)).pricing.discount.amount, 1_000)
      yield* system(promotions.setPriceFloor(productId, { minimum: null }))
      assert.strictEqual((yield* cartOf(buyer)).pricing.discount.amount, 3_600)
    }))
  })

  describe(`codes on ${harness.name}`, () => {
    test("are entered in any case and with spaces, once, and taken out again", Effect.gen(function*() {
      const variantId = yield* goods
      yield* promotion({ code: "Autumn-10" })
      const buyer = yield* Shop.guest([variantId, 1])
      assert.strictEqual((yield* enter(buyer, "  autumn-10 ")).total.amount, 2_300)
      const twice = yield* enter(buyer, "AUTUMN-10")
      assert.deepStrictEqual(twice.codes, ["AUTUMN-10"])
      assert.strictEqual(twice.total.amount, 2_300)
      const remove = Effect.flatMap(Coupons, (coupons) => coupons.remove(buyer.cart.id, "autumn-10")).pipe(
        Actor.as(buyer.actor)
      )
      assert.strictEqual((yield* remove).total.amount, 2_500)
      assert.strictEqual((yield* Effect.flip(remove))._tag, "CouponNotInCart")
    }))

    test("say in words what is missing, and begin to work once it is there", Effect.gen(function*() {
      const variantId = yield* goods
      yield* promotion({
        code: "BIG",
        conditions: [{ type: "subtotal", args: { minimum: { amount: 3_200, currency: "USD" } } }]
      })
      const buyer = yield* Shop.guest([variantId, 1])
      const check = yield* Effect.flatMap(Coupons, (coupons) =>
        coupons.check({ cartId: buyer.cart.id, code: "big" })).pipe(Actor.as(buyer.actor))
      assert.deepStrictEqual(
        [check.applied, check.reason, check.message, check.missingAmount, check.offer?.name],
        [false, "conditions", "Spend 12.00 USD more", Shop.usd(1_200), "Autumn"]
      )
      const cart = yield* enter(buyer, "big")
      assert.strictEqual(cart.total.amount, 2_500)
      assert.deepStrictEqual(cart.notices, [
        { _tag: "coupon_not_applied", code: "BIG", reason: "conditions", message: "Spend 12.00 USD more" }
      ])
      const more = yield* Effect.flatMap(Carts, (carts) => carts.addItem(cart.id, { variantId, quantity: 1 })).pipe(
        Actor.as(buyer.actor)
      )
      assert.strictEqual(more.total.amount, 4_100)
      assert.deepStrictEqual(more.notices, [])
    }))

    test("that cannot do anything are refused, with the reason", Effect.gen(function*() {
      const variantId = yield* goods
      const buyer = yield* Shop.guest([variantId, 1])
      yield* promotion({ code: "SOON", startsAt: "2999-01-01T00:00:00.000Z" })
      yield* promotion({ code: "OVER", endsAt: "1969-01-01T00:00:00.000Z" })
      yield* promotion({ code: "OFF", active: false })
      const reason = (code: string) =>
        Effect.map(Effect.flip(enter(buyer, code)), (error) => error._tag === "CouponRefused" ? error.reason : error._tag)
      assert.deepStrictEqual(
        yield* Effect.forEach(["SOON", "OVER", "OFF", "NEVER", "' OR 1=1 --", ""], reason),
        ["not_started", "ended", "inactive", "unknown", "unknown", "unknown"]
      )
      assert.deepStrictEqual((yield* cartOf(buyer)).codes, [])
    }))

    test("that may be used once are made by the hundred, and each is used once", Effect.gen(function*() {
      const variantId = yield* goods
      const { id } = yield* promotion({ trigger: "code" })
      const { codes } = yield* Effect.flatMap(Promotions, (promotions) =>
        promotions.createCodes(id, { count: 100, prefix: "gift" })).pipe(system)
      assert.strictEqual(new Set(codes).size, 100)
      assert.isTrue(codes.every((code) => /^GIFT-[A-Z2-9]{12}$/.test(code)))
      const [code = "", another = ""] = codes
      const first = yield* Shop.guest([variantId, 1])
      const second = yield* Shop.guest([variantId, 1])
      yield* enter(first, code.toLowerCase())
      yield* enter(second, code)
      assert.strictEqual((yield* Shop.place(first)).order.total.amount, 2_300)
      const cart = yield* cartOf(second)
      assert.strictEqual(cart.total.amount, 2_500)
      assert.deepStrictEqual(cart.notices.map((notice) => notice._tag === "coupon_not_applied" ? notice.reason : ""), ["used_up"])
      const refused = yield* Effect.flip(enter(yield* Shop.guest([variantId, 1]), code))
      assert(refused._tag === "CouponRefused")
      assert.strictEqual(refused.reason, "used_up")
      assert.strictEqual((yield* enter(yield* Shop.guest([variantId, 1]), another)).total.amount, 2_300)
    }))

    test("of one shop are none in another", Effect.gen(function*() {
      yield* promotion({ code: "HERE", listed: true })
      const { id } = yield* (yield* Stores).ensure({ code: "there", name: "Another", currency: "EUR" })
      yield* Effect.gen(function*() {
        const buyer = yield* Shop.guest()
        const refused = yield* Effect.flip(enter(buyer, "here"))
        assert(refused._tag === "CouponRefused")
        assert.strictEqual(refused.reason, "unknown")
        assert.deepStrictEqual(yield* (yield* Promotions).offers, [])
        yield* promotion({ code: "here" })
      }).pipe(Effect.provideService(CurrentStore, id))
      assert.strictEqual((yield* enter(yield* Shop.guest(), "here")).codes.length, 1)
    }))
  })

  describe(`the limits of promotions on ${harness.name}`, () => {
    test(
      "attack 21, coupon race: give a code that may be used once to exactly one of fifty who check out at once, and tell the others before any charge",
      Effect.gen(function*() {
        const variantId = yield* goods
        const { id } = yield* promotion({ code: "ONE", usageLimit: 1 })
        const buyers = yield* Effect.forEach(Array.from({ length: 50 }), () => Shop.guest([variantId, 1]))
        yield* Effect.forEach(buyers, (buyer) => enter(buyer, "one"))
        const exits = yield* Effect.forEach(
          buyers,
          (buyer, index) =>
            Effect.exit(
              Shop.place(buyer, undefined, { email: `buyer${index}@example.com`, expectedTotal: Shop.usd(2_300) })
            ),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(exits.filter(Exit.isSuccess).length, 1)
        const refused = exits.flatMap((exit) =>
          Exit.isFailure(exit) ? exit.cause.reasons.map((reason) => reason._tag === "Fail" ? reason.error._tag : reason._tag) : []
        )
        assert.lengthOf(refused, 49)
        // who came when the code was used up learns it by the total
        assert.isTrue(refused.every((tag) => tag === "PromotionUsedUp" || tag === "TotalChanged"))
        const bank = yield* Shop.Bank
        assert.strictEqual((yield* Shop.bankRecords(bank)).length, 1)
        assert.deepStrictEqual(yield* usesOf(id), { used: 1, spent: Shop.usd(200) })
        // their pieces are free, and the next try costs the full price
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 999, available: 999 })
        const loser = buyers[exits.findIndex(Exit.isFailure)]
        assert(loser !== undefined)
        assert.strictEqual((yield* Shop.place(loser)).order.total.amount, 2_500)
      })
    )

    test("do not stand between a buyer who presses twice and their order", Effect.gen(function*() {
      const variantId = yield* goods
      const { id } = yield* promotion({ usageLimit: 1, customerLimit: 1 })
      const buyer = yield* Shop.guest([variantId, 1])
      const exits = yield* Effect.forEach([1, 2, 3], () => Effect.exit(Shop.place(buyer)), { concurrency: "unbounded" })
      assert.strictEqual(exits.filter(Exit.isSuccess).length, 1)
      const late = yield* Effect.flip(Shop.place(buyer))
      assert.strictEqual(late._tag, "CartClosed")
      for (const exit of exits) {
        if (Exit.isSuccess(exit)) continue
        assert.deepStrictEqual(
          exit.cause.reasons.map((reason) => reason._tag === "Fail" ? reason.error._tag : reason._tag),
          ["CartClosed"]
        )
      }
      assert.strictEqual((yield* usesOf(id)).used, 1)
    }))

    test("leave it to some of those who want it at once: nobody else gets it", Effect.gen(function*() {
      const variantId = yield* goods
      const { id } = yield* promotion({ usageLimit: 7 })
      const buyers = yield* Effect.forEach(Array.from({ length: 20 }), () => Shop.guest([variantId, 1]))
      const exits = yield* Effect.forEach(buyers, (buyer) => Effect.exit(Shop.place(buyer)), { concurrency: "unbounded" })
      const totals = exits.flatMap((exit) => Exit.isSuccess(exit) ? [exit.value.order.total.amount] : [])
      assert.strictEqual(totals.filter((total) => total === 2_300).length, 7)
      // the others were refused, or, if they came when it was gone, pay the full price
      assert.isTrue(totals.every((total) => total === 2_300 || total === 2_500))
      for (const exit of exits) {
        if (Exit.isFailure(exit)) {
          assert.deepStrictEqual(
            exit.cause.reasons.map((reason) => reason._tag === "Fail" ? reason.error._tag : reason._tag),
            ["PromotionUsedUp"]
          )
        }
      }
      assert.strictEqual((yield* usesOf(id)).used, 7)
      const cart = yield* cartOf(yield* Shop.guest([variantId, 1]))
      assert.strictEqual(cart.total.amount, 2_500)
    }))

    test("hold for each customer, by account and by address", Effect.gen(function*() {
      const variantId = yield* goods
      yield* promotion({ code: "MINE", customerLimit: 1 })
      const ada = yield* Shop.account("ada@example.com")
      const first = yield* Shop.customer(ada, [variantId, 1])
      yield* enter(first, "mine")
      yield* Shop.place(first)
      const again = yield* Shop.customer(ada, [variantId, 1])
      const refused = yield* Effect.flip(enter(again, "mine"))
      assert(refused._tag === "CouponRefused")
      assert.strictEqual(refused.reason, "used_by_customer")
      // who signs out is known by their address
      const guest = yield* Shop.guest([variantId, 1])
      yield* enter(guest, "mine")
      const late = yield* Effect.flip(Shop.place(guest, undefined, { email: "ADA@example.com" }))
      assert(late._tag === "PromotionUsedUp")
      assert.strictEqual(late.by, "customer")
      assert.strictEqual((yield* Shop.place(guest, undefined, { email: "eve@example.com" })).order.total.amount, 2_300)
    }))

    test("hold for what may be taken off in all", Effect.gen(function*() {
      const variantId = yield* goods
      const { id } = yield* promotion({ budget: Shop.usd(500) })
      const place = Effect.flatMap(Shop.guest([variantId, 1]), (buyer) => Shop.place(buyer))
      assert.strictEqual((yield* place).order.total.amount, 2_300)
      assert.strictEqual((yield* place).order.total.amount, 2_300)
      // 1.00 is left, and an order would take 2.00
      assert.strictEqual((yield* Effect.flip(place))._tag, "PromotionUsedUp")
      assert.strictEqual((yield* place).order.total.amount, 2_500)
      assert.deepStrictEqual(yield* usesOf(id), { used: 2, spent: Shop.usd(400) })
    }))

    test("are never passed, whatever orders and cancellations come after each other", Effect.gen(function*() {
      const variantId = yield* goods
      const orders = yield* Orders
      const jobs = yield* Jobs
      // an order of so many pieces at 20.00 takes 2.00 off for each
      const { id } = yield* promotion({ code: "FEW", usageLimit: 3, customerLimit: 2, budget: Shop.usd(1_200) })
      const live: Array<{ readonly orderId: string; readonly email: string; readonly spent: number }> = []
      const refusals = new Set<string>()
      // the same for everybody who runs it: each draw follows from the last
      let seed = 3
      const draw = (below: number) => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
        return Math.floor(seed / 2_147_483_648 * below)
      }
      const place = Effect.fnUntraced(function*(email: string, quantity: number) {
        const buyer = yield* Shop.guest([variantId, quantity])
        yield* enter(buyer, "few")
        const { order } = yield* Shop.place(buyer, "sandbox_processing", { email })
        return order
      })
      const cancel = Effect.fnUntraced(function*(index: number) {
        for (const { orderId } of live.splice(index, 1)) yield* system(orders.cancel(orderId))
        yield* jobs.drain
        yield* jobs.drain
      })
      for (let step = 0; step < 14; step++) {
        if (live.length > 0 && draw(3) === 0) yield* cancel(draw(live.length))
        else {
          const email = `buyer-${draw(2)}@example.com`
          const result = yield* Effect.result(place(email, 1 + draw(3)))
          if (result._tag === "Failure") {
            const { failure } = result
            assert(failure._tag === "CouponRefused" || failure._tag === "PromotionUsedUp")
            refusals.add(failure._tag === "CouponRefused" ? failure.reason : `used up by ${failure.by}`)
          } else if (result.success.discount.amount > 0) {
            live.push({ orderId: result.success.id, email, spent: result.success.discount.amount })
          }
        }
        const spent = live.reduce((sum, order) => sum + order.spent, 0)
        assert.deepStrictEqual(yield* usesOf(id), { used: live.length, spent: Shop.usd(spent) })
        assert.isAtMost(live.length, 3)
        assert.isAtMost(spent, 1_200)
        for (const { email } of live) assert.isAtMost(live.filter((order) => order.email === email).length, 2)
      }
      // all three limits were met: that of the customer, the money, and how often it may be used
      assert.deepStrictEqual([...refusals].sort(), ["used up by customer", "used up by everybody", "used_up"])
      while (live.length > 0) yield* cancel(0)
      assert.deepStrictEqual(yield* usesOf(id), { used: 0, spent: Shop.usd(0) })
      assert.strictEqual((yield* place("buyer-0@example.com", 3)).discount.amount, 600)
    }))

    test("are given back once when an order is cancelled, and not when stock was short", Effect.gen(function*() {
      const rare = yield* Shop.product({ title: "Oak board", stock: 1 })
      const variantId = yield* goods
      const { id } = yield* promotion({ usageLimit: 2, customerLimit: 5, budget: Shop.usd(100_000) })
      const { order } = yield* Shop.place(yield* Shop.guest([variantId, 1]), "sandbox_processing")
      const [one, two] = yield* Effect.forEach([1, 2], () => Shop.guest([rare.variantId, 1]))
      assert(one !== undefined && two !== undefined)
      assert.strictEqual((yield* usesOf(id)).used, 1)
      yield* Effect.flatMap(Orders, (orders) => orders.cancel(order.id)).pipe(system)
      const jobs = yield* Jobs
      yield* jobs.drain
      yield* jobs.drain
      assert.deepStrictEqual(yield* usesOf(id), { used: 0, spent: Shop.usd(0) })
      const exits = yield* Effect.forEach([one, two], (buyer) => Effect.exit(Shop.place(buyer)), { concurrency: "unbounded" })
      assert.strictEqual(exits.filter(Exit.isSuccess).length, 1)
      assert.deepStrictEqual(yield* usesOf(id), { used: 1, spent: Shop.usd(200) })
    }))
  })

  describe(`a dry run on ${harness.name}`, () => {
    test("says what a cart would cost under other promotions and why, and changes nothing", Effect.gen(function*() {
      const variantId = yield* goods
      yield* promotion({ name: "Now", combinesWith: ["order"] })
      const buyer = yield* Shop.guest([variantId, 2])
      const coupons = yield* Coupons
      const run = (more: Record<string, unknown> = {}) =>
        coupons.dryRun(sent({
          cartId: buyer.cart.id,
          promotions: [{
            name: "Next",
            priority: 1,
            action: { type: "fixed_off_order", args: { amount: { amount: 1_000, currency: "USD" } } }
          }, {
            name: "Ship",
            action: { type: "free_shipping", args: {} },
            conditions: [{ type: "quantity", args: { minimum: 3 } }]
          }],
          ...more
        })).pipe(system)
      const both = yield* run()
      assert.strictEqual(both.cart.total.amount, 4_000 - 1_000 - 300 + 500)
      assert.deepStrictEqual(both.promotions.map(({ applied, message, name }) => [name, applied, message]), [
        ["Next", true, null],
        ["Now", true, null],
        ["Ship", false, "This cannot be combined with Now"]
      ])
      const alone = yield* run({ withCurrent: false })
      assert.strictEqual(alone.cart.total.amount, 3_500)
      assert.strictEqual(alone.promotions[1]?.message, "Add 1 piece more")
      assert.strictEqual((yield* cartOf(buyer)).total.amount, 4_100)
      const wrong = yield* Effect.flip(run({ promotions: [{ name: "No", action: { type: "none", args: {} } }] }))
      assert(wrong._tag === "InvalidInput")
      assert.deepStrictEqual(faultsAt(wrong), ["promotions.0.action.type"])
      const stranger = yield* Effect.flip(
        coupons.dryRun({ cartId: buyer.cart.id }).pipe(Actor.as(Actor.customer("user_eve")))
      )
      assert.strictEqual(stranger._tag, "Forbidden")
    }))
  })
}
