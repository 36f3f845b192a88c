import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ShareLinks } from "../kernel/ShareLink.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { WishShare } from "./SharedWishList.ts"

/** Links to wish lists. What a link leads to is the id of the customer whose list it is. */
export class WishShareRepository extends Context.Service<WishShareRepository, ShareLinks<WishShare, string> & {
  /** Deletes all links to a customer's list. */
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/wishes/WishShareRepository") {}
