/**
 * What happens to gift cards and store credit. No code is among it.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { Money } from "../kernel/Money.ts"

const card = Schema.Struct({ amount: Money })

export const GiftCardIssued = DomainEvent.define("gift_card.issued", card)

/** Nobody can spend it any more; `amount` was left on it. */
export const GiftCardVoided = DomainEvent.define("gift_card.voided", card)

/** What it was taken back for did not come to be: it can be spent again. */
export const GiftCardRestored = DomainEvent.define("gift_card.restored", card)

/** A gift card or the credit of a customer paid for an order, in full or in part. The subject is the card or credit. */
export const StoredValueSpentFor = DomainEvent.define(
  "stored_value.spent",
  Schema.Struct({ orderId: Schema.String, gateway: Schema.String, amount: Money })
)

/** What was spent came back. */
export const StoredValueReturned = DomainEvent.define(
  "stored_value.returned",
  Schema.Struct({ gateway: Schema.String, amount: Money })
)

/** A customer got credit, or some was taken away. The subject is the customer. */
export const StoreCreditAdjusted = DomainEvent.define(
  "store_credit.adjusted",
  Schema.Struct({ amount: Money, reason: Schema.String })
)
