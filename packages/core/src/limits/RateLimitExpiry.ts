/**
 * Forgets the counters of rate limits that say nothing any more, every ten minutes.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import { RateLimitCounters } from "./RateLimitCounters.ts"

export const layer: Layer.Layer<never, never, RateLimitCounters | JobRegistry> = Layer.effectDiscard(
  Effect.gen(function*() {
    const counters = yield* RateLimitCounters
    const registry = yield* JobRegistry
    yield* registry.cron({
      name: "limits.forget",
      cron: "*/10 * * * *",
      run: Effect.flatMap(Clock.currentTimeMillis, (now) => counters.deleteFull(now * 1_000))
    })
  })
)
