/**
 * Saved means of payment in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { SavedMethodRepository, type StoredSavedMethod } from "@stoa/core/payments/SavedMethodRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface SavedMethodRow {
  readonly id: StoredSavedMethod["id"]
  readonly customer_id: string
  readonly gateway: string
  readonly status: StoredSavedMethod["status"]
  readonly token: string | null
  readonly fingerprint: string | null
  readonly type: string | null
  readonly brand: string | null
  readonly last4: string | null
  readonly expires_month: number | null
  readonly expires_year: number | null
  readonly default_at: StoredSavedMethod["defaultAt"]
  readonly consented_at: StoredSavedMethod["consentedAt"]
  readonly setup_method: string | null
  readonly setup_reference: string | null
  readonly return_url: string | null
  readonly next_action: string | null
  readonly failure: string | null
  readonly version: number
  readonly created_at: StoredSavedMethod["createdAt"]
  readonly updated_at: StoredSavedMethod["updatedAt"]
}

const fromRow = (row: SavedMethodRow): StoredSavedMethod => ({
  id: row.id,
  customerId: row.customer_id,
  gateway: row.gateway,
  status: row.status,
  token: row.token,
  fingerprint: row.fingerprint,
  type: row.type,
  brand: row.brand,
  last4: row.last4,
  expiresMonth: row.expires_month,
  expiresYear: row.expires_year,
  defaultAt: row.default_at,
  consentedAt: row.consented_at,
  setupMethod: row.setup_method,
  setupReference: row.setup_reference,
  returnUrl: row.return_url,
  nextAction: Row.jsonOrNull(row.next_action),
  failure: Row.jsonOrNull(row.failure),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
})

/** What of a row changes. */
const changing = (method: StoredSavedMethod) => ({
  status: method.status,
  token: method.token,
  fingerprint: method.fingerprint,
  type: method.type,
  brand: method.brand,
  last4: method.last4,
  expires_month: method.expiresMonth,
  expires_year: method.expiresYear,
  default_at: method.defaultAt,
  consented_at: method.consentedAt,
  setup_method: method.setupMethod,
  setup_reference: method.setupReference,
  next_action: Row.toJson(method.nextAction),
  failure: Row.toJson(method.failure),
  version: method.version,
  updated_at: method.updatedAt
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  const ofCustomer = Effect.fnUntraced(function*(customerId: string) {
    const rows = yield* sql<SavedMethodRow>`
      SELECT * FROM saved_methods
      WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId} AND status <> 'removed'
      ORDER BY CASE WHEN status = 'failed' THEN 1 ELSE 0 END, id DESC LIMIT 100`
    return rows.map(fromRow).toSorted((a, b) => a.id < b.id ? -1 : 1)
  })

  return SavedMethodRepository.of({
    insert: Effect.fnUntraced(function*(method) {
      yield* sql`INSERT INTO saved_methods ${
        sql.insert({
          id: method.id,
          store_id: yield* CurrentStore,
          customer_id: method.customerId,
          gateway: method.gateway,
          return_url: method.returnUrl,
          created_at: method.createdAt,
          ...changing(method)
        })
      }`
    }, storage("SavedMethods.insert")),

    find: (id) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<SavedMethodRow>`SELECT * FROM saved_methods WHERE id = ${id} AND store_id = ${storeId}`
      ).pipe(
        Effect.map((rows) => Row.first(rows, fromRow)),
        storage("SavedMethods.find")
      ),

    findBySetup: (gateway, reference) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<SavedMethodRow>`
          SELECT * FROM saved_methods
          WHERE store_id = ${storeId} AND gateway = ${gateway} AND setup_reference = ${reference}`
      ).pipe(
        Effect.map((rows) => Row.first(rows, fromRow)),
        storage("SavedMethods.findBySetup")
      ),

    ofCustomer: (customerId) => storage("SavedMethods.ofCustomer")(ofCustomer(customerId)),

    lock: Effect.fnUntraced(function*(customerId) {
      const accounts = yield* sql`
        SELECT id FROM users WHERE id = ${customerId} AND store_id = ${yield* CurrentStore} AND status = 'active'${
        Dialect.forUpdate(sql)
      }`
      return accounts.length === 0 ? undefined : yield* ofCustomer(customerId)
    }, storage("SavedMethods.lock")),

    update: Effect.fnUntraced(function*(method) {
      const rows = yield* sql`
        UPDATE saved_methods SET ${sql.update(changing(method))}
        WHERE id = ${method.id} AND store_id = ${yield* CurrentStore} AND version = ${method.version - 1}
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: method.id, expected: method.version - 1 })
    }, storage("SavedMethods.update")),

    delete: (id) =>
      Effect.flatMap(CurrentStore, (storeId) => sql`DELETE FROM saved_methods WHERE id = ${id} AND store_id = ${storeId}`).pipe(
        Effect.asVoid,
        storage("SavedMethods.delete")
      ),

    deleteFailed: (before) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql`DELETE FROM saved_methods WHERE store_id = ${storeId} AND status = 'failed' AND updated_at < ${before}`
      ).pipe(
        Effect.asVoid,
        storage("SavedMethods.deleteFailed")
      ),

    isUsed: (gateway, token) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql`
          SELECT id FROM saved_methods
          WHERE store_id = ${storeId} AND gateway = ${gateway} AND token = ${token} AND status = 'active' LIMIT 1`
      ).pipe(
        Effect.map((rows) => rows.length > 0),
        storage("SavedMethods.isUsed")
      ),

    removeAll: Effect.fnUntraced(function*(customerId, at) {
      const storeId = yield* CurrentStore
      yield* sql`
        UPDATE payments SET keeps_for = '', version = version + 1
        WHERE store_id = ${storeId} AND keeps_for = ${customerId}`
      const rows = yield* sql<{ readonly id: string }>`
        UPDATE saved_methods SET status = 'removed', customer_id = '', default_at = NULL, setup_method = NULL,
          fingerprint = NULL, type = NULL, brand = NULL, last4 = NULL, expires_month = NULL, expires_year = NULL,
          return_url = NULL, failure = NULL, next_action = NULL, version = version + 1, updated_at = ${at}
        WHERE store_id = ${storeId} AND customer_id = ${customerId}
        RETURNING id`
      return rows.map(({ id }) => id)
    }, storage("SavedMethods.removeAll")),

    untouched: (status, before, limit) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<SavedMethodRow>`
          SELECT * FROM saved_methods
          WHERE store_id = ${storeId} AND status = ${status} AND status <> 'active' AND updated_at < ${before}
          ORDER BY updated_at LIMIT ${limit}`
      ).pipe(
        Effect.map((rows) => rows.map(fromRow)),
        storage("SavedMethods.untouched")
      )
  })
})

export const layer: Layer.Layer<SavedMethodRepository, never, SqlClient.SqlClient> = Layer.effect(SavedMethodRepository, make)
