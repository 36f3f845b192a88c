import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Brands } from "../catalog/Brands.ts"
import { Carts } from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Collections } from "../catalog/Collections.ts"
import { Checkout } from "../checkout/Checkout.ts"
import * as Actor from "../kernel/Actor.ts"
import { speaking } from "../kernel/Language.ts"
import { Orders } from "../orders/Orders.ts"
import { category, failure, firstOf, merchant, sell, shop, type ShopServices, titles } from "./CatalogFixture.ts"
import { usd } from "./Shop.ts"
import * as Shops from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const guest = Actor.as(Actor.guest())
const german = speaking("de-AT")

const translations = {
  de: {
    title: "Tasse",
    slug: "tasse",
    description: "<p>Gebrannter Ton</p>",
    seo: { title: "Tassen kaufen", description: null },
    options: { Size: { name: "Größe", values: { Small: "Klein" } } }
  },
  "de-AT": { title: "Häferl" },
  fr: { slug: "tasse-a-cafe" }
}

const mug = (more: Parameters<typeof sell>[1] = {}) =>
  sell("Mug", {
    description: "<p>Burnt clay</p>",
    options: [{ name: "Size", values: ["Small", "Large"] }],
    variants: [{ price: usd(500), optionValues: ["Small"], stock: 5 }, { price: usd(700), optionValues: ["Large"] }],
    translations,
    ...more
  })

/** What the shop says in other languages than its own. */
export const translationSuite = (harness: StorageHarness): void => {
  const test = (name: string, effect: Effect.Effect<unknown, unknown, ShopServices>) =>
    it.effect(name, () => Effect.provide(Actor.as(merchant)(effect), shop(harness.storage())))

  describe(`translations, on ${harness.name}`, () => {
    test("show a product in the language of the caller, field by field, and otherwise in the store's", Effect.gen(function*() {
      const catalog = yield* Catalog
      const { id } = yield* mug()
      const page = yield* german(guest(catalog.getProduct(id)))
      assert.deepStrictEqual(
        { ...page, variants: page.variants.map(({ optionValues, title }) => [title, ...optionValues]) },
        {
          ...page,
          title: "Häferl",
          slug: "tasse",
          description: "<p>Gebrannter Ton</p>",
          seo: { title: "Tassen kaufen", description: null },
          options: [{ name: "Größe", values: ["Klein", "Large"] }],
          variants: [["Klein", "Klein"], ["Large", "Large"]]
        } as never
      )
      assert.deepStrictEqual(page.translations, {})
      assert.deepStrictEqual(page.alternates, [
        { language: null, slug: "mug" },
        { language: "de", slug: "tasse" },
        { language: "de-AT", slug: "mug" },
        { language: "fr", slug: "tasse-a-cafe" }
      ] as never)
      const named = (language?: string) =>
        guest(Effect.map(catalog.getProduct(id, language === undefined ? {} : { language }), (found) => [found.title, found.slug]))
      assert.deepStrictEqual(yield* named(), ["Mug", "mug"])
      assert.deepStrictEqual(yield* named("de-DE"), ["Tasse", "tasse"])
      assert.deepStrictEqual(yield* named("fr"), ["Mug", "tasse-a-cafe"])
      assert.deepStrictEqual(yield* named("it"), ["Mug", "mug"])
      // what is asked for by name goes before what the caller speaks
      assert.deepStrictEqual(yield* german(named("fr")), ["Mug", "tasse-a-cafe"])
      const [listed] = (yield* german(guest(catalog.listProducts()))).items
      assert.deepStrictEqual([listed?.title, listed?.slug], ["Häferl", "tasse"])
      assert.deepStrictEqual(yield* titles({ language: "de" }), ["Tasse"])
      assert.deepStrictEqual(yield* titles(), ["Mug"])
      // staff see all of it
      assert.deepStrictEqual((yield* catalog.getProduct(id)).translations, translations as never)
    }))

    test("are found in the search by the words of every language", Effect.gen(function*() {
      const catalog = yield* Catalog
      const { id } = yield* mug()
      yield* sell("Board")
      for (const search of ["mug", "tasse", "häferl", "klein", "gebrannter", "burnt"]) {
        assert.deepStrictEqual(yield* german(titles({ search })), ["Häferl"], search)
      }
      assert.deepStrictEqual(yield* german(catalog.suggest("tas")), ["Häferl"])
      assert.deepStrictEqual(yield* catalog.suggest("tas"), ["Mug"])
      yield* catalog.updateProduct(id, { translations: {} })
      assert.deepStrictEqual(yield* titles({ search: "tasse" }), [])
      assert.deepStrictEqual(yield* titles({ search: "mug" }), ["Mug"])
    }))

    test("have slugs that name one thing in all languages, and lead to it from then on", Effect.gen(function*() {
      const catalog = yield* Catalog
      const { id } = yield* mug()
      const slugOf = (slug: string) =>
        guest(catalog.getProduct(slug)).pipe(
          Effect.map((product) => product.slug),
          Effect.catchTag("ProductNotFound", () => Effect.succeed("nothing"))
        )
      assert.strictEqual(yield* slugOf("tasse"), "mug")
      assert.strictEqual(yield* german(slugOf("mug")), "tasse")
      const variants = [{ price: usd(1) }]
      const other = yield* sell("Cup", { translations: { de: { slug: "becher" } } })
      // a name that is made up keeps away from what others are called in any language, or were
      assert.strictEqual((yield* sell("Tasse")).slug, "tasse-2")
      for (
        const taken of [
          { title: "Bowl", variants, slug: "tasse" },
          { title: "Bowl", variants, translations: { de: { slug: "tasse" } } },
          { title: "Bowl", variants, translations: { de: { slug: "mug" } } }
        ]
      ) assert.strictEqual(yield* failure(catalog.createProduct(taken)), "SlugTaken", JSON.stringify(taken))
      assert.strictEqual(yield* failure(catalog.updateProduct(other.id, { slug: "tasse" })), "SlugTaken")
      assert.strictEqual(yield* failure(catalog.updateProduct(other.id, { translations: { fr: { slug: "mug" } } })), "SlugTaken")
      yield* catalog.updateProduct(id, { translations: { de: { title: "Tasse", slug: "kaffeetasse" }, en: { slug: "mug" } } })
      assert.strictEqual(yield* german(slugOf("tasse")), "kaffeetasse")
      assert.strictEqual(yield* slugOf("tasse-a-cafe"), "mug")
      assert.strictEqual((yield* sell("Tasse a cafe")).slug, "tasse-a-cafe-2")
      // who takes a slug of before on purpose has it
      yield* catalog.updateProduct(other.id, { translations: { de: { slug: "tasse" } } })
      assert.strictEqual(yield* slugOf("tasse"), "cup")
      assert.strictEqual(yield* slugOf("becher"), "cup")
      yield* catalog.deleteProduct(other.id)
      assert.strictEqual(yield* slugOf("tasse"), "nothing")
      assert.strictEqual((yield* catalog.updateProduct(id, { slug: "tasse" })).slug, "tasse")
    }))

    test("follow the options, and say nothing of what is not there", Effect.gen(function*() {
      const catalog = yield* Catalog
      const { id } = yield* mug()
      const refused = yield* Effect.flip(catalog.updateProduct(id, {
        translations: { de: { options: { Size: { values: { Huge: "Riesig" } }, Colour: { name: "Farbe" } } } }
      }))
      assert.deepStrictEqual(refused._tag === "InvalidInput" && refused.faults.map(({ path }) => path.join(".")), [
        "translations.de.options.Size.values.Huge",
        "translations.de.options.Colour"
      ])
      const renamed = yield* catalog.updateProduct(id, { options: [{ name: "Volume", values: ["Small", "Large"] }] })
      assert.deepStrictEqual(renamed.translations["de"]?.options, { Volume: { name: "Größe", values: { Small: "Klein" } } })
      for (const language of ["deutsch!", "DE", ""]) {
        assert.strictEqual(yield* failure(catalog.updateProduct(id, { translations: { [language]: {} } })), "InvalidInput", language)
        assert.strictEqual(yield* failure(catalog.getProduct(id, { language })), "InvalidInput", language)
      }
    }))

    test("of categories, brands and collections are shown and found as those of products are", Effect.gen(function*() {
      const catalog = yield* Catalog
      const brands = yield* Brands
      const collections = yield* Collections
      const kitchen = yield* category("Kitchen")
      yield* catalog.updateCategory(kitchen.id, {
        seo: { title: "For cooks", description: null, canonical: "/kitchen" },
        translations: { de: { name: "Küche", slug: "kueche" } }
      })
      const said = { name: "Akme", slug: "akme" }
      const acme = yield* brands.create({ name: "Acme", translations: { de: said } })
      const gifts = yield* collections.create({ name: "Gifts", translations: { de: { name: "Geschenke", slug: "geschenke" } } })
      yield* mug({ categoryIds: [kitchen.id], brandId: acme.id })
      const nameOf = <A extends { readonly name: string; readonly slug: string }>({ name, slug }: A) => `${name}: ${slug}`
      assert.deepStrictEqual((yield* german(guest(catalog.listCategories))).map(nameOf), ["Küche: kueche"])
      assert.deepStrictEqual((yield* guest(catalog.listCategories)).map(nameOf), ["Kitchen: kitchen"])
      assert.strictEqual(nameOf(yield* german(guest(catalog.getCategory("kitchen")))), "Küche: kueche")
      assert.strictEqual((yield* guest(catalog.getCategory("kueche"))).seo.canonical, "/kitchen")
      assert.deepStrictEqual((yield* german(brands.list())).items.map(nameOf), ["Akme: akme"])
      assert.strictEqual(nameOf(yield* german(guest(collections.get("geschenke")))), "Geschenke: geschenke")
      for (const query of [{ category: "kueche" }, { brand: "akme" }]) {
        assert.deepStrictEqual(yield* guest(titles(query)), ["Mug"], JSON.stringify(query))
      }
      assert.strictEqual(yield* failure(brands.create({ name: "Akme", slug: "akme" })), "SlugTaken")
      assert.strictEqual(yield* failure(collections.update(gifts.id, { translations: { de: { slug: "a b" } } })), "InvalidInput")
      assert.strictEqual(yield* failure(catalog.createCategory({ name: "Other", slug: "kueche" })), "SlugTaken")
      assert.strictEqual(
        yield* failure(catalog.updateCategory(kitchen.id, { seo: { title: null, description: null, canonical: "javascript:alert(1)" } })),
        "InvalidInput"
      )
    }))

    it.effect("call the lines of a cart as its buyer does, and freeze them so on the order", () =>
      Effect.gen(function*() {
        const carts = yield* Carts
        const checkout = yield* Checkout
        const orders = yield* Orders
        const product = yield* mug({
          variants: [{ price: usd(500), optionValues: ["Small"], stock: 5, requiresShipping: false }]
        })
        const plain = yield* sell("Bowl", { variants: [{ price: usd(100), stock: 5, requiresShipping: false }] })
        const { cart, token } = yield* guest(carts.create())
        const buyer = Actor.as(Actor.guest({ cartToken: token }))
        const linesOf = Effect.map(carts.get(cart.id), ({ lines }) => lines.map(({ title, variantTitle }) => `${title}: ${variantTitle}`))
        yield* buyer(carts.addItem(cart.id, { variantId: firstOf(product).id, quantity: 1 }))
        yield* buyer(carts.addItem(cart.id, { variantId: firstOf(plain).id, quantity: 1 }))
        assert.deepStrictEqual(yield* buyer(linesOf), ["Mug: Small", "Bowl: Bowl"])
        assert.deepStrictEqual(yield* buyer(german(linesOf)), ["Häferl: Klein", "Bowl: Bowl"])
        const { order } = yield* german(buyer(checkout.place({
          cartId: cart.id,
          email: "ada@example.com",
          payment: { gateway: "sandbox", method: "sandbox_success" }
        })))
        const placed = yield* orders.get(order.id)
        assert.deepStrictEqual(placed.lines.map(({ title, variantTitle }) => `${title}: ${variantTitle}`), [
          "Häferl: Klein",
          "Bowl: Bowl"
        ])
      }).pipe(Actor.as(Actor.system("test")), Effect.provide(Shops.layer(harness.storage()))))
  })
}
