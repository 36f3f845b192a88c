/**
 * Promotions and carts for tests of the calculation.
 */
import type { Category } from "../catalog/Category.ts"
import { withThoseAbove } from "../catalog/CategoryPaths.ts"
import type { Currency } from "../kernel/Currency.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { PricingLine, PricingSnapshot } from "../pricing/Pricing.ts"
import * as BuiltInActions from "../promotions/BuiltInActions.ts"
import * as BuiltInConditions from "../promotions/BuiltInConditions.ts"
import { normalize } from "../promotions/CouponCode.ts"
import type { CreatePromotion, Promotion, PromotionId } from "../promotions/Promotion.ts"
import type { PromotionKinds } from "../promotions/PromotionKinds.ts"

/** The engine's own kinds. */
export const kinds: Pick<PromotionKinds["Service"], "conditions" | "actions"> = {
  conditions: new Map(BuiltInConditions.all.map((kind) => [kind.type, kind])),
  actions: new Map(BuiltInActions.all.map((kind) => [kind.type, kind]))
}

export type Draft = Partial<CreatePromotion> & Pick<CreatePromotion, "name" | "action">

const at = "2026-11-25T08:00:00.000Z" as Timestamp

/** A promotion as it would be created. Its place is its age: the first is the oldest. */
export const promotion = (known: Pick<PromotionKinds["Service"], "actions"> = kinds) =>
(draft: Draft, place = 0): Promotion => {
  const code = draft.code === undefined || draft.code === null ? null : normalize(draft.code)
  return {
    id: `promo_${String(place).padStart(26, "0")}` as PromotionId,
    description: null,
    active: true,
    trigger: code === null ? "automatic" : "code",
    listed: false,
    startsAt: null,
    endsAt: null,
    priority: 0,
    exclusive: false,
    combinesWith: draft.exclusive === true ? [] : ["line", "order", "shipping"],
    conditions: [],
    usageLimit: null,
    customerLimit: null,
    budget: null,
    version: 1,
    createdAt: at,
    updatedAt: at,
    ...draft,
    code,
    class: known.actions.get(draft.action.type)?.class ?? "order"
  }
}

export type Line = Pick<PricingLine, "unitPrice"> & Partial<PricingLine> & {
  readonly tags?: ReadonlyArray<string>
  /** The paths of its categories. */
  readonly in?: ReadonlyArray<Category["path"]>
}

/** A cart of these lines, each of a product of its own, without tax or shipping. */
export const snapshot = (lines: ReadonlyArray<Line>, more: Partial<PricingSnapshot> = {}): PricingSnapshot => ({
  at,
  currency: "USD" as Currency,
  pricesIncludeTax: false,
  taxRounding: "line",
  rounding: "half_up",
  country: "US",
  lines: lines.map(({ in: paths = [], tags = [], ...line }, index) => ({
    id: `${index}`,
    variantId: `${index}`,
    productId: `${index}`,
    quantity: 1,
    compareAtPrice: null,
    taxClass: "standard",
    taxable: true,
    requiresShipping: true,
    weightGrams: 0,
    attributes: { tags: [...tags], categoryIds: withThoseAbove(paths) },
    ...line
  })),
  shipping: null,
  taxRates: [],
  codes: [],
  attributes: {},
  ...more
})
