/**
 * Money that is to go back while a dispute holds it: it waits as a refund of the disputed payment, and is asked for in the
 * transaction that hears that the dispute is won. If the dispute is lost, the bank has given the money to the buyer, and the
 * refund goes on waiting, as an appeal may still be won.
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
import { refundable, wasMismatched } from "./Payment.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import { PaymentGuards } from "./PaymentGuards.ts"
import { newRefund, refundJob, requested } from "./PaymentRecords.ts"
import { PaymentRepository, type StoredPayment, type StoredRefund } from "./PaymentRepository.ts"
import { InvalidRefund, type PaymentChangeRefused } from "./PaymentsErrors.ts"

/** What is disputed of a payment and neither went back nor waits to, in minor units. */
const heldBack = (payment: StoredPayment, refunds: ReadonlyArray<StoredRefund>): number => {
  const own = refunds.filter(({ paymentId }) => paymentId === payment.id)
  const waiting = own.reduce((sum, { amount, state }) => state === "waiting" ? sum + amount.amount : sum, 0)
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

  /** Payments of an order that are disputed, those first whose dispute is not decided yet. */
  const disputed = Effect.fnUntraced(function*(order: Order) {
    const all = (yield* repository.ofOrder(order.id)).filter((payment) =>
      payment.disputed !== undefined && payment.captured.currency === order.currency && !wasMismatched(payment))
    if (all.length < 2) return all
    const { items } = yield* Effect.catchTag(disputes.list({ orderId: order.id, limit: 100 }), "InvalidInput", Effect.die)
    const lost = ({ id }: StoredPayment) => items.filter((one) => one.paymentId === id).every(({ state }) => state === "lost")
    return all.toSorted((a, b) => Number(lost(a)) - Number(lost(b)))
  })

  return {
    /**
     * Writes so much of an order's money that cannot go back yet as refunds that wait, in the current transaction. Answers with what
     * waits: no more than is disputed.
     */
    wait: Effect.fnUntraced(function*(
      order: Order,
      amount: number,
      reason: string
    ): Effect.fn.Return<Money, InvalidRefund | PaymentChangeRefused | VersionConflict | StorageError> {
      const { currency } = order
      let missing = amount
      const payments = missing === 0 ? [] : yield* disputed(order)
      if (payments.length === 0) return zero(currency)
      const refunds = yield* repository.refunds(order.id)
      for (const payment of payments) {
        const part = { amount: Math.min(missing, heldBack(payment, refunds)), currency }
        if (part.amount <= 0) continue
        const isWhole = gateways.find(payment.gateway)?.capabilities.partialRefund === false
        if (isWhole && !equals(part, payment.captured)) return yield* new InvalidRefund({ reason: "partial" })
        yield* guards.ask({ event: "refund", payment, amount: part, reason })
        const refund: StoredRefund = { ...(yield* newRefund(payment, part, reason, false)), state: "waiting" }
        // the next version is what makes a dispute that is won at the same time see it
        yield* repository.update({ ...payment, version: payment.version + 1, updatedAt: refund.createdAt })
        yield* repository.insertRefund(refund)
        yield* audit.record({
          action: "order.refund",
          subject: order.id,
          details: { refundId: refund.id, paymentId: payment.id, amount: { ...part }, reason, waits: true }
        })
        missing -= part.amount
      }
      return { amount: amount - missing, currency }
    }),

    /**
     * A payment is disputed for less than before: what waits of it is asked for, the oldest first and as much as is there, in the
     * current transaction, which has written the payment.
     */
    release: Effect.fnUntraced(function*(payment: StoredPayment) {
      const own = (yield* repository.refunds(payment.orderId)).filter(({ paymentId }) => paymentId === payment.id)
      let left = refundable(payment, own).amount
      const asked: Array<StoredRefund> = []
      for (const waiting of own.filter(({ state }) => state === "waiting")) {
        const part = { ...waiting.amount, amount: Math.min(left, waiting.amount.amount) }
        if (part.amount === 0) break
        const next = { ...waiting, version: waiting.version + 1, updatedAt: yield* Timestamp.now }
        if (equals(part, waiting.amount)) {
          const refund: StoredRefund = { ...next, state: "pending" }
          yield* repository.updateRefund(refund)
          asked.push(refund)
        } else {
          // another dispute holds the rest
          yield* repository.updateRefund({ ...next, amount: { ...part, amount: waiting.amount.amount - part.amount } })
          const refund = yield* newRefund(payment, part, waiting.reason, false)
          yield* repository.insertRefund(refund)
          asked.push(refund)
        }
        left -= part.amount
      }
      yield* events.publish(asked.map((refund) => requested(payment, refund)))
      yield* jobs.enqueueAll(asked.map(({ id }) => ({ name: refundJob, payload: { refundId: id }, id: `${refundJob}:${id}` })))
    })
  }
})
