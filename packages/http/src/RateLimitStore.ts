/**
 * Counters of rate limits in memory, bounded: a counter that is full again says nothing and is thrown away, so that
 * callers cannot fill the memory by coming from many addresses.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layerStoreMemory, RateLimiterStore } from "effect/persistence/RateLimiter"

interface Bucket {
  tokens: number
  refilledAt: number
  /** From when on it is full if nothing more is taken. */
  fullAt: number
}

/** How many counters are kept at most; the oldest make room. */
const maximumBuckets = 100_000

/** Counters are looked through at most this often, in milliseconds. */
const sweepInterval = 10_000

const make = Effect.gen(function*() {
  // what adaptive limits need is not used here and kept as it is
  const base = yield* RateLimiterStore
  const buckets = new Map<string, Bucket>()
  let sweptAt = 0

  const sweep = (now: number) => {
    if (now - sweptAt >= sweepInterval) {
      sweptAt = now
      for (const [key, bucket] of buckets) if (bucket.fullAt <= now) buckets.delete(key)
    }
    if (buckets.size < maximumBuckets) return
    // a tenth at once, so that the next callers need not look again
    let excess = maximumBuckets / 10
    for (const key of buckets.keys()) {
      if (excess-- <= 0) break
      buckets.delete(key)
    }
  }

  return RateLimiterStore.of({
    ...base,
    tokenBucket: ({ allowOverflow, key, limit, refillRate, tokens }) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        sweep(now)
        const rate = Duration.toMillis(refillRate)
        let bucket = buckets.get(key)
        if (bucket === undefined) {
          bucket = { tokens: limit, refilledAt: now, fullAt: now }
          buckets.set(key, bucket)
        }
        const earned = Math.floor((now - bucket.refilledAt) / rate)
        if (earned > 0) {
          bucket.tokens = Math.min(limit, bucket.tokens + earned)
          bucket.refilledAt += earned * rate
        }
        if (bucket.tokens >= limit) bucket.refilledAt = now
        const remaining = bucket.tokens - tokens
        if (remaining >= 0 || allowOverflow) {
          bucket.tokens = remaining
          bucket.fullAt = bucket.refilledAt + (limit - remaining) * rate
        }
        return [remaining, now - bucket.refilledAt] as const
      })
  })
})

/** Limits of this process alone. */
export const layer: Layer.Layer<RateLimiterStore> = Layer.provide(Layer.effect(RateLimiterStore, make), layerStoreMemory)
