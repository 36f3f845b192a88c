/**
 * What else has a say in whether an order may change: other domains, and plug-ins. A guard only refuses; what the state
 * machine does not allow stays forbidden.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Order, OrderEvent } from "./Order.ts"

/** Whether an order may change. Runs in the transaction of the change and only reads. */
export interface OrderGuard {
  /** Names it: `"fulfilment.not-after-shipping"`. */
  readonly name: string
  /** The events that it wants to be asked about. */
  readonly events: ReadonlyArray<OrderEvent>
  readonly allows: (order: Order, event: OrderEvent) => Effect.Effect<boolean, StorageError>
}

export class OrderGuards extends Context.Service<OrderGuards, {
  /** Adds a guard to this engine. Call it while the engine's layers are built. */
  readonly add: (guard: OrderGuard) => Effect.Effect<void>
  /** Whether every guard allows it. */
  readonly allow: (order: Order, event: OrderEvent) => Effect.Effect<boolean, StorageError>
}>()("@stoa/core/orders/OrderGuards") {}

export const make = Effect.sync(() => {
  const guards: Array<OrderGuard> = []
  return OrderGuards.of({
    add: (guard) => Effect.sync(() => void guards.push(guard)),
    allow: Effect.fnUntraced(function*(order, event) {
      for (const guard of guards) {
        if (guard.events.includes(event) && !(yield* guard.allows(order, event))) return false
      }
      return true
    })
  })
})

export const layer: Layer.Layer<OrderGuards> = Layer.effect(OrderGuards, make)
