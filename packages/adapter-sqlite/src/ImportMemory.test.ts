import { assert, describe, it } from "@effect/vitest"
import { CatalogFiles } from "@stoa/core/catalog/CatalogFiles"
import * as Shop from "@stoa/core/testing/Shop"
import * as Effect from "effect/Effect"
import { memoryUsage } from "node:process"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as SqliteHarness from "./conformance/SqliteHarness.ts"

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

const inUse = (): number => {
  collectGarbage()
  const { arrayBuffers, heapUsed } = memoryUsage()
  return heapUsed + arrayBuffers
}

/** Products with five lines each and a good deal of text, made while they are read. */
const lines = async function*(count: number) {
  yield "Handle,Title,Body (HTML),Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Tracker,"
    + "Variant Inventory Qty\n"
  for (let line = 0; line < count; line++) {
    const [product, size] = [Math.floor(line / 5), line % 5]
    yield size === 0
      ? `p-${product},Product ${product},"${"Some text, with a comma. ".repeat(800)}",Size,S0,P-${product}-0,10,shopify,3\n`
      : `p-${product},,,,S${size},P-${product}-${size},${size % 4 === 3 ? "bad" : "10"},shopify,3\n`
  }
}

/** How many bytes an import of so many lines needs at most, besides those that were in use before. */
const peak = (count: number) =>
  Effect.gen(function*() {
    const files = yield* CatalogFiles
    const before = inUse()
    let most = 0
    let told = 0
    const report = yield* files.importProducts(lines(count), {
      format: "csv",
      onProgress: () => {
        told += 1
        if (told % 4 === 0) most = Math.max(most, inUse() - before)
      }
    })
    assert.strictEqual(report.products.created, count / 5)
    assert.strictEqual(report.failureCount, count / 5)
    return most
  }).pipe(Effect.provide(Shop.layer(SqliteHarness.inFile.storage())))

describe("the memory of an import", () => {
  it.effect("does not grow with the length of the file", () =>
    Effect.gen(function*() {
      // what is loaded and compiled once
      yield* peak(500)
      // The file is 24 million bytes long. Of it stay the handles, and what the report says of a thousand bad lines.
      assert.isBelow(yield* peak(6_000), 10_000_000)
    }))
})
