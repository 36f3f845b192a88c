/**
 * The states that plug-ins add to those of orders.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as AddedState from "../kernel/AddedState.ts"
import { machine, type OrderEvent } from "./Order.ts"

/**
 * Where added states have a say in what becomes of an order: not in whether it is paid, cancelled, refunded, held, or goes on after that.
 */
export const refinable: AddedState.Refinable = {
  machine,
  progress: new Set<OrderEvent>(["process", "ship", "deliver"])
}

export class OrderStates
  extends Context.Service<OrderStates, AddedState.Registry<AddedState.AddState, AddedState.AddedState>>()(
    "@stoa/core/orders/OrderStates"
  )
{}

export const make = Effect.map(AddedState.registry("orders", refinable, AddedState.AddState), OrderStates.of)

export const layer: Layer.Layer<OrderStates> = Layer.effect(OrderStates, make)
