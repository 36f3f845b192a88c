/**
 * The sandbox bank's books in SQL, so that a demo server forgets no charge when it starts again.
 *
 * **Gotchas**
 *
 * They stand for another company's database. So they are written on their own, never in a transaction of the shop: a
 * call from inside one is a defect, as it would be a network call inside a transaction with a real gateway.
 */
import { CurrentStore, type StoreId } from "@stoa/core/kernel/CurrentStore"
import * as GroupCommit from "@stoa/core/kernel/GroupCommit"
import type { StorageError } from "@stoa/core/kernel/StorageError"
import { SandboxBank, type SandboxCharge, type SandboxRefund, type SandboxStatus } from "@stoa/core/payments/SandboxBank"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage, transactionOf } from "../Storage.ts"

interface ChargeRow {
  readonly reference: string
  readonly payment_id: string
  readonly idempotency_key: string
  readonly method: string
  readonly status: SandboxStatus
  readonly currency: string
  readonly amount: number
  readonly taken_currency: string
  readonly taken: number
  readonly manual: number
  readonly keeps: number
  readonly return_url: string | null
  readonly created_at: SandboxCharge["createdAt"]
}

interface RefundRow {
  readonly reference: string
  readonly charge_reference: string
  readonly idempotency_key: string
  readonly status: SandboxRefund["status"]
  readonly currency: string
  readonly amount: number
  readonly created_at: SandboxRefund["createdAt"]
}

const toCharge = (row: ChargeRow): SandboxCharge => ({
  reference: row.reference,
  paymentId: row.payment_id,
  idempotencyKey: row.idempotency_key,
  method: row.method,
  status: row.status,
  amount: Row.money(row.amount, row.currency),
  taken: Row.money(row.taken, row.taken_currency),
  manual: row.manual === 1,
  keeps: row.keeps === 1,
  returnUrl: row.return_url,
  createdAt: row.created_at
})

const columns = {
  reference: "text",
  payment_id: "text",
  idempotency_key: "text",
  method: "text",
  status: "text",
  currency: "text",
  amount: "int",
  taken_currency: "text",
  taken: "int",
  manual: "int",
  keeps: "int",
  return_url: "text",
  created_at: "text"
} as const

const names = Object.keys(columns)

const fromCharge = (charge: SandboxCharge): ChargeRow => ({
  reference: charge.reference,
  payment_id: charge.paymentId,
  idempotency_key: charge.idempotencyKey,
  method: charge.method,
  status: charge.status,
  currency: charge.amount.currency,
  amount: charge.amount.amount,
  taken_currency: charge.taken.currency,
  taken: charge.taken.amount,
  manual: charge.manual ? 1 : 0,
  keeps: charge.keeps ? 1 : 0,
  return_url: charge.returnUrl,
  created_at: charge.createdAt
})

const toRefund = (row: RefundRow): SandboxRefund => ({
  reference: row.reference,
  chargeReference: row.charge_reference,
  idempotencyKey: row.idempotency_key,
  status: row.status,
  amount: Row.money(row.amount, row.currency),
  createdAt: row.created_at
})

/** A charge that is asked for in a store. */
interface Opening {
  readonly storeId: StoreId
  readonly charge: SandboxCharge
}

/** The charge; nothing where its key was used before. */
type Opened = SandboxCharge | undefined

/** How many charges a statement opens at most. */
const atOnce = 50

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  /** Runs in the current store, outside of every transaction. */
  const apart = <A, E>(operation: string, query: (storeId: StoreId) => Effect.Effect<A, E>) =>
    Effect.flatMap(Effect.serviceOption(sql.transactionService), (transaction) =>
      transaction._tag === "Some"
        ? Effect.die(new Error("A payment gateway was called inside a transaction"))
        : Effect.flatMap(CurrentStore, query)).pipe(storage(operation))

  const open = GroupCommit.make<Opening, Opened, StorageError, never>({
    keyOf: ({ storeId }) => storeId,
    limit: atOnce,
    run: Effect.fnUntraced(function*(all) {
      const [first] = all
      if (first === undefined) return []
      // in one order for everybody, so that no two processes that are asked again for the same charges wait for each other
      const inserted = yield* sql<ChargeRow>`
        INSERT INTO sandbox_charges (store_id, ${sql.literal(names.join(", "))})
        SELECT ${first.storeId}, ${sql.literal(names.map((name) => `input.${name}`).join(", "))}
        FROM ${Dialect.jsonRows(sql, all.map(({ charge }) => fromCharge(charge)), columns)} WHERE true
        ORDER BY input.idempotency_key
        ON CONFLICT (store_id, idempotency_key) DO NOTHING
        RETURNING *`.pipe(storage("SandboxBank.open"))
      return all.map(({ charge }) => {
        const row = inserted.find(({ reference }) => reference === charge.reference)
        return Exit.succeed(row === undefined ? undefined : toCharge(row))
      })
    }),
    mayBeOfOne: ({ reason }) => reason === "rejected",
    goesAlone: Effect.succeed(false)
  })

  return SandboxBank.of({
    open: (charge) =>
      apart("SandboxBank.open", Effect.fnUntraced(function*(storeId) {
        const opened = yield* open({ storeId, charge })
        if (opened !== undefined) return { stored: opened, isNew: true }
        const rows = yield* sql<ChargeRow>`
          SELECT * FROM sandbox_charges WHERE store_id = ${storeId} AND idempotency_key = ${charge.idempotencyKey}`
        return { stored: Row.first(rows, toCharge) ?? charge, isNew: false }
      })),

    find: (reference) =>
      apart("SandboxBank.find", (storeId) =>
        Effect.map(
          sql<ChargeRow>`SELECT * FROM sandbox_charges WHERE store_id = ${storeId} AND reference = ${reference}`,
          (rows) => Row.first(rows, toCharge)
        )),

    findByPayment: (paymentId) =>
      apart("SandboxBank.findByPayment", (storeId) =>
        Effect.map(
          sql<ChargeRow>`
            SELECT * FROM sandbox_charges WHERE store_id = ${storeId} AND payment_id = ${paymentId}
            ORDER BY created_at, reference LIMIT 1`,
          (rows) => Row.first(rows, toCharge)
        )),

    move: (reference, from, to) =>
      apart("SandboxBank.move", (storeId) =>
        Effect.map(
          sql<ChargeRow>`
            UPDATE sandbox_charges SET status = ${to}
            WHERE store_id = ${storeId} AND reference = ${reference} AND ${Dialect.oneOf(sql, "status", from)}
            RETURNING *`,
          (rows) => Row.first(rows, toCharge)
        )),

    capture: (reference, amount) =>
      apart("SandboxBank.capture", (storeId) =>
        Effect.map(
          sql<ChargeRow>`
            UPDATE sandbox_charges SET status = 'captured', taken = ${amount}
            WHERE store_id = ${storeId} AND reference = ${reference} AND status = 'authorized' AND taken >= ${amount}
            RETURNING *`,
          (rows) => Row.first(rows, toCharge)
        )),

    between: ({ after, limit, since, until }) =>
      apart("SandboxBank.between", (storeId) =>
        Effect.map(
          sql<ChargeRow & { readonly refunded: number }>`
            SELECT c.*, (
              SELECT CAST(coalesce(sum(r.amount), 0) AS BIGINT) FROM sandbox_refunds r
              WHERE r.store_id = c.store_id AND r.charge_reference = c.reference AND r.status = 'succeeded'
            ) AS refunded
            FROM sandbox_charges c
            WHERE c.store_id = ${storeId} AND c.created_at >= ${since} AND c.created_at < ${until}
              AND c.reference > ${after ?? ""}
            ORDER BY c.reference LIMIT ${limit}`,
          (rows) => rows.map((row) => ({ ...toCharge(row), refunded: Number(row.refunded) }))
        )),

    findRefund: (key) =>
      apart("SandboxBank.findRefund", (storeId) =>
        Effect.map(
          sql<RefundRow>`SELECT * FROM sandbox_refunds WHERE store_id = ${storeId} AND idempotency_key = ${key}`,
          (rows) => Row.first(rows, toRefund)
        )),

    refund: (refund) =>
      apart("SandboxBank.refund", (storeId) =>
        transactionOf(sql)(Effect.gen(function*() {
          const charges = yield* sql<{ readonly taken: number }>`
            SELECT taken FROM sandbox_charges
            WHERE store_id = ${storeId} AND reference = ${refund.chargeReference}${Dialect.forUpdate(sql)}`
          const known = yield* sql<RefundRow>`
            SELECT * FROM sandbox_refunds
            WHERE store_id = ${storeId} AND idempotency_key = ${refund.idempotencyKey}`
          if (known[0] !== undefined) return { stored: toRefund(known[0]), isNew: false }
          const spent = yield* sql<{ readonly amount: number }>`
            SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) AS amount FROM sandbox_refunds
            WHERE store_id = ${storeId} AND charge_reference = ${refund.chargeReference} AND status <> 'failed'`
          if (Number(spent[0]?.amount ?? 0) + refund.amount.amount > (charges[0]?.taken ?? 0)) return undefined
          yield* sql`
            INSERT INTO sandbox_refunds (
              store_id, reference, charge_reference, idempotency_key, status, currency, amount, created_at
            ) VALUES (
              ${storeId}, ${refund.reference}, ${refund.chargeReference}, ${refund.idempotencyKey}, ${refund.status},
              ${refund.amount.currency}, ${refund.amount.amount}, ${refund.createdAt}
            )`
          return { stored: refund, isNew: true }
        }))),

    endRefund: (reference, status) =>
      apart("SandboxBank.endRefund", (storeId) =>
        Effect.map(
          sql<RefundRow>`
            UPDATE sandbox_refunds SET status = ${status}
            WHERE store_id = ${storeId} AND reference = ${reference}
              AND (status = 'pending' OR (status = 'succeeded' AND ${status} = 'failed'))
            RETURNING *`,
          (rows) => Row.first(rows, toRefund)
        )),

    charges: apart("SandboxBank.charges", (storeId) =>
      Effect.map(
        sql<ChargeRow>`SELECT * FROM sandbox_charges WHERE store_id = ${storeId} ORDER BY created_at, reference`,
        (rows) => rows.map(toCharge)
      )),

    refunds: apart("SandboxBank.refunds", (storeId) =>
      Effect.map(
        sql<RefundRow>`SELECT * FROM sandbox_refunds WHERE store_id = ${storeId} ORDER BY created_at, reference`,
        (rows) => rows.map(toRefund)
      ))
  })
})

export const layer: Layer.Layer<SandboxBank, never, SqlClient.SqlClient> = Layer.effect(SandboxBank, make)
