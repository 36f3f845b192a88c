/**
 * What products say by attributes, as rows, as JSON of a product's row, and as conditions of a list.
 */
import { type Described, labelOf, specify, type Specification } from "@stoa/core/catalog/Attribute"
import type { AttributeFilter } from "@stoa/core/catalog/AttributeFilters"
import type { AttributeOrder } from "@stoa/core/catalog/AttributeOrders"
import { type AttributeValue, type AttributeValues, field, keysOf } from "@stoa/core/catalog/AttributeValues"
import type { Product } from "@stoa/core/catalog/Product"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Narrowing from "./Narrowing.ts"
import { sortTitle } from "./SearchText.ts"

/** A value of a product or of one of its variants, with what its attribute says. */
export interface ValueJson {
  readonly owner: string
  readonly value: AttributeValue
  readonly attribute: Omit<Described, "shown"> & { readonly shown: number }
}

const attributeJson = (sql: Constructor): Fragment =>
  Dialect.jsonObject(sql, {
    code: "a.code",
    title: "a.title",
    type: "a.type",
    choices: Dialect.jsonValue(sql, "a.choices"),
    translations: Dialect.jsonValue(sql, "a.translations"),
    shown: "a.shown"
  })

/** `ValueJson`s of the product `p` and its variants, in the order of the attributes; NULL where there are none. */
export const column = (sql: Constructor): Fragment =>
  sql`(SELECT ${
    Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, Dialect.jsonObject(sql, {
      owner: "pa.owner_id",
      value: Dialect.jsonValue(sql, "pa.value"),
      attribute: attributeJson(sql)
    }), { orderBy: sql.literal("a.position, a.code") }))
  } FROM product_attributes AS pa JOIN attributes AS a ON a.id = pa.attribute_id
    WHERE pa.product_id = p.id AND pa.value IS NOT NULL)`

/** JSON of codes with values, of the product `p` and its variant `v`; an empty array where they say nothing. */
export const saidBy = (sql: Constructor): Fragment =>
  sql`(SELECT ${Dialect.jsonArrayAgg(sql, Dialect.jsonObject(sql, { code: "a.code", value: Dialect.jsonValue(sql, "pa.value") }))}
    FROM product_attributes AS pa CROSS JOIN attributes AS a
    WHERE pa.product_id = p.id AND pa.owner_id IN (p.id, v.id) AND pa.value IS NOT NULL AND a.id = pa.attribute_id)`

/** What one of them says. */
export const of = (all: ReadonlyArray<ValueJson>, owner: string): { readonly attributes?: AttributeValues } =>
  all.length === 0 ? {} : field(Object.fromEntries(
    all.flatMap((one) => one.owner === owner ? [[one.attribute.code, one.value] as const] : []).sort(([a], [b]) => (a < b ? -1 : 1))
  ))

/** The same as a page shows it. */
export const specified = (
  all: ReadonlyArray<ValueJson>,
  owner: string,
  language: string | undefined
): { readonly specifications?: ReadonlyArray<Specification> } => {
  const found = all.flatMap((one) =>
    one.owner === owner ? [specify({ ...one.attribute, shown: one.attribute.shown === 1 }, one.value, language)] : [])
  return found.length === 0 ? {} : { specifications: found }
}

const columns = {
  product_id: "text",
  owner_id: "text",
  code: "text",
  place: "int",
  text_key: "text",
  number_key: "real",
  sort_text: "text",
  value: "json"
} as const

interface KeyRow {
  readonly product_id: string
  readonly owner_id: string
  readonly code: string
  readonly place: number
  readonly text_key: string | undefined
  readonly number_key: number | undefined
  /** What a text is sorted by. */
  readonly sort_text: string | undefined
  readonly value: AttributeValue | undefined
}

const rowsOf = (productId: string, ownerId: string, values: AttributeValues = {}): ReadonlyArray<KeyRow> =>
  Object.entries(values).flatMap(([code, value]): ReadonlyArray<KeyRow> => {
    const { number, texts } = keysOf(value)
    return (texts.length === 0 ? [undefined] : texts).map((text, place): KeyRow => ({
      product_id: productId,
      owner_id: ownerId,
      code,
      place,
      text_key: text,
      number_key: number ?? undefined,
      sort_text: typeof value === "string" ? sortTitle(value) : undefined,
      value: place === 0 ? value : undefined
    }))
  })

interface WrittenRow {
  readonly product_id: string
  /** JSON of an attribute that products are found by. */
  readonly said: string | null
  readonly value: string | null
}

/** The place of what was chosen among the choices. */
const place = (sql: Constructor): Fragment =>
  sql.onDialectOrElse({
    pg: () => sql.literal(`(SELECT one.place - 1 FROM jsonb_array_elements(a.choices::jsonb) WITH ORDINALITY AS one (choice, place)
        WHERE one.choice ->> 'code' = input.text_key)`),
    orElse: () => sql.literal(`(SELECT one.key FROM json_each(a.choices) AS one WHERE json_extract(one.value, '$.code') = input.text_key)`)
  })

/** Writes what products say, where they say anything, and answers with the words by which a search finds them. */
export const insert = (sql: Constructor, storeId: StoreId, products: ReadonlyArray<Product>) => {
  const rows = products.flatMap((product) => [
    ...rowsOf(product.id, product.id, product.attributes),
    ...product.variants.flatMap((variant) => rowsOf(product.id, variant.id, variant.attributes))
  ])
  if (rows.length === 0) return undefined
  return sql<WrittenRow>`
    INSERT INTO product_attributes (store_id, product_id, owner_id, attribute_id, place, text_key, number_key, sort_text, value)
    SELECT ${storeId}, input.product_id, input.owner_id, a.id, input.place,
      CASE WHEN a.type = 'long_text' THEN NULL ELSE input.text_key END,
      CASE WHEN a.type = 'choice' THEN ${place(sql)} ELSE input.number_key END,
      CASE WHEN a.type = 'text' THEN input.sort_text END, input.value
    FROM ${Dialect.jsonRows(sql, rows, columns)}
    JOIN attributes AS a ON a.store_id = ${storeId} AND a.code = input.code
    RETURNING product_id, ${said(sql, "attribute_id")} AS said, value`
}

/** Buyers search by nothing that they do not see. */
const found = (sql: Constructor): Fragment => sql.literal("a.searchable = 1 AND a.shown = 1")

/** JSON of an attribute that products are found by, NULL of any other. */
const said = (sql: Constructor, id: string): Fragment =>
  sql`(SELECT ${Dialect.jsonText(sql, attributeJson(sql))} FROM attributes AS a WHERE a.id = ${sql.literal(id)} AND ${found(sql)})`

/** `ValueJson`s of the product `p` by which a search finds it; NULL where there are none. */
export const searchable = (sql: Constructor): Fragment =>
  sql`(SELECT ${
    Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, Dialect.jsonObject(sql, {
      owner: "pa.owner_id",
      value: Dialect.jsonValue(sql, "pa.value"),
      attribute: attributeJson(sql)
    })))
  } FROM product_attributes AS pa JOIN attributes AS a ON a.id = pa.attribute_id
    WHERE pa.product_id = p.id AND pa.value IS NOT NULL AND ${found(sql)})`

/** The words of a value, in every language that has some. */
export const wordsOf = (attribute: Omit<Described, "shown">, value: AttributeValue): ReadonlyArray<string> => {
  if (typeof value === "boolean") return []
  if (typeof value === "number") return [String(value)]
  if (typeof value === "object" && "amount" in value) return [`${value.amount} ${value.unit}`]
  const texts = typeof value === "string" ? [value] : value
  if (attribute.type !== "choice" && attribute.type !== "choices") return texts
  const languages = [undefined, ...Object.keys(attribute.translations)]
  return texts.flatMap((code) => Array.from(new Set(languages.map((language) => labelOf(attribute, code, language)))))
}

const bounded = <A>(
  sql: Constructor,
  key: string,
  { from, to }: { readonly from: A | null; readonly to: A | null }
): Fragment =>
  sql.and([
    sql.literal(`pa.${key} IS NOT NULL`),
    ...(from === null ? [] : [sql`${sql.literal(`pa.${key}`)} >= ${from}`]),
    ...(to === null ? [] : [sql`${sql.literal(`pa.${key}`)} <= ${to}`])
  ])

/** Products of which the product or a variant has one of the values. */
export const narrowing = (sql: Constructor, storeId: StoreId, { days, id, numbers, texts }: Omit<AttributeFilter, "code">): Narrowing.Narrowing => {
  const wanted = [
    ...(texts.length === 0 ? [] : [Dialect.oneOf(sql, "pa.text_key", texts)]),
    ...days.map((range) => bounded(sql, "text_key", range)),
    ...numbers.map((range) => bounded(sql, "number_key", range))
  ]
  const rows = (attribute: Fragment) => sql`product_attributes AS pa
    WHERE ${attribute} = ${id} AND ${Dialect.unindexed(sql, "pa.store_id")} = ${storeId} AND ${
    // an empty OR would be true
    wanted.length === 0 ? sql.literal("1 = 0") : sql.or(wanted)
  }`
  return Narrowing.of(
    sql,
    sql`SELECT pa.product_id FROM ${rows(sql.literal("pa.attribute_id"))}`,
    // what one product says is few, a range of values may be many
    sql`${rows(Dialect.unindexed(sql, "pa.attribute_id"))} AND pa.product_id = p.id`
  )
}

const orderColumns: Readonly<Record<AttributeOrder["by"], string>> = { number: "number_key", day: "text_key", text: "sort_text" }

/** How products are reached in the order of what they say by an attribute. */
export interface Sorted {
  /** What they are sorted by. */
  readonly key: string
  /** What stands in `FROM` to walk them in their order. */
  readonly walk: string
  /** What is added to `FROM` to find what each product `p` says that is reached by its id. */
  readonly ofProduct: Fragment
  /** Which rows of `walk` are meant. */
  readonly walked: Fragment
  /** Which rows of `ofProduct` are meant. */
  readonly found: Fragment
  /** Whether the product `p` says nothing that it could be sorted by. */
  readonly unsaid: Fragment
}

export const sorted = (sql: Constructor, { by, id }: AttributeOrder): Sorted => {
  const column = orderColumns[by]
  return {
    key: `said.${column}`,
    walk: "product_attributes AS said CROSS JOIN products AS p",
    ofProduct: sql.onDialectOrElse({
      // Postgres, which does not know how few products there are, would read what all of them say
      pg: () => sql`CROSS JOIN LATERAL (SELECT * FROM product_attributes AS one
        WHERE one.product_id = p.id AND one.owner_id = p.id AND one.attribute_id = ${id} OFFSET 0) AS said`,
      orElse: () => sql.literal("CROSS JOIN product_attributes AS said")
    }),
    walked: sql`said.attribute_id = ${id} AND ${sql.literal(`said.${column} IS NOT NULL AND said.product_id = p.id`)}`,
    found: sql`${Dialect.unindexed(sql, "said.attribute_id")} = ${id} AND ${
      sql.literal(`said.${column} IS NOT NULL AND said.product_id = p.id AND said.owner_id = p.id`)
    }`,
    unsaid: sql`(SELECT 1 FROM product_attributes AS pa
      WHERE pa.product_id = p.id AND pa.owner_id = p.id AND pa.attribute_id = ${id} AND ${sql.literal(`pa.${column} IS NOT NULL`)} LIMIT 1) IS NULL`
  }
}
