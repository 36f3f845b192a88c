import { assert, describe, it } from "@effect/vitest"
import { CartRepository } from "@stoa/core/cart/CartRepository"
import { ProductRepository } from "@stoa/core/catalog/ProductRepository"
import { type ListProducts, ProductSort, type VariantId } from "@stoa/core/catalog/Product"
import { InventoryRepository } from "@stoa/core/inventory/InventoryRepository"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type { ListOrders } from "@stoa/core/orders/Order"
import { OrderRepository } from "@stoa/core/orders/OrderRepository"
import * as Shop from "@stoa/core/testing/Shop"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { multiply, planOf, shop } from "./conformance/QueryPlan.ts"

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
      const movements = levels.map(({ locationId, variantId }) => ({
        variantId,
        locationId,
        onHandDelta: 0,
        reservedDelta: 1,
        kind: "reserve" as const,
        reason: "",
        reference: "an order",
        actor: "guest",
        at: Timestamp.fromMillis(0)
      }))
      for (const reserve of [inventory.settle, inventory.apply, inventory.settleAll]) {
        const { text, whole } = yield* planOf<unknown, unknown, never>(reserve(movements))
        assert.deepStrictEqual(whole.filter((table) => large.has(table)), [], text)
      }
      const [level] = yield* inventory.levels([variantId as VariantId])
      assert.isAtLeast(level?.reserved ?? 0, 3, "each has reserved a piece")
    }).pipe(Effect.provide(shop())))
})
