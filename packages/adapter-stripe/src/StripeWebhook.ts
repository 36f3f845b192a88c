/**
 * Stripe's webhooks: the signature over the raw body by Stripe's own code, then the time, in both directions. Of what the
 * event says, only which payment it is about is used.
 */
import { type GatewayEvent, type PaymentGateway, WebhookRejected } from "@stoa/core/payments/PaymentGateway"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type Stripe from "stripe"
import { metadataKeys } from "./StripeAnswers.ts"
import { gatewayName } from "./StripeErrors.ts"

export const signatureHeader = "stripe-signature"

/** How far a webhook's time may be from ours, in seconds: what Stripe advises. */
export const tolerance = 300

const longestHeader = 4_000

const short = Schema.String.check(Schema.isMaxLength(200))

const Event = Schema.fromJsonString(Schema.Struct({
  id: short,
  object: Schema.Literal("event"),
  type: short,
  data: Schema.Struct({
    object: Schema.Struct({
      id: Schema.optionalKey(short),
      object: short,
      payment_intent: Schema.optionalKey(Schema.NullOr(Schema.Union([short, Schema.Struct({ id: short })]))),
      metadata: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.String)))
    })
  })
}))
const decode = Schema.decodeUnknownEffect(Event)

const secondsOf = (header: string): number => Number(/(?:^|,)t=(\d{1,12})(?:,|$)/.exec(header)?.[1] ?? Number.NaN)

/** Reads a webhook, which has to be signed with one of the secrets (there are two while one is being replaced). */
export const parse: (
  webhooks: Stripe["webhooks"],
  secrets: ReadonlyArray<string>,
  request: Parameters<PaymentGateway["parseWebhook"]>[0]
) => Effect.Effect<GatewayEvent, WebhookRejected> = Effect.fnUntraced(function*(webhooks, secrets, { body, headers }) {
  const reject = (reason: WebhookRejected["reason"]) => new WebhookRejected({ gateway: gatewayName, reason })
  const header = headers[signatureHeader]
  if (header === undefined || header === "") return yield* reject("missing_signature")
  if (header.length > longestHeader) return yield* reject("wrong_signature")
  // Stripe's code only knows webhooks that are too old, so the time is not its business
  const isSigned = secrets.some((secret) => {
    try {
      return webhooks.signature?.verifyHeader(Buffer.from(body), header, secret, 0) === true
    } catch {
      return false
    }
  })
  if (!isSigned) return yield* reject("wrong_signature")
  const away = Math.abs((yield* Clock.currentTimeMillis) / 1_000 - secondsOf(header))
  if (!(away <= tolerance)) return yield* reject("stale")
  const { data: { object }, id, type } = yield* Effect.mapError(
    decode(Buffer.from(body).toString("utf8")),
    () => reject("malformed")
  )
  const intent = object.object === "payment_intent" ? object.id : object.payment_intent
  return {
    key: id,
    type,
    gatewayReference: intent === undefined || intent === null ? null : typeof intent === "string" ? intent : intent.id,
    paymentId: object.metadata?.[metadataKeys.payment] ?? null,
    disputeReference: object.object === "dispute" ? object.id ?? null : null,
    setupReference: object.object === "setup_intent" ? object.id ?? null : null,
    refundReference: object.object === "refund" ? object.id ?? null : null
  }
})
