import { VersionConflict } from "@stoa/core/kernel/Version"
import { BuyReturnLabel, ReturnLabel } from "@stoa/core/labels/ReturnLabel"
import { ReturnLabelNeedsParcels, ReturnLabelNotFound, ReturnLabelNotPossible, ReturnLabelTaken } from "@stoa/core/labels/ReturnLabelErrors"
import { ReturnNotFound } from "@stoa/core/returns/ReturnErrors"
import { CarrierNotFound } from "@stoa/core/shipping/Carrier"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const writes: Traits = { access: "staff", permission: "orders:write", idempotent: true }

export const ReturnLabelPage = page("ReturnLabelPage", ReturnLabel)

/** What returns are sent back with. */
export class ReturnLabelsGroup extends HttpApiGroup.make("returnLabels").add(
  HttpApiEndpoint.post("buy", "/admin/returns/:id/labels", {
    params: byId,
    payload: BuyReturnLabel,
    success: ReturnLabel.pipe(HttpApiSchema.status(201)),
    error: problems(ReturnNotFound, CarrierNotFound, ReturnLabelNotPossible, ReturnLabelNeedsParcels, ReturnLabelTaken, VersionConflict)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Buy a label for a return that is approved", writes)),
  HttpApiEndpoint.get("ofReturn", "/admin/returns/:id/labels", {
    params: byId,
    success: ReturnLabelPage,
    error: problems(ReturnNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("List the labels of a return, oldest first", { access: "staff", permission: "orders:read" })
  ),
  HttpApiEndpoint.get("file", "/returns/:id/label", {
    params: byId,
    success: HttpApiSchema.StreamUint8Array({ contentType: "application/octet-stream" }),
    error: problems(ReturnNotFound, ReturnLabelNotFound)
  }).annotateMerge(operation("What a return is sent back with, in the carrier's format", { access: "guest" })),
  HttpApiEndpoint.post("giveBack", "/admin/return-labels/:id/void", {
    params: byId,
    success: ReturnLabel,
    error: problems(ReturnLabelNotFound, ReturnLabelNotPossible, VersionConflict)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Give a label of a return back that was not used", writes))
).annotateMerge(OpenApi.annotations({ title: "Return labels", description: "What returns are sent back with" })) {}
