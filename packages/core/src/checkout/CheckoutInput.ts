/**
 * What a buyer says to order a cart. Prices are never among it: `expectedTotal` only guards against a surprise.
 */
import * as Schema from "effect/Schema"
import { CartRef, CartView } from "../cart/Cart.ts"
import { Address } from "../kernel/Address.ts"
import { Email } from "../kernel/Email.ts"
import { Money } from "../kernel/Money.ts"
import { StoaError } from "../kernel/StoaError.ts"
import { text } from "../kernel/Text.ts"
import { Version } from "../kernel/Version.ts"
import { Order } from "../orders/Order.ts"
import { Payment, PaymentMethod } from "../payments/Payment.ts"
import { ShippingMethodId } from "../shipping/ShippingMethod.ts"
import { ShippingChoices } from "../shipping/ShippingParts.ts"
import { ShippingOption } from "../shipping/ShippingQuote.ts"
import { GiftCardCode } from "../value/StoredValue.ts"

const details = {
  /** Which cart; the caller's own if it is left out. */
  cartId: Schema.optionalKey(CartRef),
  email: Schema.optionalKey(Email),
  shippingAddress: Schema.optionalKey(Address),
  /** The shipping address if it is left out. */
  billingAddress: Schema.optionalKey(Address),
  /** The first that delivers there if it is left out. */
  shippingMethodId: Schema.optionalKey(ShippingMethodId),
  /** Where goods ship apart, instead of one method for all: one for each part. The first that takes it if it is left out. */
  shippingChoices: Schema.optionalKey(ShippingChoices),
  /** Codes of gift cards to pay with, each as far as it goes, in this order. */
  giftCards: Schema.optionalKey(Schema.Array(GiftCardCode).check(Schema.isMaxLength(10))),
  /** Whether to pay with the calling customer's credit what gift cards leave. */
  storeCredit: Schema.optionalKey(Schema.Boolean)
} as const

/** A checkout without consequences. What is left out is taken from the cart, then from the customer's account. */
export const PreviewCheckout = Schema.Struct({
  ...details,
  /** How the buyer means to pay, for what the price depends on it. */
  payment: Schema.optionalKey(PaymentMethod)
}).annotate({ identifier: "PreviewCheckout" })
export interface PreviewCheckout extends Schema.Schema.Type<typeof PreviewCheckout> {}

/** Orders a cart. What is left out is taken from the cart, then from the customer's account. */
export const PlaceOrder = Schema.Struct({
  ...details,
  /** Not needed where gift cards and credit pay for all of it. */
  payment: Schema.optionalKey(PaymentMethod),
  note: Schema.optionalKey(text(2_000)),
  /** The total that the buyer was shown. If it is not the total any more, nothing is ordered. */
  expectedTotal: Schema.optionalKey(Money),
  /** The version of the cart that the buyer was shown. If anybody has changed the cart since, nothing is ordered. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "PlaceOrder" })
export interface PlaceOrder extends Schema.Schema.Type<typeof PlaceOrder> {}

/** What ordering now would give, and what is missing for it. */
export const CheckoutPreview = Schema.Struct({
  cart: CartView,
  shippingMethods: Schema.Array(ShippingOption),
  /**
   * Fields that an order still needs: `"email"`, `"shippingAddress"`, `"shippingMethodId"`, or of goods that ship apart
   * `"shippingChoices.bulky"` for each part that nobody takes.
   */
  missing: Schema.Array(Schema.String),
  gateways: Schema.Array(Schema.String),
  /** What gift cards and credit would pay. */
  tenders: Schema.Array(Schema.Struct({
    /** `"gift-card"` or `"store-credit"`. */
    gateway: Schema.String,
    lastFour: Schema.NullOr(Schema.String),
    amount: Money
  })),
  /** What is left to pay through a gateway. */
  due: Money
}).annotate({ identifier: "CheckoutPreview" })
export interface CheckoutPreview extends Schema.Schema.Type<typeof CheckoutPreview> {}

/** An order that was placed. */
export const PlacedOrder = Schema.Struct({
  order: Order,
  /** `null` for an order that costs nothing or is paid with gift cards and credit. Its `nextAction` says what the buyer must do, if anything. */
  payment: Schema.NullOr(Payment),
  /** Lets whoever holds it see the order without signing in. Shown once and stored as a hash. */
  token: Schema.String
}).annotate({ identifier: "PlacedOrder" })
export interface PlacedOrder extends Schema.Schema.Type<typeof PlacedOrder> {}

/** The cart is empty, or nothing in it can be bought. */
export class CartEmpty extends StoaError<CartEmpty>()("CartEmpty", { code: "cart_empty", kind: "conflict" }, {
  cartId: Schema.String
}) {
  override get message(): string {
    return `The cart ${this.cartId} is empty`
  }
}

/** An order needs more than was given. */
export class CheckoutIncomplete extends StoaError<CheckoutIncomplete>()("CheckoutIncomplete", {
  code: "checkout_incomplete",
  kind: "invalid"
}, { missing: Schema.Array(Schema.String) }) {
  override get message(): string {
    return `The order still needs ${this.missing.join(", ")}`
  }
}

/** The total is not the expected one any more. Nothing was ordered; show the new total and ask again. */
export class TotalChanged extends StoaError<TotalChanged>()("TotalChanged", {
  code: "total_changed",
  kind: "conflict"
}, { expected: Money, total: Money }) {
  override get message(): string {
    return `The total is ${this.total.amount} ${this.total.currency} (minor units), not ${this.expected.amount} ${this.expected.currency}`
  }
}
