/**
 * That the fragments of `Dialect` mean the same on any database.
 */
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import * as Dialect from "../Dialect.ts"
import type { Case } from "./Contract.ts"

const lineColumns = { sku: "text", quantity: "int", weight: "real", gift: "bool", options: "json" } as const

const lines: ReadonlyArray<Dialect.RowOf<typeof lineColumns>> = [
  { sku: "it's \"quoted\" ☕", quantity: 2, weight: 0.5, gift: true, options: { size: [42, null] } },
  { sku: "b", quantity: -3, weight: 7, gift: false, options: "text" },
  { sku: null, quantity: undefined, weight: null, gift: null, options: null }
]

const createStock = Effect.gen(function*() {
  const sql = yield* SqlClient
  const d = Dialect.ddl(Dialect.of(sql))
  yield* sql.unsafe(`CREATE TABLE stock (
    sku ${d.text} PRIMARY KEY,
    on_hand ${d.int} NOT NULL CHECK (on_hand >= 0),
    weight ${d.real},
    gift ${d.bool},
    options ${d.json}
  )${d.strict}`)
})

/** Postgres answers 64-bit integers as bigints where its client has no other codec. */
const plain = (rows: ReadonlyArray<object>) =>
  rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, typeof value === "bigint" ? Number(value) : value]))
  )

const parsed = (rows: ReadonlyArray<{ readonly json: string }>): unknown => JSON.parse(String(rows[0]?.json))

export const cases: ReadonlyArray<Case> = [
  {
    name: "rows in one parameter arrive with their types",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient
      yield* createStock
      const rows = Dialect.jsonRows(sql, lines, lineColumns)
      assert.deepEqual(plain(yield* sql`SELECT * FROM ${rows}`), [
        { sku: "it's \"quoted\" ☕", quantity: 2, weight: 0.5, gift: 1, options: "{\"size\":[42,null]}" },
        { sku: "b", quantity: -3, weight: 7, gift: 0, options: "\"text\"" },
        { sku: null, quantity: null, weight: null, gift: null, options: null }
      ])
      assert.deepEqual(yield* sql`SELECT * FROM ${Dialect.jsonRows(sql, [], lineColumns)}`, [])
    })
  },
  {
    name: "rows in one parameter fill and change a table, any number in one statement",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient
      yield* createStock
      const put = (from: number, to: number, quantity: number) =>
        Effect.suspend(() =>
          sql`INSERT INTO stock (sku, on_hand, weight, gift, options)
            SELECT sku, quantity, weight, gift, options FROM ${
            Dialect.jsonRows(
              sql,
              Array.from({ length: to - from }, (_, i) => ({
                sku: `sku-${String(from + i).padStart(6, "0")}`,
                quantity,
                weight: 2,
                gift: true,
                options: { from }
              })),
              lineColumns
            )
          } WHERE true
            ON CONFLICT (sku) DO UPDATE SET on_hand = stock.on_hand + excluded.on_hand`
        )
      yield* put(0, 2000, 5)
      yield* put(1000, 3000, 1)
      assert.deepEqual(
        plain(yield* sql`SELECT on_hand, count(*) AS n FROM stock GROUP BY on_hand ORDER BY on_hand`),
        [{ on_hand: 1, n: 1000 }, { on_hand: 5, n: 1000 }, { on_hand: 6, n: 1000 }]
      )
      const reserved = yield* sql`UPDATE stock SET on_hand = stock.on_hand - input.quantity
        FROM ${
        Dialect.jsonRows(
          sql,
          [{ sku: "sku-000000", quantity: 5 }, { sku: "sku-002999", quantity: 2 }, { sku: "none", quantity: 1 }],
          { sku: "text", quantity: "int" }
        )
      }
        WHERE stock.sku = input.sku AND stock.on_hand >= input.quantity
        RETURNING on_hand`
      assert.deepEqual(plain(reserved), [{ on_hand: 0 }])
    })
  },
  {
    name: "a number that is none is refused before it becomes NULL",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient
      const columns = { quantity: "int", weight: "real" } as const
      assert.throws(() => Dialect.jsonRows(sql, [{ quantity: 1.5, weight: 1 }], columns), RangeError)
      assert.throws(() => Dialect.jsonRows(sql, [{ quantity: 1, weight: Number.NaN }], columns), RangeError)
      assert.throws(() => Dialect.jsonRows(sql, [], { "x; --": "int" }), /no name/)
    })
  },
  {
    name: "one of any number of ids, none included",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient
      yield* createStock
      yield* sql`INSERT INTO stock ${sql.insert([{ sku: "a", on_hand: 1 }, { sku: "b", on_hand: 2 }])}`
      const found = (skus: ReadonlyArray<string>) =>
        Effect.map(
          sql<{ sku: string }>`SELECT s.sku FROM stock s WHERE ${Dialect.oneOf(sql, "s.sku", skus)} ORDER BY s.sku`,
          (rows) => rows.map((row) => row.sku)
        )
      assert.deepEqual(yield* found(["b", "c", "a", "a"]), ["a", "b"])
      assert.deepEqual(yield* found(["it's"]), [])
      assert.deepEqual(yield* found([]), [])
    })
  },
  {
    name: "a tree of rows arrives as one JSON text",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient
      yield* createStock
      yield* sql`INSERT INTO stock ${
        sql.insert([
          { sku: "b", on_hand: 2, gift: 0, options: "[1,{\"x\":null}]" },
          { sku: "a", on_hand: 9, gift: 1, options: "{}" },
          { sku: "z", on_hand: 0, gift: null, options: "null" }
        ])
      }`
      const item = Dialect.jsonObject(sql, {
        "it's": "s.sku",
        onHand: "s.on_hand",
        gift: Dialect.jsonBool(sql, "s.gift"),
        options: Dialect.jsonValue(sql, "s.options")
      })
      const items = Dialect.jsonArrayAgg(sql, item, { orderBy: "s.sku", where: sql`s.on_hand > 0` })
      const all = yield* sql<{ json: string }>`SELECT ${
        Dialect.jsonText(sql, Dialect.jsonObject(sql, { items: sql`(SELECT ${items} FROM stock s)` }))
      } AS json`
      assert.deepEqual(parsed(all), {
        items: [
          { "it's": "a", onHand: 9, gift: true, options: {} },
          { "it's": "b", onHand: 2, gift: false, options: [1, { x: null }] }
        ]
      })
      const none = yield* sql<{ json: string }>`SELECT ${
        Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, "sku"))
      } AS json FROM stock WHERE sku = 'none'`
      assert.deepEqual(parsed(none), [])
      const nothing = yield* sql<{ json: string }>`SELECT ${
        Dialect.jsonText(sql, Dialect.jsonObject(sql, { gift: Dialect.jsonBool(sql, "gift") }))
      } AS json FROM stock WHERE sku = 'z'`
      assert.deepEqual(parsed(nothing), { gift: null })
    })
  },
  {
    name: "the larger, the smaller, locks, and whether a table is there",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient
      assert.equal(yield* Dialect.hasTable(sql, "stock"), false)
      yield* createStock
      assert.equal(yield* Dialect.hasTable(sql, "stock"), true)
      yield* sql`INSERT INTO stock (sku, on_hand) VALUES ('a', 3)`
      assert.deepEqual(
        plain(
          yield* sql`SELECT ${Dialect.greatest(sql, "on_hand", sql`5`)} AS more, ${
            Dialect.least(sql, "on_hand", sql`5`)
          } AS less FROM stock`
        ),
        [{ more: 5, less: 3 }]
      )
      yield* sql.withTransaction(Effect.gen(function*() {
        yield* Dialect.lockTransaction(sql, "stock taking")
        yield* Dialect.lockTransaction(sql, ["shelf b", "shelf a", "shelf b"])
        yield* Dialect.lockTransaction(sql, [])
        const rows = yield* sql`SELECT s.sku FROM stock s ${Dialect.forUpdate(sql, { of: "s", skipLocked: true })}`
        assert.deepEqual(rows, [{ sku: "a" }])
      }))
    })
  }
]
