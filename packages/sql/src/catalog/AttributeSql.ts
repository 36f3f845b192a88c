/**
 * Attributes in SQL.
 */
import type { Attribute } from "@stoa/core/catalog/Attribute"
import { AttributeRepository } from "@stoa/core/catalog/AttributeRepository"
import { AttributeCodeTaken } from "@stoa/core/catalog/CatalogErrors"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { InvalidInput } from "@stoa/core/kernel/Input"
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
        const [position, code] = yield* Page.decodeCursor(sort, 2, after)
        if (typeof position !== "number" || typeof code !== "string") {
          return yield* InvalidInput.at(["after"], "is not a cursor of this list and sort order")
        }
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
