/**
 * What customers would like to have: variants that they have put on their list, to be bought another time or by somebody else.
 */
import * as Schema from "effect/Schema"
import { Offer, Offered, where } from "../cart/Offer.ts"
import { ProductId, VariantId } from "../catalog/Product.ts"
import { Money } from "../kernel/Money.ts"
import { PageRequest } from "../kernel/Page.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

/** How many variants a list holds at most. */
export const maximumWishes = 200

/** A variant on the list, with what it costs and how many there are now. */
export const Wish = Schema.Struct({
  ...Offer.fields,
  /** What one piece cost when it was put on the list: a price below it has dropped since, where both are in one currency. */
  seenPrice: Money,
  /** Whether the customer is told by mail when it is in stock again. */
  tellWhenBack: Schema.Boolean,
  addedAt: Timestamp
}).annotate({ identifier: "Wish" })
export interface Wish extends Schema.Schema.Type<typeof Wish> {}

/** A page of the list, the newest first, with the prices of a place, a channel and a currency. */
export const ListWishes = Schema.Struct({ ...PageRequest, ...where }).annotate({ identifier: "ListWishes" })
export interface ListWishes extends Schema.Schema.Type<typeof ListWishes> {}

/** A variant, or a product, of which the first variant is meant. What is on the list already stays as it is. */
export const AddWish = Schema.Struct({
  variantId: Schema.optionalKey(VariantId),
  productId: Schema.optionalKey(ProductId),
  /** Whether to be told by mail when it is in stock again; as before if it is left out. */
  tellWhenBack: Schema.optionalKey(Schema.Boolean),
  ...where
}).check(
  Schema.makeFilter((input: { readonly variantId?: unknown; readonly productId?: unknown }) =>
    (input.variantId === undefined) !== (input.productId === undefined)
    || { path: ["variantId"], issue: "Either variantId or productId is needed, and not both" }
  )
).annotate({ identifier: "AddWish" })

/** Variants that a page has kept for a guest, to be put on their list when they sign in. */
export const MergeWishes = Schema.Struct({
  variantIds: Schema.Array(VariantId).check(Schema.isMinLength(1), Schema.isMaxLength(maximumWishes)),
  ...where
}).annotate({ identifier: "MergeWishes" })

/** What became of variants that were to be put on a list; those that were there already are in neither. */
export const MergedWishes = Schema.Struct({
  added: Schema.Array(VariantId),
  /** Not for sale, or more than the list holds. */
  leftOut: Schema.Array(VariantId)
}).annotate({ identifier: "MergedWishes" })
export interface MergedWishes extends Schema.Schema.Type<typeof MergedWishes> {}

/** How many pieces go into the cart; one if it is left out. */
export const MoveWish = Schema.Struct({
  quantity: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })))
}).annotate({ identifier: "MoveWish" })

/** How many variants to name, 20 if it is left out. */
export const ListWanted = Schema.Struct({ limit: PageRequest.limit }).annotate({ identifier: "ListWanted" })

/** A variant that customers have on their lists. */
export const WantedVariant = Schema.Struct({
  ...Offered.fields,
  /** How many have it on their list. */
  customers: Schema.Int
}).annotate({ identifier: "WantedVariant" })
export interface WantedVariant extends Schema.Schema.Type<typeof WantedVariant> {}
