/**
 * Sitemaps on every storage: what everybody sees, where it is, and in which languages.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { Brands } from "../catalog/Brands.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Collections } from "../catalog/Collections.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { SitemapRepository } from "../sitemaps/SitemapRepository.ts"
import { Sitemaps } from "../sitemaps/Sitemaps.ts"
import { defaultStorefrontPaths } from "../stores/StorefrontAddress.ts"
import { Stores } from "../stores/Stores.ts"
import { sell } from "./CatalogFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const monday = "2026-11-30T00:00:00.000Z"
const at = (time: string) => TestClock.setTime(Date.parse(time))
const guest = Actor.as(Actor.guest())

const read = Effect.fnUntraced(function*(name: string, range: { readonly from?: string; readonly to?: string } = {}) {
  const sitemaps = yield* Sitemaps
  return yield* guest(Effect.all({ tag: sitemaps.tag(name, range), xml: Stream.mkString(sitemaps.part(name, range)) }))
})

const locations = (xml: string): ReadonlyArray<string> => Array.from(xml.matchAll(/<loc>(.*?)<\/loc>/g), ([, location]) => String(location))

export const sitemapSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Actor.as(Actor.system("test"))(body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  describe(`sitemaps on ${harness.name}`, () => {
    test(
      "list what everybody sees now, under its own address, in the languages that the shop speaks",
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const stores = yield* Stores
        yield* at("2026-11-26T08:00:00.000Z")
        assert.strictEqual((yield* Effect.flip(read("products")))._tag, "SitemapNotFound")
        yield* stores.update({ settings: { storefrontUrl: "https://shop.example.com", languages: ["de", "fr"] } })
        yield* sell("Mug & Co", {
          images: [{ url: "https://img.example.com/mug.jpg?a=1&b=2", alt: "Mug" }],
          translations: { de: { slug: "tässe" }, it: { title: "Tazza" } }
        })
        yield* sell("Draft", { status: "draft" })
        yield* sell("Late", { publishedFrom: monday })
        yield* sell("Elsewhere", { seo: { title: null, description: null, canonical: "/mug-co" } })
        const links = "<xhtml:link rel=\"alternate\" hreflang=\"en\" href=\"https://shop.example.com/products/mug-co\"/>"
          + "<xhtml:link rel=\"alternate\" hreflang=\"de\" href=\"https://shop.example.com/products/t%C3%A4sse?language=de\"/>"
          + "<xhtml:link rel=\"alternate\" hreflang=\"x-default\" href=\"https://shop.example.com/products/mug-co\"/>"
        const picture = "<image:image><image:loc>https://img.example.com/mug.jpg?a=1&#38;b=2</image:loc></image:image>"
        const entry = (address: string) =>
          `<url><loc>https://shop.example.com${address}</loc><lastmod>2026-11-26T08:00:00.000Z</lastmod>${links}${picture}</url>\n`
        const before = yield* read("products")
        assert.strictEqual(
          before.xml,
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\""
            + " xmlns:xhtml=\"http://www.w3.org/1999/xhtml\" xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\">\n"
            + `${entry("/products/mug-co")}${entry("/products/t%C3%A4sse?language=de")}</urlset>\n`
        )
        assert.strictEqual((yield* read("products")).tag, before.tag)
        yield* at(monday)
        const after = yield* read("products")
        assert.notStrictEqual(after.tag, before.tag)
        assert.deepStrictEqual(locations(after.xml).filter((location) => location.includes("late")), ["https://shop.example.com/products/late"])
        yield* stores.update({ settings: { storefrontPaths: { ...defaultStorefrontPaths, language: "prefix", brand: null } } })
        assert.include((yield* read("products")).xml, "<loc>https://shop.example.com/de/products/t%C3%A4sse</loc>")
        assert.strictEqual((yield* Effect.flip(read("brands")))._tag, "SitemapNotFound")
        assert.strictEqual((yield* Effect.flip(read("orders")))._tag, "SitemapNotFound")
        // a path that browsers take for another host
        for (const product of ["//evil.example/{slug}", "/\\evil.example/{slug}", "https://evil.example/{slug}", "/products"]) {
          const wrong = stores.update({ settings: { storefrontPaths: { ...defaultStorefrontPaths, product } } })
          assert.strictEqual((yield* Effect.flip(wrong))._tag, "InvalidInput", product)
        }
        yield* catalog.deleteProduct("late")
        assert.notInclude((yield* read("products")).xml, "late")
      })
    )

    test(
      "list categories, collections and brands, and name all parts in their index and for robots",
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const collections = yield* Collections
        const brands = yield* Brands
        const stores = yield* Stores
        const sitemaps = yield* Sitemaps
        yield* at("2026-11-26T08:00:00.000Z")
        assert.strictEqual(yield* sitemaps.robots, "User-agent: *\nAllow: /\n")
        yield* stores.update({ settings: { storefrontUrl: "https://shop.example.com/s", languages: ["de"] } })
        yield* catalog.createCategory({ name: "Kitchen", translations: { de: { name: "Küche" } } })
        yield* collections.create({ name: "Gifts", publishedUntil: monday })
        yield* collections.create({ name: "Hidden", status: "hidden" })
        yield* brands.create({ name: "Acme" })
        const shopAt = (path: string) => `https://shop.example.com/s${path}`
        assert.deepStrictEqual(locations((yield* read("categories")).xml), [shopAt("/categories/kitchen"), shopAt("/categories/kitchen?language=de")])
        assert.deepStrictEqual(locations((yield* read("collections")).xml), [shopAt("/collections/gifts")])
        assert.deepStrictEqual(locations((yield* read("brands")).xml), [shopAt("/brands/acme")])
        const parts = locations(yield* guest(sitemaps.index))
        assert.deepStrictEqual(parts, ["categories", "collections", "brands"].map((name) => shopAt(`/sitemaps/${name}.xml?from=`)))
        assert.strictEqual(yield* sitemaps.robots, "User-agent: *\nAllow: /\n\nSitemap: https://shop.example.com/s/sitemap.xml\n")
        // of each store its own
        const other = yield* stores.create({ code: "other", name: "Other", currency: "USD" })
        const there = within(other.id)
        yield* there(stores.update({ settings: { storefrontUrl: "https://other.example.com" } }))
        assert.deepStrictEqual(locations(yield* there(sitemaps.index)), [])
        assert.deepStrictEqual(locations((yield* there(read("brands"))).xml), [])
      })
    )

    test(
      "are split so that each page is in one part, however many there are",
      Effect.gen(function*() {
        const repository = yield* SitemapRepository
        const stores = yield* Stores
        yield* stores.update({ settings: { storefrontUrl: "https://shop.example.com" } })
        for (let place = 0; place < 5; place++) yield* sell(`Mug ${place}`)
        const now = yield* Timestamp.now
        const everything = [...locations((yield* read("products")).xml)].sort()
        for (
          const [limits, lengths] of [
            [{ pages: 2, bytes: 1_000_000, languages: 1 }, [2, 2, 1]],
            // 250 bytes and nine for each letter
            [{ pages: 100, bytes: 300, languages: 1 }, [1, 1, 1, 1, 1]],
            [{ pages: 100, bytes: 1_000_000, languages: 1 }, [5]]
          ] as const
        ) {
          const parts = yield* repository.parts("product", now, limits)
          const found = yield* Effect.forEach(parts, ({ from, to }) =>
            Effect.map(read("products", { from, ...(to === null ? {} : { to }) }), ({ xml }) => locations(xml)))
          assert.deepStrictEqual(found.map(({ length }) => length).filter((length) => length > 0), [...lengths])
          assert.deepStrictEqual(found.flat().sort(), everything)
        }
      })
    )
  })
}
