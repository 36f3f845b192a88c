/**
 * The signature on the sandbox gateway's webhooks: HMAC-SHA256 in hex over `timestamp.body`, in the manner of Stripe.
 *
 * The header `stoa-sandbox-signature` reads `t=1763712000,v1=5257a8...`. There may be several `v1`, while a secret is
 * being replaced. A webhook is good for five minutes before and after its time.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { createHmac, timingSafeEqual } from "node:crypto"
import { WebhookRejected } from "./PaymentGateway.ts"

export const signatureHeader = "stoa-sandbox-signature"

/** How far a webhook's time may be from ours, in seconds. */
export const tolerance = 300

const encoder = new TextEncoder()

const mac = (body: Uint8Array, secret: string, seconds: number): Buffer =>
  createHmac("sha256", secret).update(`${seconds}.`).update(body).digest()

/** The value of the signature header for a body, at a time in seconds since 1970. */
export const sign = (body: Uint8Array | string, secret: string, seconds: number): string => {
  const bytes = typeof body === "string" ? encoder.encode(body) : body
  return `t=${seconds},v1=${mac(bytes, secret, seconds).toString("hex")}`
}

interface Signature {
  readonly seconds: number
  readonly macs: ReadonlyArray<Buffer>
}

const parse = (header: string): Signature | undefined => {
  const time = /(?:^|,)t=(\d{1,12})(?:,|$)/.exec(header)
  const macs = Array.from(header.matchAll(/(?:^|,)v1=([0-9a-f]{64})(?=,|$)/g), ([, hex]) => Buffer.from(hex ?? "", "hex"))
  return time?.[1] === undefined || macs.length === 0 ? undefined : { seconds: Number(time[1]), macs }
}

/** Fails unless the header is a signature of exactly this body with this secret, and of about now. */
export const verify = (
  body: Uint8Array,
  header: string | undefined,
  secret: string,
  gateway: string
): Effect.Effect<void, WebhookRejected> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const reject = (reason: WebhookRejected["reason"]) => Effect.fail(new WebhookRejected({ gateway, reason }))
    if (header === undefined || header === "") return reject("missing_signature")
    // several signatures are for changing secrets; thousands are for keeping us busy
    const signature = header.length > 2_000 ? undefined : parse(header)
    if (signature === undefined) return reject("wrong_signature")
    const expected = mac(body, secret, signature.seconds)
    // every one is compared, so that the time taken says nothing
    const right = signature.macs.reduce((right, presented) => timingSafeEqual(presented, expected) || right, false)
    if (!right) return reject("wrong_signature")
    return Math.abs(now / 1_000 - signature.seconds) > tolerance ? reject("stale") : Effect.void
  })
