/**
 * What the store's tax rates must do on any storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { AuditLog } from "../audit/AuditLog.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { PriceLists } from "../prices/PriceLists.ts"
import { Stores } from "../stores/Stores.ts"
import { Carts } from "../cart/Carts.ts"
import { Checkout } from "../checkout/Checkout.ts"
import { Orders } from "../orders/Orders.ts"
import { TaxEngine } from "../tax/TaxEngine.ts"
import { Taxes } from "../tax/Taxes.ts"
import { Zones } from "../zones/Zones.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const sent = (input: unknown) => input as never
const unknownId = "tax_00000000000000000000000000"
const staff = Actor.as(Actor.staff("user_1", ["settings:*", "prices:*", "audit:read"]))

export const taxSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(staff(body), Shop.layer(harness.storage())))

  describe(`tax rates, on ${harness.name}`, () => {
    test(
      "are created, listed by class and country, changed and deleted, and the audit log tells",
      Effect.gen(function*() {
        const taxes = yield* Taxes
        const germany = yield* taxes.create({ name: "VAT", taxClass: "standard", country: "DE", ratePpm: 190_000 })
        const everywhere = yield* taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 77_500 })
        const books = yield* taxes.create({ name: "Books", taxClass: "books", country: null, ratePpm: 0 })
        assert.deepStrictEqual([everywhere.country, everywhere.version], [null, 1])
        assert.deepStrictEqual(yield* taxes.list, [books, everywhere, germany])

        const changed = yield* taxes.update(germany.id, { ratePpm: 160_000, version: 1 })
        assert.deepStrictEqual([changed.name, changed.ratePpm, changed.version], ["VAT", 160_000, 2])
        yield* taxes.delete(books.id)
        assert.deepStrictEqual(yield* taxes.list, [everywhere, changed])

        const { items } = yield* (yield* AuditLog).list({ subject: germany.id })
        assert.deepStrictEqual(items.map(({ action, actor }) => [action, actor]).sort(), [
          ["tax-rate.create", "staff:user_1"],
          ["tax-rate.update", "staff:user_1"]
        ])
      })
    )

    test(
      "are one for each class and country",
      Effect.gen(function*() {
        const taxes = yield* Taxes
        const rates = [
          { name: "Tax", taxClass: "standard", ratePpm: 1 },
          { name: "VAT", taxClass: "standard", country: "DE", ratePpm: 2 },
          { name: "Books", taxClass: "books", country: "DE", ratePpm: 3 }
        ]
        for (const rate of rates) yield* taxes.create(rate)
        for (const rate of rates) {
          assert.strictEqual((yield* Effect.flip(taxes.create({ ...rate, ratePpm: 9 })))._tag, "TaxRateTaken")
        }
        assert.deepStrictEqual((yield* taxes.list).map(({ ratePpm }) => ratePpm).sort(), [1, 2, 3])
        // the failed ones have left no trace
        const { items } = yield* (yield* AuditLog).list({ action: "tax-rate.create" })
        assert.strictEqual(items.length, 3)
      })
    )

    test(
      "are one for each zone and component as well, and a zone with rates stays",
      Effect.gen(function*() {
        const taxes = yield* Taxes
        const zones = yield* Zones
        const quebec = yield* zones.create("tax", { name: "Quebec", areas: [{ country: "CA", region: "QC" }] })
        const elsewhere = yield* zones.create("shipping", { name: "Quebec", areas: [{ country: "CA", region: "QC" }] })
        const gst = { name: "GST", taxClass: "standard", country: "CA", component: "gst", ratePpm: 50_000 }
        const qst = {
          name: "QST",
          taxClass: "standard",
          zoneId: quebec.id,
          component: "pst",
          compound: true,
          position: 1,
          ratePpm: 95_000
        }
        const federal = yield* taxes.create(gst)
        const provincial = yield* taxes.create(qst)
        assert.deepStrictEqual(
          [provincial.zoneId, provincial.component, provincial.compound, provincial.position, federal.compound],
          [quebec.id, "pst", true, 1, false]
        )
        assert.strictEqual((yield* Effect.flip(taxes.create(qst)))._tag, "TaxRateTaken")
        yield* taxes.create({ ...qst, component: "levy" })
        yield* taxes.update(provincial.id, { compound: false, position: 2, ratePpm: 99_750 })
        const kept = (yield* taxes.list).find(({ id }) => id === provincial.id)
        assert.deepStrictEqual([kept?.compound, kept?.position, kept?.ratePpm, kept?.version], [false, 2, 99_750, 2])

        const wrong = [
          { ...qst, country: "CA" },
          { ...qst, zoneId: elsewhere.id },
          { ...qst, zoneId: "zone_00000000000000000000000000" },
          { ...qst, component: "PST" },
          // 0.095 more on top of what the others come to
          { ...gst, component: "luxury", ratePpm: 10_000_000 }
        ]
        for (const rate of wrong) {
          assert.strictEqual((yield* Effect.flip(taxes.create(sent(rate))))._tag, "InvalidInput")
        }
        assert.strictEqual((yield* Effect.flip(taxes.update(federal.id, { ratePpm: 10_000_000 })))._tag, "InvalidInput")

        assert.strictEqual((yield* Effect.flip(zones.delete("tax", quebec.id)))._tag, "ZoneInUse")
        for (const { id, zoneId } of yield* taxes.list) if (zoneId === quebec.id) yield* taxes.delete(id)
        yield* zones.delete("tax", quebec.id)
      })
    )

    test(
      "are charged where the buyer lives, each component for itself",
      Effect.gen(function*() {
        const taxes = yield* Taxes
        const zones = yield* Zones
        const carts = yield* Carts
        const oregon = yield* zones.create("tax", { name: "Oregon", areas: [{ country: "US", region: "OR" }] })
        const city = yield* zones.create("tax", { name: "Portland", areas: [{ country: "US", postalCodes: ["972*"] }] })
        yield* taxes.create({ name: "State", taxClass: "standard", zoneId: oregon.id, component: "state", ratePpm: 60_000 })
        yield* taxes.create({ name: "City", taxClass: "standard", zoneId: city.id, component: "city", ratePpm: 12_500 })
        yield* Shop.ships
        const { variantId } = yield* Shop.product()
        const { actor, cart } = yield* Shop.guest([variantId, 2])
        const at = (region: string, postalCode: string) =>
          Effect.map(
            carts.update(cart.id, { shippingAddress: { ...Shop.address, region, postalCode } }),
            ({ pricing }) => Object.fromEntries(pricing.taxes.map(({ amount, name }) => [name, amount.amount]))
          )
        const places = yield* Effect.all([at("OR", "97201"), at("OR", "97301"), at("WA", "98101")]).pipe(Actor.as(actor))
        // 40.00 and 5.00 for shipping
        assert.deepStrictEqual(places, [{ State: 270, City: 56 }, { State: 270 }, {}])

        yield* (yield* Stores).update({ settings: { taxRounding: "order", shippingTax: "proportional" } })
        const again = yield* at("OR", "97201").pipe(Actor.as(actor))
        assert.deepStrictEqual(again, { State: 270, City: 56 })
      })
    )

    test(
      "change at a moment that was entered ahead, by the clock of the store, and orders keep the rate of their day",
      Effect.gen(function*() {
        const taxes = yield* Taxes
        yield* (yield* Stores).update({ settings: { country: "DE", pricesIncludeTax: true, timeZone: "Europe/Berlin" } })
        const usual = { name: "MwSt", taxClass: "standard", country: "DE", ratePpm: 190_000 }
        const lower = { ...usual, ratePpm: 160_000, from: "2020-07-01", until: "2021-01-01" }
        yield* taxes.create(usual)
        const half = yield* taxes.create(lower)
        // the night begins two hours before that of UTC in summer, and one in winter
        assert.deepStrictEqual([half.from, half.until], ["2020-06-30T22:00:00.000Z", "2020-12-31T23:00:00.000Z"])
        const taken = yield* Effect.flip(taxes.create({ ...lower, until: null }))
        assert.strictEqual(taken._tag === "TaxRateTaken" && taken.from, half.from)
        yield* Shop.ships
        const { variantId } = yield* Shop.product({ price: Shop.usd(11_900), requiresShipping: false })
        const buy = Effect.gen(function*() {
          const buyer = yield* Shop.guest([variantId, 1])
          const { order } = yield* Shop.place(buyer, "sandbox_success", {
            shippingAddress: { ...Shop.address, country: "DE", region: null }
          })
          return order
        })
        yield* TestClock.setTime(Date.parse("2020-06-30T21:59:00.000Z"))
        const before = yield* buy
        yield* TestClock.adjust("1 minute")
        const [during, kept] = [yield* buy, yield* Actor.as(Actor.system("test"))((yield* Orders).get(before.id))]
        yield* TestClock.setTime(Date.parse("2020-12-31T23:00:00.000Z"))
        const after = yield* buy
        assert.deepStrictEqual(
          [before, kept, during, after].map(({ taxes, total }) => [taxes[0]?.ratePpm, taxes[0]?.amount.amount, total.amount]),
          [[190_000, 1_900, 11_900], [190_000, 1_900, 11_900], [160_000, 1_641, 11_900], [190_000, 1_900, 11_900]]
        )

        const longer = yield* taxes.update(half.id, { until: "2021-03-28T01:30:00.000Z" })
        assert.deepStrictEqual([longer.from, longer.until], [half.from, "2021-03-28T01:30:00.000Z"])
        assert.strictEqual((yield* buy).taxes[0]?.ratePpm, 160_000)
        assert.strictEqual((yield* Effect.flip(taxes.update(half.id, { from: null })))._tag, "TaxRateTaken")
        assert.deepStrictEqual((yield* taxes.list).map(({ from, until }) => [from, until]), [
          [null, null],
          [half.from, longer.until]
        ])
        for (const wrong of [{ until: "2020-07-01" }, { from: "2021-13-01" }, { from: 5 }, { until: "tomorrow" }]) {
          assert.strictEqual((yield* Effect.flip(taxes.update(half.id, sent(wrong))))._tag, "InvalidInput")
        }
      })
    )

    test(
      "are in the price where a zone says so, and on top of it where another does",
      Effect.gen(function*() {
        const taxes = yield* Taxes
        const zones = yield* Zones
        const carts = yield* Carts
        const shop = yield* Stores
        yield* shop.update({ settings: { country: "DE", pricesIncludeTax: true } })
        yield* taxes.create({ name: "MwSt", taxClass: "standard", country: "DE", ratePpm: 190_000 })
        yield* taxes.create({ name: "Sales tax", taxClass: "standard", country: "US", ratePpm: 100_000 })
        const abroad = yield* zones.create("tax", {
          name: "USA",
          areas: [{ country: "US" }],
          pricesIncludeTax: false
        })
        assert.strictEqual(abroad.pricesIncludeTax, false)
        const island = yield* zones.create("tax", {
          name: "Hawaii",
          areas: [{ country: "US", region: "HI" }],
          pricesIncludeTax: true
        })
        const wrong = yield* Effect.flip(zones.create("shipping", {
          name: "USA",
          areas: [{ country: "US" }],
          pricesIncludeTax: false
        }))
        assert.strictEqual(wrong._tag, "InvalidInput")
        yield* Shop.ships
        const { variantId } = yield* Shop.product({ price: Shop.usd(11_900), requiresShipping: false })
        const buyer = yield* Shop.guest([variantId, 1])
        const to = (country: string, region: string | null = null) =>
          Effect.map(
            Actor.as(buyer.actor)(
              carts.update(buyer.cart.id, { shippingAddress: { ...Shop.address, country, region } })
            ),
            ({ pricing }) => [pricing.pricesIncludeTax, pricing.subtotal.amount, pricing.tax.amount, pricing.total.amount]
          )
        assert.deepStrictEqual(yield* to("DE"), [true, 11_900, 1_900, 11_900])
        assert.deepStrictEqual(yield* to("US", "HI"), [true, 11_900, 1_082, 11_900])
        assert.deepStrictEqual(yield* to("US", "OR"), [false, 11_900, 1_190, 13_090])
        yield* shop.update({ settings: { crossBorder: "constant_net" } })
        assert.deepStrictEqual(yield* to("DE"), [true, 11_900, 1_900, 11_900])
        assert.deepStrictEqual(yield* to("US", "HI"), [true, 11_000, 1_000, 11_000])
        assert.deepStrictEqual(yield* to("US", "OR"), [false, 10_000, 1_000, 11_000])
        const { order } = yield* Shop.place(buyer)
        assert.deepStrictEqual([order.pricesIncludeTax, order.total.amount], [false, 11_000])

        yield* zones.update("tax", island.id, { pricesIncludeTax: null })
        assert.strictEqual((yield* zones.get("tax", island.id)).pricesIncludeTax, null)
        const kept = yield* Actor.as(Actor.system("test"))((yield* Orders).get(order.id))
        assert.deepStrictEqual([kept.pricesIncludeTax, kept.total.amount], [false, 11_000])
        const other = yield* Shop.guest([variantId, 1])
        const sent = yield* Actor.as(other.actor)(
          carts.update(other.cart.id, { shippingAddress: { ...Shop.address, country: "US", region: "HI" } })
        )
        assert.deepStrictEqual([sent.pricing.pricesIncludeTax, sent.pricing.total.amount], [false, 11_000])
      })
    )

    test(
      "are in the prices of one currency and on top of those of another, and a zone has the first word",
      Effect.gen(function*() {
        const taxes = yield* Taxes
        const zones = yield* Zones
        const carts = yield* Carts
        const shop = yield* Stores
        const euros = (amount: number) => ({ amount, currency: "EUR" })
        yield* shop.update({
          settings: { country: "DE", currencies: ["EUR", "JPY"], pricesIncludeTax: false, pricesIncludeTaxIn: { EUR: true, USD: false } }
        })
        yield* taxes.create({ name: "MwSt", taxClass: "standard", country: "DE", ratePpm: 190_000 })
        const { variantId } = yield* Shop.product({ price: Shop.usd(10_000), requiresShipping: false })
        const lists = yield* PriceLists
        yield* lists.create({ name: "Euros", type: "override", currency: "EUR", prices: [{ variantId, price: euros(11_900) }] })
        yield* lists.create({
          name: "Yen",
          type: "override",
          currency: "JPY",
          prices: [{ variantId, price: { amount: 10_000, currency: "JPY" } }]
        })
        const buyer = yield* Shop.guest([variantId, 1])
        const priced = (currency: string) =>
          Effect.map(
            Actor.as(buyer.actor)(carts.update(buyer.cart.id, { currency })),
            ({ pricing }) => [pricing.pricesIncludeTax, pricing.tax.amount, pricing.total.amount]
          )
        assert.deepStrictEqual(yield* priced("EUR"), [true, 1_900, 11_900])
        assert.deepStrictEqual(yield* priced("USD"), [false, 1_900, 11_900])
        assert.deepStrictEqual(yield* priced("JPY"), [false, 1_900, 11_900])
        yield* shop.update({ settings: { pricesIncludeTax: true } })
        assert.deepStrictEqual(yield* priced("USD"), [false, 1_900, 11_900])
        // 10,000 of which 10,000 × 19 ÷ 119 = 1,596.6 is tax
        assert.deepStrictEqual(yield* priced("JPY"), [true, 1_597, 10_000])

        const germany = yield* zones.create("tax", { name: "Germany", areas: [{ country: "DE" }], pricesIncludeTax: false })
        // 11,900 × 19 % = 2,261
        assert.deepStrictEqual(yield* priced("EUR"), [false, 2_261, 14_161])
        yield* zones.update("tax", germany.id, { pricesIncludeTax: null })
        assert.deepStrictEqual(yield* priced("EUR"), [true, 1_900, 11_900])

        const faults = (settings: Parameters<typeof shop.update>[0]["settings"] & {}) =>
          Effect.map(Effect.flip(shop.update({ settings })), (error) =>
            error._tag === "InvalidInput" ? error.faults.map(({ path }) => path.join(".")) : error)
        assert.deepStrictEqual(yield* faults({ pricesIncludeTaxIn: { GBP: true } }), ["settings.pricesIncludeTaxIn.GBP"])
        assert.deepStrictEqual(yield* faults({ pricesIncludeTaxIn: { Euro: true } }), ["settings.pricesIncludeTaxIn.Euro"])
        yield* shop.update({ settings: { pricesIncludeTaxIn: {} } })
        assert.deepStrictEqual(yield* priced("USD"), [true, 1_597, 10_000])
      })
    )

    it.effect("are those of an outside engine at checkout, and the store's own where it gives no answer", () =>
      Effect.gen(function*() {
        const taxes = yield* Taxes
        const checkout = yield* Checkout
        yield* staff(taxes.create({ name: "Own", taxClass: "standard", ratePpm: 100_000 }))
        yield* Shop.ships
        const { variantId } = yield* Shop.product()
        const buyer = yield* Shop.guest([variantId, 1])
        const at = (postalCode: string) =>
          Actor.as(buyer.actor)(
            checkout.preview({ email: "ada@example.com", shippingAddress: { ...Shop.address, postalCode } })
          )
        const taxesOf = (postalCode: string) =>
          Effect.map(at(postalCode), ({ cart }) => cart.pricing.taxes.map(({ amount, name }) => [name, amount.amount]))
        // 20.00 and 5.00 for shipping
        assert.deepStrictEqual(yield* taxesOf("97201"), [["Outside", 150]])
        assert.deepStrictEqual(yield* taxesOf("97301"), [["Own", 250]])
        const { order } = yield* Shop.place(buyer)
        assert.deepStrictEqual(order.taxes.map(({ amount, name, rateId }) => [rateId, name, amount.amount]), [
          ["engine:standard:tax", "Outside", 150]
        ])
      }).pipe(Effect.provide(Layer.provide(
        Shop.layer(harness.storage()),
        Layer.succeed(TaxEngine, {
          name: "engine",
          rates: ({ taxClasses, to }) =>
            to.postalCode === "97201"
              ? Effect.succeed(taxClasses.map((taxClass) => ({ name: "Outside", taxClass, ratePpm: 60_000 })))
              : Effect.fail("closed")
        })
      ))))

    test(
      "refuse what is no rate",
      Effect.gen(function*() {
        const taxes = yield* Taxes
        const rate = { name: "VAT", taxClass: "standard", country: "DE", ratePpm: 190_000 }
        for (
          const wrong of [
            { ratePpm: -1 },
            { ratePpm: 10_000_001 },
            { ratePpm: 0.19 },
            { ratePpm: "19" },
            { country: "Germany" },
            { country: "de" },
            { taxClass: "" },
            { taxClass: "Standard" },
            { name: " " },
            { name: "a\0b" },
            { rate: 19 }
          ]
        ) {
          const error = yield* Effect.flip(taxes.create(sent({ ...rate, ...wrong })))
          assert.deepStrictEqual(
            error._tag === "InvalidInput" ? error.faults.map(({ path }) => path.join(".")) : error,
            Object.keys(wrong)
          )
        }
        const { id } = yield* taxes.create(rate)
        assert.strictEqual((yield* Effect.flip(taxes.update(id, sent({ country: "FR" }))))._tag, "InvalidInput")
      })
    )

    test(
      "are not changed by who has seen an older one, nor found where they are not",
      Effect.gen(function*() {
        const taxes = yield* Taxes
        const { id } = yield* taxes.create({ name: "VAT", taxClass: "standard", ratePpm: 190_000 })
        yield* taxes.update(id, { name: "Value added tax" })
        assert.strictEqual((yield* Effect.flip(taxes.update(id, { ratePpm: 1, version: 1 })))._tag, "VersionConflict")
        const elsewhere = yield* (yield* Stores).create({ code: "elsewhere", name: "Elsewhere", currency: "USD" })
        const attempts = (rateId: string) =>
          Effect.all([Effect.flip(taxes.update(rateId, { ratePpm: 1 })), Effect.flip(taxes.delete(rateId))])
        const failures = [
          ...yield* within(elsewhere.id)(attempts(id)),
          ...yield* attempts(unknownId),
          ...yield* attempts("\0")
        ]
        assert.deepStrictEqual(failures.map(({ _tag }) => _tag), failures.map(() => "TaxRateNotFound" as const))
        assert.deepStrictEqual((yield* attempts(sent(undefined))).map(({ _tag }) => _tag), ["InvalidInput", "InvalidInput"])
        assert.deepStrictEqual(yield* within(elsewhere.id)(taxes.list), [])
        assert.deepStrictEqual((yield* taxes.list).map(({ ratePpm, version }) => [ratePpm, version]), [[190_000, 2]])
      })
    )

    test(
      "are for staff with the permission only",
      Effect.gen(function*() {
        const taxes = yield* Taxes
        const rate = { name: "VAT", taxClass: "standard", ratePpm: 190_000 }
        const { id } = yield* taxes.create(rate)
        const attempts = Effect.all([
          Effect.flip(taxes.create(rate)),
          Effect.flip(taxes.update(id, { ratePpm: 1 })),
          Effect.flip(taxes.delete(id))
        ])
        const tags = (failures: ReadonlyArray<{ readonly _tag: string }>) => failures.map(({ _tag }) => _tag)
        const [guest, customer, reader] = yield* Effect.all([
          Actor.as(Actor.guest())(attempts),
          Actor.as(Actor.customer("user_2"))(attempts),
          Actor.as(Actor.staff("user_3", ["settings:read"]))(attempts)
        ])
        assert.deepStrictEqual(tags(guest), ["Unauthenticated", "Unauthenticated", "Unauthenticated"])
        assert.deepStrictEqual(tags([...customer, ...reader]), Array.from({ length: 6 }, () => "Forbidden"))
        assert.strictEqual((yield* Actor.as(Actor.staff("user_3", ["settings:read"]))(taxes.list)).length, 1)
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.customer("user_2"))(taxes.list)))._tag, "Forbidden")
      })
    )
  })
}
