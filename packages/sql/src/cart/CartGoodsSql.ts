/**
 * What a cart needs to know of the goods in it, as one column of the statement that reads the cart.
 *
 * A variant travels as a list of texts, in the order of `Columns`. Postgres looks up how to write each value of a JSON object whenever it writes
 * one, which made the statement a sixth dearer.
 */
import type { CartVariant } from "@stoa/core/cart/CartRepository"
import { namedIn, type Names } from "@stoa/core/catalog/ProductTranslations"
import * as PublishWindow from "@stoa/core/catalog/PublishWindow"
import type * as Timestamp from "@stoa/core/kernel/Timestamp"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as ProductAttributes from "../catalog/ProductAttributes.ts"
import { partIsSuspended } from "../catalog/ProductAvailability.ts"
import * as Dialect from "../Dialect.ts"
import * as ListedPriceSql from "../prices/ListedPriceSql.ts"
import * as Row from "../Row.ts"

/**
 * A variant as a buyer comes upon it: what is not published yet is a draft to them, and what is no more is archived. It is called as
 * their language has it.
 */
export const shownAt = (at: Timestamp.Timestamp, language: string | undefined) =>
({ incomplete: _incomplete, mark: _mark, names, publishedFrom, publishedUntil, ...stored }: PublishedVariant): CartVariant => {
  const variant = names === null || language === undefined ? stored : calledIn(stored, names, language)
  return variant.status !== "active" || PublishWindow.isOpen({ publishedFrom, publishedUntil }, at)
    ? variant
    : { ...variant, status: publishedFrom !== null && at < publishedFrom ? "draft" : "archived" }
}

export interface PublishedVariant extends CartVariant, PublishWindow.PublishWindow {
  /** Whether it has parts or listed prices that were not asked for. */
  readonly incomplete?: boolean
  /** Which rows it and its product were read from, where the database says so: others after each change. */
  readonly mark: string | null
  /** Where its product has translations. */
  readonly names: { readonly said: Names; readonly optionValues: ReadonlyArray<string> } | null
}

const calledIn = (variant: CartVariant, { optionValues, said }: NonNullable<PublishedVariant["names"]>, language: string): CartVariant => {
  const { slug, title, variantTitle } = namedIn(said, language, { title: variant.productTitle, slug: variant.slug, optionValues })
  return { ...variant, title: variantTitle, productTitle: title, slug }
}

type Text = string | null

/** What is read of a variant: numbers as their digits, 0 or 1 for yes and no, and all that is more than a word as JSON. */
type Columns = readonly [
  id: string,
  productId: string,
  title: string,
  productTitle: string,
  slug: string,
  names: string,
  optionValues: string,
  sku: Text,
  image: Text,
  status: string,
  publishedFrom: Text,
  publishedUntil: Text,
  price: string,
  compareAt: Text,
  currency: string,
  listed: Text,
  incomplete: string,
  taxClass: string,
  shippingClass: string,
  taxable: string,
  requiresShipping: string,
  weightGrams: string,
  dimensions: Text,
  trackStock: string,
  backorderLimit: string,
  finalSale: string,
  giftCard: string,
  parts: Text,
  vendorId: Text,
  categoryPaths: string,
  tags: string,
  said: Text,
  levels: string,
  mark: Text
]

/** Where each of them comes from. */
type Each<A extends ReadonlyArray<unknown>> = { readonly [I in keyof A]: Dialect.Expression }

const isTrue = (text: string): boolean => text === "1"

const listOf = <A>(text: Text): ReadonlyArray<A> => text === null || text === "[]" ? [] : Row.json(text)

const toVariant = ([
  id, productId, title, productTitle, slug, names, optionValues, sku, image, status, publishedFrom, publishedUntil, price, compareAt, currency,
  listed, incomplete, taxClass, shippingClass, taxable, requiresShipping, weightGrams, dimensions, trackStock, backorderLimit, finalSale, giftCard,
  parts, vendorId, categoryPaths, tags, said, levels, mark
]: Columns) => ({
  id,
  productId,
  title,
  productTitle,
  slug,
  names: names === "{}" ? null : { said: Row.json(names), optionValues: Row.json(optionValues) },
  sku,
  image: Row.jsonOrNull(image),
  status,
  publishedFrom,
  publishedUntil,
  price: Row.money(Number(price), currency),
  compareAtPrice: compareAt === null ? null : Row.money(Number(compareAt), currency),
  listed: listOf(listed),
  incomplete: isTrue(incomplete),
  taxClass,
  shippingClass,
  taxable: isTrue(taxable),
  requiresShipping: isTrue(requiresShipping),
  weightGrams: Number(weightGrams),
  dimensions: Row.jsonOrNull(dimensions),
  trackStock: isTrue(trackStock),
  backorderLimit: Number(backorderLimit),
  finalSale: isTrue(finalSale),
  giftCard: isTrue(giftCard),
  parts: Row.jsonOrNull(parts),
  vendorId,
  categoryPaths: listOf(categoryPaths),
  tags: listOf(tags),
  said: listOf(said),
  levels: listOf(levels),
  mark
} as PublishedVariant)

/** Reads the column. */
export const fromText = (text: string): ReadonlyArray<PublishedVariant> => Row.json<ReadonlyArray<Columns>>(text).map(toVariant)

/** The levels of a variant at open locations, by location priority. */
const levels = (sql: Constructor, variant: Fragment): Fragment =>
  sql`(SELECT ${
    Dialect.jsonArrayAgg(
      sql,
      Dialect.jsonObject(sql, { locationId: "level.location_id", onHand: "level.on_hand", reserved: "level.reserved" }),
      { orderBy: sql`place.priority, place.id` }
    )
  } FROM stock_levels AS level CROSS JOIN locations AS place
    WHERE level.store_id = c.store_id AND level.variant_id = ${variant} AND place.id = level.location_id AND place.active = 1)`

/** The parts of the variant `v`, if it is a bundle. What is not there any more is of no status. */
const parts = (sql: Constructor): Fragment => {
  const part = Dialect.jsonObject(sql, {
    variantId: "bp.part_id",
    quantity: "bp.quantity",
    productId: sql`coalesce(pp.id, '')`,
    title: sql`coalesce(pv.title, '')`,
    productTitle: sql`coalesce(pp.title, '')`,
    sku: "pv.sku",
    vendorId: "pp.vendor_id",
    status: "pp.status",
    suspended: Dialect.jsonBool(sql, sql.literal(partIsSuspended)),
    giftCard: Dialect.jsonBool(sql, sql`coalesce(pv.gift_card, 0)`),
    price: sql`coalesce(pv.price, 0)`,
    taxClass: sql`coalesce(pp.tax_class, p.tax_class)`,
    taxable: Dialect.jsonBool(sql, sql`coalesce(pv.taxable, 0)`),
    requiresShipping: Dialect.jsonBool(sql, sql`coalesce(pv.requires_shipping, 0)`),
    weightGrams: sql`coalesce(pv.weight_grams, 0)`,
    finalSale: Dialect.jsonBool(sql, sql`coalesce(pv.final_sale, 0)`),
    trackStock: Dialect.jsonBool(sql, sql`coalesce(pv.track_stock, 1)`),
    backorderLimit: sql`coalesce(pv.backorder_limit, 0)`,
    levels: levels(sql, sql`pv.id`)
  })
  return sql`CASE WHEN v.bundle IS NOT NULL THEN (SELECT ${Dialect.jsonArrayAgg(sql, part, { orderBy: "bp.position" })}
    FROM bundle_parts AS bp
    LEFT JOIN variants AS pv ON pv.id = bp.part_id AND pv.store_id = bp.store_id
    LEFT JOIN products AS pp ON pp.id = pv.product_id
    WHERE bp.bundle_id = v.id) END`
}

/**
 * How much is read. `"all"` is all that the price of any cart may depend on but the terms of its store; `"most"` leaves out customers,
 * parts of bundles and listed prices, which most carts of guests have nothing to do with, and says where it left something out;
 * `"least"` leaves out promotions and attributes as well, of which a store may have none.
 *
 * Postgres makes ready for each part of a statement at every call, whether it has anything to do there or not, so what is left
 * out is half of what the statement costs.
 */
export type Extent = "all" | "most" | "least"

/**
 * All that a cart needs to know of the variants named `wanted.id`, as `fromText` reads it.
 *
 * Neither database has an idea of how few lines a cart has, and left to itself would read all variants of the store to
 * compare them. SQLite takes the tables of a `CROSS JOIN` in the order in which they are written, and Postgres an array for
 * short.
 */
export const column = (sql: Constructor, wanted: Fragment, extent: Extent): Fragment => {
  const categoryPaths = sql`(SELECT ${Dialect.jsonArrayAgg(sql, Dialect.jsonSplit(sql, "category.path", "/"))}
    FROM product_categories AS pc CROSS JOIN categories AS category
    WHERE pc.product_id = p.id AND category.id = pc.category_id)`
  const nothing = sql.literal("NULL")
  const columns: Each<Columns> = [
    "v.id",
    "p.id",
    "v.title",
    "p.title",
    "p.slug",
    "p.names",
    "v.option_values",
    "v.sku",
    sql.literal("COALESCE(v.image, p.image)"),
    "p.status",
    "p.published_from",
    "p.published_until",
    "v.price",
    "v.compare_at",
    "p.currency",
    extent === "all" ? ListedPriceSql.listed(sql, sql`${""}`, sql`c.customer_id`) : nothing,
    extent === "all"
      ? sql.literal("0")
      : sql`CASE WHEN v.bundle IS NOT NULL OR ${ListedPriceSql.isVariantListed(sql)} THEN 1 ELSE 0 END`,
    "p.tax_class",
    "p.shipping_class",
    "v.taxable",
    "v.requires_shipping",
    "v.weight_grams",
    "v.dimensions",
    "v.track_stock",
    "v.backorder_limit",
    "v.final_sale",
    "v.gift_card",
    extent === "all" ? parts(sql) : nothing,
    "p.vendor_id",
    categoryPaths,
    "p.tags",
    extent === "least" ? nothing : ProductAttributes.saidBy(sql),
    levels(sql, sql`v.id`),
    sql.onDialectOrElse({ pg: () => sql`concat_ws(' ', v.xmin, p.xmin)`, orElse: () => nothing })
  ]
  const named = sql.onDialectOrElse({
    pg: () => sql`variants AS v CROSS JOIN products AS p WHERE v.id = ANY(ARRAY(SELECT id FROM ${wanted} AS wanted))`,
    orElse: () => sql`${wanted} AS wanted CROSS JOIN variants AS v CROSS JOIN products AS p WHERE v.id = wanted.id`
  })
  return sql`(SELECT ${Dialect.textRowsAgg(sql, columns)} FROM ${named} AND v.store_id = c.store_id AND p.id = v.product_id)`
}
