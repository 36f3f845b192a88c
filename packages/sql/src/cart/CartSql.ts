/**
 * Carts in SQL.
 *
 * A cart is read together with everything that its price and its availability depend on, in one statement: one row,
 * in which what is many is JSON. The JSON has the shape that the engine uses, so nothing is converted after it is parsed.
 */
import { namedIn, type Names } from "@stoa/core/catalog/ProductTranslations"
import * as PublishWindow from "@stoa/core/catalog/PublishWindow"
import * as CartBundles from "@stoa/core/cart/CartBundles"
import type { CartKey, CartSnapshot, CartVariant, StoredCart } from "@stoa/core/cart/CartRepository"
import { CartRepository } from "@stoa/core/cart/CartRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { asked } from "@stoa/core/kernel/Language"
import type { CartId } from "@stoa/core/cart/Cart"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import { VersionConflict } from "@stoa/core/kernel/Version"
import type { ShippingMethod } from "@stoa/core/shipping/ShippingMethod"
import { defaultSettings, type Store } from "@stoa/core/stores/Store"
import type { TaxRate } from "@stoa/core/tax/TaxRate"
import type { ZoneKind } from "@stoa/core/zones/Zone"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as ProductAttributes from "../catalog/ProductAttributes.ts"
import { partIsSuspended } from "../catalog/ProductRow.ts"
import { atVersion } from "../AtVersion.ts"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as ListedPriceSql from "../prices/ListedPriceSql.ts"
import * as Row from "../Row.ts"
import { storage, transactionOf } from "../Storage.ts"

interface SnapshotRow {
  readonly id: StoredCart["id"]
  readonly token_hash: string
  readonly status: StoredCart["status"]
  readonly customer_id: string | null
  readonly email: string | null
  readonly language: string | null
  readonly currency: StoredCart["currency"]
  readonly channel: StoredCart["channel"]
  readonly lines: string
  readonly note: string | null
  readonly shipping_address: string | null
  readonly billing_address: string | null
  readonly shipping_method_id: StoredCart["shippingMethodId"]
  readonly shipping_choices: string
  readonly codes: string
  readonly order_id: string | null
  readonly version: number
  readonly expires_at: StoredCart["expiresAt"]
  readonly created_at: StoredCart["createdAt"]
  readonly updated_at: StoredCart["updatedAt"]
  readonly customer_email: string | null
  readonly customer_shipping_address: string | null
  readonly customer_billing_address: string | null
  readonly customer_exemption: string | null
  readonly customer_vat_number: string | null
  readonly store_id: Store["id"]
  readonly store_code: string
  readonly store_name: string
  readonly store_currency: Store["currency"]
  readonly store_settings: string
  readonly store_version: number
  readonly store_created_at: Store["createdAt"]
  readonly store_updated_at: Store["updatedAt"]
  /** JSON arrays of `CartVariant`, `TaxRate`, `Zone` and `ShippingMethod`. */
  readonly variants: string
  readonly tax_rates: string
  readonly tax_zones: string
  readonly shipping_zones: string
  readonly shipping_methods: string
  readonly promotions_version: number | null
  /** JSON of the rest of `CartSnapshot.promotions`. */
  readonly promotions: string | null
}

// what all carts of a store have in common; a setting that is newer than the row has its default
const settings = Row.sharedJson<object, Store["settings"]>((stored) => ({ ...defaultSettings, ...stored }))
const taxRatesOf = Row.sharedJson<ReadonlyArray<TaxRate>>()
const taxZonesOf = Row.sharedJson<CartSnapshot["taxZones"]>()
const shippingZonesOf = Row.sharedJson<CartSnapshot["shippingZones"]>()
const shippingMethodsOf = Row.sharedJson<ReadonlyArray<ShippingMethod>>()

/**
 * A variant as a buyer comes upon it: what is not published yet is a draft to them, and what is no more is archived. It is called as
 * their language has it.
 */
const shownAt = (at: Timestamp.Timestamp, language: string | undefined) =>
({ incomplete: _incomplete, names, publishedFrom, publishedUntil, ...stored }: PublishedVariant): CartVariant => {
  const variant = names === null || language === undefined ? stored : calledIn(stored, names, language)
  return variant.status !== "active" || PublishWindow.isOpen({ publishedFrom, publishedUntil }, at)
    ? variant
    : { ...variant, status: publishedFrom !== null && at < publishedFrom ? "draft" : "archived" }
}

interface PublishedVariant extends CartVariant, PublishWindow.PublishWindow {
  /** Whether it has parts or listed prices that were not asked for. */
  readonly incomplete?: boolean
  /** Where its product has translations. */
  readonly names: { readonly said: Names; readonly optionValues: ReadonlyArray<string> } | null
}

const calledIn = (variant: CartVariant, { optionValues, said }: NonNullable<PublishedVariant["names"]>, language: string): CartVariant => {
  const { slug, title, variantTitle } = namedIn(said, language, { title: variant.productTitle, slug: variant.slug, optionValues })
  return { ...variant, title: variantTitle, productTitle: title, slug }
}

const variantsOf = (row: SnapshotRow) => Row.json<ReadonlyArray<PublishedVariant>>(row.variants)

const fromRow = (
  row: SnapshotRow,
  variants: ReadonlyArray<PublishedVariant>,
  at: Timestamp.Timestamp,
  language: string | undefined
): CartSnapshot => ({
  cart: {
    id: row.id,
    tokenHash: row.token_hash,
    status: row.status,
    customerId: row.customer_id,
    email: row.email,
    ...(row.language === null ? {} : { language: row.language }),
    currency: row.currency,
    channel: row.channel,
    lines: Row.json(row.lines),
    note: row.note,
    shippingAddress: Row.jsonOrNull(row.shipping_address),
    billingAddress: Row.jsonOrNull(row.billing_address),
    shippingMethodId: row.shipping_method_id,
    shippingChoices: Row.json(row.shipping_choices),
    codes: Row.json(row.codes),
    orderId: row.order_id,
    version: row.version,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at
  },
  customerEmail: row.customer_email,
  customerShippingAddress: Row.jsonOrNull(row.customer_shipping_address),
  customerBillingAddress: Row.jsonOrNull(row.customer_billing_address),
  customerExemption: row.customer_exemption,
  customerVatNumber: row.customer_vat_number,
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
  variants: variants.map(shownAt(at, language)).map(CartBundles.asSold),
  taxRates: taxRatesOf(row.tax_rates),
  taxZones: taxZonesOf(row.tax_zones),
  shippingZones: shippingZonesOf(row.shipping_zones),
  shippingMethods: shippingMethodsOf(row.shipping_methods),
  promotions: row.promotions_version === null || row.promotions === null
    ? null
    : { ...Row.json<Omit<Promotions, "version">>(row.promotions), version: Number(row.promotions_version) }
})

type Promotions = NonNullable<CartSnapshot["promotions"]>

/** A sum of money, or nothing. */
const moneyOrNull = (sql: Constructor, amount: string, currency: string): Fragment =>
  sql`CASE WHEN ${sql(amount)} IS NULL THEN NULL ELSE ${
    Dialect.jsonObject(sql, { amount, currency })
  } END`

/** The levels of a variant at open locations, by location priority. */
const levels = (sql: Constructor, variant: Fragment): Fragment =>
  sql`(SELECT ${
    Dialect.jsonArrayAgg(
      sql,
      Dialect.jsonObject(sql, { locationId: "level.location_id", onHand: "level.on_hand", reserved: "level.reserved" }),
      { orderBy: sql`place.priority, place.id` }
    )
  } FROM stock_levels AS level CROSS JOIN locations AS place
    WHERE level.store_id = c.store_id AND level.variant_id = ${variant} AND place.id = level.location_id AND place.active = 1)`

/** The parts of the variant `v`, if it is a bundle. What is not there any more is of no status. */
const parts = (sql: Constructor): Fragment => {
  const part = Dialect.jsonObject(sql, {
    variantId: "bp.part_id",
    quantity: "bp.quantity",
    productId: sql`coalesce(pp.id, '')`,
    title: sql`coalesce(pv.title, '')`,
    productTitle: sql`coalesce(pp.title, '')`,
    sku: "pv.sku",
    vendorId: "pp.vendor_id",
    status: "pp.status",
    suspended: Dialect.jsonBool(sql, sql.literal(partIsSuspended)),
    giftCard: Dialect.jsonBool(sql, sql`coalesce(pv.gift_card, 0)`),
    price: sql`coalesce(pv.price, 0)`,
    taxClass: sql`coalesce(pp.tax_class, p.tax_class)`,
    taxable: Dialect.jsonBool(sql, sql`coalesce(pv.taxable, 0)`),
    requiresShipping: Dialect.jsonBool(sql, sql`coalesce(pv.requires_shipping, 0)`),
    weightGrams: sql`coalesce(pv.weight_grams, 0)`,
    finalSale: Dialect.jsonBool(sql, sql`coalesce(pv.final_sale, 0)`),
    trackStock: Dialect.jsonBool(sql, sql`coalesce(pv.track_stock, 1)`),
    backorderLimit: sql`coalesce(pv.backorder_limit, 0)`,
    levels: levels(sql, sql`pv.id`)
  })
  return sql`CASE WHEN v.bundle IS NOT NULL THEN (SELECT ${Dialect.jsonArrayAgg(sql, part, { orderBy: "bp.position" })}
    FROM bundle_parts AS bp
    LEFT JOIN variants AS pv ON pv.id = bp.part_id AND pv.store_id = bp.store_id
    LEFT JOIN products AS pp ON pp.id = pv.product_id
    WHERE bp.bundle_id = v.id) END`
}

/**
 * How much is read. `"all"` is all that the price of any cart may depend on; `"most"` leaves out customers, parts of bundles
 * and listed prices, which most carts of guests have nothing to do with, and says where it left something out.
 *
 * Postgres makes ready for each part of a statement at every call, whether it has anything to do there or not, so what is left
 * out is a quarter of what the statement costs.
 */
type Extent = "all" | "most"

/**
 * All that a cart needs to know of the variants named `wanted.id`, as a JSON array of `CartVariant`.
 *
 * Neither database has an idea of how few lines a cart has, and left to itself would read all variants of the store to
 * compare them. SQLite takes the tables of a `CROSS JOIN` in the order in which they are written, and Postgres an array for
 * short.
 */
const variants = (sql: Constructor, wanted: Fragment, extent: Extent): Fragment => {
  const categoryPaths = sql`(SELECT ${Dialect.jsonArrayAgg(sql, Dialect.jsonSplit(sql, "category.path", "/"))}
    FROM product_categories AS pc CROSS JOIN categories AS category
    WHERE pc.product_id = p.id AND category.id = pc.category_id)`
  const variant = Dialect.jsonObject(sql, {
    id: "v.id",
    productId: "p.id",
    title: "v.title",
    productTitle: "p.title",
    slug: "p.slug",
    names: sql`CASE WHEN p.names = '{}' THEN NULL ELSE ${
      Dialect.jsonObject(sql, { said: Dialect.jsonValue(sql, "p.names"), optionValues: Dialect.jsonValue(sql, "v.option_values") })
    } END`,
    sku: "v.sku",
    image: Dialect.jsonValue(sql, "p.image"),
    status: "p.status",
    publishedFrom: "p.published_from",
    publishedUntil: "p.published_until",
    price: Dialect.jsonObject(sql, { amount: "v.price", currency: "p.currency" }),
    compareAtPrice: moneyOrNull(sql, "v.compare_at", "p.currency"),
    listed: extent === "all" ? ListedPriceSql.listed(sql, sql`${parameter}`, sql`c.customer_id`) : Dialect.jsonValue(sql, sql`'[]'`),
    ...(extent === "all" ? {} : {
      incomplete: Dialect.jsonBool(sql, sql`CASE WHEN v.bundle IS NOT NULL OR ${ListedPriceSql.isVariantListed(sql)} THEN 1 ELSE 0 END`)
    }),
    taxClass: "p.tax_class",
    shippingClass: "p.shipping_class",
    taxable: Dialect.jsonBool(sql, "v.taxable"),
    requiresShipping: Dialect.jsonBool(sql, "v.requires_shipping"),
    weightGrams: "v.weight_grams",
    dimensions: Dialect.jsonValue(sql, "v.dimensions"),
    trackStock: Dialect.jsonBool(sql, "v.track_stock"),
    backorderLimit: "v.backorder_limit",
    finalSale: Dialect.jsonBool(sql, "v.final_sale"),
    giftCard: Dialect.jsonBool(sql, "v.gift_card"),
    parts: extent === "all" ? parts(sql) : sql`NULL`,
    vendorId: "p.vendor_id",
    categoryPaths,
    tags: Dialect.jsonValue(sql, "p.tags"),
    said: ProductAttributes.saidBy(sql),
    levels: levels(sql, sql`v.id`)
  })
  const named = sql.onDialectOrElse({
    pg: () => sql`variants AS v CROSS JOIN products AS p WHERE v.id = ANY(ARRAY(SELECT id FROM ${wanted} AS wanted))`,
    orElse: () => sql`${wanted} AS wanted CROSS JOIN variants AS v CROSS JOIN products AS p WHERE v.id = wanted.id`
  })
  return sql`(SELECT ${Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, variant))}
    FROM ${named} AND v.store_id = c.store_id AND p.id = v.product_id) AS variants`
}

/** The ids of the variants in the lines of the cart `c`. */
const inLines = (sql: Constructor): Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`SELECT line.value ->> 'variantId' AS id FROM jsonb_array_elements(c.lines::jsonb) AS line (value)`,
    orElse: () => sql`SELECT line.value ->> 'variantId' AS id FROM json_each(c.lines) AS line`
  })

/** The ids in a JSON array that is a parameter. */
const inParameter = (sql: Constructor): Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`SELECT extra.value AS id FROM jsonb_array_elements_text(${parameter}::jsonb) AS extra (value)`,
    orElse: () => sql`SELECT extra.value AS id FROM json_each(${parameter}) AS extra`
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

/** So many orders of a customer are counted at most. */
const maximumOrders = 1_000

/**
 * What promotions need to know of the cart `c`, where the store has any: `b` is the count of their changes. The codes of a
 * cart are kept in capitals, as those of promotions are.
 */
const promotions = (sql: Constructor, extent: Extent): Fragment => {
  const entered = sql.onDialectOrElse({
    pg: () => sql`code.code = ANY(ARRAY(SELECT jsonb_array_elements_text(c.codes::jsonb)))`,
    orElse: () => sql`code.code IN (SELECT value FROM json_each(c.codes))`
  })
  const isUsed = sql`CASE WHEN EXISTS (SELECT 1 FROM promotion_counters AS k
    WHERE k.store_id = c.store_id AND k.key = code.promotion_id || ' code ' || code.code AND k.used > 0)
    THEN 1 ELSE 0 END`
  const codes = sql`(SELECT ${
    Dialect.jsonArrayAgg(
      sql,
      Dialect.jsonObject(sql, { code: "code.code", promotionId: "code.promotion_id", used: Dialect.jsonBool(sql, isUsed) })
    )
  } FROM promotion_codes AS code WHERE code.store_id = c.store_id AND code.single_use = 1 AND ${entered})`
  const uses = sql`(SELECT ${
    Dialect.jsonArrayAgg(sql, Dialect.jsonObject(sql, { promotionId: "k.promotion_id", used: "k.used" }))
  } FROM promotion_counters AS k WHERE k.store_id = c.store_id AND k.customer_id = c.customer_id)`
  const groups = sql`(SELECT ${Dialect.jsonArrayAgg(sql, "m.group_id")} FROM customer_group_members AS m
    WHERE m.store_id = c.store_id AND m.customer_id = c.customer_id)`
  const orders = sql`(SELECT count(*) FROM (SELECT o.id FROM orders AS o
    WHERE o.store_id = c.store_id AND o.customer_id = c.customer_id AND o.status <> 'cancelled'
    LIMIT ${sql.literal(String(maximumOrders))}) AS placed)`
  const none = Dialect.jsonValue(sql, sql`'[]'`)
  const counted = sql`CASE WHEN c.customer_id IS NOT NULL AND EXISTS (SELECT 1 FROM promotions AS p
    WHERE p.store_id = c.store_id AND p.active = 1 AND p.counts_orders = 1) THEN ${orders} ELSE NULL END`
  return sql`b.version AS promotions_version, CASE WHEN b.version IS NULL THEN NULL ELSE ${
    Dialect.jsonText(
      sql,
      Dialect.jsonObject(sql, {
        codes,
        ...(extent === "all" ? { customerUses: uses, groups, orders: counted } : { customerUses: none, groups: none, orders: sql`NULL` })
      })
    )
  } END AS promotions`
}

const named = (key: CartKey): readonly ["id" | "tokenHash" | "customerId", string] => {
  if ("id" in key) return ["id", key.id]
  return "tokenHash" in key ? ["tokenHash", key.tokenHash] : ["customerId", key.customerId]
}

/** Stands for a value where only the text of a statement is wanted. */
const parameter = ""

/** The customer of the cart `c`, as far as its price depends on them. */
const customer = (sql: Constructor): Fragment =>
  sql`(SELECT u.email FROM users AS u WHERE u.id = c.customer_id AND u.store_id = c.store_id) AS customer_email,
      (SELECT a.address FROM addresses AS a WHERE a.store_id = c.store_id AND a.customer_id = c.customer_id
        AND a.default_shipping = 1) AS customer_shipping_address,
      (SELECT a.address FROM addresses AS a WHERE a.store_id = c.store_id AND a.customer_id = c.customer_id
        AND a.default_billing = 1) AS customer_billing_address,
      COALESCE(
        (SELECT x.reason FROM tax_exemptions AS x WHERE x.store_id = c.store_id AND x.subject_id = c.customer_id),
        (SELECT MIN(x.reason) FROM customer_group_members AS gm
          JOIN tax_exemptions AS x ON x.store_id = gm.store_id AND x.subject_id = gm.group_id
          WHERE gm.store_id = c.store_id AND gm.customer_id = c.customer_id)) AS customer_exemption,
      (SELECT vat.number FROM vat_ids AS vat WHERE vat.store_id = c.store_id AND vat.customer_id = c.customer_id
        AND vat.status = 'valid') AS customer_vat_number`

const noCustomer = `NULL AS customer_email, NULL AS customer_shipping_address, NULL AS customer_billing_address,
      NULL AS customer_exemption, NULL AS customer_vat_number`

/**
 * The text of the statement that reads a cart. It is long, so it is put together once for each way to name a cart, and
 * not at every call. Its parameters are the time, if all is read, those
 * of `inParameter`, if extra variants are asked for, the store, and the key.
 */
const snapshotText = (
  sql: Constructor,
  condition: Fragment,
  { extent, extraVariants }: { readonly extent: Extent; readonly extraVariants: boolean }
): string => {
  const wanted = extraVariants ? sql`(${inLines(sql)} UNION ${inParameter(sql)})` : sql`(${inLines(sql)})`
  return sql`SELECT c.id, c.token_hash, c.status, c.customer_id, c.email, c.language, c.currency, c.channel, c.lines, c.note,
      c.shipping_address, c.billing_address, c.shipping_method_id, c.shipping_choices, c.codes, c.order_id, c.version, c.expires_at,
      c.created_at, c.updated_at,
      ${extent === "all" ? customer(sql) : sql.literal(noCustomer)},
      s.id AS store_id, s.code AS store_code, s.name AS store_name,
      s.currency AS store_currency, s.settings AS store_settings, s.version AS store_version,
      s.created_at AS store_created_at, s.updated_at AS store_updated_at,
      ${variants(sql, wanted, extent)}, ${taxRates(sql)}, ${zones(sql, "tax")} AS tax_zones,
      ${zones(sql, "shipping")} AS shipping_zones, ${shippingMethods(sql)}, ${promotions(sql, extent)}
    FROM carts AS c JOIN stores AS s ON s.id = c.store_id
      LEFT JOIN promotion_books AS b ON b.store_id = c.store_id
    WHERE ${condition}`.compile()[0]
}

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  const conditions = {
    id: sql`c.store_id = ${parameter} AND c.id = ${parameter}`,
    tokenHash: sql`c.store_id = ${parameter} AND c.token_hash = ${parameter}`,
    customerId: sql`c.id = (
      SELECT id FROM carts WHERE store_id = ${parameter} AND customer_id = ${parameter} AND status = 'open'
      ORDER BY id DESC LIMIT 1)`
  }
  const texts = (extent: Extent, extraVariants: boolean) => ({
    id: snapshotText(sql, conditions.id, { extent, extraVariants }),
    tokenHash: snapshotText(sql, conditions.tokenHash, { extent, extraVariants }),
    customerId: snapshotText(sql, conditions.customerId, { extent, extraVariants })
  })
  const own = texts("all", false)
  const withExtra = texts("all", true)
  const ofGuest = snapshotText(sql, conditions.tokenHash, { extent: "most", extraVariants: false })
  const ofGuestWithExtra = snapshotText(sql, conditions.tokenHash, { extent: "most", extraVariants: true })

  /** Stores where a cart of a guest once had to do with what is left out: there, all is read at once from then on. */
  const needAll = new Set<string>()

  return CartRepository.of({
    snapshot: Effect.fnUntraced(function*(key, variantIds = []) {
      const storeId = yield* CurrentStore
      const [by, value] = named(key)
      const now = yield* Timestamp.now
      const language = yield* asked(undefined)
      const extra = variantIds.length === 0 ? [] : [JSON.stringify(variantIds)]
      if (by === "tokenHash" && !needAll.has(storeId)) {
        const [row] = yield* sql.unsafe<SnapshotRow>(
          variantIds.length === 0 ? ofGuest : ofGuestWithExtra,
          [...extra, storeId, value]
        )
        if (row === undefined) return undefined
        const variants = variantsOf(row)
        const isIncomplete = variants.some(({ incomplete }) => incomplete === true)
        if (isIncomplete) needAll.add(storeId)
        else if (row.customer_id === null) return fromRow(row, variants, now, language)
      }
      const rows = yield* sql.unsafe<SnapshotRow>(
        variantIds.length === 0 ? own[by] : withExtra[by],
        [now, ...extra, storeId, value]
      )
      return Row.first(rows, (row) => fromRow(row, variantsOf(row), now, language))
    }, storage("Carts.snapshot")),
    insert: Effect.fnUntraced(function*(cart, store) {
      const rows = yield* sql`
        INSERT INTO carts (
          id, store_id, token_hash, status, customer_id, email, language, currency, channel, lines, note, shipping_address,
          billing_address, shipping_method_id, shipping_choices, codes, order_id, version, expires_at, created_at, updated_at
        )
        SELECT ${cart.id}, id, ${cart.tokenHash}, ${cart.status}, ${cart.customerId}, ${cart.email}, ${cart.language ?? null}, ${cart.currency},
          ${cart.channel}, ${JSON.stringify(cart.lines)}, ${cart.note}, ${Row.toJson(cart.shippingAddress)},
          ${Row.toJson(cart.billingAddress)}, ${cart.shippingMethodId}, ${JSON.stringify(cart.shippingChoices)}, ${JSON.stringify(cart.codes)}, ${cart.orderId},
          ${cart.version}, ${cart.expiresAt}, ${cart.createdAt}, ${cart.updatedAt}
        FROM stores
        WHERE id = ${yield* CurrentStore} AND version = ${store.version} AND updated_at = ${store.updatedAt}
        RETURNING id`
      return rows.length > 0
    }, storage("Carts.insert")),
    replace: Effect.fnUntraced(function*(cart) {
      const rows = yield* sql`
        UPDATE carts SET status = ${cart.status}, customer_id = ${cart.customerId}, email = ${cart.email},
          language = ${cart.language ?? null}, currency = ${cart.currency}, channel = ${cart.channel}, lines = ${JSON.stringify(cart.lines)}, note = ${cart.note},
          shipping_address = ${Row.toJson(cart.shippingAddress)}, billing_address = ${Row.toJson(cart.billingAddress)},
          shipping_method_id = ${cart.shippingMethodId}, shipping_choices = ${JSON.stringify(cart.shippingChoices)}, codes = ${JSON.stringify(cart.codes)},
          order_id = ${cart.orderId}, version = ${cart.version}, expires_at = ${cart.expiresAt},
          updated_at = ${cart.updatedAt}
        WHERE id = ${cart.id} AND store_id = ${yield* CurrentStore} AND version = ${cart.version - 1}
          AND status = 'open'
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: cart.id, expected: cart.version - 1 })
    }, storage("Carts.replace")),
    delete: Effect.fnUntraced(function*(id, version) {
      const rows = yield* sql`DELETE FROM carts
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND status <> 'ordered' ${atVersion(sql, version)}
        RETURNING id`
      return rows.length > 0
    }, storage("Carts.delete")),
    forget: Effect.fnUntraced(function*(customerId) {
      const storeId = yield* CurrentStore
      yield* sql`
        DELETE FROM carts WHERE store_id = ${storeId} AND customer_id = ${customerId} AND status <> 'ordered'`
      yield* sql`
        UPDATE carts SET email = NULL, note = NULL, shipping_address = NULL, billing_address = NULL
        WHERE store_id = ${storeId} AND customer_id = ${customerId}`
    }, storage("Carts.forget")),
    left: Effect.fnUntraced(function*({ cartDays, limit, since, until }) {
      const storeId = yield* CurrentStore
      const expire = (at: Timestamp.Timestamp) => Timestamp.plus(at, { days: cartDays })
      const rows = yield* sql<{ readonly id: CartId; readonly customer_id: string; readonly email: string; readonly language: string | null; readonly lines: string }>`
        SELECT carts.id, carts.customer_id, users.email, carts.language, carts.lines
        FROM carts JOIN users ON users.id = carts.customer_id AND users.store_id = carts.store_id AND users.status = 'active'
        WHERE carts.store_id = ${storeId} AND carts.status <> 'ordered' AND carts.status = 'open'
          AND carts.expires_at >= ${expire(since)} AND carts.expires_at <= ${expire(until)}
          AND carts.updated_at >= ${since} AND carts.updated_at <= ${until} AND carts.lines <> '[]'
          AND NOT EXISTS (
            SELECT 1 FROM marketing_messages
            WHERE marketing_messages.store_id = ${storeId} AND marketing_messages.source = 'abandoned-cart:' || carts.id)
        ORDER BY carts.expires_at LIMIT ${limit}`
      return rows.map(({ customer_id, email, id, language, lines }) => ({ cartId: id, customerId: customer_id, email, language, lines: Row.json<StoredCart["lines"]>(lines) }))
    }, storage("Carts.left")),

    deleteExpired: Effect.fnUntraced(function*(before, limit) {
      const storeId = yield* CurrentStore
      // asked again outside: in Postgres the cart may have become an order since the rows were chosen
      const rows = yield* sql<{ readonly created_at: string; readonly status: string; readonly filled: number; readonly checkout: number }>`
        DELETE FROM carts WHERE id IN (
          SELECT id FROM carts WHERE store_id = ${storeId} AND status <> 'ordered' AND expires_at < ${before}
          ORDER BY expires_at LIMIT ${limit})
        AND store_id = ${storeId} AND status <> 'ordered' AND expires_at < ${before}
        RETURNING created_at, status, CASE WHEN lines <> '[]' THEN 1 ELSE 0 END AS filled,
          CASE WHEN email IS NOT NULL OR shipping_address IS NOT NULL THEN 1 ELSE 0 END AS checkout`
      const left = rows.filter(({ filled, status }) => filled === 1 && status === "open")
      if (left.length > 0) {
        yield* sql`INSERT INTO left_carts (store_id, created_at, checkout)
          SELECT ${storeId}, created_at, checkout FROM ${Dialect.jsonRows(sql, left, { created_at: "text", checkout: "int" })}`
      }
      return rows.length
    }, transactionOf(sql), storage("Carts.deleteExpired"))
  })
})

export const layer: Layer.Layer<CartRepository, never, SqlClient.SqlClient> = Layer.effect(CartRepository, make)
