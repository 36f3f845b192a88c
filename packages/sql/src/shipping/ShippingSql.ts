/**
 * Shipping methods in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { VersionConflict } from "@stoa/core/kernel/Version"
import type { ShippingMethod } from "@stoa/core/shipping/ShippingMethod"
import { ShippingRepository } from "@stoa/core/shipping/ShippingRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { atVersion } from "../AtVersion.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface ShippingMethodRow {
  readonly id: string
  readonly name: string
  readonly price: number
  readonly currency: string
  readonly tax_class: string
  readonly countries: string
  readonly shipping_classes: string
  readonly zone_id: string | null
  readonly rates: string | null
  readonly free_from: number | null
  readonly handling: number
  readonly parcel_grams: number | null
  readonly volumetric_divisor: number | null
  readonly delivery: string | null
  readonly pickup: string | null
  readonly carrier: string | null
  readonly active: number
  readonly position: number
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const fromRow = (row: ShippingMethodRow): ShippingMethod => ({
  id: row.id,
  name: row.name,
  price: Row.money(row.price, row.currency),
  taxClass: row.tax_class,
  countries: Row.json(row.countries),
  shippingClasses: Row.json(row.shipping_classes),
  zoneId: row.zone_id,
  rates: Row.jsonOrNull(row.rates),
  freeFrom: row.free_from,
  handling: row.handling,
  parcelGrams: row.parcel_grams,
  volumetricDivisor: row.volumetric_divisor,
  delivery: Row.jsonOrNull(row.delivery),
  pickup: Row.jsonOrNull(row.pickup),
  carrier: Row.jsonOrNull(row.carrier),
  active: row.active === 1,
  position: row.position,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as ShippingMethod)

const changeable = (method: ShippingMethod) => ({
  name: method.name,
  price: method.price.amount,
  currency: method.price.currency,
  tax_class: method.taxClass,
  countries: JSON.stringify(method.countries),
  shipping_classes: JSON.stringify(method.shippingClasses),
  zone_id: method.zoneId,
  rates: Row.toJson(method.rates),
  free_from: method.freeFrom,
  handling: method.handling,
  parcel_grams: method.parcelGrams,
  volumetric_divisor: method.volumetricDivisor,
  delivery: Row.toJson(method.delivery),
  pickup: Row.toJson(method.pickup),
  carrier: Row.toJson(method.carrier),
  active: method.active ? 1 : 0,
  position: method.position,
  version: method.version,
  updated_at: method.updatedAt
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(
    "id, name, price, currency, tax_class, countries, shipping_classes, zone_id, rates, free_from, handling, parcel_grams, "
      + "volumetric_divisor, delivery, pickup, carrier, active, position, version, created_at, updated_at"
  )
  return ShippingRepository.of({
    list: Effect.flatMap(CurrentStore, (storeId) =>
      sql<ShippingMethodRow>`
        SELECT ${columns} FROM shipping_methods WHERE store_id = ${storeId} ORDER BY position, id LIMIT 1000`
    ).pipe(
      Effect.map((rows) => rows.map(fromRow)),
      storage("Shipping.list")
    ),
    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<ShippingMethodRow>`
        SELECT ${columns} FROM shipping_methods WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("Shipping.find")),
    insert: Effect.fnUntraced(function*(method) {
      yield* sql`INSERT INTO shipping_methods ${
        sql.insert({
          id: method.id,
          store_id: yield* CurrentStore,
          created_at: method.createdAt,
          ...changeable(method)
        })
      }`
    }, storage("Shipping.insert")),
    replace: Effect.fnUntraced(function*(method) {
      const rows = yield* sql`
        UPDATE shipping_methods SET ${sql.update(changeable(method))}
        WHERE id = ${method.id} AND store_id = ${yield* CurrentStore} AND version = ${method.version - 1}
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: method.id, expected: method.version - 1 })
    }, storage("Shipping.replace")),
    delete: Effect.fnUntraced(function*(id, version) {
      const rows = yield* sql`
        DELETE FROM shipping_methods WHERE id = ${id} AND store_id = ${yield* CurrentStore} ${atVersion(sql, version)}
        RETURNING id`
      return rows.length > 0
    }, storage("Shipping.delete"))
  })
})

export const layer: Layer.Layer<ShippingRepository, never, SqlClient.SqlClient> = Layer.effect(ShippingRepository, make)
