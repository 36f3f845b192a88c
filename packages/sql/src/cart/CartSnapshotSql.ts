/**
 * Reading carts.
 *
 * A cart is read together with everything that its price and its availability depend on, in one statement: one row,
 * in which what is many is JSON. The JSON has the shape that the engine uses, so nothing is converted after it is parsed.
 * What all carts of a store have in common is remembered, and only read where it has changed (`CartTerms`).
 */
import * as CartBundles from "@stoa/core/cart/CartBundles"
import type { CartKey, CartRepository, CartSnapshot, StoredCart } from "@stoa/core/cart/CartRepository"
import { CurrentStore, type StoreId } from "@stoa/core/kernel/CurrentStore"
import { asked, CurrentLanguage } from "@stoa/core/kernel/Language"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as SqlClient from "effect/sql/SqlClient"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import type * as CartMemory from "./CartMemory.ts"
import * as CartChangeSql from "./CartChangeSql.ts"
import * as CartGoodsSql from "./CartGoodsSql.ts"
import * as CartTerms from "./CartTerms.ts"
import * as GuestCarts from "./GuestCarts.ts"

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
  /** Which row it was read from, where the database says so. */
  readonly mark: string | null
  readonly customer_email: string | null
  readonly customer_shipping_address: string | null
  readonly customer_billing_address: string | null
  readonly customer_exemption: string | null
  readonly customer_vat_number: string | null
  /** What `CartGoodsSql` reads. */
  readonly variants: string
  /** How often the terms of the store have changed. */
  readonly terms_version: number
  readonly promotions_version: number | null
  /** JSON of the rest of `CartSnapshot.promotions`. */
  readonly promotions: string | null
}

/** What is laid into an object stands last: V8 makes what is before it at once, and all after it one by one. */
const toCart = (row: SnapshotRow): StoredCart => ({
  id: row.id,
  tokenHash: row.token_hash,
  status: row.status,
  customerId: row.customer_id,
  email: row.email,
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
  updatedAt: row.updated_at,
  ...(row.language === null ? {} : { language: row.language })
})

const fromRow = (
  row: SnapshotRow,
  terms: CartTerms.CartTerms,
  variants: ReadonlyArray<CartGoodsSql.PublishedVariant>,
  at: Timestamp.Timestamp,
  language: string | undefined
): CartSnapshot => ({
  cart: toCart(row),
  customerEmail: row.customer_email,
  customerShippingAddress: Row.jsonOrNull(row.customer_shipping_address),
  customerBillingAddress: Row.jsonOrNull(row.customer_billing_address),
  customerExemption: row.customer_exemption,
  customerVatNumber: row.customer_vat_number,
  variants: variants.map(CartGoodsSql.shownAt(at, language)).map(CartBundles.asSold),
  promotions: row.promotions_version === null || row.promotions === null
    ? null
    : { ...Row.json<Omit<Promotions, "version">>(row.promotions), version: Number(row.promotions_version) },
  ...terms
})

type Promotions = NonNullable<CartSnapshot["promotions"]>

/** The ids of the variants in the lines of the cart `c`. */
const inLines = (sql: Constructor): Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`SELECT line.value ->> 'variantId' AS id FROM jsonb_array_elements(c.lines::jsonb) AS line (value)`,
    orElse: () => sql`SELECT line.value ->> 'variantId' AS id FROM json_each(c.lines) AS line`
  })

/** Variants that a cart may have in its lines next: none, some for the one cart, or some for each of many. */
type ExtraVariants = "none" | "one" | "many"

/** The ids in a JSON array that is a parameter, or in the one of such that is named after the cart `c`. */
const inParameter = (sql: Constructor, extra: ExtraVariants): Fragment =>
  sql.onDialectOrElse({
    pg: () =>
      sql`SELECT extra.value AS id
      FROM jsonb_array_elements_text(${parameter}::jsonb${sql.literal(extra === "many" ? " -> c.token_hash" : "")}) AS extra (value)`,
    orElse: () => sql`SELECT extra.value AS id FROM json_each(${parameter}) AS extra`
  })

/** So many orders of a customer are counted at most. */
const maximumOrders = 1_000

/**
 * What promotions need to know of the cart `c`, where the store has any: `b` is the count of their changes. The codes of a
 * cart are kept in capitals, as those of promotions are.
 */
const promotions = (sql: Constructor, extent: CartGoodsSql.Extent): Fragment => {
  if (extent === "least") return sql`b.version AS promotions_version, NULL AS promotions`
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
  { extent, extraVariants, terms }: { readonly extent: CartGoodsSql.Extent; readonly extraVariants: ExtraVariants; readonly terms: boolean }
): string => {
  const wanted = extraVariants === "none" ? sql`(${inLines(sql)})` : sql`(${inLines(sql)} UNION ${inParameter(sql, extraVariants)})`
  return sql`SELECT c.id, c.token_hash, c.status, c.customer_id, c.email, c.language, c.currency, c.channel, c.lines, c.note,
      c.shipping_address, c.billing_address, c.shipping_method_id, c.shipping_choices, c.codes, c.order_id, c.version, c.expires_at,
      c.created_at, c.updated_at, ${CartChangeSql.markOf(sql, "c.")} AS mark,
      ${extent === "all" ? customer(sql) : sql.literal(noCustomer)},
      ${CartGoodsSql.column(sql, wanted, extent)} AS variants, coalesce(t.version, 0) AS terms_version, ${promotions(sql, extent)}
      ${terms ? sql`, ${CartTerms.columns(sql)}` : sql``}
    FROM carts AS c ${terms ? sql`JOIN stores AS s ON s.id = c.store_id` : sql``}
      LEFT JOIN cart_terms AS t ON t.store_id = c.store_id
      LEFT JOIN promotion_books AS b ON b.store_id = c.store_id
    WHERE ${condition}`.compile()[0]
}

/** The ids that are wanted for the customer of the row `c`. */
const inRow = (sql: Constructor): Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`SELECT wanted.value AS id FROM jsonb_array_elements_text(c.variant_ids) AS wanted (value)`,
    orElse: () => sql`SELECT wanted.value AS id FROM json_each(c.variant_ids) AS wanted`
  })

/**
 * The text of the statement that reads variants for no cart. Its parameters are the time, the store, and pairs of a customer and the
 * ids of variants, which become one row each.
 */
const goodsText = (sql: Constructor): string =>
  sql`SELECT c.customer_id, ${CartGoodsSql.column(sql, sql`(${inRow(sql)})`, "all")} AS variants
    FROM (SELECT CAST(${parameter} AS TEXT) AS store_id, ${
    sql.onDialectOrElse({
      pg: () =>
        sql`pair.value ->> 0 AS customer_id, pair.value -> 1 AS variant_ids FROM jsonb_array_elements(${parameter}::jsonb) AS pair (value)`,
      orElse: () => sql`pair.value ->> 0 AS customer_id, pair.value -> 1 AS variant_ids FROM json_each(${parameter}) AS pair`
    })
  }) AS c`.compile()[0]

/** A text that is put together when it is first asked for: most engines ask for few of them. */
const kept = (build: () => string): (() => string) => {
  let text: string | undefined
  return () => text ??= build()
}

/** The operations of the repository that read. */
export const make = (sql: SqlClient.SqlClient, carts: ReturnType<typeof CartMemory.make>) => {
  const conditions = {
    id: sql`c.store_id = ${parameter} AND c.id = ${parameter}`,
    tokenHash: sql`c.store_id = ${parameter} AND c.token_hash = ${parameter}`,
    customerId: sql`c.id = (
      SELECT id FROM carts WHERE store_id = ${parameter} AND customer_id = ${parameter} AND status = 'open'
      ORDER BY id DESC LIMIT 1)`
  }
  const texts = (extraVariants: "none" | "one") => {
    const by = (condition: Fragment, terms: boolean) => kept(() => snapshotText(sql, condition, { extent: "all", extraVariants, terms }))
    const whole = (terms: boolean) => ({
      id: by(conditions.id, terms),
      tokenHash: by(conditions.tokenHash, terms),
      customerId: by(conditions.customerId, terms)
    })
    return { all: whole(false), withTerms: whole(true) }
  }
  const own = texts("none")
  const withExtra = texts("one")
  const ofGuest = (extent: CartGoodsSql.Extent) => {
    const text = (extraVariants: ExtraVariants, condition = conditions.tokenHash) =>
      snapshotText(sql, condition, { extent, extraVariants, terms: false })
    return GuestCarts.make<SnapshotRow>(sql, {
      own: kept(() => text("none")),
      withExtra: kept(() => text("one")),
      many: sql.onDialectOrElse({
        // an array from a subquery is short for PostgreSQL, as it is here
        pg: () =>
          kept(() => text("many", sql`c.store_id = ${parameter} AND c.token_hash = ANY(ARRAY(SELECT jsonb_object_keys(${parameter}::jsonb)))`)),
        orElse: () => undefined
      })
    })
  }
  const most = ofGuest("most")
  const least = ofGuest("least")
  const memory = CartTerms.memory(sql)

  /** Stores where a cart of a guest once had to do with what is left out: there, all is read at once from then on. */
  const needAll = new Set<string>()

  /** The token by which a cart is read like one of a guest. */
  const tokenOf = (storeId: StoreId, key: CartKey): string | undefined =>
    "id" in key ? carts.tokenOf(storeId, key.id) : "tokenHash" in key ? key.tokenHash : undefined

  const snapshot = Effect.fnUntraced(function*(key: CartKey, variantIds: ReadonlyArray<string> = []) {
    const storeId = yield* CurrentStore
    const [by, value] = named(key)
    const now = yield* Timestamp.now
    const language = yield* asked(undefined)
    const known = memory.known(storeId)
    const text = variantIds.length === 0 ? own : withExtra
    const rest = variantIds.length === 0 ? [storeId, value] : [JSON.stringify(variantIds), storeId, value]
    const tokenHash = tokenOf(storeId, key)
    if (known !== undefined && tokenHash !== undefined && !needAll.has(storeId)) {
      const checked = yield* carts.check({ storeId, tokenHash, variantIds, known, now, language })
      if (checked !== undefined) return checked
      const [row] = yield* (known.promotes || known.describes ? most : least)({ storeId, tokenHash, variantIds })
      if (row === undefined) return undefined
      const variants = CartGoodsSql.fromText(row.variants)
      const isIncomplete = variants.some(({ incomplete }) => incomplete === true)
      if (isIncomplete) needAll.add(storeId)
      const promotes = row.promotions_version !== null
      if (!isIncomplete && row.customer_id === null && row.terms_version === known.version && promotes === known.promotes) {
        const read = fromRow(row, known.terms, variants, now, language)
        yield* carts.remember(storeId, known, { cart: read.cart, mark: row.mark, variants, promotionsVersion: row.promotions_version })
        return read
      }
      if (row.customer_id !== null) carts.name(storeId, toCart(row), row.mark)
    } else if (known !== undefined) {
      const [row] = yield* sql.unsafe<SnapshotRow>(text.all[by](), [now, ...rest])
      if (row === undefined) return undefined
      if (row.terms_version === known.version) {
        const read = fromRow(row, known.terms, CartGoodsSql.fromText(row.variants), now, language)
        carts.name(storeId, read.cart, row.mark)
        return read
      }
    }
    const [row] = yield* sql.unsafe<SnapshotRow & CartTerms.TermsRow>(text.withTerms[by](), [now, ...rest])
    if (row === undefined) return undefined
    const terms = CartTerms.fromRow(row)
    yield* memory.remember({
      version: row.terms_version,
      promotes: row.promotions_version !== null,
      describes: row.describes === 1,
      terms
    })
    return fromRow(row, terms, CartGoodsSql.fromText(row.variants), now, language)
  }, storage("Carts.snapshot"))

  const textOfGoods = kept(() => goodsText(sql))

  const goodsFor = Effect.fnUntraced(function*(wanted: ReadonlyArray<readonly [customerId: string | null, variantIds: ReadonlyArray<string>]>) {
    const some = wanted.filter(([, variantIds]) => variantIds.length > 0)
    if (some.length === 0) return []
    const now = yield* Timestamp.now
    const language = yield* asked(undefined)
    const rows = yield* sql.unsafe<Pick<SnapshotRow, "customer_id" | "variants">>(textOfGoods(), [now, yield* CurrentStore, JSON.stringify(some)])
    return rows.map(({ customer_id, variants }) => ({
      customerId: customer_id,
      variants: CartGoodsSql.fromText(variants).map(CartGoodsSql.shownAt(now, language)).map(CartBundles.asSold)
    }))
  })

  const goods = Effect.fnUntraced(function*(variantIds: ReadonlyArray<string>, customerId: string | null) {
    const [found] = yield* goodsFor([[customerId, variantIds]])
    return found?.variants ?? []
  }, storage("Carts.goods"))

  const goodsOf = Effect.fnUntraced(function*(wanted: Parameters<CartRepository["Service"]["goodsOf"]>[0]) {
    const found = yield* goodsFor(wanted.map(({ customerId, variantIds }) => [customerId, variantIds]))
    return new Map(found.map(({ customerId, variants }) => [customerId ?? "", variants]))
  }, storage("Carts.goods"))

  const remembered = (key: CartKey, variantIds: ReadonlyArray<string> = []) =>
    // in one step, as each change of a cart takes it, and steps cost more than what is done here
    Effect.withFiber((fiber) => {
      const storeId = fiber.getRef(CurrentStore)
      const known = memory.known(storeId)
      const isOpen = Option.isSome(Context.getOption(fiber.context, sql.transactionService))
      const tokenHash = tokenOf(storeId, key)
      if (known === undefined || tokenHash === undefined || needAll.has(storeId) || isOpen) return Effect.succeed(undefined)
      return Effect.succeed(carts.remembered({
        storeId,
        tokenHash,
        variantIds,
        known,
        now: Timestamp.fromMillis(fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()),
        language: fiber.getRef(CurrentLanguage) ?? undefined
      }))
    })

  return { snapshot, goods, goodsOf, remembered }
}
