/**
 * Whose things are, in SQL.
 */
import { OwnerRepository } from "@stoa/core/auditing/OwnerRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { storage } from "../Storage.ts"

/** Where things are kept, by what their ids begin with, and the column with their owner; `order`: they belong to an order. */
const places: Readonly<Record<string, ReadonlyArray<readonly [table: string, owner: string]>>> = {
  addr: [["addresses", "customer_id"]],
  ask: [["questions", "customer_id"]],
  clm: [["claims", "order"]],
  doc: [["documents", "order"]],
  drf: [["draft_orders", "customer_id"]],
  ful: [["fulfilments", "order"]],
  note: [["inbox_messages", "inbox"], ["order_notes", "order"]],
  ord: [["orders", "customer_id"]],
  pay: [["payments", "order"]],
  pkey: [["passkeys", "user_id"]],
  push: [["push_subscriptions", "user_id"]],
  ret: [["returns", "order"]],
  rvw: [["reviews", "customer_id"]],
  saved: [["saved_methods", "customer_id"]],
  sess: [["sessions", "user_id"]]
}

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  return OwnerRepository.of({
    ownersOf: Effect.fnUntraced(function*(ids) {
      const storeId = yield* CurrentStore
      const selects = Array.from(Map.groupBy(ids, (id) => id.split("_", 1)[0] ?? ""), ([prefix, ids]) =>
        (Object.hasOwn(places, prefix) ? places[prefix] ?? [] : []).map(([table, owner]) =>
          owner === "order"
            ? sql`SELECT t.id, o.customer_id AS owner FROM ${sql(table)} t JOIN orders o ON o.id = t.order_id
                WHERE ${Dialect.oneOf(sql, "t.id", ids)} AND ${Dialect.unindexed(sql, "t.store_id")} = ${storeId}`
            : sql`SELECT t.id, ${sql(`t.${owner}`)} AS owner FROM ${sql(table)} t
                WHERE ${Dialect.oneOf(sql, "t.id", ids)} AND ${Dialect.unindexed(sql, "t.store_id")} = ${storeId}`
        )).flat()
      const [first, ...others] = selects
      if (first === undefined) return []
      const all = others.reduce((all, select) => sql`${all} UNION ALL ${select}`, first)
      const rows = yield* sql<{ readonly id: string; readonly owner: string | null }>`${all}`
      return rows.map(({ id, owner }) => ({ id, ownerId: owner }))
    }, storage("Owners.ownersOf"))
  })
})

export const layer: Layer.Layer<OwnerRepository, never, SqlClient.SqlClient> = Layer.effect(OwnerRepository, make)
