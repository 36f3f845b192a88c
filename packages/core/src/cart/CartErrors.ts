import * as Schema from "effect/Schema"
import { MissingPart } from "../catalog/Bundle.ts"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such cart, or it is not this caller's. */
export class CartNotFound extends StoaError<CartNotFound>()("CartNotFound", {
  code: "cart_not_found",
  kind: "not_found"
}, { cart: Schema.String }) {
  override get message(): string {
    return this.cart === "mine" ? "There is no open cart" : `There is no cart ${this.cart}`
  }
}

/** The cart has no such line. */
export class CartLineNotFound extends StoaError<CartLineNotFound>()("CartLineNotFound", {
  code: "cart_line_not_found",
  kind: "not_found"
}, { lineId: Schema.String }) {
  override get message(): string {
    return `The cart has no line ${this.lineId}`
  }
}

/** The cart was not touched for too long. Start a new one. */
export class CartExpired extends StoaError<CartExpired>()("CartExpired", { code: "cart_expired", kind: "gone" }, {
  cartId: Schema.String
}) {
  override get message(): string {
    return `The cart ${this.cartId} has expired; begin a new one`
  }
}

/** The cart became an order, or went into another cart, and cannot be changed or ordered again. */
export class CartClosed extends StoaError<CartClosed>()("CartClosed", { code: "cart_closed", kind: "conflict" }, {
  cartId: Schema.String,
  status: Schema.String,
  orderId: Schema.NullOr(Schema.String)
}) {
  override get message(): string {
    return this.orderId === null
      ? `The cart ${this.cartId} is ${this.status}`
      : `The cart ${this.cartId} became the order ${this.orderId}`
  }
}

/**
 * More lines, or more pieces of one variant, than a cart may hold, or goods of more than `maximum` minor units; or more lines set aside, or
 * more links to the cart, than there may be.
 */
export class CartLimitExceeded extends StoaError<CartLimitExceeded>()("CartLimitExceeded", {
  code: "cart_limit_exceeded",
  kind: "invalid"
}, { limit: Schema.Literals(["lines", "quantity", "amount", "codes", "saved", "links"]), maximum: Schema.Int }) {
  override get message(): string {
    switch (this.limit) {
      case "lines":
        return `A cart holds at most ${this.maximum} different lines`
      case "quantity":
        return `A cart holds at most ${this.maximum} pieces of one variant`
      case "codes":
        return `A cart holds at most ${this.maximum} codes`
      case "saved":
        return `At most ${this.maximum} lines can be saved for later`
      case "links":
        return `A cart has at most ${this.maximum} links`
      case "amount":
        return `A cart holds goods of at most ${this.maximum} (minor units)`
    }
  }
}

/**
 * The variant is not for sale: its product is a draft, archived, outside of its publish window, or gone. Of bundles, `parts`
 * names those because of which.
 */
export class NotForSale extends StoaError<NotForSale>()("NotForSale", { code: "not_for_sale", kind: "conflict" }, {
  variantIds: Schema.Array(Schema.String),
  parts: Schema.optionalKey(Schema.Array(MissingPart))
}) {
  override get message(): string {
    const because = this.parts?.map(({ problem, variantId }) => `${variantId} is ${problem.replace("_", " ")}`) ?? []
    return `Not for sale: ${this.variantIds.join(", ")}${because.length === 0 ? "" : ` (${because.join(", ")})`}`
  }
}

/** There is no such shipping method, or it does not deliver to this address. */
export class ShippingMethodUnavailable extends StoaError<ShippingMethodUnavailable>()("ShippingMethodUnavailable", {
  code: "shipping_method_unavailable",
  kind: "conflict"
}, { shippingMethodId: Schema.String }) {
  override get message(): string {
    return `The shipping method ${this.shippingMethodId} is not available for this cart`
  }
}
