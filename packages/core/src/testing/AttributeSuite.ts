import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { AttributeRepository } from "../catalog/AttributeRepository.ts"
import * as AttributesLive from "../catalog/Attributes.ts"
import { Attributes } from "../catalog/Attributes.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Collections } from "../catalog/Collections.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import {
  auditOf,
  eventsOf,
  failure,
  firstOf,
  merchant,
  otherStore,
  sell,
  shop,
  type ShopServices,
  titles,
  titlesSorted
} from "./CatalogFixture.ts"
import { usd } from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const guest = Actor.as(Actor.guest())

/** Attributes of each type. */
const everyType = Effect.gen(function*() {
  const attributes = yield* Attributes
  const material = yield* attributes.create({
    code: "material",
    title: "Material",
    type: "choice",
    filterable: true,
    choices: [{ code: "oak", label: "Oak" }, { code: "ash", label: "Ash", colour: "#eeddcc" }],
    translations: { de: { title: "Holz", choices: { oak: "Eiche" } } }
  })
  yield* attributes.create({
    code: "width", title: "Width", type: "number", unitFamily: "length", unit: "cm", filterable: true, position: 1
  })
  yield* attributes.create({ code: "stars", title: "Stars", type: "number", filterable: true, position: 2 })
  yield* attributes.create({ code: "made_on", title: "Made on", type: "date", filterable: true, position: 3 })
  yield* attributes.create({ code: "vegan", title: "Vegan", type: "boolean", filterable: true, position: 4 })
  yield* attributes.create({ code: "tone", title: "Tone", type: "colour", of: "variant", filterable: true, position: 5 })
  yield* attributes.create({
    code: "rooms",
    title: "Rooms",
    type: "choices",
    filterable: true,
    choices: ["kitchen", "bath", "hall"].map((code) => ({ code, label: code })),
    position: 6
  })
  yield* attributes.create({ code: "series", title: "Series", type: "text", filterable: true, position: 7 })
  yield* attributes.create({ code: "care", title: "Care", type: "long_text", position: 8 })
  yield* attributes.create({ code: "margin", title: "Margin", type: "text", shown: false, filterable: true, position: 9 })
  return material
})

/** What products say by attributes, and how they are found by it. */
export const attributeSuite = (harness: StorageHarness): void => {
  const test = (name: string, effect: Effect.Effect<unknown, unknown, ShopServices>) =>
    it.effect(name, () => Effect.provide(Actor.as(merchant)(effect), shop(harness.storage())))

  describe(`attributes, on ${harness.name}`, () => {
    test("are kept by staff, and seen by everybody in their language unless they are for staff alone", Effect.gen(function*() {
      const attributes = yield* Attributes
      const material = yield* everyType
      const german = yield* guest(attributes.get("material", { language: "de-AT" }))
      assert.deepStrictEqual([german.title, german.choices.map(({ label }) => label)], ["Holz", ["Eiche", "Ash"]])
      assert.deepStrictEqual(german.translations, {})
      assert.deepStrictEqual(yield* attributes.get(material.id), material)
      const first = yield* guest(attributes.list({ limit: 2 }))
      const rest = yield* guest(attributes.list({ after: first.nextCursor ?? "" }))
      assert.deepStrictEqual(
        [...first.items, ...rest.items].map(({ code }) => code),
        ["material", "width", "stars", "made_on", "vegan", "tone", "rooms", "series", "care"]
      )
      assert.strictEqual((yield* attributes.list()).items.length, 10)
      assert.strictEqual(yield* guest(failure(attributes.get("margin"))), "AttributeNotFound")
      assert.strictEqual(yield* failure(attributes.get("nothing")), "AttributeNotFound")
      const changed = yield* attributes.update(material.id, { title: "Wood", version: 1 })
      assert.deepStrictEqual(changed, { ...material, title: "Wood", version: 2, updatedAt: changed.updatedAt })
      assert.strictEqual(yield* failure(attributes.update(material.id, { title: "Late", version: 1 })), "VersionConflict")
      assert.strictEqual(yield* failure(attributes.create({ code: "material", title: "Again", type: "text" })), "AttributeCodeTaken")
      assert.strictEqual(yield* guest(failure(attributes.create({ code: "mine", title: "Mine", type: "text" }))), "Unauthenticated")
      assert.strictEqual(yield* guest(failure(attributes.update(material.id, {}))), "Unauthenticated")
      assert.strictEqual(yield* guest(failure(attributes.delete(material.id))), "Unauthenticated")
      assert.deepStrictEqual([...(yield* eventsOf(material.id))].sort(), ["attribute.created", "attribute.updated"])
      assert.deepStrictEqual(
        [...(yield* auditOf(material.id))].sort(),
        ["attribute.create by staff:user_merchant", "attribute.update by staff:user_merchant"]
      )
      yield* within(yield* otherStore)(Effect.gen(function*() {
        assert.deepStrictEqual((yield* attributes.list()).items, [])
        assert.strictEqual(yield* failure(attributes.get(material.id)), "AttributeNotFound")
        assert.strictEqual(yield* failure(attributes.delete(material.id)), "AttributeNotFound")
      }))
    }))

    test("refuse rules that contradict each other", Effect.gen(function*() {
      const attributes = yield* Attributes
      const wrong = (more: object) =>
        failure(attributes.create({ code: "a", title: "A", type: "text", ...more }))
      for (const more of [
        { unitFamily: "length", unit: "cm" },
        { type: "number", unit: "cm" },
        { type: "number", unitFamily: "length" },
        { type: "number", unitFamily: "length", unit: "kg" },
        { type: "choice" },
        { choices: [{ code: "a", label: "A" }] },
        { type: "choice", choices: [{ code: "a", label: "A" }, { code: "a", label: "B" }] },
        { type: "choice", choices: [{ code: "a", label: "A" }], translations: { de: { choices: { b: "B" } } } },
        { type: "long_text", filterable: true },
        { searchable: true, shown: false },
        { code: "A B" },
        { type: "thing" }
      ]) {
        assert.strictEqual(yield* wrong(more), "InvalidInput", JSON.stringify(more))
      }
      const seen = yield* attributes.create({ code: "seen", title: "Seen", type: "text", searchable: true })
      assert.strictEqual(yield* failure(attributes.update(seen.id, { shown: false })), "InvalidInput")
      const hidden = yield* attributes.update(seen.id, { shown: false, searchable: false })
      assert.strictEqual(yield* failure(attributes.update(hidden.id, { searchable: true })), "InvalidInput")
    }))

    test("check what products say by their types, and show it in the order of the shop and the language of the buyer", Effect.gen(function*() {
      const catalog = yield* Catalog
      yield* everyType
      const said = {
        care: "Wipe with a cloth.",
        made_on: "2026-02-28",
        margin: "high",
        material: "oak",
        rooms: ["hall", "kitchen"],
        series: " Nord ",
        stars: 4.5,
        vegan: true,
        width: 12.5
      }
      const kept = { ...said, rooms: ["kitchen", "hall"], series: "Nord", width: { amount: 12.5, unit: "cm" } }
      const board = yield* catalog.createProduct({
        title: "Board",
        attributes: said,
        variants: [{ price: usd(1_000), attributes: { tone: "#AABBCC" } }]
      })
      assert.deepStrictEqual(board.attributes, kept as typeof board.attributes)
      assert.deepStrictEqual(firstOf(board).attributes, { tone: "#aabbcc" })
      const page = yield* guest(catalog.getProduct(board.id, { language: "de" }))
      const { margin: _margin, ...seen } = kept
      assert.deepStrictEqual(page.attributes, seen as typeof page.attributes)
      assert.deepStrictEqual(page.specifications?.map(({ labels, title }) => [title, ...labels]), [
        ["Holz", "Eiche"],
        ["Width", "12.5 cm"],
        ["Stars", "4.5"],
        ["Made on", "2026-02-28"],
        ["Vegan", "true"],
        ["Rooms", "kitchen", "hall"],
        ["Series", "Nord"],
        ["Care", "Wipe with a cloth."]
      ])
      assert.deepStrictEqual(firstOf(page).specifications?.map(({ labels }) => labels), [["#aabbcc"]])
      assert.strictEqual((yield* catalog.getProduct(board.id)).specifications?.length, 9)
      const changed = yield* catalog.updateProduct(board.id, { attributes: { width: { amount: 0.2, unit: "m" }, stars: null } })
      const { stars: _stars, ...others } = kept
      assert.deepStrictEqual(changed.attributes, { ...others, width: { amount: 0.2, unit: "m" } } as typeof changed.attributes)
      assert.strictEqual((yield* catalog.updateProduct(board.id, { title: "Plank" })).attributes?.["series"], "Nord")
      yield* catalog.updateVariant(board.id, firstOf(board).id, { attributes: { tone: null }, price: usd(900) })
      assert.notProperty(firstOf(yield* catalog.getProduct(board.id)), "attributes")
      const wrong: ReadonlyArray<Record<string, unknown>> = [
        { material: "pine" },
        { material: ["oak"] },
        { width: { amount: 1, unit: "kg" } },
        { width: "12 cm" },
        { width: 1e15 },
        { stars: { amount: 1, unit: "cm" } },
        { made_on: "2026-02-30" },
        { vegan: "yes" },
        { tone: "#aabbcc" },
        { rooms: ["attic"] },
        { rooms: [] },
        { series: " " },
        { heat: { amount: -273.16, unit: "C" } },
        { heat: { amount: -460, unit: "F" } },
        { heat: { amount: -1, unit: "K" } },
        { nothing: "x" }
      ]
      yield* (yield* Attributes).create({ code: "heat", title: "Heat", type: "number", unitFamily: "temperature", unit: "C" })
      for (const attributes of wrong) {
        const update = catalog.updateProduct(board.id, { attributes: attributes as typeof said })
        assert.strictEqual(yield* failure(update), "InvalidInput", JSON.stringify(attributes))
      }
      const refused = yield* Effect.flip(catalog.createProduct({
        title: "Wrong",
        attributes: { material: "pine" },
        variants: [{ price: usd(1), attributes: { tone: "red", width: 1 } }]
      }))
      assert.deepStrictEqual(
        refused._tag === "InvalidInput" ? refused.faults.map(({ path }) => path.join(".")) : [],
        ["attributes.material", "variants.0.attributes.tone", "variants.0.attributes.width"]
      )
    }))

    test("are asked of what is new where they are required, and cannot be taken away", Effect.gen(function*() {
      const attributes = yield* Attributes
      const catalog = yield* Catalog
      const old = yield* sell("Old")
      const origin = yield* attributes.create({ code: "origin", title: "Origin", type: "text", required: true })
      yield* attributes.create({ code: "batch", title: "Batch", type: "number", of: "variant", required: true })
      assert.strictEqual(yield* failure(catalog.createProduct({ title: "New", variants: [{ price: usd(1) }] })), "InvalidInput")
      const made = yield* catalog.createProduct({
        title: "New",
        attributes: { origin: "Oslo" },
        options: [{ name: "Size", values: ["S"] }],
        variants: [{ price: usd(1), optionValues: ["S"], attributes: { batch: 7 } }]
      })
      assert.strictEqual(yield* failure(catalog.createVariant(made.id, { price: usd(1), optionValues: ["M"] })), "InvalidInput")
      assert.strictEqual(yield* failure(catalog.updateProduct(made.id, { attributes: { origin: null } })), "InvalidInput")
      assert.strictEqual((yield* catalog.updateProduct(old.id, { title: "Older" })).title, "Older")
      yield* attributes.delete(origin.id)
      const without = yield* catalog.getProduct(made.id)
      assert.deepStrictEqual([without.attributes, without.version], [undefined, made.version + 1])
      assert.deepStrictEqual(firstOf(without).attributes, { batch: 7 })
      assert.include(yield* eventsOf(origin.id), "attribute.deleted")
    }))

    test("are not deleted while more products say something by them than are changed at once", Effect.gen(function*() {
      const repository = yield* AttributeRepository
      const attributes = yield* Attributes
      const material = yield* everyType
      yield* sell("Board", { attributes: { material: "oak", rooms: ["hall", "bath"] } })
      yield* sell("Plank", { attributes: { material: "oak" } })
      const rooms = yield* attributes.get("rooms")
      assert.strictEqual(yield* repository.describedBy(rooms.id, 5), 1)
      assert.strictEqual(yield* repository.describedBy(material.id, 5), 2)
      assert.strictEqual(yield* repository.describedBy(material.id, 1), 1)
      const said = (products: number) =>
        Effect.provideService(AttributesLive.make, AttributeRepository, {
          ...repository,
          describedBy: (_id, limit) => Effect.succeed(Math.min(products, limit))
        })
      assert.strictEqual(yield* failure((yield* said(10_001)).delete(material.id)), "AttributeInUse")
      yield* (yield* said(10_000)).delete(material.id)
      assert.strictEqual(yield* failure(attributes.get(material.id)), "AttributeNotFound")
    }))

    test("keep the choices that products have made", Effect.gen(function*() {
      const attributes = yield* Attributes
      const material = yield* everyType
      yield* sell("Board", { attributes: { material: "oak" } })
      assert.strictEqual(yield* failure(attributes.update(material.id, { choices: [{ code: "ash", label: "Ash" }], translations: {} })), "AttributeChoiceInUse")
      assert.strictEqual((yield* attributes.get(material.id)).choices.length, 2)
      const renamed = yield* attributes.update(material.id, { choices: [{ code: "oak", label: "Solid oak" }] })
      assert.deepStrictEqual(renamed.choices, [{ code: "oak", label: "Solid oak" }])
    }))

    test("are what products are listed by, numbers in any unit of their kind", Effect.gen(function*() {
      const catalog = yield* Catalog
      yield* everyType
      yield* sell("A", { attributes: { material: "oak", width: { amount: 12, unit: "cm" }, made_on: "2026-01-31", rooms: ["hall", "bath"] } })
      yield* sell("B", { attributes: { material: "ash", width: { amount: 0.12, unit: "m" }, vegan: true, margin: "high" } })
      yield* sell("C", { attributes: { material: "ash", width: { amount: 1, unit: "in" }, made_on: "2026-02-01", rooms: ["hall"] } })
      yield* sell("D", {
        attributes: { stars: -2, width: { amount: 3, unit: "m" } },
        variants: [{ price: usd(1_000), attributes: { tone: "#102030" } }]
      })
      const found: ReadonlyArray<readonly [ReadonlyArray<string>, ReadonlyArray<string>]> = [
        [["material:oak"], ["A"]],
        [["material:oak", "material:ash"], ["A", "B", "C"]],
        [["material:ash", "rooms:hall"], ["C"]],
        [["width:12"], ["A", "B"]],
        [["width:120mm"], ["A", "B"]],
        [["width:2.54 cm"], ["C"]],
        [["width:..12cm"], ["A", "B", "C"]],
        [["width:0.12m..3 m"], ["A", "B", "D"]],
        [["width:12.000001cm.."], ["D"]],
        [["stars:-2..-1"], ["D"]],
        [["made_on:..2026-01-31"], ["A"]],
        [["made_on:2026-01-01..2026-12-31"], ["A", "C"]],
        [["vegan:true"], ["B"]],
        [["vegan:false"], []],
        [["tone:#102030"], ["D"]],
        [["rooms:bath"], ["A"]],
        [["margin:high"], ["B"]]
      ]
      for (const [attributes, expected] of found) {
        assert.deepStrictEqual(yield* titlesSorted({ attributes: [...attributes] }), [...expected], attributes.join())
      }
      assert.deepStrictEqual(yield* titles({ attributes: ["width:..1m"], sort: "-title", limit: 2 }), ["C", "B"])
      for (const wrong of ["width:12kg", "width:..", "width:wide", `series:${"x".repeat(201)}`]) {
        assert.strictEqual(yield* failure(catalog.listProducts({ attributes: [wrong] })), "InvalidInput", wrong)
      }
      const collections = yield* Collections
      const rule = { match: "all", conditions: [{ field: "attribute", is: "width:..12cm" }, { field: "attribute", is: "material:oak", not: true }] } as const
      const small = yield* collections.create({ name: "Small", rule })
      assert.deepStrictEqual(yield* titlesSorted({ collection: small.slug }), ["B", "C"])
      assert.deepStrictEqual(yield* titlesSorted({ collection: small.slug, attributes: ["rooms:hall"] }), ["C"])
      const rooms = (is: string) => ({ match: "any", conditions: [{ field: "attribute", is: `rooms:${is}`, not: true }] }) as const
      const noKitchens = yield* collections.create({ name: "No kitchens", rule: rooms("kitchen") })
      const noHalls = yield* collections.create({ name: "No halls", rule: rooms("hall") })
      assert.deepStrictEqual(yield* titlesSorted({ collection: noKitchens.slug }), ["A", "B", "C", "D"])
      const { choices, id } = yield* (yield* Attributes).get("rooms")
      yield* (yield* Attributes).update(id, { choices: choices.filter(({ code }) => code !== "kitchen") })
      assert.deepStrictEqual(yield* titlesSorted({ collection: noKitchens.slug }), [])
      assert.deepStrictEqual(yield* titlesSorted({ collection: noHalls.slug }), ["B", "D"])
      yield* (yield* Attributes).update(id, { filterable: false })
      assert.deepStrictEqual(yield* titlesSorted({ collection: noHalls.slug }), [])
      yield* (yield* Attributes).update(id, { filterable: true })
      const unknown = { match: "all", conditions: [{ field: "attribute", is: "nothing:x" }] } as const
      assert.strictEqual(yield* failure(collections.create({ name: "Nothing", rule: unknown })), "InvalidInput")
      yield* (yield* Attributes).delete("width")
      assert.deepStrictEqual(yield* titlesSorted({ collection: small.slug }), [])
      for (const wrong of ["care:x", "nothing:x", "width:12kg", "stars:1cm", "material:pine", "made_on:soon", "vegan:maybe", "material"]) {
        assert.strictEqual(yield* failure(catalog.listProducts({ attributes: [wrong] })), "InvalidInput", wrong)
      }
      assert.strictEqual(yield* guest(failure(catalog.listProducts({ attributes: ["margin:high"] }))), "InvalidInput")
    }))
  })
}
