/**
 * What carriers ask for a cart, asked at checkout.
 *
 * **Details**
 *
 * Carriers are asked side by side and waited for two seconds. Where one has no answer that can be used, the shipping method
 * asks what it says itself. The cart page shows that in any case. Carriers are never asked inside of a transaction.
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { CartPricing } from "../cart/CartPricing.ts"
import type { CartSnapshot } from "../cart/CartRepository.ts"
import { maximumAmount } from "../pricing/Pricing.ts"
import type { CarrierRate, RateQuestion } from "../shipping/Carrier.ts"
import type { CarriersShape } from "../shipping/Carriers.ts"
import * as ShippingParts from "../shipping/ShippingParts.ts"

const timeLimit = Duration.seconds(2)

/** How many questions are asked for one cart at most. */
const mostQuestions = 10

interface Question {
  readonly carrier: string
  readonly question: RateQuestion
  /** For which parts it is asked, by `ShippingParts.rateKey`. */
  readonly asked: Array<{ readonly key: string; readonly service: string }>
}

/** What is asked, each question once however many methods it is for. */
const questionsOf = (
  { cart }: CartSnapshot,
  { place, shipping: { groups, shipments, together } }: CartPricing,
  chosenOnly: boolean
): ReadonlyArray<Question> => {
  const questions = new Map<string, Question>()
  const all = groups.map(({ id }) => id).join("+").split("+").sort().join("+")
  const chosen = shipments.map(({ id, quote }) => [id, quote] as const)
  const offered = chosenOnly ? chosen : [
    ...together.map((quote) => [all, quote] as const),
    ...(groups.length < 2 ? [] : groups.flatMap(({ id, quotes }) => quotes.map((quote) => [id, quote] as const))),
    ...(groups.length < 3 ? [] : chosen)
  ]
  for (const [part, { method, parcels }] of offered) {
    const { carrier, id, pickup } = method
    if (carrier === null || pickup !== null) continue
    const { country, postalCode = null, region = null } = place
    const question: RateQuestion = {
      from: carrier.from,
      to: { country, region, postalCode },
      currency: cart.currency,
      parcels: parcels.map(({ count, cubicMm, grams }) => ({ grams: Math.max(1, grams), cubicMm, count }))
    }
    const key = JSON.stringify([carrier.name, question])
    const known = questions.get(key)
    if (known === undefined) {
      if (questions.size === mostQuestions) continue
      questions.set(key, { carrier: carrier.name, question, asked: [{ key: ShippingParts.rateKey(part, id), service: carrier.service }] })
    } else known.asked.push({ key: ShippingParts.rateKey(part, id), service: carrier.service })
  }
  return [...questions.values()]
}

const isUsable = ({ price: { amount, currency } }: CarrierRate, question: RateQuestion): boolean =>
  currency === question.currency && Number.isSafeInteger(amount) && amount >= 0 && amount <= maximumAmount

/** The snapshot with the rates of carriers; the same one where none has an answer. */
export const rated = Effect.fnUntraced(function*(
  carriers: CarriersShape,
  snapshot: CartSnapshot,
  pricing: CartPricing,
  /** Whether only what the buyer has chosen counts, or what is taken where they have not. */
  chosenOnly: boolean
) {
  const questions = carriers.names.length === 0 ? [] : questionsOf(snapshot, pricing, chosenOnly)
  if (questions.length === 0) return snapshot
  const answers = yield* Effect.forEach(questions, ({ asked, carrier, question }) =>
    Effect.flatMap(carriers.get(carrier), (found) => found.rates(question)).pipe(
      Effect.timeout(timeLimit),
      Effect.map((rates) =>
        asked.flatMap(({ key, service }) => {
          const rate = rates.find((one) => one.service === service && isUsable(one, question))
          return rate === undefined ? [] : [[key, rate.price.amount] as const]
        })
      ),
      Effect.catchCause((cause) =>
        Cause.hasInterruptsOnly(cause)
          ? Effect.interrupt
          : Effect.as(Effect.logWarning("A carrier gave no rates; shipping methods ask what they say themselves"), [])
      ),
      Effect.annotateLogs({ carrier })
    ), { concurrency: "unbounded" })
  const carrierRates = new Map(answers.flat())
  return carrierRates.size === 0 ? snapshot : { ...snapshot, carrierRates }
})
