/**
 * How often buyers come back, who may stay away for good without a word: the model BG/NBD.
 *
 * Fader, Hardie and Lee, "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model, Marketing Science 24
 * (2005). While somebody is a customer, they buy at a rate of their own (gamma distributed with `r` and `alpha`), and after
 * each purchase they leave with a probability of their own (beta distributed with `a` and `b`).
 */
import * as Effect from "effect/Effect"
import * as Minimum from "./Minimum.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"

/** The orders of one buyer. */
export interface BuyerHistory {
  readonly orders: number
  readonly firstAt: Timestamp
  readonly lastAt: Timestamp
}

/** How often somebody came back, when they did last, and how long they are known, from their first order on. */
export interface Recurrence {
  readonly again: number
  readonly last: number
  readonly known: number
}

export interface Model {
  readonly r: number
  readonly alpha: number
  readonly a: number
  readonly b: number
}

/** The logarithm of the gamma function above zero, by Lanczos's approximation. */
const logGamma = (x: number): number => {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const parts = [
    676.5203681218851,
    -1259.1392167224028,
    771.32342877765313,
    -176.61502916214059,
    12.507343278686905,
    -0.13857109526572012,
    9.9843695780195716e-6,
    1.5056327351493116e-7
  ]
  const base = x + 6.5
  const sum = parts.reduce((all, part, at) => all + part / (x + at), 0.99999999999980993)
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum)
}

/** Gauss's hypergeometric series, for `z` from 0 to, and without, 1. */
const hypergeometric = (a: number, b: number, c: number, z: number): number => {
  let [sum, term] = [1, 1]
  for (let at = 0; at < 10_000 && Math.abs(term) > 1e-12 * Math.abs(sum); at++) {
    term *= ((a + at) * (b + at) * z) / ((c + at) * (at + 1))
    sum += term
  }
  return sum
}

const logLikelihood = ({ a, alpha, b, r }: Model, { again, known, last }: Recurrence): number => {
  const stays = -(r + again) * Math.log(alpha + known)
  const left = again === 0 ? -Infinity : Math.log(a) - Math.log(b + again - 1) - (r + again) * Math.log(alpha + last)
  const larger = Math.max(stays, left)
  return logGamma(r + again) - logGamma(r) + r * Math.log(alpha)
    + logGamma(a + b) + logGamma(b + again) - logGamma(b) - logGamma(a + b + again)
    + larger + Math.log(Math.exp(stays - larger) + Math.exp(left - larger))
}

const modelOf = (at: ReadonlyArray<number>): Model => {
  const above = (index: number) => Math.exp(Math.min(Math.max(at[index] ?? 0, -8), 8))
  return { r: above(0), alpha: above(1), a: above(2), b: above(3) }
}

/**
 * The model under which what was seen is likeliest. Who was seen to do the same counts once, with their number. It takes a second where
 * thousands were all seen to do something else, so it lets others have their turn all the time.
 */
export const fit: (seen: ReadonlyArray<Recurrence>) => Effect.Effect<Model> = Effect.fnUntraced(function*(seen: ReadonlyArray<Recurrence>) {
  const alike = new Map<string, { readonly one: Recurrence; count: number }>()
  for (const one of seen) {
    const key = `${one.again} ${one.last} ${one.known}`
    const known = alike.get(key)
    if (known === undefined) alike.set(key, { one, count: 1 })
    else known.count++
  }
  const groups = Array.from(alike.values())
  const unlikely = (at: ReadonlyArray<number>) => {
    const model = modelOf(at)
    return -groups.reduce((sum, { count, one }) => sum + count * logLikelihood(model, one), 0) / seen.length
  }
  let best: ReadonlyArray<number> = [0, 1, 0, 1]
  for (let round = 0; round < 2; round++) {
    const looking = Minimum.looks(best, unlikely, 150)
    let look = looking.next()
    while (look.done !== true) {
      yield* Effect.yieldNow
      look = looking.next()
    }
    best = look.value
  }
  return modelOf(best)
})

/** How often somebody is expected to come back in so much more time. */
export const expected = ({ a, alpha, b, r }: Model, { again, known, last }: Recurrence, time: number): number => {
  const passed = (alpha + known) / (alpha + known + time)
  const still = 1 + (again === 0 ? 0 : (a / (b + again - 1)) * ((alpha + known) / (alpha + last)) ** (r + again))
  return ((a + b + again - 1) / (a - 1))
    * (1 - passed ** (r + again) * hypergeometric(r + again, b + again, a + b + again - 1, time / (alpha + known + time)))
    / still
}
