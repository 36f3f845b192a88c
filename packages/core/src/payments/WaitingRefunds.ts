/**
 * Money that is to go back while a dispute holds it: it waits as a refund of the disputed payment, and is asked for in the
 * transaction that hears that the dispute is won. If the dispute is lost, the bank has given the money to the buyer, and what no other
 * dispute can bring back is closed: `failed`, because of `dispute_lost`. An appeal that is won opens it again.
 */
import * as Effect from "effect/Effect"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { equals, type Money, zero } from "../kernel/Money.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { Order } from "../orders/Order.ts"
import { DisputeRepository } from "./DisputeRepository.ts"
import { advice, type PaymentFailure, refundable, wasMismatched } from "./Payment.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import { PaymentGuards } from "./PaymentGuards.ts"
import { newRefund, refundJob, requested } from "./PaymentRecords.ts"
import { PaymentRepository, type StoredPayment, type StoredRefund } from "./PaymentRepository.ts"
import * as RefundPart from "./RefundPart.ts"
import { InvalidRefund, type PaymentChangeRefused } from "./PaymentsErrors.ts"

/** Whether it waits, or did until a dispute was lost that may still be appealed. */
const mayGoBack = ({ failure, state }: StoredRefund): boolean =>
  state === "waiting" || (state === "failed" && failure?.code === "dispute_lost")

const lost: PaymentFailure = {
  code: "dispute_lost",
  message: "The bank has given the money to the buyer",
  gatewayCode: null,
  advice: advice("dispute_lost")
}

/** What is disputed of a payment and neither went back nor waits to, in minor units. */
const heldBack = (payment: StoredPayment, refunds: ReadonlyArray<StoredRefund>): number => {
  const own = refunds.filter(({ paymentId }) => paymentId === payment.id)
  const waiting = own.reduce((sum, refund) => mayGoBack(refund) ? sum + refund.amount.amount : sum, 0)
  return refundable({ captured: payment.captured }, own).amount - refundable(payment, own).amount - waiting
}

export const make = Effect.gen(function*() {
  const repository = yield* PaymentRepository
  const disputes = yield* DisputeRepository
  const gateways = yield* PaymentGateways
  const guards = yield* PaymentGuards
  const events = yield* Events
  const audit = yield* AuditLog
  const jobs = yield* Jobs

  /** Those of an order's payments that are disputed, first those whose dispute is not decided yet. */
  const disputed = Effect.fnUntraced(function*(order: Order, payments: ReadonlyArray<StoredPayment>) {
    const all = payments.filter((payment) =>
      payment.disputed !== undefined && payment.captured.currency === order.currency && !wasMismatched(payment))
    if (all.length < 2) return all
    const undecided = new Set((yield* disputes.standing(order.id)).flatMap(({ isLost, paymentId }) => isLost ? [] : [paymentId]))
    const lost = ({ id }: StoredPayment) => !undecided.has(id)
    return all.toSorted((a, b) => Number(lost(a)) - Number(lost(b)))
  })

  /** Writes a refund as two: so much of it stays as it is, and the rest becomes one of its own, which is not written yet. */
  const divide = Effect.fnUntraced(function*(payment: StoredPayment, refund: StoredRefund, kept: number) {
    const { amount, parts = [], reason } = refund
    const { first, rest } = RefundPart.split(parts, kept)
    yield* repository.updateRefund({
      ...refund,
      amount: { ...amount, amount: kept },
      ...(parts.length === 0 ? {} : { parts: first }),
      version: refund.version + 1,
      updatedAt: yield* Timestamp.now
    })
    return yield* newRefund(payment, { ...amount, amount: amount.amount - kept }, reason, false, rest)
  })

  /**
   * A dispute of a payment is decided: what waits of it and no other dispute can bring back is closed, the newest first, in the current
   * transaction, which has written the dispute. Answers with how much that is, in minor units.
   */
  const close = Effect.fnUntraced(function*(payment: StoredPayment) {
    const own = (yield* repository.refunds(payment.orderId)).filter(({ paymentId, state }) => paymentId === payment.id && state === "waiting")
    if (own.length === 0) return 0
    const undecided = (yield* disputes.standing(payment.orderId)).find(({ paymentId }) => paymentId === payment.id)?.undecided ?? 0
    const all = Math.max(0, own.reduce((sum, { amount }) => sum + amount.amount, 0) - undecided)
    let excess = all
    for (const refund of own.toReversed()) {
      if (excess === 0) break
      const { amount } = refund
      const closed = Math.min(excess, amount.amount)
      excess -= closed
      if (closed === amount.amount) {
        yield* repository.updateRefund({ ...refund, state: "failed", failure: lost, version: refund.version + 1, updatedAt: yield* Timestamp.now })
      } else {
        yield* repository.insertRefund({ ...(yield* divide(payment, refund, amount.amount - closed)), state: "failed", failure: lost })
      }
      yield* audit.record({
        action: "order.refund_closed",
        subject: payment.orderId,
        details: { refundId: refund.id, paymentId: payment.id, amount: { ...amount, amount: closed }, reason: lost.code }
      })
    }
    return all
  })

  return {
    /**
     * Writes so much of an order's money that cannot go back yet as refunds that wait, in the current transaction, which has read its
     * `known` payments and seen that it cannot; `named` are its parts. Answers with what waits: no more than is disputed and may still be won. What an appeal
     * alone could bring back is written as closed.
     */
    wait: Effect.fnUntraced(function*(
      order: Order,
      known: ReadonlyArray<StoredPayment>,
      amount: number,
      reason: string,
      named: ReadonlyArray<RefundPart.RefundPart>
    ): Effect.fn.Return<Money, InvalidRefund | PaymentChangeRefused | VersionConflict | StorageError> {
      const { currency } = order
      let missing = amount
      let parts = named
      const payments = missing === 0 ? [] : yield* disputed(order, known)
      if (payments.length === 0) return zero(currency)
      const refunds = yield* repository.refunds(order.id)
      let closed = 0
      for (const payment of payments) {
        const part = { amount: Math.min(missing, heldBack(payment, refunds)), currency }
        if (part.amount <= 0) continue
        const isWhole = gateways.find(payment.gateway)?.capabilities.partialRefund === false
        if (isWhole && !equals(part, payment.captured)) return yield* new InvalidRefund({ reason: "partial" })
        yield* guards.ask({ event: "refund", payment, amount: part, reason })
        const { first, rest } = RefundPart.split(parts, part.amount)
        parts = rest
        const refund: StoredRefund = { ...(yield* newRefund(payment, part, reason, false, first)), state: "waiting" }
        // the next version is what makes a dispute that is won at the same time see it
        yield* repository.update({ ...payment, version: payment.version + 1, updatedAt: refund.createdAt })
        yield* repository.insertRefund(refund)
        yield* audit.record({
          action: "order.refund",
          subject: order.id,
          details: { refundId: refund.id, paymentId: payment.id, amount: { ...part }, reason, waits: true }
        })
        missing -= part.amount
        // of what waited before none belongs to this
        closed += Math.min(part.amount, yield* close(payment))
      }
      return { amount: amount - missing - closed, currency }
    }),

    /**
     * A payment is disputed for less than before: what waits of it is asked for, the oldest first and as much as is there, in the
     * current transaction, which has written the payment.
     */
    release: Effect.fnUntraced(function*(payment: StoredPayment) {
      const own = (yield* repository.refunds(payment.orderId)).filter(({ paymentId }) => paymentId === payment.id)
      let left = refundable(payment, own).amount
      const asked: Array<StoredRefund> = []
      // what waits comes before what was closed
      for (const waiting of own.filter(mayGoBack).toSorted((a, b) => Number(a.state === "failed") - Number(b.state === "failed"))) {
        const part = { ...waiting.amount, amount: Math.min(left, waiting.amount.amount) }
        if (part.amount === 0) break
        if (equals(part, waiting.amount)) {
          const version = waiting.version + 1
          const refund: StoredRefund = { ...waiting, state: "pending", failure: null, version, updatedAt: yield* Timestamp.now }
          yield* repository.updateRefund(refund)
          asked.push(refund)
        } else {
          // another dispute holds the rest
          const refund = yield* divide(payment, waiting, waiting.amount.amount - part.amount)
          yield* repository.insertRefund(refund)
          asked.push(refund)
        }
        left -= part.amount
      }
      yield* events.publish(asked.map((refund) => requested(payment, refund)))
      yield* jobs.enqueueAll(asked.map(({ id }) => ({ name: refundJob, payload: { refundId: id }, id: `${refundJob}:${id}` })))
    }),

    close
  }
})
