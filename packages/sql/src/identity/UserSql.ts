/**
 * Users in SQL.
 */
import type { User } from "@stoa/core/identity/Account"
import { EmailTaken } from "@stoa/core/identity/IdentityErrors"
import { UserRepository } from "@stoa/core/identity/UserRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

export interface UserRow {
  readonly id: string
  readonly email: string
  readonly email_verified: number
  readonly name: string | null
  readonly roles: string
  readonly status: string
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

export const fromRow = (row: UserRow): User => ({
  id: row.id,
  email: row.email,
  emailVerified: row.email_verified === 1,
  name: row.name,
  roles: Row.json(row.roles),
  status: row.status,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as User)

const sort = "-id"

/** A text as the beginning of a `LIKE` pattern. */
const beginning = (text: string): string => `${text.replace(/[\\%_]/g, "\\$&")}%`

/** The words of the index `users_working`, so that it is used. */
export const isMoreThanCustomer = (sql: Constructor): Fragment => sql.literal(`roles <> '["customer"]'`)

/** Whether a user has a role. Names of roles have no character that JSON escapes. */
export const hasRole = (sql: Constructor, role: string): Fragment =>
  sql`roles LIKE ${`%"${role.replace(/[\\%_"]/g, "\\$&")}"%`} ESCAPE '\\'`

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  const find = (lock: boolean) =>
    Effect.fnUntraced(function*(id: string) {
      const rows = yield* sql<UserRow>`
        SELECT * FROM users WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND erased_at IS NULL${
        lock ? Dialect.forUpdate(sql) : sql.literal("")
      }`
      return Row.first(rows, fromRow)
    }, storage("Users.find"))

  return UserRepository.of({
    insert: Effect.fnUntraced(function*(user, passwordHash) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`INSERT INTO users ${
        sql.insert({
          id: user.id,
          store_id: storeId,
          email: user.email,
          email_verified: user.emailVerified ? 1 : 0,
          name: user.name,
          roles: JSON.stringify(user.roles),
          status: user.status,
          version: user.version,
          created_at: user.createdAt,
          updated_at: user.updatedAt
        })
      } ON CONFLICT (store_id, email) DO NOTHING RETURNING id`
      if (rows.length === 0) return yield* new EmailTaken()
      if (passwordHash !== null) {
        yield* sql`INSERT INTO user_passwords ${
          sql.insert({
            user_id: user.id,
            store_id: storeId,
            hash: passwordHash,
            changed_at: user.createdAt,
            hashed_at: user.createdAt
          })
        }`
      }
    }, storage("Users.insert")),
    wasErased: Effect.fnUntraced(function*(id) {
      const rows = yield* sql`
        SELECT id FROM users WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND erased_at IS NOT NULL`
      return rows.length > 0
    }, storage("Users.wasErased")),
    erase: Effect.fnUntraced(function*({ email, id }, at) {
      const storeId = yield* CurrentStore
      for (const table of ["user_passwords", "user_phones", "user_preferences", "sessions"]) {
        yield* sql`DELETE FROM ${sql(table)} WHERE user_id = ${id} AND store_id = ${storeId}`
      }
      yield* sql`
        DELETE FROM oauth_flows WHERE store_id = ${storeId} AND (user_id = ${id} OR links_user_id = ${id})`
      yield* sql`DELETE FROM challenges WHERE store_id = ${storeId} AND (user_id = ${id} OR address = ${email})`
      yield* sql`
        UPDATE users SET email = ${`${id}@erased.invalid`}, email_verified = 0, name = NULL, roles = '["customer"]',
          status = 'suspended', version = version + 1, updated_at = ${at}, erased_at = ${at}
        WHERE id = ${id} AND store_id = ${storeId}`
    }, storage("Users.erase")),
    find: find(false),
    findForUpdate: find(true),
    findByEmail: Effect.fnUntraced(function*(email) {
      const rows = yield* sql<UserRow & { readonly password_hash: string | null }>`
        SELECT users.*, user_passwords.hash AS password_hash
        FROM users LEFT JOIN user_passwords ON user_passwords.user_id = users.id
        WHERE users.store_id = ${yield* CurrentStore} AND users.email = ${email}`
      const row = rows[0]
      return row === undefined ? undefined : { user: fromRow(row), passwordHash: row.password_hash }
    }, storage("Users.findByEmail")),
    list: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const conditions: Array<Fragment> = [sql`store_id = ${yield* CurrentStore}`, sql`erased_at IS NULL`]
      if (query.status !== undefined) conditions.push(sql`status = ${query.status}`)
      if (query.role !== undefined && query.role !== "customer") {
        // few users are more than customers, and there is an index of them
        conditions.push(isMoreThanCustomer(sql), hasRole(sql, query.role))
      }
      if (query.search !== undefined) {
        const pattern = beginning(query.search.trim().toLowerCase())
        conditions.push(sql`(email LIKE ${pattern} ESCAPE '\\' OR lower(name) LIKE ${pattern} ESCAPE '\\')`)
      }
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(sort, ["string"], query.after)
        conditions.push(sql`id < ${id}`)
      }
      const rows = yield* sql<UserRow>`
        SELECT * FROM users WHERE ${sql.and(conditions)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromRow), limit, sort, (user) => [user.id])
    }, storage("Users.list")),
    update: Effect.fnUntraced(function*(user) {
      const rows = yield* sql`
        UPDATE users SET name = ${user.name}, roles = ${JSON.stringify(user.roles)}, status = ${user.status},
          version = ${user.version}, updated_at = ${user.updatedAt}
        WHERE id = ${user.id} AND store_id = ${yield* CurrentStore} AND version = ${user.version - 1}
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: user.id, expected: user.version - 1 })
    }, storage("Users.update")),
    rehash: Effect.fnUntraced(function*(id, from, to, at) {
      yield* sql`
        UPDATE user_passwords SET hash = ${to}, hashed_at = ${at}
        WHERE user_id = ${id} AND store_id = ${yield* CurrentStore} AND hash = ${from}`
    }, storage("Users.rehash"))
  })
})

export const layer: Layer.Layer<UserRepository, never, SqlClient.SqlClient> = Layer.effect(UserRepository, make)
