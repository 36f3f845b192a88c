/**
 * Applying promotions to a cart: which of them, in which order, and why not the others. Pure.
 *
 * **Details**
 *
 * Those that apply by themselves and those whose codes were entered are tried in their order. Each is applied to what the
 * ones before it have left if it may be combined with every one of them, its limits leave something, and its conditions
 * hold. Conditions look at the goods before discounts, without what was given away.
 */
import type { Adjustment, PricedCode, PricingSnapshot, PromotionRef, RuleOutcome } from "../pricing/Pricing.ts"
import { normalize } from "./CouponCode.ts"
import * as DiscountCart from "./DiscountCart.ts"
import type { Promotion } from "./Promotion.ts"
import type { ConditionCart, Missing } from "./PromotionKind.ts"
import type { CartFacts, Prepared, PromotionSet } from "./PromotionSet.ts"

/** Why a promotion does not apply. */
export type Reason =
  /** No code of this shop, or not any more. */
  | "unknown"
  | "inactive"
  | "not_started"
  | "ended"
  /** Its amounts are in another currency than the cart. */
  | "currency"
  /** Its uses, or its budget, are used up. */
  | "used_up"
  /** This customer has used it as often as they may. */
  | "used_by_customer"
  /** It cannot be combined with one that was applied before. */
  | "combination"
  | "conditions"
  /** It would take nothing off. */
  | "no_effect"

export interface Refusal {
  readonly reason: Reason
  readonly missing?: Omit<Missing, "message">
  readonly message: () => string
}

/** What became of a promotion. */
export interface Verdict {
  readonly prepared: Prepared
  readonly code: string | null
  readonly refusal: Refusal | undefined
}

const refuse = (reason: Reason, message: string | (() => string)): Refusal => ({
  reason,
  message: typeof message === "string" ? () => message : message
})

/** A promotion with the code that brought it. */
interface Candidate {
  readonly prepared: Prepared
  readonly code: string | null
}

/** What a code is told that brings no promotion. */
interface Unknown {
  readonly code: string
  readonly refusal: Refusal
}

const gather = (set: PromotionSet, facts: CartFacts, snapshot: PricingSnapshot) => {
  const unknown: Array<Unknown> = []
  const entered = new Map<string, Candidate>()
  for (const given of snapshot.codes) {
    const code = normalize(given)
    const single = facts.codes.find((known) => known.code === code)
    const prepared = single === undefined ? set.byCode.get(code) : set.byId.get(single.promotionId)
    if (prepared === undefined) {
      unknown.push({ code: given, refusal: refuse("unknown", "This code is not valid, or not valid any more") })
    } else if (single?.used === true) {
      unknown.push({ code: given, refusal: refuse("used_up", "This code has been used") })
    } else if (entered.has(prepared.promotion.id)) {
      unknown.push({ code: given, refusal: refuse("combination", "Another code brings the same offer already") })
    } else {
      entered.set(prepared.promotion.id, { prepared, code: given })
    }
  }
  const automatic = set.candidates(snapshot.lines).filter(({ promotion: { id } }) => !entered.has(id))
  const candidates: ReadonlyArray<Candidate> = entered.size === 0
    ? automatic.map((prepared) => ({ prepared, code: null }))
    : [...automatic.map((prepared) => ({ prepared, code: null })), ...entered.values()]
      .sort((a, b) => a.prepared.rank - b.prepared.rank)
  return { candidates, unknown }
}

/** Why a promotion may not be used at this time, or not any more. */
const expired = ({ currency: named, isOfStore, promotion, uses }: Prepared, facts: CartFacts, { at, catalogCurrency, currency: sold }: PricingSnapshot): Refusal | undefined => {
  const currency = named ?? (isOfStore ? catalogCurrency : undefined)
  const { active, budget, customerLimit, endsAt, id, startsAt, usageLimit } = promotion
  if (!active) return refuse("inactive", "This offer is not active")
  if (startsAt !== null && at < startsAt) return refuse("not_started", `This offer begins at ${startsAt}`)
  if (endsAt !== null && at >= endsAt) return refuse("ended", `This offer ended at ${endsAt}`)
  if (currency !== undefined && currency !== sold) return refuse("currency", `This offer is for orders in ${currency}`)
  if (usageLimit !== null && uses.used >= usageLimit) return refuse("used_up", "This offer has been used up")
  if (budget !== null && uses.spent >= budget.amount) return refuse("used_up", "This offer has been used up")
  if (customerLimit === null) return undefined
  const used = facts.customerUses.find(({ promotionId }) => promotionId === id)?.used ?? 0
  return used < customerLimit ? undefined : refuse("used_by_customer", customerLimit === 1
    ? "You have used this offer"
    : `You have used this offer ${customerLimit} times, as often as anybody may`)
}

const combinable = (one: Promotion, other: Promotion): boolean =>
  !one.exclusive && !other.exclusive && one.combinesWith.includes(other.class) && other.combinesWith.includes(one.class)

/** What says whether a promotion can be combined with another. */
const sortOf = (promotion: Promotion): string =>
  `${promotion.exclusive} ${promotion.class} ${promotion.combinesWith.join(" ")}`

const conflict = (promotion: Promotion, applied: Iterable<Promotion>): Promotion | undefined => {
  for (const other of applied) if (!combinable(promotion, other)) return other
  return undefined
}

const conditionCart = (
  { lines, snapshot }: DiscountCart.DiscountCart,
  aside: ReadonlyMap<string, number> | undefined
): ConditionCart => {
  const counting: Array<ConditionCart["lines"][number]> = []
  let amount = 0
  let quantity = 0
  for (const { given, line } of lines) {
    const pieces = line.quantity - Math.max(given, aside?.get(line.id) ?? 0)
    if (pieces <= 0) continue
    counting.push({ line, quantity: pieces })
    amount += pieces * line.unitPrice
    quantity += pieces
  }
  return { snapshot, lines: counting, amount, quantity }
}

const withMissing = (reason: Reason, { message, ...missing }: Missing): Refusal => ({ reason, message, missing })

const takenBy = ({ shipping = 0, takes }: DiscountCart.Discounts): number =>
  takes.reduce((sum, { amount }) => sum + amount, shipping)

/** Tries all promotions that may apply to a cart. `told` is called for each that was tried. */
const evaluate = (
  set: PromotionSet,
  facts: CartFacts,
  snapshot: PricingSnapshot,
  current: { readonly lines: ReadonlyMap<string, number>; readonly shipping: number },
  told: (verdict: Verdict) => void
) => {
  const { candidates, unknown } = gather(set, facts, snapshot)
  const adjustments: Array<Adjustment> = []
  const codes: Array<PricedCode> = unknown.map(({ code, refusal }) => toldOf(code, null, refusal, snapshot))
  if (candidates.length === 0) return { adjustments, codes }
  const { cart, limited, take } = DiscountCart.make(snapshot, current, set.floors)
  // one for each sort of those that were applied, which are all that others have to be compared with; the first of each sort
  const applied = new Map<string, Promotion>()
  let plain: ConditionCart | undefined

  const attempt = ({ code, prepared }: Candidate): Refusal | undefined => {
    const { action, conditions, promotion } = prepared
    const over = expired(prepared, facts, snapshot)
    if (over !== undefined) return over
    const inTheWay = conflict(promotion, applied.values())
    if (inTheWay !== undefined) {
      return refuse("combination", () => `This cannot be combined with ${inTheWay.name}`)
    }
    const aside = action.aside?.(snapshot.lines)
    const seen = aside === undefined ? plain ??= conditionCart(cart, undefined) : conditionCart(cart, aside)
    for (const condition of conditions) {
      const missing = condition(seen)
      if (missing !== undefined) return withMissing("conditions", missing)
    }
    const discounts = limited(action.apply(cart))
    const amount = takenBy(discounts)
    if (amount === 0) {
      const missing = action.missing?.(cart)
      return missing === undefined
        ? refuse("no_effect", "This takes nothing off this cart")
        : withMissing(missing.amount === undefined && missing.quantity === undefined ? "no_effect" : "conditions", missing)
    }
    if (promotion.budget !== null && prepared.uses.spent + amount > promotion.budget.amount) {
      return refuse("used_up", "What is left of this offer is not enough for this cart")
    }
    take(discounts)
    if (discounts.takes.some(({ given }) => given === true)) plain = undefined
    const sort = sortOf(promotion)
    if (!applied.has(sort)) applied.set(sort, promotion)
    adjustments.push(...adjustmentsOf(promotion, code, discounts))
    return undefined
  }

  for (const candidate of candidates) {
    const refusal = attempt(candidate)
    const { code, prepared } = candidate
    told({ prepared, code, refusal })
    if (code !== null) codes.push(toldOf(code, prepared.promotion.id, refusal, snapshot))
  }
  return { adjustments, codes }
}

const toldOf = (
  code: string,
  promotionId: string | null,
  refusal: Refusal | undefined,
  { currency }: PricingSnapshot
): PricedCode => ({
  code,
  promotionId,
  applied: refusal === undefined,
  reason: refusal?.reason ?? null,
  message: refusal === undefined ? null : refusal.message(),
  missingAmount: refusal?.missing?.amount === undefined ? null : { amount: refusal.missing.amount, currency },
  missingQuantity: refusal?.missing?.quantity ?? null
})

const adjustmentsOf = (
  promotion: Promotion,
  code: string | null,
  { shipping = 0, takes }: DiscountCart.Discounts
): ReadonlyArray<Adjustment> => {
  const ref: PromotionRef = {
    id: promotion.id,
    name: promotion.name,
    code: code === null ? null : normalize(code),
    class: promotion.class,
    counted: countedOf(promotion, code)
  }
  const shares: Array<readonly [lineId: string, share: number]> = []
  let amount = 0
  for (const { amount: taken, of } of takes) {
    if (taken === 0) continue
    shares.push([of.line.id, -taken])
    amount += taken
  }
  const adjustments: Array<Adjustment> = []
  if (amount > 0) {
    adjustments.push({ amount: -amount, label: promotion.name, target: { type: "shares", shares }, promotion: ref })
  }
  if (shipping > 0) {
    adjustments.push({ amount: -shipping, label: promotion.name, target: { type: "shipping" }, promotion: ref })
  }
  return adjustments
}

const countedOf = (
  { budget, code: shared, customerLimit, usageLimit }: Promotion,
  code: string | null
): PromotionRef["counted"] => [
  ...(usageLimit !== null || budget !== null ? ["total" as const] : []),
  ...(customerLimit !== null ? ["customer" as const] : []),
  ...(code !== null && normalize(code) !== shared ? ["code" as const] : [])
]

/** What the promotions of a set take off a cart, and what became of its codes. */
export const apply = (
  set: PromotionSet,
  facts: CartFacts,
  snapshot: PricingSnapshot,
  current: { readonly lines: ReadonlyMap<string, number>; readonly shipping: number }
): RuleOutcome => evaluate(set, facts, snapshot, current, () => {})

/** Why each promotion that was tried applies or not, in the order in which they were tried. */
export const explain = (
  set: PromotionSet,
  facts: CartFacts,
  snapshot: PricingSnapshot,
  current: { readonly lines: ReadonlyMap<string, number>; readonly shipping: number }
): ReadonlyArray<Verdict> => {
  const verdicts: Array<Verdict> = []
  evaluate(set, facts, snapshot, current, (verdict) => verdicts.push(verdict))
  return verdicts
}
