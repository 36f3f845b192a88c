/**
 * How often buyers are expected to come back, worked out once an hour for a store and currency, however often it is asked for.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { Currency } from "../kernel/Currency.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as BuyTillYouDie from "./BuyTillYouDie.ts"

const goodForMillis = 3_600_000

/** Of so many stores and currencies it is remembered; the oldest make room. */
const maximumKept = 200

interface Expectation {
  readonly at: number
  readonly more: number
}

export const make = Effect.gen(function*() {
  const oneAtATime = yield* Semaphore.make(1)
  const kept = new Map<string, Expectation>()
  return {
    /** How many orders more a buyer is expected to place in so many weeks, on average. */
    of: Effect.fnUntraced(function*(currency: Currency, seen: ReadonlyArray<BuyTillYouDie.Recurrence>, weeks: number) {
      const key = `${yield* CurrentStore} ${currency} ${weeks}`
      const remembered = Effect.map(Clock.currentTimeMillis, (now) => {
        const known = kept.get(key)
        return known === undefined || now - known.at >= goodForMillis ? undefined : known
      })
      const work = Effect.gen(function*() {
        // whoever waited may find what another has worked out
        const known = yield* remembered
        if (known !== undefined) return known.more
        const model = yield* BuyTillYouDie.fit(seen)
        const more = seen.reduce((sum, one) => sum + BuyTillYouDie.expected(model, one, weeks), 0) / seen.length
        kept.delete(key)
        for (const oldest of kept.keys()) {
          if (kept.size < maximumKept) break
          kept.delete(oldest)
        }
        kept.set(key, { at: yield* Clock.currentTimeMillis, more })
        return more
      })
      return (yield* remembered)?.more ?? (yield* oneAtATime.withPermits(1)(work))
    })
  }
})
