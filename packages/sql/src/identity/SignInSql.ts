/**
 * Sign-ins and failures in SQL.
 */
import type { SignIn } from "@stoa/core/identity/Account"
import { SignInRepository } from "@stoa/core/identity/SignInRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import type { Timestamp } from "@stoa/core/kernel/Timestamp"
import * as Page from "@stoa/core/kernel/Page"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface SignInRow {
  readonly id: string
  readonly outcome: string
  readonly method: string
  readonly session_id: string | null
  readonly address: string | null
  readonly user_agent: string | null
  readonly place: string | null
  readonly risk: string | null
  readonly at: string
}

interface RecentRow {
  readonly address: string | null
  readonly user_agent: string | null
  readonly at: string | null
  readonly failures: number
}

const fromRow = (row: SignInRow): SignIn => ({
  id: row.id,
  outcome: row.outcome,
  method: row.method,
  sessionId: row.session_id,
  address: row.address,
  userAgent: row.user_agent,
  place: row.place,
  risk: row.risk === null ? null : Row.json(row.risk),
  at: row.at
} as SignIn)

const sort = "-id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal("id, outcome, method, session_id, address, user_agent, place, risk, at")
  return SignInRepository.of({
    add: Effect.fnUntraced(function*(userId, signIn) {
      yield* sql`INSERT INTO sign_ins ${
        sql.insert({
          id: signIn.id,
          store_id: yield* CurrentStore,
          user_id: userId,
          outcome: signIn.outcome,
          method: signIn.method,
          session_id: signIn.sessionId,
          address: signIn.address,
          user_agent: signIn.userAgent,
          place: signIn.place,
          risk: signIn.risk === null ? null : JSON.stringify(signIn.risk),
          at: signIn.at
        })
      }`
    }, storage("SignIns.add")),
    addFailure: Effect.fnUntraced(function*(email, signIn) {
      yield* sql`
        INSERT INTO sign_ins (id, store_id, user_id, outcome, method, session_id, address, user_agent, place, at)
        SELECT ${signIn.id}, store_id, id, ${signIn.outcome}, ${signIn.method}, ${signIn.sessionId}, ${signIn.address},
          ${signIn.userAgent}, ${signIn.place}, ${signIn.at}
        FROM users WHERE store_id = ${yield* CurrentStore} AND email = ${email}`
    }, storage("SignIns.addFailure")),
    recent: Effect.fnUntraced(function*(userId, since) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<RecentRow>`
        SELECT address, user_agent, at, 0 AS failures FROM (
          SELECT address, user_agent, at FROM sign_ins
          WHERE store_id = ${storeId} AND user_id = ${userId} AND outcome = 'succeeded' ORDER BY id DESC LIMIT 50
        ) AS good
        UNION ALL
        SELECT NULL, NULL, NULL, count(*) FROM (
          SELECT at FROM sign_ins
          WHERE store_id = ${storeId} AND user_id = ${userId} AND outcome = 'failed' ORDER BY id DESC LIMIT 100
        ) AS bad WHERE bad.at >= ${since}`
      const successes = rows.flatMap(({ address, at, user_agent: userAgent }) =>
        at === null ? [] : [{ address, userAgent, at: at as Timestamp }]
      )
      // a union keeps no order
      successes.sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0))
      return { successes, failures: rows.reduce((sum, { failures }) => sum + failures, 0) }
    }, storage("SignIns.recent")),
    list: Effect.fnUntraced(function*(userId, query) {
      const limit = query.limit ?? Page.defaultLimit
      const conditions = [sql`store_id = ${yield* CurrentStore}`, sql`user_id = ${userId}`]
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(sort, ["string"], query.after)
        conditions.push(sql`id < ${id}`)
      }
      const rows = yield* sql<SignInRow>`
        SELECT ${columns} FROM sign_ins WHERE ${sql.and(conditions)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromRow), limit, sort, (signIn) => [signIn.id])
    }, storage("SignIns.list")),
    deleteOlder: (before) =>
      sql`
        DELETE FROM sign_ins WHERE id IN (SELECT id FROM sign_ins WHERE at < ${before} LIMIT 10000) RETURNING id`.pipe(
        Effect.map((rows) => rows.length),
        storage("SignIns.deleteOlder")
      )
  })
})

export const layer: Layer.Layer<SignInRepository, never, SqlClient.SqlClient> = Layer.effect(SignInRepository, make)
