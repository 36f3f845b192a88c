/**
 * Mail on the terminal, for development.
 */
import * as Mailer from "@stoa/core/notifications/Mailer"
import * as Effect from "effect/Effect"

/** Writes mails where a developer sees them, codes and links included. Not for a shop that is open. */
export const consoleMailer = (
  options: { readonly write?: (text: string) => void } = {}
): Mailer.Mailer => {
  const write = options.write ?? ((text) => void process.stderr.write(text))
  return Mailer.make({
    name: "console",
    send: ({ attachments = [], subject, text, to }) =>
      Effect.sync(() => {
        const files = attachments.map(({ content, name }) => `[${name}, ${content.length} bytes]\n`).join("")
        write(`\n--- mail to ${to}: ${subject}\n${text}\n${files}---\n`)
      })
  })
}
