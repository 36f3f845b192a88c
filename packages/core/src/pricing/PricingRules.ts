/**
 * The rules of this engine that take part in pricing, in the order in which they were added.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { PricingRule } from "./Pricing.ts"

export class PricingRules extends Context.Service<PricingRules, {
  /** The rules as they are now, to be handed to `priceCart`. */
  readonly current: () => ReadonlyArray<PricingRule>
  /** Adds a rule to this engine. Call it while the engine's layers are built. */
  readonly add: (rule: PricingRule) => Effect.Effect<void>
}>()("@stoa/core/pricing/PricingRules") {}

export const layer: Layer.Layer<PricingRules> = Layer.sync(PricingRules, () => {
  let rules: ReadonlyArray<PricingRule> = []
  return PricingRules.of({
    current: () => rules,
    add: (rule) =>
      Effect.sync(() => {
        rules = [...rules, rule]
      })
  })
})
