import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Carts } from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Checkout } from "../checkout/Checkout.ts"
import * as Actor from "../kernel/Actor.ts"
import { Questions } from "../questions/Questions.ts"
import { BackInStock } from "../restock/BackInStock.ts"
import { Reviews } from "../reviews/Reviews.ts"
import { failure, firstOf, merchant, sell, shop, type ShopServices, titles } from "./CatalogFixture.ts"
import { usd } from "./Shop.ts"
import * as Shops from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const monday = "2026-11-30T00:00:00.000Z"
const friday = "2026-12-04T00:00:00.000Z"
const at = (time: string) => TestClock.setTime(Date.parse(time))
const guest = Actor.as(Actor.guest())

/** Products that are there from one moment on, and until another. */
export const publishWindowSuite = (harness: StorageHarness): void => {
  const test = (name: string, effect: Effect.Effect<unknown, unknown, ShopServices>) =>
    it.effect(name, () => Effect.provide(Actor.as(merchant)(effect), shop(harness.storage())))

  describe(`publish windows, on ${harness.name}`, () => {
    test("a product is found, opened and recommended from its first moment to its last, and by staff always", Effect.gen(function*() {
      const catalog = yield* Catalog
      yield* at("2026-11-26T08:00:00.000Z")
      const mug = yield* sell("Mug", { tags: ["blue"] })
      const cup = yield* sell("Cup", { tags: ["blue"], publishedFrom: monday, publishedUntil: friday })
      const seen = guest(Effect.all({
        list: titles(),
        named: Effect.map(titles({ status: "active" }), (found) => [...found].sort()),
        search: titles({ search: "cup" }),
        typed: catalog.suggest("cu"),
        related: Effect.map(catalog.relatedProducts(mug.id), (products) => products.map(({ title }) => title)),
        page: Effect.map(catalog.getProduct("cup"), ({ title }) => title).pipe(
          Effect.catchTag("ProductNotFound", () => Effect.succeed(null))
        )
      }))
      const nothing = { list: ["Mug"], named: ["Mug"], search: [], typed: [], related: [], page: null }
      const everything = { list: ["Cup", "Mug"], named: ["Cup", "Mug"], search: ["Cup"], typed: ["Cup"], related: ["Cup"], page: "Cup" }
      const sorted = Effect.map(seen, (found) => ({ ...found, list: [...found.list].sort() }))
      assert.deepStrictEqual(yield* sorted, nothing)
      assert.deepStrictEqual(yield* titles({ status: "active", sort: "title" }), ["Cup", "Mug"])
      assert.deepStrictEqual((yield* catalog.getProduct(cup.id)).publishedFrom, monday)
      yield* at("2026-11-29T23:59:59.999Z")
      assert.deepStrictEqual(yield* sorted, nothing)
      yield* at(monday)
      assert.deepStrictEqual(yield* sorted, everything)
      yield* at("2026-12-03T23:59:59.999Z")
      assert.deepStrictEqual(yield* sorted, everything)
      yield* at(friday)
      assert.deepStrictEqual(yield* sorted, nothing)
      yield* catalog.updateProduct(cup.id, { publishedUntil: null })
      assert.deepStrictEqual(yield* sorted, everything)
      assert.strictEqual(
        yield* failure(catalog.updateProduct(cup.id, { publishedUntil: monday })),
        "InvalidInput"
      )
      assert.strictEqual(yield* failure(catalog.updateProduct(cup.id, { publishedFrom: "tomorrow" as never })), "InvalidInput")
    }))

    it.effect("a product that is not there yet, or no more, is in no cart that can be bought", () =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const carts = yield* Carts
        const checkout = yield* Checkout
        yield* at("2026-11-26T08:00:00.000Z")
        const cup = yield* Effect.orDie(catalog.createProduct({
          title: "Cup",
          publishedFrom: monday,
          publishedUntil: friday,
          variants: [{ price: usd(500), stock: 5, requiresShipping: false }]
        }))
        const variantId = firstOf(cup).id
        const { cart, token } = yield* guest(carts.create())
        const buyer = Actor.as(Actor.guest({ cartToken: token }))
        const add = buyer(carts.addItem(cart.id, { variantId, quantity: 1 }))
        const refused = yield* Effect.flip(add)
        assert.deepStrictEqual([refused._tag, refused.message], ["NotForSale", `Not for sale: ${variantId}`])
        yield* at(monday)
        const full = yield* add
        assert.deepStrictEqual(full.notices.filter(({ _tag }) => _tag === "unavailable"), [])
        assert.strictEqual(full.total.amount, 500)
        yield* at(friday)
        const late = yield* buyer(carts.get(cart.id))
        assert.deepStrictEqual(late.notices.map(({ _tag }) => _tag), ["unavailable"])
        assert.strictEqual(late.total.amount, 0)
        const placed = yield* Effect.flip(buyer(checkout.place({
          cartId: cart.id,
          email: "ada@example.com",
          payment: { gateway: "sandbox" }
        })))
        assert.strictEqual(placed._tag, "NotForSale")
        yield* Effect.orDie(catalog.updateProduct(cup.id, { publishedUntil: null }))
        assert.strictEqual((yield* buyer(carts.get(cart.id))).total.amount, 500)
      }).pipe(Actor.as(Actor.system("test")), Effect.provide(Shops.layer(harness.storage()))))

    it.effect("outside of it nobody reviews a product, asks about it, reads what others said, or waits for its stock", () =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const reviews = yield* Reviews
        const questions = yield* Questions
        const backInStock = yield* BackInStock
        yield* at("2026-11-26T08:00:00.000Z")
        const { id } = yield* Effect.orDie(catalog.createProduct({
          title: "Cup",
          publishedFrom: monday,
          publishedUntil: friday,
          variants: [{ price: usd(500) }]
        }))
        const ada = Actor.as(Actor.customer(yield* Shops.account("ada@example.com")))
        const bob = Actor.as(Actor.customer(yield* Shops.account("bob@example.com")))
        const attempt = <E extends { readonly _tag: string }, R>(effect: Effect.Effect<unknown, E, R>) =>
          Effect.match(effect, { onFailure: ({ _tag }) => _tag, onSuccess: () => "done" })
        const tried = (customer: typeof ada) =>
          Effect.all({
            review: attempt(customer(reviews.create({ product: id, rating: 5, text: "A fine cup, and it holds.", authorName: null }))),
            question: attempt(customer(questions.ask(id, { text: "Is it heavy?" }))),
            reviews: attempt(guest(reviews.ofProduct(id))),
            questions: attempt(guest(questions.ofProduct(id))),
            stock: attempt(guest(backInStock.wait(id, { email: "guest@example.com" })))
          })
        const all = (what: string) => ({ review: what, question: what, reviews: what, questions: what, stock: what })
        assert.deepStrictEqual(yield* tried(ada), all("ProductNotFound"))
        yield* at("2026-11-29T23:59:59.999Z")
        assert.deepStrictEqual(yield* tried(ada), all("ProductNotFound"))
        yield* at(monday)
        assert.deepStrictEqual(yield* tried(ada), all("done"))
        yield* at(friday)
        assert.deepStrictEqual(yield* tried(bob), all("ProductNotFound"))
        yield* Effect.orDie(catalog.updateProduct(id, { publishedUntil: null }))
        assert.deepStrictEqual(yield* tried(bob), all("done"))
      }).pipe(Actor.as(Actor.system("test")), Effect.provide(Shops.layer(harness.storage()))))
  })
}
