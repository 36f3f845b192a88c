/**
 * Address books in SQL.
 */
import { AddressRepository } from "@stoa/core/addresses/AddressRepository"
import type { CustomerAddress } from "@stoa/core/addresses/CustomerAddress"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface AddressRow {
  readonly id: string
  readonly label: string | null
  readonly address: string
  readonly default_shipping: number
  readonly default_billing: number
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const fromRow = (row: AddressRow): CustomerAddress => ({
  id: row.id,
  label: row.label,
  address: Row.json(row.address),
  defaultShipping: row.default_shipping === 1,
  defaultBilling: row.default_billing === 1,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as CustomerAddress)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("id, label, address, default_shipping, default_billing, version, created_at, updated_at")

  const list = Effect.fnUntraced(function*(customerId: string) {
    const rows = yield* sql<AddressRow>`
      SELECT ${columns} FROM addresses
      WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId} ORDER BY id LIMIT 100`
    return rows.map(fromRow)
  })

  return AddressRepository.of({
    list: (customerId) => storage("Addresses.list")(list(customerId)),
    listForUpdate: Effect.fnUntraced(function*(customerId) {
      const accounts = yield* sql`
        SELECT id FROM users WHERE id = ${customerId} AND store_id = ${yield* CurrentStore} AND status = 'active'${
        Dialect.forUpdate(sql)
      }`
      return accounts.length === 0 ? undefined : yield* list(customerId)
    }, storage("Addresses.listForUpdate")),
    insert: Effect.fnUntraced(function*(customerId, address) {
      yield* sql`INSERT INTO addresses ${
        sql.insert({
          id: address.id,
          store_id: yield* CurrentStore,
          customer_id: customerId,
          label: address.label,
          address: JSON.stringify(address.address),
          default_shipping: address.defaultShipping ? 1 : 0,
          default_billing: address.defaultBilling ? 1 : 0,
          version: address.version,
          created_at: address.createdAt,
          updated_at: address.updatedAt
        })
      }`
    }, storage("Addresses.insert")),
    update: Effect.fnUntraced(function*(customerId, address) {
      yield* sql`
        UPDATE addresses SET label = ${address.label}, address = ${JSON.stringify(address.address)},
          version = ${address.version}, updated_at = ${address.updatedAt}
        WHERE id = ${address.id} AND store_id = ${yield* CurrentStore} AND customer_id = ${customerId}`
    }, storage("Addresses.update")),
    delete: Effect.fnUntraced(function*(customerId, id) {
      yield* sql`
        DELETE FROM addresses
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND customer_id = ${customerId}`
    }, storage("Addresses.delete")),
    setDefault: Effect.fnUntraced(function*(customerId, id, uses) {
      const storeId = yield* CurrentStore
      // the old one first, for there is never more than one
      for (const use of uses) {
        const column = sql(`default_${use}`)
        yield* sql`
          UPDATE addresses SET ${column} = 0
          WHERE store_id = ${storeId} AND customer_id = ${customerId} AND ${column} = 1 AND id <> ${id}`
        yield* sql`
          UPDATE addresses SET ${column} = 1
          WHERE id = ${id} AND store_id = ${storeId} AND customer_id = ${customerId}`
      }
    }, storage("Addresses.setDefault")),
    deleteAll: Effect.fnUntraced(function*(customerId) {
      const rows = yield* sql`
        DELETE FROM addresses WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId} RETURNING id`
      return rows.length
    }, storage("Addresses.deleteAll"))
  })
})

export const layer: Layer.Layer<AddressRepository, never, SqlClient.SqlClient> = Layer.effect(AddressRepository, make)
