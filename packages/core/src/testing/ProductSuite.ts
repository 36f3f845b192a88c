import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Catalog } from "../catalog/Catalog.ts"
import type { Product, Variant } from "../catalog/Product.ts"
import { ProductRepository } from "../catalog/ProductRepository.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { InventoryRepository } from "../inventory/InventoryRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { Transactor } from "../kernel/Transactor.ts"
import {
  auditOf,
  category,
  copiesOf,
  eventsOf,
  failure,
  firstOf,
  merchant,
  sell,
  shirt,
  shop,
  type ShopServices,
  titles,
  titlesSorted,
  withoutAvailability
} from "./CatalogFixture.ts"
import { whileTimePasses } from "./PassingTime.ts"
import { usd } from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const nobody = "prod_01jd5m8x2vf6grc1x7e9w0b3qk"

/** Products and variants: writing them, finding them, who may see them. */
export const productSuite = (harness: StorageHarness): void => {
  const test = (name: string, effect: Effect.Effect<unknown, unknown, ShopServices>) =>
    it.effect(name, () => Effect.provide(Actor.as(merchant)(effect), shop(harness.storage())))

  describe(`products, on ${harness.name}`, () => {
    test("a product is found by its id and by its slug, as it was created", Effect.gen(function*() {
      const catalog = yield* Catalog
      yield* TestClock.setTime(1_700_000_000_000)
      const kitchen = yield* category("Kitchen")
      const boards = yield* category("Boards", kitchen.id)
      const created = yield* catalog.createProduct({
        title: "Walnut board",
        slug: "planche-à-découper".normalize("NFC"),
        description: "<p>Oiled, \"heavy\" & 'solid' \u{1F333}</p>",
        vendor: "O'Neill & Søn",
        status: "draft",
        tags: ["kitchen", "gift \"box\""],
        options: [{ name: "Size", values: ["S", "L"] }],
        images: [{ url: "https://example.com/1.jpg", alt: "One" }, { url: "https://example.com/2.jpg", alt: "" }],
        seo: { title: "Board", description: null },
        taxClass: "reduced",
        categoryIds: [kitchen.id, boards.id],
        variants: [
          {
            price: usd(2_000),
            compareAtPrice: usd(2_500),
            cost: usd(900),
            sku: "WB-S",
            barcode: "4006381333931",
            optionValues: ["S"],
            weightGrams: 800,
            dimensions: { lengthMm: 400, widthMm: 300, heightMm: 20 },
            requiresShipping: false,
            taxable: false,
            trackStock: false,
            backorderLimit: 7
          },
          { price: usd(3_000), optionValues: ["L"], stock: 4 }
        ]
      })
      assert.strictEqual(created.version, 1)
      assert.strictEqual(created.createdAt, "2023-11-14T22:13:20.000Z")
      for (const key of [created.id, created.slug]) {
        const found = yield* catalog.getProduct(key)
        assert.deepStrictEqual(withoutAvailability(found), created)
        assert.deepStrictEqual(found.variants.map(({ available }) => available), [null, 4])
      }
    }))

    test("a price is kept to the last minor unit, however much it is, and a time to the millisecond", Effect.gen(function*() {
      const catalog = yield* Catalog
      yield* TestClock.setTime(1_700_000_000_123)
      for (const amount of [0, 1, 435, 1_999, 16_777_217, 2_147_483_648, 100_000_000_001]) {
        const made = yield* sell(`Board for ${amount}`, { variants: [{ price: usd(amount), compareAtPrice: usd(amount + 1), cost: usd(amount) }] })
        const found = yield* catalog.getProduct(made.id)
        const { compareAtPrice, cost, price } = firstOf(found)
        assert.deepStrictEqual([price, compareAtPrice, cost], [usd(amount), usd(amount + 1), usd(amount)])
        assert.strictEqual(found.createdAt, "2023-11-14T22:13:20.123Z")
      }
    }))

    test("a text is kept whole, however long it is and whatever is in it", Effect.gen(function*() {
      const catalog = yield* Catalog
      const description = `<p>${"'\"\\%_\u{1F333}\u0301\n\t ".repeat(5_000)}</p>`
      const title = `A board ${"of oak ".repeat(30)}\u{1F333}`
      const { id } = yield* catalog.createProduct({ title, description, variants: [{ price: usd(1) }] })
      const found = yield* catalog.getProduct(id)
      assert.deepStrictEqual([found.title, found.description], [title, description])
    }))

    test("a slug that is made from the title gets a number when it is taken", Effect.gen(function*() {
      yield* sell("Mug", { slug: "mug-3" })
      yield* sell("Mug", { slug: "mug-shot" })
      const made = [yield* sell("Mug"), yield* sell("mug!"), yield* sell("Mug"), yield* sell("***"), yield* sell("?")]
      assert.deepStrictEqual(made.map(({ slug }) => slug), ["mug", "mug-2", "mug-4", "item", "item-2"])
    }))

    test("a slug, a SKU or a category that cannot be had is named, and nothing is written", Effect.gen(function*() {
      const catalog = yield* Catalog
      yield* sell("Mug", { variants: [{ price: usd(1), sku: "M" }] })
      const create = (more: object) =>
        failure(catalog.createProduct({ title: "Copy", variants: [{ price: usd(1) }], ...more }))
      assert.strictEqual(yield* create({ slug: "mug" }), "SlugTaken")
      assert.strictEqual(yield* create({ variants: [{ price: usd(1), sku: " M" }] }), "SkuTaken")
      const unknown = "cat_01jd5m8x2vf6grc1x7e9w0b3qk"
      assert.strictEqual(yield* create({ categoryIds: [unknown] }), "CategoryNotFound")
      assert.deepStrictEqual(yield* titles(), ["Mug"])
      assert.deepStrictEqual(yield* titles({ search: "copy" }), [])
      const other = yield* sell("Other")
      assert.strictEqual(yield* failure(catalog.updateProduct(other.id, { slug: "mug" })), "SlugTaken")
      const variant = firstOf(other)
      assert.strictEqual(yield* failure(catalog.updateVariant(other.id, variant.id, { sku: "M" })), "SkuTaken")
      assert.strictEqual(yield* failure(catalog.createVariant(other.id, { price: usd(1) })), "InvalidInput")
      assert.deepStrictEqual(withoutAvailability(yield* catalog.getProduct(other.id)), other)
    }))

    test("every fault of an input is named by its place", Effect.gen(function*() {
      const catalog = yield* Catalog
      const faults = (input: unknown) =>
        Effect.map(Effect.flip(catalog.createProduct(input as never)), (error) =>
          error._tag === "InvalidInput" ? error.faults.map(({ path }) => path.join(".")) : [error._tag])
      assert.deepStrictEqual(
        yield* faults({ title: " ", colour: "red", variants: [{ price: { amount: 1.5, currency: "USD" }, stock: -1 }] }),
        ["colour", "title", "variants.0.price.amount", "variants.0.stock"]
      )
      assert.deepStrictEqual(yield* faults({ title: "A\0B", variants: [{ price: usd(1) }] }), ["title"])
      assert.deepStrictEqual(yield* faults({ title: "A\ud800B", variants: [{ price: usd(1) }] }), ["title"])
      assert.deepStrictEqual(yield* faults({ title: "A", variants: [] }), ["variants"])
      assert.deepStrictEqual(yield* faults({ title: "A", variants: [{ price: { amount: 1, currency: "EUR" } }] }), [
        "variants.0.price.currency"
      ])
    }))

    test("a product is changed at the version that was read, or whatever is there", Effect.gen(function*() {
      const catalog = yield* Catalog
      const created = yield* shirt()
      yield* TestClock.adjust("1 hour")
      const changed = yield* catalog.updateProduct(created.id, { title: "Blouse", tags: ["new"], version: 1 })
      assert.deepStrictEqual(changed, {
        ...created,
        title: "Blouse",
        tags: ["new"],
        version: 2,
        updatedAt: "1970-01-01T01:00:00.000Z" as never
      })
      assert.strictEqual(
        yield* failure(catalog.updateProduct(created.id, { title: "Skirt", version: 1 })),
        "VersionConflict"
      )
      const small = firstOf(created)
      assert.strictEqual(
        yield* failure(catalog.updateVariant(created.id, small.id, { price: usd(1), version: 1 })),
        "VersionConflict"
      )
      assert.strictEqual((yield* catalog.updateProduct(created.slug, { status: "archived" })).version, 3)
      assert.deepStrictEqual(yield* titles({ tag: "new", status: "any" }), ["Blouse"])
    }))

    test("of products that are written together one that somebody else has changed holds up all", Effect.gen(function*() {
      const products = yield* ProductRepository
      const transactor = yield* Transactor
      const [mug, cup] = [yield* sell("Mug"), yield* sell("Cup")]
      const next = (product: Product): Product => ({ ...product, title: "New", version: product.version + 1 })
      yield* transactor.transaction(products.replaceMany([next(cup)]))
      const error = yield* Effect.flip(transactor.transaction(products.replaceMany([next(mug), next(cup)])))
      assert.deepInclude(error, { _tag: "VersionConflict", id: cup.id, expected: 1 })
      assert.deepStrictEqual(yield* titlesSorted({}), ["Mug", "New"])
      const as = (product: Product, slug: string, sku: string): Product => ({
        ...next(product),
        slug,
        variants: [{ ...firstOf(product), sku }]
      })
      const renamed = [as(mug, "mug", "A"), as(next(cup), "mug", "B")]
      assert.strictEqual(yield* failure(transactor.transaction(products.replaceMany(renamed))), "SlugTaken")
      const relabelled = [as(mug, "mug", "A"), as(next(cup), "cup", "A")]
      assert.strictEqual(yield* failure(transactor.transaction(products.replaceMany(relabelled))), "SkuTaken")
    }))

    test("edits of one product at the same moment all happen, one after the other", Effect.gen(function*() {
      const catalog = yield* Catalog
      const { id } = yield* sell("Mug")
      const sizes = Array.from({ length: 8 }, (_, index) => `tag ${index}`)
      yield* catalog.updateProduct(id, { options: [{ name: "Size", values: ["0"] }] })
      yield* Effect.forEach(
        sizes,
        (size) => catalog.createVariant(id, { price: usd(1), optionValues: [size], stock: 1 }),
        { concurrency: "unbounded" }
      ).pipe(whileTimePasses("1 millis"))
      const product = yield* catalog.getProduct(id)
      assert.deepStrictEqual(product.variants.map(({ title }) => title).sort(), ["0", ...sizes])
      assert.strictEqual(product.version, 10)
    }))

    test("variants come, change and go, but the last stays", Effect.gen(function*() {
      const catalog = yield* Catalog
      const created = yield* shirt()
      const large = yield* catalog.createVariant(created.id, { price: usd(1_500), optionValues: ["L"], stock: 3 })
      assert.deepStrictEqual(large.options, [{ name: "Size", values: ["S", "M", "L"] }])
      assert.deepStrictEqual(
        (yield* catalog.getProduct(created.id)).variants.map(({ available, title }) => [title, available]),
        [["S", 0], ["M", 0], ["L", 3]]
      )
      const [small, medium] = created.variants as readonly [Variant, Variant]
      const changed = yield* catalog.updateVariant(created.id, small.id, { optionValues: ["XS"], price: usd(900) })
      assert.deepStrictEqual(changed.variants.map(({ price, title }) => [title, price.amount]), [
        ["XS", 900],
        ["M", 1_200],
        ["L", 1_500]
      ])
      const [summary] = (yield* catalog.listProducts()).items
      assert.deepStrictEqual([summary?.priceFrom, summary?.priceTo, summary?.variantCount], [usd(900), usd(1_500), 3])
      yield* catalog.deleteVariant(created.id, small.id)
      yield* catalog.deleteVariant(created.id, medium.id)
      const last = firstOf(yield* catalog.getProduct(created.id))
      assert.deepStrictEqual([last.title, last.position, last.available], ["L", 0, 3])
      assert.strictEqual(yield* failure(catalog.deleteVariant(created.id, last.id)), "LastVariant")
      assert.strictEqual(yield* failure(catalog.deleteVariant(created.id, small.id)), "VariantNotFound")
      assert.strictEqual(yield* failure(catalog.updateVariant(created.id, "var_none", {})), "VariantNotFound")
      const next = yield* sell("Next", { variants: [{ price: usd(1), sku: "SHIRT-S" }] })
      assert.strictEqual(yield* failure(catalog.updateVariant(next.id, last.id, {})), "VariantNotFound")
    }))

    test("two variants exchange their SKUs", Effect.gen(function*() {
      const products = yield* ProductRepository
      const transactor = yield* Transactor
      const created = yield* shirt()
      const [small, medium] = created.variants as readonly [Variant, Variant]
      const exchanged: Product = {
        ...created,
        version: 2,
        variants: [{ ...small, sku: medium.sku }, { ...medium, sku: small.sku }]
      }
      yield* transactor.transaction(products.replaceMany([exchanged]))
      assert.deepStrictEqual((yield* products.findManyBySlug(["shirt"]))[0], exchanged)
    }))

    test("the stock of a new variant is received at the main location, and is in the ledger", Effect.gen(function*() {
      const inventory = yield* Inventory
      const board = firstOf(yield* sell("Board", { variants: [{ price: usd(1), stock: 5 }] }))
      yield* sell("Bowl", { variants: [{ price: usd(1), stock: 0 }] })
      const [all, { items }] = yield* Effect.all([inventory.listLocations, inventory.ledger({ variantId: board.id })]).pipe(
        Actor.as(Actor.system("test"))
      )
      assert.deepStrictEqual(all.map(({ code }) => code), ["main"])
      assert.deepStrictEqual(items.map(({ actor, kind, onHandDelta }) => [kind, onHandDelta, actor]), [
        ["receive", 5, "staff:user_merchant"]
      ])
    }))

    test("what may be back-ordered can be bought, until it may not", Effect.gen(function*() {
      const catalog = yield* Catalog
      const kettle = yield* sell("Kettle", { variants: [{ price: usd(1), stock: 0 }] })
      const { id } = kettle
      const variant = firstOf(kettle)
      const available = Effect.map(catalog.getProduct(id), (product) => product.variants[0]?.available)
      const listed = Effect.map(catalog.listProducts(), ({ items }) => items[0]?.available)
      assert.deepStrictEqual([yield* available, yield* listed], [0, false])
      yield* catalog.updateVariant(id, variant.id, { backorderLimit: 5 })
      assert.deepStrictEqual([yield* available, yield* listed], [5, true])
      yield* catalog.updateVariant(id, variant.id, { backorderLimit: 0 })
      assert.deepStrictEqual([yield* available, yield* listed], [0, false])
      yield* catalog.updateVariant(id, variant.id, { trackStock: false })
      assert.deepStrictEqual([yield* available, yield* listed], [null, true])
    }))

    test("a deleted product is gone with its stock, and its slug and SKUs are free", Effect.gen(function*() {
      const catalog = yield* Catalog
      const inventory = yield* InventoryRepository
      const mug = yield* sell("Mug", { variants: [{ price: usd(1), sku: "M", stock: 2 }] })
      const { id } = mug
      yield* catalog.deleteProduct(id)
      assert.strictEqual(yield* failure(catalog.getProduct(id)), "ProductNotFound")
      assert.strictEqual(yield* failure(catalog.deleteProduct(id)), "ProductNotFound")
      assert.deepStrictEqual(yield* titles({ status: "any" }), [])
      assert.deepStrictEqual(yield* titles({ search: "mug" }), [])
      assert.deepStrictEqual(yield* inventory.levels([firstOf(mug).id]), [])
      assert.strictEqual((yield* sell("Mug", { variants: [{ price: usd(1), sku: "M" }] })).slug, "mug")
    }))

    test("drafts and archived products are there for those who may see them only", Effect.gen(function*() {
      const catalog = yield* Catalog
      const sale = yield* sell("Sale", { variants: [{ price: usd(10), cost: usd(4) }] })
      const draft = yield* sell("Draft", { status: "draft" })
      const archived = yield* sell("Archived", { status: "archived" })
      const strangers = [
        Actor.guest(),
        Actor.customer("cus_1"),
        Actor.staff("user_packer", ["orders:read", "catalog:write"])
      ]
      for (const actor of strangers) {
        const asked = Actor.as(actor)
        for (const { id, slug } of [draft, archived]) {
          assert.strictEqual(yield* asked(failure(catalog.getProduct(id))), "ProductNotFound")
          assert.strictEqual(yield* asked(failure(catalog.getProduct(slug))), "ProductNotFound")
          assert.strictEqual(yield* asked(failure(catalog.relatedProducts(id))), "ProductNotFound")
        }
        assert.deepStrictEqual(yield* asked(titles()), ["Sale"])
        assert.deepStrictEqual(yield* asked(titles({ search: "draft" })), [])
        assert.deepStrictEqual(yield* asked(catalog.suggest("arch")), [])
        assert.strictEqual((yield* asked(catalog.getProduct(sale.id))).variants[0]?.cost, null)
        for (const status of ["draft", "archived", "any"] as const) {
          assert.strictEqual(
            yield* asked(failure(catalog.listProducts({ status }))),
            actor._tag === "guest" ? "Unauthenticated" : "Forbidden"
          )
        }
      }
      const reader = Actor.as(Actor.staff("user_reader", ["catalog:read"]))
      assert.strictEqual((yield* reader(catalog.getProduct(draft.slug))).status, "draft")
      assert.deepStrictEqual((yield* reader(catalog.getProduct(sale.id))).variants[0]?.cost, usd(4))
      assert.deepStrictEqual((yield* reader(titles({ status: "any", sort: "title" }))), ["Archived", "Draft", "Sale"])
      assert.deepStrictEqual(yield* reader(titles({ status: "archived" })), ["Archived"])
    }))

    test("only those who may write do, and others learn nothing", Effect.gen(function*() {
      const catalog = yield* Catalog
      const mug = yield* sell("Mug")
      const { id } = mug
      const variant = firstOf(mug)
      const boards = yield* category("Boards")
      const attempts: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [
        catalog.createProduct({ title: "Mine", variants: [{ price: usd(1) }] }),
        catalog.updateProduct(id, { title: "Mine" }),
        catalog.updateProduct(nobody, { title: "Mine" }),
        catalog.deleteProduct(id),
        catalog.createVariant(id, { price: usd(1) }),
        catalog.updateVariant(id, variant.id, { price: usd(1) }),
        catalog.deleteVariant(id, variant.id),
        catalog.createCategory({ name: "Mine" }),
        catalog.updateCategory(boards.id, { name: "Mine" }),
        catalog.deleteCategory(boards.id)
      ]
      const refusal = [
        [Actor.guest(), "Unauthenticated"],
        [Actor.customer("cus_1"), "Forbidden"],
        [Actor.staff("user_reader", ["catalog:read"]), "Forbidden"]
      ] as const
      for (const [actor, expected] of refusal) {
        for (const attempt of attempts) assert.strictEqual(yield* Actor.as(actor)(failure(attempt)), expected)
      }
      assert.deepStrictEqual(yield* titles(), ["Mug"])
      assert.deepStrictEqual((yield* catalog.listCategories).map(({ name }) => name), ["Boards"])
    }))

    test("every change leaves an event and an audit row, and one that fails leaves neither", Effect.gen(function*() {
      const catalog = yield* Catalog
      const created = yield* shirt()
      yield* catalog.updateProduct(created.id, { title: "Blouse" })
      yield* catalog.createVariant(created.id, { price: usd(1), optionValues: ["L"] })
      yield* catalog.updateVariant(created.id, firstOf(created).id, { price: usd(1) })
      yield* catalog.deleteVariant(created.id, firstOf(created).id)
      yield* failure(catalog.updateProduct(created.id, { title: "Skirt", version: 1 }))
      yield* sell("Mug")
      yield* failure(catalog.updateProduct(created.id, { slug: "mug" }))
      yield* catalog.deleteProduct(created.id)
      assert.deepStrictEqual(yield* eventsOf(created.id), [
        "product.created",
        ...Array.from({ length: 4 }, () => "product.updated"),
        "product.deleted"
      ])
      assert.deepStrictEqual((yield* auditOf(created.id)).sort(), [
        "product.create by staff:user_merchant",
        "product.delete by staff:user_merchant",
        "product.update by staff:user_merchant",
        "product.variant.create by staff:user_merchant",
        "product.variant.delete by staff:user_merchant",
        "product.variant.update by staff:user_merchant"
      ])
    }))

    test("what cannot be an id or a slug is not found", Effect.gen(function*() {
      const catalog = yield* Catalog
      for (const key of ["", "Mug", "' OR 1=1 --", "prod_", "../mug", "a\0b", "x".repeat(10_000), nobody]) {
        assert.strictEqual(yield* failure(catalog.getProduct(key)), "ProductNotFound")
        assert.strictEqual(yield* failure(catalog.updateProduct(key, {})), "ProductNotFound")
        assert.strictEqual(yield* failure(catalog.getCategory(key)), "CategoryNotFound")
      }
    }))

    test("related products share most categories and tags", Effect.gen(function*() {
      const catalog = yield* Catalog
      const boards = yield* category("Boards")
      const board = yield* sell("Board", { categoryIds: [boards.id], tags: ["oak", "gift"] })
      yield* sell("Tag only", { tags: ["oak"] })
      yield* sell("Category only", { categoryIds: [boards.id] })
      yield* sell("Both", { categoryIds: [boards.id], tags: ["gift"] })
      yield* sell("Draft", { categoryIds: [boards.id], tags: ["oak", "gift"], status: "draft" })
      yield* sell("Nothing")
      const related = yield* catalog.relatedProducts(board.slug)
      assert.deepStrictEqual(related.map(({ title }) => title), ["Both", "Category only", "Tag only"])
    }))

    test("all products are read as a stream, each once", Effect.gen(function*() {
      const products = yield* ProductRepository
      const transactor = yield* Transactor
      const first = yield* shirt()
      const copies = copiesOf(first, 250)
      yield* transactor.transaction(products.insertMany(copies))
      const read = yield* Stream.runCollect(products.stream)
      assert.deepStrictEqual(
        [...read].sort((a, b) => (a.id < b.id ? -1 : 1)),
        [first, ...copies].sort((a, b) => (a.id < b.id ? -1 : 1))
      )
    }))
  })
}
