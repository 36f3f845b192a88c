/**
 * Chance that comes from a seed: the same seed, the same luck.
 */
import type { Entropy } from "../../kernel/Entropy.ts"

export interface Chance {
  /** A whole number from 0 up to, and without, `limit`. */
  readonly below: (limit: number) => number
  /** True once in so many times. */
  readonly oneIn: (times: number) => boolean
  readonly pick: <const A>(all: readonly [A, ...ReadonlyArray<A>]) => A
}

/** Mulberry32, which is small and even enough for this. https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export const make = (seed: number): Chance => {
  let state = seed | 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    oneIn: (times) => below(times) === 0,
    pick: (all) => all[below(all.length)] ?? all[0]
  }
}

/** Ids and tokens by chance. */
export const entropy = (chance: Chance): Entropy => ({
  bytes: (length) => Uint8Array.from({ length }, () => chance.below(256))
})
