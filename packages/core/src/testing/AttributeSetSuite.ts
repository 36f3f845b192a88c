import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Attributes } from "../catalog/Attributes.ts"
import { BulkEdits } from "../catalog/BulkEdits.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Search } from "../search/Search.ts"
import { auditOf, category, eventsOf, failure, merchant, otherStore, sell } from "./CatalogFixture.ts"
import { counts, failures, importLines } from "./ImportFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const guest = Actor.as(Actor.guest())

/** Furniture with chairs below it; all furniture must say its material, and chairs should say their height and must say their tone by variant. */
const furniture = Effect.gen(function*() {
  const attributes = yield* Attributes
  yield* attributes.create({ code: "material", title: "Material", type: "text", filterable: true })
  yield* attributes.create({ code: "height", title: "Height", type: "number", filterable: true })
  yield* attributes.create({ code: "tone", title: "Tone", type: "text", of: "variant", filterable: true })
  yield* attributes.create({ code: "vegan", title: "Vegan", type: "boolean", filterable: true })
  const all = yield* category("Furniture")
  const chairs = yield* category("Chairs", all.id)
  const set = {
    all: attributes.setFor("furniture", { attributes: [{ attribute: "material", required: true }] }),
    chairs: attributes.setFor(chairs.id, { attributes: [{ attribute: "height" }, { attribute: "tone", required: true }] })
  }
  return { all, chairs, set }
})

/** What is wrong with an input, by path and message. */
const faultsOf = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), (error) =>
    "faults" in error
      ? (error.faults as ReadonlyArray<{ readonly path: ReadonlyArray<string | number>; readonly message: string }>).map(({ message, path }) =>
        `${path.join(".")} ${message}`)
      : [error._tag])

/** What the products of a category are to say. */
export const attributeSetSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Actor.as(merchant)(body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  describe(`attributes of categories, on ${harness.name}`, () => {
    test("are named by staff, and inherited by the categories below", Effect.gen(function*() {
      const attributes = yield* Attributes
      const { all, chairs, set } = yield* furniture
      assert.deepStrictEqual((yield* attributes.setOf("chairs")).attributes, [])
      yield* set.all
      const told = yield* set.chairs
      assert.deepStrictEqual(told, yield* attributes.setOf("chairs"))
      assert.deepStrictEqual(told, {
        categoryId: chairs.id,
        attributes: [
          { attribute: "material", title: "Material", of: "product", required: true, categoryId: all.id },
          { attribute: "height", title: "Height", of: "product", required: false, categoryId: chairs.id },
          { attribute: "tone", title: "Tone", of: "variant", required: true, categoryId: chairs.id }
        ]
      })
      assert.deepStrictEqual((yield* attributes.setOf(all.id)).attributes.map(({ attribute }) => attribute), ["material"])
      assert.deepStrictEqual(yield* eventsOf(chairs.id), ["category.created", "category.attributes_changed"])
      assert.include(yield* auditOf(chairs.id), `category.attributes.set by ${Actor.describe(merchant)}`)
      assert.deepStrictEqual(yield* faultsOf(attributes.setFor("chairs", { attributes: [{ attribute: "height" }, { attribute: "nothing" }] })), [
        "attributes.1.attribute is no attribute"
      ])
      assert.deepStrictEqual(yield* faultsOf(attributes.setFor("chairs", { attributes: [{ attribute: "height" }, { attribute: "height" }] })), [
        "attributes.1.attribute is there twice"
      ])
      assert.deepStrictEqual(yield* attributes.setOf("chairs"), told, "what is refused changes nothing")
      assert.strictEqual(yield* failure(attributes.setFor("tables", { attributes: [] })), "CategoryNotFound")
      yield* attributes.delete("tone")
      yield* attributes.setFor("furniture", { attributes: [] })
      assert.deepStrictEqual((yield* attributes.setOf("chairs")).attributes.map(({ attribute }) => attribute), ["height"])
      const other = yield* otherStore
      assert.strictEqual(yield* within(other)(failure(attributes.setOf(chairs.id))), "CategoryNotFound")
      const acts: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [
        attributes.setOf("chairs"),
        attributes.setFor("chairs", { attributes: [] }),
        attributes.missing("chair"),
        attributes.lacking()
      ]
      for (const act of acts) assert.strictEqual(yield* guest(failure(act)), "Unauthenticated")
    }))

    test("a product is published when it says what is required, and may be an unfinished draft", Effect.gen(function*() {
      const attributes = yield* Attributes
      const catalog = yield* Catalog
      const { chairs, set } = yield* furniture
      yield* set.all
      yield* set.chairs
      const variants = ["White", "Black"].map((tone) => ({ price: Shop.usd(1_000), optionValues: [tone] }))
      const input = { title: "Chair", categoryIds: [chairs.id], options: [{ name: "Colour", values: ["White", "Black"] }], variants }
      const required = (path: string, name = "Chairs") => `${path} is required of what is on sale in the category ${name}`
      assert.deepStrictEqual(yield* faultsOf(catalog.createProduct(input)), [
        required("attributes.material", "Furniture"),
        required("variants.0.attributes.tone"),
        required("variants.1.attributes.tone")
      ])
      const draft = yield* catalog.createProduct({ ...input, status: "draft" })
      assert.deepStrictEqual((yield* attributes.missing("chair")).map(({ attribute, path, required }) => [path.join("."), attribute, required]), [
        ["attributes.material", "material", true],
        ["variants.0.attributes.tone", "tone", true],
        ["variants.1.attributes.tone", "tone", true],
        ["attributes.height", "height", false]
      ])
      const [white, black] = draft.variants
      yield* catalog.updateProduct(draft.id, { attributes: { material: "Oak" } })
      yield* catalog.updateVariant(draft.id, white?.id ?? "", { attributes: { tone: "light" } })
      assert.deepStrictEqual(yield* faultsOf(catalog.updateProduct(draft.id, { status: "active" })), [required("variants.1.attributes.tone")])
      yield* catalog.updateVariant(draft.id, black?.id ?? "", { attributes: { tone: "dark" } })
      assert.strictEqual((yield* catalog.updateProduct(draft.id, { status: "active" })).status, "active")
      assert.deepStrictEqual((yield* attributes.missing(draft.id)).map(({ attribute }) => attribute), ["height"])
      // what is on sale does not lose what is required
      assert.deepStrictEqual(yield* faultsOf(catalog.updateProduct(draft.id, { attributes: { material: null } })), [
        required("attributes.material", "Furniture")
      ])
      assert.deepStrictEqual(
        yield* faultsOf(catalog.createVariant(draft.id, { price: Shop.usd(1), optionValues: ["Red"] })),
        [required("variants.2.attributes.tone")]
      )
      yield* catalog.createVariant(draft.id, { price: Shop.usd(1), optionValues: ["Red"], attributes: { tone: "warm" } })
      yield* catalog.updateProduct(draft.id, { status: "archived", attributes: { material: null } })
    }))

    test("a set that asks for more leaves on sale what is, and lists what lacks something", Effect.gen(function*() {
      const attributes = yield* Attributes
      const catalog = yield* Catalog
      const { all, chairs, set } = yield* furniture
      const inChairs = { categoryIds: [chairs.id] }
      const [first, second, complete] = yield* Effect.all([
        sell("First", inChairs),
        sell("Second", { categoryIds: [all.id] }),
        sell("Complete", { ...inChairs, attributes: { material: "Oak" } })
      ])
      yield* sell("Draft", { ...inChairs, status: "draft" })
      yield* sell("Elsewhere")
      assert.deepStrictEqual((yield* attributes.lacking()).items, [])
      yield* set.all
      const page = yield* attributes.lacking({ limit: 1 })
      const rest = yield* attributes.lacking({ after: page.nextCursor ?? "" })
      const lacking = [...page.items, ...rest.items]
      assert.deepStrictEqual(lacking.map(({ productId }) => productId), [first.id, second.id].sort())
      assert.strictEqual(rest.nextCursor, null)
      assert.deepStrictEqual(lacking[0]?.missing, [
        { path: ["attributes", "material"], attribute: "material", title: "Material", required: true, category: "Furniture" }
      ])
      assert.deepStrictEqual((yield* attributes.lacking({ category: "chairs" })).items.map(({ title }) => title), ["First"])
      assert.strictEqual(yield* failure(attributes.lacking({ category: "tables" })), "CategoryNotFound")
      // it can still be changed, but not made to lack more
      assert.strictEqual((yield* catalog.updateProduct(first.id, { title: "First chair" })).status, "active")
      const moved = yield* sell("Moved", { attributes: { height: 4 } })
      assert.strictEqual(yield* failure(catalog.updateProduct(moved.id, inChairs)), "InvalidInput")
      yield* catalog.updateProduct(moved.id, { ...inChairs, attributes: { material: "Ash" } })
      yield* catalog.updateProduct(first.id, { attributes: { material: "Elm" } })
      yield* set.chairs
      assert.deepStrictEqual(
        (yield* attributes.lacking({ category: chairs.id })).items.map(({ missing, productId }) => [productId, missing.map(({ path }) => path.join("."))]),
        [first.id, complete.id, moved.id].sort().map((id) => [id, ["variants.0.attributes.tone"]])
      )
    }))

    test("files and edits of many products publish nothing that lacks what is required", Effect.gen(function*() {
      const attributes = yield* Attributes
      const catalog = yield* Catalog
      const bulk = yield* BulkEdits
      const jobs = yield* Jobs
      const { all, set } = yield* furniture
      yield* set.all
      const header = "Handle,Title,Type,Variant Price,Status,Material (product.metafields.custom.material)"
      const report = yield* importLines([
        header,
        "bare,Bare,Furniture,1.00,active,",
        "oak,Oak,Furniture,1.00,active,Oak",
        "later,Later,Furniture,1.00,draft,"
      ])
      assert.deepStrictEqual(failures(report), ["2: attributes.material: is required of what is on sale in the category Furniture"])
      assert.deepStrictEqual(counts(report), { created: 2, updated: 0, unchanged: 0, failed: 1 })
      assert.strictEqual((yield* catalog.getProduct("later")).status, "draft")
      const outside = yield* sell("Outside")
      const started = yield* bulk.start({ select: { filter: { category: "furniture", status: "draft" } }, changes: { status: "active" } })
      const moved = yield* bulk.start({ select: { productIds: [outside.id] }, changes: { addCategories: [all.id] } })
      yield* jobs.drain
      for (const { id } of [started, moved]) {
        const done = yield* bulk.get(id)
        assert.deepStrictEqual([done.changed, done.failed], [0, 1])
        assert.deepStrictEqual(done.errors.map(({ message }) => message), [
          "attributes.material: is required of what is on sale in the category Furniture"
        ])
      }
      assert.strictEqual(counts(yield* importLines([header, "later,Later,Furniture,1.00,active,Elm"])).updated, 1)
      assert.deepStrictEqual(yield* attributes.missing("later"), [])
    }))

    test("a category offers the filters of its set, and all where it has none", Effect.gen(function*() {
      const search = yield* Search
      const { chairs, set } = yield* furniture
      const said = { material: "Oak", height: 4, vegan: true }
      yield* sell("Chair", { categoryIds: [chairs.id], attributes: said, variants: [{ price: Shop.usd(1), attributes: { tone: "dark" } }] })
      const offered = (category?: string) =>
        Effect.map(search.facets(category === undefined ? {} : { category }), ({ facets }) =>
          facets.flatMap(({ name, option }) => name === "attribute" ? [option] : []).sort())
      const every = ["height", "material", "tone", "vegan"]
      assert.deepStrictEqual(yield* offered("chairs"), every)
      yield* set.all
      yield* set.chairs
      assert.deepStrictEqual(yield* offered("furniture"), ["material"])
      assert.deepStrictEqual(yield* offered("chairs"), ["height", "material", "tone"])
      assert.deepStrictEqual(yield* offered(chairs.id), ["height", "material", "tone"])
      assert.deepStrictEqual(yield* offered(), every)
    }))
  })
}
