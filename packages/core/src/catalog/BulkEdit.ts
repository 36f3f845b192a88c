/**
 * One change of many products, made in the background.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { AttributeChanges } from "./AttributeValues.ts"
import { BrandId } from "./BrandId.ts"
import { CategoryId } from "./Category.ts"
import { CollectionId } from "./Collection.ts"
import { ListProducts, Product, ProductId, ProductStatus, ShippingClass, TaxClass } from "./Product.ts"

export const BulkEditId = Id.define("bulk", "BulkEditId")
export type BulkEditId = typeof BulkEditId.Type

/** As many products as one edit may change. */
export const maximumProducts = 100_000

/** As many products as one edit may name one by one. */
export const maximumNamed = 1_000

/** As many edits of a store as may wait or work at once. */
export const maximumWaiting = 10

/** As many products as are told with what is wrong with them. */
export const maximumErrors = 200

/** As many products as a dry run shows. */
export const shownByDryRun = 20

const {
  after: _after,
  channel: _channel,
  country: _country,
  currency: _currency,
  language: _language,
  limit: _limit,
  search: _search,
  sort: _sort,
  ...filters
} = ListProducts.fields

/** What products of any status are chosen by, as in lists; without any filter every product. */
export const BulkFilter = Schema.Struct(filters).annotate({ identifier: "BulkFilter" })

/** Products by their ids or by a filter. Which ones they are is settled when the edit begins. */
export const BulkSelection = Schema.Union([
  Schema.Struct({ productIds: Schema.Array(ProductId).check(Schema.isMinLength(1), Schema.isMaxLength(maximumNamed)) }),
  Schema.Struct({ filter: BulkFilter })
]).annotate({ identifier: "BulkSelection" })
export type BulkSelection = typeof BulkSelection.Type

/**
 * What prices become, of every variant that is no gift card and no bundle that follows its parts: more or less by millionths of what they are (`-100000`
 * is 10 % less), or by an amount in minor units.
 */
export const BulkPrice = Schema.Struct({
  ppm: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: -1_000_000, maximum: 10_000_000 }))),
  amount: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: -1_000_000_000_000, maximum: 1_000_000_000_000 }))),
  /** Prices are rounded to a multiple of so many minor units, half of one up. */
  roundTo: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))),
  /** What is taken away after rounding: with `roundTo: 100`, `1` makes prices end with 99. */
  less: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999_999 }))),
  /** The price before the sale: it stays, becomes the price of now, or goes; `keep` if it is left out. */
  compareAt: Schema.optionalKey(Schema.Literals(["keep", "price", "none"]))
}).check(
  Schema.makeFilter((price: { readonly ppm?: number; readonly amount?: number; readonly less?: number; readonly roundTo?: number }) =>
    (price.ppm === undefined) === (price.amount === undefined)
      ? "Expected either ppm or amount"
      : price.less === undefined || price.less < (price.roundTo ?? 0) || { path: ["less"], issue: "must be below roundTo" })
).annotate({ identifier: "BulkPrice" })
export interface BulkPrice extends Schema.Schema.Type<typeof BulkPrice> {}

const tags = Schema.Array(name(100)).check(Schema.isMaxLength(50))
const categories = Schema.Array(CategoryId).check(Schema.isMaxLength(50))
const collections = Schema.Array(CollectionId).check(Schema.isMaxLength(10))

/** What is to be changed; what is left out stays. */
export const BulkChanges = Schema.Struct({
  status: Schema.optionalKey(ProductStatus),
  publishedFrom: Schema.optionalKey(Product.fields.publishedFrom),
  publishedUntil: Schema.optionalKey(Product.fields.publishedUntil),
  addTags: Schema.optionalKey(tags),
  removeTags: Schema.optionalKey(tags),
  price: Schema.optionalKey(BulkPrice),
  brandId: Schema.optionalKey(Schema.NullOr(BrandId)),
  vendor: Schema.optionalKey(Product.fields.vendor),
  taxClass: Schema.optionalKey(TaxClass),
  shippingClass: Schema.optionalKey(ShippingClass),
  addCategories: Schema.optionalKey(categories),
  removeCategories: Schema.optionalKey(categories),
  /** Collections by hand, at whose ends products are put that are not in them. */
  addCollections: Schema.optionalKey(collections),
  /** Collections by hand. */
  removeCollections: Schema.optionalKey(collections),
  /** What products say by attributes. */
  attributes: Schema.optionalKey(AttributeChanges),
  /** What each of their variants says. */
  variantAttributes: Schema.optionalKey(AttributeChanges)
}).check(Schema.makeFilter((changes: object) => Object.keys(changes).length > 0 || "Expected a change"))
  .annotate({ identifier: "BulkChanges" })
export interface BulkChanges extends Schema.Schema.Type<typeof BulkChanges> {}

export const StartBulkEdit = Schema.Struct({ select: BulkSelection, changes: BulkChanges }).annotate({
  identifier: "StartBulkEdit"
})
export interface StartBulkEdit extends Schema.Schema.Type<typeof StartBulkEdit> {}

/** What is wrong with one product of an edit; it stays as it is. */
export const BulkError = Schema.Struct({ productId: Schema.String, message: Schema.String })
export interface BulkError extends Schema.Schema.Type<typeof BulkError> {}

/**
 * `working`: also while it waits for a worker, or between two groups of products. `failed`: it ended before all products were looked at,
 * and `reason` says why; what it has changed stays changed.
 */
export const BulkEditStatus = Schema.Literals(["working", "done", "cancelled", "failed"])

export const BulkEdit = Schema.Struct({
  id: BulkEditId,
  changes: BulkChanges,
  status: BulkEditStatus,
  /** Products that were chosen. */
  total: Schema.Int,
  changed: Schema.Int,
  /** Products that were like that already. */
  unchanged: Schema.Int,
  failed: Schema.Int,
  /** The first of those that failed, at most 200. */
  errors: Schema.Array(BulkError),
  /** Why it ended before its time; `null` unless it is `failed`. */
  reason: Schema.NullOr(Schema.String),
  createdBy: Schema.String,
  createdAt: Timestamp,
  finishedAt: Schema.NullOr(Timestamp)
}).annotate({ identifier: "BulkEdit" })
export interface BulkEdit extends Schema.Schema.Type<typeof BulkEdit> {}

/** What a product would become. */
export const BulkPreview = Schema.Struct({
  productId: ProductId,
  title: Schema.String,
  /** The fields that would change, as they are and as they would be; prices in minor units, by variant. */
  fields: Schema.Record(Schema.String, Schema.Struct({ before: Schema.Json, after: Schema.Json })),
  /** Why it would stay as it is. */
  error: Schema.NullOr(Schema.String)
})
export interface BulkPreview extends Schema.Schema.Type<typeof BulkPreview> {}

export const DryRun = Schema.Struct({
  total: Schema.Int,
  /** The first of the products that were chosen, at most 20. */
  products: Schema.Array(BulkPreview)
}).annotate({ identifier: "BulkDryRun" })
export interface DryRun extends Schema.Schema.Type<typeof DryRun> {}

export const ListBulkEdits = Schema.Struct(Page.PageRequest).annotate({ identifier: "ListBulkEdits" })
export interface ListBulkEdits extends Schema.Schema.Type<typeof ListBulkEdits> {}
