/**
 * Giving money back. A refund is a row before the gateway hears of it, so it counts against the balance from then on;
 * a refund that the gateway refuses gives the balance back.
 */
import * as Effect from "effect/Effect"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { add, equals, type Money, zero } from "../kernel/Money.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { Order } from "../orders/Order.ts"
import { OrderLifecycle } from "../orders/OrderLifecycle.ts"
import * as Ledger from "./Ledger.ts"
import { type CreateRefund, machine, refundable } from "./Payment.ts"
import type { GatewayRefund, PaymentGateway } from "./PaymentGateway.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import { RefundFailed, RefundSucceeded } from "./PaymentEvents.ts"
import { newRefund, requested, untilWritten } from "./PaymentRecords.ts"
import { PaymentRepository, type StoredPayment, type StoredRefund } from "./PaymentRepository.ts"
import { settled } from "./PaymentRequests.ts"
import { type GatewayNotFound, InvalidRefund, PaymentNotFound, RefundExceedsCaptured } from "./PaymentsErrors.ts"

export interface Refunds {
  /** Writes a refund of an order's money and asks the gateway for it. The refund stays `pending` without an answer. */
  readonly create: (
    order: Order,
    input: CreateRefund
  ) => Effect.Effect<StoredRefund, PaymentNotFound | RefundExceedsCaptured | InvalidRefund | StorageError>
  /** Asks the gateway for a pending refund. The same key every time, so however often it asks, money goes back once. */
  readonly carryOut: (refundId: string) => Effect.Effect<StoredRefund | undefined, GatewayNotFound | StorageError>
}

/** What a refund of a payment could be of. */
interface Choice {
  readonly payment: StoredPayment
  readonly left: Money
}

export const make = Effect.gen(function*() {
  const repository = yield* PaymentRepository
  const gateways = yield* PaymentGateways
  const lifecycle = yield* OrderLifecycle
  const events = yield* Events
  const audit = yield* AuditLog
  const { transaction } = yield* Transactor

  /** The payment to give back from: the one that was named, or the first that holds enough. */
  const choose = Effect.fnUntraced(function*(order: Order, { amount, paymentId }: CreateRefund) {
    const payments = (yield* repository.ofOrder(order.id)).filter((payment) =>
      paymentId === undefined ? payment.captured.amount > 0 : payment.id === paymentId)
    if (payments[0] === undefined) {
      const nothing = zero(order.currency)
      return paymentId === undefined
        ? yield* new RefundExceedsCaptured({ requested: amount ?? nothing, refundable: nothing })
        : yield* new PaymentNotFound({ payment: paymentId })
    }
    const refunds = yield* repository.refunds(order.id)
    const choices = payments.map((payment): Choice => ({
      payment,
      left: refundable(payment, refunds.filter((refund) => refund.paymentId === payment.id))
    }))
    // money that came otherwise than it was asked for only goes back if nothing else is there to
    choices.sort((a, b) => Number(a.payment.state === "mismatched") - Number(b.payment.state === "mismatched"))
    const wanted = amount?.amount ?? 1
    const inCurrency = choices.filter(({ left }) => amount === undefined || left.currency === amount.currency)
    const most = inCurrency.reduce<Money | undefined>(
      (most, { left }) => most === undefined || left.amount > most.amount ? left : most,
      undefined
    )
    if (most === undefined) return yield* new InvalidRefund({ reason: "currency" })
    return inCurrency.find(({ left }) => left.amount >= wanted)
      ?? (yield* new RefundExceedsCaptured({ requested: amount ?? most, refundable: most }))
  })

  const create: Refunds["create"] = Effect.fnUntraced(function*(order, input) {
    if (input.amount?.amount === 0) return yield* new InvalidRefund({ reason: "zero" })
    const { id } = yield* untilWritten("Payments.refund")(transaction(Effect.gen(function*() {
      const { left, payment } = yield* choose(order, input)
      const amount = input.amount ?? left
      const gateway = yield* Effect.result(gateways.get(payment.gateway))
      if (gateway._tag === "Success" && !gateway.success.capabilities.partialRefund && !equals(amount, payment.captured)) {
        return yield* new InvalidRefund({ reason: "partial" })
      }
      const refund = yield* newRefund(payment, amount, input.reason, input.restock ?? false)
      // the next version is what makes another refund of the same payment, at the same time, read the balance again
      yield* repository.update({ ...payment, version: payment.version + 1, updatedAt: refund.createdAt })
      yield* repository.insertRefund(refund)
      yield* events.publish([requested(payment, refund)])
      yield* audit.record({
        action: "order.refund",
        subject: order.id,
        details: { refundId: refund.id, paymentId: payment.id, amount: { ...amount }, reason: input.reason }
      })
      return refund
    })))
    const refund = (yield* Effect.catchTag(carryOut(id), "GatewayNotFound", () => Effect.undefined))
      ?? (yield* repository.findRefund(id))
    return refund ?? (yield* Effect.die(new PaymentNotFound({ payment: id })))
  })

  const carryOut: Refunds["carryOut"] = Effect.fn("Payments.carryOutRefund")(function*(id) {
    const refund = yield* repository.findRefund(id)
    if (refund === undefined || refund.state !== "pending") return refund
    const payment = yield* repository.find(refund.paymentId)
    if (payment === undefined || payment.gatewayReference === null) {
      return yield* Effect.die(new Error(`the refund ${id} is of a payment that no gateway knows`))
    }
    const gateway = yield* gateways.get(payment.gateway)
    return yield* settled(
      Effect.result(ask(gateway, payment.gatewayReference, refund)),
      (result) => {
        if (result._tag === "Success") return settle(id, result.success)
        if (result.failure._tag === "GatewayUnavailable") return again(refund)
        return settle(id, {
          reference: null,
          status: "failed",
          amount: refund.amount,
          failure: {
            code: "gateway_error",
            message: result.failure.detail,
            gatewayCode: result.failure.gatewayCode
          }
        })
      }
    )
  })

  const ask = (gateway: PaymentGateway, gatewayReference: string, refund: StoredRefund) =>
    gateway.refund({ gatewayReference, idempotencyKey: refund.idempotencyKey, amount: refund.amount })

  /** Nobody knows yet. Counts the attempt, so that those not asked for longer come first. */
  const again = (refund: StoredRefund) =>
    Effect.gen(function*() {
      const next = { ...refund, attempts: refund.attempts + 1, version: refund.version + 1, updatedAt: yield* Timestamp.now }
      return yield* Effect.as(repository.updateRefund(next), next).pipe(
        // somebody else has asked at the same time
        Effect.catchTag("VersionConflict", () => repository.findRefund(refund.id))
      )
    })

  const settle = (id: string, answer: Omit<GatewayRefund, "reference"> & { readonly reference: string | null }) =>
    untilWritten("Payments.settleRefund")(transaction(Effect.gen(function*() {
      const refund = yield* repository.findRefund(id)
      if (refund === undefined || refund.state !== "pending") return refund
      const payment = yield* repository.find(refund.paymentId)
      if (payment === undefined) return refund
      const now = yield* Timestamp.now
      const heard: StoredRefund = {
        ...refund,
        gatewayReference: answer.reference ?? refund.gatewayReference,
        attempts: refund.attempts + 1,
        version: refund.version + 1,
        updatedAt: now
      }
      const isOdd = answer.status === "succeeded" && !equals(answer.amount, refund.amount)
      if (isOdd) {
        yield* Effect.logError("A payment gateway gave back another amount than it was asked for").pipe(
          Effect.annotateLogs({ refundId: id, gateway: payment.gateway })
        )
      }
      // an odd amount stays pending, and so counts against the balance, until a person has looked
      if (answer.status === "pending" || isOdd) {
        yield* repository.updateRefund(heard)
        return heard
      }
      const about = {
        refundId: refund.id,
        paymentId: payment.id,
        orderId: payment.orderId,
        gateway: payment.gateway,
        amount: refund.amount
      }
      if (answer.status === "failed") {
        const failure = answer.failure
          ?? { code: "gateway_error" as const, message: "The gateway refused the refund", gatewayCode: null }
        const failed: StoredRefund = { ...heard, state: "failed", failure }
        yield* repository.updateRefund(failed)
        yield* events.publish([RefundFailed.make(refund.id, { ...about, code: failure.code })])
        return failed
      }
      const succeeded: StoredRefund = { ...heard, state: "succeeded" }
      yield* repository.updateRefund(succeeded)
      yield* repository.update(afterRefund(payment, refund.amount, now))
      yield* repository.post(Ledger.refund(payment, refund, now))
      yield* events.publish([RefundSucceeded.make(refund.id, about)])
      // what came otherwise than asked was never the order's
      if (payment.state !== "mismatched") {
        yield* lifecycle.refunded(payment.orderId, refund.amount, refund.id, { restock: refund.restock }).pipe(
          Effect.catchTag("OrderNotFound", Effect.die)
        )
      }
      return succeeded
    })))

  return { create, carryOut } satisfies Refunds
})

/** The payment after money of it went back. */
const afterRefund = (payment: StoredPayment, amount: Money, at: Timestamp.Timestamp): StoredPayment => {
  const refunded = add(payment.refunded, amount)
  const move = equals(refunded, payment.captured) ? "refund" : "refund_part"
  const state = StateMachine.next(machine, payment.state, move)
  if (state === undefined) throw new Error(`a refund of the payment ${payment.id} succeeded, which is ${payment.state}`)
  return { ...payment, state, refunded, version: payment.version + 1, updatedAt: at }
}
