/**
 * Customer groups in SQL.
 */
import type { CustomerGroup } from "@stoa/core/customers/CustomerGroup"
import { maximumGroups } from "@stoa/core/customers/CustomerGroup"
import { CustomerGroupTaken } from "@stoa/core/customers/CustomerGroupErrors"
import { CustomerGroupRepository } from "@stoa/core/customers/CustomerGroupRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import type { Timestamp } from "@stoa/core/kernel/Timestamp"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { atVersion } from "../AtVersion.ts"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface GroupRow {
  readonly id: string
  readonly name: string
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const fromRow = (row: GroupRow): CustomerGroup => ({
  id: row.id,
  name: row.name,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as CustomerGroup)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("g.id, g.name, g.version, g.created_at, g.updated_at")

  const unlessTaken = (name: string) => <A, R>(effect: Effect.Effect<A, SqlError, R>) =>
    Effect.catchReason(
      effect,
      "SqlError",
      "UniqueViolation",
      () => Effect.fail(new CustomerGroupTaken({ name }))
    )

  return CustomerGroupRepository.of({
    list: Effect.flatMap(CurrentStore, (storeId) =>
      sql<GroupRow>`
        SELECT ${columns} FROM customer_groups AS g WHERE g.store_id = ${storeId}
        ORDER BY g.name, g.id LIMIT ${maximumGroups}`
    ).pipe(
      Effect.map((rows) => rows.map(fromRow)),
      storage("CustomerGroups.list")
    ),
    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<GroupRow>`
        SELECT ${columns} FROM customer_groups AS g WHERE g.id = ${id} AND g.store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("CustomerGroups.find")),
    of: Effect.fnUntraced(function*(customerId) {
      const rows = yield* sql<GroupRow>`
        SELECT ${columns} FROM customer_group_members AS m JOIN customer_groups AS g ON g.id = m.group_id
        WHERE m.store_id = ${yield* CurrentStore} AND m.customer_id = ${customerId}
        ORDER BY g.name, g.id LIMIT ${maximumGroups}`
      return rows.map(fromRow)
    }, storage("CustomerGroups.of")),
    insert: Effect.fnUntraced(function*(group) {
      const row = sql.insert({
        id: group.id,
        store_id: yield* CurrentStore,
        name: group.name,
        version: group.version,
        created_at: group.createdAt,
        updated_at: group.updatedAt
      })
      yield* unlessTaken(group.name)(sql`INSERT INTO customer_groups ${row}`)
    }, storage("CustomerGroups.insert")),
    replace: Effect.fnUntraced(function*(group) {
      const rows = yield* unlessTaken(group.name)(sql`
        UPDATE customer_groups SET name = ${group.name}, version = ${group.version}, updated_at = ${group.updatedAt}
        WHERE id = ${group.id} AND store_id = ${yield* CurrentStore} AND version = ${group.version - 1}
        RETURNING id`)
      if (rows.length === 0) return yield* new VersionConflict({ id: group.id, expected: group.version - 1 })
    }, storage("CustomerGroups.replace")),
    delete: Effect.fnUntraced(function*(id, version) {
      // memberships go with it
      const rows = yield* sql`
        DELETE FROM customer_groups WHERE id = ${id} AND store_id = ${yield* CurrentStore} ${atVersion(sql, version)}
        RETURNING id`
      return rows.length > 0
    }, storage("CustomerGroups.delete")),
    members: Effect.fnUntraced(function*(id, { after, limit = Page.defaultLimit }) {
      const [last = ""] = after === undefined ? [] : yield* Page.decodeCursor("customerId", ["string"], after)
      const rows = yield* sql<{ readonly customer_id: string; readonly added_at: Timestamp }>`
        SELECT customer_id, added_at FROM customer_group_members
        WHERE store_id = ${yield* CurrentStore} AND group_id = ${id} AND customer_id > ${last}
        ORDER BY customer_id LIMIT ${limit + 1}`
      const page = Page.fromRows(rows, limit, "customerId", (row) => [row.customer_id])
      return {
        items: page.items.map((row) => ({ customerId: row.customer_id, addedAt: row.added_at })),
        nextCursor: page.nextCursor
      }
    }, storage("CustomerGroups.members")),
    known: Effect.fnUntraced(function*(customerIds) {
      const rows = yield* sql<{ readonly id: string }>`
        SELECT id FROM users WHERE ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}
          AND ${Dialect.oneOf(sql, "id", customerIds)}`
      return new Set(rows.map((row) => row.id))
    }, storage("CustomerGroups.known")),
    add: Effect.fnUntraced(function*(id, customerIds, at) {
      const members = customerIds.map((customerId) => ({ customer_id: customerId }))
      const rows = yield* sql<{ readonly customer_id: string }>`
        INSERT INTO customer_group_members (store_id, group_id, customer_id, added_at)
        SELECT ${yield* CurrentStore}, ${id}, customer_id, ${at}
        FROM ${Dialect.jsonRows(sql, members, { customer_id: "text" })} WHERE true
        ON CONFLICT (group_id, customer_id) DO NOTHING RETURNING customer_id`
      return rows.map((row) => row.customer_id)
    }, storage("CustomerGroups.add")),
    remove: Effect.fnUntraced(function*(id, customerId) {
      const rows = yield* sql`
        DELETE FROM customer_group_members
        WHERE store_id = ${yield* CurrentStore} AND group_id = ${id} AND customer_id = ${customerId}
        RETURNING customer_id`
      return rows.length > 0
    }, storage("CustomerGroups.remove")),
    forget: Effect.fnUntraced(function*(customerId) {
      yield* sql`
        DELETE FROM customer_group_members WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId}`
    }, storage("CustomerGroups.forget"))
  })
})

export const layer: Layer.Layer<CustomerGroupRepository, never, SqlClient.SqlClient> = Layer.effect(
  CustomerGroupRepository,
  make
)
