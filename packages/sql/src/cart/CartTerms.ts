/**
 * What all carts of a store have in common when they are priced: its settings, tax rates, zones and shipping methods, and
 * whether it has promotions and attributes.
 *
 * It is read with the first cart of a store and then remembered. Whatever reads a cart later brings the count of changes, which triggers write
 * in the transaction of the change, so a change is seen by the next read on every process.
 */
import type { CartSnapshot } from "@stoa/core/cart/CartRepository"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import type { ShippingMethod } from "@stoa/core/shipping/ShippingMethod"
import { defaultSettings, type Store } from "@stoa/core/stores/Store"
import type { TaxRate } from "@stoa/core/tax/TaxRate"
import type { ZoneKind } from "@stoa/core/zones/Zone"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as RecentlyUsed from "../RecentlyUsed.ts"
import * as Row from "../Row.ts"

/** What is the same for all carts of a store. */
export type CartTerms = Pick<CartSnapshot, "store" | "taxRates" | "taxZones" | "shippingZones" | "shippingMethods">

/** Terms as they were once read. */
export interface KnownTerms {
  /** How often they had changed. */
  readonly version: number
  /** Whether the store had promotions. */
  readonly promotes: boolean
  /** Whether it has attributes by which products are described. */
  readonly describes: boolean
  readonly terms: CartTerms
}

/** The columns of `columns`. */
export interface TermsRow {
  readonly store_id: Store["id"]
  readonly store_code: string
  readonly store_name: string
  readonly store_currency: Store["currency"]
  readonly store_settings: string
  readonly store_version: number
  readonly store_created_at: Store["createdAt"]
  readonly store_updated_at: Store["updatedAt"]
  /** JSON arrays of `TaxRate`, `Zone` and `ShippingMethod`. */
  readonly tax_rates: string
  readonly tax_zones: string
  readonly shipping_zones: string
  readonly shipping_methods: string
  readonly describes: number
}

// a transaction reads what it has changed itself, which nobody remembers
const settings = Row.sharedJson<object, Store["settings"]>((stored) => ({ ...defaultSettings, ...stored }))
const taxRatesOf = Row.sharedJson<ReadonlyArray<TaxRate>>()
const taxZonesOf = Row.sharedJson<CartSnapshot["taxZones"]>()
const shippingZonesOf = Row.sharedJson<CartSnapshot["shippingZones"]>()
const shippingMethodsOf = Row.sharedJson<ReadonlyArray<ShippingMethod>>()

export const fromRow = (row: TermsRow): CartTerms => ({
  store: {
    id: row.store_id,
    code: row.store_code,
    name: row.store_name,
    currency: row.store_currency,
    settings: settings(row.store_settings),
    version: row.store_version,
    createdAt: row.store_created_at,
    updatedAt: row.store_updated_at
  },
  taxRates: taxRatesOf(row.tax_rates),
  taxZones: taxZonesOf(row.tax_zones),
  shippingZones: shippingZonesOf(row.shipping_zones),
  shippingMethods: shippingMethodsOf(row.shipping_methods)
})

const taxRates = (sql: Constructor): Fragment => {
  const rate = Dialect.jsonObject(sql, {
    id: "t.id",
    name: "t.name",
    taxClass: "t.tax_class",
    country: "t.country",
    zoneId: "t.zone_id",
    component: "t.component",
    compound: Dialect.jsonBool(sql, "t.compound"),
    position: "t.position",
    ratePpm: "t.rate_ppm",
    from: "t.valid_from",
    until: "t.valid_until",
    version: "t.version",
    createdAt: "t.created_at",
    updatedAt: "t.updated_at"
  })
  return sql`(SELECT ${Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, rate))}
    FROM tax_rates AS t WHERE t.store_id = c.store_id) AS tax_rates`
}

/** The zones of a kind, as a JSON array of what prices depend on. */
const zones = (sql: Constructor, kind: ZoneKind): Fragment => {
  const zone = Dialect.jsonObject(sql, {
    id: "z.id",
    areas: Dialect.jsonValue(sql, "z.areas"),
    ...(kind === "tax" ? { pricesIncludeTax: Dialect.jsonBool(sql, "z.prices_include_tax") } : {})
  })
  return sql`(SELECT ${Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, zone))}
    FROM zones AS z WHERE z.store_id = c.store_id AND z.kind = ${sql.literal(`'${kind}'`)})`
}

const shippingMethods = (sql: Constructor): Fragment => {
  const method = Dialect.jsonObject(sql, {
    id: "m.id",
    name: "m.name",
    price: Dialect.jsonObject(sql, { amount: "m.price", currency: "m.currency" }),
    taxClass: "m.tax_class",
    countries: Dialect.jsonValue(sql, "m.countries"),
    zoneId: "m.zone_id",
    shippingClasses: Dialect.jsonValue(sql, "m.shipping_classes"),
    rates: Dialect.jsonValue(sql, "m.rates"),
    freeFrom: "m.free_from",
    handling: "m.handling",
    parcelGrams: "m.parcel_grams",
    volumetricDivisor: "m.volumetric_divisor",
    delivery: Dialect.jsonValue(sql, "m.delivery"),
    pickup: Dialect.jsonValue(sql, "m.pickup"),
    carrier: Dialect.jsonValue(sql, "m.carrier"),
    active: Dialect.jsonBool(sql, "m.active"),
    position: "m.position",
    version: "m.version",
    createdAt: "m.created_at",
    updatedAt: "m.updated_at"
  })
  return sql`(SELECT ${
    Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, method, { orderBy: sql`m.position, m.id` }))
  } FROM shipping_methods AS m WHERE m.store_id = c.store_id AND m.active = 1) AS shipping_methods`
}

/** The terms of the cart `c`, whose store is `s`. */
export const columns = (sql: Constructor): Fragment =>
  sql`s.id AS store_id, s.code AS store_code, s.name AS store_name,
      s.currency AS store_currency, s.settings AS store_settings, s.version AS store_version,
      s.created_at AS store_created_at, s.updated_at AS store_updated_at,
      ${taxRates(sql)}, ${zones(sql, "tax")} AS tax_zones,
      ${zones(sql, "shipping")} AS shipping_zones, ${shippingMethods(sql)},
      CASE WHEN EXISTS (SELECT 1 FROM attributes AS any_attribute WHERE any_attribute.store_id = c.store_id) THEN 1 ELSE 0 END AS describes`

/** The terms of so many stores are remembered. */
const maximumStores = 100

/** The memory of one client. */
export const memory = (sql: SqlClient.SqlClient) => {
  const stores = RecentlyUsed.make<KnownTerms>(maximumStores)
  return {
    /** What is remembered of the store. Good for a cart that was read with the same version. */
    known: (storeId: StoreId) => stores.get(storeId),
    remember: Effect.fnUntraced(function*(known: KnownTerms) {
      // what a transaction has written is its own until it is committed
      if ((yield* Effect.serviceOption(sql.transactionService))._tag === "Some") return
      stores.set(known.terms.store.id, known)
    })
  }
}
