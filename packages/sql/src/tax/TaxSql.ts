/**
 * Tax rates in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { TaxRateTaken } from "@stoa/core/tax/TaxErrors"
import type { TaxRate } from "@stoa/core/tax/TaxRate"
import { TaxRepository } from "@stoa/core/tax/TaxRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { atVersion } from "../AtVersion.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface TaxRateRow {
  readonly id: string
  readonly name: string
  readonly tax_class: string
  readonly country: string | null
  readonly zone_id: string | null
  readonly component: string
  readonly compound: number
  readonly position: number
  readonly rate_ppm: number
  readonly valid_from: string | null
  readonly valid_until: string | null
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const fromRow = (row: TaxRateRow): TaxRate => ({
  id: row.id,
  name: row.name,
  taxClass: row.tax_class,
  country: row.country,
  zoneId: row.zone_id,
  component: row.component,
  compound: row.compound === 1,
  position: row.position,
  ratePpm: row.rate_ppm,
  from: row.valid_from,
  until: row.valid_until,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as TaxRate)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(
    "id, name, tax_class, country, zone_id, component, compound, position, rate_ppm, valid_from, valid_until, version, "
      + "created_at, updated_at"
  )
  /** Says which rate is there already. */
  const unlessTaken = <A>({ component, country, from, taxClass, zoneId }: TaxRate, write: Effect.Effect<A, SqlError>) =>
    Effect.catchReason(write, "SqlError", "UniqueViolation", () =>
      Effect.fail(new TaxRateTaken({ taxClass, country, zoneId, component, from })))

  return TaxRepository.of({
    list: Effect.flatMap(CurrentStore, (storeId) =>
      sql<TaxRateRow>`
        SELECT ${columns} FROM tax_rates WHERE store_id = ${storeId}
        ORDER BY tax_class, COALESCE(country, ''), COALESCE(zone_id, ''), position,
          COALESCE(valid_from, ''), id LIMIT 10000`
    ).pipe(
      Effect.map((rows) => rows.map(fromRow)),
      storage("Taxes.list")
    ),
    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<TaxRateRow>`
        SELECT ${columns} FROM tax_rates WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("Taxes.find")),
    insert: Effect.fnUntraced(function*(rate) {
      const row = sql.insert({
        id: rate.id,
        store_id: yield* CurrentStore,
        name: rate.name,
        tax_class: rate.taxClass,
        country: rate.country,
        zone_id: rate.zoneId,
        component: rate.component,
        compound: rate.compound ? 1 : 0,
        position: rate.position,
        rate_ppm: rate.ratePpm,
        valid_from: rate.from,
        valid_until: rate.until,
        version: rate.version,
        created_at: rate.createdAt,
        updated_at: rate.updatedAt
      })
      yield* unlessTaken(rate, sql`INSERT INTO tax_rates ${row}`)
    }, storage("Taxes.insert")),
    replace: Effect.fnUntraced(function*(rate) {
      const storeId = yield* CurrentStore
      const rows = yield* unlessTaken(rate, sql`
        UPDATE tax_rates SET name = ${rate.name}, rate_ppm = ${rate.ratePpm}, compound = ${rate.compound ? 1 : 0},
          position = ${rate.position}, valid_from = ${rate.from}, valid_until = ${rate.until},
          version = ${rate.version}, updated_at = ${rate.updatedAt}
        WHERE id = ${rate.id} AND store_id = ${storeId} AND version = ${rate.version - 1}
        RETURNING id`)
      if (rows.length === 0) return yield* new VersionConflict({ id: rate.id, expected: rate.version - 1 })
    }, storage("Taxes.replace")),
    delete: Effect.fnUntraced(function*(id, version) {
      const rows = yield* sql`
        DELETE FROM tax_rates WHERE id = ${id} AND store_id = ${yield* CurrentStore} ${atVersion(sql, version)}
        RETURNING id`
      return rows.length > 0
    }, storage("Taxes.delete"))
  })
})

export const layer: Layer.Layer<TaxRepository, never, SqlClient.SqlClient> = Layer.effect(TaxRepository, make)
