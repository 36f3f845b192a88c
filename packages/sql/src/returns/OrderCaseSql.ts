/**
 * What returns and claims have in common in SQL: both belong to an order, are listed the oldest first, and lose what their buyer wrote
 * when that buyer is forgotten.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"

export interface ListCases {
  readonly status?: string
  readonly customerId?: string
  readonly after?: string
  readonly limit?: number
}

const oldestFirst = "createdAt,id"

export const make = <CaseRow extends object, Case extends { readonly id: string; readonly createdAt: string }>(
  sql: SqlClient.SqlClient,
  table: "returns" | "claims",
  columns: Fragment,
  fromRow: (row: CaseRow) => Case
) => {
  const from = sql(table)

  const ofCustomer = (storeId: string, customerId: string) =>
    sql`order_id IN (SELECT id FROM orders WHERE store_id = ${storeId} AND customer_id = ${customerId})`

  return {
    find: Effect.fnUntraced(function*(id: string) {
      const rows = yield* sql<CaseRow>`SELECT ${columns} FROM ${from} WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }),

    ofOrder: Effect.fnUntraced(function*(orderId: string) {
      const rows = yield* sql<CaseRow>`
        SELECT ${columns} FROM ${from}
        WHERE order_id = ${orderId} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore} ORDER BY id`
      return rows.map(fromRow)
    }),

    list: Effect.fnUntraced(function*({ after, customerId, limit = Page.defaultLimit, status }: ListCases) {
      const storeId = yield* CurrentStore
      const conditions = [sql`store_id = ${storeId}`]
      if (status !== undefined) conditions.push(sql`status = ${status}`)
      if (customerId !== undefined) conditions.push(ofCustomer(storeId, customerId))
      if (after !== undefined) {
        const [createdAt, id] = yield* Page.decodeCursor(oldestFirst, ["string", "string"], after)
        conditions.push(sql`(created_at, id) > (${createdAt}, ${id})`)
      }
      const rows = yield* sql<CaseRow>`
        SELECT ${columns} FROM ${from} WHERE ${sql.and(conditions)} ORDER BY created_at, id LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromRow), limit, oldestFirst, ({ createdAt, id }) => [createdAt, id])
    }),

    /** Takes out of all of a customer what they wrote and showed, and empties `wordsTo` them. */
    forget: Effect.fnUntraced(function*(customerId: string, wordsTo: "label" | "answer") {
      const storeId = yield* CurrentStore
      const rows = yield* sql<{ readonly id: string; readonly lines: string }>`
        SELECT id, lines FROM ${from} WHERE store_id = ${storeId} AND ${ofCustomer(storeId, customerId)}`
      const forgotten = rows.map(({ id, lines }) => ({
        id,
        lines: Array.from(Row.json<ReadonlyArray<object>>(lines), (line) => ({ ...line, note: null, pictures: [] }))
      }))
      if (forgotten.length === 0) return
      yield* sql`
        UPDATE ${from} SET lines = input.lines, ${sql(wordsTo)} = NULL, version = ${sql(`${table}.version`)} + 1
        FROM ${Dialect.jsonRows(sql, forgotten, { id: "text", lines: "json" })}
        WHERE ${sql(`${table}.id`)} = input.id AND ${Dialect.unindexed(sql, `${table}.store_id`)} = ${storeId}`
    })
  }
}
