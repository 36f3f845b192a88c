import { AdvanceFulfilment, CreateFulfilment, Fulfilment, ListFulfilments } from "@stoa/core/fulfilment/Fulfilment"
import { FulfilmentProgress, OpenPieces } from "@stoa/core/fulfilment/FulfilmentPlan"
import { ExceedsOrdered, FulfilmentNotFound, VendorsMixed } from "@stoa/core/fulfilment/FulfilmentErrors"
import { FulfilmentState } from "@stoa/core/fulfilment/FulfilmentStates"
import { ChangeState } from "@stoa/core/kernel/AddedState"
import { IllegalTransition } from "@stoa/core/kernel/StateMachine"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { OrderNotFound, OrderUnderReview } from "@stoa/core/orders/OrdersErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "orders:read" }
const writes: Traits = { access: "staff", permission: "orders:write" }

export const FulfilmentStatePage = page("FulfilmentStatePage", FulfilmentState)
export const FulfilmentPage = page("FulfilmentPage", Fulfilment)

/** How far an order has got, and what is left of it to send. */
export const OrderProgress = Schema.Struct({
  status: FulfilmentProgress,
  open: Schema.Array(OpenPieces)
}).annotate({ identifier: "OrderProgress" })

/** Parts of orders on their way to the buyers. */
export class FulfilmentsGroup extends HttpApiGroup.make("fulfilments").add(
  HttpApiEndpoint.get("ofOrder", "/orders/:id/fulfilments", {
    params: byId,
    success: FulfilmentPage,
    error: problems(OrderNotFound)
  }).annotateMerge(operation("List the parcels of an order", { access: "guest" })),
  HttpApiEndpoint.get("progress", "/admin/orders/:id/fulfilments/open", {
    params: byId,
    success: OrderProgress,
    error: problems(OrderNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("See how far an order has got, and what of it is left to send from where", reads)
  ),
  HttpApiEndpoint.post("create", "/admin/orders/:id/fulfilments", {
    params: byId,
    payload: CreateFulfilment,
    success: Fulfilment.pipe(HttpApiSchema.status(201)),
    error: problems(OrderNotFound, OrderUnderReview, ExceedsOrdered, VendorsMixed, IllegalTransition, VersionConflict)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Begin to fulfil an order: some of its pieces, or all that are left", { ...writes, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.get("states", "/fulfilment-states", { success: FulfilmentStatePage }).annotateMerge(
    operation("List the states that plug-ins have added to those of parcels", { access: "guest" })
  ),
  HttpApiEndpoint.patch("changeState", "/admin/fulfilments/:id/state", {
    params: byId,
    payload: ChangeState,
    success: Fulfilment,
    error: problems(FulfilmentNotFound, OrderNotFound, IllegalTransition, VersionConflict)
  }).middleware(Guarded).annotateMerge(
    operation("Bring a fulfilment into a state that a plug-in has added, or back", { ...reads, conditional: true, tagged: true })
  ),
  HttpApiEndpoint.get("list", "/admin/fulfilments", { query: ListFulfilments, success: FulfilmentPage }).middleware(Guarded)
    .annotateMerge(operation("List fulfilments, oldest first", reads)),
  HttpApiEndpoint.get("get", "/admin/fulfilments/:id", {
    params: byId,
    success: Fulfilment,
    error: problems(FulfilmentNotFound)
  }).middleware(Guarded).annotateMerge(operation("See a fulfilment", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("advance", "/admin/fulfilments/:id", {
    params: byId,
    payload: AdvanceFulfilment,
    success: Fulfilment,
    error: problems(FulfilmentNotFound, OrderNotFound, OrderUnderReview, IllegalTransition, VersionConflict)
  }).middleware(Guarded).annotateMerge(
    operation("Pick, pack, ship, hand over, say that it failed or came back, or cancel", { ...writes, conditional: true, tagged: true })
  )
).annotateMerge(OpenApi.annotations({ title: "Fulfilments", description: "Parts of orders on their way to the buyers" })) {}
