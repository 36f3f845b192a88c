/**
 * What gateways tell by themselves. A webhook is checked, stored once and queued in one transaction, and answered; the
 * job then asks the gateway for the truth. Nothing in a webhook is believed but that something may have changed.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { JobRetries } from "../jobs/JobRegistry.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import { isStoaError } from "../kernel/StoaError.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { GatewayError, WebhookRejected } from "./PaymentGateway.ts"
import { Disputes } from "./Disputes.ts"
import { type GatewayWebhook, GatewayWebhookNotFound, GatewayWebhookNotRedrivable, type RedriveGatewayWebhook } from "./GatewayWebhook.ts"
import type { MethodSetups } from "./MethodSetups.ts"
import { GatewayWebhookDied, PaymentOrphaned } from "./PaymentEvents.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import { PaymentRepository } from "./PaymentRepository.ts"
import type { PaymentRequests } from "./PaymentRequests.ts"
import type { GatewayNotFound, PaymentNotFound } from "./PaymentsErrors.ts"
import type { Refunds } from "./Refunds.ts"

/** The job that finds out what a webhook was about. */
export const gatewayEventJob = "payments.gateway-event"

/** Of how many refunds that are done one webhook asks, where it does not say which it is about: the newest. */
const mostDoneRefunds = 10

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
  /**
   * The job's work. Fails where the gateway does not answer, to be repeated; the last failure makes it dead, for staff to
   * look at.
   */
  readonly handle: (
    event: typeof GatewayEventJob.Type,
    attempt: number
  ) => Effect.Effect<void, PaymentNotFound | GatewayNotFound | GatewayError | StorageError>
  /** Lets what is dead or orphaned be worked off again. */
  readonly redrive: (
    input: RedriveGatewayWebhook
  ) => Effect.Effect<GatewayWebhook, GatewayWebhookNotFound | GatewayWebhookNotRedrivable | StorageError>
}

export const make = Effect.fnUntraced(function*(requests: PaymentRequests, refunds: Refunds, setups: MethodSetups) {
  const repository = yield* PaymentRepository
  const gateways = yield* PaymentGateways
  const events = yield* Events
  const jobs = yield* Jobs
  const audit = yield* AuditLog
  const disputes = yield* Disputes
  const { transaction } = yield* Transactor

  const receive: Webhooks["receive"] = Effect.fn("Payments.receiveWebhook")(function*(name, request) {
    const gateway = yield* gateways.get(name)
    const event = yield* gateway.parseWebhook(yield* decodeRequest(request))
    const { disputeReference = null, gatewayReference, key, paymentId, refundReference = null, setupReference = null, type } = event
    const receivedAt = yield* Timestamp.now
    const storeId = yield* CurrentStore
    return yield* transaction(Effect.gen(function*() {
      const isNew = yield* repository.receive({
        gateway: name,
        key,
        type,
        gatewayReference,
        paymentId,
        disputeReference,
        setupReference,
        refundReference,
        status: "received",
        failures: 0,
        failure: null,
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
  const paymentOf = Effect.fnUntraced(function*({ gateway, gatewayReference, paymentId, refundReference }: GatewayWebhook) {
    const byId = paymentId === null ? undefined : yield* repository.find(paymentId)
    if (byId?.gateway === gateway) return byId
    const byReference = gatewayReference === null ? undefined : yield* repository.findByReference(gatewayReference, gateway)
    return byReference ?? (refundReference === null ? undefined : yield* repository.ofRefund(gateway, refundReference))
  })

  const orphan = (event: GatewayWebhook) =>
    transaction(Effect.gen(function*() {
      yield* Effect.logWarning("A payment gateway told of a payment that the store does not know").pipe(
        Effect.annotateLogs({ gateway: event.gateway, event: event.key })
      )
      yield* repository.closeInbox(event.gateway, event.key, "orphan")
      yield* events.publish([
        PaymentOrphaned.make(event.key, { gateway: event.gateway, eventKey: event.key, type: event.type })
      ])
    }))

  /** Writes down why it failed. If that fails as well, the queue still has the job. */
  const note = Effect.fnUntraced(function*(
    { gateway, key }: typeof GatewayEventJob.Type,
    attempt: number,
    cause: Cause.Cause<unknown>
  ) {
    const error = Cause.squash(cause)
    const failure = isStoaError(error) ? `${error.code}: ${error.message}` : "defect: see the log"
    const isDead = attempt >= (yield* JobRetries).maxAttempts
    yield* transaction(Effect.gen(function*() {
      yield* repository.failInbox(gateway, key, failure.slice(0, 500), isDead)
      if (isDead) yield* events.publish([GatewayWebhookDied.make(key, { gateway, eventKey: key, failure })])
    }))
  })

  const work = Effect.fnUntraced(function*({ gateway, key }: typeof GatewayEventJob.Type) {
    const event = yield* repository.findInbox(gateway, key)
    if (event === undefined || event.status !== "received") return
    if (event.disputeReference !== null && (yield* disputes.learn(gateway, event.disputeReference)) !== undefined) {
      return yield* repository.closeInbox(gateway, key, "handled")
    }
    if (event.setupReference !== null && (yield* setups.learn(gateway, event.setupReference)) !== undefined) {
      return yield* repository.closeInbox(gateway, key, "handled")
    }
    const { disputeReference, gatewayReference, paymentId, refundReference } = event
    if ([disputeReference, gatewayReference, paymentId, refundReference].every((named) => named === null)) {
      return yield* repository.closeInbox(gateway, key, "unrelated")
    }
    const payment = yield* paymentOf(event)
    const asked = payment === undefined ? undefined : yield* requests.ask(payment)
    if (asked === undefined) return yield* orphan(event)
    // a refund's news comes with its payment's
    yield* refunds.ask(asked, refundReference === null ? { most: mostDoneRefunds } : { reference: refundReference })
    yield* repository.closeInbox(gateway, key, "handled")
  })

  const handle: Webhooks["handle"] = Effect.fn("Payments.handleWebhook")((event, attempt) =>
    Effect.tapCause(work(event), (cause) =>
      // an engine that stops hands the job back: nothing is wrong with it
      Cause.hasInterruptsOnly(cause)
        ? Effect.void
        : Effect.ignore(note(event, attempt, cause), { log: "Error", message: "The failure of a webhook was not noted" }))
  )

  const redrive: Webhooks["redrive"] = Effect.fn("Payments.redriveWebhook")(({ gateway, key }) =>
    transaction(Effect.gen(function*() {
      const before = yield* repository.findInbox(gateway, key)
      if (before === undefined) return yield* new GatewayWebhookNotFound({ gateway, key })
      if (!(yield* repository.reopenInbox(gateway, key))) {
        return yield* new GatewayWebhookNotRedrivable({ status: before.status })
      }
      yield* jobs.enqueue({ name: gatewayEventJob, payload: { gateway, key } })
      yield* audit.record({ action: "payment.webhook.redrive", subject: key, details: { gateway, was: before.status } })
      return { ...before, status: "received" }
    }))
  )

  return { receive, handle, redrive } satisfies Webhooks
})
