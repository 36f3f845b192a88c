import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { DraftOrderId, DraftOrderSummary, ListDraftOrders, StoredDraftOrder } from "./DraftOrder.ts"

/** Where drafts of orders are kept. */
export class DraftOrderRepository extends Context.Service<DraftOrderRepository, {
  readonly insert: (draft: StoredDraftOrder) => Effect.Effect<void, StorageError>
  readonly find: (id: string) => Effect.Effect<StoredDraftOrder | undefined, StorageError>
  /** Newest first. */
  readonly list: (query: ListDraftOrders) => Effect.Effect<Page<DraftOrderSummary>, StorageError | InvalidInput>
  /** The whole drafts of a customer, newest first. */
  readonly ofCustomer: (
    customerId: string,
    page: { readonly limit?: number; readonly after?: string }
  ) => Effect.Effect<Page<StoredDraftOrder>, StorageError | InvalidInput>
  /** Writes a draft that has not become an order and still has the version before. */
  readonly replace: (draft: StoredDraftOrder) => Effect.Effect<void, StorageError | VersionConflict>
  /** Deletes a draft that has not become an order and still has a version; says whether it did. */
  readonly delete: (id: DraftOrderId, version: number) => Effect.Effect<boolean, StorageError>
  /** Drafts whose time, or that of what is held for them, was over at a moment and that nobody has looked after; at most `limit`. */
  readonly due: (now: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<StoredDraftOrder>, StorageError>
  /** Deletes drafts that are `expired` and whose time was over at a moment, the longest over first; at most `limit`. */
  readonly deleteExpired: (
    before: Timestamp,
    limit: number
  ) => Effect.Effect<ReadonlyArray<Pick<StoredDraftOrder, "id" | "customerId" | "total">>, StorageError>
  /** Deletes the drafts of a customer; those that became orders, too, for the orders say all that they said. */
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/drafts/DraftOrderRepository") {}
