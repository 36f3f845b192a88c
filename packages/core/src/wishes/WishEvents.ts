/**
 * What becomes of wishes. The subject of each event is the customer.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"

const wish = Schema.Struct({ customerId: Schema.String, variantId: Schema.String })

/** A customer has put a variant on their list. */
export const WishAdded = DomainEvent.define("wish.added", wish)
/** A customer has taken a variant off their list. */
export const WishRemoved = DomainEvent.define("wish.removed", wish)
/** A customer has put a variant from their list into their cart, and so taken it off. */
export const WishMoved = DomainEvent.define("wish.moved", wish)
/** Wishes of a customer have become cheaper, of which they are told if they agreed to it. */
export const WishPriceDropped = DomainEvent.define(
  "wish.price_dropped",
  Schema.Struct({ customerId: Schema.String, variantIds: Schema.Array(Schema.String) })
)

const share = Schema.Struct({ customerId: Schema.String, shareId: Schema.String })

/** A customer has made a link to their wish list. */
export const WishListShared = DomainEvent.define("wish_list.shared", share)
/** A customer has taken a link to their wish list back. */
export const WishListShareRevoked = DomainEvent.define("wish_list.share_revoked", share)
