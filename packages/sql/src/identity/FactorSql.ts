/**
 * Second factors in SQL.
 */
import {
  CeremonyRepository,
  FactorRepository,
  type StoredCeremony,
  type StoredPasskey,
  type StoredTotp
} from "@stoa/core/identity/FactorRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface PasskeyRow {
  readonly id: string
  readonly user_id: string
  readonly credential_id: string
  readonly public_key: string
  readonly counter: number
  readonly transports: string
  readonly name: string
  readonly backed_up: number
  readonly created_at: string
  readonly last_used_at: string | null
}

const passkeyOf = (row: PasskeyRow): StoredPasskey => ({
  id: row.id,
  userId: row.user_id,
  credentialId: row.credential_id,
  publicKey: row.public_key,
  counter: row.counter,
  transports: Row.json(row.transports),
  name: row.name,
  backedUp: row.backed_up === 1,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at
} as StoredPasskey)

interface CeremonyRow {
  readonly id: string
  readonly kind: string
  readonly user_id: string | null
  readonly data: string
  readonly attempts: number
  readonly created_at: string
  readonly expires_at: string
  readonly closed_at: string | null
}

const ceremonyOf = (row: CeremonyRow): StoredCeremony => ({
  id: row.id,
  kind: row.kind,
  userId: row.user_id,
  data: Row.json(row.data),
  attempts: row.attempts,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  closedAt: row.closed_at
} as StoredCeremony)

const makeFactors = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const passkeyColumns = sql.literal(
    "id, user_id, credential_id, public_key, counter, transports, name, backed_up, created_at, last_used_at"
  )
  return FactorRepository.of({
    of: Effect.fnUntraced(function*(userId) {
      const storeId = yield* CurrentStore
      const [row] = yield* sql<{ readonly totp: number; readonly passkeys: number; readonly codes: number }>`
        SELECT
          (SELECT count(*) FROM totp_factors WHERE user_id = ${userId} AND store_id = ${storeId}
            AND confirmed_at IS NOT NULL) AS totp,
          (SELECT count(*) FROM passkeys WHERE user_id = ${userId} AND store_id = ${storeId}) AS passkeys,
          (SELECT count(*) FROM recovery_codes WHERE user_id = ${userId} AND store_id = ${storeId}
            AND used_at IS NULL) AS codes`
      return { totp: row?.totp === 1, passkeys: row?.passkeys ?? 0, recoveryCodes: row?.codes ?? 0 }
    }, storage("Factors.of")),
    totp: Effect.fnUntraced(function*(userId) {
      const rows = yield* sql<{ readonly secret: string; readonly last_step: number; readonly confirmed_at: string | null }>`
        SELECT secret, last_step, confirmed_at FROM totp_factors
        WHERE user_id = ${userId} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, (row) => ({
        secret: row.secret,
        lastStep: row.last_step,
        confirmedAt: row.confirmed_at
      } as StoredTotp))
    }, storage("Factors.totp")),
    offerTotp: Effect.fnUntraced(function*(userId, secret, at) {
      const rows = yield* sql`
        INSERT INTO totp_factors (user_id, store_id, secret, last_step, created_at, confirmed_at)
        VALUES (${userId}, ${yield* CurrentStore}, ${secret}, 0, ${at}, NULL)
        ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at
        WHERE totp_factors.confirmed_at IS NULL AND totp_factors.store_id = excluded.store_id
        RETURNING user_id`
      return rows.length > 0
    }, storage("Factors.offerTotp")),
    confirmTotp: Effect.fnUntraced(function*(userId, { at, secret, step }) {
      const rows = yield* sql`
        UPDATE totp_factors SET confirmed_at = ${at}, last_step = ${step}
        WHERE user_id = ${userId} AND store_id = ${yield* CurrentStore} AND secret = ${secret} AND confirmed_at IS NULL
        RETURNING user_id`
      return rows.length > 0
    }, storage("Factors.confirmTotp")),
    useStep: Effect.fnUntraced(function*(userId, step) {
      const rows = yield* sql`
        UPDATE totp_factors SET last_step = ${step}
        WHERE user_id = ${userId} AND store_id = ${yield* CurrentStore} AND confirmed_at IS NOT NULL
          AND last_step < ${step}
        RETURNING user_id`
      return rows.length > 0
    }, storage("Factors.useStep")),
    removeTotp: Effect.fnUntraced(function*(userId) {
      const rows = yield* sql<{ readonly confirmed_at: string | null }>`
        DELETE FROM totp_factors WHERE user_id = ${userId} AND store_id = ${yield* CurrentStore} RETURNING confirmed_at`
      return typeof rows[0]?.confirmed_at === "string"
    }, storage("Factors.removeTotp")),
    setRecoveryCodes: Effect.fnUntraced(function*(userId, hashes, at) {
      const storeId = yield* CurrentStore
      yield* sql`DELETE FROM recovery_codes WHERE user_id = ${userId} AND store_id = ${storeId}`
      if (hashes.length === 0) return
      yield* sql`
        INSERT INTO recovery_codes (user_id, store_id, code_hash, created_at, used_at)
        SELECT ${userId}, ${storeId}, input.hash, ${at}, NULL
        FROM ${Dialect.jsonRows(sql, hashes.map((hash) => ({ hash })), { hash: "text" })}`
    }, storage("Factors.setRecoveryCodes")),
    useRecoveryCode: Effect.fnUntraced(function*(userId, hash, at) {
      const rows = yield* sql`
        UPDATE recovery_codes SET used_at = ${at}
        WHERE user_id = ${userId} AND store_id = ${yield* CurrentStore} AND code_hash = ${hash} AND used_at IS NULL
        RETURNING user_id`
      return rows.length > 0
    }, storage("Factors.useRecoveryCode")),
    passkeys: Effect.fnUntraced(function*(userId) {
      const rows = yield* sql<PasskeyRow>`
        SELECT ${passkeyColumns} FROM passkeys WHERE store_id = ${yield* CurrentStore} AND user_id = ${userId}
        ORDER BY id LIMIT 100`
      return rows.map(passkeyOf)
    }, storage("Factors.passkeys")),
    passkey: Effect.fnUntraced(function*(credentialId) {
      const rows = yield* sql<PasskeyRow>`
        SELECT ${passkeyColumns} FROM passkeys
        WHERE store_id = ${yield* CurrentStore} AND credential_id = ${credentialId}`
      return Row.first(rows, passkeyOf)
    }, storage("Factors.passkey")),
    addPasskey: Effect.fnUntraced(function*(passkey) {
      const rows = yield* sql`INSERT INTO passkeys ${
        sql.insert({
          id: passkey.id,
          store_id: yield* CurrentStore,
          user_id: passkey.userId,
          credential_id: passkey.credentialId,
          public_key: passkey.publicKey,
          counter: passkey.counter,
          transports: JSON.stringify(passkey.transports),
          name: passkey.name,
          backed_up: passkey.backedUp ? 1 : 0,
          created_at: passkey.createdAt,
          last_used_at: passkey.lastUsedAt
        })
      } ON CONFLICT (store_id, credential_id) DO NOTHING RETURNING id`
      return rows.length > 0
    }, storage("Factors.addPasskey")),
    usePasskey: Effect.fnUntraced(function*(id, { at, backedUp, counter }) {
      // authenticators that do not count stay at zero
      const rows = yield* sql`
        UPDATE passkeys SET counter = ${counter}, backed_up = ${backedUp ? 1 : 0}, last_used_at = ${at}
        WHERE id = ${id} AND store_id = ${yield* CurrentStore}
          AND (counter < ${counter} OR (counter = 0 AND ${counter} = 0))
        RETURNING id`
      return rows.length > 0
    }, storage("Factors.usePasskey")),
    removePasskey: Effect.fnUntraced(function*(userId, id) {
      const rows = yield* sql`
        DELETE FROM passkeys WHERE id = ${id} AND user_id = ${userId} AND store_id = ${yield* CurrentStore}
        RETURNING id`
      return rows.length > 0
    }, storage("Factors.removePasskey")),
    forget: Effect.fnUntraced(function*(userId) {
      const storeId = yield* CurrentStore
      yield* sql`
        DELETE FROM challenges WHERE store_id = ${storeId} AND (user_id = ${userId}
          OR address IN (SELECT email FROM users WHERE id = ${userId} AND store_id = ${storeId})
          OR address IN (SELECT phone FROM user_phones WHERE user_id = ${userId} AND store_id = ${storeId}))`
      for (const table of ["user_phones", "totp_factors", "recovery_codes", "passkeys", "ceremonies", "sign_ins"]) {
        yield* sql`DELETE FROM ${sql(table)} WHERE user_id = ${userId} AND store_id = ${storeId}`
      }
    }, storage("Factors.forget"))
  })
})

const makeCeremonies = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("id, kind, user_id, data, attempts, created_at, expires_at, closed_at")
  return CeremonyRepository.of({
    open: Effect.fnUntraced(function*(ceremony) {
      yield* sql`INSERT INTO ceremonies ${
        sql.insert({
          id: ceremony.id,
          store_id: yield* CurrentStore,
          kind: ceremony.kind,
          user_id: ceremony.userId,
          data: JSON.stringify(ceremony.data),
          attempts: ceremony.attempts,
          created_at: ceremony.createdAt,
          expires_at: ceremony.expiresAt,
          closed_at: ceremony.closedAt
        })
      }`
    }, storage("Ceremonies.open")),
    find: Effect.fnUntraced(function*(id, at) {
      const rows = yield* sql<CeremonyRow>`
        SELECT ${columns} FROM ceremonies
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND closed_at IS NULL AND expires_at > ${at}`
      return Row.first(rows, ceremonyOf)
    }, storage("Ceremonies.find")),
    attempt: Effect.fnUntraced(function*(id, { at, maximum }) {
      const rows = yield* sql<CeremonyRow>`
        UPDATE ceremonies SET attempts = attempts + 1
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND closed_at IS NULL AND expires_at > ${at}
          AND attempts < ${maximum}
        RETURNING ${columns}`
      return Row.first(rows, ceremonyOf)
    }, storage("Ceremonies.attempt")),
    close: Effect.fnUntraced(function*(id, at) {
      const rows = yield* sql`
        UPDATE ceremonies SET closed_at = ${at}
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND closed_at IS NULL AND expires_at > ${at}
        RETURNING id`
      return rows.length > 0
    }, storage("Ceremonies.close")),
    deleteExpired: (before) =>
      sql`
        DELETE FROM ceremonies WHERE id IN (SELECT id FROM ceremonies WHERE expires_at < ${before} LIMIT 10000)
        RETURNING id`.pipe(Effect.map((rows) => rows.length), storage("Ceremonies.deleteExpired"))
  })
})

export const layer: Layer.Layer<FactorRepository | CeremonyRepository, never, SqlClient.SqlClient> = Layer.merge(
  Layer.effect(FactorRepository, makeFactors),
  Layer.effect(CeremonyRepository, makeCeremonies)
)
