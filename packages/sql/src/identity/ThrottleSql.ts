/**
 * Counters of attempts in SQL.
 */
import { type ThrottlePolicy, ThrottleRepository } from "@stoa/core/identity/ThrottleRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { acrossStores } from "../EveryStore.ts"
import { storage } from "../Storage.ts"

/** The wait after an attempt by its number, in milliseconds, for the database to choose from. */
const waits = (policy: ThrottlePolicy): string => {
  const maximum = Math.floor(Duration.toMillis(policy.maximumDelay))
  let wait = Math.min(maximum, Math.max(1, Math.floor(Duration.toMillis(policy.delay))))
  const steps = [`WHEN ${policy.free} THEN ${wait}`]
  for (let attempt = policy.free + 1; wait < maximum; attempt++) {
    wait = Math.min(maximum, wait * 2)
    steps.push(`WHEN ${attempt} THEN ${wait}`)
  }
  return `${steps.join(" ")} ELSE ${maximum}`
}

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return ThrottleRepository.of({
    attempt: Effect.fnUntraced(function*(key, policy, millis) {
      const storeId = yield* CurrentStore
      const forgotten = millis - Duration.toMillis(policy.forgetAfter)
      const free = sql.literal(String(policy.free))
      const firstWait = policy.free > 1 ? 0 : Math.floor(Duration.toMillis(policy.delay))
      const counted = yield* sql`
        INSERT INTO throttles (store_id, key, attempts, next_at, last_at)
        VALUES (${storeId}, ${key}, 1, ${millis + firstWait}, ${millis})
        ON CONFLICT (store_id, key) DO UPDATE SET
          attempts = CASE WHEN throttles.last_at < ${forgotten} THEN 1 ELSE throttles.attempts + 1 END,
          next_at = CASE
            WHEN throttles.last_at < ${forgotten} THEN excluded.next_at
            WHEN throttles.attempts + 1 < ${free} THEN excluded.last_at
            ELSE excluded.last_at + CASE throttles.attempts + 1 ${sql.literal(waits(policy))} END
          END,
          last_at = excluded.last_at
        WHERE throttles.next_at <= excluded.last_at
        RETURNING attempts`
      if (counted.length > 0) return 0
      const rows = yield* sql<{ readonly next_at: number }>`
        SELECT next_at FROM throttles WHERE store_id = ${storeId} AND key = ${key}`
      return Math.max(1, (rows[0]?.next_at ?? millis) - millis)
    }, storage("Throttles.attempt")),
    clear: Effect.fnUntraced(function*(key) {
      yield* sql`DELETE FROM throttles WHERE store_id = ${yield* CurrentStore} AND key = ${key}`
    }, storage("Throttles.clear")),
    release: Effect.fnUntraced(function*(key, policy, millis) {
      const free = sql.literal(String(policy.free))
      // the last one was let in, so nothing was waited for before it; what came after it waits by its own number
      yield* sql`
        UPDATE throttles SET attempts = attempts - 1, next_at = CASE
          WHEN last_at <= ${millis} OR attempts - 1 < ${free} THEN last_at
          ELSE last_at + CASE attempts - 1 ${sql.literal(waits(policy))} END
        END
        WHERE store_id = ${yield* CurrentStore} AND key = ${key} AND attempts > 0`
    }, storage("Throttles.release")),
    deleteOlder: (millis) =>
      sql`DELETE FROM throttles WHERE last_at < ${millis} RETURNING key`.pipe(
        Effect.map((rows) => rows.length),
        acrossStores,
        storage("Throttles.deleteOlder")
      )
  })
})

export const layer: Layer.Layer<ThrottleRepository, never, SqlClient.SqlClient> = Layer.effect(ThrottleRepository, make)
