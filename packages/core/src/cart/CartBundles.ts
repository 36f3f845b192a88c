/**
 * Bundles in carts: what a cart knows of a bundle comes from its parts. Pure.
 */
import { type MissingPart, problemOf } from "../catalog/Bundle.ts"
import type { ReservationRequest } from "../inventory/Allocation.ts"
import * as BundleStock from "../inventory/BundleStock.ts"
import type { SoldPart } from "./SoldPart.ts"
import type { PricedPart, PricingLine } from "../pricing/Pricing.ts"
import type { CartPart, CartVariant } from "./CartRepository.ts"

const isThere = (part: CartPart): boolean => problemOf(part) === null

/** The parts because of which it cannot be sold. */
export const missing = ({ parts }: Pick<CartVariant, "parts">): ReadonlyArray<MissingPart> =>
  (parts ?? []).flatMap((part) => {
    const problem = problemOf(part)
    return problem === null ? [] : [{ variantId: part.variantId, problem }]
  })

/** A variant as it is sold: of a bundle, what its parts make of it. */
export const asSold = <V extends CartVariant>(variant: V): V => {
  const { parts } = variant
  if (parts === undefined || parts === null) return variant
  return {
    ...variant,
    status: variant.status === "active" && !parts.every(isThere) ? "archived" : variant.status,
    requiresShipping: parts.some(({ requiresShipping }) => requiresShipping),
    finalSale: variant.finalSale || parts.some(({ finalSale }) => finalSale),
    weightGrams: variant.weightGrams > 0
      ? variant.weightGrams
      : parts.reduce((sum, { quantity, weightGrams }) => sum + quantity * weightGrams, 0)
  }
}

/** How many can be bought now; `null` where stock is not counted. */
export const available = (variant: Pick<CartVariant, "backorderLimit" | "levels" | "parts" | "trackStock">): number | null => {
  const { parts } = variant
  if (parts === undefined || parts === null) return BundleStock.piecesOf(variant)
  return parts.every(isThere) ? BundleStock.obtainable(parts) : 0
}

/** What is reserved for so many pieces: those of the parts, where it is a bundle. */
export const requests = (variant: CartVariant, quantity: number): ReadonlyArray<ReservationRequest> => {
  const { backorderLimit, id, levels, parts, trackStock } = variant
  if (parts === undefined || parts === null) return [{ variantId: id, quantity, trackStock, backorderLimit, levels }]
  return parts.map((part) => ({
    variantId: part.variantId,
    quantity: quantity * part.quantity,
    trackStock: part.trackStock,
    backorderLimit: part.backorderLimit,
    levels: part.levels
  }))
}

/** How pricing shares the price of a bundle out: by what its parts cost in the catalog. */
export const weighed = ({ parts }: Pick<CartVariant, "parts">): Pick<PricingLine, "parts"> =>
  parts === undefined || parts === null ? {} : {
    parts: parts.map(({ price, quantity, taxClass, taxable, variantId }) => ({
      variantId,
      quantity,
      taxClass,
      taxable,
      weight: price * quantity
    }))
  }

/** Whether a bundle consists of the very pieces that others name, in whatever order. */
export const consistsOf = (
  { parts }: Pick<CartVariant, "parts">,
  others: ReadonlyArray<Pick<PricedPart, "quantity" | "variantId">> | undefined
): boolean => {
  const own = parts ?? []
  return own.length === (others ?? []).length && own.every(({ quantity, variantId }) =>
    others?.some((other) => other.variantId === variantId && other.quantity === quantity) === true)
}

/** The parts of a line as its order keeps them, with what of the line falls to each. */
export const frozen = (
  { parts }: Pick<CartVariant, "parts">,
  priced: ReadonlyArray<PricedPart> | undefined
): { readonly parts?: ReadonlyArray<SoldPart> } => {
  if (parts === undefined || parts === null || priced === undefined) return {}
  return {
    parts: parts.map((part) => {
      const share = priced.find(({ variantId }) => variantId === part.variantId)
      if (share === undefined) throw new Error(`The part ${part.variantId} was not priced`)
      return {
        variantId: part.variantId,
        productId: part.productId,
        title: part.productTitle,
        variantTitle: part.title,
        sku: part.sku,
        ...(part.vendorId === null || part.vendorId === undefined ? {} : { vendorId: part.vendorId }),
        quantity: part.quantity,
        net: share.net,
        tax: share.tax,
        total: share.total
      }
    })
  }
}
