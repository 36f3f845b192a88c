/**
 * The rules that change prices in an engine: promotions, memberships, and what plug-ins add.
 *
 * **Details**
 *
 * The rules belong to the engine that this layer is built for, not to the module, so two engines in one process price
 * by different rules. They are added while layers are built and apply in the order in which they were added.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { PricingRule } from "./Pricing.ts"

export class PricingRules extends Context.Service<PricingRules, {
  /** Adds a rule, after those that are there. A second rule of the same name is a bug and a defect. */
  readonly add: (rule: PricingRule) => Effect.Effect<void>
  /** The rules in the order in which they apply. */
  readonly all: Effect.Effect<ReadonlyArray<PricingRule>>
}>()("@stoa/core/pricing/PricingRules") {}

export const make = Effect.sync(() => {
  let rules: ReadonlyArray<PricingRule> = []
  return PricingRules.of({
    add: (rule) =>
      Effect.suspend(() => {
        if (rules.some(({ name }) => name === rule.name)) {
          return Effect.die(new Error(`There is a pricing rule ${rule.name} already`))
        }
        // a new array, so that a calculation under way keeps the rules that it began with
        rules = [...rules, rule]
        return Effect.void
      }),
    all: Effect.sync(() => rules)
  })
})

export const layer: Layer.Layer<PricingRules> = Layer.effect(PricingRules, make)
