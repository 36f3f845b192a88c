/**
 * The operations written by hand on `pg`: named statements, so that each is prepared once on every connection, and one
 * statement for all lines of an order.
 */
import { randomBytes, randomUUID } from "node:crypto"
import { Pool, type PoolClient, types } from "pg"
import { type RawShop, storeId } from "./RawShop.ts"

type Row = Record<string, unknown>
type Value = string | number | null

interface Line {
  readonly variantId: string
  readonly quantity: number
}

/** A line with what its variant says. */
interface Priced extends Line {
  readonly row: Row
  readonly subtotal: number
  readonly tax: number
}

const now = () => new Date().toISOString()
const id = (prefix: string) => `${prefix}_${randomUUID()}`
const address = JSON.stringify({ name: "Ada", line1: "1 Row", city: "Portland", postalCode: "97201", country: "US" })

const available = `EXISTS (SELECT 1 FROM variants v LEFT JOIN stock_levels s ON s.variant_id = v.id
  WHERE v.product_id = p.id AND (v.track_stock = 0 OR s.on_hand - s.reserved + v.backorder_limit > 0)) AS available`

const summary = `p.id, p.slug, p.title, p.vendor, p.status, p.image, p.tags, p.price_from, p.price_to, p.compare_at,
  p.currency, p.variant_count, p.created_at, p.updated_at, ${available}`

const variantColumns = `v.*, p.title AS product_title, p.status, p.tax_class, p.currency,
  (SELECT sum(s.on_hand - s.reserved)::int8 FROM stock_levels s WHERE s.variant_id = v.id) AS available`

const statements = {
  // the page first: otherwise the server works out for the whole table what is available
  list: `SELECT ${summary} FROM (
      SELECT id FROM products WHERE store_id = $1 AND status = 'active' ORDER BY created_at DESC, id DESC LIMIT 21
    ) AS page JOIN products p ON p.id = page.id ORDER BY p.created_at DESC, p.id DESC`,
  search: `SELECT ${summary} FROM (
      SELECT s.product_id FROM product_search s WHERE s.store_id = $1 AND s.document @@ $2::tsquery
      ORDER BY ts_rank(s.document, $2::tsquery) DESC LIMIT 21
    ) AS found JOIN products p ON p.id = found.product_id WHERE p.status = 'active'`,
  product: "SELECT * FROM products WHERE store_id = $1 AND slug = $2",
  variants: `SELECT v.*, (SELECT sum(s.on_hand - s.reserved)::int8 FROM stock_levels s WHERE s.variant_id = v.id) AS available
    FROM variants v WHERE v.product_id = $1 ORDER BY v.position`,
  categories: "SELECT category_id FROM product_categories WHERE product_id = $1",
  newCart: `INSERT INTO carts (id, store_id, token_hash, status, currency, lines, codes, version, expires_at, created_at,
      updated_at) VALUES ($1, $2, $3, 'open', 'USD', '[]', '[]', 1, $4, $4, $4)`,
  cart: "SELECT * FROM carts WHERE store_id = $1 AND id = $2",
  variant: `SELECT ${variantColumns} FROM variants v JOIN products p ON p.id = v.product_id
    WHERE v.store_id = $1 AND v.id = ANY($2::text[])`,
  saveCart: "UPDATE carts SET lines = $1, version = version + 1, updated_at = $2 WHERE id = $3 AND version = $4",
  taxRates: "SELECT * FROM tax_rates WHERE store_id = $1",
  shipping: "SELECT * FROM shipping_methods WHERE store_id = $1 ORDER BY position LIMIT 1",
  closeCart: "UPDATE carts SET status = 'ordered', order_id = $1, version = version + 1 WHERE id = $2 AND status = 'open'",
  // locked in the order of their ids, or two buyers of the same two variants would wait for each other
  reserve: `WITH held AS (
      SELECT s.variant_id, s.location_id FROM stock_levels s WHERE s.variant_id = ANY($1::text[])
      ORDER BY s.variant_id FOR UPDATE
    ), wanted AS (SELECT * FROM unnest($1::text[], $2::int8[]) AS w(variant_id, quantity))
    UPDATE stock_levels s SET reserved = reserved + wanted.quantity, moved_kind = 'reserve', moved_reason = '',
      moved_reference = $3, moved_actor = 'system', moved_on_hand = 0, moved_reserved = wanted.quantity,
      version = version + 1, updated_at = $4
    FROM wanted JOIN held ON held.variant_id = wanted.variant_id
    WHERE s.variant_id = held.variant_id AND s.location_id = held.location_id AND on_hand - reserved >= wanted.quantity`,
  reservations: `INSERT INTO reservations (id, store_id, reference, variant_id, location_id, quantity, status, expires_at,
      created_at)
    SELECT r.id, $1, $2, r.variant_id, $3, r.quantity, 'held', $4, $4
    FROM unnest($5::text[], $6::text[], $7::int8[]) AS r(id, variant_id, quantity)`,
  order: `INSERT INTO orders (id, store_id, number, status, payment_status, cart_id, email, currency, prices_include_tax,
      shipping, subtotal, discount, shipping_total, tax, taxes, total, paid, refunded, item_count, shipping_address,
      billing_address, token_hash, reserved_until, version, placed_at, updated_at)
    VALUES ($1, $2, nextval('bench_order_numbers'), 'pending', 'unpaid', $3, 'ada@example.com', 'USD', 0, $4, $5, 0, $6, $7,
      '[]', $8, 0, 0, $9, $10, $10, $11, $12, 1, $12, $12)`,
  lines: `INSERT INTO order_lines (id, store_id, order_id, position, variant_id, product_id, title, variant_title, sku,
      requires_shipping, quantity, unit_price, subtotal, discount, net, tax, taxes, total, trace)
    SELECT l.id, $1, $2, l.position, l.variant_id, l.product_id, l.title, l.variant_title, l.sku, 1, l.quantity,
      l.price, l.subtotal, 0, l.subtotal, l.tax, '[]', l.subtotal + l.tax, '[]'
    FROM unnest($3::text[], $4::int8[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::int8[], $11::int8[],
      $12::int8[], $13::int8[])
      AS l(id, position, variant_id, product_id, title, variant_title, sku, quantity, price, subtotal, tax)`,
  payment: `INSERT INTO payments (id, store_id, order_id, gateway, state, currency, amount, captured_currency, captured,
      refunded, idempotency_key, version, created_at, updated_at)
    VALUES ($1, $2, $3, 'sandbox', 'pending', 'USD', $4, 'USD', 0, 0, $1, 1, $5, $5)`,
  event: `INSERT INTO events (id, store_id, type, subject, actor, data, at, relayed)
    VALUES ($1, $2, $3, $4, 'system', $5, $6, 0)`,
  payPayment: `UPDATE payments SET state = 'captured', captured = amount, gateway_reference = $1, version = version + 1,
      updated_at = $2 WHERE id = $3 AND version = 1`,
  payOrder: `UPDATE orders SET status = 'paid', payment_status = 'paid', paid = total, version = version + 1,
      updated_at = $1 WHERE id = $2 AND version = 1`,
  settle: "UPDATE reservations SET status = 'committed' WHERE store_id = $1 AND reference = $2 AND status = 'held'",
  leave: `WITH held AS (
      SELECT s.variant_id, s.location_id FROM stock_levels s WHERE s.variant_id = ANY($1::text[])
      ORDER BY s.variant_id FOR UPDATE
    ), wanted AS (SELECT * FROM unnest($1::text[], $2::int8[]) AS w(variant_id, quantity))
    UPDATE stock_levels s SET reserved = reserved - wanted.quantity, on_hand = on_hand - wanted.quantity,
      moved_kind = 'commit', moved_reason = '', moved_reference = $3, moved_actor = 'system',
      moved_on_hand = -wanted.quantity, moved_reserved = -wanted.quantity, version = version + 1, updated_at = $4
    FROM wanted JOIN held ON held.variant_id = wanted.variant_id
    WHERE s.variant_id = held.variant_id AND s.location_id = held.location_id`,
  ledger: `INSERT INTO ledger_entries (store_id, transaction_key, account, currency, amount, order_id, at)
    VALUES ($1, $2, 'gateway:sandbox', 'USD', $3, $4, $5), ($1, $2, 'sales', 'USD', -$3::int8, $4, $5)`,
  level: "SELECT on_hand, reserved FROM stock_levels WHERE variant_id = $1 FOR UPDATE",
  ordersOf: `SELECT id, number, status, payment_status, customer_id, email, item_count, currency, total, placed_at,
      updated_at
    FROM orders WHERE store_id = $1 AND customer_id = $2 ORDER BY placed_at DESC, id DESC LIMIT 21`,
  stats: `SELECT status, currency, count(*) AS orders, sum(CASE WHEN paid > 0 THEN 1 ELSE 0 END) AS paid_orders,
      sum(paid)::int8 AS paid, sum(refunded)::int8 AS refunded
    FROM orders WHERE store_id = $1 GROUP BY status, currency ORDER BY currency, status`
} as const

type Statement = keyof typeof statements
type Query = (name: Statement, values: ReadonlyArray<Value | ReadonlyArray<Value>>) => Promise<ReadonlyArray<Row>>

const queryOn = (client: Pool | PoolClient): Query => async (name, values) =>
  (await client.query({ name, text: statements[name], values: [...values] })).rows as ReadonlyArray<Row>

/**
 * Opens a pool of as many connections as the engine's has. Each statement keeps its plan: PostgreSQL can count the ids of an array, and would make
 * a plan for so many at every call, which takes as long as the rest.
 */
export const open = async (url: string): Promise<RawShop> => {
  const numbers = { getTypeParser: (oid: number) => oid === 20 ? Number : types.getTypeParser(oid) }
  const options = "-c plan_cache_mode=force_generic_plan"
  const pool = new Pool({ connectionString: url, max: 10, options, types: numbers as typeof types })
  await pool.query("CREATE SEQUENCE IF NOT EXISTS bench_order_numbers START 100000000")
  const query = queryOn(pool)
  const location = String((await pool.query("SELECT id FROM locations WHERE store_id = $1 LIMIT 1", [storeId])).rows[0]?.id)

  const transaction = async <A>(work: (query: Query) => Promise<A>): Promise<A> => {
    const client = await pool.connect()
    try {
      await client.query("BEGIN")
      const answer = await work(queryOn(client))
      await client.query("COMMIT")
      return answer
    } catch (cause) {
      await client.query("ROLLBACK")
      throw cause
    } finally {
      client.release()
    }
  }

  const parsed = (rows: ReadonlyArray<Row>) =>
    rows.slice(0, 20).map((row) => ({
      ...row,
      image: JSON.parse(String(row["image"])) as unknown,
      tags: JSON.parse(String(row["tags"])) as unknown
    }))

  const price = async (query: Query, lines: ReadonlyArray<Line>): Promise<ReadonlyArray<Priced>> => {
    const rows = await query("variant", [storeId, lines.map((line) => line.variantId)])
    return lines.map((line) => {
      const row = rows.find((one) => one["id"] === line.variantId) ?? {}
      const subtotal = Number(row["price"]) * line.quantity
      return { ...line, row, subtotal, tax: Math.round(subtotal * 0.08) }
    })
  }

  /** The seven statements of an order. */
  const write = async (query: Query, cartId: string, lines: ReadonlyArray<Priced>, shipping: Row) => {
    const at = now()
    const orderId = id("ord")
    const paymentId = id("pay")
    const variantIds = lines.map((line) => line.variantId)
    const quantities = lines.map((line) => line.quantity)
    const texts = (column: string) => lines.map((line) => String(line.row[column] ?? ""))
    const subtotal = lines.reduce((sum, line) => sum + line.subtotal, 0)
    const tax = lines.reduce((sum, line) => sum + line.tax, 0)
    const total = subtotal + tax + Number(shipping["price"])
    await query("closeCart", [orderId, cartId])
    await query("reserve", [variantIds, quantities, orderId, at])
    await query("reservations", [storeId, orderId, location, at, lines.map(() => id("res")), variantIds, quantities])
    await query("order", [
      orderId, storeId, cartId, JSON.stringify(shipping), subtotal, Number(shipping["price"]), tax, total, lines.length,
      address, randomBytes(32).toString("base64url"), at
    ])
    await query("lines", [
      storeId, orderId, lines.map(() => id("oli")), lines.map((_, index) => index), variantIds, texts("product_id"),
      texts("product_title"), texts("title"), texts("sku"), quantities, lines.map((line) => Number(line.row["price"])),
      lines.map((line) => line.subtotal), lines.map((line) => line.tax)
    ])
    await query("payment", [paymentId, storeId, orderId, total, at])
    await query("event", [id("evt"), storeId, "order.placed", orderId, JSON.stringify({ total }), at])
    return { orderId, paymentId, total, variantIds, quantities }
  }

  const newCart = async () => {
    const cartId = id("cart")
    await query("newCart", [cartId, storeId, randomBytes(32).toString("base64url"), now()])
    return cartId
  }

  // what the bare transaction writes of its lines and shipping does not matter to what it costs
  const shippingRow = (await query("shipping", [storeId]))[0] ?? {}
  const known = new Map<string, Priced>()
  const knownLine = async (variantId: string): Promise<Priced> => {
    const line = known.get(variantId) ?? (await price(query, [{ variantId, quantity: 1 }]))[0]
    if (line === undefined) throw new Error(`There is no variant ${variantId}`)
    known.set(variantId, line)
    return line
  }

  return {
    list: async () => parsed(await query("list", [storeId])),
    search: async (word) => parsed(await query("search", [storeId, `'${word}':*`])),
    product: async (slug) => {
      const row = (await query("product", [storeId, slug]))[0] ?? {}
      const [categories, variants] = await Promise.all([
        query("categories", [String(row["id"])]),
        query("variants", [String(row["id"])])
      ])
      return {
        ...row,
        tags: JSON.parse(String(row["tags"])) as unknown,
        options: JSON.parse(String(row["options"])) as unknown,
        images: JSON.parse(String(row["images"])) as unknown,
        seo: JSON.parse(String(row["seo"])) as unknown,
        categories,
        variants: variants.map((one) => ({ ...one, optionValues: JSON.parse(String(one["option_values"])) as unknown }))
      }
    },
    newCart,
    addItem: async (cartId, variantId, quantity) => {
      const [carts, variants] = await Promise.all([
        query("cart", [storeId, cartId]),
        query("variant", [storeId, [variantId]])
      ])
      const wanted = variants[0] ?? {}
      if (Number(wanted["available"]) < quantity) throw new Error("sold out")
      const lines = JSON.parse(String(carts[0]?.["lines"])) as Array<Record<string, unknown>>
      const line = lines.find((one) => one["variantId"] === variantId)
      if (line === undefined) {
        const seenPrice = { amount: wanted["price"], currency: "USD" }
        lines.push({ id: id("line"), variantId, quantity, seenPrice, addedAt: now() })
      } else line["quantity"] = Number(line["quantity"]) + quantity
      await query("saveCart", [JSON.stringify(lines), now(), cartId, Number(carts[0]?.["version"])])
      return lines
    },
    checkout: async (cartId) => {
      const cart = (await query("cart", [storeId, cartId]))[0] ?? {}
      const [lines, , shipping] = await Promise.all([
        price(query, JSON.parse(String(cart["lines"])) as ReadonlyArray<Line>),
        query("taxRates", [storeId]),
        query("shipping", [storeId])
      ])
      const { orderId, paymentId, quantities, total, variantIds } = await transaction((query) =>
        write(query, cartId, lines, shipping[0] ?? {})
      )
      await transaction(async (query) => {
        const at = now()
        await query("payPayment", [id("sbx"), at, paymentId])
        await query("payOrder", [at, orderId])
        await query("settle", [storeId, orderId])
        await query("leave", [variantIds, quantities, orderId, at])
        await query("ledger", [storeId, `capture:${paymentId}`, total, orderId, at])
        await query("event", [id("evt"), storeId, "order.paid", orderId, JSON.stringify({ total }), at])
      })
      return orderId
    },
    bare: async (cartId, variantIds) => {
      const lines: Array<Priced> = []
      for (const variantId of variantIds) lines.push(await knownLine(variantId))
      return transaction((query) => write(query, cartId, lines, shippingRow))
    },
    reserve: (variantId) =>
      transaction(async (query) => {
        const level = (await query("level", [variantId]))[0] ?? {}
        if (Number(level["on_hand"]) <= Number(level["reserved"])) throw new Error("sold out")
        const at = now()
        const reference = id("ord")
        await query("reserve", [[variantId], [1], reference, at])
        await query("reservations", [storeId, reference, location, at, [id("res")], [variantId], [1]])
      }),
    ordersOf: (customerId) => query("ordersOf", [storeId, customerId]),
    orderStats: () => query("stats", [storeId]),
    close: () => pool.end()
  }
}
