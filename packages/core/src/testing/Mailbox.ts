/**
 * Where a shop under test sends to: keeps every message, and can be told not to take any.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Mailer from "../notifications/Mailer.ts"
import { DeliveryFailed, type Mail, type TextMessage } from "../notifications/Message.ts"
import * as TextSender from "../notifications/TextSender.ts"

export interface Mailbox {
  readonly mailer: Mailer.Mailer
  readonly texts: TextSender.TextSender
  /** Everything that was taken, oldest first. */
  readonly mails: Array<Mail>
  readonly messages: Array<TextMessage>
  /** How often something was tried. */
  attempts: number
  /** What the servers answer with, if not with taking it. */
  failing: "no" | "for now" | "for good"
}

/** A new, empty mailbox. */
export const make = (): Mailbox => {
  const take = <A>(sender: string, kept: Array<A>) => (message: A) =>
    Effect.suspend(() => {
      mailbox.attempts++
      if (mailbox.failing === "no") return Effect.sync(() => void kept.push(message))
      return Effect.fail(new DeliveryFailed({ sender, permanent: mailbox.failing === "for good", reason: "told to" }))
    })
  const mails: Array<Mail> = []
  const messages: Array<TextMessage> = []
  const mailbox: Mailbox = {
    mails,
    messages,
    attempts: 0,
    failing: "no",
    mailer: Mailer.make({ name: "mailbox", send: take("mailbox", mails) }),
    texts: { name: "mailbox", send: take("mailbox", messages) }
  }
  return mailbox
}

/** Has a shop send into a mailbox. */
export const layer = ({ mailer, texts }: Mailbox): Layer.Layer<never> =>
  Layer.merge(Layer.succeed(Mailer.Mailer, mailer), Layer.succeed(TextSender.TextSender, texts))

/** The code in the last message that has one; everything that was sent is taken out. */
export const takeCode = ({ mails, messages }: Mailbox): string => {
  const sent = mails.length > 0 ? mails : messages
  const codes = sent.flatMap(({ text }) => /(?:^|\s)(\d{6})(?=\s|$)/.exec(text)?.[1] ?? [])
  mails.length = 0
  messages.length = 0
  return codes.at(-1) ?? ""
}
