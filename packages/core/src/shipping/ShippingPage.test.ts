import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import * as Schema from "effect/Schema"
import type { Dimensions } from "../catalog/Product.ts"
import { cubicMm } from "./Parcels.ts"
import { CreateShippingMethod, type ShippingMethod } from "./ShippingMethod.ts"
import { quote } from "./ShippingQuote.ts"

interface Example {
  readonly is: string
  readonly method: Partial<Omit<ShippingMethod, "price">> & { readonly price?: number }
  readonly goods: ReadonlyArray<{
    readonly weightGrams?: number
    readonly dimensions?: Dimensions
    readonly quantity?: number
    readonly unitPrice?: number
  }>
  /** What the carrier answered, where one was asked and did. */
  readonly carrierRate?: number
  readonly costs: number
}

const examplesOf = (page: string) =>
  Array.from(
    readFileSync(new URL(`../../../../docs/${page}.md`, import.meta.url), "utf8")
      .matchAll(/```json shipping-example\n([\s\S]*?)```/g),
    ([, text]) => JSON.parse(String(text)) as Example
  )

const examples = [...examplesOf("pricing"), ...examplesOf("shipping")]

describe("the pages about prices and shipping", () => {
  it("have examples of shipping", () => assert.isAtLeast(examples.length, 6))
  for (const { carrierRate, costs, goods, is, method } of examples) {
    it(`is right: ${is}`, () => {
      const price = { amount: method.price ?? 0, currency: "EUR" }
      const created = Schema.decodeUnknownSync(CreateShippingMethod)({ name: "Parcel", ...method, price })
      const pieces = goods.map(({ dimensions, quantity = 1, unitPrice = 1_000, weightGrams = 0 }) => ({
        quantity,
        unitPrice,
        weightGrams,
        cubicMm: dimensions === undefined ? 0 : cubicMm(dimensions)
      }))
      const subtotal = pieces.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0)
      const offer = quote(
        { zoneId: null, rates: null, freeFrom: null, handling: 0, parcelGrams: null, volumetricDivisor: null, ...created } as ShippingMethod,
        pieces,
        subtotal,
        carrierRate
      )
      assert.strictEqual(offer?.amount, costs)
    })
  }
})
