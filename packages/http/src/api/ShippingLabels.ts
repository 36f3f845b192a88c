import { FulfilmentNotFound } from "@stoa/core/fulfilment/FulfilmentErrors"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { BuyShippingLabel, ShippingLabel } from "@stoa/core/labels/ShippingLabel"
import { ShippingLabelNotFound, ShippingLabelNotPossible, ShippingLabelTaken } from "@stoa/core/labels/ShippingLabelErrors"
import { CarrierNotFound, CarrierRejected, CarrierUnavailable, CarrierWebhookRejected } from "@stoa/core/shipping/Carrier"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { WebhookReceipt } from "./Payments.ts"
import { problems } from "./Problem.ts"
import * as Schema from "effect/Schema"

const reads: Traits = { access: "staff", permission: "orders:read" }
const writes: Traits = { access: "staff", permission: "orders:write", idempotent: true }

export const ShippingLabelPage = page("ShippingLabelPage", ShippingLabel)

/** Labels of carriers, and what carriers tell. */
export class ShippingLabelsGroup extends HttpApiGroup.make("shippingLabels").add(
  HttpApiEndpoint.post("buy", "/admin/fulfilments/:id/labels", {
    params: byId,
    payload: BuyShippingLabel,
    success: ShippingLabel.pipe(HttpApiSchema.status(201)),
    error: problems(FulfilmentNotFound, CarrierNotFound, ShippingLabelNotPossible, ShippingLabelTaken)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Buy a label for a fulfilment", writes)),
  HttpApiEndpoint.get("ofFulfilment", "/admin/fulfilments/:id/labels", {
    params: byId,
    success: ShippingLabelPage,
    error: problems(FulfilmentNotFound)
  }).middleware(Guarded).annotateMerge(operation("List the labels of a fulfilment, oldest first", reads)),
  HttpApiEndpoint.get("get", "/admin/shipping-labels/:id", {
    params: byId,
    success: ShippingLabel,
    error: problems(ShippingLabelNotFound)
  }).middleware(Guarded).annotateMerge(operation("See a label", reads)),
  HttpApiEndpoint.get("file", "/admin/shipping-labels/:id/file", {
    params: byId,
    success: HttpApiSchema.StreamUint8Array({ contentType: "application/octet-stream" }),
    error: problems(ShippingLabelNotFound)
  }).middleware(Guarded).annotateMerge(operation("What is printed, in the carrier's format", reads)),
  HttpApiEndpoint.post("giveBack", "/admin/shipping-labels/:id/void", {
    params: byId,
    success: ShippingLabel,
    error: problems(ShippingLabelNotFound, ShippingLabelNotPossible, VersionConflict)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Give a label back that was not used", writes)),
  HttpApiEndpoint.post("track", "/admin/shipping-labels/:id/track", {
    params: byId,
    success: ShippingLabel,
    error: problems(
      ShippingLabelNotFound,
      ShippingLabelNotPossible,
      CarrierNotFound,
      CarrierUnavailable,
      CarrierRejected,
      VersionConflict
    )
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Ask the carrier what became of a label", writes)),
  HttpApiEndpoint.post("receive", "/webhooks/carriers/:carrier", {
    params: { carrier: Schema.String },
    success: WebhookReceipt,
    error: problems(CarrierNotFound, CarrierWebhookRejected, VersionConflict)
  }).annotateMerge(operation("Take in what a carrier tells", { access: "none", body: "raw" }))
).annotateMerge(OpenApi.annotations({ title: "Shipping labels", description: "Labels of carriers, and what carriers tell" })) {}
