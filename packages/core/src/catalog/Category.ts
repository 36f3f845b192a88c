/**
 * Categories form a tree; a product may be in several.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import * as ShopPage from "./ShopPage.ts"
import { Alternates } from "./Translations.ts"

export const CategoryId = Id.define("cat", "CategoryId")
export type CategoryId = typeof CategoryId.Type

export const Category = Schema.Struct({
  id: CategoryId,
  parentId: Schema.NullOr(CategoryId),
  ...ShopPage.fields,
  /** Its place among its siblings, from 0. */
  position: Schema.Int,
  /** The ids from the root down to this category, itself included. */
  path: Schema.Array(CategoryId),
  alternates: Schema.optionalKey(Alternates),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Category" })
export interface Category extends Schema.Schema.Type<typeof Category> {}

/** How deep the tree may go. */
export const maximumDepth = 8

/** How many categories a store may have: few enough to be read and shown at once. */
export const maximumCategories = 5_000

/** A new category, put last among its siblings. The slug is made from the name if it is left out. */
export const CreateCategory = Schema.Struct({
  name: ShopPage.fields.name,
  ...ShopPage.optional,
  parentId: Schema.optionalKey(Schema.NullOr(CategoryId))
}).annotate({ identifier: "CreateCategory" })
export interface CreateCategory extends Schema.Schema.Type<typeof CreateCategory> {}

/** Changes to a category; another parent moves it with everything below it. */
export const UpdateCategory = Schema.Struct({
  ...ShopPage.changed,
  parentId: Schema.optionalKey(Schema.NullOr(CategoryId)),
  position: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateCategory" })
export interface UpdateCategory extends Schema.Schema.Type<typeof UpdateCategory> {}
