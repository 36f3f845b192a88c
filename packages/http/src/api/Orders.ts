import { FulfilmentProgress } from "@stoa/core/fulfilment/FulfilmentPlan"
import { CancelOrder, ListOrders, Order, OrderSummary, TimelineEntry } from "@stoa/core/orders/Order"
import { ListOrderNotes, OrderNote } from "@stoa/core/orders/OrderNote"
import { CancelWindowClosed, GiftCardSpent, GoodsHandedOver, OrderNotFound } from "@stoa/core/orders/OrdersErrors"
import { AddedState } from "@stoa/core/kernel/AddedState"
import { IllegalTransition } from "@stoa/core/kernel/StateMachine"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const OrderNotePage = page("OrderNotePage", OrderNote)
export const OrderStatePage = page("OrderStatePage", AddedState)
export const OrderPage = page("OrderPage", OrderSummary)

/** Where an order is, and how it got there. */
export const OrderTracking = Schema.Struct({
  orderId: Order.fields.id,
  number: Order.fields.number,
  status: Order.fields.status,
  state: Order.fields.state,
  paymentStatus: Order.fields.paymentStatus,
  /** How far its pieces have got. */
  progress: FulfilmentProgress,
  /** Oldest first. */
  timeline: Schema.Array(TimelineEntry)
}).annotate({ identifier: "OrderTracking" })

const { customerId: _customerId, email: _email, state: _state, tag: _tag, ...mine } = ListOrders.fields

/** A buyer's orders: the customer's own, or the guest's whose token is in `Stoa-Order-Token`. */
export class OrdersGroup extends HttpApiGroup.make("orders").add(
  HttpApiEndpoint.get("list", "/orders", { query: mine, success: OrderPage }).middleware(Guarded).annotateMerge(
    operation("List one's orders, newest first", { access: "customer" })
  ),
  HttpApiEndpoint.get("states", "/order-states", { success: OrderStatePage }).annotateMerge(
    operation("List the states that plug-ins have added to those of orders", { access: "guest" })
  ),
  HttpApiEndpoint.get("get", "/orders/:id", {
    params: byId,
    success: Order,
    error: problems(OrderNotFound)
  }).annotateMerge(operation("See an order", { access: "guest", tagged: true })),
  HttpApiEndpoint.get("tracking", "/orders/:id/tracking", {
    params: byId,
    success: OrderTracking,
    error: problems(OrderNotFound)
  }).annotateMerge(operation("See where an order is, and how it got there", { access: "guest", tagged: true })),
  HttpApiEndpoint.get("events", "/orders/:id/events", {
    params: byId,
    success: HttpApiSchema.StreamSse({ data: TimelineEntry }),
    error: problems(OrderNotFound)
  }).annotateMerge(
    operation("Follow an order: its timeline, and what happens from now on", { access: "guest", live: true })
  ),
  HttpApiEndpoint.get("notes", "/orders/:id/notes", {
    params: byId,
    query: ListOrderNotes,
    success: OrderNotePage,
    error: problems(OrderNotFound)
  }).annotateMerge(operation("List what the shop wrote about an order, newest first", { access: "guest" })),
  HttpApiEndpoint.post("cancel", "/orders/:id/cancel", {
    params: byId,
    payload: CancelOrder,
    success: Order,
    error: problems(OrderNotFound, CancelWindowClosed, GoodsHandedOver, GiftCardSpent, IllegalTransition, VersionConflict)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Cancel an order", { access: "guest", idempotent: true, tagged: true, conditional: true })
  )
).annotateMerge(OpenApi.annotations({ title: "Orders", description: "A buyer's orders" })) {}
