/**
 * Return labels in SQL.
 */
import { CurrentStore, type StoreId } from "@stoa/core/kernel/CurrentStore"
import type { ReturnLabel } from "@stoa/core/labels/ReturnLabel"
import { ReturnLabelRepository, type StoredReturnLabel } from "@stoa/core/labels/ReturnLabelRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { acrossStores } from "../EveryStore.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface LabelRow {
  readonly id: string
  readonly order_id: string
  readonly return_id: string
  readonly status: string
  readonly carrier: string
  readonly service: string
  readonly receiver: string
  readonly parcels: string
  readonly reference: string | null
  readonly tracking: string
  readonly price: string | null
  readonly media_type: string | null
  readonly failure: string | null
  readonly tries: number
  readonly asked_since: string
  readonly next_attempt_at: string | null
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const fromRow = (row: LabelRow): StoredReturnLabel => ({
  label: {
    id: row.id,
    orderId: row.order_id,
    returnId: row.return_id,
    status: row.status,
    carrier: row.carrier,
    service: row.service,
    to: Row.json(row.receiver),
    parcels: Row.json(row.parcels),
    reference: row.reference,
    tracking: Row.json(row.tracking),
    price: Row.jsonOrNull(row.price),
    mediaType: row.media_type,
    failure: row.failure,
    nextAttemptAt: row.next_attempt_at,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at
  } as ReturnLabel,
  tries: row.tries,
  askedSince: row.asked_since as StoredReturnLabel["askedSince"]
})

const changeable = ({ askedSince, label, tries }: StoredReturnLabel) => ({
  status: label.status,
  reference: label.reference,
  tracking: JSON.stringify(label.tracking),
  price: Row.toJson(label.price),
  media_type: label.mediaType,
  failure: label.failure,
  tries,
  asked_since: askedSince,
  next_attempt_at: label.nextAttemptAt,
  version: label.version,
  updated_at: label.updatedAt
})

/** How many files are thrown away at a time. */
const sweep = 10_000

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(
    "id, order_id, return_id, status, carrier, service, receiver, parcels, reference, tracking, price, media_type, failure, "
      + "tries, asked_since, next_attempt_at, version, created_at, updated_at"
  )

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
          ...changeable(stored)
        })
      } ON CONFLICT DO NOTHING RETURNING id`
      return rows.length > 0
    }, storage("ReturnLabels.insert")),

    update: Effect.fnUntraced(function*(stored) {
      const { id, version } = stored.label
      const rows = yield* sql`
        UPDATE return_labels SET ${sql.update(changeable(stored))}
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND version = ${version - 1} RETURNING id`
      return rows.length > 0
    }, storage("ReturnLabels.update")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<LabelRow>`
        SELECT ${columns} FROM return_labels WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("ReturnLabels.find")),

    ofReturn: Effect.fnUntraced(function*(returnId) {
      const rows = yield* sql<LabelRow>`
        SELECT ${columns} FROM return_labels
        WHERE store_id = ${yield* CurrentStore} AND return_id = ${returnId} ORDER BY id LIMIT 1000`
      return rows.map((row) => fromRow(row).label)
    }, storage("ReturnLabels.ofReturn")),

    grams: Effect.fnUntraced(function*(pieces) {
      const storeId = yield* CurrentStore
      const input = Dialect.jsonRows(sql, pieces.map(({ quantity, variantId }) => ({ variant: variantId, quantity })), {
        variant: "text",
        quantity: "int"
      })
      const rows = yield* sql<{ readonly grams: number | string | null }>`
        SELECT sum(v.weight_grams * input.quantity) AS grams FROM ${input}
        JOIN variants v ON v.id = input.variant AND v.store_id = ${storeId}`
      return Number(rows[0]?.grams ?? 0)
    }, storage("ReturnLabels.grams")),

    keepFile: Effect.fnUntraced(function*({ createdAt, id }, { data, mediaType }) {
      yield* sql`INSERT INTO return_label_files ${
        sql.insert({
          label_id: id,
          store_id: yield* CurrentStore,
          media_type: mediaType,
          content: Buffer.from(data).toString("base64"),
          created_at: createdAt
        })
      } ON CONFLICT (label_id) DO NOTHING`
    }, storage("ReturnLabels.keepFile")),

    file: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<{ readonly media_type: string; readonly content: string }>`
        SELECT media_type, content FROM return_label_files WHERE label_id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, ({ content, media_type }) => ({
        mediaType: media_type,
        data: new Uint8Array(Buffer.from(content, "base64"))
      }))
    }, storage("ReturnLabels.file")),

    forget: Effect.fnUntraced(function*(customerId) {
      const storeId = yield* CurrentStore
      yield* sql`
        DELETE FROM return_label_files WHERE store_id = ${storeId} AND label_id IN (
          SELECT l.id FROM return_labels AS l JOIN orders AS o ON o.id = l.order_id
          WHERE o.store_id = ${storeId} AND o.customer_id = ${customerId})`
    }, storage("ReturnLabels.forget")),

    claim: (now, again, limit) =>
      acrossStores(sql<{ readonly store_id: StoreId; readonly id: string; readonly version: number }>`
        WITH due AS MATERIALIZED (
          SELECT id FROM return_labels WHERE next_attempt_at IS NOT NULL AND next_attempt_at <= ${now}
          ORDER BY next_attempt_at LIMIT ${limit}${Dialect.forUpdate(sql, { skipLocked: true })}
        )
        UPDATE return_labels SET next_attempt_at = ${again} WHERE id IN (SELECT id FROM due)
        RETURNING store_id, id, version`).pipe(
        Effect.map((rows) => rows.map(({ id, store_id, version }) => ({ storeId: store_id, labelId: id, version }))),
        storage("ReturnLabels.claim")
      ),

    deleteFilesBefore: (before) =>
      acrossStores(sql`
        DELETE FROM return_label_files WHERE label_id IN (
          SELECT label_id FROM return_label_files WHERE created_at < ${before} ORDER BY created_at LIMIT ${sweep})`).pipe(
        Effect.asVoid,
        storage("ReturnLabels.deleteFilesBefore")
      )
  })
})

export const layer: Layer.Layer<ReturnLabelRepository, never, SqlClient.SqlClient> = Layer.effect(ReturnLabelRepository, make)
