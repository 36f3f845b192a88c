/**
 * Leases in SQL.
 */
import { LeaseRepository } from "@stoa/core/jobs/LeaseRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { storage } from "../Storage.ts"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  return LeaseRepository.of({
    take: Effect.fnUntraced(function*({ fence, holder, name, now, until }) {
      const taken = yield* sql`
        INSERT INTO leases (store_id, name, holder, fence, held_until)
        VALUES (${yield* CurrentStore}, ${name}, ${holder}, ${fence}, ${until})
        ON CONFLICT (store_id, name) DO UPDATE
        SET holder = excluded.holder, fence = excluded.fence, held_until = excluded.held_until
        WHERE leases.held_until <= ${now}
          OR (leases.holder = excluded.holder AND leases.fence <= excluded.fence)
        RETURNING name`
      return taken.length > 0
    }, storage("Leases.take")),

    release: Effect.fnUntraced(function*({ fence, holder, name }) {
      yield* sql`
        DELETE FROM leases
        WHERE store_id = ${yield* CurrentStore} AND name = ${name} AND holder = ${holder} AND fence = ${fence}`
    }, storage("Leases.release"))
  })
})

export const layer: Layer.Layer<LeaseRepository, never, SqlClient.SqlClient> = Layer.effect(LeaseRepository, make)
