import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

export class PromotionNotFound extends StoaError<PromotionNotFound>()("PromotionNotFound", {
  code: "promotion_not_found",
  kind: "not_found"
}, { promotionId: Schema.String }) {
  override get message(): string {
    return `There is no promotion ${this.promotionId}`
  }
}

/** Another promotion of the store has this code. */
export class CodeTaken extends StoaError<CodeTaken>()("CodeTaken", { code: "code_taken", kind: "conflict" }, {
  coupon: Schema.String
}) {
  override get message(): string {
    return `The code ${this.coupon} belongs to another promotion`
  }
}

/** The store has as many promotions, or codes of one promotion, as it may have. */
export class TooManyPromotions extends StoaError<TooManyPromotions>()("TooManyPromotions", {
  code: "too_many_promotions",
  kind: "conflict"
}, { what: Schema.Literals(["active promotions", "codes", "price floors"]), maximum: Schema.Int }) {
  override get message(): string {
    return `There are at most ${this.maximum} ${this.what}; end or remove some first`
  }
}

/**
 * Somebody else was quicker, and the promotion is used up, or this customer has used it as often as they may. Nothing was
 * ordered and nothing charged: show what the cart costs now and ask again.
 */
export class PromotionUsedUp extends StoaError<PromotionUsedUp>()("PromotionUsedUp", {
  code: "promotion_used_up",
  kind: "conflict"
}, {
  promotionId: Schema.String,
  name: Schema.String,
  /** The code that brought it, if one did. */
  coupon: Schema.NullOr(Schema.String),
  by: Schema.Literals(["everybody", "customer", "code"])
}) {
  override get message(): string {
    const what = this.coupon === null ? this.name : `${this.name} (${this.coupon})`
    switch (this.by) {
      case "everybody":
        return `${what} has been used up`
      case "customer":
        return `You have used ${what} as often as you may`
      case "code":
        return `The code of ${what} has been used`
    }
  }
}

/** A code cannot be used: there is none, or it is over. */
export class CouponRefused extends StoaError<CouponRefused>()("CouponRefused", {
  code: "coupon_refused",
  kind: "conflict"
}, { coupon: Schema.String, reason: Schema.String, detail: Schema.String }) {
  override get message(): string {
    return `${this.coupon}: ${this.detail}`
  }
}

/** A cart holds no more codes, or not this one. */
export class CouponNotInCart extends StoaError<CouponNotInCart>()("CouponNotInCart", {
  code: "coupon_not_in_cart",
  kind: "not_found"
}, { coupon: Schema.String }) {
  override get message(): string {
    return `The cart has no code ${this.coupon}`
  }
}
