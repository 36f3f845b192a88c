/**
 * License keys in SQL.
 */
import type { VariantId } from "@stoa/core/catalog/VariantId"
import { openStatuses } from "@stoa/core/downloads/DownloadRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import type { Timestamp } from "@stoa/core/kernel/Timestamp"
import type { LicenseId, LicenseKeyId, LicenseState } from "@stoa/core/licenses/License"
import { LicenseRepository, type StoredKey, type StoredLicense } from "@stoa/core/licenses/LicenseRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { storage } from "../Storage.ts"

interface LicenseRow {
  readonly id: LicenseId
  readonly order_id: string
  readonly line_id: string
  readonly variant_id: VariantId
  readonly piece: number
  readonly state: LicenseState
  readonly key_id: LicenseKeyId | null
  readonly sealed: string | null
  readonly given_at: Timestamp | null
  readonly voided_at: Timestamp | null
  readonly disputed: number
}

const toLicense = (row: LicenseRow): StoredLicense => ({
  id: row.id,
  orderId: row.order_id,
  lineId: row.line_id,
  variantId: row.variant_id,
  piece: Number(row.piece),
  state: row.state,
  keyId: row.key_id,
  sealed: row.sealed,
  givenAt: row.given_at,
  voidedAt: row.voided_at,
  disputed: Number(row.disputed) === 1
})

/** A key by whose it is; one that is not free and was no piece's was withdrawn. */
const stateOf = ({ is_free, state }: { readonly is_free: number; readonly state: LicenseState | null }): StoredKey["state"] =>
  state === "void" ? "void" : state !== null ? "given" : Number(is_free) === 1 ? "free" : "withdrawn"

const defaultLowAt = 10
const inOrder = "id"
const handedAtOnce = 100

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const open = sql.literal(openStatuses.map((status) => `'${status}'`).join(", "))
  const columns = sql.literal(
    "l.id, l.order_id, l.line_id, l.variant_id, l.piece, l.state, l.key_id, l.given_at, l.voided_at, l.disputed, k.sealed"
  )

  /** How many pieces of the variant of `l` are in one piece of `line`, as it was sold. */
  const inLine = sql`CASE WHEN line.parts IS NULL THEN 1 ELSE (
    SELECT sum(CAST(part.value ->> 'quantity' AS INTEGER)) FROM ${Dialect.jsonEach(sql, "line.parts", "part")}
    WHERE part.value ->> 'variantId' = l.variant_id) END`

  return LicenseRepository.of({
    sells: Effect.flatMap(CurrentStore, (storeId) =>
      sql`SELECT CASE WHEN EXISTS (SELECT 1 FROM license_pools WHERE store_id = ${storeId})
        OR EXISTS (SELECT 1 FROM licenses WHERE store_id = ${storeId}) THEN 1 ELSE 0 END AS found`).pipe(
        Effect.map((rows) => Number((rows[0] as { readonly found: number } | undefined)?.found) === 1),
        storage("Licenses.sells")
      ),

    pool: Effect.fnUntraced(function*(variantId) {
      const storeId = yield* CurrentStore
      const count = (state: string) =>
        sql`(SELECT count(*) FROM licenses AS l WHERE l.store_id = ${storeId} AND l.variant_id = v.id AND ${sql.literal(state)})`
      const rows = yield* sql<{
        readonly id: VariantId
        readonly gives: number | null
        readonly low_at: number | null
        readonly free: number | null
        readonly given: number
        readonly voided: number
        readonly waiting: number
        readonly withdrawn: number
        readonly archived: number
      }>`SELECT v.id, p.gives, p.low_at, p.free, ${count("l.state = 'given'")} AS given,
          ${count("l.state = 'void' AND l.key_id IS NOT NULL")} AS voided, ${count("l.state = 'waiting'")} AS waiting,
          (SELECT count(*) FROM license_keys AS k WHERE k.store_id = ${storeId} AND k.variant_id = v.id AND k.withdrawn_at IS NOT NULL) AS withdrawn,
          CASE WHEN EXISTS (SELECT 1 FROM variants AS sold WHERE sold.id = v.id) THEN 0 ELSE 1 END AS archived
        FROM (
          SELECT id FROM variants WHERE id = ${variantId} AND ${Dialect.unindexed(sql, "store_id")} = ${storeId}
          UNION SELECT variant_id FROM license_pools WHERE variant_id = ${variantId} AND ${Dialect.unindexed(sql, "store_id")} = ${storeId}
        ) AS v LEFT JOIN license_pools AS p ON p.variant_id = v.id`
      const [row] = rows
      return row === undefined ? undefined : {
        variantId: row.id,
        gives: Number(row.gives ?? 0) === 1,
        lowAt: Number(row.low_at ?? defaultLowAt),
        free: Number(row.free ?? 0),
        given: Number(row.given),
        voided: Number(row.voided),
        withdrawn: Number(row.withdrawn),
        waiting: Number(row.waiting),
        archived: Number(row.archived) === 1
      }
    }, storage("Licenses.pool")),

    setPool: Effect.fnUntraced(function*({ gives, lowAt, variantId }) {
      yield* sql`INSERT INTO license_pools (variant_id, store_id, gives, low_at)
        VALUES (${variantId}, ${yield* CurrentStore}, ${gives ? 1 : 0}, ${lowAt})
        ON CONFLICT (variant_id) DO UPDATE SET gives = excluded.gives, low_at = excluded.low_at`
    }, storage("Licenses.setPool")),

    hold: Effect.fnUntraced(function*(variantIds) {
      const rows = yield* sql<{
        readonly variant_id: VariantId
        readonly gives: number
        readonly low_at: number
        readonly free: number
      }>`SELECT variant_id, gives, low_at, free FROM license_pools
        WHERE ${Dialect.oneOf(sql, "variant_id", variantIds)} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}
        ORDER BY variant_id${Dialect.forUpdate(sql)}`
      return rows.map(({ free, gives, low_at, variant_id }) => ({
        variantId: variant_id,
        gives: Number(gives) === 1,
        lowAt: Number(low_at),
        free: Number(free)
      }))
    }, storage("Licenses.hold")),

    addKeys: Effect.fnUntraced(function*(variantId, keys, at) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<{ readonly id: LicenseKeyId }>`
        INSERT INTO license_keys (id, store_id, variant_id, sealed, mark, created_at)
        SELECT id, ${storeId}, ${variantId}, sealed, mark, ${at}
        FROM ${Dialect.jsonRows(sql, keys.map(({ id, mark, sealed }) => ({ id, sealed, mark })), { id: "text", sealed: "text", mark: "text" })}
        WHERE true ON CONFLICT (store_id, variant_id, mark) DO NOTHING RETURNING id`
      yield* sql`UPDATE license_pools SET free = free + ${rows.length} WHERE variant_id = ${variantId} AND store_id = ${storeId}`
      return new Set(rows.map(({ id }) => id))
    }, storage("Licenses.addKeys")),

    withdraw: Effect.fnUntraced(function*(variantId, marks, at) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<{
        readonly id: LicenseKeyId
        readonly mark: string
        readonly is_free: number
        readonly state: LicenseState | null
      }>`SELECT k.id, k.mark, k.is_free, l.state FROM license_keys AS k LEFT JOIN licenses AS l ON l.key_id = k.id
        WHERE k.store_id = ${storeId} AND k.variant_id = ${variantId} AND ${Dialect.oneOf(sql, "k.mark", marks)}`
      const free = rows.flatMap(({ id, is_free }) => Number(is_free) === 1 ? [id] : [])
      if (free.length > 0) {
        const taken = yield* sql`UPDATE license_keys SET is_free = 0, withdrawn_at = ${at}
          WHERE ${Dialect.oneOf(sql, "id", free)} AND ${Dialect.unindexed(sql, "store_id")} = ${storeId} AND is_free = 1 RETURNING id`
        if (taken.length !== free.length) {
          return yield* Effect.die(new Error("License keys were withdrawn by who does not hold their pool"))
        }
        yield* sql`UPDATE license_pools SET free = free - ${free.length} WHERE variant_id = ${variantId} AND store_id = ${storeId}`
      }
      return new Map(rows.map((row) => [row.mark, stateOf(row)]))
    }, storage("Licenses.withdraw")),

    keys: Effect.fnUntraced(function*(variantId, query) {
      const limit = query.limit ?? Page.defaultLimit
      const after = query.after === undefined ? undefined : (yield* Page.decodeCursor(inOrder, ["string"], query.after))[0]
      const rows = yield* sql<{
        readonly id: LicenseKeyId
        readonly variant_id: VariantId
        readonly sealed: string
        readonly order_id: string | null
        readonly is_free: number
        readonly state: LicenseState | null
        readonly created_at: Timestamp
      }>`SELECT k.id, k.variant_id, k.sealed, k.created_at, k.is_free, l.order_id, l.state
        FROM license_keys AS k LEFT JOIN licenses AS l ON l.key_id = k.id
        WHERE k.store_id = ${yield* CurrentStore} AND k.variant_id = ${variantId} ${
        after === undefined ? sql`` : sql`AND k.id > ${after}`
      } ORDER BY k.id LIMIT ${limit + 1}`
      const keys = rows.map((row): StoredKey => ({
        id: row.id,
        variantId: row.variant_id,
        sealed: row.sealed,
        state: stateOf(row),
        orderId: row.order_id,
        createdAt: row.created_at
      }))
      return Page.fromRows(keys, limit, inOrder, ({ id }) => [id])
    }, storage("Licenses.keys")),

    ofOrder: Effect.fnUntraced(function*(orderId) {
      const rows = yield* sql<LicenseRow>`SELECT ${columns} FROM licenses AS l LEFT JOIN license_keys AS k ON k.id = l.key_id
        WHERE l.order_id = ${orderId} AND ${Dialect.unindexed(sql, "l.store_id")} = ${yield* CurrentStore}
        ORDER BY l.line_id, l.variant_id, l.piece`
      return rows.map(toLicense)
    }, storage("Licenses.ofOrder")),

    ofCustomer: Effect.fnUntraced(function*(customerId, after) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<LicenseRow>`SELECT ${columns}
        FROM orders AS o JOIN licenses AS l ON l.order_id = o.id LEFT JOIN license_keys AS k ON k.id = l.key_id
        WHERE o.store_id = ${storeId} AND o.customer_id = ${customerId} ${after === undefined ? sql`` : sql`AND l.id > ${after}`}
        ORDER BY l.id LIMIT ${handedAtOnce}`
      return rows.map(toLicense)
    }, storage("Licenses.ofCustomer")),

    add: Effect.fnUntraced(function*(orderId, licenses, at) {
      const rows = licenses.map(({ id, lineId, piece, variantId }) => ({ id, line_id: lineId, variant_id: variantId, piece }))
      yield* sql`INSERT INTO licenses (id, store_id, order_id, line_id, variant_id, piece, state, asked_at)
        SELECT id, ${yield* CurrentStore}, ${orderId}, line_id, variant_id, piece, 'waiting', ${at}
        FROM ${Dialect.jsonRows(sql, rows, { id: "text", line_id: "text", variant_id: "text", piece: "int" })}
        WHERE true ON CONFLICT (order_id, line_id, variant_id, piece) DO NOTHING`
    }, storage("Licenses.add")),

    lose: Effect.fnUntraced(function*(orderId, at) {
      const rows = yield* sql<{ readonly id: LicenseId }>`UPDATE licenses SET state = 'void', voided_at = ${at}, disputed = 1
        WHERE order_id = ${orderId} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore} AND state <> 'void' RETURNING id`
      return rows.map(({ id }) => id).sort()
    }, storage("Licenses.lose")),

    regain: Effect.fnUntraced(function*(orderId) {
      const rows = yield* sql<{ readonly id: LicenseId }>`UPDATE licenses
        SET state = CASE WHEN key_id IS NULL THEN 'waiting' ELSE 'given' END, voided_at = NULL, disputed = 0
        WHERE order_id = ${orderId} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore} AND disputed = 1 RETURNING id`
      return rows.map(({ id }) => id).sort()
    }, storage("Licenses.regain")),

    void: Effect.fnUntraced(function*(ids, at) {
      yield* sql`UPDATE licenses SET state = 'void', voided_at = ${at}
        WHERE ${Dialect.oneOf(sql, "id", ids)} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore} AND state <> 'void'`
    }, storage("Licenses.void")),

    give: Effect.fnUntraced(function*(variantId, limit, at) {
      const storeId = yield* CurrentStore
      // as many pieces of a line as are not cancelled, of a bundle as often as the part is in it; those that have had a key count first
      const due = sql`licenses AS l JOIN orders AS o ON o.id = l.order_id AND o.store_id = l.store_id JOIN order_lines AS line ON line.id = l.line_id
        WHERE l.store_id = ${storeId} AND l.variant_id = ${variantId} AND l.state = 'waiting' AND o.status IN (${open})
          AND (line.quantity - line.cancelled) * ${inLine} >= (
            SELECT count(*) FROM licenses AS had
            WHERE had.order_id = l.order_id AND had.line_id = l.line_id AND had.variant_id = l.variant_id
              AND (had.state = 'given' OR had.disputed = 1 OR (had.state = 'waiting' AND had.piece <= l.piece)))`
      const first = sql`ORDER BY l.asked_at, l.id LIMIT ${limit}`
      // changes of these orders that are under way come first, and what they have changed is seen by the next statement
      const ofOrders = yield* sql.onDialectOrElse({
        pg: () =>
          Effect.map(
            sql<{ readonly order_id: string }>`SELECT l.order_id FROM ${due} ${first}${Dialect.forShare(sql, { of: "o" })}`,
            (rows) => sql`AND ${Dialect.oneOf(sql, "l.order_id", [...new Set(rows.map(({ order_id }) => order_id))])}`
          ),
        orElse: () => Effect.succeed(sql``)
      })
      const waiting = yield* sql<{ readonly id: LicenseId; readonly order_id: string }>`SELECT l.id, l.order_id FROM ${due} ${ofOrders} ${first}`
      if (waiting.length === 0) return []
      const free = yield* sql<{ readonly id: LicenseKeyId }>`
        SELECT id FROM license_keys WHERE store_id = ${storeId} AND variant_id = ${variantId} AND is_free = 1
        ORDER BY id LIMIT ${waiting.length}`
      const pairs = free.flatMap(({ id }, index) => {
        const license = waiting[index]
        return license === undefined ? [] : [{ id: license.id, key_id: id, order_id: license.order_id }]
      })
      if (pairs.length === 0) return []
      const taken = yield* sql`UPDATE license_keys SET is_free = 0
        WHERE ${Dialect.oneOf(sql, "id", pairs.map(({ key_id }) => key_id))} AND ${Dialect.unindexed(sql, "store_id")} = ${storeId}
          AND is_free = 1 RETURNING id`
      const given = yield* sql`UPDATE licenses SET state = 'given', given_at = ${at}, key_id = (
          SELECT input.key_id FROM ${
        Dialect.jsonRows(sql, pairs.map(({ id, key_id }) => ({ id, key_id })), { id: "text", key_id: "text" })
      } WHERE input.id = licenses.id)
        WHERE ${Dialect.oneOf(sql, "id", pairs.map(({ id }) => id))} AND ${Dialect.unindexed(sql, "store_id")} = ${storeId}
          AND state = 'waiting' RETURNING id`
      if (taken.length !== pairs.length || given.length !== pairs.length) {
        return yield* Effect.die(new Error("License keys were given by who does not hold their pool"))
      }
      yield* sql`UPDATE license_pools SET free = free - ${pairs.length} WHERE variant_id = ${variantId} AND store_id = ${storeId}`
      return pairs.map(({ id, order_id }) => ({ id, orderId: order_id }))
    }, storage("Licenses.give"))
  })
})

export const layer: Layer.Layer<LicenseRepository, never, SqlClient.SqlClient> = Layer.effect(LicenseRepository, make)
