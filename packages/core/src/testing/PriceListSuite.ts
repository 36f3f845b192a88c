/**
 * What price lists must do on any storage: the same price in a list of products, on the product page, in the cart and in
 * the order.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Carts } from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { CustomerGroups } from "../customers/CustomerGroups.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { PriceLists } from "../prices/PriceLists.ts"
import { Stores } from "../stores/Stores.ts"
import { usd } from "./Shop.ts"
import * as Shop from "./Shop.ts"
import type { CountingHarness } from "./Statements.ts"
import { Statements } from "./Statements.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const sent = (input: unknown) => input as never
const unknownId = "plist_00000000000000000000000000"
const unknownVariant = "var_00000000000000000000000000"
const staff = Actor.as(Actor.staff("user_1", ["prices:*", "customers:*", "catalog:*"]))

/** What a guest or a customer is shown of a product with one variant: price and price before, in the list and on its page. */
const shown = (productId: string, actor: Actor.Actor, where: { readonly country?: string; readonly region?: string; readonly channel?: string } = {}) =>
  Effect.gen(function*() {
    const catalog = yield* Catalog
    const page = yield* catalog.getProduct(productId, where)
    const { items } = yield* catalog.listProducts({ ...where, limit: 100 })
    const item = items.find(({ id }) => id === productId)
    const variant = page.variants[0]
    assert.deepStrictEqual(
      [item?.priceFrom, item?.priceTo, item?.compareAtPrice],
      [variant?.price, variant?.price, variant?.compareAtPrice]
    )
    return [variant?.price.amount, variant?.compareAtPrice?.amount ?? null] as const
  }).pipe(Actor.as(actor))

const inCart = ({ actor, cart }: Shop.Buyer) =>
  Effect.gen(function*() {
    const { lines } = yield* (yield* Carts).get(cart.id)
    return [lines[0]?.unitPrice.amount, lines[0]?.compareAtPrice?.amount ?? null] as const
  }).pipe(Actor.as(actor))

export const priceListSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(staff(body), Shop.layer(harness.storage())))

  describe(`price lists, on ${harness.name}`, () => {
    test(
      "put a product on sale, everywhere at the same price, with the price before beside it",
      Effect.gen(function*() {
        const lists = yield* PriceLists
        yield* Shop.ships
        const { productId, variantId } = yield* Shop.product({ price: usd(2_000) })
        const other = yield* Shop.product({ title: "Mug", price: usd(700) })
        const buyer = yield* Shop.guest([variantId, 2])
        const { id } = yield* lists.create({ name: "Summer", prices: [{ variantId, price: usd(1_500) }] })
        assert.deepStrictEqual(yield* shown(productId, Actor.guest()), [1_500, 2_000])
        assert.deepStrictEqual(yield* shown(other.productId, Actor.guest()), [700, null])
        assert.deepStrictEqual(yield* inCart(buyer), [1_500, 2_000])
        const cart = yield* Effect.flatMap(Carts, (carts) => carts.get(buyer.cart.id)).pipe(Actor.as(buyer.actor))
        assert.deepStrictEqual(cart.notices.map(({ _tag }) => _tag), ["price_changed"])
        const { order } = yield* Shop.place(buyer)
        const [line] = order.lines
        assert.deepStrictEqual(
          [line?.unitPrice.amount, line?.compareAtPrice?.amount, line?.subtotal.amount],
          [1_500, 2_000, 3_000]
        )
        assert.deepStrictEqual(line?.trace[0], { source: `price-list:${id}`, label: "Summer", amount: usd(3_000) })

        // what was ordered stays, whatever becomes of the list
        const next = yield* Shop.guest([variantId, 1])
        yield* lists.delete(id)
        assert.deepStrictEqual(yield* inCart(next), [2_000, null])
        assert.deepStrictEqual(yield* shown(productId, Actor.guest()), [2_000, null])
      })
    )

    test(
      "apply to a group, a channel, a country, a quantity and a time only, and the most specific wins",
      Effect.gen(function*() {
        const lists = yield* PriceLists
        const groups = yield* CustomerGroups
        const carts = yield* Carts
        const ada = yield* Shop.account("ada@example.com")
        const { id: trade } = yield* groups.create({ name: "Trade" })
        yield* groups.addMembers(trade, { customerIds: [ada] })
        const { productId, variantId } = yield* Shop.product({ price: usd(2_000), stock: 100 })
        const price = (amount: number, minQuantity = 1) => ({ variantId, minQuantity, price: usd(amount) })
        yield* lists.create({ name: "Trade", type: "override", customerGroupId: trade, prices: [price(1_600), price(1_200, 10)] })
        yield* lists.create({ name: "App", type: "override", channel: "app", prices: [price(1_900)] })
        yield* lists.create({ name: "Austria", type: "override", countries: ["AT"], prices: [price(2_200), price(1_800, 5)] })
        yield* lists.create({ name: "Later", startsAt: "1970-01-02T00:00:00.000Z", prices: [price(1_000)] })
        yield* lists.create({ name: "Draft", status: "draft", prices: [price(1)] })

        const guest = Actor.guest()
        assert.deepStrictEqual(yield* shown(productId, guest), [2_000, null])
        assert.deepStrictEqual(yield* shown(productId, guest, { country: "AT" }), [2_200, null])
        assert.deepStrictEqual(yield* shown(productId, guest, { country: "AT", channel: "app" }), [1_900, null])
        assert.deepStrictEqual(yield* shown(productId, Actor.customer(ada), { country: "AT", channel: "app" }), [1_600, null])
        assert.deepStrictEqual(yield* shown(productId, Actor.customer("user_bob")), [2_000, null])
        const page = yield* Actor.as(guest)(Effect.flatMap(Catalog, (catalog) => catalog.getProduct(productId, { country: "AT" })))
        assert.deepStrictEqual(page.variants[0]?.tiers, [{ minQuantity: 5, price: usd(1_800) }])

        const member = yield* Shop.customer(ada, [variantId, 9])
        assert.deepStrictEqual(yield* inCart(member), [1_600, null])
        const lineId = member.cart.lines[0]?.id ?? ""
        yield* Actor.as(member.actor)(carts.updateItem(member.cart.id, lineId, { quantity: 10 }))
        assert.deepStrictEqual(yield* inCart(member), [1_200, null])
        const visitor = yield* Shop.guest([variantId, 5])
        yield* Actor.as(visitor.actor)(
          carts.update(visitor.cart.id, { shippingAddress: { ...Shop.address, country: "AT", region: null, postalCode: "8010" } })
        )
        assert.deepStrictEqual(yield* inCart(visitor), [1_800, null])
        yield* Actor.as(visitor.actor)(carts.update(visitor.cart.id, { channel: "app" }))
        assert.deepStrictEqual(yield* inCart(visitor), [1_900, null])

        yield* TestClock.adjust("1 day")
        assert.deepStrictEqual(yield* shown(productId, guest), [1_000, 2_000])
        assert.deepStrictEqual(yield* inCart(member), [1_000, 1_200])
        // staff who keep the catalog see what they keep
        const kept = yield* Effect.flatMap(Catalog, (catalog) => catalog.getProduct(productId, { prices: "catalog" }))
        assert.deepStrictEqual(kept.variants[0]?.price, usd(2_000))
        yield* groups.delete(trade)
        assert.deepStrictEqual(yield* inCart(member), [1_000, 2_000])
      })
    )

    test(
      "apply to parts of a country before the country, and to the country while nobody has said where in it",
      Effect.gen(function*() {
        const lists = yield* PriceLists
        const carts = yield* Carts
        const { productId, variantId } = yield* Shop.product({ price: usd(2_000), stock: 100 })
        const prices = (amount: number) => [{ variantId, price: usd(amount) }]
        const west = yield* lists.create({
          name: "West",
          type: "override",
          countries: ["AT"],
          subdivisions: ["US-OR", "US-CA", "US-OR"],
          prices: prices(2_300)
        })
        assert.deepStrictEqual([west.countries, west.subdivisions], [["AT"], ["US-CA", "US-OR"]])
        assert.deepStrictEqual(yield* lists.get(west.id), west)
        yield* lists.create({ name: "USA", type: "override", countries: ["US"], prices: prices(2_100) })
        const guest = Actor.guest()
        assert.deepStrictEqual(yield* shown(productId, guest), [2_100, null])
        assert.deepStrictEqual(yield* shown(productId, guest, { country: "US", region: "CA" }), [2_300, null])
        assert.deepStrictEqual(yield* shown(productId, guest, { region: "US-OR" }), [2_300, null])
        assert.deepStrictEqual(yield* shown(productId, guest, { country: "US", region: "NY" }), [2_100, null])
        assert.deepStrictEqual(yield* shown(productId, guest, { country: "AT", region: "CA" }), [2_300, null])
        assert.deepStrictEqual(yield* shown(productId, guest, { country: "CA" }), [2_000, null])

        const buyer = yield* Shop.guest([variantId, 1])
        assert.deepStrictEqual(yield* inCart(buyer), [2_100, null])
        const to = (country: string, region: string | null) =>
          Effect.andThen(
            Actor.as(buyer.actor)(carts.update(buyer.cart.id, { shippingAddress: { ...Shop.address, country, region } })),
            inCart(buyer)
          )
        assert.deepStrictEqual(yield* to("US", "NY"), [2_100, null])
        assert.deepStrictEqual(yield* to("US", "OR"), [2_300, null])
        assert.deepStrictEqual(yield* to("US", null), [2_100, null])

        yield* TestClock.adjust("1 second")
        const changed = yield* lists.update(west.id, { countries: [], subdivisions: ["US-NY"], type: "sale" })
        assert.deepStrictEqual([changed.countries, changed.subdivisions], [[], ["US-NY"]])
        yield* lists.setPrices(west.id, { prices: prices(1_800) })
        assert.deepStrictEqual(yield* to("US", "OR"), [2_100, null])
        assert.deepStrictEqual(yield* to("US", "NY"), [1_800, 2_100])
        assert.deepStrictEqual(yield* shown(productId, guest, { region: "NY" }), [1_800, 2_100])
        // there 21 was asked before, and in Oregon nothing is reduced
        const lowest = (region: string) =>
          Effect.map(
            Actor.as(guest)(Effect.flatMap(Catalog, (catalog) => catalog.getProduct(productId, { region }))),
            ({ variants }) => variants[0]?.lowestPrice?.amount ?? null
          )
        assert.deepStrictEqual([yield* lowest("NY"), yield* lowest("OR")], [2_100, null])
      })
    )

    test(
      "show the lowest price of the 30 days before a reduction, from what prices really were",
      Effect.gen(function*() {
        const lists = yield* PriceLists
        const catalog = yield* Catalog
        const { productId, variantId } = yield* Shop.product({ price: usd(2_000) })
        const lowest = Effect.gen(function*() {
          const [variant] = (yield* catalog.getProduct(productId)).variants
          return variant?.lowestPrice?.amount ?? null
        }).pipe(Actor.as(Actor.guest()))
        const base = (amount: number) => catalog.updateVariant(productId, variantId, { price: usd(amount) })
        yield* TestClock.adjust("10 days")
        yield* base(1_700)
        yield* TestClock.adjust("10 days")
        yield* base(2_500)
        assert.strictEqual(yield* lowest, null)
        yield* TestClock.adjust("20 days")
        const now = yield* Timestamp.now
        const sale = yield* lists.create({
          name: "Sale",
          endsAt: Timestamp.plus(now, "20 days"),
          prices: [{ variantId, price: usd(1_900) }]
        })
        // 25 now, but 17 within the last 30 days
        assert.strictEqual(yield* lowest, 1_700)
        yield* TestClock.adjust("15 days")
        assert.strictEqual(yield* lowest, 1_700)
        // lowered further: the 30 days end now, and hold the 25 and the 19 only
        yield* lists.setPrices(sale.id, { prices: [{ variantId, price: usd(1_500) }] })
        assert.strictEqual(yield* lowest, 1_900)
        yield* TestClock.adjust("5 days")
        assert.strictEqual(yield* lowest, null)
        // a reduction that the catalog itself tells
        yield* TestClock.adjust("1 day")
        yield* catalog.updateVariant(productId, variantId, { price: usd(2_400), compareAtPrice: usd(2_500) })
        assert.strictEqual(yield* lowest, 1_500)
        yield* lists.removePrices(sale.id, { variantIds: [variantId] })
        assert.strictEqual(yield* lowest, 1_500)
      })
    )

    test(
      "are kept, found page by page and changed, and refuse what is no price list",
      Effect.gen(function*() {
        const lists = yield* PriceLists
        const { productId, variantId } = yield* Shop.product()
        const first = yield* lists.create({ name: "First", countries: ["DE", "AT", "AT"], channel: "web" })
        yield* TestClock.adjust("1 second")
        const second = yield* lists.create({ name: "Second", type: "override", prices: [{ variantId, price: usd(5) }] })
        assert.deepStrictEqual([first.type, first.status, first.currency, first.countries], ["sale", "active", "USD", ["AT", "DE"]])
        const page = yield* lists.list({ limit: 1 })
        assert.deepStrictEqual(page.items, [first])
        assert.deepStrictEqual((yield* lists.list({ after: page.nextCursor ?? "" })).items, [second])
        const changed = yield* lists.update(first.id, { name: "Renamed", countries: [], version: 1 })
        assert.deepStrictEqual(yield* lists.get(first.id), changed)
        assert.deepStrictEqual([changed.version, changed.channel, changed.countries], [2, "web", []])

        yield* lists.setPrices(second.id, {
          prices: [{ variantId, price: usd(4) }, { variantId, minQuantity: 3, price: usd(3) }]
        })
        const prices = yield* lists.prices(second.id, { limit: 1 })
        const rest = yield* lists.prices(second.id, { after: prices.nextCursor ?? "" })
        const { title, variants } = yield* Effect.flatMap(Catalog, (catalog) => catalog.getProduct(productId))
        const row = { productId, title, sku: variants[0]?.sku ?? null, variantId }
        assert.deepStrictEqual([...prices.items, ...rest.items], [
          { ...row, minQuantity: 1, price: usd(4) },
          { ...row, minQuantity: 3, price: usd(3) }
        ])
        yield* lists.removePrices(second.id, { variantIds: [variantId, unknownVariant] })
        assert.deepStrictEqual((yield* lists.prices(second.id)).items, [])

        const refused = [
          [{ startsAt: "2026-02-01T00:00:00.000Z", endsAt: "2026-01-01T00:00:00.000Z" }, "endsAt"],
          [{ customerGroupId: "cgrp_00000000000000000000000000" }, "customerGroupId"],
          [{ currency: "EUR" }, "currency"],
          [{ channel: "Web Shop" }, "channel"],
          [{ countries: ["Austria"] }, "countries.0"],
          [{ subdivisions: ["CA"] }, "subdivisions.0"],
          [{ type: "gift" }, "type"],
          [{ prices: [{ variantId: unknownVariant, price: usd(1) }] }, "prices.0.variantId"],
          [{ prices: [{ variantId, price: usd(-1) }] }, "prices.0.price.amount"],
          [{ prices: [{ variantId, price: { amount: 1, currency: "EUR" } }] }, "prices.0.price.currency"],
          [{ prices: [{ variantId, price: usd(1) }, { variantId, minQuantity: 1, price: usd(2) }] }, "prices.1.minQuantity"],
          [{ prices: [{ variantId, minQuantity: 0, price: usd(1) }] }, "prices.0.minQuantity"],
          [{ prices: [{ price: usd(1) }] }, "prices.0.variantId"],
          [{ prices: [{ variantId, sku: "MUG", price: usd(1) }] }, "prices.0.variantId"],
          [{ prices: [{ sku: "NOTHING", price: usd(1) }] }, "prices.0.sku"],
          [{ percent: 10 }, "percent"]
        ] as const
        for (const [wrong, path] of refused) {
          const error = yield* Effect.flip(lists.create(sent({ name: "Wrong", ...wrong })))
          assert.deepStrictEqual(error._tag === "InvalidInput" ? error.faults.map((fault) => fault.path.join(".")) : error, [path])
        }
        assert.strictEqual((yield* lists.list()).items.length, 2)
        assert.strictEqual((yield* Effect.flip(lists.update(first.id, { version: 1 })))._tag, "VersionConflict")
        assert.strictEqual((yield* Effect.flip(lists.delete(first.id, { version: 1 })))._tag, "VersionConflict")
      })
    )

    test(
      "take a variant by its SKU, and can be told all its prices at once",
      Effect.gen(function*() {
        const lists = yield* PriceLists
        const catalog = yield* Catalog
        const { variants: [red, blue] } = yield* catalog.createProduct({
          title: "Shirt",
          options: [{ name: "Colour", values: ["Red", "Blue"] }],
          variants: [
            { price: usd(2_000), sku: "SHIRT-R", optionValues: ["Red"] },
            { price: usd(2_000), sku: "SHIRT-B", optionValues: ["Blue"] }
          ]
        })
        const { id } = yield* lists.create({
          name: "Trade",
          prices: [{ sku: "SHIRT-R", price: usd(9) }, { sku: "SHIRT-R", minQuantity: 5, price: usd(8) }, { sku: "SHIRT-B", price: usd(7) }]
        })
        const kept = Effect.map(lists.prices(id), ({ items }) =>
          items.map(({ minQuantity, price, sku, title, variantId }): ReadonlyArray<string | number | null> => [variantId, title, sku, minQuantity, price.amount])
        )
        const rows = (...prices: ReadonlyArray<readonly [number, number]>): ReadonlyArray<ReadonlyArray<string | number | null>> => [
          ...prices.map(([from, amount]) => [red?.id ?? "", "Shirt (Red)", "SHIRT-R", from, amount]),
          [blue?.id ?? "", "Shirt (Blue)", "SHIRT-B", 1, 7]
        ].sort(([one], [other]) => String(one) < String(other) ? -1 : String(one) > String(other) ? 1 : 0)
        assert.deepStrictEqual(yield* kept, rows([1, 9], [5, 8]))
        yield* TestClock.adjust("1 second")
        yield* lists.setPrices(id, { prices: [{ sku: "SHIRT-R", minQuantity: 10, price: usd(6) }] })
        assert.deepStrictEqual(yield* kept, rows([1, 9], [5, 8], [10, 6]))
        yield* TestClock.adjust("1 second")
        yield* lists.setPrices(id, { prices: [{ sku: "SHIRT-R", price: usd(9) }, { sku: "SHIRT-R", minQuantity: 10, price: usd(5) }], whole: true })
        assert.deepStrictEqual(yield* kept, rows([1, 9], [10, 5]))
        // what is refused takes nothing out
        const twice = yield* Effect.flip(
          lists.setPrices(id, { prices: [{ sku: "SHIRT-R", price: usd(1) }, { variantId: red?.id ?? "", price: usd(2) }], whole: true })
        )
        assert.strictEqual(twice._tag, "InvalidInput")
        assert.deepStrictEqual(yield* kept, rows([1, 9], [10, 5]))
        // a SKU is one of the store that asks
        const elsewhere = yield* Actor.as(Actor.system("test"))(
          Effect.flatMap(Stores, (stores) => stores.create({ code: "elsewhere", name: "Elsewhere", currency: "USD" }))
        )
        const theirs = yield* Effect.flip(within(elsewhere.id)(lists.create({ name: "Theirs", prices: [{ sku: "SHIRT-R", price: usd(1) }] })))
        assert.deepStrictEqual(theirs._tag === "InvalidInput" ? theirs.faults.map(({ path }) => path.join(".")) : theirs, ["prices.0.sku"])
      })
    )

    test(
      "are those of one store, and for staff with the permission",
      Effect.gen(function*() {
        const lists = yield* PriceLists
        const { productId, variantId } = yield* Shop.product()
        const { id } = yield* lists.create({ name: "Mine", prices: [{ variantId, price: usd(1) }] })
        const elsewhere = yield* Actor.as(Actor.system("test"))(
          Effect.flatMap(Stores, (stores) => stores.create({ code: "elsewhere", name: "Elsewhere", currency: "USD" }))
        )
        const attempts = (list: string) =>
          Effect.all([
            Effect.flip(lists.get(list)),
            Effect.flip(lists.update(list, { name: "Yours" })),
            Effect.flip(lists.delete(list)),
            Effect.flip(lists.prices(list)),
            Effect.flip(lists.setPrices(list, { prices: [{ variantId, price: usd(2) }] })),
            Effect.flip(lists.removePrices(list, { variantIds: [variantId] }))
          ])
        const tags = (failures: ReadonlyArray<{ readonly _tag: string }>) => [...new Set(failures.map(({ _tag }) => _tag))]
        assert.deepStrictEqual(tags(yield* within(elsewhere.id)(attempts(id))), ["PriceListNotFound"])
        assert.deepStrictEqual(tags(yield* attempts(unknownId)), ["PriceListNotFound"])
        const fault = yield* Effect.flip(
          within(elsewhere.id)(lists.create({ name: "Theirs", prices: [{ variantId, price: usd(2) }] }))
        )
        assert.strictEqual(fault._tag, "InvalidInput")
        assert.deepStrictEqual((yield* within(elsewhere.id)(lists.list())).items, [])
        assert.deepStrictEqual(tags(yield* Actor.as(Actor.guest())(attempts(id))), ["Unauthenticated"])
        assert.deepStrictEqual(tags(yield* Actor.as(Actor.staff("user_2", ["catalog:*"]))(attempts(id))), ["Forbidden"])
        assert.deepStrictEqual(yield* shown(productId, Actor.guest()), [1, 2_000])
      })
    )
  })
}

/** How many statements prices may cost. */
export const priceListBudgets = (harness: CountingHarness): void => {
  describe(`the statements of price lists, on ${harness.name}`, () => {
    it.effect("are none more for a list of products, a product page and a cart", () =>
      Effect.gen(function*() {
        const lists = yield* PriceLists
        const catalog = yield* Catalog
        const carts = yield* Carts
        const { record } = yield* Statements
        const { productId, variantId } = yield* Shop.product()
        const buyer = yield* Shop.guest([variantId, 1])
        yield* lists.create({ name: "Sale", prices: [{ variantId, price: usd(1) }] })
        const questions: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
          catalog.listProducts(),
          catalog.getProduct(productId),
          Actor.as(buyer.actor)(carts.get(buyer.cart.id))
        ]
        for (const question of questions) {
          // what is remembered may be read again after the change
          yield* question
          const [, statements] = yield* record(question)
          assert.strictEqual(statements.length, 1, statements.join("\n"))
        }
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))
  })
}
