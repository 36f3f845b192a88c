/**
 * Edits of many products in SQL.
 */
import type { BulkEdit } from "@stoa/core/catalog/BulkEdit"
import { BulkEditRepository } from "@stoa/core/catalog/BulkEditRepository"
import type { ProductId } from "@stoa/core/catalog/Product"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import * as ProductList from "./ProductList.ts"
import { ProductSearch } from "./ProductSearch.ts"

interface BulkEditRow {
  readonly id: string
  readonly changes: string
  readonly status: string
  readonly total: number
  readonly changed: number
  readonly unchanged: number
  readonly failed: number
  readonly errors: string
  readonly reason: string | null
  readonly created_by: string
  readonly created_at: string
  readonly finished_at: string | null
}

const sort = "-createdAt"

const fromRow = (row: BulkEditRow): BulkEdit => ({
  id: row.id,
  changes: Row.json(row.changes),
  status: row.status,
  total: row.total,
  changed: row.changed,
  unchanged: row.unchanged,
  failed: row.failed,
  errors: Row.json(row.errors),
  reason: row.reason,
  createdBy: row.created_by,
  createdAt: row.created_at,
  finishedAt: row.finished_at
} as BulkEdit)

const written = (edit: BulkEdit) => ({
  status: edit.status,
  changed: edit.changed,
  unchanged: edit.unchanged,
  failed: edit.failed,
  errors: JSON.stringify(edit.errors),
  reason: edit.reason,
  finished_at: edit.finishedAt
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const search = yield* ProductSearch
  const columns = sql.literal(
    "b.id, b.changes, b.status, b.total, b.changed, b.unchanged, b.failed, b.errors, b.reason, b.created_by, b.created_at, b.finished_at"
  )
  const byId = Effect.fnUntraced(function*(id: string, lock: Fragment) {
    const rows = yield* sql<BulkEditRow>`
      SELECT ${columns} FROM bulk_edits AS b WHERE b.id = ${id} AND ${Dialect.unindexed(sql, "b.store_id")} = ${yield* CurrentStore}${lock}`
    return Row.first(rows, fromRow)
  })

  return BulkEditRepository.of({
    found: Effect.fnUntraced(function*(query, collection, limit) {
      const now = yield* Timestamp.now
      const sought = { question: undefined, hits: undefined }
      const rows = yield* sql<{ readonly id: ProductId }>`${
        ProductList.ids(sql, search, yield* CurrentStore, { ...sought, query, collection, isBuyer: false, now, limit })
      }`
      return rows.map(({ id }) => id)
    }, storage("BulkEdits.found")),

    insert: Effect.fnUntraced(function*(edit, productIds) {
      const storeId = yield* CurrentStore
      const row = {
        id: edit.id,
        store_id: storeId,
        changes: JSON.stringify(edit.changes),
        total: edit.total,
        created_by: edit.createdBy,
        created_at: edit.createdAt,
        ...written(edit)
      }
      yield* sql`INSERT INTO bulk_edits ${sql.insert(row)}`
      if (productIds.length === 0) return
      yield* sql`
        INSERT INTO bulk_edit_products (store_id, bulk_edit_id, product_id)
        SELECT ${storeId}, ${edit.id}, id FROM ${Dialect.jsonRows(sql, productIds.map((id) => ({ id })), { id: "text" })}`
    }, storage("BulkEdits.insert")),

    list: Effect.fnUntraced(function*({ after, limit = Page.defaultLimit }) {
      const conditions: Array<Fragment> = [sql`b.store_id = ${yield* CurrentStore}`]
      if (after !== undefined) {
        const [createdAt, id] = yield* Page.decodeCursor(sort, ["string", "string"], after)
        conditions.push(sql`(b.created_at, b.id) < (${createdAt}, ${id})`)
      }
      const rows = yield* sql<BulkEditRow>`
        SELECT ${columns} FROM bulk_edits AS b WHERE ${sql.and(conditions)}
        ORDER BY b.created_at DESC, b.id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromRow), limit, sort, ({ createdAt, id }) => [createdAt, id])
    }, storage("BulkEdits.list")),

    find: (id) => byId(id, sql``).pipe(storage("BulkEdits.find")),

    findForChange: (id) => byId(id, Dialect.forUpdate(sql)).pipe(storage("BulkEdits.findForChange")),

    working: Effect.gen(function*() {
      const rows = yield* sql<{ readonly number: number }>`
        SELECT count(*) AS number FROM bulk_edits WHERE store_id = ${yield* CurrentStore} AND status = 'working'`
      return rows[0]?.number ?? 0
    }).pipe(storage("BulkEdits.working")),

    take: Effect.fnUntraced(function*(id, limit) {
      const rows = yield* sql<{ readonly product_id: ProductId }>`
        DELETE FROM bulk_edit_products WHERE bulk_edit_id = ${id} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}
          AND product_id IN (
            SELECT w.product_id FROM bulk_edit_products AS w WHERE w.bulk_edit_id = ${id} ORDER BY w.product_id LIMIT ${limit}
          )
        RETURNING product_id`
      return rows.map(({ product_id }) => product_id).sort()
    }, storage("BulkEdits.take")),

    replace: Effect.fnUntraced(function*(edit) {
      yield* sql`UPDATE bulk_edits SET ${sql.update(written(edit))} WHERE id = ${edit.id} AND store_id = ${yield* CurrentStore}`
    }, storage("BulkEdits.replace")),

    clear: Effect.fnUntraced(function*(id) {
      yield* sql`DELETE FROM bulk_edit_products WHERE bulk_edit_id = ${id} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}`
    }, storage("BulkEdits.clear"))
  })
})

export const layer: Layer.Layer<BulkEditRepository, never, ProductSearch | SqlClient.SqlClient> = Layer.effect(BulkEditRepository, make)
