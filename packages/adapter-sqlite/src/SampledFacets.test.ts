import { assert, describe, it } from "@effect/vitest"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { SearchEngine } from "@stoa/core/search/SearchEngine"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as SqlClient from "effect/sql/SqlClient"
import * as SqliteHarness from "./conformance/SqliteHarness.ts"
import { fromClient } from "./SqliteStorage.ts"

const shop = () => {
  const client = SqliteHarness.memory()
  return Layer.provideMerge(fromClient(client), client)
}

const count = 25_000

/** So many products that have a word, of two vendors, some of which are for sale. The third one alone is as wide as the ends of the range. */
const crowded = Effect.fnUntraced(function*(isActive: string) {
  const sql = yield* SqlClient.SqlClient
  const storeId = yield* CurrentStore
  const numbers = sql.literal(`WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})`)
  yield* sql`INSERT INTO stores (id, code, name, currency, settings, version, created_at, updated_at) VALUES (${storeId}, 'main', 'Main', 'USD', '{}', 1, '', '')`
  yield* sql`${numbers} INSERT INTO products (id, store_id, status, slug, title, sort_title, vendor, currency, price_from, price_to, variant_count, tax_class,
      version, created_at, updated_at, tags, options, seo, images, description)
    SELECT 'prod_' || n, ${storeId}, CASE WHEN ${sql.literal(isActive)} THEN 'active' ELSE 'draft' END, 'oak-' || n, 'Oak', 'oak', CASE WHEN n / 100 % 2 = 0 THEN 'Ansel' ELSE 'Forge' END,
      'USD', 100, 100, 0, 'standard', 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '[]', '[]', '{}', '[]', '' FROM numbers`
  yield* sql`INSERT INTO product_search_rows (store_id, product_id) SELECT store_id, id FROM products ORDER BY rowid`
  yield* sql`INSERT INTO product_search (rowid, title) SELECT id, 'oak' FROM product_search_rows`
  yield* sql`INSERT INTO attributes (id, store_id, code, title, type, subject, choices, required, filterable, searchable, shown, position, translations, version, created_at, updated_at)
    VALUES ('attr_width', ${storeId}, 'width', 'Width', 'number', 'product', '[]', 0, 1, 0, 1, 0, '{}', 1, '', '')`
  yield* sql`INSERT INTO product_attributes (store_id, product_id, owner_id, attribute_id, place, text_key, number_key, sort_text, value)
    SELECT ${storeId}, 'prod_' || n.value, 'prod_' || n.value, 'attr_width', 0, 'd', CASE n.value WHEN 3 THEN 1 WHEN 4 THEN 900 ELSE 50 END, 't', '1' FROM json_each('[3,4,5,6]') AS n`
})

const counted = Effect.gen(function*() {
  const { approximate, facets, total } = yield* (yield* SearchEngine).facets({ search: "oak", status: "active" })
  const valuesOf = (name: string) => facets.find((facet) => facet.name === name)?.values ?? []
  return { approximate, total, vendors: valuesOf("vendor").map(({ count, value }) => [value, count]), widths: valuesOf("attribute").map(({ value }) => value) }
})

describe("facets of a word that very many products have, on SQLite", () => {
  it.effect("are estimated from some hundreds drawn by chance, however those that have it follow each other, and ranges reach as far as the first that are found", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* crowded("true")
      for (const turns of [1, 2, 10, 20, 32, 64, 100, 1_000]) {
        yield* sql`UPDATE products SET vendor = CASE WHEN CAST(substr(id, 6) AS INTEGER) / ${turns} % 2 = 0 THEN 'Ansel' ELSE 'Forge' END`
        yield* TestClock.adjust("1 minute")
        const { vendors, ...rest } = yield* counted
        assert.deepStrictEqual(rest, { approximate: true, total: 10_000, widths: ["1..900"] })
        // each has half of them
        assert.strictEqual(vendors.length, 2)
        for (const [vendor, count] of vendors) assert.approximately(Number(count), 5_000, 1_000, `${vendor} of ${turns} in a row`)
      }
    }).pipe(Effect.provide(shop())), 60_000)

  it.effect("are counted one by one where most of what has it is not for sale", () =>
    Effect.gen(function*() {
      yield* crowded("n % 11 = 0")
      const active = Array.from({ length: count }, (_, index) => index + 1).filter((n) => n % 11 === 0)
      const ansel = active.filter((n) => Math.floor(n / 100) % 2 === 0).length
      const forge = active.length - ansel
      const expected = [["Ansel", ansel], ["Forge", forge]].toSorted(([, a], [, b]) => Number(b) - Number(a))
      assert.deepStrictEqual(yield* counted, { approximate: false, total: active.length, vendors: expected, widths: [] })
    }).pipe(Effect.provide(shop())), 60_000)

  it.effect("are counted one by one where no more than are counted are for sale, though these are found first", () =>
    Effect.gen(function*() {
      yield* crowded("n <= 7000")
      const { approximate, total, vendors } = yield* counted
      assert.deepStrictEqual({ approximate, total, vendors }, { approximate: false, total: 7_000, vendors: [["Ansel", 3_500], ["Forge", 3_500]] })
    }).pipe(Effect.provide(shop())), 60_000)
})
