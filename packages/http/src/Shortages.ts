/**
 * Counts what this server had to refuse because there was not enough. Nothing happens then that the engine could tell of
 * or count, as it counts its events.
 */
import type { InsufficientStock } from "@stoa/core/inventory/InventoryErrors"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"

const refused = Metric.counter("stoa_reservations_failed_total", {
  description: "Orders and payments that this server refused because stock was short",
  incremental: true
})

export const counting = <A, E extends { readonly _tag: string }, R>(
  effect: Effect.Effect<A, E | InsufficientStock, R>
): Effect.Effect<A, E | InsufficientStock, R> =>
  Effect.tapError(effect, (error) => error._tag === "InsufficientStock" ? Metric.update(refused, 1) : Effect.void)
