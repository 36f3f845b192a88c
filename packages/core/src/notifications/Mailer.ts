/**
 * The port that e-mails leave by. `@stoa/adapter-mail` has some; `mailerConformance` of `@stoa/core/testing` says what
 * one must do.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { DeliveryFailed, isAddress, type Mail, oneLine } from "./Message.ts"

export interface Mailer {
  /** Names it in logs: `"smtp"`. */
  readonly name: string
  /** Hands a mail over. Called again with the same mail when it is not known whether it was taken. */
  readonly send: (mail: Mail) => Effect.Effect<void, DeliveryFailed>
}

/**
 * A mailer whose `send` is given what is safe to put into headers: an address that is not one is refused, and a subject
 * is one line.
 */
export const make = (mailer: Mailer): Mailer => ({
  name: mailer.name,
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
