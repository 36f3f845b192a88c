/**
 * Dynamic pricing as a plug-in: `createStoa({ plugins: [dynamicPricing()] })`.
 */
import { definePlugin } from "@stoa/core/engine/Plugin"
import * as Actor from "@stoa/core/kernel/Actor"
import { forEachStore } from "@stoa/core/stores/ForEachStore"
import { StoreRepository } from "@stoa/core/stores/StoreRepository"
import * as Effect from "effect/Effect"
import { migrations } from "./DynamicPriceSql.ts"
import { DynamicPricing, forget, layer } from "./DynamicPricing.ts"
import { routes } from "./Routes.ts"

/** Every hour, in every store. */
const run = Effect.gen(function*() {
  const { run } = yield* DynamicPricing
  yield* forEachStore(yield* StoreRepository, run)
}).pipe(Actor.as(Actor.system("dynamic-pricing")))

export const dynamicPricing = () =>
  definePlugin({
    name: "dynamic-pricing",
    version: "1.0.0",
    migrations,
    permissions: {
      "dynamic-pricing:read": "See the rules that move prices, and why each price was changed",
      "dynamic-pricing:write": "Change the rules that move prices and their limits, and run them"
    },
    layer,
    cron: [
      { name: "dynamic-pricing.run", cron: "41 * * * *", run },
      { name: "dynamic-pricing.forget", cron: "53 * * * *", run: forget }
    ],
    http: routes
  })

export { decide } from "./Decision.ts"
export type { Decision, Facts, Reason } from "./Decision.ts"
export type { PriceChange } from "./DynamicPriceSql.ts"
export { DynamicPricing, type PriceRun } from "./DynamicPricing.ts"
export { PriceRuleNotFound, TooManyPriceRules } from "./DynamicPricingErrors.ts"
export {
  CreatePriceRule,
  PriceLimits,
  PriceRule,
  RemoveLimits,
  SetLimits,
  Trigger,
  UpdatePriceRule
} from "./PriceRule.ts"
