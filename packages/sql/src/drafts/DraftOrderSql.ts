/**
 * Draft orders in SQL.
 */
import type { DraftOrderSummary, StoredDraftOrder } from "@stoa/core/drafts/DraftOrder"
import { DraftOrderRepository } from "@stoa/core/drafts/DraftOrderRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface SummaryRow {
  readonly id: string
  readonly status: string
  readonly customer_id: string | null
  readonly email: string | null
  readonly currency: string
  readonly total: number
  readonly expires_at: string
  readonly order_id: string | null
  readonly created_at: string
  readonly updated_at: string
}

interface DraftRow extends SummaryRow {
  /** JSON of all that has no column. */
  readonly content: string
  readonly reserved_until: string | null
  readonly sent_at: string | null
  readonly cart_id: string
  readonly link_key: string
  readonly version: number
  readonly created_by: string
}

type Content = Pick<
  StoredDraftOrder,
  | "language"
  | "lines"
  | "shippingAddress"
  | "billingAddress"
  | "shipping"
  | "codes"
  | "discount"
  | "note"
  | "tags"
  | "pricing"
  | "pricedAt"
  | "missing"
  | "notices"
  | "isPickedUp"
  | "byBuyer"
>

const summaryOf = (row: SummaryRow): DraftOrderSummary => ({
  id: row.id,
  status: row.status,
  customerId: row.customer_id,
  email: row.email,
  total: { amount: row.total, currency: row.currency },
  expiresAt: row.expires_at,
  orderId: row.order_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at
} as DraftOrderSummary)

const fromRow = (row: DraftRow): StoredDraftOrder => ({
  ...summaryOf(row),
  ...Row.json<Content>(row.content),
  currency: row.currency,
  reservedUntil: row.reserved_until,
  sentAt: row.sent_at,
  cartId: row.cart_id,
  linkKey: row.link_key,
  version: row.version,
  createdBy: row.created_by
} as StoredDraftOrder)

const contentOf = (draft: StoredDraftOrder): Content => ({
  language: draft.language ?? null,
  lines: draft.lines,
  shippingAddress: draft.shippingAddress,
  billingAddress: draft.billingAddress,
  shipping: draft.shipping,
  codes: draft.codes,
  discount: draft.discount,
  note: draft.note,
  tags: draft.tags,
  pricing: draft.pricing,
  pricedAt: draft.pricedAt,
  missing: draft.missing,
  notices: draft.notices,
  isPickedUp: draft.isPickedUp,
  ...(draft.byBuyer === undefined || draft.byBuyer.length === 0 ? {} : { byBuyer: draft.byBuyer })
})

const toRow = (draft: StoredDraftOrder) => ({
  status: draft.status,
  customer_id: draft.customerId,
  email: draft.email,
  currency: draft.currency,
  total: draft.total.amount,
  content: JSON.stringify(contentOf(draft)),
  expires_at: draft.expiresAt,
  reserved_until: draft.reservedUntil,
  sent_at: draft.sentAt,
  cart_id: draft.cartId,
  order_id: draft.orderId,
  link_key: draft.linkKey,
  version: draft.version,
  created_by: draft.createdBy,
  created_at: draft.createdAt,
  updated_at: draft.updatedAt
})

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const summary = sql.literal("id, status, customer_id, email, currency, total, expires_at, order_id, created_at, updated_at")
  const columns = sql.literal("id, status, customer_id, email, currency, total, content, expires_at, reserved_until, sent_at, cart_id, "
    + "order_id, link_key, version, created_by, created_at, updated_at")

  /** A page of what holds for drafts, newest first. */
  const page = Effect.fnUntraced(function*<R extends SummaryRow>(
    selected: Fragment,
    conditions: ReadonlyArray<Fragment>,
    { after, limit = Page.defaultLimit }: { readonly after?: string; readonly limit?: number }
  ) {
    const all = [sql`store_id = ${yield* CurrentStore}`, ...conditions]
    if (after !== undefined) {
      const [id] = yield* Page.decodeCursor("-id", ["string"], after)
      all.push(sql`id < ${id}`)
    }
    const rows = yield* sql<R>`SELECT ${selected} FROM draft_orders WHERE ${sql.and(all)} ORDER BY id DESC LIMIT ${limit + 1}`
    return Page.fromRows(rows, limit, "-id", ({ id }) => [id])
  })

  return DraftOrderRepository.of({
    insert: Effect.fnUntraced(function*(draft) {
      yield* sql`INSERT INTO draft_orders ${sql.insert({ id: draft.id, store_id: yield* CurrentStore, ...toRow(draft) })}`
    }, storage("DraftOrders.insert")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<DraftRow>`
        SELECT ${columns} FROM draft_orders WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("DraftOrders.find")),

    list: Effect.fnUntraced(function*({ customerId, email, status, ...range }) {
      const conditions = [
        ...(status === undefined ? [] : [sql`status = ${status}`]),
        ...(customerId === undefined ? [] : [sql`customer_id = ${customerId}`]),
        ...(email === undefined ? [] : [sql`lower(email) = ${email.toLowerCase()}`])
      ]
      const { items, nextCursor } = yield* page<SummaryRow>(summary, conditions, range)
      return { items: items.map(summaryOf), nextCursor }
    }, storage("DraftOrders.list")),

    ofCustomer: Effect.fnUntraced(function*(customerId, range) {
      const { items, nextCursor } = yield* page<DraftRow>(columns, [sql`customer_id = ${customerId}`], range)
      return { items: items.map(fromRow), nextCursor }
    }, storage("DraftOrders.ofCustomer")),

    replace: Effect.fnUntraced(function*(draft) {
      const rows = yield* sql`
        UPDATE draft_orders SET ${sql.update(toRow(draft))}
        WHERE id = ${draft.id} AND store_id = ${yield* CurrentStore} AND version = ${draft.version - 1} AND status <> 'ordered'
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: draft.id, expected: draft.version - 1 })
    }, storage("DraftOrders.replace")),

    delete: Effect.fnUntraced(function*(id, version) {
      const rows = yield* sql`
        DELETE FROM draft_orders
        WHERE id = ${id} AND store_id = ${yield* CurrentStore} AND version = ${version} AND status <> 'ordered' RETURNING id`
      return rows.length > 0
    }, storage("DraftOrders.delete")),

    due: Effect.fnUntraced(function*(now, limit) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<DraftRow>`
        SELECT ${columns} FROM draft_orders WHERE id IN (
          SELECT id FROM draft_orders WHERE store_id = ${storeId} AND status IN ('open', 'sent') AND expires_at <= ${now}
          UNION
          SELECT id FROM draft_orders WHERE store_id = ${storeId} AND reserved_until IS NOT NULL AND reserved_until <= ${now}
        ) AND ${Dialect.unindexed(sql, "store_id")} = ${storeId} ORDER BY expires_at, id LIMIT ${limit}`
      return rows.map(fromRow)
    }, storage("DraftOrders.due")),

    deleteExpired: Effect.fnUntraced(function*(before, limit) {
      const storeId = yield* CurrentStore
      // said twice: what is inside is of the statement's beginning, and somebody may reopen one of them meanwhile
      const rows = yield* sql<SummaryRow>`
        DELETE FROM draft_orders WHERE id IN (
          SELECT id FROM draft_orders WHERE store_id = ${storeId} AND status = 'expired' AND expires_at <= ${before}
          ORDER BY expires_at LIMIT ${limit}
        ) AND status = 'expired' AND expires_at <= ${before} AND ${Dialect.unindexed(sql, "store_id")} = ${storeId}
        RETURNING ${summary}`
      return rows.map(summaryOf)
    }, storage("DraftOrders.deleteExpired")),

    forget: Effect.fnUntraced(function*(customerId) {
      yield* sql`DELETE FROM draft_orders WHERE store_id = ${yield* CurrentStore} AND customer_id = ${customerId}`
    }, storage("DraftOrders.forget"))
  })
})

export const layer: Layer.Layer<DraftOrderRepository, never, SqlClient.SqlClient> = Layer.effect(DraftOrderRepository, make)
