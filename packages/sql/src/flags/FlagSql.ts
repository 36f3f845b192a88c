/**
 * Feature flags in SQL.
 */
import type { FeatureFlag } from "@stoa/core/flags/FeatureFlag"
import { FlagRepository } from "@stoa/core/flags/FlagRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage, transactionOf } from "../Storage.ts"

interface FlagRow {
  readonly key: string
  readonly description: string
  readonly enabled: number
  readonly percentage: number
  readonly customer_groups: string
  readonly starts_at: FeatureFlag["startsAt"]
  readonly ends_at: FeatureFlag["endsAt"]
  readonly exposed: number
  readonly version: number
  readonly created_at: FeatureFlag["createdAt"]
  readonly updated_at: FeatureFlag["updatedAt"]
}

const fromRow = (row: FlagRow): FeatureFlag => ({
  key: row.key,
  description: row.description,
  enabled: row.enabled === 1,
  percentage: row.percentage,
  customerGroups: Row.json(row.customer_groups),
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  exposed: row.exposed === 1,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  return FlagRepository.of({
    list: Effect.gen(function*() {
      const rows = yield* sql<FlagRow>`SELECT * FROM feature_flags WHERE store_id = ${yield* CurrentStore} ORDER BY key LIMIT 1000`
      return rows.map(fromRow)
    }).pipe(storage("FeatureFlags.list")),

    insert: Effect.fnUntraced(function*(flag, maximum) {
      const storeId = yield* CurrentStore
      // whoever makes one at the same time counts this one
      yield* Dialect.lockTransaction(sql, `stoa:flags:${storeId}`)
      const keys = yield* sql<{ readonly key: string }>`SELECT key FROM feature_flags WHERE store_id = ${storeId}`
      if (keys.some(({ key }) => key === flag.key)) return "taken" as const
      if (keys.length >= maximum) return "full" as const
      yield* sql`INSERT INTO feature_flags ${
        sql.insert({
          store_id: storeId,
          key: flag.key,
          description: flag.description,
          enabled: flag.enabled ? 1 : 0,
          percentage: flag.percentage,
          customer_groups: JSON.stringify(flag.customerGroups),
          starts_at: flag.startsAt,
          ends_at: flag.endsAt,
          exposed: flag.exposed ? 1 : 0,
          version: flag.version,
          created_at: flag.createdAt,
          updated_at: flag.updatedAt
        })
      }`
      return "inserted" as const
    }, transactionOf(sql), storage("FeatureFlags.insert")),

    replace: Effect.fnUntraced(function*(flag) {
      const rows = yield* sql`
        UPDATE feature_flags SET description = ${flag.description}, enabled = ${flag.enabled ? 1 : 0}, percentage = ${flag.percentage},
          customer_groups = ${JSON.stringify(flag.customerGroups)}, starts_at = ${flag.startsAt}, ends_at = ${flag.endsAt},
          exposed = ${flag.exposed ? 1 : 0}, version = ${flag.version}, updated_at = ${flag.updatedAt}
        WHERE store_id = ${yield* CurrentStore} AND key = ${flag.key} AND version = ${flag.version - 1} RETURNING key`
      return rows.length > 0
    }, storage("FeatureFlags.replace")),

    remove: Effect.fnUntraced(function*({ key, version }) {
      const rows = yield* sql`
        DELETE FROM feature_flags WHERE store_id = ${yield* CurrentStore} AND key = ${key} AND version = ${version} RETURNING key`
      return rows.length > 0
    }, storage("FeatureFlags.remove"))
  })
})

export const layer: Layer.Layer<FlagRepository, never, SqlClient.SqlClient> = Layer.effect(FlagRepository, make)
