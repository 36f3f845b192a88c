import { OrderNotFound } from "@stoa/core/orders/OrdersErrors"
import { InitializePayment, ListPayments, Payment } from "@stoa/core/payments/Payment"
import { GatewayMisconfigured, GatewayRejected, GatewayUnavailable, WebhookRejected } from "@stoa/core/payments/PaymentGateway"
import { GatewayNotFound, OrderNotPayable, PaymentNotFound } from "@stoa/core/payments/PaymentsErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation } from "./Operation.ts"
import { paying } from "./PayingErrors.ts"
import { problems } from "./Problem.ts"

export const PaymentPage = page("PaymentPage", Payment)

/** A buyer's payments. */
export class PaymentsGroup extends HttpApiGroup.make("payments").add(
  HttpApiEndpoint.post("initialize", "/payments/initialize", {
    payload: InitializePayment,
    success: Payment.pipe(HttpApiSchema.status(201)),
    error: problems(
      OrderNotFound,
      OrderNotPayable,
      PaymentNotFound,
      ...paying
    )
  }).middleware(Idempotent).annotateMerge(
    operation("Pay an order by other means, after a payment failed", { access: "guest", idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.get("verify", "/payments/verify/:reference", {
    params: { reference: Schema.String },
    success: Payment,
    error: problems(PaymentNotFound, GatewayNotFound, GatewayUnavailable, GatewayMisconfigured, GatewayRejected)
  }).annotateMerge(
    operation("Ask the gateway what has become of a payment, by its id or the gateway's reference", {
      access: "guest"
    })
  ),
  HttpApiEndpoint.post("confirm", "/payments/:id/confirm", {
    params: byId,
    success: Payment,
    error: problems(PaymentNotFound, GatewayNotFound, GatewayUnavailable, GatewayMisconfigured, GatewayRejected)
  }).middleware(Idempotent).annotateMerge(
    operation("Settle a payment after the buyer came back from the gateway", { access: "guest", idempotent: true })
  ),
  HttpApiEndpoint.get("list", "/payments", { query: ListPayments, success: PaymentPage }).middleware(Guarded)
    .annotateMerge(operation("List one's payments, newest first", { access: "customer" })),
  HttpApiEndpoint.get("get", "/payments/:id", {
    params: byId,
    success: Payment,
    error: problems(PaymentNotFound)
  }).annotateMerge(operation("See a payment", { access: "guest", tagged: true }))
).annotateMerge(OpenApi.annotations({ title: "Payments", description: "A buyer's payments" })) {}

/** What became of a webhook. Its work is done after the answer. */
export const WebhookReceipt = Schema.Struct({
  /** Whether the same event had arrived before. */
  duplicate: Schema.Boolean
}).annotate({ identifier: "WebhookReceipt" })

/** What gateways tell the shop. The signature over the raw body is the credential. */
export class WebhooksGroup extends HttpApiGroup.make("webhooks").add(
  HttpApiEndpoint.post("receive", "/webhooks/:gateway", {
    params: { gateway: Schema.String },
    success: WebhookReceipt,
    error: problems(GatewayNotFound, WebhookRejected)
  }).annotateMerge(operation("Take an event of a gateway in", { access: "none", body: "raw" }))
).annotateMerge(OpenApi.annotations({ title: "Webhooks", description: "What gateways tell the shop" })) {}
