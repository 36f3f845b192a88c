/**
 * What becomes of the payments of an order that is over: those still open are given up at their gateways, and money that
 * was captured for one that is cancelled goes back.
 */
import * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { isOpen } from "./Payment.ts"
import { type PaymentRecords, untilWritten } from "./PaymentRecords.ts"
import { PaymentRepository } from "./PaymentRepository.ts"
import type { PaymentRequests } from "./PaymentRequests.ts"
import type { PaymentNotFound } from "./PaymentsErrors.ts"

export const make = Effect.fnUntraced(function*(records: PaymentRecords, requests: PaymentRequests) {
  const repository = yield* PaymentRepository
  const orders = yield* OrderRepository
  const { transaction } = yield* Transactor

  /** Writes down what is to be done, so that nothing of it is lost; refunds are carried out by their own jobs. */
  const decide = Effect.fnUntraced(function*(
    orderId: string,
    cancelled: boolean
  ): Effect.fn.Return<ReadonlyArray<string>, PaymentNotFound | VersionConflict | StorageError> {
    const payments = yield* repository.ofOrder(orderId)
    const open = payments.filter(isOpen).map(({ id }) => id)
    for (const id of open) {
      yield* records.update(id, ({ requested }) =>
        Effect.succeed(requested === "cancel" ? undefined : { requested: "cancel" }))
    }
    if (cancelled) yield* records.giveBack(payments.filter(({ captured }) => captured.amount > 0), "the order was cancelled")
    return open
  })

  const end = Effect.fnUntraced(function*(orderId: string, cancelled: boolean) {
    const open = yield* untilWritten("Payments.orderEnded")(transaction(decide(orderId, cancelled)))
    for (const id of open) {
      yield* Effect.catchTags(requests.carryOut(id), {
        GatewayMisconfigured: () => Effect.void,
        GatewayUnavailable: () => Effect.void,
        GatewayRejected: () => Effect.void,
        GatewayNotFound: () => Effect.void
      })
    }
  })

  return {
    /** Safe to repeat. Gateways that do not answer are asked again by the recovery. */
    cancelled: Effect.fn("Payments.orderCancelled")((orderId: string) => end(orderId, true)),

    /**
     * The shop has won a dispute: what could not go back with an order that was cancelled meanwhile goes back now. What waited
     * of any other order goes back with the news itself (`WaitingRefunds`).
     */
    disputeWon: Effect.fn("Payments.disputeWon")(function*(orderId: string) {
      if ((yield* orders.find(orderId))?.status === "cancelled") yield* end(orderId, true)
    }),

    /** The same as `cancelled` for an order of which all that was paid went back: what was reserved for what an edit had added is let go. */
    refunded: Effect.fn("Payments.orderRefunded")(function*(orderId: string) {
      if ((yield* orders.find(orderId))?.status === "refunded") yield* end(orderId, false)
    })
  }
})
