/**
 * Fraud rules' counts, lists and reviews in SQL.
 */
import type { FraudEntry } from "@stoa/core/fraud/FraudEntry"
import { FraudEntryTaken } from "@stoa/core/fraud/FraudErrors"
import { type FraudKey, FraudRepository } from "@stoa/core/fraud/FraudRepository"
import type { FraudReview } from "@stoa/core/fraud/FraudReview"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { acrossStores } from "../EveryStore.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface EntryRow {
  readonly id: FraudEntry["id"]
  readonly list: FraudEntry["list"]
  readonly kind: FraudEntry["kind"]
  readonly value: string
  readonly note: string
  readonly created_at: FraudEntry["createdAt"]
}

const toEntry = (row: EntryRow): FraudEntry => ({
  id: row.id,
  list: row.list,
  kind: row.kind,
  value: row.value,
  note: row.note,
  createdAt: row.created_at
})

interface ReviewRow {
  readonly id: FraudReview["id"]
  readonly order_id: FraudReview["orderId"]
  readonly status: FraudReview["status"]
  readonly score: number
  readonly reasons: string
  readonly note: string | null
  readonly decided_by: string | null
  readonly decided_at: FraudReview["decidedAt"]
  readonly version: number
  readonly created_at: FraudReview["createdAt"]
}

const toReview = (row: ReviewRow): FraudReview => ({
  id: row.id,
  orderId: row.order_id,
  status: row.status,
  score: row.score,
  reasons: Row.json(row.reasons),
  note: row.note,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at,
  version: row.version,
  createdAt: row.created_at
})

/** The order of lists, which their cursors name. Ids sort by the time they were made. */
const newestFirst = "-id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  return FraudRepository.of({
    attempted: Effect.fnUntraced(function*(orderId, keys: ReadonlyArray<FraudKey>, at) {
      yield* sql`
        INSERT INTO fraud_attempts (store_id, order_id, kind, value, at)
        SELECT ${yield* CurrentStore}, ${orderId}, kind, value, ${at}
        FROM ${Dialect.jsonRows(sql, keys, { kind: "text", value: "text" })}`
    }, storage("Fraud.attempted")),

    counts: Effect.fnUntraced(function*(questions) {
      const asked = questions.map((question, position) => ({ ...question, position }))
      const rows = yield* sql<{ readonly count: number }>`
        SELECT (
          SELECT COUNT(*) FROM fraud_attempts AS a
          WHERE a.store_id = ${yield* CurrentStore} AND a.kind = input.kind AND a.value = input.value
            AND a.at >= input.since
        ) AS count
        FROM ${Dialect.jsonRows(sql, asked, { kind: "text", value: "text", since: "text", position: "int" })}
        ORDER BY input.position`
      return rows.map(({ count }) => Number(count))
    }, storage("Fraud.counts")),

    forgetAttempts: (before) =>
      sql`DELETE FROM fraud_attempts WHERE at < ${before}`.pipe(Effect.asVoid, acrossStores, storage("Fraud.forgetAttempts")),

    forget: Effect.fnUntraced(function*(customer) {
      const storeId = yield* CurrentStore
      yield* sql`
        DELETE FROM fraud_attempts WHERE store_id = ${storeId} AND order_id IN (
          SELECT order_id FROM fraud_attempts WHERE store_id = ${storeId} AND kind = 'customer' AND value = ${customer}
        )`
    }, storage("Fraud.forget")),

    listed: Effect.fnUntraced(function*(keys) {
      const rows = yield* sql<EntryRow>`
        SELECT e.* FROM ${Dialect.jsonRows(sql, keys, { kind: "text", value: "text" })}
        JOIN fraud_entries AS e ON e.store_id = ${yield* CurrentStore} AND e.kind = input.kind AND e.value = input.value
        ORDER BY e.id`
      return rows.map(toEntry)
    }, storage("Fraud.listed")),

    addEntry: Effect.fnUntraced(function*(entry) {
      const rows = yield* sql`
        INSERT INTO fraud_entries ${
        sql.insert({
          id: entry.id,
          store_id: yield* CurrentStore,
          list: entry.list,
          kind: entry.kind,
          value: entry.value,
          note: entry.note,
          created_at: entry.createdAt
        })
      } ON CONFLICT (store_id, kind, value, list) DO NOTHING RETURNING id`
      if (rows.length === 0) return yield* new FraudEntryTaken({ value: entry.value })
    }, storage("Fraud.addEntry")),

    removeEntry: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<EntryRow>`
        DELETE FROM fraud_entries WHERE id = ${id} AND store_id = ${yield* CurrentStore} RETURNING *`
      return Row.first(rows, toEntry)
    }, storage("Fraud.removeEntry")),

    entries: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const all = [sql`store_id = ${yield* CurrentStore}`]
      if (query.list !== undefined) all.push(sql`list = ${query.list}`)
      if (query.kind !== undefined) all.push(sql`kind = ${query.kind}`)
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(newestFirst, 1, query.after)
        all.push(sql`id < ${id}`)
      }
      const rows = yield* sql<EntryRow>`
        SELECT * FROM fraud_entries WHERE ${sql.and(all)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toEntry), limit, newestFirst, ({ id }) => [id])
    }, storage("Fraud.entries")),

    openReviews: Effect.fnUntraced(function*(reviews) {
      const rows = reviews.map((review) => ({
        id: review.id,
        order_id: review.orderId,
        status: review.status,
        score: review.score,
        reasons: review.reasons,
        version: review.version,
        created_at: review.createdAt
      }))
      yield* sql`
        INSERT INTO fraud_reviews (store_id, id, order_id, status, score, reasons, version, created_at)
        SELECT ${yield* CurrentStore}, id, order_id, status, score, reasons, version, created_at
        FROM ${
        Dialect.jsonRows(sql, rows, {
          id: "text",
          order_id: "text",
          status: "text",
          score: "int",
          reasons: "json",
          version: "int",
          created_at: "text"
        })
      } WHERE true
        ON CONFLICT (order_id) DO NOTHING`
    }, storage("Fraud.openReviews")),

    findReview: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<ReviewRow>`
        SELECT * FROM fraud_reviews WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, toReview)
    }, storage("Fraud.findReview")),

    decide: Effect.fnUntraced(function*(review) {
      const rows = yield* sql`
        UPDATE fraud_reviews SET status = ${review.status}, note = ${review.note}, decided_by = ${review.decidedBy},
          decided_at = ${review.decidedAt}, version = ${review.version}
        WHERE id = ${review.id} AND store_id = ${yield* CurrentStore} AND version = ${review.version - 1}
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: review.id, expected: review.version - 1 })
    }, storage("Fraud.decide")),

    closeReview: Effect.fnUntraced(function*(orderId) {
      yield* sql`
        UPDATE fraud_reviews SET status = 'closed', version = version + 1
        WHERE order_id = ${orderId} AND store_id = ${yield* CurrentStore} AND status = 'open'`
    }, storage("Fraud.closeReview")),

    reviews: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const all = [sql`store_id = ${yield* CurrentStore}`]
      if (query.status !== undefined) all.push(sql`status = ${query.status}`)
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(newestFirst, 1, query.after)
        all.push(sql`id < ${id}`)
      }
      const rows = yield* sql<ReviewRow>`
        SELECT * FROM fraud_reviews WHERE ${sql.and(all)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toReview), limit, newestFirst, ({ id }) => [id])
    }, storage("Fraud.reviews"))
  })
})

export const layer: Layer.Layer<FraudRepository, never, SqlClient.SqlClient> = Layer.effect(FraudRepository, make)
