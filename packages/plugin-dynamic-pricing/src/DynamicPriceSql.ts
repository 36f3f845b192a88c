/**
 * The plug-in's tables, and what it reads of the engine's.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import type { Timestamp } from "@stoa/core/kernel/Timestamp"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as Dialect from "@stoa/sql/Dialect"
import { acrossStores } from "@stoa/sql/EveryStore"
import * as Migration from "@stoa/sql/Migration"
import * as Row from "@stoa/sql/Row"
import { storage } from "@stoa/sql/Storage"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import type { Decision, Facts } from "./Decision.ts"
import type { PriceLimits, PriceRule } from "./PriceRule.ts"

export const migrations = Migration.set("dynamic-pricing", [{
  id: 1,
  name: "rules, limits and changes",
  up: (d) => [
    `CREATE TABLE dynamic_price_rules (
      id ${d.text} PRIMARY KEY,
      store_id ${d.text} NOT NULL,
      rule ${d.json} NOT NULL,
      version ${d.int} NOT NULL
    )${d.strict}`,
    "CREATE INDEX dynamic_price_rules_by_store ON dynamic_price_rules (store_id, id)",
    `CREATE TABLE dynamic_price_limits (
      store_id ${d.text} NOT NULL,
      variant_id ${d.text} NOT NULL,
      floor ${d.int} NOT NULL CHECK (floor >= 0),
      ceiling ${d.int} NOT NULL CHECK (ceiling >= floor),
      max_step_ppm ${d.int} NOT NULL CHECK (max_step_ppm > 0),
      PRIMARY KEY (store_id, variant_id)
    )${d.strict}`,
    `CREATE TABLE dynamic_price_changes (
      id ${d.text} PRIMARY KEY,
      store_id ${d.text} NOT NULL,
      variant_id ${d.text} NOT NULL,
      at ${d.text} NOT NULL,
      decision ${d.json} NOT NULL
    )${d.strict}`,
    "CREATE INDEX dynamic_price_changes_by_time ON dynamic_price_changes (at)",
    "CREATE INDEX dynamic_price_changes_by_store ON dynamic_price_changes (store_id, id)",
    "CREATE INDEX dynamic_price_changes_by_variant ON dynamic_price_changes (store_id, variant_id, id)",
    `CREATE TABLE dynamic_price_lists (
      store_id ${d.text} PRIMARY KEY,
      price_list_id ${d.text}
    )${d.strict}`
  ]
}])

/** A price that was changed, and why. */
export interface PriceChange extends Decision {
  readonly id: string
  readonly at: Timestamp
}

interface FactRow {
  readonly variant_id: string
  readonly base: number
  readonly current: number
  readonly track_stock: number
  readonly available: number
  readonly created_at: Timestamp
  readonly floor: number
  readonly ceiling: number
  readonly max_step_ppm: number
}

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  const cursor = Effect.fnUntraced(function*(sort: string, after: string | undefined, first: string) {
    const [last = first] = after === undefined ? [] : yield* Page.decodeCursor(sort, ["string"], after)
    return last
  })

  return {
    rules: Effect.flatMap(CurrentStore, (storeId) =>
      sql<{ readonly rule: string }>`SELECT rule FROM dynamic_price_rules WHERE store_id = ${storeId} ORDER BY id`
    ).pipe(
      Effect.map((rows) => rows.map(({ rule }) => Row.json<PriceRule>(rule))),
      storage("DynamicPricing.rules")
    ),
    rule: Effect.fnUntraced(function*(id: string) {
      const rows = yield* sql<{ readonly rule: string }>`
        SELECT rule FROM dynamic_price_rules WHERE store_id = ${yield* CurrentStore} AND id = ${id}`
      return Row.first(rows, ({ rule }) => Row.json<PriceRule>(rule))
    }, storage("DynamicPricing.rule")),
    insertRule: Effect.fnUntraced(function*(rule: PriceRule) {
      yield* sql`INSERT INTO dynamic_price_rules ${
        sql.insert({ id: rule.id, store_id: yield* CurrentStore, rule: JSON.stringify(rule), version: rule.version })
      }`
    }, storage("DynamicPricing.insertRule")),
    replaceRule: Effect.fnUntraced(function*(rule: PriceRule) {
      const rows = yield* sql`
        UPDATE dynamic_price_rules SET rule = ${JSON.stringify(rule)}, version = ${rule.version}
        WHERE store_id = ${yield* CurrentStore} AND id = ${rule.id} AND version = ${rule.version - 1} RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: rule.id, expected: rule.version - 1 })
    }, storage("DynamicPricing.replaceRule")),
    deleteRule: Effect.fnUntraced(function*(id: string) {
      const rows = yield* sql`
        DELETE FROM dynamic_price_rules WHERE store_id = ${yield* CurrentStore} AND id = ${id} RETURNING id`
      return rows.length > 0
    }, storage("DynamicPricing.deleteRule")),

    /** Sets limits, and answers the variants among them that there are. */
    setLimits: Effect.fnUntraced(function*(limits: ReadonlyArray<PriceLimits>) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<{ readonly variant_id: string }>`
        INSERT INTO dynamic_price_limits (store_id, variant_id, floor, ceiling, max_step_ppm)
        SELECT variants.store_id, variants.id, input.floor, input.ceiling, input.max_step_ppm
        FROM ${
        Dialect.jsonRows(
          sql,
          limits.map(({ ceiling, floor, maxStepPpm, variantId }) =>
            ({ variant_id: variantId, floor, ceiling, max_step_ppm: maxStepPpm })),
          { variant_id: "text", floor: "int", ceiling: "int", max_step_ppm: "int" }
        )
      } JOIN variants ON variants.id = input.variant_id AND variants.store_id = ${storeId} WHERE true
        ON CONFLICT (store_id, variant_id) DO UPDATE SET floor = excluded.floor, ceiling = excluded.ceiling,
          max_step_ppm = excluded.max_step_ppm
        RETURNING variant_id`
      return new Set(rows.map(({ variant_id }) => variant_id))
    }, storage("DynamicPricing.setLimits")),
    removeLimits: Effect.fnUntraced(function*(variantIds: ReadonlyArray<string>) {
      yield* sql`DELETE FROM dynamic_price_limits
        WHERE store_id = ${yield* CurrentStore} AND ${Dialect.oneOf(sql, "variant_id", variantIds)}`
    }, storage("DynamicPricing.removeLimits")),
    limits: Effect.fnUntraced(function*({ after, limit = Page.defaultLimit }: { readonly after?: string; readonly limit?: number }) {
      const last = yield* cursor("variant", after, "")
      const rows = yield* sql<Pick<FactRow, "variant_id" | "floor" | "ceiling" | "max_step_ppm">>`
        SELECT variant_id, floor, ceiling, max_step_ppm FROM dynamic_price_limits
        WHERE store_id = ${yield* CurrentStore} AND variant_id > ${last} ORDER BY variant_id LIMIT ${limit + 1}`
      const page = Page.fromRows(rows, limit, "variant", (row) => [row.variant_id])
      return {
        nextCursor: page.nextCursor,
        items: page.items.map((row): PriceLimits => ({
          variantId: row.variant_id,
          floor: row.floor,
          ceiling: row.ceiling,
          maxStepPpm: row.max_step_ppm
        }))
      }
    }, storage("DynamicPricing.limits")),

    /** The store's price list, which nobody else changes until the transaction is over; `null`: it has none yet. */
    lockedList: Effect.fnUntraced(function*() {
      const storeId = yield* CurrentStore
      yield* sql`INSERT INTO dynamic_price_lists (store_id, price_list_id) VALUES (${storeId}, NULL)
        ON CONFLICT (store_id) DO NOTHING`
      const rows = yield* sql<{ readonly price_list_id: string | null }>`
        SELECT price_list_id FROM dynamic_price_lists WHERE store_id = ${storeId}${Dialect.forUpdate(sql)}`
      return rows[0]?.price_list_id ?? null
    }, storage("DynamicPricing.lockedList")),
    list: Effect.fnUntraced(function*() {
      const rows = yield* sql<{ readonly price_list_id: string | null }>`
        SELECT price_list_id FROM dynamic_price_lists WHERE store_id = ${yield* CurrentStore}`
      return rows[0]?.price_list_id ?? null
    }, storage("DynamicPricing.list")),
    keepList: Effect.fnUntraced(function*(priceListId: string) {
      yield* sql`UPDATE dynamic_price_lists SET price_list_id = ${priceListId} WHERE store_id = ${yield* CurrentStore}`
    }, storage("DynamicPricing.keepList")),

    /**
     * What is known of the next variants that have limits, after one and in the order of their ids. Two statements,
     * however many variants and windows of demand there are.
     */
    facts: Effect.fnUntraced(function*(
      { after, limit, priceListId, windows }: {
        readonly after: string
        readonly limit: number
        readonly priceListId: string | null
        readonly windows: ReadonlyArray<{ readonly days: number; readonly since: Timestamp }>
      }
    ) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<FactRow>`
        SELECT limits.variant_id, variants.price AS base, coalesce(list_prices.amount, variants.price) AS current,
          variants.track_stock, products.created_at, limits.floor, limits.ceiling, limits.max_step_ppm,
          (SELECT CAST(coalesce(sum(on_hand - reserved), 0) AS BIGINT) FROM stock_levels
            WHERE stock_levels.store_id = ${storeId} AND stock_levels.variant_id = variants.id) AS available
        FROM dynamic_price_limits AS limits
        JOIN variants ON variants.id = limits.variant_id
        JOIN products ON products.id = variants.product_id
        LEFT JOIN list_prices ON list_prices.variant_id = variants.id AND list_prices.min_quantity = 1
          AND list_prices.price_list_id = ${priceListId ?? ""}
        WHERE limits.store_id = ${storeId} AND limits.variant_id > ${after} AND variants.store_id = ${storeId}
        ORDER BY limits.variant_id LIMIT ${limit}`
      const sold = rows.length === 0 || windows.length === 0
        ? []
        : yield* sql<{ readonly variant_id: string; readonly days: number; readonly sold: number }>`
          SELECT order_lines.variant_id, input.days, CAST(sum(order_lines.quantity - order_lines.cancelled) AS BIGINT) AS sold
          FROM ${Dialect.jsonRows(sql, windows, { days: "int", since: "text" })}
          JOIN orders ON orders.placed_at >= input.since
          JOIN order_lines ON order_lines.order_id = orders.id
          WHERE orders.store_id = ${storeId} AND orders.status NOT IN ('pending', 'failed', 'cancelled')
            AND order_lines.store_id = ${storeId}
            AND ${Dialect.oneOf(sql, "order_lines.variant_id", rows.map(({ variant_id }) => variant_id))}
          GROUP BY order_lines.variant_id, input.days`
      const byVariant = Map.groupBy(sold, ({ variant_id }) => variant_id)
      return rows.map((row) => ({
        limits: { floor: row.floor, ceiling: row.ceiling, maxStepPpm: row.max_step_ppm },
        facts: {
          variantId: row.variant_id,
          base: row.base,
          current: row.current,
          available: row.track_stock === 1 ? row.available : null,
          sold: new Map((byVariant.get(row.variant_id) ?? []).map(({ days, sold }) => [days, sold])),
          since: row.created_at
        } satisfies Facts
      }))
    }, storage("DynamicPricing.facts")),

    /** What variants cost now and their limits, of those that have some. One statement. */
    current: Effect.fnUntraced(function*(priceListId: string | null, variantIds: ReadonlyArray<string>) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<Pick<FactRow, "variant_id" | "base" | "current" | "floor" | "ceiling">>`
        SELECT limits.variant_id, variants.price AS base, coalesce(list_prices.amount, variants.price) AS current,
          limits.floor, limits.ceiling
        FROM dynamic_price_limits AS limits
        JOIN variants ON variants.id = limits.variant_id
        LEFT JOIN list_prices ON list_prices.variant_id = variants.id AND list_prices.min_quantity = 1
          AND list_prices.price_list_id = ${priceListId ?? ""}
        WHERE limits.store_id = ${storeId} AND ${Dialect.oneOf(sql, "limits.variant_id", variantIds)}
          AND variants.store_id = ${storeId}`
      return new Map(rows.map(({ variant_id, ...row }) => [variant_id, row]))
    }, storage("DynamicPricing.current")),

    record: Effect.fnUntraced(function*(changes: ReadonlyArray<PriceChange>) {
      const storeId = yield* CurrentStore
      yield* sql`INSERT INTO dynamic_price_changes (id, store_id, variant_id, at, decision)
        SELECT id, store_id, variant_id, at, decision FROM ${
        Dialect.jsonRows(
          sql,
          changes.map(({ at, id, ...decision }) =>
            ({ id, store_id: storeId, variant_id: decision.variantId, at, decision: JSON.stringify(decision) })),
          { id: "text", store_id: "text", variant_id: "text", at: "text", decision: "text" }
        )
      }`
    }, storage("DynamicPricing.record")),
    changes: Effect.fnUntraced(function*(
      { after, limit = Page.defaultLimit, variantId }: {
        readonly after?: string
        readonly limit?: number
        readonly variantId?: string
      }
    ) {
      const last = yield* cursor("-id", after, "~")
      const conditions: Array<Fragment> = [sql`store_id = ${yield* CurrentStore}`, sql`id < ${last}`]
      if (variantId !== undefined) conditions.push(sql`variant_id = ${variantId}`)
      const rows = yield* sql<{ readonly id: string; readonly at: Timestamp; readonly decision: string }>`
        SELECT id, at, decision FROM dynamic_price_changes WHERE ${sql.and(conditions)} ORDER BY id DESC LIMIT ${limit + 1}`
      const page = Page.fromRows(rows, limit, "-id", (row) => [row.id])
      return {
        nextCursor: page.nextCursor,
        items: page.items.map(({ at, decision, id }): PriceChange => Object.assign(Row.json<Decision>(decision), { id, at }))
      }
    }, storage("DynamicPricing.changes")),
    /** Throws away changes from before a moment, of every store. */
    deleteBefore: (before: Timestamp) =>
      acrossStores(sql`
        DELETE FROM dynamic_price_changes WHERE id IN (
          SELECT id FROM dynamic_price_changes WHERE at < ${before} ORDER BY at LIMIT 10000)`).pipe(
        Effect.asVoid,
        storage("DynamicPricing.deleteBefore")
      )
  }
})
