/**
 * Signatures of Standard Webhooks: HMAC-SHA256 over the id, the time and the body, under a secret that the receiver has.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import * as Effect from "effect/Effect"
import { createHmac } from "node:crypto"
import { Entropy } from "../kernel/Entropy.ts"

const prefix = "whsec_"

/** A new secret: `whsec_` and 32 random bytes in base64. */
export const secret: Effect.Effect<string> = Effect.map(
  Entropy,
  (entropy) => prefix + Buffer.from(entropy.bytes(32)).toString("base64")
)

/**
 * The headers of a message. `timestamp` is in seconds since 1970 (UTC); with several secrets it carries a signature of
 * each, so that a receiver may change to the new one whenever it likes.
 */
export const headers = (message: {
  readonly id: string
  readonly timestamp: number
  readonly body: string
  readonly secrets: ReadonlyArray<string>
}): Readonly<Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string>> => ({
  "webhook-id": message.id,
  "webhook-timestamp": String(message.timestamp),
  "webhook-signature": message.secrets.map((secret) => `v1,${sign(secret, message)}`).join(" ")
})

const sign = (
  secret: string,
  { body, id, timestamp }: { readonly id: string; readonly timestamp: number; readonly body: string }
): string =>
  createHmac("sha256", Buffer.from(secret.slice(prefix.length), "base64"))
    .update(`${id}.${timestamp}.${body}`)
    .digest("base64")
