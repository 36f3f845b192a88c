import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { Currency } from "../kernel/Currency.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { atOnePrice, type ShippingMethod, type ShippingMethodId } from "./ShippingMethod.ts"
import * as ShippingParts from "./ShippingParts.ts"

const at = "2026-11-25T08:00:00.000Z" as Timestamp

const method = (name: string, shippingClasses: ReadonlyArray<string>, price: number, more: Partial<ShippingMethod> = {}): ShippingMethod =>
  atOnePrice({ id: name as ShippingMethodId, name, price: { amount: price, currency: "EUR" as Currency }, shippingClasses, at, ...more })

const goods = (id: string, shippingClass: string, weightGrams = 500): ShippingParts.Sent => ({
  id,
  shippingClass,
  weightGrams,
  quantity: 1,
  unitPrice: 1_000
})

const nothing: ShippingParts.Chosen = { shippingMethodId: null, shippingChoices: [] }
const choosing = (choices: Readonly<Record<string, string>>): ShippingParts.Chosen => ({
  shippingMethodId: null,
  shippingChoices: Object.entries(choices).map(([part, id]) => ({ part, shippingMethodId: id as ShippingMethodId }))
})

const plan = (
  methods: ReadonlyArray<ShippingMethod>,
  sent: ReadonlyArray<ShippingParts.Sent>,
  chosen: ShippingParts.Chosen = nothing,
  more: Partial<ShippingParts.Terms> = {}
) => ShippingParts.plan({ methods, zones: [], place: { country: "DE" }, subtotal: 2_000, ...more }, sent, chosen)

const shown = ({ shipments }: ShippingParts.Plan) => shipments.map(({ goods, id, quote }) => [id, quote.method.name, quote.amount, goods.map((one) => one.id).join()])

const post = method("Post", ["standard", "fragile"], 490)
const freight = method("Freight", ["bulky"], 4_900)
const van = method("Van", [], 3_900)
const counter = method("Counter", [], 0)
const book = goods("book", "standard")
const sofa = goods("sofa", "bulky", 60_000)

describe("goods of a cart", () => {
  it("are one part where every method takes everything, whatever their classes are", () => {
    const all = plan([van, counter], [book, sofa])
    assert.deepStrictEqual(all.groups.map(({ id }) => id), ["bulky+standard"])
    assert.deepStrictEqual(shown(all), [["bulky+standard", "Van", 3_900, "book,sofa"]])
    assert.deepStrictEqual(all.together, all.groups[0]?.quotes)
  })

  it("ship apart by the first method that takes each, where none is chosen", () => {
    const apart = plan([post, freight], [sofa, book, goods("vase", "fragile")])
    assert.deepStrictEqual(apart.groups.map(({ id, quotes }) => [id, quotes.map((quote) => quote.method.name).join()]), [
      ["bulky", "Freight"],
      ["fragile+standard", "Post"]
    ])
    assert.deepStrictEqual(shown(apart), [["bulky", "Freight", 4_900, "sofa"], ["fragile+standard", "Post", 490, "book,vase"]])
    assert.deepStrictEqual([apart.together, apart.without, apart.unavailable], [[], [], []])
  })

  it("go together, and pay once, where the same method is chosen for each or one for all", () => {
    const methods = [post, freight, van]
    const once = [["bulky+standard", "Van", 3_900, "book,sofa"]]
    assert.deepStrictEqual(shown(plan(methods, [book, sofa], choosing({ bulky: "Van", standard: "Van" }))), once)
    assert.deepStrictEqual(shown(plan(methods, [book, sofa], { shippingMethodId: "Van", shippingChoices: [] })), once)
    assert.deepStrictEqual(
      shown(plan(methods, [book, sofa], choosing({ bulky: "Van" }))),
      [["bulky", "Van", 3_900, "sofa"], ["standard", "Post", 490, "book"]]
    )
  })

  it("go in two parts by one method that cannot carry so much at once", () => {
    const small = method("Small", [], 700, { rates: { by: "weight", tiers: [{ from: 0, amount: 0 }], maximum: 60_000 } })
    assert.deepStrictEqual(
      shown(plan([small, post, freight], [book, sofa])),
      [["bulky", "Small", 700, "sofa"], ["standard", "Small", 700, "book"]]
    )
  })

  it("keep a method that was chosen for all where it goes, and take the first where it does not", () => {
    const chosen = { shippingMethodId: "Post", shippingChoices: [] }
    assert.deepStrictEqual(
      shown(plan([van, post, freight], [book, sofa], chosen)),
      [["bulky", "Van", 3_900, "sofa"], ["standard", "Post", 490, "book"]]
    )
    const gone = plan([post, freight], [book, sofa], { shippingMethodId: "Gone", shippingChoices: [] })
    assert.deepStrictEqual([gone.shipments, gone.without.length, gone.unavailable as ReadonlyArray<string>], [[], 2, ["Gone"]])
  })

  it("name the part that nobody takes, and the method that does not", () => {
    const nobody = plan([post], [book, sofa])
    assert.deepStrictEqual([nobody.without.map(({ id }) => id), nobody.unavailable], [["bulky"], []])
    assert.deepStrictEqual(shown(nobody), [["standard", "Post", 490, "book"]])
    const wrong = plan([post, freight], [book, sofa], choosing({ bulky: "Post" }))
    assert.deepStrictEqual([wrong.without.map(({ id }) => id), wrong.unavailable as ReadonlyArray<string>], [["bulky"], ["Post"]])
    // what takes a class elsewhere takes it not here
    assert.deepStrictEqual(plan([post, { ...freight, countries: ["US"] }], [book, sofa]).without.map(({ id }) => id), ["bulky"])
  })

  it("are free by what the whole order costs, and cost what a carrier asks for each part", () => {
    const free = { ...post, freeFrom: 2_000 }
    assert.deepStrictEqual(shown(plan([free, freight], [book, sofa])).map(([, , amount]) => amount), [4_900, 0])
    const carrierRates = new Map([[ShippingParts.rateKey("bulky", "Freight"), 7_777]])
    assert.deepStrictEqual(shown(plan([post, freight], [book, sofa], nothing, { carrierRates })).map(([, , amount]) => amount), [7_777, 490])
  })

  it("are each in one part, whatever is offered and chosen, and in the same whatever the order of the lines", () => {
    const classes = fc.constantFrom("standard", "bulky", "fragile")
    const name = fc.constantFrom("a", "b", "c", "d")
    fc.assert(fc.property(
      fc.uniqueArray(fc.record({ name, classes: fc.uniqueArray(classes, { maxLength: 3 }) }), { selector: ({ name }) => name, maxLength: 4 }),
      fc.array(classes, { minLength: 1, maxLength: 6 }),
      fc.option(name, { nil: null }),
      fc.uniqueArray(fc.record({ part: fc.constantFrom("standard", "bulky", "bulky+fragile"), shippingMethodId: name.map((id) => id as ShippingMethodId) }), { selector: ({ part }) => part }),
      (offered, kinds, shippingMethodId, shippingChoices) => {
        const methods = offered.map((each) => method(each.name, each.classes, 100))
        const sent = kinds.map((kind, index) => goods(`line ${index}`, kind))
        const chosen = { shippingMethodId, shippingChoices }
        const { groups, shipments, without } = plan(methods, sent, chosen)
        const ids = (parts: ReadonlyArray<{ readonly goods: ReadonlyArray<ShippingParts.Sent> }>) =>
          parts.flatMap((part) => part.goods.map(({ id }) => id)).sort()
        assert.deepStrictEqual(ids(groups), sent.map(({ id }) => id).sort())
        assert.deepStrictEqual(ids([...shipments, ...without]), ids(groups))
        for (const { goods, quote } of shipments) {
          const { shippingClasses } = quote.method
          assert.isTrue(shippingClasses.length === 0 || goods.every(({ shippingClass }) => shippingClasses.includes(shippingClass)))
        }
        const reversed = plan(methods, sent.toReversed(), chosen)
        const named = (parts: ReadonlyArray<ShippingParts.Shipment>) =>
          parts.map(({ goods, id, quote }) => [id, quote.method.id, quote.amount, goods.map((one) => one.id).sort().join()])
        assert.deepStrictEqual(named(reversed.shipments), named(shipments))
      }
    ), { numRuns: 1_000 })
  })
})
