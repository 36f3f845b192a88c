/**
 * Bringing to an end what was cut off: payments whose outcome nobody heard, refunds that were not answered, orders
 * that nobody paid.
 *
 * Gateways are asked side by side, each within a share of time of its own, so that one that hangs holds up no other.
 * What is left over is for the next run, which begins with what was not looked at for longest.
 */
import * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { OrderLifecycle } from "../orders/OrderLifecycle.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import type { PaymentId, RefundId } from "./Payment.ts"
import type { PaymentAttempts } from "./PaymentAttempts.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import { callsEndWithin, type PaymentRecords, untilWritten } from "./PaymentRecords.ts"
import { PaymentRepository, type StoredPayment } from "./PaymentRepository.ts"
import type { PaymentRequests } from "./PaymentRequests.ts"
import type { Refunds } from "./Refunds.ts"

/** What the recovery found and did. */
export interface Recovered {
  readonly paymentsSettled: number
  readonly refundsSettled: number
  readonly ordersCancelled: number
}

/** How many payments of a gateway, refunds of a gateway, and orders one run looks at. */
const perRun = 100

/** How many questions a gateway is asked at the same time. */
const perGateway = 4

/** How long one gateway may keep a run busy. */
const gatewayShare = "45 seconds"

/** How long an order waits for a gateway that says nothing, or that it is still working on it. */
const longestWait = "3 days"

/** For how long an order whose payment is about to be settled is left alone. */
const moment = "5 minutes"

export const make = Effect.fnUntraced(function*(
  records: PaymentRecords,
  requests: PaymentRequests,
  attempts: PaymentAttempts,
  refunds: Refunds
) {
  const repository = yield* PaymentRepository
  const orders = yield* OrderRepository
  const lifecycle = yield* OrderLifecycle
  const gateways = yield* PaymentGateways
  const { transaction } = yield* Transactor

  const isWaitedFor = (payment: StoredPayment, now: Timestamp.Timestamp): boolean =>
    Timestamp.plus(payment.createdAt, longestWait) > now

  /** Nothing new is known: the payment goes to the end of the line. */
  const wait = (payment: StoredPayment) => records.update(payment.id, () => Effect.succeed({}))

  /** The gateway never heard of it: asks for the money (again) while the order waits, and else gives it up. */
  const startOver = Effect.fnUntraced(function*(payment: StoredPayment) {
    const order = yield* orders.find(payment.orderId)
    const isDue = order?.status === "pending" && (yield* Timestamp.now) < order.reservedUntil
    if (!isDue) return yield* records.forget(payment)
    const after = yield* attempts.attempt(payment.id)
    if (after.state === payment.state) yield* wait(after)
    return after
  })

  const settlePayment = Effect.fnUntraced(function*(id: PaymentId) {
    const payment = yield* repository.find(id)
    if (payment === undefined) return false
    if (payment.requested !== null) {
      const after = yield* Effect.tapError(requests.carryOut(id), () => wait(payment))
      return after.requested === null || after.state !== payment.state
    }
    const asked = yield* Effect.tapError(requests.ask(payment), () => wait(payment))
    const after = asked ?? (yield* startOver(payment))
    if (after.state !== payment.state) return true
    if (asked === undefined) return false
    const order = yield* orders.find(payment.orderId)
    if (payment.state === "requires_action" && (order?.reservedUntil ?? "") <= (yield* Timestamp.now)) {
      return (yield* requests.giveUp(id)).state !== payment.state
    }
    yield* wait(after)
    return false
  })

  const settleRefund = (id: RefundId) => Effect.map(refunds.carryOut(id), (refund) => refund?.state !== "pending")

  const hasComeBack = (id: RefundId) => Effect.map(refunds.askLater(id), (refund) => refund?.state === "failed")

  /** One failure is none of the others' business; it is looked at again in the next run. */
  const guarded = <E>(subject: string, work: Effect.Effect<boolean, E>): Effect.Effect<boolean> =>
    Effect.catchCause(work, (cause) =>
      Effect.logWarning("The recovery could not settle something yet", cause).pipe(
        Effect.annotateLogs({ subject }),
        Effect.as(false)
      ))

  const runGateway = Effect.fnUntraced(function*(gateway: string, before: Timestamp.Timestamp) {
    const payments = yield* repository.unsettled(gateway, before, perRun)
    const open = yield* repository.pendingRefunds(gateway, before, perRun)
    const done = yield* repository.doneRefunds(gateway, yield* Timestamp.now, perRun)
    // counted as they come, for the time may end in the middle
    const settled = { payments: 0, refunds: 0, unanswered: 0 }
    let isRefused = false
    const unanswered = () =>
      Effect.sync(() => {
        settled.unanswered += 1
        return false
      })
    // one question is enough to learn whether staff have put the key right; the others wait for the next run
    const refused = () =>
      Effect.sync(() => {
        isRefused = true
        return false
      })
    const unlessRefused = <E, R>(work: Effect.Effect<boolean, E, R>) =>
      Effect.suspend(() => isRefused ? Effect.succeed(false) : work)
    const settle = (id: PaymentId) =>
      Effect.catchTags(settlePayment(id), { GatewayUnavailable: unanswered, GatewayMisconfigured: refused })
    const work = [
      ...payments.map((id) =>
        Effect.map(guarded(id, unlessRefused(settle(id))), (done) => {
          if (done) settled.payments += 1
        })
      ),
      ...open.map((id) =>
        Effect.map(guarded(id, unlessRefused(settleRefund(id))), (done) => {
          if (done) settled.refunds += 1
        })
      ),
      ...done.map((id) =>
        Effect.map(guarded(id, unlessRefused(hasComeBack(id))), (isBack) => {
          if (isBack) settled.refunds += 1
        })
      )
    ]
    yield* Effect.all(work, { concurrency: perGateway, discard: true }).pipe(
      Effect.timeoutOrElse({
        duration: gatewayShare,
        orElse: () =>
          Effect.annotateLogs(Effect.logWarning("A payment gateway takes too long for the recovery"), { gateway })
      })
    )
    if (settled.unanswered > 0) {
      yield* Effect.logWarning("A payment gateway does not answer").pipe(
        Effect.annotateLogs({ gateway, payments: settled.unanswered })
      )
    }
    return settled
  })

  /** Cancels an order whose time is up, or holds its stock for longer while the outcome of its payment is unknown. */
  const cancelOverdue = Effect.fnUntraced(function*(orderId: string, now: Timestamp.Timestamp) {
    const order = yield* orders.find(orderId)
    if (order === undefined) return false
    const isAwaited = order.status === "pending" && (yield* repository.ofOrder(orderId)).some((payment) =>
      (payment.state === "pending" || payment.state === "requires_action")
      && payment.requested === null && isWaitedFor(payment, now)
    )
    // nobody has paid, and the pieces are kept for its buyer, who may still
    if (!isAwaited && order.status === "pending" && (order.keptUntil ?? now) > now) {
      yield* lifecycle.paymentFailed(orderId, "not_paid_in_time")
      return false
    }
    const { outcome } = isAwaited
      ? yield* lifecycle.retry(orderId, Timestamp.plus(now, moment))
      : yield* lifecycle.cancelUnpaid(orderId, "not_paid_in_time")
    return !isAwaited && outcome === "applied"
  })

  const run: Effect.Effect<Recovered, StorageError> = Effect.gen(function*() {
    const now = yield* Timestamp.now
    const before = Timestamp.minus(now, callsEndWithin)
    const perName = yield* Effect.forEach([...gateways.names, ...gateways.internal], (name) => runGateway(name, before), {
      concurrency: "unbounded"
    })
    const cancelled = yield* Effect.forEach(
      yield* orders.overdue(now, perRun),
      (id) => guarded(id, untilWritten("Payments.cancelOverdue")(transaction(cancelOverdue(id, now)))),
      { concurrency: perGateway }
    )
    return {
      paymentsSettled: perName.reduce((sum, { payments }) => sum + payments, 0),
      refundsSettled: perName.reduce((sum, { refunds }) => sum + refunds, 0),
      ordersCancelled: cancelled.filter(Boolean).length
    }
  })

  return { run: Effect.withSpan(run, "Payments.recover") }
})
