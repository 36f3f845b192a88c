/**
 * Who pays no tax, in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import type { TaxExemption } from "@stoa/core/tax/TaxExemption"
import { TaxExemptionRepository } from "@stoa/core/tax/TaxExemptionRepository"
import type { VatId } from "@stoa/core/tax/VatId"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface ExemptionRow {
  readonly subject_id: string
  readonly reason: string
  readonly created_at: string
  readonly updated_at: string
}

interface VatIdRow {
  readonly customer_id: string
  readonly number: string
  readonly status: string
  readonly checked_at: string | null
  readonly updated_at: string
}

const exemptionOf = (row: ExemptionRow): TaxExemption => ({
  subjectId: row.subject_id,
  reason: row.reason,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as TaxExemption)

const vatIdOf = (row: VatIdRow): VatId => ({
  customerId: row.customer_id,
  number: row.number,
  status: row.status,
  checkedAt: row.checked_at,
  updatedAt: row.updated_at
} as VatId)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return TaxExemptionRepository.of({
    exemption: Effect.fnUntraced(function*(subjectId) {
      const rows = yield* sql<ExemptionRow>`
        SELECT subject_id, reason, created_at, updated_at FROM tax_exemptions
        WHERE store_id = ${yield* CurrentStore} AND subject_id = ${subjectId}`
      return Row.first(rows, exemptionOf)
    }, storage("TaxExemptions.exemption")),
    list: Effect.fnUntraced(function*({ after, limit = Page.defaultLimit }) {
      const [last = ""] = after === undefined ? [] : yield* Page.decodeCursor("subject", ["string"], after)
      const rows = yield* sql<ExemptionRow>`
        SELECT subject_id, reason, created_at, updated_at FROM tax_exemptions
        WHERE store_id = ${yield* CurrentStore} AND subject_id > ${last} ORDER BY subject_id LIMIT ${limit + 1}`
      const page = Page.fromRows(rows, limit, "subject", (row) => [row.subject_id])
      return { items: page.items.map(exemptionOf), nextCursor: page.nextCursor }
    }, storage("TaxExemptions.list")),
    exempt: Effect.fnUntraced(function*({ createdAt, reason, subjectId, updatedAt }) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`
        INSERT INTO tax_exemptions (store_id, subject_id, customer_id, group_id, reason, created_at, updated_at)
        SELECT subject.store_id, subject.id, subject.customer_id, subject.group_id, ${reason}, ${createdAt}, ${updatedAt}
        FROM (
          SELECT store_id, id, id AS customer_id, NULL AS group_id FROM users
          WHERE id = ${subjectId} AND store_id = ${storeId}
          UNION ALL
          SELECT store_id, id, NULL AS customer_id, id AS group_id FROM customer_groups
          WHERE id = ${subjectId} AND store_id = ${storeId}
        ) AS subject WHERE true
        ON CONFLICT (store_id, subject_id) DO UPDATE SET reason = excluded.reason, updated_at = excluded.updated_at
        RETURNING subject_id`
      return rows.length > 0
    }, storage("TaxExemptions.exempt")),
    end: Effect.fnUntraced(function*(subjectId) {
      const rows = yield* sql`
        DELETE FROM tax_exemptions WHERE store_id = ${yield* CurrentStore} AND subject_id = ${subjectId}
        RETURNING subject_id`
      return rows.length > 0
    }, storage("TaxExemptions.end")),
    vatId: Effect.fnUntraced(function*(customerId) {
      const rows = yield* sql<VatIdRow>`
        SELECT customer_id, number, status, checked_at, updated_at FROM vat_ids
        WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId}`
      return Row.first(rows, vatIdOf)
    }, storage("TaxExemptions.vatId")),
    setVatId: Effect.fnUntraced(function*({ checkedAt, customerId, number, status, updatedAt }) {
      const rows = yield* sql`
        INSERT INTO vat_ids (store_id, customer_id, number, status, checked_at, updated_at)
        SELECT store_id, id, ${number}, ${status}, ${checkedAt}, ${updatedAt} FROM users
        WHERE id = ${customerId} AND store_id = ${yield* CurrentStore}
        ON CONFLICT (store_id, customer_id) DO UPDATE SET number = excluded.number, status = excluded.status,
          checked_at = excluded.checked_at, updated_at = excluded.updated_at
        RETURNING customer_id`
      return rows.length > 0
    }, storage("TaxExemptions.setVatId")),
    answered: Effect.fnUntraced(function*({ checkedAt, customerId, number, status, updatedAt }) {
      const rows = yield* sql`
        UPDATE vat_ids SET status = ${status}, checked_at = ${checkedAt}, updated_at = ${updatedAt}
        WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId} AND number = ${number}
        RETURNING customer_id`
      return rows.length > 0
    }, storage("TaxExemptions.answered")),
    removeVatId: Effect.fnUntraced(function*(customerId) {
      const rows = yield* sql`
        DELETE FROM vat_ids WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId}
        RETURNING customer_id`
      return rows.length > 0
    }, storage("TaxExemptions.removeVatId")),
    unansweredSince: Effect.fnUntraced(function*(before, limit) {
      const rows = yield* sql<VatIdRow>`
        SELECT customer_id, number, status, checked_at, updated_at FROM vat_ids
        WHERE store_id = ${yield* CurrentStore} AND COALESCE(checked_at, '') < ${before}
        ORDER BY updated_at, customer_id LIMIT ${limit}`
      return rows.map(vatIdOf)
    }, storage("TaxExemptions.unansweredSince")),
    forget: Effect.fnUntraced(function*(customerId) {
      const storeId = yield* CurrentStore
      yield* sql`DELETE FROM vat_ids WHERE store_id = ${storeId} AND customer_id = ${customerId}`
      yield* sql`DELETE FROM tax_exemptions WHERE store_id = ${storeId} AND subject_id = ${customerId}`
    }, storage("TaxExemptions.forget"))
  })
})

export const layer: Layer.Layer<TaxExemptionRepository, never, SqlClient.SqlClient> = Layer.effect(
  TaxExemptionRepository,
  make
)
