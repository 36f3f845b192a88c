import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import type { Currency } from "../kernel/Currency.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { maximumAmount } from "../pricing/Pricing.ts"
import type { CartLine, CartLineId } from "./Cart.ts"
import * as CartEdit from "./CartEdit.ts"
import type { CartVariant } from "./CartRepository.ts"

const at = "2026-11-21T08:00:00.000Z" as Timestamp
const usd = (amount: number) => ({ amount, currency: "USD" as Currency })

const variant = (id: string, more: Partial<CartVariant> & { readonly stock?: number } = {}): CartVariant => {
  const { stock = 1_000, ...rest } = more
  return {
    id,
    productId: `product of ${id}`,
    title: "Large",
    productTitle: id,
    slug: id,
    sku: null,
    image: null,
    status: "active",
    price: usd(1_000),
    compareAtPrice: null,
    taxClass: "standard",
    taxable: true,
    requiresShipping: true,
    weightGrams: 0,
    dimensions: null,
    trackStock: true,
    backorderLimit: 0,
    finalSale: false,
    giftCard: false,
    categoryPaths: [],
    tags: [],
    levels: [{ locationId: "loc", onHand: stock, reserved: 0 }],
    ...rest
  } as CartVariant
}

const line = (variantId: string, quantity: number): CartLine => ({
  id: `line of ${variantId}`,
  variantId,
  productId: `product of ${variantId}`,
  title: variantId,
  variantTitle: "Large",
  quantity,
  seenPrice: usd(1_000),
  addedAt: at
} as CartLine)

const limits = { cartLines: 4, lineQuantity: 10 }

const add = (lines: ReadonlyArray<CartLine>, one: CartVariant, quantity: number, others: ReadonlyArray<CartVariant> = []) =>
  CartEdit.add(lines, [one, ...others], limits, { variant: one, quantity, lineId: "line new" as CartLineId, at })

const refusal = <A, E extends { readonly _tag: string }>(result: Result.Result<A, E>) =>
  Result.isFailure(result) ? result.failure._tag : undefined

describe("adding to a cart", () => {
  it("makes a line that remembers names and price, or adds to the one that is there", () => {
    const lines = Result.getOrThrow(add([], variant("mug"), 2))
    assert.deepStrictEqual(lines, [{ ...line("mug", 2), id: "line new" as CartLineId }])
    assert.deepStrictEqual(
      Result.getOrThrow(add(lines, variant("mug", { price: usd(1_200) }), 3)),
      [{ ...line("mug", 5), id: "line new" as CartLineId, seenPrice: usd(1_200) }]
    )
  })

  it("is refused beyond a limit, beyond the stock, and for what is not sold", () => {
    const full = ["a", "b", "c", "d"].map((id) => line(id, 1))
    assert.strictEqual(refusal(add(full, variant("e"), 1)), "CartLimitExceeded")
    assert.strictEqual(refusal(add(full, variant("a"), 1)), undefined)
    assert.strictEqual(refusal(add([], variant("a"), 11)), "CartLimitExceeded")
    assert.strictEqual(refusal(add([line("a", 6)], variant("a"), 5)), "CartLimitExceeded")
    assert.strictEqual(refusal(add([], variant("a", { stock: 2 }), 3)), "InsufficientStock")
    assert.strictEqual(refusal(add([], variant("a", { stock: 2, backorderLimit: 1 }), 3)), undefined)
    assert.strictEqual(refusal(add([], variant("a", { stock: 0, trackStock: false }), 3)), undefined)
    assert.strictEqual(refusal(add([], variant("a", { status: "draft" }), 1)), "NotForSale")
    const dear = variant("a", { price: usd(maximumAmount) })
    assert.strictEqual(refusal(add([], dear, 1)), undefined)
    assert.strictEqual(refusal(add([], dear, 2)), "CartLimitExceeded")
    assert.strictEqual(refusal(add([line("b", 1)], dear, 1, [variant("b")])), "CartLimitExceeded")
  })
})

describe("changing a line", () => {
  it("to fewer pieces is allowed whatever the limits have become", () => {
    const variants = [variant("a", { stock: 1, price: usd(maximumAmount) })]
    const update = (quantity: number) => CartEdit.update([line("a", 50)], variants, limits, "line of a", quantity)
    assert.deepStrictEqual(Result.getOrThrow(update(20)).map(({ quantity }) => quantity), [20])
    assert.strictEqual(refusal(update(51)), "CartLimitExceeded")
  })

  it("is refused where the variant is gone, and where there is no such line", () => {
    assert.strictEqual(refusal(CartEdit.update([line("a", 2)], [], limits, "line of a", 1)), "NotForSale")
    assert.strictEqual(refusal(CartEdit.update([line("a", 2)], [], limits, "line of b", 1)), "CartLineNotFound")
    assert.strictEqual(refusal(CartEdit.remove([line("a", 2)], "line of b")), "CartLineNotFound")
  })
})

describe("merging carts", () => {
  const names = ["a", "b", "c", "d", "e", "f"]
  const cart = fc.uniqueArray(fc.record({ name: fc.constantFrom(...names), quantity: fc.integer({ min: 1, max: 15 }) }), {
    selector: ({ name }) => name,
    maxLength: 5
  }).map((list) => list.map(({ name, quantity }) => line(name, quantity)))
  const variants = fc.tuple(...names.map((name) =>
    fc.record({
      stock: fc.integer({ min: 0, max: 20 }),
      status: fc.constantFrom("active", "active", "active", "draft") as fc.Arbitrary<CartVariant["status"]>
    }).map((more) => variant(name, more))
  ))

  it("loses nothing of the own cart, invents no pieces, and keeps to limits and stock", () => {
    fc.assert(fc.property(cart, cart, variants, (own, others, variants) => {
      const merged = CartEdit.merge(own, others, variants, limits)
      const quantityIn = (lines: ReadonlyArray<CartLine>, id: string) =>
        lines.find(({ variantId }) => variantId === id)?.quantity ?? 0
      assert.deepStrictEqual(merged.slice(0, own.length).map(({ id }) => id), own.map(({ id }) => id))
      assert.isTrue(merged.length <= Math.max(own.length, limits.cartLines))
      assert.strictEqual(new Set(merged.map(({ variantId }) => variantId)).size, merged.length)
      for (const { id, levels, status } of variants) {
        const [before, brought, after] = [quantityIn(own, id), quantityIn(others, id), quantityIn(merged, id)]
        assert.isTrue(after >= before && after <= before + brought)
        if (after === before) continue
        assert.strictEqual(status, "active")
        assert.isTrue(after <= limits.lineQuantity && after <= levels[0]!.onHand)
      }
    }))
  })

  it("with an empty one changes nothing", () => {
    fc.assert(fc.property(cart, variants, (own, variants) => {
      assert.deepStrictEqual(CartEdit.merge(own, [], variants, limits), own)
    }))
  })
})
