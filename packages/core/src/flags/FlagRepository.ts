import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { FeatureFlag } from "./FeatureFlag.ts"

/** Where feature flags are kept. */
export class FlagRepository extends Context.Service<FlagRepository, {
  /** All flags of the store, by key. One statement. */
  readonly list: Effect.Effect<ReadonlyArray<FeatureFlag>, StorageError>
  /** `"taken"` if the key is, `"full"` if the store has as many as it may. */
  readonly insert: (flag: FeatureFlag, maximum: number) => Effect.Effect<"inserted" | "taken" | "full", StorageError>
  /** `false` if it is not at the version before any more. */
  readonly replace: (flag: FeatureFlag) => Effect.Effect<boolean, StorageError>
  /** `false` if it is not at this version any more. */
  readonly remove: (flag: Pick<FeatureFlag, "key" | "version">) => Effect.Effect<boolean, StorageError>
}>()("@stoa/core/flags/FlagRepository") {}
