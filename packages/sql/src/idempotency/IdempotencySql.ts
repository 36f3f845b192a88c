/**
 * Answers that were given already, in SQL.
 */
import type { Claim } from "@stoa/core/idempotency/IdempotencyStore"
import { IdempotencyStore } from "@stoa/core/idempotency/IdempotencyStore"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { StorageError } from "@stoa/core/kernel/StorageError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { acrossStores } from "../EveryStore.ts"
import * as Row from "../Row.ts"
import * as Text from "../Text.ts"
import { storage } from "../Storage.ts"

interface KeyRow {
  readonly fingerprint: string
  readonly status: number | null
  readonly headers: string | null
  readonly body: string | null
}

const toClaim = (row: KeyRow, fingerprint: string): Claim => {
  if (row.fingerprint !== fingerprint) return { _tag: "mismatch" }
  if (row.status === null) return { _tag: "in_progress" }
  return {
    _tag: "answered",
    answer: { status: row.status, headers: Row.jsonOrNull(row.headers) ?? {}, body: row.body ?? "" }
  }
}

/** A key that was given up between looking and looking again is tried again this often. */
const tries = 5

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  return IdempotencyStore.of({
    claim: Effect.fnUntraced(function*({ fingerprint, key, leaseUntil, now, scope }) {
      const storeId = yield* CurrentStore
      for (let attempt = 1; attempt <= tries; attempt++) {
        const claimed = yield* sql`
          INSERT INTO idempotency_keys (store_id, scope, key, fingerprint, created_at, lease_until)
          VALUES (${storeId}, ${scope}, ${key}, ${fingerprint}, ${now}, ${leaseUntil})
          ON CONFLICT (store_id, scope, key) DO UPDATE SET lease_until = excluded.lease_until
          WHERE idempotency_keys.status IS NULL
            AND idempotency_keys.fingerprint = excluded.fingerprint
            AND idempotency_keys.lease_until <= excluded.created_at
          RETURNING key`
        if (claimed.length > 0) return { _tag: "claimed" } as const
        const [row] = yield* sql<KeyRow>`
          SELECT fingerprint, status, headers, body FROM idempotency_keys
          WHERE store_id = ${storeId} AND scope = ${scope} AND key = ${key}`
        if (row !== undefined) return toClaim(row, fingerprint)
      }
      return yield* new StorageError({ operation: "Idempotency.claim", reason: "conflict" })
    }, storage("Idempotency.claim")),

    prolong: Effect.fnUntraced(function*({ key, leaseUntil, scope, until }) {
      const prolonged = yield* sql`
        UPDATE idempotency_keys SET lease_until = ${until}
        WHERE store_id = ${yield* CurrentStore} AND scope = ${scope} AND key = ${key} AND status IS NULL
          AND lease_until = ${leaseUntil}
        RETURNING key`
      return prolonged.length > 0
    }, storage("Idempotency.prolong")),

    answer: Effect.fnUntraced(function*({ answer, key, leaseUntil, scope }) {
      const lease = leaseUntil === undefined ? sql`true` : sql`lease_until = ${leaseUntil}`
      yield* sql`
        UPDATE idempotency_keys
        SET status = ${answer.status}, headers = ${JSON.stringify(answer.headers)}, body = ${answer.body}
        WHERE store_id = ${yield* CurrentStore} AND scope = ${scope} AND key = ${key} AND status IS NULL AND ${lease}`
    }, storage("Idempotency.answer")),

    release: Effect.fnUntraced(function*({ key, leaseUntil, scope }) {
      const lease = leaseUntil === undefined ? sql`true` : sql`lease_until = ${leaseUntil}`
      yield* sql`
        DELETE FROM idempotency_keys
        WHERE store_id = ${yield* CurrentStore} AND scope = ${scope} AND key = ${key} AND status IS NULL AND ${lease}`
    }, storage("Idempotency.release")),

    forget: Effect.fnUntraced(function*(userId) {
      yield* sql`
        DELETE FROM idempotency_keys
        WHERE store_id = ${yield* CurrentStore} AND status IS NOT NULL AND ${Text.includes(sql, "scope", userId)}`
    }, storage("Idempotency.forget")),

    deleteBefore: Effect.fnUntraced(function*(before) {
      yield* acrossStores(sql`DELETE FROM idempotency_keys WHERE created_at < ${before}`)
    }, storage("Idempotency.deleteBefore"))
  })
})

export const layer: Layer.Layer<IdempotencyStore, never, SqlClient.SqlClient> = Layer.effect(IdempotencyStore, make)
