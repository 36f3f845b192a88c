/**
 * Roles of a store's own in SQL.
 */
import { maximumRoles, type Role } from "@stoa/core/identity/Role"
import { RoleRepository } from "@stoa/core/identity/RoleRepository"
import { RoleTaken } from "@stoa/core/identity/RolesErrors"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import { hasRole, isMoreThanCustomer } from "./UserSql.ts"

interface RoleRow {
  readonly name: string
  readonly title: string
  readonly description: string | null
  readonly permissions: string
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const fromRow = (row: RoleRow): Role => ({
  name: row.name,
  title: row.title,
  description: row.description,
  permissions: Row.json(row.permissions),
  builtIn: false,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as Role)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("name, title, description, permissions, version, created_at, updated_at")

  const findMany = (lock: boolean) =>
    Effect.fnUntraced(function*(names: ReadonlyArray<string>) {
      const rows = yield* sql<RoleRow>`
        SELECT ${columns} FROM roles
        WHERE store_id = ${yield* CurrentStore} AND ${Dialect.oneOf(sql, "name", names)} ORDER BY name${
        lock ? Dialect.forUpdate(sql) : sql.literal("")
      }`
      return rows.map(fromRow)
    }, storage("Roles.findMany"))

  return RoleRepository.of({
    list: Effect.gen(function*() {
      const rows = yield* sql<RoleRow>`
        SELECT ${columns} FROM roles WHERE store_id = ${yield* CurrentStore} ORDER BY name LIMIT ${maximumRoles}`
      return rows.map(fromRow)
    }).pipe(storage("Roles.list")),
    findMany: findMany(false),
    findManyForUpdate: findMany(true),
    insert: Effect.fnUntraced(function*(role) {
      const rows = yield* sql`INSERT INTO roles ${
        sql.insert({
          store_id: yield* CurrentStore,
          name: role.name,
          title: role.title,
          description: role.description,
          permissions: JSON.stringify(role.permissions),
          version: role.version,
          created_at: role.createdAt,
          updated_at: role.updatedAt
        })
      } ON CONFLICT (store_id, name) DO NOTHING RETURNING name`
      if (rows.length === 0) return yield* new RoleTaken({ role: role.name })
    }, storage("Roles.insert")),
    update: Effect.fnUntraced(function*(role) {
      const rows = yield* sql`
        UPDATE roles SET title = ${role.title}, description = ${role.description},
          permissions = ${JSON.stringify(role.permissions)}, version = ${role.version}, updated_at = ${role.updatedAt}
        WHERE store_id = ${yield* CurrentStore} AND name = ${role.name} AND version = ${role.version - 1}
        RETURNING name`
      if (rows.length === 0) return yield* new VersionConflict({ id: role.name, expected: role.version - 1 })
    }, storage("Roles.update")),
    delete: Effect.fnUntraced(function*(name) {
      yield* sql`DELETE FROM roles WHERE store_id = ${yield* CurrentStore} AND name = ${name}`
    }, storage("Roles.delete")),
    isHeld: Effect.fnUntraced(function*(name) {
      const rows = yield* sql`
        SELECT id FROM users
        WHERE store_id = ${yield* CurrentStore} AND ${isMoreThanCustomer(sql)} AND ${hasRole(sql, name)} LIMIT 1`
      return rows.length > 0
    }, storage("Roles.isHeld")),
    someOwners: Effect.gen(function*() {
      const storeId = yield* CurrentStore
      yield* Dialect.lockTransaction(sql, `owners:${storeId}`)
      const rows = yield* sql<{ readonly id: string }>`
        SELECT id FROM users
        WHERE store_id = ${storeId} AND ${isMoreThanCustomer(sql)} AND ${hasRole(sql, "owner")} AND status = 'active'
        LIMIT 2`
      return rows.map(({ id }) => id)
    }).pipe(storage("Roles.someOwners"))
  })
})

export const layer: Layer.Layer<RoleRepository, never, SqlClient.SqlClient> = Layer.effect(RoleRepository, make)
