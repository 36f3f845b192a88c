/**
 * Payments, refunds and the webhook inbox in SQL.
 */
import { CurrentStore, type StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { StorageError } from "@stoa/core/kernel/StorageError"
import { VersionConflict } from "@stoa/core/kernel/Version"
import type { PaymentId, RefundId } from "@stoa/core/payments/Payment"
import { PaymentRepository, type StoredPayment } from "@stoa/core/payments/PaymentRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { sentAtOnce, storage } from "../Storage.ts"
import * as VersionedRows from "../VersionedRows.ts"
import * as Rows from "./PaymentRow.ts"

/** The order of lists, which their cursors name. Ids sort by the time they were made. */
const newestFirst = "-id"
const newestReceived = "-received_at"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const write = VersionedRows.writing(sql, "payments", Rows.changingColumns)

  const insert = (storeId: string, payments: ReadonlyArray<StoredPayment>) =>
    sql`
      INSERT INTO payments (
        id, store_id, order_id, gateway, state, currency, amount, captured_currency, captured, refunded,
        gateway_reference, method, return_url, next_action, failure, idempotency_key, requested, hold,
        saved_method_id, keeps_for, version, created_at, updated_at
      )
      SELECT
        id, ${storeId}, order_id, gateway, state, currency, amount, captured_currency, captured, refunded,
        gateway_reference, method, return_url, next_action, failure, idempotency_key, requested, hold,
        saved_method_id, keeps_for, version, created_at, updated_at
      FROM ${Dialect.jsonRows(sql, payments.map(Rows.fromPayment), Rows.paymentColumns)}`

  /** Payments by what their gateway calls them. SQLite takes no index on all three for a list, so their ids are looked up by it first. */
  const referred = (storeId: StoreId, gateway: string, references: ReadonlyArray<string>) =>
    Dialect.of(sql) === "pg" ? Dialect.oneOf(sql, "gateway_reference", references) : sql`id IN (
      SELECT id FROM payments WHERE gateway_reference IS NOT NULL
        AND (store_id, gateway, gateway_reference) IN (SELECT ${storeId}, ${gateway}, value FROM json_each(${JSON.stringify(references)}))
    )`

  const refundOf = (id: string, locked = sql.literal("")) =>
    Effect.flatMap(CurrentStore, (storeId) =>
      Effect.map(
        sql<Rows.RefundRow>`SELECT * FROM refunds WHERE id = ${id} AND store_id = ${storeId}${locked}`,
        (rows) => Row.first(rows, Rows.toRefund)
      ))

  return PaymentRepository.of({
    insertFirst: Effect.fnUntraced(function*(payments) {
      yield* sentAtOnce(insert(yield* CurrentStore, payments))
    }, storage("Payments.insertFirst")),

    insert: Effect.fnUntraced(function*(payment) {
      yield* insert(yield* CurrentStore, [payment]).pipe(
        // whoever tries again reads the other attempt
        Effect.catchReason("SqlError", "UniqueViolation", () =>
          Effect.fail(new StorageError({ operation: "Payments.insert", reason: "conflict" })))
      )
    }, storage("Payments.insert")),

    find: (id) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<Rows.PaymentRow>`SELECT * FROM payments WHERE id = ${id} AND store_id = ${storeId}`
      ).pipe(
        Effect.map((rows) => Row.first(rows, Rows.toStored)),
        storage("Payments.find")
      ),

    findByReference: (reference, gateway) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        gateway === undefined
          ? sql<Rows.PaymentRow>`
            SELECT * FROM payments WHERE store_id = ${storeId} AND gateway_reference = ${reference} ORDER BY id LIMIT 1`
          : sql<Rows.PaymentRow>`
            SELECT * FROM payments
            WHERE store_id = ${storeId} AND gateway = ${gateway} AND gateway_reference = ${reference}`
      ).pipe(
        Effect.map((rows) => Row.first(rows, Rows.toStored)),
        storage("Payments.findByReference")
      ),

    ofOrder: (orderId) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<Rows.PaymentRow>`SELECT * FROM payments WHERE order_id = ${orderId} AND store_id = ${storeId} ORDER BY id`
      ).pipe(
        Effect.map((rows) => rows.map(Rows.toStored)),
        storage("Payments.ofOrder")
      ),

    list: Effect.fnUntraced(function*(query, customerId) {
      const limit = query.limit ?? Page.defaultLimit
      const all = [sql`store_id = ${yield* CurrentStore}`]
      if (query.orderId !== undefined) all.push(sql`order_id = ${query.orderId}`)
      if (query.state !== undefined) all.push(sql`state = ${query.state}`)
      if (query.gateway !== undefined) all.push(sql`gateway = ${query.gateway}`)
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(newestFirst, ["string"], query.after)
        all.push(sql`id < ${id}`)
      }
      if (customerId !== undefined) {
        all.push(sql`EXISTS (
          SELECT 1 FROM orders o
          WHERE o.id = payments.order_id AND o.store_id = payments.store_id AND o.customer_id = ${customerId}
        )`)
      }
      const rows = yield* sql<Rows.PaymentRow>`
        SELECT * FROM payments WHERE ${sql.and(all)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(Rows.toPayment), limit, newestFirst, ({ id }) => [id])
    }, storage("Payments.list")),

    update: Effect.fnUntraced(function*(payment) {
      if ((yield* write([Rows.fromPayment(payment)])).length > 0) {
        return yield* new VersionConflict({ id: payment.id, expected: payment.version - 1 })
      }
    }, storage("Payments.update")),

    updateAll: (payments) => write(payments.map(Rows.fromPayment), { skipLocked: true }).pipe(storage("Payments.updateAll")),

    unsettled: (gateway, before, limit) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<{ readonly id: PaymentId }>`
          SELECT id FROM payments
          WHERE store_id = ${storeId} AND gateway = ${gateway} AND updated_at < ${before}
            AND (state IN ('pending', 'requires_action') OR requested IS NOT NULL)
          ORDER BY updated_at LIMIT ${limit}`
      ).pipe(
        Effect.map((rows) => rows.map(({ id }) => id)),
        storage("Payments.unsettled")
      ),

    claimEnding: Effect.fnUntraced(function*(gateways, until, limit) {
      if (gateways.length === 0) return []
      const rows = yield* sql<Rows.PaymentRow>`
        UPDATE payments SET end_told = 1
        WHERE end_told = 0 AND id IN (
          SELECT id FROM payments
          WHERE store_id = ${yield* CurrentStore} AND state = 'authorized' AND requested IS NULL AND end_told = 0
            AND authorized_until <= ${until} AND ${sql.in("gateway", gateways)}
          ORDER BY authorized_until LIMIT ${limit}
        )
        RETURNING *`
      return rows.map(Rows.toStored).toSorted((a, b) => (a.authorizedUntil ?? "") < (b.authorizedUntil ?? "") ? -1 : 1)
    }, storage("Payments.claimEnding")),

    expired: Effect.fnUntraced(function*(gateways, now, limit) {
      if (gateways.length === 0) return []
      const rows = yield* sql<Rows.PaymentRow>`
        SELECT * FROM payments
        WHERE store_id = ${yield* CurrentStore} AND state = 'authorized' AND requested IS NULL
          AND authorized_until <= ${now} AND ${sql.in("gateway", gateways)}
        ORDER BY authorized_until LIMIT ${limit}`
      return rows.map(Rows.toStored)
    }, storage("Payments.expired")),

    insertRefund: Effect.fnUntraced(function*(refund) {
      const storeId = yield* CurrentStore
      yield* sql`INSERT INTO refunds ${
        sql.insert({
          id: refund.id,
          store_id: storeId,
          payment_id: refund.paymentId,
          order_id: refund.orderId,
          state: refund.state,
          currency: refund.amount.currency,
          amount: refund.amount.amount,
          reason: refund.reason,
          restock: refund.restock ? 1 : 0,
          gateway_reference: refund.gatewayReference,
          failure: Row.toJson(refund.failure),
          credited_to: refund.creditedTo ?? null,
          parts: Row.toJson(refund.parts ?? null),
          attempts: refund.attempts,
          idempotency_key: refund.idempotencyKey,
          ask_at: refund.askAt ?? null,
          version: refund.version,
          created_at: refund.createdAt,
          updated_at: refund.updatedAt
        })
      }`
    }, storage("Payments.insertRefund")),

    findRefund: (id) => refundOf(id).pipe(storage("Payments.findRefund")),
    holdRefund: (id) => refundOf(id, Dialect.forUpdate(sql)).pipe(storage("Payments.holdRefund")),

    refunds: (orderId) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<Rows.RefundRow>`SELECT * FROM refunds WHERE order_id = ${orderId} AND store_id = ${storeId} ORDER BY id`
      ).pipe(
        Effect.map((rows) => rows.map(Rows.toRefund)),
        storage("Payments.refunds")
      ),

    updateRefund: Effect.fnUntraced(function*(refund) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`
        UPDATE refunds SET state = ${refund.state}, amount = ${refund.amount.amount}, parts = ${Row.toJson(refund.parts ?? null)}, gateway_reference = ${refund.gatewayReference},
          failure = ${Row.toJson(refund.failure)}, attempts = ${refund.attempts}, ask_at = ${refund.askAt ?? null},
          version = ${refund.version}, updated_at = ${refund.updatedAt}
        WHERE id = ${refund.id} AND store_id = ${storeId} AND version = ${refund.version - 1}
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: refund.id, expected: refund.version - 1 })
    }, storage("Payments.updateRefund")),

    pendingRefunds: (gateway, before, limit) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<{ readonly id: RefundId }>`
          SELECT r.id FROM refunds r JOIN payments p ON p.id = r.payment_id
          WHERE r.store_id = ${storeId} AND r.state = 'pending' AND r.updated_at < ${before} AND p.gateway = ${gateway}
          ORDER BY r.updated_at LIMIT ${limit}`
      ).pipe(
        Effect.map((rows) => rows.map(({ id }) => id)),
        storage("Payments.pendingRefunds")
      ),

    doneRefunds: (gateway, until, limit) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<{ readonly id: RefundId }>`
          SELECT r.id FROM refunds r JOIN payments p ON p.id = r.payment_id
          WHERE r.store_id = ${storeId} AND r.ask_at <= ${until} AND p.gateway = ${gateway}
          ORDER BY r.ask_at LIMIT ${limit}`
      ).pipe(
        Effect.map((rows) => rows.map(({ id }) => id)),
        storage("Payments.doneRefunds")
      ),

    askRefundAt: (id, at) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql`UPDATE refunds SET ask_at = ${at} WHERE id = ${id} AND store_id = ${storeId} AND state = 'succeeded'`
      ).pipe(Effect.asVoid, storage("Payments.askRefundAt")),

    ofRefund: (gateway, reference) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<Rows.PaymentRow>`
          SELECT p.* FROM refunds r JOIN payments p ON p.id = r.payment_id
          WHERE r.store_id = ${storeId} AND r.gateway_reference = ${reference} AND r.credited_to IS NULL AND p.gateway = ${gateway}
          LIMIT 1`
      ).pipe(
        Effect.map((rows) => Row.first(rows, Rows.toStored)),
        storage("Payments.ofRefund")
      ),

    besideRefunded: (paymentIds) =>
      paymentIds.length === 0 ? Effect.succeed(new Map()) : Effect.flatMap(CurrentStore, (storeId) =>
        sql<{ readonly payment_id: string; readonly state: "pending" | "failed"; readonly amount: number }>`
          SELECT payment_id, state, CAST(sum(amount) AS BIGINT) AS amount FROM refunds
          WHERE store_id = ${storeId} AND state IN ('pending', 'failed') AND gateway_reference IS NOT NULL
            AND ${Dialect.oneOf(sql, "payment_id", paymentIds)}
          GROUP BY payment_id, state`
      ).pipe(
        Effect.map((rows) => {
          const sums = new Map<string, { readonly pending: number; readonly failed: number }>()
          for (const { amount, payment_id, state } of rows) {
            sums.set(payment_id, { ...sums.get(payment_id) ?? { pending: 0, failed: 0 }, [state]: Number(amount) })
          }
          return sums
        }),
        storage("Payments.besideRefunded")
      ),

    receive: Effect.fnUntraced(function*(event) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`
        INSERT INTO gateway_events
          (store_id, gateway, event_key, type, gateway_reference, payment_id, dispute_reference, setup_reference,
            refund_reference, status, received_at)
        VALUES (${storeId}, ${event.gateway}, ${event.key}, ${event.type}, ${event.gatewayReference}, ${event.paymentId},
          ${event.disputeReference}, ${event.setupReference}, ${event.refundReference}, ${event.status}, ${event.receivedAt})
        ON CONFLICT (store_id, gateway, event_key) DO NOTHING
        RETURNING event_key`
      return rows.length > 0
    }, storage("Payments.receive")),

    findInbox: (gateway, key) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<Rows.InboxRow>`
          SELECT * FROM gateway_events WHERE store_id = ${storeId} AND gateway = ${gateway} AND event_key = ${key}`
      ).pipe(
        Effect.map((rows) => Row.first(rows, Rows.toWebhook)),
        storage("Payments.findInbox")
      ),

    closeInbox: (gateway, key, status) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql`
          UPDATE gateway_events SET status = ${status}
          WHERE store_id = ${storeId} AND gateway = ${gateway} AND event_key = ${key}`
      ).pipe(Effect.asVoid, storage("Payments.closeInbox")),

    failInbox: (gateway, key, failure, isDead) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql`
          UPDATE gateway_events SET failures = failures + 1, failure = ${failure},
            status = ${isDead ? "dead" : "received"}
          WHERE store_id = ${storeId} AND gateway = ${gateway} AND event_key = ${key} AND status = 'received'`
      ).pipe(Effect.asVoid, storage("Payments.failInbox")),

    reopenInbox: (gateway, key) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql`
          UPDATE gateway_events SET status = 'received'
          WHERE store_id = ${storeId} AND gateway = ${gateway} AND event_key = ${key} AND status IN ('dead', 'orphan')
          RETURNING event_key`
      ).pipe(
        Effect.map((rows) => rows.length > 0),
        storage("Payments.reopenInbox")
      ),

    inbox: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const all = [sql`store_id = ${yield* CurrentStore}`]
      if (query.status !== undefined) all.push(sql`status = ${query.status}`)
      if (query.gateway !== undefined) all.push(sql`gateway = ${query.gateway}`)
      if (query.after !== undefined) {
        const [receivedAt, gateway, key] = yield* Page.decodeCursor(newestReceived, ["string", "string", "string"], query.after)
        all.push(sql`(received_at, gateway, event_key) < (${receivedAt}, ${gateway}, ${key})`)
      }
      const rows = yield* sql<Rows.InboxRow>`
        SELECT * FROM gateway_events WHERE ${sql.and(all)}
        ORDER BY received_at DESC, gateway DESC, event_key DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(Rows.toWebhook), limit, newestReceived, ({ gateway, key, receivedAt }) => [
        receivedAt,
        gateway,
        key
      ])
    }, storage("Payments.inbox")),

    known: (gateway, references, ids) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<Rows.PaymentRow>`
          SELECT * FROM payments
          WHERE ${Dialect.unindexed(sql, "store_id")} = ${storeId} AND gateway = ${gateway} AND (
            ${referred(storeId, gateway, references)} OR ${Dialect.oneOf(sql, "id", ids)}
          )`
      ).pipe(
        Effect.map((rows) => rows.map(Rows.toStored)),
        storage("Payments.known")
      ),

    takenBetween: (gateway, since, until, after, limit) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<Rows.PaymentRow>`
          SELECT * FROM payments
          WHERE store_id = ${storeId} AND gateway = ${gateway} AND captured > 0 AND id > ${after}
            AND created_at >= ${since} AND created_at < ${until}
          ORDER BY id LIMIT ${limit}`
      ).pipe(
        Effect.map((rows) => rows.map(Rows.toStored)),
        storage("Payments.takenBetween")
      ),

    fees: (ids) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<{ readonly transaction_key: string; readonly currency: string; readonly amount: number }>`
          SELECT transaction_key, currency, amount FROM ledger_entries
          WHERE store_id = ${storeId} AND account = 'fees'
            AND ${Dialect.oneOf(sql, "transaction_key", ids.map((id) => `fee:${id}`))}`
      ).pipe(
        Effect.map((rows) =>
          new Map(rows.map((row) => [row.transaction_key.slice("fee:".length), Row.money(row.amount, row.currency)]))
        ),
        storage("Payments.fees")
      ),

    noteDifferences: Effect.fnUntraced(function*(differences) {
      const storeId = yield* CurrentStore
      const rows = differences.map((one) => ({
        id: one.id,
        gateway: one.gateway,
        reference: one.reference,
        payment_id: one.paymentId,
        kind: one.kind,
        status: one.status,
        here: Row.toJson(one.here),
        there: Row.toJson(one.there),
        first_seen_at: one.firstSeenAt,
        last_seen_at: one.lastSeenAt
      }))
      yield* sql`
        INSERT INTO payment_differences
          (store_id, id, gateway, reference, payment_id, kind, status, here, there, first_seen_at, last_seen_at)
        SELECT ${storeId}, id, gateway, reference, payment_id, kind, status, here, there, first_seen_at, last_seen_at
        FROM ${
        Dialect.jsonRows(sql, rows, {
          id: "text",
          gateway: "text",
          reference: "text",
          payment_id: "text",
          kind: "text",
          status: "text",
          here: "text",
          there: "text",
          first_seen_at: "text",
          last_seen_at: "text"
        })
      } WHERE true
        ON CONFLICT (store_id, gateway, reference, kind) DO UPDATE SET status = excluded.status,
          payment_id = excluded.payment_id, here = excluded.here, there = excluded.there,
          last_seen_at = excluded.last_seen_at`
    }, storage("Payments.noteDifferences")),

    closeDifferences: (gateway, references, at) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql`
          UPDATE payment_differences SET status = 'gone', last_seen_at = ${at}
          WHERE store_id = ${storeId} AND gateway = ${gateway} AND status = 'open'
            AND ${Dialect.oneOf(sql, "reference", references)}`
      ).pipe(Effect.asVoid, storage("Payments.closeDifferences")),

    differences: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const all = [sql`store_id = ${yield* CurrentStore}`]
      if (query.status !== undefined) all.push(sql`status = ${query.status}`)
      if (query.kind !== undefined) all.push(sql`kind = ${query.kind}`)
      if (query.gateway !== undefined) all.push(sql`gateway = ${query.gateway}`)
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(newestFirst, ["string"], query.after)
        all.push(sql`id < ${id}`)
      }
      const rows = yield* sql<Rows.DifferenceRow>`
        SELECT * FROM payment_differences WHERE ${sql.and(all)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(Rows.toDifference), limit, newestFirst, ({ id }) => [id])
    }, storage("Payments.differences"))
  })
})

export const layer: Layer.Layer<PaymentRepository, never, SqlClient.SqlClient> = Layer.effect(PaymentRepository, make)
