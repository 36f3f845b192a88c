import { assert, describe, it } from "@effect/vitest"
import { CartRepository } from "@stoa/core/cart/CartRepository"
import { StatementProbe, layer as probe } from "@stoa/sql/testing/StatementProbe"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as SqliteClient from "./SqliteClient.ts"
import { fromClient } from "./SqliteStorage.ts"

const client = Layer.provide(probe, SqliteClient.layer({ filename: ":memory:" }))
const storage = Layer.merge(fromClient(client), client)

describe("reading a cart", () => {
  it.effect("looks up its own variants, levels and store by their keys and at nobody else's", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const carts = yield* CartRepository
      const { record } = yield* StatementProbe
      const [, statements] = yield* record(Effect.all([
        carts.snapshot({ id: "cart" }),
        carts.snapshot({ tokenHash: "hash" }),
        carts.snapshot({ customerId: "user" }),
        carts.snapshot({ id: "cart" }, ["variant"])
      ]))
      assert.strictEqual(statements.length, 4)
      for (const statement of statements) {
        const parameters = Array.from({ length: statement.split("?").length - 1 }, () => "[]")
        const plan = yield* sql.unsafe<{ readonly detail: string }>(`EXPLAIN QUERY PLAN ${statement}`, parameters)
        const steps = plan.map(({ detail }) => detail).filter((detail) => /^(SCAN|SEARCH) /.test(detail))
        // tables of JSON and results of subqueries are as short as the cart
        const scanned = steps.filter((step) => step.startsWith("SCAN ") && !/ VIRTUAL TABLE|^SCAN (wanted|placed)\b/.test(step))
        assert.deepStrictEqual(scanned, [])
        for (const [table, key] of [["c", "\\w+="], ["s", "id="], ["v", "id="], ["p", "id="], ["place", "id="], ["pc", "product_id="]]) {
          assert.isTrue(
            steps.some((step) => step.startsWith(`SEARCH ${table} `) && new RegExp(`[( ]${key}`).test(step)),
            `${table} by its key in ${steps.join("; ")}`
          )
        }
        assert.isTrue(steps.some((step) => step.startsWith("SEARCH level ") && step.includes("variant_id=?")))
      }
    }).pipe(Effect.provide(storage)))
})
