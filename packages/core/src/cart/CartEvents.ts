/**
 * What becomes of carts besides orders. The subject of each event is the cart. Nothing is told of every piece that goes in or out.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { ShareMode } from "./SharedCart.ts"

const line = Schema.Struct({
  cartId: Schema.String,
  customerId: Schema.NullOr(Schema.String),
  variantId: Schema.String,
  quantity: Schema.Int
})

/** A line was taken out of a cart and set aside. */
export const CartLineSaved = DomainEvent.define("cart.line_saved", line)
/** What was set aside is in a cart again. */
export const CartLineTakenBack = DomainEvent.define("cart.line_taken_back", line)
/** Somebody has made a link to their cart. */
export const CartShared = DomainEvent.define(
  "cart.shared",
  Schema.Struct({ cartId: Schema.String, shareId: Schema.String, mode: ShareMode })
)
/** Somebody has taken a link to their cart back. */
export const CartShareRevoked = DomainEvent.define("cart.share_revoked", Schema.Struct({ cartId: Schema.String, shareId: Schema.String }))
