/**
 * What buyers have set aside, in SQL.
 */
import type { KeptLine } from "@stoa/core/cart/SavedLine"
import { type SavedBy, SavedLineRepository } from "@stoa/core/cart/SavedLineRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface SavedRow {
  readonly id: KeptLine["id"]
  readonly variant_id: KeptLine["variantId"]
  readonly quantity: number
  readonly gift: string | null
  readonly saved_at: KeptLine["savedAt"]
}

const fromRow = ({ gift, id, quantity, saved_at, variant_id }: SavedRow): KeptLine => ({
  id,
  variantId: variant_id,
  quantity: Number(quantity),
  savedAt: saved_at,
  ...(gift === null ? {} : { gift: Row.json(gift) })
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("id, variant_id, quantity, gift, saved_at")

  const owned = (by: SavedBy) =>
    Effect.map(CurrentStore, (storeId) =>
      "customerId" in by
        ? sql`store_id = ${storeId} AND customer_id = ${by.customerId}`
        : sql`store_id = ${storeId} AND cart_id = ${by.cartId}`)

  const read = Effect.fnUntraced(function*(by: SavedBy, lock: ReturnType<typeof Dialect.forUpdate>) {
    const rows = yield* sql<SavedRow>`
      SELECT ${columns} FROM saved_lines WHERE ${yield* owned(by)} ORDER BY saved_at DESC, id DESC LIMIT 200${lock}`
    return rows.map(fromRow)
  })

  return SavedLineRepository.of({
    of: (by) => storage("SavedLines.of")(read(by, sql.literal(""))),
    held: (by) => storage("SavedLines.held")(read(by, Dialect.forUpdate(sql))),

    put: Effect.fnUntraced(function*(by, line) {
      yield* sql`INSERT INTO saved_lines ${
        sql.insert({
          id: line.id,
          store_id: yield* CurrentStore,
          customer_id: "customerId" in by ? by.customerId : null,
          cart_id: "cartId" in by ? by.cartId : null,
          variant_id: line.variantId,
          quantity: line.quantity,
          gift: line.gift === undefined ? null : JSON.stringify(line.gift),
          saved_at: line.savedAt
        })
      } ON CONFLICT (id) DO UPDATE SET quantity = excluded.quantity, saved_at = excluded.saved_at`
    }, storage("SavedLines.put")),

    remove: Effect.fnUntraced(function*(by, id) {
      const rows = yield* sql<SavedRow>`DELETE FROM saved_lines WHERE id = ${id} AND ${yield* owned(by)} RETURNING ${columns}`
      return Row.first(rows, fromRow)
    }, storage("SavedLines.remove")),

    adopt: Effect.fnUntraced(function*(cartId, customerId, { joined, taken }) {
      const storeId = yield* CurrentStore
      if (joined.length > 0) {
        const rows = joined.map(({ id, quantity, savedAt }) => ({ id, quantity, saved_at: savedAt }))
        yield* sql`
          UPDATE saved_lines SET quantity = input.quantity, saved_at = input.saved_at
          FROM ${Dialect.jsonRows(sql, rows, { id: "text", quantity: "int", saved_at: "text" })}
          WHERE saved_lines.id = input.id AND saved_lines.store_id = ${storeId} AND saved_lines.customer_id = ${customerId}`
      }
      if (taken.length > 0) {
        yield* sql`
          UPDATE saved_lines SET customer_id = ${customerId}, cart_id = NULL
          WHERE store_id = ${storeId} AND cart_id = ${cartId} AND ${Dialect.oneOf(sql, "id", taken.map(({ id }) => id))}`
      }
      yield* sql`DELETE FROM saved_lines WHERE store_id = ${storeId} AND cart_id = ${cartId}`
    }, storage("SavedLines.adopt")),

    deleteOrdered: Effect.fnUntraced(function*(before, limit) {
      const rows = yield* sql`
        DELETE FROM saved_lines WHERE id IN (
          SELECT id FROM saved_lines WHERE cart_id IS NOT NULL AND store_id = ${yield* CurrentStore} AND EXISTS (
            SELECT 1 FROM carts WHERE carts.id = saved_lines.cart_id AND carts.status = 'ordered' AND carts.expires_at < ${before})
          LIMIT ${limit})
        AND cart_id IS NOT NULL
        RETURNING id`
      return rows.length
    }, storage("SavedLines.deleteOrdered")),

    forget: Effect.fnUntraced(function*(customerId) {
      yield* sql`DELETE FROM saved_lines WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId}`
    }, storage("SavedLines.forget"))
  })
})

export const layer: Layer.Layer<SavedLineRepository, never, SqlClient.SqlClient> = Layer.effect(SavedLineRepository, make)
