/**
 * Looks at the card of an order once its gateway has told of it: before the money is taken where it is only authorised, and
 * otherwise before the order goes on.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import * as Secret from "../kernel/Secret.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import { Stores } from "../stores/Stores.ts"
import * as Assessment from "./Assessment.ts"
import type { GatewayCard } from "./Card.ts"
import { keyOf } from "./CardKey.ts"
import * as FraudCheck from "./FraudCheck.ts"
import { CheckoutRefused } from "./FraudEvents.ts"
import { type FraudKey, FraudRepository } from "./FraudRepository.ts"
import type { FraudReason, FraudReview } from "./FraudReview.ts"

/** A payment that a card belongs to. */
export interface PaidWith {
  readonly id: string
  readonly orderId: string
  readonly gateway: string
}

/** `refuse`: the money must not be taken. `review`: a person has to decide, and the review is written. */
export type Verdict = "allow" | "review" | "refuse"

export class CardCheck extends Context.Service<CardCheck, {
  /** Writes down that somebody pays with a card, once for a payment. Outside of a transaction, so that many at once count each other. */
  readonly note: (payment: PaidWith, card: GatewayCard) => Effect.Effect<void, StorageError>
  /**
   * What to make of the card of an order, once for a payment, in the current transaction. `moment` says what has become of the
   * money: what is taken already is not refused but looked at.
   */
  readonly judge: (
    order: FraudCheck.Suspect,
    payment: PaidWith,
    card: GatewayCard,
    moment: "declined" | "authorized" | "taken"
  ) => Effect.Effect<Verdict, StorageError | VersionConflict>
}>()("@stoa/core/fraud/CardCheck") {}

export const make = Effect.gen(function*() {
  const repository = yield* FraudRepository
  const stores = yield* Stores
  const events = yield* Events

  /** Gives a person something to decide, or more of it. */
  const ask = Effect.fnUntraced(function*(
    order: FraudCheck.Suspect,
    { reasons, score }: Assessment.Assessment,
    earlier: ReadonlyArray<FraudReason>
  ) {
    const before = yield* repository.reviewOf(order.id)
    if (before === undefined) {
      const review = yield* FraudCheck.newReview(order, { outcome: "review", reasons: [...earlier, ...reasons], score })
      yield* repository.openReviews([review])
      yield* events.publish([FraudCheck.opened(review)])
      return "review" as const
    }
    // an order that was called off takes no money anyway
    if (before.status !== "open" && before.status !== "approved") return "allow" as const
    const known = new Set(before.reasons.map(({ code }) => code))
    const more = reasons.filter(({ code }) => !known.has(code))
    if (before.status === "approved" && more.length === 0) return "allow" as const
    const review: FraudReview = {
      ...before,
      status: "open",
      score: more.reduce((sum, { points }) => sum + points, before.score),
      reasons: [...before.reasons, ...more],
      decidedBy: null,
      decidedAt: null,
      version: before.version + 1
    }
    yield* repository.decide(review)
    if (before.status === "approved") yield* events.publish([FraudCheck.opened(review)])
    return "review" as const
  })

  return CardCheck.of({
    note: Effect.fnUntraced(function*({ gateway, id: paymentId, orderId }, { fingerprint, ...facts }) {
      const at = yield* Timestamp.now
      const key = fingerprint === null ? null : keyOf(gateway, fingerprint)
      const isNew = yield* repository.noteCard({ paymentId, orderId, gateway, key, facts, at })
      if (isNew && key !== null) yield* repository.attempted(orderId, [{ kind: "card", value: key }], at)
    }),

    judge: Effect.fnUntraced(function*(order, payment, { fingerprint, ...card }, moment) {
      if (!(yield* repository.claimCard(payment.id, order.customerId)) || moment === "declined") return "allow"
      const { settings: { fraud: settings } } = yield* stores.current
      if (!settings.enabled) return "allow"
      const now = yield* Timestamp.now
      const look = yield* repository.lookOf(order.id)
      const keys: Array<FraudKey> = [{ kind: "email", value: Secret.hash(order.email) }]
      if (fingerprint !== null) keys.push({ kind: "card", value: keyOf(payment.gateway, fingerprint) })
      const assessment = Assessment.assessCard({
        card,
        before: look ?? { score: 0, reasons: [], allowed: false },
        countries: {
          billing: order.billingAddress?.country ?? null,
          shipping: order.shippingAddress?.country ?? null,
          network: look?.network ?? null,
          card: card.country
        },
        entries: yield* repository.listed(keys.filter(({ kind }) => kind === "card")),
        counts: yield* FraudCheck.countsOf(repository, settings.rules, keys, now)
      }, settings)
      const { outcome, reasons, score } = assessment
      if (outcome === "allow") return "allow"
      if (outcome === "review" || moment === "taken") return yield* ask(order, assessment, look?.reasons ?? [])
      const codes = reasons.map(({ code }) => code)
      yield* events.publish([
        CheckoutRefused.make(order.id, { orderId: order.id, score, reasons: codes, customerId: order.customerId })
      ])
      return "refuse"
    })
  })
})

export const layer: Layer.Layer<CardCheck, never, FraudRepository | Stores | Events> = Layer.effect(CardCheck, make)
