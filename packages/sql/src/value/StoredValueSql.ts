/**
 * Gift cards and store credit in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import type { Timestamp } from "@stoa/core/kernel/Timestamp"
import { VersionConflict } from "@stoa/core/kernel/Version"
import type { StoredValue, TakenFor, ValueMovement } from "@stoa/core/value/StoredValue"
import { StoredValueRepository } from "@stoa/core/value/StoredValueRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface ValueRow {
  readonly id: string
  readonly kind: StoredValue["kind"]
  readonly currency: StoredValue["currency"]
  readonly initial: number
  readonly balance: number
  readonly status: StoredValue["status"]
  readonly customer_id: string | null
  readonly code_hash: string | null
  readonly last_four: string | null
  readonly email: string | null
  readonly note: string | null
  readonly expires_at: Timestamp | null
  readonly order_id: string | null
  readonly gift_name: string | null
  readonly gift_message: string | null
  readonly send_at: Timestamp | null
  readonly taken_for: TakenFor | null
  readonly version: number
  readonly created_at: Timestamp
  readonly updated_at: Timestamp
}

const fromRow = (row: ValueRow): StoredValue => ({
  id: row.id,
  kind: row.kind,
  currency: row.currency,
  initial: row.initial,
  balance: row.balance,
  status: row.status,
  ...(row.taken_for === null ? {} : { takenFor: row.taken_for }),
  customerId: row.customer_id,
  codeHash: row.code_hash,
  lastFour: row.last_four,
  email: row.email,
  note: row.note,
  expiresAt: row.expires_at,
  ...(row.order_id === null
    ? {}
    : { sale: { orderId: row.order_id, name: row.gift_name, message: row.gift_message, sendAt: row.send_at } }),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
})

interface MovementRow {
  readonly move_key: string
  readonly kind: ValueMovement["kind"]
  readonly amount: number
  readonly order_id: string | null
  readonly reason: string | null
  readonly at: Timestamp
}

const soldColumns = {
  id: "text",
  line_id: "text",
  piece: "int",
  currency: "text",
  amount: "int",
  email: "text",
  gift_name: "text",
  gift_message: "text",
  send_at: "text",
  expires_at: "text"
} as const

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const ofPieces = sql.literal("'piece', 'piece_refund', 'piece_dispute'")
  const columns = sql.literal(`id, kind, currency, initial, balance, status, customer_id, code_hash, last_four, email, note,
    expires_at, order_id, gift_name, gift_message, send_at, taken_for, version, created_at, updated_at`)

  const toRow = (value: StoredValue, storeId: string) =>
    sql.insert({
      id: value.id,
      store_id: storeId,
      kind: value.kind,
      currency: value.currency,
      initial: value.initial,
      balance: value.balance,
      status: value.status,
      customer_id: value.customerId,
      code_hash: value.codeHash,
      last_four: value.lastFour,
      email: value.email,
      note: value.note,
      expires_at: value.expiresAt,
      version: value.version,
      created_at: value.createdAt,
      updated_at: value.updatedAt
    })

  /** So much more, or less, of an order is owed on gift cards, and so not sold. */
  const owe = (storeId: string, orderId: string, amount: number) =>
    sql`UPDATE orders SET gift_cards = gift_cards + ${amount} WHERE id = ${orderId} AND store_id = ${storeId}`

  return StoredValueRepository.of({
    insert: Effect.fnUntraced(function*(value) {
      yield* sql`INSERT INTO stored_values ${toRow(value, yield* CurrentStore)}`
    }, storage("StoredValues.insert")),
    creditOf: Effect.fnUntraced(function*(customerId, fresh) {
      const storeId = yield* CurrentStore
      yield* sql`INSERT INTO stored_values ${toRow(fresh, storeId)}
        ON CONFLICT (store_id, customer_id, currency) WHERE kind = 'store_credit' DO NOTHING`
      const rows = yield* sql<ValueRow>`
        SELECT ${columns} FROM stored_values
        WHERE store_id = ${storeId} AND kind = 'store_credit' AND customer_id = ${customerId}
          AND currency = ${fresh.currency}`
      return Row.first(rows, fromRow) ?? fresh
    }, storage("StoredValues.creditOf")),
    heldCredit: Effect.fnUntraced(function*(customerId, currency) {
      const rows = yield* sql<{ readonly balance: number }>`
        SELECT balance FROM stored_values
        WHERE store_id = ${yield* CurrentStore} AND kind = 'store_credit' AND customer_id = ${customerId}
          AND currency = ${currency}${Dialect.forUpdate(sql)}`
      return rows[0]?.balance ?? 0
    }, storage("StoredValues.heldCredit")),
    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<ValueRow>`
        SELECT ${columns} FROM stored_values WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("StoredValues.find")),
    hold: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<ValueRow>`
        SELECT ${columns} FROM stored_values WHERE id = ${id} AND store_id = ${yield* CurrentStore}${Dialect.forUpdate(sql)}`
      return Row.first(rows, fromRow)
    }, storage("StoredValues.hold")),
    hasMoved: Effect.fnUntraced(function*(key) {
      const rows = yield* sql`SELECT 1 FROM stored_value_movements WHERE store_id = ${yield* CurrentStore} AND move_key = ${key}`
      return rows.length > 0
    }, storage("StoredValues.hasMoved")),
    spendable: Effect.fnUntraced(function*(codeHashes, customerId) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<ValueRow>`
        SELECT ${columns} FROM stored_values
        WHERE store_id = ${storeId} AND code_hash IS NOT NULL AND ${Dialect.oneOf(sql, "code_hash", codeHashes)}
        UNION ALL
        SELECT ${columns} FROM stored_values
        WHERE store_id = ${storeId} AND kind = 'store_credit' AND customer_id = ${customerId ?? ""}`
      return rows.map(fromRow)
    }, storage("StoredValues.spendable")),
    giftCards: Effect.fnUntraced(function*({ after, limit = Page.defaultLimit }) {
      const [last = "~"] = after === undefined ? [] : yield* Page.decodeCursor("-id", ["string"], after)
      const rows = yield* sql<ValueRow>`
        SELECT ${columns} FROM stored_values
        WHERE store_id = ${yield* CurrentStore} AND kind = 'gift_card' AND id < ${last}
        ORDER BY id DESC LIMIT ${limit + 1}`
      const page = Page.fromRows(rows, limit, "-id", (row) => [row.id])
      return { items: page.items.map(fromRow), nextCursor: page.nextCursor }
    }, storage("StoredValues.giftCards")),
    replace: Effect.fnUntraced(function*(value) {
      const rows = yield* sql`
        UPDATE stored_values SET status = ${value.status}, code_hash = ${value.codeHash}, last_four = ${value.lastFour},
          note = ${value.note}, expires_at = ${value.expiresAt}, version = ${value.version},
          updated_at = ${value.updatedAt}
        WHERE id = ${value.id} AND store_id = ${yield* CurrentStore} AND version = ${value.version - 1}
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: value.id, expected: value.version - 1 })
    }, storage("StoredValues.replace")),
    move: Effect.fnUntraced(function*({ amount, at, key, kind, orderId, reason, valueId }, { spending }) {
      const storeId = yield* CurrentStore
      const fresh = yield* sql`INSERT INTO stored_value_movements ${
        sql.insert({ store_id: storeId, move_key: key, value_id: valueId, kind, amount, order_id: orderId, reason, at })
      } ON CONFLICT (store_id, move_key) DO NOTHING RETURNING move_key`
      if (fresh.length === 0) return true
      const able = spending ? sql`AND status = 'active' AND (expires_at IS NULL OR expires_at > ${at})` : sql.literal("")
      // the condition holds for the balance as it is when the row is written, whoever else spends it
      const moved = yield* sql`
        UPDATE stored_values SET balance = balance + ${amount}, updated_at = ${at}
        WHERE id = ${valueId} AND store_id = ${storeId} AND balance + ${amount} >= 0 ${able}
        RETURNING balance`
      return moved.length > 0
    }, storage("StoredValues.move")),
    soldIn: Effect.fnUntraced(function*(orderId) {
      const storeId = yield* CurrentStore
      // a statement that waits for a row still sees the movements of its own beginning, so the sums are another one's
      yield* sql.onDialectOrElse({
        pg: () => sql`SELECT id FROM stored_values WHERE store_id = ${storeId} AND order_id = ${orderId} ORDER BY id${Dialect.forUpdate(sql)}`,
        orElse: () => Effect.void
      })
      const rows = yield* sql<{
        readonly id: string
        readonly line_id: string
        readonly piece: number
        readonly initial: number
        readonly balance: number
        readonly status: StoredValue["status"]
        readonly version: number
        readonly taken_for: TakenFor | null
        readonly gone: number
        readonly taken: number
        readonly unsent: number
      }>`
        SELECT id, line_id, piece, initial, balance, status, version, taken_for,
          CASE WHEN last_four IS NULL AND send_at IS NULL THEN 1 ELSE 0 END AS unsent,
          CAST(COALESCE((SELECT -sum(m.amount) FROM stored_value_movements AS m
            WHERE m.value_id = stored_values.id AND m.store_id = ${storeId} AND m.kind IN ('spend', 'refund', 'adjust')), 0)
            AS BIGINT) AS gone,
          CAST(COALESCE((SELECT -sum(m.amount) FROM stored_value_movements AS m
            WHERE m.value_id = stored_values.id AND m.store_id = ${storeId} AND m.kind IN ('void', 'restore')
              AND CASE WHEN taken_for IN (${ofPieces}) THEN m.reason = taken_for
                ELSE COALESCE(m.reason, '') NOT IN (${ofPieces}) END), 0)
            AS BIGINT) AS taken
        FROM stored_values
        WHERE store_id = ${storeId} AND order_id = ${orderId} ORDER BY id`
      return rows.map((card) => ({
        id: card.id,
        lineId: card.line_id,
        piece: card.piece,
        initial: card.initial,
        balance: card.balance,
        status: card.status,
        version: card.version,
        takenFor: card.taken_for,
        spent: card.gone,
        taken: card.taken,
        unsent: card.unsent === 1
      }))
    }, storage("StoredValues.soldIn")),
    issueSold: Effect.fnUntraced(function*(orderId, cards, at) {
      const storeId = yield* CurrentStore
      const rows = cards.map(({ amount, currency, email, expiresAt, id, lineId, message, name, piece, sendAt }) => ({
        id,
        line_id: lineId,
        piece,
        currency,
        amount,
        email,
        gift_name: name,
        gift_message: message,
        send_at: sendAt,
        expires_at: expiresAt
      }))
      const input = Dialect.jsonRows(sql, rows, soldColumns)
      yield* sql`
        INSERT INTO stored_values (id, store_id, kind, currency, initial, balance, status, email, expires_at, order_id, line_id,
          piece, gift_name, gift_message, send_at, version, created_at, updated_at)
        SELECT id, ${storeId}, 'gift_card', currency, amount, amount, 'active', email, expires_at, ${orderId}, line_id, piece,
          gift_name, gift_message, send_at, 1, ${at}, ${at} FROM ${input}`
      yield* sql`
        INSERT INTO stored_value_movements (store_id, move_key, value_id, kind, amount, order_id, at)
        SELECT ${storeId}, 'issue:' || id, id, 'issue', amount, ${orderId}, ${at} FROM ${input}`
      yield* owe(storeId, orderId, cards.reduce((sum, { amount }) => sum + amount, 0))
    }, storage("StoredValues.issueSold")),
    voidSold: Effect.fnUntraced(function*(orderId, cards, takenFor, at) {
      const storeId = yield* CurrentStore
      const rows = cards.map(({ balance, id, version }) => ({ id, balance, version }))
      const input = Dialect.jsonRows(sql, rows, { id: "text", balance: "int", version: "int" })
      const sending = takenFor === "refund" || takenFor === "dispute" ? sql.literal("") : sql.literal("send_at = NULL,")
      yield* sql`
        INSERT INTO stored_value_movements (store_id, move_key, value_id, kind, amount, order_id, reason, at)
        SELECT ${storeId}, 'void:' || id || ':' || version, id, 'void', -balance, ${orderId}, ${takenFor}, ${at} FROM ${input}`
      yield* sql`
        UPDATE stored_values SET status = 'void', balance = 0, taken_for = ${takenFor}, ${sending} version = version + 1,
          updated_at = ${at}
        WHERE ${Dialect.unindexed(sql, "store_id")} = ${storeId} AND ${Dialect.oneOf(sql, "id", cards.map(({ id }) => id))}`
      yield* owe(storeId, orderId, -cards.reduce((sum, { balance }) => sum + balance, 0))
    }, storage("StoredValues.voidSold")),
    restoreSold: Effect.fnUntraced(function*(orderId, cards, at) {
      const storeId = yield* CurrentStore
      const rows = cards.map(({ id, taken, takenFor, version }) => ({ id, amount: taken, taken_for: takenFor, version }))
      const input = Dialect.jsonRows(sql, rows, { id: "text", amount: "int", taken_for: "text", version: "int" })
      // for the same reason as it was taken, so that the sum of a reason says what is still taken for it
      yield* sql`
        INSERT INTO stored_value_movements (store_id, move_key, value_id, kind, amount, order_id, reason, at)
        SELECT ${storeId}, 'restore:' || input.id || ':' || input.version, input.id, 'restore', input.amount, ${orderId},
          stored_values.taken_for, ${at}
        FROM ${input} JOIN stored_values ON stored_values.id = input.id AND ${Dialect.unindexed(sql, "stored_values.store_id")} = ${storeId}`
      yield* sql`
        UPDATE stored_values SET status = 'active', balance = balance + input.amount, taken_for = input.taken_for,
          version = stored_values.version + 1, updated_at = ${at}
        FROM ${input} WHERE stored_values.id = input.id AND ${Dialect.unindexed(sql, "stored_values.store_id")} = ${storeId}`
      yield* owe(storeId, orderId, rows.reduce((sum, { amount }) => sum + amount, 0))
    }, storage("StoredValues.restoreSold")),
    reopen: Effect.fnUntraced(function*(id, at) {
      yield* sql`
        UPDATE stored_values SET status = 'active', version = version + 1, updated_at = ${at}
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND status = 'void'`
    }, storage("StoredValues.reopen")),
    takeToSend: Effect.fnUntraced(function*(now, limit) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<{ readonly id: string }>`
        UPDATE stored_values SET send_at = NULL
        WHERE ${Dialect.unindexed(sql, "store_id")} = ${storeId} AND id IN (
          SELECT id FROM stored_values
          WHERE store_id = ${storeId} AND send_at IS NOT NULL AND send_at <= ${now} AND status = 'active' ORDER BY send_at LIMIT ${limit}${Dialect.forUpdate(sql)}
        )
        RETURNING id`
      return rows.map(({ id }) => id)
    }, storage("StoredValues.takeToSend")),
    movements: Effect.fnUntraced(function*(value, { after, limit = Page.defaultLimit }) {
      const [at = "~", key = ""] = after === undefined ? [] : yield* Page.decodeCursor("-at", ["string", "string"], after)
      const rows = yield* sql<MovementRow>`
        SELECT move_key, kind, amount, order_id, reason, at FROM stored_value_movements
        WHERE value_id = ${value.id} AND store_id = ${yield* CurrentStore} AND (at, move_key) < (${at}, ${key})
        ORDER BY at DESC, move_key DESC LIMIT ${limit + 1}`
      const page = Page.fromRows(rows, limit, "-at", (row) => [row.at, row.move_key])
      return {
        items: page.items.map((row) => ({
          id: row.move_key,
          kind: row.kind,
          amount: Row.money(row.amount, value.currency),
          orderId: row.order_id,
          reason: row.reason,
          at: row.at
        })),
        nextCursor: page.nextCursor
      }
    }, storage("StoredValues.movements")),
    owed: Effect.flatMap(CurrentStore, (storeId) =>
      sql<{ readonly kind: StoredValue["kind"]; readonly currency: string; readonly balance: number }>`
        SELECT kind, currency, CAST(sum(balance) AS BIGINT) AS balance FROM stored_values WHERE store_id = ${storeId}
        GROUP BY kind, currency`
    ).pipe(
      Effect.map((rows) => rows.map(({ balance, currency, kind }) => ({ kind, balance: Row.money(balance, currency) }))),
      storage("StoredValues.owed")
    ),
    isCustomer: Effect.fnUntraced(function*(id) {
      const rows = yield* sql`SELECT id FROM users WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return rows.length > 0
    }, storage("StoredValues.isCustomer")),
    forget: Effect.fnUntraced(function*(email, customerId) {
      const storeId = yield* CurrentStore
      yield* sql`
        UPDATE stored_values SET note = NULL WHERE store_id = ${storeId} AND customer_id = ${customerId}`
      if (email !== null) {
        // what is not sent yet goes to who has bought it
        yield* sql`
          UPDATE stored_values SET gift_name = NULL, gift_message = NULL, email = CASE WHEN send_at IS NULL THEN NULL
            ELSE (SELECT o.email FROM orders AS o WHERE o.id = stored_values.order_id AND o.store_id = ${storeId}) END
          WHERE store_id = ${storeId} AND email = ${email}`
        const ofLine = sql.onDialectOrElse({
          pg: () => sql`gift_card::jsonb ->> 'email'`,
          orElse: () => sql`gift_card ->> 'email'`
        })
        yield* sql`
          UPDATE order_lines SET gift_card = '{}'
          WHERE store_id = ${storeId} AND gift_card IS NOT NULL AND ${ofLine} = ${email}`
      }
    }, storage("StoredValues.forget"))
  })
})

export const layer: Layer.Layer<StoredValueRepository, never, SqlClient.SqlClient> = Layer.effect(
  StoredValueRepository,
  make
)
