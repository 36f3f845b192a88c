/**
 * What Resend tells of mails: signed in the scheme of Standard Webhooks, from Svix.
 *
 * @see https://resend.com/docs/webhooks/introduction
 */
import type { MailNews, MailStatus } from "@stoa/core/notifications/MailDelivery"
import { MailWebhookRejected } from "@stoa/core/notifications/MailDeliveryErrors"
import type { Mailer } from "@stoa/core/notifications/Mailer"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as WebhookSignature from "@stoa/core/webhooks/WebhookSignature"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

const statuses: Readonly<Record<string, MailStatus>> = {
  "email.delivery_delayed": "delayed",
  "email.delivered": "delivered",
  "email.opened": "opened",
  "email.clicked": "clicked",
  "email.failed": "failed",
  "email.bounced": "bounced",
  "email.complained": "complained"
}

const said = Schema.optionalKey(Schema.NullOr(Schema.String))

const Event = Schema.Struct({
  type: Schema.String,
  created_at: Schema.String,
  data: Schema.Struct({
    email_id: Schema.String,
    to: Schema.Array(Schema.String),
    bounce: Schema.optionalKey(Schema.NullOr(Schema.Struct({ type: said, subType: said, message: said }))),
    failed: Schema.optionalKey(Schema.NullOr(Schema.Struct({ reason: said })))
  })
})

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Event))

/** Reads webhooks that are signed with a secret. */
export const reader = (given: string | Redacted.Redacted): NonNullable<Mailer["readWebhook"]> => {
  const secret = typeof given === "string" ? Redacted.make(given) : given
  return Effect.fnUntraced(function*({ body, headers }) {
    const text = new TextDecoder().decode(body)
    const fault = WebhookSignature.fault({ body: text, headers }, Redacted.value(secret), yield* Clock.currentTimeMillis)
    if (fault !== undefined) return yield* new MailWebhookRejected({ reason: fault })
    const read = decode(text)
    // events of domains and contacts are none of ours
    if (read._tag === "None") return undefined
    const { created_at, data: { bounce, email_id, failed, to }, type } = read.value
    const status = Object.hasOwn(statuses, type) ? statuses[type] : undefined
    const at = Date.parse(created_at)
    if (status === undefined || Number.isNaN(at)) return undefined
    return {
      status,
      reference: email_id,
      address: to[0] ?? "",
      // "Transient" is a mailbox that is full, and the like
      permanent: status === "bounced" && bounce?.type !== "Transient",
      reason: bounce?.message ?? failed?.reason ?? null,
      at: Timestamp.fromMillis(at)
    } satisfies MailNews
  })
}
