/**
 * Rows of payments, refunds, the webhook inbox and differences, and what they are outside of SQL.
 */
import type { GatewayWebhook } from "@stoa/core/payments/GatewayWebhook"
import type { Payment, PaymentId, RefundId } from "@stoa/core/payments/Payment"
import type { StoredPayment, StoredRefund } from "@stoa/core/payments/PaymentRepository"
import type { Difference } from "@stoa/core/payments/Reconciliation"
import type * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"

export interface PaymentRow {
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
  readonly refusals: number
  readonly authorized_until: StoredPayment["createdAt"] | null
  readonly saved_method_id: NonNullable<StoredPayment["savedMethodId"]> | null
  readonly keeps_for: string | null
  readonly version: number
  readonly created_at: StoredPayment["createdAt"]
  readonly updated_at: StoredPayment["updatedAt"]
}

export interface RefundRow {
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
  readonly parts: string | null
  readonly attempts: number
  readonly idempotency_key: string
  readonly ask_at: NonNullable<StoredRefund["askAt"]> | null
  readonly version: number
  readonly created_at: StoredRefund["createdAt"]
  readonly updated_at: StoredRefund["updatedAt"]
}

export interface InboxRow {
  readonly gateway: string
  readonly event_key: string
  readonly type: string
  readonly gateway_reference: string | null
  readonly payment_id: string | null
  readonly dispute_reference: string | null
  readonly setup_reference: string | null
  readonly refund_reference: string | null
  readonly status: GatewayWebhook["status"]
  readonly failures: number
  readonly failure: string | null
  readonly received_at: GatewayWebhook["receivedAt"]
}

export interface DifferenceRow {
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
export const paymentColumns = {
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
export const changingColumns = {
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
  refusals: "int",
  authorized_until: "text",
  updated_at: "text"
} as const

export const fromPayment = (payment: StoredPayment) => ({
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
  refusals: payment.refusals ?? 0,
  authorized_until: payment.authorizedUntil ?? null,
  version: payment.version,
  created_at: payment.createdAt,
  updated_at: payment.updatedAt
} satisfies Dialect.RowOf<typeof paymentColumns & typeof changingColumns>)

export const toPayment = (row: PaymentRow): Payment => ({
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

export const toStored = (row: PaymentRow): StoredPayment => ({
  ...toPayment(row),
  idempotencyKey: row.idempotency_key,
  method: row.method,
  returnUrl: row.return_url,
  requested: row.requested,
  hold: row.hold,
  ...(row.keeps_for === null ? {} : { keepsFor: row.keeps_for }),
  toCapture: row.capture_amount === null ? null : Row.money(row.capture_amount, row.currency),
  ...(row.refusals === 0 ? {} : { refusals: row.refusals })
})

export const toRefund = (row: RefundRow): StoredRefund => ({
  id: row.id,
  paymentId: row.payment_id,
  orderId: row.order_id,
  state: row.state,
  amount: Row.money(row.amount, row.currency),
  reason: row.reason,
  gatewayReference: row.gateway_reference,
  failure: Row.jsonOrNull(row.failure),
  ...(row.credited_to === null ? {} : { creditedTo: row.credited_to }),
  ...(row.parts === null ? {} : { parts: Row.json(row.parts) }),
  attempts: row.attempts,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  idempotencyKey: row.idempotency_key,
  restock: row.restock === 1,
  ...(row.ask_at === null ? {} : { askAt: row.ask_at })
})

export const toWebhook = (row: InboxRow): GatewayWebhook => ({
  gateway: row.gateway,
  key: row.event_key,
  type: row.type,
  gatewayReference: row.gateway_reference,
  paymentId: row.payment_id,
  disputeReference: row.dispute_reference,
  setupReference: row.setup_reference,
  refundReference: row.refund_reference,
  status: row.status,
  failures: row.failures,
  failure: row.failure,
  receivedAt: row.received_at
})

export const toDifference = (row: DifferenceRow): Difference => ({
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
