import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** The signature of a webhook is wrong or too old, or nobody who carries mails for this shop sends any. */
export class MailWebhookRejected extends StoaError<MailWebhookRejected>()("MailWebhookRejected", {
  code: "mail_webhook_rejected",
  kind: "unauthenticated"
}, { reason: Schema.String }) {
  override get message(): string {
    return `The webhook is not taken: ${this.reason}`
  }
}

/** News of a mail that is not written down yet. Whoever sent it sends it again. */
export class MailUnknown extends StoaError<MailUnknown>()("MailUnknown", {
  code: "mail_unknown",
  kind: "unavailable"
}, {}) {
  override get message(): string {
    return "This mail is not known yet; tell of it again later"
  }
}

export class SuppressionNotFound extends StoaError<SuppressionNotFound>()("SuppressionNotFound", {
  code: "suppression_not_found",
  kind: "not_found"
}, { suppressionId: Schema.String }) {
  override get message(): string {
    return `There is no suppressed address ${this.suppressionId}`
  }
}
