/**
 * What orders use of limited promotions: which counters, and who gets what is left when several want it at once.
 *
 * A limit is a row with a number in it. An order adds to its rows in the transaction that places it, and is refused
 * where one of them would go beyond its limit; so a limit holds whoever comes at the same time, over all processes.
 */
import type { PricedPromotion } from "../pricing/Pricing.ts"
import * as Secret from "../kernel/Secret.ts"
import { PromotionUsedUp } from "./PromotionErrors.ts"
import type { Counted, Counter } from "./PromotionRepository.ts"
import type { PromotionSet } from "./PromotionSet.ts"

/** An order that uses limited promotions. */
export interface OrderUses {
  readonly orderId: string
  readonly uses: ReadonlyArray<Use>
}

interface Use extends Counter {
  readonly refusal: PromotionUsedUp
}

interface Buyer {
  readonly customerId: string | null
  readonly email: string
}

/**
 * The counters that promotions of an order are counted by. A customer is counted by account and by e-mail address, so that
 * who signs out is no other customer.
 */
const countersOf = (
  { amount: { amount }, code, counted, id }: Pick<PricedPromotion, "id" | "code" | "counted" | "amount">,
  { customerId, email }: Buyer
): ReadonlyArray<Counted & { readonly kind: "everybody" | "customer" | "code"; readonly customerId: string | null }> => {
  const counters = []
  if (counted.includes("total")) {
    counters.push({ key: id, kind: "everybody" as const, customerId: null, used: 1, spent: amount })
  }
  if (counted.includes("customer")) {
    const address = Secret.hash(`${id} ${email.trim().toLowerCase()}`)
    counters.push({ key: `${id} email ${address}`, kind: "customer" as const, customerId: null, used: 1, spent: amount })
    if (customerId !== null) {
      counters.push({ key: `${id} customer ${customerId}`, kind: "customer" as const, customerId, used: 1, spent: amount })
    }
  }
  if (counted.includes("code") && code !== null) {
    counters.push({ key: codeKey(id, code), kind: "code" as const, customerId: null, used: 1, spent: amount })
  }
  return counters
}

/** The counter of a single-use code. */
const codeKey = (promotionId: string, code: string): string => `${promotionId} code ${code}`

/** What an order uses of the limits of its promotions; nothing if none of them is limited. */
export const of = (
  orderId: string,
  promotions: ReadonlyArray<PricedPromotion>,
  buyer: Buyer,
  set: PromotionSet
): OrderUses | undefined => {
  const uses = promotions.flatMap((priced) => {
    const promotion = set.byId.get(priced.id)?.promotion
    if (promotion === undefined) return []
    return countersOf(priced, buyer).map(({ customerId, key, kind, spent, used }): Use => ({
      key,
      customerId,
      used,
      spent,
      promotionId: priced.id,
      maxUsed: kind === "everybody" ? promotion.usageLimit : kind === "customer" ? promotion.customerLimit : 1,
      maxSpent: kind === "everybody" ? promotion.budget?.amount ?? null : null,
      refusal: new PromotionUsedUp({ promotionId: priced.id, name: priced.name, coupon: priced.code, by: kind })
    }))
  })
  return uses.length === 0 ? undefined : { orderId, uses }
}

/** What an order that is cancelled gives back. */
export const toRelease = (promotions: ReadonlyArray<PricedPromotion>, buyer: Buyer): ReadonlyArray<Counted> =>
  promotions.flatMap((priced) => countersOf(priced, buyer).map(({ key, spent, used }) => ({ key, spent, used })))

/** What several orders want of each counter together. */
export const together = (orders: ReadonlyArray<OrderUses>): ReadonlyArray<Counter> => {
  const counters = new Map<string, Counter>()
  for (const { uses } of orders) {
    for (const { refusal: _, ...use } of uses) {
      const before = counters.get(use.key)
      counters.set(use.key, before === undefined
        ? use
        : { ...use, used: before.used + use.used, spent: before.spent + use.spent })
    }
  }
  return [...counters.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** Who gets what is left, whoever came first first, and what the counters are then. */
export const decide = (
  orders: ReadonlyArray<OrderUses>,
  there: ReadonlyMap<string, Counted>
): { readonly refused: ReadonlyMap<string, PromotionUsedUp>; readonly counted: ReadonlyArray<Counted> } => {
  const now = new Map(there)
  const refused = new Map<string, PromotionUsedUp>()
  const afterwards = (use: Use): Counted => {
    const before = now.get(use.key) ?? { key: use.key, used: 0, spent: 0 }
    return { key: use.key, used: before.used + use.used, spent: before.spent + use.spent }
  }
  for (const { orderId, uses } of orders) {
    const tooMuch = uses.find((use) => {
      const { spent, used } = afterwards(use)
      return (use.maxUsed !== null && used > use.maxUsed) || (use.maxSpent !== null && spent > use.maxSpent)
    })
    if (tooMuch !== undefined) refused.set(orderId, tooMuch.refusal)
    else for (const use of uses) now.set(use.key, afterwards(use))
  }
  return { refused, counted: [...now.values()] }
}
