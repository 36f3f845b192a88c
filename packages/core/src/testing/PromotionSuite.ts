/**
 * What promotions must do on any storage. How they are calculated is tested beside the calculation.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Carts } from "../cart/Carts.ts"
import { Attributes } from "../catalog/Attributes.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Coupons } from "../cart/Coupons.ts"
import { CustomerGroups } from "../customers/CustomerGroups.ts"
import { Checkout } from "../checkout/Checkout.ts"
import * as Actor from "../kernel/Actor.ts"
import { Orders } from "../orders/Orders.ts"
import { Promotions } from "../promotions/Promotions.ts"
import { faultsAt, sent } from "./CartFixture.ts"
import { cartOf, type Draft, goods, promotion, system, testOn } from "./PromotionFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

export const promotionSuite = (harness: StorageHarness): void => {
  const test = testOn(harness)

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
