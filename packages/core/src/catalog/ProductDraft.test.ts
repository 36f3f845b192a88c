import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import type { Currency } from "../kernel/Currency.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { CategoryId } from "./Category.ts"
import type { Product, ProductId, VariantId } from "./Product.ts"
import type { DraftedProduct, Given, ProductDraft, VariantDraft } from "./ProductDraft.ts"
import * as ProductDrafts from "./ProductDraft.ts"

const currency = "EUR" as Currency
const eur = (amount: number) => ({ amount, currency })

const given: Given = {
  currency,
  now: "2026-11-22T08:00:00.000Z" as Timestamp,
  productId: "prod_new" as ProductId,
  required: [],
  variantIds: ["new_0", "new_1", "new_2", "new_3"] as ReadonlyArray<string> as ReadonlyArray<VariantId>,
  categoryId: (path) => path.join("/") as CategoryId,
  vendorOf: () => undefined
}

const variant = (
  optionValue: string,
  fields: VariantDraft["fields"] = {},
  more: Partial<VariantDraft> = {}
): VariantDraft => ({
  line: 2,
  fields: { price: eur(1_000), optionValues: [optionValue], ...fields },
  ifNew: {},
  backorders: false,
  sellable: undefined,
  ...more
})

const draft = (more: Partial<ProductDraft> = {}): ProductDraft => ({
  line: 2,
  lines: [2],
  slug: "shirt",
  fields: { title: "Shirt" },
  seo: {},
  categories: undefined,
  options: [{ name: "Size" }],
  variants: [variant("S"), variant("M")],
  keep: [],
  keepAll: false,
  ...more
})

const made = (draft: ProductDraft, existing?: Product, besides = given): DraftedProduct => {
  const result = ProductDrafts.apply(draft, existing, besides)
  if (Result.isFailure(result)) throw new Error(JSON.stringify(result.failure))
  return result.success
}

const failures = (draft: ProductDraft, existing?: Product): ReadonlyArray<string> => {
  const result = ProductDrafts.apply(draft, existing, given)
  return Result.isFailure(result) ? result.failure.map(({ line, message }) => `${line}: ${message}`) : []
}

/** A shirt that is there already. */
const shirt: Product = {
  ...made(draft({
    fields: { title: "Shirt", description: "Cotton", vendor: "Acme", tags: ["top"], status: "draft", taxClass: "reduced" },
    seo: { title: "Shirts", description: "All shirts" },
    variants: [
      variant("S", { sku: "S-1", cost: eur(400), backorderLimit: 3 }),
      variant("M", { sku: "M-1", compareAtPrice: eur(1_500) }),
      variant("L", { sku: "L-1" })
    ]
  }), undefined, {
    ...given,
    productId: "prod_old" as ProductId,
    variantIds: ["old_0", "old_1", "old_2"] as ReadonlyArray<string> as ReadonlyArray<VariantId>
  }).product,
  categoryIds: ["Tops", "Sale"] as ReadonlyArray<string> as ReadonlyArray<CategoryId>,
  version: 4,
  createdAt: "2026-11-01T08:00:00.000Z" as Timestamp
}
const idsOf = ({ product }: DraftedProduct) => product.variants.map(({ id }) => String(id))

describe("a product from a file", () => {
  it("is new where there is none, with the options that its variants name", () => {
    const { change, product } = made(draft({ variants: [variant("M"), variant("S"), variant("M ", { optionValues: ["L"] })] }))
    assert.strictEqual(change, "created")
    assert.deepStrictEqual([product.id, product.version, product.status], [given.productId, 1, "active"])
    assert.deepStrictEqual(product.options, [{ name: "Size", values: ["M", "S", "L"] }])
  })

  it("keeps what the file does not say, its id, and when it was created", () => {
    const { change, product } = made(
      draft({
        options: undefined,
        variants: [
          variant("S", { sku: "S-1", price: eur(900) }),
          variant("M", { sku: "M-1" }),
          { ...variant("L", { sku: "L-1" }), fields: { sku: "L-1", price: eur(1_000) } }
        ]
      }),
      shirt
    )
    assert.strictEqual(change, "updated")
    assert.deepStrictEqual(product, {
      ...shirt,
      version: 5,
      updatedAt: given.now,
      variants: shirt.variants.map((variant, index) => index === 0 ? { ...variant, price: eur(900) } : variant)
    })
  })

  it("is unchanged where the file says what is there already", () => {
    const { change, product } = made(
      draft({
        categories: { main: ["Tops"] },
        variants: shirt.variants.map(({ optionValues, price, sku }) => variant(optionValues[0] ?? "", { sku, price }))
      }),
      shirt
    )
    assert.strictEqual(change, "unchanged")
    assert.strictEqual(product.id, shirt.id)
  })

  it("finds its variants by SKU first, then by option values, and drops those that are no longer there", () => {
    const drafted = made(
      draft({
        variants: [
          variant("M", { sku: "S-1" }),
          variant("XL", { sku: "M-1" }),
          variant("S", { sku: "new" }),
          variant("XXL")
        ]
      }),
      shirt
    )
    assert.deepStrictEqual(idsOf(drafted), ["old_0", "old_1", "new_2", "new_3"])
    assert.deepStrictEqual(idsOf(made(draft({ variants: [variant("L", { sku: "other" })] }), shirt)), ["old_2"])
  })

  it("finds the only variant though the file says neither SKU nor option values", () => {
    const [first] = shirt.variants
    const silent = draft({ options: undefined, variants: [{ ...variant("S"), fields: { price: eur(900) } }] })
    const simple: Product = { ...shirt, options: [], variants: first === undefined ? [] : [{ ...first, optionValues: [] }] }
    assert.deepStrictEqual(idsOf(made(silent, simple)), ["old_0"])
    assert.deepStrictEqual(idsOf(made(silent, { ...shirt, variants: shirt.variants.slice(0, 1) })), ["old_0"])
    assert.deepStrictEqual(failures(silent, shirt).length, 1)
  })

  it("keeps the variants that bad lines are about, in their places", () => {
    const some = draft({ variants: [variant("L"), variant("XL")] })
    assert.deepStrictEqual(
      idsOf(made({ ...some, keep: [{ sku: "M-1", optionValues: null }, { sku: "x", optionValues: ["S"] }] }, shirt)),
      ["old_0", "old_1", "old_2", "new_1"]
    )
    assert.deepStrictEqual(idsOf(made({ ...some, keepAll: true }, shirt)), ["old_0", "old_1", "old_2", "new_1"])
    assert.deepStrictEqual(
      idsOf(made({ ...some, keep: [{ sku: null, optionValues: ["unknown"] }] }, shirt)),
      ["old_2", "new_1"]
    )
    const kept = made({ ...some, keep: [{ sku: "M-1", optionValues: null }] }, shirt).product
    assert.deepStrictEqual(kept.variants[0], { ...shirt.variants[1], position: 0 })
    assert.deepStrictEqual(kept.options, [{ name: "Size", values: ["M", "L", "XL"] }])
  })

  it("cannot be without variants, nor keep one that no longer fits", () => {
    assert.deepStrictEqual(failures(draft({ variants: [] })), ["2: none of the product's variants can be imported"])
    assert.deepStrictEqual(
      failures(draft({ options: [], variants: [variant("", { optionValues: [] })], keepAll: true }), shirt).length > 0,
      true
    )
  })

  it("keeps the order of option values, and drops those whose last variant goes", () => {
    const worn: Product = { ...shirt, options: [{ name: "Size", values: ["XS", "L", "M", "S"] }] }
    assert.deepStrictEqual(
      made(draft({ variants: [variant("S"), variant("XXL"), variant("M")] }), worn).product.options,
      [{ name: "Size", values: ["XS", "M", "S", "XXL"] }]
    )
    assert.deepStrictEqual(
      made(draft({ options: [{ name: "Length" }], variants: [variant("S"), variant("L")] }), worn).product.options,
      [{ name: "Length", values: ["S", "L"] }]
    )
    assert.deepStrictEqual(
      made(draft({ options: [{ name: "Size", values: ["M", "S", "?"] }] }), worn).product.options,
      [{ name: "Size", values: ["M", "S", "?"] }]
    )
  })

  it("is on sale only where the price before is above the price", () => {
    const before = (compareAtPrice: number, price: number) =>
      made(draft({ variants: [variant("S", { price: eur(price), compareAtPrice: eur(compareAtPrice) })] }))
        .product.variants[0]?.compareAtPrice
    assert.deepStrictEqual([before(11, 10), before(10, 10), before(0, 10)], [eur(11), null, null])
    const raised = made(draft({ variants: [variant("M", { price: eur(1_600) })] }), shirt)
    assert.isNull(raised.product.variants[0]?.compareAtPrice)
  })

  it("changes its main category and keeps the others", () => {
    const categories = (categories: ProductDraft["categories"]) =>
      made(draft({ categories }), shirt).product.categoryIds as ReadonlyArray<string>
    assert.deepStrictEqual(categories(undefined), ["Tops", "Sale"])
    assert.deepStrictEqual(categories({ main: ["Tops"] }), ["Tops", "Sale"])
    assert.deepStrictEqual(categories({ main: ["Wear", "Tops"] }), ["Wear/Tops", "Sale"])
    assert.deepStrictEqual(categories({ main: ["Sale"] }), ["Sale"])
    assert.deepStrictEqual(categories({ main: null }), [])
    assert.deepStrictEqual(categories({ all: [["Sale"], ["New"]] }), ["Sale", "New"])
  })

  it("is sold beyond what is there as far as before, or without a limit", () => {
    const limits = made(draft({ variants: [variant("S", {}, { backorders: true }), variant("M", {}, { backorders: true })] }), shirt)
      .product.variants.map(({ backorderLimit }) => backorderLimit)
    assert.deepStrictEqual(limits, [3, ProductDrafts.anyNumber])
  })

  it("counts stock of what is counted, not below what may be back-ordered", () => {
    const stocked = (fields: VariantDraft["fields"], sellable: number) =>
      draft({ variants: [variant("S", fields, { sellable, line: 5 })] })
    assert.deepStrictEqual(made(stocked({}, 7)).stock, [{ variantId: "new_0" as VariantId, pieces: 7 }])
    assert.deepStrictEqual(made(stocked({ trackStock: false }, 7)).stock, [])
    assert.strictEqual(made(stocked({ backorderLimit: 3 }, -3)).stock.length, 1)
    assert.deepStrictEqual(failures(stocked({ backorderLimit: 3 }, -4)), ["5: fewer than -3 pieces cannot be in stock"])
  })

  it("follows the rules of every product, and says which line does not", () => {
    assert.deepStrictEqual(
      failures(draft({
        variants: [variant("S"), variant("M", { price: { amount: 1, currency: "USD" as Currency } }, { line: 9 })]
      })),
      ["9: price.currency: must be EUR, the currency of the store"]
    )
  })
})
