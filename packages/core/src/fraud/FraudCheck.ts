/**
 * Looks at an order before a gateway is asked for its money.
 *
 * Costs nothing where a store has its rules switched off. Otherwise three statements at most, and another one where cards are to
 * be looked at, before the transaction in which the order is placed: the attempt is written down first and counted then, so that
 * many at once count each other. What there is to say of the card is for `CardCheck`.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import { networkOf } from "../identity/Throttle.ts"
import { CurrentClient } from "../kernel/CurrentClient.ts"
import type { Money } from "../kernel/Money.ts"
import * as PlaceLocator from "../kernel/PlaceLocator.ts"
import * as Secret from "../kernel/Secret.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as Traced from "../kernel/Traced.ts"
import type { Order } from "../orders/Order.ts"
import { type FraudRule, type FraudSettings, seesCard } from "../stores/FraudSettings.ts"
import * as Assessment from "./Assessment.ts"
import { PurchaseRefused } from "./FraudErrors.ts"
import { CheckoutRefused, ReviewOpened } from "./FraudEvents.ts"
import { type FraudCount, type FraudKey, FraudRepository } from "./FraudRepository.ts"
import { type FraudReview, FraudReviewId } from "./FraudReview.ts"
import { FraudScreening } from "./FraudScreening.ts"

/** An order as it is when somebody wants to pay it. */
export type Suspect = Pick<Order, "id" | "customerId" | "email" | "billingAddress" | "shippingAddress">

/** What to make of an order. */
export interface Look {
  /** What has to be written with it, where a person has to decide before its money is taken. */
  readonly review: FraudReview | null
  /** What its payment waits for: a person, or a look at the card. */
  readonly hold: "review" | "released" | null
}

const nothing: Look = { review: null, hold: null }

export class FraudCheck extends Context.Service<FraudCheck, {
  /**
   * What to make of an order: a review has to be written with it (`open`), and its payment is held until a person has
   * decided.
   */
  readonly look: (
    order: Suspect,
    total: Money,
    settings: FraudSettings
  ) => Effect.Effect<Look, PurchaseRefused | StorageError>
  /** Writes reviews, in the current transaction; `opened` is what is told of each. */
  readonly open: (reviews: ReadonlyArray<FraudReview>) => Effect.Effect<void, StorageError>
}>()("@stoa/core/fraud/FraudCheck") {}

const keysOf = ({ billingAddress, customerId, email, shippingAddress }: Suspect, network: string | null) => {
  const counted: Array<FraudKey> = [{ kind: "email", value: email }]
  if (customerId !== null) counted.push({ kind: "customer", value: customerId })
  if (network !== null) counted.push({ kind: "network", value: network })
  const listed: Array<FraudKey> = [...counted, { kind: "domain", value: email.slice(email.lastIndexOf("@") + 1) }]
  for (const address of [billingAddress, shippingAddress]) {
    if (address !== null) listed.push({ kind: "country", value: address.country })
  }
  return { counted, listed }
}

/** What to ask for a rule that counts, if what it counts by is known. */
export const questionOf = (rule: FraudRule, keys: ReadonlyArray<FraudKey>, now: Timestamp.Timestamp): FraudCount | undefined => {
  switch (rule.rule) {
    case "velocity":
    case "card_shared":
    case "cards_tried": {
      const by = rule.rule === "velocity" ? rule.by : rule.rule === "card_shared" ? "card" : "email"
      const key = keys.find(({ kind }) => kind === by)
      if (key === undefined) return undefined
      const question = { ...key, since: Timestamp.minus(now, { minutes: rule.minutes }) }
      return rule.rule === "velocity" ? question : { ...question, related: by === "card" ? "email" : "card" }
    }
    default:
      return undefined
  }
}

/** How many attempts each rule counts. One statement, or none. */
export const countsOf = Effect.fnUntraced(function*(
  repository: FraudRepository["Service"],
  rules: ReadonlyArray<FraudRule>,
  keys: ReadonlyArray<FraudKey>,
  now: Timestamp.Timestamp
) {
  const asked = rules.flatMap((rule) => {
    const question = questionOf(rule, keys, now)
    return question === undefined ? [] : [{ rule, question }]
  })
  if (asked.length === 0) return new Map<FraudRule, number>()
  const counts = yield* repository.counts(asked.map(({ question }) => question))
  return new Map<FraudRule, number>(asked.map(({ rule }, index) => [rule, counts[index] ?? 0]))
})

const needsNetwork = (rule: FraudRule): boolean => rule.rule === "countries" && rule.differ.includes("network")

const counts = ({ rule }: FraudRule): boolean => rule === "velocity" || rule === "card_shared" || rule === "cards_tried"

export const make = Effect.gen(function*() {
  const repository = yield* FraudRepository
  const events = yield* Events
  const { screen, timeout = "2 seconds" } = yield* FraudScreening
  const locate = PlaceLocator.locate(yield* PlaceLocator.PlaceLocator)

  /** What comes in time, and `undefined` for everything else. */
  const inTime = <A>(ask: () => Effect.Effect<A, unknown>): Effect.Effect<A | undefined> =>
    Effect.suspend(ask).pipe(
      Effect.timeout(timeout),
      Effect.catchCause((cause) =>
        Cause.hasInterruptsOnly(cause)
          ? Effect.interrupt
          // the cause may quote the order, so it is not logged
          : Effect.as(Effect.logWarning("An outside service said nothing about an order"), undefined)
      )
    )

  const assess = Effect.fnUntraced(function*(order: Suspect, total: Money, settings: FraudSettings) {
    const { address, userAgent } = yield* CurrentClient
    const { counted, listed } = keysOf(order, networkOf(address))
    const now = yield* Timestamp.now
    // nobody has to be recognised by what is only counted
    const keys = counted.map(({ kind, value }) => ({ kind, value: Secret.hash(value) }))
    if (settings.rules.some(counts)) yield* repository.attempted(order.id, keys, now)
    const found = yield* repository.listed(listed, { andACard: true })
    const entries = found.filter(({ kind }) => kind !== "card")
    const looksAtCard = entries.length < found.length || settings.rules.some(seesCard)
    const decided = Assessment.byLists({ entries }, settings)
    if (decided !== undefined) return { assessment: decided, looksAtCard, network: null, allowed: decided.outcome === "allow" }
    const place = settings.rules.some(needsNetwork) ? yield* locate(address) : undefined
    const network = place?.country ?? null
    const facts: Assessment.Facts = {
      total,
      countries: {
        billing: order.billingAddress?.country ?? null,
        shipping: order.shippingAddress?.country ?? null,
        network
      },
      entries,
      counts: yield* countsOf(repository, settings.rules, keys, now),
      screened: null
    }
    const own = Assessment.assess(facts, settings)
    if (screen === undefined || own.outcome === "refuse") return { assessment: own, looksAtCard, network, allowed: false }
    const { billingAddress, customerId, email, id, shippingAddress } = order
    const screened = yield* inTime(() => screen({
      order: { id, customerId, email, billingAddress, shippingAddress },
      total,
      address,
      userAgent,
      score: own.score
    }))
    const isAnswer = screened !== undefined && Number.isInteger(screened.points)
    const assessment = Assessment.assess({ ...facts, screened: isAnswer ? screened : "unavailable" }, settings)
    return { assessment, looksAtCard, network, allowed: false }
  })

  return FraudCheck.of({
    look: Traced.fn("FraudCheck.look")(function*(order, total, settings) {
      if (!settings.enabled) return nothing
      const { allowed, assessment, looksAtCard, network } = yield* assess(order, total, settings)
      const { outcome, reasons, score } = assessment
      if (outcome === "refuse") {
        const codes = reasons.map(({ code }) => code)
        yield* events.publish([
          CheckoutRefused.make(order.id, { orderId: order.id, score, reasons: codes, customerId: order.customerId })
        ])
        return yield* new PurchaseRefused({ advice: "contact" })
      }
      if (looksAtCard) {
        const { customerId, id: orderId } = order
        yield* repository.looked({ orderId, customerId, score, reasons, allowed, network, at: yield* Timestamp.now })
      }
      return outcome === "review"
        ? { review: yield* newReview(order, assessment), hold: "review" }
        : { review: null, hold: looksAtCard ? "released" : null }
    }),
    open: (reviews) => reviews.length === 0 ? Effect.void : repository.openReviews(reviews)
  })
})

/** A review that nobody has written yet. */
export const newReview = Effect.fnUntraced(function*(
  { id: orderId }: Pick<Order, "id">,
  { reasons, score }: Assessment.Assessment
) {
  return {
    id: yield* FraudReviewId.generate,
    orderId,
    status: "open",
    score,
    reasons,
    note: null,
    decidedBy: null,
    decidedAt: null,
    version: 1,
    createdAt: yield* Timestamp.now
  } satisfies FraudReview
})

/** What is told of a review that was opened. */
export const opened = ({ id, orderId, reasons, score }: FraudReview) =>
  ReviewOpened.make(id, { reviewId: id, orderId, score, reasons: reasons.map(({ code }) => code) })

export const layer: Layer.Layer<FraudCheck, never, FraudRepository | Events> = Layer.effect(FraudCheck, make)
