import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import * as Currency from "../kernel/Currency.ts"
import type { PricingCustomer } from "../pricing/Pricing.ts"
import { priceCart } from "../pricing/PriceCart.ts"
import * as Example from "../testing/PromotionExample.ts"
import * as PromotionInput from "./PromotionInput.ts"
import * as PromotionKinds from "./PromotionKinds.ts"
import * as PromotionSet from "./PromotionSet.ts"

interface PageExample {
  readonly is: string
  readonly promotions: ReadonlyArray<Example.Draft>
  readonly lines: ReadonlyArray<Example.Line>
  readonly codes?: ReadonlyArray<string>
  readonly customer?: PricingCustomer
  readonly channel?: string
  readonly country?: string
  readonly paymentMethod?: string
  readonly shipping?: number
  readonly floors?: Readonly<Record<string, number>>
  readonly discounts: Readonly<Record<string, number>>
  readonly lineDiscounts?: ReadonlyArray<number>
  readonly messages?: ReadonlyArray<string>
  readonly total: number
}

const page = readFileSync(new URL("../../../../docs/promotions.md", import.meta.url), "utf8")
const examples = Array.from(page.matchAll(/```json promotion-example\n([\s\S]*?)```/g), ([, text]) =>
  JSON.parse(String(text)) as PageExample)

describe("the page about promotions", () => {
  it("has an example of each action", () => {
    const shown = new Set(examples.flatMap(({ promotions }) => promotions.map(({ action }) => action.type)))
    assert.deepStrictEqual([...shown].sort(), [...Example.kinds.actions.keys()].sort())
  })

  it("has an example of each condition", () => {
    const shown = new Set(examples.flatMap(({ promotions }) => promotions.flatMap(({ conditions = [] }) => conditions.map(({ type }) => type))))
    assert.deepStrictEqual([...shown].sort(), [...Example.kinds.conditions.keys()].sort())
  })

  it("names every condition and action", () => {
    for (const type of [...Example.kinds.conditions.keys(), ...Example.kinds.actions.keys()]) {
      assert.include(page, `\`${type}\``)
    }
  })

  for (const example of examples) {
    it.effect(`is right: ${example.is}`, () =>
      Effect.gen(function*() {
        const kinds = yield* PromotionKinds.make
        const promotions = example.promotions.map(Example.promotion(kinds))
        for (const promotion of promotions) {
          yield* PromotionInput.check(promotion, kinds, [Currency.Currency.make("USD")])
        }
        const set = PromotionSet.make(
          { promotions, uses: new Map(), floors: new Map(Object.entries(example.floors ?? {})) },
          kinds
        )
        const snapshot = Example.snapshot(example.lines, {
          codes: example.codes ?? [],
          ...(example.customer === undefined ? {} : { customer: example.customer }),
          ...(example.channel === undefined ? {} : { channel: example.channel }),
          ...(example.country === undefined ? {} : { country: example.country }),
          ...(example.paymentMethod === undefined ? {} : { paymentMethod: example.paymentMethod }),
          ...(example.shipping === undefined ? {} : {
            shipping: { id: "parcel", name: "Parcel", amount: example.shipping, taxClass: "none" }
          })
        })
        const cart = priceCart(snapshot, [PromotionSet.rule(set, PromotionSet.noFacts)])
        assert.deepStrictEqual(
          Object.fromEntries(cart.promotions.map(({ amount, name }) => [name, amount.amount])),
          example.discounts
        )
        if (example.lineDiscounts !== undefined) {
          assert.deepStrictEqual(cart.lines.map(({ discount }) => discount.amount), example.lineDiscounts)
        }
        assert.deepStrictEqual(
          cart.codes.flatMap(({ message }) => message === null ? [] : [message]),
          example.messages ?? []
        )
        assert.strictEqual(cart.total.amount, example.total)
      }))
  }
})
