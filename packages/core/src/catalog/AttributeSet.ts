/**
 * Which attributes the products of a category say: those of its own set, and what it inherits from the categories above it.
 */
import * as Schema from "effect/Schema"
import * as Page from "../kernel/Page.ts"
import type { Fault } from "../kernel/Input.ts"
import { text } from "../kernel/Text.ts"
import { AttributeSubject } from "./Attribute.ts"
import { AttributeCode } from "./AttributeValues.ts"
import { CategoryId } from "./Category.ts"
import { type Product, ProductId } from "./Product.ts"

/** As many attributes as a category may name by itself. */
export const maximumInSet = 100

/** The attributes that a category names by itself, in the order in which its filters are shown to staff; none if the list is empty. */
export const SetAttributes = Schema.Struct({
  attributes: Schema.Array(Schema.Struct({
    attribute: AttributeCode,
    /** Whether a product must say it to be on sale; otherwise it should. */
    required: Schema.optionalKey(Schema.Boolean)
  })).check(Schema.isMaxLength(maximumInSet))
}).annotate({ identifier: "SetAttributes" })
export interface SetAttributes extends Schema.Schema.Type<typeof SetAttributes> {}

/** An attribute of a set, and the category that names it. One that several name is there once, and required if one of them says so. */
export const ExpectedAttribute = Schema.Struct({
  attribute: AttributeCode,
  title: Schema.String,
  of: AttributeSubject,
  required: Schema.Boolean,
  categoryId: CategoryId
}).annotate({ identifier: "ExpectedAttribute" })
export interface ExpectedAttribute extends Schema.Schema.Type<typeof ExpectedAttribute> {}

/** What the products of a category are to say, what it inherits first. */
export const AttributeSet = Schema.Struct({
  categoryId: CategoryId,
  attributes: Schema.Array(ExpectedAttribute)
}).annotate({ identifier: "AttributeSet" })
export interface AttributeSet extends Schema.Schema.Type<typeof AttributeSet> {}

/** What a product does not say, where that belongs in the product. */
export const MissingAttribute = Schema.Struct({
  /** Such as `["attributes", "material"]`, or `["variants", 1, "attributes", "tone"]`. */
  path: Schema.Array(Schema.Union([Schema.String, Schema.Int])),
  attribute: AttributeCode,
  title: Schema.String,
  /** Whether it is not on sale without it. */
  required: Schema.Boolean,
  /** What the category is called that asks for it. */
  category: Schema.String
}).annotate({ identifier: "MissingAttribute" })
export interface MissingAttribute extends Schema.Schema.Type<typeof MissingAttribute> {}

/** A product on sale that lacks what is required. */
export const LackingProduct = Schema.Struct({
  productId: ProductId,
  title: Schema.String,
  slug: Schema.String,
  missing: Schema.Array(MissingAttribute)
}).annotate({ identifier: "LackingProduct" })
export interface LackingProduct extends Schema.Schema.Type<typeof LackingProduct> {}

/** In a category and below it, by its id or slug; without one in all. */
export const ListLacking = Schema.Struct({ ...Page.PageRequest, category: Schema.optionalKey(text(200)) }).annotate({ identifier: "ListLacking" })
export interface ListLacking extends Schema.Schema.Type<typeof ListLacking> {}

/** What a category, which is `of`, asks of its products. */
export interface Expected extends ExpectedAttribute {
  /** The category whose products are to say it: that which names it, or one below. */
  readonly for: CategoryId
  readonly attributeId: string
  /** What the category is called that names it. */
  readonly category: string
}

interface Lack extends MissingAttribute {
  readonly owner: string
}

/** Everything that a product lacks, each once. */
const lacks = (product: Product, expected: ReadonlyArray<Expected>): ReadonlyArray<Lack> => {
  const found = new Map<string, Lack>()
  const mine = new Set<string>(product.categoryIds)
  for (const one of expected) {
    if (!mine.has(one.for)) continue
    const ask = (owner: string, said: object | undefined, at: ReadonlyArray<string | number>) => {
      if (said !== undefined && Object.hasOwn(said, one.attribute)) return
      const key = `${owner} ${one.attribute}`
      if (found.get(key)?.required === true || (found.has(key) && !one.required)) return
      const { attribute, category, required, title } = one
      found.set(key, { owner, path: [...at, "attributes", attribute], attribute, title, required, category })
    }
    if (one.of === "product") ask(product.id, product.attributes, [])
    else product.variants.forEach((variant, index) => ask(variant.id, variant.attributes, ["variants", index]))
  }
  return [...found.values()]
}

/** What a product does not say, what is required first. */
export const missing = (product: Product, expected: ReadonlyArray<Expected>): ReadonlyArray<MissingAttribute> => {
  const all = lacks(product, expected).map(({ owner: _owner, ...lack }): MissingAttribute => lack)
  return [...all.filter(({ required }) => required), ...all.filter(({ required }) => !required)]
}

const isOnSale = (product: Product | undefined): product is Product => product?.status === "active"

const saysLess = (before: object = {}, after: object = {}): boolean => Object.keys(before).some((code) => !Object.hasOwn(after, code))

/** The categories whose sets decide whether a product may become what it is to be; none where nothing could be missing that was not before. */
export const asked = (before: Product | undefined, after: Product): ReadonlyArray<CategoryId> => {
  if (!isOnSale(after) || after.categoryIds.length === 0) return []
  if (isOnSale(before)) {
    const variants = new Map(before.variants.map((variant) => [variant.id, variant]))
    const isSame = after.categoryIds.every((id) => before.categoryIds.includes(id))
      && !saysLess(before.attributes, after.attributes)
      && after.variants.every(({ attributes, id }) => variants.has(id) && !saysLess(variants.get(id)?.attributes, attributes))
    if (isSame) return []
  }
  return [...new Set([...after.categoryIds, ...before?.categoryIds ?? []])]
}

/**
 * What keeps a product from being on sale: everything required that it does not say. Of one that is on sale already only what it
 * would lack from now on, as it may have been published before its category asked for more.
 */
export const faults = (before: Product | undefined, after: Product, expected: ReadonlyArray<Expected>): ReadonlyArray<Fault> => {
  if (!isOnSale(after)) return []
  const required = expected.filter((one) => one.required)
  const known = new Set(isOnSale(before) ? lacks(before, required).map(({ attribute, owner }) => `${owner} ${attribute}`) : [])
  return lacks(after, required).flatMap(({ attribute, category, owner, path }) =>
    known.has(`${owner} ${attribute}`) ? [] : [{ path, message: `is required of what is on sale in the category ${category}`, code: "required_in_category", params: { category } }])
}
