import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { OrderView } from "./OrderView.ts"

/** Where views of orders are kept. */
export class OrderViewRepository extends Context.Service<OrderViewRepository, {
  /** Writes a view unless there are so many of its owner, or so many shared ones, already; returns whether it did. */
  readonly insert: (view: OrderView, maximum: number) => Effect.Effect<boolean, StorageError>
  /** The views of somebody and the shared ones, by name. */
  readonly list: (owner: string) => Effect.Effect<ReadonlyArray<OrderView>, StorageError>
  readonly find: (id: string) => Effect.Effect<OrderView | undefined, StorageError>
  /**
   * Writes a view if it still has the version before, unless it is shared or taken back now and there are so many of those
   * already; returns whether it did.
   */
  readonly update: (view: OrderView, maximum: number) => Effect.Effect<boolean, StorageError>
  /** Deletes a view of this version; returns whether it did. */
  readonly remove: (view: OrderView) => Effect.Effect<boolean, StorageError>
}>()("@stoa/core/orders/OrderViewRepository") {}
