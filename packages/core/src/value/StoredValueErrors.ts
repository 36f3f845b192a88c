import * as Schema from "effect/Schema"
import { Money } from "../kernel/Money.ts"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such gift card. The code is not repeated: it may be one letter away from a right one. */
export class GiftCardNotFound extends StoaError<GiftCardNotFound>()("GiftCardNotFound", {
  code: "gift_card_not_found",
  kind: "not_found"
}, { giftCardId: Schema.NullOr(Schema.String) }) {
  override get message(): string {
    return this.giftCardId === null ? "There is no gift card with this code" : `There is no gift card ${this.giftCardId}`
  }
}

/** The gift card cannot be spent. */
export class GiftCardUnusable extends StoaError<GiftCardUnusable>()("GiftCardUnusable", {
  code: "gift_card_unusable",
  kind: "conflict"
}, { lastFour: Schema.String, reason: Schema.Literals(["expired", "void", "empty", "buys_no_gift_cards"]) }) {
  override get message(): string {
    return this.reason === "buys_no_gift_cards"
      ? "Gift cards cannot be bought with a gift card"
      : `The gift card that ends in ${this.lastFour} is ${this.reason}`
  }
}

/** Somebody has spent the gift card or credit in between. Nothing was ordered; look at the balance and try again. */
export class StoredValueSpent extends StoaError<StoredValueSpent>()("StoredValueSpent", {
  code: "stored_value_spent",
  kind: "conflict"
}, { gateway: Schema.String, wanted: Money }) {
  override get message(): string {
    return `The ${this.gateway} does not hold ${this.wanted.amount} ${this.wanted.currency} (minor units) any more`
  }
}

/** The customer has less credit than was to be taken away. */
export class StoreCreditShort extends StoaError<StoreCreditShort>()("StoreCreditShort", {
  code: "store_credit_short",
  kind: "conflict"
}, { customerId: Schema.String }) {
  override get message(): string {
    return `The customer ${this.customerId} has less credit than that`
  }
}

/** There is no such customer. */
export class CustomerUnknown extends StoaError<CustomerUnknown>()("CustomerUnknown", {
  code: "customer_unknown",
  kind: "not_found"
}, { customerId: Schema.String }) {
  override get message(): string {
    return `There is no customer ${this.customerId}`
  }
}
