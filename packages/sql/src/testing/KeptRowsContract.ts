/**
 * What migrations keep of rows that are there, or make of them, on any database.
 */
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import * as EngineMigrations from "../EngineMigrations.ts"
import * as Migration from "../Migration.ts"
import * as Migrations from "../Migrations.ts"
import type { Case } from "./Contract.ts"

/** The engine's migrations before one of them. */
const before = (id: number) =>
  Migration.set(EngineMigrations.migrations.package, EngineMigrations.migrations.migrations.filter((one) => one.id < id))

/** Rows as objects like any other. */
const plain = (rows: ReadonlyArray<Record<string, unknown>>) => rows.map((row) => Object.fromEntries(Object.entries(row)))

const at = "2026-11-01T12:00:00.000Z"

/** Writes rows as they were before a migration. */
const insert = Effect.fnUntraced(function*(table: string, rows: ReadonlyArray<Record<string, unknown>>) {
  const sql = yield* SqlClient
  yield* Effect.forEach(rows, (row) => sql`INSERT INTO ${sql(table)} ${sql.insert(row)}`, { discard: true })
})

const product = {
  id: "product_1",
  store_id: "store_1",
  slug: "plans",
  title: "Plans",
  sort_title: "plans",
  description: "",
  status: "active",
  currency: "USD",
  price_from: 900,
  price_to: 900,
  variant_count: 3,
  tax_class: "standard",
  tags: "[]",
  options: "[]",
  seo: "{}",
  images: "[]",
  version: 1,
  created_at: at,
  updated_at: at
}

export const cases: ReadonlyArray<Case> = [
  {
    name: "pools of license keys are kept with their keys and pieces, and keys whose variant was deleted have one again",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient
      yield* Migrations.run([before(121)])
      yield* insert("products", [product])
      const variants = ["variant_1", "variant_2", "variant_3"].map((id, position) => ({
        id,
        store_id: "store_1",
        product_id: "product_1",
        title: id,
        option_values: "{}",
        price: 900,
        position,
        weight_grams: 0,
        requires_shipping: 0,
        taxable: 1,
        track_stock: 0,
        backorder_limit: 0
      }))
      yield* insert("variants", variants)
      const pools = [
        { variant_id: "variant_1", store_id: "store_1", gives: 1, low_at: 3, free: 1 },
        { variant_id: "variant_2", store_id: "store_1", gives: 0, low_at: 10, free: 0 },
        { variant_id: "variant_3", store_id: "store_1", gives: 1, low_at: 10, free: 2 }
      ]
      yield* insert("license_pools", pools)
      const keys = [
        { id: "key_1", variant_id: "variant_1", is_free: 0 },
        { id: "key_2", variant_id: "variant_1", is_free: 1 },
        { id: "key_3", variant_id: "variant_3", is_free: 1 },
        { id: "key_4", variant_id: "variant_3", is_free: 0 },
        { id: "key_5", variant_id: "variant_3", is_free: 1 }
      ].map(({ id, is_free, variant_id }) => ({
        id,
        variant_id,
        is_free,
        store_id: "store_1",
        sealed: `sealed ${id}`,
        mark: id,
        created_at: at
      }))
      yield* insert("license_keys", keys)
      const piece = { store_id: "store_1", order_id: "order_1", line_id: "line_1", asked_at: at }
      const licenses = [
        { ...piece, id: "license_1", variant_id: "variant_1", piece: 1, state: "given", key_id: "key_1", given_at: at, voided_at: null },
        { ...piece, id: "license_2", variant_id: "variant_1", piece: 2, state: "waiting", key_id: null, given_at: null, voided_at: null },
        { ...piece, id: "license_3", variant_id: "variant_3", piece: 1, state: "void", key_id: "key_4", given_at: at, voided_at: at }
      ]
      yield* insert("licenses", licenses)
      // it took its pool along
      yield* sql`DELETE FROM variants WHERE id = 'variant_3'`
      assert.equal((yield* sql`SELECT * FROM license_pools`).length, 2)

      yield* Migrations.run([EngineMigrations.migrations])
      const poolNow = sql<Record<string, unknown>>`SELECT variant_id, store_id, gives, low_at, free FROM license_pools ORDER BY variant_id`
      assert.deepEqual(plain(yield* poolNow), [
        ...pools.slice(0, 2),
        { variant_id: "variant_3", store_id: "store_1", gives: 0, low_at: 10, free: 2 }
      ])
      const keysNow = yield* sql<Record<string, unknown>>`
        SELECT id, variant_id, is_free, store_id, sealed, mark, created_at FROM license_keys WHERE withdrawn_at IS NULL ORDER BY id`
      assert.deepEqual(plain(keysNow), keys)
      const licensesNow = yield* sql<Record<string, unknown>>`
        SELECT store_id, order_id, line_id, asked_at, id, variant_id, piece, state, key_id, given_at, voided_at, disputed FROM licenses ORDER BY id`
      assert.deepEqual(plain(licensesNow), licenses.map((license) => Object.assign(license, { disputed: 0 })))
      yield* sql`DELETE FROM variants`
      assert.equal((yield* poolNow).length, 3, "a pool outlives its variant")
    })
  },
  {
    name: "what products said by attributes before lists were sorted by it is sorted as well",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient
      yield* Migrations.run([before(135)])
      yield* insert("products", [product])
      yield* insert("attributes", Object.entries({ size: "choice", series: "text", rooms: "choices", width: "number" }).map(([code, type]) => ({
        id: `attr_${code}`,
        store_id: "store_1",
        code,
        title: code,
        type,
        subject: "product",
        choices: JSON.stringify([{ code: "s", label: "S" }, { code: "m", label: "M" }]),
        required: 0,
        filterable: 0,
        searchable: 0,
        shown: 1,
        position: 0,
        translations: "{}",
        version: 1,
        created_at: at,
        updated_at: at
      })))
      const said = (code: string, text: string | null, number: number | null, value: unknown) => ({
        store_id: "store_1",
        product_id: "product_1",
        owner_id: "product_1",
        attribute_id: `attr_${code}`,
        place: 0,
        text_key: text,
        number_key: number,
        value: JSON.stringify(value)
      })
      yield* insert("product_attributes", [
        said("size", "m", null, "m"),
        said("series", null, null, `Nord ${"x".repeat(300)}`),
        said("rooms", "m", null, ["m"]),
        said("width", null, 4, 4)
      ])

      yield* Migrations.run([EngineMigrations.migrations])
      const rows = yield* sql<Record<string, unknown>>`
        SELECT attribute_id, number_key, sort_text FROM product_attributes ORDER BY attribute_id`
      assert.deepEqual(plain(rows), [
        { attribute_id: "attr_rooms", number_key: null, sort_text: null },
        { attribute_id: "attr_series", number_key: null, sort_text: `nord ${"x".repeat(59)}` },
        { attribute_id: "attr_size", number_key: 1, sort_text: null },
        { attribute_id: "attr_width", number_key: 4, sort_text: null }
      ])
    })
  },
  {
    name: "products that are kept of filters are kept as before, and each says of which others there are rows of it, also of those that come afterwards",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient
      yield* Migrations.run([before(300)])
      const filters = { brand: "brand_1", vendor: "Forge", tag: "oak" }
      yield* insert("brands", [{
        id: "brand_1",
        store_id: "store_1",
        name: "Brand",
        sort_name: "brand",
        slug: "brand",
        description: "",
        seo: "{}",
        translations: "{}",
        version: 1,
        created_at: at,
        updated_at: at
      }])
      yield* insert("listed_filters", Object.entries(filters).map(([kind, value]) => ({ store_id: "store_1", kind, value, products: 2, ready: 1 })))
      const ids = new Map((yield* sql<{ readonly id: number; readonly kind: string }>`SELECT id, kind FROM listed_filters`).map(({ id, kind }) => [kind, Number(id)]))
      const sold = (name: string, said: Record<string, unknown>) => insert("products", [{ ...product, id: name, slug: name, ...said }])
      const tagged = (name: string) => insert("product_tags", [{ store_id: "store_1", product_id: name, tag: "oak" }])
      yield* sold("all", { brand_id: "brand_1", vendor: "Forge" })
      yield* tagged("all")
      yield* sold("one", { vendor: "Forge" })
      yield* sold("none", { vendor: "Ansel" })
      yield* sold("draft", { vendor: "Forge", status: "draft" })

      yield* Migrations.run([EngineMigrations.migrations])
      const holds = Effect.fnUntraced(function*(expected: Readonly<Record<string, ReadonlyArray<keyof typeof filters>>>) {
        const rows = yield* sql<{ readonly product_id: string; readonly filter_id: number; readonly price_from: number; readonly filters?: string }>`
          SELECT * FROM listed_products ORDER BY product_id, filter_id`
        const kept = Object.fromEntries(Map.groupBy(rows, (row) => row.product_id))
        const idsOf = (kinds: ReadonlyArray<string>) => kinds.map((kind) => ids.get(kind) ?? 0).sort((a, b) => a - b)
        assert.deepEqual(
          Object.fromEntries(Object.entries(kept).map(([name, own = []]) => [name, own.map((row) => Number(row.filter_id))])),
          Object.fromEntries(Object.entries(expected).map(([name, kinds]) => [name, idsOf(kinds)]))
        )
        for (const { filters, product_id } of rows) {
          // SQLite's alone
          for (const { filter_id } of filters === undefined ? [] : kept[product_id] ?? []) assert.ok(filters?.includes(`,${filter_id},`), `${product_id}: ${filters}`)
        }
        return rows
      })
      yield* holds({ all: ["brand", "vendor", "tag"], one: ["vendor"] })
      yield* tagged("one")
      yield* sold("new", { brand_id: "brand_1" })
      yield* sql`UPDATE products SET vendor = 'Forge', price_from = 500 WHERE id = 'new'`
      yield* sql`UPDATE products SET status = 'active' WHERE id = 'draft'`
      yield* sql`UPDATE products SET status = 'archived' WHERE id = 'all'`
      const rows = yield* holds({ one: ["vendor", "tag"], new: ["brand", "vendor"], draft: ["vendor"] })
      assert.deepEqual(rows.flatMap(({ price_from, product_id }) => product_id === "new" ? [Number(price_from)] : []), [500, 500])
      yield* sql`UPDATE products SET status = 'active' WHERE id = 'all'`
      yield* holds({ all: ["brand", "vendor", "tag"], one: ["vendor", "tag"], new: ["brand", "vendor"], draft: ["vendor"] })
    })
  },
  {
    name: "sums of days are those of their quarters, and first orders those of buyers, of before and of what is summed up afterwards",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient
      yield* Migrations.run([before(320)])
      const quarter = (quarter: string, times: number, currency = "USD") => ({
        store_id: "store_1",
        quarter,
        currency,
        placed: 5 * times,
        cancelled: 1 * times,
        orders: 4 * times,
        items: 6 * times,
        subtotal: 900 * times,
        discount: 90 * times,
        shipping: 490 * times,
        tax: 80 * times,
        total: 1_380 * times,
        refunded: 100 * times
      })
      const buyer = (name: string, first: string) => ({
        store_id: "store_1",
        buyer: name,
        currency: "USD",
        orders: 1,
        kept: 1,
        first_at: first,
        last_at: first
      })
      yield* insert("sales_by_quarter", [quarter("2026-11-01T12:00", 1), quarter("2026-11-01T23:45", 2), quarter("2026-11-01T12:00", 4, "EUR"), quarter("2026-11-02T00:00", 8)])
      yield* insert("sales_by_buyer", [buyer("ada", at), buyer("bob", "2026-11-01T23:59:59.999Z"), buyer("eve", "2026-11-03T00:00:00.000Z")])

      yield* Migrations.run([EngineMigrations.migrations])
      const days = Effect.map(
        sql<Record<string, unknown>>`
          SELECT day, currency, placed, cancelled, orders, items, subtotal, discount, shipping, tax, total, refunded, first_orders
          FROM sales_by_day WHERE store_id = 'store_1' ORDER BY day, currency`,
        plain
      )
      const day = (day: string, times: number, first_orders: number, currency = "USD") => {
        const { quarter: _quarter, store_id: _store, ...sums } = quarter(day, times, currency)
        return { day, ...sums, first_orders }
      }
      const euros = day("2026-11-01", 4, 0, "EUR")
      assert.deepEqual(yield* days, [euros, day("2026-11-01", 3, 2), day("2026-11-02", 8, 0), day("2026-11-03", 0, 1)])

      yield* sql`DELETE FROM sales_by_quarter WHERE quarter IN ('2026-11-01T23:45', '2026-11-02T00:00') AND currency = 'USD'`
      yield* insert("sales_by_quarter", [quarter("2026-11-02T00:00", 7), quarter("2026-11-02T00:15", 1)])
      yield* sql`DELETE FROM sales_by_buyer WHERE buyer IN ('ada', 'eve')`
      yield* insert("sales_by_buyer", [buyer("ada", "2026-11-02T08:00:00.000Z")])
      assert.deepEqual(yield* days, [euros, day("2026-11-01", 1, 1), day("2026-11-02", 8, 1), day("2026-11-03", 0, 0)])
    })
  },
  {
    name: "refunds of the last days are asked about though they were done before gateways were asked, and no older ones and none that was credited",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient
      yield* Migrations.run([before(441)])
      const times = { version: 1, updated_at: at }
      yield* insert("orders", [{
        ...times,
        id: "order_1",
        store_id: "store_1",
        number: 1,
        status: "paid",
        payment_status: "partially_refunded",
        cart_id: "cart_1",
        email: "ada@example.com",
        currency: "USD",
        prices_include_tax: 0,
        subtotal: 100,
        discount: 0,
        shipping_total: 0,
        tax: 0,
        taxes: "[]",
        total: 100,
        paid: 100,
        refunded: 50,
        item_count: 1,
        reserved_until: at,
        placed_at: at
      }])
      const paid = { ...times, store_id: "store_1", order_id: "order_1", currency: "USD", created_at: at }
      yield* insert("payments", [{
        ...paid,
        id: "pay_1",
        gateway: "stripe",
        state: "partially_refunded",
        amount: 100,
        captured_currency: "USD",
        captured: 100,
        refunded: 50,
        gateway_reference: "pi_1",
        idempotency_key: "pay_1"
      }])
      // whenever this is read, the one was long ago, and the other was not
      const [long, lately] = ["2001-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"]
      const refund = (id: string, said: Record<string, unknown>) =>
        ({ ...paid, id, payment_id: "pay_1", state: "succeeded", amount: 10, reason: "", restock: 0, attempts: 1, idempotency_key: id, updated_at: lately, ...said })
      yield* Effect.forEach([
        refund("ref_1", {}),
        refund("ref_2", { updated_at: long }),
        refund("ref_3", { credited_to: "store-credit" }),
        refund("ref_4", { state: "failed" }),
        refund("ref_5", { ask_at: at })
      ], (one) => insert("refunds", [one]), { discard: true })

      yield* Migrations.run([EngineMigrations.migrations])
      const asked = yield* sql<Record<string, unknown>>`SELECT id, ask_at FROM refunds WHERE ask_at IS NOT NULL ORDER BY id`
      assert.deepEqual(plain(asked), [{ id: "ref_1", ask_at: lately }, { id: "ref_5", ask_at: at }])
    })
  }
]
