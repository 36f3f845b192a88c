/**
 * Shipping labels and the news of carriers in SQL.
 */
import { CurrentStore, type StoreId } from "@stoa/core/kernel/CurrentStore"
import type { ShippingLabel } from "@stoa/core/labels/ShippingLabel"
import { ShippingLabelRepository, type StoredLabel } from "@stoa/core/labels/ShippingLabelRepository"
import type { CarrierNews } from "@stoa/core/shipping/Carrier"
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
  readonly fulfilment_id: string
  readonly status: string
  readonly carrier: string
  readonly service: string
  readonly sender: string
  readonly parcels: string
  readonly reference: string | null
  readonly tracking: string
  readonly price: string | null
  readonly media_type: string | null
  readonly failure: string | null
  readonly tries: number
  readonly asked_since: string
  readonly next_attempt_at: string | null
  readonly last_news_at: string | null
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const fromRow = (row: LabelRow): StoredLabel => ({
  label: {
    id: row.id,
    orderId: row.order_id,
    fulfilmentId: row.fulfilment_id,
    status: row.status,
    carrier: row.carrier,
    service: row.service,
    from: Row.json(row.sender),
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
  } as ShippingLabel,
  tries: row.tries,
  askedSince: row.asked_since as StoredLabel["askedSince"],
  lastNewsAt: row.last_news_at as StoredLabel["lastNewsAt"]
})

const changeable = ({ askedSince, label, lastNewsAt, tries }: StoredLabel) => ({
  status: label.status,
  reference: label.reference,
  tracking: JSON.stringify(label.tracking),
  price: Row.toJson(label.price),
  media_type: label.mediaType,
  failure: label.failure,
  tries,
  asked_since: askedSince,
  next_attempt_at: label.nextAttemptAt,
  last_news_at: lastNewsAt,
  version: label.version,
  updated_at: label.updatedAt
})

interface NewsRow {
  readonly key: string
  readonly reference: string
  readonly status: CarrierNews["status"]
  readonly at: CarrierNews["at"]
  readonly detail: string
}

/** How many rows are thrown away at a time. */
const sweep = 10_000

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(
    "id, order_id, fulfilment_id, status, carrier, service, sender, parcels, reference, tracking, price, media_type, failure, "
      + "tries, asked_since, next_attempt_at, last_news_at, version, created_at, updated_at"
  )

  return ShippingLabelRepository.of({
    insert: Effect.fnUntraced(function*(stored) {
      const { label } = stored
      const rows = yield* sql`INSERT INTO shipping_labels ${
        sql.insert({
          id: label.id,
          store_id: yield* CurrentStore,
          order_id: label.orderId,
          fulfilment_id: label.fulfilmentId,
          carrier: label.carrier,
          service: label.service,
          sender: JSON.stringify(label.from),
          parcels: JSON.stringify(label.parcels),
          created_at: label.createdAt,
          ...changeable(stored)
        })
      } ON CONFLICT DO NOTHING RETURNING id`
      return rows.length > 0
    }, storage("ShippingLabels.insert")),

    update: Effect.fnUntraced(function*(stored) {
      const { id, version } = stored.label
      const rows = yield* sql`
        UPDATE shipping_labels SET ${sql.update(changeable(stored))}
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND version = ${version - 1} RETURNING id`
      return rows.length > 0
    }, storage("ShippingLabels.update")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<LabelRow>`
        SELECT ${columns} FROM shipping_labels WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("ShippingLabels.find")),

    findByReferences: Effect.fnUntraced(function*(carrier, references) {
      const rows = yield* sql<LabelRow>`
        SELECT ${columns} FROM shipping_labels
        WHERE store_id = ${yield* CurrentStore} AND carrier = ${carrier} AND ${Dialect.oneOf(sql, "reference", references)}
        ORDER BY id LIMIT 1000`
      return rows.map(fromRow)
    }, storage("ShippingLabels.findByReferences")),

    lock: Effect.fnUntraced(function*(carrier, references) {
      const storeId = yield* CurrentStore
      yield* Dialect.lockTransaction(sql, references.map((reference) => `stoa:carriers:${storeId}:${carrier}:${reference}`))
    }, storage("ShippingLabels.lock")),

    ofFulfilment: Effect.fnUntraced(function*(fulfilmentId) {
      const rows = yield* sql<LabelRow>`
        SELECT ${columns} FROM shipping_labels
        WHERE store_id = ${yield* CurrentStore} AND fulfilment_id = ${fulfilmentId} ORDER BY id LIMIT 1000`
      return rows.map((row) => fromRow(row).label)
    }, storage("ShippingLabels.ofFulfilment")),

    keepFile: Effect.fnUntraced(function*({ createdAt, id }, { data, mediaType }) {
      yield* sql`INSERT INTO shipping_label_files ${
        sql.insert({
          label_id: id,
          store_id: yield* CurrentStore,
          media_type: mediaType,
          content: Buffer.from(data).toString("base64"),
          created_at: createdAt
        })
      } ON CONFLICT (label_id) DO NOTHING`
    }, storage("ShippingLabels.keepFile")),

    file: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<{ readonly media_type: string; readonly content: string }>`
        SELECT media_type, content FROM shipping_label_files WHERE label_id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, ({ content, media_type }) => ({
        mediaType: media_type,
        data: new Uint8Array(Buffer.from(content, "base64"))
      }))
    }, storage("ShippingLabels.file")),

    forget: Effect.fnUntraced(function*(customerId) {
      const storeId = yield* CurrentStore
      yield* sql`
        DELETE FROM shipping_label_files WHERE store_id = ${storeId} AND label_id IN (
          SELECT l.id FROM shipping_labels AS l JOIN orders AS o ON o.id = l.order_id
          WHERE o.store_id = ${storeId} AND o.customer_id = ${customerId})`
      // such as with which neighbour it was left
      yield* sql`
        UPDATE carrier_news SET detail = '' WHERE store_id = ${storeId} AND EXISTS (
          SELECT 1 FROM shipping_labels AS l JOIN orders AS o ON o.id = l.order_id
          WHERE o.store_id = ${storeId} AND o.customer_id = ${customerId}
            AND l.store_id = ${storeId} AND l.carrier = carrier_news.carrier AND l.reference = carrier_news.reference)`
    }, storage("ShippingLabels.forget")),

    claim: (now, again, limit) =>
      acrossStores(sql<{ readonly store_id: StoreId; readonly id: string; readonly version: number }>`
        WITH due AS MATERIALIZED (
          SELECT id FROM shipping_labels WHERE next_attempt_at IS NOT NULL AND next_attempt_at <= ${now}
          ORDER BY next_attempt_at LIMIT ${limit}${Dialect.forUpdate(sql, { skipLocked: true })}
        )
        UPDATE shipping_labels SET next_attempt_at = ${again} WHERE id IN (SELECT id FROM due)
        RETURNING store_id, id, version`).pipe(
        Effect.map((rows) => rows.map(({ id, store_id, version }) => ({ storeId: store_id, labelId: id, version }))),
        storage("ShippingLabels.claim")
      ),

    receive: Effect.fnUntraced(function*(carrier, news, at) {
      if (news.length === 0) return new Set<string>()
      const storeId = yield* CurrentStore
      const byKey = new Map(news.map((one) => [one.key, one]))
      // in one order, so that two deliveries of the same news do not wait for each other
      const rows = [...byKey.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)).map((one) => ({
        key: one.key,
        reference: one.reference,
        status: one.status,
        at: one.at,
        detail: one.detail
      }))
      const input = Dialect.jsonRows(sql, rows, {
        key: "text",
        reference: "text",
        status: "text",
        at: "text",
        detail: "text"
      })
      const added = yield* sql<{ readonly key: string }>`
        INSERT INTO carrier_news (store_id, carrier, key, reference, status, at, detail, received_at)
        SELECT ${storeId}, ${carrier}, input.key, input.reference, input.status, input.at, input.detail, ${at}
        FROM ${input} WHERE true
        ON CONFLICT DO NOTHING RETURNING key`
      return new Set(added.map(({ key }) => key))
    }, storage("ShippingLabels.receive")),

    newsOf: Effect.fnUntraced(function*(carrier, reference) {
      return yield* sql<NewsRow>`
        SELECT key, reference, status, at, detail FROM carrier_news
        WHERE store_id = ${yield* CurrentStore} AND carrier = ${carrier} AND reference = ${reference}
        ORDER BY at, key LIMIT 1000`
    }, storage("ShippingLabels.newsOf")),

    deleteBefore: ({ files, news }) =>
      acrossStores(Effect.gen(function*() {
        yield* sql`
          DELETE FROM shipping_label_files WHERE label_id IN (
            SELECT label_id FROM shipping_label_files WHERE created_at < ${files} ORDER BY created_at LIMIT ${sweep})`
        yield* sql`
          DELETE FROM carrier_news WHERE (store_id, carrier, key) IN (
            SELECT store_id, carrier, key FROM carrier_news WHERE received_at < ${news} ORDER BY received_at LIMIT ${sweep})`
      })).pipe(storage("ShippingLabels.deleteBefore"))
  })
})

export const layer: Layer.Layer<ShippingLabelRepository, never, SqlClient.SqlClient> = Layer.effect(ShippingLabelRepository, make)
