import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { CartId } from "./Cart.ts"
import type { CartShare } from "./SharedCart.ts"

/** A link with the cart that it leads to. */
export interface FoundShare extends CartShare {
  readonly cartId: CartId
}

/** Links to carts. They go with their carts. */
export class CartShareRepository extends Context.Service<CartShareRepository, {
  /** Keeps a link, unless its cart has `maximum` already that are good at the moment it was made. Needs a transaction. */
  readonly insert: (
    share: FoundShare & { readonly tokenHash: string },
    maximum: number
  ) => Effect.Effect<boolean, StorageError>
  /** A link by the hash of its token, whether it is still good or not. One statement. */
  readonly find: (tokenHash: string) => Effect.Effect<FoundShare | undefined, StorageError>
  /** The links to a cart that are good at a moment, the oldest first. One statement. */
  readonly ofCart: (cartId: CartId, at: Timestamp) => Effect.Effect<ReadonlyArray<CartShare>, StorageError>
  /** Takes a link to a cart out; `false` if there is none. */
  readonly delete: (cartId: CartId, id: string) => Effect.Effect<boolean, StorageError>
  /** Throws away links that were good until before a moment, in every store. */
  readonly deleteBefore: (before: Timestamp) => Effect.Effect<void, StorageError>
}>()("@stoa/core/cart/CartShareRepository") {}
