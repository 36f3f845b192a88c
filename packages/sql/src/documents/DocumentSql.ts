/**
 * Invoices and credit notes in SQL.
 */
import { type Document, numberOf } from "@stoa/core/documents/Document"
import { DocumentRepository } from "@stoa/core/documents/DocumentRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Row from "../Row.ts"
import { storage, transactionOf } from "../Storage.ts"

interface DocumentRow {
  readonly id: string
  readonly kind: string
  readonly number: string
  readonly order_id: string
  readonly refund_id: string | null
  readonly edit_id: string | null
  readonly takes_back: string | null
  readonly content: string
  readonly issued_at: string
}

const fromRow = (row: DocumentRow): Document => ({
  id: row.id,
  kind: row.kind,
  number: row.number,
  orderId: row.order_id,
  refundId: row.refund_id,
  editId: row.edit_id,
  ...(row.takes_back === null ? {} : { takesBack: row.takes_back }),
  content: Row.json(row.content),
  issuedAt: row.issued_at
} as Document)

const newestFirst = "-issuedAt,-id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("id, kind, number, order_id, refund_id, edit_id, takes_back, content, issued_at")

  /** An order has an invoice, at most one credit note for each of its refunds and one at its end, one of each for each of its edits, and what takes them back. */
  const ofOrder = (orderId: string) =>
    Effect.flatMap(CurrentStore, (storeId) =>
      sql<DocumentRow>`
        SELECT ${columns} FROM documents WHERE store_id = ${storeId} AND order_id = ${orderId} ORDER BY id`)

  return DocumentRepository.of({
    issue: Effect.fnUntraced(function*({ content, editId, id, issuedAt, kind, orderId, refundId, takesBack }) {
      const storeId = yield* CurrentStore
      const year = Number(issuedAt.slice(0, 4))
      return yield* transactionOf(sql)(Effect.gen(function*() {
        // Whoever holds this row is the only one who writes documents of this kind; a number that is rolled back is given
        // to the next.
        yield* sql`
          INSERT INTO document_numbers (store_id, kind, year, last) VALUES (${storeId}, ${kind}, ${year}, 0)
          ON CONFLICT (store_id, kind, year) DO UPDATE SET last = document_numbers.last`
        const issued = (yield* ofOrder(orderId)).map(fromRow)
        const same = issued.find((document) =>
          document.kind === kind && document.refundId === refundId && document.editId === editId
          && (document.takesBack ?? null) === takesBack)
        if (same !== undefined) return same
        const said = content(issued)
        const numbers = yield* sql<{ readonly last: number }>`
          UPDATE document_numbers SET last = last + 1
          WHERE store_id = ${storeId} AND kind = ${kind} AND year = ${year} RETURNING last`
        const count = numbers[0]?.last ?? 0
        const number = numberOf(kind, year, count)
        yield* sql`INSERT INTO documents ${
          sql.insert({
            id,
            store_id: storeId,
            kind,
            year,
            count,
            number,
            order_id: orderId,
            refund_id: refundId,
            edit_id: editId,
            takes_back: takesBack,
            content: JSON.stringify(said),
            issued_at: issuedAt
          })
        }`
        return {
          id,
          kind,
          number,
          orderId,
          refundId,
          editId,
          ...(takesBack === null ? {} : { takesBack }),
          content: said,
          issuedAt
        }
      }))
    }, storage("Documents.issue")),

    unended: (after, limit) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<{ readonly id: string }>`
          SELECT o.id FROM orders o
          WHERE o.store_id = ${storeId} AND o.status IN ('cancelled', 'refunded') AND o.paid < o.total AND o.id > ${after}
            AND EXISTS (
              SELECT 1 FROM documents d
              WHERE d.store_id = ${storeId} AND d.order_id = o.id AND d.kind = 'invoice' AND d.edit_id IS NULL
            )
            AND NOT EXISTS (
              SELECT 1 FROM documents d
              WHERE d.store_id = ${storeId} AND d.order_id = o.id AND d.kind = 'credit_note' AND d.refund_id IS NULL AND d.edit_id IS NULL
            )
          ORDER BY o.id LIMIT ${limit}`
      ).pipe(Effect.map((rows) => rows.map(({ id }) => id)), storage("Documents.unended")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<DocumentRow>`
        SELECT ${columns} FROM documents WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("Documents.find")),

    ofOrder: (orderId) =>
      ofOrder(orderId).pipe(Effect.map((rows) => rows.map(fromRow)), storage("Documents.ofOrder")),

    list: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const conditions = [sql`store_id = ${yield* CurrentStore}`]
      if (query.kind !== undefined) conditions.push(sql`kind = ${query.kind}`)
      if (query.orderId !== undefined) conditions.push(sql`order_id = ${query.orderId}`)
      if (query.issuedFrom !== undefined) conditions.push(sql`issued_at >= ${query.issuedFrom}`)
      if (query.issuedTo !== undefined) conditions.push(sql`issued_at < ${query.issuedTo}`)
      if (query.after !== undefined) {
        const [issuedAt, id] = yield* Page.decodeCursor(newestFirst, ["string", "string"], query.after)
        conditions.push(sql`(issued_at, id) < (${issuedAt}, ${id})`)
      }
      const rows = yield* sql<DocumentRow>`
        SELECT ${columns} FROM documents WHERE ${sql.and(conditions)}
        ORDER BY issued_at DESC, id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromRow), limit, newestFirst, ({ id, issuedAt }) => [issuedAt, id])
    }, storage("Documents.list"))
  })
})

export const layer: Layer.Layer<DocumentRepository, never, SqlClient.SqlClient> = Layer.effect(DocumentRepository, make)
