import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such metric. */
export class MetricNotFound extends StoaError<MetricNotFound>()("MetricNotFound", {
  code: "metric_not_found",
  kind: "not_found"
}, { metric: Schema.String }) {
  override get message(): string {
    return `There is no metric ${this.metric}`
  }
}

/** A store has as many metrics as it may. */
export class TooManyMetrics extends StoaError<TooManyMetrics>()("TooManyMetrics", {
  code: "too_many_metrics",
  kind: "conflict"
}, { maximum: Schema.Int }) {
  override get message(): string {
    return `A store has at most ${this.maximum} metrics; delete one first`
  }
}
