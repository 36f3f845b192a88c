/**
 * Signatures of Standard Webhooks: HMAC-SHA256 over the id, the time and the body, under a secret that the receiver has.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import * as Effect from "effect/Effect"
import { createHmac, timingSafeEqual } from "node:crypto"
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

/** How old or how far ahead of us a message may be, in seconds. */
const tolerance = 300

/**
 * Why a message was not signed with a secret in the last five minutes; `undefined` if it was. The headers may begin with
 * `svix-` as well, from which the scheme comes.
 */
export const fault = (
  message: { readonly body: string; readonly headers: Readonly<Record<string, string | undefined>> },
  secret: string,
  /** Milliseconds since 1970. */
  now: number
): string | undefined => {
  const header = (name: string) => message.headers[`webhook-${name}`] ?? message.headers[`svix-${name}`] ?? ""
  const [id, timestamp, signatures] = [header("id"), Number(header("timestamp")), header("signature")]
  if (id === "" || signatures === "" || !Number.isSafeInteger(timestamp)) return "it is not signed"
  if (Math.abs(now / 1_000 - timestamp) > tolerance) return "it is too old"
  const expected = Buffer.from(`v1,${sign(secret, { id, timestamp, body: message.body })}`)
  const matches = signatures.split(" ").slice(0, 20).some((given) => {
    const bytes = Buffer.from(given)
    return bytes.length === expected.length && timingSafeEqual(bytes, expected)
  })
  return matches ? undefined : "its signature is wrong"
}
