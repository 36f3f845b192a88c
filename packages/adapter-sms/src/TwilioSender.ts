/**
 * Text messages by the protocol of Twilio, which others speak as well.
 *
 * @see https://www.twilio.com/docs/messaging/api/message-resource
 */
import { DeliveryFailed, isAddress } from "@stoa/core/notifications/Message"
import type { TextSender } from "@stoa/core/notifications/TextSender"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"

export interface TwilioOptions {
  /** `AC...` */
  readonly accountSid: string
  readonly authToken: string | Redacted.Redacted
  /** A number in the form of E.164, a name, or the id of a messaging service (`MG...`). */
  readonly from: string
  /** `https://api.twilio.com` if not given. */
  readonly baseUrl?: string
  /** For how long to wait for an answer; 10 seconds if not given. */
  readonly timeout?: Duration.Input
}

const failure = (permanent: boolean, reason: string) => new DeliveryFailed({ sender: "twilio", permanent, reason })

/**
 * Sends by Twilio.
 *
 * **Gotchas**
 *
 * Twilio knows no repetitions: a message that it took without our hearing of it is sent again.
 *
 * **Example**
 *
 * ```ts
 * createStoa({ storage, texts: twilio({ accountSid: "AC...", authToken: process.env.TWILIO_TOKEN ?? "", from: "+1..." }) })
 * ```
 */
export const twilio = (options: TwilioOptions): TextSender => {
  const { accountSid, baseUrl = "https://api.twilio.com", from } = options
  const authToken = typeof options.authToken === "string" ? Redacted.make(options.authToken) : options.authToken
  const endpoint = new URL(`/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`, baseUrl)
  const sender = from.startsWith("MG") ? { MessagingServiceSid: from } : { From: from }
  return {
    name: "twilio",
    send: ({ text, to }) =>
      Effect.gen(function*() {
        if (!isAddress(to)) return yield* failure(true, "the number is none")
        const response = yield* Effect.tryPromise({
          try: async (signal) => {
            const secret = Buffer.from(`${accountSid}:${Redacted.value(authToken)}`).toString("base64")
            const response = await fetch(endpoint, {
              method: "POST",
              headers: { authorization: `Basic ${secret}`, "content-type": "application/x-www-form-urlencoded" },
              body: new URLSearchParams({ ...sender, To: to, Body: text }).toString(),
              redirect: "error",
              signal
            })
            // what it says may repeat the message, so it is thrown away; unread it would keep the connection
            await response.body?.cancel()
            return response
          },
          catch: () => failure(false, "no answer")
        })
        // 400 is a number that is none or cannot get messages; the rest is about the account or the moment
        if (!response.ok) return yield* failure(response.status === 400, String(response.status))
      }).pipe(
        Effect.timeoutOrElse({
          duration: options.timeout ?? "10 seconds",
          orElse: () => Effect.fail(failure(false, "no answer in time"))
        })
      )
  }
}
