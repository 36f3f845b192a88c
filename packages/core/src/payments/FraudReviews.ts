/**
 * Orders that may be fraud, and what staff decide about them.
 *
 * While a review is open, the money of its order is authorised at most where the gateway can do that; where it cannot, the
 * order rests once it is paid. Approving takes the money or lets the order go on, rejecting calls the order off, which
 * gives the payment up or back.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import type { Books } from "../books/Books.ts"
import { Events } from "../events/Events.ts"
import { masked, type SeenCard } from "../fraud/Card.ts"
import type { CardCheck } from "../fraud/CardCheck.ts"
import { FraudReviewClosed, FraudReviewNotFound } from "../fraud/FraudErrors.ts"
import { ReviewApproved, ReviewRejected } from "../fraud/FraudEvents.ts"
import { FraudRepository } from "../fraud/FraudRepository.ts"
import { DecideReview, type FraudReview, ListFraudReviews } from "../fraud/FraudReview.ts"
import type { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StepUpRequired } from "../kernel/StepUp.ts"
import * as StepUp from "../kernel/StepUp.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import { OrderLifecycle } from "../orders/OrderLifecycle.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import type { GiftCardSpent } from "../orders/OrdersErrors.ts"
import { Orders } from "../orders/Orders.ts"
import * as Capturing from "./Capturing.ts"
import { isOpen, wasMismatched } from "./Payment.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import { PaymentGuards } from "./PaymentGuards.ts"
import * as PaymentRecords from "./PaymentRecords.ts"
import { PaymentRepository } from "./PaymentRepository.ts"
import type { PaymentChangeRefused } from "./PaymentsErrors.ts"
import type { SavedMethodRepository } from "./SavedMethodRepository.ts"
import * as PaymentRequests from "./PaymentRequests.ts"

type DecideError =
  | InvalidInput
  | FraudReviewNotFound
  | FraudReviewClosed
  | VersionConflict
  | StepUpRequired
  | StorageError
  | Denied

export class FraudReviews extends Context.Service<FraudReviews, {
  /** Orders under review and what was decided, the newest first. Needs `fraud:read`. */
  readonly reviews: (
    input?: typeof ListFraudReviews.Encoded
  ) => Effect.Effect<Page<FraudReview>, InvalidInput | StorageError | Denied>
  /** A review by its id, with its points and reasons. Needs `fraud:read`. */
  readonly review: (
    id: string
  ) => Effect.Effect<FraudReview, InvalidInput | FraudReviewNotFound | StorageError | Denied>
  /** The cards that an order was paid with or should have been, where the store looks at cards. Needs `fraud:read`. */
  readonly cards: (orderId: string) => Effect.Effect<ReadonlyArray<SeenCard>, InvalidInput | StorageError | Denied>
  /**
   * The order is good: its money is taken, now or once it is there, and it goes on. Needs `fraud:write` and a fresh proof.
   */
  readonly approve: (
    id: string,
    input?: typeof DecideReview.Encoded
  ) => Effect.Effect<FraudReview, DecideError | PaymentChangeRefused>
  /**
   * The order is not: it is cancelled, its stock is free, what was authorised is given up and what was taken goes back. One of which
   * something has left stays as it is, but for the money that was under review: what an edit has added is to be paid again, or taken out.
   * Needs `fraud:write` and a fresh proof.
   */
  readonly reject: (
    id: string,
    input?: typeof DecideReview.Encoded
  ) => Effect.Effect<FraudReview, DecideError | GiftCardSpent>
}>()("@stoa/core/payments/FraudReviews") {}

const decodeList = Input.decoder(ListFraudReviews)
const decodeDecision = Input.decoder(DecideReview)
const checked = Input.textParameters<FraudReviews["Service"]>({ review: ["id"], cards: ["orderId"], approve: ["id"], reject: ["id"] })

const rejectedBecause = "rejected after review"

/** In whose name an order is called off: whoever rejects need not be allowed to cancel others. */
const rejecting = Actor.as(Actor.system("fraud.reject"))

export const make = Effect.gen(function*() {
  const repository = yield* FraudRepository
  const payments = yield* PaymentRepository
  const gateways = yield* PaymentGateways
  const guards = yield* PaymentGuards
  const orders = yield* OrderRepository
  const cancelling = yield* Orders
  const lifecycle = yield* OrderLifecycle
  const events = yield* Events
  const audit = yield* AuditLog
  const { transaction } = yield* Transactor
  const records = yield* PaymentRecords.make
  const requests = yield* PaymentRequests.make(records)

  yield* events.subscribe({
    name: "fraud.order-cancelled",
    types: ["order.cancelled"],
    handle: (event) => repository.closeReview(event.subject)
  })

  const find = Effect.fnUntraced(function*(id: string) {
    return (yield* repository.findReview(id)) ?? (yield* new FraudReviewNotFound({ reviewId: id }))
  })

  /** Writes a decision, in the current transaction. */
  const decide = Effect.fnUntraced(function*(id: string, input: DecideReview, status: "approved" | "rejected") {
    const review = yield* find(id)
    if (input.version !== undefined && input.version !== review.version) {
      return yield* new VersionConflict({ id, expected: input.version })
    }
    if (review.status !== "open") return yield* new FraudReviewClosed({ reviewId: id, status: review.status })
    const decided: FraudReview = {
      ...review,
      status,
      note: input.note ?? null,
      decidedBy: Actor.describe(yield* Actor.CurrentActor),
      decidedAt: yield* Timestamp.now,
      version: review.version + 1
    }
    yield* repository.decide(decided)
    const { orderId } = review
    const told = status === "approved" ? ReviewApproved : ReviewRejected
    yield* events.publish([told.make(id, { reviewId: id, orderId })])
    yield* audit.record({ action: `fraud.review.${status}`, subject: id, details: { orderId, score: review.score } })
    return decided
  })

  /** Lets the payments of an order go; the ids of those whose money can be taken now. */
  const release = Effect.fnUntraced(function*(orderId: string) {
    const authorized: Array<string> = []
    for (const { gateway, hold, id } of yield* payments.ofOrder(orderId)) {
      if (hold !== "review") continue
      const capabilities = gateways.find(gateway)?.capabilities
      const released = yield* records.update(id, Effect.fnUntraced(function*(payment) {
        const { amount, requested, state } = payment
        if (requested !== null || state !== "authorized" || capabilities?.offline === true) return { hold: "released" as const }
        // an edit may have taken something out meanwhile
        const toCapture = Capturing.owed(amount, yield* orders.find(orderId), capabilities?.partialCapture === true)
        yield* guards.ask({ event: "capture", payment, amount: toCapture ?? amount, reason: "approved after review" })
        return { hold: "released" as const, requested: "capture" as const, toCapture }
      }))
      if (released.requested === "capture") authorized.push(id)
    }
    return authorized
  })

  /** Lets go of what an order was to be paid with under review, in the current transaction; the ids of payments that gateways are still to give up. */
  const letGo = Effect.fnUntraced(function*(orderId: string) {
    const open: Array<string> = []
    for (const { hold, id } of yield* payments.ofOrder(orderId)) {
      if (hold !== "review") continue
      const released = yield* records.update(id, (payment) =>
        Effect.succeed({ hold: "released" as const, ...(isOpen(payment) ? { requested: "cancel" as const } : {}) }))
      if (isOpen(released)) {
        open.push(id)
        continue
      }
      const given = yield* records.giveBack([released], rejectedBecause)
      // what came otherwise than it was asked for has paid nothing
      if (given > 0 && !wasMismatched(released)) yield* lifecycle.owedAgain(orderId, Money.make(given, released.captured.currency))
    }
    return open
  })

  return checked(FraudReviews.of({
    reviews: Effect.fn("FraudReviews.reviews")(function*(input = {}) {
      yield* Permission.require("fraud:read")
      return yield* repository.reviews(yield* decodeList(input))
    }),
    review: Effect.fn("FraudReviews.review")(function*(id) {
      yield* Permission.require("fraud:read")
      return yield* find(id)
    }),
    cards: Effect.fn("FraudReviews.cards")(function*(orderId) {
      yield* Permission.require("fraud:read")
      const cards = yield* repository.cardsOfOrder(orderId)
      return cards.map(({ at, facts, gateway, key, orderId, paymentId }): SeenCard => ({
        paymentId,
        orderId,
        gateway,
        card: key === null ? null : masked(key),
        facts,
        at
      }))
    }),
    approve: Effect.fn("FraudReviews.approve")(function*(id, input = {}) {
      yield* Permission.require("fraud:write")
      yield* StepUp.require
      const decoded = yield* decodeDecision(input)
      const { authorized, review } = yield* transaction(Effect.gen(function*() {
        const review = yield* decide(id, decoded, "approved")
        const authorized = yield* release(review.orderId)
        yield* lifecycle.approved(review.orderId)
        return { review, authorized }
      })).pipe(Effect.catchTags({ OrderNotFound: Effect.die, PaymentNotFound: Effect.die }))
      for (const paymentId of authorized) {
        // what was requested and not answered is asked again by the recovery
        yield* Effect.ignore(requests.carryOut(paymentId), { log: "Warn", message: "Approved money was not taken yet" })
      }
      return review
    }),
    reject: Effect.fn("FraudReviews.reject")(function*(id, input = {}) {
      yield* Permission.require("fraud:write")
      yield* StepUp.require
      const decoded = yield* decodeDecision(input)
      const { open, review } = yield* transaction(Effect.gen(function*() {
        const review = yield* decide(id, decoded, "rejected")
        const { orderId } = review
        const order = yield* orders.find(orderId)
        if (order === undefined || order.status === "cancelled" || order.status === "refunded") return { review, open: [] }
        const open = yield* rejecting(cancelling.cancel(orderId, { reason: rejectedBecause })).pipe(
          Effect.as([] as ReadonlyArray<string>),
          // something of it has left, and an edit has added what was to be paid now
          Effect.catchTag("IllegalTransition", () => letGo(orderId))
        )
        return { review, open }
      })).pipe(Effect.catchTags({
        OrderNotFound: Effect.die,
        PaymentNotFound: Effect.die,
        // that is for buyers
        CancelWindowClosed: Effect.die,
        GoodsHandedOver: Effect.die
      }))
      for (const paymentId of open) {
        yield* Effect.ignore(requests.carryOut(paymentId), { log: "Warn", message: "Rejected money was not given up yet" })
      }
      return review
    })
  }))
})

export const layer: Layer.Layer<
  FraudReviews,
  never,
  | AuditLog
  | Books
  | CardCheck
  | Events
  | FraudRepository
  | Jobs
  | OrderLifecycle
  | OrderRepository
  | Orders
  | PaymentGateways
  | PaymentGuards
  | PaymentRepository
  | SavedMethodRepository
  | Transactor
> = Layer.effect(FraudReviews, make)
