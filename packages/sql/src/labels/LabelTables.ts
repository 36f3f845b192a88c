/**
 * What tables of labels have in common, whatever is sent with these: what carriers are asked for and have answered, and files.
 */
import { CurrentStore, type StoreId } from "@stoa/core/kernel/CurrentStore"
import type { StorageError } from "@stoa/core/kernel/StorageError"
import type { Timestamp } from "@stoa/core/kernel/Timestamp"
import type { LabelFields } from "@stoa/core/labels/Label"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { acrossStores } from "../EveryStore.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

export interface LabelRow {
  readonly id: string
  readonly order_id: string
  readonly status: string
  readonly carrier: string
  readonly service: string
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

/** The names of these columns. */
export const named = "id, order_id, status, carrier, service, parcels, reference, tracking, price, media_type, failure, tries, asked_since, "
  + "next_attempt_at, version, created_at, updated_at"

/** What a row says of a label. */
export const fromRow = (row: LabelRow) => ({
  id: row.id,
  orderId: row.order_id,
  status: row.status,
  carrier: row.carrier,
  service: row.service,
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
})

type Label = Pick<
  LabelFields,
  "status" | "reference" | "tracking" | "price" | "mediaType" | "failure" | "nextAttemptAt" | "version" | "updatedAt" | "createdAt"
>

interface Stored {
  readonly label: Label & { readonly id: string }
  readonly tries: number
  readonly askedSince: Timestamp
}

/** The columns of a label that change. */
export const changeable = ({ askedSince, label, tries }: Stored) => ({
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

/** Queries of a table of labels and of its files. `operation` names them in errors. */
export const make = (
  sql: SqlClient.SqlClient,
  { files: filesTable, labels: labelsTable, operation }: { readonly labels: string; readonly files: string; readonly operation: string }
) => {
  const labels = sql.literal(labelsTable)
  const files = sql.literal(filesTable)

  return {
    /** Writes columns of a label whose stored version is the one before; returns whether it was. */
    update: (id: string, columns: { readonly version: number } & Record<string, unknown>): Effect.Effect<boolean, StorageError> =>
      Effect.gen(function*() {
        const rows = yield* sql`
          UPDATE ${labels} SET ${sql.update(columns)}
          WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND version = ${columns.version - 1} RETURNING id`
        return rows.length > 0
      }).pipe(storage(`${operation}.update`)),

    keepFile: Effect.fnUntraced(function*(
      { createdAt, id }: { readonly id: string; readonly createdAt: Timestamp },
      { data, mediaType }: { readonly mediaType: string; readonly data: Uint8Array }
    ) {
      yield* sql`INSERT INTO ${files} ${
        sql.insert({
          label_id: id,
          store_id: yield* CurrentStore,
          media_type: mediaType,
          content: Buffer.from(data).toString("base64"),
          created_at: createdAt
        })
      } ON CONFLICT (label_id) DO NOTHING`
    }, storage(`${operation}.keepFile`)),

    file: Effect.fnUntraced(function*(id: string) {
      const rows = yield* sql<{ readonly media_type: string; readonly content: string }>`
        SELECT media_type, content FROM ${files} WHERE label_id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, ({ content, media_type }) => ({
        mediaType: media_type,
        data: new Uint8Array(Buffer.from(content, "base64"))
      }))
    }, storage(`${operation}.file`)),

    forgetFiles: Effect.fnUntraced(function*(customerId: string) {
      const storeId = yield* CurrentStore
      yield* sql`
        DELETE FROM ${files} WHERE store_id = ${storeId} AND label_id IN (
          SELECT l.id FROM ${labels} AS l JOIN orders AS o ON o.id = l.order_id
          WHERE o.store_id = ${storeId} AND o.customer_id = ${customerId})`
    }, storage(`${operation}.forget`)),

    claim: (now: Timestamp, again: Timestamp, limit: number) =>
      acrossStores(sql<{ readonly store_id: StoreId; readonly id: string; readonly version: number }>`
        WITH due AS MATERIALIZED (
          SELECT id FROM ${labels} WHERE next_attempt_at IS NOT NULL AND next_attempt_at <= ${now}
          ORDER BY next_attempt_at LIMIT ${limit}${Dialect.forUpdate(sql, { skipLocked: true })}
        )
        UPDATE ${labels} SET next_attempt_at = ${again} WHERE id IN (SELECT id FROM due)
        RETURNING store_id, id, version`).pipe(
        Effect.map((rows) => rows.map(({ id, store_id, version }) => ({ storeId: store_id, labelId: id, version }))),
        storage(`${operation}.claim`)
      ),

    deleteFilesBefore: (before: Timestamp) =>
      acrossStores(sql`
        DELETE FROM ${files} WHERE label_id IN (
          SELECT label_id FROM ${files} WHERE created_at < ${before} ORDER BY created_at LIMIT ${sweep})`).pipe(
        Effect.asVoid,
        storage(`${operation}.deleteFilesBefore`)
      )
  }
}
