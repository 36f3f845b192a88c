/**
 * Mail by Resend's REST API.
 *
 * @see https://resend.com/docs/api-reference/emails/send-email
 */
import * as Mailer from "@stoa/core/notifications/Mailer"
import { DeliveryFailed, listHeaders } from "@stoa/core/notifications/Message"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as ResendWebhook from "./ResendWebhook.ts"

export interface ResendOptions {
  /** `re_...` */
  readonly apiKey: string | Redacted.Redacted
  /** The sender: `"Shop <shop@example.com>"`. */
  readonly from: string
  /** `https://api.resend.com` if not given. */
  readonly baseUrl?: string
  /** `whsec_...`, of the webhook that tells what becomes of mails. Without it none is taken. */
  readonly webhookSecret?: string | Redacted.Redacted
  /** For how long to wait for an answer; 10 seconds if not given. */
  readonly timeout?: Duration.Input
}

const failure = (permanent: boolean, reason: string) => new DeliveryFailed({ sender: "resend", permanent, reason })

/** What no repetition can change: a mail that is refused, not a key that is wrong or a limit that is reached. */
const isPermanent = (status: number): boolean => status === 400 || status === 413 || status === 422

/** What Resend calls a mail that it took; `undefined` for an answer that does not say. */
const referenceOf = (answer: string): string | undefined => {
  try {
    const { id } = JSON.parse(answer) as { readonly id?: unknown }
    return typeof id === "string" && id !== "" && id.length <= 200 ? id : undefined
  } catch {
    return undefined
  }
}

/**
 * Sends by Resend. A repetition within a day carries the same `Idempotency-Key`, so Resend sends it once.
 *
 * **Example**
 *
 * ```ts
 * createStoa({ storage, mailer: resend({ apiKey: process.env.RESEND_API_KEY ?? "", from: "Shop <shop@example.com>" }) })
 * ```
 */
export const resend = (options: ResendOptions): Mailer.Mailer => {
  const { baseUrl = "https://api.resend.com", from } = options
  const apiKey = typeof options.apiKey === "string" ? Redacted.make(options.apiKey) : options.apiKey
  const endpoint = new URL("/emails", baseUrl)
  return Mailer.make({
    name: "resend",
    send: ({ attachments = [], html, id, subject, text, to, unsubscribe }) =>
      Effect.gen(function*() {
        const response = yield* Effect.tryPromise({
          try: async (signal) => {
            const response = await fetch(endpoint, {
              method: "POST",
              headers: {
                authorization: `Bearer ${Redacted.value(apiKey)}`,
                "content-type": "application/json",
                "idempotency-key": id
              },
              body: JSON.stringify({
                from,
                to: [to],
                subject,
                text,
                html,
                headers: { "Auto-Submitted": "auto-generated", ...listHeaders(unsubscribe) },
                ...(attachments.length === 0 ? {} : {
                  attachments: attachments.map(({ content, contentType, name }) => ({
                    filename: name,
                    content: Buffer.from(content).toString("base64"),
                    content_type: contentType
                  }))
                })
              }),
              redirect: "error",
              signal
            })
            // what it says of a failure may repeat the mail; either way it is read, for unread it would keep the connection
            const answer = await response.text()
            return { ok: response.ok, status: response.status, reference: response.ok ? referenceOf(answer) : undefined }
          },
          catch: () => failure(false, "no answer")
        })
        if (!response.ok) return yield* failure(isPermanent(response.status), String(response.status))
        return response.reference === undefined ? undefined : { reference: response.reference }
      }).pipe(
        Effect.timeoutOrElse({
          duration: options.timeout ?? "10 seconds",
          orElse: () => Effect.fail(failure(false, "no answer in time"))
        })
      ),
    ...(options.webhookSecret === undefined ? {} : { readWebhook: ResendWebhook.reader(options.webhookSecret) })
  })
}
