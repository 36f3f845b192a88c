/**
 * Collections: products that the shop shows together, put together by hand or by a rule.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import { Slug } from "../kernel/Slug.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { CollectionRule } from "./CollectionRule.ts"
import { GivenImage, ProductId, ProductImage, ProductSort, ProductSummary } from "./Product.ts"
import * as PublishWindow from "./PublishWindow.ts"
import * as ShopPage from "./ShopPage.ts"
import { Alternates, InLanguage } from "./Translations.ts"

export const CollectionId = Id.define("coll", "CollectionId")
export type CollectionId = typeof CollectionId.Type

/** Active: buyers see it, within its publish window. Hidden: only staff do. */
export const CollectionStatus = Schema.Literals(["active", "hidden"])
export type CollectionStatus = typeof CollectionStatus.Type

/** The order in which a collection shows its products. `manual`: as staff have put them, only by hand. */
export const CollectionSort = Schema.Literals(
  ProductSort.literals.filter((sort): sort is Exclude<ProductSort, "relevance"> => sort !== "relevance")
)
export type CollectionSort = typeof CollectionSort.Type

const fields = {
  ...ShopPage.fields,
  /** `null`: its products are chosen by hand. */
  rule: Schema.NullOr(CollectionRule),
  sort: CollectionSort,
  status: CollectionStatus,
  ...PublishWindow.fields,
  /** Its place among the collections: by ascending position, then by age. */
  position: Schema.Int.check(Schema.isBetween({ minimum: -1_000_000_000, maximum: 1_000_000_000 }))
} as const

export const Collection = Schema.Struct({
  id: CollectionId,
  ...fields,
  image: Schema.NullOr(ProductImage),
  alternates: Schema.optionalKey(Alternates),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Collection" })
export interface Collection extends Schema.Schema.Type<typeof Collection> {}

/** A collection as a list shows it. */
export const CollectionSummary = Schema.Struct({
  id: CollectionId,
  name: Schema.String,
  slug: Slug,
  image: Schema.NullOr(ProductImage),
  status: CollectionStatus,
  ...PublishWindow.fields,
  position: Schema.Int,
  updatedAt: Timestamp
}).annotate({ identifier: "CollectionSummary" })
export interface CollectionSummary extends Schema.Schema.Type<typeof CollectionSummary> {}

const optional = {
  /** A public file of the shop, or a picture that lies somewhere else. */
  image: Schema.optionalKey(Schema.NullOr(GivenImage)),
  rule: Schema.optionalKey(fields.rule),
  sort: Schema.optionalKey(fields.sort),
  status: Schema.optionalKey(fields.status),
  ...PublishWindow.optional,
  position: Schema.optionalKey(fields.position)
} as const

/**
 * A new collection. The slug is made from the name if it is left out. Without a rule it is by hand, empty, and in the
 * order of the hand; with one the newest products come first unless it says otherwise.
 */
export const CreateCollection = Schema.Struct({ name: fields.name, ...ShopPage.optional, ...optional }).annotate({
  identifier: "CreateCollection"
})
export interface CreateCollection extends Schema.Schema.Type<typeof CreateCollection> {}

/**
 * Changes to a collection; what is left out stays. One that gets a rule keeps what was chosen by hand for the day on which
 * the rule is taken away.
 */
export const UpdateCollection = Schema.Struct({
  ...ShopPage.changed,
  ...optional,
  /** The version that the change is based on; without it the change applies to whatever is there. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateCollection" })
export interface UpdateCollection extends Schema.Schema.Type<typeof UpdateCollection> {}

const products = Schema.Array(ProductId).check(Schema.isMinLength(1), Schema.isMaxLength(1_000))

/**
 * Puts products into a collection by hand, in this order: before one that is in it, or at the end. Those that are in it
 * already are moved.
 */
export const PlaceProducts = Schema.Struct({
  productIds: products,
  before: Schema.optionalKey(Schema.NullOr(ProductId)),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "PlaceProducts" })

/** Takes products out of a collection by hand. */
export const RemoveProducts = Schema.Struct({
  productIds: products,
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "RemoveProducts" })

export const ListCollections = Schema.Struct({
  ...Page.PageRequest,
  ...InLanguage.fields,
  /** Staff may ask for hidden ones, or with `any` for all of them, whatever their window. Needs `catalog:read`. */
  status: Schema.optionalKey(Schema.Literals(["active", "hidden", "any"]))
}).annotate({ identifier: "ListCollections" })
export interface ListCollections extends Schema.Schema.Type<typeof ListCollections> {}

/** So many products are counted for a rule that is looked at. */
export const countedByRule = 10_000

/** A rule that is looked at before a collection has it. */
export const PreviewRule = Schema.Struct({
  rule: CollectionRule,
  /** The newest first if it is left out. */
  sort: Schema.optionalKey(CollectionSort),
  /** How many products to show, 12 if it is left out. */
  limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 50 })))
}).annotate({ identifier: "PreviewRule" })

/** What a collection by a rule would hold now. */
export const RulePreview = Schema.Struct({
  /** Products for which the rule holds, whatever their status, up to `countedByRule`. */
  count: Schema.Int,
  /** Those of them that buyers see. */
  published: Schema.Int,
  /** Whether there are more than are counted. */
  more: Schema.Boolean,
  /** The first of them. */
  items: Schema.Array(ProductSummary)
}).annotate({ identifier: "RulePreview" })
export interface RulePreview extends Schema.Schema.Type<typeof RulePreview> {}

/** Whether buyers see a collection at a moment. */
export const isShown = (collection: Collection, at: Timestamp): boolean =>
  collection.status === "active" && PublishWindow.isOpen(collection, at)
