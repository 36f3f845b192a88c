/**
 * What shipping costs by weight, by volume, by price or by number of pieces: a table of steps.
 */
import * as Schema from "effect/Schema"

/** As much as an entry of a table may say, in minor units. */
const amount = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000_000_000 }))
/** Grams, cubic centimetres, minor units, or pieces. */
const measure = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000_000_000_000 }))

export const RateTier = Schema.Struct({
  /** From how many grams, cubic centimetres, minor units or pieces on it holds. */
  from: measure,
  amount,
  /** What every further `size`, or part of it, beyond `from` costs on top. */
  step: Schema.optionalKey(
    Schema.NullOr(Schema.Struct({ size: measure.check(Schema.isGreaterThanOrEqualTo(1)), amount }))
  )
}).annotate({ identifier: "RateTier" })
export interface RateTier extends Schema.Schema.Type<typeof RateTier> {}

const tiers = Schema.Array(RateTier).check(
  Schema.isMinLength(1),
  Schema.isMaxLength(100),
  Schema.makeFilter((given: ReadonlyArray<RateTier>) => {
    const overlapping = given.findIndex(({ from }, index) => index > 0 && from <= (given[index - 1] as RateTier).from)
    return overlapping === -1
      || { path: [overlapping, "from"], issue: "Expected more than the tier before begins with: tiers may not overlap" }
  })
)

export const RateTable = Schema.Struct({
  /**
   * Grams, cubic centimetres, minor units of what the goods cost before discounts, or pieces; only of goods that are
   * shipped.
   */
  by: Schema.Literals(["weight", "volume", "price", "quantity"]),
  /** In ascending order. Each holds up to where the next begins; below the first one the method is not offered. */
  tiers,
  /** Up to what the method is offered; `null`: whatever is sent. */
  maximum: Schema.NullOr(measure)
}).annotate({ identifier: "RateTable" })
export interface RateTable extends Schema.Schema.Type<typeof RateTable> {}

/** What a table asks for a measure, in minor units, or `undefined` where it has no answer. */
export const charge = ({ maximum, tiers }: RateTable, measured: number): number | undefined => {
  if (maximum !== null && measured > maximum) return undefined
  let found: RateTier | undefined
  for (const tier of tiers) {
    if (tier.from > measured) break
    found = tier
  }
  if (found === undefined) return undefined
  const { amount, from, step } = found
  if (step === undefined || step === null) return amount
  return amount + Math.ceil((measured - from) / step.size) * step.amount
}
