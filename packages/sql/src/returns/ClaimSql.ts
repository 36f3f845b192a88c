/**
 * Claims in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { VersionConflict } from "@stoa/core/kernel/Version"
import type { Claim } from "@stoa/core/returns/Claim"
import { ClaimRepository } from "@stoa/core/returns/ClaimRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import * as OrderCaseSql from "./OrderCaseSql.ts"

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

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(
    "id, order_id, status, lines, answer, replacement_id, currency, amount, version, created_at, updated_at"
  )

  const cases = OrderCaseSql.make(sql, "claims", columns, fromRow)

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

    find: (id) => storage("Claims.find")(cases.find(id)),

    ofOrder: (orderId) => storage("Claims.ofOrder")(cases.ofOrder(orderId)),

    list: (query) => storage("Claims.list")(cases.list(query)),

    update: Effect.fnUntraced(function*(claim) {
      const rows = yield* sql`
        UPDATE claims SET status = ${claim.status}, answer = ${claim.answer}, replacement_id = ${claim.replacementId},
          currency = ${claim.amount?.currency ?? null}, amount = ${claim.amount?.amount ?? null}, version = ${claim.version},
          updated_at = ${claim.updatedAt}
        WHERE id = ${claim.id} AND store_id = ${yield* CurrentStore} AND version = ${claim.version - 1} RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: claim.id, expected: claim.version - 1 })
    }, storage("Claims.update")),

    forget: (customerId) => storage("Claims.forget")(cases.forget(customerId, "answer"))
  })
})

export const layer: Layer.Layer<ClaimRepository, never, SqlClient.SqlClient> = Layer.effect(ClaimRepository, make)
