/**
 * Writing down what a gateway said of a payment: the payment, its order and stock, the books and the events, in one
 * transaction. Whoever asks the gateway (an attempt, a webhook, a buyer who comes back, the recovery) records its
 * answer here, so however many do so at once, it counts once.
 */
import * as Effect from "effect/Effect"
import { Books } from "../books/Books.ts"
import type { NewEvent } from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import type { GatewayCard } from "../fraud/Card.ts"
import { CardCheck } from "../fraud/CardCheck.ts"
import { FraudRepository } from "../fraud/FraudRepository.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { equals, type Money } from "../kernel/Money.ts"
import * as Retried from "../kernel/Retried.ts"
import { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as Traced from "../kernel/Traced.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import { OrderLifecycle } from "../orders/OrderLifecycle.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"
import { OrderCaptureRefused } from "../orders/OrderEvents.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import type { OrderNotFound } from "../orders/OrdersErrors.ts"
import * as Capturing from "./Capturing.ts"
import * as Ledger from "./Ledger.ts"
import { isOpen, PaymentId, refundable, RefundId, wasMismatched } from "./Payment.ts"
import * as PaymentEvents from "./PaymentEvents.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import { PaymentGuards } from "./PaymentGuards.ts"
import { PaymentRepository, type StoredPayment, type StoredRefund } from "./PaymentRepository.ts"
import * as PaymentSettlement from "./PaymentSettlement.ts"
import { PaymentNotFound } from "./PaymentsErrors.ts"
import * as PlainCaptures from "./PlainCaptures.ts"
import type { RefundPart } from "./RefundPart.ts"
import * as SavedMethodRecords from "./SavedMethodRecords.ts"

/** The job that asks a gateway for a refund. */
export const refundJob = "payments.refund"

/** The job that tells a gateway what is requested of a payment. */
export const requestJob = "payments.request"

/** After this time, no call that makes a payment can still be on its way. */
export const callsEndWithin = "1 minute"

/** How long an authorisation is waited for, where its gateway does not say: the shortest that card networks grant. */
const authorizedFor = "7 days"

const conflictRetries = 10

/** Runs a change again, from reading on, when somebody else has changed the same thing in between. */
export const untilWritten = (operation: string) => <A, E, R>(
  change: Effect.Effect<A, E | VersionConflict, R>
): Effect.Effect<A, Exclude<E, VersionConflict> | StorageError, R> =>
  change.pipe(
    Retried.retried({ times: conflictRetries, while: isVersionConflict }),
    Effect.mapError((error) =>
      isVersionConflict(error)
        ? new StorageError({ operation, reason: "conflict" })
        : error as Exclude<E, VersionConflict>
    )
  )

/** What has become of the money when its card is known. */
const moments: Partial<Record<PaymentSettlement.PaymentMove, "declined" | "authorized" | "taken">> = {
  authorize: "authorized",
  capture: "taken",
  fail: "declined"
}

const isVersionConflict = (error: unknown): error is VersionConflict => error instanceof VersionConflict

/** A payment as it is after an answer was recorded, and its order where the payment has changed that, too. */
export interface Settled {
  readonly payment: StoredPayment
  readonly order?: StoredOrder | undefined
}

export interface PaymentRecords {
  /** Records an answer about a payment, which was read before, and returns the payment as it is then. */
  readonly settle: (
    payment: StoredPayment,
    answer: PaymentSettlement.Answer
  ) => Effect.Effect<StoredPayment, PaymentNotFound | StorageError>
  /** The same for a payment whose order was read with it, and need not be read again. */
  readonly settleWith: (
    payment: StoredPayment,
    answer: PaymentSettlement.Answer,
    order: StoredOrder
  ) => Effect.Effect<Settled, PaymentNotFound | StorageError>
  /**
   * Ends a payment of which the gateway said, after it was read, that it never heard. Nothing happens while a call that
   * makes it may be on its way, or if somebody has touched it since: then it has to be asked about again.
   */
  readonly forget: (payment: StoredPayment) => Effect.Effect<StoredPayment, PaymentNotFound | StorageError>
  /**
   * Changes a payment and writes it with its next version, unless `change` says that there is nothing to change. In a
   * transaction of its own or the current one.
   */
  readonly update: <E = never>(
    paymentId: string,
    change: (payment: StoredPayment) => Effect.Effect<Partial<StoredPayment> | undefined, E>
  ) => Effect.Effect<StoredPayment, E | PaymentNotFound | StorageError>
  /**
   * Writes refunds of what is left of payments, in the current transaction, for jobs to carry out; answers with how much that is, in
   * minor units. Each payment is locked by its next version, so the balance cannot be given out twice.
   */
  readonly giveBack: (
    payments: ReadonlyArray<StoredPayment>,
    reason: string
  ) => Effect.Effect<number, StorageError | VersionConflict>
}

export const make = Effect.gen(function*() {
  const captures = yield* PlainCaptures.make
  const savedMethods = yield* SavedMethodRecords.make
  const repository = yield* PaymentRepository
  const books = yield* Books
  const cards = yield* CardCheck
  const reviews = yield* FraudRepository
  const orders = yield* OrderRepository
  const lifecycle = yield* OrderLifecycle
  const events = yield* Events
  const jobs = yield* Jobs
  const gateways = yield* PaymentGateways
  const guards = yield* PaymentGuards
  const { transaction } = yield* Transactor

  /** Until when the money of a payment that was authorised just now can be taken. */
  const heldUntil = ({ gateway, updatedAt }: StoredPayment) =>
    Timestamp.plus(updatedAt, gateways.find(gateway)?.capabilities.authorizedFor ?? authorizedFor)

  const find = Effect.fnUntraced(function*(id: string) {
    return (yield* repository.find(id)) ?? (yield* new PaymentNotFound({ payment: id }))
  })

  const update: PaymentRecords["update"] = (id, change) =>
    untilWritten("Payments.update")(transaction(Effect.gen(function*() {
      const payment = yield* find(id)
      const changes = yield* change(payment)
      if (changes === undefined) return payment
      const next: StoredPayment = {
        ...payment,
        ...changes,
        version: payment.version + 1,
        updatedAt: yield* Timestamp.now
      }
      yield* repository.update(next)
      return next
    })))

  const writeRefund = Effect.fnUntraced(function*(payment: StoredPayment, amount: Money, reason: string) {
    const refund = yield* newRefund(payment, amount, reason, false)
    yield* repository.update({ ...payment, version: payment.version + 1, updatedAt: refund.createdAt })
    yield* repository.insertRefund(refund)
    yield* events.publish([requested(payment, refund)])
    yield* jobs.enqueue({ name: refundJob, payload: { refundId: refund.id }, id: `${refundJob}:${refund.id}` })
  })

  const giveBack: PaymentRecords["giveBack"] = Effect.fnUntraced(function*(payments, reason) {
    const all = payments[0] === undefined ? [] : yield* repository.refunds(payments[0].orderId)
    let given = 0
    for (const payment of payments) {
      const amount = refundable(payment, all.filter(({ paymentId }) => paymentId === payment.id))
      if (amount.amount > 0) yield* writeRefund(payment, amount, reason)
      given += amount.amount
    }
    return given
  })

  /** What the shop holds beyond what an order costs and does not go back already, nor waits to, in minor units. */
  const heldBeyond = Effect.fnUntraced(function*(order: StoredOrder) {
    const over = OrderMoney.held(order) + order.open.amount - order.total.amount
    if (over <= 0) return 0
    const foreign = new Set<string>((yield* repository.ofOrder(order.id)).filter(wasMismatched).map(({ id }) => id))
    return (yield* repository.refunds(order.id)).reduce((left, { amount, paymentId, state }) =>
      !foreign.has(paymentId) && (state === "pending" || state === "waiting") ? left - amount.amount : left, over)
  })

  /**
   * An order may have become cheaper, or have been paid in part, since this money was asked for: what the order does not cost goes
   * back. Answers with whether anything does.
   *
   * @param beyond how much that is, in minor units, where it is known: what went back of other money, for whatever reason, is none of it
   */
  const giveBackRest = Effect.fnUntraced(function*(payment: StoredPayment, order: StoredOrder, beyond: number | undefined) {
    const amount = { ...payment.captured, amount: Math.min(beyond ?? (yield* heldBeyond(order)), payment.captured.amount) }
    if (amount.amount <= 0) return false
    yield* writeRefund(yield* giverOf(amount, payment, order), amount, "more came than the order costs")
    return true
  })

  /** Which payment of an order so much goes back of: the one that was too much, or another where its gateway gives back all or nothing. */
  const giverOf = Effect.fnUntraced(function*(amount: Money, payment: StoredPayment, { id }: StoredOrder) {
    const isParted = ({ captured, gateway }: StoredPayment) =>
      gateways.find(gateway)?.capabilities.partialRefund !== false || equals(captured, amount)
    if (isParted(payment)) return payment
    const refunds = yield* repository.refunds(id)
    const left = (other: StoredPayment) => refundable(other, refunds.filter(({ paymentId }) => paymentId === other.id)).amount
    // where there is none, the gateway refuses, and staff are told
    return (yield* repository.ofOrder(id)).find((other) =>
      other.id !== payment.id && !wasMismatched(other) && isParted(other) && left(other) >= amount.amount) ?? payment
  })

  /** Whether other money has paid the order since a payment was asked for, or its review was rejected. */
  const isLate = Effect.fnUntraced(function*({ createdAt, hold, id, orderId }: StoredPayment) {
    const review = hold === null ? undefined : yield* reviews.reviewOf(orderId)
    if (review?.status === "rejected" && (review.decidedAt ?? "") > createdAt) return true
    return (yield* repository.ofOrder(orderId)).some((other) =>
      other.id !== id && other.createdAt > createdAt && other.captured.amount > 0 && !wasMismatched(other))
  })

  /** Whether another payment of the order is still under way, so that this one's failure is not the order's. */
  const isRetried = (payment: StoredPayment) =>
    Effect.map(
      repository.ofOrder(payment.orderId),
      (all) => all.some((other) => other.id !== payment.id && isOpen(other) && other.requested !== "cancel")
    )

  const failOrder = Effect.fnUntraced(function*(payment: StoredPayment) {
    if (!(yield* isRetried(payment))) {
      yield* lifecycle.paymentFailed(payment.orderId, payment.failure?.code ?? "gateway_error")
    }
  })

  const ask = (payment: StoredPayment) =>
    jobs.enqueue({
      name: requestJob,
      payload: { paymentId: payment.id },
      id: `${requestJob}:${payment.id}:${payment.version}`
    })

  /** How much of reserved money an order takes; `null` for all of it. */
  const toTake = ({ amount, gateway }: StoredPayment, order: StoredOrder) =>
    Capturing.owed(amount, order, gateways.find(gateway)?.capabilities.partialCapture === true)

  /** Whether the money of an order whose review is approved may be taken; if not, staff are told. */
  const mayBeTaken = (payment: StoredPayment, order: StoredOrder) => {
    const amount = toTake(payment, order) ?? payment.amount
    return guards.ask({ event: "capture", payment, amount, reason: "approved after review" }).pipe(
      Effect.as(true),
      Effect.catchTag("PaymentChangeRefused", ({ guard, reason }) => {
        const { gateway, id: paymentId } = payment
        const { customerId, id, number } = order
        const refused = { orderId: id, number, customerId, paymentId, gateway, amount: { ...amount }, guard, reason }
        return Effect.as(events.publish([OrderCaptureRefused.make(id, refused)]), false)
      })
    )
  }

  /** What is reserved for an order besides the money that has paid it is let go. */
  const letGoBeside = Effect.fnUntraced(function*(paid: StoredPayment) {
    for (const other of yield* repository.ofOrder(paid.orderId)) {
      if (other.id === paid.id || other.state !== "authorized" || other.requested === "cancel") continue
      const unwanted: StoredPayment = { ...other, requested: "cancel", version: other.version + 1 }
      yield* repository.update(unwanted)
      yield* ask(unwanted)
    }
  })

  /**
   * What there is to say of the card, where the store looks at cards: the payment may be held for it, or is to be given up.
   */
  const judged = Effect.fnUntraced(function*(
    move: PaymentSettlement.PaymentMove,
    payment: StoredPayment,
    card: GatewayCard | null | undefined,
    known: StoredOrder | undefined
  ) {
    const moment = moments[move]
    if (card === null || card === undefined || payment.hold === null || moment === undefined) return payment
    const order = known ?? (yield* orders.find(payment.orderId))
    if (order === undefined) return payment
    switch (yield* cards.judge(order, payment, card, moment)) {
      case "allow":
        return payment
      case "review":
        return { ...payment, hold: "review" as const }
      case "refuse":
        return PaymentSettlement.refusedByRules(payment)
    }
  })

  /** What a move means for everything but the payment itself; the payment as it is after it. */
  const follow = Effect.fnUntraced(function*(
    move: PaymentSettlement.PaymentMove,
    payment: StoredPayment,
    order: StoredOrder | undefined
  ): Effect.fn.Return<Settled, PaymentNotFound | OrderNotFound | VersionConflict | StorageError> {
    switch (move) {
      case "require_action":
        return { payment }
      case "authorize": {
        if (payment.requested === "cancel") {
          yield* ask(payment)
          return { payment }
        }
        const { order: authorized, outcome } = yield* lifecycle.authorized(
          payment.orderId,
          heldUntil(payment)
        )
        const isWanted = outcome === "applied" || outcome === "unchanged"
        // what was decided while the buyer was at the bank is taken now; what comes past every gateway is taken by staff
        const isOffline = gateways.find(payment.gateway)?.capabilities.offline === true
        if (isWanted && (payment.hold !== "released" || isOffline)) return { payment }
        // the money stays reserved, for staff to take once nothing speaks against it
        if (isWanted && !(yield* mayBeTaken(payment, authorized))) return { payment }
        const next: StoredPayment = {
          ...payment,
          requested: isWanted ? "capture" : "cancel",
          toCapture: isWanted ? toTake(payment, authorized) : null,
          version: payment.version + 1
        }
        yield* repository.update(next)
        yield* ask(next)
        return { payment: next }
      }
      case "capture": {
        yield* books.post(Ledger.capture(payment, payment.updatedAt))
        const { beyond, order: paid, outcome, wasAuthorized } = yield* lifecycle.paid(order ?? payment.orderId, payment.captured, isLate(payment))
        if (outcome === "applied" && wasAuthorized === true) yield* letGoBeside(payment)
        if (outcome === "applied" || outcome === "unchanged") {
          const changed = outcome === "applied" && (yield* giveBackRest(payment, paid, beyond))
          const after = changed ? yield* find(payment.id) : payment
          if (outcome === "unchanged" || payment.hold !== "review") return { payment: after, order: paid }
          return { payment: after, order: (yield* lifecycle.review(payment.orderId)).order }
        }
        yield* giveBack([payment], `the order is ${outcome}`)
        return { payment: yield* find(payment.id) }
      }
      case "fail":
      case "cancel":
        yield* failOrder(payment)
        return { payment }
      case "mismatch":
        yield* books.post(Ledger.capture(payment, payment.updatedAt))
        yield* failOrder(payment)
        if (payment.requested !== null) yield* ask(payment)
        return { payment }
    }
    // a payment refers to an order that is there
  }, Effect.catchTag("OrderNotFound", Effect.die))

  const written = (payment: StoredPayment) => Effect.as(repository.update(payment), payment)

  const settleUnless = Traced.fn("Payments.settle")(function*(
    known: StoredPayment,
    answer: PaymentSettlement.Answer,
    isOutdated: (now: StoredPayment) => boolean,
    order?: StoredOrder
  ): Effect.fn.Return<Settled, PaymentNotFound | StorageError> {
    const plain = yield* captures.plain(known, answer, order)
    const captured = plain === undefined ? undefined : yield* captures.write(plain)
    if (captured !== undefined) return captured
    // what was read is good enough to try with: its version tells whether it still is
    let read: StoredPayment | undefined = plain === undefined ? known : undefined
    const readOrder = plain === undefined ? order : undefined
    const { card } = answer
    if (card !== null && card !== undefined && known.hold !== null && isOpen(known)) yield* cards.note(known, card)
    return yield* untilWritten("Payments.settle")(transaction(events.together(Effect.gen(function*() {
      const before = read ?? (yield* find(known.id))
      read = undefined
      if (isOutdated(before)) return { payment: before }
      const settlement = PaymentSettlement.settle(before, answer, yield* Timestamp.now)
      const isForeign = settlement._tag === "Unchanged" && settlement.why === "foreign"
      const { keepsFor = null } = before
      const toKeep = isForeign || keepsFor === null ? null : answer.savedMethod ?? null
      if (toKeep !== null && keepsFor !== null) yield* savedMethods.keep(before, keepsFor, toKeep)
      const kept = toKeep === null ? {} : { keepsFor: null }
      switch (settlement._tag) {
        case "Unchanged":
          if (settlement.why === "foreign") {
            yield* Effect.logError("A payment gateway answered with another payment than it was asked about").pipe(
              Effect.annotateLogs({ paymentId: before.id, gateway: before.gateway })
            )
          }
          if (toKeep === null) return { payment: before }
          return { payment: yield* written({ ...before, ...kept, version: before.version + 1, updatedAt: yield* Timestamp.now }) }
        case "Noted":
          return { payment: yield* written({ ...settlement.payment, ...kept }) }
        case "Moved": {
          const { move } = settlement
          const moved: StoredPayment = {
            ...settlement.payment,
            ...kept,
            ...(move === "authorize" ? { authorizedUntil: heldUntil(settlement.payment) } : {})
          }
          const payment = yield* judged(move, moved, card, readOrder)
          const [, settled] = yield* Effect.all([
            repository.update(payment),
            Effect.andThen(events.publish(news(move, payment, answer)), follow(move, payment, readOrder))
            // if somebody else has written the payment, what follows from it is rolled back
          ], { concurrency: move === "capture" ? 2 : 1 })
          return settled
        }
      }
    }))))
  })

  const settleWith: PaymentRecords["settleWith"] = (known, answer, order) =>
    settleUnless(known, answer, () => false, order)

  const settle: PaymentRecords["settle"] = (known, answer) =>
    Effect.map(settleUnless(known, answer, () => false), ({ payment }) => payment)

  const forget: PaymentRecords["forget"] = Effect.fnUntraced(function*(payment) {
    if (Timestamp.plus(payment.updatedAt, callsEndWithin) >= (yield* Timestamp.now)) return payment
    const never = PaymentSettlement.never(payment)
    return (yield* settleUnless(payment, never, ({ version }) => version !== payment.version)).payment
  })

  return { settle, settleWith, forget, update, giveBack } satisfies PaymentRecords
})

/** The row of a refund that nobody has asked the gateway for yet. */
export const newRefund = Effect.fnUntraced(function*(
  payment: StoredPayment,
  amount: Money,
  reason: string,
  restock: boolean,
  parts: ReadonlyArray<RefundPart> = []
) {
  const id = yield* RefundId.generate
  const now = yield* Timestamp.now
  return {
    id,
    paymentId: PaymentId.make(payment.id),
    orderId: payment.orderId,
    state: "pending",
    amount,
    reason,
    gatewayReference: null,
    failure: null,
    attempts: 0,
    version: 1,
    createdAt: now,
    updatedAt: now,
    idempotencyKey: id,
    restock,
    ...(parts.length === 0 ? {} : { parts })
  } satisfies StoredRefund
})

/** What is told of a refund that was written. */
export const requested = (payment: StoredPayment, refund: StoredRefund): NewEvent =>
  PaymentEvents.RefundRequested.make(refund.id, {
    refundId: refund.id,
    paymentId: payment.id,
    orderId: payment.orderId,
    gateway: payment.gateway,
    amount: refund.amount,
    reason: refund.reason
  })

/** What is told of a move. */
const news = (
  move: PaymentSettlement.PaymentMove,
  payment: StoredPayment,
  answer: PaymentSettlement.Answer
): ReadonlyArray<NewEvent> => {
  const { amount, authorizedUntil, failure, gateway, id, orderId } = payment
  // what is given up at once was never promised to anybody
  if (move === "authorize" && payment.requested === "cancel") return []
  const isExpired = move === "cancel" && failure?.code === "expired" && authorizedUntil !== undefined
  return [
    moved(move, payment, answer),
    ...(isExpired
      ? [PaymentEvents.AuthorizationExpired.make(id, { paymentId: id, orderId, gateway, amount, authorizedUntil })]
      : [])
  ]
}

const moved = (
  move: PaymentSettlement.PaymentMove,
  payment: StoredPayment,
  answer: PaymentSettlement.Answer
): NewEvent => {
  const about = { paymentId: payment.id, orderId: payment.orderId, gateway: payment.gateway }
  switch (move) {
    case "require_action":
      return PaymentEvents.PaymentRequiresAction.make(payment.id, about)
    case "authorize":
      return PaymentEvents.PaymentAuthorized.make(payment.id, { ...about, amount: payment.amount })
    case "capture":
      return PaymentEvents.PaymentCaptured.make(payment.id, { ...about, amount: payment.captured })
    case "fail":
      return PaymentEvents.PaymentFailed.make(payment.id, { ...about, code: payment.failure?.code ?? "gateway_error" })
    case "cancel":
      return PaymentEvents.PaymentCancelled.make(payment.id, about)
    case "mismatch":
      return PaymentEvents.PaymentMismatched.make(payment.id, {
        ...about,
        expected: payment.amount,
        received: answer.amount
      })
  }
}
