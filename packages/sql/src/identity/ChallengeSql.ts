/**
 * Challenges in SQL.
 */
import { ChallengeRepository, type StoredChallenge } from "@stoa/core/identity/ChallengeRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { acrossStores } from "../EveryStore.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface ChallengeRow {
  readonly id: string
  readonly purpose: string
  readonly subject: string
  readonly user_id: string | null
  readonly channel: string
  readonly address: string
  readonly data: string
  readonly code_hash: string | null
  readonly token_hash: string | null
  readonly attempts: number
  readonly created_at: string
  readonly expires_at: string
  readonly closed_at: string | null
  readonly outcome: string | null
}

const fromRow = (row: ChallengeRow): StoredChallenge => ({
  id: row.id,
  purpose: row.purpose,
  subject: row.subject,
  userId: row.user_id,
  channel: row.channel,
  address: row.address,
  data: Row.json(row.data),
  codeHash: row.code_hash,
  tokenHash: row.token_hash,
  attempts: row.attempts,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  closedAt: row.closed_at,
  outcome: row.outcome
} as StoredChallenge)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(`id, purpose, subject, user_id, channel, address, data, code_hash, token_hash, attempts,
    created_at, expires_at, closed_at, outcome`)

  return ChallengeRepository.of({
    open: Effect.fnUntraced(function*(challenge) {
      const storeId = yield* CurrentStore
      yield* sql`
        UPDATE challenges SET closed_at = ${challenge.createdAt}, outcome = 'voided'
        WHERE store_id = ${storeId} AND purpose = ${challenge.purpose} AND subject = ${challenge.subject}
          AND closed_at IS NULL`
      yield* sql`INSERT INTO challenges ${
        sql.insert({
          id: challenge.id,
          store_id: storeId,
          purpose: challenge.purpose,
          subject: challenge.subject,
          user_id: challenge.userId,
          channel: challenge.channel,
          address: challenge.address,
          data: JSON.stringify(challenge.data),
          code_hash: challenge.codeHash,
          token_hash: challenge.tokenHash,
          attempts: challenge.attempts,
          created_at: challenge.createdAt,
          expires_at: challenge.expiresAt,
          closed_at: challenge.closedAt,
          outcome: challenge.outcome
        })
      }`
    }, storage("Challenges.open")),
    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<ChallengeRow>`
        SELECT ${columns} FROM challenges WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("Challenges.find")),
    arm: Effect.fnUntraced(function*(id, { at, codeHash, tokenHash }) {
      const rows = yield* sql`
        UPDATE challenges SET code_hash = ${codeHash}, token_hash = ${tokenHash}
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND closed_at IS NULL AND expires_at > ${at}
        RETURNING id`
      return rows.length > 0
    }, storage("Challenges.arm")),
    attempt: Effect.fnUntraced(function*(id, { at, maximum }) {
      const rows = yield* sql<ChallengeRow>`
        UPDATE challenges SET attempts = attempts + 1
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND closed_at IS NULL AND expires_at > ${at}
          AND attempts < ${maximum}
        RETURNING ${columns}`
      return Row.first(rows, fromRow)
    }, storage("Challenges.attempt")),
    findByToken: Effect.fnUntraced(function*(tokenHash, at) {
      const rows = yield* sql<ChallengeRow>`
        SELECT ${columns} FROM challenges
        WHERE store_id = ${yield* CurrentStore} AND token_hash = ${tokenHash} AND closed_at IS NULL
          AND expires_at > ${at}`
      return Row.first(rows, fromRow)
    }, storage("Challenges.findByToken")),
    close: Effect.fnUntraced(function*(id, at) {
      const rows = yield* sql`
        UPDATE challenges SET closed_at = ${at}, outcome = 'met'
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND closed_at IS NULL AND expires_at > ${at}
        RETURNING id`
      return rows.length > 0
    }, storage("Challenges.close")),
    deleteExpired: (before) =>
      sql`
        DELETE FROM challenges WHERE id IN (SELECT id FROM challenges WHERE expires_at < ${before} LIMIT 10000)
        RETURNING id`.pipe(Effect.map((rows) => rows.length), acrossStores, storage("Challenges.deleteExpired"))
  })
})

export const layer: Layer.Layer<ChallengeRepository, never, SqlClient.SqlClient> = Layer.effect(ChallengeRepository, make)
