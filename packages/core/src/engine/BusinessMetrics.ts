/**
 * What a merchant counts, as metrics of Effect: each event once, by the process that has handed it over to its
 * subscribers. The sum over all processes on a storage is what happened in all of its stores, whether a request, a
 * webhook or the recovery has brought it about.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import type { DomainEvent } from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import { OrderCancelled, OrderPlaced } from "../orders/OrderEvents.ts"
import { PaymentCaptured, PaymentFailed, RefundSucceeded } from "../payments/PaymentEvents.ts"

const counter = (name: string, description: string) => Metric.counter(name, { description, incremental: true })

/** The counter of each type of event; those of payments are told apart by gateway. */
const counters: ReadonlyMap<string, Metric.Counter<number>> = new Map([
  [OrderPlaced.type, counter("stoa_orders_placed_total", "Orders placed")],
  [OrderCancelled.type, counter("stoa_orders_cancelled_total", "Orders cancelled, by whomever")],
  [PaymentCaptured.type, counter("stoa_payments_captured_total", "Payments captured")],
  [PaymentFailed.type, counter("stoa_payments_failed_total", "Payments failed")],
  [RefundSucceeded.type, counter("stoa_refunds_succeeded_total", "Refunds that the gateway has made")]
])

const gatewayOf = (data: unknown): string | undefined =>
  typeof data === "object" && data !== null && "gateway" in data && typeof data.gateway === "string"
    ? data.gateway
    : undefined

const count = ({ data, type }: DomainEvent): Effect.Effect<void> => {
  const metric = counters.get(type)
  if (metric === undefined) return Effect.void
  const gateway = gatewayOf(data)
  return Metric.update(gateway === undefined ? metric : Metric.withAttributes(metric, { gateway }), 1)
}

export const layer: Layer.Layer<never, never, Events> = Layer.effectDiscard(
  Events.use((events) => events.observe(count))
)
