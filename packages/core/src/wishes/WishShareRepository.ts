import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { WishShare } from "./SharedWishList.ts"

/** A link with whose list it leads to. */
export interface FoundWishShare extends WishShare {
  readonly customerId: string
}

/** Links to wish lists. */
export class WishShareRepository extends Context.Service<WishShareRepository, {
  /** Keeps a link, unless its list has `maximum` already that are good at the moment it was made. Needs a transaction. */
  readonly insert: (
    share: FoundWishShare & { readonly tokenHash: string },
    maximum: number
  ) => Effect.Effect<boolean, StorageError>
  /** A link by the hash of its token, whether it is still good or not. One statement. */
  readonly find: (tokenHash: string) => Effect.Effect<FoundWishShare | undefined, StorageError>
  /** The links to a customer's list that are good at a moment, the oldest first. One statement. */
  readonly ofCustomer: (customerId: string, at: Timestamp) => Effect.Effect<ReadonlyArray<WishShare>, StorageError>
  /** Takes a link to a customer's list out; `false` if there is none. */
  readonly delete: (customerId: string, id: string) => Effect.Effect<boolean, StorageError>
  /** Takes all links to a customer's list out. */
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
  /** Throws away links that were good until before a moment, in every store. */
  readonly deleteBefore: (before: Timestamp) => Effect.Effect<void, StorageError>
}>()("@stoa/core/wishes/WishShareRepository") {}
