/**
 * Redirects in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import type { Redirect } from "@stoa/core/redirects/Redirect"
import { pathOf } from "@stoa/core/redirects/RedirectPlan"
import { RedirectRepository } from "@stoa/core/redirects/RedirectRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { atVersion } from "../AtVersion.ts"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface RedirectRow {
  readonly id: string
  readonly from_path: string
  readonly target: string
  readonly status: number
  readonly hits: number
  readonly last_hit_at: string | null
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const fromRow = (row: RedirectRow): Redirect => ({
  id: row.id,
  from: row.from_path,
  to: row.target,
  status: row.status,
  hits: row.hits,
  lastHitAt: row.last_hit_at,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as Redirect)

const columns = {
  id: "text",
  from_path: "text",
  target: "text",
  to_path: "text",
  status: "int",
  version: "int",
  created_at: "text",
  updated_at: "text"
} as const

const toRow = (redirect: Redirect) => ({
  id: redirect.id,
  from_path: redirect.from,
  target: redirect.to,
  to_path: pathOf(redirect.to),
  status: redirect.status,
  version: redirect.version,
  created_at: redirect.createdAt,
  updated_at: redirect.updatedAt
})

const sort = "from"

/** The least text that begins with none of what `prefix` begins. */
const after = (prefix: string): string => `${prefix}\u{10ffff}`

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  return RedirectRepository.of({
    list: Effect.fnUntraced(function*({ after: cursor, from, limit = Page.defaultLimit }) {
      const conditions = [sql`store_id = ${yield* CurrentStore}`]
      if (from !== undefined) conditions.push(sql`from_path >= ${from} AND from_path < ${after(from)}`)
      if (cursor !== undefined) {
        const [path] = yield* Page.decodeCursor(sort, ["string"], cursor)
        conditions.push(sql`from_path > ${path}`)
      }
      const rows = yield* sql<RedirectRow>`
        SELECT * FROM redirects WHERE ${sql.and(conditions)} ORDER BY from_path LIMIT ${limit + 1}`
      const page = Page.fromRows(rows, limit, sort, (row) => [row.from_path])
      return { items: page.items.map(fromRow), nextCursor: page.nextCursor }
    }, storage("Redirects.list")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<RedirectRow>`SELECT * FROM redirects WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("Redirects.find")),

    resolve: Effect.fnUntraced(function*(path) {
      const rows = yield* sql<RedirectRow>`
        SELECT * FROM redirects WHERE store_id = ${yield* CurrentStore} AND from_path = ${path}`
      return Row.first(rows, fromRow)
    }, storage("Redirects.resolve")),

    around: Effect.fnUntraced(function*({ from, to }) {
      const storeId = yield* CurrentStore
      yield* Dialect.lockTransaction(sql, `redirects of ${storeId}`)
      const [counted] = yield* sql<{ readonly count: number }>`SELECT count(*) AS count FROM redirects WHERE store_id = ${storeId}`
      const rows = yield* sql<RedirectRow>`
        SELECT * FROM redirects WHERE store_id = ${storeId} AND ${Dialect.oneOf(sql, "from_path", from)}
        UNION
        SELECT * FROM redirects WHERE store_id = ${storeId} AND to_path IS NOT NULL AND ${Dialect.oneOf(sql, "to_path", to)}`
      return { count: Number(counted?.count ?? 0), redirects: rows.map(fromRow) }
    }, storage("Redirects.around")),

    write: Effect.fnUntraced(function*(redirects) {
      if (redirects.length === 0) return
      yield* sql`
        INSERT INTO redirects (id, store_id, from_path, target, to_path, status, hits, last_hit_at, version, created_at, updated_at)
        SELECT id, ${yield* CurrentStore}, from_path, target, to_path, status, 0, NULL, version, created_at, updated_at
        FROM ${Dialect.jsonRows(sql, redirects.map(toRow), columns)} WHERE true
        ON CONFLICT (id) DO UPDATE SET
          from_path = excluded.from_path, target = excluded.target, to_path = excluded.to_path, status = excluded.status,
          version = excluded.version, updated_at = excluded.updated_at
        WHERE redirects.store_id = excluded.store_id`
    }, storage("Redirects.write")),

    delete: Effect.fnUntraced(function*(id, version) {
      const rows = yield* sql`
        DELETE FROM redirects WHERE id = ${id} AND store_id = ${yield* CurrentStore} ${atVersion(sql, version)} RETURNING id`
      return rows.length > 0
    }, storage("Redirects.delete")),

    count: Effect.fnUntraced(function*(hits) {
      const rows = hits.map(({ hits, id, lastHitAt }) => ({ id, hits, at: lastHitAt })).sort((a, b) => a.id < b.id ? -1 : 1)
      yield* sql`
        UPDATE redirects SET hits = redirects.hits + input.hits, last_hit_at = input.at
        FROM ${Dialect.jsonRows(sql, rows, { id: "text", hits: "int", at: "text" })}
        WHERE redirects.id = input.id AND ${Dialect.unindexed(sql, "redirects.store_id")} = ${yield* CurrentStore}`
    }, storage("Redirects.count"))
  })
})

export const layer: Layer.Layer<RedirectRepository, never, SqlClient.SqlClient> = Layer.effect(RedirectRepository, make)
