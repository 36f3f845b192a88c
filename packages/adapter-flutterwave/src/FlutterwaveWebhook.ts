/**
 * Flutterwave's webhooks (version 3). Their header is a secret word and no signature: whoever has seen one could send any
 * body with it. So a webhook only says that something may have happened, and the engine asks Flutterwave what.
 */
import { type GatewayEvent, type PaymentGateway, WebhookRejected } from "@stoa/core/payments/PaymentGateway"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { createHash, timingSafeEqual } from "node:crypto"
import * as FlutterwaveDisputes from "./FlutterwaveDisputes.ts"
import { gatewayName } from "./FlutterwaveClient.ts"

export const signatureHeader = "verif-hash"

const short = Schema.String.check(Schema.isMaxLength(200))

const Event = Schema.fromJsonString(Schema.Struct({
  event: short,
  data: Schema.Struct({
    id: Schema.optionalKey(Schema.Union([Schema.Number, short])),
    // what is told of refunds may be written like their rows
    Id: Schema.optionalKey(Schema.Union([Schema.Number, short])),
    tx_ref: Schema.optionalKey(Schema.NullOr(short)),
    flw_ref: Schema.optionalKey(Schema.NullOr(short)),
    status: Schema.optionalKey(Schema.NullOr(short))
  })
}))
const decode = Schema.decodeUnknownEffect(Event)

const digest = (text: string): Buffer => createHash("sha256").update(text).digest()

export const parse: (
  secretHash: Redacted.Redacted,
  request: Parameters<PaymentGateway["parseWebhook"]>[0]
) => Effect.Effect<GatewayEvent, WebhookRejected> = Effect.fnUntraced(function*(secretHash, { body, headers }) {
  const reject = (reason: WebhookRejected["reason"]) => new WebhookRejected({ gateway: gatewayName, reason })
  const header = headers[signatureHeader]
  if (header === undefined || header === "") return yield* reject("missing_signature")
  // digests are equally long, so that the time taken says nothing
  if (!timingSafeEqual(digest(header), digest(Redacted.value(secretHash)))) return yield* reject("wrong_signature")
  const { data, event } = yield* Effect.mapError(
    decode(Buffer.from(body).toString("utf8")),
    () => reject("malformed")
  )
  const reference = data.tx_ref ?? null
  const id = data.id ?? data.Id
  if (id === undefined) return yield* reject("malformed")
  return {
    key: digest(`${event}\n${id}\n${data.status ?? ""}`).toString("hex"),
    type: event,
    gatewayReference: reference,
    paymentId: reference?.startsWith("pay_") === true ? reference : null,
    refundReference: /refund/i.test(event) ? String(id) : null,
    disputeReference: /chargeback/i.test(event) && typeof data.id === "number" && typeof data.flw_ref === "string"
      ? FlutterwaveDisputes.referenceOf({ id: data.id, flw_ref: data.flw_ref })
      : null
  }
})
