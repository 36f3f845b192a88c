/**
 * Dashboards in SQL.
 */
import { DashboardRepository } from "@stoa/core/dashboards/DashboardRepository"
import type { SavedDashboard } from "@stoa/core/dashboards/SavedDashboard"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage, transactionOf } from "../Storage.ts"

interface DashboardRow {
  readonly id: SavedDashboard["id"]
  readonly name: string
  readonly shared: number
  readonly owner: string
  readonly tiles: string
  readonly version: number
  readonly created_at: SavedDashboard["createdAt"]
  readonly updated_at: SavedDashboard["updatedAt"]
}

const fromRow = (row: DashboardRow): SavedDashboard => ({
  id: row.id,
  name: row.name,
  shared: Number(row.shared) === 1,
  owner: row.owner,
  tiles: Row.json(row.tiles),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  /** How many others there are of what a dashboard is: shared, or its owner's. Whoever writes one at the same time counts this one. */
  const others = Effect.fnUntraced(function*({ id, owner, shared }: SavedDashboard, storeId: string) {
    yield* Dialect.lockTransaction(sql, `stoa:dashboards:${storeId}`)
    const alike = shared ? sql`shared = 1` : sql`shared = 0 AND owner = ${owner}`
    const [count] = yield* sql<{ readonly others: number }>`
      SELECT count(*) AS others FROM dashboards WHERE store_id = ${storeId} AND ${alike} AND id <> ${id}`
    return Number(count?.others ?? 0)
  })

  return DashboardRepository.of({
    save: Effect.fnUntraced(function*(dashboard, maximum) {
      const storeId = yield* CurrentStore
      if ((yield* others(dashboard, storeId)) >= maximum) return false
      yield* sql`INSERT INTO dashboards ${
        sql.insert({
          id: dashboard.id,
          store_id: storeId,
          name: dashboard.name,
          shared: dashboard.shared ? 1 : 0,
          owner: dashboard.owner,
          tiles: JSON.stringify(dashboard.tiles),
          version: dashboard.version,
          created_at: dashboard.createdAt,
          updated_at: dashboard.updatedAt
        })
      }`
      return true
    }, transactionOf(sql), storage("Dashboards.save")),

    list: Effect.fnUntraced(function*(owner) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<DashboardRow>`
        SELECT * FROM dashboards WHERE store_id = ${storeId} AND shared = 0 AND owner = ${owner}
        UNION ALL SELECT * FROM dashboards WHERE store_id = ${storeId} AND shared = 1
        ORDER BY name, id LIMIT 1000`
      return rows.map(fromRow)
    }, storage("Dashboards.list")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<DashboardRow>`SELECT * FROM dashboards WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("Dashboards.find")),

    replace: Effect.fnUntraced(function*(dashboard, maximum) {
      const storeId = yield* CurrentStore
      if ((yield* others(dashboard, storeId)) >= maximum) return "full" as const
      const rows = yield* sql`
        UPDATE dashboards SET name = ${dashboard.name}, shared = ${dashboard.shared ? 1 : 0}, tiles = ${JSON.stringify(dashboard.tiles)},
          version = ${dashboard.version}, updated_at = ${dashboard.updatedAt}
        WHERE id = ${dashboard.id} AND store_id = ${storeId} AND version = ${dashboard.version - 1} RETURNING id`
      return rows.length > 0 ? "done" as const : "conflict" as const
    }, transactionOf(sql), storage("Dashboards.replace")),

    remove: Effect.fnUntraced(function*({ id, version }) {
      const rows = yield* sql`
        DELETE FROM dashboards WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND version = ${version} RETURNING id`
      return rows.length > 0
    }, storage("Dashboards.remove")),

    forget: Effect.fnUntraced(function*(owner) {
      yield* sql`DELETE FROM dashboards WHERE store_id = ${yield* CurrentStore} AND shared = 0 AND owner = ${owner}`
    }, storage("Dashboards.forget"))
  })
})

export const layer: Layer.Layer<DashboardRepository, never, SqlClient.SqlClient> = Layer.effect(DashboardRepository, make)
