/**
 * Products that staff show beside something: featured ones of the shop or of a category, and those that go with another product.
 */
import * as Schema from "effect/Schema"
import { text } from "../kernel/Text.ts"
import { ProductId, ProductStatus, ShowProduct } from "./Product.ts"

/** How a product goes with another: as something else, something better, or something for it. */
export const RelatedKind = Schema.Literals(["cross_sell", "up_sell", "accessory"])
export type RelatedKind = typeof RelatedKind.Type

export type LinkKind = RelatedKind | "featured"

/** So many are shown beside one thing. */
export const maximumLinks = 100

const { prices: _prices, ...priced } = ShowProduct.fields

const shown = {
  ...priced,
  limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: maximumLinks })))
} as const

/** Featured products of the shop, or of a category by its id or slug. */
export const ListFeatured = Schema.Struct({ ...shown, category: Schema.optionalKey(text(200)) }).annotate({ identifier: "ListFeatured" })

/** Products that go with one. */
export const ListLinked = Schema.Struct({ ...shown, kind: RelatedKind }).annotate({ identifier: "ListLinked" })

const productIds = Schema.Array(ProductId).check(Schema.isMaxLength(maximumLinks))

/** All that are featured, in this order, in the shop or in a category by its id or slug; none if the list is empty. */
export const SetFeatured = Schema.Struct({ category: Schema.optionalKey(text(200)), productIds }).annotate({ identifier: "SetFeatured" })

/** All that go with a product in a way, in this order; none if the list is empty. */
export const SetLinked = Schema.Struct({ kind: RelatedKind, productIds }).annotate({ identifier: "SetLinked" })

/** A product that was chosen, as staff know it. */
export const ChosenProduct = Schema.Struct({
  id: ProductId,
  title: Schema.String,
  slug: Schema.String,
  status: ProductStatus
}).annotate({ identifier: "ChosenProduct" })
export interface ChosenProduct extends Schema.Schema.Type<typeof ChosenProduct> {}

/** What staff have chosen, whether everybody sees it now or not, in its order: the ids, and the same with titles in the language of the store. */
export const ChosenProducts = Schema.Struct({
  productIds: Schema.Array(ProductId),
  products: Schema.Array(ChosenProduct)
}).annotate({ identifier: "ChosenProducts" })
export interface ChosenProducts extends Schema.Schema.Type<typeof ChosenProducts> {}
