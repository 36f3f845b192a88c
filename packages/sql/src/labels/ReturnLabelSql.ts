/**
 * Return labels in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import type { ReturnLabel } from "@stoa/core/labels/ReturnLabel"
import { ReturnLabelRepository, type StoredReturnLabel } from "@stoa/core/labels/ReturnLabelRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import * as LabelTables from "./LabelTables.ts"

interface ReturnLabelRow extends LabelTables.LabelRow {
  readonly return_id: string
  readonly receiver: string
}

const fromRow = (row: ReturnLabelRow): StoredReturnLabel => ({
  label: { ...LabelTables.fromRow(row), returnId: row.return_id, to: Row.json(row.receiver) } as ReturnLabel,
  tries: row.tries,
  askedSince: row.asked_since as StoredReturnLabel["askedSince"]
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(`return_id, receiver, ${LabelTables.named}`)
  const table = LabelTables.make(sql, { labels: "return_labels", files: "return_label_files", operation: "ReturnLabels" })

  return ReturnLabelRepository.of({
    insert: Effect.fnUntraced(function*(stored) {
      const { label } = stored
      const rows = yield* sql`INSERT INTO return_labels ${
        sql.insert({
          id: label.id,
          store_id: yield* CurrentStore,
          order_id: label.orderId,
          return_id: label.returnId,
          carrier: label.carrier,
          service: label.service,
          receiver: JSON.stringify(label.to),
          parcels: JSON.stringify(label.parcels),
          created_at: label.createdAt,
          ...LabelTables.changeable(stored)
        })
      } ON CONFLICT DO NOTHING RETURNING id`
      return rows.length > 0
    }, storage("ReturnLabels.insert")),

    update: (stored) => table.update(stored.label.id, LabelTables.changeable(stored)),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<ReturnLabelRow>`
        SELECT ${columns} FROM return_labels WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("ReturnLabels.find")),

    ofReturn: Effect.fnUntraced(function*(returnId) {
      const rows = yield* sql<ReturnLabelRow>`
        SELECT ${columns} FROM return_labels
        WHERE store_id = ${yield* CurrentStore} AND return_id = ${returnId} ORDER BY id LIMIT 1000`
      return rows.map((row) => fromRow(row).label)
    }, storage("ReturnLabels.ofReturn")),

    weigh: Effect.fnUntraced(function*(pieces) {
      const storeId = yield* CurrentStore
      const input = Dialect.jsonRows(sql, pieces.map(({ quantity, variantId }) => ({ variant: variantId, quantity })), {
        variant: "text",
        quantity: "int"
      })
      // what is not sent weighs nothing, and what was deleted nobody knows what
      const rows = yield* sql<{ readonly variant: string; readonly grams: number | string; readonly known: number }>`
        SELECT input.variant, coalesce(sum(coalesce(w.grams, 0) * input.quantity), 0) AS grams,
          min(CASE WHEN w.known = 1 THEN 1 ELSE 0 END) AS known
        FROM ${input}
        LEFT JOIN (
          SELECT v.id,
            CASE WHEN v.weight_grams = 0 AND v.bundle IS NOT NULL THEN parts.grams ELSE v.weight_grams END AS grams,
            CASE WHEN v.weight_grams > 0 THEN 1
              WHEN v.bundle IS NOT NULL THEN parts.known
              WHEN v.requires_shipping = 0 THEN 1
              ELSE 0 END AS known
          FROM variants v
          LEFT JOIN (
            SELECT bp.bundle_id, sum(bp.quantity * coalesce(pv.weight_grams, 0)) AS grams,
              min(CASE WHEN pv.weight_grams > 0 OR pv.requires_shipping = 0 THEN 1 ELSE 0 END) AS known
            FROM bundle_parts AS bp LEFT JOIN variants AS pv ON pv.id = bp.part_id AND pv.store_id = bp.store_id
            WHERE bp.store_id = ${storeId} AND bp.bundle_id IN (SELECT variant FROM ${input})
            GROUP BY bp.bundle_id
          ) AS parts ON parts.bundle_id = v.id
          WHERE v.store_id = ${storeId} AND v.id IN (SELECT variant FROM ${input})
        ) AS w ON w.id = input.variant
        GROUP BY input.variant ORDER BY input.variant`
      const grams = rows.reduce((sum, row) => sum + Number(row.grams), 0)
      return { grams, unknown: rows.filter(({ known }) => grams === 0 || Number(known) === 0).map(({ variant }) => variant) }
    }, storage("ReturnLabels.weigh")),

    keepFile: table.keepFile,
    file: table.file,
    forget: table.forgetFiles,
    claim: table.claim,
    deleteFilesBefore: table.deleteFilesBefore
  })
})

export const layer: Layer.Layer<ReturnLabelRepository, never, SqlClient.SqlClient> = Layer.effect(ReturnLabelRepository, make)
