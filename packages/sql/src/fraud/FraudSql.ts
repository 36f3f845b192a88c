/**
 * Fraud rules' counts, lists and reviews in SQL.
 */
import type { FraudEntry } from "@stoa/core/fraud/FraudEntry"
import { FraudEntryTaken } from "@stoa/core/fraud/FraudErrors"
import { type FraudKey, type FraudLook, FraudRepository, type NotedCard } from "@stoa/core/fraud/FraudRepository"
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
import { sentAhead, storage } from "../Storage.ts"

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

interface LookRow {
  readonly order_id: string
  readonly customer_id: string | null
  readonly score: number
  readonly reasons: string
  readonly allowed: number
  readonly network: string | null
  readonly at: FraudLook["at"]
}

const toLook = (row: LookRow): FraudLook => ({
  orderId: row.order_id,
  customerId: row.customer_id,
  score: row.score,
  reasons: Row.json(row.reasons),
  allowed: row.allowed === 1,
  network: row.network,
  at: row.at
})

interface CardRow {
  readonly payment_id: string
  readonly order_id: string
  readonly gateway: string
  readonly card: string | null
  readonly facts: string
  readonly at: NotedCard["at"]
}

const toCard = (row: CardRow): NotedCard => ({
  paymentId: row.payment_id,
  orderId: row.order_id,
  gateway: row.gateway,
  key: row.card,
  facts: Row.json(row.facts),
  at: row.at
})

/** More cards than anybody pays an order with, or is to be told of. */
const mostCards = 1_000

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
      const storeId = yield* CurrentStore
      const asked = questions.map((question, position) => ({ ...question, related: question.related ?? null, position }))
      const rows = yield* sql<{ readonly count: number }>`
        SELECT CASE WHEN input.related IS NULL THEN (
          SELECT COUNT(*) FROM fraud_attempts AS a
          WHERE a.store_id = ${storeId} AND a.kind = input.kind AND a.value = input.value AND a.at >= input.since
        ) ELSE (
          SELECT COUNT(DISTINCT b.value) FROM fraud_attempts AS a
          JOIN fraud_attempts AS b ON b.store_id = a.store_id AND b.order_id = a.order_id AND b.kind = input.related
          WHERE a.store_id = ${storeId} AND a.kind = input.kind AND a.value = input.value AND a.at >= input.since
        ) END AS count
        FROM ${
        Dialect.jsonRows(sql, asked, { kind: "text", value: "text", since: "text", related: "text", position: "int" })
      }
        ORDER BY input.position`
      return rows.map(({ count }) => Number(count))
    }, storage("Fraud.counts")),

    forgetAttempts: (before) =>
      Effect.andThen(
        sql`DELETE FROM fraud_attempts WHERE at < ${before}`,
        sql`DELETE FROM fraud_looks WHERE at < ${before}`
      ).pipe(Effect.asVoid, acrossStores, storage("Fraud.forgetAttempts")),

    forget: Effect.fnUntraced(function*(customerId, counted) {
      const storeId = yield* CurrentStore
      yield* sql`
        DELETE FROM fraud_attempts WHERE store_id = ${storeId} AND order_id IN (
          SELECT order_id FROM fraud_attempts WHERE store_id = ${storeId} AND kind = 'customer' AND value = ${counted}
          UNION SELECT order_id FROM fraud_cards WHERE store_id = ${storeId} AND customer_id = ${customerId}
        )`
      yield* sql`DELETE FROM fraud_cards WHERE store_id = ${storeId} AND customer_id = ${customerId}`
      yield* sql`DELETE FROM fraud_looks WHERE store_id = ${storeId} AND customer_id = ${customerId}`
    }, storage("Fraud.forget")),

    listed: Effect.fnUntraced(function*(keys, options) {
      const storeId = yield* CurrentStore
      const aCard = options?.andACard === true
        ? sql`UNION ALL SELECT * FROM (
            SELECT * FROM fraud_entries WHERE store_id = ${storeId} AND kind = 'card' LIMIT 1
          ) AS one`
        : sql.literal("")
      const rows = yield* sql<EntryRow>`
        SELECT e.* FROM ${Dialect.jsonRows(sql, keys, { kind: "text", value: "text" })}
        JOIN fraud_entries AS e ON e.store_id = ${storeId} AND e.kind = input.kind AND e.value = input.value
        ${aCard}
        ORDER BY id`
      return rows.map(toEntry)
    }, storage("Fraud.listed")),

    looked: Effect.fnUntraced(function*({ allowed, at, customerId, network, orderId, reasons, score }) {
      const row = { score, reasons: JSON.stringify(reasons), allowed: allowed ? 1 : 0, network, at }
      yield* sql`
        INSERT INTO fraud_looks ${
        sql.insert({ order_id: orderId, store_id: yield* CurrentStore, customer_id: customerId, ...row })
      } ON CONFLICT (order_id) DO UPDATE SET score = ${row.score}, reasons = ${row.reasons}, allowed = ${row.allowed},
          network = ${row.network}, at = ${row.at}`
    }, storage("Fraud.looked")),

    lookOf: Effect.fnUntraced(function*(orderId) {
      const rows = yield* sql<LookRow>`
        SELECT * FROM fraud_looks WHERE order_id = ${orderId} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, toLook)
    }, storage("Fraud.lookOf")),

    noteCard: Effect.fnUntraced(function*({ at, facts, gateway, key, orderId, paymentId }) {
      const rows = yield* sql`
        INSERT INTO fraud_cards ${
        sql.insert({
          payment_id: paymentId,
          store_id: yield* CurrentStore,
          order_id: orderId,
          gateway,
          card: key,
          facts: JSON.stringify(facts),
          at
        })
      } ON CONFLICT (payment_id) DO NOTHING RETURNING payment_id`
      return rows.length > 0
    }, storage("Fraud.noteCard")),

    claimCard: Effect.fnUntraced(function*(paymentId, customerId) {
      const rows = yield* sql`
        UPDATE fraud_cards SET judged = 1, customer_id = ${customerId}
        WHERE payment_id = ${paymentId} AND store_id = ${yield* CurrentStore} AND judged = 0
        RETURNING payment_id`
      return rows.length > 0
    }, storage("Fraud.claimCard")),

    keyOfCard: Effect.fnUntraced(function*(paymentId) {
      const [row] = yield* sql<{ readonly card: string | null }>`
        SELECT card FROM fraud_cards WHERE payment_id = ${paymentId} AND store_id = ${yield* CurrentStore}`
      return row?.card ?? undefined
    }, storage("Fraud.keyOfCard")),

    cardsOfOrder: Effect.fnUntraced(function*(orderId) {
      const rows = yield* sql<CardRow>`
        SELECT * FROM fraud_cards WHERE store_id = ${yield* CurrentStore} AND order_id = ${orderId}
        ORDER BY at, payment_id LIMIT ${mostCards}`
      return rows.map(toCard)
    }, storage("Fraud.cardsOfOrder")),

    cardsOfCustomer: Effect.fnUntraced(function*(customerId) {
      const rows = yield* sql<CardRow>`
        SELECT * FROM fraud_cards WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId}
        ORDER BY at, payment_id LIMIT ${mostCards}`
      return rows.map(toCard)
    }, storage("Fraud.cardsOfCustomer")),

    forgetCards: (before) =>
      sql`DELETE FROM fraud_cards WHERE at < ${before}`.pipe(Effect.asVoid, acrossStores, storage("Fraud.forgetCards")),

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
        const [id] = yield* Page.decodeCursor(newestFirst, ["string"], query.after)
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
      yield* sentAhead(sql`
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
        ON CONFLICT (order_id) DO NOTHING`)
    }, storage("Fraud.openReviews")),

    reviewOf: Effect.fnUntraced(function*(orderId) {
      const rows = yield* sql<ReviewRow>`
        SELECT * FROM fraud_reviews WHERE order_id = ${orderId} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, toReview)
    }, storage("Fraud.reviewOf")),

    findReview: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<ReviewRow>`
        SELECT * FROM fraud_reviews WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, toReview)
    }, storage("Fraud.findReview")),

    decide: Effect.fnUntraced(function*(review) {
      const rows = yield* sql`
        UPDATE fraud_reviews SET status = ${review.status}, score = ${review.score},
          reasons = ${JSON.stringify(review.reasons)}, note = ${review.note}, decided_by = ${review.decidedBy},
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
        const [id] = yield* Page.decodeCursor(newestFirst, ["string"], query.after)
        all.push(sql`id < ${id}`)
      }
      const rows = yield* sql<ReviewRow>`
        SELECT * FROM fraud_reviews WHERE ${sql.and(all)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toReview), limit, newestFirst, ({ id }) => [id])
    }, storage("Fraud.reviews"))
  })
})

export const layer: Layer.Layer<FraudRepository, never, SqlClient.SqlClient> = Layer.effect(FraudRepository, make)
