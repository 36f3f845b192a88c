import { IllegalTransition } from "@stoa/core/kernel/StateMachine"
import { StepUpRequired } from "@stoa/core/kernel/StepUp"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { GiftCardSpent, OrderNotFound } from "@stoa/core/orders/OrdersErrors"
import { AccountBalance } from "@stoa/core/books/LedgerEntry"
import { CapturePayment, CreateRefund, ListPayments, OrderRefund, Payment } from "@stoa/core/payments/Payment"
import { GatewayMisconfigured, GatewayRejected, GatewayUnavailable } from "@stoa/core/payments/PaymentGateway"
import {
  CaptureExceedsAuthorized,
  GatewayNotFound,
  InvalidCapture,
  InvalidRefund,
  PaymentChangeRefused,
  PaymentNotFound,
  PaymentUnderReview,
  RefundExceedsCaptured
} from "@stoa/core/payments/PaymentsErrors"
import { Difference, ListDifferences, Reconciled, ReconcilePayments } from "@stoa/core/payments/Reconciliation"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { PaymentPage } from "./Payments.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "payments:read" }
const writes: Traits = { access: "staff", permission: "payments:write", idempotent: true, tagged: true }

export const BalancePage = page("BalancePage", AccountBalance)
export const DifferencePage = page("ReconciliationDifferencePage", Difference)
export const ReconciledPage = page("ReconciledPage", Reconciled)

/** The shop's payments and its books. */
export class AdminPaymentsGroup extends HttpApiGroup.make("adminPayments").add(
  HttpApiEndpoint.get("list", "/admin/payments", { query: ListPayments, success: PaymentPage }).annotateMerge(
    operation("List all payments, newest first", reads)
  ),
  HttpApiEndpoint.get("balances", "/admin/payments/balances", { success: BalancePage }).annotateMerge(
    operation("See what each account of the books holds; the sum is zero in each currency", reads)
  ),
  HttpApiEndpoint.get("differences", "/admin/payments/reconciliation", {
    query: ListDifferences,
    success: DifferencePage
  }).annotateMerge(operation("See what differs between the gateways and the shop, newest first", reads)),
  HttpApiEndpoint.post("reconcile", "/admin/payments/reconciliation", {
    payload: ReconcilePayments,
    success: ReconciledPage,
    error: problems(GatewayNotFound)
  }).middleware(Idempotent).annotateMerge(
    operation("Compare the gateways' payments with the shop's now, and repair what is safe", {
      access: "staff",
      permission: "payments:write",
      idempotent: true
    })
  ),
  HttpApiEndpoint.post("capture", "/admin/payments/:id/capture", {
    params: byId,
    payload: [CapturePayment, Schema.Null],
    success: Payment,
    error: problems(
      PaymentNotFound,
      PaymentUnderReview,
      PaymentChangeRefused,
      CaptureExceedsAuthorized,
      InvalidCapture,
      GatewayNotFound,
      IllegalTransition,
      GatewayUnavailable,
      GatewayMisconfigured,
      GatewayRejected
    )
  }).middleware(Idempotent).annotateMerge(operation("Take authorised money, all that the order owes or less", writes)),
  HttpApiEndpoint.post("void", "/admin/payments/:id/void", {
    params: byId,
    success: Payment,
    error: problems(
      PaymentNotFound,
      PaymentChangeRefused,
      GatewayNotFound,
      IllegalTransition,
      GatewayUnavailable,
      GatewayMisconfigured,
      GatewayRejected
    )
  }).middleware(Idempotent).annotateMerge(operation("Give up a payment that was not captured", writes)),
  HttpApiEndpoint.post("refund", "/admin/payments/:id/refunds", {
    params: byId,
    payload: CreateRefund,
    success: OrderRefund.pipe(HttpApiSchema.status(201)),
    error: problems(
      OrderNotFound,
      PaymentNotFound,
      RefundExceedsCaptured,
      InvalidRefund,
      PaymentChangeRefused,
      GiftCardSpent,
      StepUpRequired,
      VersionConflict
    )
  }).middleware(Idempotent).annotateMerge(
    operation("Give money of a payment's order back", { ...writes, permission: "orders:refund" })
  )
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Payments (staff)", description: "The shop's payments and its books" })
) {}
