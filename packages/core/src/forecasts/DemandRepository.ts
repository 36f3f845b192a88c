import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { VariantId } from "../catalog/Product.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VariantDemand } from "./Forecast.ts"

/** A variant, its stock, and what was sold of it. */
export interface SoldVariant
  extends Pick<VariantDemand, "productId" | "variantId" | "title" | "sku" | "available" | "incoming">
{
  /** Pieces in orders that count, by days of UTC, those without sales left out. */
  readonly sales: ReadonlyArray<{ readonly day: string; readonly quantity: number }>
}

export class DemandRepository extends Context.Service<DemandRepository, {
  /** Variants of active products whose stock is counted, by their ids, with their sales of some days. Two statements. */
  readonly variants: (query: {
    readonly variantId?: VariantId
    readonly after?: string
    readonly limit: number
    /** The first day, and the one after the last. */
    readonly from: string
    readonly to: string
  }) => Effect.Effect<Page<SoldVariant>, InvalidInput | StorageError>
}>()("@stoa/core/forecasts/DemandRepository") {}
