import { NotForSale } from "@stoa/core/cart/CartErrors"
import { InsufficientStock, LocationNotFound } from "@stoa/core/inventory/InventoryErrors"
import { IllegalTransition } from "@stoa/core/kernel/StateMachine"
import { StepUpRequired } from "@stoa/core/kernel/StepUp"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { GiftCardSpent, OrderNotFound } from "@stoa/core/orders/OrdersErrors"
import { InvalidRefund, PaymentChangeRefused, PaymentNotFound, RefundExceedsCaptured } from "@stoa/core/payments/PaymentsErrors"
import {
  ApproveReturn,
  EndReturn,
  ListReturns,
  ReceiveReturn,
  RefundReturn,
  RequestReturn,
  Return
} from "@stoa/core/returns/Return"
import { ReturnExceedsOrder, ReturnNotFound, ReturnRefused } from "@stoa/core/returns/ReturnErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const ReturnPage = page("ReturnPage", Return)

const reads: Traits = { access: "staff", permission: "orders:read" }
const acts = { idempotent: true, conditional: true, tagged: true } as const
const writes: Traits = { access: "staff", permission: "orders:write", ...acts }

const changed = { params: byId, success: Return } as const

/** What buyers give back. */
export class ReturnsGroup extends HttpApiGroup.make("returns").add(
  HttpApiEndpoint.post("request", "/orders/:id/returns", {
    params: byId,
    payload: RequestReturn,
    success: Return.pipe(HttpApiSchema.status(201)),
    error: problems(OrderNotFound, ReturnRefused, ReturnExceedsOrder)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Ask to give back pieces of an order", { access: "guest", idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.get("ofOrder", "/orders/:id/returns", {
    params: byId,
    success: ReturnPage,
    error: problems(OrderNotFound)
  }).annotateMerge(operation("List the returns of an order", { access: "guest" })),
  HttpApiEndpoint.post("cancel", "/returns/:id/cancel", {
    ...changed,
    payload: EndReturn,
    error: problems(ReturnNotFound, IllegalTransition, VersionConflict)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Keep what was to be given back", { access: "guest", ...acts })
  ),
  HttpApiEndpoint.get("list", "/admin/returns", { query: ListReturns, success: ReturnPage }).middleware(Guarded)
    .annotateMerge(operation("List returns, the oldest first", reads)),
  HttpApiEndpoint.get("get", "/admin/returns/:id", { ...changed, error: problems(ReturnNotFound) }).middleware(Guarded)
    .annotateMerge(operation("See a return", { ...reads, tagged: true })),
  HttpApiEndpoint.post("approve", "/admin/returns/:id/approve", {
    ...changed,
    payload: ApproveReturn,
    error: problems(
      ReturnNotFound,
      OrderNotFound,
      NotForSale,
      InsufficientStock,
      PaymentNotFound,
      RefundExceedsCaptured,
      InvalidRefund,
      PaymentChangeRefused,
      IllegalTransition,
      VersionConflict
    )
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Tell a buyer to send back what they asked to give back", writes)
  ),
  HttpApiEndpoint.post("reject", "/admin/returns/:id/reject", {
    ...changed,
    payload: EndReturn,
    error: problems(ReturnNotFound, IllegalTransition, VersionConflict)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Do not take it back", writes)),
  HttpApiEndpoint.post("receive", "/admin/returns/:id/receive", {
    ...changed,
    payload: ReceiveReturn,
    error: problems(ReturnNotFound, ReturnExceedsOrder, LocationNotFound, IllegalTransition, VersionConflict)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Write down what has come: what goes back into stock, and what is scrapped", writes)
  ),
  HttpApiEndpoint.post("refund", "/admin/returns/:id/refund", {
    ...changed,
    payload: RefundReturn,
    error: problems(
      ReturnNotFound,
      OrderNotFound,
      PaymentNotFound,
      RefundExceedsCaptured,
      InvalidRefund,
      PaymentChangeRefused,
      GiftCardSpent,
      StepUpRequired,
      IllegalTransition,
      VersionConflict
    )
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Give back what was paid for what has come, less the fee", {
      access: "staff",
      permission: "orders:refund",
      ...acts
    })
  ),
  HttpApiEndpoint.post("close", "/admin/returns/:id/close", {
    ...changed,
    payload: EndReturn,
    error: problems(ReturnNotFound, IllegalTransition, VersionConflict)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Give no money back for what has come", writes))
).annotateMerge(OpenApi.annotations({ title: "Returns", description: "What buyers give back" })) {}
