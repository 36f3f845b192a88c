/**
 * Sessions in SQL.
 */
import type { SessionId, UserId } from "@stoa/core/identity/Account"
import { SessionRepository, type Standing, type StoredSession } from "@stoa/core/identity/SessionRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import type { Timestamp } from "@stoa/core/kernel/Timestamp"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import { acrossStores } from "../EveryStore.ts"
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
  readonly place: string | null
  readonly methods: string
  readonly authenticated_at: string | null
  readonly second_factor_at: string | null
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
  place: row.place,
  methods: Row.json(row.methods),
  authenticatedAt: row.authenticated_at,
  secondFactorAt: row.second_factor_at,
  createdAt: row.session_created_at,
  lastUsedAt: row.last_used_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at,
  revokedReason: row.revoked_reason
} as StoredSession)

interface LiveRow {
  readonly user_id: string
  readonly roles: string
  readonly authenticated_at: string | null
  readonly second_factor_at: string | null
  readonly factors: number
  readonly granted: string
  readonly staff_id: string | null
  readonly staff_roles: string | null
  readonly staff_granted: string
}

const standing = (userId: string, roles: string, granted: string): Standing => ({
  userId: userId as UserId,
  roles: Row.json(roles),
  granted: Row.json<ReadonlyArray<ReadonlyArray<string>>>(granted).flat()
})

/** What the store's own roles of a user allow, as a JSON array of arrays. */
const grantedTo = (sql: Constructor, user: string): Fragment => {
  const names = sql.onDialectOrElse({
    pg: () => sql`SELECT jsonb_array_elements_text(${sql(`${user}.roles`)}::jsonb)`,
    orElse: () => sql`SELECT value FROM json_each(${sql(`${user}.roles`)})`
  })
  return sql`(SELECT ${
    Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, Dialect.jsonValue(sql, "r.permissions")))
  } FROM roles AS r WHERE r.store_id = ${sql(`${user}.store_id`)} AND r.name IN (${names}))`
}

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(`s.id AS session_id, s.user_id, s.family_hash, s.token_hash, s.previous_hash,
    s.rotated_at, s.address, s.user_agent, s.place, s.methods, s.authenticated_at, s.second_factor_at, s.created_at AS session_created_at, s.last_used_at, s.expires_at,
    s.revoked_at, s.revoked_reason`)

  return SessionRepository.of({
    // The user is locked, so that whoever suspends them either comes before or sees the session.
    insert: Effect.fnUntraced(function*(session) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`
        INSERT INTO sessions (id, store_id, user_id, family_hash, token_hash, previous_hash, rotated_at, address,
          user_agent, place, methods, authenticated_at, second_factor_at, created_at, last_used_at, expires_at, revoked_at, revoked_reason)
        SELECT ${session.id}, store_id, id, ${session.familyHash}, ${session.tokenHash}, ${session.previousHash},
          ${session.rotatedAt}, ${session.address}, ${session.userAgent}, ${session.place}, ${JSON.stringify(session.methods)},
          ${session.authenticatedAt}, ${session.secondFactorAt}, ${session.createdAt}, ${session.lastUsedAt},
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
          place = ${session.place}, last_used_at = ${session.lastUsedAt}
        WHERE id = ${session.id} AND store_id = ${yield* CurrentStore}`
    }, storage("Sessions.rotate")),
    live: Effect.fnUntraced(function*(id, at) {
      const rows = yield* sql<LiveRow>`
        SELECT s.user_id, u.roles, s.authenticated_at, s.second_factor_at,
          (SELECT count(*) FROM totp_factors f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL)
            + (SELECT count(*) FROM passkeys p WHERE p.store_id = s.store_id AND p.user_id = u.id) AS factors,
          ${grantedTo(sql, "u")} AS granted, i.staff_id, staff.roles AS staff_roles,
          ${grantedTo(sql, "staff")} AS staff_granted
        FROM sessions s JOIN users u ON u.id = s.user_id
        LEFT JOIN impersonations i ON i.session_id = s.id LEFT JOIN users staff ON staff.id = i.staff_id
        WHERE s.id = ${id} AND s.store_id = ${yield* CurrentStore} AND s.revoked_at IS NULL
          AND s.expires_at > ${at} AND u.status = 'active' AND (i.session_id IS NULL OR staff.status = 'active')`
      const row = rows[0]
      if (row === undefined) return undefined
      return {
        ...standing(row.user_id, row.roles, row.granted),
        impersonator: row.staff_id === null || row.staff_roles === null
          ? null
          : standing(row.staff_id, row.staff_roles, row.staff_granted),
        authenticatedAt: row.authenticated_at as Timestamp | null,
        secondFactorAt: row.second_factor_at as Timestamp | null,
        secondFactor: row.factors > 0
      }
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
        RETURNING id`.pipe(Effect.map((rows) => rows.length), acrossStores, storage("Sessions.deleteExpired"))
  })
})

export const layer: Layer.Layer<SessionRepository, never, SqlClient.SqlClient> = Layer.effect(SessionRepository, make)
