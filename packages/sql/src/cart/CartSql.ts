/**
 * Carts in SQL.
 */
import type { CartId } from "@stoa/core/cart/Cart"
import type { StoredCart } from "@stoa/core/cart/CartRepository"
import { CartRepository } from "@stoa/core/cart/CartRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { atVersion } from "../AtVersion.ts"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage, transactionOf } from "../Storage.ts"
import * as CartChangeSql from "./CartChangeSql.ts"
import * as CartMemory from "./CartMemory.ts"
import * as CartSnapshotSql from "./CartSnapshotSql.ts"
import * as NewCarts from "./NewCarts.ts"

/** The hour in which something ends, as `carts_expiring` has it. */
const hourOf = (at: Timestamp.Timestamp): string => at.slice(0, 13)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  const begin = NewCarts.make(sql)
  const memory = CartMemory.make(sql)

  return CartRepository.of({
    ...CartSnapshotSql.make(sql, memory),
    insert: Effect.fnUntraced(function*(cart, store) {
      const storeId = yield* CurrentStore
      const begun = yield* begin({ cart, store, storeId })
      if (begun === undefined) return false
      yield* memory.wrote(storeId, cart, begun.mark)
      return true
    }),
    replace: Effect.fnUntraced(function*(cart) {
      const storeId = yield* CurrentStore
      const [row] = yield* sql<{ readonly mark: string | null }>`${CartChangeSql.update(sql, cart, storeId)} RETURNING ${CartChangeSql.markOf(sql)} AS mark`
      if (row === undefined) return yield* new VersionConflict({ id: cart.id, expected: cart.version - 1 })
      yield* memory.wrote(storeId, cart, row.mark)
    }, storage("Carts.replace")),
    delete: Effect.fnUntraced(function*(id, version) {
      const rows = yield* sql`DELETE FROM carts
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND status <> 'ordered' ${atVersion(sql, version)}
        RETURNING id`
      return rows.length > 0
    }, storage("Carts.delete")),
    forget: Effect.fnUntraced(function*(customerId) {
      const storeId = yield* CurrentStore
      yield* sql`
        DELETE FROM carts WHERE store_id = ${storeId} AND customer_id = ${customerId} AND status <> 'ordered'`
      yield* sql`
        UPDATE carts SET email = NULL, note = NULL, shipping_address = NULL, billing_address = NULL
        WHERE store_id = ${storeId} AND customer_id = ${customerId}`
    }, storage("Carts.forget")),
    left: Effect.fnUntraced(function*({ cartDays, limit, since, until }) {
      const storeId = yield* CurrentStore
      const expire = (at: Timestamp.Timestamp) => Timestamp.plus(at, { days: cartDays })
      const rows = yield* sql<{ readonly id: CartId; readonly customer_id: string; readonly email: string; readonly language: string | null; readonly lines: string }>`
        SELECT carts.id, carts.customer_id, users.email, carts.language, carts.lines
        FROM carts JOIN users ON users.id = carts.customer_id AND users.store_id = carts.store_id AND users.status = 'active'
        WHERE carts.store_id = ${storeId} AND carts.status <> 'ordered' AND carts.status = 'open'
          AND carts.expires_hour >= ${hourOf(expire(since))} AND carts.expires_hour <= ${hourOf(expire(until))}
          AND carts.expires_at >= ${expire(since)} AND carts.expires_at <= ${expire(until)}
          AND carts.updated_at >= ${since} AND carts.updated_at <= ${until} AND carts.lines <> '[]'
          AND NOT EXISTS (
            SELECT 1 FROM marketing_messages
            WHERE marketing_messages.store_id = ${storeId} AND marketing_messages.source = 'abandoned-cart:' || carts.id)
        ORDER BY carts.expires_hour, carts.expires_at LIMIT ${limit}`
      return rows.map(({ customer_id, email, id, language, lines }) => ({ cartId: id, customerId: customer_id, email, language, lines: Row.json<StoredCart["lines"]>(lines) }))
    }, storage("Carts.left")),

    deleteExpired: Effect.fnUntraced(function*(before, limit) {
      const storeId = yield* CurrentStore
      // asked again outside: in Postgres the cart may have become an order since the rows were chosen
      const rows = yield* sql<{ readonly created_at: string; readonly status: string; readonly filled: number; readonly checkout: number }>`
        DELETE FROM carts WHERE id IN (
          SELECT id FROM carts WHERE store_id = ${storeId} AND status <> 'ordered'
            AND expires_hour <= ${hourOf(before)} AND expires_at < ${before}
          ORDER BY expires_hour, expires_at LIMIT ${limit})
        AND store_id = ${storeId} AND status <> 'ordered' AND expires_at < ${before}
        RETURNING created_at, status, CASE WHEN lines <> '[]' THEN 1 ELSE 0 END AS filled,
          CASE WHEN email IS NOT NULL OR shipping_address IS NOT NULL THEN 1 ELSE 0 END AS checkout`
      const left = rows.filter(({ filled, status }) => filled === 1 && status === "open")
      if (left.length > 0) {
        yield* sql`INSERT INTO left_carts (store_id, created_at, checkout)
          SELECT ${storeId}, created_at, checkout FROM ${Dialect.jsonRows(sql, left, { created_at: "text", checkout: "int" })}`
      }
      return rows.length
    }, transactionOf(sql), storage("Carts.deleteExpired"))
  })
})

export const layer: Layer.Layer<CartRepository, never, SqlClient.SqlClient> = Layer.effect(CartRepository, make)
