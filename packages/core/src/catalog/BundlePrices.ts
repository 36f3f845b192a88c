/**
 * Bundles of a product that is written: their parts are looked up, and those that follow the prices of their parts get theirs.
 */
import * as Effect from "effect/Effect"
import { InvalidInput, type Fault } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import * as Bundle from "./Bundle.ts"
import type { Product, Variant } from "./Product.ts"
import type { PossiblePart, ProductRepository } from "./ProductRepository.ts"

/** A variant at the price of its parts, if it follows them; a price before the sale that is not above it any more goes. */
export const following = (variant: Variant, prices: ReadonlyMap<string, number>): Variant => {
  const amount = variant.bundle === undefined ? undefined : Bundle.priceOf(variant.bundle, prices)
  if (amount === undefined || amount === variant.price.amount) return variant
  const { compareAtPrice, price: { currency } } = variant
  return {
    ...variant,
    price: Money.make(amount, currency),
    compareAtPrice: compareAtPrice === null || compareAtPrice.amount <= amount ? null : compareAtPrice
  }
}

/**
 * The product with the prices of its bundles, or what is wrong with the parts of those that the input is about. `at` says where
 * in the input a variant stands, if it says what it consists of. No statement for a product without bundles.
 */
export const settled = (repository: ProductRepository["Service"]) =>
  Effect.fnUntraced(function*(product: Product, at: (variant: number) => ReadonlyArray<string | number> | undefined) {
    if (!product.variants.some(({ bundle }) => bundle !== undefined)) return product
    const parts = new Map<string, PossiblePart>(product.variants.map(({ bundle, giftCard, id, price }) =>
      [id, { id, price: price.amount, isBundle: bundle !== undefined, giftCard }]))
    const named = new Set(product.variants.flatMap(({ bundle }) => bundle?.parts.map(({ variantId }) => variantId) ?? []))
    const unknown = [...named].filter((id) => !parts.has(id))
    if (unknown.length > 0) for (const part of yield* repository.possibleParts(unknown)) parts.set(part.id, part)
    const prices = new Map(Array.from(parts.values(), ({ id, price }) => [id, price]))
    const faults = product.variants.flatMap(({ bundle }, variant): ReadonlyArray<Fault> => {
      const path = at(variant)
      if (bundle === undefined || path === undefined) return []
      const wrong = bundle.parts.flatMap(({ variantId }, index): ReadonlyArray<Fault> => {
        const part = parts.get(variantId)
        const message = part === undefined
          ? "is no variant of this shop"
          : part.isBundle
          ? "is a bundle itself"
          : part.giftCard
          ? "is a gift card"
          : undefined
        return message === undefined ? [] : [{ path: [...path, "bundle", "parts", index, "variantId"], message }]
      })
      return wrong.length > 0 || bundle.reductionPpm === undefined || Bundle.priceOf(bundle, prices) !== undefined
        ? wrong
        : [{ path: [...path, "bundle", "parts"], message: "cost more than can be calculated", code: "not_calculable" }]
    })
    if (faults.length > 0) return yield* new InvalidInput({ faults })
    return { ...product, variants: product.variants.map((variant) => following(variant, prices)) }
  })
