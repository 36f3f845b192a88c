/**
 * What gateways tell by themselves. A webhook is checked, stored once and queued in one transaction, and answered; the
 * job then asks the gateway for the truth. Nothing in a webhook is believed but that something may have changed.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { GatewayError, WebhookRejected } from "./PaymentGateway.ts"
import { PaymentOrphaned } from "./PaymentEvents.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import { type InboxEvent, PaymentRepository, type StoredPayment } from "./PaymentRepository.ts"
import type { PaymentRequests } from "./PaymentRequests.ts"
import type { GatewayNotFound, PaymentNotFound } from "./PaymentsErrors.ts"
import type { Refunds } from "./Refunds.ts"

/** The job that finds out what a webhook was about. */
export const gatewayEventJob = "payments.gateway-event"

export const GatewayEventJob = Schema.Struct({ gateway: Schema.String, key: Schema.String })

const decodeRequest = Input.decoder(Schema.Struct({
  body: Schema.Uint8Array,
  headers: Schema.Record(Schema.String, Schema.UndefinedOr(Schema.String))
}))

export interface Webhooks {
  readonly receive: (
    gateway: string,
    request: { readonly body: Uint8Array; readonly headers: Readonly<Record<string, string | undefined>> }
  ) => Effect.Effect<{ readonly duplicate: boolean }, InvalidInput | GatewayNotFound | WebhookRejected | StorageError>
  /** The job's work. Fails where the gateway does not answer, to be repeated. */
  readonly handle: (
    event: typeof GatewayEventJob.Type
  ) => Effect.Effect<void, PaymentNotFound | GatewayNotFound | GatewayError | StorageError>
}

export const make = Effect.fnUntraced(function*(requests: PaymentRequests, refunds: Refunds) {
  const repository = yield* PaymentRepository
  const gateways = yield* PaymentGateways
  const events = yield* Events
  const jobs = yield* Jobs
  const { transaction } = yield* Transactor

  const receive: Webhooks["receive"] = Effect.fn("Payments.receiveWebhook")(function*(name, request) {
    const gateway = yield* gateways.get(name)
    const { gatewayReference, key, paymentId, type } = yield* gateway.parseWebhook(yield* decodeRequest(request))
    const receivedAt = yield* Timestamp.now
    const storeId = yield* CurrentStore
    return yield* transaction(Effect.gen(function*() {
      const isNew = yield* repository.receive({
        gateway: name,
        key,
        type,
        gatewayReference,
        paymentId,
        status: "received",
        receivedAt
      })
      if (isNew) {
        yield* jobs.enqueue({
          name: gatewayEventJob,
          payload: { gateway: name, key },
          id: `${gatewayEventJob}:${storeId}:${name}:${key}`
        })
      }
      return { duplicate: !isNew }
    }))
  })

  /** The payment that an event is about. One of another gateway is not. */
  const paymentOf = Effect.fnUntraced(function*({ gateway, gatewayReference, paymentId }: InboxEvent) {
    const byId = paymentId === null ? undefined : yield* repository.find(paymentId)
    if (byId?.gateway === gateway) return byId
    return gatewayReference === null ? undefined : yield* repository.findByReference(gatewayReference, gateway)
  })

  const orphan = (event: InboxEvent) =>
    transaction(Effect.gen(function*() {
      yield* Effect.logWarning("A payment gateway told of a payment that the store does not know").pipe(
        Effect.annotateLogs({ gateway: event.gateway, event: event.key })
      )
      yield* repository.closeInbox(event.gateway, event.key, "orphan")
      yield* events.publish([
        PaymentOrphaned.make(event.key, { gateway: event.gateway, eventKey: event.key, type: event.type })
      ])
    }))

  /** A refund's news comes with its payment's. */
  const askRefunds = Effect.fnUntraced(function*(payment: StoredPayment) {
    for (const refund of yield* repository.refunds(payment.orderId)) {
      if (refund.paymentId === payment.id && refund.state === "pending") yield* refunds.ask(refund.id)
    }
  })

  const handle: Webhooks["handle"] = Effect.fn("Payments.handleWebhook")(function*({ gateway, key }) {
    const event = yield* repository.findInbox(gateway, key)
    if (event === undefined || event.status !== "received") return
    const payment = yield* paymentOf(event)
    const asked = payment === undefined ? undefined : yield* requests.ask(payment)
    if (asked === undefined) return yield* orphan(event)
    yield* askRefunds(asked)
    yield* repository.closeInbox(gateway, key, "handled")
  })

  return { receive, handle } satisfies Webhooks
})
