import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { Adopted } from "./AdoptedLines.ts"
import type { CartId } from "./Cart.ts"
import type { KeptLine } from "./SavedLine.ts"

/** Who has set something aside: a customer, whatever cart they have, or whoever holds the cart of a guest. */
export type SavedBy = { readonly customerId: string } | { readonly cartId: CartId }

/**
 * What buyers have set aside. Of a variant that is deleted nothing is, and what belongs to the cart of a guest goes with it.
 */
export class SavedLineRepository extends Context.Service<SavedLineRepository, {
  /** Everything that somebody has set aside, the newest first, at most 200. One statement. */
  readonly of: (by: SavedBy) => Effect.Effect<ReadonlyArray<KeptLine>, StorageError>
  /** The same, which nobody else changes or takes out until the transaction ends. Needs a transaction. */
  readonly held: (by: SavedBy) => Effect.Effect<ReadonlyArray<KeptLine>, StorageError>
  /** Sets a line aside, or changes one that is. */
  readonly put: (by: SavedBy, line: KeptLine) => Effect.Effect<void, StorageError>
  /** Takes a line out, and answers with it. */
  readonly remove: (by: SavedBy, id: string) => Effect.Effect<KeptLine | undefined, StorageError>
  /**
   * Of what belongs to the cart of a guest, some is a customer's from now on, some is joined to what they have, and the rest is dropped.
   * Needs a transaction. Three statements.
   */
  readonly adopt: (cartId: CartId, customerId: string, adopted: Adopted) => Effect.Effect<void, StorageError>
  /**
   * Throws away what belongs to carts of guests that were ordered and would have expired before a moment, at most so many lines, and says
   * how many.
   */
  readonly deleteOrdered: (before: Timestamp, limit: number) => Effect.Effect<number, StorageError>
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/cart/SavedLineRepository") {}
