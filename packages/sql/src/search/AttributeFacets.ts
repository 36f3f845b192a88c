/**
 * Counts of what products say by attributes.
 *
 * **Details**
 *
 * Texts, choices and the like are counted one by one. Numbers and dates are counted as one range from the least to the greatest, which
 * is what a slider needs; chosen as it is, the range leaves exactly the products that it counts.
 */
import { type Attribute, labelOf, titleOf } from "@stoa/core/catalog/Attribute"
import * as Units from "@stoa/core/catalog/Units"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import type { FacetValue } from "@stoa/core/search/Facets"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { ofHits } from "./RowsOfHits.ts"

type Described = Pick<Attribute, "title" | "type" | "choices" | "translations" | "unit">

/** So many values are told in all. */
const values = 10

/**
 * Rows of a facet: `label` is the end of a range, and `parent` JSON of the attribute.
 *
 * @param all the products of which `set` may be a sample: ranges are those of all, as the ends of a range are rare
 */
export const counted = (sql: Constructor, storeId: StoreId, isBuyer: boolean, set: Fragment, all: Fragment, maximum: number, offered?: ReadonlyArray<string>): Fragment => {
  const described = Dialect.jsonText(sql, Dialect.jsonObject(sql, {
    title: "a.title",
    type: "a.type",
    unit: "a.unit",
    choices: Dialect.jsonValue(sql, "a.choices"),
    translations: Dialect.jsonValue(sql, "a.translations")
  }))
  const said = ofHits(sql, "product_attributes", "pa")
  return sql`SELECT a.code AS name, c.value, c.label, ${described} AS parent, c.products FROM (
      SELECT attribute_id, value, NULL AS label, products FROM (
        SELECT pa.attribute_id, pa.text_key AS value, count(DISTINCT pa.product_id) AS products,
          row_number() OVER (PARTITION BY pa.attribute_id ORDER BY count(DISTINCT pa.product_id) DESC, pa.text_key) AS place
        FROM ${set} AS h ${said}
        CROSS JOIN attributes AS own
        WHERE own.id = pa.attribute_id AND own.filterable = 1 AND own.type <> 'date' AND pa.text_key IS NOT NULL GROUP BY pa.attribute_id, pa.text_key
      ) AS ranked WHERE place <= ${sql.literal(String(maximum))}
      UNION ALL
      SELECT pa.attribute_id, CASE own.type WHEN 'number' THEN CAST(min(pa.number_key) AS TEXT) ELSE min(pa.text_key) END,
        CASE own.type WHEN 'number' THEN CAST(max(pa.number_key) AS TEXT) ELSE max(pa.text_key) END, count(DISTINCT pa.product_id)
      FROM ${all} AS h ${said}
      CROSS JOIN attributes AS own
      WHERE own.id = pa.attribute_id AND own.filterable = 1
        AND ((own.type = 'number' AND pa.number_key IS NOT NULL) OR (own.type = 'date' AND pa.text_key IS NOT NULL)) GROUP BY pa.attribute_id, own.type
    ) AS c JOIN attributes AS a ON a.id = c.attribute_id
    WHERE ${Dialect.unindexed(sql, "a.store_id")} = ${storeId} AND a.filterable = 1${sql.literal(isBuyer ? " AND a.shown = 1" : "")}${offered === undefined ? sql.literal("") : sql` AND ${Dialect.oneOf(sql, "a.id", offered)}`}
    ORDER BY a.position, a.code, c.products DESC, c.value LIMIT ${sql.literal(String(values * maximum))}`
}

/** Whether there is an attribute that is counted as a range, of which the ends are looked for among all products. */
export const isRanged = (sql: Constructor, storeId: StoreId): Fragment =>
  sql`EXISTS (SELECT 1 FROM attributes WHERE store_id = ${storeId} AND filterable = 1 AND type IN ('number', 'date'))`

/** A bound in a unit, widened in its last digit where rounding would leave out what it is the bound of. */
const bound = (key: number, unit: Units.UnitName | null, towards: -1 | 1): number => {
  const amount = Number(Units.shown(key, unit).toPrecision(10))
  const within = towards < 0 ? Units.counted(amount, unit) <= key : Units.counted(amount, unit) >= key
  return within ? amount : Number((amount + towards * Math.abs(amount) * 1e-9).toPrecision(10))
}

/** A value as people read it, with what its attribute is called. */
export const valueOf = (
  value: string,
  end: string | null,
  attribute: string,
  count: number,
  language: string | undefined
): { readonly value: FacetValue; readonly title: string; readonly unit?: Units.UnitName } => {
  const described = Row.json<Described>(attribute)
  const title = titleOf(described, language)
  if (end === null) {
    const isChoice = described.type === "choice" || described.type === "choices"
    return { title, value: { value, label: isChoice ? labelOf(described, value, language) : value, count } }
  }
  if (described.type === "date") return { title, value: { value: `${value}..${end}`, label: `${value}..${end}`, count } }
  const { unit } = described
  const range = `${written(bound(Number(value), unit, -1))}..${written(bound(Number(end), unit, 1))}`
  return { title, ...(unit === null ? {} : { unit }), value: { value: range, label: unit === null ? range : `${range} ${unit}`, count } }
}

/** Never in powers of ten, which filters do not read. */
const written = (amount: number): string =>
  Math.abs(amount) < 1e-6 && amount !== 0 ? amount.toFixed(20).replace(/0+$/, "") : String(amount)
