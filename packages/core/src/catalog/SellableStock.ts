import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VariantId } from "./Product.ts"

/** How many pieces of a variant can be sold: what is on hand less what is promised. */
export interface SellablePieces {
  readonly variantId: VariantId
  readonly pieces: number
}

/**
 * The stock that a file of products speaks of. The catalog knows no stock, so inventory provides this
 * (`inventory/SellableStockCount`).
 */
export class SellableStock extends Context.Service<SellableStock, {
  /** The pieces at the location that orders take from first; variants without stock there are left out. Two statements. */
  readonly read: (variantIds: ReadonlyArray<VariantId>) => Effect.Effect<ReadonlyMap<VariantId, number>, StorageError>
  /**
   * Counts the pieces at the location that orders take from first, which is created if the store has none: on hand
   * becomes what can be sold and what is promised. Answers with the variants of which there were more or fewer. In the
   * current transaction; a constant number of statements.
   */
  readonly count: (
    counted: ReadonlyArray<SellablePieces>
  ) => Effect.Effect<ReadonlySet<VariantId>, StorageError>
}>()("@stoa/core/catalog/SellableStock") {}
