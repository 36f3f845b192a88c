/**
 * Saved views of orders in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import type { OrderView } from "@stoa/core/orders/OrderView"
import { OrderViewRepository } from "@stoa/core/orders/OrderViewRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface ViewRow {
  readonly id: OrderView["id"]
  readonly name: string
  readonly filters: string
  readonly shared: number
  readonly owner: string
  readonly version: number
  readonly created_at: OrderView["createdAt"]
  readonly updated_at: OrderView["updatedAt"]
}

const fromRow = (row: ViewRow): OrderView => ({
  id: row.id,
  name: row.name,
  filters: Row.json(row.filters),
  shared: row.shared === 1,
  owner: row.owner,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("id, name, filters, shared, owner, version, created_at, updated_at")

  /** The views that count together: all that are shared, or those of one person. */
  const alike = ({ owner, shared }: OrderView) => shared ? sql`shared = 1` : sql`owner = ${owner} AND shared = 0`

  return OrderViewRepository.of({
    insert: Effect.fnUntraced(function*(view, maximum) {
      const storeId = yield* CurrentStore
      const shared = view.shared ? 1 : 0
      const rows = yield* sql`
        INSERT INTO order_views (id, store_id, name, filters, shared, owner, version, created_at, updated_at)
        SELECT ${view.id}, ${storeId}, ${view.name}, ${JSON.stringify(view.filters)}, CAST(${shared} AS INTEGER),
          ${view.owner}, CAST(${view.version} AS INTEGER), ${view.createdAt}, ${view.updatedAt}
        WHERE (SELECT count(*) FROM order_views WHERE store_id = ${storeId} AND ${alike(view)}) < ${maximum}
        RETURNING id`
      return rows.length > 0
    }, storage("OrderViews.insert")),

    list: Effect.fnUntraced(function*(owner) {
      const rows = yield* sql<ViewRow>`
        SELECT ${columns} FROM order_views
        WHERE store_id = ${yield* CurrentStore} AND (owner = ${owner} OR shared = 1) ORDER BY name, id LIMIT 1000`
      return rows.map(fromRow)
    }, storage("OrderViews.list")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<ViewRow>`
        SELECT ${columns} FROM order_views WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("OrderViews.find")),

    update: Effect.fnUntraced(function*(view, maximum) {
      const storeId = yield* CurrentStore
      const shared = view.shared ? 1 : 0
      const rows = yield* sql`
        UPDATE order_views SET name = ${view.name}, filters = ${JSON.stringify(view.filters)},
          shared = ${shared}, version = ${view.version}, updated_at = ${view.updatedAt}
        WHERE id = ${view.id} AND store_id = ${storeId} AND version = ${view.version - 1}
          AND (shared = ${shared} OR (SELECT count(*) FROM order_views WHERE store_id = ${storeId} AND ${alike(view)}) < ${maximum})
        RETURNING id`
      return rows.length > 0
    }, storage("OrderViews.update")),

    remove: Effect.fnUntraced(function*({ id, version }) {
      const rows = yield* sql`
        DELETE FROM order_views WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND version = ${version} RETURNING id`
      return rows.length > 0
    }, storage("OrderViews.remove"))
  })
})

export const layer: Layer.Layer<OrderViewRepository, never, SqlClient.SqlClient> = Layer.effect(OrderViewRepository, make)
