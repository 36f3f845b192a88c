/**
 * The operations written by hand on `node:sqlite`.
 */
import { randomBytes, randomUUID } from "node:crypto"
import { DatabaseSync, type SQLInputValue } from "node:sqlite"
import { type RawShop, storeId } from "./RawShop.ts"

type Row = Record<string, SQLInputValue>

export const open = (filename: string, synchronous: "FULL" | "NORMAL"): RawShop => {
  const db = new DatabaseSync(filename)
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA foreign_keys = ON`)
  const inserts = new Map<string, ReturnType<typeof db.prepare>>()
  const insert = (name: string, row: Row) => {
    const columns = Object.keys(row)
    let statement = inserts.get(name)
    if (statement === undefined) {
      statement = db.prepare(
        `INSERT INTO ${name} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`
      )
      inserts.set(name, statement)
    }
    statement.run(...Object.values(row))
  }
  const begin = db.prepare("BEGIN IMMEDIATE")
  const commit = db.prepare("COMMIT")
  const now = () => new Date().toISOString()
  const id = (prefix: string) => `${prefix}_${randomUUID()}`

  const list = db.prepare(`
    SELECT p.id, p.slug, p.title, p.vendor, p.status, p.image, p.tags, p.price_from, p.price_to, p.compare_at,
      p.currency, p.variant_count, p.created_at, p.updated_at,
      EXISTS (SELECT 1 FROM variants v LEFT JOIN stock_levels s ON s.variant_id = v.id
        WHERE v.product_id = p.id AND (v.track_stock = 0 OR s.on_hand - s.reserved + v.backorder_limit > 0)) AS available
    FROM products p WHERE p.store_id = ? AND p.status = 'active'
    ORDER BY p.created_at DESC, p.id DESC LIMIT 21`)
  const product = db.prepare("SELECT * FROM products WHERE store_id = ? AND slug = ?")
  const variants = db.prepare(`
    SELECT v.*, (SELECT sum(s.on_hand - s.reserved) FROM stock_levels s WHERE s.variant_id = v.id) AS available
    FROM variants v WHERE v.product_id = ? ORDER BY v.position`)
  const categories = db.prepare("SELECT category_id FROM product_categories WHERE product_id = ?")
  const search = db.prepare(`
    SELECT p.id, p.slug, p.title, p.vendor, p.status, p.image, p.tags, p.price_from, p.price_to, p.compare_at,
      p.currency, p.variant_count, p.created_at, p.updated_at,
      EXISTS (SELECT 1 FROM variants v LEFT JOIN stock_levels s ON s.variant_id = v.id
        WHERE v.product_id = p.id AND (v.track_stock = 0 OR s.on_hand - s.reserved + v.backorder_limit > 0)) AS available
    FROM (
      SELECT r.product_id FROM product_search f JOIN product_search_rows r ON r.id = f.rowid
      WHERE product_search MATCH ? AND r.store_id = ? ORDER BY f.rank LIMIT 21
    ) AS found JOIN products p ON p.id = found.product_id WHERE p.status = 'active'`)
  const level = db.prepare("SELECT on_hand, reserved FROM stock_levels WHERE variant_id = ?")
  const ordersOf = db.prepare(`
    SELECT id, number, status, payment_status, customer_id, email, item_count, currency, total, placed_at, updated_at
    FROM orders WHERE store_id = ? AND customer_id = ? ORDER BY placed_at DESC, id DESC LIMIT 21`)
  const stats = db.prepare(`
    SELECT status, currency, count(*) AS orders, sum(CASE WHEN paid > 0 THEN 1 ELSE 0 END) AS paid_orders,
      sum(paid) AS paid, sum(refunded) AS refunded
    FROM orders WHERE store_id = ? GROUP BY status, currency ORDER BY currency, status`)
  const cart = db.prepare("SELECT * FROM carts WHERE store_id = ? AND id = ?")
  const variant = db.prepare(`
    SELECT v.*, p.title AS product_title, p.status, p.tax_class, p.currency,
      (SELECT sum(s.on_hand - s.reserved) FROM stock_levels s WHERE s.variant_id = v.id) AS available
    FROM variants v JOIN products p ON p.id = v.product_id WHERE v.store_id = ? AND v.id = ?`)
  const taxRates = db.prepare("SELECT * FROM tax_rates WHERE store_id = ?")
  const shipping = db.prepare("SELECT * FROM shipping_methods WHERE store_id = ? ORDER BY position LIMIT 1")
  const saveCart = db.prepare("UPDATE carts SET lines = ?, version = version + 1, updated_at = ? WHERE id = ? AND version = ?")
  const closeCart = db.prepare("UPDATE carts SET status = 'ordered', order_id = ?, version = version + 1 WHERE id = ? AND status = 'open'")
  const reserve = db.prepare(`
    UPDATE stock_levels SET reserved = reserved + ?1, moved_kind = 'reserve', moved_reason = '', moved_reference = ?2,
      moved_actor = 'system', moved_on_hand = 0, moved_reserved = ?1, version = version + 1, updated_at = ?3
    WHERE variant_id = ?4 AND on_hand - reserved >= ?1`)
  const leave = db.prepare(`
    UPDATE stock_levels SET reserved = reserved - ?1, on_hand = on_hand - ?1, moved_kind = 'commit', moved_reason = '',
      moved_reference = ?2, moved_actor = 'system', moved_on_hand = -?1, moved_reserved = -?1, version = version + 1,
      updated_at = ?3
    WHERE variant_id = ?4`)
  const number = db.prepare("SELECT coalesce(max(number), 1000) + 1 AS number FROM orders WHERE store_id = ?")
  const location = db.prepare("SELECT id FROM locations WHERE store_id = ? LIMIT 1").get(storeId)?.["id"] ?? ""
  const payOrder = db.prepare("UPDATE orders SET status = 'paid', payment_status = 'paid', paid = total, version = version + 1, updated_at = ? WHERE id = ? AND version = 1")
  const payPayment = db.prepare("UPDATE payments SET state = 'captured', captured = amount, gateway_reference = ?, version = version + 1, updated_at = ? WHERE id = ? AND version = 1")
  const settle = db.prepare("UPDATE reservations SET status = 'committed' WHERE store_id = ? AND reference = ? AND status = 'held'")

  const newCart = (): string => {
    const cartId = id("cart")
    insert("carts", {
      id: cartId, store_id: storeId, token_hash: randomBytes(32).toString("base64url"), status: "open",
      customer_id: null, email: null, currency: "USD", lines: "[]", note: null, shipping_address: null,
      billing_address: null, shipping_method_id: null, codes: "[]", order_id: null, version: 1,
      expires_at: now(), created_at: now(), updated_at: now()
    })
    return cartId
  }

  const addItem = (cartId: string, variantId: string, quantity: number) => {
    const found = cart.get(storeId, cartId) as Row
    const wanted = variant.get(storeId, variantId) as Row
    if (Number(wanted["available"]) < quantity) throw new Error("sold out")
    const lines = JSON.parse(String(found["lines"])) as Array<Record<string, unknown>>
    const line = lines.find((one) => one["variantId"] === variantId)
    if (line === undefined) {
      lines.push({ id: id("line"), variantId, quantity, seenPrice: { amount: wanted["price"], currency: "USD" }, addedAt: now() })
    } else line["quantity"] = Number(line["quantity"]) + quantity
    saveCart.run(JSON.stringify(lines), now(), cartId, Number(found["version"]))
    return lines
  }

  const event = (type: string, subject: string, data: unknown) =>
    insert("events", {
      id: id("evt"), store_id: storeId, type, subject, actor: "system", request_id: null, data: JSON.stringify(data),
      at: now(), relayed: 0
    })

  const checkout = (cartId: string) => {
    const at = now()
    const orderId = id("ord")
    const paymentId = id("pay")
    const address = JSON.stringify({ name: "Ada", line1: "1 Row", city: "Portland", postalCode: "97201", country: "US" })
    begin.run()
    const found = cart.get(storeId, cartId) as Row
    const lines = JSON.parse(String(found["lines"])) as Array<{ variantId: string; quantity: number }>
    const priced = lines.map((line) => {
      const row = variant.get(storeId, line.variantId) as Row
      const subtotal = Number(row["price"]) * line.quantity
      return { ...line, row, subtotal, tax: Math.round(subtotal * 0.08) }
    })
    taxRates.all(storeId)
    const method = shipping.get(storeId) as Row
    closeCart.run(orderId, cartId)
    for (const line of priced) promise(orderId, line.variantId, line.quantity, at)
    const subtotal = priced.reduce((sum, line) => sum + line.subtotal, 0)
    const tax = priced.reduce((sum, line) => sum + line.tax, 0)
    const total = subtotal + tax + Number(method["price"])
    insert("orders", {
      id: orderId, store_id: storeId, number: Number(number.get(storeId)?.["number"]), status: "pending",
      payment_status: "unpaid", cart_id: cartId, customer_id: null, email: "ada@example.com", currency: "USD",
      prices_include_tax: 0, shipping: JSON.stringify(method), subtotal, discount: 0, shipping_total: method["price"] ?? 0,
      tax, taxes: "[]", total, paid: 0, refunded: 0, item_count: priced.length, shipping_address: address,
      billing_address: address, note: null, token_hash: randomBytes(32).toString("base64url"), reserved_until: at,
      version: 1, placed_at: at, updated_at: at
    })
    priced.forEach((line, position) =>
      insert("order_lines", {
        id: id("oli"), store_id: storeId, order_id: orderId, position, variant_id: line.variantId,
        product_id: line.row["product_id"] ?? "", title: line.row["product_title"] ?? "", variant_title: line.row["title"] ?? "",
        sku: line.row["sku"] ?? null, image: null, requires_shipping: 1, quantity: line.quantity,
        unit_price: line.row["price"] ?? 0, compare_at: null, subtotal: line.subtotal, discount: 0, net: line.subtotal,
        tax: line.tax, taxes: "[]", total: line.subtotal + line.tax, trace: "[]"
      })
    )
    insert("payments", {
      id: paymentId, store_id: storeId, order_id: orderId, gateway: "sandbox", state: "pending", currency: "USD",
      amount: total, captured_currency: "USD", captured: 0, refunded: 0, gateway_reference: null, method: null,
      return_url: null, next_action: null, failure: null, idempotency_key: paymentId, requested: null, version: 1,
      created_at: at, updated_at: at
    })
    event("order.placed", orderId, { total })
    commit.run()

    begin.run()
    payPayment.run(id("sbx"), at, paymentId)
    payOrder.run(at, orderId)
    settle.run(storeId, orderId)
    for (const line of priced) leave.run(line.quantity, orderId, at, line.variantId)
    for (const [account, amount] of [["gateway:sandbox", total], ["sales", -total]] as const) {
      insert("ledger_entries", {
        store_id: storeId, transaction_key: `capture:${paymentId}`, account, currency: "USD", amount, order_id: orderId, at
      })
    }
    event("order.paid", orderId, { total })
    commit.run()
    return orderId
  }

  const promise = (reference: string, variantId: string, quantity: number, at: string) => {
    if (reserve.run(quantity, reference, at, variantId).changes === 0) throw new Error("sold out")
    insert("reservations", {
      id: id("res"), store_id: storeId, reference, variant_id: variantId, location_id: location,
      quantity, status: "held", expires_at: at, created_at: at
    })
  }

  const parsed = (rows: ReadonlyArray<Row>) =>
    rows.slice(0, 20).map((row) => ({
      ...row,
      image: JSON.parse(String(row["image"])) as unknown,
      tags: JSON.parse(String(row["tags"])) as unknown
    }))

  return {
    list: () => parsed(list.all(storeId)),
    search: (word) => parsed(search.all(word, storeId)),
    reserve: (variantId) => {
      begin.run()
      const { on_hand, reserved } = level.get(variantId) as { readonly on_hand: number; readonly reserved: number }
      if (on_hand <= reserved) throw new Error("sold out")
      promise(id("ord"), variantId, 1, now())
      commit.run()
    },
    ordersOf: (customerId) => ordersOf.all(storeId, customerId),
    orderStats: () => stats.all(storeId),
    product: (slug: string) => {
      const row = product.get(storeId, slug) as Row
      return {
        ...row,
        tags: JSON.parse(String(row["tags"])) as unknown,
        options: JSON.parse(String(row["options"])) as unknown,
        images: JSON.parse(String(row["images"])) as unknown,
        seo: JSON.parse(String(row["seo"])) as unknown,
        categories: categories.all(String(row["id"])),
        variants: variants.all(String(row["id"])).map((one) => ({
          ...one,
          optionValues: JSON.parse(String(one["option_values"])) as unknown
        }))
      }
    },
    newCart,
    addItem,
    checkout,
    close: () => db.close()
  }
}
