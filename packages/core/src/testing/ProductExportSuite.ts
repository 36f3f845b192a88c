/**
 * What exporting products must do on every storage.
 *
 * ```ts
 * productExportSuite({ name: "my database", storage: () => MyStorage.layer })
 * ```
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Attributes } from "../catalog/Attributes.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { CatalogFiles } from "../catalog/CatalogFiles.ts"
import type { ImportReport } from "../catalog/ImportReport.ts"
import type { CreateProduct } from "../catalog/Product.ts"
import { Inventory } from "../inventory/Inventory.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import { Stores } from "../stores/Stores.ts"
import { arriving } from "./ImportFixture.ts"
import * as Shop from "./Shop.ts"
import { type CountingHarness, Statements } from "./Statements.ts"
import type { StorageHarness } from "./StorageHarness.ts"

type Format = "csv" | "json"

const exported = (format: Format) =>
  Effect.flatMap(CatalogFiles, (files) => Stream.mkString(files.exportProducts({ format })))

const imported = (format: Format, text: string, size = 700) =>
  Effect.flatMap(CatalogFiles, (files) => files.importProducts(arriving(text, size), { format }))

const counts = ({ failures, products: { created, unchanged, updated } }: ImportReport) =>
  ({ created, updated, unchanged, failures })

/** A shop that sells in the way that is hardest to write down. */
const stocked = Effect.gen(function*() {
  const catalog = yield* Catalog
  const inventory = yield* Inventory
  const kitchen = yield* catalog.createCategory({ name: "Küche" })
  const knives = yield* catalog.createCategory({ name: "Knives, \"sharp\"", parentId: kitchen.id })
  const gifts = yield* catalog.createCategory({ name: "=Gifts" })
  const hostile: typeof CreateProduct.Encoded = {
    title: "=HYPERLINK(\"http://evil.example\",\"Click\")",
    slug: "chefs-messer",
    description: "'=1+1, \"quoted\"\r\n<p>日本 🙂</p>\n\n\ttab, \ufeff and '",
    vendor: "@Vendor, Inc.",
    status: "archived",
    tags: ["-10%", "salt, pepper", "\"quoted\"", "plain"],
    options: [{ name: "+Size", values: ["=S", "M;\nL"] }, { name: "Größe", values: ["1\"", "'2"] }],
    images: [{ url: "https://example.com/a,b.jpg", alt: "@ first" }, { url: "=b.jpg", alt: "" }, { url: "=b.jpg", alt: "2" }],
    seo: { title: "-title", description: "line\nline" },
    taxClass: "reduced",
    shippingClass: "bulky",
    categoryIds: [knives.id, gifts.id],
    variants: [
      { optionValues: ["=S", "1\""], price: Shop.usd(0), sku: "=cmd|' /C calc'!A0", barcode: "0012", stock: 4 },
      { optionValues: ["=S", "'2"], price: Shop.usd(1_234), compareAtPrice: Shop.usd(99_999_999), cost: Shop.usd(1) },
      {
        optionValues: ["M;\nL", "1\""],
        price: Shop.usd(5),
        sku: "-5",
        image: { url: "=b.jpg", alt: "" },
        weightGrams: 12_345,
        requiresShipping: false,
        taxable: false,
        trackStock: false
      },
      { optionValues: ["M;\nL", "'2"], price: Shop.usd(5), image: { url: "https://example.com/c.jpg", alt: "" }, backorderLimit: 7, stock: 0 }
    ]
  }
  const { variants } = yield* catalog.createProduct(hostile)
  yield* inventory.adjust({ adjustments: [{ variantId: variants[3]?.id ?? "", delta: -3 }], reason: "oversold" })
  yield* catalog.createProduct({ title: "Title", status: "draft", variants: [{ price: Shop.usd(900) }] })
  yield* catalog.createProduct({
    title: "Mug",
    categoryIds: [gifts.id],
    variants: [{ price: Shop.usd(900), sku: "M-1", backorderLimit: 1_000_000_000 }]
  })
})

export const productExportSuite = (harness: StorageHarness): void =>
  void describe(`exporting products (${harness.name})`, () => {
    const inShop = <A, E>(effect: Effect.Effect<A, E, Shop.ShopServices>) =>
      Effect.provide(effect, Shop.layer(harness.storage()))

    for (const format of ["csv", "json"] as const) {
      it.effect(`as ${format} and importing that changes nothing, whatever the texts`, () =>
        Effect.gen(function*() {
          yield* stocked
          const text = yield* exported(format)
          assert.deepStrictEqual(
            counts(yield* imported(format, text)),
            { created: 0, updated: 0, unchanged: 3, failures: [] }
          )
          assert.strictEqual(yield* exported(format), text)
          assert.deepStrictEqual(yield* (yield* Inventory).reconcile, [])
        }).pipe(inShop))

      it.effect(`as ${format} and importing that in another store makes the same products`, () =>
        Effect.gen(function*() {
          const stores = yield* Stores
          yield* stocked
          const text = yield* exported(format)
          const { id } = yield* stores.create({ code: "other", name: "Other", currency: "USD" })
          const inOther = Effect.provideService(CurrentStore, id)
          assert.deepStrictEqual(
            counts(yield* inOther(imported(format, text, 7))),
            { created: 3, updated: 0, unchanged: 0, failures: [] }
          )
          assert.strictEqual(yield* inOther(exported(format)), text)
        }).pipe(inShop))

      it.effect(`as ${format} is for staff who may see the catalog`, () =>
        Effect.gen(function*() {
          const as = (actor: Actor.Actor) => Effect.flip(Actor.as(actor)(exported(format)))
          assert.strictEqual((yield* as(Actor.guest()))._tag, "Unauthenticated")
          assert.strictEqual((yield* as(Actor.staff("key_1", ["orders:read"])))._tag, "Forbidden")
          yield* Actor.as(Actor.staff("key_1", ["catalog:read"]))(exported(format))
        }).pipe(inShop))
    }

    it.effect("as json says what attributes say, and what is wrong with it when it is imported", () =>
      Effect.gen(function*() {
        const attributes = yield* Attributes
        yield* attributes.create({ code: "width", title: "Width", type: "number", unitFamily: "length", unit: "cm", required: true })
        yield* attributes.create({ code: "tone", title: "Tone", type: "colour", of: "variant" })
        const line = (slug: string, width: unknown, tone: unknown) =>
          JSON.stringify({ title: "Board", slug, attributes: { width }, variants: [{ price: Shop.usd(1), sku: slug, attributes: { tone } }] })
        const { failures, products } = yield* imported("json", [
          line("board", 12, "#ABCDEF"),
          line("wide", "wide", "#ABCDEF"),
          line("red", 1, "red"),
          JSON.stringify({ title: "Bare", variants: [{ price: Shop.usd(1) }] })
        ].join("\n"))
        assert.strictEqual(products.created, 1)
        assert.deepStrictEqual(failures.map(({ line }) => line), [2, 3, 4])
        assert.match(failures[0]?.message ?? "", /^attributes\.width: Expected a number/)
        assert.match(failures[1]?.message ?? "", /attributes\.tone: Expected a colour/)
        assert.match(failures[2]?.message ?? "", /^attributes\.width: is required/)
        const text = yield* exported("json")
        assert.include(text, JSON.stringify({ width: { amount: 12, unit: "cm" } }))
        assert.include(text, JSON.stringify({ tone: "#abcdef" }))
        assert.deepStrictEqual(counts(yield* imported("json", text)), { created: 0, updated: 0, unchanged: 1, failures: [] })
        const bare = JSON.stringify({ title: "Plank", slug: "board", variants: [{ price: Shop.usd(2), sku: "board" }] })
        assert.strictEqual((yield* imported("json", bare)).products.updated, 1)
        assert.include(yield* exported("json"), JSON.stringify({ tone: "#abcdef" }))
        yield* attributes.create({ code: "batch", title: "Batch", type: "number", of: "variant", required: true })
        const more = (attributes: object) =>
          JSON.stringify({
            title: "Plank",
            slug: "board",
            options: [{ name: "Size", values: ["S", "M"] }],
            variants: [
              { price: Shop.usd(2), sku: "board", optionValues: ["S"] },
              { price: Shop.usd(2), sku: "M", optionValues: ["M"], attributes }
            ]
          })
        assert.match((yield* imported("json", more({}))).failures[0]?.message ?? "", /attributes\.batch: is required/)
        assert.strictEqual((yield* imported("json", more({ batch: 7 }))).products.updated, 1)
        assert.strictEqual((yield* imported("json", more({}))).products.unchanged, 1)
      }).pipe(inShop))

    it.effect("as csv has a column for each attribute, which an import reads by its type", () =>
      Effect.gen(function*() {
        const attributes = yield* Attributes
        const make = (code: string, more: object) =>
          attributes.create({ code, title: code.toUpperCase(), type: "text", ...more })
        const choices = [{ code: "oak", label: "Solid oak" }, { code: "ash", label: "Ash" }]
        yield* make("width", { type: "number", unitFamily: "length", unit: "cm", title: "Width, outside" })
        yield* make("stars", { type: "number", position: 1 })
        yield* make("vegan", { type: "boolean", position: 2 })
        yield* make("wood", { type: "choice", choices, position: 3 })
        yield* make("woods", { type: "choices", choices, position: 4 })
        yield* make("care", { type: "long_text", position: 5 })
        yield* make("tone", { type: "colour", of: "variant", position: 6 })
        yield* make("origin", { required: true, position: 7 })
        const columns = "Handle,Title,Option1 Name,Option1 Value,Variant Price,\"Width, outside (product.metafields.custom.width)\","
          + "Stars (product.metafields.custom.stars),vegan (product.metafields.shopify.vegan),"
          + "x (product.metafields.custom.wood),x (product.metafields.custom.woods),x (product.metafields.custom.care),"
          + "Tone (variant.metafields.custom.tone),Origin (product.metafields.custom.origin),Z (product.metafields.custom.nobody-knows-it)"
        const report = yield* imported("csv", [
          columns,
          "board,Board,Size,S,1,0.4 m,-4.5,yes,solid OAK,Ash; oak,\"Wipe, \nthen dry\",#ABCDEF,Oslo,what",
          "board,,,M,1,,,,,,,,,",
          "wide,Wide,Title,Default Title,1,wide,1,true,oak,oak,x,,Oslo,",
          "heavy,Heavy,Title,Default Title,1,4 kg,1,true,oak,oak,x,,Oslo,",
          "red,Red,Size,S,1,40,1,true,oak,oak,x,red,Oslo,",
          "pine,Pine,Title,Default Title,1,40,1,perhaps,pine,oak,x,,Oslo,",
          "bare,Bare,Title,Default Title,1,,,,,,,,,"
        ].join("\n"))
        assert.deepStrictEqual(report.failures.map(({ line }) => line), [5, 6, 7, 8, 9], JSON.stringify(report.failures))
        assert.match(report.failures[0]?.message ?? "", /^attributes\.width: Expected a number, or an amount/)
        assert.match(report.failures[1]?.message ?? "", /^attributes\.width: Expected a number, or an amount with one of the units/)
        assert.match(report.failures[2]?.message ?? "", /attributes\.tone: Expected a colour/)
        assert.match(report.failures[3]?.message ?? "", /attributes\.vegan: .*attributes\.wood: /)
        assert.match(report.failures[4]?.message ?? "", /^attributes\.origin: is required/)
        const catalog = yield* Catalog
        const board = yield* catalog.getProduct("board")
        assert.deepStrictEqual(board.attributes as unknown, {
          care: "Wipe, \nthen dry",
          origin: "Oslo",
          stars: -4.5,
          vegan: true,
          width: { amount: 0.4, unit: "m" },
          wood: "oak",
          woods: ["oak", "ash"]
        })
        assert.deepStrictEqual(board.variants.map(({ attributes }) => attributes?.["tone"]), ["#abcdef", undefined])
        const text = yield* exported("csv")
        assert.include(text, "\"Width, outside (product.metafields.custom.width)\",STARS (product.metafields.custom.stars)")
        assert.include(text, ",0.4 m,'-4.5,true,oak,oak; ash,")
        assert.deepStrictEqual(counts(yield* imported("csv", text)), { created: 0, updated: 0, unchanged: 1, failures: [] })
        yield* imported("csv", "Handle,Title,Variant Price,x (product.metafields.custom.width),x (product.metafields.custom.origin)\nboard,Board,,,\n")
        const lines = ["Handle,Title,Option1 Name,Option1 Value,Variant Price,x (product.metafields.custom.width),x (product.metafields.custom.origin)"]
        yield* imported("csv", [...lines, "board,Board,Size,S,1,,", "board,,,M,1,,"].join("\n"))
        const after = yield* catalog.getProduct("board")
        assert.deepStrictEqual([after.attributes?.["width"], after.attributes?.["origin"], after.attributes?.["wood"]], [undefined, "Oslo", "oak"])
        assert.deepStrictEqual(after.variants[0]?.attributes, { tone: "#abcdef" })
      }).pipe(inShop))

    it.effect("says how goods ship, which an import changes where it says something of it and leaves where it does not", () =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        yield* stocked
        assert.match(yield* exported("csv"), /,archived,bulky$/m)
        const classNow = Effect.map(catalog.getProduct("mug"), ({ shippingClass }) => shippingClass)
        const lines = (more: string, cell: string) => `Handle,Title,Variant Price${more}\nmug,Mug,12${cell}\n`
        yield* imported("csv", lines(",Shipping class", ",fragile"))
        assert.strictEqual(yield* classNow, "fragile")
        assert.strictEqual(counts(yield* imported("csv", lines("", ""))).unchanged, 1)
        const { failures } = yield* imported("csv", lines(",Shipping class", ",Very Fragile"))
        assert.match(failures[0]?.message ?? "", /^Shipping class: /)
        const price = { amount: 900, currency: "USD" }
        yield* imported("json", JSON.stringify({ title: "Mug", slug: "mug", variants: [{ price }] }))
        assert.strictEqual(yield* classNow, "fragile")
        yield* imported("csv", lines(",Shipping class", ","))
        assert.strictEqual(yield* classNow, "standard")
      }).pipe(inShop))

    it.effect("writes nothing that a spreadsheet would run", () =>
      Effect.gen(function*() {
        yield* stocked
        const text = yield* exported("csv")
        const cells = text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,\n]*))/gm)
        for (const [, quoted, plain] of cells) {
          const cell = quoted ?? plain ?? ""
          if (!/^-\d+$/.test(cell)) assert.notMatch(cell, /^[=+\-@\t\r]/)
        }
      }).pipe(inShop))

    it.effect("of an empty shop has a header and no lines", () =>
      Effect.gen(function*() {
        assert.match(yield* exported("csv"), /^Handle,Title,Body \(HTML\),.*,Status,Shipping Class\n$/)
        assert.strictEqual(yield* exported("json"), "")
        assert.strictEqual((yield* Effect.flip(exported("xml" as never)))._tag, "InvalidInput")
      }).pipe(inShop))

    it.effect("gives the products of its own store only", () =>
      Effect.gen(function*() {
        yield* stocked
        const { id } = yield* (yield* Stores).create({ code: "other", name: "Other", currency: "USD" })
        assert.strictEqual(yield* Effect.provideService(exported("json"), CurrentStore, id), "")
      }).pipe(inShop))
  })

export const productExportBudgets = (harness: CountingHarness): void =>
  void describe(`exporting products (${harness.name})`, () => {
    it.effect("takes four statements for every hundred products", () =>
      Effect.gen(function*() {
        const { record } = yield* Statements
        const lines = Array.from({ length: 250 }, (_, index) => `p-${index},P,1`)
        yield* imported("csv", ["Handle,Title,Variant Price", ...lines].join("\n"))
        for (const format of ["csv", "json"] as const) {
          const [text, statements] = yield* record(exported(format))
          assert.strictEqual(text.trim().split("\n").length, format === "csv" ? 251 : 250)
          assert.isAtMost(statements.length, 1 + 3 * 4)
        }
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))
  })
