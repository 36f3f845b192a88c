/**
 * What else has a say in whether an order may change: other domains, and plug-ins.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Guards from "../kernel/Guards.ts"
import type { Order, OrderEvent } from "./Order.ts"

/** Whether an order may change, or come into a state that a plug-in has added. */
export interface OrderGuard extends Guards.Guard<Order, OrderEvent> {}

export class OrderGuards extends Context.Service<OrderGuards, Guards.Guards<Order, OrderEvent>>()("@stoa/core/orders/OrderGuards") {}

export const make = Effect.sync(() => OrderGuards.of(Guards.make()))

export const layer: Layer.Layer<OrderGuards> = Layer.effect(OrderGuards, make)
