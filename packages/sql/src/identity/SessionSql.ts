/**
 * Sessions in SQL.
 */
import type { SessionId, UserId } from "@stoa/core/identity/Account"
import { SessionRepository, type StoredSession } from "@stoa/core/identity/SessionRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import * as UserSql from "./UserSql.ts"

interface SessionRow {
  readonly session_id: string
  readonly user_id: string
  readonly family_hash: string
  readonly token_hash: string
  readonly previous_hash: string | null
  readonly rotated_at: string | null
  readonly address: string | null
  readonly user_agent: string | null
  readonly session_created_at: string
  readonly last_used_at: string
  readonly expires_at: string
  readonly revoked_at: string | null
  readonly revoked_reason: string | null
}

const fromRow = (row: SessionRow): StoredSession => ({
  id: row.session_id,
  userId: row.user_id,
  familyHash: row.family_hash,
  tokenHash: row.token_hash,
  previousHash: row.previous_hash,
  rotatedAt: row.rotated_at,
  address: row.address,
  userAgent: row.user_agent,
  createdAt: row.session_created_at,
  lastUsedAt: row.last_used_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  revokedReason: row.revoked_reason
} as StoredSession)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(`s.id AS session_id, s.user_id, s.family_hash, s.token_hash, s.previous_hash,
    s.rotated_at, s.address, s.user_agent, s.created_at AS session_created_at, s.last_used_at, s.expires_at,
    s.revoked_at, s.revoked_reason`)

  return SessionRepository.of({
    // The user is locked, so that whoever suspends them either comes before or sees the session.
    insert: Effect.fnUntraced(function*(session) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`
        INSERT INTO sessions (id, store_id, user_id, family_hash, token_hash, previous_hash, rotated_at, address,
          user_agent, created_at, last_used_at, expires_at, revoked_at, revoked_reason)
        SELECT ${session.id}, store_id, id, ${session.familyHash}, ${session.tokenHash}, ${session.previousHash},
          ${session.rotatedAt}, ${session.address}, ${session.userAgent}, ${session.createdAt}, ${session.lastUsedAt},
          ${session.expiresAt}, ${session.revokedAt}, ${session.revokedReason}
        FROM users WHERE id = ${session.userId} AND store_id = ${storeId} AND status = 'active'${
        Dialect.forUpdate(sql)
      }
        RETURNING id`
      return rows.length > 0
    }, storage("Sessions.insert")),
    findByFamily: Effect.fnUntraced(function*(familyHash) {
      const rows = yield* sql<SessionRow & UserSql.UserRow>`
        SELECT ${columns}, u.* FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.store_id = ${yield* CurrentStore} AND s.family_hash = ${familyHash}${
        Dialect.forUpdate(sql, { of: "s" })
      }`
      const row = rows[0]
      return row === undefined ? undefined : { session: fromRow(row), user: UserSql.fromRow(row) }
    }, storage("Sessions.findByFamily")),
    rotate: Effect.fnUntraced(function*(session) {
      yield* sql`
        UPDATE sessions SET token_hash = ${session.tokenHash}, previous_hash = ${session.previousHash},
          rotated_at = ${session.rotatedAt}, address = ${session.address}, user_agent = ${session.userAgent},
          last_used_at = ${session.lastUsedAt}
        WHERE id = ${session.id} AND store_id = ${yield* CurrentStore}`
    }, storage("Sessions.rotate")),
    live: Effect.fnUntraced(function*(id, at) {
      const rows = yield* sql<{ readonly user_id: string; readonly roles: string }>`
        SELECT s.user_id, u.roles FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.id = ${id} AND s.store_id = ${yield* CurrentStore} AND s.revoked_at IS NULL
          AND s.expires_at > ${at} AND u.status = 'active'`
      const row = rows[0]
      return row === undefined
        ? undefined
        : { userId: row.user_id as UserId, roles: Row.json<ReadonlyArray<string>>(row.roles) }
    }, storage("Sessions.live")),
    listOfUser: Effect.fnUntraced(function*(userId, at) {
      const rows = yield* sql<SessionRow>`
        SELECT ${columns} FROM sessions s
        WHERE s.store_id = ${yield* CurrentStore} AND s.user_id = ${userId} AND s.revoked_at IS NULL
          AND s.expires_at > ${at}
        ORDER BY s.last_used_at DESC, s.id DESC LIMIT 100`
      return rows.map(fromRow)
    }, storage("Sessions.listOfUser")),
    revoke: Effect.fnUntraced(function*({ at, exceptSessionId, reason, sessionId, userId }) {
      const conditions = [
        sql`store_id = ${yield* CurrentStore}`,
        sql`user_id = ${userId}`,
        sql`revoked_at IS NULL`,
        sql`expires_at > ${at}`
      ]
      if (sessionId !== undefined) conditions.push(sql`id = ${sessionId}`)
      if (exceptSessionId !== undefined) conditions.push(sql`id <> ${exceptSessionId}`)
      const rows = yield* sql<{ readonly id: string }>`
        UPDATE sessions SET revoked_at = ${at}, revoked_reason = ${reason} WHERE ${sql.and(conditions)} RETURNING id`
      return rows.map((row) => row.id as SessionId)
    }, storage("Sessions.revoke")),
    deleteExpired: (before) =>
      sql`
        DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < ${before} LIMIT 10000)
        RETURNING id`.pipe(Effect.map((rows) => rows.length), storage("Sessions.deleteExpired"))
  })
})

export const layer: Layer.Layer<SessionRepository, never, SqlClient.SqlClient> = Layer.effect(SessionRepository, make)
