/**
 * Loyalty programs and points in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import type { Timestamp } from "@stoa/core/kernel/Timestamp"
import type { LoyaltyLot, LoyaltyProgram } from "@stoa/core/loyalty/Loyalty"
import { LoyaltyRepository } from "@stoa/core/loyalty/LoyaltyRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as ProgramSql from "../ProgramSql.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface LotRow {
  readonly id: string
  readonly order_id: string | null
  readonly customer_id: string
  readonly state: LoyaltyLot["state"]
  readonly earned: number
  readonly rate: number | null
  readonly points: number
  readonly spent: number
  readonly expires_at: Timestamp | null
  readonly earned_at: Timestamp
}

const fromRow = (row: LotRow): LoyaltyLot => ({
  id: row.id,
  orderId: row.order_id,
  customerId: row.customer_id,
  state: row.state,
  earned: row.earned,
  rate: row.rate,
  points: row.points,
  remaining: Math.max(0, row.points - row.spent),
  expiresAt: row.expires_at,
  earnedAt: row.earned_at
})

/** How many lots points are taken from at most. */
const lotsPerRedemption = 1_000

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("id, order_id, customer_id, state, earned, rate, points, spent, expires_at, earned_at")
  const usable = (storeId: string, customerId: string, now: Timestamp) =>
    sql`store_id = ${storeId} AND customer_id = ${customerId} AND state = 'confirmed' AND points > spent
      AND (expires_at IS NULL OR expires_at > ${now})`

  return LoyaltyRepository.of({
    ...ProgramSql.make<LoyaltyProgram>(sql, { table: "loyalty_programs", operation: "Loyalty", id: "loyalty" }),
    hold: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<LotRow>`
        SELECT ${columns} FROM loyalty_lots WHERE id = ${id} AND store_id = ${yield* CurrentStore}${Dialect.forUpdate(sql)}`
      return Row.first(rows, fromRow)
    }, storage("Loyalty.hold")),
    insert: Effect.fnUntraced(function*(lot) {
      const rows = yield* sql`INSERT INTO loyalty_lots ${
        sql.insert({
          id: lot.id,
          order_id: lot.orderId,
          store_id: yield* CurrentStore,
          customer_id: lot.customerId,
          state: lot.state,
          earned: lot.earned,
          rate: lot.rate,
          points: lot.points,
          spent: 0,
          expires_at: lot.expiresAt,
          earned_at: lot.earnedAt
        })
      } ON CONFLICT (id) DO NOTHING RETURNING id`
      return rows.length > 0
    }, storage("Loyalty.insert")),
    settle: Effect.fnUntraced(function*(lot) {
      yield* sql`
        UPDATE loyalty_lots SET state = ${lot.state}, points = ${lot.points}, expires_at = ${lot.expiresAt}
        WHERE id = ${lot.id} AND store_id = ${yield* CurrentStore}`
    }, storage("Loyalty.settle")),
    sums: Effect.fnUntraced(function*(customerId, now, since) {
      const storeId = yield* CurrentStore
      const lots = sql`loyalty_lots WHERE store_id = ${storeId} AND customer_id = ${customerId}`
      const rows = yield* sql<{ readonly balance: number; readonly pending: number; readonly earned: number }>`
        SELECT
          CAST(coalesce(sum(CASE WHEN state = 'confirmed' AND points > spent
            AND (expires_at IS NULL OR expires_at > ${now}) THEN points - spent ELSE 0 END), 0) AS BIGINT) AS balance,
          CAST(coalesce(sum(CASE WHEN state = 'pending' THEN points ELSE 0 END), 0) AS BIGINT) AS pending,
          CAST(coalesce(sum(CASE WHEN state = 'confirmed' AND earned_at > ${since} THEN points ELSE 0 END), 0)
            AS BIGINT) AS earned
        FROM ${lots}`
      const expiring = yield* sql<{ readonly points: number; readonly at: Timestamp }>`
        SELECT CAST(sum(points - spent) AS BIGINT) AS points, expires_at AS at FROM loyalty_lots
        WHERE ${usable(storeId, customerId, now)} AND expires_at IS NOT NULL
        GROUP BY expires_at ORDER BY expires_at LIMIT 1`
      const { balance = 0, earned = 0, pending = 0 } = rows[0] ?? {}
      return { balance, earned, pending, expiring: expiring[0] ?? null }
    }, storage("Loyalty.sums")),
    take: Effect.fnUntraced(function*(customerId, points, now) {
      const storeId = yield* CurrentStore
      const lots = yield* sql<{ readonly id: string; readonly left: number }>`
        SELECT id, points - spent AS ${sql("left")} FROM loyalty_lots WHERE ${usable(storeId, customerId, now)}
        ORDER BY coalesce(expires_at, '~'), id LIMIT ${lotsPerRedemption}${Dialect.forUpdate(sql)}`
      let missing = points
      const taken: Array<{ readonly id: string; readonly spent: number }> = []
      for (const { id, left } of lots) {
        const spent = Math.min(left, missing)
        if (spent <= 0) break
        taken.push({ id, spent })
        missing -= spent
      }
      if (missing > 0) return false
      yield* sql`
        UPDATE loyalty_lots SET spent = loyalty_lots.spent + input.spent
        FROM ${Dialect.jsonRows(sql, taken, { id: "text", spent: "int" })}
        WHERE loyalty_lots.id = input.id AND ${Dialect.unindexed(sql, "loyalty_lots.store_id")} = ${storeId}`
      return true
    }, storage("Loyalty.take"))
  })
})

export const layer: Layer.Layer<LoyaltyRepository, never, SqlClient.SqlClient> = Layer.effect(LoyaltyRepository, make)
