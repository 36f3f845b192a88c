/**
 * What is asked about codes and promotions for a cart, and what is answered.
 */
import * as Schema from "effect/Schema"
import { Money } from "../kernel/Money.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { PricedCode } from "../pricing/Pricing.ts"
import { EnteredCode } from "../promotions/CouponCode.ts"
import { CreatePromotion, Offer } from "../promotions/Promotion.ts"
import { CartId, CartRef, CartView } from "./Cart.ts"

/** Which code to ask about, and in which cart: the caller's own if it is left out. */
export const CheckCoupon = Schema.Struct({ ...EnteredCode.fields, cartId: Schema.optionalKey(CartRef) }).annotate({
  identifier: "CheckCoupon"
})

/** What to price a cart under. */
export const DryRun = Schema.Struct({
  cartId: CartId,
  /** Promotions that are not there yet. */
  promotions: Schema.optionalKey(Schema.Array(CreatePromotion).check(Schema.isMaxLength(100))),
  /** Whether the store's own promotions apply besides; they do if it is left out. */
  withCurrent: Schema.optionalKey(Schema.Boolean),
  /** Codes besides those in the cart. */
  codes: Schema.optionalKey(Schema.Array(EnteredCode.fields.code).check(Schema.isMaxLength(20))),
  /** When; now if it is left out. */
  at: Schema.optionalKey(Timestamp.Timestamp)
}).annotate({ identifier: "DryRun" })

/** What a code would do in a cart. */
export const CouponCheck = Schema.Struct({
  ...PricedCode.fields,
  /** The offer that the code brings; `null` for a code of none. */
  offer: Schema.NullOr(Offer),
  /** What it would take off. */
  discount: Money,
  /** What the cart would cost with it. */
  total: Money
}).annotate({ identifier: "CouponCheck" })
export interface CouponCheck extends Schema.Schema.Type<typeof CouponCheck> {}

/** A cart under other promotions, and what became of each promotion that was tried, in the order of trying. */
export const DryRunResult = Schema.Struct({
  cart: CartView,
  promotions: Schema.Array(Schema.Struct({
    promotionId: Schema.String,
    name: Schema.String,
    code: Schema.NullOr(Schema.String),
    applied: Schema.Boolean,
    reason: Schema.NullOr(Schema.String),
    message: Schema.NullOr(Schema.String)
  }))
}).annotate({ identifier: "DryRunResult" })
export interface DryRunResult extends Schema.Schema.Type<typeof DryRunResult> {}
