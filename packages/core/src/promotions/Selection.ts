/**
 * Which of the goods in a cart a promotion is about.
 */
import * as Schema from "effect/Schema"
import { AttributeFilterText, written } from "../catalog/AttributeFilters.ts"
import * as AttributeMatches from "../catalog/AttributeMatches.ts"
import type { AttributeValues } from "../catalog/AttributeValues.ts"
import { CategoryId } from "../catalog/Category.ts"
import { ProductId, VariantId } from "../catalog/Product.ts"
import { name } from "../kernel/Text.ts"
import type { PricingLine } from "../pricing/Pricing.ts"

const some = <S extends Schema.Constraint>(of: S) => Schema.Array(of).check(Schema.isMinLength(1), Schema.isMaxLength(500))

const named = {
  productIds: Schema.optionalKey(some(ProductId)),
  variantIds: Schema.optionalKey(some(VariantId)),
  /** Categories with all that is below them: goods in `Shoes > Boots` are in `Shoes`. */
  categoryIds: Schema.optionalKey(some(CategoryId)),
  tags: Schema.optionalKey(some(name(100))),
  /**
   * What goods say by attributes of the catalog, as lists are narrowed down: `"material:oak"`, `"width:10cm..20cm"`. Of several of one
   * attribute one is enough; those of different attributes must all be true. Numbers with units name them.
   */
  specifications: Schema.optionalKey(some(AttributeFilterText))
} as const

/**
 * Goods that are in every list that is given, and in none of `except`; all goods if nothing is given.
 */
export const Selection = Schema.Struct({
  ...named,
  /** What a plug-in knows of the goods: one of the values of every name. */
  attributes: Schema.optionalKey(some(Schema.Struct({ name: name(100), values: some(name(200)) }))),
  /** Only goods that are on sale, or only goods that are not. */
  onSale: Schema.optionalKey(Schema.Boolean),
  /** Goods that are in any of these lists are left out. */
  except: Schema.optionalKey(Schema.Struct(named))
}).annotate({ identifier: "PromotionSelection" })
export interface Selection extends Schema.Schema.Type<typeof Selection> {}

type Named = NonNullable<Selection["except"]>

/** Whether a line is of the goods that are meant. */
export type Matcher = (line: PricingLine) => boolean

/** A matcher for many lines. */
export const matcher = (selection: Selection = {}): Matcher => {
  const tests: Array<Matcher> = namedTests(selection)
  for (const { name, values } of selection.attributes ?? []) {
    const wanted = new Set(values)
    tests.push((line) => isAny(line.attributes[name], wanted))
  }
  const { onSale } = selection
  if (onSale !== undefined) tests.push((line) => isOnSale(line) === onSale)
  const refusals = namedTests(selection.except ?? {})
  const [only] = tests
  if (refusals.length === 0 && tests.length <= 1) return only ?? everything
  return (line) => {
    for (const test of tests) if (!test(line)) return false
    for (const test of refusals) if (test(line)) return false
    return true
  }
}

const everything: Matcher = () => true

/** One test for each attribute that is named. */
const specified = (filters: ReadonlyArray<string>): ReadonlyArray<Matcher> =>
  Array.from(Map.groupBy(filters.map(written), ({ code }) => code), ([code, all]): Matcher => {
    const meanings = all.map(({ wanted }) => AttributeMatches.meaning(wanted))
    return ({ attributes }) => {
      const values = attributes.specifications as AttributeValues | undefined
      const value = values !== undefined && Object.hasOwn(values, code) ? values[code] : undefined
      return value !== undefined && meanings.some((means) => means(value))
    }
  })

const namedTests = ({ categoryIds, productIds, specifications = [], tags, variantIds }: Named): Array<Matcher> => {
  const tests: Array<Matcher> = []
  if (productIds !== undefined) {
    const wanted = new Set<string>(productIds)
    tests.push(({ productId }) => wanted.has(productId))
  }
  if (variantIds !== undefined) {
    const wanted = new Set<string>(variantIds)
    tests.push(({ variantId }) => wanted.has(variantId))
  }
  for (const [attribute, values] of [["categoryIds", categoryIds], ["tags", tags]] as const) {
    if (values === undefined) continue
    const wanted = new Set<string>(values)
    tests.push((line) => isAny(line.attributes[attribute], wanted))
  }
  tests.push(...specified(specifications))
  return tests
}

const isOnSale = ({ compareAtPrice, unitPrice }: PricingLine): boolean =>
  compareAtPrice !== null && compareAtPrice > unitPrice

/** Whether an attribute of a line is, or has, one of the texts. */
const isAny = (value: unknown, wanted: ReadonlySet<string>): boolean => {
  if (!Array.isArray(value)) return value !== undefined && value !== null && wanted.has(String(value))
  for (const one of value) if (wanted.has(String(one))) return true
  return false
}

/** An attribute of a line as texts, whatever it is. */
const textsOf = (value: unknown): ReadonlyArray<string> =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value.map(String) : [String(value)]

/**
 * Names of which a cart must have one for the selection to find anything in it; `undefined` where it may find something in
 * any cart.
 */
export const keysOf = (selection: Selection = {}): ReadonlyArray<string> | undefined => {
  const { categoryIds, productIds, tags, variantIds } = selection
  if (variantIds !== undefined) return variantIds.map((id) => `variant ${id}`)
  if (productIds !== undefined) return productIds.map((id) => `product ${id}`)
  if (categoryIds !== undefined) return categoryIds.map((id) => `categoryIds ${id}`)
  if (tags !== undefined) return tags.map((tag) => `tags ${tag}`)
  return undefined
}

/** The names by which `keysOf` may ask for a line. */
export const keysOfLine = (line: PricingLine): ReadonlyArray<string> => [
  `variant ${line.variantId}`,
  `product ${line.productId}`,
  ...textsOf(line.attributes.categoryIds).map((id) => `categoryIds ${id}`),
  ...textsOf(line.attributes.tags).map((tag) => `tags ${tag}`)
]
