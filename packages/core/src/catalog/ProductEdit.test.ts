import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import type { Currency } from "../kernel/Currency.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { CreateProduct, CreateVariant, Product, ProductId, VariantId } from "./Product.ts"
import * as ProductEdit from "./ProductEdit.ts"

const currency = "EUR" as Currency
const now = "2026-11-21T08:00:00.000Z" as Timestamp
const later = "2026-11-22T08:00:00.000Z" as Timestamp
const eur = (amount: number) => ({ amount, currency })
const variantId = (index: number) => `var_${index}` as VariantId

const create = (input: Partial<ProductEdit.Pictured> & Pick<ProductEdit.Pictured, "variants">) =>
  ProductEdit.create({ title: "Shirt", ...input }, {
    id: "prod_1" as ProductId,
    variantIds: input.variants.map((_, index) => variantId(index)),
    slug: "shirt",
    currency,
    now
  })

const made = (edited: ProductEdit.Edited): Product => {
  if (Result.isFailure(edited)) throw new Error(edited.failure.message)
  return edited.success
}

const faults = (edited: ProductEdit.Edited): ReadonlyArray<string> =>
  Result.isFailure(edited) ? edited.failure.faults.map(({ message, path }) => `${path.join(".")}: ${message}`) : []

const sizes: Partial<ProductEdit.WithImages<CreateProduct>> = { options: [{ name: "Size", values: ["S", "M"] }] }
const shirt = made(create({
  ...sizes,
  variants: [{ price: eur(1_000), optionValues: ["S"], sku: "A" }, { price: eur(1_200), optionValues: ["M"], sku: "B" }]
}))

describe("what a product says by attributes", () => {
  const said = (from: number, to: number) =>
    Object.fromEntries(Array.from({ length: to - from }, (_, index) => [`a${from + index}`, index]))

  it("is no more than can be shown, however many changes it took", () => {
    const many = made(ProductEdit.update(shirt, { attributes: said(0, 150) }, currency, later))
    assert.deepStrictEqual(
      faults(ProductEdit.update(many, { attributes: said(150, 300) }, currency, later)),
      ["attributes: would be more than 200"]
    )
    const others = { ...said(150, 300), ...Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`a${index}`, null])) }
    const full = made(ProductEdit.update(many, { attributes: others }, currency, later))
    assert.lengthOf(Object.keys(full.attributes ?? {}), 200)
  })

  it("is no more of a variant either", () => {
    const described = (product: Product, attributes: Record<string, number>) =>
      ProductEdit.updateVariant(product, variantId(1), { attributes }, currency, later)
    assert.deepStrictEqual(faults(described(made(described(shirt, said(0, 150))), said(150, 201))), ["attributes: would be more than 200"])
  })
})

describe("a new product", () => {
  it("has a default for everything but its title and a price", () => {
    assert.deepStrictEqual(made(create({ title: "  Mug ", variants: [{ price: eur(900) }] })), {
      id: "prod_1",
      slug: "shirt",
      title: "Mug",
      description: "",
      vendor: null,
      vendorId: null,
      brandId: null,
      status: "active",
      publishedFrom: null,
      publishedUntil: null,
      tags: [],
      options: [],
      images: [],
      seo: { title: null, description: null },
      translations: {},
      taxClass: "standard",
      shippingClass: "standard",
      categoryIds: [],
      variants: [{
        id: "var_0",
        productId: "prod_1",
        title: "Mug",
        position: 0,
        sku: null,
        barcode: null,
        optionValues: [],
        price: eur(900),
        compareAtPrice: null,
        cost: null,
        weightGrams: 0,
        dimensions: null,
        requiresShipping: true,
        taxable: true,
        trackStock: true,
        backorderLimit: 0,
        finalSale: false,
        giftCard: false
      }],
      version: 1,
      createdAt: now,
      updatedAt: now
    } as unknown as Product)
  })

  it("calls its variants by their option values, in their order", () => {
    const product = made(create({
      options: [{ name: "Size", values: ["S", "M"] }, { name: "Colour", values: ["Red"] }],
      variants: [{ price: eur(1), optionValues: ["M", "Red"] }, { price: eur(1), optionValues: ["S", " Red "] }]
    }))
    assert.deepStrictEqual(product.variants.map(({ position, title }) => [position, title]), [
      [0, "M / Red"],
      [1, "S / Red"]
    ])
  })

  it("says each tag and category once", () => {
    const product = made(create({
      tags: ["sale", " sale", "new"],
      categoryIds: ["cat_b", "cat_a", "cat_b"] as never,
      variants: [{ price: eur(1) }]
    }))
    assert.deepStrictEqual(product.tags, ["sale", "new"])
    assert.deepStrictEqual(product.categoryIds as ReadonlyArray<string>, ["cat_b", "cat_a"])
  })

  const wrong: ReadonlyArray<readonly [string, Parameters<typeof create>[0], ReadonlyArray<string>]> = [
    ["two variants without options", { variants: [{ price: eur(1) }, { price: eur(2) }] }, [
      "variants.1: is one variant too many: a product without options has one"
    ]],
    ["a variant with a value where there are no options", { variants: [{ price: eur(1), optionValues: ["S"] }] }, [
      "variants.0.optionValues: must be empty, as the product has no options"
    ]],
    ["a variant that leaves an option open", { ...sizes, variants: [{ price: eur(1) }] }, [
      "variants.0.optionValues: must name one value for each of: Size"
    ]],
    ["a value that the option does not have", { ...sizes, variants: [{ price: eur(1), optionValues: ["XL"] }] }, [
      "variants.0.optionValues.0: is not a value of Size"
    ]],
    ["the same values twice", {
      ...sizes,
      variants: [{ price: eur(1), optionValues: ["S"] }, { price: eur(1), optionValues: ["S"] }]
    }, ["variants.1.optionValues: are those of another variant"]],
    ["the same SKU twice", {
      ...sizes,
      variants: [{ price: eur(1), optionValues: ["S"], sku: "A" }, { price: eur(1), optionValues: ["M"], sku: " A" }]
    }, ["variants.1.sku: is the SKU of another variant"]],
    ["an option twice", {
      options: [{ name: "Size", values: ["S"] }, { name: "size", values: ["S", "S"] }],
      variants: [{ price: eur(1), optionValues: ["S", "S"] }]
    }, ["options.1.name: is the name of two options", "options.1.values: name one value twice"]],
    ["foreign money", {
      variants: [{
        price: { amount: 1, currency: "USD" as Currency },
        compareAtPrice: { amount: 2, currency: "JPY" as Currency },
        cost: { amount: 1, currency: "GBP" as Currency }
      }]
    }, [
      "variants.0.price.currency: must be EUR, the currency of the store",
      "variants.0.compareAtPrice.currency: must be EUR, the currency of the store",
      "variants.0.cost.currency: must be EUR, the currency of the store"
    ]],
    ["a sale that is none", { variants: [{ price: eur(5), compareAtPrice: eur(5) }] }, [
      "variants.0.compareAtPrice: must be above the price"
    ]]
  ]
  for (const [what, input, expected] of wrong) {
    it(`is refused with ${what}`, () => assert.deepStrictEqual(faults(create(input)), expected))
  }
})

describe("a product that is changed", () => {
  it("keeps what is not mentioned, and goes to the next version", () => {
    const changed = made(ProductEdit.update(shirt, { title: "Blouse", vendor: "  " }, currency, later))
    assert.deepStrictEqual(changed, { ...shirt, title: "Blouse", version: 2, updatedAt: later })
  })

  it("calls its only variant by its new title", () => {
    const mug = made(create({ title: "Mug", variants: [{ price: eur(1) }] }))
    assert.strictEqual(made(ProductEdit.update(mug, { title: "Cup" }, currency, later)).variants[0]?.title, "Cup")
  })

  it("can rename an option, give it values and put them in another order", () => {
    const options = [{ name: "Grösse", values: ["M", "S", "XS"] }]
    const changed = made(ProductEdit.update(shirt, { options }, currency, later))
    assert.deepStrictEqual(changed.options, options)
    assert.deepStrictEqual(changed.variants, shirt.variants)
  })

  it("gives all variants the first value of an option that is added", () => {
    const options = [...shirt.options, { name: "Colour", values: ["Red", "Blue"] }]
    const changed = made(ProductEdit.update(shirt, { options }, currency, later))
    assert.deepStrictEqual(changed.variants.map(({ title }) => title), ["S / Red", "M / Red"])
  })

  it("does not lose an option or a value by which its variants differ", () => {
    assert.deepStrictEqual(faults(ProductEdit.update(shirt, { options: [] }, currency, later)), [
      "options: do not fit the variants: variants.1 is one variant too many: a product without options has one"
    ])
    assert.deepStrictEqual(
      faults(ProductEdit.update(shirt, { options: [{ name: "Size", values: ["S"] }] }, currency, later)),
      ["options: do not fit the variants: variants.1.optionValues.0 is not a value of Size"]
    )
  })

  it("gets the values of a new variant", () => {
    const changed = made(
      ProductEdit.addVariant(shirt, { price: eur(1), optionValues: ["L"] }, variantId(2), currency, later)
    )
    assert.deepStrictEqual(changed.options, [{ name: "Size", values: ["S", "M", "L"] }])
    assert.deepStrictEqual(changed.variants.map(({ position, title }) => [position, title]), [[0, "S"], [1, "M"], [
      2,
      "L"
    ]])
  })

  it("names what is wrong with a new variant by the variant's own fields", () => {
    const add = (input: Partial<ProductEdit.WithPicture<CreateVariant>>) =>
      faults(ProductEdit.addVariant(shirt, { price: eur(1), ...input }, variantId(2), currency, later))
    assert.deepStrictEqual(add({}), ["optionValues: must name one value for each of: Size"])
    assert.deepStrictEqual(add({ optionValues: ["M"] }), ["optionValues: are those of another variant"])
    assert.deepStrictEqual(add({ optionValues: ["L"], sku: "A" }), ["sku: is the SKU of another variant"])
  })

  it("changes one variant and leaves the others", () => {
    const changed = made(
      ProductEdit.updateVariant(shirt, variantId(1), { optionValues: ["XL"], sku: null }, currency, later)
    )
    assert.deepStrictEqual(changed.variants[0], shirt.variants[0])
    assert.deepStrictEqual(changed.variants[1], {
      ...shirt.variants[1],
      title: "XL",
      optionValues: ["XL"],
      sku: null
    } as never)
    assert.deepStrictEqual(
      faults(ProductEdit.updateVariant(shirt, variantId(1), { price: eur(9), compareAtPrice: eur(8) }, currency, later)),
      ["compareAtPrice: must be above the price"]
    )
  })

  it("counts its variants anew when one goes", () => {
    const changed = ProductEdit.removeVariant(shirt, variantId(0), later)
    assert.deepStrictEqual(changed.variants.map(({ id, position }) => [id, position]), [[variantId(1), 0]])
    assert.strictEqual(changed.version, 2)
  })

  it("has at most 2000 variants, however they come", () => {
    const variants = Array.from({ length: ProductEdit.maximumVariants }, (_, index) => ({
      price: eur(1),
      optionValues: [`${index % 100}`, `${Math.floor(index / 100)}`]
    }))
    const options = ["Length", "Width"].map((name) => ({ name, values: Array.from({ length: 100 }, (_, i) => `${i}`) }))
    const full = made(create({ options, variants }))
    assert.deepStrictEqual(
      faults(ProductEdit.addVariant(full, { price: eur(1), optionValues: ["0", "99"] }, variantId(9_999), currency, later)),
      [": a product has at most 2000 variants"]
    )
  })
})

describe("the price range of a product", () => {
  it("spans all variants, and tells of a sale only where there is one", () => {
    const price = fc.integer({ min: 0, max: 10_000 })
    fc.assert(fc.property(
      fc.array(fc.record({ price, before: fc.option(price) }), { minLength: 1 }),
      (variants) => {
        const range = ProductEdit.priceRange(variants.map(({ before, price }) => ({
          price: eur(price),
          compareAtPrice: before === null ? null : eur(before)
        })))
        assert.isTrue(variants.every(({ price }) => range.from <= price && price <= range.to))
        assert.isTrue(variants.some(({ price }) => price === range.from))
        assert.isTrue(variants.some(({ price }) => price === range.to))
        const before = variants.flatMap(({ before }) => before ?? [])
        assert.strictEqual(range.compareAt, before.length === 0 ? null : Math.max(...before))
      }
    ))
  })
})
