/**
 * What happens to prices when they are sold under another tax than the one that they contain, or where prices contain tax
 * and they did not, or the other way round. Pure.
 *
 * **Details**
 *
 * A store keeps either its prices (`constant_gross`: who buys from abroad pays the same price, and the tax in it, or on top
 * of it, is that of the place the goods go to) or what it earns (`constant_net`: the tax of the store's own place is taken
 * out of the price if prices contain it there, and that of the destination put in if they contain it there). Who is
 * relieved of the tax pays the price without the tax that it contains: that of the destination under constant gross, that
 * of the store under constant net.
 *
 * The price of one piece is rounded, so a line costs exactly as many times that as it has pieces.
 */
import { divideRounded } from "../kernel/Money.ts"
import type { PricingSnapshot } from "./Pricing.ts"
import type { Treatment } from "./Taxation.ts"

/** How goods are sold at a place. */
export interface Terms {
  readonly pricesIncludeTax: boolean
  /** How a class of goods is taxed. */
  readonly treatmentOf: (taxClass: string) => Treatment
}

/** What a price becomes, or `undefined` where all prices stay. */
export const crossing = (
  { crossBorder, rounding, taxRelief }: Pick<PricingSnapshot, "crossBorder" | "rounding" | "taxRelief">,
  home: Terms,
  destination: Terms
): ((amount: number, taxClass: string) => number) | undefined => {
  const relieved = taxRelief !== undefined && taxRelief !== null
  const keepsNet = crossBorder === "constant_net"
  if (!relieved && !keepsNet) return undefined
  const contained = keepsNet ? home : destination
  const adds = destination.pricesIncludeTax && !relieved
  if (!contained.pricesIncludeTax && !adds) return undefined
  return (amount, taxClass) => {
    const before = contained.pricesIncludeTax ? contained.treatmentOf(taxClass) : bare
    const after = adds ? destination.treatmentOf(taxClass) : bare
    if (before.gross * after.base === after.gross * before.base) return amount
    const numerator = BigInt(amount) * BigInt(before.base) * BigInt(after.gross)
    return Number(divideRounded(numerator, BigInt(before.gross) * BigInt(after.base), rounding))
  }
}

/** A price without tax. */
const bare = { base: 1, gross: 1 }
