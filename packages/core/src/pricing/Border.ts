/**
 * What happens to prices that contain tax when they are sold under another tax than the one that they contain. Pure.
 *
 * **Details**
 *
 * A store keeps either its prices (`constant_gross`: who buys from abroad pays the same and the tax in it is that of the
 * place the goods go to) or what it earns (`constant_net`: the tax of the store's own place is taken out of the price and
 * that of the destination put on). Who is relieved of the tax pays the price without the tax that it contains: that of
 * the destination under constant gross, that of the store under constant net.
 *
 * The price of one piece is rounded, so a line costs exactly as many times that as it has pieces.
 */
import { divideRounded } from "../kernel/Money.ts"
import type { PricingSnapshot } from "./Pricing.ts"
import type { Treatment } from "./Taxation.ts"

/** How a class of goods is taxed at a place. */
export type TreatmentOf = (taxClass: string) => Treatment

/** What a price becomes, or `undefined` where all prices stay. */
export const crossing = (
  { crossBorder, pricesIncludeTax, rounding, taxRelief }: PricingSnapshot,
  home: TreatmentOf,
  destination: TreatmentOf
): ((amount: number, taxClass: string) => number) | undefined => {
  const relieved = taxRelief !== undefined && taxRelief !== null
  const keepsNet = crossBorder === "constant_net"
  if (!pricesIncludeTax || (!relieved && !keepsNet)) return undefined
  const contained = keepsNet ? home : destination
  return (amount, taxClass) => {
    const before = contained(taxClass)
    const after = relieved ? { base: 1, gross: 1 } : destination(taxClass)
    if (before.gross * after.base === after.gross * before.base) return amount
    const numerator = BigInt(amount) * BigInt(before.base) * BigInt(after.gross)
    return Number(divideRounded(numerator, BigInt(before.gross) * BigInt(after.base), rounding))
  }
}
