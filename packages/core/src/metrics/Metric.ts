/**
 * Metrics: figures of a store's own, each a formula over those that there are, under a name.
 */
import * as Schema from "effect/Schema"
import { breakdown } from "../analytics/Breakdown.ts"
import * as Currency from "../kernel/Currency.ts"
import * as Id from "../kernel/Id.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import * as Formula from "./Formula.ts"

export const MetricId = Id.define("met", "MetricId")
export type MetricId = typeof MetricId.Type

/**
 * What a metric comes to: a number, a share that people read in percent (`0.25` is 25 %), or money in minor units of the currency.
 */
export const MetricUnit = Schema.Literals(["number", "percent", "money"])
export type MetricUnit = typeof MetricUnit.Type

export const Metric = Schema.Struct({
  id: MetricId,
  name: Schema.String,
  /** `"refunded / total"`; docs/analytics.md says which figures there are. */
  formula: Schema.String,
  unit: MetricUnit,
  createdBy: Schema.String,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Metric" })
export interface Metric extends Schema.Schema.Type<typeof Metric> {}

export const CreateMetric = Schema.Struct({
  name: name(100),
  formula: text(Formula.maximumLength),
  unit: MetricUnit
}).annotate({ identifier: "CreateMetric" })

/** What is left out stays. */
export const UpdateMetric = Schema.Struct({
  name: Schema.optionalKey(name(100)),
  formula: Schema.optionalKey(text(Formula.maximumLength)),
  unit: Schema.optionalKey(MetricUnit),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateMetric" })

/** So many metrics a store may have. */
export const maximumMetrics = 100

/** What a metric comes to in a time, in one currency. */
export const MetricFigures = Schema.Struct({
  currency: Currency.Currency,
  /** Minor units where it is money, rounded half up; `null` where something is divided by zero. */
  value: Schema.NullOr(Schema.Finite)
}).annotate({ identifier: "MetricFigures" })
export interface MetricFigures extends Schema.Schema.Type<typeof MetricFigures> {}

export const MetricReport = breakdown("MetricReport", MetricFigures)
