import type * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { Exchange } from "./Exchange.ts"

const name = "http_server_request_duration_seconds"
const description = "How long requests took, by method, route and status"
const boundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export type RequestMetrics = (exchange: Exchange, status: number, millis: number) => Effect.Effect<void>

/** Counts requests. Addresses without a route share one label, so that callers cannot make up labels. */
export const make = (): RequestMetrics => {
  // a series of its own for each, made once: to add attributes to a metric costs three times what counting does
  const series = new Map<string, Metric.Histogram<number>>()
  const seriesOf = (method: string, route: string, status: string) => {
    const key = `${status} ${method} ${route}`
    let found = series.get(key)
    if (found === undefined) {
      found = Metric.histogram(name, { description, boundaries, attributes: { method, route, status } })
      series.set(key, found)
    }
    return found
  }
  return ({ method, route }, status, millis) =>
    Metric.update(seriesOf(route === null ? "-" : method, route ?? "-", String(status)), millis / 1_000)
}
