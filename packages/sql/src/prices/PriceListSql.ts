/**
 * Price lists in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import type { Timestamp } from "@stoa/core/kernel/Timestamp"
import { VersionConflict } from "@stoa/core/kernel/Version"
import type { VariantId } from "@stoa/core/catalog/VariantId"
import type { ListedPrice } from "@stoa/core/prices/ListedPrices"
import type { ListPriceRow, PriceList } from "@stoa/core/prices/PriceList"
import { PriceListRepository } from "@stoa/core/prices/PriceListRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { atVersion } from "../AtVersion.ts"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface ListRow {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly status: string
  readonly currency: string
  readonly countries: string
  readonly subdivisions: string
  readonly channel: string | null
  readonly customer_group_id: string | null
  readonly starts_at: string | null
  readonly ends_at: string | null
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

interface PriceRow {
  readonly variant_id: string
  readonly min_quantity: number
  readonly amount: number
  readonly product_id: string
  readonly product_title: string
  readonly variant_title: string
  readonly sku: string | null
}

const fromRow = (row: ListRow): PriceList => ({
  id: row.id,
  name: row.name,
  type: row.type,
  status: row.status,
  currency: row.currency,
  countries: Row.json(row.countries),
  subdivisions: Row.json(row.subdivisions),
  channel: row.channel,
  customerGroupId: row.customer_group_id,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as PriceList)

/** The conditions of a list, as the history of prices keeps them. */
const termsOf = (
  { channel, countries, currency, customerGroupId, endsAt, name, startsAt, status, subdivisions, type }: PriceList
): string | null =>
  status === "active"
    ? JSON.stringify({ listName: name, type, currency, countries, subdivisions, channel, customerGroupId, startsAt, endsAt })
    : null

const named = [
  "id", "name", "type", "status", "currency", "countries", "subdivisions", "channel", "customer_group_id", "starts_at", "ends_at", "version",
  "created_at", "updated_at"
]

const qualified = (table: string): string => named.map((column) => `${table}.${column}`).join(", ")

const priceColumns = { variant_id: "text", min_quantity: "int", amount: "int" } as const

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(named.join(", "))

  const became = Effect.fnUntraced(function*(id: string, terms: string | null, at: Timestamp) {
    const row = sql.insert({ store_id: yield* CurrentStore, price_list_id: id, at, terms })
    yield* sql`INSERT INTO price_list_history ${row}
      ON CONFLICT (price_list_id, at) DO UPDATE SET terms = excluded.terms`
  })

  return PriceListRepository.of({
    list: Effect.fnUntraced(function*({ after, limit = Page.defaultLimit }) {
      const [last = ""] = after === undefined ? [] : yield* Page.decodeCursor("id", ["string"], after)
      const rows = yield* sql<ListRow>`
        SELECT ${columns} FROM price_lists WHERE store_id = ${yield* CurrentStore} AND id > ${last}
        ORDER BY id LIMIT ${limit + 1}`
      const page = Page.fromRows(rows, limit, "id", (row) => [row.id])
      return { items: page.items.map(fromRow), nextCursor: page.nextCursor }
    }, storage("PriceLists.list")),
    count: Effect.flatMap(CurrentStore, (storeId) =>
      sql<{ readonly lists: number }>`SELECT count(*) AS lists FROM price_lists WHERE store_id = ${storeId}`
    ).pipe(
      Effect.map((rows) => rows[0]?.lists ?? 0),
      storage("PriceLists.count")
    ),
    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<ListRow>`
        SELECT ${columns} FROM price_lists WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("PriceLists.find")),
    insert: Effect.fnUntraced(function*(list) {
      yield* sql`INSERT INTO price_lists ${
        sql.insert({
          id: list.id,
          store_id: yield* CurrentStore,
          name: list.name,
          type: list.type,
          status: list.status,
          currency: list.currency,
          countries: JSON.stringify(list.countries),
          subdivisions: JSON.stringify(list.subdivisions),
          channel: list.channel,
          customer_group_id: list.customerGroupId,
          starts_at: list.startsAt,
          ends_at: list.endsAt,
          version: list.version,
          created_at: list.createdAt,
          updated_at: list.updatedAt
        })
      }`
      yield* became(list.id, termsOf(list), list.updatedAt)
    }, storage("PriceLists.insert")),
    replace: Effect.fnUntraced(function*(list) {
      const rows = yield* sql`
        UPDATE price_lists SET name = ${list.name}, type = ${list.type}, status = ${list.status},
          countries = ${JSON.stringify(list.countries)}, subdivisions = ${JSON.stringify(list.subdivisions)}, channel = ${list.channel},
          customer_group_id = ${list.customerGroupId}, starts_at = ${list.startsAt}, ends_at = ${list.endsAt},
          version = ${list.version}, updated_at = ${list.updatedAt}
        WHERE id = ${list.id} AND store_id = ${yield* CurrentStore} AND version = ${list.version - 1}
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: list.id, expected: list.version - 1 })
      yield* became(list.id, termsOf(list), list.updatedAt)
    }, storage("PriceLists.replace")),
    delete: Effect.fnUntraced(function*(id, at, version) {
      const rows = yield* sql`
        DELETE FROM price_lists WHERE id = ${id} AND store_id = ${yield* CurrentStore} ${atVersion(sql, version)}
        RETURNING id`
      if (rows.length === 0) return false
      yield* became(id, null, at)
      return true
    }, storage("PriceLists.delete")),
    prices: Effect.fnUntraced(function*(list, { after, limit = Page.defaultLimit }) {
      const [variantId = "", quantity = 0] = after === undefined ? [] : yield* Page.decodeCursor("variant", ["string", "number"], after)
      const rows = yield* sql<PriceRow>`
        SELECT listed.variant_id, listed.min_quantity, listed.amount, listed.product_id, product.title AS product_title,
          variant.title AS variant_title, variant.sku
        FROM list_prices AS listed
        JOIN variants AS variant ON variant.id = listed.variant_id
        JOIN products AS product ON product.id = listed.product_id
        WHERE listed.price_list_id = ${list.id} AND ${Dialect.unindexed(sql, "listed.store_id")} = ${yield* CurrentStore}
          AND (listed.variant_id, listed.min_quantity) > (${variantId}, ${quantity})
        ORDER BY listed.variant_id, listed.min_quantity LIMIT ${limit + 1}`
      const page = Page.fromRows(rows, limit, "variant", (row) => [row.variant_id, row.min_quantity])
      return {
        items: page.items.map((row) => ({
          variantId: row.variant_id,
          minQuantity: row.min_quantity,
          price: Row.money(row.amount, list.currency),
          productId: row.product_id,
          // a variant of a product without options is called what the product is called
          title: row.variant_title === row.product_title ? row.product_title : `${row.product_title} (${row.variant_title})`,
          sku: row.sku
        } as ListPriceRow)),
        nextCursor: page.nextCursor
      }
    }, storage("PriceLists.prices")),
    ofVariant: Effect.fnUntraced(function*(variantId) {
      const rows = yield* sql<ListRow & Pick<PriceRow, "min_quantity" | "amount">>`
        SELECT ${sql.literal(qualified("list"))}, listed.min_quantity, listed.amount
        FROM list_prices AS listed JOIN price_lists AS list ON list.id = listed.price_list_id
        WHERE listed.variant_id = ${variantId} AND ${Dialect.unindexed(sql, "listed.store_id")} = ${yield* CurrentStore} AND list.status = 'active'
        ORDER BY listed.price_list_id, listed.min_quantity LIMIT 10000`
      return rows.map((row): ListedPrice => {
        const { channel, countries, currency, customerGroupId, endsAt, id, name, startsAt, subdivisions, type } = fromRow(row)
        const { amount, min_quantity: minQuantity } = row
        return { listId: id, listName: name, type, currency, countries, subdivisions, channel, customerGroupId, startsAt, endsAt, minQuantity, amount: Number(amount) }
      })
    }, storage("PriceLists.ofVariant")),
    bySku: Effect.fnUntraced(function*(skus) {
      const rows = yield* sql<{ readonly id: VariantId; readonly sku: string }>`
        SELECT id, sku FROM variants WHERE store_id = ${yield* CurrentStore} AND ${Dialect.oneOf(sql, "sku", skus)}`
      return new Map(rows.map(({ id, sku }) => [sku, id]))
    }, storage("PriceLists.bySku")),
    setPrices: Effect.fnUntraced(function*(list, prices, at) {
      const storeId = yield* CurrentStore
      const input = prices.map(({ minQuantity, price, variantId }) => ({
        variant_id: variantId,
        min_quantity: minQuantity,
        amount: price.amount
      }))
      const rows = yield* sql<{ readonly variant_id: string }>`
        INSERT INTO list_prices (store_id, price_list_id, variant_id, product_id, min_quantity, amount)
        SELECT v.store_id, ${list.id}, v.id, v.product_id, input.min_quantity, input.amount
        FROM ${Dialect.jsonRows(sql, input, priceColumns)}
        JOIN variants AS v ON v.id = input.variant_id AND ${Dialect.unindexed(sql, "v.store_id")} = ${storeId}
        WHERE true
        ON CONFLICT (variant_id, price_list_id, min_quantity) DO UPDATE SET amount = excluded.amount
        RETURNING variant_id`
      const single = input.filter((row) => row.min_quantity === 1)
      if (single.length > 0) {
        yield* sql`
          INSERT INTO price_history (store_id, variant_id, price_list_id, at, amount)
          SELECT v.store_id, v.id, ${list.id}, ${at}, input.amount
          FROM ${Dialect.jsonRows(sql, single, priceColumns)}
          JOIN variants AS v ON v.id = input.variant_id AND ${Dialect.unindexed(sql, "v.store_id")} = ${storeId}
          WHERE true
          ON CONFLICT (variant_id, price_list_id, at) DO UPDATE SET amount = excluded.amount`
      }
      return new Set(rows.map((row) => row.variant_id))
    }, storage("PriceLists.setPrices")),
    removePrices: Effect.fnUntraced(function*(list, variantIds, at) {
      const storeId = yield* CurrentStore
      const ofList = sql`price_list_id = ${list.id} AND ${Dialect.unindexed(sql, "store_id")} = ${storeId}
        AND ${Dialect.oneOf(sql, "variant_id", variantIds)}`
      yield* sql`
        INSERT INTO price_history (store_id, variant_id, price_list_id, at, amount)
        SELECT store_id, variant_id, price_list_id, ${at}, NULL FROM list_prices WHERE ${ofList} AND min_quantity = 1
        ON CONFLICT (variant_id, price_list_id, at) DO UPDATE SET amount = NULL`
      yield* sql`DELETE FROM list_prices WHERE ${ofList}`
    }, storage("PriceLists.removePrices"))
  })
})

export const layer: Layer.Layer<PriceListRepository, never, SqlClient.SqlClient> = Layer.effect(PriceListRepository, make)
