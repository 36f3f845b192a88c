/**
 * Products that are shown beside something, in SQL.
 */
import type { ProductId } from "@stoa/core/catalog/Product"
import type { ChosenProduct } from "@stoa/core/catalog/ProductLink"
import { type LinkSource, ProductLinkRepository } from "@stoa/core/catalog/ProductLinkRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import { defaultBaseUrl, MediaSettings } from "@stoa/core/media/MediaSettings"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { storage } from "../Storage.ts"
import { published } from "./ProductConditions.ts"
import * as ProductSummary from "./ProductSummary.ts"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const baseUrl = (yield* MediaSettings)?.baseUrl ?? defaultBaseUrl
  const of = (storeId: string, { kind, source }: LinkSource) =>
    sql`l.store_id = ${storeId} AND l.kind = ${kind} AND l.source = ${source}`

  return ProductLinkRepository.of({
    shown: Effect.fnUntraced(function*(link, limit, buyer) {
      const storeId = yield* CurrentStore
      const at = yield* Timestamp.now
      const looking = { ...buyer, at }
      const rows = yield* sql<ProductSummary.SummaryRow>`
        SELECT ${ProductSummary.summaryColumns(sql, looking)}, l.position AS sort_key
        FROM product_links AS l CROSS JOIN products AS p
        WHERE ${of(storeId, link)} AND p.id = l.product_id AND p.store_id = ${storeId} AND ${published(sql, at)}
        ORDER BY l.position LIMIT ${sql.literal(String(limit))}`
      return rows.map(ProductSummary.toSummary(looking, baseUrl))
    }, storage("ProductLinks.shown")),

    chosen: Effect.fnUntraced(function*(link) {
      return yield* sql<ChosenProduct>`
        SELECT p.id, p.title, p.slug, p.status FROM product_links AS l JOIN products AS p ON p.id = l.product_id
        WHERE ${of(yield* CurrentStore, link)} ORDER BY l.position`
    }, storage("ProductLinks.chosen")),

    set: Effect.fnUntraced(function*({ kind, source }, productIds) {
      const storeId = yield* CurrentStore
      yield* Dialect.lockTransaction(sql, `product links ${storeId} ${kind} ${source}`)
      yield* sql`DELETE FROM product_links WHERE store_id = ${storeId} AND kind = ${kind} AND source = ${source}`
      if (productIds.length === 0) return new Set<ProductId>()
      const rows = productIds.map((id, position) => ({ id, position }))
      const written = yield* sql<{ readonly id: ProductId }>`
        INSERT INTO product_links (store_id, kind, source, product_id, position)
        SELECT ${storeId}, ${kind}, ${source}, p.id, input.position
        FROM ${Dialect.jsonRows(sql, rows, { id: "text", position: "int" })}
        JOIN products AS p ON p.id = input.id AND ${Dialect.unindexed(sql, "p.store_id")} = ${storeId}
        RETURNING product_id AS id`
      const there = new Set(written.map(({ id }) => id))
      return new Set(productIds.filter((id) => !there.has(id)))
    }, storage("ProductLinks.set"))
  })
})

export const layer: Layer.Layer<ProductLinkRepository, never, SqlClient.SqlClient> = Layer.effect(ProductLinkRepository, make)
