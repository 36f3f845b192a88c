import * as PgClient from "@effect/sql-pg/PgClient"
import { assert, describe, it } from "@effect/vitest"
import { CartRepository } from "@stoa/core/cart/CartRepository"
import { ProductRepository } from "@stoa/core/catalog/ProductRepository"
import { type ListProducts, ProductSort, type VariantId } from "@stoa/core/catalog/Product"
import { InventoryRepository } from "@stoa/core/inventory/InventoryRepository"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type { ListOrders } from "@stoa/core/orders/Order"
import { OrderRepository } from "@stoa/core/orders/OrderRepository"
import * as Shop from "@stoa/core/testing/Shop"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as SqlClient from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { client } from "./conformance/PostgresHarness.ts"
import { fromClient } from "./PostgresStorage.ts"

interface Plan {
  readonly "Node Type": string
  readonly "Relation Name"?: string
  readonly "Index Name"?: string
  readonly "Shared Hit Blocks": number
  readonly "Shared Read Blocks": number
  readonly Plans?: ReadonlyArray<Plan>
}

/** The statements that were sent, with their parameters. */
class Sent extends Context.Service<Sent, Array<readonly [text: string, params: ReadonlyArray<unknown>]>>()("test/Sent") {}

const writingDown = Layer.effectContext(Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const sent: Array<readonly [string, ReadonlyArray<unknown>]> = []
  const through = (connection: Connection): Connection => ({
    execute: (text, params, transform) => {
      sent.push([text, params])
      return connection.execute(text, params, transform)
    },
    executeRaw: (text, params) => connection.executeRaw(text, params),
    executeValues: (text, params) => connection.executeValues(text, params),
    executeValuesUnprepared: (text, params) => connection.executeValuesUnprepared(text, params),
    executeUnprepared: (text, params, transform) => connection.executeUnprepared(text, params, transform),
    executeStream: (text, params, transform) => connection.executeStream(text, params, transform)
  })
  const acquirer = Effect.map(sql.reserve, through)
  const written = yield* SqlClient.make({
    driver: "pg",
    compiler: PgClient.makeCompiler(),
    acquirer,
    transactionAcquirer: acquirer,
    spanAttributes: []
  })
  return Context.make(SqlClient.SqlClient, written).pipe(Context.add(Sent, sent))
})).pipe(Layer.provide(Reactivity.layer))

const shop = () => {
  const written = Layer.provide(writingDown, client())
  return Shop.layer<SqlClient.SqlClient | Sent>(Layer.merge(fromClient(written), written))
}

const many = 20_000

/** Copies of the one row of a table, with some columns of their own. */
const multiply = (sql: SqlClient.SqlClient, table: string, columns: Readonly<Record<string, string>>, times = many) =>
  sql.unsafe(`INSERT INTO ${table} SELECT copy.*
    FROM (SELECT * FROM ${table} LIMIT 1) AS one, generate_series(1, ${times}) AS n,
    LATERAL jsonb_populate_record(NULL::${table}, to_jsonb(one) || jsonb_build_object(${
    Object.entries(columns).map(([column, value]) => `'${column}', ${value}`).join(", ")
  })) AS copy`).unprepared

/** A shop with many products and orders, and the ids of a cart and a customer in it. */
const crowded = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* Shop.ships
  const { variantId } = yield* Shop.product({ stock: 10 })
  const customerId = yield* Shop.account("ada@example.com")
  yield* Shop.place(yield* Shop.customer(customerId, [variantId, 1]))
  const { cart } = yield* Shop.guest([variantId, 2])
  const at = "replace(to_char(timestamp '2026-01-01' + n * interval '1 minute', 'YYYY-MM-DD HH24:MI:SS.MS'), ' ', 'T') || 'Z'"
  yield* multiply(sql, "products", {
    id: "'prod_' || lpad(n::text, 26, '0')",
    slug: "'p' || n",
    title: "'T' || n",
    sort_title: "'t' || lpad(n::text, 8, '0')",
    price_from: "n",
    popularity: "n",
    rating_score: "n % 5000",
    price_to: "n",
    created_at: at,
    updated_at: at
  })
  yield* multiply(sql, "variants", {
    id: "'var_' || lpad(n::text, 26, '0')",
    product_id: "'prod_' || lpad(n::text, 26, '0')",
    sku: "'sku' || n"
  })
  yield* multiply(sql, "stock_levels", { variant_id: "'var_' || lpad(n::text, 26, '0')" })
  yield* multiply(sql, "orders", {
    id: "'ord_' || lpad(n::text, 26, '0')",
    number: "5000 + n",
    cart_id: "'cart' || n",
    customer_id: "CASE WHEN n % 2 = 0 THEN one.customer_id ELSE 'user' || n END",
    email: "CASE WHEN n % 2 = 0 THEN one.email ELSE 'user' || n || '@example.com' END",
    status: "CASE WHEN n % 3 = 0 THEN 'cancelled' ELSE 'paid' END",
    payment_status: "CASE WHEN n % 15 = 0 THEN 'refunded' ELSE 'paid' END",
    fulfilment_status: "CASE WHEN n % 15 = 0 THEN 'partially_shipped' ELSE 'delivered' END",
    tags: "CASE WHEN n % 15 = 0 THEN '[\"vip\"]' ELSE '[]' END",
    words: "CASE WHEN n % 15 = 0 THEN '[\"lovelace\",\"lamp\"]' ELSE '[\"lamp\"]' END",
    placed_at: at
  })
  yield* sql.unsafe("VACUUM ANALYZE").unprepared
  return { cartId: cart.id, customerId }
})

const listed = new Set(["products", "orders"])

const flat = (plan: Plan): ReadonlyArray<Plan> => [plan, ...(plan.Plans ?? []).flatMap(flat)]

/** How the one statement of an operation is answered, and how many blocks it looks at. */
const planOf = Effect.fnUntraced(function*<A, E, R>(operation: Effect.Effect<A, E, R>) {
  const sql = yield* SqlClient.SqlClient
  const sent = yield* Sent
  sent.length = 0
  const value = yield* operation
  assert.lengthOf(sent, 1)
  const [text, params] = sent[0]!
  const [row] = yield* sql.unsafe<{ readonly plan: ReadonlyArray<{ readonly Plan: Plan }> }>(
    `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${text}`,
    params
  )
  const answer = Object.values(row ?? {})[0] as string | ReadonlyArray<{ readonly Plan: Plan }>
  const [{ Plan: plan } = { Plan: undefined }] = typeof answer === "string" ? JSON.parse(answer) : answer
  const nodes = flat(plan as Plan)
  return {
    value,
    text: JSON.stringify(nodes.map((node) => [node["Node Type"], node["Relation Name"], node["Index Name"]])),
    indexes: nodes.flatMap((node) => node["Index Name"] ?? []),
    whole: nodes.filter((node) => node["Node Type"] === "Seq Scan").flatMap((node) => node["Relation Name"] ?? []),
    // what is sorted for one row of the page is no matter
    sorts: nodes.some((node) =>
      node["Node Type"] === "Sort" && flat(node).some((below) => listed.has(below["Relation Name"] ?? ""))
    ),
    blocks: nodes[0]!["Shared Hit Blocks"] + nodes[0]!["Shared Read Blocks"]
  }
})

const large = new Set(["products", "variants", "stock_levels", "orders", "order_words"])

describe("statements on a crowded PostgreSQL", () => {
  it.effect("walk an index from where the page begins, so that a page deep in the list costs what the first does", () =>
    Effect.gen(function*() {
      const { cartId, customerId } = yield* crowded
      const products = yield* ProductRepository
      const orders = yield* OrderRepository
      const carts = yield* CartRepository

      /** The first page, and one that begins far behind it. */
      const pages = Effect.fnUntraced(function*<E, R>(
        index: RegExp,
        list: (page: { readonly limit: number; readonly after?: string }) => Effect.Effect<
          { readonly nextCursor: string | null },
          E,
          R
        >
      ) {
        const first = yield* planOf(list({ limit: 20 }))
        let cursor = first.value.nextCursor
        for (let skipped = 0; skipped < 8 && cursor !== null; skipped++) {
          cursor = (yield* list({ limit: 100, after: cursor })).nextCursor
        }
        assert.isString(cursor)
        const deep = yield* planOf(list({ limit: 20, after: cursor ?? "" }))
        for (const { indexes, sorts, text, whole } of [first, deep]) {
          assert.isTrue(indexes.some((used) => index.test(used)), `${index} in ${text}`)
          assert.isFalse(sorts, text)
          assert.deepStrictEqual(whole.filter((table) => large.has(table)), [], text)
        }
        assert.isAtMost(deep.blocks, first.blocks * 1.5 + 20, `${index}: ${first.text} and then ${deep.text}`)
      })

      const index = (sort: ProductSort) =>
        sort === "-popularity" ? /^products_by_popularity$/ : sort === "-rating" ? /^products_by_rating$/
          : sort.includes("rice") ? /^products_by_price$/ : sort.includes("itle") ? /^products_by_title$/
          // where all are for sale, the index of all is as good
          : sort.includes("created") ? /^products_by_(created|age)$/ : /^products_by_updated$/
      for (const sort of ProductSort.literals) {
        // the order of a hand is that of a collection
        if (sort === "relevance" || sort === "manual") continue
        const query: ListProducts = { status: "active", sort }
        yield* pages(index(sort), (page) => products.list({ ...query, ...page }))
      }
      const lists: ReadonlyArray<readonly [RegExp, ListOrders]> = [
        [/^orders_by_time$/, {}],
        [/^orders_by_customer$/, { customerId }],
        [/^orders_by_status$/, { status: "cancelled" }],
        [/^orders_by_payment$/, { paymentStatus: "refunded" }],
        [/^orders_by_fulfilment$/, { fulfilmentStatus: "partially_shipped" }],
        [/^order_words_pkey$/, { tag: "vip" }],
        [/^order_words_pkey$/, { search: "lamp lovelace" }]
      ]
      for (const [index, query] of lists) yield* pages(index, (page) => orders.list({ ...query, ...page }))

      const cart = yield* planOf(carts.snapshot({ id: cartId }))
      assert.deepStrictEqual(cart.whole.filter((table) => large.has(table)), [], cart.text)
      assert.isAtMost(cart.blocks, 200)
    }).pipe(Effect.provide(shop())))

  it.effect("look up what is reserved, also in a shop that is small enough to be read whole", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const inventory = yield* InventoryRepository
      const { variantId } = yield* Shop.product({ stock: 10 })
      yield* multiply(sql, "variants", { id: "'var_' || lpad(n::text, 26, '0')", sku: "'sku' || n" }, 1_500)
      yield* multiply(sql, "stock_levels", { variant_id: "'var_' || lpad(n::text, 26, '0')" }, 1_500)
      yield* sql.unsafe("VACUUM ANALYZE").unprepared
      const levels = yield* inventory.levels([variantId as VariantId])
      const reserve = inventory.settle(levels.map(({ locationId, variantId }) => ({
        variantId,
        locationId,
        onHandDelta: 0,
        reservedDelta: 1,
        kind: "reserve" as const,
        reason: "",
        reference: "an order",
        actor: "guest",
        at: Timestamp.fromMillis(0)
      })))
      const { text, value, whole } = yield* planOf(reserve)
      assert.strictEqual(value.length, 1)
      assert.deepStrictEqual(whole.filter((table) => large.has(table)), [], text)
    }).pipe(Effect.provide(shop())))
})
