/**
 * Attributes in SQL.
 */
import type { Attribute } from "@stoa/core/catalog/Attribute"
import type { Expected } from "@stoa/core/catalog/AttributeSet"
import { AttributeRepository } from "@stoa/core/catalog/AttributeRepository"
import { AttributeCodeTaken } from "@stoa/core/catalog/CatalogErrors"
import type { CategoryId } from "@stoa/core/catalog/Category"
import type { ProductId } from "@stoa/core/catalog/Product"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import { atVersion } from "../AtVersion.ts"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface AttributeRow {
  readonly id: string
  readonly code: string
  readonly title: string
  readonly type: string
  readonly subject: string
  readonly unit_family: string | null
  readonly unit: string | null
  readonly choices: string
  readonly required: number
  readonly filterable: number
  readonly searchable: number
  readonly shown: number
  readonly position: number
  readonly translations: string
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

interface ExpectedRow {
  readonly for_id: CategoryId
  readonly category_id: CategoryId
  readonly category: string
  readonly attribute_id: string
  readonly code: string
  readonly title: string
  readonly subject: Attribute["of"]
  readonly required: number
}

const toExpected = (row: ExpectedRow): Expected => ({
  for: row.for_id,
  categoryId: row.category_id,
  category: row.category,
  attributeId: row.attribute_id,
  attribute: row.code,
  title: row.title,
  of: row.subject,
  required: row.required === 1
})

const sort = "position"

const fromRow = (row: AttributeRow): Attribute => ({
  id: row.id,
  code: row.code,
  title: row.title,
  type: row.type,
  of: row.subject,
  unitFamily: row.unit_family,
  unit: row.unit,
  choices: Row.json(row.choices),
  required: row.required === 1,
  filterable: row.filterable === 1,
  searchable: row.searchable === 1,
  shown: row.shown === 1,
  position: row.position,
  translations: Row.json(row.translations),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as Attribute)

const bit = (flag: boolean): number => (flag ? 1 : 0)

const written = (attribute: Attribute) => ({
  title: attribute.title,
  unit: attribute.unit,
  choices: JSON.stringify(attribute.choices),
  required: bit(attribute.required),
  filterable: bit(attribute.filterable),
  searchable: bit(attribute.searchable),
  shown: bit(attribute.shown),
  position: attribute.position,
  translations: JSON.stringify(attribute.translations),
  version: attribute.version,
  updated_at: attribute.updatedAt
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(`a.id, a.code, a.title, a.type, a.subject, a.unit_family, a.unit, a.choices, a.required, a.filterable,
    a.searchable, a.shown, a.position, a.translations, a.version, a.created_at, a.updated_at`)

  // whoever takes a choice away waits for those who are making it
  const held = sql.onDialectOrElse({ pg: () => sql.literal(" FOR SHARE"), orElse: () => sql.literal("") })
  // rows that refer to it may still be written
  const changing = sql.onDialectOrElse({ pg: () => sql.literal(" FOR NO KEY UPDATE"), orElse: () => sql.literal("") })

  const ofCodes = Effect.fnUntraced(function*(codes: ReadonlyArray<string>, required: boolean, lock: Fragment) {
    const rows = yield* sql<AttributeRow>`
      SELECT ${columns} FROM attributes AS a WHERE a.store_id = ${yield* CurrentStore}
        AND (${Dialect.oneOf(sql, "a.code", codes)}${sql.literal(required ? " OR a.required = 1" : "")})
      ORDER BY a.position, a.code${lock}`
    return new Map(rows.map((row) => [row.code, fromRow(row)]))
  })

  return AttributeRepository.of({
    list: Effect.fnUntraced(function*({ after, limit = Page.defaultLimit }, shown) {
      const conditions: Array<Fragment> = [sql`a.store_id = ${yield* CurrentStore}`]
      if (shown) conditions.push(sql.literal("a.shown = 1"))
      if (after !== undefined) {
        const [position, code] = yield* Page.decodeCursor(sort, ["number", "string"], after)
        conditions.push(sql`(a.position, a.code) > (${position}, ${code})`)
      }
      const rows = yield* sql<AttributeRow>`
        SELECT ${columns} FROM attributes AS a WHERE ${sql.and(conditions)}
        ORDER BY a.position, a.code LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromRow), limit, sort, ({ code, position }) => [position, code])
    }, storage("Attributes.list")),

    find: Effect.fnUntraced(function*(idOrCode) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<AttributeRow>`
        SELECT ${columns} FROM attributes AS a WHERE a.store_id = ${storeId} AND a.code = ${idOrCode}
        UNION ALL
        SELECT ${columns} FROM attributes AS a
        WHERE a.id = ${idOrCode} AND ${Dialect.unindexed(sql, "a.store_id")} = ${storeId}`
      return Row.first(rows, fromRow)
    }, storage("Attributes.find")),

    known: (codes) => ofCodes(codes, false, sql.literal("")).pipe(storage("Attributes.known")),

    held: (codes, required) => ofCodes(codes, required, held).pipe(storage("Attributes.held")),

    count: Effect.gen(function*() {
      const rows = yield* sql<{ readonly number: number }>`
        SELECT count(*) AS number FROM attributes WHERE store_id = ${yield* CurrentStore}`
      return rows[0]?.number ?? 0
    }).pipe(storage("Attributes.count")),

    insert: Effect.fnUntraced(function*(attribute) {
      const row = {
        id: attribute.id,
        store_id: yield* CurrentStore,
        code: attribute.code,
        type: attribute.type,
        subject: attribute.of,
        unit_family: attribute.unitFamily,
        created_at: attribute.createdAt,
        ...written(attribute)
      }
      const rows = yield* sql`
        INSERT INTO attributes ${sql.insert(row)} ON CONFLICT (store_id, code) DO NOTHING RETURNING id`
      if (rows.length === 0) return yield* new AttributeCodeTaken({ attribute: attribute.code })
    }, storage("Attributes.insert")),

    replace: Effect.fnUntraced(function*(attribute) {
      const rows = yield* sql`
        UPDATE attributes SET ${sql.update(written(attribute))}
        WHERE id = ${attribute.id} AND store_id = ${yield* CurrentStore} AND version = ${attribute.version - 1} RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: attribute.id, expected: attribute.version - 1 })
    }, storage("Attributes.replace")),

    place: Effect.fnUntraced(function*(id, places) {
      yield* sql`
        UPDATE product_attributes SET number_key = input.place FROM ${Dialect.jsonRows(sql, places, { code: "text", place: "int" })}
        WHERE product_attributes.attribute_id = ${id} AND product_attributes.text_key = input.code
          AND ${Dialect.unindexed(sql, "product_attributes.store_id")} = ${yield* CurrentStore}`
    }, storage("Attributes.place")),

    expected: Effect.fnUntraced(function*(categories) {
      if (categories.length === 0) return []
      const storeId = yield* CurrentStore
      const rows = yield* sql<ExpectedRow>`
        SELECT c.id AS for_id, up.id AS category_id, up.name AS category, a.id AS attribute_id, a.code, a.title, a.subject, s.required
        FROM category_attributes AS s CROSS JOIN categories AS up CROSS JOIN categories AS c CROSS JOIN attributes AS a
        WHERE s.store_id = ${storeId} AND up.id = s.category_id AND c.store_id = ${storeId}
          AND (${Dialect.oneOf(sql, "c.id", categories)} OR ${Dialect.oneOf(sql, "c.slug", categories)})
          AND c.path >= up.path AND c.path < up.path || '0' AND a.id = s.attribute_id
        ORDER BY c.id, length(up.path), s.position`
      return rows.map(toExpected)
    }, storage("Attributes.expected")),

    assign: Effect.fnUntraced(function*(category, set) {
      const storeId = yield* CurrentStore
      yield* Dialect.lockTransaction(sql, `attributes of ${category}`)
      yield* sql`DELETE FROM category_attributes WHERE category_id = ${category} AND ${Dialect.unindexed(sql, "store_id")} = ${storeId}`
      if (set.length === 0) return []
      const input = set.map(({ attribute, required }, position) => ({ code: attribute, required, position }))
      const written = yield* sql<{ readonly attribute_id: string; readonly code: string }>`
        INSERT INTO category_attributes (store_id, category_id, attribute_id, required, position)
        SELECT ${storeId}, ${category}, a.id, input.required, input.position
        FROM ${Dialect.jsonRows(sql, input, { code: "text", required: "bool", position: "int" })}
        JOIN attributes AS a ON a.store_id = ${storeId} AND a.code = input.code
        RETURNING attribute_id, (SELECT a.code FROM attributes AS a WHERE a.id = attribute_id) AS code`
      const there = new Set(written.map(({ code }) => code))
      return set.flatMap(({ attribute }) => there.has(attribute) ? [] : [attribute])
    }, storage("Attributes.assign")),

    lacking: Effect.fnUntraced(function*(category, after, limit) {
      const storeId = yield* CurrentStore
      const saysNot = (owner: string) =>
        `NOT EXISTS (SELECT 1 FROM product_attributes AS pa WHERE pa.product_id = p.id AND pa.owner_id = ${owner} AND pa.attribute_id = a.id)`
      const within = category === undefined ? sql.literal("") : sql` AND EXISTS (
          SELECT 1 FROM categories AS root WHERE root.id = ${category} AND c.path >= root.path AND c.path < root.path || '0')`
      const rows = yield* sql<{ readonly id: ProductId }>`
        SELECT p.id FROM products AS p
        WHERE p.id > ${after} AND ${Dialect.unindexed(sql, "p.store_id")} = ${storeId} AND p.status = 'active' AND EXISTS (
          SELECT 1 FROM product_categories AS pc
          JOIN categories AS c ON c.id = pc.category_id
          JOIN category_attributes AS s ON s.store_id = ${storeId} AND s.required = 1
          JOIN categories AS up ON up.id = s.category_id AND c.path >= up.path AND c.path < up.path || '0'
          JOIN attributes AS a ON a.id = s.attribute_id
          WHERE pc.product_id = p.id${within} AND (
            (a.subject = 'product' AND ${sql.literal(saysNot("p.id"))})
            OR (a.subject = 'variant' AND EXISTS (SELECT 1 FROM variants AS v WHERE v.product_id = p.id AND ${sql.literal(saysNot("v.id"))}))
          )
        ) ORDER BY p.id LIMIT ${limit}`
      return rows.map(({ id }) => id)
    }, storage("Attributes.lacking")),

    chosen: Effect.fnUntraced(function*(id, codes) {
      const rows = yield* sql<{ readonly code: string }>`
        SELECT text_key AS code FROM product_attributes
        WHERE attribute_id = ${id} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}
          AND ${Dialect.oneOf(sql, "text_key", codes)} ORDER BY text_key LIMIT 1`
      return rows[0]?.code
    }, storage("Attributes.chosen")),

    describedBy: Effect.fnUntraced(function*(id, limit) {
      const rows = yield* sql<{ readonly number: number }>`
        SELECT count(*) AS number FROM (
          SELECT DISTINCT product_id FROM product_attributes
          WHERE attribute_id = ${id} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore} LIMIT ${limit}
        ) AS found`
      return rows[0]?.number ?? 0
    }, storage("Attributes.describedBy")),

    delete: Effect.fnUntraced(function*(id, at, version) {
      const storeId = yield* CurrentStore
      // the attribute first, as those do who are about to say something by it; then products in an order that all deletions have
      yield* sql.onDialectOrElse({
        pg: () =>
          Effect.andThen(
            sql`SELECT id FROM attributes WHERE id = ${id} AND store_id = ${storeId}${changing}`,
            sql`SELECT id FROM products WHERE store_id = ${storeId}
              AND id IN (SELECT product_id FROM product_attributes WHERE attribute_id = ${id}) ORDER BY id${changing}`
          ),
        orElse: () => Effect.void
      })
      yield* sql`
        UPDATE products SET version = version + 1, updated_at = ${at}
        WHERE ${Dialect.unindexed(sql, "store_id")} = ${storeId}
          AND id IN (SELECT product_id FROM product_attributes WHERE attribute_id = ${id})`
      const rows = yield* sql`
        DELETE FROM attributes WHERE id = ${id} AND store_id = ${storeId} ${atVersion(sql, version)} RETURNING id`
      return rows.length > 0
    }, storage("Attributes.delete"))
  })
})

export const layer: Layer.Layer<AttributeRepository, never, SqlClient.SqlClient> = Layer.effect(AttributeRepository, make)
