/**
 * How much tax is on, or in, an amount: by one rate or by several that are charged together, and rounded for each piece,
 * each line or the whole order. Pure.
 *
 * **Details**
 *
 * Every rate is rounded for itself, as tax offices want each tax shown, and the tax of a line is the sum. A compound rate
 * is charged on the price and on the taxes that are not compound.
 *
 * Where prices contain tax, each rate takes its exact share of the price, `price * rate / (1 + all rates)`. Should the
 * rounded shares of several rates come to more than the price itself, which happens to amounts of a few minor units
 * only, the largest gives way.
 */
import { MoneyDefect, type Rounding } from "../kernel/Money.ts"
import type { PricingTaxRate } from "./Pricing.ts"
import * as Proportion from "./Proportion.ts"

const million = 1_000_000

/** How goods of one class are taxed at one place. The fractions are over `base`, of the price without tax. */
export interface Treatment {
  readonly rates: ReadonlyArray<PricingTaxRate>
  /** What each rate comes to, those of compound rates with the tax on tax. */
  readonly numerators: ReadonlyArray<number>
  readonly base: number
  /** The price with all taxes: `base` and every numerator. */
  readonly gross: number
}

export const treatmentOf = (rates: ReadonlyArray<PricingTaxRate>): Treatment => {
  const plain = rates.reduce((sum, { compound, ratePpm }) => (compound === true ? sum : sum + ratePpm), 0)
  const compounds = rates.some(({ compound }) => compound === true)
  const base = compounds ? million * million : million
  const numerators = rates.map(({ compound, ratePpm }) =>
    compounds ? ratePpm * (compound === true ? million + plain : million) : ratePpm
  )
  const gross = numerators.reduce((sum, numerator) => sum + numerator, base)
  if (!Number.isSafeInteger(gross)) throw new MoneyDefect(`the rates ${rates.map(({ id }) => id).join(", ")} are too high`)
  return { rates, numerators, base, gross }
}

/** An amount that is taxed in one way, while it is taxed. */
export interface Share {
  readonly treatment: Treatment
  readonly amount: number
  /** Pieces, for rounding by the piece. */
  readonly quantity: number
  /** For each rate. */
  taxes: Array<number>
  /** For each rate, what the tax would be on its own, where it was rounded with others. */
  alone: ReadonlyArray<number>
}

export interface Terms {
  readonly pricesIncludeTax: boolean
  readonly taxRounding: "unit" | "line" | "order"
  readonly rounding: Rounding
}

export const share = (treatment: Treatment, amount: number, quantity: number): Share => ({
  treatment,
  amount,
  quantity,
  taxes: [],
  alone: []
})

/** Works out the taxes of all shares. Equal claims are settled in their order. */
export const tax = (shares: ReadonlyArray<Share>, terms: Terms): void => {
  const together = new Map<Treatment, Array<Share>>()
  for (const share of shares) {
    share.taxes = terms.taxRounding === "unit" ? byPiece(share, terms) : alone(share.amount, share.treatment, terms)
    share.alone = share.taxes
    if (terms.taxRounding !== "order") continue
    const others = together.get(share.treatment)
    if (others === undefined) together.set(share.treatment, [share])
    else others.push(share)
  }
  for (const [treatment, taxed] of together) if (taxed.length > 1) taxTogether(treatment, taxed, terms)
}

const sum = (amounts: ReadonlyArray<number>): number => amounts.reduce((total, amount) => total + amount, 0)

const largest = (amounts: ReadonlyArray<number>): number => amounts.indexOf(Math.max(...amounts))

const take = (amounts: Array<number>, index: number, amount: number): void => {
  amounts[index] = (amounts[index] as number) - amount
}

const alone = (amount: number, treatment: Treatment, { pricesIncludeTax, rounding }: Terms): Array<number> => {
  const { base, gross, numerators } = treatment
  const taxes = numerators.map((numerator) =>
    Proportion.rounded(amount, numerator, pricesIncludeTax ? gross : base, rounding)
  )
  if (pricesIncludeTax && taxes.length > 1) {
    for (let over = sum(taxes) - amount; over > 0; over--) take(taxes, largest(taxes), 1)
  }
  return taxes
}

/** As if every piece were sold by itself; where the amount cannot be divided evenly, some pieces cost one unit more. */
const byPiece = ({ amount, quantity, treatment }: Share, terms: Terms): Array<number> => {
  const dearer = amount % quantity
  const price = (amount - dearer) / quantity
  const cheap = alone(price, treatment, terms)
  if (dearer === 0) return cheap.map((tax) => tax * quantity)
  const dear = alone(price + 1, treatment, terms)
  return cheap.map((tax, index) => tax * (quantity - dearer) + (dear[index] as number) * dearer)
}

/** The exact taxes of each rate are added up, rounded once, and handed out by largest remainder. */
const taxTogether = (
  { base, gross, numerators }: Treatment,
  shares: ReadonlyArray<Share>,
  { pricesIncludeTax, rounding }: Terms
): void => {
  const amounts = shares.map(({ amount }) => amount)
  const byRate = numerators.map((numerator) =>
    Proportion.roundedTogether(amounts, numerator, pricesIncludeTax ? gross : base, rounding)
  )
  shares.forEach((share, index) => {
    share.taxes = byRate.map((taxes) => taxes[index] as number)
  })
  if (pricesIncludeTax && numerators.length > 1) makeRoom(shares)
}

/** Moves single units away from shares whose taxes have come to more than their price. */
const makeRoom = (shares: ReadonlyArray<Share>): void => {
  const rooms = shares.map(({ amount, taxes }) => amount - sum(taxes))
  let total = sum(rooms)
  for (let index = 0; index < shares.length; index++) {
    while ((rooms[index] as number) < 0) {
      const { taxes } = shares[index] as Share
      const rate = largest(taxes)
      take(taxes, rate, 1)
      take(rooms, index, -1)
      if (total < 0) {
        total += 1
        continue
      }
      const roomiest = largest(rooms)
      take((shares[roomiest] as Share).taxes, rate, -1)
      take(rooms, roomiest, 1)
    }
  }
}
