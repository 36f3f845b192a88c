/**
 * The port that e-mails leave by. `@stoa/adapter-mail` has some; `mailerConformance` of `@stoa/core/testing` says what
 * one must do.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { MailNews } from "./MailDelivery.ts"
import type { MailWebhookRejected } from "./MailDeliveryErrors.ts"
import { DeliveryFailed, isAddress, type Mail, oneLine } from "./Message.ts"

/** What a mailer knows of a mail that it has handed over. */
export interface MailReceipt {
  /** What whoever carries it calls it when they tell what became of it. */
  readonly reference: string
}

/** A request of whoever carries the mails, as it arrived. The names of headers are in lower case. */
export interface MailWebhook {
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string | undefined>>
}

export interface Mailer {
  /** Names it in logs: `"smtp"`. */
  readonly name: string
  /** Hands a mail over. Called again with the same mail when it is not known whether it was taken. */
  readonly send: (mail: Mail) => Effect.Effect<MailReceipt | void, DeliveryFailed>
  /** Reads what whoever carries the mails tells, once its signature is checked; `undefined` for what says nothing of a mail. */
  readonly readWebhook?: (webhook: MailWebhook) => Effect.Effect<MailNews | undefined, MailWebhookRejected>
}

/**
 * A mailer whose `send` is given what is safe to put into headers: an address that is not one is refused, and a subject
 * is one line.
 */
export const make = (mailer: Mailer): Mailer => ({
  ...mailer,
  send: (mail) =>
    isAddress(mail.to)
      ? mailer.send({ ...mail, subject: oneLine(mail.subject) })
      : Effect.fail(new DeliveryFailed({ sender: mailer.name, permanent: true, reason: "the address is none" }))
})

/** What a shop without a mailer has. */
export const missing: Mailer = {
  name: "mailer",
  send: () => Effect.fail(new DeliveryFailed({ sender: "mailer", permanent: true, reason: "no mailer is configured" }))
}

/** Read when the services are built. Takes nothing unless one is given. */
export const Mailer: Context.Reference<Mailer> = Context.Reference<Mailer>("@stoa/core/notifications/Mailer", {
  defaultValue: () => missing
})
