/**
 * Guests who look at pages of products in the same moment, who are served by one statement.
 */
import { assert, describe, it } from "@effect/vitest"
import { Catalog } from "@stoa/core/catalog/Catalog"
import * as Actor from "@stoa/core/kernel/Actor"
import { Transactor } from "@stoa/core/kernel/Transactor"
import { merchant, sell } from "@stoa/core/testing/CatalogFixture"
import * as Shop from "@stoa/core/testing/Shop"
import { Statements } from "@stoa/core/testing/Statements"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { planOf, shop } from "./conformance/QueryPlan.ts"
import { counting } from "./conformance/PostgresHarness.ts"

const asGuest = Actor.as(Actor.guest())
const asMerchant = Actor.as(merchant)

const crowd = <A, E, R>(people: ReadonlyArray<Effect.Effect<A, E, R>>) => Effect.all(people, { concurrency: "unbounded" })

describe("guests who look at products in the same moment", () => {
  const test = (name: string, body: Effect.Effect<void, unknown, Shop.ShopServices | Statements>) =>
    it.effect(name, () => Effect.provide(asMerchant(body), Shop.layer<Statements>(counting.storage())))

  test("each see their own product, by few statements", Effect.gen(function*() {
    const catalog = yield* Catalog
    const { record } = yield* Statements
    for (let index = 0; index < 6; index++) yield* sell(`Cup ${index}`)
    const { id } = yield* sell("Old cup")
    yield* catalog.updateProduct(id, { slug: "new-cup" })
    const wanted = [...Array.from({ length: 30 }, (_, index) => `cup-${index % 6}`), "old-cup", "nothing"]
    const [seen, statements] = yield* record(crowd(wanted.map((slug) =>
      asGuest(Effect.match(catalog.getProduct(slug), {
        onFailure: ({ _tag }) => _tag,
        onSuccess: (product) => `${product.slug} ${product.variants.length}`
      }))
    )))
    assert.deepStrictEqual(seen, wanted.map((slug) =>
      slug === "nothing" ? "ProductNotFound" : `${slug === "old-cup" ? "new-cup" : slug} 1`))
    // all of them, and what is asked of the two that are not found by what they are called
    assert.isAtMost(statements.length, 6, statements.join("\n"))
  }))

  test("see what was changed before they looked", Effect.gen(function*() {
    const catalog = yield* Catalog
    const { id } = yield* sell("Cup")
    yield* sell("Plate")
    const look = (slug: string) => asGuest(catalog.getProduct(slug))
    const others = Effect.forever(look("plate"))
    const changing = Effect.gen(function*() {
      for (let turn = 1; turn <= 5; turn++) {
        yield* catalog.updateProduct(id, { title: `Cup ${turn}` })
        const titles = (yield* crowd([look("cup"), look("cup")])).map(({ title }) => title)
        assert.deepStrictEqual(titles, [`Cup ${turn}`, `Cup ${turn}`])
      }
    })
    yield* Effect.raceFirst(changing, crowd([others, others, others]))
  }))

  test("see in a transaction what it has done, and others do not", Effect.gen(function*() {
    const catalog = yield* Catalog
    const { transaction } = yield* Transactor
    const { id } = yield* sell("Cup")
    const look = asGuest(Effect.map(catalog.getProduct("cup"), ({ title }) => title))
    const outside = yield* Effect.context<never>()
    const seen = yield* transaction(Effect.gen(function*() {
      yield* catalog.updateProduct(id, { title: "Cup of tea" })
      const inside = yield* crowd([look, look])
      return [...inside, yield* Effect.promise(() => Effect.runPromiseWith(outside)(look))]
    }))
    assert.deepStrictEqual(seen, ["Cup of tea", "Cup of tea", "Cup"])
  }))
})

describe("the statement for guests who look at products in the same moment", () => {
  it.effect("finds each of them by an index, also in a shop that is small enough to be read whole", () =>
    asMerchant(Effect.gen(function*() {
      const catalog = yield* Catalog
      const sql = yield* SqlClient.SqlClient
      for (let index = 0; index < 60; index++) yield* sell(`Cup ${index}`)
      yield* sql.unsafe("VACUUM ANALYZE").unprepared
      const { text, value, whole } = yield* planOf(crowd(
        ["cup-1", "cup-2", "cup-3"].map((slug) => asGuest(catalog.getProduct(slug)))
      ))
      assert.deepStrictEqual(value.map(({ slug }) => slug), ["cup-1", "cup-2", "cup-3"])
      assert.deepStrictEqual(whole.filter((table) => table === "products" || table === "variants"), [], text)
    })).pipe(Effect.provide(shop())))
})
