import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import type { Currency } from "../kernel/Currency.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { RateTable } from "./RateTable.ts"
import { atOnePrice, type ShippingMethod, type ShippingMethodId } from "./ShippingMethod.ts"
import { type Goods, quote, reaches } from "./ShippingQuote.ts"

const at = "2026-11-25T08:00:00.000Z" as Timestamp

const method = (more: Partial<ShippingMethod> = {}): ShippingMethod =>
  atOnePrice({
    id: "ship_00000000000000000000000000" as ShippingMethodId,
    name: "Parcel",
    price: { amount: 0, currency: "EUR" as Currency },
    at,
    ...more
  })

const goods = (weightGrams: number, quantity = 1, unitPrice = 1_000): Goods => ({ weightGrams, quantity, unitPrice })
const table = (by: RateTable["by"], tiers: RateTable["tiers"], maximum: number | null = null): Partial<ShippingMethod> => ({
  rates: { by, tiers, maximum }
})
const costs = (more: Partial<ShippingMethod>, pieces: ReadonlyArray<Goods>) =>
  quote(method(more), pieces, pieces.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0))?.amount

describe("shipping", () => {
  it("costs what its table says for the weight, and is not offered beyond it", () => {
    // the steps of a national post: up to 2 kg, 5 kg, 10 kg and 31.5 kg
    const post = table("weight", [
      { from: 0, amount: 549 },
      { from: 2_001, amount: 669 },
      { from: 5_001, amount: 1_049 },
      { from: 10_001, amount: 1_949 }
    ], 31_500)
    assert.deepStrictEqual(
      [0, 2_000, 2_001, 5_000, 10_000, 31_500, 31_501].map((grams) => costs(post, [goods(grams)])),
      [549, 549, 669, 669, 1_049, 1_949, undefined]
    )
    assert.strictEqual(costs(post, [goods(900, 2), goods(300, 1)]), 669)
  })

  it("costs what its table says for the volume, begun cubic centimetres counted", () => {
    const van = table("volume", [{ from: 0, amount: 900 }, { from: 100_001, amount: 1_900 }], 1_000_000)
    // 500 x 400 x 250 mm are 50,000 cubic centimetres
    const crate = (quantity: number, cubicMm = 50_000_000): Goods => Object.assign({ cubicMm }, goods(100, quantity))
    assert.deepStrictEqual(
      [[crate(2)], [crate(2), crate(1, 1)], [crate(20)], [crate(20), crate(1, 1)], [goods(9_000)]].map((of) => costs(van, of)),
      [900, 1_900, 1_900, undefined, 900]
    )
    // nobody carries what cannot be counted
    assert.isUndefined(costs(van, [crate(1_000_000, 1_000_000_000_000_000)]))
  })

  it("counts a large parcel as heavier than it is, each parcel for itself", () => {
    const air: Partial<ShippingMethod> = {
      ...table("weight", [{ from: 0, amount: 0, step: { size: 1_000, amount: 100 } }]),
      volumetricDivisor: 5_000
    }
    // 400 x 300 x 200 mm: 24,000 / 5,000 are 4.8 kg
    const pillow = (quantity: number): Goods => ({ weightGrams: 900, quantity, unitPrice: 1_000, cubicMm: 24_000_000 })
    assert.strictEqual(costs(air, [pillow(1)]), 500)
    assert.strictEqual(costs({ ...air, volumetricDivisor: null }, [pillow(1)]), 100)
    assert.strictEqual(costs(air, [goods(9_000), pillow(1)]), 1_000)
    // by themselves: the iron 9 kg, the pillow 4.8
    assert.strictEqual(costs({ ...air, parcelGrams: 9_000 }, [goods(9_000), pillow(1)]), 900 + 500)
  })

  it("costs a step more for every further kilogram begun", () => {
    const freight = table("weight", [{ from: 0, amount: 1_000, step: { size: 1_000, amount: 150 } }])
    assert.deepStrictEqual([0, 1, 1_000, 1_001, 10_000].map((grams) => costs(freight, [goods(grams)])), [
      1_000,
      1_150,
      1_150,
      1_300,
      2_500
    ])
  })

  it("goes by price or by pieces as well, and is not offered below the first step", () => {
    const byPrice = table("price", [{ from: 1_000, amount: 500 }, { from: 5_000, amount: 300 }])
    assert.deepStrictEqual([999, 1_000, 4_999, 5_000].map((price) => costs(byPrice, [goods(0, 1, price)])), [
      undefined,
      500,
      500,
      300
    ])
    const byPiece = table("quantity", [{ from: 1, amount: 200 }, { from: 3, amount: 500 }])
    assert.deepStrictEqual([1, 2, 3].map((pieces) => costs(byPiece, [goods(0, pieces)])), [200, 200, 500])
  })

  it("adds its price, its table and handling, for each parcel where the table goes by weight", () => {
    const parcels = {
      price: { amount: 100, currency: "EUR" as Currency },
      handling: 50,
      parcelGrams: 10_000,
      ...table("weight", [{ from: 0, amount: 500 }, { from: 5_001, amount: 900 }])
    }
    // 10 kg and 4 kg
    assert.strictEqual(costs(parcels, [goods(2_000, 7)]), 100 + 50 + 900 + 500)
    assert.strictEqual(quote(method(parcels), [goods(2_000, 7)], 0)?.parcels.length, 2)
    assert.isUndefined(costs(parcels, [goods(10_001)]))
    assert.strictEqual(costs(parcels, [goods(0)]), 100 + 50 + 500)
  })

  it("is free from so much on, handling and all", () => {
    const free = { freeFrom: 5_000, handling: 100, price: { amount: 490, currency: "EUR" as Currency } }
    assert.deepStrictEqual([4_999, 5_000].map((price) => costs(free, [goods(0, 1, price)])), [590, 0])
  })

  it("is offered where its zone and its countries hold the address", () => {
    const zones = [{ id: "north", areas: [{ country: "DE", postalCodes: ["2*"] }] }]
    const names = (place: { readonly country: string; readonly postalCode?: string }) =>
      [
        method({ name: "North", zoneId: "north" as never }),
        method({ name: "Germany", countries: ["DE"] }),
        method({ name: "Lost", zoneId: "gone" as never }),
        method({ name: "World" })
      ].filter((each) => reaches(each, place, zones)).map(({ name }) => name)
    assert.deepStrictEqual(names({ country: "DE", postalCode: "20095" }), ["North", "Germany", "World"])
    assert.deepStrictEqual(names({ country: "DE" }), ["Germany", "World"])
    assert.deepStrictEqual(names({ country: "FR", postalCode: "20000" }), ["World"])
  })

  it("that would cost more than can be calculated is not offered", () => {
    const dear = table("weight", [{ from: 0, amount: 0, step: { size: 1, amount: 1_000_000_000_000 } }])
    assert.isUndefined(costs(dear, [goods(1_000_000, 1_000_000)]))
  })
})

describe("a table of rates", () => {
  it("is refused where its tiers overlap or go backwards", () => {
    const isTable = Schema.is(RateTable)
    const tiers = (...from: ReadonlyArray<number>) => ({
      by: "weight",
      tiers: from.map((from) => ({ from, amount: 1 })),
      maximum: null
    })
    assert.isTrue(isTable(tiers(0, 1, 5)))
    for (const wrong of [tiers(), tiers(0, 0), tiers(0, 5, 3), tiers(-1), tiers(0.5)]) assert.isFalse(isTable(wrong))
    assert.isFalse(isTable({ ...tiers(0), by: "size" }))
    assert.isFalse(isTable({ ...tiers(), tiers: [{ from: 0, amount: 1, step: { size: 0, amount: 1 } }] }))
  })
})
