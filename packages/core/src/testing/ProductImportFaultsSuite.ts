/**
 * What importing products must do on every storage when something is wrong with the file.
 *
 * ```ts
 * productImportFaultsSuite({ name: "my database", storage: () => MyStorage.layer })
 * ```
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { AuditLog } from "../audit/AuditLog.ts"
import { CatalogFiles } from "../catalog/CatalogFiles.ts"
import { maximumFailures } from "../catalog/ImportReport.ts"
import { columns, counts, failures, find, findAll, importLines, refusal, shirt } from "./ImportFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

export const productImportFaultsSuite = (harness: StorageHarness): void =>
  void describe(`importing products with faults (${harness.name})`, () => {
    const inShop = <A, E>(effect: Effect.Effect<A, E, Shop.ShopServices>) =>
      Effect.provide(effect, Shop.layer(harness.storage()))

    it.effect("names the lines of a product with a SKU of another one, and lets all others land", () =>
      Effect.gen(function*() {
        yield* importLines(shirt(["S", "10"]))
        const many = Array.from({ length: 50 }, (_, index) => `p-${index},P ${index},,,P-${index},1,shopify,1,deny,`)
        const report = yield* importLines([
          columns,
          ...many.slice(0, 30),
          "taken,Taken,Size,S,T-1,1,shopify,1,deny,",
          "taken,,,M,SH-S,1,shopify,1,deny,",
          ...many.slice(30),
          "again,Again,,,P-7,1,shopify,1,deny,"
        ])
        assert.deepStrictEqual(counts(report), { created: 50, updated: 0, unchanged: 0, failed: 3 })
        assert.deepStrictEqual(failures(report), [
          "32: belongs to a product that cannot be imported because of line 33",
          "33: The SKU SH-S is taken",
          "54: The SKU P-7 is taken"
        ])
        assert.deepStrictEqual(yield* findAll("taken", "again"), [])
        assert.deepStrictEqual(yield* Shop.stockOf((yield* find("p-49")).variants[0]?.id ?? ""), {
          onHand: 1,
          available: 1
        })
      }).pipe(inShop))

    it.effect("keeps a variant whose line is bad as it is, and lets the other lines land", () =>
      Effect.gen(function*() {
        yield* importLines(shirt(["S", "10"], ["M", "10"], ["L", "10"]))
        const before = yield* find("shirt")
        const report = yield* importLines(shirt(["S", "11"], ["M", "eleven"]))
        assert.deepStrictEqual(failures(report), ["3: Variant Price must be an amount in USD such as 19.99"])
        const after = yield* find("shirt")
        assert.deepStrictEqual(after.variants.map(({ id, price }) => [id, price.amount]), [
          [before.variants[0]?.id, 1_100],
          [before.variants[1]?.id, 1_000]
        ])
      }).pipe(inShop))

    it.effect("changes nothing of a product whose first line is bad, nor of what comes back to it", () =>
      Effect.gen(function*() {
        yield* importLines([...shirt(["S", "10"], ["M", "10"]), "mug,Mug,,,M-1,9,shopify,1,deny,"])
        const before = yield* findAll("shirt", "mug")
        const report = yield* importLines([
          ...shirt(["S", "11"], ["M", "11"]).map((line) => line.replace("Shirt,", `${"S".repeat(301)},`)),
          "mug,Mug,,,M-1,9,shopify,1,deny,",
          "cup,Cup,,,C-1,9,shopify,1,deny,",
          "mug,Mug,,,M-1,10,shopify,1,deny,"
        ])
        assert.deepStrictEqual(failures(report), [
          "2: Title: Expected a value with a length of at most 300",
          "3: belongs to the product in line 2, which is bad",
          "6: has a handle that was there before; the lines of a product must stand together"
        ])
        assert.deepStrictEqual(counts(report), { created: 1, updated: 0, unchanged: 1, failed: 3 })
        assert.deepStrictEqual(yield* findAll("shirt", "mug"), before)
      }).pipe(inShop))

    it.effect("reads on after a broken quote", () =>
      Effect.gen(function*() {
        const report = yield* importLines("\ufeff" + [
          columns,
          "a,A,,,A-1,1,,,,",
          "b,\"B,,,B-1,1,,,,",
          "c,\"C \"\"quoted\"\"\",,,C-1,1,,,,",
          "d,D,,,D-1"
        ].join("\r\n"))
        assert.deepStrictEqual(failures(report), [
          "3: a quote within a quoted cell is not doubled, or the quote before it is not closed",
          "5: has 5 cells where the header has 10"
        ])
        assert.deepStrictEqual((yield* findAll("a", "b", "c", "d")).map(({ title }) => title), ["A", "C \"quoted\""])
      }).pipe(inShop))

    it.effect("refuses a file that is not one of products, before it changes anything", () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* refusal(importLines("")), "empty")
        assert.strictEqual(yield* refusal(importLines("Handle,Name\na,A")), "wrong_header")
        assert.strictEqual(yield* refusal(importLines("\"Handle,Title\n")), "not_csv")
        assert.strictEqual(yield* refusal(importLines("{}", { format: "csv" })), "wrong_header")
        assert.strictEqual(yield* refusal(importLines("Handle,Title", { format: "json" })), "not_json")
        const error = yield* Effect.flip(importLines("Handle\na"))
        assert.include(error.message, "Title, Variant Price")
        assert.strictEqual((yield* Effect.flip(importLines("", { format: "xml" as never })))._tag, "InvalidInput")
        assert.deepStrictEqual((yield* (yield* AuditLog).list({ action: "catalog.import" })).items, [])
      }).pipe(inShop))

    it.effect("lets go of a file that it does not read to its end", () =>
      Effect.gen(function*() {
        const files = yield* CatalogFiles
        let closed = false
        const wrong = async function*() {
          try {
            for (;;) yield "Handle,Name\na,A\n"
          } finally {
            closed = true
          }
        }
        assert.strictEqual(yield* refusal(files.importProducts(wrong(), { format: "csv" })), "wrong_header")
        assert.isTrue(closed)
      }).pipe(inShop))

    it.effect("has imported what came before the file broke off", () =>
      Effect.gen(function*() {
        const files = yield* CatalogFiles
        const broken = async function*() {
          yield `${columns}\n`
          for (let index = 0; index < 250; index++) yield `p-${index},P,,,,1,,,,\n`
          throw new Error("connection lost")
        }
        const error = yield* Effect.flip(files.importProducts(broken(), { format: "csv" }))
        assert.strictEqual(error.message, "The file could not be read to its end: connection lost")
        assert.strictEqual((yield* findAll("p-0", "p-199", "p-249")).length, 2)
      }).pipe(inShop))

    it.effect("names a thousand faults and counts all", () =>
      Effect.gen(function*() {
        const report = yield* importLines([columns, ...Array.from({ length: 2_500 }, (_, index) => `p-${index},P,,,,x,,,,`)])
        assert.strictEqual(report.failureCount, 2_500)
        assert.strictEqual(report.failures.length, maximumFailures)
        assert.deepStrictEqual(report.failures.map(({ line }) => line), Array.from({ length: 1_000 }, (_, at) => at + 2))
      }).pipe(inShop))

    it.effect("names the bad objects of a JSON file, and lets the others land", () =>
      Effect.gen(function*() {
        const mug = (slug: string, more: object = {}) =>
          JSON.stringify({ slug, title: "Mug", variants: [{ price: Shop.usd(900), stock: 2 }], ...more })
        const lines = [
          mug("a"),
          "{\"slug\": \"b\"",
          mug("c", { variants: [] }),
          mug("d", { variants: [{ price: { amount: 9, currency: "EUR" } }] }),
          mug("a"),
          mug("e", { categories: [["Cups"], ["Gifts", "Small"]], variants: [{ price: Shop.usd(1), sku: "E" }] })
        ]
        const report = yield* importLines(lines, { format: "json" })
        assert.deepStrictEqual(counts(report), { created: 2, updated: 0, unchanged: 0, failed: 4 })
        assert.deepStrictEqual(failures(report), [
          "2: is not JSON",
          "3: variants: Expected a value with a length of at least 1",
          "4: price.currency: must be USD, the currency of the store",
          "5: has a slug that was there before"
        ])
        assert.deepStrictEqual(yield* Shop.stockOf((yield* find("a")).variants[0]?.id ?? ""), {
          onHand: 2,
          available: 2
        })
        assert.strictEqual((yield* find("e")).categoryIds.length, 2)
        const array = `[\n${[mug("a"), mug("f", { title: 3 }), mug("g")].join(",\n")}\n]`
        const again = yield* importLines(array, { format: "json" })
        assert.deepStrictEqual(counts(again), { created: 1, updated: 0, unchanged: 1, failed: 1 })
        assert.deepStrictEqual(failures(again), ["3: title: Expected string"])
      }).pipe(inShop))

    it.effect("of ten thousand lines, some of them bad, lands the good ones and names the others", () =>
      Effect.gen(function*() {
        const bad: Array<number> = []
        const lines = Array.from({ length: 10_000 }, (_, index) => {
          const [product, size] = [Math.floor(index / 5), index % 5]
          const price = index % 97 === 3 && size > 0 ? "?" : `${10 + size}.50`
          const quote = index % 501 === 7 && size > 0 ? "\"" : ""
          if (price === "?" || quote !== "") bad.push(index + 2)
          return `p-${product},${size === 0 ? `Product ${product},Size` : ","},${quote}S${size},P-${product}-${size},`
            + `${price},shopify,${index % 7},deny,${size === 0 ? `Group ${product % 20}` : ""}`
        })
        const report = yield* importLines([columns, ...lines])
        assert.deepStrictEqual(report.failures.map(({ line }) => line), bad)
        assert.deepStrictEqual(counts(report), { created: 2_000, updated: 0, unchanged: 0, failed: bad.length })
        assert.strictEqual(report.lines, 10_000)
        const { variants } = yield* find("p-1999")
        assert.deepStrictEqual(variants.map(({ price, sku }) => [sku, price.amount]), [
          ["P-1999-0", 1_050],
          ["P-1999-1", 1_150],
          ["P-1999-2", 1_250],
          ["P-1999-3", 1_350],
          ["P-1999-4", 1_450]
        ])
        assert.deepStrictEqual(
          counts(yield* importLines([columns, ...lines])),
          { created: 0, updated: 0, unchanged: 2_000, failed: bad.length }
        )
      }).pipe(inShop), 300_000)
  })
