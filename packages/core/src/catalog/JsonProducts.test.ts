import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { Buffer } from "node:buffer"
import { ImportRefused } from "./CatalogFilesErrors.ts"
import * as JsonProducts from "./JsonProducts.ts"

const read = async (text: string, size = 65_536): Promise<ReadonlyArray<JsonProducts.JsonRow>> => {
  const bytes = Buffer.from(text)
  const pieces = async function*() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const rows: Array<JsonProducts.JsonRow> = []
  for await (const row of JsonProducts.read(pieces())) rows.push(row)
  return rows
}

const told = async (text: string, size?: number) =>
  (await read(text, size)).map(({ fault, line, text }) => `${line}: ${text?.trim() ?? fault}`)

const refusal = async (text: string): Promise<unknown> => {
  try {
    return await read(text)
  } catch (error) {
    return error instanceof ImportRefused ? error.reason : error
  }
}

const price = { amount: 900, currency: "USD" }
const item = (value: unknown) => JsonProducts.reader()({ line: 7, text: JSON.stringify(value) })

describe("a JSON file", () => {
  it("holds one product on each line, or an array of them", async () => {
    assert.deepStrictEqual(await told("{\"a\":1}\r\n\n{\"a\":2}"), ["1: {\"a\":1}", "3: {\"a\":2}"])
    assert.deepStrictEqual(await told("\ufeff [{\"a\":[1,{}]},\n\n {\"a\":\"]}\\\"\"}, 3,null\n]\n"), [
      "1: {\"a\":[1,{}]}",
      "3: {\"a\":\"]}\\\"\"}",
      "3: 3",
      "3: null"
    ])
    assert.deepStrictEqual(await told("[]"), [])
  })

  it("reads the same however it is laid out and cut into pieces", async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), { maxLength: 5 }),
      fc.constantFrom(undefined, 1, "\t"),
      fc.integer({ min: 1, max: 30 }),
      async (values, indent, size) => {
        const parsed = async (text: string) =>
          (await read(text, size)).map(({ text }) => JSON.parse(text ?? "") as unknown)
        assert.deepStrictEqual(await parsed(JSON.stringify(values, null, indent)), JSON.parse(JSON.stringify(values)))
        if (values.length === 0) return
        assert.deepStrictEqual(
          await parsed(values.map((value) => JSON.stringify(value)).join("\n")),
          JSON.parse(JSON.stringify(values))
        )
      }
    ))
  })

  it("is refused when it is empty or something else", async () => {
    assert.strictEqual(await refusal(" \n "), "empty")
    assert.strictEqual(await refusal("Handle,Title\n"), "not_json")
    assert.strictEqual(await refusal("<html>"), "not_json")
  })

  it("loses the object whose text is not closed, and goes on with the next one", async () => {
    for (const size of [1, 1_000]) {
      assert.deepStrictEqual(
        await told("[\n  {\n    \"a\": \"x\n  },\n  {\n    \"a\": { \"b\": 2 }\n  },\n  { \"a\": 3 }\n]", size),
        [
          "2: has a text whose quote is not closed",
          "5: {\n    \"a\": { \"b\": 2 }\n  }",
          "8: { \"a\": 3 }"
        ]
      )
    }
  })

  it("says where it breaks off", async () => {
    assert.deepStrictEqual(await told("[\n{\"a\":1},\n{\"a\":"), [
      "2: {\"a\":1}",
      "3: is not closed, and nothing behind it was read"
    ])
    assert.deepStrictEqual(await told("[\n{\"a\":1}\n"), ["2: {\"a\":1}", "3: the array is not closed"])
    assert.deepStrictEqual(await told("[1]\nmore"), ["1: 1", "2: stands behind the end of the array"])
  })

  it("does not take an object without end into memory", async () => {
    const endless = `{"a":"${"x".repeat(5_000_000)}"}`
    assert.deepStrictEqual(await told(`{"a":1}\n${endless}\n{"a":2}`), [
      "1: {\"a\":1}",
      "2: is longer than four million characters",
      "3: {\"a\":2}"
    ])
    assert.deepStrictEqual(await told(`[{"a":1},\n${endless},\n{"a":2}]`), [
      "1: {\"a\":1}",
      "2: is longer than four million characters, or is not closed",
      "3: {\"a\":2}"
    ])
  })
})

describe("a product in JSON", () => {
  it("says what createProduct is told, with categories by name and what can be sold", () => {
    const { bad, product } = item({
      title: "Mug",
      categories: [[" Kitchen ", "Cups"]],
      options: [{ name: "Size", values: ["S"] }],
      variants: [{ price, optionValues: [" S"], stock: -2, backorderLimit: 5 }]
    })
    assert.isUndefined(bad)
    assert.deepInclude(product, { slug: "mug", line: 7, categories: { all: [["Kitchen", "Cups"]] } })
    assert.deepStrictEqual(product?.variants, [{
      line: 7,
      fields: { price: price as never, optionValues: ["S"], backorderLimit: 5 },
      ifNew: {},
      backorders: false,
      sellable: -2
    }])
  })

  it("may carry what answers of the catalog carry besides", () => {
    assert.isDefined(
      item({ id: "x", version: 3, categoryIds: ["y"], title: "Mug", variants: [{ id: "z", available: 3, price }] }).product
    )
  })

  it("is bad with an unknown field, a wrong type or no variant, each fault named", () => {
    assert.deepStrictEqual(item({ slug: "mug", tittle: "Mug", variants: [{ price: { ...price, amount: 1.5 } }] }).bad, {
      line: 7,
      handle: "mug",
      message: "tittle: is not known here; title: is missing; "
        + "variants.0.price.amount: Expected a whole number of minor units, such as 1450 for 14.50 USD"
    })
    assert.include(item({ title: "Mug", variants: [] }).bad?.message, "variants")
    assert.include(JsonProducts.reader()({ line: 1, text: "{\"title\": }" }).bad?.message, "is not JSON")
    for (const value of [null, 3, "x", []]) assert.isDefined(item(value).bad)
  })

  it("comes once", () => {
    const read = JsonProducts.reader()
    const text = JSON.stringify({ title: "Mug", variants: [{ price }] })
    assert.isDefined(read({ line: 1, text }).product)
    assert.deepStrictEqual(read({ line: 2, text }).bad, {
      line: 2,
      handle: "mug",
      message: "has a slug that was there before"
    })
  })
})
