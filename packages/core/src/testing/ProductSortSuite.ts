import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Catalog } from "../catalog/Catalog.ts"
import type { ListProducts } from "../catalog/Product.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { Orders } from "../orders/Orders.ts"
import { Reviews } from "../reviews/Reviews.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))

/** Lists and searches in the order of what sells and of what people like. */
export const productSortSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  const titles = Effect.fnUntraced(function*(query: typeof ListProducts.Encoded) {
    const catalog = yield* Catalog
    return (yield* Actor.as(Actor.guest())(catalog.listProducts(query))).items.map(({ title }) => title)
  })

  /** The titles of a list, two products at a time. */
  const paged = Effect.fnUntraced(function*(query: typeof ListProducts.Encoded) {
    const catalog = yield* Catalog
    const seen: Array<string> = []
    let page = yield* Actor.as(Actor.guest())(catalog.listProducts({ ...query, limit: 2 }))
    for (; page.nextCursor !== null; page = yield* Actor.as(Actor.guest())(catalog.listProducts({ ...query, limit: 2, after: page.nextCursor }))) {
      seen.push(...page.items.map(({ title }) => title))
    }
    return [...seen, ...page.items.map(({ title }) => title)]
  })

  const products = Effect.fnUntraced(function*(...names: ReadonlyArray<string>) {
    return yield* Effect.forEach(names, (title) =>
      Effect.tap(Shop.product({ title, stock: 100 }), () => TestClock.adjust("1 second")))
  })

  const buy = ({ variantId }: Shop.ForSale, pieces: number) =>
    Effect.flatMap(Shop.guest([variantId, pieces]), (guest) => Shop.place(guest))

  /** Sales are summed, and then what is popular is worked out. */
  const hourGoesBy = Effect.gen(function*() {
    const jobs = yield* Jobs
    for (const name of ["analytics.fold", "search.popularity"]) {
      yield* jobs.drain
      yield* system(jobs.runCron(name))
    }
    yield* jobs.drain
  })

  describe(`products in the order of what sells and what is liked, on ${harness.name}`, () => {
    test(
      "by popularity those come first of which most pieces were sold in the last 30 days",
      Effect.gen(function*() {
        yield* TestClock.setTime(Date.parse("2026-10-01T10:00:00Z"))
        const catalog = yield* Catalog
        const orders = yield* Orders
        const [one, many, never, called] = yield* products("Board of one", "Board of many", "Board of none", "Board called off")
        if (one === undefined || many === undefined || never === undefined || called === undefined) throw new Error("No products")
        yield* buy(one, 1)
        yield* buy(many, 3)
        yield* buy(many, 2)
        const { order } = yield* Shop.place(yield* Shop.guest([called.variantId, 9]))
        yield* system(orders.cancel(order.id))
        assert.strictEqual((yield* titles({ sort: "-popularity" }))[0], "Board called off", "the newest first, until it is worked out")
        yield* hourGoesBy
        const sold = ["Board of many", "Board of one", "Board called off", "Board of none"]
        assert.deepStrictEqual(yield* titles({ sort: "-popularity" }), sold)
        assert.deepStrictEqual(yield* paged({ sort: "-popularity" }), sold)
        assert.deepStrictEqual(yield* titles({ search: "board", sort: "-popularity" }), sold)
        assert.deepStrictEqual(yield* paged({ search: "board" }), sold, "popularity is a part of relevance")
        assert.strictEqual((yield* catalog.getProduct(many.productId)).version, 1, "the product is what it was")

        yield* TestClock.adjust("29 days")
        yield* buy(never, 2)
        yield* hourGoesBy
        assert.deepStrictEqual(yield* titles({ sort: "-popularity" }), ["Board of many", "Board of none", "Board of one", "Board called off"])
        yield* TestClock.adjust("2 days")
        yield* hourGoesBy
        assert.deepStrictEqual(yield* titles({ sort: "-popularity" }), ["Board of none", "Board called off", "Board of many", "Board of one"])
      })
    )

    test(
      "popularity lifts no product over one that has the words in its title",
      Effect.gen(function*() {
        const catalog = yield* Catalog
        yield* system(catalog.createProduct({ title: "Walnut", variants: [{ price: Shop.usd(1_000), stock: 10 }] }))
        const created = yield* system(catalog.createProduct({
          title: "Tray",
          description: "Made of walnut",
          variants: [{ price: Shop.usd(1_000), stock: 100_000 }]
        }))
        yield* buy({ productId: created.id, variantId: created.variants[0]?.id ?? "" }, 90)
        yield* hourGoesBy
        assert.deepStrictEqual(yield* titles({ search: "walnut" }), ["Walnut", "Tray"])
      })
    )

    test(
      "by rating those come first that many like, before one that a single person loves, and those without reviews last",
      Effect.gen(function*() {
        const reviews = yield* Reviews
        const [loved, liked, disliked, silent] = yield* products("Loved by one", "Liked by eight", "Disliked", "Without reviews")
        if (loved === undefined || liked === undefined || disliked === undefined || silent === undefined) throw new Error("No products")
        const review = ({ productId }: Shop.ForSale, customer: string, rating: number) =>
          Actor.as(Actor.customer(`user_${customer}`))(reviews.create({ product: productId, rating, text: "As it says.", authorName: null }))
        yield* review(loved, "a", 5)
        for (let index = 0; index < 8; index++) yield* review(liked, `b${index}`, 4)
        const bad = yield* review(disliked, "c", 1)
        const order = ["Liked by eight", "Loved by one", "Disliked", "Without reviews"]
        assert.deepStrictEqual(yield* titles({ sort: "-rating" }), order)
        assert.deepStrictEqual(yield* paged({ sort: "-rating" }), order)
        yield* Actor.as(Actor.customer("user_c"))(reviews.update(bad.id, { rating: 5 }))
        for (let index = 0; index < 5; index++) yield* review(disliked, `d${index}`, 5)
        assert.strictEqual((yield* titles({ sort: "-rating" }))[0], "Disliked")
        yield* Actor.as(Actor.customer("user_a"))(
          Effect.flatMap(reviews.mine(), ({ items }) => Effect.forEach(items, ({ id }) => reviews.delete(id)))
        )
        assert.deepStrictEqual(yield* titles({ sort: "-rating" }), ["Disliked", "Liked by eight", "Without reviews", "Loved by one"])
      })
    )
  })
}
