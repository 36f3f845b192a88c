/**
 * Sign-ins with others in SQL.
 */
import { OAuthRepository, type StoredFlow, type StoredIdentity } from "@stoa/core/identity/OAuthRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface FlowRow {
  readonly state_hash: string
  readonly provider: string
  readonly browser_hash: string
  readonly links_user_id: string | null
  readonly redirect: string | null
  readonly created_at: string
  readonly expires_at: string
}

const toFlow = (row: FlowRow): StoredFlow => ({
  stateHash: row.state_hash,
  provider: row.provider,
  browserHash: row.browser_hash,
  linksUserId: row.links_user_id,
  redirect: row.redirect,
  createdAt: row.created_at,
  expiresAt: row.expires_at
} as StoredFlow)

interface IdentityRow {
  readonly issuer: string
  readonly subject: string
  readonly provider: string
  readonly user_id: string
  readonly email: string | null
  readonly linked_at: string
  readonly last_used_at: string
}

const toIdentity = (row: IdentityRow): StoredIdentity => ({
  issuer: row.issuer,
  subject: row.subject,
  provider: row.provider,
  userId: row.user_id,
  email: row.email,
  linkedAt: row.linked_at,
  lastUsedAt: row.last_used_at
} as StoredIdentity)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("issuer, subject, provider, user_id, email, linked_at, last_used_at")

  return OAuthRepository.of({
    insertFlow: Effect.fnUntraced(function*(flow) {
      yield* sql`INSERT INTO oauth_flows ${
        sql.insert({
          state_hash: flow.stateHash,
          store_id: yield* CurrentStore,
          provider: flow.provider,
          browser_hash: flow.browserHash,
          links_user_id: flow.linksUserId,
          redirect: flow.redirect,
          created_at: flow.createdAt,
          expires_at: flow.expiresAt
        })
      }`
    }, storage("OAuth.insertFlow")),
    takeFlow: Effect.fnUntraced(function*({ at, browserHash, provider, stateHash }) {
      const rows = yield* sql<FlowRow>`
        UPDATE oauth_flows SET taken_at = ${at}
        WHERE store_id = ${yield* CurrentStore} AND state_hash = ${stateHash} AND provider = ${provider}
          AND browser_hash = ${browserHash} AND taken_at IS NULL AND expires_at > ${at}
        RETURNING state_hash, provider, browser_hash, links_user_id, redirect, created_at, expires_at`
      return Row.first(rows, toFlow)
    }, storage("OAuth.takeFlow")),
    admit: Effect.fnUntraced(function*(stateHash, { expiresAt, hash, userId }) {
      yield* sql`
        UPDATE oauth_flows SET code_hash = ${hash}, user_id = ${userId}, code_expires_at = ${expiresAt}
        WHERE store_id = ${yield* CurrentStore} AND state_hash = ${stateHash}`
    }, storage("OAuth.admit")),
    admitted: Effect.fnUntraced(function*(hash, at) {
      const rows = yield* sql<{ readonly user_id: string }>`
        SELECT user_id FROM oauth_flows
        WHERE store_id = ${yield* CurrentStore} AND code_hash = ${hash} AND code_expires_at > ${at}`
      return rows[0]?.user_id
    }, storage("OAuth.admitted")),
    useAdmission: Effect.fnUntraced(function*(hash, at) {
      const rows = yield* sql`
        DELETE FROM oauth_flows
        WHERE store_id = ${yield* CurrentStore} AND code_hash = ${hash} AND code_expires_at > ${at}
        RETURNING state_hash`
      return rows.length > 0
    }, storage("OAuth.useAdmission")),
    findIdentity: Effect.fnUntraced(function*(issuer, subject) {
      const rows = yield* sql<IdentityRow>`
        SELECT ${columns} FROM oauth_identities
        WHERE store_id = ${yield* CurrentStore} AND issuer = ${issuer} AND subject = ${subject}`
      return Row.first(rows, toIdentity)
    }, storage("OAuth.findIdentity")),
    insertIdentity: Effect.fnUntraced(function*(identity) {
      const rows = yield* sql`INSERT INTO oauth_identities ${
        sql.insert({
          store_id: yield* CurrentStore,
          issuer: identity.issuer,
          subject: identity.subject,
          provider: identity.provider,
          user_id: identity.userId,
          email: identity.email,
          linked_at: identity.linkedAt,
          last_used_at: identity.lastUsedAt
        })
      } ON CONFLICT (store_id, issuer, subject) DO NOTHING RETURNING subject`
      return rows.length > 0
    }, storage("OAuth.insertIdentity")),
    touchIdentity: Effect.fnUntraced(function*(issuer, subject, at) {
      yield* sql`
        UPDATE oauth_identities SET last_used_at = ${at}
        WHERE store_id = ${yield* CurrentStore} AND issuer = ${issuer} AND subject = ${subject}`
    }, storage("OAuth.touchIdentity")),
    identitiesOf: Effect.fnUntraced(function*(userId) {
      const rows = yield* sql<IdentityRow>`
        SELECT ${columns} FROM oauth_identities
        WHERE store_id = ${yield* CurrentStore} AND user_id = ${userId} ORDER BY linked_at, subject LIMIT 50`
      return rows.map(toIdentity)
    }, storage("OAuth.identitiesOf")),
    deleteIdentities: Effect.fnUntraced(function*(userId, provider) {
      const conditions = [sql`store_id = ${yield* CurrentStore}`, sql`user_id = ${userId}`]
      if (provider !== undefined) conditions.push(sql`provider = ${provider}`)
      const rows = yield* sql`DELETE FROM oauth_identities WHERE ${sql.and(conditions)} RETURNING subject`
      return rows.length
    }, storage("OAuth.deleteIdentities")),
    deleteExpired: (before) =>
      sql`DELETE FROM oauth_flows WHERE expires_at < ${before} RETURNING state_hash`.pipe(
        Effect.map((rows) => rows.length),
        storage("OAuth.deleteExpired")
      )
  })
})

export const layer: Layer.Layer<OAuthRepository, never, SqlClient.SqlClient> = Layer.effect(OAuthRepository, make)
