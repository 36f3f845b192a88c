/**
 * Counts of facets in one statement.
 *
 * **Details**
 *
 * A facet that is not chosen is counted among the products of the list; one that is chosen among those that the list would have
 * without that choice. So there is one set of products for the list, and one for each choice, and each has a bound. Where a set has more
 * products than that, each tenth of these is counted ten times, and only what reaches from a least to a greatest is that of all of them.
 */
import type { Narrowed, OpenCollection } from "@stoa/core/catalog/ListFilters"
import type { Facet, Facets, FacetName, FacetValue } from "@stoa/core/search/Facets"
import { countedProducts, sampledProducts } from "@stoa/core/search/Facets"
import { maximumHits } from "@stoa/core/search/SearchIndex"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import { asked } from "@stoa/core/kernel/Language"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as AttributeFacets from "./AttributeFacets.ts"
import * as Conditions from "../catalog/ProductConditions.ts"
import * as ProductList from "../catalog/ProductList.ts"
import { available } from "../catalog/ProductAvailability.ts"
import type { ProductSearch } from "../catalog/ProductSearch.ts"
import * as Dialect from "../Dialect.ts"
import * as Lexicons from "./Lexicons.ts"
import { ofHits } from "./RowsOfHits.ts"

/** So many values of a facet are told. */
const maximumValues = 100

/** Prices are counted in ranges that begin with 0 and then with 1, 2 and 5 times each power of ten, in minor units. */
const priceSteps: ReadonlyArray<number> = [
  0,
  ...Array.from({ length: 8 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** (power + 2))).flat()
]

/** Which of more products than are counted are looked at, as if drawn by chance: each so many-th may be of one kind, if kinds take turns. */
const isDrawn = `(place * 2654435761 & 4294967295) < ${Math.round((2 ** 32 * sampledProducts) / countedProducts)}`

/** With fewer products in a sample, as the others are drafts or of other stores, it says too little. */
const fewestSampled = sampledProducts / 2

/** If a sample says that there are so many, there are more than are counted, however it was drawn. */
const surelyMore = 1.25 * countedProducts

interface FacetRow {
  readonly facet: FacetName | "total" | "dictionary"
  /** Which set of products it was counted among. */
  readonly set_index: number
  readonly name: string | null
  readonly value: string | null
  readonly label: string | null
  readonly parent: string | null
  readonly products: number
}

/** The choices of a query, each with the query that has not made it. */
const choices = (query: Narrowed): ReadonlyArray<{ readonly facet: FacetName; readonly option: string | null; readonly query: Narrowed }> => {
  const made: Array<{ readonly facet: FacetName; readonly option: string | null; readonly query: Narrowed }> = []
  const { available, brand, category, options, priceFrom, priceTo, ratingFrom, tag, vendor } = query
  if (category !== undefined) made.push({ facet: "category", option: null, query: omit(query, "category") })
  if (brand !== undefined) made.push({ facet: "brand", option: null, query: omit(query, "brand") })
  if (vendor !== undefined) made.push({ facet: "vendor", option: null, query: omit(query, "vendor") })
  if (tag !== undefined) made.push({ facet: "tag", option: null, query: omit(query, "tag") })
  if (available !== undefined) made.push({ facet: "available", option: null, query: omit(query, "available") })
  if (ratingFrom !== undefined) made.push({ facet: "rating", option: null, query: omit(query, "ratingFrom") })
  if (priceFrom !== undefined || priceTo !== undefined) {
    made.push({ facet: "price", option: null, query: omit(query, "priceFrom", "priceTo") })
  }
  for (const name of ProductList.chosenOptions(options ?? []).keys()) {
    const others = (options ?? []).filter((option) => ProductList.optionOf(option).name !== name)
    made.push({ facet: "option", option: name, query: { ...omit(query, "options"), ...(others.length === 0 ? {} : { options: others }) } })
  }
  for (const { code } of query.byAttributes ?? []) {
    const others = (query.byAttributes ?? []).filter((other) => other.code !== code)
    made.push({ facet: "attribute", option: code, query: { ...query, byAttributes: others } })
  }
  return made
}

const omit = (query: Narrowed, ...keys: ReadonlyArray<keyof Narrowed>): Narrowed =>
  Object.fromEntries(Object.entries(query).filter(([key]) => !keys.includes(key as keyof Narrowed))) as Narrowed

/** What is counted of each facet, among the products of a set, which may be a sample of `all`. */
const counted = (sql: Constructor, storeId: StoreId, isBuyer: boolean, set: Fragment, all: Fragment, offered: Narrowed["offered"]): Readonly<Record<FacetName, Fragment>> => {
  const range = (price: string) =>
    `CASE ${priceSteps.slice(1).map((step, index) => `WHEN ${price} < ${step} THEN ${priceSteps[index]}`).join(" ")} ELSE ${priceSteps.at(-1)} END`
  const [least, greatest] = [range("h.price_from"), range("h.price_to")]
  const limit = sql.literal(String(maximumValues))
  const rows = (table: string, alias: string, column?: string) => ofHits(sql, table, alias, column)
  const none = sql.literal("NULL")
  const ancestors = sql.literal(Dialect.of(sql) === "pg"
    ? "LATERAL unnest(string_to_array(own.path, '/')) AS up(id)"
    : `(SELECT c.id AS own_id, j.value AS id FROM categories AS c, json_each('["' || replace(c.path, '/', '","') || '"]') AS j) AS up`)
  const ancestorOf = sql.literal(Dialect.of(sql) === "pg" ? "true" : "up.own_id = own.id")
  return {
    category: sql`
      SELECT ${none} AS name, a.id AS value, a.name AS label, a.parent_id AS parent, found.products FROM (
        SELECT up.id, count(DISTINCT h.id) AS products FROM ${set} AS h
        ${rows("product_categories", "pc")}
        CROSS JOIN categories AS own CROSS JOIN ${ancestors} WHERE own.id = pc.category_id AND ${ancestorOf}
        GROUP BY up.id
      ) AS found JOIN categories AS a ON a.id = found.id
      ORDER BY found.products DESC, a.id LIMIT ${limit}`,
    brand: sql`
      SELECT ${none} AS name, b.id AS value, b.name AS label, ${none} AS parent, count(*) AS products
      FROM ${set} AS h CROSS JOIN brands AS b WHERE b.id = h.brand_id
      GROUP BY b.id, b.name ORDER BY products DESC, b.id LIMIT ${limit}`,
    vendor: sql`
      SELECT ${none} AS name, h.vendor AS value, h.vendor AS label, ${none} AS parent, count(*) AS products
      FROM ${set} AS h WHERE h.vendor IS NOT NULL
      GROUP BY h.vendor ORDER BY products DESC, h.vendor LIMIT ${limit}`,
    tag: sql`
      SELECT ${none} AS name, t.tag AS value, t.tag AS label, ${none} AS parent, count(*) AS products
      FROM ${set} AS h ${rows("product_tags", "t")}
      GROUP BY t.tag ORDER BY products DESC, t.tag LIMIT ${limit}`,
    option: sql`
      SELECT name, value, value AS label, parent, products FROM (
        SELECT o.name, o.value, ${none} AS parent, count(*) AS products,
          row_number() OVER (PARTITION BY o.name ORDER BY count(*) DESC, o.value) AS place
        FROM ${set} AS h ${rows("product_options", "o")} GROUP BY o.name, o.value
      ) AS ranked WHERE place <= ${limit} ORDER BY products DESC, name, value LIMIT ${sql.literal(String(10 * maximumValues))}`,
    attribute: AttributeFacets.counted(sql, storeId, isBuyer, set, all, maximumValues, offered),
    price: sql`
      SELECT ${none} AS name, CAST(floor_price AS TEXT) AS value, ${none} AS label, ${none} AS parent, count(DISTINCT id) AS products FROM (
        SELECT h.id, ${sql.literal(least)} AS floor_price FROM ${set} AS h WHERE ${sql.literal(`${least} = ${greatest}`)}
        UNION ALL SELECT h.id, ${sql.literal(range("v.price"))} FROM ${set} AS h ${rows("variants", "v")} WHERE ${sql.literal(`${least} < ${greatest}`)}
      ) AS priced GROUP BY floor_price`,
    available: sql`
      SELECT ${none} AS name, CASE WHEN ${sql.literal(available(sql, "h"))} THEN 'true' ELSE 'false' END AS value,
        ${none} AS label, ${none} AS parent, count(*) AS products
      FROM ${set} AS h GROUP BY 2`,
    rating: sql`
      SELECT ${none} AS name, CAST(least_stars.stars AS TEXT) AS value, ${none} AS label, ${none} AS parent, count(*) AS products
      FROM ${set} AS h ${rows("product_ratings", "r")}
      CROSS JOIN (SELECT 1 AS stars UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5) AS least_stars
        WHERE h.rating_score > 0 AND ${sql.literal(Conditions.isRated("r", "least_stars.stars"))}
      GROUP BY least_stars.stars`
  }
}

const everyFacet: ReadonlyArray<FacetName> = ["category", "brand", "vendor", "tag", "option", "price", "available", "rating", "attribute"]

/** The statement, and what its answer means. */
export const facets: (
  sql: Constructor,
  search: ProductSearch["Service"],
  storeId: StoreId,
  query: Narrowed,
  sought: ProductList.Sought,
  isBuyer: boolean,
  collection: OpenCollection | undefined
) => Effect.Effect<Omit<Facets, "correctedTo"> & { readonly dictionary: string }, SqlError> = Effect.fnUntraced(
  function*(sql, search, storeId, query, sought, isBuyer, collection) {
    const now = yield* Timestamp.now
    const made = choices(query)
    const sets = [query, ...made.map((choice) => choice.query)]
    const chosen = new Set(made.map(({ facet }) => facet))
    const name = (index: number) => sql.literal(`hits_${index}`)
    const looked = (index: number) => sql.literal(`looked_${index}`)
    // what several facets ask of a product, so that it is looked up once
    const columns = ["id", "brand_id", "vendor", "price_from", "price_to", "rating_score", ...(Dialect.of(sql) === "pg" ? [] : ["stocked_at"])]
    const said = sql.literal(columns.map((column) => `p.${column}`).join(", "))
    // of very many products that only have a text, no more than a sample is looked up
    const sampled = sets.map((one) => {
      const { question } = sought
      if (sought.hits !== undefined || question === undefined || one.available !== undefined || one.onSale !== undefined) return undefined
      const { conditions, narrowings } = ProductList.parts(sql, storeId, one, isBuyer, now, collection)
      return narrowings.length > 0 || collection !== undefined ? undefined : sql`SELECT ${said}, found.stands_for FROM ${search.sampled(storeId, question, sampledProducts)} AS found
        CROSS JOIN products AS p WHERE p.id = found.product_id AND ${sql.and(conditions)}`
    })
    const isSampledOf = (index: number) =>
      sql.literal(`(SELECT count(*) >= ${fewestSampled} AND count(*) * max(stands_for) >= ${surelyMore} FROM sampled_${index})`)
    const rows: Array<Fragment> = [
      sql`SELECT 'dictionary' AS facet, 0 AS set_index, NULL AS name, ${Lexicons.token(sql, storeId)} AS value, NULL AS label, NULL AS parent, 0 AS products`,
      ...sets.map((_, index) =>
        sql`SELECT 'total' AS facet, ${sql.literal(String(index))} AS set_index, NULL AS name, CAST((SELECT count(*) FROM ${looked(index)}) AS TEXT) AS value, NULL AS label, NULL AS parent, ${
          sampled[index] === undefined
            ? sql`count(*) AS products FROM ${name(index)}`
            : sql`CASE WHEN ${isSampledOf(index)} THEN ${sql.literal(String(countedProducts + 1))} ELSE (SELECT count(*) FROM ${name(index)}) END AS products`
        }`)
    ]
    const count = (facet: FacetName, index: number) =>
      rows.push(sql`SELECT ${sql.literal(`'${facet}'`)} AS facet, ${sql.literal(String(index))} AS set_index, c.name, c.value, c.label, c.parent, c.products
        FROM (${counted(sql, storeId, isBuyer, looked(index), name(index), query.offered)[facet]}) AS c`)
    for (const facet of everyFacet) {
      // options that are not chosen are counted among the products of the list, whatever is chosen of others
      if (facet === "option" || facet === "attribute" || !chosen.has(facet)) count(facet, 0)
    }
    made.forEach(({ facet }, index) => count(facet, index + 1))

    const most = sql.literal(String(countedProducts + 1))
    const hits = sets.flatMap((one, index) => {
      const all = (limit: Fragment) => sql`${name(index)} AS MATERIALIZED (${ProductList.ids(sql, search, storeId, { ...sought, query: one, collection, isBuyer, now, limit })})`
      const placed = sql`SELECT id FROM (SELECT id, row_number() OVER () AS place FROM ${name(index)}) AS placed
        WHERE ${sql.literal(`((SELECT count(*) FROM hits_${index}) <= ${countedProducts} OR ${isDrawn})`)}`
      const sample = sampled[index]
      const product = ofHits(sql, "products", "p", "id")
      if (sample === undefined) return [all(most), sql`${looked(index)} AS MATERIALIZED (SELECT ${said} FROM (${placed}) AS h ${product})`]
      const isSampled = isSampledOf(index)
      return [
        sql`${sql.literal(`sampled_${index}`)} AS MATERIALIZED (${sample})`,
        all(sql`(SELECT CASE WHEN ${isSampled} AND NOT ${AttributeFacets.isRanged(sql, storeId)} THEN 0 ELSE ${most} END)`),
        sql`${looked(index)} AS MATERIALIZED (SELECT ${sql.literal(`${columns.join(", ")} FROM sampled_${index}`)} WHERE ${isSampled}
          UNION ALL SELECT ${said} FROM (${placed} AND NOT ${isSampled}) AS h ${product})`
      ]
    })
    const answered = yield* sql<FacetRow>`WITH ${sql.join(", ", false)(hits)} ${sql.join(" UNION ALL ", false)(rows)}`

    const language = yield* asked(query.language)
    const found = new Map<string, { readonly facet: Facet; readonly values: Array<FacetValue> }>()
    let dictionary = ""
    let total = 0
    let approximate = sought.hits !== undefined && sought.hits.length >= maximumHits
    // how many products were looked at, of sets of which not all were
    const samples = new Map(answered.flatMap((row) => row.facet === "total" && row.products > countedProducts ? [[row.set_index, Number(row.value)] as const] : []))
    const countOf = ({ facet, label, products, set_index }: FacetRow) => {
      const sample = samples.get(set_index)
      if (sample === undefined) return products
      // a range, which is that of all
      return facet === "attribute" && label !== null ? Math.min(products, countedProducts) : Math.round((products * countedProducts) / sample)
    }
    const optionsChosen = new Set(made.flatMap(({ facet, option }) => option === null ? [] : [`${facet} ${option}`]))
    for (const one of answered) {
      const row = one.facet === "total" ? one : { ...one, products: countOf(one) }
      if (row.facet === "dictionary") dictionary = row.value ?? ""
      else if (row.facet === "total") {
        if (row.set_index === 0) total = Math.min(row.products, countedProducts)
        if (row.products > countedProducts) approximate = true
      } else if (row.value !== null && isCounted(row, made, optionsChosen)) {
        const key = `${row.facet} ${row.name ?? ""}`
        const facet = found.get(key) ?? { facet: { name: row.facet, option: row.name, values: [] }, values: [] }
        if (row.facet === "attribute") {
          const { value, ...described } = AttributeFacets.valueOf(row.value, row.label, row.parent ?? "{}", row.products, language)
          found.set(key, { facet: { ...facet.facet, ...described }, values: [...facet.values, value] })
          continue
        }
        facet.values.push(valueOf(row, row.value))
        found.set(key, facet)
      }
    }
    return {
      dictionary,
      total,
      approximate,
      facets: Array.from(found.values(), ({ facet, values }): Facet =>
        ({ ...facet, values: values.sort(order(facet.name)).slice(0, maximumValues) })).sort((a, b) => everyFacet.indexOf(a.name) - everyFacet.indexOf(b.name) || ((a.option ?? "") < (b.option ?? "") ? -1 : 1))
    }
  }
)

/** An option or attribute that is chosen is counted in its own set alone, and nothing else is counted there. */
const isCounted = (
  row: FacetRow,
  made: ReadonlyArray<{ readonly facet: FacetName; readonly option: string | null }>,
  optionsChosen: ReadonlySet<string>
): boolean =>
  (row.facet !== "option" && row.facet !== "attribute") || row.name === null
    ? true
    : row.set_index === 0
    ? !optionsChosen.has(`${row.facet} ${row.name}`)
    : made[row.set_index - 1]?.option === row.name && made[row.set_index - 1]?.facet === row.facet

const valueOf = (row: FacetRow, value: string): FacetValue => {
  const plain = { value, label: row.label ?? value, count: row.products }
  if (row.facet === "category") return { ...plain, parent: row.parent }
  if (row.facet !== "price") return plain
  const next = priceSteps[priceSteps.indexOf(Number(value)) + 1]
  return { ...plain, to: next === undefined ? null : next - 1 }
}

const order = (name: FacetName) => (a: FacetValue, b: FacetValue): number =>
  name === "price" || name === "rating"
    ? Number(a.value) - Number(b.value)
    : b.count - a.count || (a.value < b.value ? -1 : 1)
