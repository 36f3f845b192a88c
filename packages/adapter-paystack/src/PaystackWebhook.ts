/**
 * Paystack's webhooks. The signature is an HMAC-SHA512 over the raw body with the secret key. It holds no time, so old ones
 * cannot be told from new ones; nothing in them is believed anyway, and each counts once. What is said of a refund may name it by
 * nothing: it counts once a minute, as Paystack sends one that was not taken in again after three at the soonest.
 */
import { type GatewayEvent, type PaymentGateway, WebhookRejected } from "@stoa/core/payments/PaymentGateway"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import { paymentIdOf } from "./PaystackAnswers.ts"
import { gatewayName } from "./PaystackClient.ts"

export const signatureHeader = "x-paystack-signature"

const short = Schema.String.check(Schema.isMaxLength(200))
const Name = Schema.optionalKey(Schema.NullOr(short))

const Event = Schema.fromJsonString(Schema.Struct({
  event: short,
  data: Schema.Struct({
    id: Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Number, short]))),
    reference: Name,
    transaction_reference: Name,
    refund_reference: Name,
    status: Name,
    transaction: Schema.optionalKey(Schema.NullOr(Schema.Struct({ reference: Name })))
  })
}))
const decode = Schema.decodeUnknownEffect(Event)

export const parse: (
  secretKey: Redacted.Redacted,
  request: Parameters<PaymentGateway["parseWebhook"]>[0]
) => Effect.Effect<GatewayEvent, WebhookRejected> = Effect.fnUntraced(function*(secretKey, { body, headers }) {
  const reject = (reason: WebhookRejected["reason"]) => new WebhookRejected({ gateway: gatewayName, reason })
  const header = headers[signatureHeader]
  if (header === undefined || header === "") return yield* reject("missing_signature")
  const expected = createHmac("sha512", Redacted.value(secretKey)).update(body).digest()
  const isSigned = /^[0-9a-f]{128}$/.test(header) && timingSafeEqual(Buffer.from(header, "hex"), expected)
  if (!isSigned) return yield* reject("wrong_signature")
  const { data, event } = yield* Effect.mapError(
    decode(Buffer.from(body).toString("utf8")),
    () => reject("malformed")
  )
  const reference = data.transaction_reference ?? data.transaction?.reference ?? data.reference ?? null
  // events have no ids of their own
  const news = [event, data.id ?? reference, data.refund_reference, data.status].map((part) => part ?? "").join("\n")
  // several refunds of one payment may fail, and where nothing names them, the same may be said of all of them
  const isUnnamed = event.startsWith("refund.") && (data.id ?? data.refund_reference ?? null) === null
  const minute = Math.floor((yield* Clock.currentTimeMillis) / 60_000)
  return {
    key: createHash("sha256").update(news).update(isUnnamed ? body : "").update(isUnnamed ? `\n${minute}` : "").digest("hex"),
    type: event,
    gatewayReference: reference,
    paymentId: reference === null ? null : paymentIdOf(reference),
    disputeReference: event.startsWith("charge.dispute.") && data.id !== null && data.id !== undefined ? String(data.id) : null
  }
})
