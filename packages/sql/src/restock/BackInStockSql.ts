/**
 * Who waits for stock, in SQL.
 */
import type { VariantId } from "@stoa/core/catalog/Product"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { BackInStockRepository, type Waiting } from "@stoa/core/restock/BackInStockRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { missingPart } from "../catalog/ProductAvailability.ts"
import * as Dialect from "../Dialect.ts"
import { acrossStores } from "../EveryStore.ts"
import { storage } from "../Storage.ts"

interface WaitingRow {
  readonly variant_id: string
  readonly address: string
  readonly user_id: string | null
  readonly language: string | null
}

const fromRow = ({ address, language, user_id, variant_id }: WaitingRow): Waiting => ({
  variantId: variant_id,
  address,
  userId: user_id,
  language
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("variant_id, address, user_id, language")

  return BackInStockRepository.of({
    add: Effect.fnUntraced(function*({ address, language, userId, variantId }, maximum, at) {
      const storeId = yield* CurrentStore
      const others = yield* sql`
        SELECT variant_id FROM back_in_stock
        WHERE store_id = ${storeId} AND address = ${address} AND variant_id <> ${variantId} LIMIT ${maximum}`
      if (others.length >= maximum) return false
      yield* sql`INSERT INTO back_in_stock ${
        sql.insert({ store_id: storeId, variant_id: variantId, address, user_id: userId, language, created_at: at })
      } ON CONFLICT (store_id, variant_id, address) DO UPDATE SET
        user_id = coalesce(excluded.user_id, back_in_stock.user_id), language = excluded.language`
      return true
    }, storage("BackInStock.add")),

    take: Effect.fnUntraced(function*(variantId, limit) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<WaitingRow>`
        DELETE FROM back_in_stock WHERE store_id = ${storeId} AND variant_id = ${variantId} AND address IN (
          SELECT address FROM back_in_stock WHERE store_id = ${storeId} AND variant_id = ${variantId}
          ORDER BY created_at, address LIMIT ${limit}${Dialect.forUpdate(sql)}
        ) RETURNING ${columns}`
      return rows.map(fromRow)
    }, storage("BackInStock.take")),

    bundles: Effect.fnUntraced(function*(partId) {
      const withPart = partId === undefined
        ? sql``
        : sql`AND v.id IN (SELECT b.bundle_id FROM bundle_parts AS b WHERE b.part_id = ${partId})`
      const rows = yield* sql<{ readonly id: VariantId }>`
        SELECT v.id FROM variants AS v
        WHERE v.store_id = ${yield* CurrentStore} AND v.bundle IS NOT NULL ${withPart}
          AND EXISTS (SELECT 1 FROM back_in_stock AS w WHERE w.store_id = v.store_id AND w.variant_id = v.id)
          AND ${sql.literal(missingPart)} IS NULL
        ORDER BY v.id LIMIT 1000`
      return rows.map(({ id }) => id)
    }, storage("BackInStock.bundles")),

    ofUser: Effect.fnUntraced(function*(userId) {
      const rows = yield* sql<WaitingRow>`
        SELECT ${columns} FROM back_in_stock WHERE store_id = ${yield* CurrentStore} AND user_id = ${userId}
        ORDER BY ${Dialect.unindexed(sql, "variant_id")} LIMIT 1000`
      return rows.map(fromRow)
    }, storage("BackInStock.ofUser")),

    stop: Effect.fnUntraced(function*(userId, ...variantIds) {
      yield* sql`
        DELETE FROM back_in_stock WHERE store_id = ${yield* CurrentStore} AND user_id = ${userId}
          AND ${Dialect.oneOf(sql, "variant_id", variantIds)}`
    }, storage("BackInStock.stop")),

    forget: Effect.fnUntraced(function*(userId) {
      yield* sql`DELETE FROM back_in_stock WHERE store_id = ${yield* CurrentStore} AND user_id = ${userId}`
    }, storage("BackInStock.forget")),

    deleteBefore: (before) =>
      acrossStores(sql`
        DELETE FROM back_in_stock WHERE (store_id, variant_id, address) IN (
          SELECT store_id, variant_id, address FROM back_in_stock WHERE created_at < ${before}
          ORDER BY created_at LIMIT 10000)`).pipe(Effect.asVoid, storage("BackInStock.deleteBefore"))
  })
})

export const layer: Layer.Layer<BackInStockRepository, never, SqlClient.SqlClient> = Layer.effect(BackInStockRepository, make)
