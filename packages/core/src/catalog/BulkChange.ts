/**
 * What a bulk edit makes of one product.
 */
import * as Equal from "effect/Equal"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { Currency } from "../kernel/Currency.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { BulkChanges, BulkPrice } from "./BulkEdit.ts"
import type { Product, Variant } from "./Product.ts"
import * as ProductEdit from "./ProductEdit.ts"

const million = 1_000_000

/** A price after a change, in minor units; never below nothing. */
export const priceOf = (before: number, { amount = 0, less = 0, ppm = 0, roundTo }: BulkPrice): number => {
  const changed = Money.scale(before, million + ppm, million, "half_up") + amount
  const rounded = roundTo === undefined ? changed : Math.floor(changed / roundTo + 0.5) * roundTo - less
  return Math.max(0, rounded)
}

/** The changes of a product itself. */
type ProductChanges = Omit<BulkChanges, "addCollections" | "removeCollections">

const repriced = (variant: Variant, price: BulkPrice): Variant => {
  // a gift card is worth what it costs, and a bundle may cost what its parts do
  if (variant.giftCard || variant.bundle?.reductionPpm !== undefined) return variant
  const amount = priceOf(variant.price.amount, price)
  const before = price.compareAt === "price"
    ? variant.compareAtPrice ?? variant.price
    : price.compareAt === "none" ? null : variant.compareAtPrice
  return {
    ...variant,
    price: Money.make(amount, variant.price.currency),
    // nothing is on sale for more than it was
    compareAtPrice: before !== null && before.amount > amount ? before : null
  }
}

/** The product after the changes, or the product itself where they change nothing. */
export const apply = (
  product: Product,
  changes: ProductChanges,
  currency: Currency,
  now: Timestamp
): Result.Result<Product, InvalidInput> => {
  const { addCategories, addTags, price, removeCategories, removeTags, variantAttributes, ...fields } = changes
  const variants = product.variants.map((variant) => {
    const priced = price === undefined ? variant : repriced(variant, price)
    return variantAttributes === undefined ? priced : ProductEdit.described(priced, variantAttributes)
  })
  const edited = ProductEdit.update(
    { ...product, variants },
    {
      ...fields,
      ...(addTags === undefined && removeTags === undefined
        ? {}
        : { tags: [...product.tags.filter((tag) => removeTags?.includes(tag) !== true), ...addTags ?? []] }),
      ...(addCategories === undefined && removeCategories === undefined
        ? {}
        : { categoryIds: [...product.categoryIds.filter((id) => removeCategories?.includes(id) !== true), ...addCategories ?? []] })
    },
    currency,
    now
  )
  return Result.map(edited, (changed) =>
    Equal.equals({ ...changed, version: 0, updatedAt: "" }, { ...product, version: 0, updatedAt: "" }) ? product : changed)
}

const fields = [
  "status", "publishedFrom", "publishedUntil", "tags", "brandId", "vendor", "taxClass", "shippingClass", "categoryIds", "attributes"
] as const

const prices = ({ variants }: Product): Schema.Json =>
  Object.fromEntries(variants.map(({ compareAtPrice, id, price }) => [id, { price: price.amount, compareAt: compareAtPrice?.amount ?? null }]))

const said = ({ variants }: Product): Schema.Json =>
  Object.fromEntries(variants.map(({ attributes, id }) => [id, (attributes ?? {}) as Schema.Json]))

/** What differs between two states of a product. */
export const differences = (before: Product, after: Product): Record<string, { readonly before: Schema.Json; readonly after: Schema.Json }> => {
  const found = fields.flatMap((field) =>
    Equal.equals(before[field], after[field])
      ? []
      : [[field, { before: (before[field] ?? null) as Schema.Json, after: (after[field] ?? null) as Schema.Json }] as const])
  const ofVariants = Object.entries({ prices, variantAttributes: said }).flatMap(([name, of]) => {
    const both = { before: of(before), after: of(after) }
    return Equal.equals(both.before, both.after) ? [] : [[name, both] as const]
  })
  return Object.fromEntries([...found, ...ofVariants])
}
