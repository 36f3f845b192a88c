import * as Context from "effect/Context"
import type { ShareLinks } from "../kernel/ShareLink.ts"
import type { CartId } from "./Cart.ts"
import type { CartShare } from "./SharedCart.ts"

/** Links to carts. When a cart is deleted, its links are too. */
export class CartShareRepository extends Context.Service<CartShareRepository, ShareLinks<CartShare, CartId>>()(
  "@stoa/core/cart/CartShareRepository"
) {}
