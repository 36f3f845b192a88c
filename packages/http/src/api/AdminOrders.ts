import { ChangeState } from "@stoa/core/kernel/AddedState"
import { IllegalTransition } from "@stoa/core/kernel/StateMachine"
import { StepUpRequired } from "@stoa/core/kernel/StepUp"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { ChangeOrderStatus, ListOrders, Order, OrderStats, OrderStatsRange, TagOrder } from "@stoa/core/orders/Order"
import { ListOrderNotes, OrderNote, WriteOrderNote } from "@stoa/core/orders/OrderNote"
import { CreateOrderView, OrderView, UpdateOrderView } from "@stoa/core/orders/OrderView"
import { GiftCardSpent, OrderNotFound, OrderUnderReview, OrderViewNotFound, TooManyOrderViews } from "@stoa/core/orders/OrdersErrors"
import { LedgerEntry } from "@stoa/core/books/LedgerEntry"
import { CreateRefund, OrderRefund, Refund } from "@stoa/core/payments/Payment"
import { InvalidRefund, PaymentChangeRefused, PaymentNotFound, RefundExceedsCaptured } from "@stoa/core/payments/PaymentsErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { OrderNotePage, OrderPage } from "./Orders.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "orders:read" }

export const OrderViewPage = page("OrderViewPage", OrderView)
export const RefundPage = page("RefundPage", Refund)
export const LedgerPage = page("LedgerPage", LedgerEntry)

const { after: _after, limit: _limit, ...filters } = ListOrders.fields

/** The shop's orders. */
export class AdminOrdersGroup extends HttpApiGroup.make("adminOrders").add(
  HttpApiEndpoint.get("list", "/admin/orders", { query: ListOrders, success: OrderPage }).annotateMerge(
    operation("List all orders, newest first", reads)
  ),
  HttpApiEndpoint.get("stats", "/admin/orders/stats", { query: OrderStatsRange, success: OrderStats }).annotateMerge(
    operation("Count orders by status and sum up what they brought", reads)
  ),
  HttpApiEndpoint.get("export", "/admin/orders/export", {
    query: filters,
    success: HttpApiSchema.StreamUint8Array({ contentType: "text/csv; charset=utf-8" })
  }).annotateMerge(operation("Export orders as CSV, newest first", reads)),
  HttpApiEndpoint.get("get", "/admin/orders/:id", {
    params: byId,
    success: Order,
    error: problems(OrderNotFound)
  }).annotateMerge(operation("See an order", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("changeStatus", "/admin/orders/:id/status", {
    params: byId,
    payload: ChangeOrderStatus,
    success: Order,
    error: problems(OrderNotFound, OrderUnderReview, IllegalTransition, VersionConflict)
  }).annotateMerge(
    operation("Move an order along", {
      access: "staff",
      permission: "orders:write",
      conditional: true,
      tagged: true
    })
  ),
  HttpApiEndpoint.patch("changeState", "/admin/orders/:id/state", {
    params: byId,
    payload: ChangeState,
    success: Order,
    error: problems(OrderNotFound, IllegalTransition, VersionConflict)
  }).annotateMerge(
    operation("Bring an order into a state that a plug-in has added, or back", { ...reads, conditional: true, tagged: true })
  ),
  HttpApiEndpoint.put("tag", "/admin/orders/:id/tags", {
    params: byId,
    payload: TagOrder,
    success: Order,
    error: problems(OrderNotFound, VersionConflict)
  }).annotateMerge(
    operation("Sort an order by tags: these and no others", {
      access: "staff",
      permission: "orders:write",
      conditional: true,
      tagged: true
    })
  ),
  HttpApiEndpoint.get("notes", "/admin/orders/:id/notes", {
    params: byId,
    query: ListOrderNotes,
    success: OrderNotePage,
    error: problems(OrderNotFound)
  }).annotateMerge(operation("List the notes at an order, newest first", reads)),
  HttpApiEndpoint.post("note", "/admin/orders/:id/notes", {
    params: byId,
    payload: WriteOrderNote,
    success: OrderNote.pipe(HttpApiSchema.status(201)),
    error: problems(OrderNotFound)
  }).middleware(Idempotent).annotateMerge(
    operation("Write a note at an order: for staff, or to its buyer", {
      access: "staff",
      permission: "orders:write",
      idempotent: true
    })
  ),
  HttpApiEndpoint.get("views", "/admin/order-views", { success: OrderViewPage }).annotateMerge(
    operation("List saved views of orders: one's own and the shared ones", reads)
  ),
  HttpApiEndpoint.post("createView", "/admin/order-views", {
    payload: CreateOrderView,
    success: OrderView.pipe(HttpApiSchema.status(201)),
    error: problems(TooManyOrderViews)
  }).middleware(Idempotent).annotateMerge(
    operation("Save a view of orders, for oneself or for all staff", { ...reads, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.patch("updateView", "/admin/order-views/:id", {
    params: byId,
    payload: UpdateOrderView,
    success: OrderView,
    error: problems(OrderViewNotFound, TooManyOrderViews, VersionConflict)
  }).annotateMerge(operation("Change a saved view", { ...reads, conditional: true, tagged: true })),
  HttpApiEndpoint.delete("removeView", "/admin/order-views/:id", {
    params: byId,
    error: problems(OrderViewNotFound, VersionConflict)
  }).annotateMerge(operation("Remove a saved view", { ...reads, conditional: true })),
  HttpApiEndpoint.get("refunds", "/admin/orders/:id/refunds", {
    params: byId,
    success: RefundPage,
    error: problems(OrderNotFound)
  }).annotateMerge(operation("List what was given back", reads)),
  HttpApiEndpoint.post("refund", "/admin/orders/:id/refunds", {
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
    operation("Give money back, all that is left or a part", {
      access: "staff",
      permission: "orders:refund",
      idempotent: true,
      tagged: true
    })
  ),
  HttpApiEndpoint.get("ledger", "/admin/orders/:id/ledger", { params: byId, success: LedgerPage }).annotateMerge(
    operation("List the entries of an order in the books", { access: "staff", permission: "payments:read" })
  )
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Orders (staff)", description: "The shop's orders" })
) {}
