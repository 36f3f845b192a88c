/**
 * Promotions, their codes and their counters in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { VersionConflict } from "@stoa/core/kernel/Version"
import type { Promotion } from "@stoa/core/promotions/Promotion"
import { CodeTaken } from "@stoa/core/promotions/PromotionErrors"
import {
  type Counted,
  type Counter,
  PromotionRepository,
  type PromotionWithUses,
  type StoredPromotion
} from "@stoa/core/promotions/PromotionRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { atVersion } from "../AtVersion.ts"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface PromotionRow {
  readonly id: string
  readonly name: string
  readonly description: string | null
  readonly active: number
  readonly trigger_by: string
  readonly code: string | null
  readonly class: string
  readonly listed: number
  readonly starts_at: string | null
  readonly ends_at: string | null
  readonly priority: number
  readonly exclusive: number
  readonly combines_with: string
  readonly conditions: string
  readonly action: string
  readonly usage_limit: number | null
  readonly customer_limit: number | null
  readonly budget: number | null
  readonly currency: string
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
  readonly used: number | null
  readonly spent: number | null
}

const toPromotion = (row: PromotionRow): Promotion => ({
  id: row.id,
  name: row.name,
  description: row.description,
  active: row.active === 1,
  trigger: row.trigger_by,
  code: row.code,
  class: row.class,
  listed: row.listed === 1,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
  priority: row.priority,
  exclusive: row.exclusive === 1,
  combinesWith: Row.json(row.combines_with),
  conditions: Row.json(row.conditions),
  action: Row.json(row.action),
  usageLimit: row.usage_limit,
  customerLimit: row.customer_limit,
  budget: Row.moneyOrNull(row.budget, row.currency),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as Promotion)

const withUses = (row: PromotionRow): PromotionWithUses => ({
  promotion: toPromotion(row),
  uses: { used: row.used ?? 0, spent: row.spent ?? 0 }
})

/** What of a promotion an edit may change. */
const changing = ({ countsOrders, promotion }: StoredPromotion) => ({
  name: promotion.name,
  description: promotion.description,
  active: promotion.active ? 1 : 0,
  trigger_by: promotion.trigger,
  code: promotion.code,
  class: promotion.class,
  listed: promotion.listed ? 1 : 0,
  starts_at: promotion.startsAt,
  ends_at: promotion.endsAt,
  priority: promotion.priority,
  exclusive: promotion.exclusive ? 1 : 0,
  combines_with: JSON.stringify(promotion.combinesWith),
  conditions: JSON.stringify(promotion.conditions),
  action: JSON.stringify(promotion.action),
  counts_orders: countsOrders ? 1 : 0,
  usage_limit: promotion.usageLimit,
  customer_limit: promotion.customerLimit,
  budget: promotion.budget?.amount ?? null,
  version: promotion.version,
  updated_at: promotion.updatedAt
})

const newestFirst = "-id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(
    "p.id, p.name, p.description, p.active, p.trigger_by, p.code, p.class, p.listed, p.starts_at, p.ends_at, p.priority, "
      + "p.exclusive, p.combines_with, p.conditions, p.action, p.usage_limit, p.customer_limit, p.budget, p.currency, "
      + "p.version, p.created_at, p.updated_at, k.used, k.spent"
  )
  // a promotion's own counter has its id as key
  const promotions = sql.literal(
    "promotions AS p LEFT JOIN promotion_counters AS k ON k.store_id = p.store_id AND k.key = p.id"
  )

  const unlessTaken = (code: string | null) => <A, R>(effect: Effect.Effect<A, SqlError, R>) =>
    Effect.catchReason(effect, "SqlError", "UniqueViolation", () => Effect.fail(new CodeTaken({ coupon: code ?? "" })))

  const putCode = Effect.fnUntraced(function*({ code, id, updatedAt }: Promotion) {
    if (code === null) return
    const row = { store_id: yield* CurrentStore, code, promotion_id: id, single_use: 0, created_at: updatedAt }
    yield* unlessTaken(code)(sql`INSERT INTO promotion_codes ${sql.insert(row)}`)
  })

  const counterRows = (counters: ReadonlyArray<Counter>) =>
    Dialect.jsonRows(
      sql,
      counters.map((counter) => ({
        key: counter.key,
        promotion_id: counter.promotionId,
        customer_id: counter.customerId,
        used: counter.used,
        spent: counter.spent,
        max_used: counter.maxUsed,
        max_spent: counter.maxSpent
      })),
      {
        key: "text",
        promotion_id: "text",
        customer_id: "text",
        used: "int",
        spent: "int",
        max_used: "int",
        max_spent: "int"
      }
    )

  const countRows = (counted: ReadonlyArray<Counted>) =>
    Dialect.jsonRows(sql, counted, { key: "text", used: "int", spent: "int" })

  /** The counter of each row. The keys are named once more, or SQLite would go through all counters of the store. */
  const counterOf = (storeId: string, counted: ReadonlyArray<Counted>) =>
    sql`promotion_counters.store_id = ${storeId} AND promotion_counters.key = input.key
      AND ${Dialect.oneOf(sql, "promotion_counters.key", counted.map(({ key }) => key))}`

  const toCounted = (row: Counted): Counted => ({ key: row.key, used: Number(row.used), spent: Number(row.spent) })

  const touch = Effect.flatMap(CurrentStore, (storeId) =>
    sql`INSERT INTO promotion_books (store_id, version) VALUES (${storeId}, 1)
      ON CONFLICT (store_id) DO UPDATE SET version = promotion_books.version + 1`)

  return PromotionRepository.of({
    book: Effect.fnUntraced(function*(at) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<PromotionRow>`SELECT ${columns} FROM ${promotions}
        WHERE p.store_id = ${storeId} AND p.active = 1 AND (p.ends_at IS NULL OR p.ends_at > ${at})`
      const floors = yield* sql<{ readonly product_id: string; readonly minimum: number }>`
        SELECT product_id, minimum FROM price_floors WHERE store_id = ${storeId}`
      return {
        promotions: rows.map(withUses),
        floors: new Map(floors.map(({ minimum, product_id }) => [product_id, minimum]))
      }
    }, storage("Promotions.book")),

    insert: Effect.fnUntraced(function*(stored) {
      const { promotion } = stored
      yield* sql`INSERT INTO promotions ${
        sql.insert({
          id: promotion.id,
          store_id: yield* CurrentStore,
          currency: promotion.budget?.currency ?? "",
          created_at: promotion.createdAt,
          ...changing(stored)
        })
      }`
      yield* putCode(promotion)
    }, storage("Promotions.insert")),

    replace: Effect.fnUntraced(function*(stored) {
      const { promotion } = stored
      const storeId = yield* CurrentStore
      const rows = yield* sql`
        UPDATE promotions SET ${sql.update({ ...changing(stored), currency: promotion.budget?.currency ?? "" })}
        WHERE id = ${promotion.id} AND store_id = ${storeId} AND version = ${promotion.version - 1}
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: promotion.id, expected: promotion.version - 1 })
      yield* sql`DELETE FROM promotion_codes
        WHERE promotion_id = ${promotion.id} AND store_id = ${storeId} AND single_use = 0`
      yield* putCode(promotion)
    }, storage("Promotions.replace")),

    delete: Effect.fnUntraced(function*(id, version) {
      const storeId = yield* CurrentStore
      yield* sql`DELETE FROM promotion_codes WHERE promotion_id = ${id} AND store_id = ${storeId}`
      yield* sql`DELETE FROM promotion_counters WHERE promotion_id = ${id} AND store_id = ${storeId}`
      const rows = yield* sql`
        DELETE FROM promotions WHERE id = ${id} AND store_id = ${storeId} ${atVersion(sql, version)} RETURNING id`
      return rows.length > 0
    }, storage("Promotions.delete")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<PromotionRow>`
        SELECT ${columns} FROM ${promotions} WHERE p.id = ${id} AND p.store_id = ${yield* CurrentStore}`
      return Row.first(rows, withUses)
    }, storage("Promotions.find")),

    findAll: Effect.fnUntraced(function*(ids) {
      const rows = yield* sql<PromotionRow>`
        SELECT ${columns} FROM ${promotions} WHERE p.store_id = ${yield* CurrentStore} AND ${Dialect.oneOf(sql, "p.id", ids)}`
      return rows.map(withUses)
    }, storage("Promotions.findAll")),

    findByCode: Effect.fnUntraced(function*(code) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<PromotionRow & { readonly single_use: number; readonly code_used: number | null }>`
        SELECT ${columns}, c.single_use, u.used AS code_used FROM ${promotions}
        JOIN promotion_codes AS c ON c.promotion_id = p.id
        LEFT JOIN promotion_counters AS u ON u.store_id = p.store_id AND u.key = p.id || ' code ' || c.code
        WHERE p.store_id = ${storeId} AND c.store_id = ${storeId} AND c.code = ${code}`
      return Row.first(rows, (row) => ({
        ...withUses(row),
        singleUsed: row.single_use === 1 ? (row.code_used ?? 0) > 0 : null
      }))
    }, storage("Promotions.findByCode")),

    list: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const conditions = [sql`p.store_id = ${yield* CurrentStore}`]
      if (query.trigger !== undefined) conditions.push(sql`p.trigger_by = ${query.trigger}`)
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(newestFirst, ["string"], query.after)
        conditions.push(sql`p.id < ${id}`)
      }
      const rows = yield* sql<PromotionRow>`
        SELECT ${columns} FROM ${promotions} WHERE ${sql.and(conditions)} ORDER BY p.id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(withUses), limit, newestFirst, ({ promotion: { id } }) => [id])
    }, storage("Promotions.list")),

    listed: Effect.fnUntraced(function*(at, limit) {
      const rows = yield* sql<PromotionRow>`SELECT ${columns} FROM ${promotions}
        WHERE p.store_id = ${yield* CurrentStore} AND p.active = 1 AND p.listed = 1
          AND (p.starts_at IS NULL OR p.starts_at <= ${at}) AND (p.ends_at IS NULL OR p.ends_at > ${at})
        ORDER BY p.priority DESC, p.id LIMIT ${limit}`
      return rows.map(toPromotion)
    }, storage("Promotions.listed")),

    countActive: Effect.gen(function*() {
      const [row] = yield* sql<{ readonly count: number }>`
        SELECT count(*) AS count FROM promotions WHERE store_id = ${yield* CurrentStore} AND active = 1`
      return Number(row?.count ?? 0)
    }).pipe(storage("Promotions.countActive")),

    insertCodes: Effect.fnUntraced(function*(id, codes, at) {
      const rows = yield* sql<{ readonly code: string }>`
        INSERT INTO promotion_codes (store_id, code, promotion_id, single_use, created_at)
        SELECT ${yield* CurrentStore}, code, ${id}, 1, ${at}
        FROM ${Dialect.jsonRows(sql, codes.map((code) => ({ code })), { code: "text" })}
        WHERE true
        ON CONFLICT (store_id, code) DO NOTHING
        RETURNING code`
      return rows.map(({ code }) => code)
    }, storage("Promotions.insertCodes")),

    countCodes: Effect.fnUntraced(function*(id) {
      const [row] = yield* sql<{ readonly count: number }>`SELECT count(*) AS count FROM promotion_codes
        WHERE promotion_id = ${id} AND store_id = ${yield* CurrentStore} AND single_use = 1`
      return Number(row?.count ?? 0)
    }, storage("Promotions.countCodes")),

    setFloor: Effect.fnUntraced(function*(productId, minimum) {
      const storeId = yield* CurrentStore
      yield* minimum === null
        ? sql`DELETE FROM price_floors WHERE product_id = ${productId} AND store_id = ${storeId}`
        : sql`INSERT INTO price_floors (product_id, store_id, minimum) VALUES (${productId}, ${storeId}, ${minimum})
            ON CONFLICT (store_id, product_id) DO UPDATE SET minimum = excluded.minimum`
    }, storage("Promotions.setFloor")),

    findFloor: Effect.fnUntraced(function*(productId) {
      const rows = yield* sql<{ readonly minimum: number }>`
        SELECT minimum FROM price_floors WHERE product_id = ${productId} AND store_id = ${yield* CurrentStore}`
      return rows[0]?.minimum ?? null
    }, storage("Promotions.findFloor")),

    countFloors: Effect.gen(function*() {
      const [row] = yield* sql<{ readonly count: number }>`
        SELECT count(*) AS count FROM price_floors WHERE store_id = ${yield* CurrentStore}`
      return Number(row?.count ?? 0)
    }).pipe(storage("Promotions.countFloors")),

    count: Effect.fnUntraced(function*(counters) {
      const rows = yield* sql<Counted>`
        INSERT INTO promotion_counters (store_id, key, promotion_id, customer_id, used, spent, max_used, max_spent)
        SELECT ${yield* CurrentStore}, key, promotion_id, customer_id, used, spent, max_used, max_spent
        FROM ${counterRows(counters)}
        WHERE (max_used IS NULL OR used <= max_used) AND (max_spent IS NULL OR spent <= max_spent)
        ORDER BY key
        ON CONFLICT (store_id, key) DO UPDATE SET used = promotion_counters.used + excluded.used,
          spent = promotion_counters.spent + excluded.spent, max_used = excluded.max_used, max_spent = excluded.max_spent
        WHERE (excluded.max_used IS NULL OR promotion_counters.used + excluded.used <= excluded.max_used)
          AND (excluded.max_spent IS NULL OR promotion_counters.spent + excluded.spent <= excluded.max_spent)
        RETURNING key, used, spent`
      return rows.map(toCounted)
    }, storage("Promotions.count")),

    lock: Effect.fnUntraced(function*(counters) {
      const rows = yield* sql<Counted>`
        INSERT INTO promotion_counters (store_id, key, promotion_id, customer_id, used, spent, max_used, max_spent)
        SELECT ${yield* CurrentStore}, key, promotion_id, customer_id, 0, 0, max_used, max_spent
        FROM ${counterRows(counters)}
        WHERE true
        ORDER BY key
        ON CONFLICT (store_id, key) DO UPDATE SET max_used = excluded.max_used, max_spent = excluded.max_spent
        RETURNING key, used, spent`
      return rows.map(toCounted)
    }, storage("Promotions.lock")),

    set: Effect.fnUntraced(function*(counted) {
      yield* sql`UPDATE promotion_counters SET used = input.used, spent = input.spent
        FROM ${countRows(counted)}
        WHERE ${counterOf(yield* CurrentStore, counted)}`
    }, storage("Promotions.set")),

    touch: Effect.asVoid(touch).pipe(storage("Promotions.touch")),

    release: Effect.fnUntraced(function*(orderId, uses) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`
        INSERT INTO promotion_releases (order_id, store_id) VALUES (${orderId}, ${storeId})
        ON CONFLICT (order_id) DO NOTHING RETURNING order_id`
      if (rows.length === 0) return false
      yield* sql`UPDATE promotion_counters
        SET used = ${Dialect.greatest(sql, sql`promotion_counters.used - input.used`, sql`0`)},
          spent = ${Dialect.greatest(sql, sql`promotion_counters.spent - input.spent`, sql`0`)}
        FROM ${countRows(uses)}
        WHERE ${counterOf(storeId, uses)}`
      yield* touch
      return true
    }, storage("Promotions.release")),

    usedIn: Effect.fnUntraced(function*(orderIds) {
      const rows = yield* sql<{ readonly id: string }>`SELECT id FROM orders
        WHERE ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore} AND ${Dialect.oneOf(sql, "id", orderIds)} AND promotions <> '[]'`
      return new Set(rows.map(({ id }) => id))
    }, storage("Promotions.usedIn"))
  })
})

export const layer: Layer.Layer<PromotionRepository, never, SqlClient.SqlClient> = Layer.effect(PromotionRepository, make)
