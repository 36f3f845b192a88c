import { assert, describe, it } from "@effect/vitest"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { available } from "@stoa/sql/catalog/ProductAvailability"
import * as ShownProducts from "@stoa/sql/schema/shownProducts"
import { ddl } from "@stoa/sql/Dialect"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as SqliteHarness from "./conformance/SqliteHarness.ts"
import { fromClient } from "./SqliteStorage.ts"

const shop = () => {
  const client = SqliteHarness.memory()
  return Layer.provideMerge(fromClient(client), client)
}

const products = 4
const places = 3

/** The same numbers each time. */
const numbers = () => {
  let seed = 7
  return (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor(seed / 65_536) % below
  }
}

const furnished = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const storeId = yield* CurrentStore
  yield* sql`INSERT INTO stores (id, code, name, currency, settings, version, created_at, updated_at) VALUES (${storeId}, 'main', 'Main', 'USD', '{}', 1, '', '')`
  const from1 = (most: number) => sql.literal(`(WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${most}) SELECT n FROM numbers)`)
  yield* sql`INSERT INTO locations (id, store_id, code, name, priority, active, version, created_at, updated_at)
    SELECT 'loc_' || n, ${storeId}, 'l' || n, 'L', n, 1, 1, '', '' FROM ${from1(places)}`
  yield* sql`INSERT INTO products (id, store_id, status, slug, title, sort_title, currency, price_from, price_to, variant_count, tax_class,
      version, created_at, updated_at, tags, options, seo, images, description)
    SELECT 'prod_' || n, ${storeId}, 'active', 'oak-' || n, 'Oak', 'oak', 'USD', 100, 100, 0, 'standard', 1, '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00.000Z', '[]', '[]', '{}', '[]', '' FROM ${from1(products)}`
})

const variant = Effect.fnUntraced(function*(id: string, product: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT OR IGNORE INTO variants (id, store_id, product_id, position, title, option_values, price, weight_grams, requires_shipping, taxable, track_stock, backorder_limit)
    VALUES (${id}, ${yield* CurrentStore}, ${`prod_${product}`}, 0, '', '{}', 100, 0, 1, 1, 1, 0)`
})

const level = Effect.fnUntraced(function*(variantId: string, place: number, onHand: number, reserved: number) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO stock_levels (store_id, variant_id, location_id, on_hand, reserved, moved_kind, moved_reason, moved_reference, moved_actor, moved_on_hand, moved_reserved, version, updated_at)
    SELECT ${yield* CurrentStore}, id, ${`loc_${place}`}, ${onHand}, ${reserved}, '', '', '', '', 0, 0, 1, '' FROM variants WHERE id = ${variantId}
    ON CONFLICT (variant_id, location_id) DO UPDATE SET on_hand = excluded.on_hand, reserved = excluded.reserved`
})

/** What lists say of each product, and what its levels say. */
const said = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return yield* sql<{ readonly id: string; readonly listed: number; readonly counted: number }>`
    SELECT p.id, ${sql.literal(available(sql))} AS listed, EXISTS (
      SELECT 1 FROM variants AS v JOIN stock_levels AS l ON l.variant_id = v.id JOIN locations AS o ON o.id = l.location_id
      WHERE v.product_id = p.id AND o.active = 1 AND l.on_hand > l.reserved) AS counted
    FROM products AS p ORDER BY p.id`
})

const agree = (rows: ReadonlyArray<{ readonly id: string; readonly listed: number; readonly counted: number }>, after: string) =>
  assert.deepStrictEqual(rows.map(({ id, listed }) => [id, listed]), rows.map(({ counted, id }) => [id, counted]), after)

/** One thing that happens to stock. */
const happens = Effect.fnUntraced(function*(any: (below: number) => number) {
  const sql = yield* SqlClient.SqlClient
  const product = 1 + any(products)
  const id = `var_${product}_${any(3)}`
  const place = 1 + any(places)
  switch (any(8)) {
    case 0:
      yield* sql`DELETE FROM variants WHERE id = ${id}`
      return `${id} is gone`
    case 1:
      yield* sql`UPDATE locations SET active = 1 - active WHERE id = ${`loc_${place}`}`
      return `loc_${place} opens or closes`
    case 2:
      yield* sql`DELETE FROM stock_levels WHERE variant_id = ${id} AND location_id = ${`loc_${place}`}`
      return `the level of ${id} at loc_${place} is gone`
    default: {
      const [onHand, reserved] = [any(3), any(3)]
      yield* variant(id, product)
      yield* level(id, place, onHand, Math.min(reserved, onHand))
      return `${id} has ${onHand} at loc_${place}, ${reserved} of them reserved`
    }
  }
})

describe("what a product says of where it is in stock, on SQLite", () => {
  it.effect("is what its levels say, whatever happens to these", () =>
    Effect.gen(function*() {
      yield* furnished
      const any = numbers()
      const seen = new Set<number>()
      for (let step = 0; step < 1_500; step++) {
        const after = yield* happens(any)
        const rows = yield* said
        agree(rows, `step ${step}: ${after}`)
        for (const { counted } of rows) seen.add(counted)
      }
      assert.strictEqual(seen.size, 2)
    }).pipe(Effect.provide(shop())))

  it.effect("is so in a database from before products said it", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const any = numbers()
      yield* furnished
      const triggers = yield* sql<{ readonly name: string }>`SELECT name FROM sqlite_master WHERE type = 'trigger' AND (sql LIKE '%stocked_at%' OR sql LIKE '%SET stars%')`
      assert.lengthOf(triggers, 7)
      for (const { name } of triggers) yield* sql`DROP TRIGGER ${sql(name)}`
      for (const column of ["stocked_at", "stars"]) yield* sql`ALTER TABLE products DROP COLUMN ${sql(column)}`
      for (let step = 0; step < 40; step++) yield* happens(any)
      for (const statement of ShownProducts.up(ddl("sqlite"))) yield* sql.unsafe(statement)
      agree(yield* said, "at first")
      for (let step = 0; step < 100; step++) agree(yield* Effect.andThen(happens(any), said), `step ${step}`)
    }).pipe(Effect.provide(shop())))
})
