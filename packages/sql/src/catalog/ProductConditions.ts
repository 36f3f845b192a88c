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
import { available } from "./ProductAvailability.ts"
import * as Dialect from "../Dialect.ts"
import * as Narrowing from "./Narrowing.ts"

const rootOf = (sql: Constructor, storeId: StoreId, category: string): Fragment =>
  sql`categories AS root WHERE root.store_id = ${storeId} AND ${isId(category) ? sql`root.id = ${category}` : sql`root.slug = ${category}`}`

/** In a category, by its id or slug, or in one below it. */
export const ofCategory = (sql: Constructor, storeId: StoreId, category: string): Narrowing.Narrowing => ({
  ...Narrowing.of(
    sql,
    // read one after the other, so that whoever needs a few is not given all
    sql`SELECT pc.product_id FROM (SELECT root.path FROM ${rootOf(sql, storeId, category)}) AS root
      CROSS JOIN categories AS c CROSS JOIN product_categories AS pc
      WHERE c.store_id = ${storeId} AND c.path >= root.path AND c.path < root.path || '0' AND pc.category_id = c.id`,
    sql`product_categories AS pc WHERE pc.product_id = p.id AND (
      SELECT c.path >= (SELECT root.path FROM ${rootOf(sql, storeId, category)}) AND c.path < (SELECT root.path || '0' FROM ${rootOf(sql, storeId, category)})
      FROM categories AS c WHERE c.id = pc.category_id
    )`
  ),
  listed: { kind: "category", value: isId(category) ? sql`${category}` : sql`(SELECT root.id FROM ${rootOf(sql, storeId, category)})` }
})

export const inCategory = (sql: Constructor, storeId: StoreId, category: string): Fragment =>
  Narrowing.among(sql, ofCategory(sql, storeId, category))

/** Whether its publish window is open at a moment. */
export const open = (sql: Constructor, at: Timestamp.Timestamp, row = "p"): Fragment => {
  const [from, until] = [sql.literal(`${row}.published_from`), sql.literal(`${row}.published_until`)]
  return sql`(${from} IS NULL OR ${from} <= ${at}) AND (${until} IS NULL OR ${until} > ${at})`
}

/** Whether it has an old price. */
export const reduced = (sql: Constructor, is: boolean, row = "p"): Fragment => sql.literal(`${row}.compare_at IS ${is ? "NOT NULL" : "NULL"}`)

/** Whether buyers see it at a moment. */
export const published = (sql: Constructor, at: Timestamp.Timestamp): Fragment =>
  sql`p.status = 'active' AND ${open(sql, at)}`

const kinds = { brand_id: "brand", vendor_id: "seller", vendor: "vendor" } as const

/** A filter by what the product itself says. */
export const saying = (sql: Constructor, storeId: StoreId, column: "brand_id" | "vendor_id" | "vendor", value: Fragment): Narrowing.Narrowing => ({
  ids: sql`SELECT said.id AS product_id FROM products AS said
    WHERE ${column === "vendor" ? sql.literal("said.store_id") : Dialect.unindexed(sql, "said.store_id")} = ${storeId} AND ${sql.literal(`said.${column}`)} = ${value}`,
  holds: sql`${Dialect.unindexed(sql, `p.${column}`)} = ${value}`,
  exact: true,
  byAge: sql`${sql.literal(`p.${column}`)} = ${value}`,
  listed: { kind: kinds[column], value }
})

export const ofBrand = (sql: Constructor, storeId: StoreId, brand: string): Narrowing.Narrowing =>
  saying(
    sql,
    storeId,
    "brand_id",
    brand.startsWith("brand_") ? sql`${brand}` : sql`(SELECT b.id FROM brands AS b WHERE b.store_id = ${storeId} AND b.slug = ${brand})`
  )

/** Sold by a vendor of the marketplace, by its id, or of what is written as the vendor. */
export const ofVendor = (sql: Constructor, storeId: StoreId, vendor: string): Narrowing.Narrowing =>
  saying(sql, storeId, vendor.startsWith("ven_") ? "vendor_id" : "vendor", sql`${vendor}`)

export const tagged = (sql: Constructor, storeId: StoreId, tag: string): Narrowing.Narrowing => {
  const rows = sql`product_tags AS t WHERE t.store_id = ${storeId} AND t.tag = ${tag}`
  return {
    ...Narrowing.of(sql, sql`SELECT t.product_id FROM ${rows}`, sql`${rows} AND t.product_id = p.id`),
    listed: { kind: "tag", value: sql`${tag}` }
  }
}

/** With one of the values of an option. */
export const optioned = (sql: Constructor, storeId: StoreId, name: string, values: ReadonlyArray<string>): Narrowing.Narrowing => {
  const rows = sql`product_options AS o WHERE o.store_id = ${storeId} AND o.name = ${name} AND ${Dialect.oneOf(sql, "o.value", values)}`
  return Narrowing.of(sql, sql`SELECT o.product_id FROM ${rows}`, sql`${rows} AND o.product_id = p.id`)
}

/** Chosen for a collection by hand. */
const chosen = (sql: Constructor, id: string): Narrowing.Narrowing => {
  const rows = sql`collection_products AS m WHERE m.collection_id = ${id}`
  return Narrowing.of(sql, sql`SELECT m.product_id FROM ${rows}`, sql`${rows} AND m.product_id = p.id`)
}

/** A price that PostgreSQL does not look at when it plans, as it would else make a plan for each range. */
const unseen = (sql: Constructor, price: number): Fragment => Dialect.of(sql) === "pg" ? sql`(SELECT ${price}::bigint)` : sql`${price}`

/**
 * Products that can have a price from an amount on, without walking past all that are too cheap: those that begin there, and those that begin
 * below and reach it, of which there are none where all variants of a product cost the same. What stands in `FROM`, the condition, and whether all of these have such a price.
 */
export const reaching = (
  sql: Constructor,
  row: "p" | "said",
  from: number
): ReadonlyArray<{ readonly products: Fragment; readonly reached: Fragment; readonly exact: boolean }> => {
  const [begins, ends] = [sql.literal(`${row}.price_from`), sql.literal(`${row}.price_to`)]
  const least = unseen(sql, from)
  // SQLite takes any index that holds all products for as good
  const by = (index: string) => sql.literal(`products AS ${row}${Dialect.of(sql) === "pg" ? "" : ` INDEXED BY products_by_${index}`}`)
  return [
    { products: by("price"), reached: sql`${begins} >= ${least}`, exact: true },
    ...(from === 0 ? [] : [{
      products: by("spread"),
      reached: sql`${begins} < ${least} AND ${ends} > ${begins} AND ${ends} >= ${least}`,
      exact: false
    }])
  ]
}

/**
 * With a variant whose price lies between both. What the product says of its prices, the least and the greatest of its variants, comes first, as an index
 * has it: only a product that begins below both and ends above them has its variants asked.
 */
export const priced = (sql: Constructor, storeId: StoreId, status: string | undefined, from = 0, to = Number.MAX_SAFE_INTEGER): Narrowing.Narrowing => {
  const [least, greatest] = [Dialect.unindexed(sql, "p.price_from"), Dialect.unindexed(sql, "p.price_to")]
  const [low, high] = [unseen(sql, from), unseen(sql, to)]
  return {
    ids: sql.join(" UNION ALL ", false)(reaching(sql, "said", from).map(({ products, reached }) => sql`SELECT said.id AS product_id FROM ${products}
    WHERE said.store_id = ${storeId} AND ${status === undefined ? sql.literal("true") : sql`said.status = ${status}`}
      AND said.price_from <= ${high} AND ${reached}`)),
    holds: sql`${least} <= ${high} AND ${greatest} >= ${low} AND (${least} >= ${low} OR ${greatest} <= ${high}
    OR (SELECT 1 FROM variants AS v WHERE v.product_id = p.id AND v.price >= ${low} AND v.price <= ${high} LIMIT 1) IS NOT NULL)`,
    exact: false,
    onTheWay: (row) => sql`${Dialect.unindexed(sql, `${row}.price_from`)} <= ${high} AND ${Dialect.unindexed(sql, `${row}.price_to`)} >= ${low}`,
    read: reaching(sql, "p", from).map(({ exact, products, reached }) => ({ exact, products, passing: sql`p.price_from <= ${high} AND ${reached}` })),
    sorted: ["price_from", "created_at", "sort_title", "popularity", "rating_score"]
  }
}

/** Whether the stars of a row of `product_ratings` are so many or more on average. */
export const isRated = (row: string, stars: string): string =>
  `(${[1, 2, 3, 4, 5].map((star) => `${star} * ${row}.stars_${star}`).join(" + ")})
    >= ${stars} * (${[1, 2, 3, 4, 5].map((star) => `${row}.stars_${star}`).join(" + ")})
    AND ${[1, 2, 3, 4, 5].map((star) => `${row}.stars_${star}`).join(" + ")} > 0`

/** So many stars or more on average. Five reviews of three stars more are in the score by which products are sorted, so it is no less than with one review. */
export const rated = (sql: Constructor, storeId: StoreId, status: string | undefined, stars: number): Narrowing.Narrowing => {
  const least = String(stars > 3 ? Math.floor((1_000 * (15 + stars)) / 6) : Math.floor(1_000 * stars))
  return {
    ids: sql`SELECT said.id AS product_id FROM products AS said WHERE said.store_id = ${storeId} AND said.rating_score >= ${sql.literal(least)}${
      status === undefined ? sql.literal("") : sql` AND said.status = ${status}`
    }`,
    holds: sql`${Dialect.unindexed(sql, "p.rating_score")} >= ${sql.literal(least)} AND (
      SELECT 1 FROM product_ratings AS r WHERE r.product_id = p.id AND ${sql.literal(isRated("r", String(stars)))} LIMIT 1
    ) IS NOT NULL`,
    exact: false,
    onTheWay: (row) => sql`${Dialect.unindexed(sql, `${row}.rating_score`)} >= ${sql.literal(least)}`,
    read: [{ products: sql.literal("products AS p"), exact: false, passing: sql.literal(`p.rating_score >= ${least}`) }],
    amongKept: sql.literal(`l.rating_score >= ${least}`)
  }
}

/** A condition of a rule that an index has the products of; nothing where it is about an attribute or a choice that lists are no longer narrowed down to. */
const narrowing = (
  sql: Constructor,
  storeId: StoreId,
  condition: CollectionCondition,
  byAttributes: OpenCollection["byAttributes"]
): Narrowing.Narrowing | undefined => {
  switch (condition.field) {
    case "category":
      return ofCategory(sql, storeId, condition.category)
    case "brand":
      return ofBrand(sql, storeId, condition.brand)
    case "vendor":
      return ofVendor(sql, storeId, condition.vendor)
    case "tag":
      return tagged(sql, storeId, condition.tag)
    case "price":
      return priced(sql, storeId, undefined, condition.from, condition.to)
    case "attribute": {
      const filter = byAttributes?.get(condition.is)
      return filter === undefined ? undefined : ProductAttributes.narrowing(sql, storeId, filter)
    }
    default:
      return undefined
  }
}

/** A condition of a rule, at a moment; nothing where nobody understands it any more. */
const fits = (
  sql: Constructor,
  storeId: StoreId,
  condition: CollectionCondition,
  at: Timestamp.Timestamp,
  byAttributes: OpenCollection["byAttributes"]
): Fragment | undefined => {
  switch (condition.field) {
    case "stock":
      return sql.literal(available(sql))
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
    default:
      return narrowing(sql, storeId, condition, byAttributes)?.holds
  }
}

/** What a list is narrowed down to: by what indexes have the products of, and by what has to be asked of each. */
export interface Parts {
  readonly narrowings: ReadonlyArray<Narrowing.Narrowing>
  readonly conditions: ReadonlyArray<Fragment>
}

/** In a collection: what was chosen by hand, or what fits its rule at a moment. */
export const ofCollection = (
  sql: Constructor,
  storeId: StoreId,
  { byAttributes, id, rule }: Pick<OpenCollection, "byAttributes" | "id" | "rule">,
  at: Timestamp.Timestamp
): Parts => {
  if (rule === null) return { narrowings: [chosen(sql, id)], conditions: [] }
  const indexed = rule.conditions.map((condition) => condition.not === true ? undefined : narrowing(sql, storeId, condition, byAttributes))
  const asked = (condition: CollectionCondition) => {
    const fragment = fits(sql, storeId, condition, at, byAttributes)
    // what nobody understands any more holds for nothing, and neither does its contrary
    if (fragment === undefined) return sql.literal("1 = 0")
    // a product without a brand or a vendor is not of the one that is named
    return condition.not === true ? sql`NOT coalesce((${fragment}), false)` : sql`(${fragment})`
  }
  if (rule.match === "all") {
    return {
      narrowings: indexed.flatMap((one) => one ?? []),
      conditions: rule.conditions.filter((_, index) => indexed[index] === undefined).map(asked)
    }
  }
  const known = indexed.flatMap((one) => one ?? [])
  return known.length > 0 && known.length === rule.conditions.length
    ? { narrowings: [Narrowing.any(sql, known)], conditions: [] }
    : { narrowings: [], conditions: [sql.or(rule.conditions.map(asked))] }
}

/** The same for a statement that reads no product but these, in whatever order. */
export const inCollection = (
  sql: Constructor,
  storeId: StoreId,
  collection: Pick<OpenCollection, "byAttributes" | "id" | "rule">,
  at: Timestamp.Timestamp
): Fragment => {
  const { conditions, narrowings } = ofCollection(sql, storeId, collection, at)
  return sql.and([...narrowings.map((one) => Narrowing.among(sql, one)), ...narrowings.map(({ holds }) => holds), ...conditions])
}
