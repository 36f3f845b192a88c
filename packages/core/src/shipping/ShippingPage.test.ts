import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import * as Schema from "effect/Schema"
import type { Dimensions } from "../catalog/Product.ts"
import type { Currency } from "../kernel/Currency.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { priceCart } from "../pricing/PriceCart.ts"
import { DeliveryTime, estimate } from "./Delivery.ts"
import { cubicMm } from "./Parcels.ts"
import { CreateShippingMethod, type ShippingMethod, type ShippingMethodId } from "./ShippingMethod.ts"
import { plan } from "./ShippingParts.ts"
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

const examplesOf = <E = Example>(page: string, name = "shipping-example") =>
  Array.from(
    readFileSync(new URL(`../../../../docs/${page}.md`, import.meta.url), "utf8")
      .matchAll(new RegExp(`\`\`\`json ${name}\\n([\\s\\S]*?)\`\`\``, "g")),
    ([, text]) => JSON.parse(String(text)) as E
  )

const examples = [...examplesOf("shipping"), ...examplesOf("carriers")]

interface PartsExample {
  readonly is: string
  readonly methods: ReadonlyArray<
    { readonly name: string; readonly price: number; readonly shippingClasses?: ReadonlyArray<string>; readonly freeFrom?: number }
  >
  readonly goods: ReadonlyArray<{ readonly id: string; readonly shippingClass?: string; readonly unitPrice: number }>
  /** The names of methods by the parts that they are chosen for. */
  readonly choices?: Readonly<Record<string, string>>
  /** What a promotion takes off shipping. */
  readonly off?: number
  readonly parts: ReadonlyArray<{ readonly id: string; readonly method: string; readonly goods: ReadonlyArray<string>; readonly costs: number }>
  readonly costs: number
}

const partsExamples = examplesOf<PartsExample>("shipping", "shipping-parts-example")

const currency = "EUR" as Currency

const sentBy = ({ choices = {}, goods, methods }: PartsExample) => {
  const sent = goods.map(({ id, shippingClass = "standard", unitPrice }) => ({ id, shippingClass, unitPrice, quantity: 1, weightGrams: 0 }))
  return plan(
    {
      methods: methods.map(({ freeFrom = null, name, price, shippingClasses = [] }) => ({
        ...Schema.decodeUnknownSync(CreateShippingMethod)({ name, price: { amount: price, currency }, shippingClasses, freeFrom }),
        id: name,
        countries: [],
        zoneId: null,
        rates: null,
        handling: 0,
        parcelGrams: null,
        volumetricDivisor: null
      } as unknown as ShippingMethod)),
      zones: [],
      place: { country: "DE" },
      subtotal: sent.reduce((sum, { unitPrice }) => sum + unitPrice, 0)
    },
    sent,
    {
      shippingMethodId: null,
      shippingChoices: Object.entries(choices).map(([part, name]) => ({ part, shippingMethodId: name as ShippingMethodId }))
    }
  ).shipments
}

const worksOut = (example: PartsExample) => {
  const parts = sentBy(example).map(({ goods, id, quote: { amount, method } }) => ({
    id,
    methodId: method.id,
    name: method.name,
    lineIds: goods.map((line) => line.id),
    estimate: null,
    isPickedUp: false,
    amount,
    taxClass: "standard"
  }))
  const amount = parts.reduce((sum, part) => sum + part.amount, 0)
  const { shipping, shippingTotal } = priceCart({
    at: "2026-11-26T08:00:00.000Z" as Timestamp,
    currency,
    pricesIncludeTax: true,
    taxRounding: "line",
    rounding: "half_up",
    country: "DE",
    lines: [],
    shipping: { id: "all", name: "all", amount, taxClass: "standard", parts },
    taxRates: [],
    codes: [],
    attributes: {}
  }, [{ name: "off", apply: () => [{ amount: -(example.off ?? 0), label: "Off", target: { type: "shipping" } }] }])
  return {
    parts: shipping?.parts?.map(({ id, lineIds, name, total }) => ({ id, method: name, goods: lineIds, costs: total.amount })),
    costs: shippingTotal.amount
  }
}

interface DeliveryExample {
  readonly is: string
  readonly delivery: unknown
  readonly timeZone: string
  readonly holidays?: ReadonlyArray<string>
  /** With the distance of the clock there from UTC. */
  readonly ordered: string
  readonly earliest: string
  readonly latest: string
}

const deliveryExamples = examplesOf<DeliveryExample>("shipping", "delivery-example")

describe("the page about shipping, of when goods arrive", () => {
  it("has examples", () => assert.isAtLeast(deliveryExamples.length, 5))
  for (const { delivery, earliest, holidays = [], is, latest, ordered, timeZone } of deliveryExamples) {
    it(`is right: ${is}`, () => {
      const at = new Date(ordered).toISOString() as Timestamp
      const time = Schema.decodeUnknownSync(DeliveryTime)(delivery)
      assert.deepStrictEqual(estimate(time, { timeZone, holidays }, at), { earliest, latest })
    })
  }
})

describe("the page about goods that ship apart", () => {
  it("has examples", () => assert.isAtLeast(partsExamples.length, 4))
  for (const example of partsExamples) {
    it(`is right: ${example.is}`, () => assert.deepStrictEqual(worksOut(example), { parts: [...example.parts], costs: example.costs }))
  }
})

describe("the pages about shipping and carriers", () => {
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
