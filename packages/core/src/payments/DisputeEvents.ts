import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { Money } from "../kernel/Money.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

const dispute = {
  disputeId: Schema.String,
  paymentId: Schema.String,
  orderId: Schema.String,
  gateway: Schema.String,
  amount: Money
} as const

/** A buyer wants the money back from the bank. Somebody must answer until `respondBy`. */
export const DisputeOpened = DomainEvent.define(
  "dispute.opened",
  Schema.Struct({ ...dispute, reason: Schema.String, respondBy: Schema.NullOr(Timestamp) })
)
/** The shop has said what it has to say. */
export const DisputeAnswered = DomainEvent.define("dispute.answered", Schema.Struct(dispute))
/** A gateway tells of a dispute whose payment the shop does not know, and is not asked about it any more. A person must look. */
export const DisputeGivenUp = DomainEvent.define(
  "dispute.given_up",
  Schema.Struct({ gateway: Schema.String, reference: Schema.String, attempts: Schema.Int })
)
export const DisputeWon = DomainEvent.define("dispute.won", Schema.Struct(dispute))
export const DisputeLost = DomainEvent.define("dispute.lost", Schema.Struct(dispute))
