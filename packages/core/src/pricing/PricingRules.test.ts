import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { PricingRule } from "./Pricing.ts"
import * as PricingRules from "./PricingRules.ts"

const rule = (name: string): PricingRule => ({ name, apply: () => [] })

describe("the pricing rules of an engine", () => {
  it.effect("apply in the order in which they were added", () =>
    Effect.gen(function*() {
      const rules = yield* PricingRules.make
      yield* rules.add(rule("membership"))
      yield* rules.add(rule("autumn"))
      assert.deepStrictEqual((yield* rules.all).map(({ name }) => name), ["membership", "autumn"])
    }))

  it.effect("are not those of another engine", () =>
    Effect.gen(function*() {
      const one = yield* PricingRules.make
      const other = yield* PricingRules.make
      yield* one.add(rule("autumn"))
      assert.deepStrictEqual(yield* other.all, [])
    }))

  it.effect("have different names, for the trace names them", () =>
    Effect.gen(function*() {
      const rules = yield* PricingRules.make
      yield* rules.add(rule("autumn"))
      assert.isTrue(Exit.hasDies(yield* Effect.exit(rules.add(rule("autumn")))))
    }))
})
