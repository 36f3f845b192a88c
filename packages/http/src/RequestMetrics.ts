import type * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { Exchange } from "./Exchange.ts"

const durations = Metric.histogram("http_server_request_duration_seconds", {
  description: "How long requests took, by method, route and status",
  boundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
})

/** Counts a request. Addresses without a route share one label, so that callers cannot make up labels. */
export const record = ({ method, route }: Exchange, status: number, millis: number): Effect.Effect<void> =>
  Metric.update(
    Metric.withAttributes(durations, { method: route === null ? "-" : method, route: route ?? "-", status: String(status) }),
    millis / 1_000
  )
