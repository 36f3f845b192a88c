/**
 * Notes at orders in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import type { OrderNote } from "@stoa/core/orders/OrderNote"
import { OrderNoteRepository } from "@stoa/core/orders/OrderNoteRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface NoteRow {
  readonly id: OrderNote["id"]
  readonly order_id: OrderNote["orderId"]
  readonly text: string
  readonly for_customer: number
  readonly author: string
  readonly created_at: OrderNote["createdAt"]
}

const fromRow = (row: NoteRow): OrderNote => ({
  id: row.id,
  orderId: row.order_id,
  text: row.text,
  forCustomer: row.for_customer === 1,
  author: row.author,
  createdAt: row.created_at
})

const newestFirst = "-id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("id, order_id, text, for_customer, author, created_at")

  const ofCustomer = (storeId: string, customerId: string) =>
    sql`order_id IN (SELECT id FROM orders WHERE store_id = ${storeId} AND customer_id = ${customerId})`

  return OrderNoteRepository.of({
    insert: Effect.fnUntraced(function*(note) {
      yield* sql`INSERT INTO order_notes ${
        sql.insert({
          id: note.id,
          store_id: yield* CurrentStore,
          order_id: note.orderId,
          text: note.text,
          for_customer: note.forCustomer ? 1 : 0,
          author: note.author,
          created_at: note.createdAt
        })
      }`
    }, storage("OrderNotes.insert")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<NoteRow>`
        SELECT ${columns} FROM order_notes WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("OrderNotes.find")),

    list: Effect.fnUntraced(function*({ after, customerId, forCustomer, limit = Page.defaultLimit, orderId }) {
      const storeId = yield* CurrentStore
      const conditions = [sql`store_id = ${storeId}`]
      if (orderId !== undefined) conditions.push(sql`order_id = ${orderId}`)
      if (customerId !== undefined) conditions.push(ofCustomer(storeId, customerId))
      if (forCustomer === true) conditions.push(sql`for_customer = 1`)
      if (after !== undefined) {
        const [id] = yield* Page.decodeCursor(newestFirst, ["string"], after)
        conditions.push(sql`id < ${id}`)
      }
      const rows = yield* sql<NoteRow>`
        SELECT ${columns} FROM order_notes
        WHERE ${sql.and(conditions)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromRow), limit, newestFirst, ({ id }) => [id])
    }, storage("OrderNotes.list")),

    forget: Effect.fnUntraced(function*(customerId) {
      const storeId = yield* CurrentStore
      yield* sql`DELETE FROM order_notes WHERE store_id = ${storeId} AND ${ofCustomer(storeId, customerId)}`
    }, storage("OrderNotes.forget"))
  })
})

export const layer: Layer.Layer<OrderNoteRepository, never, SqlClient.SqlClient> = Layer.effect(OrderNoteRepository, make)
