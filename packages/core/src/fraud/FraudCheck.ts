/**
 * Looks at an order before a gateway is asked for its money.
 *
 * Costs nothing where a store has its rules switched off. Otherwise three statements at most, before the transaction in
 * which the order is placed: the attempt is written down first and counted then, so that many at once count each other.
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
import type { Order } from "../orders/Order.ts"
import type { FraudRule, FraudSettings } from "../stores/FraudSettings.ts"
import * as Assessment from "./Assessment.ts"
import { PurchaseRefused } from "./FraudErrors.ts"
import { CheckoutRefused, ReviewOpened } from "./FraudEvents.ts"
import { type FraudKey, FraudRepository } from "./FraudRepository.ts"
import { type FraudReview, FraudReviewId } from "./FraudReview.ts"
import { FraudScreening } from "./FraudScreening.ts"

/** An order as it is when somebody wants to pay it. */
export type Suspect = Pick<Order, "id" | "customerId" | "email" | "billingAddress" | "shippingAddress">

export class FraudCheck extends Context.Service<FraudCheck, {
  /**
   * What to make of an order: `null` to go on as always, or the review that has to be written with it (`open`), whose
   * payment is held until a person has decided.
   */
  readonly look: (
    order: Suspect,
    total: Money,
    settings: FraudSettings
  ) => Effect.Effect<FraudReview | null, PurchaseRefused | StorageError>
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

type Velocity = Extract<FraudRule, { readonly rule: "velocity" }>

const isVelocity = (rule: FraudRule): rule is Velocity => rule.rule === "velocity"

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

  const countsOf = Effect.fnUntraced(function*(rules: ReadonlyArray<Velocity>, keys: ReadonlyArray<FraudKey>, now: Timestamp.Timestamp) {
    const asked = rules.flatMap((rule) => {
      const key = keys.find(({ kind }) => kind === rule.by)
      return key === undefined ? [] : [{ rule, question: { ...key, since: Timestamp.minus(now, { minutes: rule.minutes }) } }]
    })
    if (asked.length === 0) return new Map<FraudRule, number>()
    const counts = yield* repository.counts(asked.map(({ question }) => question))
    return new Map<FraudRule, number>(asked.map(({ rule }, index) => [rule, counts[index] ?? 0]))
  })

  const assess = Effect.fnUntraced(function*(order: Suspect, total: Money, settings: FraudSettings) {
    const { address, userAgent } = yield* CurrentClient
    const { counted, listed } = keysOf(order, networkOf(address))
    const velocities = settings.rules.filter(isVelocity)
    const now = yield* Timestamp.now
    // nobody has to be recognised by what is only counted
    const keys = counted.map(({ kind, value }) => ({ kind, value: Secret.hash(value) }))
    if (velocities.length > 0) yield* repository.attempted(order.id, keys, now)
    const entries = yield* repository.listed(listed)
    const decided = Assessment.byLists({ entries }, settings)
    if (decided !== undefined) return decided
    const needsNetwork = settings.rules.some((rule) => rule.rule === "countries" && rule.differ !== "billing_shipping")
    const place = needsNetwork ? yield* locate(address) : undefined
    const facts: Assessment.Facts = {
      total,
      countries: {
        billing: order.billingAddress?.country ?? null,
        shipping: order.shippingAddress?.country ?? null,
        network: place?.country ?? null
      },
      entries,
      counts: yield* countsOf(velocities, keys, now),
      screened: null
    }
    const own = Assessment.assess(facts, settings)
    if (screen === undefined || own.outcome === "refuse") return own
    const { billingAddress, customerId, email, id, shippingAddress } = order
    const screened = yield* inTime(() => screen({
      order: { id, customerId, email, billingAddress, shippingAddress },
      total,
      address,
      userAgent,
      score: own.score
    }))
    const isAnswer = screened !== undefined && Number.isInteger(screened.points)
    return Assessment.assess({ ...facts, screened: isAnswer ? screened : "unavailable" }, settings)
  })

  return FraudCheck.of({
    look: Effect.fn("FraudCheck.look")(function*(order, total, settings) {
      if (!settings.enabled) return null
      const { outcome, reasons, score } = yield* assess(order, total, settings)
      if (outcome === "allow") return null
      if (outcome === "refuse") {
        const codes = reasons.map(({ code }) => code)
        yield* events.publish([
          CheckoutRefused.make(order.id, { orderId: order.id, score, reasons: codes, customerId: order.customerId })
        ])
        return yield* new PurchaseRefused({ advice: "contact" })
      }
      return {
        id: yield* FraudReviewId.generate,
        orderId: order.id,
        status: "open",
        score,
        reasons,
        note: null,
        decidedBy: null,
        decidedAt: null,
        version: 1,
        createdAt: yield* Timestamp.now
      }
    }),
    open: (reviews) => reviews.length === 0 ? Effect.void : repository.openReviews(reviews)
  })
})

/** What is told of a review that was opened. */
export const opened = ({ id, orderId, reasons, score }: FraudReview) =>
  ReviewOpened.make(id, { reviewId: id, orderId, score, reasons: reasons.map(({ code }) => code) })

export const layer: Layer.Layer<FraudCheck, never, FraudRepository | Events> = Layer.effect(FraudCheck, make)
