/**
 * Means of payment that a gateway keeps for a customer. The shop keeps what names one there, which never leaves the
 * storage but to that gateway, and enough of it to tell one from the other; never a card number.
 */
import * as Schema from "effect/Schema"
import { text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { NextAction, PaymentFailure, ReturnUrl } from "./Payment.ts"
import { SavedMethodId } from "./SavedMethodId.ts"

export { SavedMethodId }

/** How many means of payment one customer keeps at the most. */
export const maximumSavedMethods = 20

/**
 * `pending`: the gateway was or is about to be asked to keep it. `requires_action`: the buyer has to agree at the bank's
 * page. `active`: it can be paid with.
 */
export const SavedMethodStatus = Schema.Literals(["pending", "requires_action", "active", "failed"])
export type SavedMethodStatus = typeof SavedMethodStatus.Type

export const SavedMethod = Schema.Struct({
  id: SavedMethodId,
  gateway: Schema.String,
  status: SavedMethodStatus,
  /** `"card"`, `"bank_account"`, or whatever the gateway calls it; `null` until it is kept. */
  type: Schema.NullOr(Schema.String),
  brand: Schema.NullOr(Schema.String),
  last4: Schema.NullOr(Schema.String),
  expiresMonth: Schema.NullOr(Schema.Int),
  expiresYear: Schema.NullOr(Schema.Int),
  /**
   * Whether the month that is printed on it is over. The gateway may know a newer one, so it is not refused for that
   * alone.
   */
  expired: Schema.Boolean,
  /** Whether it is the one that the customer pays with unless they say otherwise: one of those that are active is. */
  isDefault: Schema.Boolean,
  /** When the customer agreed that it is kept. */
  consentedAt: Timestamp,
  /** What the customer has to do before it is kept. */
  nextAction: Schema.NullOr(NextAction),
  /** Why it is not kept. */
  failure: Schema.NullOr(PaymentFailure),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "SavedMethod" })
export interface SavedMethod extends Schema.Schema.Type<typeof SavedMethod> {}

/** Keeps a means of payment without paying with it, where the gateway can. */
export const AddSavedMethod = Schema.Struct({
  /** If it is left out, the first gateway that keeps means without a payment. */
  gateway: Schema.optionalKey(text(50)),
  /** What the gateway calls the means: a token from the buyer's browser, never a card number. */
  method: text(200),
  /** That the customer was asked and agrees. The time of it is written down. */
  consent: Schema.Literal(true),
  /** Where the gateway sends the buyer back to after a redirect. */
  returnUrl: Schema.optionalKey(ReturnUrl),
  /** Whether it becomes the default once it is kept. The first one does anyway. */
  makeDefault: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "AddSavedMethod" })
export interface AddSavedMethod extends Schema.Schema.Type<typeof AddSavedMethod> {}

/** Whether a card's month was over at a moment: it is good until the month's last day, everywhere on earth. */
export const isExpired = (
  { expiresMonth, expiresYear }: Pick<SavedMethod, "expiresMonth" | "expiresYear">,
  at: Timestamp
): boolean => {
  if (expiresMonth === null || expiresYear === null) return false
  // the first of the next month, half a day later for those whose day begins last
  return Date.parse(at) >= Date.UTC(expiresYear, expiresMonth, 1, 12)
}
