import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Proportion from "./Proportion.ts"

/** The same by sorting the parts: exact numbers throughout, and the largest remainders first. */
const bySorting = (total: bigint, numerators: ReadonlyArray<bigint>, denominator: bigint): ReadonlyArray<number> => {
  const parts = numerators.map((numerator) => numerator / denominator)
  const missing = Number(total - parts.reduce((sum, part) => sum + part, 0n))
  const order = numerators.map((_, index) => index).sort((a, b) => {
    const [left, right] = [(numerators[a] ?? 0n) % denominator, (numerators[b] ?? 0n) % denominator]
    return left === right ? a - b : left > right ? -1 : 1
  })
  const raised = new Set(order.slice(0, missing))
  return parts.map((part, index) => Number(part) + (raised.has(index) ? 1 : 0))
}

const amount = fc.oneof(fc.nat(5), fc.nat(10_000), fc.nat(1_000_000_000_000))

describe("an amount in proportion", () => {
  it("is split by the largest remainders, and among equal ones the first is first", () => {
    fc.assert(fc.property(amount, fc.array(amount, { minLength: 1, maxLength: 40 }), (whole, weights) => {
      const sum = weights.reduce((sum, weight) => sum + BigInt(weight), 0n)
      const [numerators, denominator] = sum === 0n
        ? [weights.map(() => BigInt(whole)), BigInt(weights.length)] as const
        : [weights.map((weight) => BigInt(whole) * BigInt(weight)), sum] as const
      assert.deepStrictEqual(Proportion.split(whole, weights), bySorting(BigInt(whole), numerators, denominator))
    }), { numRuns: 2_000 })
  })

  it("is split so among hundreds, of which many weigh the same", () => {
    const weight = fc.oneof(fc.constantFrom(1, 2, 3), fc.nat(1_000_000))
    fc.assert(fc.property(fc.nat(100_000), fc.array(weight, { minLength: 200, maxLength: 400, size: "max" }), (whole, weights) => {
      const sum = weights.reduce((sum, weight) => sum + BigInt(weight), 0n)
      fc.pre(sum > 0n)
      const numerators = weights.map((weight) => BigInt(whole) * BigInt(weight))
      assert.deepStrictEqual(Proportion.split(whole, weights), bySorting(BigInt(whole), numerators, sum))
    }), { numRuns: 200 })
  })

  it("is rounded once for all of its parts, up at the largest remainders", () => {
    const ppm = fc.oneof(fc.constantFrom(1, 250_000, 333_333, 500_000, 1_000_000), fc.nat(1_000_000))
    fc.assert(fc.property(fc.array(amount, { minLength: 1, maxLength: 40 }), ppm, (amounts, ratePpm) => {
      const numerators = amounts.map((amount) => BigInt(amount) * BigInt(ratePpm))
      const total = (numerators.reduce((sum, part) => sum + part, 0n) + 500_000n) / 1_000_000n
      assert.deepStrictEqual(
        Proportion.roundedTogether(amounts, ratePpm, 1_000_000, "half_up"),
        bySorting(total, numerators, 1_000_000n)
      )
    }), { numRuns: 2_000 })
  })
})
