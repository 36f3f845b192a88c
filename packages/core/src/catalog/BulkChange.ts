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
  changes: BulkChanges,
  currency: Currency,
  now: Timestamp
): Result.Result<Product, InvalidInput> => {
  const { addCategories, addTags, price, removeCategories, removeTags, ...fields } = changes
  const edited = ProductEdit.update(
    price === undefined ? product : { ...product, variants: product.variants.map((variant) => repriced(variant, price)) },
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

/** What differs between two states of a product. */
export const differences = (before: Product, after: Product): Record<string, { readonly before: Schema.Json; readonly after: Schema.Json }> => {
  const found = fields.flatMap((field) =>
    Equal.equals(before[field], after[field])
      ? []
      : [[field, { before: (before[field] ?? null) as Schema.Json, after: (after[field] ?? null) as Schema.Json }] as const])
  const priced = { before: prices(before), after: prices(after) }
  return Object.fromEntries(Equal.equals(priced.before, priced.after) ? found : [...found, ["prices", priced]])
}
