/**
 * Claims in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { VersionConflict } from "@stoa/core/kernel/Version"
import type { Claim } from "@stoa/core/returns/Claim"
import { ClaimRepository } from "@stoa/core/returns/ClaimRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface ClaimRow {
  readonly id: string
  readonly order_id: string
  readonly status: string
  readonly lines: string
  readonly answer: string | null
  readonly replacement_id: string | null
  readonly currency: string | null
  readonly amount: number | null
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const fromRow = (row: ClaimRow): Claim => ({
  id: row.id,
  orderId: row.order_id,
  status: row.status,
  lines: Row.json(row.lines),
  answer: row.answer,
  replacementId: row.replacement_id,
  amount: row.currency === null ? null : Row.moneyOrNull(row.amount, row.currency),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as Claim)

const oldestFirst = "createdAt,id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(
    "id, order_id, status, lines, answer, replacement_id, currency, amount, version, created_at, updated_at"
  )

  const ofCustomer = (storeId: string, customerId: string) =>
    sql`order_id IN (SELECT id FROM orders WHERE store_id = ${storeId} AND customer_id = ${customerId})`

  return ClaimRepository.of({
    insert: Effect.fnUntraced(function*(claim) {
      yield* sql`INSERT INTO claims ${
        sql.insert({
          id: claim.id,
          store_id: yield* CurrentStore,
          order_id: claim.orderId,
          status: claim.status,
          lines: JSON.stringify(claim.lines),
          answer: claim.answer,
          replacement_id: claim.replacementId,
          currency: claim.amount?.currency ?? null,
          amount: claim.amount?.amount ?? null,
          version: claim.version,
          created_at: claim.createdAt,
          updated_at: claim.updatedAt
        })
      }`
    }, storage("Claims.insert")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<ClaimRow>`
        SELECT ${columns} FROM claims WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("Claims.find")),

    ofOrder: Effect.fnUntraced(function*(orderId) {
      const rows = yield* sql<ClaimRow>`
        SELECT ${columns} FROM claims
        WHERE order_id = ${orderId} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore} ORDER BY id`
      return rows.map(fromRow)
    }, storage("Claims.ofOrder")),

    list: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const storeId = yield* CurrentStore
      const conditions = [sql`store_id = ${storeId}`]
      if (query.status !== undefined) conditions.push(sql`status = ${query.status}`)
      if (query.customerId !== undefined) conditions.push(ofCustomer(storeId, query.customerId))
      if (query.after !== undefined) {
        const [createdAt, id] = yield* Page.decodeCursor(oldestFirst, 2, query.after)
        conditions.push(sql`(created_at, id) > (${createdAt}, ${id})`)
      }
      const rows = yield* sql<ClaimRow>`
        SELECT ${columns} FROM claims WHERE ${sql.and(conditions)} ORDER BY created_at, id LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromRow), limit, oldestFirst, ({ createdAt, id }) => [createdAt, id])
    }, storage("Claims.list")),

    update: Effect.fnUntraced(function*(claim) {
      const rows = yield* sql`
        UPDATE claims SET status = ${claim.status}, answer = ${claim.answer}, replacement_id = ${claim.replacementId},
          currency = ${claim.amount?.currency ?? null}, amount = ${claim.amount?.amount ?? null}, version = ${claim.version},
          updated_at = ${claim.updatedAt}
        WHERE id = ${claim.id} AND store_id = ${yield* CurrentStore} AND version = ${claim.version - 1} RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: claim.id, expected: claim.version - 1 })
    }, storage("Claims.update")),

    forget: Effect.fnUntraced(function*(customerId) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<Pick<ClaimRow, "id" | "lines">>`
        SELECT id, lines FROM claims WHERE store_id = ${storeId} AND ${ofCustomer(storeId, customerId)}`
      const forgotten = rows.map(({ id, lines }) => ({
        id,
        lines: Array.from(Row.json<Claim["lines"]>(lines), (line) => ({ ...line, note: null, pictures: [] }))
      }))
      if (forgotten.length === 0) return
      yield* sql`
        UPDATE claims SET lines = input.lines, answer = NULL, version = claims.version + 1
        FROM ${Dialect.jsonRows(sql, forgotten, { id: "text", lines: "json" })}
        WHERE claims.id = input.id AND ${Dialect.unindexed(sql, "claims.store_id")} = ${storeId}`
    }, storage("Claims.forget"))
  })
})

export const layer: Layer.Layer<ClaimRepository, never, SqlClient.SqlClient> = Layer.effect(ClaimRepository, make)
