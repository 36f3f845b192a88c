/**
 * What happens to the catalog.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { ProductStatus } from "./Product.ts"

const product = Schema.Struct({ slug: Schema.String, status: ProductStatus, version: Schema.Int })

export const ProductCreated = DomainEvent.define("product.created", product)

/** The product or one of its variants changed. */
export const ProductUpdated = DomainEvent.define("product.updated", product)

/** The slug is the one that the product had. */
export const ProductDeleted = DomainEvent.define("product.deleted", Schema.Struct({ slug: Schema.String }))

/** Whether products are called otherwise now: a name has changed, or a category has moved below another. */
const renamed = Schema.optionalKey(Schema.Boolean)

const category = Schema.Struct({ slug: Schema.String, parentId: Schema.NullOr(Schema.String) })

export const CategoryCreated = DomainEvent.define("category.created", category)

export const CategoryUpdated = DomainEvent.define("category.updated", Schema.Struct({ ...category.fields, renamed }))

/** A category is gone, and what was below it as well: `names` are all of theirs. */
export const CategoryDeleted = DomainEvent.define(
  "category.deleted",
  Schema.Struct({ slug: Schema.String, names: Schema.optionalKey(Schema.Array(Schema.String)) })
)

const named = Schema.Struct({ slug: Schema.String, version: Schema.Int })

export const BrandCreated = DomainEvent.define("brand.created", named)

export const BrandUpdated = DomainEvent.define("brand.updated", Schema.Struct({ ...named.fields, renamed }))

const gone = Schema.Struct({ slug: Schema.String, name: Schema.optionalKey(Schema.String) })

/** Its products have no brand any more. */
export const BrandDeleted = DomainEvent.define("brand.deleted", gone)

export const CollectionCreated = DomainEvent.define("collection.created", named)

/**
 * The collection changed, or what was chosen for it by hand: then `productIds` are those that were chosen or are chosen no more. What a
 * rule holds changes without an event.
 */
export const CollectionUpdated = DomainEvent.define(
  "collection.updated",
  Schema.Struct({ ...named.fields, renamed, productIds: Schema.optionalKey(Schema.Array(Schema.String)) })
)

export const CollectionDeleted = DomainEvent.define("collection.deleted", gone)

/** What is featured, or goes with a product, was chosen anew. The subject is a product, a category, or `shop`. */
export const ProductLinksChanged = DomainEvent.define(
  "product.links_changed",
  Schema.Struct({ kind: Schema.String, count: Schema.Int })
)

/** A category asks other attributes of its products. The subject is the category. */
export const CategoryAttributesChanged = DomainEvent.define("category.attributes_changed", Schema.Struct({ count: Schema.Int }))

const attribute = Schema.Struct({ code: Schema.String, version: Schema.Int })

export const AttributeCreated = DomainEvent.define("attribute.created", attribute)

/** `renamed`: a search finds products by other words now. */
export const AttributeUpdated = DomainEvent.define("attribute.updated", Schema.Struct({ ...attribute.fields, renamed }))

/** The products that had a value of it have none any more. */
export const AttributeDeleted = DomainEvent.define(
  "attribute.deleted",
  Schema.Struct({ code: Schema.String, searchable: Schema.Boolean })
)

export const BulkEditStarted = DomainEvent.define("catalog.bulk_edit_started", Schema.Struct({ total: Schema.Int }))

/** It ended before its time; what it has changed stays changed. */
export const BulkEditFailed = DomainEvent.define(
  "catalog.bulk_edit_failed",
  Schema.Struct({ reason: Schema.String, changed: Schema.Int, failed: Schema.Int })
)

/** All products of it are looked at, or it was cancelled. */
export const BulkEditFinished = DomainEvent.define(
  "catalog.bulk_edit_finished",
  Schema.Struct({ changed: Schema.Int, failed: Schema.Int })
)
