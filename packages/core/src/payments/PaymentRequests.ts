/**
 * What a gateway is asked for a payment that exists there: what has become of it, to take what was authorised, to give
 * it up.
 *
 * Taking and giving up are written on the payment before the gateway is told (`requested`), so that the recovery can
 * repeat what was cut off. Every answer is recorded once it is there, even if the caller has gone away.
 */
import * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import type { GatewayError, GatewayPayment, GatewayRejected } from "./PaymentGateway.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import type { PaymentRecords } from "./PaymentRecords.ts"
import { PaymentRepository, type StoredPayment } from "./PaymentRepository.ts"
import * as PaymentSettlement from "./PaymentSettlement.ts"
import { type GatewayNotFound, PaymentNotFound } from "./PaymentsErrors.ts"

type RequestError = PaymentNotFound | GatewayNotFound | GatewayError | StorageError

export interface PaymentRequests {
  /** Asks what has become of a payment and records it. `undefined`: the gateway never heard of it. */
  readonly ask: (payment: StoredPayment) => Effect.Effect<StoredPayment | undefined, RequestError>
  /** Lets the gateway go on with a payment whose buyer has come back from it, and records what it says. */
  readonly goOn: (payment: StoredPayment) => Effect.Effect<StoredPayment | undefined, RequestError>
  /** Tells the gateway what is requested of a payment, if anything is. Safe to repeat. */
  readonly carryOut: (paymentId: string) => Effect.Effect<StoredPayment, RequestError>
  /** Requests that a payment is given up, and tells the gateway. */
  readonly giveUp: (paymentId: string) => Effect.Effect<StoredPayment, RequestError>
}

export const make = Effect.fnUntraced(function*(records: PaymentRecords) {
  const repository = yield* PaymentRepository
  const orders = yield* OrderRepository
  const gateways = yield* PaymentGateways

  const record = (payment: StoredPayment, call: Effect.Effect<GatewayPayment, GatewayError>) =>
    settled(call, (answer) => records.settle(payment, answer))

  const ask: PaymentRequests["ask"] = Effect.fnUntraced(function*(payment) {
    const gateway = yield* gateways.get(payment.gateway)
    // only staff know what has become of it
    if (gateway.capabilities.offline === true && payment.gatewayReference !== null) return payment
    return yield* settled(
      gateway.retrieve({
        paymentId: payment.id,
        gatewayReference: payment.gatewayReference,
        idempotencyKey: payment.idempotencyKey
      }),
      (answer) => answer === undefined ? Effect.undefined : records.settle(payment, answer)
    )
  })

  const goOn: PaymentRequests["goOn"] = Effect.fnUntraced(function*(payment) {
    if (payment.gatewayReference === null || payment.state !== "requires_action") return yield* ask(payment)
    const gateway = yield* gateways.get(payment.gateway)
    return yield* record(
      payment,
      gateway.confirm({
        paymentId: payment.id,
        gatewayReference: payment.gatewayReference,
        idempotencyKey: `${payment.id}:confirm`,
        returnUrl: payment.returnUrl
      })
    )
  })

  /** The gateway would not, so its truth must be another than ours. */
  const afterRejection = Effect.fnUntraced(function*(payment: StoredPayment, rejection: GatewayRejected) {
    const asked = (yield* ask(payment)) ?? (yield* records.settle(payment, PaymentSettlement.never(payment)))
    const isOver = asked.state === "cancelled" || asked.state === "failed"
    return payment.requested === "cancel" && isOver ? asked : yield* rejection
  })

  const take = Effect.fnUntraced(function*(payment: StoredPayment, gatewayReference: string) {
    const gateway = yield* gateways.get(payment.gateway)
    return yield* record(
      payment,
      gateway.capture({ gatewayReference, idempotencyKey: keyOf(payment, "capture"), amount: payment.toCapture ?? payment.amount })
    ).pipe(
      Effect.catchTag("GatewayRejected", (rejection) =>
        Effect.ensuring(
          afterRejection(payment, rejection),
          Effect.ignore(records.update(payment.id, (now) =>
            Effect.succeed(isStillAsked(payment, now) ? { requested: null, toCapture: null, refusals: (now.refusals ?? 0) + 1 } : undefined)))
        ))
    )
  })

  const release = Effect.fnUntraced(function*(payment: StoredPayment) {
    const known = payment.gatewayReference === null ? yield* ask(payment) : payment
    if (known === undefined) return yield* records.forget(payment)
    // asking may have brought the end of it
    if (known.requested !== "cancel" || known.gatewayReference === null) return known
    const gateway = yield* gateways.get(payment.gateway)
    return yield* record(
      known,
      gateway.cancel({ gatewayReference: known.gatewayReference, idempotencyKey: keyOf(known, "cancel") })
    ).pipe(
      Effect.catchTag("GatewayRejected", (rejection) =>
        Effect.ensuring(
          afterRejection(known, rejection),
          Effect.ignore(records.update(payment.id, (now) =>
            Effect.succeed(isStillAsked(known, now) ? { refusals: (now.refusals ?? 0) + 1 } : undefined)))
        ))
    )
  })

  const carryOut: PaymentRequests["carryOut"] = Effect.fn("Payments.carryOut")(function*(id) {
    const payment = (yield* repository.find(id)) ?? (yield* new PaymentNotFound({ payment: id }))
    if (payment.requested === null) return payment
    if (payment.requested === "cancel" || payment.gatewayReference === null) return yield* release(payment)
    const order = yield* orders.find(payment.orderId)
    return order !== undefined && OrderMoney.isPayable(order)
      ? yield* take(payment, payment.gatewayReference)
      : yield* giveUp(id)
  })

  const giveUp: PaymentRequests["giveUp"] = Effect.fnUntraced(function*(id) {
    const payment = yield* records.update(id, ({ requested }) =>
      Effect.succeed(requested === "cancel" ? undefined : { requested: "cancel" }))
    return yield* release(payment)
  })

  /** What an answer has made the shop request is carried out at once; if it is cut off, a job does it. */
  const seenThrough = (before: StoredPayment) =>
    Effect.fnUntraced(function*(after: StoredPayment | undefined) {
      if (after === undefined || after.requested === null || after.requested === before.requested) return after
      return yield* Effect.catchTags(carryOut(after.id), {
        GatewayMisconfigured: () => Effect.succeed(after),
        GatewayRejected: () => Effect.succeed(after),
        GatewayUnavailable: () => Effect.succeed(after)
      })
    })

  return {
    ask: (payment) => Effect.flatMap(ask(payment), seenThrough(payment)),
    goOn: (payment) => Effect.flatMap(goOn(payment), seenThrough(payment)),
    carryOut,
    giveUp
  } satisfies PaymentRequests
})

/** Whether what was asked for is, and nobody has heard of a refusal since: of what was asked for after that, nothing is known. */
const isStillAsked = (asked: StoredPayment, now: StoredPayment): boolean =>
  now.requested === asked.requested && (now.refusals ?? 0) === (asked.refusals ?? 0)

/** The key of what is requested: the same for as long as nobody knows what the gateway did, and another once it has refused. */
const keyOf = ({ id, refusals = 0 }: StoredPayment, request: "capture" | "cancel"): string =>
  refusals === 0 ? `${id}:${request}` : `${id}:${request}:${refusals}`

/** Waits for a gateway's answer, which may be interrupted, and records it, which may not. */
export const settled = <A, E, B, E2>(
  call: Effect.Effect<A, E>,
  record: (answer: A) => Effect.Effect<B, E2>
): Effect.Effect<B, E | E2> =>
  Effect.uninterruptibleMask((restore) => Effect.flatMap(restore(call), record))
