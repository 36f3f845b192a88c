/**
 * What users sign in with, in SQL.
 */
import type { PhoneNumber } from "@stoa/core/identity/Challenge"
import { CredentialRepository } from "@stoa/core/identity/CredentialRepository"
import { EmailTaken } from "@stoa/core/identity/IdentityErrors"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { isSqlError } from "effect/sql/SqlError"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import * as UserSql from "./UserSql.ts"

const phoneOf = (row: { readonly phone: string; readonly verified_at: string }): PhoneNumber => ({
  phone: row.phone,
  verifiedAt: row.verified_at
} as PhoneNumber)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  return CredentialRepository.of({
    password: Effect.fnUntraced(function*(userId) {
      const rows = yield* sql<{ readonly hash: string }>`
        SELECT hash FROM user_passwords WHERE user_id = ${userId} AND store_id = ${yield* CurrentStore}`
      return rows[0]?.hash ?? null
    }, storage("Credentials.password")),
    setPassword: Effect.fnUntraced(function*(userId, hash, at) {
      yield* sql`
        INSERT INTO user_passwords (user_id, store_id, hash, changed_at, hashed_at)
        VALUES (${userId}, ${yield* CurrentStore}, ${hash}, ${at}, ${at})
        ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at,
          hashed_at = excluded.hashed_at
        WHERE user_passwords.store_id = excluded.store_id`
    }, storage("Credentials.setPassword")),
    removePassword: Effect.fnUntraced(function*(userId) {
      yield* sql`DELETE FROM user_passwords WHERE user_id = ${userId} AND store_id = ${yield* CurrentStore}`
    }, storage("Credentials.removePassword")),
    confirmEmail: Effect.fnUntraced(function*(userId, at) {
      const rows = yield* sql<UserSql.UserRow>`
        UPDATE users SET email_verified = 1, version = version + 1, updated_at = ${at}
        WHERE id = ${userId} AND store_id = ${yield* CurrentStore} AND email_verified = 0
        RETURNING *`
      return Row.first(rows, UserSql.fromRow)
    }, storage("Credentials.confirmEmail")),
    changeEmail: Effect.fnUntraced(
      function*(userId, email, at) {
        const rows = yield* sql<UserSql.UserRow>`
          UPDATE users SET email = ${email}, email_verified = 1, version = version + 1, updated_at = ${at}
          WHERE id = ${userId} AND store_id = ${yield* CurrentStore}
          RETURNING *`
        return Row.first(rows, UserSql.fromRow)
      },
      Effect.mapError((error) =>
        isSqlError(error) && error.reason._tag === "UniqueViolation" ? new EmailTaken() : error
      ),
      storage("Credentials.changeEmail")
    ),
    phone: Effect.fnUntraced(function*(userId) {
      const rows = yield* sql<{ readonly phone: string; readonly verified_at: string }>`
        SELECT phone, verified_at FROM user_phones WHERE user_id = ${userId} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, phoneOf)
    }, storage("Credentials.phone")),
    setPhone: Effect.fnUntraced(function*(userId, { phone, verifiedAt }) {
      const storeId = yield* CurrentStore
      yield* sql`DELETE FROM user_phones WHERE store_id = ${storeId} AND phone = ${phone} AND user_id <> ${userId}`
      yield* sql`
        INSERT INTO user_phones (user_id, store_id, phone, verified_at)
        VALUES (${userId}, ${storeId}, ${phone}, ${verifiedAt})
        ON CONFLICT (user_id) DO UPDATE SET phone = excluded.phone, verified_at = excluded.verified_at
        WHERE user_phones.store_id = excluded.store_id`
    }, storage("Credentials.setPhone")),
    removePhone: Effect.fnUntraced(function*(userId) {
      const rows = yield* sql`
        DELETE FROM user_phones WHERE user_id = ${userId} AND store_id = ${yield* CurrentStore} RETURNING user_id`
      return rows.length > 0
    }, storage("Credentials.removePhone")),
    findByPhone: Effect.fnUntraced(function*(phone) {
      const rows = yield* sql<UserSql.UserRow>`
        SELECT users.* FROM user_phones JOIN users ON users.id = user_phones.user_id
        WHERE user_phones.store_id = ${yield* CurrentStore} AND user_phones.phone = ${phone}`
      return Row.first(rows, UserSql.fromRow)
    }, storage("Credentials.findByPhone"))
  })
})

export const layer: Layer.Layer<CredentialRepository, never, SqlClient.SqlClient> = Layer.effect(
  CredentialRepository,
  make
)
