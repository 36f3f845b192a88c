import { NotForSale, ShippingMethodUnavailable } from "@stoa/core/cart/CartErrors"
import { CheckoutIncomplete, TotalChanged } from "@stoa/core/checkout/CheckoutInput"
import { EditedOrder, EditOrder, EditPreview, OrderEdit } from "@stoa/core/edits/OrderEdit"
import { EditExceedsOrder, EditRefused } from "@stoa/core/edits/OrderEditErrors"
import { InsufficientStock } from "@stoa/core/inventory/InventoryErrors"
import { StepUpRequired } from "@stoa/core/kernel/StepUp"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { OrderNotFound } from "@stoa/core/orders/OrdersErrors"
import { InvalidRefund, PaymentChangeRefused } from "@stoa/core/payments/PaymentsErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const OrderEditPage = page("OrderEditPage", OrderEdit)

const refusals = [
  OrderNotFound,
  EditRefused,
  EditExceedsOrder,
  NotForSale,
  ShippingMethodUnavailable,
  CheckoutIncomplete,
  TotalChanged,
  VersionConflict
] as const

const writes: Traits = { access: "staff", permission: "orders:write", idempotent: true, conditional: true, tagged: true }

/** Changing orders after they were placed. */
export class OrderEditsGroup extends HttpApiGroup.make("orderEdits").add(
  HttpApiEndpoint.post("create", "/admin/orders/:id/edits", {
    params: byId,
    payload: EditOrder,
    success: EditedOrder.pipe(HttpApiSchema.status(201)),
    error: problems(...refusals, InsufficientStock, InvalidRefund, PaymentChangeRefused, StepUpRequired)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Add goods to an order, take some out, change how many, where they go or how", writes)
  ),
  HttpApiEndpoint.post("preview", "/admin/orders/:id/edits/preview", {
    params: byId,
    payload: EditOrder,
    success: EditPreview,
    error: problems(...refusals)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("See what an edit would do", writes)),
  HttpApiEndpoint.get("list", "/admin/orders/:id/edits", {
    params: byId,
    success: OrderEditPage,
    error: problems(OrderNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("List the edits of an order, the oldest first", { access: "staff", permission: "orders:read" })
  )
).annotateMerge(OpenApi.annotations({ title: "Order edits", description: "Changing orders after they were placed" })) {}
