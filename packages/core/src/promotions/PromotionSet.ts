/**
 * The promotions of a store, prepared for pricing: found by their codes and by the goods that they are about, so that
 * those which cannot apply to a cart cost nothing.
 */
import type { PricingLine, PricingRule, PricingSnapshot } from "../pricing/Pricing.ts"
import { moneyIn } from "./PromotionInput.ts"
import type { Promotion, Uses } from "./Promotion.ts"
import * as PromotionRule from "./PromotionRule.ts"
import type { AnyAction, AnyCondition, ConditionCart, Missing } from "./PromotionKind.ts"
import type { PromotionKinds } from "./PromotionKinds.ts"
import { keysOfLine } from "./Selection.ts"

/** A promotion that is ready to be applied. */
export interface Prepared {
  readonly promotion: Promotion
  /** Its place among all, from 0. */
  readonly rank: number
  readonly conditions: ReadonlyArray<(cart: ConditionCart) => Missing | undefined>
  readonly action: ReturnType<AnyAction["prepare"]>
  /** Names of which a cart must have one; `undefined`: any cart may do. */
  readonly keys: ReadonlyArray<string> | undefined
  /** The currency of its money, which it applies in alone; `undefined` where it names none. */
  readonly currency: string | undefined
  /** Whether it counts in the store's currency where it names none, and so applies in that alone. */
  readonly isOfStore: boolean
  /** Its uses when the promotions were read. */
  readonly uses: Uses
}

/** A code of the buyer that is no shared one. */
export interface KnownCode {
  readonly code: string
  readonly promotionId: string
  readonly used: boolean
}

/** What is known of a cart besides its snapshot. */
export interface CartFacts {
  /** How often its customer has used promotions. */
  readonly customerUses: ReadonlyArray<{ readonly promotionId: string; readonly used: number }>
  /** Single-use codes among those that were entered. */
  readonly codes: ReadonlyArray<KnownCode>
}

export const noFacts: CartFacts = { customerUses: [], codes: [] }

export interface PromotionSet {
  readonly byId: ReadonlyMap<string, Prepared>
  readonly byCode: ReadonlyMap<string, Prepared>
  /** The lowest prices of a piece that promotions may lead to, by the product's id. */
  readonly floors: ReadonlyMap<string, number>
  /** Automatic ones that may apply to a cart, in their order. */
  readonly candidates: (lines: ReadonlyArray<PricingLine>) => ReadonlyArray<Prepared>
}

export interface SetInput {
  readonly promotions: ReadonlyArray<Promotion>
  readonly uses: ReadonlyMap<string, Uses>
  readonly floors: ReadonlyMap<string, number>
}

const classes = ["line", "order", "shipping"]

/** Higher priorities first; among equals by class, then by id. */
const inOrder = (a: Promotion, b: Promotion): number =>
  b.priority - a.priority || classes.indexOf(a.class) - classes.indexOf(b.class) || (a.id < b.id ? -1 : 1)

const prepare = (
  promotion: Promotion,
  rank: number,
  uses: Uses,
  kinds: Pick<PromotionKinds["Service"], "conditions" | "actions">
): Prepared | undefined => {
  const action = kinds.actions.get(promotion.action.type)
  const conditions: Array<readonly [AnyCondition, never]> = []
  for (const { args, type } of promotion.conditions) {
    const kind = kinds.conditions.get(type)
    if (kind === undefined) return undefined
    conditions.push([kind, args as never])
  }
  if (action === undefined) return undefined
  // they were checked when the promotion was saved
  const args = promotion.action.args as never
  return {
    promotion,
    rank,
    uses,
    currency: moneyIn([promotion.budget, promotion.action.args, ...promotion.conditions.map(({ args }) => args)], [])[0]?.[1],
    isOfStore: action.countsMoney?.(args) === true,
    conditions: conditions.map(([kind, args]) => kind.prepare(args)),
    action: action.prepare(args),
    keys: action.keys?.(args) ?? conditions.map(([kind, args]) => kind.keys?.(args)).find((keys) => keys !== undefined)
  }
}

/** Prepares promotions. Those of a kind that nobody knows any more, because its plug-in is gone, are left out. */
export const make = (
  { floors, promotions, uses }: SetInput,
  kinds: Pick<PromotionKinds["Service"], "conditions" | "actions">
): PromotionSet => {
  const byId = new Map<string, Prepared>()
  const byCode = new Map<string, Prepared>()
  const anywhere: Array<Prepared> = []
  const byKey = new Map<string, Array<Prepared>>()
  for (const [rank, promotion] of promotions.toSorted(inOrder).entries()) {
    const prepared = prepare(promotion, rank, uses.get(promotion.id) ?? { used: 0, spent: 0 }, kinds)
    if (prepared === undefined) continue
    byId.set(promotion.id, prepared)
    if (promotion.code !== null) byCode.set(promotion.code, prepared)
    if (promotion.trigger === "code") continue
    if (prepared.keys === undefined) anywhere.push(prepared)
    for (const key of prepared.keys ?? []) {
      const others = byKey.get(key)
      if (others === undefined) byKey.set(key, [prepared])
      else others.push(prepared)
    }
  }
  return {
    byId,
    byCode,
    floors,
    candidates: (lines) => {
      if (byKey.size === 0) return anywhere
      const keys = new Set<string>()
      for (const line of lines) for (const key of keysOfLine(line)) keys.add(key)
      const found = new Set(anywhere)
      for (const key of keys) for (const prepared of byKey.get(key) ?? []) found.add(prepared)
      return [...found].sort((a, b) => a.rank - b.rank)
    }
  }
}

/** The rule that applies the promotions to a cart. It comes before those of plug-ins. */
export const rule = (set: PromotionSet, facts: CartFacts): PricingRule => ({
  name: "promotions",
  apply: (snapshot: PricingSnapshot, current) => PromotionRule.apply(set, facts, snapshot, current)
})
