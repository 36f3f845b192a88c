import { CancelLines } from "@stoa/core/cancellations/Cancellation"
import { CancellationExceedsOrder, CancellationRefused } from "@stoa/core/cancellations/CancellationErrors"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { Order } from "@stoa/core/orders/Order"
import { CancelWindowClosed, GoodsHandedOver, OrderNotFound } from "@stoa/core/orders/OrdersErrors"
import { InvalidRefund, PaymentChangeRefused } from "@stoa/core/payments/PaymentsErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

/** Cancelling a part of an order. */
export class CancellationsGroup extends HttpApiGroup.make("cancellations").add(
  HttpApiEndpoint.post("create", "/orders/:id/cancellations", {
    params: byId,
    payload: CancelLines,
    success: Order,
    error: problems(
      OrderNotFound,
      CancellationExceedsOrder,
      CancellationRefused,
      CancelWindowClosed,
      GoodsHandedOver,
      InvalidRefund,
      PaymentChangeRefused,
      VersionConflict
    )
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Cancel pieces of an order that is paid", { access: "guest", idempotent: true, tagged: true, conditional: true })
  )
).annotateMerge(OpenApi.annotations({ title: "Cancellations", description: "Cancelling a part of an order" })) {}
