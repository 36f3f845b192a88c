import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VariantId } from "./Product.ts"

/** Pieces that are there when a variant enters the catalog. */
export interface OpeningStockLine {
  readonly variantId: VariantId
  readonly quantity: number
}

/**
 * Puts the first pieces of new variants on the shelf. The catalog knows no stock, so inventory provides this
 * (`inventory/OpeningStockReceipt`).
 */
export class OpeningStock extends Context.Service<OpeningStock, {
  /**
   * Receives pieces at the location that orders take from first, which is created if the store has none. In the current
   * transaction; two statements, four when the location is new.
   */
  readonly receive: (lines: ReadonlyArray<OpeningStockLine>) => Effect.Effect<void, StorageError>
}>()("@stoa/core/catalog/OpeningStock") {}
