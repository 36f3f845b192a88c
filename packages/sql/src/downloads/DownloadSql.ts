/**
 * Files that are sold, in SQL.
 */
import type { VariantId } from "@stoa/core/catalog/Product"
import type { DigitalGoods } from "@stoa/core/downloads/Download"
import { DownloadRepository, openStatuses, type StoredDownload } from "@stoa/core/downloads/DownloadRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type { MediaId } from "@stoa/core/media/Media"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { storage } from "../Storage.ts"

interface GoodsRow {
  readonly variant_id: VariantId
  readonly media_id: MediaId | null
  readonly name: string
  readonly content_type: string | null
  readonly bytes: number | null
  readonly maximum: number | null
  readonly days: number | null
}

interface DownloadRow {
  readonly id: StoredDownload["id"]
  readonly order_id: string
  readonly line_id: string
  readonly media_id: MediaId
  readonly name: string
  readonly content_type: string | null
  readonly bytes: number | null
  readonly used: number
  readonly maximum: number | null
  readonly expires_at: Timestamp.Timestamp | null
  readonly revoked_by: string | null
  readonly is_open: number
  readonly created_at: Timestamp.Timestamp
}

const stateOf = (
  { expires_at, is_open, maximum, revoked_by, used }: DownloadRow,
  at: Timestamp.Timestamp
): StoredDownload["state"] => {
  if (is_open === 0) return "closed"
  if (revoked_by !== null) return "revoked"
  if (expires_at !== null && expires_at <= at) return "expired"
  return maximum !== null && used >= maximum ? "used_up" : "ready"
}

const toDownload = (at: Timestamp.Timestamp) => (row: DownloadRow): StoredDownload => ({
  id: row.id,
  orderId: row.order_id,
  lineId: row.line_id,
  mediaId: row.media_id,
  name: row.name,
  contentType: row.content_type ?? "application/octet-stream",
  bytes: row.bytes ?? 0,
  state: stateOf(row, at),
  used: row.used,
  maximum: row.maximum,
  expiresAt: row.expires_at,
  createdAt: row.created_at
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const statuses = sql.literal(openStatuses.map((status) => `'${status}'`).join(", "))
  /** Whether the order of the download `d` stands, and pieces of its line are left. */
  const isOpen = sql`EXISTS (SELECT 1 FROM orders AS o JOIN order_lines AS l ON l.order_id = o.id
    WHERE o.id = d.order_id AND o.store_id = d.store_id AND o.status IN (${statuses}) AND l.id = d.line_id AND l.quantity > l.cancelled)`

  return DownloadRepository.of({
    goods: Effect.fnUntraced(function*(variantId) {
      const rows = yield* sql<GoodsRow>`
        SELECT v.id AS variant_id, f.media_id, f.name, f.maximum, f.days, m.content_type, m.bytes
        FROM variants AS v LEFT JOIN digital_files AS f ON f.variant_id = v.id LEFT JOIN media AS m ON m.id = f.media_id
        WHERE v.id = ${variantId} AND v.store_id = ${yield* CurrentStore} ORDER BY f.position`
      const [first] = rows
      if (first === undefined) return undefined
      return {
        variantId: first.variant_id,
        files: rows.flatMap(({ bytes, content_type, media_id, name }) =>
          media_id === null
            ? []
            : [{ mediaId: media_id, name, contentType: content_type ?? "application/octet-stream", bytes: bytes ?? 0 }]),
        downloads: first.maximum,
        days: first.days
      } satisfies DigitalGoods
    }, storage("Downloads.goods")),

    setGoods: Effect.fnUntraced(function*({ days, downloads, files, variantId }) {
      const storeId = yield* CurrentStore
      yield* sql`DELETE FROM digital_files WHERE variant_id = ${variantId} AND store_id = ${storeId}`
      if (files.length === 0) return
      const rows = files.map(({ mediaId, name }, position) => ({ media_id: mediaId, name, position }))
      yield* sql`
        INSERT INTO digital_files (store_id, variant_id, position, media_id, name, maximum, days)
        SELECT ${storeId}, ${variantId}, position, media_id, name, ${downloads}, ${days}
        FROM ${Dialect.jsonRows(sql, rows, { media_id: "text", name: "text", position: "int" })}`
    }, storage("Downloads.setGoods")),

    sells: Effect.flatMap(CurrentStore, (storeId) =>
      sql`SELECT 1 AS found FROM digital_files WHERE store_id = ${storeId} LIMIT 1`).pipe(
        Effect.map((rows) => rows.length > 0),
        storage("Downloads.sells")
      ),

    sold: Effect.fnUntraced(function*(variantIds) {
      const rows = yield* sql<{ readonly variant_id: string; readonly files: number }>`
        SELECT variant_id, count(*) AS files FROM digital_files
        WHERE ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore} AND ${Dialect.oneOf(sql, "variant_id", variantIds)}
        GROUP BY variant_id`
      return new Map(rows.map(({ files, variant_id }) => [variant_id, Number(files)]))
    }, storage("Downloads.sold")),

    issue: Effect.fnUntraced(function*(orderId, downloads, ids, at) {
      const storeId = yield* CurrentStore
      const files = yield* sql<{
        readonly variant_id: string
        readonly media_id: string
        readonly name: string
        readonly maximum: number | null
        readonly days: number | null
      }>`SELECT variant_id, media_id, name, maximum, days FROM digital_files
        WHERE ${Dialect.unindexed(sql, "store_id")} = ${storeId}
          AND ${Dialect.oneOf(sql, "variant_id", [...new Set(downloads.map(({ variantId }) => variantId))])}
        ORDER BY variant_id, position`
      let next = 0
      const rows = downloads.flatMap(({ lineId, pieces, variantId }) =>
        files.filter(({ variant_id }) => variant_id === variantId).flatMap(({ days, maximum, media_id, name }) => {
          const id = ids[next++]
          return id === undefined ? [] : [{
            id,
            line_id: lineId,
            media_id,
            name,
            maximum: maximum === null ? null : maximum * pieces,
            expires_at: days === null ? null : Timestamp.plus(at, { days })
          }]
        }))
      if (rows.length === 0) return 0
      const written = yield* sql`
        INSERT INTO downloads (id, store_id, order_id, line_id, media_id, name, maximum, expires_at, created_at)
        SELECT id, ${storeId}, ${orderId}, line_id, media_id, name, maximum, expires_at, ${at}
        FROM ${
        Dialect.jsonRows(sql, rows, {
          id: "text",
          line_id: "text",
          media_id: "text",
          name: "text",
          maximum: "int",
          expires_at: "text"
        })
      } WHERE true
        ON CONFLICT (order_id, line_id, media_id) DO NOTHING RETURNING id`
      return written.length
    }, storage("Downloads.issue")),

    ofOrder: Effect.fnUntraced(function*(orderId, at) {
      const rows = yield* sql<DownloadRow>`
        SELECT d.id, d.order_id, d.line_id, d.media_id, d.name, d.used, d.maximum, d.expires_at, d.revoked_by, d.created_at,
          m.content_type, m.bytes, CASE WHEN ${isOpen} THEN 1 ELSE 0 END AS is_open
        FROM downloads AS d LEFT JOIN media AS m ON m.id = d.media_id
        WHERE d.order_id = ${orderId} AND d.store_id = ${yield* CurrentStore} ORDER BY d.id`
      return rows.map(toDownload(at))
    }, storage("Downloads.ofOrder")),

    count: Effect.fnUntraced(function*(orderId, id, at) {
      const storeId = yield* CurrentStore
      // a change of the order that is under way comes first, and what it has changed is seen by the next statement
      yield* sql.onDialectOrElse({
        pg: () => sql`SELECT id FROM orders WHERE id = ${orderId} AND store_id = ${storeId}${Dialect.forShare(sql)}`,
        orElse: () => Effect.void
      })
      const rows = yield* sql`
        UPDATE downloads AS d SET used = used + 1
        WHERE d.id = ${id} AND d.order_id = ${orderId} AND d.store_id = ${storeId} AND d.revoked_by IS NULL
          AND (d.maximum IS NULL OR d.used < d.maximum) AND (d.expires_at IS NULL OR d.expires_at > ${at}) AND ${isOpen}
        RETURNING id`
      return rows.length > 0
    }, storage("Downloads.count")),

    grant: Effect.fnUntraced(function*(orderId, id, more, expiresAt) {
      const until = expiresAt === undefined ? sql`expires_at` : sql`${expiresAt}`
      const rows = yield* sql`
        UPDATE downloads SET maximum = CASE WHEN maximum IS NULL THEN NULL ELSE ${
        Dialect.greatest(sql, "maximum", "used")
      } + ${more} END, expires_at = ${until}, revoked_by = NULL
        WHERE id = ${id} AND order_id = ${orderId} AND store_id = ${yield* CurrentStore} RETURNING id`
      return rows.length > 0
    }, storage("Downloads.grant")),

    hold: Effect.fnUntraced(function*(orderId) {
      yield* sql`SELECT id FROM downloads WHERE order_id = ${orderId} AND store_id = ${yield* CurrentStore} ORDER BY id${Dialect.forUpdate(sql)}`
    }, storage("Downloads.hold")),

    revoke: Effect.fnUntraced(function*(orderId, by, id) {
      const rows = yield* sql`
        UPDATE downloads SET revoked_by = ${by}
        WHERE order_id = ${orderId} AND store_id = ${yield* CurrentStore} AND revoked_by IS NULL ${
        id === undefined ? sql`` : sql`AND id = ${id}`
      } RETURNING id`
      return rows.length > 0
    }, storage("Downloads.revoke")),

    restore: Effect.fnUntraced(function*(orderId) {
      yield* sql`
        UPDATE downloads SET revoked_by = NULL
        WHERE order_id = ${orderId} AND store_id = ${yield* CurrentStore} AND revoked_by = 'dispute'`
    }, storage("Downloads.restore"))
  })
})

export const layer: Layer.Layer<DownloadRepository, never, SqlClient.SqlClient> = Layer.effect(DownloadRepository, make)
