import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { VariantId } from "../catalog/VariantId.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"

/** Somebody who waits for a variant. */
export interface Waiting {
  readonly variantId: string
  /** Where they are written to, in lower case. */
  readonly address: string
  /** Their account, where they have signed in. */
  readonly userId: string | null
  /** In which they asked; `null` for that of the store. */
  readonly language: string | null
}

/** Who waits for what to be in stock again. For a variant that is deleted, nobody does. */
export class BackInStockRepository extends Context.Service<BackInStockRepository, {
  /** Adds somebody, unless they wait for `maximum` variants already; returns whether they wait for this one now. */
  readonly add: (waiting: Waiting, maximum: number, at: Timestamp) => Effect.Effect<boolean, StorageError>
  /** Takes out up to `limit` who wait for a variant, the longest first, and answers with them. */
  readonly take: (variantId: string, limit: number) => Effect.Effect<ReadonlyArray<Waiting>, StorageError>
  /**
   * Bundles that somebody waits for and whose parts are all there now: those with a part, or all of them; at most 1,000. One
   * statement.
   */
  readonly bundles: (partId?: string) => Effect.Effect<ReadonlyArray<VariantId>, StorageError>
  /** What somebody waits for. */
  readonly ofUser: (userId: string) => Effect.Effect<ReadonlyArray<Waiting>, StorageError>
  /** Somebody waits for some variants no more. */
  readonly stop: (userId: string, ...variantIds: ReadonlyArray<string>) => Effect.Effect<void, StorageError>
  readonly forget: (userId: string) => Effect.Effect<void, StorageError>
  /** Throws away who has waited since before a moment, in every store. */
  readonly deleteBefore: (before: Timestamp) => Effect.Effect<void, StorageError>
}>()("@stoa/core/restock/BackInStockRepository") {}
