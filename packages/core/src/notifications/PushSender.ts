/**
 * The port that pushes leave by to browsers and apps of people (Web Push). `@stoa/adapter-web-push` has one.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { DeliveryFailed } from "./Message.ts"

/** Where a browser is reached, as its `PushSubscription` says. */
export interface PushTarget {
  /** The address at the push service. Whoever knows it, and holds the shop's key, reaches the browser. */
  readonly endpoint: string
  /** The browser's public key (P-256, uncompressed) in base64url. */
  readonly p256dh: string
  /** The secret that the browser shares with whoever pushes, in base64url. */
  readonly auth: string
}

export interface Push {
  /** Unique, and the same when it is sent again: a push service shows the last of the same only. */
  readonly id: string
  readonly target: PushTarget
  /** What the shop's service worker gets: the JSON of a title, a text and a link, of at most 3,000 bytes. */
  readonly payload: string
}

/** The push service knows the browser no more: its subscription was taken back, or has ended. */
export interface PushGone {
  readonly _tag: "PushGone"
}

export interface PushSender {
  /** Names it in logs: `"web-push"`. */
  readonly name: string
  /** The public key that browsers subscribe with (VAPID), in base64url. */
  readonly publicKey: string
  /** Why nothing may be sent to a target, or `undefined`: its address leads to a private network, its keys are none. */
  readonly refusal: (target: PushTarget) => string | undefined
  /** Hands a push over. Called again with the same push when it is not known whether it was taken. */
  readonly send: (push: Push) => Effect.Effect<void, DeliveryFailed | PushGone>
}

/** What a shop without pushes has. */
export const missing: PushSender = {
  name: "push",
  publicKey: "",
  refusal: () => "This shop sends no pushes",
  send: () => Effect.fail(new DeliveryFailed({ sender: "push", permanent: true, reason: "no sender of pushes is configured" }))
}

/** Read when the services are built. Takes nothing unless one is given. */
export const PushSender: Context.Reference<PushSender> = Context.Reference<PushSender>(
  "@stoa/core/notifications/PushSender",
  { defaultValue: () => missing }
)
