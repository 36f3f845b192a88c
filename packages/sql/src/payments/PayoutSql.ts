/**
 * Payouts in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { VersionConflict } from "@stoa/core/kernel/Version"
import type { Payout, PayoutEntry, PayoutSums } from "@stoa/core/payments/Payout"
import { PayoutRepository } from "@stoa/core/payments/PayoutRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface PayoutRow {
  readonly id: Payout["id"]
  readonly gateway: string
  readonly gateway_reference: string
  readonly state: Payout["state"]
  readonly currency: string
  readonly amount: number
  readonly sums: string
  readonly entries: number
  readonly itemised: number
  readonly complete: number
  readonly differences: string
  readonly differing: number
  readonly arrives_at: Payout["arrivesAt"]
  readonly created_at: Payout["createdAt"]
  readonly updated_at: Payout["updatedAt"]
  readonly version: number
}

interface EntryRow {
  readonly reference: string
  readonly kind: PayoutEntry["kind"]
  readonly payment_reference: string | null
  readonly payment_id: string | null
  readonly currency: string
  readonly amount: number
  readonly fee: number
}

/** Sums as they are kept: amounts in the payout's currency. */
const fromSums = ({ charges, disputes, fees, other, refunds }: PayoutSums): string =>
  JSON.stringify([charges, refunds, disputes, fees, other].map(({ amount }) => amount))

const toSums = (text: string, currency: string): PayoutSums => {
  const [charges = 0, refunds = 0, disputes = 0, fees = 0, other = 0] = Row.json<ReadonlyArray<number>>(text)
  const money = (amount: number) => Row.money(amount, currency)
  return { charges: money(charges), refunds: money(refunds), disputes: money(disputes), fees: money(fees), other: money(other) }
}

const toPayout = (row: PayoutRow): Payout => ({
  id: row.id,
  gateway: row.gateway,
  gatewayReference: row.gateway_reference,
  state: row.state,
  amount: Row.money(row.amount, row.currency),
  sums: toSums(row.sums, row.currency),
  entries: row.entries,
  itemised: row.itemised === 1,
  complete: row.complete === 1,
  differences: Row.json(row.differences),
  differing: row.differing,
  arrivesAt: row.arrives_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  version: row.version
})

const toEntry = (row: EntryRow): PayoutEntry => ({
  reference: row.reference,
  kind: row.kind,
  paymentReference: row.payment_reference,
  paymentId: row.payment_id,
  amount: Row.money(row.amount, row.currency),
  fee: Row.money(row.fee, row.currency)
})

/** The orders of the lists, which their cursors name. */
const newestFirst = "-created_at"
const byName = "reference"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  return PayoutRepository.of({
    insert: Effect.fnUntraced(function*(payouts) {
      const storeId = yield* CurrentStore
      const rows = payouts.map((payout) => ({
        id: payout.id,
        gateway: payout.gateway,
        gateway_reference: payout.gatewayReference,
        state: payout.state,
        currency: payout.amount.currency,
        amount: payout.amount.amount,
        sums: fromSums(payout.sums),
        entries: payout.entries,
        itemised: payout.itemised ? 1 : 0,
        complete: payout.complete ? 1 : 0,
        differences: JSON.stringify(payout.differences),
        differing: payout.differing,
        arrives_at: payout.arrivesAt,
        created_at: payout.createdAt,
        updated_at: payout.updatedAt,
        version: payout.version
      }))
      yield* sql`
        INSERT INTO payouts (id, store_id, gateway, gateway_reference, state, currency, amount, sums, entries, itemised,
          complete, differences, differing, arrives_at, created_at, updated_at, version)
        SELECT id, ${storeId}, gateway, gateway_reference, state, currency, amount, sums, entries, itemised,
          complete, differences, differing, arrives_at, created_at, updated_at, version
        FROM ${
        Dialect.jsonRows(sql, rows, {
          id: "text",
          gateway: "text",
          gateway_reference: "text",
          state: "text",
          currency: "text",
          amount: "int",
          sums: "text",
          entries: "int",
          itemised: "int",
          complete: "int",
          differences: "text",
          differing: "int",
          arrives_at: "text",
          created_at: "text",
          updated_at: "text",
          version: "int"
        })
      } WHERE true ON CONFLICT (store_id, gateway, gateway_reference) DO NOTHING`
    }, storage("Payouts.insert")),

    find: (id) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<PayoutRow>`SELECT * FROM payouts WHERE id = ${id} AND store_id = ${storeId}`
      ).pipe(
        Effect.map((rows) => Row.first(rows, toPayout)),
        storage("Payouts.find")
      ),

    known: (gateway, references) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<PayoutRow>`
          SELECT * FROM payouts
          WHERE store_id = ${storeId} AND gateway = ${gateway} AND ${Dialect.oneOf(sql, "gateway_reference", references)}`
      ).pipe(
        Effect.map((rows) => rows.map(toPayout)),
        storage("Payouts.known")
      ),

    update: Effect.fnUntraced(function*(payout) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`
        UPDATE payouts SET state = ${payout.state}, amount = ${payout.amount.amount}, sums = ${fromSums(payout.sums)},
          entries = ${payout.entries}, complete = ${payout.complete ? 1 : 0},
          differences = ${JSON.stringify(payout.differences)}, differing = ${payout.differing},
          arrives_at = ${payout.arrivesAt}, updated_at = ${payout.updatedAt}, version = ${payout.version}
        WHERE id = ${payout.id} AND store_id = ${storeId} AND version = ${payout.version - 1}
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: payout.id, expected: payout.version - 1 })
    }, storage("Payouts.update")),

    list: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const all = [sql`store_id = ${yield* CurrentStore}`]
      if (query.gateway !== undefined) all.push(sql`gateway = ${query.gateway}`)
      if (query.state !== undefined) all.push(sql`state = ${query.state}`)
      if (query.differing !== undefined) all.push(query.differing === "true" ? sql`differing > 0` : sql`differing = 0`)
      if (query.since !== undefined) all.push(sql`created_at >= ${query.since}`)
      if (query.until !== undefined) all.push(sql`created_at < ${query.until}`)
      if (query.after !== undefined) {
        const [createdAt, id] = yield* Page.decodeCursor(newestFirst, ["string", "string"], query.after)
        all.push(sql`(created_at, id) < (${createdAt}, ${id})`)
      }
      const rows = yield* sql<PayoutRow>`
        SELECT * FROM payouts WHERE ${sql.and(all)} ORDER BY created_at DESC, id DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toPayout), limit, newestFirst, ({ createdAt, id }) => [createdAt, id])
    }, storage("Payouts.list")),

    addEntries: Effect.fnUntraced(function*(payoutId, entries) {
      if (entries.length === 0) return
      const storeId = yield* CurrentStore
      const rows = entries.map((entry) => ({
        reference: entry.reference,
        kind: entry.kind,
        payment_reference: entry.paymentReference,
        payment_id: entry.paymentId,
        currency: entry.amount.currency,
        amount: entry.amount.amount,
        fee: entry.fee.amount
      }))
      yield* sql`
        INSERT INTO payout_entries (payout_id, store_id, reference, kind, payment_reference, payment_id, currency, amount, fee)
        SELECT ${payoutId}, ${storeId}, reference, kind, payment_reference, payment_id, currency, amount, fee
        FROM ${
        Dialect.jsonRows(sql, rows, {
          reference: "text",
          kind: "text",
          payment_reference: "text",
          payment_id: "text",
          currency: "text",
          amount: "int",
          fee: "int"
        })
      } WHERE true ON CONFLICT (payout_id, reference) DO UPDATE SET payment_id = excluded.payment_id`
    }, storage("Payouts.addEntries")),

    entries: Effect.fnUntraced(function*(payoutId, query) {
      const limit = query.limit ?? Page.defaultLimit
      const all = [sql`payout_id = ${payoutId}`, sql`store_id = ${yield* CurrentStore}`]
      if (query.kind !== undefined) all.push(sql`kind = ${query.kind}`)
      if (query.after !== undefined) {
        const [reference] = yield* Page.decodeCursor(byName, ["string"], query.after)
        all.push(sql`reference > ${reference}`)
      }
      const rows = yield* sql<EntryRow>`
        SELECT * FROM payout_entries WHERE ${sql.and(all)} ORDER BY reference LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toEntry), limit, byName, ({ reference }) => [reference])
    }, storage("Payouts.entries"))
  })
})

export const layer: Layer.Layer<PayoutRepository, never, SqlClient.SqlClient> = Layer.effect(PayoutRepository, make)
