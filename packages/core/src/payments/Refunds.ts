/**
 * Giving money back. A refund is a row before the gateway hears of it, so it counts against the balance from then on;
 * a refund that the gateway refuses gives the balance back, and so does one that was done and that the buyer's bank sends back.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { AuditLog } from "../audit/AuditLog.ts"
import { Books } from "../books/Books.ts"
import { Events } from "../events/Events.ts"
import { add, equals, type Money, subtract, zero } from "../kernel/Money.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { Order } from "../orders/Order.ts"
import { OrderLifecycle } from "../orders/OrderLifecycle.ts"
import type { GiftCardSpent } from "../orders/OrdersErrors.ts"
import * as RefundPart from "./RefundPart.ts"
import * as GiftCardsOfOrders from "./GiftCardsOfOrders.ts"
import * as Ledger from "./Ledger.ts"
import { advice, type CreateRefund, machine, refundable, wasMismatched } from "./Payment.ts"
import type { GatewayError, GatewayRefund } from "./PaymentGateway.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import { PaymentGuards } from "./PaymentGuards.ts"
import { RefundFailed, RefundSucceeded } from "./PaymentEvents.ts"
import { callsEndWithin, newRefund, refundJob, requested, untilWritten } from "./PaymentRecords.ts"
import { PaymentRepository, type StoredPayment, type StoredRefund } from "./PaymentRepository.ts"
import { settled } from "./PaymentRequests.ts"
import { type GatewayNotFound, InvalidRefund, type PaymentChangeRefused, PaymentNotFound, RefundExceedsCaptured } from "./PaymentsErrors.ts"
import * as WaitingRefunds from "./WaitingRefunds.ts"

export interface Refunds {
  /**
   * Writes refunds of an order's money, one for each payment that it takes, and asks the gateways for them. A refund stays
   * `pending` without an answer. Where nothing is left then, the order's gift cards are taken back; once something of one was spent,
   * the refund is refused.
   */
  readonly create: (
    order: Order,
    input: CreateRefund
  ) => Effect.Effect<ReadonlyArray<StoredRefund>, PaymentNotFound | RefundExceedsCaptured | InvalidRefund | PaymentChangeRefused | GiftCardSpent | StorageError>
  /**
   * Writes refunds of so much of an order's money, or of what is left of it, in the current transaction, for jobs to carry
   * out. What a dispute holds of it waits until that is won. `parts` say what of it is for which line.
   */
  readonly giveBack: (
    order: Order,
    amount: Money,
    reason: string,
    parts?: ReadonlyArray<RefundPart.RefundPart>
  ) => Effect.Effect<GivenBack, InvalidRefund | PaymentChangeRefused | StorageError>
  /**
   * Writes off so much of an order's money, in the current transaction, that went onto something else than the payments that it
   * came from. No gateway is asked. `parts` say what of it is for which line.
   */
  readonly credit: (
    order: Order,
    amount: Money,
    reason: string,
    credited: Credited,
    parts?: ReadonlyArray<RefundPart.RefundPart>
  ) => Effect.Effect<
    ReadonlyArray<StoredRefund>,
    PaymentNotFound | RefundExceedsCaptured | InvalidRefund | PaymentChangeRefused | StorageError
  >
  /**
   * Asks the gateway for a pending refund. It is asked first what it knows of it, unless this is the first time, and
   * the key is the same every time: however often it is asked, money goes back once.
   */
  readonly carryOut: (refundId: string) => Effect.Effect<StoredRefund | undefined, GatewayNotFound | StorageError>
  /**
   * Asks the gateway what has become of the refunds of a payment, without asking for them: of those that are pending, and of those
   * that it said were done, because their money may have come back. Of the latter `news` may name one, by the gateway's id, or say
   * how many of the newest are asked about. Fails where it does not answer about one of them.
   */
  readonly ask: (payment: StoredPayment, news?: RefundNews) => Effect.Effect<void, GatewayNotFound | GatewayError | StorageError>
  /**
   * Asks the gateway whether the money of a refund that is done has come back, and says when to ask the next time: a day after it was
   * done, and then each time after twice as long, or soon where the gateway does not answer, until some weeks have passed.
   */
  readonly askLater: (refundId: string) => Effect.Effect<StoredRefund | undefined, GatewayNotFound | StorageError>
}

/** Of which refunds that are done there may be news. */
export type RefundNews = { readonly reference: string } | { readonly most: number }

/** What goes back of what was to, and what of it waits for a dispute to be won. */
export interface GivenBack {
  readonly given: Money
  readonly waits: Money
}

/** What money went onto instead of back the way it came: the gateway that pays with it, and what it calls the movement. */
export interface Credited {
  readonly gateway: string
  /** What is said of it; the gateway if it is left out. */
  readonly as?: string
  readonly reference: string
}

/** How long after a refund is done its money may come back. */
const comesBackWithin = "45 days"

/** When a refund that is done is asked about first, and again where the gateway did not answer. */
const firstAsked = "1 day"
const askedAgain = "1 hour"

/** What a refund of a payment could be of. */
interface Choice {
  readonly payment: StoredPayment
  readonly left: Money
  readonly isStoredValue: boolean
  /** Whether its gateway gives back all or nothing. */
  readonly isWhole: boolean
}

export const make = Effect.gen(function*() {
  const repository = yield* PaymentRepository
  const books = yield* Books
  const gateways = yield* PaymentGateways
  const guards = yield* PaymentGuards
  const lifecycle = yield* OrderLifecycle
  const events = yield* Events
  const audit = yield* AuditLog
  const jobs = yield* Jobs
  const giftCards = yield* GiftCardsOfOrders.make
  const waiting = yield* WaitingRefunds.make
  const { transaction } = yield* Transactor

  /** Those of an order's payments that a refund could be of, in the order in which they are taken. */
  const choices = Effect.fnUntraced(function*(order: Order, { amount, paymentId }: CreateRefund, known: ReadonlyArray<StoredPayment>) {
    const payments = known.filter((payment) => paymentId === undefined ? payment.captured.amount > 0 : payment.id === paymentId)
    if (payments.length === 0) {
      const nothing = zero(order.currency)
      return paymentId === undefined
        ? yield* new RefundExceedsCaptured({ requested: amount ?? nothing, refundable: nothing })
        : yield* new PaymentNotFound({ payment: paymentId })
    }
    const refunds = yield* repository.refunds(order.id)
    const all = payments.map((payment): Choice => {
      const capabilities = gateways.find(payment.gateway)?.capabilities
      return {
        payment,
        left: refundable(payment, refunds.filter((refund) => refund.paymentId === payment.id)),
        isStoredValue: capabilities?.storedValue === true,
        isWhole: capabilities?.partialRefund === false
      }
    })
    // money that came otherwise than it was asked for only goes back if nothing else is there to
    const due = all.filter(({ left, payment }) => payment.state !== "mismatched" && left.amount > 0)
    const inCurrency = (due.length > 0 ? due : all)
      .filter(({ left }) => left.currency === (amount ?? all[0]?.left)?.currency)
    if (inCurrency.length === 0) return yield* new InvalidRefund({ reason: "currency" })
    return inCurrency.sort((a, b) => Number(a.isStoredValue) - Number(b.isStoredValue))
  })

  /**
   * Spreads a refund over payments: what came through gateways before stored value, and the older payment before the newer.
   * A gateway that gives back all or nothing is passed over where only a part of it is wanted, if it is asked at all.
   */
  const spread = Effect.fnUntraced(function*(order: Order, input: CreateRefund, found: ReadonlyArray<Choice>, isAsked = true) {
    const all = isAsked ? found : found.filter(({ payment }) => payment.state !== "mismatched")
    const currency = all[0]?.left.currency ?? order.currency
    const most = { amount: all.reduce((sum, { left }) => sum + left.amount, 0), currency }
    const wanted = input.amount ?? most
    if (most.amount < Math.max(wanted.amount, 1)) {
      return yield* new RefundExceedsCaptured({ requested: wanted, refundable: most })
    }
    const parts: Array<{ readonly payment: StoredPayment; readonly amount: Money }> = []
    let missing = wanted.amount
    for (const { isWhole, left, payment } of all) {
      const amount = { amount: Math.min(left.amount, missing), currency }
      if (amount.amount === 0 || (isAsked && isWhole && !equals(amount, payment.captured))) continue
      parts.push({ payment, amount })
      missing -= amount.amount
    }
    return missing === 0 ? parts : yield* new InvalidRefund({ reason: "partial" })
  })

  /** Writes the refunds that it takes, in the current transaction, and answers with them and the payments that they are of. */
  const write = Effect.fnUntraced(function*(order: Order, input: CreateRefund, found: ReadonlyArray<Choice>) {
    const written: Array<{ readonly id: string; readonly payment: StoredPayment }> = []
    let parts = input.parts ?? []
    for (const { amount, payment } of yield* spread(order, input, found)) {
      yield* guards.ask({ event: "refund", payment, amount, reason: input.reason })
      const { first, rest } = RefundPart.split(parts, amount.amount)
      parts = rest
      const refund = yield* newRefund(payment, amount, input.reason, input.restock ?? false, first)
      // the next version is what makes another refund of the same payment, at the same time, read the balance again
      const next: StoredPayment = { ...payment, version: payment.version + 1, updatedAt: refund.createdAt }
      yield* repository.update(next)
      yield* repository.insertRefund(refund)
      yield* events.publish([requested(payment, refund)])
      yield* audit.record({
        action: "order.refund",
        subject: order.id,
        details: { refundId: refund.id, paymentId: payment.id, amount: { ...amount }, reason: input.reason }
      })
      written.push({ id: refund.id, payment: next })
    }
    return written
  })

  const credit: Refunds["credit"] = Effect.fnUntraced(function*(order, amount, reason, credited, named = []) {
    let parts = named
    const refunds: Array<StoredRefund> = []
    const creditedTo = credited.as ?? credited.gateway
    const found = yield* choices(order, { amount, reason }, yield* repository.ofOrder(order.id))
    for (const { amount: part, payment } of yield* spread(order, { amount, reason }, found, false)) {
      yield* guards.ask({ event: "refund", payment, amount: part, reason, creditedTo })
      const { first, rest } = RefundPart.split(parts, part.amount)
      parts = rest
      const written = yield* newRefund(payment, part, reason, false, first)
      const { createdAt, id } = written
      const refund: StoredRefund = {
        ...written,
        state: "succeeded",
        gatewayReference: credited.reference,
        creditedTo
      }
      // the next version is what makes another refund of the same payment, at the same time, read the balance again
      yield* repository.update({ ...payment, version: payment.version + 1, updatedAt: createdAt })
      yield* repository.insertRefund(refund)
      yield* books.post(Ledger.credited(payment, refund, credited.gateway, createdAt))
      yield* events.publish([RefundSucceeded.make(id, {
        refundId: id,
        paymentId: payment.id,
        orderId: order.id,
        gateway: credited.gateway,
        amount: part
      })])
      yield* audit.record({
        action: "order.refund",
        subject: order.id,
        details: { refundId: id, paymentId: payment.id, amount: { ...part }, reason, creditedTo }
      })
      yield* lifecycle.refunded(order.id, part, id, { restock: false, creditedTo }).pipe(
        Effect.catchTag("OrderNotFound", Effect.die)
      )
      refunds.push(refund)
    }
    yield* giftCards.credited(order)
    return refunds
  }, Effect.catchTag("VersionConflict", () =>
    Effect.fail(new StorageError({ operation: "Payments.credit", reason: "conflict" }))))

  const giveBack: Refunds["giveBack"] = Effect.fnUntraced(
    function*(order, amount, reason, parts = []) {
      const nothing = zero(order.currency)
      if (amount.amount === 0) return { given: nothing, waits: nothing }
      // looked at once: a dispute that begins or is decided from here on has written another version of its payment
      const payments = yield* repository.ofOrder(order.id)
      const found = yield* choices(order, { amount, reason }, payments)
      // what came otherwise than it was asked for stands in for nothing that was paid
      const own = found.filter(({ payment }) => !wasMismatched(payment))
      const most = own.reduce((sum, { left }) => sum + left.amount, 0)
      const given = { amount: Math.min(amount.amount, most), currency: order.currency }
      const written = given.amount === 0 ? [] : yield* write(order, { amount: given, reason, parts }, found)
      if (written.length > 0) {
        yield* giftCards.givenBack(order)
        yield* jobs.enqueueAll(written.map(({ id }) => ({ name: refundJob, payload: { refundId: id }, id: `${refundJob}:${id}` })))
      }
      const now = payments.map((payment) => written.find((one) => one.payment.id === payment.id)?.payment ?? payment)
      return { given, waits: yield* waiting.wait(order, now, amount.amount - given.amount, reason, RefundPart.split(parts, given.amount).rest) }
    },
    (effect, order) =>
      Effect.catchTags(effect, {
        // all of it went back before
        RefundExceedsCaptured: () => Effect.succeed({ given: zero(order.currency), waits: zero(order.currency) }),
        PaymentNotFound: Effect.die,
        VersionConflict: () => Effect.fail(new StorageError({ operation: "Payments.giveBack", reason: "conflict" }))
      })
  )

  const create: Refunds["create"] = Effect.fnUntraced(function*(order, input) {
    if (input.amount?.amount === 0) return yield* new InvalidRefund({ reason: "zero" })
    const written = yield* untilWritten("Payments.refund")(transaction(Effect.gen(function*() {
      const found = yield* choices(order, input, yield* repository.ofOrder(order.id))
      return yield* Effect.tap(write(order, input, found), () => giftCards.refundAsked(order))
    })))
    return yield* Effect.forEach(written, Effect.fnUntraced(function*({ id }) {
      const refund = (yield* Effect.catchTag(carryOut(id), "GatewayNotFound", () => Effect.undefined))
        ?? (yield* repository.findRefund(id))
      return refund ?? (yield* Effect.die(new PaymentNotFound({ payment: id })))
    }))
  })

  /** A refund with the payment that it is of, and its gateway. */
  const open = Effect.fnUntraced(function*(refund: StoredRefund) {
    const payment = yield* repository.find(refund.paymentId)
    if (payment === undefined || payment.gatewayReference === null) {
      return yield* Effect.die(new Error(`the refund ${refund.id} is of a payment that no gateway knows`))
    }
    const gateway = yield* gateways.get(payment.gateway)
    const known = { gatewayReference: payment.gatewayReference, idempotencyKey: refund.idempotencyKey }
    return {
      retrieve: gateway.retrieveRefund({ ...known, refundReference: refund.gatewayReference }),
      request: gateway.refund({ ...known, amount: refund.amount })
    }
  })

  /** Records an answer about a refund. `undefined`: the gateway never heard of it, so nothing is known. */
  const record = (refund: StoredRefund, call: Effect.Effect<GatewayRefund | undefined, GatewayError>) =>
    settled(Effect.result(call), (result) => {
      if (result._tag === "Success") {
        return result.success === undefined ? Effect.succeed(refund) : hear(refund.id, result.success)
      }
      if (result.failure._tag !== "GatewayRejected") return Effect.succeed(refund)
      const { detail, failure = "gateway_error", gatewayCode } = result.failure
      return settle(refund.id, {
        reference: null,
        status: "failed",
        amount: refund.amount,
        failure: { code: failure, message: detail, gatewayCode, advice: advice(failure) }
      })
    })

  const carryOut: Refunds["carryOut"] = Effect.fn("Payments.carryOutRefund")(function*(id) {
    const refund = yield* repository.findRefund(id)
    if (refund === undefined || refund.state !== "pending") return refund
    const gateway = yield* open(refund)
    const claimed = yield* claim(refund)
    if (claimed === undefined) return yield* repository.findRefund(id)
    return yield* record(
      claimed,
      refund.attempts === 0
        ? gateway.request
        : Effect.flatMap(gateway.retrieve, (known) => known === undefined ? gateway.request : Effect.succeed(known))
    )
  })

  /**
   * Says that the gateway is about to be asked, so that nobody asks it at the same time: not every gateway keeps keys
   * apart that come together. `undefined` if somebody else was faster, or may have a call on its way.
   */
  const claim = Effect.fnUntraced(function*(refund: StoredRefund) {
    const now = yield* Timestamp.now
    if (refund.attempts > 0 && Timestamp.plus(refund.updatedAt, callsEndWithin) >= now) return undefined
    const next = { ...refund, attempts: refund.attempts + 1, version: refund.version + 1, updatedAt: now }
    return yield* Effect.as(repository.updateRefund(next), next).pipe(
      Effect.catchTag("VersionConflict", () => Effect.undefined)
    )
  })

  /** What the gateway knows of a refund. What is asked here may be answered that it is not allowed, which says nothing of the refund. */
  const known = (refund: StoredRefund) =>
    Effect.map(open(refund), ({ retrieve }) => Effect.catchTag(retrieve, "GatewayRejected", () => Effect.undefined))

  const askDone = Effect.fnUntraced(function*(refund: StoredRefund) {
    return yield* settled(yield* known(refund), (answer) => answer === undefined ? Effect.succeed(refund) : hear(refund.id, answer))
  })

  const ask: Refunds["ask"] = Effect.fn("Payments.askRefunds")(function*(payment, news) {
    const all = (yield* repository.refunds(payment.orderId)).filter(({ paymentId }) => paymentId === payment.id)
    for (const refund of all) if (refund.state === "pending") yield* record(refund, yield* known(refund))
    const done = all.filter(({ creditedTo, state }) => state === "succeeded" && creditedTo === undefined)
    const some = news === undefined
      ? done
      : "most" in news
      ? done.slice(-news.most)
      : done.filter(({ gatewayReference }) => gatewayReference === news.reference)
    for (const refund of some) yield* askDone(refund)
  })

  const askLater: Refunds["askLater"] = Effect.fn("Payments.askRefundLater")(function*(id) {
    const refund = yield* repository.findRefund(id)
    if (refund === undefined || refund.state !== "succeeded" || refund.creditedTo !== undefined) return refund
    const now = yield* Timestamp.now
    const asked = yield* Effect.result(askDone(refund))
    const age = Timestamp.toMillis(now) - Timestamp.toMillis(refund.updatedAt)
    const next = asked._tag === "Failure"
      ? Timestamp.plus(now, askedAgain)
      : Timestamp.plus(refund.updatedAt, Math.max(2 * age, Duration.toMillis(firstAsked)))
    const isOver = next > Timestamp.plus(refund.updatedAt, comesBackWithin)
    yield* repository.askRefundAt(id, isOver ? null : next)
    if (asked._tag === "Success") return asked.success
    return yield* asked.failure._tag === "StorageError" || asked.failure._tag === "GatewayNotFound"
      ? Effect.fail(asked.failure)
      : Effect.succeed(refund)
  })

  /** Records what the gateway itself says of a refund, which it may have said otherwise before. */
  const hear = Effect.fnUntraced(function*(id: string, answer: GatewayRefund): Effect.fn.Return<StoredRefund | undefined, StorageError> {
    const refund = yield* settle(id, answer)
    return refund?.state === "succeeded" && answer.status === "failed" ? yield* cameBack(id, answer) : refund
  })

  /** The buyer's bank has sent the money of a refund back, and the shop has it again. What came back of goods stays. */
  const cameBack = (id: string, answer: GatewayRefund): Effect.Effect<StoredRefund | undefined, StorageError> =>
    untilWritten("Payments.refundCameBack")(transaction(Effect.gen(function*() {
      const refund = yield* repository.findRefund(id)
      if (refund === undefined || refund.state !== "succeeded" || refund.creditedTo !== undefined) return refund
      const before = yield* repository.find(refund.paymentId)
      if (before === undefined) return refund
      const now = yield* Timestamp.now
      const failure = answer.failure ?? { code: "declined" as const, message: "The refund did not reach the buyer", gatewayCode: null }
      const { askAt: _asked, ...done } = refund
      const failed: StoredRefund = { ...done, state: "failed", failure, version: refund.version + 1, updatedAt: now }
      const payment = afterFailedRefund(before, refund.amount, now)
      yield* repository.updateRefund(failed)
      yield* repository.update(payment)
      yield* books.post(Ledger.refundFailed(payment, refund, now))
      // what came otherwise than asked was never the order's
      if (!wasMismatched(payment)) {
        yield* lifecycle.refundFailed(payment.orderId, refund.amount, id).pipe(Effect.catchTag("OrderNotFound", Effect.die))
      }
      const ofGiftCards = yield* giftCards.refundFailed(payment.orderId)
      yield* events.publish([RefundFailed.make(id, {
        refundId: id,
        paymentId: payment.id,
        orderId: payment.orderId,
        gateway: payment.gateway,
        amount: refund.amount,
        code: failure.code,
        cameBack: true,
        ...(ofGiftCards ? { giftCards: true } : {})
      })])
      yield* audit.record({
        action: "order.refund_failed",
        subject: payment.orderId,
        details: { refundId: id, paymentId: payment.id, amount: { ...refund.amount }, reason: failure.gatewayCode ?? failure.code }
      })
      return failed
    })))

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
        const ofGiftCards = yield* giftCards.refundFailed(payment.orderId)
        yield* events.publish([
          RefundFailed.make(refund.id, { ...about, code: failure.code, ...(ofGiftCards ? { giftCards: true } : {}) })
        ])
        return failed
      }
      const { offline, storedValue } = gateways.find(payment.gateway)?.capabilities ?? {}
      const succeeded: StoredRefund = {
        ...heard,
        state: "succeeded",
        ...(offline === true || storedValue === true ? {} : { askAt: Timestamp.plus(now, firstAsked) })
      }
      yield* repository.updateRefund(succeeded)
      yield* repository.update(afterRefund(payment, refund.amount, now))
      yield* books.post(Ledger.refund(payment, refund, now))
      yield* events.publish([RefundSucceeded.make(refund.id, about)])
      // what came otherwise than asked was never the order's
      if (payment.state !== "mismatched") {
        yield* lifecycle.refunded(payment.orderId, refund.amount, refund.id, { restock: refund.restock }).pipe(
          Effect.catchTag("OrderNotFound", Effect.die)
        )
      }
      return succeeded
    })))

  return { create, credit, giveBack, carryOut, ask, askLater } satisfies Refunds
})

/** The payment after money that had gone back of it came back to the shop. */
const afterFailedRefund = (payment: StoredPayment, amount: Money, at: Timestamp.Timestamp): StoredPayment => {
  const refunded = subtract(payment.refunded, amount)
  const move = wasMismatched(payment) ? "refund_failed_odd" : refunded.amount === 0 ? "refund_failed" : "refund_failed_part"
  const state = StateMachine.next(machine, payment.state, move)
  if (state === undefined) throw new Error(`a refund of the payment ${payment.id} failed, which is ${payment.state}`)
  return { ...payment, state, refunded, version: payment.version + 1, updatedAt: at }
}

/** The payment after money of it went back. */
const afterRefund = (payment: StoredPayment, amount: Money, at: Timestamp.Timestamp): StoredPayment => {
  const refunded = add(payment.refunded, amount)
  const move = equals(refunded, payment.captured) ? "refund" : "refund_part"
  const state = StateMachine.next(machine, payment.state, move)
  if (state === undefined) throw new Error(`a refund of the payment ${payment.id} succeeded, which is ${payment.state}`)
  return { ...payment, state, refunded, version: payment.version + 1, updatedAt: at }
}
