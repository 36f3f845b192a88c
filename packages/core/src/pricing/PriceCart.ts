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
 * 3. Each line, and shipping, is taxed at the rates of its class where the goods go (`RatesAt.ts`): each rate for itself,
 *    taken out of the price where prices contain tax, and on top of it otherwise (`Taxation.ts`). By the piece or by the
 *    line, each tax is rounded. Per order, the exact taxes of each rate are added up, shipping's included, and rounded
 *    once; the result is handed out to the lines by largest remainder, so that they still add up to it. Shipping that is
 *    taxed as the goods are is spread over their classes by what they cost then.
 *
 * Before all that, prices that contain another tax than the buyer's may change (`Border.ts`); the rules see the new ones.
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
import type { Place } from "../kernel/Area.ts"
import type { Currency } from "../kernel/Currency.ts"
import { type Money, MoneyDefect } from "../kernel/Money.ts"
import { ratesAt } from "../tax/RatesAt.ts"
import { pricesIncludeTaxAt } from "../tax/TaxInPrices.ts"
import { crossing, type Terms } from "./Border.ts"
import type {
  Adjustment,
  PricedCart,
  PricedCode,
  PricedLine,
  PricedPart,
  PricedPromotion,
  PricedShipping,
  PricedTax,
  PricingLine,
  PricingRule,
  PricingShipping,
  PricingShippingPart,
  PricingSnapshot,
  PricingTaxRate,
  RuleOutcome,
  TaxRelief,
  TraceStep
} from "./Pricing.ts"
import * as BundleShares from "./BundleShares.ts"
import * as Proportion from "./Proportion.ts"
import * as TaxSums from "./TaxSums.ts"
import * as Taxation from "./Taxation.ts"

/** A line or shipping, while it is priced. */
interface Part {
  readonly id: string
  readonly subtotal: number
  /** What it costs after the rules so far, with tax if prices contain it. */
  amount: number
  /** What is taxed in one way each; together the amount. */
  shares: ReadonlyArray<Taxation.Share>
  readonly trace: Array<TraceStep>
}

/** The class of what is not taxed, which no tax class is called. */
const untaxed = ""

/** Prices a cart. */
export const priceCart = (asked: PricingSnapshot, rules: ReadonlyArray<PricingRule>): PricedCart => {
  const { currency } = asked
  const alike: Treatments = new Map()
  const here = termsAt(asked, asked, alike)
  const { pricesIncludeTax } = here
  const given = pricesIncludeTax === asked.pricesIncludeTax ? asked : { ...asked, pricesIncludeTax }
  const { crossOf, isCrossed, treatmentOf } = wheres(asked, here, alike)
  const snapshot = !isCrossed ? given : {
    ...given,
    lines: given.lines.map((line) => {
      const cross = crossOf(line.id)
      return cross === undefined ? line : {
        ...line,
        unitPrice: crossed(cross, line, price(line.unitPrice)),
        compareAtPrice: line.compareAtPrice === null ? null : crossed(cross, line, price(line.compareAtPrice))
      }
    })
  }

  const parts = snapshot.lines.map((line, index) => {
    const before = safe(price((given.lines[index] as PricingLine).unitPrice) * count(line))
    return part(line.id, step(...priceSource(line), before, currency), safe(line.unitPrice * line.quantity))
  })
  const lines = byId(parts)
  const { shipping } = snapshot
  const sent = shipping === null ? [] : shipmentsOf(shipping)
  const before = given.lines.map(({ quantity, unitPrice }) => quantity * unitPrice)
  const shipments = sent.map((shipment) => {
    const { amount, id, methodId, name } = shipment
    const cross = crossOf(id)
    return part(
      id,
      step(`shipping:${methodId}`, name, price(amount), currency),
      cross === undefined
        ? amount
        : shippingShares(given, shipment, before, amount).reduce((sum, [taxClass, each]) => sum + cross(each, taxClass), 0)
    )
  })

  const ruled = applyRules(snapshot, rules, lines, shipments)
  snapshot.lines.forEach((line, index) => {
    const taxed = parts[index] as Part
    const treatment = treatmentOf(line.id)
    taxed.shares = byClass(line, taxed.amount).map(([taxClass, amount]) => Taxation.share(treatment(taxClass), amount, line.quantity))
  })
  const amounts = parts.map(({ amount }) => amount)
  shipments.forEach((shipment, index) => {
    const treatment = treatmentOf(shipment.id)
    shipment.shares = shippingShares(snapshot, sent[index] as Shipment, amounts, shipment.amount).map(
      ([taxClass, amount]) => Taxation.share(treatment(taxClass), amount, 1)
    )
  })
  if (!isRelieved(snapshot)) Taxation.tax([...lines, ...shipments].flatMap(({ shares }) => shares), snapshot)

  return totals(
    snapshot,
    snapshot.lines.map((line, index) => pricedLine(snapshot, line, parts[index] as Part)),
    shipping === null ? null : pricedShipping(snapshot, shipping, shipments.map((shipment) => priced(snapshot, shipment))),
    ruled
  )
}

const isRelieved = ({ taxRelief }: PricingSnapshot): boolean => taxRelief !== undefined && taxRelief !== null

const classOf = ({ taxClass, taxable }: Pick<PricingLine, "taxClass" | "taxable">): string => taxable ? taxClass : untaxed

/** What of an amount of a line is taxed as which class: that of a bundle by what its parts weigh. */
const byClass = (line: PricingLine, amount: number): ReadonlyArray<readonly [taxClass: string, amount: number]> => {
  if (line.parts === undefined) return [[classOf(line), amount]]
  const classes = BundleShares.weights(line.parts.map((part) => [classOf(part), part.weight]))
  const split = Proportion.split(amount, classes.map(([, weight]) => weight))
  return classes.map(([taxClass], index) => [taxClass, split[index] as number])
}

const crossed = (cross: (amount: number, taxClass: string) => number, line: PricingLine, amount: number): number =>
  byClass(line, amount).reduce((sum, [taxClass, share]) => safe(sum + cross(share, taxClass)), 0)

const termsAt = (snapshot: PricingSnapshot, place: Place, alike?: Treatments): Terms => ({
  pricesIncludeTax: pricesIncludeTaxAt(place, snapshot),
  treatmentOf: treatments(snapshot, place, alike)
})

/** By the ids of their rates: what is taxed by the same rates at several places is rounded together. */
type Treatments = Map<string, Taxation.Treatment>

/** How each class is taxed at a place, worked out once for each. */
const treatments = (
  { at, taxRates, taxZones }: PricingSnapshot,
  place: Place,
  alike: Treatments = new Map()
): (taxClass: string) => Taxation.Treatment => {
  const rates = ratesAt(taxRates, taxZones ?? [], place, at)
  const known = new Map<string, Taxation.Treatment>()
  return (taxClass) => {
    let found = known.get(taxClass)
    if (found === undefined) {
      const charged = taxClass === untaxed ? [] : rates(taxClass)
      const key = charged.map(({ id }) => id).join("\n")
      found = charged.length === 0 ? Taxation.treatmentOf(charged) : alike.get(key) ?? Taxation.treatmentOf(charged)
      alike.set(key, found)
      known.set(taxClass, found)
    }
    return found
  }
}

/** How the lines and parts of a cart are sold, by their ids: as those of the cart, unless a part is handed over elsewhere. */
const wheres = (asked: PricingSnapshot, here: Terms, alike: Treatments) => {
  const home = asked.home === undefined ? undefined : termsAt(asked, asked.home)
  const whereOf = (terms: Terms) => ({ treatment: terms.treatmentOf, cross: crossing(asked, home ?? terms, terms) })
  const usual = whereOf(here)
  const others = new Map<string, ReturnType<typeof whereOf>>()
  for (const { id, lineIds, place } of asked.shipping?.parts ?? []) {
    if (place === undefined) continue
    // whether prices contain tax is one for all of an order
    const where = whereOf({ ...termsAt(asked, place, alike), pricesIncludeTax: here.pricesIncludeTax })
    for (const one of [id, ...lineIds]) others.set(one, where)
  }
  return {
    isCrossed: usual.cross !== undefined || others.values().some(({ cross }) => cross !== undefined),
    treatmentOf: (id: string) => (others.size === 0 ? usual : others.get(id) ?? usual).treatment,
    crossOf: (id: string) => (others.size === 0 ? usual : others.get(id) ?? usual).cross
  }
}

/** What is sent by one method. */
type Shipment = Pick<PricingShippingPart, "id" | "methodId" | "name" | "amount" | "taxClass"> & { readonly lineIds: ReadonlyArray<string> | null }

const shipmentsOf = (shipping: PricingShipping): ReadonlyArray<Shipment> => {
  const { amount, parts } = shipping
  if (parts === undefined) return [{ ...shipping, methodId: shipping.id, lineIds: null }]
  const sum = parts.reduce((sum, part) => sum + price(part.amount), 0)
  if (sum !== amount) throw new MoneyDefect(`the parts of shipping add up to ${sum}, not to ${amount}`)
  return parts
}

/** What of a shipment is taxed as which class, by what its lines cost. */
const shippingShares = (
  { lines, shippingTax }: PricingSnapshot,
  shipment: Shipment,
  amounts: ReadonlyArray<number>,
  amount: number
): ReadonlyArray<readonly [taxClass: string, amount: number]> => {
  if (shippingTax !== "proportional") return [[shipment.taxClass, amount]]
  const shipped = lines.some(({ requiresShipping }) => requiresShipping)
  const sums = new Map<string, number>()
  lines.forEach((line, index) => {
    if (shipment.lineIds === null ? shipped && !line.requiresShipping : !shipment.lineIds.includes(line.id)) return
    for (const [taxClass, share] of byClass(line, amounts[index] as number)) {
      sums.set(taxClass, safe((sums.get(taxClass) ?? 0) + share))
    }
  })
  const classes = [...sums.keys()].sort()
  if (classes.length === 0) return [[shipment.taxClass, amount]]
  const split = Proportion.split(amount, classes.map((taxClass) => sums.get(taxClass) as number))
  return classes.map((taxClass, index) => [taxClass, split[index] as number])
}

/** What says what one piece costs. */
const priceSource = ({ priceList, setBecause }: PricingLine): readonly [source: string, label: string] => {
  if (setBecause !== undefined) return ["staff", setBecause]
  return priceList === undefined ? ["catalog", "Price"] : [`price-list:${priceList.id}`, priceList.name]
}

const part = (id: string, first: TraceStep, subtotal: number): Part => ({
  id,
  subtotal,
  amount: subtotal,
  shares: [],
  trace: subtotal === first.amount.amount
    ? [first]
    : [first, step("border", "Another tax in the price", subtotal - first.amount.amount, first.amount.currency)]
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
  all: ReadonlyArray<Part>,
  shipments: ReadonlyArray<Part>
): Ruled => {
  const promotions = new Map<string, PricedPromotion>()
  const codes: Array<PricedCode> = []
  if (rules.length === 0) return { promotions: [], codes }
  const { goods, lines } = withoutGiftCards(snapshot, all)
  const parts = new Map(lines.map((line) => [line.id, line]))
  for (const rule of rules) {
    const current = new Map<string, number>()
    for (const line of lines) current.set(line.id, line.amount)
    const outcome = rule.apply(goods, { lines: current, shipping: shipments.reduce((sum, { amount }) => sum + amount, 0) })
    const { adjustments, codes: told } = isOutcome(outcome) ? outcome : { adjustments: outcome, codes: [] }
    codes.push(...told)
    for (const adjustment of adjustments) {
      const moved = adjust(snapshot, rule, adjustment, lines, parts, shipments)
      if (adjustment.promotion === undefined || moved === 0) continue
      const { promotion } = adjustment
      const before = promotions.get(promotion.id)?.amount.amount ?? 0
      promotions.set(promotion.id, { ...promotion, amount: money(before - moved, snapshot.currency) })
    }
  }
  return { promotions: [...promotions.values()], codes }
}

/** What rules see and change: a gift card is money in another form. */
const withoutGiftCards = (snapshot: PricingSnapshot, lines: ReadonlyArray<Part>) => {
  const cards = new Set<string>()
  for (const { giftCard, id } of snapshot.lines) if (giftCard === true) cards.add(id)
  return cards.size === 0
    ? { goods: snapshot, lines }
    : {
      goods: { ...snapshot, lines: snapshot.lines.filter(({ id }) => !cards.has(id)) },
      lines: lines.filter(({ id }) => !cards.has(id))
    }
}

const isOutcome = (outcome: ReadonlyArray<Adjustment> | RuleOutcome): outcome is RuleOutcome => !Array.isArray(outcome)

/** Makes the parts bear an adjustment, each at most what is there, and answers with what was really moved. */
const adjust = (
  snapshot: PricingSnapshot,
  rule: PricingRule,
  adjustment: Adjustment,
  lines: ReadonlyArray<Part>,
  parts: ReadonlyMap<string, Part>,
  shipments: ReadonlyArray<Part>
): number => {
  const { amount, label, promotion, target } = adjustment
  if (!Number.isSafeInteger(amount)) {
    throw new MoneyDefect(`the rule ${rule.name} adjusts by ${amount}, which is no whole amount`)
  }
  const source = promotion === undefined ? rule.name : `promotion:${promotion.id}`
  let moved = 0
  const bear = (part: Part, share: number): void => {
    if (share === 0) return
    part.amount = safe(part.amount + share)
    part.trace.push(step(source, label, share, snapshot.currency))
    moved += share
  }
  if (target.type === "shares") {
    let sum = 0
    // most rules name the lines in their order, and then each is the next
    let next = 0
    for (const one of target.shares) {
      const id = one[0]
      const share = one[1]
      if (!Number.isSafeInteger(share) || (share < 0) !== (amount < 0 && share !== 0)) {
        throw new MoneyDefect(`the rule ${rule.name} gives the line ${id} the share ${share} of ${amount}`)
      }
      sum += share
      const isNext = lines[next]?.id === id
      const part = isNext ? lines[next++] : parts.get(id)
      if (part !== undefined) bear(part, Math.max(share, -part.amount))
    }
    if (sum !== amount) throw new MoneyDefect(`the shares of the rule ${rule.name} add up to ${sum}, not to ${amount}`)
    return moved
  }
  const targets = target.type === "shipping"
    ? shipments
    : target.lineIds === "all"
    ? lines
    : named(target.lineIds, lines)
  if (targets.length === 0) return 0
  const weights = targets.map(({ amount }) => amount)
  const there = safe(weights.reduce((sum, weight) => sum + weight, 0))
  // a share is never above its weight when the whole is not above the sum of the weights
  const shares = Proportion.split(amount < 0 ? Math.min(-amount, there) : amount, weights)
  targets.forEach((part, index) => bear(part, amount < 0 ? -(shares[index] as number) : shares[index] as number))
  return moved
}

const named = (lineIds: ReadonlyArray<string>, lines: ReadonlyArray<Part>): ReadonlyArray<Part> => {
  const ids = new Set(lineIds)
  return lines.filter(({ id }) => ids.has(id))
}

const priced = (
  { currency, pricesIncludeTax, taxRelief }: PricingSnapshot,
  { amount, shares, subtotal, trace }: Part
): Omit<PricedShipping, "id" | "name"> => {
  const taxes: Array<PricedTax> = []
  let tax = 0
  let rounding = 0
  let relieved = 0
  for (const { alone, amount: ofShare, taxes: charged, treatment } of shares) {
    if (taxRelief !== undefined && taxRelief !== null) {
      if (treatment.rates.length === 0) continue
      relieved = safe(relieved + ofShare)
      taxes[0] = relief(taxRelief, relieved, currency)
      continue
    }
    const net = pricesIncludeTax ? charged.reduce((left, here) => left - here, ofShare) : ofShare
    const onTax = treatment.rates.reduce((sum, { compound }, index) => compound === true ? sum : sum + (charged[index] as number), net)
    treatment.rates.forEach((rate, index) => {
      const here = charged[index] as number
      const byItself = alone[index] as number
      taxes.push(pricedTax(rate, safe(here), safe(rate.compound === true ? onTax : net), currency))
      tax = safe(tax + here)
      rounding += here - byItself
      if (!pricesIncludeTax && byItself !== 0) trace.push(step(`tax:${rate.id}`, rate.name, byItself, currency))
    })
  }
  if (!pricesIncludeTax && rounding !== 0) trace.push(step("rounding", "Tax rounded for the order", rounding, currency))
  const total = pricesIncludeTax ? amount : safe(amount + tax)
  return {
    subtotal: { amount: subtotal, currency },
    discount: { amount: subtotal - amount, currency },
    net: { amount: total - tax, currency },
    taxes,
    tax: { amount: tax, currency },
    total: { amount: total, currency },
    trace
  }
}

/** Shipping as a whole, whose figures are the sums of its parts'. */
const pricedShipping = (
  { currency }: PricingSnapshot,
  { id, name, parts }: PricingShipping,
  shipments: ReadonlyArray<Omit<PricedShipping, "id" | "name">>
): PricedShipping => {
  if (parts === undefined) return { id, name, ...(shipments[0] as Omit<PricedShipping, "id" | "name">) }
  const sum = (of: (shipment: Omit<PricedShipping, "id" | "name">) => Money) =>
    money(shipments.reduce((all, shipment) => all + of(shipment).amount, 0), currency)
  return {
    id,
    name,
    subtotal: sum(({ subtotal }) => subtotal),
    discount: sum(({ discount }) => discount),
    net: sum(({ net }) => net),
    taxes: taxesOf(shipments),
    tax: sum(({ tax }) => tax),
    total: sum(({ total }) => total),
    trace: shipments.flatMap(({ trace }) => trace),
    parts: parts.map(({ amount: _amount, place: _place, taxClass: _class, ...part }, index) => ({
      ...part,
      ...(shipments[index] as Omit<PricedShipping, "id" | "name">)
    }))
  }
}

/** Each rate with its sum. */
const taxesOf = (parts: ReadonlyArray<Pick<PricedShipping, "taxes">>): ReadonlyArray<PricedTax> => {
  const byRate = new Map<string, PricedTax>()
  for (const tax of parts.flatMap(({ taxes }) => taxes)) {
    const sum = byRate.get(tax.rateId)
    byRate.set(tax.rateId, sum === undefined ? tax : TaxSums.plus(sum, tax, 1))
  }
  return [...byRate.values()]
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
    ...(line.parts === undefined ? {} : { parts: partsOf(snapshot, line.parts, part) }),
    ...priced(snapshot, part)
  }
}

const piecesOf = ({ quantity, variantId }: Pick<PricedPart, "quantity" | "variantId">) => ({
  ...(variantId === undefined ? {} : { variantId }),
  ...(quantity === undefined ? {} : { quantity })
})

/** What each part of a bundle bears of the line: of what its class costs, and of its tax, each by its weight. */
const partsOf = (
  snapshot: PricingSnapshot,
  parts: NonNullable<PricingLine["parts"]>,
  { shares }: Part
): ReadonlyArray<PricedPart> => {
  const { currency, pricesIncludeTax } = snapshot
  const taxed = shares.map(({ amount, taxes }) => {
    const tax = isRelieved(snapshot) ? 0 : taxes.reduce((sum, one) => sum + one, 0)
    return { net: pricesIncludeTax ? amount - tax : amount, tax }
  })
  return BundleShares.split(parts.map((part) => [classOf(part), part.weight]), taxed).map(({ net, tax }, index) =>
    Object.assign(piecesOf(parts[index] ?? {}), {
      net: money(net, currency),
      tax: money(tax, currency),
      total: money(net + tax, currency)
    }))
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
  for (const line of lines) {
    subtotal += line.subtotal.amount
    discount += line.discount.amount
    tax += line.tax.amount
    total += line.total.amount
  }
  let shippingTotal = 0
  if (shipping !== null) {
    shippingTotal = shipping.subtotal.amount - shipping.discount.amount
    tax += shipping.tax.amount
    total += shipping.total.amount
  }
  const taxes = [...taxesOf(shipping === null ? lines : [...lines, shipping])]
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

const relief = ({ kind, note }: TaxRelief, taxable: number, currency: Currency): PricedTax => ({
  rateId: `relief:${kind}`,
  name: note,
  ratePpm: 0,
  amount: { amount: 0, currency },
  taxable: { amount: taxable, currency }
})

const pricedTax = ({ country, id, name, ratePpm }: PricingTaxRate, amount: number, taxable: number, currency: Currency): PricedTax => {
  const tax = { rateId: id, name, ratePpm, amount: { amount, currency }, taxable: { amount: taxable, currency } }
  return country === null ? tax : { ...tax, country }
}

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
