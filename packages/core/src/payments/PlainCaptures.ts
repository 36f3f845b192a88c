/**
 * Writing down that orders are paid, in the plain case, those of one moment together: payments, orders, stock, books and events of
 * many captures in as many statements as of one, and in one transaction.
 *
 * **Details**
 *
 * Plain is money that comes for an order which has only been placed: all that it costs, through one payment, which nobody has asked
 * anything else of. Whatever is not, and whatever turns out to have changed since it was read or is being changed, is left to
 * `PaymentRecords.settle`, which reads again and decides. One that has changed is taken out, and the others are written without it:
 * nobody waits for what somebody else does to the order of another buyer.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import { Books } from "../books/Books.ts"
import { Events } from "../events/Events.ts"
import * as Caller from "../kernel/Caller.ts"
import * as GroupCommit from "../kernel/GroupCommit.ts"
import { equals } from "../kernel/Money.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as Traced from "../kernel/Traced.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as OrderLifecycle from "../orders/OrderLifecycle.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"
import * as Ledger from "./Ledger.ts"
import { PaymentCaptured } from "./PaymentEvents.ts"
import { PaymentRepository, type StoredPayment } from "./PaymentRepository.ts"
import * as PaymentSettlement from "./PaymentSettlement.ts"

/** Money that came in the plain way, with the payment and the order as they were read, and who heard of it. */
export interface PlainCapture {
  readonly payment: StoredPayment
  readonly order: StoredOrder
  readonly answer: PaymentSettlement.Answer
  readonly caller: Caller.Caller
}

/** What was written of it. */
export interface Captured {
  readonly payment: StoredPayment
  readonly order: StoredOrder
}

/** Nothing, where it was not as it was read. */
type Outcome = Exit.Exit<Captured | undefined, StorageError>

/** Rolls a transaction back that captures have no part in any more. */
class NotAsRead extends Data.TaggedError("NotAsRead")<{ readonly captures: ReadonlyArray<PlainCapture> }> {}

/** How many are written in one transaction at most. */
const limit = 32

/** The payment once it is captured, where that is all that the answer says and nothing else is to be done about it. */
const captured = (payment: StoredPayment, answer: PaymentSettlement.Answer, at: Timestamp.Timestamp) => {
  const { hold, keepsFor = null, requested, state, toCapture } = payment
  const isAskedForOnly = (state === "pending" || state === "requires_action")
    && hold === null && requested === null && toCapture === null && keepsFor === null
  if (!isAskedForOnly) return undefined
  const settlement = PaymentSettlement.settle(payment, answer, at)
  return settlement._tag === "Moved" && settlement.move === "capture" ? settlement.payment : undefined
}

export const make = Effect.gen(function*() {
  const payments = yield* PaymentRepository
  const orders = yield* OrderRepository
  const lifecycle = yield* OrderLifecycle.OrderLifecycle
  const books = yield* Books
  const events = yield* Events
  const transactor = yield* Transactor

  /** Writes captures of different payments and orders. */
  const write = Effect.fnUntraced(function*(all: ReadonlyArray<PlainCapture>) {
    const at = yield* Timestamp.now
    const after = all.map(({ answer, payment }) => captured(payment, answer, at) as StoredPayment)
    for (const [index, { captured: amount, gateway, id, orderId }] of after.entries()) {
      yield* events.publish([PaymentCaptured.make(id, { paymentId: id, orderId, gateway, amount })]).pipe(
        Caller.as((all[index] as PlainCapture).caller)
      )
    }
    const paid = yield* lifecycle.paidAtOnce(all, payments.updateAll(after))
    if (Result.isFailure(paid)) {
      const refused = new Set(paid.failure)
      return yield* new NotAsRead({ captures: all.filter(({ order, payment }) => refused.has(payment.id) || refused.has(order.id)) })
    }
    // two who write the same entries would wait for each other, so only now
    yield* books.post(after.flatMap((payment) => Ledger.capture(payment, at)))
    return after.map((payment, index): Captured => ({ payment, order: paid.success[index] as StoredOrder }))
  })

  const round = Traced.fn("Payments.round")(function*(all: ReadonlyArray<PlainCapture>) {
    yield* Effect.annotateCurrentSpan("captures", all.length)
    // of what comes twice at once, as when a buyer returns while the gateway calls, the second has a look at the first
    let waiting = all.filter(({ order }, index) => all.findIndex((other) => other.order.id === order.id) === index)
    const outcomes = new Map<PlainCapture, Outcome>()
    while (waiting.length > 0) {
      const tried = waiting
      waiting = yield* transactor.transaction(events.together(write(tried))).pipe(
        Effect.map((written) => {
          for (const [index, capture] of tried.entries()) outcomes.set(capture, Exit.succeed(written[index]))
          return []
        }),
        Effect.catchTag("NotAsRead", ({ captures }) => Effect.succeed(tried.filter((capture) => !captures.includes(capture)))),
        // a promise or a level that has changed may turn out when the transaction commits; whose it was is known of one by itself
        Effect.catchIf(
          (error) => error.reason === "changed" && tried.length === 1,
          () => Effect.succeed<Array<PlainCapture>>([])
        )
      )
    }
    return all.map((capture): Outcome => outcomes.get(capture) ?? Exit.succeed(undefined))
  })

  const submit = GroupCommit.make<PlainCapture, Captured | undefined, StorageError, never>({
    keyOf: ({ caller }) => caller.storeId,
    limit,
    run: round,
    patience: transactor.patience,
    goesAlone: transactor.isOpen,
    mayBeOfOne: ({ reason }) => reason === "rejected" || reason === "changed" || reason === "conflict"
  })

  return {
    /** The capture that an answer stands for, if it is a plain one; nothing is within a transaction that may still roll back. */
    plain: Effect.fnUntraced(function*(payment: StoredPayment, answer: PaymentSettlement.Answer, known: StoredOrder | undefined) {
      if (captured(payment, answer, payment.updatedAt) === undefined || (yield* transactor.isOpen)) return undefined
      const order = known ?? (yield* orders.find(payment.orderId))
      if (order === undefined || !OrderLifecycle.isOnlyPlaced(order) || !equals(order.total, payment.amount)) return undefined
      return { payment, order, answer, caller: yield* Caller.current } satisfies PlainCapture
    }),
    /** Writes a plain capture together with others of the same moment; `undefined` if something of it is not as it was read. */
    write: submit
  }
})
