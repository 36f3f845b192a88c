/**
 * What the line of a bundle is in stock: its parts, frozen with what of the line falls to each.
 */
import * as Schema from "effect/Schema"
import { ProductId, VariantId } from "../catalog/Product.ts"
import { PricedPart } from "../pricing/Pricing.ts"
import { VendorId } from "../vendors/VendorId.ts"

const { net, tax, total } = PricedPart.fields

export const SoldPart = Schema.Struct({
  variantId: VariantId,
  productId: ProductId,
  title: Schema.String,
  variantTitle: Schema.String,
  sku: Schema.NullOr(Schema.String),
  /** Whose goods it is, where that is a vendor of the marketplace. Who sells the line sends it, whoever that is. */
  vendorId: Schema.optionalKey(VendorId),
  /** Pieces in one bundle. */
  quantity: Schema.Int,
  /** Of all pieces of the line together. */
  net,
  tax,
  total
}).annotate({ identifier: "OrderLinePart" })
export interface SoldPart extends Schema.Schema.Type<typeof SoldPart> {}

/** Pieces of each variant that pieces of a line are in stock. */
export const stockOf = (
  { parts, variantId }: { readonly variantId: VariantId; readonly parts?: ReadonlyArray<SoldPart> },
  quantity: number
): ReadonlyArray<readonly [VariantId, number]> =>
  parts === undefined ? [[variantId, quantity]] : parts.map((part) => [part.variantId, part.quantity * quantity] as const)

/** Pieces of each variant that pieces of lines are in stock, added up. */
export const stockOfAll = (
  pieces: Iterable<readonly [line: Parameters<typeof stockOf>[0] | undefined, quantity: number]>
): ReadonlyMap<VariantId, number> => {
  const all = new Map<VariantId, number>()
  for (const [line, quantity] of pieces) {
    for (const [variantId, more] of line === undefined ? [] : stockOf(line, quantity)) {
      all.set(variantId, (all.get(variantId) ?? 0) + more)
    }
  }
  return all
}
