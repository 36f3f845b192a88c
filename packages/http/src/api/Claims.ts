import { NotForSale } from "@stoa/core/cart/CartErrors"
import { InsufficientStock } from "@stoa/core/inventory/InventoryErrors"
import { IllegalTransition } from "@stoa/core/kernel/StateMachine"
import { StepUpRequired } from "@stoa/core/kernel/StepUp"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { OrderNotFound } from "@stoa/core/orders/OrdersErrors"
import { InvalidRefund, PaymentChangeRefused, PaymentNotFound, RefundExceedsCaptured } from "@stoa/core/payments/PaymentsErrors"
import { CancelClaim, Claim, ListClaims, OpenClaim, RefundClaim, RejectClaim, ReplaceClaim } from "@stoa/core/returns/Claim"
import { ClaimExceedsOrder, ClaimNotFound } from "@stoa/core/returns/ClaimErrors"
import { ReturnRefused } from "@stoa/core/returns/ReturnErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const ClaimPage = page("ClaimPage", Claim)

const reads: Traits = { access: "staff", permission: "orders:read" }
const acts = { idempotent: true, conditional: true, tagged: true } as const
const writes: Traits = { access: "staff", permission: "orders:write", ...acts }

const changed = { params: byId, success: Claim } as const
const undecided = [ClaimNotFound, IllegalTransition, VersionConflict] as const

/** What went wrong on the way to buyers. */
export class ClaimsGroup extends HttpApiGroup.make("claims").add(
  HttpApiEndpoint.post("open", "/orders/:id/claims", {
    params: byId,
    payload: OpenClaim,
    success: Claim.pipe(HttpApiSchema.status(201)),
    error: problems(OrderNotFound, ReturnRefused, ClaimExceedsOrder)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Say that pieces of an order were lost, broken, wrong or missing", { access: "guest", idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.get("ofOrder", "/orders/:id/claims", {
    params: byId,
    success: ClaimPage,
    error: problems(OrderNotFound)
  }).annotateMerge(operation("List the claims about an order", { access: "guest" })),
  HttpApiEndpoint.post("cancel", "/claims/:id/cancel", {
    ...changed,
    payload: CancelClaim,
    error: problems(...undecided)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Take a claim back", { access: "guest", ...acts })),
  HttpApiEndpoint.get("list", "/admin/claims", { query: ListClaims, success: ClaimPage }).middleware(Guarded)
    .annotateMerge(operation("List claims, the oldest first", reads)),
  HttpApiEndpoint.get("get", "/admin/claims/:id", { ...changed, error: problems(ClaimNotFound) }).middleware(Guarded)
    .annotateMerge(operation("See a claim", { ...reads, tagged: true })),
  HttpApiEndpoint.post("replace", "/admin/claims/:id/replace", {
    ...changed,
    payload: ReplaceClaim,
    error: problems(...undecided, NotForSale, InsufficientStock)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Send it again for nothing", writes)),
  HttpApiEndpoint.post("refund", "/admin/claims/:id/refund", {
    ...changed,
    payload: RefundClaim,
    error: problems(...undecided, PaymentNotFound, RefundExceedsCaptured, InvalidRefund, PaymentChangeRefused, StepUpRequired)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Give back what was paid for it, or a part", { access: "staff", permission: "orders:refund", ...acts })
  ),
  HttpApiEndpoint.post("reject", "/admin/claims/:id/reject", {
    ...changed,
    payload: RejectClaim,
    error: problems(...undecided)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Do nothing about it, and say why", writes))
).annotateMerge(OpenApi.annotations({ title: "Claims", description: "What went wrong on the way to buyers" })) {}
