import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { Money } from "../kernel/Money.ts"

const payout = { payoutId: Schema.String, gateway: Schema.String, amount: Money } as const

/** A gateway has sent money to the shop's bank, and it is in the books. */
export const PayoutPaid = DomainEvent.define("payout.paid", Schema.Struct(payout))
/** The bank did not take it. Somebody has to look at the shop's account with the gateway. */
export const PayoutFailed = DomainEvent.define("payout.failed", Schema.Struct(payout))
/** The shop knows something of a payout otherwise than the gateway. A person must look. */
export const PayoutDiffers = DomainEvent.define("payout.differs", Schema.Struct({ ...payout, differing: Schema.Int }))
