import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import * as Csv from "../kernel/Csv.ts"
import type { Currency } from "../kernel/Currency.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { ImportRefused } from "./CatalogFilesErrors.ts"
import type { CategoryId } from "./Category.ts"
import type { CreateVariant, Product, ProductId, VariantId } from "./Product.ts"
import type { BadLine, Given, ProductDraft } from "./ProductDraft.ts"
import * as ProductDrafts from "./ProductDraft.ts"
import * as ProductEdit from "./ProductEdit.ts"
import * as ProductFile from "./ProductFile.ts"
import * as ShopifyColumns from "./ShopifyColumns.ts"
import * as ShopifyCsv from "./ShopifyCsv.ts"

const currency = "USD" as Currency
const usd = (amount: number) => ({ amount, currency })

const read = async (text: string | Uint8Array) => {
  const products: Array<ProductDraft> = []
  const bad: Array<BadLine> = []
  const leftOut: Array<string> = []
  const source = async function*() {
    yield text
  }
  for await (const item of ProductFile.read(source(), "csv", currency)) {
    if (item.leftOut !== undefined) leftOut.push(item.leftOut)
    else if (item.product === undefined) bad.push(item.bad)
    else products.push(item.product)
  }
  return { products, bad, leftOut }
}

/** A file with these columns. */
const file = (columns: string, ...lines: ReadonlyArray<string>) => read([columns, ...lines].join("\n"))

const faultsOf = async (columns: string, ...lines: ReadonlyArray<string>) =>
  (await file(columns, ...lines)).bad.map(({ line, message }) => `${line}: ${message}`)

const refusal = async (text: string | Uint8Array) => {
  try {
    await read(text)
  } catch (error) {
    if (error instanceof ImportRefused) return [error.reason, error.missing, error.message]
    throw error
  }
  return undefined
}

describe("a product file in Shopify's format", () => {
  it("has a line for each variant and image, and those of a product stand together", async () => {
    const { bad, products } = await file(
      "Handle,Title,Option1 Name,Option1 Value,Variant Price,Image Src,Image Position",
      "shirt,Shirt,Size,S,10,b.jpg,2",
      "shirt,,,M,12.5,a.jpg,1",
      "shirt,,,,,c.jpg,",
      "mug,Mug,Title,Default Title,9,,"
    )
    assert.deepStrictEqual(bad, [])
    assert.deepStrictEqual(products.map(({ line, lines, slug }) => ({ line, lines, slug })), [
      { line: 2, lines: [2, 3, 4], slug: "shirt" },
      { line: 5, lines: [5], slug: "mug" }
    ])
    assert.deepStrictEqual(products[0]?.fields.images?.map(({ url }) => url), ["a.jpg", "b.jpg", "c.jpg"])
    assert.deepStrictEqual(products[0]?.options, [{ name: "Size" }])
    assert.deepStrictEqual(products[1]?.options, [])
    assert.deepStrictEqual(products.flatMap(({ variants }) => variants.map(({ fields }) => fields)), [
      { price: usd(1_000), optionValues: ["S"] },
      { price: usd(1_250), optionValues: ["M"] },
      { price: usd(900), optionValues: [] }
    ])
  })

  it("says nothing of what it has no column for", async () => {
    const { products } = await file("Handle,Title,Variant Price", "mug,Mug,9")
    assert.deepStrictEqual(products, [{
      line: 2,
      lines: [2],
      slug: "mug",
      fields: { title: "Mug" },
      seo: {},
      categories: undefined,
      options: undefined,
      variants: [
        { line: 2, fields: { price: usd(900) }, ifNew: { trackStock: false }, backorders: false, sellable: undefined }
      ],
      keep: [],
      keepAll: false
    }])
  })

  it("may have its columns in any order, in capitals or not, and others besides", async () => {
    const { products } = await file(" variant price ,TITLE,Google Shopping / MPN,handle", "9,Mug,x,mug")
    assert.deepStrictEqual(products[0]?.variants[0]?.fields.price, usd(900))
  })

  it("says once which columns hold what is kept nowhere, and nothing of those that are empty", async () => {
    const { leftOut } = await file(
      "Handle,Title,Variant Price,Google Shopping / Gender, Collection ,Google Shopping / MPN",
      "mug,Mug,9,, ,",
      "cup,Cup,9,,Breakfast,x",
      "jug,Jug,9,,Dinner,y"
    )
    assert.deepStrictEqual(leftOut, ["Collection", "Google Shopping / MPN"])
  })

  it("may have the newer names of the columns", async () => {
    const { bad, products } = await file(
      "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,"
        + "Option1 name,Option1 value,Option1 Linked To,Price,Compare-at price,Cost per item,Charge tax,Tax code,"
        + "Inventory tracker,Inventory quantity,Continue selling when out of stock,Weight value (grams),"
        + "Weight unit for display,Requires shipping,Fulfillment service,Product image URL,Image position,"
        + "Image alt text,Variant image URL,Gift card,SEO title,SEO description",
      "Mug,mug,<p>x</p>,Acme,Home & Garden,Kitchen > Cups,\"a, b\",TRUE,Draft,M-1,123,Size,S,,9.00,12.00,4.00,FALSE,"
        + "Reduced,shopify,7,CONTINUE,350.5,g,TRUE,manual,a.jpg,1,A mug,a.jpg,FALSE,Mugs,Good mugs"
    )
    assert.deepStrictEqual(bad, [])
    assert.deepStrictEqual(products[0], {
      line: 2,
      lines: [2],
      slug: "mug",
      fields: {
        title: "Mug",
        description: "<p>x</p>",
        vendor: "Acme",
        tags: ["a", "b"],
        status: "draft",
        taxClass: "reduced",
        images: [{ url: "a.jpg", alt: "A mug" }]
      },
      seo: { title: "Mugs", description: "Good mugs" },
      categories: { main: ["Kitchen", "Cups"] },
      options: [{ name: "Size" }],
      variants: [{
        line: 2,
        fields: {
          image: { url: "a.jpg", alt: "A mug" },
          sku: "M-1",
          barcode: "123",
          optionValues: ["S"],
          price: usd(900),
          compareAtPrice: usd(1_200),
          cost: usd(400),
          weightGrams: 351,
          requiresShipping: true,
          taxable: false,
          trackStock: true
        },
        ifNew: { trackStock: true },
        backorders: true,
        sellable: 7
      }],
      keep: [],
      keepAll: false
    })
  })

  it("counts stock where it has a tracker, and sells beyond it where the policy says so", async () => {
    const { products } = await file(
      "Handle,Title,Variant Price,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy",
      "a,A,1,,5,deny",
      "b,B,1,shopify,5,deny",
      "c,C,1,shopify,-5,continue",
      "d,D,1,shopify,,"
    )
    assert.deepStrictEqual(
      products.map(({ variants: [variant] }) => [
        variant?.fields.trackStock,
        variant?.sellable,
        variant?.fields.backorderLimit,
        variant?.backorders
      ]),
      [[false, undefined, 0, false], [true, 5, 0, false], [true, -5, undefined, true], [true, undefined, 0, false]]
    )
  })

  it("is a draft when it is not published, unless its status says otherwise", async () => {
    const { products } = await file(
      "Handle,Title,Variant Price,Published,Status",
      "a,A,1,false,",
      "b,B,1,FALSE,active",
      "c,C,1,true,Archived",
      "d,D,1,yes,",
      "e,E,1,,"
    )
    assert.deepStrictEqual(
      products.map(({ fields }) => fields.status),
      ["draft", "active", "archived", "active", undefined]
    )
  })

  it("makes handles of other shops into addresses", async () => {
    const { products } = await file("Handle,Title,Variant Price", "Blue_Shirt,A,1", "über--mug,B,1", "日本,C,1")
    assert.deepStrictEqual(products.map(({ slug }) => slug), ["blue-shirt", "uber-mug", "日本"])
  })

  it("says an image once, though it stands in every line", async () => {
    const { products } = await file(
      "Handle,Title,Option1 Name,Option1 Value,Variant Price,Image Src",
      "a,A,Size,S,1,a.jpg",
      "a,A,,M,1,a.jpg",
      "a,,,L,1,b.jpg"
    )
    assert.deepStrictEqual(products[0]?.fields.images?.map(({ url }) => url), ["a.jpg", "b.jpg"])
    assert.strictEqual(products[0]?.variants.length, 3)
  })
})

describe("a bad line of a product file", () => {
  const columns = "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price,"
    + "Variant Compare At Price,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,"
    + "Variant Taxable,Image Src,Image Position,Gift Card,Status,Type"

  it("is named with everything that is wrong in it", async () => {
    assert.deepStrictEqual(
      await faultsOf(columns, `a,A,Size,,,X,${"s".repeat(201)},1.999,-1,heavy,shopify,1.5,maybe,2,a.jpg,first,,,`),
      [
        "2: Variant Price must be an amount in USD such as 19.99; "
        + "Variant Compare At Price must be an amount in USD such as 19.99; Variant Grams must be a weight in grams; "
        + "Variant Taxable must be true or false; Variant Inventory Policy must be deny or continue; "
        + "Variant Inventory Qty must be a whole number; Option1 Value is missing; "
        + "Option2 Value is there, but the product has no Option2 Name; "
        + "Variant SKU: Expected a value with a length of at most 200; Image Position must be a whole number"
      ]
    )
  })

  it("keeps out its variant only, and the existing variant that it is about stays", async () => {
    const { bad, products } = await file(
      columns,
      "a,A,Size,S,,,A-S,one,,,,,,,,,,,",
      "a,,,M,,,,2,,,,,,,,,,,",
      "a,,,,,,A-L,3,,,,,,,,,,,",
      "a,,,M,,,,4,,,,,,,,,,,"
    )
    assert.deepStrictEqual(bad.map(({ handle, line, message }) => [line, handle, message]), [
      [2, "a", "Variant Price must be an amount in USD such as 19.99"],
      [4, "a", "Option1 Value is missing"],
      [5, "a", "is the variant of line 3"]
    ])
    assert.deepStrictEqual(products[0]?.lines, [3])
    assert.deepStrictEqual(products[0]?.keep, [
      { sku: "A-S", optionValues: ["S"] },
      { sku: "A-L", optionValues: null },
      { sku: null, optionValues: ["M"] }
    ])
    assert.isFalse(products[0]?.keepAll)
  })

  it("keeps all variants of its product where nobody can say which one it is about", async () => {
    for (const line of ["a,,,M,,\"x", "a,,,M", "a,,,,,,,5,,,,,,,,,,,", ",,,,,,,5,,,,,,,,,,,"]) {
      const { bad, products } = await file(columns, "a,A,Size,S,,,,1,,,,,,,,,,,", line, "b,B,,,,,,1,,,,,,,,,,,")
      assert.strictEqual(bad.length, 1)
      assert.deepStrictEqual(products.map(({ keepAll }) => keepAll), [true, false])
    }
  })

  it("keeps out the whole product when its own cells are bad, each line named", async () => {
    assert.deepStrictEqual(
      await faultsOf(
        columns,
        `a,${"A".repeat(301)},Size,S,,,,1,,,,,,,,,,sold,A >  > B`,
        "a,,,M,,,,1,,,,,,,,,,,",
        "a,,,,,,,,,,,,,,a.jpg,,,,",
        "b,B,Size,S,size,S,,1,,,,,,,,,,,",
        "c,C,,S,Size,S,,1,,,,,,,,,,,",
        "d,D,,,,,,1,,,,,,,,,TRUE,,",
        "d,,,,,,,1,,,,,,,,,,,"
      ),
      [
        "2: Status must be active, draft or archived; Title: Expected a value with a length of at most 300; "
        + "Type has a category without a name",
        "3: belongs to the product in line 2, which is bad",
        "4: belongs to the product in line 2, which is bad",
        "5: two options have the same name",
        "6: Option1 Name is missing",
        "7: is a gift card, which cannot be imported",
        "8: belongs to the product in line 7, which is bad"
      ]
    )
  })

  it("is one that belongs to no product above it, or comes back to one further above", async () => {
    const { bad, products } = await file(
      "Handle,Title,Option1 Name,Option1 Value,Variant Price",
      "x,,,,1",
      "a,A,Size,S,1",
      "b,,,,1",
      "a,,,M,2",
      "b,B,,,1",
      "a,A,Size,L,3",
      "a,,,XL,3",
      "!,C,,,1",
      ",,,,1",
      "c,C,,,1",
      "c,Other,,,1"
    )
    assert.deepStrictEqual(bad.map(({ line, message }) => `${line}: ${message}`), [
      "2: has no title and belongs to no product above it",
      "4: has no title and belongs to no product above it",
      "7: has a handle that was there before; the lines of a product must stand together",
      "8: belongs to the product in line 7, which is bad",
      "9: Handle is missing, or has neither letters nor digits",
      "10: Handle is missing, or has neither letters nor digits",
      "12: is another product with the handle of line 11"
    ])
    assert.deepStrictEqual(products.map(({ lines, slug }) => [slug, lines]), [["a", [3, 5]], ["b", [6]], ["c", [11]]])
  })

  it("is one with too few or too many cells", async () => {
    const { bad, products } = await file(
      "Handle,Title,Variant Price,Image Src",
      "a,A,1,",
      "a,A,1",
      "b,B,1,,",
      "b,,,b.jpg",
      "c,C,1,"
    )
    assert.deepStrictEqual(bad.map(({ line, message }) => `${line}: ${message}`), [
      "3: has 3 cells where the header has 4",
      "4: has 5 cells where the header has 4",
      "5: belongs to the product in line 4, which is bad"
    ])
    assert.deepStrictEqual(products.map(({ slug }) => slug), ["a", "c"])
  })

  it("is a second variant of a product without options, or one with a SKU of another line", async () => {
    assert.deepStrictEqual(
      await faultsOf(
        "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price",
        "a,A,Title,Default Title,,1",
        "a,,,Default Title,,2",
        "a,,,Large,,3",
        "b,B,Size,S,X,1",
        "b,,,M,X,1",
        "b,,,,,"
      ),
      [
        "3: is one variant too many for a product without options, see line 2",
        "4: Option1 Value is there, but the product has no Option1 Name; "
        + "is one variant too many for a product without options, see line 2",
        "6: has the SKU of line 5",
        "7: has neither a variant nor an image"
      ]
    )
  })

  it("is one with fewer than no pieces of what is not sold when it is out of stock", async () => {
    assert.deepStrictEqual(
      await faultsOf(
        "Handle,Title,Variant Price,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy",
        "a,A,1,shopify,-1,deny"
      ),
      ["2: Variant Inventory Qty is below zero, but the variant is not sold when it is out of stock"]
    )
  })

  it("is one that is not UTF-8, though the character for that may stand in a text", async () => {
    const text = Buffer.concat([
      Buffer.from("Handle,Title,Variant Price\na,A,1\nb,Caf"),
      Buffer.from([0xe9]),
      Buffer.from(",1\nc,C,1\n")
    ])
    const { bad, products } = await read(text)
    assert.deepStrictEqual(bad, [{ line: 3, handle: null, message: "is not text in UTF-8" }])
    assert.deepStrictEqual(products.map(({ slug }) => slug), ["a", "c"])
    assert.strictEqual((await file("Handle,Title,Variant Price", "a,A\ufffd,1")).products[0]?.fields.title, "A\ufffd")
  })

  it("is one with a NUL character", async () => {
    assert.deepStrictEqual(await faultsOf("Handle,Title,Variant Price", "a,A\0,1"), [
      "2: Title: Expected text without NUL characters and broken characters"
    ])
  })
})

describe("a file that is not one of products", () => {
  it("is refused, and the columns that are missing are named", async () => {
    assert.deepStrictEqual((await refusal("Handle,Name\na,A"))?.slice(0, 2), ["wrong_header", ["Title", "Variant Price"]])
    assert.deepStrictEqual((await refusal("Title,Price\na,A"))?.slice(0, 2), ["wrong_header", ["Handle"]])
    const [reason, , message] = await refusal("Handle;Title;Variant Price\na;A;1") ?? []
    assert.strictEqual(reason, "wrong_header")
    assert.include(message, "not separated by commas")
    assert.include(message, "Handle, Title, Variant Price")
  })

  it("is refused when it is empty, no CSV or no text", async () => {
    assert.strictEqual((await refusal(""))?.[0], "empty")
    assert.strictEqual((await refusal("\n\n"))?.[0], "empty")
    assert.strictEqual((await refusal("Handle,\"Title,Variant Price\na,A,1"))?.[0], "not_csv")
    assert.strictEqual((await refusal(Buffer.from([0x50, 0x4b, 3, 4, 0, 0x9c, 0xff, 10])))?.[0], "not_text")
    assert.strictEqual((await refusal(Buffer.from("\ufeffHandle,Title", "utf16le")))?.[0], "not_text")
  })
})

describe("products that are written and read again", () => {
  const text = (maximum: number) =>
    fc.oneof(
      fc.string({ unit: "grapheme", maxLength: maximum }),
      fc.string({
        unit: fc.constantFrom("\"", ",", "\n", "\r\n", "'", "=", "+", "-", "@", "\t", ";", " ", "a", "ä", "語", "🙂", ">"),
        maxLength: maximum
      })
    ).filter((text) => !text.includes("\0") && text.isWellFormed())
  const word = text(12).map((text) => text.trim()).filter((text) => text !== "")
  const orNull = <A>(arbitrary: fc.Arbitrary<A>) => fc.option(arbitrary, { nil: null })
  const amount = fc.integer({ min: 0, max: 1_000_000_000 })

  const variant = fc.record({
    barcode: orNull(word),
    price: amount,
    discount: orNull(fc.integer({ min: 1, max: 100 })),
    cost: orNull(amount.map(usd)),
    weightGrams: fc.nat(100_000),
    requiresShipping: fc.boolean(),
    taxable: fc.boolean(),
    trackStock: fc.boolean(),
    backorderLimit: fc.constantFrom(0, ProductDrafts.anyNumber)
  }).map(({ discount, price, ...rest }): ProductEdit.WithPicture<CreateVariant> =>
    Object.assign(rest, { price: usd(price), compareAtPrice: discount === null ? null : usd(price + discount) })
  )

  const options = fc.uniqueArray(word, { maxLength: 3, selector: (name) => name.toLowerCase() }).chain((names) =>
    fc.tuple(...names.map((name) =>
      fc.record({ name: fc.constant(name), values: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }) })
    ))
  )

  const product = fc.record({
    input: fc.record({
      title: word,
      description: text(40),
      vendor: orNull(word),
      status: fc.constantFrom("draft" as const, "active" as const, "archived" as const),
      tags: fc.uniqueArray(word, { maxLength: 4 }),
      images: fc.array(fc.record({ url: word, alt: text(10) }), { maxLength: 4 }),
      seo: fc.record({
        title: orNull(text(10).filter((text) => text !== "")),
        description: orNull(text(10).filter((text) => text !== ""))
      }),
      taxClass: fc.constantFrom("standard", "reduced", "p0000")
    }),
    options,
    variants: fc.array(variant, { minLength: 27, maxLength: 27 }),
    skus: fc.uniqueArray(orNull(word), { minLength: 27, maxLength: 27, selector: (sku) => sku ?? {} }),
    category: orNull(fc.array(word.filter((name) => !name.includes(">")), { minLength: 1, maxLength: 3 }))
  })

  const combinations = (lists: ReadonlyArray<{ readonly values: ReadonlyArray<string> }>): ReadonlyArray<Array<string>> =>
    lists.reduce<ReadonlyArray<Array<string>>>(
      (before, { values }) => before.flatMap((some) => values.map((value) => [...some, value])),
      [[]]
    )

  const given = (variants: number): Given => ({
    currency,
    now: "2026-11-21T08:00:00.000Z" as Timestamp,
    productId: "prod_new" as ProductId,
    required: [],
    variantIds: Array.from({ length: variants }, (_, index) => `var_${index}` as VariantId),
    categoryId: (path) => JSON.stringify(path) as CategoryId,
    vendorOf: () => undefined
  })

  /** Everything but what is made anew. */
  const content = (product: Product) => ({
    ...product,
    id: "",
    createdAt: "",
    variants: product.variants.map((variant) => ({ ...variant, id: "", productId: "" }))
  })

  it("are the same", async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(product, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: -9, max: 1_000 }),
      async (cases, pieces) => {
        const made = cases.flatMap(({ category, input, options, skus, variants }, place) => {
          const simple = options.length === 1 && options[0]?.name.toLowerCase() === "title"
          const values = combinations(simple ? [] : options)
          const created = ProductEdit.create({
            ...input,
            options: simple ? [] : options,
            categoryIds: category === null ? [] : [JSON.stringify(category) as CategoryId],
            variants: values.map((optionValues, index) => ({
              ...variants[index] as ProductEdit.WithPicture<CreateVariant>,
              sku: skus[index] ?? null,
              optionValues
            }))
          } satisfies ProductEdit.Pictured, { ...given(values.length), id: "prod_old" as ProductId, slug: `product-${place}` })
          if (Result.isFailure(created)) throw created.failure
          return [{ product: created.success, category: category ?? undefined }]
        })
        const sellable = (product: Product) => (id: VariantId) =>
          product.variants.find((variant) => variant.id === id)?.backorderLimit === 0 ? Math.max(0, pieces) : pieces

        const lines = made.flatMap(({ category, product }) =>
          ShopifyCsv.toRecords(product, { category, sellable: sellable(product), attributes: [] })
        )
        const { bad, products } = await read(
          [ShopifyColumns.all.map(ShopifyColumns.nameOf), ...lines].map(Csv.line).join("")
        )
        assert.deepStrictEqual(bad, [])
        assert.strictEqual(products.length, made.length)
        for (const [place, draft] of products.entries()) {
          const before = made[place]?.product as Product
          const fresh = ProductDrafts.apply(draft, undefined, given(draft.variants.length))
          if (Result.isFailure(fresh)) throw new Error(JSON.stringify(fresh.failure))
          assert.deepStrictEqual(content(fresh.success.product), content(before))
          for (const { pieces, variantId } of fresh.success.stock) {
            assert.strictEqual(pieces, sellable(before)(variantId))
          }
          const again = ProductDrafts.apply(draft, before, given(draft.variants.length))
          assert.strictEqual(Result.isSuccess(again) ? again.success.change : again.failure, "unchanged")
        }
      }
    ))
  })
})
