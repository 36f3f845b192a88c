/**
 * Questions about products in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { VersionConflict } from "@stoa/core/kernel/Version"
import type { AskedQuestion } from "@stoa/core/questions/Question"
import { QuestionRepository } from "@stoa/core/questions/QuestionRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface QuestionRow {
  readonly id: string
  readonly product_id: string
  readonly customer_id: string
  readonly author_name: string | null
  readonly text: string
  readonly status: string
  readonly answer: string | null
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const fromRow = (row: QuestionRow): AskedQuestion => ({
  id: row.id,
  productId: row.product_id,
  customerId: row.customer_id,
  authorName: row.author_name,
  text: row.text,
  status: row.status,
  answer: Row.jsonOrNull(row.answer),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as AskedQuestion)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(
    "id, product_id, customer_id, author_name, text, status, answer, version, created_at, updated_at"
  )

  const page = Effect.fnUntraced(function*(
    conditions: ReadonlyArray<Fragment>,
    { after, limit = Page.defaultLimit }: { readonly after?: string; readonly limit?: number },
    order: "id" | "-id"
  ) {
    const all = [...conditions]
    if (after !== undefined) {
      const [id] = yield* Page.decodeCursor(order, ["string"], after)
      all.push(order === "id" ? sql`id > ${id}` : sql`id < ${id}`)
    }
    const rows = yield* sql<QuestionRow>`
      SELECT ${columns} FROM questions WHERE ${sql.and(all)}
      ORDER BY ${sql.literal(order === "id" ? "id" : "id DESC")} LIMIT ${limit + 1}`
    return Page.fromRows(rows.map(fromRow), limit, order, ({ id }) => [id])
  })

  return QuestionRepository.of({
    insert: Effect.fnUntraced(function*(question, maximumWaiting) {
      const storeId = yield* CurrentStore
      // so that who asks many at once is counted too
      yield* Dialect.lockTransaction(sql, `stoa:questions:${storeId}:${question.customerId}`)
      const rows = yield* sql`
        INSERT INTO questions (${columns}, store_id)
        SELECT ${question.id}, ${question.productId}, ${question.customerId}, ${question.authorName}, ${question.text},
          ${question.status}, ${Row.toJson(question.answer)}, ${question.version}, ${question.createdAt},
          ${question.updatedAt}, ${storeId}
        WHERE (
          SELECT count(*) FROM questions
          WHERE store_id = ${storeId} AND customer_id = ${question.customerId} AND status = 'waiting'
        ) < ${maximumWaiting}
        RETURNING id`
      return rows.length > 0
    }, storage("Questions.insert")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<QuestionRow>`
        SELECT ${columns} FROM questions WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("Questions.find")),

    update: Effect.fnUntraced(function*(question) {
      const rows = yield* sql`
        UPDATE questions SET status = ${question.status}, answer = ${Row.toJson(question.answer)},
          version = ${question.version}, updated_at = ${question.updatedAt}
        WHERE id = ${question.id} AND store_id = ${yield* CurrentStore} AND version = ${question.version - 1} RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: question.id, expected: question.version - 1 })
    }, storage("Questions.update")),

    delete: Effect.fnUntraced(function*(id) {
      const rows = yield* sql`DELETE FROM questions WHERE id = ${id} AND store_id = ${yield* CurrentStore} RETURNING id`
      return rows.length > 0
    }, storage("Questions.delete")),

    ofProduct: Effect.fnUntraced(function*(productId, query) {
      const mine = sql`${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}`
      return yield* page([sql`product_id = ${productId}`, mine, sql`status = 'answered'`], query, "-id")
    }, storage("Questions.ofProduct")),

    ofCustomer: Effect.fnUntraced(function*(customerId, query) {
      return yield* page([sql`store_id = ${yield* CurrentStore}`, sql`customer_id = ${customerId}`], query, "-id")
    }, storage("Questions.ofCustomer")),

    list: Effect.fnUntraced(function*(query) {
      const conditions = [sql`store_id = ${yield* CurrentStore}`]
      if (query.status !== undefined) conditions.push(sql`status = ${query.status}`)
      if (query.productId !== undefined) conditions.push(sql`product_id = ${query.productId}`)
      return yield* page(conditions, query, "id")
    }, storage("Questions.list")),

    forget: Effect.fnUntraced(function*(customerId) {
      const storeId = yield* CurrentStore
      yield* sql`DELETE FROM questions WHERE store_id = ${storeId} AND customer_id = ${customerId} AND status <> 'answered'`
      yield* sql`
        UPDATE questions SET customer_id = '', author_name = NULL, version = version + 1
        WHERE store_id = ${storeId} AND customer_id = ${customerId}`
    }, storage("Questions.forget"))
  })
})

export const layer: Layer.Layer<QuestionRepository, never, SqlClient.SqlClient> = Layer.effect(QuestionRepository, make)
