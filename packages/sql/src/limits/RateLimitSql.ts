/**
 * Shared rate limits in SQL: a row for each bucket, which holds when it will be full again.
 */
import { RateLimitCounters } from "@stoa/core/limits/RateLimitCounters"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { acrossStores } from "../EveryStore.ts"
import { storage } from "../Storage.ts"

interface BucketRow {
  readonly key: string
  readonly full_at: number
}

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  return RateLimitCounters.of({
    take: Effect.fnUntraced(function*({ cost, key, now, window }) {
      const storeId = yield* CurrentStore
      const base = Dialect.greatest(sql, "rate_limits.full_at", sql`${now}`)
      const taken = yield* sql<BucketRow>`
        INSERT INTO rate_limits (store_id, key, full_at) VALUES (${storeId}, ${key}, ${now + cost})
        ON CONFLICT (store_id, key) DO UPDATE SET full_at = ${base} + ${cost}
        WHERE ${base} + ${cost} <= ${now + window}
        RETURNING full_at`
      if (taken[0] !== undefined) return { granted: true, fullAt: Number(taken[0].full_at) }
      const [row] = yield* sql<BucketRow>`
        SELECT full_at FROM rate_limits WHERE store_id = ${storeId} AND key = ${key}`
      return { granted: false, fullAt: Number(row?.full_at ?? now + window) }
    }, storage("RateLimits.take")),

    spend: Effect.fnUntraced(function*(spent, now) {
      const storeId = yield* CurrentStore
      const base = Dialect.greatest(sql, "rate_limits.full_at", sql`${now}`)
      // in the order of their keys, so that two processes with the same buckets wait for each other and go on
      const rows = yield* sql<BucketRow>`
        INSERT INTO rate_limits (store_id, key, full_at)
        SELECT ${storeId}, key, ${now} + cost FROM ${Dialect.jsonRows(sql, spent, { key: "text", cost: "int" })}
        WHERE true ORDER BY key
        ON CONFLICT (store_id, key) DO UPDATE SET full_at = ${base} + (excluded.full_at - ${now})
        RETURNING key, full_at`
      return new Map(rows.map((row) => [row.key, Number(row.full_at)]))
    }, storage("RateLimits.spend")),

    deleteFull: (before) =>
      sql`DELETE FROM rate_limits WHERE full_at <= ${before} RETURNING key`.pipe(
        Effect.map((rows) => rows.length),
        acrossStores,
        storage("RateLimits.deleteFull")
      )
  })
})

export const layer: Layer.Layer<RateLimitCounters, never, SqlClient.SqlClient> = Layer.effect(RateLimitCounters, make)
