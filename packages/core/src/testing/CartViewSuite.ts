/**
 * What a cart tells its buyer on any storage: what it costs now, and what has changed since they looked.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { CartView } from "../cart/Cart.ts"
import * as CartPricing from "../cart/CartPricing.ts"
import { Carts } from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { PricingRules } from "../pricing/PricingRules.ts"
import { Shipping } from "../shipping/Shipping.ts"
import { Taxes } from "../tax/Taxes.ts"
import { faultsAt, lineAt } from "./CartFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const amounts = (cart: CartView) => ({
  subtotal: cart.pricing.subtotal.amount,
  shipping: cart.pricing.shippingTotal.amount,
  tax: cart.pricing.tax.amount,
  total: cart.total.amount
})

const setStock = Effect.fnUntraced(function*(variantId: string, onHand: number) {
  const inventory = yield* Inventory
  yield* inventory.adjust({ adjustments: [{ variantId, onHand }], reason: "counted" })
})

export const cartViewSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(body, Shop.layer(harness.storage())))

  describe(`what a cart says, on ${harness.name}`, () => {
    test(
      "a changed price counts at once and is told until the buyer changes the line",
      Effect.gen(function*() {
        const carts = yield* Carts
        const catalog = yield* Catalog
        const { productId, variantId } = yield* Shop.product()
        const { cart } = yield* Shop.guest([variantId, 2])
        const lineId = lineAt(cart, 0).id
        yield* catalog.updateVariant(productId, variantId, { price: Shop.usd(2_300) })
        const view = yield* carts.get(cart.id)
        assert.strictEqual(view.total.amount, 4_600)
        assert.deepStrictEqual(view.notices, [
          { _tag: "price_changed", lineId, before: Shop.usd(2_000), now: Shop.usd(2_300) }
        ])
        assert.strictEqual((yield* carts.update(cart.id, { note: "ring twice" })).notices.length, 1)
        assert.deepStrictEqual((yield* carts.updateItem(cart.id, lineId, { quantity: 2 })).notices, [])
        yield* catalog.updateVariant(productId, variantId, { price: Shop.usd(2_100) })
        assert.deepStrictEqual((yield* carts.addItem(cart.id, { variantId, quantity: 1 })).notices, [])
      })
    )

    test(
      "stock that went to others is told, and fewer pieces are allowed even if they are too many still",
      Effect.gen(function*() {
        const carts = yield* Carts
        const { variantId } = yield* Shop.product({ stock: 8 })
        const { cart } = yield* Shop.guest([variantId, 8])
        const lineId = lineAt(cart, 0).id
        yield* setStock(variantId, 3)
        const view = yield* carts.get(cart.id)
        assert.deepStrictEqual(view.notices, [{ _tag: "short_of_stock", lineId, available: 3 }])
        assert.strictEqual(view.total.amount, 16_000)
        assert.strictEqual((yield* carts.updateItem(cart.id, lineId, { quantity: 5 })).notices.length, 1)
        assert.deepStrictEqual((yield* carts.updateItem(cart.id, lineId, { quantity: 3 })).notices, [])
        assert.strictEqual((yield* Effect.flip(carts.updateItem(cart.id, lineId, { quantity: 4 })))._tag, "InsufficientStock")
      })
    )

    test(
      "what is no longer sold is shown by its name and left out of the price",
      Effect.gen(function*() {
        const carts = yield* Carts
        const catalog = yield* Catalog
        const board = yield* Shop.product()
        const archived = yield* Shop.product({ title: "Bowl", price: Shop.usd(700) })
        const deleted = yield* Shop.product({ title: "Lamp", price: Shop.usd(900) })
        const { cart } = yield* Shop.guest([archived.variantId, 1], [board.variantId, 2], [deleted.variantId, 3])
        assert.strictEqual(cart.total.amount, 7_400)
        yield* catalog.updateProduct(archived.productId, { status: "archived" })
        yield* catalog.deleteProduct(deleted.productId)
        const view = yield* carts.get(cart.id)
        assert.strictEqual(view.total.amount, 4_000)
        assert.deepStrictEqual(view.pricing.lines.map(({ id }) => id), [lineAt(cart, 1).id])
        assert.deepStrictEqual(
          view.lines.map(({ available, quantity, slug, title, total, unitPrice }) =>
            [title, quantity, slug, available, unitPrice.amount, total.amount]),
          [["Bowl", 1, null, 0, 700, 0], ["Walnut board", 2, "walnut-board", 10, 2_000, 4_000], ["Lamp", 3, null, 0, 900, 0]]
        )
        assert.deepStrictEqual(view.notices, [
          { _tag: "unavailable", lineId: lineAt(cart, 0).id },
          { _tag: "unavailable", lineId: lineAt(cart, 2).id }
        ])
        for (const line of [lineAt(cart, 0), lineAt(cart, 2)]) {
          assert.strictEqual((yield* Effect.flip(carts.updateItem(cart.id, line.id, { quantity: 1 })))._tag, "NotForSale")
          yield* carts.removeItem(cart.id, line.id)
        }
        assert.deepStrictEqual((yield* carts.get(cart.id)).notices, [])
      })
    )

    test(
      "the first shipping method that delivers is part of the price until the buyer chooses another",
      Effect.gen(function*() {
        const carts = yield* Carts
        const shipping = yield* Shipping
        const slow = yield* shipping.create({ name: "Slow", price: Shop.usd(300), countries: ["US"] })
        const fast = yield* shipping.create({ name: "Fast", price: Shop.usd(900), countries: ["US", "DE"] })
        const off = yield* shipping.create({ name: "Off", price: Shop.usd(100), active: false })
        const board = yield* Shop.product()
        const voucher = yield* Shop.product({ title: "Voucher", requiresShipping: false })
        const { cart } = yield* Shop.guest([voucher.variantId, 1])
        assert.deepStrictEqual([cart.requiresShipping, cart.pricing.shipping], [false, null])
        assert.deepStrictEqual(yield* carts.shippingOptions(cart.id), [])

        const both = yield* carts.addItem(cart.id, { variantId: board.variantId, quantity: 1 })
        assert.deepStrictEqual([both.shippingMethodId, both.pricing.shipping?.name], [null, "Slow"])
        assert.deepStrictEqual(amounts(both), { subtotal: 4_000, shipping: 300, tax: 0, total: 4_300 })
        assert.deepStrictEqual(
          (yield* carts.shippingOptions(cart.id)).map(({ estimate, id, price }) => [id, price.amount, estimate]),
          [[slow.id, 300, null], [fast.id, 900, null]]
        )

        const chosen = yield* carts.update(cart.id, { shippingMethodId: slow.id })
        assert.strictEqual(chosen.shippingMethodId, slow.id)
        const moved = yield* carts.update(cart.id, { shippingAddress: { ...Shop.address, country: "DE" } })
        assert.deepStrictEqual(moved.notices, [{ _tag: "shipping_unavailable", shippingMethodId: slow.id }])
        assert.deepStrictEqual(amounts(moved), { subtotal: 4_000, shipping: 0, tax: 0, total: 4_000 })
        assert.deepStrictEqual((yield* carts.shippingOptions(cart.id)).map(({ id }) => id), [fast.id])
        for (const shippingMethodId of [slow.id, off.id, "ship_00000000000000000000000000"]) {
          const error = yield* Effect.flip(carts.update(cart.id, { shippingMethodId }))
          assert.strictEqual(error._tag, "ShippingMethodUnavailable")
        }
        assert.strictEqual((yield* carts.update(cart.id, { shippingMethodId: fast.id })).total.amount, 4_900)
        assert.strictEqual((yield* carts.update(cart.id, { shippingMethodId: null })).pricing.shipping?.name, "Fast")
      })
    )

    test(
      "tax is that of the country the goods go to",
      Effect.gen(function*() {
        const carts = yield* Carts
        const taxes = yield* Taxes
        yield* taxes.create({ name: "Sales tax", taxClass: "standard", country: "US", ratePpm: 77_500 })
        yield* taxes.create({ name: "VAT", taxClass: "standard", country: "DE", ratePpm: 190_000 })
        const { variantId } = yield* Shop.product()
        const { cart } = yield* Shop.guest([variantId, 1])
        assert.deepStrictEqual(amounts(cart), { subtotal: 2_000, shipping: 0, tax: 155, total: 2_155 })
        const billed = yield* carts.update(cart.id, { billingAddress: { ...Shop.address, country: "DE" } })
        assert.deepStrictEqual(billed.pricing.taxes.map(({ name }) => name), ["VAT"])
        const shipped = yield* carts.update(cart.id, { shippingAddress: { ...Shop.address, country: "FR" } })
        assert.deepStrictEqual(shipped.pricing.taxes, [])
      })
    )

    test(
      "the rules of the engine change what it costs, and the trace names them",
      Effect.gen(function*() {
        const carts = yield* Carts
        yield* (yield* PricingRules).add({
          name: "plugin:three-for-two",
          apply: ({ lines }) =>
            lines.filter(({ quantity }) => quantity >= 3).map(({ id, unitPrice }) => ({
              amount: -unitPrice,
              label: "Three for two",
              target: { type: "lines", lineIds: [id] }
            }))
        })
        const { variantId } = yield* Shop.product()
        const { cart } = yield* Shop.guest([variantId, 3])
        assert.deepStrictEqual([cart.total.amount, cart.lines[0]?.discount.amount], [4_000, 2_000])
        assert.deepStrictEqual(
          (yield* carts.get(cart.id)).pricing.lines[0]?.trace.map(({ source }) => source),
          ["catalog", "plugin:three-for-two"]
        )
      })
    )

    test(
      "the snapshot that checkout works from gives the same price",
      Effect.gen(function*() {
        const carts = yield* Carts
        yield* Shop.ships
        const { variantId } = yield* Shop.product()
        const { cart } = yield* Shop.guest([variantId, 3])
        const snapshot = yield* carts.snapshot(cart.id)
        const pricing = CartPricing.price(snapshot, [], cart.updatedAt)
        assert.deepStrictEqual(CartPricing.view(snapshot, pricing, cart.updatedAt), cart)
        assert.deepStrictEqual(pricing.buyable.map(({ variant }) => variant.id as string), [variantId])
      })
    )

    test(
      "e-mail, note and addresses are kept, and taken back with null",
      Effect.gen(function*() {
        const carts = yield* Carts
        const { cart } = yield* Shop.guest()
        const said = yield* carts.update(cart.id, {
          email: " Ada@Example.com ",
          note: "ring twice",
          shippingAddress: Shop.address,
          billingAddress: Shop.address
        })
        assert.deepStrictEqual(
          [said.email, said.note, said.shippingAddress, said.billingAddress, said.version],
          ["ada@example.com", "ring twice", Shop.address, Shop.address, 2]
        )
        assert.deepStrictEqual(yield* carts.get(cart.id), said)
        const unsaid = yield* carts.update(cart.id, { email: null, shippingAddress: null })
        assert.deepStrictEqual([unsaid.email, unsaid.shippingAddress, unsaid.note], [null, null, "ring twice"])
        const error = yield* Effect.flip(carts.update(cart.id, {
          email: "nobody",
          note: "x".repeat(2_001),
          shippingAddress: { ...Shop.address, country: "Germany", name: " " }
        }))
        assert.deepStrictEqual(
          error._tag === "InvalidInput" ? faultsAt(error).toSorted() : error,
          ["email", "note", "shippingAddress.country", "shippingAddress.name"]
        )
      })
    )
  })
}
