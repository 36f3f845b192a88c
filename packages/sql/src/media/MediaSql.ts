/**
 * What is known of files, in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import type { MediaId, UploadId } from "@stoa/core/media/Media"
import { MediaRepository, type StoredMedia, type StoredUpload } from "@stoa/core/media/MediaRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { atVersion } from "../AtVersion.ts"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage, transactionOf } from "../Storage.ts"

interface MediaRow {
  readonly id: string
  readonly status: string
  readonly content_type: string
  readonly visibility: string
  readonly name: string | null
  readonly bytes: number
  readonly hash: string
  readonly width: number | null
  readonly height: number | null
  readonly animated: number
  readonly alt: string
  readonly alt_texts: string
  readonly rendition_state: string
  readonly renditions: string
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

interface UploadRow {
  readonly id: string
  readonly token_hash: string | null
  readonly bytes: number
  readonly visibility: string
  readonly name: string | null
  readonly alt: string
  readonly expires_at: string
}

const toMedia = (row: MediaRow): StoredMedia => ({
  id: row.id,
  status: row.status,
  contentType: row.content_type,
  visibility: row.visibility,
  name: row.name,
  bytes: row.bytes,
  hash: row.hash,
  width: row.width,
  height: row.height,
  animated: row.animated === 1,
  alt: row.alt,
  altTexts: Row.json(row.alt_texts),
  renditionState: row.rendition_state,
  renditions: Row.json(row.renditions),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as StoredMedia)

const toUpload = (row: UploadRow): StoredUpload => ({
  id: row.id,
  tokenHash: row.token_hash,
  bytes: row.bytes,
  visibility: row.visibility,
  name: row.name,
  alt: row.alt,
  expiresAt: row.expires_at
} as StoredUpload)

const newestFirst = "-createdAt,-id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(`id, status, content_type, visibility, name, bytes, hash, width, height, animated, alt,
    alt_texts, rendition_state, renditions, version, created_at, updated_at`)
  const uploadColumns = sql.literal("id, token_hash, bytes, visibility, name, alt, expires_at")
  const used = sql.literal(`(EXISTS (SELECT 1 FROM product_media AS u WHERE u.media_id = media.id)
    OR EXISTS (SELECT 1 FROM digital_files AS u WHERE u.media_id = media.id)
    OR EXISTS (SELECT 1 FROM downloads AS u WHERE u.media_id = media.id)
    OR EXISTS (SELECT 1 FROM brands AS u WHERE u.media_id = media.id)
    OR EXISTS (SELECT 1 FROM collections AS u WHERE u.media_id = media.id))`)

  return MediaRepository.of({
    insert: Effect.fnUntraced(function*(media) {
      yield* sql`INSERT INTO media ${
        sql.insert({
          id: media.id,
          store_id: yield* CurrentStore,
          status: media.status,
          content_type: media.contentType,
          visibility: media.visibility,
          name: media.name,
          bytes: media.bytes,
          hash: media.hash,
          width: media.width,
          height: media.height,
          animated: media.animated ? 1 : 0,
          alt: media.alt,
          alt_texts: JSON.stringify(media.altTexts),
          rendition_state: media.renditionState,
          renditions: JSON.stringify(media.renditions),
          version: media.version,
          created_at: media.createdAt,
          updated_at: media.updatedAt
        })
      }`
    }, storage("Media.insert")),

    arrive: Effect.fnUntraced(function*({ bytes, hash, id }) {
      const rows = yield* sql`UPDATE media SET status = 'ready', bytes = ${bytes}, hash = ${hash}
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND status = 'arriving' RETURNING id`
      return rows.length > 0
    }, storage("Media.arrive")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<MediaRow>`SELECT ${columns} FROM media
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND status = 'ready'`
      return Row.first(rows, toMedia)
    }, storage("Media.find")),

    findMany: Effect.fnUntraced(function*(ids) {
      const rows = yield* sql<MediaRow>`SELECT ${columns} FROM media
        WHERE ${Dialect.oneOf(sql, "id", ids)} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}
          AND status = 'ready'`
      return rows.map(toMedia)
    }, storage("Media.findMany")),

    list: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const conditions = [sql`store_id = ${yield* CurrentStore}`, sql.literal("status = 'ready'")]
      if (query.visibility !== undefined) conditions.push(sql`visibility = ${query.visibility}`)
      if (query.contentType !== undefined) conditions.push(sql`content_type = ${query.contentType}`)
      if (query.unused !== undefined) conditions.push(query.unused ? sql`NOT ${used}` : used)
      if (query.after !== undefined) {
        const [createdAt, id] = yield* Page.decodeCursor(newestFirst, ["string", "string"], query.after)
        conditions.push(sql`(created_at, id) < (${createdAt}, ${id})`)
      }
      const rows = yield* sql<MediaRow>`SELECT ${columns} FROM media WHERE ${sql.and(conditions)}
        ORDER BY created_at DESC, id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toMedia), limit, newestFirst, ({ createdAt, id }) => [createdAt, id])
    }, storage("Media.list")),

    update: Effect.fnUntraced(function*(media) {
      const rows = yield* sql`UPDATE media SET name = ${media.name}, alt = ${media.alt},
          alt_texts = ${JSON.stringify(media.altTexts)}, version = ${media.version}, updated_at = ${media.updatedAt}
        WHERE id = ${media.id} AND store_id = ${yield* CurrentStore} AND status = 'ready'
          AND version = ${media.version - 1} RETURNING id`
      return rows.length > 0
    }, storage("Media.update")),

    render: Effect.fnUntraced(function*(id, state, renditions) {
      const rows = yield* sql`UPDATE media SET rendition_state = ${state}, renditions = ${JSON.stringify(renditions)}
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND status = 'ready' RETURNING id`
      return rows.length > 0
    }, storage("Media.render")),

    leave: Effect.fnUntraced(function*(id, version) {
      const storeId = yield* CurrentStore
      return yield* transactionOf(sql)(Effect.gen(function*() {
        // once this row is held no product can begin to show it
        yield* sql`SELECT id FROM media WHERE id = ${id} AND store_id = ${storeId}${Dialect.forUpdate(sql)}`
        const rows = yield* sql<{ readonly used: number }>`
          SELECT CASE WHEN ${used} THEN 1 ELSE 0 END AS used FROM media
          WHERE id = ${id} AND store_id = ${storeId} AND status = 'ready' ${atVersion(sql, version)}`
        const found = rows[0]
        if (found === undefined) return false
        if (found.used === 1) return "used" as const
        yield* sql`UPDATE media SET status = 'leaving' WHERE id = ${id} AND store_id = ${storeId}`
        return true
      }))
    }, storage("Media.leave")),

    abandon: Effect.fnUntraced(function*(ids) {
      if (ids.length === 0) return []
      const rows = yield* sql<{ readonly id: MediaId }>`UPDATE media SET status = 'leaving'
        WHERE ${Dialect.oneOf(sql, "id", ids)} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}
          AND status <> 'ready' RETURNING id`
      return rows.map(({ id }) => id)
    }, storage("Media.abandon")),

    forget: Effect.fnUntraced(function*(ids) {
      if (ids.length === 0) return
      yield* sql`DELETE FROM media WHERE ${Dialect.oneOf(sql, "id", ids)}
        AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore} AND status <> 'ready'`
    }, storage("Media.forget")),

    forlorn: Effect.fnUntraced(function*(before, limit) {
      const rows = yield* sql<MediaRow>`SELECT ${columns} FROM media
        WHERE store_id = ${yield* CurrentStore} AND status <> 'ready' AND (status = 'leaving' OR updated_at < ${before})
        ORDER BY updated_at, id LIMIT ${limit}`
      return rows.map(toMedia)
    }, storage("Media.forlorn")),

    insertUpload: Effect.fnUntraced(function*(upload) {
      yield* sql`INSERT INTO media_uploads ${
        sql.insert({
          id: upload.id,
          store_id: yield* CurrentStore,
          token_hash: upload.tokenHash,
          bytes: upload.bytes,
          visibility: upload.visibility,
          name: upload.name,
          alt: upload.alt,
          expires_at: upload.expiresAt
        })
      }`
    }, storage("Media.insertUpload")),

    findUploadByToken: Effect.fnUntraced(function*(tokenHash, at) {
      const rows = yield* sql<UploadRow>`SELECT ${uploadColumns} FROM media_uploads
        WHERE token_hash = ${tokenHash} AND store_id = ${yield* CurrentStore} AND expires_at > ${at} AND taken_at IS NULL`
      return Row.first(rows, toUpload)
    }, storage("Media.findUploadByToken")),

    takeUpload: Effect.fnUntraced(function*(id, at) {
      const rows = yield* sql<UploadRow>`UPDATE media_uploads SET taken_at = ${at}
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND expires_at > ${at} AND taken_at IS NULL
        RETURNING ${uploadColumns}`
      return Row.first(rows, toUpload)
    }, storage("Media.takeUpload")),

    returnUpload: Effect.fnUntraced(function*(id) {
      yield* sql`UPDATE media_uploads SET taken_at = NULL WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
    }, storage("Media.returnUpload")),

    deleteUploads: Effect.fnUntraced(function*(ids) {
      if (ids.length === 0) return
      yield* sql`DELETE FROM media_uploads WHERE ${Dialect.oneOf(sql, "id", ids)}
        AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}`
    }, storage("Media.deleteUploads")),

    expiredUploads: Effect.fnUntraced(function*(before, limit) {
      const rows = yield* sql<{ readonly id: UploadId }>`SELECT id FROM media_uploads
        WHERE store_id = ${yield* CurrentStore} AND expires_at < ${before} ORDER BY expires_at, id LIMIT ${limit}`
      return rows.map(({ id }) => id)
    }, storage("Media.expiredUploads")),

    signingKey: Effect.fnUntraced(function*(sealed) {
      const storeId = yield* CurrentStore
      yield* sql`INSERT INTO media_keys (store_id, sealed) VALUES (${storeId}, ${sealed}) ON CONFLICT (store_id) DO NOTHING`
      const rows = yield* sql<{ readonly sealed: string }>`SELECT sealed FROM media_keys WHERE store_id = ${storeId}`
      return rows[0]?.sealed ?? sealed
    }, storage("Media.signingKey"))
  })
})

export const layer: Layer.Layer<MediaRepository, never, SqlClient.SqlClient> = Layer.effect(MediaRepository, make)
