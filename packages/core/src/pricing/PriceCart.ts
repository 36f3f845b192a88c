/**
 * What a cart costs: a pure function of a snapshot and of the rules. No clock, no storage, no chance.
 *
 * **Details**
 *
 * The steps, in their order:
 *
 * 1. Each line costs its quantity times its unit price; shipping costs its rate.
 * 2. The rules apply one after the other, each to what the rules before it left. An adjustment is spread over its lines
 *    in proportion to what they cost then, or by the shares that it gives. It never takes more than is there; the trace
 *    tells what was really taken, and `promotions` what each promotion took.
 * 3. Each line, and shipping, is taxed at the rate of its class: that of the country, or else that for everywhere. Where
 *    prices contain tax, it is `gross * r / (1 + r)` of the price, and on top of it otherwise. Per line, each tax is
 *    rounded. Per order, the exact taxes of each rate are added up, shipping's included, and rounded once; the result
 *    is handed out to the lines by largest remainder, so that they still add up to it.
 *
 * Every line keeps `net + tax = total`, every trace adds up to the total that it explains, and the totals of the cart are
 * sums of what its lines say.
 *
 * The order of the lines changes nothing but the order of the result: wherever one minor unit could go to one of several
 * lines with equal claims, the line with the lowest id gets it, and shipping comes last.
 *
 * **Gotchas**
 *
 * Amounts beyond the safe integers, negative prices and rules that answer fractions are bugs in whoever made the
 * snapshot or the rule, so they throw `MoneyDefect`.
 */
import type { Currency } from "../kernel/Currency.ts"
import { type Money, MoneyDefect } from "../kernel/Money.ts"
import type {
  Adjustment,
  PricedCart,
  PricedCode,
  PricedLine,
  PricedPromotion,
  PricedShipping,
  PricedTax,
  PricingLine,
  PricingRule,
  PricingSnapshot,
  PricingTaxRate,
  RuleOutcome,
  TraceStep
} from "./Pricing.ts"
import * as Proportion from "./Proportion.ts"

const million = 1_000_000

/** A line or shipping, while it is priced. */
interface Part {
  readonly id: string
  readonly rate: PricingTaxRate | undefined
  readonly subtotal: number
  /** What it costs after the rules so far, with tax if prices contain it. */
  amount: number
  tax: number
  /** What its tax would be on its own, where it was rounded with others. */
  taxAlone: number
  readonly trace: Array<TraceStep>
}

/** Prices a cart. */
export const priceCart = (snapshot: PricingSnapshot, rules: ReadonlyArray<PricingRule>): PricedCart => {
  const { currency } = snapshot
  const rateOf = taxRates(snapshot)

  const parts: Array<Part> = []
  for (const line of snapshot.lines) {
    const subtotal = safe(price(line.unitPrice) * count(line))
    const rate = line.taxable ? rateOf(line.taxClass) : undefined
    parts.push(part(line.id, rate, subtotal, step("catalog", "Price", subtotal, currency)))
  }
  const lines = byId(parts)
  const { shipping } = snapshot
  const shipment = shipping === null
    ? undefined
    : part(
      shipping.id,
      rateOf(shipping.taxClass),
      price(shipping.amount),
      step(`shipping:${shipping.id}`, shipping.name, shipping.amount, currency)
    )

  const ruled = applyRules(snapshot, rules, lines, shipment)
  tax(snapshot, shipment === undefined ? lines : [...lines, shipment])

  return totals(
    snapshot,
    snapshot.lines.map((line, index) => pricedLine(snapshot, line, parts[index] as Part)),
    shipping === null || shipment === undefined
      ? null
      : { id: shipping.id, name: shipping.name, ...priced(snapshot, shipment) },
    ruled
  )
}

const part = (id: string, rate: PricingTaxRate | undefined, subtotal: number, first: TraceStep): Part => ({
  id,
  rate,
  subtotal,
  amount: subtotal,
  tax: 0,
  taxAlone: 0,
  trace: [first]
})

/** The parts in the order of their ids, in which equal claims are settled. */
const byId = (parts: ReadonlyArray<Part>): ReadonlyArray<Part> => {
  if (isAscending(parts)) return parts
  const sorted = parts.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  if (!isAscending(sorted)) throw new MoneyDefect("two lines have the same id")
  return sorted
}

const isAscending = (parts: ReadonlyArray<Part>): boolean => {
  for (let i = 1; i < parts.length; i++) {
    if ((parts[i] as Part).id <= (parts[i - 1] as Part).id) return false
  }
  return true
}

/** What the rules have to tell besides what they took and added. */
type Ruled = Pick<PricedCart, "promotions" | "codes">

const applyRules = (
  snapshot: PricingSnapshot,
  rules: ReadonlyArray<PricingRule>,
  lines: ReadonlyArray<Part>,
  shipment: Part | undefined
): Ruled => {
  const promotions = new Map<string, PricedPromotion>()
  const codes: Array<PricedCode> = []
  if (rules.length === 0) return { promotions: [], codes }
  const parts = new Map(lines.map((line) => [line.id, line]))
  for (const rule of rules) {
    const current = new Map<string, number>()
    for (const line of lines) current.set(line.id, line.amount)
    const outcome = rule.apply(snapshot, { lines: current, shipping: shipment?.amount ?? 0 })
    const { adjustments, codes: told } = isOutcome(outcome) ? outcome : { adjustments: outcome, codes: [] }
    codes.push(...told)
    for (const adjustment of adjustments) {
      const moved = adjust(snapshot, rule, adjustment, sharesOf(rule, adjustment, lines, parts, shipment))
      if (adjustment.promotion === undefined || moved === 0) continue
      const { promotion } = adjustment
      const before = promotions.get(promotion.id)?.amount.amount ?? 0
      promotions.set(promotion.id, { ...promotion, amount: money(before - moved, snapshot.currency) })
    }
  }
  return { promotions: [...promotions.values()], codes }
}

const isOutcome = (outcome: ReadonlyArray<Adjustment> | RuleOutcome): outcome is RuleOutcome => !Array.isArray(outcome)

/** What each part is to bear of an adjustment, without its sign, and at most what is there. */
type Shares = ReadonlyArray<readonly [part: Part, share: number]>

const sharesOf = (
  rule: PricingRule,
  adjustment: Adjustment,
  lines: ReadonlyArray<Part>,
  parts: ReadonlyMap<string, Part>,
  shipment: Part | undefined
): Shares => {
  const { amount, target } = adjustment
  if (!Number.isSafeInteger(amount)) {
    throw new MoneyDefect(`the rule ${rule.name} adjusts by ${amount}, which is no whole amount`)
  }
  if (target.type === "shares") return givenShares(rule, amount, target.shares, parts)
  const targets = target.type === "shipping"
    ? shipment === undefined ? [] : [shipment]
    : target.lineIds === "all"
    ? lines
    : named(target.lineIds, lines)
  if (targets.length === 0) return []
  const weights = targets.map(({ amount }) => amount)
  const there = safe(weights.reduce((sum, weight) => sum + weight, 0))
  // a share is never above its weight when the whole is not above the sum of the weights
  const moved = Proportion.split(amount < 0 ? Math.min(-amount, there) : amount, weights)
  return targets.map((part, index) => [part, moved[index] as number])
}

const named = (lineIds: ReadonlyArray<string>, lines: ReadonlyArray<Part>): ReadonlyArray<Part> => {
  const ids = new Set(lineIds)
  return lines.filter(({ id }) => ids.has(id))
}

const givenShares = (
  rule: PricingRule,
  amount: number,
  shares: ReadonlyMap<string, number>,
  parts: ReadonlyMap<string, Part>
): Shares => {
  const given: Array<readonly [Part, number]> = []
  let sum = 0
  for (const [id, share] of shares) {
    if (!Number.isSafeInteger(share) || (share < 0) !== (amount < 0 && share !== 0)) {
      throw new MoneyDefect(`the rule ${rule.name} gives the line ${id} the share ${share} of ${amount}`)
    }
    sum += share
    const part = parts.get(id)
    if (part !== undefined) given.push([part, share < 0 ? Math.min(-share, part.amount) : share])
  }
  if (sum !== amount) throw new MoneyDefect(`the shares of the rule ${rule.name} add up to ${sum}, not to ${amount}`)
  return given
}

/** Adds to the parts what they bear, and answers with what was really moved. */
const adjust = (snapshot: PricingSnapshot, rule: PricingRule, adjustment: Adjustment, shares: Shares): number => {
  const { label, promotion } = adjustment
  const source = promotion === undefined ? rule.name : `promotion:${promotion.id}`
  let moved = 0
  for (const [target, share] of shares) {
    if (share === 0) continue
    const amount = adjustment.amount < 0 ? -share : share
    target.amount = safe(target.amount + amount)
    target.trace.push(step(source, label, amount, snapshot.currency))
    moved += amount
  }
  return moved
}

/** The rate of a class of goods where the snapshot's goods go. */
const taxRates = ({ country, taxRates }: PricingSnapshot): (taxClass: string) => PricingTaxRate | undefined => {
  const known = new Map<string, PricingTaxRate | undefined>()
  return (taxClass) => {
    if (known.has(taxClass)) return known.get(taxClass)
    let found: PricingTaxRate | undefined
    for (const rate of taxRates) {
      if (rate.taxClass !== taxClass) continue
      if (rate.country === country) {
        found = rate
        break
      }
      if (rate.country === null) found ??= rate
    }
    known.set(taxClass, found)
    return found
  }
}

const tax = ({ pricesIncludeTax, rounding, taxRounding }: PricingSnapshot, parts: ReadonlyArray<Part>): void => {
  const together = new Map<PricingTaxRate, Array<Part>>()
  for (const part of parts) {
    if (part.rate === undefined) continue
    const { ratePpm } = part.rate
    part.tax = safe(Proportion.rounded(part.amount, ratePpm, pricesIncludeTax ? million + ratePpm : million, rounding))
    part.taxAlone = part.tax
    if (taxRounding === "line") continue
    const others = together.get(part.rate)
    if (others === undefined) together.set(part.rate, [part])
    else others.push(part)
  }
  for (const [{ ratePpm }, taxed] of together) {
    if (taxed.length === 1) continue
    const shares = Proportion.roundedTogether(
      taxed.map(({ amount }) => amount),
      ratePpm,
      pricesIncludeTax ? million + ratePpm : million,
      rounding
    )
    for (let i = 0; i < taxed.length; i++) (taxed[i] as Part).tax = shares[i] as number
  }
}

const priced = ({ currency, pricesIncludeTax }: PricingSnapshot, part: Part): Omit<PricedShipping, "id" | "name"> => {
  const { amount, rate, subtotal, tax, taxAlone, trace } = part
  const total = pricesIncludeTax ? amount : safe(amount + tax)
  if (!pricesIncludeTax && rate !== undefined) {
    if (taxAlone !== 0) trace.push(step(`tax:${rate.id}`, rate.name, taxAlone, currency))
    if (tax !== taxAlone) trace.push(step("rounding", "Tax rounded for the order", tax - taxAlone, currency))
  }
  return {
    subtotal: { amount: subtotal, currency },
    discount: { amount: subtotal - amount, currency },
    net: { amount: total - tax, currency },
    taxes: rate === undefined ? [] : [pricedTax(rate, tax, currency)],
    tax: { amount: tax, currency },
    total: { amount: total, currency },
    trace
  }
}

const pricedLine = (snapshot: PricingSnapshot, line: PricingLine, part: Part): PricedLine => {
  const { currency } = snapshot
  return {
    id: line.id,
    variantId: line.variantId,
    productId: line.productId,
    quantity: line.quantity,
    unitPrice: { amount: line.unitPrice, currency },
    compareAtPrice: line.compareAtPrice === null ? null : { amount: line.compareAtPrice, currency },
    ...priced(snapshot, part)
  }
}

const totals = (
  { currency, pricesIncludeTax }: PricingSnapshot,
  lines: ReadonlyArray<PricedLine>,
  shipping: PricedShipping | null,
  { codes, promotions }: Ruled
): PricedCart => {
  let subtotal = 0
  let discount = 0
  let tax = 0
  let total = 0
  const byRate = new Map<string, PricedTax>()
  const addTax = (taxes: ReadonlyArray<PricedTax>) => {
    for (const one of taxes) {
      const sum = byRate.get(one.rateId)
      byRate.set(
        one.rateId,
        sum === undefined ? one : { ...sum, amount: money(sum.amount.amount + one.amount.amount, currency) }
      )
    }
  }
  for (const line of lines) {
    subtotal += line.subtotal.amount
    discount += line.discount.amount
    tax += line.tax.amount
    total += line.total.amount
    addTax(line.taxes)
  }
  let shippingTotal = 0
  if (shipping !== null) {
    shippingTotal = shipping.subtotal.amount - shipping.discount.amount
    tax += shipping.tax.amount
    total += shipping.total.amount
    addTax(shipping.taxes)
  }
  const taxes = [...byRate.values()]
  return {
    currency,
    pricesIncludeTax,
    lines,
    shipping,
    subtotal: money(subtotal, currency),
    discount: money(discount, currency),
    shippingTotal: money(shippingTotal, currency),
    tax: money(tax, currency),
    taxes: taxes.length < 2 ? taxes : taxes.sort((a, b) => (a.rateId < b.rateId ? -1 : 1)),
    promotions,
    codes,
    total: money(total, currency)
  }
}

const step = (source: string, label: string, amount: number, currency: Currency): TraceStep => ({
  source,
  label,
  amount: { amount, currency }
})

const pricedTax = (rate: PricingTaxRate, amount: number, currency: Currency): PricedTax => ({
  rateId: rate.id,
  name: rate.name,
  ratePpm: rate.ratePpm,
  amount: { amount, currency }
})

const money = (amount: number, currency: Currency): Money => ({ amount: safe(amount), currency })

const safe = (amount: number): number => {
  if (!Number.isSafeInteger(amount)) throw new MoneyDefect(`the amount ${amount} is not a safe integer`)
  return amount
}

const price = (amount: number): number => {
  if (safe(amount) < 0) throw new MoneyDefect(`the price ${amount} is below zero`)
  return amount
}

const count = ({ id, quantity }: PricingLine): number => {
  if (!Number.isSafeInteger(quantity) || quantity < 1) {
    throw new MoneyDefect(`the quantity ${quantity} of the line ${id} is no number of pieces`)
  }
  return quantity
}
