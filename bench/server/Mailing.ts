/**
 * An engine that does nothing but send what is queued, by SMTP. Says that it works, and ends when it is told to, or when
 * whoever measures is gone.
 */
import { smtp } from "@stoa/adapter-mail"
import { createStoa } from "@stoa/core"
import { storage, type Target } from "./Target.ts"

/** What it is started with, as JSON in its first argument. */
export interface MailingInput {
  readonly target: Target
  /** Where the SMTP server is. */
  readonly url: string
  readonly concurrency: number
}

const { concurrency, target, url } = JSON.parse(process.argv[2] ?? "") as MailingInput

const shop = await createStoa({
  storage: storage(target),
  mailer: smtp({ url, from: "Shop <shop@example.com>" }),
  workers: { concurrency }
})
process.on("disconnect", () => void shop.close())
process.send?.({ port: 0 })
