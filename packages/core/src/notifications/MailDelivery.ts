/**
 * What became of mails, as far as whoever carries them tells: delivered, opened, bounced.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import { text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

export const MailDeliveryId = Id.define("mail", "MailDeliveryId")
export type MailDeliveryId = typeof MailDeliveryId.Type

/** Each says more than the ones before it; news of an earlier one that comes late changes nothing. */
const states = ["sent", "delayed", "delivered", "opened", "clicked", "failed", "bounced", "complained"] as const

export const MailStatus = Schema.Literals(states)
export type MailStatus = typeof MailStatus.Type

/** Whether a status says more of a mail than what is known of it. */
export const saysMore = (status: MailStatus, known: MailStatus): boolean => states.indexOf(status) > states.indexOf(known)

/** A mail that was handed over to somebody who tells what becomes of it. */
export const MailDelivery = Schema.Struct({
  id: MailDeliveryId,
  /** Who carries it: `"resend"`. */
  sender: Schema.String,
  /** What they call it. */
  reference: Schema.String,
  address: Schema.String,
  template: Schema.String,
  status: MailStatus,
  /** What the other mail server said, where it did not take the mail. */
  reason: Schema.NullOr(Schema.String),
  sentAt: Timestamp,
  /** When the status last changed. */
  at: Timestamp
}).annotate({ identifier: "MailDelivery" })
export interface MailDelivery extends Schema.Schema.Type<typeof MailDelivery> {}

/** The newest first. */
export const ListMailDeliveries = Schema.Struct({
  ...Page.PageRequest,
  address: Schema.optionalKey(text(254)),
  template: Schema.optionalKey(text(60)),
  status: Schema.optionalKey(MailStatus)
})

/** News of a mail. */
export interface MailNews {
  readonly status: MailStatus
  readonly reference: string
  readonly address: string
  /** Whether the address will never take a mail. */
  readonly permanent: boolean
  readonly reason: string | null
  readonly at: Timestamp
}

export const SuppressionId = Id.define("supp", "SuppressionId")
export type SuppressionId = typeof SuppressionId.Type

/** An address that is not written to: it does not exist (`bounced`), or its reader called a mail spam (`complained`). */
export const Suppression = Schema.Struct({
  id: SuppressionId,
  address: Schema.String,
  reason: Schema.Literals(["bounced", "complained"]),
  createdAt: Timestamp
}).annotate({ identifier: "MailSuppression" })
export interface Suppression extends Schema.Schema.Type<typeof Suppression> {}

/** The newest first. */
export const ListSuppressions = Schema.Struct({ ...Page.PageRequest, address: Schema.optionalKey(text(254)) })
