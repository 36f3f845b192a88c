/**
 * Sessions in which staff act as somebody else, in SQL.
 */
import { ImpersonationRepository } from "@stoa/core/identity/ImpersonationRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { storage } from "../Storage.ts"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return ImpersonationRepository.of({
    insert: Effect.fnUntraced(function*({ createdAt, reason, sessionId, staffId }) {
      yield* sql`INSERT INTO impersonations ${
        sql.insert({
          session_id: sessionId,
          store_id: yield* CurrentStore,
          staff_id: staffId,
          reason,
          created_at: createdAt
        })
      }`
    }, storage("Impersonations.insert"))
  })
})

export const layer: Layer.Layer<ImpersonationRepository, never, SqlClient.SqlClient> = Layer.effect(
  ImpersonationRepository,
  make
)
