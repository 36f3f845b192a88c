/**
 * Payments, refunds and the webhook inbox in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { StorageError } from "@stoa/core/kernel/StorageError"
import { VersionConflict } from "@stoa/core/kernel/Version"
import type { Payment, PaymentId, RefundId } from "@stoa/core/payments/Payment"
import type { GatewayWebhook } from "@stoa/core/payments/GatewayWebhook"
import type { Difference } from "@stoa/core/payments/Reconciliation"
import {
  PaymentRepository,
  type StoredPayment,
  type StoredRefund
} from "@stoa/core/payments/PaymentRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { sentAhead, storage } from "../Storage.ts"
import * as VersionedRows from "../VersionedRows.ts"

interface PaymentRow {
  readonly id: PaymentId
  readonly order_id: StoredPayment["orderId"]
  readonly gateway: string
  readonly state: StoredPayment["state"]
  readonly currency: string
  readonly amount: number
  readonly captured_currency: string
  readonly captured: number
  readonly refunded: number
  readonly disputed: number
  readonly gateway_reference: string | null
  readonly method: string | null
  readonly return_url: string | null
  readonly next_action: string | null
  readonly failure: string | null
  readonly idempotency_key: string
  readonly requested: StoredPayment["requested"]
  readonly hold: StoredPayment["hold"]
  readonly capture_amount: number | null
  readonly authorized_until: StoredPayment["createdAt"] | null
  readonly saved_method_id: NonNullable<StoredPayment["savedMethodId"]> | null
  readonly keeps_for: string | null
  readonly version: number
  readonly created_at: StoredPayment["createdAt"]
  readonly updated_at: StoredPayment["updatedAt"]
}

interface RefundRow {
  readonly id: RefundId
  readonly payment_id: PaymentId
  readonly order_id: StoredRefund["orderId"]
  readonly state: StoredRefund["state"]
  readonly currency: string
  readonly amount: number
  readonly reason: string
  readonly restock: number
  readonly gateway_reference: string | null
  readonly failure: string | null
  readonly credited_to: string | null
  readonly attempts: number
  readonly idempotency_key: string
  readonly version: number
  readonly created_at: StoredRefund["createdAt"]
  readonly updated_at: StoredRefund["updatedAt"]
}

interface InboxRow {
  readonly gateway: string
  readonly event_key: string
  readonly type: string
  readonly gateway_reference: string | null
  readonly payment_id: string | null
  readonly dispute_reference: string | null
  readonly setup_reference: string | null
  readonly status: GatewayWebhook["status"]
  readonly failures: number
  readonly failure: string | null
  readonly received_at: GatewayWebhook["receivedAt"]
}

interface DifferenceRow {
  readonly id: Difference["id"]
  readonly gateway: string
  readonly reference: string
  readonly payment_id: string | null
  readonly kind: Difference["kind"]
  readonly status: Difference["status"]
  readonly here: string | null
  readonly there: string | null
  readonly first_seen_at: Difference["firstSeenAt"]
  readonly last_seen_at: Difference["lastSeenAt"]
}

/** The columns of a payment that are written, with their types. */
const paymentColumns = {
  id: "text",
  order_id: "text",
  gateway: "text",
  state: "text",
  currency: "text",
  amount: "int",
  captured_currency: "text",
  captured: "int",
  refunded: "int",
  gateway_reference: "text",
  method: "text",
  return_url: "text",
  next_action: "json",
  failure: "json",
  idempotency_key: "text",
  requested: "text",
  hold: "text",
  saved_method_id: "text",
  keeps_for: "text",
  version: "int",
  created_at: "text",
  updated_at: "text"
} as const

/** The columns that change, besides the version. */
const changingColumns = {
  state: "text",
  amount: "int",
  captured_currency: "text",
  captured: "int",
  refunded: "int",
  disputed: "int",
  gateway_reference: "text",
  next_action: "json",
  failure: "json",
  requested: "text",
  hold: "text",
  keeps_for: "text",
  capture_amount: "int",
  authorized_until: "text",
  updated_at: "text"
} as const

const fromPayment = (payment: StoredPayment) => ({
  id: payment.id,
  order_id: payment.orderId,
  gateway: payment.gateway,
  state: payment.state,
  currency: payment.amount.currency,
  amount: payment.amount.amount,
  captured_currency: payment.captured.currency,
  captured: payment.captured.amount,
  refunded: payment.refunded.amount,
  disputed: payment.disputed?.amount ?? 0,
  gateway_reference: payment.gatewayReference,
  method: payment.method,
  return_url: payment.returnUrl,
  next_action: payment.nextAction,
  failure: payment.failure,
  idempotency_key: payment.idempotencyKey,
  requested: payment.requested,
  hold: payment.hold,
  saved_method_id: payment.savedMethodId ?? null,
  keeps_for: payment.keepsFor ?? null,
  capture_amount: payment.toCapture?.amount ?? null,
  authorized_until: payment.authorizedUntil ?? null,
  version: payment.version,
  created_at: payment.createdAt,
  updated_at: payment.updatedAt
} satisfies Dialect.RowOf<typeof paymentColumns & typeof changingColumns>)

const toPayment = (row: PaymentRow): Payment => ({
  id: row.id,
  orderId: row.order_id,
  gateway: row.gateway,
  state: row.state,
  amount: Row.money(row.amount, row.currency),
  captured: Row.money(row.captured, row.captured_currency),
  refunded: Row.money(row.refunded, row.captured_currency),
  ...(row.disputed === 0 ? {} : { disputed: Row.money(row.disputed, row.captured_currency) }),
  gatewayReference: row.gateway_reference,
  ...(row.saved_method_id === null ? {} : { savedMethodId: row.saved_method_id }),
  ...(row.authorized_until === null ? {} : { authorizedUntil: row.authorized_until }),
  nextAction: Row.jsonOrNull(row.next_action),
  failure: Row.jsonOrNull(row.failure),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at
})

const toStored = (row: PaymentRow): StoredPayment => ({
  ...toPayment(row),
  idempotencyKey: row.idempotency_key,
  method: row.method,
  returnUrl: row.return_url,
  requested: row.requested,
  hold: row.hold,
  ...(row.keeps_for === null ? {} : { keepsFor: row.keeps_for }),
  toCapture: row.capture_amount === null ? null : Row.money(row.capture_amount, row.currency)
})

const toRefund = (row: RefundRow): StoredRefund => ({
  id: row.id,
  paymentId: row.payment_id,
  orderId: row.order_id,
  state: row.state,
  amount: Row.money(row.amount, row.currency),
  reason: row.reason,
  gatewayReference: row.gateway_reference,
  failure: Row.jsonOrNull(row.failure),
  ...(row.credited_to === null ? {} : { creditedTo: row.credited_to }),
  attempts: row.attempts,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  idempotencyKey: row.idempotency_key,
  restock: row.restock === 1
})

const toWebhook = (row: InboxRow): GatewayWebhook => ({
  gateway: row.gateway,
  key: row.event_key,
  type: row.type,
  gatewayReference: row.gateway_reference,
  paymentId: row.payment_id,
  disputeReference: row.dispute_reference,
  setupReference: row.setup_reference,
  status: row.status,
  failures: row.failures,
  failure: row.failure,
  receivedAt: row.received_at
})

const toDifference = (row: DifferenceRow): Difference => ({
  id: row.id,
  gateway: row.gateway,
  reference: row.reference,
  paymentId: row.payment_id,
  kind: row.kind,
  status: row.status,
  here: Row.jsonOrNull(row.here),
  there: Row.jsonOrNull(row.there),
  firstSeenAt: row.first_seen_at,
  lastSeenAt: row.last_seen_at
})

/** The order of lists, which their cursors name. Ids sort by the time they were made. */
const newestFirst = "-id"
const newestReceived = "-received_at"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const write = VersionedRows.writing(sql, "payments", changingColumns)

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
      FROM ${Dialect.jsonRows(sql, payments.map(fromPayment), paymentColumns)}`

  return PaymentRepository.of({
    insertFirst: Effect.fnUntraced(function*(payments) {
      yield* sentAhead(insert(yield* CurrentStore, payments))
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
        sql<PaymentRow>`SELECT * FROM payments WHERE id = ${id} AND store_id = ${storeId}`
      ).pipe(
        Effect.map((rows) => Row.first(rows, toStored)),
        storage("Payments.find")
      ),

    findByReference: (reference, gateway) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        gateway === undefined
          ? sql<PaymentRow>`
            SELECT * FROM payments WHERE store_id = ${storeId} AND gateway_reference = ${reference} ORDER BY id LIMIT 1`
          : sql<PaymentRow>`
            SELECT * FROM payments
            WHERE store_id = ${storeId} AND gateway = ${gateway} AND gateway_reference = ${reference}`
      ).pipe(
        Effect.map((rows) => Row.first(rows, toStored)),
        storage("Payments.findByReference")
      ),

    ofOrder: (orderId) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<PaymentRow>`SELECT * FROM payments WHERE order_id = ${orderId} AND store_id = ${storeId} ORDER BY id`
      ).pipe(
        Effect.map((rows) => rows.map(toStored)),
        storage("Payments.ofOrder")
      ),

    list: Effect.fnUntraced(function*(query, customerId) {
      const limit = query.limit ?? Page.defaultLimit
      const all = [sql`store_id = ${yield* CurrentStore}`]
      if (query.orderId !== undefined) all.push(sql`order_id = ${query.orderId}`)
      if (query.state !== undefined) all.push(sql`state = ${query.state}`)
      if (query.gateway !== undefined) all.push(sql`gateway = ${query.gateway}`)
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(newestFirst, 1, query.after)
        all.push(sql`id < ${id}`)
      }
      if (customerId !== undefined) {
        all.push(sql`EXISTS (
          SELECT 1 FROM orders o
          WHERE o.id = payments.order_id AND o.store_id = payments.store_id AND o.customer_id = ${customerId}
        )`)
      }
      const rows = yield* sql<PaymentRow>`
        SELECT * FROM payments WHERE ${sql.and(all)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toPayment), limit, newestFirst, ({ id }) => [id])
    }, storage("Payments.list")),

    update: Effect.fnUntraced(function*(payment) {
      if ((yield* write([fromPayment(payment)])).length > 0) {
        return yield* new VersionConflict({ id: payment.id, expected: payment.version - 1 })
      }
    }, storage("Payments.update")),

    updateAll: (payments) => write(payments.map(fromPayment), { skipLocked: true }).pipe(storage("Payments.updateAll")),

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
      const rows = yield* sql<PaymentRow>`
        UPDATE payments SET end_told = 1
        WHERE end_told = 0 AND id IN (
          SELECT id FROM payments
          WHERE store_id = ${yield* CurrentStore} AND state = 'authorized' AND requested IS NULL AND end_told = 0
            AND authorized_until <= ${until} AND ${sql.in("gateway", gateways)}
          ORDER BY authorized_until LIMIT ${limit}
        )
        RETURNING *`
      return rows.map(toStored).toSorted((a, b) => (a.authorizedUntil ?? "") < (b.authorizedUntil ?? "") ? -1 : 1)
    }, storage("Payments.claimEnding")),

    expired: Effect.fnUntraced(function*(gateways, now, limit) {
      if (gateways.length === 0) return []
      const rows = yield* sql<PaymentRow>`
        SELECT * FROM payments
        WHERE store_id = ${yield* CurrentStore} AND state = 'authorized' AND requested IS NULL
          AND authorized_until <= ${now} AND ${sql.in("gateway", gateways)}
        ORDER BY authorized_until LIMIT ${limit}`
      return rows.map(toStored)
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
          attempts: refund.attempts,
          idempotency_key: refund.idempotencyKey,
          version: refund.version,
          created_at: refund.createdAt,
          updated_at: refund.updatedAt
        })
      }`
    }, storage("Payments.insertRefund")),

    findRefund: (id) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<RefundRow>`SELECT * FROM refunds WHERE id = ${id} AND store_id = ${storeId}`
      ).pipe(
        Effect.map((rows) => Row.first(rows, toRefund)),
        storage("Payments.findRefund")
      ),

    refunds: (orderId) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<RefundRow>`SELECT * FROM refunds WHERE order_id = ${orderId} AND store_id = ${storeId} ORDER BY id`
      ).pipe(
        Effect.map((rows) => rows.map(toRefund)),
        storage("Payments.refunds")
      ),

    updateRefund: Effect.fnUntraced(function*(refund) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`
        UPDATE refunds SET state = ${refund.state}, amount = ${refund.amount.amount}, gateway_reference = ${refund.gatewayReference},
          failure = ${Row.toJson(refund.failure)}, attempts = ${refund.attempts}, version = ${refund.version},
          updated_at = ${refund.updatedAt}
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

    receive: Effect.fnUntraced(function*(event) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`
        INSERT INTO gateway_events
          (store_id, gateway, event_key, type, gateway_reference, payment_id, dispute_reference, setup_reference, status,
            received_at)
        VALUES (${storeId}, ${event.gateway}, ${event.key}, ${event.type}, ${event.gatewayReference}, ${event.paymentId},
          ${event.disputeReference}, ${event.setupReference}, ${event.status}, ${event.receivedAt})
        ON CONFLICT (store_id, gateway, event_key) DO NOTHING
        RETURNING event_key`
      return rows.length > 0
    }, storage("Payments.receive")),

    findInbox: (gateway, key) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<InboxRow>`
          SELECT * FROM gateway_events WHERE store_id = ${storeId} AND gateway = ${gateway} AND event_key = ${key}`
      ).pipe(
        Effect.map((rows) => Row.first(rows, toWebhook)),
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
        const [receivedAt, gateway, key] = yield* Page.decodeCursor(newestReceived, 3, query.after)
        all.push(sql`(received_at, gateway, event_key) < (${receivedAt}, ${gateway}, ${key})`)
      }
      const rows = yield* sql<InboxRow>`
        SELECT * FROM gateway_events WHERE ${sql.and(all)}
        ORDER BY received_at DESC, gateway DESC, event_key DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toWebhook), limit, newestReceived, ({ gateway, key, receivedAt }) => [
        receivedAt,
        gateway,
        key
      ])
    }, storage("Payments.inbox")),

    known: (gateway, references, ids) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<PaymentRow>`
          SELECT * FROM payments
          WHERE store_id = ${storeId} AND gateway = ${gateway} AND (
            ${Dialect.oneOf(sql, "gateway_reference", references)} OR ${Dialect.oneOf(sql, "id", ids)}
          )`
      ).pipe(
        Effect.map((rows) => rows.map(toStored)),
        storage("Payments.known")
      ),

    takenBetween: (gateway, since, until, after, limit) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<PaymentRow>`
          SELECT * FROM payments
          WHERE store_id = ${storeId} AND gateway = ${gateway} AND captured > 0 AND id > ${after}
            AND created_at >= ${since} AND created_at < ${until}
          ORDER BY id LIMIT ${limit}`
      ).pipe(
        Effect.map((rows) => rows.map(toStored)),
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
        const [id] = yield* Page.decodeCursor(newestFirst, 1, query.after)
        all.push(sql`id < ${id}`)
      }
      const rows = yield* sql<DifferenceRow>`
        SELECT * FROM payment_differences WHERE ${sql.and(all)} ORDER BY id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toDifference), limit, newestFirst, ({ id }) => [id])
    }, storage("Payments.differences"))
  })
})

export const layer: Layer.Layer<PaymentRepository, never, SqlClient.SqlClient> = Layer.effect(PaymentRepository, make)
