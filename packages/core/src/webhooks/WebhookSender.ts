/**
 * How messages leave for other people's programs.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import { send } from "./HttpsSender.ts"
import type { WebhookNotTaken } from "./WebhookErrors.ts"

export interface WebhookPost {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface WebhookAnswer {
  readonly status: number
  /** The beginning of the answer, at most 1,000 characters. */
  readonly body: string
  /** How long the receiver wants to be left alone, in milliseconds, where it says so. */
  readonly retryAfter: number | null
}

export interface WebhookSender {
  /** `true`: plain HTTP and private networks are allowed too. For development and tests. */
  readonly insecure: boolean
  /** Posts a message once, with a limit of time, and follows no redirect. Any status is an answer. */
  readonly post: (request: WebhookPost) => Effect.Effect<WebhookAnswer, WebhookNotTaken>
}

/** Over HTTPS to public addresses, unless a host says otherwise. */
export const WebhookSender: Context.Reference<WebhookSender> = Context.Reference<WebhookSender>(
  "@stoa/core/webhooks/WebhookSender",
  { defaultValue: () => make() }
)

/** Sends from this process. `insecure` also takes plain HTTP and private networks: for development and tests. */
export const make = (options: { readonly insecure?: boolean } = {}): WebhookSender => {
  const insecure = options.insecure === true
  return { insecure, post: (request) => send(request, insecure) }
}
