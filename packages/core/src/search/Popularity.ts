/**
 * Keeps it written down how many pieces of each product were sold in the last days, which lists and searches are sorted by.
 *
 * It is worked out once an hour from the sums that the figures of the shop are read from, a bounded number of products at a time.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Jobs } from "../jobs/Jobs.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as StoreCron from "../stores/StoreCron.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { PopularityRepository } from "./PopularityRepository.ts"

/** Sales of so many days count, today's among them. */
export const popularDays = 30

/** So many products are looked up at once, and so many are written at once. */
const lookedUp = 5_000
const written = 500

export const layer: Layer.Layer<never, never, Jobs | PopularityRepository | StoreRepository> = Layer.effectDiscard(
  Effect.gen(function*() {
    const repository = yield* PopularityRepository
    yield* StoreCron.register(yield* Jobs, yield* StoreRepository, {
      name: "search.popularity",
      cron: "23 * * * *",
      run: Effect.gen(function*() {
        const since = Timestamp.fromMillis((yield* Clock.currentTimeMillis) - (popularDays - 1) * 86_400_000).slice(0, 10)
        for (let more = true; more;) {
          const outdated = yield* repository.outdated(since, lookedUp)
          for (let at = 0; at < outdated.length; at += written) yield* repository.write(outdated.slice(at, at + written))
          more = outdated.length >= lookedUp
        }
      })
    })
  })
)
