/**
 * Links to carts in SQL.
 */
import { CartShareRepository, type FoundShare } from "@stoa/core/cart/CartShareRepository"
import type { CartShare } from "@stoa/core/cart/SharedCart"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { acrossStores } from "../EveryStore.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface ShareRow {
  readonly id: CartShare["id"]
  readonly cart_id: FoundShare["cartId"]
  readonly mode: CartShare["mode"]
  readonly expires_at: CartShare["expiresAt"]
  readonly created_at: CartShare["createdAt"]
}

const fromRow = ({ created_at, expires_at, id, mode }: ShareRow): CartShare => ({ id, mode, expiresAt: expires_at, createdAt: created_at })

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("id, cart_id, mode, expires_at, created_at")

  return CartShareRepository.of({
    insert: Effect.fnUntraced(function*({ cartId, createdAt, expiresAt, id, mode, tokenHash }, maximum) {
      const storeId = yield* CurrentStore
      // so that who makes many at once is counted too
      yield* Dialect.lockTransaction(sql, `stoa:cart-shares:${cartId}`)
      const rows = yield* sql`
        INSERT INTO cart_shares (${columns}, store_id, token_hash)
        SELECT ${id}, ${cartId}, ${mode}, ${expiresAt}, ${createdAt}, ${storeId}, ${tokenHash}
        WHERE (
          SELECT count(*) FROM cart_shares WHERE cart_id = ${cartId} AND store_id = ${storeId} AND expires_at > ${createdAt}
        ) < ${maximum}
        RETURNING id`
      return rows.length > 0
    }, storage("CartShares.insert")),

    find: Effect.fnUntraced(function*(tokenHash) {
      const rows = yield* sql<ShareRow>`
        SELECT ${columns} FROM cart_shares WHERE store_id = ${yield* CurrentStore} AND token_hash = ${tokenHash}`
      return Row.first(rows, (row) => ({ ...fromRow(row), cartId: row.cart_id }))
    }, storage("CartShares.find")),

    ofCart: Effect.fnUntraced(function*(cartId, at) {
      const rows = yield* sql<ShareRow>`
        SELECT ${columns} FROM cart_shares
        WHERE cart_id = ${cartId} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore} AND expires_at > ${at}
        ORDER BY created_at, id LIMIT 100`
      return rows.map(fromRow)
    }, storage("CartShares.ofCart")),

    delete: Effect.fnUntraced(function*(cartId, id) {
      const rows = yield* sql`
        DELETE FROM cart_shares WHERE id = ${id} AND cart_id = ${cartId} AND store_id = ${yield* CurrentStore} RETURNING id`
      return rows.length > 0
    }, storage("CartShares.delete")),

    deleteBefore: (before) =>
      acrossStores(sql`
        DELETE FROM cart_shares WHERE id IN (
          SELECT id FROM cart_shares WHERE expires_at < ${before} ORDER BY expires_at LIMIT 10000)`).pipe(
        Effect.asVoid,
        storage("CartShares.deleteBefore")
      )
  })
})

export const layer: Layer.Layer<CartShareRepository, never, SqlClient.SqlClient> = Layer.effect(CartShareRepository, make)
