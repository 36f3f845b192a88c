/**
 * What becomes of the payments of a cancelled order: those still open are given up at their gateways, and money that
 * was captured goes back.
 */
import * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import { isOpen } from "./Payment.ts"
import { type PaymentRecords, untilWritten } from "./PaymentRecords.ts"
import { PaymentRepository } from "./PaymentRepository.ts"
import type { PaymentRequests } from "./PaymentRequests.ts"
import type { PaymentNotFound } from "./PaymentsErrors.ts"

export const make = Effect.fnUntraced(function*(records: PaymentRecords, requests: PaymentRequests) {
  const repository = yield* PaymentRepository
  const { transaction } = yield* Transactor

  /** Writes down what is to be done, so that nothing of it is lost; refunds are carried out by their own jobs. */
  const decide = Effect.fnUntraced(function*(
    orderId: string
  ): Effect.fn.Return<ReadonlyArray<string>, PaymentNotFound | VersionConflict | StorageError> {
    const payments = yield* repository.ofOrder(orderId)
    const open = payments.filter(isOpen).map(({ id }) => id)
    for (const id of open) {
      yield* records.update(id, ({ requested }) =>
        Effect.succeed(requested === "cancel" ? undefined : { requested: "cancel" }))
    }
    yield* records.giveBack(payments.filter(({ captured }) => captured.amount > 0), "the order was cancelled")
    return open
  })

  return {
    /** Safe to repeat. Gateways that do not answer are asked again by the recovery. */
    handle: Effect.fn("Payments.orderCancelled")(function*(orderId: string) {
      const open = yield* untilWritten("Payments.orderCancelled")(transaction(decide(orderId)))
      for (const id of open) {
        yield* Effect.catchTags(requests.carryOut(id), {
          GatewayMisconfigured: () => Effect.void,
          GatewayUnavailable: () => Effect.void,
          GatewayRejected: () => Effect.void,
          GatewayNotFound: () => Effect.void
        })
      }
    })
  }
})
