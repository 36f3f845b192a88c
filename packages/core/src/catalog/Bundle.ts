/**
 * Bundles: variants that consist of pieces of others. A bundle has no stock of its own; what can be sold of it is what its
 * parts allow.
 *
 * **Details**
 *
 * A part need not be for sale by itself: one of a draft is sold in bundles alone. One that is archived or deleted makes the
 * bundle unavailable, and so does one of a vendor that is suspended.
 */
import * as Schema from "effect/Schema"
import { VariantId } from "./VariantId.ts"

/** Pieces of a variant that are in one bundle. */
export const BundlePart = Schema.Struct({
  variantId: VariantId,
  quantity: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000 }))
})
export interface BundlePart extends Schema.Schema.Type<typeof BundlePart> {}

/** How many different parts a bundle has at most. */
export const maximumParts = 50

const million = 1_000_000

export const Bundle = Schema.Struct({
  parts: Schema.Array(BundlePart).check(Schema.isMinLength(1), Schema.isMaxLength(maximumParts)),
  /**
   * Where it is said, the bundle costs what its parts cost in the catalog, less so much in parts per million (10 % is 100 000),
   * and follows their prices. Where it is not, the price is set by hand.
   */
  reductionPpm: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: million })))
}).annotate({ identifier: "Bundle" })
export interface Bundle extends Schema.Schema.Type<typeof Bundle> {}

/** Why a bundle cannot be sold because of a part. */
export const PartProblem = Schema.Literals(["archived", "deleted", "gift_card", "suspended"])
export type PartProblem = typeof PartProblem.Type

/** A part because of which a bundle cannot be sold. */
export const MissingPart = Schema.Struct({ variantId: VariantId, problem: PartProblem })
export interface MissingPart extends Schema.Schema.Type<typeof MissingPart> {}

/** Why nothing with this part can be sold; `null` if it can. The status is that of its product, `null` where it is gone. */
export const problemOf = (
  { giftCard, status, suspended }: {
    readonly status: string | null
    readonly giftCard: boolean | number | null
    /** Whether its vendor is. */
    readonly suspended: boolean | number | null
  }
): PartProblem | null => {
  if (status === null) return "deleted"
  if (status === "archived") return "archived"
  if (giftCard === true || giftCard === 1) return "gift_card"
  return suspended === true || suspended === 1 ? "suspended" : null
}

/**
 * What a bundle that follows its parts costs, in minor units, rounded half up; `undefined` where its price is set by hand, the
 * price of a part is not known, or it is more than can be calculated.
 */
export const priceOf = ({ parts, reductionPpm }: Bundle, prices: ReadonlyMap<string, number>): number | undefined => {
  if (reductionPpm === undefined) return undefined
  let sum = 0n
  for (const { quantity, variantId } of parts) {
    const price = prices.get(variantId)
    if (price === undefined) return undefined
    sum += BigInt(price) * BigInt(quantity)
  }
  const price = (sum * BigInt(million - reductionPpm) * 2n + BigInt(million)) / BigInt(2 * million)
  return price > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(price)
}
