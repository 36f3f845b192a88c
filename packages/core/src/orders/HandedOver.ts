/**
 * What of an order its buyer has in hand though nothing was sent: license keys that were given, files that were downloaded. Orders
 * need not know what these are.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { StorageError } from "../kernel/StorageError.ts"

/** The lines of an order of which something was handed over in one way. Runs in the transaction of a change and only reads. */
export type HandedOverLines = (orderId: string) => Effect.Effect<ReadonlyArray<string>, StorageError>

export class HandedOver extends Context.Service<HandedOver, {
  /** Adds a way in which goods are handed over. Call it while the engine's layers are built. */
  readonly add: (lines: HandedOverLines) => Effect.Effect<void>
  /** The lines of which something was handed over in any way. One statement for each. */
  readonly lines: (orderId: string) => Effect.Effect<ReadonlySet<string>, StorageError>
}>()("@stoa/core/orders/HandedOver") {}

export const make = Effect.sync(() => {
  const ways: Array<HandedOverLines> = []
  return HandedOver.of({
    add: (lines) => Effect.sync(() => void ways.push(lines)),
    lines: (orderId) => Effect.map(Effect.forEach(ways, (lines) => lines(orderId)), (all) => new Set(all.flat()))
  })
})

export const layer: Layer.Layer<HandedOver> = Layer.effect(HandedOver, make)
