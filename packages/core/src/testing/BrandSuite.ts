import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Brands } from "../catalog/Brands.ts"
import { Catalog } from "../catalog/Catalog.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import {
  auditOf,
  eventsOf,
  failure,
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

const unknown = "brand_01jd5m8x2vf6grc1x7e9w0b3qk"

/** Brands, and the products that are of them. */
export const brandSuite = (harness: StorageHarness): void => {
  const test = (name: string, effect: Effect.Effect<unknown, unknown, ShopServices>) =>
    it.effect(name, () => Effect.provide(Actor.as(merchant)(effect), shop(harness.storage())))

  describe(`brands, on ${harness.name}`, () => {
    test("are kept by staff and seen by everybody, by name and in their language", Effect.gen(function*() {
      const brands = yield* Brands
      const guest = Actor.as(Actor.guest())
      const oak = yield* brands.create({
        name: "Öak & Sons ",
        description: "<p>Boards</p>",
        logo: { url: "https://example.com/oak.svg", alt: "Oak" },
        seo: { title: "Oak", description: null },
        translations: { de: { name: "Eiche & Söhne" } }
      })
      const acme = yield* brands.create({ name: "acme", slug: "acme-inc" })
      assert.deepStrictEqual([oak.name, oak.slug, oak.version], ["Öak & Sons", "oak-sons", 1])
      const slug = oak.slug
      assert.deepStrictEqual(yield* guest(brands.get("oak-sons")), { ...oak, alternates: [{ language: null, slug }, { language: "de", slug }] })
      assert.strictEqual((yield* guest(brands.get(oak.id, { language: "de-AT" }))).name, "Eiche & Söhne")
      assert.strictEqual((yield* guest(brands.get(oak.id, { language: "fr" }))).name, "Öak & Sons")
      const first = yield* guest(brands.list({ limit: 1 }))
      assert.deepStrictEqual(first.items.map(({ id }) => id), [acme.id])
      const second = yield* guest(brands.list({ limit: 1, after: first.nextCursor ?? "", language: "de" }))
      assert.deepStrictEqual(second, {
        items: [{ id: oak.id, name: "Eiche & Söhne", slug: oak.slug, logo: oak.logo, updatedAt: oak.updatedAt }],
        nextCursor: null
      })
      yield* TestClock.adjust("1 minute")
      const changed = yield* brands.update(oak.slug, { name: "Oak", slug: "oak", logo: null, version: 1 })
      assert.deepStrictEqual(changed, { ...oak, name: "Oak", slug: "oak", logo: null, version: 2, updatedAt: changed.updatedAt })
      assert.notStrictEqual(changed.updatedAt, oak.updatedAt)
      assert.deepInclude(yield* brands.get("oak"), changed)
      assert.strictEqual(yield* failure(brands.update(oak.id, { name: "Late", version: 1 })), "VersionConflict")
      assert.strictEqual(yield* failure(brands.update(oak.id, { slug: "acme-inc" })), "SlugTaken")
      assert.strictEqual(yield* failure(brands.create({ name: "Other", slug: "oak" })), "SlugTaken")
      assert.strictEqual((yield* brands.create({ name: "Oak" })).slug, "oak-2")
      assert.strictEqual(yield* failure(guest(brands.create({ name: "Mine" }))), "Unauthenticated")
      assert.strictEqual(yield* failure(guest(brands.update(oak.id, { name: "Mine" }))), "Unauthenticated")
      assert.strictEqual(yield* failure(guest(brands.delete(oak.id))), "Unauthenticated")
      assert.deepStrictEqual(yield* eventsOf(oak.id), ["brand.created", "brand.updated"])
      assert.deepStrictEqual([...(yield* auditOf(oak.id))].sort(), ["brand.create by staff:user_merchant", "brand.update by staff:user_merchant"])
    }))

    test("are what products are listed by", Effect.gen(function*() {
      const brands = yield* Brands
      const catalog = yield* Catalog
      const [acme, oak] = [yield* brands.create({ name: "Acme" }), yield* brands.create({ name: "Oak" })]
      const mug = yield* sell("Mug", { brandId: acme.id })
      yield* sell("Bowl", { brandId: acme.id })
      yield* sell("Board", { brandId: oak.id })
      yield* sell("Nail")
      assert.deepStrictEqual(yield* titlesSorted({ brand: acme.id }), ["Bowl", "Mug"])
      assert.deepStrictEqual(yield* titlesSorted({ brand: "acme" }), ["Bowl", "Mug"])
      assert.deepStrictEqual(yield* titles({ brand: "oak", search: "board" }), ["Board"])
      assert.deepStrictEqual(yield* titles({ brand: "acme", priceFrom: 2_000 }), [])
      assert.strictEqual(yield* failure(catalog.listProducts({ brand: "nobody" })), "BrandNotFound")
      assert.strictEqual(yield* failure(catalog.listProducts({ brand: unknown })), "BrandNotFound")
      assert.strictEqual((yield* catalog.getProduct(mug.id)).brandId, acme.id)
      yield* catalog.updateProduct(mug.id, { brandId: oak.id })
      assert.deepStrictEqual(yield* titlesSorted({ brand: "oak" }), ["Board", "Mug"])
      assert.strictEqual((yield* catalog.updateProduct(mug.id, { title: "Cup" })).brandId, oak.id)
      assert.strictEqual((yield* catalog.updateProduct(mug.id, { brandId: null })).brandId, null)
      assert.strictEqual(yield* failure(catalog.updateProduct(mug.id, { brandId: unknown })), "BrandNotFound")
      assert.strictEqual(
        yield* failure(catalog.createProduct({ title: "Cup", brandId: unknown, variants: [{ price: usd(1) }] })),
        "BrandNotFound"
      )
    }))

    test("leave their products behind when they are deleted", Effect.gen(function*() {
      const brands = yield* Brands
      const catalog = yield* Catalog
      const acme = yield* brands.create({ name: "Acme" })
      const mug = yield* sell("Mug", { brandId: acme.id })
      assert.strictEqual(yield* failure(brands.delete(acme.id, { version: 2 })), "VersionConflict")
      assert.strictEqual((yield* catalog.getProduct(mug.id)).brandId, acme.id)
      yield* brands.delete("acme", { version: 1 })
      const left = yield* catalog.getProduct(mug.id)
      assert.deepStrictEqual([left.brandId, left.version], [null, 2])
      assert.strictEqual(yield* failure(brands.get(acme.id)), "BrandNotFound")
      assert.strictEqual(yield* failure(brands.delete(acme.id)), "BrandNotFound")
      assert.deepStrictEqual(yield* eventsOf(acme.id), ["brand.created", "brand.deleted"])
    }))

    test("of one store are not there in another", Effect.gen(function*() {
      const brands = yield* Brands
      const catalog = yield* Catalog
      const acme = yield* brands.create({ name: "Acme" })
      yield* sell("Mug", { brandId: acme.id })
      const there = within(yield* otherStore)
      const missing: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [
        brands.get(acme.id),
        brands.get("acme"),
        brands.update(acme.id, { name: "Theirs" }),
        brands.delete(acme.id),
        catalog.listProducts({ brand: acme.id }),
        catalog.createProduct({ title: "Theirs", brandId: acme.id, variants: [{ price: usd(1) }] })
      ]
      for (const [index, ask] of missing.entries()) {
        assert.strictEqual(yield* there(failure(ask)), "BrandNotFound", `question ${index}`)
      }
      assert.deepStrictEqual((yield* there(brands.list())).items, [])
      assert.strictEqual((yield* there(brands.create({ name: "Acme" }))).slug, "acme")
    }))
  })
}
