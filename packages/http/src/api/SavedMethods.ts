import { ImpersonationRefused } from "@stoa/core/kernel/Permission"
import { TooManyAttempts } from "@stoa/core/identity/IdentityErrors"
import { GatewayMisconfigured, GatewayRejected, GatewayUnavailable } from "@stoa/core/payments/PaymentGateway"
import { GatewayNotFound, PaymentMethodUnknown } from "@stoa/core/payments/PaymentsErrors"
import { AddSavedMethod, SavedMethod } from "@stoa/core/payments/SavedMethod"
import { SavedMethodNotFound, SavingUnsupported, TooManySavedMethods } from "@stoa/core/payments/SavedMethodErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const SavedMethodPage = page("SavedMethodPage", SavedMethod)

const own: Traits = { access: "customer" }

/** The means of payment that gateways keep for a buyer. */
export class SavedMethodsGroup extends HttpApiGroup.make("paymentMethods").add(
  HttpApiEndpoint.get("list", "/payment-methods", { success: SavedMethodPage }).annotateMerge(
    operation("List one's saved payment methods, oldest first", own)
  ),
  HttpApiEndpoint.post("add", "/payment-methods", {
    payload: AddSavedMethod,
    success: SavedMethod.pipe(HttpApiSchema.status(201)),
    error: problems(
      GatewayNotFound,
      PaymentMethodUnknown,
      SavingUnsupported,
      TooManySavedMethods,
      TooManyAttempts,
      ImpersonationRefused
    )
  }).middleware(Idempotent).annotateMerge(
    operation("Have a gateway keep a payment method without a payment", { ...own, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.get("get", "/payment-methods/:id", {
    params: byId,
    success: SavedMethod,
    error: problems(SavedMethodNotFound)
  }).annotateMerge(operation("See one of one's saved payment methods", { ...own, tagged: true })),
  HttpApiEndpoint.post("confirm", "/payment-methods/:id/confirm", {
    params: byId,
    success: SavedMethod,
    error: problems(SavedMethodNotFound, GatewayNotFound, GatewayUnavailable, GatewayMisconfigured, GatewayRejected)
  }).middleware(Idempotent).annotateMerge(
    operation("Ask the gateway whether it keeps it, after the buyer came back from there", {
      ...own,
      idempotent: true,
      tagged: true
    })
  ),
  HttpApiEndpoint.post("setDefault", "/payment-methods/:id/default", {
    params: byId,
    success: SavedMethod,
    error: problems(SavedMethodNotFound, ImpersonationRefused)
  }).middleware(Idempotent).annotateMerge(
    operation("Make it the one to pay with unless one says otherwise", { ...own, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.delete("remove", "/payment-methods/:id", {
    params: byId,
    error: problems(SavedMethodNotFound, ImpersonationRefused)
  }).annotateMerge(operation("Remove a saved payment method, here and at the gateway", own))
).annotateMerge(
  OpenApi.annotations({ title: "Payment methods", description: "What gateways keep for a buyer to pay with again" })
) {}
