/**
 * The browsers of people that are told what happens.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import { text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

export const PushSubscriptionId = Id.define("push", "PushSubscriptionId")
export type PushSubscriptionId = typeof PushSubscriptionId.Type

/** How many browsers a person may have subscribed. The one that subscribed first makes room. */
export const maximumSubscriptions = 20

export const PushSubscription = Schema.Struct({
  id: PushSubscriptionId,
  /** The push service: `"https://updates.push.services.mozilla.com"`. The rest of the address is nobody's business. */
  service: Schema.String,
  /** What the browser said of itself when it subscribed. */
  device: Schema.NullOr(Schema.String),
  createdAt: Timestamp
}).annotate({ identifier: "PushSubscription" })
export interface PushSubscription extends Schema.Schema.Type<typeof PushSubscription> {}

/** What `PushSubscription.toJSON()` of a browser is. */
export const SubscribeToPushes = Schema.Struct({
  endpoint: text(1_000),
  /** When it ends, where the browser knows; the push service tells by itself. */
  expirationTime: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  keys: Schema.Struct({ p256dh: text(200), auth: text(100) })
}).annotate({ identifier: "SubscribeToPushes" })

/** What browsers subscribe with: `applicationServerKey` of `PushManager.subscribe`; `null` where the shop pushes nothing. */
export const PushKey = Schema.Struct({ publicKey: Schema.NullOr(Schema.String) }).annotate({ identifier: "PushKey" })
