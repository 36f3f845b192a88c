/**
 * Rows by the million, made inside the database by a few statements: no shop would wait for the engine to write them
 * one by one. What they hold is what the engine would have written, apart from ids that count up.
 */
import { DatabaseSync } from "node:sqlite"
import { Client } from "pg"
import * as WordKeys from "@stoa/sql/search/WordKeys"
import type { Backend } from "./Options.ts"
import { storeId } from "./RawShop.ts"
import type { PostgresTarget, SqliteTarget, Target } from "./server/Target.ts"

/** Runs statements in one transaction. */
type Execute = (statements: ReadonlyArray<string>) => Promise<void>

export interface Bulk {
  /** Products from one number up to, but without, another: one variant each, in stock, and in the search. */
  readonly products: (from: number, to: number) => Promise<void>
  /** The words of letters that their titles have, with what finds their misspellings. */
  readonly words: (from: number, to: number) => Promise<void>
  /** Orders of one line, likewise, and the account of the first customer. */
  readonly orders: (from: number, to: number) => Promise<void>
}

/** Orders are the first customer's up to this number; everybody after them has ten. */
export const ordersOfOne = 10_000

const digits = 24

const id = (prefix: string, number: number): string => `${prefix}_01${String(number).padStart(digits, "0")}`

export const customerId: string = id("user", 0)
export const customerEmail = "buyer0@example.com"
export const productId = (number: number): string => id("prod", number)
export const orderId = (number: number): string => id("ord", number)

/** Categories: one that holds all products, one of twenty below it, and leaves of two hundred products. */
export const everything = "everything"
export const kind = (number: number): string => `kind-${Math.floor(number / leafSize) % kinds}`
export const leaf = (number: number): string => `leaf-${Math.floor(number / leafSize)}`
const kinds = 20
const leafSize = 200

/** The slug of a brand that one product in fifty is of. */
export const brand = (number: number): string => `maker-${number % brands}`
const brands = 50

/** A word that twenty products have, whatever the number of all. */
export const rareWord = (number: number): string => `series${String(Math.floor(number / 20)).padStart(6, "0")}`

/** One of letters, with nothing in it that is an ending. */
export const spokenWord = (number: number): string => {
  const group = Math.floor(number / 20)
  return `z${[10_000, 1_000, 100, 10, 1].map((place) => "bcdfghjklm"[Math.floor(group / place) % 10] ?? "").join("o")}`
}

/** A word that one product in twenty has. */
export const commonWord = (number: number): string => `group${number % 20}`
export const commonWords: ReadonlyArray<string> = Array.from({ length: 20 }, (_, number) => commonWord(number))

/** What a product costs, so that of those with a price each brand and each word has its share. */
export const priceOf = (number: number): number => 1_000 + (number * 37 + Math.floor(number / 9_000) * 7) % 9_000

/** Seconds since 1970 of the first row; each next one is a second younger. */
const firstSecond = 1_600_000_000

export const timeOf = (number: number): string => new Date((firstSecond + number) * 1000).toISOString()

/** How the databases count, and write what a counter says. */
const dialects = {
  sqlite: {
    numbers: (from: number, to: number) =>
      `WITH RECURSIVE numbers(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < ${to})`,
    padded: (number: string, width: number) => `printf('%0${width}d', ${number})`,
    time: `strftime('%Y-%m-%dT%H:%M:%fZ', ${firstSecond} + i, 'unixepoch')`,
    text: (number: string) => `(${number})`,
    letter: (number: string) => `substr('bcdfghjklm', 1 + (${number}) % 10, 1)`
  },
  postgres: {
    numbers: (from: number, to: number) => `WITH numbers(i) AS (SELECT * FROM generate_series(${from}, ${to - 1}))`,
    padded: (number: string, width: number) => `lpad((${number})::text, ${width}, '0')`,
    time: `to_char(to_timestamp(${firstSecond} + i) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
    text: (number: string) => `(${number})::text`,
    letter: (number: string) => `substr('bcdfghjklm', ((1 + (${number}) % 10))::int, 1)`
  }
} as const


const make = (backend: Backend, execute: Execute, search: (from: number, to: number) => ReadonlyArray<string>): Bulk => {
  const { letter, numbers, padded, text, time } = dialects[backend]
  const spoken = `'z' || ${[10_000, 1_000, 100, 10, 1].map((place) => letter(`(i / 20) / ${place}`)).join(" || 'o' || ")}`
  const idOf = (prefix: string, number = "i") => `'${prefix}_01' || ${padded(number, digits)}`
  const title = `'Thing ' || ${text("i")} || ' of group' || ${text("i % 20")} || ' series' || ${padded("i / 20", 6)} || ' ' || ${spoken}`
  // as in `priceOf`
  const price = "(1000 + (i * 37 + i / 9000 * 7) % 9000)"
  const address = `'{"name":"Ada","line1":"1 Row","city":"Portland","postalCode":"97201","country":"US"}'`
  const placed = (from: number, to: number): ReadonlyArray<string> => [
    `INSERT INTO users (id, store_id, email, email_verified, name, roles, status, version, created_at, updated_at)
    ${numbers(0, 1)}
    SELECT '${customerId}', '${storeId}', '${customerEmail}', 1, NULL, '["customer"]', 'active', 1, ${time}, ${time} FROM numbers WHERE true
    ON CONFLICT DO NOTHING`,
    `INSERT INTO orders (id, store_id, number, status, payment_status, cart_id, customer_id, email, currency,
      prices_include_tax, shipping, subtotal, discount, shipping_total, tax, taxes, total, paid, refunded, item_count,
      shipping_address, billing_address, note, token_hash, reserved_until, version, placed_at, updated_at, words)
    ${numbers(from, to)}
    SELECT ${idOf("ord")}, '${storeId}', 1001 + i, CASE i % 4 WHEN 0 THEN 'paid' WHEN 1 THEN 'shipped' ELSE 'delivered' END,
      'paid', ${idOf("cart")}, CASE WHEN i < ${ordersOfOne} THEN '${customerId}' ELSE ${idOf("user", "i / 10")} END,
      'buyer' || ${text("i / 10")} || '@example.com', 'USD', 0, NULL, ${price}, 0, 490, 0, '[]', ${price} + 490,
      ${price} + 490, 0, 1, ${address}, ${address}, NULL, NULL, ${time}, 2, ${time}, ${time},
      '["ada","lovelace","buyer' || ${text("i / 10")} || '"]'
    FROM numbers`,
    `INSERT INTO order_lines (id, store_id, order_id, position, variant_id, product_id, title, variant_title, sku, image,
      requires_shipping, quantity, unit_price, compare_at, subtotal, discount, net, tax, taxes, total, trace)
    ${numbers(from, to)}
    SELECT ${idOf("oli")}, '${storeId}', ${idOf("ord")}, 0, ${idOf("var", "i % 1000")}, ${idOf("prod", "i % 1000")},
      'Thing', 'One', NULL, NULL, 1, 1, ${price}, NULL, ${price}, 0, ${price}, 0, '[]', ${price}, '[]'
    FROM numbers`
  ]
  const seo = `'{"title":null,"description":null}'`
  const first = time.replace(/\bi\b/, "0")
  const everyId = `'cat_01${"0".repeat(digits - 1)}1'`
  const kindId = (number: string) => `'cat_02' || ${padded(number, digits)}`
  const leafId = (number: string) => `'cat_03' || ${padded(number, digits)}`
  const category = "INSERT INTO categories (id, store_id, parent_id, name, slug, description, position, path, version, created_at, updated_at, seo)"
  const stocked = (from: number, to: number): ReadonlyArray<string> => [
    `${category} SELECT ${everyId}, '${storeId}', NULL, 'Everything', '${everything}', '', 0, ${everyId}, 1, ${first}, ${first}, ${seo} WHERE true
    ON CONFLICT DO NOTHING`,
    `${category} ${numbers(0, kinds)}
    SELECT ${kindId("i")}, '${storeId}', ${everyId}, 'Kind ' || ${text("i")}, 'kind-' || ${text("i")}, '', i,
      ${everyId} || '/' || ${kindId("i")}, 1, ${first}, ${first}, ${seo} FROM numbers WHERE true
    ON CONFLICT DO NOTHING`,
    `${category} ${numbers(Math.floor(from / leafSize), Math.ceil(to / leafSize))}
    SELECT ${leafId("i")}, '${storeId}', ${kindId(`i % ${kinds}`)}, 'Leaf ' || ${text("i")}, 'leaf-' || ${text("i")}, '', i,
      ${everyId} || '/' || ${kindId(`i % ${kinds}`)} || '/' || ${leafId("i")}, 1, ${first}, ${first}, ${seo} FROM numbers WHERE true
    ON CONFLICT DO NOTHING`,
    `INSERT INTO brands (id, store_id, name, sort_name, slug, description, seo, translations, version, created_at, updated_at)
    ${numbers(0, brands)}
    SELECT ${idOf("brand")}, '${storeId}', 'Maker ' || ${text("i")}, 'maker ' || ${text("i")}, 'maker-' || ${text("i")}, '', ${seo}, '{}', 1,
      ${first}, ${first} FROM numbers WHERE true
    ON CONFLICT DO NOTHING`,
    `INSERT INTO products (id, store_id, status, slug, title, sort_title, vendor, brand_id, currency, price_from, price_to,
      compare_at, variant_count, tax_class, version, created_at, updated_at, image, tags, options, seo, images, description,
      popularity)
    ${numbers(from, to)}
    SELECT ${idOf("prod")}, '${storeId}', 'active', 'bulk-' || ${text("i")}, ${title}, lower(${title}), 'Hollin',
      ${idOf("brand", `i % ${brands}`)}, 'USD',
      ${price}, ${price}, NULL, 1, 'standard', 1, ${time}, ${time}, NULL, '["thing"]', '[]',
      ${seo}, '[]', '<p>A thing for the shop.</p>',
      CASE WHEN (i + i / 20) % 10 = 3 THEN ((i % 1009) * 7919) % 1009 WHEN i % 3 = 1 THEN ((i % 7) * 31) % 7 ELSE 0 END
    FROM numbers`,
    `INSERT INTO product_ratings (product_id, store_id, stars_1, stars_2, stars_3, stars_4, stars_5)
    ${numbers(from, to)} SELECT ${idOf("prod")}, '${storeId}', i % 3, 0, i % 5, i % 2, i % 7 FROM numbers WHERE i % 4 = 1`,
    `INSERT INTO product_categories (store_id, product_id, category_id, position)
    ${numbers(from, to)} SELECT '${storeId}', ${idOf("prod")}, ${leafId(`i / ${leafSize}`)}, 0 FROM numbers`,
    `INSERT INTO product_tags (store_id, product_id, tag)
    ${numbers(from, to)} SELECT '${storeId}', ${idOf("prod")}, 'thing' FROM numbers`,
    `INSERT INTO variants (id, store_id, product_id, position, title, sku, barcode, option_values, price, compare_at, cost,
      weight_grams, requires_shipping, taxable, track_stock, backorder_limit)
    ${numbers(from, to)}
    SELECT ${idOf("var")}, '${storeId}', ${idOf("prod")}, 0, 'One', 'BULK-' || ${text("i")}, NULL, '[]', ${price}, NULL,
      NULL, 100, 1, 1, 1, 0
    FROM numbers`,
    `INSERT INTO stock_levels (store_id, variant_id, location_id, on_hand, reserved, moved_kind, moved_reason,
      moved_reference, moved_actor, moved_on_hand, moved_reserved, version, updated_at)
    ${numbers(from, to)}
    SELECT '${storeId}', ${idOf("var")}, (SELECT id FROM locations WHERE store_id = '${storeId}' ORDER BY priority LIMIT 1),
      1000, 0, 'adjust', 'bulk', '', 'system', 1000, 0, 1, ${time}
    FROM numbers`,
    ...search(from, to)
  ]
  /** A transaction holds so many rows at most. */
  const atOnce = 100_000
  const inParts = (statements: (from: number, to: number) => ReadonlyArray<string>) => async (from: number, to: number) => {
    for (let start = from; start < to; start += atOnce) await execute(statements(start, Math.min(to, start + atOnce)))
  }
  const words = (from: number, to: number): ReadonlyArray<string> => {
    const rows = Array.from({ length: Math.ceil((to - from) / 20) }, (_, index) => spokenWord(from + 20 * index))
      .map((word) => ({ word, keys: WordKeys.of(word) }))
    const json = JSON.stringify(rows)
    return [
      backend === "sqlite"
        ? `INSERT INTO search_words (store_id, word, keys)
          SELECT '${storeId}', value ->> 'word', value ->> 'keys' FROM json_each('${json}') WHERE true ON CONFLICT DO NOTHING`
        : `INSERT INTO search_words (store_id, word, keys)
          SELECT '${storeId}', value ->> 'word', ARRAY(SELECT json_array_elements_text(value -> 'keys'))
          FROM json_array_elements('${json}'::json) ON CONFLICT DO NOTHING`
    ]
  }
  return { products: inParts(stocked), words: inParts(words), orders: inParts(placed) }
}

/** The words of the titles, as the adapter would have indexed them. */
const sqliteSearch = (from: number, to: number): ReadonlyArray<string> => [
  `INSERT INTO product_search_rows (store_id, product_id)
  SELECT store_id, id FROM products WHERE id >= '${productId(from)}' AND id < '${productId(to)}' ORDER BY id`,
  `INSERT INTO product_search (rowid, title, vendor, tags, skus, description)
  SELECT r.id, lower(p.title), lower(p.vendor), 'thing', replace(lower(v.sku), '-', ' '), 'a thing for the shop'
  FROM products p JOIN product_search_rows r ON r.product_id = p.id JOIN variants v ON v.product_id = p.id
  WHERE p.id >= '${productId(from)}' AND p.id < '${productId(to)}'`
]

/** Titles, vendors, tags and SKUs with the weights that the adapter gives them. */
const postgresSearch = (from: number, to: number): ReadonlyArray<string> => [
  `INSERT INTO product_search (product_id, store_id, document)
  SELECT p.id, p.store_id, setweight(to_tsvector('simple', p.title), 'A') || setweight(to_tsvector('simple', v.sku), 'B')
    || setweight(to_tsvector('simple', p.vendor || ' thing'), 'C')
    || setweight(to_tsvector('simple', 'a thing for the shop'), 'D')
  FROM products p JOIN variants v ON v.product_id = p.id
  WHERE p.id >= '${productId(from)}' AND p.id < '${productId(to)}'`
]

/** Opens a database past the engine. Nobody else may have it open. */
export const run = async (target: Target, use: (bulk: Bulk) => Promise<void>): Promise<void> => {
  if (target.backend === "sqlite") return runSqlite(target, use)
  await runPostgres(target, use)
  await settle(target)
}

/** What PostgreSQL does by itself a minute after many rows were written. */
export const settle = async (target: Target): Promise<void> => {
  if (target.backend === "sqlite") return
  const client = new Client({ connectionString: target.url })
  await client.connect()
  try {
    await client.query("VACUUM ANALYZE")
  } finally {
    await client.end()
  }
}

const runSqlite = async ({ filename }: SqliteTarget, use: (bulk: Bulk) => Promise<void>): Promise<void> => {
  const database = new DatabaseSync(filename)
  try {
    database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; PRAGMA temp_store = MEMORY")
    await use(make("sqlite", async (statements) => {
      database.exec("BEGIN IMMEDIATE")
      for (const statement of statements) database.exec(statement)
      database.exec("COMMIT")
    }, sqliteSearch))
  } finally {
    database.close()
  }
}

const filledTables = ["products", "product_ratings", "product_categories", "product_tags", "product_search", "variants", "stock_levels", "stock_movements",
  "search_words", "orders", "order_lines"].map((table) => `'${table}'::regclass`).join(", ")

/**
 * What is sooner made of all rows at once than with each of them: indexes that nothing depends on, and what columns refer to. Their triggers stay, as what
 * these write is a part of the rows.
 */
const madeAfterwards = `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS make
  FROM pg_constraint WHERE conrelid IN (${filledTables}) AND contype = 'f'
  UNION ALL SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
  FROM pg_index WHERE indrelid IN (${filledTables}) AND NOT indisunique`

const runPostgres = async ({ url }: PostgresTarget, use: (bulk: Bulk) => Promise<void>): Promise<void> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows: later } = await client.query<{ readonly drop: string; readonly make: string }>(madeAfterwards)
    await client.query("SET maintenance_work_mem = '1GB'")
    for (const { drop } of later) await client.query(drop)
    await use(make("postgres", async (statements) => {
      await client.query("BEGIN")
      for (const statement of statements) await client.query(statement)
      await client.query("COMMIT")
    }, postgresSearch))
    for (const { make } of later) await client.query(make)
  } finally {
    await client.end()
  }
}
