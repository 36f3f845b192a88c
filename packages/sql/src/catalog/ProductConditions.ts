/**
 * What may be asked of the product `p`, as conditions of a statement that lists products.
 */
import type { CollectionCondition } from "@stoa/core/catalog/CollectionRule"
import type { OpenCollection } from "@stoa/core/catalog/ListFilters"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type { Constructor, Fragment } from "effect/sql/Statement"
import { isId } from "./CategorySql.ts"
import * as ProductAttributes from "./ProductAttributes.ts"
import { available } from "./ProductRow.ts"

/** In a category, by its id or slug, or in one below it. */
export const inCategory = (sql: Constructor, storeId: StoreId, category: string): Fragment =>
  sql`p.id IN (
    SELECT product_id FROM product_categories WHERE category_id IN (
      SELECT c.id FROM categories AS root
      JOIN categories AS c ON c.store_id = root.store_id AND c.path >= root.path AND c.path < root.path || '0'
      WHERE root.store_id = ${storeId} AND ${isId(category) ? sql`root.id = ${category}` : sql`root.slug = ${category}`}
    )
  )`

/** Whether its publish window is open at a moment. */
export const open = (sql: Constructor, at: Timestamp.Timestamp): Fragment =>
  sql`(p.published_from IS NULL OR p.published_from <= ${at}) AND (p.published_until IS NULL OR p.published_until > ${at})`

/** Whether buyers see it at a moment. */
export const published = (sql: Constructor, at: Timestamp.Timestamp): Fragment =>
  sql`p.status = 'active' AND ${open(sql, at)}`

export const ofBrand = (sql: Constructor, storeId: StoreId, brand: string): Fragment =>
  brand.startsWith("brand_")
    ? sql`p.brand_id = ${brand}`
    : sql`p.brand_id = (SELECT b.id FROM brands AS b WHERE b.store_id = ${storeId} AND b.slug = ${brand})`

/** Sold by a vendor of the marketplace, by its id, or of what is written as the vendor. */
export const ofVendor = (sql: Constructor, vendor: string): Fragment =>
  vendor.startsWith("ven_") ? sql`p.vendor_id = ${vendor}` : sql`p.vendor = ${vendor}`

export const tagged = (sql: Constructor, storeId: StoreId, tag: string): Fragment =>
  sql`p.id IN (SELECT product_id FROM product_tags WHERE store_id = ${storeId} AND tag = ${tag})`

/** With a variant whose price lies between both. What the product says of its prices comes first, as an index has it. */
export const priced = (sql: Constructor, from = 0, to = Number.MAX_SAFE_INTEGER): Fragment =>
  sql`p.price_from <= ${to} AND p.price_to >= ${from} AND EXISTS (
    SELECT 1 FROM variants AS v WHERE v.product_id = p.id AND v.price >= ${from} AND v.price <= ${to}
  )`

/** A condition of a rule, at a moment; nothing where it is about an attribute or a choice that lists are no longer narrowed down to. */
const fits = (
  sql: Constructor,
  storeId: StoreId,
  condition: CollectionCondition,
  at: Timestamp.Timestamp,
  byAttributes: OpenCollection["byAttributes"]
): Fragment | undefined => {
  switch (condition.field) {
    case "category":
      return inCategory(sql, storeId, condition.category)
    case "brand":
      return ofBrand(sql, storeId, condition.brand)
    case "vendor":
      return ofVendor(sql, condition.vendor)
    case "tag":
      return tagged(sql, storeId, condition.tag)
    case "price":
      return priced(sql, condition.from, condition.to)
    case "attribute": {
      const filter = byAttributes?.get(condition.is)
      return filter === undefined ? undefined : ProductAttributes.narrowed(sql, storeId, filter)
    }
    case "stock":
      return sql.literal(available)
    case "sale":
      return sql.literal("p.compare_at IS NOT NULL")
    case "created": {
      const bounds = [
        ...(condition.from === undefined ? [] : [sql`p.created_at >= ${condition.from}`]),
        ...(condition.until === undefined ? [] : [sql`p.created_at < ${condition.until}`]),
        ...(condition.withinDays === undefined
          ? []
          : [sql`p.created_at >= ${Timestamp.minus(at, `${condition.withinDays} days`)}`])
      ]
      return sql.and(bounds)
    }
  }
}

/** In a collection: what was chosen by hand, or what fits its rule at a moment. */
export const inCollection = (
  sql: Constructor,
  storeId: StoreId,
  { byAttributes, id, rule }: Pick<OpenCollection, "byAttributes" | "id" | "rule">,
  at: Timestamp.Timestamp
): Fragment => {
  if (rule === null) return sql`p.id IN (SELECT product_id FROM collection_products WHERE collection_id = ${id})`
  const conditions = rule.conditions.map((condition) => {
    const fragment = fits(sql, storeId, condition, at, byAttributes)
    // what nobody understands any more holds for nothing, and neither does its contrary
    if (fragment === undefined) return sql.literal("1 = 0")
    // a product without a brand or a vendor is not of the one that is named
    return condition.not === true ? sql`NOT coalesce((${fragment}), false)` : sql`(${fragment})`
  })
  return rule.match === "all" ? sql.and(conditions) : sql.or(conditions)
}
