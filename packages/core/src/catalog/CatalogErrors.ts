import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such product, or it is not for this caller to see. */
export class ProductNotFound extends StoaError<ProductNotFound>()("ProductNotFound", {
  code: "product_not_found",
  kind: "not_found"
}, { product: Schema.String }) {
  override get message(): string {
    return `There is no product ${this.product}`
  }
}

/** There is no such variant. */
export class VariantNotFound extends StoaError<VariantNotFound>()("VariantNotFound", {
  code: "variant_not_found",
  kind: "not_found"
}, { variantId: Schema.String }) {
  override get message(): string {
    return `There is no variant ${this.variantId}`
  }
}

/** There is no such category. */
export class CategoryNotFound extends StoaError<CategoryNotFound>()("CategoryNotFound", {
  code: "category_not_found",
  kind: "not_found"
}, { category: Schema.String }) {
  override get message(): string {
    return `There is no category ${this.category}`
  }
}

/** Another product, category, brand or collection has this slug. */
export class SlugTaken extends StoaError<SlugTaken>()("SlugTaken", { code: "slug_taken", kind: "conflict" }, {
  slug: Schema.String
}) {
  override get message(): string {
    return `The slug ${this.slug} is taken; choose another one`
  }
}

/** Another variant has this SKU. */
export class SkuTaken extends StoaError<SkuTaken>()("SkuTaken", { code: "sku_taken", kind: "conflict" }, {
  sku: Schema.String
}) {
  override get message(): string {
    return `The SKU ${this.sku} is taken`
  }
}

/** A category cannot be moved below itself, or deeper than the tree may go. */
export class CategoryMoveRefused extends StoaError<CategoryMoveRefused>()("CategoryMoveRefused", {
  code: "category_move_refused",
  kind: "conflict"
}, { categoryId: Schema.String, reason: Schema.Literals(["below_itself", "too_deep"]) }) {
  override get message(): string {
    return this.reason === "below_itself"
      ? `The category ${this.categoryId} cannot be moved below itself`
      : `The category ${this.categoryId} would be too deep in the tree`
  }
}

/** A product keeps at least one variant. */
export class LastVariant extends StoaError<LastVariant>()("LastVariant", { code: "last_variant", kind: "conflict" }, {
  productId: Schema.String
}) {
  override get message(): string {
    return `The product ${this.productId} needs at least one variant; archive the product instead`
  }
}

/** There is no such brand. */
export class BrandNotFound extends StoaError<BrandNotFound>()("BrandNotFound", {
  code: "brand_not_found",
  kind: "not_found"
}, { brand: Schema.String }) {
  override get message(): string {
    return `There is no brand ${this.brand}`
  }
}

/** There is no such collection, or it is not for this caller to see now. */
export class CollectionNotFound extends StoaError<CollectionNotFound>()("CollectionNotFound", {
  code: "collection_not_found",
  kind: "not_found"
}, { collection: Schema.String }) {
  override get message(): string {
    return `There is no collection ${this.collection}`
  }
}

/** The products of a collection by rule cannot be chosen by hand. */
export class CollectionByRule extends StoaError<CollectionByRule>()("CollectionByRule", {
  code: "collection_by_rule",
  kind: "conflict"
}, { collectionId: Schema.String }) {
  override get message(): string {
    return `The products of the collection ${this.collectionId} follow from its rule; change the rule instead`
  }
}

/** There is no such attribute. */
export class AttributeNotFound extends StoaError<AttributeNotFound>()("AttributeNotFound", {
  code: "attribute_not_found",
  kind: "not_found"
}, { attribute: Schema.String }) {
  override get message(): string {
    return `There is no attribute ${this.attribute}`
  }
}

/** Another attribute has this code. */
export class AttributeCodeTaken extends StoaError<AttributeCodeTaken>()("AttributeCodeTaken", {
  code: "attribute_code_taken",
  kind: "conflict"
}, { attribute: Schema.String }) {
  override get message(): string {
    return `There is an attribute ${this.attribute} already`
  }
}

/** A choice cannot be taken away while products have made it. */
export class AttributeChoiceInUse extends StoaError<AttributeChoiceInUse>()("AttributeChoiceInUse", {
  code: "attribute_choice_in_use",
  kind: "conflict"
}, { attribute: Schema.String, choice: Schema.String }) {
  override get message(): string {
    return `Products have the choice ${this.choice} of the attribute ${this.attribute}; give them another one first`
  }
}

/** An attribute cannot be deleted while more products say something by it than are changed at once. */
export class AttributeInUse extends StoaError<AttributeInUse>()("AttributeInUse", {
  code: "attribute_in_use",
  kind: "conflict"
}, { attribute: Schema.String, limit: Schema.Int }) {
  override get message(): string {
    return `More than ${this.limit} products have a value of the attribute ${this.attribute}; remove the values with a bulk edit first`
  }
}

/** There is no such edit of many products. */
export class BulkEditNotFound extends StoaError<BulkEditNotFound>()("BulkEditNotFound", {
  code: "bulk_edit_not_found",
  kind: "not_found"
}, { bulkEdit: Schema.String }) {
  override get message(): string {
    return `There is no bulk edit ${this.bulkEdit}`
  }
}

/** As many edits of many products work already as may at once. */
export class TooManyBulkEdits extends StoaError<TooManyBulkEdits>()("TooManyBulkEdits", {
  code: "too_many_bulk_edits",
  kind: "conflict"
}, { limit: Schema.Int }) {
  override get message(): string {
    return `${this.limit} bulk edits work already; wait for one of them, or cancel it`
  }
}
