import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Metric } from "./Metric.ts"

/** Where metrics are kept. */
export class MetricRepository extends Context.Service<MetricRepository, {
  /** `false` if the store has as many as it may. */
  readonly save: (metric: Metric, maximum: number) => Effect.Effect<boolean, StorageError>
  /** By name. */
  readonly list: Effect.Effect<ReadonlyArray<Metric>, StorageError>
  readonly find: (id: string) => Effect.Effect<Metric | undefined, StorageError>
  /** `false` if it is not at the version before any more. */
  readonly replace: (metric: Metric) => Effect.Effect<boolean, StorageError>
  /** `false` if it is not at this version any more. */
  readonly remove: (metric: Pick<Metric, "id" | "version">) => Effect.Effect<boolean, StorageError>
}>()("@stoa/core/metrics/MetricRepository") {}
