/**
 * Mail as files, for development and for tests from outside.
 */
import * as Mailer from "@stoa/core/notifications/Mailer"
import { DeliveryFailed, listHeaders } from "@stoa/core/notifications/Message"
import * as Effect from "effect/Effect"
import { mkdir, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { toNodemailer } from "./Attachments.ts"

export interface FileMailerOptions {
  /** The folder, which is made if it is not there. Each mail is a file `<id>.eml` in it. */
  readonly folder: string
  readonly from: string
}

/** Keeps each mail as a file that mail programs open. Not for a shop that is open. */
export const fileMailer = ({ folder, from }: FileMailerOptions): Mailer.Mailer => {
  return Mailer.make({
    name: "file",
    send: ({ attachments = [], html, id, subject, text, to, unsubscribe }) =>
      Effect.tryPromise({
        try: async () => {
          const { createTransport } = await import("nodemailer")
          const composer = createTransport({
            streamTransport: true,
            buffer: true,
            disableFileAccess: true,
            disableUrlAccess: true
          })
          const { message } = await composer.sendMail({
            from,
            to: { name: "", address: to },
            subject,
            text,
            html,
            attachments: attachments.map(toNodemailer),
            messageId: `<${id}@localhost>`,
            headers: { "Auto-Submitted": "auto-generated", ...listHeaders(unsubscribe) }
          })
          await mkdir(folder, { recursive: true })
          const name = join(folder, `${id.replace(/[^\w-]/g, "_")}.eml`)
          // whoever watches the folder sees whole mails only
          await writeFile(`${name}.part`, message as Buffer, { mode: 0o600 })
          await rename(`${name}.part`, name)
        },
        catch: () => new DeliveryFailed({ sender: "file", permanent: false, reason: "the file cannot be written" })
      })
  })
}
