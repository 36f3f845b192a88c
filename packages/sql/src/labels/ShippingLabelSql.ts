/**
 * Shipping labels and the news of carriers in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
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
import * as LabelTables from "./LabelTables.ts"

interface ShippingLabelRow extends LabelTables.LabelRow {
  readonly fulfilment_id: string
  readonly sender: string
  readonly last_news_at: string | null
}

const fromRow = (row: ShippingLabelRow): StoredLabel => ({
  label: { ...LabelTables.fromRow(row), fulfilmentId: row.fulfilment_id, from: Row.json(row.sender) } as ShippingLabel,
  tries: row.tries,
  askedSince: row.asked_since as StoredLabel["askedSince"],
  lastNewsAt: row.last_news_at as StoredLabel["lastNewsAt"]
})

const changeable = (stored: StoredLabel) => ({ ...LabelTables.changeable(stored), last_news_at: stored.lastNewsAt })

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
  const columns = sql.literal(`fulfilment_id, sender, last_news_at, ${LabelTables.named}`)
  const table = LabelTables.make(sql, { labels: "shipping_labels", files: "shipping_label_files", operation: "ShippingLabels" })

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

    update: (stored) => table.update(stored.label.id, changeable(stored)),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<ShippingLabelRow>`
        SELECT ${columns} FROM shipping_labels WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("ShippingLabels.find")),

    findByReferences: Effect.fnUntraced(function*(carrier, references) {
      const rows = yield* sql<ShippingLabelRow>`
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
      const rows = yield* sql<ShippingLabelRow>`
        SELECT ${columns} FROM shipping_labels
        WHERE store_id = ${yield* CurrentStore} AND fulfilment_id = ${fulfilmentId} ORDER BY id LIMIT 1000`
      return rows.map((row) => fromRow(row).label)
    }, storage("ShippingLabels.ofFulfilment")),

    keepFile: table.keepFile,
    file: table.file,

    forget: Effect.fnUntraced(function*(customerId) {
      const storeId = yield* CurrentStore
      yield* table.forgetFiles(customerId)
      // such as with which neighbour it was left
      yield* sql`
        UPDATE carrier_news SET detail = '' WHERE store_id = ${storeId} AND EXISTS (
          SELECT 1 FROM shipping_labels AS l JOIN orders AS o ON o.id = l.order_id
          WHERE o.store_id = ${storeId} AND o.customer_id = ${customerId}
            AND l.store_id = ${storeId} AND l.carrier = carrier_news.carrier AND l.reference = carrier_news.reference)`
    }, storage("ShippingLabels.forget")),

    claim: table.claim,

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
        yield* table.deleteFilesBefore(files)
        yield* sql`
          DELETE FROM carrier_news WHERE (store_id, carrier, key) IN (
            SELECT store_id, carrier, key FROM carrier_news WHERE received_at < ${news} ORDER BY received_at LIMIT ${sweep})`
      })).pipe(storage("ShippingLabels.deleteBefore"))
  })
})

export const layer: Layer.Layer<ShippingLabelRepository, never, SqlClient.SqlClient> = Layer.effect(ShippingLabelRepository, make)
