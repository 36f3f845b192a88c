/**
 * Links to wish lists in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import type { WishShare } from "@stoa/core/wishes/SharedWishList"
import { WishShareRepository } from "@stoa/core/wishes/WishShareRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { acrossStores } from "../EveryStore.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface ShareRow {
  readonly id: WishShare["id"]
  readonly customer_id: string
  readonly expires_at: WishShare["expiresAt"]
  readonly created_at: WishShare["createdAt"]
}

const fromRow = ({ created_at, expires_at, id }: ShareRow): WishShare => ({ id, expiresAt: expires_at, createdAt: created_at })

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("id, customer_id, expires_at, created_at")

  return WishShareRepository.of({
    insert: Effect.fnUntraced(function*({ createdAt, customerId, expiresAt, id, tokenHash }, maximum) {
      const storeId = yield* CurrentStore
      // so that who makes many at once is counted too
      yield* Dialect.lockTransaction(sql, `stoa:wish-shares:${storeId}:${customerId}`)
      const rows = yield* sql`
        INSERT INTO wish_list_shares (${columns}, store_id, token_hash)
        SELECT ${id}, ${customerId}, ${expiresAt}, ${createdAt}, ${storeId}, ${tokenHash}
        WHERE (
          SELECT count(*) FROM wish_list_shares
          WHERE store_id = ${storeId} AND customer_id = ${customerId} AND expires_at > ${createdAt}
        ) < ${maximum}
        RETURNING id`
      return rows.length > 0
    }, storage("WishShares.insert")),

    find: Effect.fnUntraced(function*(tokenHash) {
      const rows = yield* sql<ShareRow>`
        SELECT ${columns} FROM wish_list_shares WHERE store_id = ${yield* CurrentStore} AND token_hash = ${tokenHash}`
      return Row.first(rows, (row) => ({ ...fromRow(row), customerId: row.customer_id }))
    }, storage("WishShares.find")),

    ofCustomer: Effect.fnUntraced(function*(customerId, at) {
      const rows = yield* sql<ShareRow>`
        SELECT ${columns} FROM wish_list_shares
        WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId} AND expires_at > ${at}
        ORDER BY created_at, id LIMIT 100`
      return rows.map(fromRow)
    }, storage("WishShares.ofCustomer")),

    delete: Effect.fnUntraced(function*(customerId, id) {
      const rows = yield* sql`
        DELETE FROM wish_list_shares WHERE id = ${id} AND customer_id = ${customerId} AND store_id = ${yield* CurrentStore} RETURNING id`
      return rows.length > 0
    }, storage("WishShares.delete")),

    forget: Effect.fnUntraced(function*(customerId) {
      yield* sql`DELETE FROM wish_list_shares WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId}`
    }, storage("WishShares.forget")),

    deleteBefore: (before) =>
      acrossStores(sql`
        DELETE FROM wish_list_shares WHERE id IN (
          SELECT id FROM wish_list_shares WHERE expires_at < ${before} ORDER BY expires_at LIMIT 10000)`).pipe(
        Effect.asVoid,
        storage("WishShares.deleteBefore")
      )
  })
})

export const layer: Layer.Layer<WishShareRepository, never, SqlClient.SqlClient> = Layer.effect(WishShareRepository, make)
