import { assert, describe, it } from "@effect/vitest"
import type { Narrowed } from "@stoa/core/catalog/ListFilters"
import type { ListProducts } from "@stoa/core/catalog/Product"
import { ProductRepository } from "@stoa/core/catalog/ProductRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as Shop from "@stoa/core/testing/Shop"
import type { Facet } from "@stoa/core/search/Facets"
import * as ListedFilters from "@stoa/core/catalog/ListedFilters"
import { ProductSearch } from "@stoa/sql/catalog/ProductSearch"
import * as Lexicon from "@stoa/sql/search/Lexicon"
import * as Question from "@stoa/sql/search/Question"
import { SearchEngine } from "@stoa/core/search/SearchEngine"
import { SearchTermRepository } from "@stoa/core/search/SearchTermRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import { lastPlanOf, multiply, planOf, shop } from "./conformance/QueryPlan.ts"
import * as PostgresProductSearch from "./PostgresProductSearch.ts"

const id = (prefix: string) => `'${prefix}_' || lpad(n::text, 26, '0')`

const count = 10_000

const at = "replace(to_char(timestamp '2026-01-01' + n * interval '1 minute', 'YYYY-MM-DD HH24:MI:SS.MS'), ' ', 'T') || 'Z'"

const large = new Set(["products", "variants", "stock_levels", "product_categories", "product_search", "product_attributes"])

/** So that an index answers by itself: what the server does meanwhile, such as to analyze, may keep pages from being known as visible to all. */
const vacuumed = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  for (let times = 0; times < 50; times++) {
    yield* sql.unsafe("VACUUM ANALYZE").unprepared
    const [products] = yield* sql<{ readonly hidden: number }>`SELECT relpages - relallvisible AS hidden FROM pg_class WHERE oid = 'products'::regclass`
    if (Number(products?.hidden) === 0) return
  }
})

/** Products in one category that nearly all are in and in one of two hundred below it, with a tag that all have, at prices from 1 to 1,000. */
const crowded = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const storeId = yield* CurrentStore
  yield* Shop.product({ title: "Oak board", stock: 10 })
  yield* multiply(sql, "products", {
    id: id("prod"),
    slug: "'p' || n",
    sort_title: "'t' || lpad(n::text, 8, '0')",
    created_at: at,
    updated_at: at,
    popularity: "n * 7919 % 10007",
    price_from: "n * 31 % 1000 + 1",
    price_to: "n * 31 % 1000 + 1 + CASE WHEN n % 100 = 0 THEN 5 ELSE 0 END"
  }, count)
  yield* multiply(sql, "variants", { id: id("var"), product_id: id("prod"), sku: "'sku' || n", price: "n * 31 % 1000 + 1" }, count)
  yield* multiply(sql, "stock_levels", { variant_id: id("var") }, count)
  yield* sql`INSERT INTO categories (id, store_id, parent_id, name, slug, description, position, path, version, created_at, updated_at, seo)
    SELECT 'cat_' || n, ${storeId}, CASE WHEN n > 0 THEN 'cat_0' END, 'C', 'c' || n, '', n, CASE WHEN n > 0 THEN 'cat_0/cat_' || n ELSE 'cat_0' END, 1,
      '', '', '{"title":null,"description":null}' FROM generate_series(0, 200) AS n`
  yield* sql`INSERT INTO product_categories (store_id, product_id, category_id, position)
    SELECT ${storeId}, 'prod_' || lpad(n::text, 26, '0'), 'cat_' || (1 + n * 7 % 200), 0 FROM generate_series(1, ${count}) AS n`
  // nine of ten are so many wide, and the tenth says nothing
  yield* sql`INSERT INTO attributes (id, store_id, code, title, type, subject, choices, required, filterable, searchable, shown, position, translations, version, created_at, updated_at)
    VALUES ('attr_width', ${storeId}, 'width', 'Width', 'number', 'product', '[]', 0, 1, 0, 1, 0, '{}', 1, '', '')`
  yield* sql`INSERT INTO product_attributes (store_id, product_id, owner_id, attribute_id, place, text_key, number_key, sort_text, value)
    SELECT ${storeId}, p.id, p.id, 'attr_width', 0, 'd' || n * 31 % 997, n * 31 % 997, 't' || n * 31 % 997, '1'
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM products) AS p WHERE n % 10 > 0`
  yield* sql`INSERT INTO product_tags (store_id, product_id, tag) SELECT ${storeId}, id, 'all' FROM products`
  yield* sql`INSERT INTO product_tags (store_id, product_id, tag)
    SELECT ${storeId}, 'prod_' || lpad(n::text, 26, '0'), 'one of a hundred and fifty ' || n % 150 FROM generate_series(1, ${count}) AS n`
  yield* sql`INSERT INTO product_search (product_id, store_id, document)
    SELECT p.id, s.store_id, s.document FROM products AS p, product_search AS s ON CONFLICT DO NOTHING`
  yield* vacuumed
  return storeId
})

describe("lists by an attribute, on a crowded PostgreSQL", () => {
  it.effect("walk the index of its values from where the page begins, then those that say nothing, and sort few", () =>
    Effect.gen(function*() {
      yield* crowded
      const products = yield* ProductRepository
      const problems: Array<string> = []
      // the most blocks that a page looks at, by its filter
      const filters: ReadonlyArray<readonly [ListProducts, number]> = [[{}, 1_000], [{ category: "c0" }, 3_000], [{ tag: "all" }, 3_000], [{ category: "c7" }, 2_500]]
      for (const by of ["number", "day", "text"] as const) {
        for (const sort of ["attribute.width", "-attribute.width"] as const) {
          for (const [filter, most] of filters) {
            const query: Narrowed = { status: "active", sort, byAttribute: { id: "attr_width", by, descending: sort.startsWith("-") }, ...filter }
            const looksAt = Effect.fnUntraced(function*(after: string | undefined) {
              const { blocks, indexes, text, value, whole } = yield* planOf(products.list({ ...query, limit: 20, ...(after === undefined ? {} : { after }) }))
              if (blocks > most) problems.push(`${by} ${JSON.stringify({ sort, ...filter, after })} looks at ${blocks} blocks: ${text}`)
              const tables = whole.filter((table) => large.has(table))
              if (tables.length > 0) problems.push(`${by} ${JSON.stringify({ sort, ...filter, after })} reads ${tables.join(", ")}: ${text}`)
              return { value, indexes }
            })
            const { value } = yield* looksAt(undefined)
            assert.isString(value.nextCursor)
            yield* looksAt(value.nextCursor ?? "")
            if (!("category" in filter && filter.category === "c7")) {
              yield* looksAt(Page.encodeCursor(sort, [by === "number" ? 500 : by === "day" ? "d500" : "t500", "prod_5"]))
              yield* looksAt(Page.encodeCursor(`${sort}:none`, ["2026-01-03T00:00:00.000Z", "prod_5"]))
            }
          }
        }
      }
      assert.deepStrictEqual(problems, [])
    }).pipe(Effect.provide(shop())))
})

describe("facets, on a crowded PostgreSQL", () => {
  it.effect("of more products than are counted look at some of them, and are remembered for a minute", () =>
    Effect.gen(function*() {
      yield* crowded
      const sql = yield* SqlClient.SqlClient
      const engine = yield* SearchEngine
      const tags = (counted: { readonly facets: ReadonlyArray<Facet> }) =>
        (counted.facets.find(({ name }) => name === "tag")?.values ?? []).filter(({ value }) => value === "all").map((value) => value.count)
      const { blocks, text, value } = yield* planOf(engine.facets({ status: "active" }))
      assert.deepStrictEqual({ total: value.total, approximate: value.approximate }, { total: 10_000, approximate: true })
      assert.deepStrictEqual(tags(value), [10_000])
      // to count all takes some thirty for each
      assert.isAtMost(blocks, 80_000, text)
      // few are as wide as the ends, so these are looked for among all
      assert.deepStrictEqual(value.facets.find(({ option }) => option === "width")?.values.filter(({ value }) => value.includes("..")), [{ value: "0..996", label: "0..996", count: 9_001 }])
      yield* sql`DELETE FROM product_tags WHERE tag = 'all'`
      for (const query of [{}, { sort: "price", limit: 3 }, { sort: "-title", after: Page.encodeCursor("-title", ["t", "prod_5"]) }] as const) {
        assert.deepStrictEqual(tags(yield* engine.facets({ status: "active", ...query })), [10_000])
      }
      // what is exact is counted each time
      const few = yield* engine.facets({ status: "active", category: "c7" })
      assert.deepStrictEqual({ total: few.total, tags: tags(few) }, { total: 50, tags: [] })
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(tags(yield* engine.facets({ status: "active" })), [])
    }).pipe(Effect.provide(shop())))

  it.effect("of a word that very many have ask some of these for the rest, and all of them where many are not in the list", () =>
    Effect.gen(function*() {
      yield* crowded
      const sql = yield* SqlClient.SqlClient
      const engine = yield* SearchEngine
      yield* sql`UPDATE attributes SET filterable = 0`
      yield* multiply(sql, "products", { id: id("more"), slug: "'q' || n", sort_title: "'u' || n" }, count)
      yield* sql`INSERT INTO product_search (product_id, store_id, document)
        SELECT p.id, s.store_id, s.document FROM products AS p, (SELECT * FROM product_search LIMIT 1) AS s ON CONFLICT DO NOTHING`
      // nothing that is hidden is counted
      const number = sql.literal("(CASE WHEN right(id, 6) ~ '^[0-9]+$' THEN right(id, 6)::int ELSE 4 END)")
      yield* sql`UPDATE products SET status = 'draft', vendor = 'hidden' WHERE ${number} % 27 = 0`
      const asked = { status: "active", search: "oak" } as const
      const { blocks, text, value } = yield* lastPlanOf(engine.facets(asked))
      assert.deepStrictEqual({ total: value.total, approximate: value.approximate }, { total: 10_000, approximate: true })
      const open = value.facets.find(({ name }) => name === "available")?.values.reduce((sum, { count }) => sum + count, 0) ?? 0
      assert.isAtLeast(open, 9_000)
      assert.isAtMost(open, 10_000)
      assert.notInclude(JSON.stringify(value.facets), "hidden")
      // to look each of them up takes four more for each
      assert.isAtMost(blocks, 40_000, text)
      yield* sql`UPDATE products SET status = CASE WHEN ${number} % 4 > 0 THEN 'draft' ELSE 'active' END`
      yield* TestClock.adjust("1 minute")
      const { approximate, facets, total } = yield* engine.facets(asked)
      assert.deepStrictEqual({ approximate, total }, { approximate: false, total: count / 2 + 1 })
      assert.deepStrictEqual(facets.find(({ name }) => name === "available")?.values.map((one) => one.count).reduce((a, b) => a + b), total)
      // nor are there more where all that are for sale are found first
      yield* sql`UPDATE products SET status = CASE WHEN id LIKE 'prod%' AND ${number} BETWEEN 1 AND 7000 THEN 'active' ELSE 'draft' END`
      yield* TestClock.adjust("1 minute")
      const first = yield* engine.facets(asked)
      assert.deepStrictEqual({ approximate: first.approximate, total: first.total }, { approximate: false, total: 7_001 })
    }).pipe(Effect.provide(shop())))
})

describe("lists that are narrowed down, on a crowded PostgreSQL", () => {
  it.effect("look at about as many products as a page has where many pass a filter, and at those that pass where few do", () =>
    Effect.gen(function*() {
      yield* crowded
      const products = yield* ProductRepository
      const problems: Array<string> = []
      // a statement that asks each of the products looks at twenty thousand and more
      const filters: ReadonlyArray<readonly [ListProducts, number]> = [
        [{ category: "c0" }, 2_500],
        [{ tag: "all" }, 2_500],
        [{ priceTo: 900 }, 2_500],
        // one in nine, of which no others are read
        [{ priceFrom: 500, priceTo: 610 }, 450],
        [{ priceFrom: 500, priceTo: 610, tag: "all" }, 530],
        // one in fifty, which the index has with what they are sorted by
        [{ priceFrom: 500, priceTo: 520 }, 450],
        [{ category: "c7" }, 700],
        [{ category: "c0", tag: "all", priceTo: 900 }, 2_500]
      ]
      for (const [filter, most] of filters) {
        for (const sort of ["-createdAt", "price", "-price", "title", "-popularity"] as const) {
          const query: ListProducts = { status: "active", sort, ...filter }
          const first = yield* planOf(products.list({ ...query, limit: 20 }))
          const next = yield* planOf(products.list({ ...query, limit: 20, after: first.value.nextCursor ?? "" }))
          for (const { blocks, text, whole } of [first, next]) {
            const tables = whole.filter((table) => large.has(table))
            if (tables.length > 0) problems.push(`${JSON.stringify(query)} reads ${tables.join(", ")}: ${text.slice(0, 500)}`)
            if (blocks > most) problems.push(`${JSON.stringify(query)} looks at ${blocks} blocks: ${text.slice(0, 500)}`)
          }
        }
      }
      assert.deepStrictEqual(problems, [])
    }).pipe(Effect.provide(shop())))

  it.live("read the products of a filter that one in so many passes where the page begins, whatever the order", () =>
    Effect.gen(function*() {
      yield* crowded
      const products = yield* ProductRepository
      // one in two hundred is in the category, at ten prices of a thousand, and one in a hundred and fifty has the tag
      yield* ListedFilters.keep({ few: 20, common: 100 })
      yield* vacuumed
      const problems: Array<string> = []
      for (const sort of ["-createdAt", "price", "-price", "title", "-popularity", "-rating"] as const) {
        for (const [filter, most] of [
          [{ category: "c7" }, 700],
          [{ category: "cat_7", tag: "all" }, 700],
          [{ tag: "all", category: "c7", priceTo: 900 }, 700],
          [{ category: "c0", tag: "one of a hundred and fifty 43" }, 700],
          // a third of those that are walked has the tag, and none has
          [{ category: "c7", tag: "one of a hundred and fifty 8" }, 500],
          [{ category: "c7", tag: "one of a hundred and fifty 43" }, 180]
        ] as const) {
          const query: ListProducts = { status: "active", sort, ...filter, limit: 20 }
          const first = yield* planOf(products.list(query))
          const { nextCursor } = first.value
          const next = nextCursor === null ? [] : [yield* planOf(products.list({ ...query, after: nextCursor }))]
          for (const { blocks, indexes, text, whole } of [first, ...next]) {
            const tables = whole.filter((table) => large.has(table) || table === "listed_products")
            if (tables.length > 0) problems.push(`${JSON.stringify(query)} reads ${tables.join(", ")}: ${text.slice(0, 500)}`)
            if (!indexes.some((index) => index.startsWith("listed_products_by_"))) problems.push(`${JSON.stringify(query)} reads no index of these: ${indexes.join()}`)
            if (blocks > most) problems.push(`${JSON.stringify(query)} looks at ${blocks} blocks: ${text.slice(0, 500)}`)
          }
        }
      }
      assert.deepStrictEqual(problems, [])
    }).pipe(Effect.provide(shop())))

  it.live("read the products of a word that very many have where the page begins, once people search for it", () =>
    Effect.gen(function*() {
      yield* crowded
      const sql = yield* SqlClient.SqlClient
      const products = yield* ProductRepository
      const terms = yield* SearchTermRepository
      // one in eight has the word
      yield* sql`UPDATE product_search SET document = document || '''elm'':9A'::tsvector WHERE product_id IN (SELECT ${sql.literal(id("prod"))} FROM generate_series(8, ${count}, 8) AS n)`
      yield* terms.add([{ day: (yield* Timestamp.now).slice(0, 10), term: "elm", searches: 9, missed: 0, clicks: 0 }])
      yield* ListedFilters.keep({ few: 20, common: 5 })
      yield* vacuumed
      for (const sort of ["-createdAt", "price", "-title", "-popularity"] as const) {
        for (const filter of [{}, { tag: "one of a hundred and fifty 8" }]) {
          const list = products.list({ status: "active", search: "elm", sort, ...filter, limit: 20 })
          // the first search of a text asks first whether very many have it
          yield* list
          const { blocks, indexes, text, value, whole } = yield* planOf(list)
          assert.isNotEmpty(value.items)
          assert.isTrue(indexes.some((index) => index.startsWith("listed_products_by_")), text.slice(0, 500))
          assert.deepStrictEqual(whole.filter((table) => large.has(table) || table === "listed_products"), [], text.slice(0, 500))
          assert.isAtMost(blocks, 1_500, `${sort} ${JSON.stringify(filter)} ${text.slice(0, 500)}`)
        }
      }
    }).pipe(Effect.provide(shop())))

  it.live("find what has so many stars of a filter by the order of stars, where few of these have them and very many others do", () =>
    Effect.gen(function*() {
      const storeId = yield* crowded
      const sql = yield* SqlClient.SqlClient
      const products = yield* ProductRepository
      // a third of all, and so of the fifty in the category; each tenth of these says three stars
      yield* sql`INSERT INTO product_ratings (product_id, store_id, stars_1, stars_2, stars_3, stars_4, stars_5)
        SELECT 'prod_' || lpad(n::text, 26, '0'), ${storeId}, 0, 0, CASE WHEN n % 30 = 0 THEN 1 ELSE 0 END, 0, CASE WHEN n % 30 = 0 THEN 0 ELSE 1 END
        FROM generate_series(3, ${count}, 3) AS n`
      yield* ListedFilters.keep({ few: 20, common: 100 })
      yield* vacuumed
      const rated = Array.from({ length: 50 }, (_, index) => 58 + 200 * index).filter((n) => n % 3 === 0 && n % 30 !== 0).map((n) => `prod_${String(n).padStart(26, "0")}`)
      for (const sort of ["-createdAt", "price", "title", "-popularity"] as const) {
        const { blocks, indexes, text, value } = yield* planOf(products.list({ status: "active", category: "c7", ratingFrom: 4, sort, limit: 20 }))
        assert.sameMembers(value.items.map(({ id }) => id), rated, sort)
        assert.include(indexes, "listed_products_by_rating", text.slice(0, 500))
        assert.isAtMost(blocks, 700, text.slice(0, 500))
      }
    }).pipe(Effect.provide(shop())))

  it.effect("of a word that very many products have read these in the order in which they came, no further than the page", () =>
    Effect.gen(function*() {
      const storeId = yield* crowded
      const sql = yield* SqlClient.SqlClient
      const search = yield* ProductSearch
      const question = Question.of("oak", Lexicon.make(Lexicon.unwritten("en"), "en"))
      if (question === undefined) throw new Error("The text has no word")
      const frequent = yield* planOf(search.taken(storeId, question, count))
      assert.deepStrictEqual(frequent.value.frequent, { words: "whole", since: undefined })
      // where all are of one store, the index of all is as good
      assert.match(frequent.indexes.join(), /^product_search_(pkey|by_age)$/)
      assert.isAtMost(frequent.blocks, 200, frequent.text)
      for (const after of [undefined, `prod_${"5000".padStart(26, "0")}`]) for (const since of [undefined, `prod_${"1000".padStart(26, "0")}`]) {
        const page = yield* planOf(sql`SELECT found.product_id FROM ${search.newest(storeId, question, "named", { words: "whole", since }, after)} AS found
          ORDER BY found.place DESC LIMIT 21`)
        assert.lengthOf(page.value, 21)
        assert.match(page.indexes.join(), /^product_search_(pkey|by_age)$/)
        assert.isAtMost(page.blocks, 50, page.text)
      }
    }).pipe(Effect.provide(Layer.provideMerge(PostgresProductSearch.layer, shop()))))

  it.effect("of a word that very many older products have, and none of the newest, walk the order of the list instead of sorting them", () =>
    Effect.gen(function*() {
      const storeId = yield* crowded
      const sql = yield* SqlClient.SqlClient
      const products = yield* ProductRepository
      yield* multiply(sql, "products", {
        id: "'prod_' || lpad((n + 10000)::text, 26, '0')",
        slug: "'p' || n + 10000",
        sort_title: "'t' || lpad((n * 7919 % 14000)::text, 8, '0')",
        price_from: "n * 31 % 1000 + 1",
        price_to: "n * 31 % 1000 + 1"
      }, 4_000)
      // of 14,000 products, the 12,000 oldest have one word and twenty of them another
      yield* sql.unsafe(`INSERT INTO product_search (product_id, store_id, document)
        SELECT ${id("prod")}, '${storeId}', (CASE WHEN n > 12000 THEN '''shoe'':2A' WHEN n % 600 = 0 THEN '''lamp'':2A ''rare'':3A' ELSE '''lamp'':2A' END)::tsvector
        FROM generate_series(1, 14000) AS n ON CONFLICT (product_id) DO UPDATE SET document = excluded.document`).unprepared
      yield* vacuumed
      const asks = (search: string, sort: "price" | "title" | "-popularity", after?: string) =>
        lastPlanOf(products.list({ status: "active", search, sort, limit: 19, ...(after === undefined ? {} : { after }) }))
      for (const sort of ["price", "title", "-popularity"] as const) {
        const first = yield* asks("lamp", sort)
        const next = yield* asks("lamp", sort, first.value.nextCursor ?? "")
        for (const { blocks, text, value } of [first, next]) {
          assert.lengthOf(value.items, 19)
          assert.isAtMost(blocks, 1_000, text)
        }
        // and few are found by the index of words
        const rare = yield* asks("rare", sort)
        assert.lengthOf(rare.value.items, 19)
        assert.include(rare.indexes, "product_search_by_word")
        assert.isAtMost(rare.blocks, 700, rare.text)
      }
    }).pipe(Effect.provide(shop())))
})
