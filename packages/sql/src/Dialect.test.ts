import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Statement from "effect/sql/Statement"
import * as Dialect from "./Dialect.ts"

const never = Effect.die("No statement is sent")

const sqlite = Statement.make(Effect.suspend(() => never), Statement.makeCompilerSqlite(), [], undefined)

const pg = Statement.make(
  Effect.suspend(() => never),
  Statement.makeCompiler({
    dialect: "pg",
    placeholder: (index) => `$${index}`,
    onIdentifier: Statement.defaultEscape("\""),
    onRecordUpdate: () => ["", []],
    onCustom: () => ["", []]
  }),
  [],
  undefined
)

const columns = { sku: "text", quantity: "int", gift: "bool" } as const

describe("the dialect", () => {
  it("sends any number of rows with the same text and one parameter", () => {
    for (const sql of [sqlite, pg]) {
      const statement = (count: number) => {
        const rows = Array.from({ length: count }, (_, i) => ({ sku: `s${i}`, quantity: i, gift: true }))
        return sql`SELECT * FROM ${Dialect.jsonRows(sql, rows, columns)} WHERE ${Dialect.oneOf(sql, "sku", rows.map((row) => row.sku))}`
          .compile()
      }
      const [none, two] = [statement(0), statement(2)]
      assert.strictEqual(none[0], two[0])
      assert.strictEqual(two[1].length, 2)
      assert.strictEqual(two[1][0], "[[\"s0\",0,1],[\"s1\",1,1]]")
    }
  })

  it("sends nothing of a row that the columns do not name", () => {
    const row = { sku: "a", quantity: 1, gift: null, secret: "cost price" }
    const [, params] = sqlite`SELECT * FROM ${Dialect.jsonRows(sqlite, [row], columns)}`.compile()
    assert.deepStrictEqual(params, ["[[\"a\",1,null]]"])
  })

  it("counts the parameters of Postgres across fragments", () => {
    const [text, params] = pg`SELECT ${1} FROM ${Dialect.jsonRows(pg, [], { sku: "text" }, "line")} WHERE ${
      Dialect.oneOf(pg, "line.sku", ["a"])
    } AND x = ${2}${Dialect.forUpdate(pg, { of: "line" })}`.compile()
    assert.strictEqual(
      text,
      "SELECT $1 FROM (SELECT value ->> 0 AS sku FROM jsonb_array_elements($2::jsonb)) AS line "
        + "WHERE \"line\".\"sku\" = ANY($3::text[]) AND x = $4 FOR UPDATE OF line"
    )
    assert.deepStrictEqual(params, [1, "[]", ["a"], 2])
  })

  it("writes a long part out once, and gives it its values at every call", () => {
    let built = 0
    const since = Dialect.written(["at", "by"], (sql, { at, by }) => {
      built++
      return sql`${Dialect.jsonObject(sql, { at: "o.at", paid: Dialect.jsonBool(sql, "o.paid") })} WHERE at > ${at} AND by = ${by}
        OR at < ${at} AND shop = ${"here"}`
    })
    for (const sql of [sqlite, pg]) {
      const plain = (at: string, by: string | null) =>
        sql`SELECT ${0}, ${Dialect.jsonObject(sql, { at: "o.at", paid: Dialect.jsonBool(sql, "o.paid") })} WHERE at > ${at} AND by = ${by}
        OR at < ${at} AND shop = ${"here"} LIMIT ${9}`.compile()
      for (const [at, by] of [["today", "ada"], ["tomorrow", null]] as const) {
        assert.deepStrictEqual(sql`SELECT ${0}, ${since(sql, { at, by })} LIMIT ${9}`.compile(), plain(at, by))
      }
    }
    assert.strictEqual(built, 2)
  })

  it("needs no lock where there is one writer", () => {
    assert.strictEqual(sqlite`SELECT 1${Dialect.forUpdate(sqlite, { skipLocked: true })}`.compile()[0], "SELECT 1")
  })

  it("is one of two", () => {
    const mysql = Statement.make(
      Effect.suspend(() => never),
      { dialect: "mysql", compile: () => ["", []], get withoutTransform() { return this } },
      [],
      undefined
    )
    assert.throws(() => Dialect.of(mysql), /SQLite and Postgres only/)
  })
})
