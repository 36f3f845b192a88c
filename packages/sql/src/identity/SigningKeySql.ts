/**
 * Keys that sign tokens, in SQL.
 */
import { type SigningKey, SigningKeyRepository } from "@stoa/core/identity/SigningKeyRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface SigningKeyRow {
  readonly kid: string
  readonly status: string
  readonly public_key: string
  readonly private_key: string
  readonly created_at: string
  readonly activated_at: string | null
  readonly retired_at: string | null
}

const fromRow = (row: SigningKeyRow): SigningKey => ({
  kid: row.kid,
  status: row.status,
  publicKey: Row.json(row.public_key),
  privateKey: row.private_key,
  createdAt: row.created_at,
  activatedAt: row.activated_at,
  retiredAt: row.retired_at
} as SigningKey)

const columnsOf = (key: SigningKey, storeId: string) => ({
  kid: key.kid,
  store_id: storeId,
  status: key.status,
  public_key: JSON.stringify(key.publicKey),
  private_key: key.privateKey,
  created_at: key.createdAt,
  activated_at: key.activatedAt,
  retired_at: key.retiredAt
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return SigningKeyRepository.of({
    list: Effect.gen(function*() {
      const rows = yield* sql<SigningKeyRow>`
        SELECT kid, status, public_key, private_key, created_at, activated_at, retired_at FROM signing_keys
        WHERE store_id = ${yield* CurrentStore} ORDER BY kid DESC LIMIT 100`
      return rows.map(fromRow)
    }).pipe(storage("SigningKeys.list")),
    insertActive: Effect.fnUntraced(function*(key) {
      yield* sql`INSERT INTO signing_keys ${
        sql.insert(columnsOf(key, yield* CurrentStore))
      } ON CONFLICT (store_id) WHERE status = 'active' DO NOTHING`
    }, storage("SigningKeys.insertActive")),
    insertNext: Effect.fnUntraced(function*(key) {
      const storeId = yield* CurrentStore
      yield* sql`
        INSERT INTO signing_keys (kid, store_id, status, public_key, private_key, created_at, activated_at, retired_at)
        SELECT ${key.kid}, ${storeId}, ${key.status}, ${JSON.stringify(key.publicKey)}, ${key.privateKey},
          ${key.createdAt}, ${key.activatedAt}, ${key.retiredAt}
        WHERE NOT EXISTS (SELECT 1 FROM signing_keys WHERE store_id = ${storeId} AND status = 'next')`
    }, storage("SigningKeys.insertNext")),
    activate: Effect.fnUntraced(function*({ activate, at, retire }) {
      const storeId = yield* CurrentStore
      const retired = yield* sql`
        UPDATE signing_keys SET status = 'retired', retired_at = ${at}
        WHERE kid = ${retire} AND store_id = ${storeId} AND status = 'active' RETURNING kid`
      if (retired.length === 0) return false
      const activated = yield* sql`
        UPDATE signing_keys SET status = 'active', activated_at = ${at}
        WHERE kid = ${activate} AND store_id = ${storeId} AND status = 'next' RETURNING kid`
      return activated.length > 0
    }, storage("SigningKeys.activate")),
    deleteRetired: Effect.fnUntraced(function*(before) {
      yield* sql`
        DELETE FROM signing_keys
        WHERE store_id = ${yield* CurrentStore} AND status = 'retired' AND retired_at < ${before}`
    }, storage("SigningKeys.deleteRetired"))
  })
})

export const layer: Layer.Layer<SigningKeyRepository, never, SqlClient.SqlClient> = Layer.effect(
  SigningKeyRepository,
  make
)
