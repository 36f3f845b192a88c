/**
 * Forgets attempts to pay that no rule can count any more, and after a year the cards that orders were paid with, every hour.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { longestSpan } from "../stores/FraudSettings.ts"
import { FraudRepository } from "./FraudRepository.ts"

/** Longer than buyers may dispute what they have paid. */
const cardsAreKept = "365 days"

export const layer: Layer.Layer<never, never, FraudRepository | JobRegistry> = Layer.effectDiscard(
  Effect.gen(function*() {
    const repository = yield* FraudRepository
    const registry = yield* JobRegistry
    yield* registry.cron({
      name: "fraud.forget",
      cron: "23 * * * *",
      run: Effect.flatMap(Timestamp.now, (now) =>
        Effect.andThen(
          repository.forgetAttempts(Timestamp.minus(now, { minutes: longestSpan })),
          repository.forgetCards(Timestamp.minus(now, cardsAreKept))
        ))
    })
  })
)
