/**
 * Counters of rate limits in the memory of this process, bounded: one that is full again says nothing and is thrown
 * away, so that callers cannot fill the memory by coming from many addresses.
 *
 * A bucket is kept as the moment at which it will be full again, as in `RateLimitCounters`. Times are in microseconds.
 */

export interface Bucket {
  /** When it will be full again if nothing more is taken. */
  fullAt: number
  /** Tokens taken here of which the other processes do not know yet. */
  untold: number
}

export interface Take {
  readonly granted: boolean
  readonly bucket: Bucket
}

export interface TokenBuckets {
  readonly take: (key: string, cost: number, window: number, now: number) => Take
  /** Puts a bucket where others say it is, if that is later than what is known here. */
  readonly put: (key: string, fullAt: number, now: number) => Bucket
  readonly get: (key: string) => Bucket | undefined
}

/** Counters are looked through at most this often. */
const sweepInterval = 10_000_000

/** `maximum` counters are kept; the oldest make room. */
export const make = (maximum = 100_000): TokenBuckets => {
  const buckets = new Map<string, Bucket>()
  let sweptAt = 0

  const sweep = (now: number) => {
    if (now - sweptAt >= sweepInterval) {
      sweptAt = now
      for (const [key, bucket] of buckets) if (bucket.fullAt <= now) buckets.delete(key)
    }
    if (buckets.size < maximum) return
    // a tenth at once, so that the next callers need not look again
    let excess = maximum / 10
    for (const key of buckets.keys()) {
      if (excess-- <= 0) break
      buckets.delete(key)
    }
  }

  const bucketOf = (key: string, now: number): Bucket => {
    sweep(now)
    const known = buckets.get(key)
    if (known !== undefined) return known
    const bucket = { fullAt: now, untold: 0 }
    buckets.set(key, bucket)
    return bucket
  }

  return {
    take: (key, cost, window, now) => {
      const bucket = bucketOf(key, now)
      if (bucket.fullAt <= now) {
        bucket.fullAt = now
        // what was taken has been earned again
        bucket.untold = 0
      }
      if (bucket.fullAt + cost > now + window) return { granted: false, bucket }
      bucket.fullAt += cost
      bucket.untold++
      return { granted: true, bucket }
    },
    put: (key, fullAt, now) => {
      const bucket = bucketOf(key, now)
      bucket.fullAt = Math.max(bucket.fullAt, fullAt)
      return bucket
    },
    get: (key) => buckets.get(key)
  }
}
