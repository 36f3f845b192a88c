/**
 * Disputes in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { StorageError } from "@stoa/core/kernel/StorageError"
import { VersionConflict } from "@stoa/core/kernel/Version"
import type { Dispute } from "@stoa/core/payments/Dispute"
import { DisputeRepository } from "@stoa/core/payments/DisputeRepository"
import type { UnmatchedDispute } from "@stoa/core/payments/UnmatchedDispute"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface DisputeRow {
  readonly id: Dispute["id"]
  readonly payment_id: Dispute["paymentId"]
  readonly order_id: Dispute["orderId"]
  readonly gateway: string
  readonly gateway_reference: string | null
  readonly state: Dispute["state"]
  readonly currency: string
  readonly amount: number
  readonly fee: number | null
  readonly withdrawn: number
  readonly reason: string
  readonly respond_by: Dispute["respondBy"]
  readonly evidence: string | null
  readonly version: number
  readonly created_at: Dispute["createdAt"]
  readonly updated_at: Dispute["updatedAt"]
}

const toDispute = (row: DisputeRow): Dispute => ({
  id: row.id,
  paymentId: row.payment_id,
  orderId: row.order_id,
  gateway: row.gateway,
  gatewayReference: row.gateway_reference,
  state: row.state,
  amount: Row.money(row.amount, row.currency),
  fee: Row.moneyOrNull(row.fee, row.currency),
  withdrawn: row.withdrawn === 1,
  reason: row.reason,
  respondBy: row.respond_by,
  evidence: Row.jsonOrNull(row.evidence),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
})

interface UnmatchedRow {
  readonly gateway: string
  readonly reference: string
  readonly attempts: number
  readonly next_attempt_at: UnmatchedDispute["nextAttemptAt"]
  readonly first_seen_at: UnmatchedDispute["firstSeenAt"]
  readonly asked_at: UnmatchedDispute["askedAt"]
}

const toUnmatched = (row: UnmatchedRow): UnmatchedDispute => ({
  gateway: row.gateway,
  reference: row.reference,
  attempts: row.attempts,
  nextAttemptAt: row.next_attempt_at,
  firstSeenAt: row.first_seen_at,
  askedAt: row.asked_at
})

/** The order of those that could not be placed. */
const byReference = "gateway,reference"

/** The order of the list, which its cursors name. Ids sort by the time they were made. */
const newestFirst = "-id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  return DisputeRepository.of({
    insert: Effect.fnUntraced(function*(dispute) {
      yield* sql`INSERT INTO disputes ${
        sql.insert({
          id: dispute.id,
          store_id: yield* CurrentStore,
          payment_id: dispute.paymentId,
          order_id: dispute.orderId,
          gateway: dispute.gateway,
          gateway_reference: dispute.gatewayReference,
          state: dispute.state,
          currency: dispute.amount.currency,
          amount: dispute.amount.amount,
          fee: dispute.fee?.amount ?? null,
          withdrawn: dispute.withdrawn ? 1 : 0,
          reason: dispute.reason,
          respond_by: dispute.respondBy,
          evidence: Row.toJson(dispute.evidence),
          asked_at: dispute.createdAt,
          version: dispute.version,
          created_at: dispute.createdAt,
          updated_at: dispute.updatedAt
        })
      }`.pipe(
        // whoever tries again reads what the other has written
        Effect.catchReason("SqlError", "UniqueViolation", () =>
          Effect.fail(new StorageError({ operation: "Disputes.insert", reason: "conflict" })))
      )
    }, storage("Disputes.insert")),

    find: (id) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<DisputeRow>`SELECT * FROM disputes WHERE id = ${id} AND store_id = ${storeId}`
      ).pipe(
        Effect.map((rows) => Row.first(rows, toDispute)),
        storage("Disputes.find")
      ),

    findByReference: (gateway, reference) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<DisputeRow>`
          SELECT * FROM disputes
          WHERE store_id = ${storeId} AND gateway = ${gateway} AND gateway_reference = ${reference}`
      ).pipe(
        Effect.map((rows) => Row.first(rows, toDispute)),
        storage("Disputes.findByReference")
      ),

    toAsk: Effect.fnUntraced(function*(gateway, references, now) {
      const storeId = yield* CurrentStore
      const asked = references.map((reference, position) => ({ reference, position }))
      const rows = yield* sql<{ readonly reference: string }>`
        SELECT input.reference FROM ${Dialect.jsonRows(sql, asked, { reference: "text", position: "int" })}
        WHERE NOT EXISTS (
          SELECT 1 FROM disputes AS d
          WHERE d.store_id = ${storeId} AND d.gateway = ${gateway} AND d.gateway_reference = input.reference
        ) AND NOT EXISTS (
          SELECT 1 FROM unmatched_disputes AS u
          WHERE u.store_id = ${storeId} AND u.gateway = ${gateway} AND u.reference = input.reference
            AND (u.next_attempt_at IS NULL OR u.next_attempt_at > ${now})
        ) ORDER BY input.position`
      return rows.map(({ reference }) => reference)
    }, storage("Disputes.toAsk")),

    unmatched: Effect.fnUntraced(function*(gateway, reference) {
      const rows = yield* sql<UnmatchedRow>`
        SELECT * FROM unmatched_disputes
        WHERE store_id = ${yield* CurrentStore} AND gateway = ${gateway} AND reference = ${reference}`
      return Row.first(rows, toUnmatched)
    }, storage("Disputes.unmatched")),

    noteUnmatched: Effect.fnUntraced(function*(dispute) {
      yield* sql`
        INSERT INTO unmatched_disputes ${
        sql.insert({
          store_id: yield* CurrentStore,
          gateway: dispute.gateway,
          reference: dispute.reference,
          attempts: dispute.attempts,
          next_attempt_at: dispute.nextAttemptAt,
          first_seen_at: dispute.firstSeenAt,
          asked_at: dispute.askedAt
        })
      } ON CONFLICT (store_id, gateway, reference) DO UPDATE SET attempts = ${dispute.attempts},
          next_attempt_at = ${dispute.nextAttemptAt}, asked_at = ${dispute.askedAt}`
    }, storage("Disputes.noteUnmatched")),

    forgetUnmatched: Effect.fnUntraced(function*(gateway, reference) {
      yield* sql`
        DELETE FROM unmatched_disputes
        WHERE store_id = ${yield* CurrentStore} AND gateway = ${gateway} AND reference = ${reference}`
    }, storage("Disputes.forgetUnmatched")),

    listUnmatched: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const all = [sql`store_id = ${yield* CurrentStore}`]
      if (query.gateway !== undefined) all.push(sql`gateway = ${query.gateway}`)
      if (query.after !== undefined) {
        const [gateway, reference] = yield* Page.decodeCursor(byReference, ["string", "string"], query.after)
        all.push(sql`(gateway, reference) > (${gateway}, ${reference})`)
      }
      const rows = yield* sql<UnmatchedRow>`
        SELECT * FROM unmatched_disputes WHERE ${sql.and(all)} ORDER BY gateway, reference LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toUnmatched), limit, byReference, ({ gateway, reference }) => [gateway, reference])
    }, storage("Disputes.listUnmatched")),

    update: Effect.fnUntraced(function*(dispute) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`
        UPDATE disputes SET state = ${dispute.state}, fee = ${dispute.fee?.amount ?? null},
          withdrawn = ${dispute.withdrawn ? 1 : 0}, respond_by = ${dispute.respondBy},
          evidence = ${Row.toJson(dispute.evidence)}, version = ${dispute.version}, updated_at = ${dispute.updatedAt}
        WHERE id = ${dispute.id} AND store_id = ${storeId} AND version = ${dispute.version - 1}
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: dispute.id, expected: dispute.version - 1 })
    }, storage("Disputes.update")),

    list: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const all = [sql`store_id = ${yield* CurrentStore}`]
      if (query.state !== undefined) all.push(sql`state = ${query.state}`)
      if (query.gateway !== undefined) all.push(sql`gateway = ${query.gateway}`)
      if (query.orderId !== undefined) all.push(sql`order_id = ${query.orderId}`)
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(newestFirst, ["string"], query.after)
        all.push(sql`id < ${id}`)
      }
      const rows = yield* sql<DisputeRow>`
        SELECT * FROM disputes WHERE ${sql.and(all)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toDispute), limit, newestFirst, ({ id }) => [id])
    }, storage("Disputes.list")),

    standing: Effect.fnUntraced(function*(orderId) {
      const rows = yield* sql<{
        readonly payment_id: string
        readonly lost: number
        readonly undecided: number
        readonly is_lost: number
      }>`SELECT payment_id, sum(CASE WHEN state = 'lost' THEN amount ELSE 0 END) AS lost,
          sum(CASE WHEN state IN ('won', 'lost') THEN 0 ELSE amount END) AS undecided,
          min(CASE WHEN state = 'lost' THEN 1 ELSE 0 END) AS is_lost
        FROM disputes WHERE order_id = ${orderId} AND store_id = ${yield* CurrentStore} GROUP BY payment_id`
      return rows.map(({ is_lost, lost, payment_id, undecided }) => ({
        paymentId: payment_id,
        lost: Number(lost),
        undecided: Number(undecided),
        isLost: Number(is_lost) === 1
      }))
    }, storage("Disputes.standing")),

    undecided: (gateway, before, limit) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<DisputeRow>`
          SELECT * FROM disputes
          WHERE store_id = ${storeId} AND gateway = ${gateway} AND asked_at < ${before}
            AND state IN ('needs_response', 'under_review')
          ORDER BY asked_at LIMIT ${limit}`
      ).pipe(
        Effect.map((rows) => rows.map(toDispute)),
        storage("Disputes.undecided")
      ),

    touch: (id, at) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql`UPDATE disputes SET asked_at = ${at} WHERE id = ${id} AND store_id = ${storeId}`
      ).pipe(Effect.asVoid, storage("Disputes.touch"))
  })
})

export const layer: Layer.Layer<DisputeRepository, never, SqlClient.SqlClient> = Layer.effect(DisputeRepository, make)
