/**
 * The store's tax rates.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Forbidden, Unauthenticated } from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { TaxRateNotFound, TaxRateTaken } from "./TaxErrors.ts"
import type { CreateTaxRate, TaxRate, UpdateTaxRate } from "./TaxRate.ts"

type Denied = Forbidden | Unauthenticated

export class Taxes extends Context.Service<Taxes, {
  /** By class, then country. Needs `settings:read`. */
  readonly list: Effect.Effect<ReadonlyArray<TaxRate>, StorageError | Denied>
  /** There is one rate for each class and country. Needs `settings:write`. */
  readonly create: (
    input: typeof CreateTaxRate.Encoded
  ) => Effect.Effect<TaxRate, InvalidInput | TaxRateTaken | StorageError | Denied>
  /** Needs `settings:write`. */
  readonly update: (
    id: string,
    input: typeof UpdateTaxRate.Encoded
  ) => Effect.Effect<TaxRate, InvalidInput | TaxRateNotFound | VersionConflict | StorageError | Denied>
  /** Needs `settings:write`. */
  readonly delete: (id: string) => Effect.Effect<void, TaxRateNotFound | StorageError | Denied>
}>()("@stoa/core/tax/Taxes") {}
