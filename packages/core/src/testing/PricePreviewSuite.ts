/**
 * What staff are told that a buyer would pay, on every storage: the same as the buyer's cart says.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Carts } from "../cart/Carts.ts"
import { PricePreviews } from "../cart/PricePreviews.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { CustomerGroups } from "../customers/CustomerGroups.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { PriceLists } from "../prices/PriceLists.ts"
import { Promotions } from "../promotions/Promotions.ts"
import { Stores } from "../stores/Stores.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const { usd } = Shop

const staff = Actor.as(Actor.staff("user_1", ["prices:*", "customers:*", "catalog:*", "promotions:*", "settings:*"]))

export const pricePreviewSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(staff(body), Shop.layer(harness.storage())))

  describe(`what a buyer would pay, on ${harness.name}`, () => {
    test(
      "is told with the lists that say so and those that do not, each with its reason, and is what their cart says",
      Effect.gen(function*() {
        const previews = yield* PricePreviews
        const lists = yield* PriceLists
        const groups = yield* CustomerGroups
        const { productId, variantId } = yield* Shop.product({ price: usd(2_000) })
        const trade = yield* groups.create({ name: "Trade" })
        const now = yield* Timestamp.now
        const made = (name: string, amount: number, more: object = {}, minQuantity = 1) =>
          lists.create({ name, prices: [{ variantId, minQuantity, price: usd(amount) }], ...more } as never)
        yield* made("Trade", 1_500, { customerGroupId: trade.id })
        yield* made("Summer", 1_800)
        yield* made("Austria", 2_200, { type: "override", countries: ["AT"] })
        yield* made("Dozens", 1_200, {}, 12)
        yield* made("Tomorrow", 900, { startsAt: Timestamp.plus(now, "1 day") })
        yield* made("App", 1_000, { channel: "app" })
        yield* made("Draft", 100, { status: "draft" })
        const standings = (preview: { readonly lists: ReadonlyArray<{ readonly name: string; readonly standing: string }> }) =>
          Object.fromEntries(preview.lists.map(({ name, standing }) => [name, standing]))

        const guest = yield* previews.preview({ variantId, quantity: 2 })
        assert.deepStrictEqual(standings(guest), {
          Trade: "group",
          Summer: "applied",
          Austria: "place",
          Dozens: "quantity",
          Tomorrow: "not_yet",
          App: "channel"
        })
        assert.strictEqual(guest.productId, productId)
        assert.deepInclude(guest, { quantity: 2, isForSale: true, catalogPrice: usd(2_000), codes: [], promotions: [] })
        assert.deepStrictEqual(
          [guest.line?.unitPrice, guest.line?.compareAtPrice, guest.line?.trace[0]?.label],
          [usd(1_800), usd(2_000), "Summer"]
        )
        const { actor, cart } = yield* Shop.guest([variantId, 2])
        const { pricing } = yield* Actor.as(actor)(Effect.flatMap(Carts, (carts) => carts.get(cart.id)))
        assert.deepStrictEqual({ ...guest.line, id: "" }, { ...pricing.lines[0], id: "" })

        assert.strictEqual((yield* previews.preview({ variantId, quantity: 12 })).line?.unitPrice.amount, 1_200)
        assert.strictEqual((yield* previews.preview({ variantId, channel: "app" })).line?.unitPrice.amount, 1_000)
        const abroad = yield* previews.preview({ variantId, country: "AT" })
        assert.deepInclude(standings(abroad), { Austria: "outdone", Summer: "applied" })
        const later = yield* previews.preview({ variantId, at: Timestamp.plus(now, "2 days") })
        assert.deepStrictEqual([later.line?.unitPrice.amount, standings(later)["Tomorrow"]], [900, "applied"])
        const ofGroup = yield* previews.preview({ variantId, customerGroupIds: [trade.id] })
        assert.deepStrictEqual([ofGroup.line?.unitPrice.amount, standings(ofGroup)["Summer"]], [1_500, "outdone"])
        const ada = yield* Shop.account("ada@example.com")
        yield* groups.addMembers(trade.id, { customerIds: [ada] })
        assert.strictEqual((yield* previews.preview({ variantId, customerId: ada })).line?.unitPrice.amount, 1_500)

        // nothing of it stays
        assert.lengthOf((yield* previews.preview({ variantId })).lists, 6)
        yield* (yield* Catalog).updateProduct(productId, { status: "draft" })
        const hidden = yield* previews.preview({ variantId })
        assert.deepStrictEqual([hidden.isForSale, hidden.line?.unitPrice.amount], [false, 1_800])
      })
    )

    test(
      "has what promotions take off, those of a group and of a time to come included, and what becomes of codes",
      Effect.gen(function*() {
        const previews = yield* PricePreviews
        const promotions = yield* Promotions
        const trade = yield* (yield* CustomerGroups).create({ name: "Trade" })
        const { variantId } = yield* Shop.product({ price: usd(2_000) })
        const now = yield* Timestamp.now
        const percent = (ratePpm: number) => ({ type: "percent_off_order", args: { ratePpm } })
        yield* promotions.create({
          name: "Trade",
          action: percent(100_000),
          conditions: [{ type: "customer_group", args: { groups: [trade.id] } }]
        } as never)
        yield* promotions.create({ name: "Code", trigger: "code", code: "TEN", action: percent(50_000) } as never)
        yield* promotions.create({ name: "Later", action: percent(200_000), startsAt: Timestamp.plus(now, "1 day") } as never)
        const of = (input: object) =>
          Effect.map(previews.preview({ variantId, ...input }), ({ codes, line, promotions }) => ({
            discount: line?.discount.amount,
            names: promotions.map(({ name }) => name),
            codes: codes.map(({ applied, code }) => [code, applied])
          }))
        assert.deepStrictEqual(yield* of({}), { discount: 0, names: [], codes: [] })
        assert.deepStrictEqual((yield* of({ customerGroupIds: [trade.id] })).names, ["Trade"])
        assert.deepStrictEqual(yield* of({ codes: ["TEN"] }), { discount: 100, names: ["Code"], codes: [["TEN", true]] })
        assert.deepStrictEqual((yield* of({ at: Timestamp.plus(now, "2 days") })).names, ["Later"])
      })
    )

    test(
      "is refused for a moment that has passed, a currency that is not sold in, and whoever may not know of customers",
      Effect.gen(function*() {
        const previews = yield* PricePreviews
        const { variantId } = yield* Shop.product({})
        const tag = (input: object) => Effect.map(Effect.flip(previews.preview({ variantId, ...input })), ({ _tag }) => _tag)
        yield* TestClock.adjust("2 days")
        const now = yield* Timestamp.now
        assert.strictEqual(yield* tag({ at: Timestamp.minus(now, "1 day") }), "InvalidInput")
        assert.strictEqual(yield* tag({ currency: "CHF" }), "InvalidInput")
        assert.strictEqual(yield* tag({ customerId: "user_nobody" }), "InvalidInput")
        assert.strictEqual(yield* tag({ customerGroupIds: ["cgrp_00000000000000000000000000"] }), "InvalidInput")
        assert.strictEqual(yield* tag({ variantId: "var_00000000000000000000000000" }), "VariantNotFound")
        const clerk = Actor.as(Actor.staff("user_2", ["prices:read"]))
        assert.strictEqual((yield* clerk(previews.preview({ variantId }))).quantity, 1)
        assert.strictEqual((yield* clerk(Effect.flip(previews.preview({ variantId, customerId: "user_1" }))))._tag, "Forbidden")
        const draft = yield* Shop.product({ title: "Draft" })
        yield* (yield* Catalog).updateProduct(draft.productId, { status: "draft" })
        assert.strictEqual((yield* clerk(Effect.flip(previews.preview({ variantId: draft.variantId }))))._tag, "Forbidden")
        assert.isFalse((yield* previews.preview({ variantId: draft.variantId })).isForSale)
        assert.strictEqual((yield* Actor.as(Actor.guest())(Effect.flip(previews.preview({ variantId }))))._tag, "Unauthenticated")
        const other = yield* (yield* Stores).ensure({ code: "other", name: "Other", currency: "USD" }).pipe(Actor.as(Actor.system("test")))
        assert.strictEqual((yield* within(other.id)(Effect.flip(previews.preview({ variantId }))))._tag, "VariantNotFound")
        // in a currency of its own that no list has a price in
        yield* (yield* Stores).update({ settings: { currencies: ["EUR" as never] } }).pipe(Actor.as(Actor.system("test")))
        assert.isNull((yield* previews.preview({ variantId, currency: "EUR" })).line)
      })
    )
  })
}
