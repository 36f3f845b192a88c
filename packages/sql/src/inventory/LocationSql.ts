/**
 * The locations of a store in SQL.
 */
import { LocationCodeTaken, LocationInUse } from "@stoa/core/inventory/InventoryErrors"
import type { Location, LocationId } from "@stoa/core/inventory/Stock"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import { atVersion } from "../AtVersion.ts"
import * as Dialect from "../Dialect.ts"
import { storage } from "../Storage.ts"

interface LocationRow {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly priority: number
  readonly active: number
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const toLocation = (row: LocationRow): Location => ({
  id: row.id,
  code: row.code,
  name: row.name,
  priority: row.priority,
  active: row.active === 1,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as Location)

const locationRow = (location: Location, storeId: string) => ({
  id: location.id,
  store_id: storeId,
  code: location.code,
  name: location.name,
  priority: location.priority,
  active: location.active ? 1 : 0,
  version: location.version,
  created_at: location.createdAt,
  updated_at: location.updatedAt
})

export const make = (sql: SqlClient.SqlClient) => ({
  locations: Effect.flatMap(CurrentStore, (storeId) =>
    sql<LocationRow>`
      SELECT id, code, name, priority, active, version, created_at, updated_at
      FROM locations WHERE store_id = ${storeId} ORDER BY active DESC, priority, id`
  ).pipe(
    Effect.map((rows) => rows.map(toLocation)),
    storage("Inventory.locations")
  ),

  insertLocation: Effect.fnUntraced(function*(location: Location) {
    yield* sql`INSERT INTO locations ${sql.insert(locationRow(location, yield* CurrentStore))}`.pipe(
      Effect.catchReason("SqlError", "UniqueViolation", () =>
        Effect.fail(new LocationCodeTaken({ locationCode: location.code })))
    )
  }, storage("Inventory.insertLocation")),

  insertFirstLocation: Effect.fnUntraced(function*(location: Location) {
    const storeId = yield* CurrentStore
    const { active, code, created_at, id, name, priority, updated_at, version } = locationRow(location, storeId)
    yield* sql`
      INSERT INTO locations (id, store_id, code, name, priority, active, version, created_at, updated_at)
      SELECT id, ${storeId}, code, name, priority, active, version, created_at, updated_at
      FROM ${
      Dialect.jsonRows(sql, [{ id, code, name, priority, active: active === 1, version, created_at, updated_at }], {
        id: "text",
        code: "text",
        name: "text",
        priority: "int",
        active: "bool",
        version: "int",
        created_at: "text",
        updated_at: "text"
      })
    }
      WHERE NOT EXISTS (SELECT 1 FROM locations WHERE store_id = ${storeId})
      ON CONFLICT (store_id, code) DO NOTHING`
  }, storage("Inventory.insertFirstLocation")),

  replaceLocation: Effect.fnUntraced(function*(location: Location) {
    const expected = location.version - 1
    const rows = yield* sql`
      UPDATE locations SET name = ${location.name}, priority = ${location.priority},
        active = ${location.active ? 1 : 0}, version = ${location.version}, updated_at = ${location.updatedAt}
      WHERE id = ${location.id} AND store_id = ${yield* CurrentStore} AND version = ${expected}
      RETURNING id`
    if (rows.length === 0) return yield* new VersionConflict({ id: location.id, expected })
  }, storage("Inventory.replaceLocation")),

  deleteLocation: Effect.fnUntraced(function*(id: LocationId, version: number | undefined) {
    const storeId = yield* CurrentStore
    yield* sql`
      DELETE FROM stock_levels
      WHERE store_id = ${storeId} AND location_id = ${id} AND on_hand = 0 AND reserved = 0`
    const left = yield* sql`SELECT 1 FROM stock_levels WHERE store_id = ${storeId} AND location_id = ${id} LIMIT 1`
    if (left.length > 0) return yield* new LocationInUse({ locationId: id })
    const rows = yield* sql`
      DELETE FROM locations WHERE id = ${id} AND store_id = ${storeId} ${atVersion(sql, version)} RETURNING id`
    return rows.length > 0
  }, storage("Inventory.deleteLocation"))
})
