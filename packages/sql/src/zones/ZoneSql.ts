/**
 * Zones in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { maximumZones, type Zone } from "@stoa/core/zones/Zone"
import { ZoneInUse } from "@stoa/core/zones/ZoneErrors"
import { ZoneRepository } from "@stoa/core/zones/ZoneRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { atVersion } from "../AtVersion.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface ZoneRow {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly areas: string
  readonly prices_include_tax: number | null
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const included = ({ pricesIncludeTax }: Zone) => pricesIncludeTax === null ? null : Number(pricesIncludeTax)

const fromRow = (row: ZoneRow): Zone => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  areas: Row.json(row.areas),
  pricesIncludeTax: row.prices_include_tax === null ? null : row.prices_include_tax === 1,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as Zone)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("id, kind, name, areas, prices_include_tax, version, created_at, updated_at")
  return ZoneRepository.of({
    list: Effect.fnUntraced(function*(kind) {
      const rows = yield* sql<ZoneRow>`
        SELECT ${columns} FROM zones WHERE store_id = ${yield* CurrentStore} AND kind = ${kind}
        ORDER BY name, id LIMIT ${maximumZones}`
      return rows.map(fromRow)
    }, storage("Zones.list")),
    find: Effect.fnUntraced(function*(kind, id) {
      const rows = yield* sql<ZoneRow>`
        SELECT ${columns} FROM zones WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND kind = ${kind}`
      return Row.first(rows, fromRow)
    }, storage("Zones.find")),
    insert: Effect.fnUntraced(function*(zone) {
      yield* sql`INSERT INTO zones ${
        sql.insert({
          id: zone.id,
          store_id: yield* CurrentStore,
          kind: zone.kind,
          name: zone.name,
          areas: JSON.stringify(zone.areas),
          prices_include_tax: included(zone),
          version: zone.version,
          created_at: zone.createdAt,
          updated_at: zone.updatedAt
        })
      }`
    }, storage("Zones.insert")),
    replace: Effect.fnUntraced(function*(zone) {
      const rows = yield* sql`
        UPDATE zones SET name = ${zone.name}, areas = ${JSON.stringify(zone.areas)},
          prices_include_tax = ${included(zone)}, version = ${zone.version}, updated_at = ${zone.updatedAt}
        WHERE id = ${zone.id} AND store_id = ${yield* CurrentStore} AND version = ${zone.version - 1}
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: zone.id, expected: zone.version - 1 })
    }, storage("Zones.replace")),
    delete: Effect.fnUntraced(function*(id, version) {
      // foreign keys stand in the way of a zone that something is for
      const rows = yield* Effect.catchReason(
        sql`
          DELETE FROM zones WHERE id = ${id} AND store_id = ${yield* CurrentStore} ${atVersion(sql, version)}
          RETURNING id`,
        "SqlError",
        "ConstraintError",
        () => Effect.fail(new ZoneInUse({ zoneId: id }))
      )
      return rows.length > 0
    }, storage("Zones.delete"))
  })
})

export const layer: Layer.Layer<ZoneRepository, never, SqlClient.SqlClient> = Layer.effect(ZoneRepository, make)
