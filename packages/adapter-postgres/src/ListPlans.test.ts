import { assert, describe, it } from "@effect/vitest"
import { Attributes } from "@stoa/core/catalog/Attributes"
import type { Narrowed } from "@stoa/core/catalog/ListFilters"
import { ProductRepository } from "@stoa/core/catalog/ProductRepository"
import { DownloadRepository } from "@stoa/core/downloads/DownloadRepository"
import type { ListDraftOrders } from "@stoa/core/drafts/DraftOrder"
import { DraftOrderRepository } from "@stoa/core/drafts/DraftOrderRepository"
import { DraftOrders } from "@stoa/core/drafts/DraftOrders"
import * as Actor from "@stoa/core/kernel/Actor"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import { VendorOrderRepository } from "@stoa/core/marketplace/VendorOrderRepository"
import * as Shop from "@stoa/core/testing/Shop"
import { OrderRepository } from "@stoa/core/orders/OrderRepository"
import { VendorRepository } from "@stoa/core/vendors/VendorRepository"
import { Vendors } from "@stoa/core/vendors/Vendors"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { multiply as multiplied, planOf, shop } from "./conformance/QueryPlan.ts"

const staff = Actor.as(Actor.system("test"))

const id = (prefix: string) => `'${prefix}_' || lpad(n::text, 26, '0')`

const at = "replace(to_char(timestamp '2026-01-01' + n * interval '1 minute', 'YYYY-MM-DD HH24:MI:SS.MS'), ' ', 'T') || 'Z'"

/** The one of so many that is asked about. */
const nth = (prefix: string, n: number) => `${prefix}_${String(n).padStart(26, "0")}`

const large = new Set([
  "products",
  "product_attributes",
  "variants",
  "stock_levels",
  "orders",
  "order_lines",
  "order_supplies",
  "draft_orders",
  "vendors",
  "vendor_members",
  "bundle_parts",
  "digital_files",
  "downloads"
])

/** As many as an index is worth looking into for. */
const multiply = (sql: SqlClient.SqlClient, table: string, columns: Readonly<Record<string, string>>) => multiplied(sql, table, columns, 5_000)

/** Much of what staff, vendors and buyers of files look at. */
const crowded = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const storeId = yield* CurrentStore
  yield* Shop.ships
  const vendors = yield* Vendors
  const part = yield* Shop.product({ title: "Part", stock: 10 })
  yield* Shop.place(yield* Shop.guest([part.variantId, 1]))
  const vendor = yield* staff(vendors.create({ name: "Oak", slug: "oak" }))
  const userId = yield* Shop.account("oak@example.com")
  yield* staff(vendors.addMember(vendor.id, { userId }))
  yield* staff(Effect.flatMap(DraftOrders, (drafts) =>
    drafts.create({ email: "ada@example.com", lines: [{ variantId: part.variantId, quantity: 1 }] })))
  // these orders are not searched for
  yield* sql.unsafe("ALTER TABLE orders DISABLE TRIGGER USER").unprepared
  yield* multiply(sql, "vendors", { id: id("ven"), name: "'V' || n", sort_name: "'v' || lpad(n::text, 8, '0')", slug: "'v' || n" })
  yield* multiply(sql, "vendor_members", { user_id: "'user' || n", vendor_id: id("ven") })
  yield* multiply(sql, "products", {
    id: id("prod"),
    slug: "'p' || n",
    sort_title: "'t' || lpad(n::text, 8, '0')",
    vendor_id: `CASE WHEN n % 40 = 0 THEN '${vendor.id}' ELSE 'ven_' || lpad((n % 500 + 1)::text, 26, '0') END`,
    created_at: at
  })
  yield* multiply(sql, "variants", { id: id("var"), product_id: id("prod"), sku: "'sku' || n" })
  yield* multiply(sql, "stock_levels", { variant_id: id("var") })
  yield* multiply(sql, "orders", {
    id: id("ord"),
    number: "5000 + n",
    cart_id: "'cart' || n",
    status: "CASE WHEN n % 3 = 0 THEN 'cancelled' ELSE 'paid' END",
    placed_at: at
  })
  yield* multiply(sql, "order_lines", {
    id: id("oli"),
    order_id: id("ord"),
    parts: "'[]'",
    vendor_id: `CASE WHEN n % 40 = 0 THEN '${vendor.id}' ELSE 'ven_' || lpad((n % 500 + 1)::text, 26, '0') END`
  })
  yield* sql`INSERT INTO order_supplies (store_id, vendor_id, order_id, line_id)
    SELECT o.store_id, CASE WHEN o.number % 50 = 0 THEN ${vendor.id} ELSE 'other' END, o.id, l.id
    FROM orders AS o JOIN order_lines AS l ON l.order_id = o.id`
  // what is said of all drafts is that of few
  yield* multiply(sql, "draft_orders", {
    id: id("dft"),
    status: "CASE WHEN n % 200 = 0 THEN 'expired' WHEN n % 3 = 0 THEN 'sent' ELSE 'ordered' END",
    customer_id: "'user' || n % 200",
    email: "'User' || n % 200 || '@example.com'",
    reserved_until: `CASE WHEN n % 200 = 1 THEN ${at} END`,
    expires_at: at,
    cart_id: "'dcart' || n"
  })
  yield* sql`INSERT INTO digital_files (store_id, variant_id, position, media_id, name)
    SELECT store_id, id, 0, 'media', 'file' FROM variants`
  yield* sql`INSERT INTO downloads (id, store_id, order_id, line_id, media_id, name, created_at)
    SELECT 'dl_' || l.id, o.store_id, o.id, l.id, 'media', 'file', o.placed_at FROM orders AS o JOIN order_lines AS l ON l.order_id = o.id`
  // few are of oak, and few are as wide as is asked for
  const { id: attributeId } = yield* staff(Effect.flatMap(Attributes, (attributes) =>
    attributes.create({ code: "wood", title: "Wood", type: "text", filterable: true })))
  yield* sql`INSERT INTO product_attributes (store_id, product_id, owner_id, attribute_id, place, text_key, number_key, value)
    SELECT store_id, id, id, ${attributeId}, 0, CASE WHEN n % 100 = 7 THEN 'oak' ELSE 'pine' END, n, '"oak"'
    FROM (SELECT store_id, id, row_number() OVER (ORDER BY id) AS n FROM products) AS counted`
  // each part is in few bundles
  yield* sql`INSERT INTO bundle_parts (store_id, bundle_id, position, part_id, quantity)
    SELECT store_id, id, 7, 'part' || right(id, 4), 1 FROM variants`
  const bundle = yield* Shop.product({
    title: "Bundle",
    price: Shop.usd(1_000),
    bundle: { parts: [{ variantId: nth("var", 7), quantity: 2 }] as never }
  })
  yield* sql.unsafe("VACUUM ANALYZE").unprepared
  return { storeId, vendorId: vendor.id, userId, bundle, attributeId }
})

/** How many blocks may be looked at, and whether only what was found is sorted: a page, or what is due. */
interface Look {
  readonly most?: number
  readonly sortsFew?: boolean
}

describe("lists of drafts, vendors, bundles and files on a crowded PostgreSQL", () => {
  it.effect("read no table whole, and sort no more than what they show", () =>
    Effect.gen(function*() {
      const { attributeId, bundle, userId, vendorId } = yield* crowded
      const drafts = yield* DraftOrderRepository
      const vendors = yield* VendorRepository
      const vendorOrders = yield* VendorOrderRepository
      const downloads = yield* DownloadRepository
      const products = yield* ProductRepository
      const problems: Array<string> = []

      const looksAt = Effect.fnUntraced(function*<A, E, R>(
        name: string,
        operation: Effect.Effect<A, E, R>,
        { most = 400, sortsFew = false }: Look = {}
      ) {
        const { blocks, sorts, text, value, whole } = yield* planOf(operation)
        const tables = whole.filter((table) => large.has(table))
        if (tables.length > 0) problems.push(`${name} reads ${tables.join(", ")}: ${text}`)
        if (sorts && !sortsFew) problems.push(`${name} sorts: ${text}`)
        if (blocks > most) problems.push(`${name} looks at ${blocks} blocks: ${text}`)
        return value
      })

      /** The first page, and the next. */
      const pages = Effect.fnUntraced(function*<E, R>(
        name: string,
        list: (page: { readonly limit: number; readonly after?: string }) => Effect.Effect<{ readonly nextCursor: string | null }, E, R>,
        look?: Look
      ) {
        const { nextCursor } = yield* looksAt(name, list({ limit: 20 }), look)
        assert.isString(nextCursor, name)
        yield* looksAt(`${name}, the next page`, list({ limit: 20, after: nextCursor ?? "" }), look)
      })

      const lists: ReadonlyArray<ListDraftOrders> = [
        {},
        { status: "expired" },
        { status: "sent" },
        { customerId: "user7" },
        { email: "user7@example.com" }
      ]
      for (const query of lists) yield* pages(`drafts ${JSON.stringify(query)}`, (page) => drafts.list({ ...query, ...page }))
      yield* pages("drafts of a customer", (page) => drafts.ofCustomer("user7", page))
      yield* looksAt("drafts that are due", drafts.due(Timestamp.fromMillis(Date.parse("2026-01-01T01:00:00.000Z")), 20), { sortsFew: true })
      yield* looksAt("drafts that are over", drafts.deleteExpired(Timestamp.fromMillis(Date.parse("2026-01-03T00:00:00.000Z")), 5))

      yield* pages("vendors", (page) => vendors.list(page))
      yield* pages("vendors that are active", (page) => vendors.list({ status: "active", ...page }))
      yield* looksAt("the vendor of a member", vendors.ofMember(userId))
      yield* looksAt("members", vendors.members(vendorId))
      yield* looksAt("products of a vendor, one by one", vendors.products(vendorId, "", 20), { most: 700 })
      yield* pages("products of a vendor", (page) => products.list({ status: "active", sort: "-createdAt", vendor: vendorId, ...page }))
      const by = { id: attributeId, code: "wood", texts: [], days: [], numbers: [] }
      for (const filter of [{ ...by, texts: ["oak"] }, { ...by, numbers: [{ from: 100, to: 150 }] }]) {
        const query: Narrowed = { status: "active", sort: "-createdAt", byAttributes: [filter] }
        // those that are found are few, and are sorted
        yield* pages(`products by ${JSON.stringify(filter)}`, (page) => products.list({ ...query, ...page }), { most: 2_000, sortsFew: true })
      }
      for (const sort of ["price", "-popularity", "title"] as const) {
        // a page of each status is read, and these are sorted
        const every = (page: { readonly limit: number; readonly after?: string }) => products.list({ status: "any", sort, ...page })
        yield* pages(`products of every status by ${sort}`, every, { most: 700, sortsFew: true })
      }
      yield* pages("orders of a vendor", (page) => vendorOrders.list(vendorId, page), { most: 1_000, sortsFew: true })
      yield* pages("open orders of a vendor", (page) => vendorOrders.list(vendorId, { open: true, ...page }), { most: 2_000, sortsFew: true })

      const order = nth("ord", 40)
      yield* looksAt("an order of a vendor", vendorOrders.find(vendorId, order), { sortsFew: true })
      yield* looksAt("files of an order", downloads.ofOrder(order, Timestamp.fromMillis(0)), { sortsFew: true })
      yield* looksAt("files of variants", downloads.sold([nth("var", 3), nth("var", 4)]))
      // the first row there is says so, wherever it lies
      assert.isAtMost((yield* planOf(downloads.sells)).blocks, 10)
      yield* looksAt("a bundle", products.find(bundle.productId))
      // what is kept of days, and the orders of the days that have changed since
      const orders = yield* OrderRepository
      yield* looksAt("how all orders stand", orders.stats({}), { sortsFew: true, most: 100 })
      const placedFrom = Timestamp.fromMillis(Date.parse("2026-01-03T08:00:00.000Z"))
      yield* looksAt("how orders stand from a time on", orders.stats({ placedFrom }), { sortsFew: true, most: 1_500 })
      assert.deepStrictEqual(problems, [])
    }).pipe(Effect.provide(shop())))
})
