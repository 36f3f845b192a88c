/**
 * What a merchant counts, as far as this server sees it happen.
 */
import type { InsufficientStock } from "@stoa/core/inventory/InventoryErrors"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type { Payment } from "@stoa/core/payments/Payment"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import { CurrentExchange } from "./Exchange.ts"

const orders = Metric.counter("stoa_orders_placed_total", {
  description: "Orders placed through this server",
  incremental: true
})

const captures = Metric.counter("stoa_payments_captured_total", {
  description: "Payments captured while a request of this server waited",
  incremental: true
})

const shortages = Metric.counter("stoa_reservations_failed_total", {
  description: "Orders refused because stock was short",
  incremental: true
})

export const orderPlaced: Effect.Effect<void> = Metric.update(orders, 1)

/** Counts a payment that was captured by this very request, and not before. */
export const paymentAnswered = (payment: Payment): Effect.Effect<void> =>
  Effect.flatMap(CurrentExchange, (exchange) =>
    exchange !== null && payment.state === "captured" && Timestamp.toMillis(payment.updatedAt) >= exchange.startedAt
      ? Metric.update(Metric.withAttributes(captures, { gateway: payment.gateway }), 1)
      : Effect.void)

export const countingShortages = <A, E extends { readonly _tag: string }, R>(
  effect: Effect.Effect<A, E | InsufficientStock, R>
): Effect.Effect<A, E | InsufficientStock, R> =>
  Effect.tapError(effect, (error) => error._tag === "InsufficientStock" ? Metric.update(shortages, 1) : Effect.void)
