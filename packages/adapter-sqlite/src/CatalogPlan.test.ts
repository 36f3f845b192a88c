import { assert, describe, it } from "@effect/vitest"
import type { Collection } from "@stoa/core/catalog/Collection"
import type { Category, CategoryId } from "@stoa/core/catalog/Category"
import { CategoryRepository } from "@stoa/core/catalog/CategoryRepository"
import type { Narrowed } from "@stoa/core/catalog/ListFilters"
import { type ListProducts, type Product, type ProductId, ProductSort, type VariantId } from "@stoa/core/catalog/Product"
import { ProductRepository } from "@stoa/core/catalog/ProductRepository"
import type { Currency } from "@stoa/core/kernel/Currency"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { SearchEngine } from "@stoa/core/search/SearchEngine"
import { WordIndex } from "@stoa/core/search/WordIndex"
import * as Page from "@stoa/core/kernel/Page"
import type { Timestamp } from "@stoa/core/kernel/Timestamp"
import * as ProductList from "@stoa/sql/catalog/ProductList"
import { ProductSearch } from "@stoa/sql/catalog/ProductSearch"
import * as Lexicon from "@stoa/sql/search/Lexicon"
import * as Question from "@stoa/sql/search/Question"
import { StatementProbe, layer as probe } from "@stoa/sql/testing/StatementProbe"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as SqliteClient from "./SqliteClient.ts"
import * as SqliteProductSearch from "./SqliteProductSearch.ts"
import { fromClient } from "./SqliteStorage.ts"

interface Step {
  readonly id: number
  readonly parent: number
  readonly detail: string
}

const storage = Layer.suspend(() => {
  const client = Layer.provideMerge(probe, SqliteClient.layer({ filename: ":memory:" }))
  return Layer.provideMerge(fromClient(client), client)
})

/** The steps that SQLite takes for a statement, whatever its parameters are. */
const stepsOf = Effect.fnUntraced(function*(statement: string) {
  const sql = yield* SqlClient.SqlClient
  const parameters = Array.from({ length: statement.split("?").length - 1 }, () => "[]")
  return yield* sql.unsafe<Step>(`EXPLAIN QUERY PLAN ${statement}`, parameters)
})

/** How SQLite answers a list. */
const planOf = Effect.fnUntraced(function*(query: ListProducts, collection?: Collection) {
  const products = yield* ProductRepository
  const { record } = yield* StatementProbe
  const [, sent] = yield* record(products.list(query, { country: undefined, channel: null, customerId: "user_1" }, collection))
  // the first search of a process asks how large the store is
  return yield* planOfStatement(sent.find((one) => one.includes("sort_key")) ?? "")
})

const planOfStatement = Effect.fnUntraced(function*(statement: string) {
  const steps = yield* stepsOf(statement)
  const under = (parent: number) => steps.filter((step) => step.parent === parent)
  const scans = (found: ReadonlyArray<Step>) => found.filter(({ detail }) => /^(SCAN|SEARCH) p /.test(detail)).map(({ detail }) => detail)
  const sorts = (found: ReadonlyArray<Step>) => found.some(({ detail }) => detail.includes("TEMP B-TREE FOR ORDER BY"))
  return {
    /** How products are reached. */
    products: scans(steps),
    /** Whether everything is read before the first row of the page is known. */
    sorted: sorts(under(0)),
    /** How products are reached where many pass every filter, and whether they are sorted for it. */
    walks: steps.filter(({ detail }) => detail === "CO-ROUTINE many").map(({ id }) => ({ products: scans(under(id)), sorted: sorts(under(id)) })),
    /** How products of a filter are reached that are kept in each order, and whether they are sorted for it. */
    listed: steps.filter(({ detail }) => detail === "CO-ROUTINE listed").map(({ id }) => ({
      rows: under(id).filter(({ detail }) => /^(SCAN|SEARCH) l /.test(detail)).map(({ detail }) => detail),
      products: scans(under(id)),
      sorted: sorts(under(id))
    })),
    /** Of how many filters the index that is walked is asked whether they keep a product, before that is read. */
    asked: statement.split("instr(l.filters, ").length - 1,
    /** The same where few do. */
    few: steps.filter(({ detail }) => detail === "CO-ROUTINE few").flatMap(({ id }) => scans(under(id))),
    /** How what was chosen by hand is reached. */
    chosen: steps.filter(({ detail }) => /^(SCAN|SEARCH) m /.test(detail)).map(({ detail }) => detail)
      .filter((detail) => !detail.includes("media")),
    /** Tables that are read as a whole; what subqueries answered is none, and a search of words reads its own hits. */
    scanned: steps.filter(({ detail }) =>
      /^SCAN (?!product_search VIRTUAL|json_each VIRTUAL|found$|page$|few|many|listed$|kept$|decided$|scope$|one$|root$|chosen$|CONSTANT ROW$|\()/.test(detail)).map(({ detail }) => detail)
  }
})

const indexes: Readonly<Record<Exclude<ProductSort, "relevance" | "manual">, string>> = {
  price: "products_by_price",
  "-price": "products_by_price",
  title: "products_by_title",
  "-title": "products_by_title",
  createdAt: "products_by_created",
  "-createdAt": "products_by_created",
  updatedAt: "products_by_updated",
  "-updatedAt": "products_by_updated",
  "-popularity": "products_by_popularity",
  "-rating": "products_by_rating"
}

describe("a list of products in SQLite", () => {
  for (const sort of ProductSort.literals) {
    if (sort === "relevance" || sort === "manual") continue
    it.effect(`by ${sort} walks an index from where the page begins`, () =>
      Effect.gen(function*() {
        const after = Page.encodeCursor(sort, [/price|popularity|rating/.test(sort) ? 1 : "a", "prod_1"])
        const first: ListProducts = { status: "active", sort }
        for (const query of [{}, { available: true }, { onSale: true }].flatMap((filter) => [{ ...first, ...filter }, { ...first, ...filter, after }])) {
          const plan = yield* planOf(query)
          assert.isFalse(plan.sorted, JSON.stringify(query))
          assert.deepStrictEqual(plan.scanned, [])
          assert.strictEqual(plan.products.length, 1)
          assert.match(plan.products[0] ?? "", new RegExp(`USING (COVERING )?INDEX ${indexes[sort]} \\(store_id=\\? AND status=\\?`))
        }
        // the position is where the walk begins, not a filter on the way
        assert.match((yield* planOf({ ...first, after })).products[0] ?? "", /[<>]\(?\?/)
      }).pipe(Effect.provide(storage)))

    it.effect(`by ${sort} walks that index as well where many pass a filter, and sorts no more than few of them`, () =>
      Effect.gen(function*() {
        const after = Page.encodeCursor(sort, [/price|popularity|rating/.test(sort) ? 1 : "a", "prod_1"])
        const filters: ReadonlyArray<ListProducts> = [
          { category: "boards" },
          { tag: "oak" },
          { options: ["Size:Large"] },
          // the newest or oldest of these are in an index of their own
          ...(/createdAt/.test(sort) ? [] : [{ brand: "brand_1" }, { vendor: "Hollin" }]),
          { ratingFrom: 4 },
          { priceTo: 5_000 },
          { priceFrom: 1_000, priceTo: 5_000 },
          { category: "boards", tag: "oak", brand: "oak" }
        ]
        for (const filter of filters.flatMap((filter) => [filter, { ...filter, after }])) {
          const plan = yield* planOf({ status: "active", sort, ...filter })
          const text = JSON.stringify({ sort, ...filter, ...plan })
          assert.deepStrictEqual(plan.scanned, [], text)
          // the index of prices has what these are sorted by
          const isRange = !sort.includes("updatedAt") && "priceTo" in filter
          if (!isRange || !sort.includes("rice")) assert.isAtLeast(plan.walks.length, 1, text)
          for (const { products, sorted } of plan.walks) {
            assert.isFalse(sorted, text)
            assert.lengthOf(products, 1, text)
            // what is asked stands in the index, or is found by the id that does, so that products that do not pass are not read
            const covering = "brand" in filter || "vendor" in filter || ("ratingFrom" in filter && !/rating|rice/.test(sort)) ? "" : "COVERING "
            assert.match(products[0] ?? "", new RegExp(`USING ${covering}INDEX (${indexes[sort]}|products_by_spread) \\(store_id=\\? AND status=\\?`), text)
          }
          const few = plan.few.length > 0 ? plan.few : plan.products.slice(0, 1)
          assert.isAtLeast(few.length, 1, text)
          for (const step of few) {
            if (isRange) assert.match(step, /USING COVERING INDEX products_by_(price|spread) \(store_id=\? AND status=\? AND .*price_from/, text)
            else assert.include(step, "sqlite_autoindex_products_1 (id=?)", text)
          }
        }
      }).pipe(Effect.provide(storage)))
  }

  it.effect("walks the products of a filter that very many pass in the order of the list, from where the page begins", () =>
    Effect.gen(function*() {
      const kept = {
        price: "price",
        "-price": "price",
        title: "title",
        "-title": "title",
        createdAt: "created",
        "-createdAt": "created",
        "-popularity": "popularity",
        "-rating": "rating"
      } as const
      for (const [name, index] of Object.entries(kept)) {
        const sort = name as ProductSort
        const after = Page.encodeCursor(sort, [/price|popularity|rating/.test(sort) ? 1 : "a", "prod_1"])
        const filters: ReadonlyArray<ListProducts> = [
          { category: "boards" },
          { category: "cat_1" },
          { tag: "oak" },
          { brand: "oak", tag: "oak" },
          { vendor: "Hollin", category: "boards", priceTo: 5_000 },
          { options: ["Size:Large"], tag: "oak", available: true },
          { tag: "oak", onSale: true, ratingFrom: 4, priceTo: 5_000 }
        ]
        for (const filter of filters.flatMap((filter) => [filter, { ...filter, after }])) {
          const plan = yield* planOf({ status: "active", sort, ...filter })
          const text = JSON.stringify({ sort, ...filter, ...plan })
          assert.deepStrictEqual(plan.scanned, [], text)
          assert.lengthOf(plan.listed, 1, text)
          const [listed] = plan.listed
          assert.isFalse(listed?.sorted, text)
          assert.lengthOf(listed?.rows ?? [], 1, text)
          assert.include(listed?.rows[0], `USING COVERING INDEX listed_products_by_${index} (filter_id=?`, text)
          if ("after" in filter) assert.match(listed?.rows[0] ?? "", /[<>]\(?\?/, text)
          assert.deepStrictEqual(listed?.products, ["SEARCH p USING INDEX sqlite_autoindex_products_1 (id=?)"], text)
          assert.strictEqual(plan.asked, ("brand" in filter && "tag" in filter) || ("vendor" in filter && "category" in filter) ? 2 : 0, text)
        }
      }
      // what is not kept in such an order
      for (const query of [{ sort: "updatedAt", tag: "oak" }, { status: "any", sort: "price", tag: "oak" }, { sort: "price", options: ["a:b"] }] as const) {
        assert.deepStrictEqual((yield* planOf({ status: "active", ...query })).listed, [])
      }
    }).pipe(Effect.provide(storage)))

  it.effect("walks the products of a word that very many have and people search for as well, which says what else they pass", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const search = yield* ProductSearch
      const storeId = yield* CurrentStore
      const question = Question.of("oak", Lexicon.make(Lexicon.unwritten("en"), "en"))
      if (question === undefined) throw new Error("The text has no word")
      for (const [filter, others] of [[{}, 0], [{ brand: "oak" }, 1], [{ brand: "oak", tag: "oak" }, 2]] as const) {
        for (const sort of ["price", "-title", "-popularity"] as const) {
          const asked = yield* ProductList.statement(sql, search, storeId, { status: "active", search: "oak", sort, ...filter }, undefined, undefined, {
            question: Question.finished(question),
            hits: undefined,
            isKept: true
          })
          const plan = yield* planOfStatement(asked.compile()[0])
          const text = JSON.stringify({ sort, ...filter, ...plan })
          assert.deepStrictEqual(plan.scanned, [], text)
          assert.lengthOf(plan.listed, 1, text)
          assert.isFalse(plan.listed[0]?.sorted, text)
          assert.include(plan.listed[0]?.rows[0], "USING COVERING INDEX listed_products_by_", text)
          assert.strictEqual(plan.asked, others, text)
        }
      }
    }).pipe(Effect.provide(Layer.provideMerge(SqliteProductSearch.layer, storage))))

  it.effect("the dearest first begins where a range of prices ends, and not with all that are too dear", () =>
    Effect.gen(function*() {
      for (const filter of [{}, { tag: "oak" }, { priceFrom: 1_000, brand: "oak" }]) {
        const plan = yield* planOf({ status: "active", sort: "-price", priceTo: 5_000, ...filter })
        const text = JSON.stringify({ ...filter, ...plan })
        // where nothing else is asked, the range is the list
        const walks = "tag" in filter || "brand" in filter ? plan.walks.flatMap(({ products }) => products) : plan.products.slice(0, 1)
        assert.lengthOf(walks, 1, text)
        for (const step of [...walks, ...plan.listed.flatMap(({ rows }) => rows)]) assert.match(step, /price_from<\?|price_from,id\)<\(/, text)
      }
    }).pipe(Effect.provide(storage)))

  it.effect("of a collection by hand walks it in the order of the hand, from where the page begins", () =>
    Effect.gen(function*() {
      const collection = { id: "coll_1", rule: null } as Collection
      const after = Page.encodeCursor("manual", [1_024, "prod_1"])
      for (const query of [{}, { after }, { tag: "oak", after }]) {
        const plan = yield* planOf({ status: "active", sort: "manual", ...query }, collection)
        assert.isFalse(plan.sorted, JSON.stringify(query))
        assert.deepStrictEqual(plan.scanned, [])
        assert.deepStrictEqual(plan.chosen.map((step) => step.replace(/ AND \(position.*/, ")")), [
          "SEARCH m USING COVERING INDEX collection_products_in_order (collection_id=?)"
        ])
        for (const step of plan.products) assert.include(step, "sqlite_autoindex_products_1 (id=?)")
      }
    }).pipe(Effect.provide(storage)))

  it.effect("of a collection by rule walks the index of its order", () =>
    Effect.gen(function*() {
      const rules = [
        // where a product is in stock says its row
        ["INDEX", { match: "all", conditions: [{ field: "tag", tag: "oak" }, { field: "stock" }, { field: "sale", not: true }] }],
        ["COVERING INDEX", { match: "all", conditions: [{ field: "tag", tag: "oak" }, { field: "sale", not: true }] }],
        ["COVERING INDEX", { match: "any", conditions: [{ field: "tag", tag: "oak" }, { field: "price", from: 100, to: 200 }] }]
      ] as const
      for (const [by, rule] of rules) {
        for (const [sort, index] of Object.entries(indexes)) {
          const plan = yield* planOf({ status: "active", sort: sort as ProductSort }, { id: "coll_1", rule } as unknown as Collection)
          assert.lengthOf(plan.walks, 1)
          assert.isFalse(plan.walks[0]?.sorted, sort)
          assert.include(plan.walks[0]?.products[0], `USING ${by} ${index} (store_id=? AND status=?`)
        }
      }
    }).pipe(Effect.provide(storage)))

  it.effect("narrowed down by attributes looks up values in their index, and reads no table whole", () =>
    Effect.gen(function*() {
      const by = { id: "attr_1", code: "a", texts: [], days: [], numbers: [] }
      const filters = [
        { ...by, texts: ["oak", "ash"] },
        { ...by, days: [{ from: "2026-01-01", to: null }] },
        { ...by, numbers: [{ from: 0.1, to: 0.5 }] }
      ]
      const { record } = yield* StatementProbe
      const products = yield* ProductRepository
      for (const filter of [...filters.map((one) => [one]), filters]) {
        const query: Narrowed = { status: "active", sort: "price", byAttributes: filter }
        const plan = yield* planOf(query)
        assert.isAtLeast(plan.walks.length, 1)
        for (const walk of plan.walks) assert.isFalse(walk.sorted)
        assert.deepStrictEqual(plan.scanned, [])
        const [, [statement = ""]] = yield* record(products.list(query, { country: undefined, channel: null, customerId: "user_1" }, undefined))
        const looked = (yield* stepsOf(statement)).map(({ detail }) => detail).filter((detail) => detail.startsWith("SEARCH pa "))
        // for the products that pass by their values, and of each product by its id
        const [byValue, ofProduct] = [looked.filter((step) => step.includes("attribute_id=?")), looked.filter((step) => step.includes("(product_id=?"))]
        // once to see whether they are few, and once to put these down
        assert.lengthOf(byValue, 2 * filter.length)
        for (const step of byValue) {
          assert.match(step, /product_attributes_by_(text|number) \(attribute_id=\? AND (text|number)_key[=>]/)
        }
        assert.isNotEmpty(ofProduct)
        assert.lengthOf(looked, byValue.length + ofProduct.length)
      }
    }).pipe(Effect.provide(storage)))

  it.effect("by an attribute walks the index of its values, and then the products that say nothing by their age", () =>
    Effect.gen(function*() {
      const { record } = yield* StatementProbe
      const products = yield* ProductRepository
      const kinds = { number: "product_attributes_by_number", day: "product_attributes_by_text", text: "product_attributes_by_sort_text" } as const
      for (const [by, index] of Object.entries(kinds)) {
        for (const sort of ["attribute.a", "-attribute.a"] as const) {
          const list: Narrowed = {
            status: "active",
            sort,
            byAttribute: { id: "attr_1", by: by as keyof typeof kinds, descending: sort.startsWith("-") }
          }
          const after = Page.encodeCursor(sort, [by === "number" ? 1 : "a", "prod_1"])
          for (const filter of [{}, { after }, { available: true }, { category: "boards" }, { category: "boards", tag: "oak", after }]) {
            const [, statements] = yield* record(products.list({ ...list, ...filter }, { country: undefined, channel: null, customerId: "user_1" }, undefined))
            const [said = "", silent = ""] = statements
            const text = JSON.stringify({ sort, by, ...filter })
            const steps = (yield* stepsOf(said)).filter(({ detail }) => /^(SEARCH|SCAN) (said|p) /.test(detail)).map(({ detail }) => detail)
            const walks = steps.filter((step) => new RegExp(`said USING (COVERING )?INDEX ${index} \\(attribute_id=\\?`).test(step))
            assert.lengthOf(walks, 1, `${text} ${JSON.stringify(steps)}`)
            if ("after" in filter) assert.match(walks[0] ?? "", /[<>]\(?\?/, text)
            const others = steps.filter((step) => !walks.includes(step))
            for (const step of others) {
              assert.match(step, /p USING INDEX sqlite_autoindex_products_1 \(id=\?\)|p USING INTEGER PRIMARY KEY \(rowid=\?\)|said USING INDEX sqlite_autoindex_product_attributes_1 \(product_id=\? AND owner_id=\?/, text)
            }
            // what few have is sorted, and nothing else
            const plan = yield* planOf({ ...list, ...filter })
            assert.deepStrictEqual(plan.scanned, [], text)
            if ("category" in filter) assert.deepStrictEqual(plan.walks.map(({ sorted }) => sorted), [false], text)
            else assert.isFalse(plan.sorted, text)
            const rest = (yield* stepsOf(silent)).filter(({ detail }) => / p USING (COVERING )?INDEX products_by_/.test(detail))
            assert.lengthOf(rest, 1, text)
            assert.include(rest[0]?.detail, "products_by_created (store_id=? AND status=?", text)
          }
        }
      }
    }).pipe(Effect.provide(storage)))

  it.effect("of every status, newest first, walks an index as well", () =>
    Effect.gen(function*() {
      const plan = yield* planOf({ status: "any" })
      assert.isFalse(plan.sorted)
      assert.include(plan.products[0], "products_by_age (store_id=?")
    }).pipe(Effect.provide(storage)))

  it.effect("of every status walks the index of its order for each of them, with filters too", () =>
    Effect.gen(function*() {
      for (const [name, index] of Object.entries(indexes)) {
        if (index === "products_by_created") continue
        const sort = name as ProductSort
        const after = Page.encodeCursor(sort, [/price|popularity|rating/.test(sort) ? 1 : "a", "prod_1"])
        for (const query of [{}, { after }, { tag: "oak" }, { priceTo: 5_000, after }]) {
          const plan = yield* planOf({ status: "any", sort, ...query })
          const text = JSON.stringify({ sort, ...query, ...plan })
          assert.deepStrictEqual(plan.scanned, [], text)
          assert.lengthOf(plan.walks, 3, text)
          for (const { products, sorted } of plan.walks) {
            assert.isFalse(sorted, text)
            assert.lengthOf(products, 1, text)
            assert.match(products[0] ?? "", new RegExp(`USING (COVERING )?INDEX ${index} \\(store_id=\\? AND status=\\?`), text)
            if ("after" in query) assert.match(products[0] ?? "", /[<>]\(?\?/, text)
          }
        }
      }
    }).pipe(Effect.provide(storage)))

  it.effect("that a search has found walks the index of its order where very many have the words, and else sorts what was found", () =>
    Effect.gen(function*() {
      for (const [name, index] of Object.entries(indexes)) {
        const sort = name as ProductSort
        const after = Page.encodeCursor(sort, [/price|popularity|rating/.test(sort) ? 1 : "a", "prod_1"])
        for (const query of [{}, { after }]) {
          const plan = yield* planOf({ status: "active", search: "oak board", sort, ...query })
          const text = JSON.stringify({ sort, ...query, ...plan })
          assert.deepStrictEqual(plan.scanned, [], text)
          assert.lengthOf(plan.walks, 1, text)
          const [walk] = plan.walks
          assert.isFalse(walk?.sorted, text)
          assert.include(walk?.products[0], `USING COVERING INDEX ${index} (store_id=? AND status=?`, text)
          assert.isNotEmpty(plan.few, text)
          for (const step of plan.few) assert.include(step, "sqlite_autoindex_products_1 (id=?)", text)
        }
      }
    }).pipe(Effect.provide(storage)))

  it.effect("that a search has found reaches each product by its id, and no other", () =>
    Effect.gen(function*() {
      for (const sort of ProductSort.literals.filter((sort) => sort !== "manual")) {
        const plan = yield* planOf({ status: "active", search: "oak board", category: "boards", sort })
        assert.deepStrictEqual(plan.scanned, [])
        assert.isNotEmpty(plan.products)
        for (const step of plan.products) assert.match(step, /^SEARCH p USING (COVERING )?INDEX sqlite_autoindex_products_1 \(id=\?\)$/)
      }
    }).pipe(Effect.provide(storage)))
})

describe("suggestions of SQLite", () => {
  it.effect("are read from the order by title where titles begin with what was typed, and else from parts of the index of words that have an end", () =>
    Effect.gen(function*() {
      const { record } = yield* StatementProbe
      const engine = yield* SearchEngine
      const [, statements] = yield* record(engine.suggest("oa", 5))
      const statement = statements.find((one) => one.includes("sort_title")) ?? ""
      const steps = (yield* stepsOf(statement)).map(({ detail }) => detail)
      const words = steps.flatMap((step) => step.startsWith("SCAN product_search VIRTUAL") ? [step.slice(-1)] : [])
      assert.deepStrictEqual(words, [">", ">", "<", ">"])
      assert.deepStrictEqual(steps.filter((step) => /^\w+ b /.test(step)), ["SEARCH b USING COVERING INDEX products_by_title (store_id=? AND status=? AND sort_title>? AND sort_title<?)"])
    }).pipe(Effect.provide(storage)))
})

describe("facets in SQLite", () => {
  it.effect("are counted of the products of the list, each looked up by its id, and read no table as a whole", () =>
    Effect.gen(function*() {
      const { record } = yield* StatementProbe
      const engine = yield* SearchEngine
      for (const query of [{}, { search: "oak" }, { category: "boards", brand: "oak" }]) {
        const [, sent] = yield* record(engine.facets({ status: "active", ...query }, undefined, undefined))
        const steps = yield* stepsOf(sent.find((statement) => statement.includes("'dictionary' AS facet")) ?? "")
        const text = JSON.stringify(steps.map(({ detail }) => detail), null, 1)
        assert.notInclude(text, "AUTOMATIC", text)
        assert.deepStrictEqual(steps.flatMap(({ detail }) => /^SCAN (p|pc|pa|t|o|v|b|r|own|a)( |$)/.test(detail) ? [detail] : []), [], text)
        assert.deepStrictEqual(steps.flatMap(({ detail }) => detail.startsWith("SEARCH p ") && /\((brand_id|vendor)/.test(detail) ? [detail] : []), [], text)
      }
    }).pipe(Effect.provide(storage)))
})

describe("a search of SQLite for words that very many products have", () => {
  it.effect("reads them in the order in which they came, and sorts none", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const search = yield* ProductSearch
      const question = Question.of("oak boa", Lexicon.make(Lexicon.unwritten("en"), "en"))
      if (question === undefined) throw new Error("The text has no word")
      const storeId = yield* CurrentStore
      for (const part of ["named", "others"] as const) {
        for (const words of ["whole", "beginning"] as const) {
          for (const [after, since] of [[undefined, undefined], [7, undefined], [undefined, 3], [7, 3]]) {
            const [statement] = sql`SELECT p.id FROM ${search.newest(storeId, question, part, { words, since }, after)} AS found CROSS JOIN products AS p
              WHERE p.id = found.product_id AND p.status = 'active' ORDER BY found.place DESC LIMIT 21`.compile()
            const steps = yield* stepsOf(statement)
            // what hardly any has in the title is sorted
            assert.strictEqual(steps.some(({ detail }) => detail.includes("TEMP B-TREE")), since !== undefined && part === "named", JSON.stringify(steps))
            assert.match(steps[0]?.detail ?? "", /^SCAN product_search VIRTUAL TABLE/)
            assert.deepStrictEqual(steps.slice(1).map(({ detail }) => detail).filter((detail) => / [rp] /.test(detail)), [
              "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)",
              "SEARCH p USING INDEX sqlite_autoindex_products_1 (id=?)"
            ])
          }
        }
      }
    }).pipe(Effect.provide(Layer.provideMerge(SqliteProductSearch.layer, storage))))
})

describe("the index of words of SQLite", () => {
  it.effect("is left in few pieces, however many writes it came in and others go on with meanwhile", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const search = yield* ProductSearch
      const storeId = yield* CurrentStore
      const pieces = Effect.map(sql<{ readonly segid: number }>`SELECT DISTINCT segid FROM product_search_idx`, (rows) => rows.length)
      // SQLite joins pieces of its own accord while it writes
      yield* sql`INSERT INTO product_search (product_search, rank) VALUES ('automerge', 0)`
      const write = (index: number, title: string) => search.index(storeId, [{ ...board, id: `prod_${index}` as ProductId, title }], new Map())
      yield* write(0, "Oak")
      yield* write(1, "Oak")
      for (const part of [1, 2, 3, 4, 5, 6]) {
        yield* sql`WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 6000)
          INSERT INTO product_search (rowid, title) SELECT ${part} * 10000 + n, 'series' || (n * 7919 % 50000) || ' word' || (n * ${part} * 31 % 9973) FROM number`
      }
      assert.strictEqual(yield* pieces, 8)
      const { join } = yield* WordIndex
      for (let times = 0; times < 25 && (yield* join); times++) yield* write(2, "Ash")
      assert.isAtMost(yield* pieces, 5)
      for (let times = 0; times < 25 && (yield* join); times++);
      assert.isFalse(yield* join)
      assert.isAtMost(yield* pieces, 3)
      const found = yield* sql`SELECT rowid FROM product_search WHERE product_search MATCH 'title : oak'`
      assert.lengthOf(found, 2)
    }).pipe(Effect.provide(Layer.provideMerge(SqliteProductSearch.layer, storage))))
})

describe("a list of what a search has found in SQLite, where very many have the words", () => {
  it.effect("asks the index of each product on the way, and reads what it finds only where a prefix has to be put together", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const search = yield* ProductSearch
      const question = Question.of("oak boar", Lexicon.make(Lexicon.unwritten("en"), "en"))
      if (question === undefined) throw new Error("The text has no word")
      const stepsOfWay = (question: Question.Question) =>
        Effect.forEach(search.walking?.(question) ?? [], ({ holds }) => stepsOf(sql`SELECT p.id FROM products AS p WHERE ${holds}`.compile()[0]))
      const asked = (steps: ReadonlyArray<Step>) => steps.some(({ detail }) => detail.startsWith("SCAN product_search VIRTUAL TABLE INDEX 0:="))
      assert.deepStrictEqual((yield* stepsOfWay(question)).map(asked), [false])
      for (const known of [Question.finished(question), { ...question, endings: ["board", "boarded"] }]) {
        assert.deepStrictEqual((yield* stepsOfWay(known)).map(asked), [true, false])
      }
      // the words of an index are found one after the other, without what has them
      const storeId = yield* CurrentStore
      assert.deepStrictEqual(yield* search.taken(storeId, question, 10_000), { question: { ...question, endings: ["boar"] }, frequent: undefined })
      const finished = Question.finished(question)
      assert.deepStrictEqual(yield* search.taken(storeId, finished, 10_000), { question: finished, frequent: undefined })
      // those that are written down are enough of an answer where there are very many
      const begun = Question.of("oak ash", Lexicon.make(Lexicon.unwritten("en"), "en"))
      if (begun === undefined) throw new Error("The text has no word")
      yield* sql`INSERT INTO search_words (store_id, word, keys) SELECT ${storeId}, 'ash' || value, '[]' FROM json_each(${JSON.stringify(Array.from({ length: 33 }, (_, index) => index))})`
      assert.deepStrictEqual(yield* search.taken(storeId, begun, 10_000), { question: begun, frequent: undefined })
    }).pipe(Effect.provide(Layer.provideMerge(SqliteProductSearch.layer, storage))))
})

describe("writing the catalog in SQLite", () => {
  it.effect("finds every row by its own key, and walks no store for it", () =>
    Effect.gen(function*() {
      const products = yield* ProductRepository
      const categories = yield* CategoryRepository
      const { record } = yield* StatementProbe
      const [, statements] = yield* record(Effect.gen(function*() {
        yield* categories.insertMany([boards])
        yield* products.insertMany([board])
        yield* products.replaceMany([{ ...board, version: 2 }])
        yield* Effect.flip(products.replaceMany([{ ...board, version: 2 }]))
        yield* categories.replaceMany([{ ...boards, version: 2 }])
        yield* Effect.flip(categories.replaceMany([{ ...boards, version: 2 }]))
        yield* products.findByVariants([variant.id])
        yield* products.findManyBySlug(["board"])
        yield* products.slugsLike("board")
        yield* categories.delete(boards.id, board.createdAt)
        yield* products.delete(board.id)
      }))
      assert.isAtLeast(statements.length, 25)
      for (const statement of statements) {
        for (const { detail } of yield* stepsOf(statement)) {
          assert.notMatch(detail, /\(store_id=\?\)|^SCAN (?!CONSTANT ROW|json_each|input|product_search|up VIRTUAL)/, statement)
        }
      }
    }).pipe(Effect.provide(storage)))

  it.effect("writes down which filters a product passes by keys as well", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const triggers = yield* sql<{ readonly text: string }>`SELECT sql AS text FROM sqlite_schema WHERE type = 'trigger' AND name LIKE '%listed%'`
      assert.isAtLeast(triggers.length, 10)
      for (const { text } of triggers) {
        const body = text.slice(text.indexOf("BEGIN") + 5, text.lastIndexOf("END"))
        for (const statement of body.split(";").filter((one) => one.trim() !== "")) {
          for (const { detail } of yield* stepsOf(statement.replaceAll(/\b(NEW|OLD)\.\w+/g, "?"))) {
            assert.notMatch(detail, /\(store_id=\?\)|^SCAN (?!CONSTANT ROW|\(|up VIRTUAL)/, statement)
          }
        }
      }
    }).pipe(Effect.provide(storage)))
})

const at = "2026-11-21T08:00:00.000Z" as Timestamp
const variant = {
  id: "var_00000000000000000000000000" as VariantId,
  productId: "prod_00000000000000000000000000" as ProductId,
  title: "Board",
  position: 0,
  sku: "B",
  barcode: null,
  optionValues: [],
  price: { amount: 1, currency: "USD" as Currency },
  compareAtPrice: null,
  cost: null,
  weightGrams: 0,
  dimensions: null,
  requiresShipping: true,
  taxable: true,
  trackStock: true,
  backorderLimit: 0,
  finalSale: false,
      giftCard: false
}
const boards: Category = {
  id: "cat_00000000000000000000000000" as CategoryId,
  parentId: null,
  name: "Boards",
  slug: "boards",
  description: "",
  seo: { title: null, description: null },
  translations: {},
  position: 0,
  path: ["cat_00000000000000000000000000" as CategoryId],
  version: 1,
  createdAt: at,
  updatedAt: at
}
const board: Product = {
  id: variant.productId,
  slug: "board",
  title: "Board",
  description: "",
  vendor: null,
  vendorId: null,
  brandId: null,
  status: "active",
  publishedFrom: null,
  publishedUntil: null,
  tags: ["oak"],
  options: [],
  images: [],
  seo: { title: null, description: null },
  translations: {},
  taxClass: "standard",
  shippingClass: "standard",
  categoryIds: [boards.id],
  variants: [variant],
  version: 1,
  createdAt: at,
  updatedAt: at
}
