/**
 * Web Push: straight to the push services of the browsers' makers.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8030
 */
import { DeliveryFailed } from "@stoa/core/notifications/Message"
import type { PushSender } from "@stoa/core/notifications/PushSender"
import { refusal, send } from "@stoa/core/webhooks/HttpsSender"
import { Entropy } from "@stoa/core/kernel/Entropy"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { createHash } from "node:crypto"
import { encrypt, ephemeralKeys } from "./PushEncryption.ts"
import { authorization, bytesOf, isPoint, signingKey } from "./VapidKeys.ts"

export interface WebPushOptions {
  /** Whom a push service writes to when something is wrong: `"mailto:hello@example.com"`, or a page. */
  readonly contact: string
  /** Of `generateKeys`. */
  readonly publicKey: string
  readonly privateKey: string | Redacted.Redacted
  /** For how long a push service keeps what it cannot hand over; a day if not given. */
  readonly keepFor?: Duration.Input
  /** `true`: plain HTTP and private networks are allowed too. For development and tests. */
  readonly insecure?: boolean
}

const failure = (permanent: boolean, reason: string) => new DeliveryFailed({ sender: "web-push", permanent, reason })

/** The longest that push services take a signature for is a day. */
const signedFor = 12 * 3_600

/**
 * Pushes to browsers.
 *
 * **Details**
 *
 * A push that is sent again carries the same `Topic`, so a push service that still holds the first replaces it.
 * Subscriptions of which a push service says that they are gone (404, 410) fail with `PushGone`.
 *
 * **Example**
 *
 * ```ts
 * createStoa({ storage, pushes: webPush({ contact: "mailto:hello@example.com", publicKey, privateKey }) })
 * ```
 */
export const webPush = (options: WebPushOptions): PushSender => {
  const { contact, insecure = false, publicKey } = options
  if (!/^(mailto:|https:)/.test(contact)) throw new TypeError("The contact of Web Push is mailto:... or https://...")
  const key = signingKey({
    publicKey,
    privateKey: typeof options.privateKey === "string" ? options.privateKey : Redacted.value(options.privateKey)
  })
  const ttl = String(Math.round(Duration.toSeconds(Duration.fromInputUnsafe(options.keepFor ?? "1 day"))))

  /** The keys of a browser; `undefined` where they are none. */
  const keysOf = (target: { readonly p256dh: string; readonly auth: string }) => {
    const [p256dh, auth] = [bytesOf(target.p256dh, 65), bytesOf(target.auth, 16)]
    return p256dh === undefined || auth === undefined || !isPoint(p256dh) ? undefined : { p256dh, auth }
  }

  return {
    name: "web-push",
    publicKey,
    refusal: (target) => refusal(target.endpoint, insecure) ?? (keysOf(target) === undefined ? "Expected the keys of a browser" : undefined),
    send: Effect.fn("WebPush.send")(function*({ id, payload, target }) {
      const keys = keysOf(target)
      // whatever was allowed when the browser subscribed
      if (keys === undefined || refusal(target.endpoint, insecure) !== undefined) {
        return yield* failure(true, "the subscription is none")
      }
      const entropy = yield* Entropy
      const now = yield* Clock.currentTimeMillis
      const body = encrypt(Buffer.from(payload), keys, { keys: ephemeralKeys(), salt: entropy.bytes(16) })
      const { status } = yield* send({
        url: target.endpoint,
        headers: {
          authorization: authorization(key, publicKey, {
            audience: new URL(target.endpoint).origin,
            contact,
            expires: Math.floor(now / 1_000) + signedFor
          }),
          "content-encoding": "aes128gcm",
          "content-type": "application/octet-stream",
          ttl,
          urgency: "normal",
          topic: createHash("sha256").update(id).digest("base64url").slice(0, 32)
        },
        body
      }, insecure).pipe(
        // a name that leads to a private network may lead elsewhere the next time, and is given up after some tries
        Effect.mapError(({ reason }) => failure(false, reason))
      )
      if (status >= 200 && status < 300) return
      if (status === 404 || status === 410) return yield* Effect.fail({ _tag: "PushGone" } as const)
      // what is wrong with this push; keys that are not taken and too many pushes are mistakes of the shop
      return yield* failure(status === 400 || status === 413, String(status))
    })
  }
}
