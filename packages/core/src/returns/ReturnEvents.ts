/**
 * What happens to returns. The subject is the order, so that its timeline tells of them.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { Money } from "../kernel/Money.ts"

const about = {
  orderId: Schema.String,
  number: Schema.Int,
  customerId: Schema.NullOr(Schema.String),
  returnId: Schema.String
} as const

export const ReturnRequested = DomainEvent.define(
  "return.requested",
  Schema.Struct({
    ...about,
    lines: Schema.Array(Schema.Struct({ lineId: Schema.String, quantity: Schema.Int })),
    /** Why staff take back what was sold for good; left out if nothing was. */
    exception: Schema.optionalKey(Schema.String)
  })
)
/** Approved, rejected, cancelled, received, refunded, exchanged or closed. */
export const ReturnStatusChanged = DomainEvent.define(
  "return.status_changed",
  Schema.Struct({ ...about, from: Schema.String, to: Schema.String, amount: Schema.NullOr(Money), reason: Schema.String })
)
/** What was paid for old pieces went over to the order of the new ones. */
export const ReturnExchanged = DomainEvent.define(
  "return.exchanged",
  Schema.Struct({
    ...about,
    /** The order of the new pieces. */
    replacementId: Schema.String,
    credit: Money,
    /** What the buyer has still to pay. */
    due: Money,
    /** What goes back to the buyer. */
    givenBack: Money
  })
)

const claim = {
  orderId: Schema.String,
  number: Schema.Int,
  customerId: Schema.NullOr(Schema.String),
  claimId: Schema.String
} as const

export const ClaimOpened = DomainEvent.define(
  "claim.opened",
  Schema.Struct({
    ...claim,
    lines: Schema.Array(Schema.Struct({ lineId: Schema.String, quantity: Schema.Int, reason: Schema.String }))
  })
)
/** Somebody decided: it is replaced, refunded or rejected; or the buyer took it back. */
export const ClaimStatusChanged = DomainEvent.define(
  "claim.status_changed",
  Schema.Struct({
    ...claim,
    from: Schema.String,
    to: Schema.String,
    /** What goes back. */
    amount: Schema.NullOr(Money),
    /** The order of what is sent again. */
    replacementId: Schema.NullOr(Schema.String)
  })
)
