import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { TaxRateTaken } from "./TaxErrors.ts"
import type { TaxRate } from "./TaxRate.ts"

/** Where tax rates are kept; a store has at most a few thousand. */
export class TaxRepository extends Context.Service<TaxRepository, {
  readonly list: Effect.Effect<ReadonlyArray<TaxRate>, StorageError>
  readonly find: (id: string) => Effect.Effect<TaxRate | undefined, StorageError>
  readonly insert: (rate: TaxRate) => Effect.Effect<void, StorageError | TaxRateTaken>
  /** Replaces a rate that still has the version before (`version - 1`). */
  readonly replace: (rate: TaxRate) => Effect.Effect<void, StorageError | TaxRateTaken | VersionConflict>
  readonly delete: (id: string, version?: number) => Effect.Effect<boolean, StorageError>
}>()("@stoa/core/tax/TaxRepository") {}
