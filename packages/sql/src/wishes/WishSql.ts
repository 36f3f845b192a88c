/**
 * Wish lists in SQL.
 */
import type { VariantId } from "@stoa/core/catalog/Product"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import type { Timestamp } from "@stoa/core/kernel/Timestamp"
import { type KeptWish, WishRepository } from "@stoa/core/wishes/WishRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface WishRow {
  readonly variant_id: VariantId
  readonly seen_amount: number
  readonly seen_currency: string
  readonly added_at: Timestamp
  readonly waits: number
}

const fromRow = ({ added_at, seen_amount, seen_currency, variant_id, waits }: WishRow): KeptWish => ({
  variantId: variant_id,
  seenPrice: Row.money(seen_amount, seen_currency),
  tellWhenBack: waits === 1,
  addedAt: added_at
})

const order = "-addedAt"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(`w.variant_id, w.seen_amount, w.seen_currency, w.added_at, CASE WHEN EXISTS (
    SELECT 1 FROM back_in_stock AS b WHERE b.store_id = w.store_id AND b.user_id = w.customer_id AND b.variant_id = w.variant_id
  ) THEN 1 ELSE 0 END AS waits`)

  const agreed = sql.onDialectOrElse({
    pg: () => sql`p.marketing::jsonb -> 'email' ->> 'granted' = 'true'`,
    // JSON's true is 1 there
    orElse: () => sql`p.marketing -> 'email' ->> 'granted' = 1`
  })

  return WishRepository.of({
    add: Effect.fnUntraced(function*(customerId, wishes, maximum, at) {
      if (wishes.length === 0) return []
      const storeId = yield* CurrentStore
      // so that who adds much at once is counted too
      yield* Dialect.lockTransaction(sql, `stoa:wishes:${storeId}:${customerId}`)
      const rows = wishes.map(({ seenPrice, variantId }, position) =>
        ({ variant_id: variantId, amount: seenPrice.amount, currency: seenPrice.currency, position }))
      const most = sql.literal(String(maximum))
      const added = yield* sql<Pick<WishRow, "variant_id">>`
        INSERT INTO wish_list_items (store_id, customer_id, variant_id, seen_amount, seen_currency, added_at)
        SELECT ${storeId}, ${customerId}, input.variant_id, input.amount, input.currency, ${at}
        FROM ${Dialect.jsonRows(sql, rows, { variant_id: "text", amount: "int", currency: "text", position: "int" })}
        WHERE NOT EXISTS (
          SELECT 1 FROM wish_list_items AS w
          WHERE w.store_id = ${storeId} AND w.customer_id = ${customerId} AND w.variant_id = input.variant_id)
        ORDER BY input.position
        LIMIT (SELECT CASE WHEN count(*) < ${most} THEN ${most} - count(*) ELSE 0 END FROM wish_list_items AS w
          WHERE w.store_id = ${storeId} AND w.customer_id = ${customerId})
        RETURNING variant_id`
      return added.map(({ variant_id }) => variant_id)
    }, storage("Wishes.add")),

    find: Effect.fnUntraced(function*(customerId, variantIds) {
      const rows = yield* sql<WishRow>`
        SELECT ${columns} FROM wish_list_items AS w
        WHERE w.store_id = ${yield* CurrentStore} AND w.customer_id = ${customerId} AND ${Dialect.oneOf(sql, "w.variant_id", variantIds)}`
      return rows.map(fromRow)
    }, storage("Wishes.find")),

    page: Effect.fnUntraced(function*(customerId, { after, limit = Page.defaultLimit }) {
      const [addedAt, variantId] = after === undefined ? [] : yield* Page.decodeCursor(order, ["string", "string"], after)
      const from = after === undefined ? sql`` : sql`AND (w.added_at, w.variant_id) < (${addedAt}, ${variantId})`
      const rows = yield* sql<WishRow>`
        SELECT ${columns} FROM wish_list_items AS w
        WHERE w.store_id = ${yield* CurrentStore} AND w.customer_id = ${customerId} ${from}
        ORDER BY w.added_at DESC, w.variant_id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromRow), limit, order, (wish) => [wish.addedAt, wish.variantId])
    }, storage("Wishes.page")),

    remove: Effect.fnUntraced(function*(customerId, variantId) {
      const rows = yield* sql`
        DELETE FROM wish_list_items WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId} AND variant_id = ${variantId}
        RETURNING variant_id`
      return rows.length > 0
    }, storage("Wishes.remove")),

    clear: Effect.fnUntraced(function*(customerId) {
      const rows = yield* sql<Pick<WishRow, "variant_id">>`
        DELETE FROM wish_list_items WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId} RETURNING variant_id`
      return rows.map(({ variant_id }) => variant_id)
    }, storage("Wishes.clear")),

    owners: Effect.fnUntraced(function*({ after, among, limit }) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<{ readonly customer_id: string; readonly email: string | null }>`
        WITH wishing AS MATERIALIZED (
          SELECT DISTINCT customer_id FROM wish_list_items WHERE store_id = ${storeId} AND customer_id > ${after ?? ""}
          ORDER BY customer_id LIMIT ${among}
        )
        SELECT customer_id, email FROM (
          SELECT wishing.customer_id, u.email FROM wishing CROSS JOIN user_preferences AS p CROSS JOIN users AS u
          WHERE p.user_id = wishing.customer_id AND ${Dialect.unindexed(sql, "p.store_id")} = ${storeId} AND ${agreed}
            AND u.id = p.user_id AND ${Dialect.unindexed(sql, "u.store_id")} = ${storeId} AND u.status = 'active' AND u.email_verified = 1
          ORDER BY wishing.customer_id LIMIT ${limit}
        ) AS agreed
        UNION ALL SELECT max(customer_id), NULL FROM wishing HAVING count(*) = ${among}
        ORDER BY 1`
      const owners = rows.flatMap(({ customer_id, email }) => email === null ? [] : [{ customerId: customer_id, email }])
      const last = rows.find(({ email }) => email === null)
      return { owners, next: (owners.length === limit ? owners.at(-1)?.customerId : last?.customer_id) ?? null }
    }, storage("Wishes.owners")),

    ofOwners: Effect.fnUntraced(function*(customerIds) {
      if (customerIds.length === 0) return []
      const rows = yield* sql<WishRow & { readonly customer_id: string; readonly told_amount: number | null }>`
        SELECT customer_id, variant_id, seen_amount, seen_currency, told_amount FROM wish_list_items
        WHERE store_id = ${yield* CurrentStore} AND ${Dialect.oneOf(sql, "customer_id", customerIds)}
        ORDER BY customer_id, variant_id`
      return rows.map(({ customer_id, seen_amount, seen_currency, told_amount, variant_id }) => ({
        customerId: customer_id,
        variantId: variant_id,
        seenPrice: Row.money(seen_amount, seen_currency),
        toldAmount: told_amount === null ? null : Number(told_amount)
      }))
    }, storage("Wishes.ofOwners")),

    tell: Effect.fnUntraced(function*(prices) {
      if (prices.length === 0) return []
      const given = prices.map(({ before, customerId, toldAmount, variantId }) =>
        ({ owner: customerId, variant: variantId, told: toldAmount, before }))
      const rows = yield* sql<{ readonly customer_id: string; readonly variant_id: VariantId }>`
        UPDATE wish_list_items SET told_amount = input.told
        FROM ${Dialect.jsonRows(sql, given, { owner: "text", variant: "text", told: "int", before: "int" })}
        WHERE store_id = ${yield* CurrentStore} AND customer_id = input.owner AND variant_id = input.variant
          AND coalesce(told_amount, -1) = coalesce(input.before, -1)
        RETURNING customer_id, variant_id`
      return rows.map(({ customer_id, variant_id }) => ({ customerId: customer_id, variantId: variant_id }))
    }, storage("Wishes.tell")),

    mostWanted: Effect.fnUntraced(function*(limit) {
      const rows = yield* sql<{ readonly variant_id: VariantId; readonly customers: number }>`
        SELECT variant_id, count(*) AS customers FROM wish_list_items WHERE store_id = ${yield* CurrentStore}
        GROUP BY variant_id ORDER BY customers DESC, variant_id LIMIT ${limit}`
      return rows.map(({ customers, variant_id }) => ({ variantId: variant_id, customers: Number(customers) }))
    }, storage("Wishes.mostWanted"))
  })
})

export const layer: Layer.Layer<WishRepository, never, SqlClient.SqlClient> = Layer.effect(WishRepository, make)
