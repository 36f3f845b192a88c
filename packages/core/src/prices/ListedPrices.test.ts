import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { ListedPrice } from "./ListedPrices.ts"
import { tiers, unitPrice } from "./ListedPrices.ts"
import { beforeReduction } from "./LowestPrice.ts"

const at = "2026-06-01T00:00:00.000Z" as Timestamp
const where = { at, country: "DE", region: "BY", channel: null }
const euros = (amount: number) => Math.round(amount * 100)

const list = (more: Partial<ListedPrice>): ListedPrice => ({
  listId: "a",
  listName: "A",
  type: "sale",
  countries: [],
  channel: null,
  customerGroupId: null,
  startsAt: null,
  endsAt: null,
  minQuantity: 1,
  amount: 0,
  ...more
})

/** The rows of the first table after a heading of docs/pricing.md. */
const table = (heading: string): ReadonlyArray<ReadonlyArray<string>> => {
  const page = readFileSync(new URL("../../../../docs/pricing.md", import.meta.url), "utf8")
  const section = page.split(`\n### ${heading}\n`)[1]?.split(/\n##/)[0] ?? ""
  return section.split("\n").filter((line) => line.startsWith("|")).slice(2)
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()))
}

/** `sale 15 for AT from 3 until 2026-05-01` as a list. */
const listFrom = (text: string, index: number): ListedPrice => {
  const [, type, amount] = /^(sale|override) ([\d.]+)/.exec(text) ?? []
  const said = (name: string) => new RegExp(` ${name} (\\S+)`).exec(text)?.[1]
  const places = said("in")?.split(",") ?? []
  const day = (name: string) => said(name) === undefined ? null : `${said(name)}T00:00:00.000Z`
  assert(type === "sale" || type === "override", text)
  return list({
    listId: String(index),
    type,
    amount: euros(Number(amount)),
    countries: places.filter((place) => !place.includes("-")),
    subdivisions: places.filter((place) => place.includes("-")),
    channel: said("on") ?? null,
    customerGroupId: said("for") ?? null,
    minQuantity: Number(said("from") ?? 1),
    startsAt: day("since"),
    endsAt: day("until")
  })
}

// What is sold by lists elsewhere, in figures of our own: docs.medusajs.com, Pricing, PriceListType (a sale beside the original price, an
// override in place of it) and price tiers by `min_quantity`; docs.commercetools.com, Price selection (currency and validity decide
// whether a price is considered, then customer group, channel and country how specific it is, and the most specific wins); help.shopify.com,
// compare-at prices (a sale shows the price before it only where that is higher).
describe("the price of a piece", () => {
  const rows = table("Which price counts")
  it("is worked out for each example of the docs", () => {
    assert.isAtLeast(rows.length, 10)
  })
  for (const [name = "", catalog = "", lists = "", quantity = "", price = "", before = ""] of rows) {
    it(`is ${price} where ${name}`, () => {
      const [amount, compareAt] = catalog.split(", before ")
      const found = unitPrice(
        { amount: euros(Number(amount)), compareAt: compareAt === undefined ? null : euros(Number(compareAt)) },
        lists === "" ? [] : lists.split("; ").map(listFrom),
        { ...where, channel: "app" },
        Number(quantity)
      )
      assert.deepStrictEqual(
        [found.amount, found.compareAt],
        [euros(Number(price)), before === "" ? null : euros(Number(before))]
      )
    })
  }

  it("does not depend on the order of the lists", () => {
    const lists = [
      list({ listId: "a", type: "override", amount: 90 }),
      list({ listId: "b", type: "override", amount: 80, countries: ["DE"] }),
      list({ listId: "c", amount: 70 }),
      list({ listId: "d", amount: 70, countries: ["DE"] }),
      list({ listId: "e", amount: 60, countries: ["DE"], minQuantity: 5 }),
      list({ listId: "f", amount: 70, countries: ["DE"] }),
      list({ listId: "g", amount: 75, subdivisions: ["DE-BY"], minQuantity: 8 }),
      list({ listId: "h", amount: 75, countries: ["DE"], subdivisions: ["DE-BY"], minQuantity: 8 })
    ]
    for (const quantity of [1, 4, 5, 9]) {
      const expected = unitPrice({ amount: 100, compareAt: null }, lists, where, quantity)
      assert.strictEqual(expected.list?.id, quantity < 5 ? "d" : quantity < 8 ? "e" : "g")
      for (let turn = 1; turn < lists.length; turn++) {
        const turned = [...lists.slice(turn), ...lists.slice(0, turn)]
        assert.deepStrictEqual(unitPrice({ amount: 100, compareAt: null }, turned, where, quantity), expected)
        assert.deepStrictEqual(unitPrice({ amount: 100, compareAt: null }, turned.reverse(), where, quantity), expected)
      }
    }
  })

  it("is that of the country while nobody knows to which part of it the goods go", () => {
    const lists = [
      list({ listId: "a", type: "override", amount: 95 }),
      list({ listId: "b", type: "override", amount: 97, countries: ["DE"] }),
      list({ listId: "c", type: "override", amount: 99, subdivisions: ["DE-BY", "US-CA"] })
    ]
    const priceAt = (place: { readonly country: string; readonly region?: string | null }) =>
      unitPrice({ amount: 100, compareAt: null }, lists, { at, channel: null, ...place }, 1).amount
    assert.deepStrictEqual([{ country: "DE" }, { country: "DE", region: null }, { country: "DE", region: "HH" }].map(priceAt), [97, 97, 97])
    assert.deepStrictEqual(["BY", "by", "DE-BY"].map((region) => priceAt({ country: "DE", region })), [99, 99, 99])
    // California is CA, and Canada is as well
    assert.deepStrictEqual(
      [{ country: "US", region: "CA" }, { country: "US" }, { country: "CA" }, { country: "AT", region: "BY" }].map(priceAt),
      [99, 95, 95, 95]
    )
  })

  it("has tiers where more pieces cost something else, and nowhere else", () => {
    const lists = [
      list({ type: "override", amount: 90, minQuantity: 5 }),
      list({ type: "override", amount: 90, minQuantity: 7 }),
      list({ type: "override", amount: 80, minQuantity: 10 }),
      list({ type: "override", amount: 1, minQuantity: 10, countries: ["AT"], listId: "b" })
    ]
    assert.deepStrictEqual(tiers({ amount: 100, compareAt: null }, lists, where), [
      { minQuantity: 5, amount: 90 },
      { minQuantity: 10, amount: 80 }
    ])
  })
})

describe("the lowest price before a reduction", () => {
  const day = (number: number) => new Date(Date.UTC(2026, 0, number)).toISOString()
  const base = (from: number, amount: number, compareAt: number | null = null) => ({ listId: "", at: day(from), amount, compareAt })
  const lowest = (amounts: ReadonlyArray<ReturnType<typeof base>>, now: number) =>
    beforeReduction({ amounts, lists: [] }, { at: day(now) as Timestamp, country: "DE", channel: null })

  // the example of the Commission's guidance on Article 6a (2021/C 526/02, 2.1): the price was 100, was lowered to 80 for
  // some days, went back to 100, and is then announced as reduced: the reduction is reckoned from 80
  it("is the lower price of a sale that was over less than 30 days before", () => {
    assert.strictEqual(lowest([base(1, 100), base(10, 80, 100), base(15, 100), base(30, 50, 100)], 31), 80)
  })
  it("is not what was asked earlier than 30 days before", () => {
    assert.strictEqual(lowest([base(1, 50), base(10, 100), base(40, 80, 100)], 41), 100)
    assert.strictEqual(lowest([base(1, 50), base(11, 100), base(40, 80, 100)], 41), 50)
  })
  it("stays while the reduction lasts", () => {
    assert.strictEqual(lowest([base(1, 100), base(40, 80, 100)], 300), 100)
  })
  it("is none without a reduction, or without a price before it", () => {
    assert.strictEqual(lowest([base(1, 100), base(40, 80)], 41), null)
    assert.strictEqual(lowest([base(1, 80, 100)], 41), null)
    assert.strictEqual(lowest([], 41), null)
  })
})
