/**
 * API keys in SQL.
 */
import type { ApiKey } from "@stoa/core/identity/Account"
import { ApiKeyRepository } from "@stoa/core/identity/ApiKeyRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface ApiKeyRow {
  readonly id: string
  readonly name: string
  readonly hint: string
  readonly permissions: string
  readonly expires_at: string | null
  readonly last_used_at: string | null
  readonly revoked_at: string | null
  readonly created_at: string
}

const fromRow = (row: ApiKeyRow): ApiKey => ({
  id: row.id,
  name: row.name,
  hint: row.hint,
  permissions: Row.json(row.permissions),
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
  revokedAt: row.revoked_at,
  createdAt: row.created_at
} as ApiKey)

const sort = "-id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("id, name, hint, permissions, expires_at, last_used_at, revoked_at, created_at")

  return ApiKeyRepository.of({
    insert: Effect.fnUntraced(function*(apiKey, secretHash, createdBy) {
      yield* sql`INSERT INTO api_keys ${
        sql.insert({
          id: apiKey.id,
          store_id: yield* CurrentStore,
          name: apiKey.name,
          hint: apiKey.hint,
          secret_hash: secretHash,
          permissions: JSON.stringify(apiKey.permissions),
          created_by: createdBy,
          expires_at: apiKey.expiresAt,
          last_used_at: apiKey.lastUsedAt,
          revoked_at: apiKey.revokedAt,
          created_at: apiKey.createdAt
        })
      }`
    }, storage("ApiKeys.insert")),
    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<ApiKeyRow>`
        SELECT ${columns} FROM api_keys WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("ApiKeys.find")),
    findBySecret: Effect.fnUntraced(function*(secretHash) {
      const rows = yield* sql<ApiKeyRow>`
        SELECT ${columns} FROM api_keys WHERE store_id = ${yield* CurrentStore} AND secret_hash = ${secretHash}`
      return Row.first(rows, fromRow)
    }, storage("ApiKeys.findBySecret")),
    list: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const conditions = [sql`store_id = ${yield* CurrentStore}`]
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(sort, ["string"], query.after)
        conditions.push(sql`id < ${id}`)
      }
      const rows = yield* sql<ApiKeyRow>`
        SELECT ${columns} FROM api_keys WHERE ${sql.and(conditions)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromRow), limit, sort, (apiKey) => [apiKey.id])
    }, storage("ApiKeys.list")),
    revoke: Effect.fnUntraced(function*(id, at) {
      const rows = yield* sql`
        UPDATE api_keys SET revoked_at = ${at}
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND revoked_at IS NULL
        RETURNING id`
      return rows.length > 0
    }, storage("ApiKeys.revoke")),
    touch: Effect.fnUntraced(function*(id, at, since) {
      yield* sql`
        UPDATE api_keys SET last_used_at = ${at}
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND (last_used_at IS NULL OR last_used_at <= ${since})`
    }, storage("ApiKeys.touch"))
  })
})

export const layer: Layer.Layer<ApiKeyRepository, never, SqlClient.SqlClient> = Layer.effect(ApiKeyRepository, make)
