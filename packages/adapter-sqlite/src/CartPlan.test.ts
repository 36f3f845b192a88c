import { assert, describe, it } from "@effect/vitest"
import { CartRepository } from "@stoa/core/cart/CartRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
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
      const reads = Effect.all([
        carts.snapshot({ id: "cart" }),
        carts.snapshot({ tokenHash: "hash" }),
        carts.snapshot({ customerId: "user" }),
        carts.snapshot({ id: "cart" }, ["variant"])
      ])
      const [, unknown] = yield* record(reads)
      const at = "2026-01-01T00:00:00.000Z"
      yield* sql`INSERT INTO stores ${
        sql.insert({ id: yield* CurrentStore, code: "shop", name: "Shop", currency: "USD", settings: "{}", version: 1, created_at: at, updated_at: at })
      }`
      yield* sql`INSERT INTO carts ${
        sql.insert({
          id: "cart", store_id: yield* CurrentStore, token_hash: "hash", status: "open", currency: "USD", lines: "[]", codes: "[]", version: 1,
          expires_at: at, created_at: at, updated_at: at
        })
      }`
      yield* carts.snapshot({ id: "cart" })
      const [, known] = yield* record(reads)
      assert.strictEqual(unknown.length + known.length, 8)
      for (const statement of [...unknown, ...known]) {
        assert.strictEqual(statement.includes("JOIN stores AS s"), unknown.includes(statement), "the store is read once")
        const parameters = Array.from({ length: statement.split("?").length - 1 }, () => "[]")
        const plan = yield* sql.unsafe<{ readonly detail: string }>(`EXPLAIN QUERY PLAN ${statement}`, parameters)
        const steps = plan.map(({ detail }) => detail).filter((detail) => /^(SCAN|SEARCH) /.test(detail))
        // tables of JSON and results of subqueries are as short as the cart
        const scanned = steps.filter((step) => step.startsWith("SCAN ") && !/ VIRTUAL TABLE|^SCAN (wanted|placed)\b/.test(step))
        assert.deepStrictEqual(scanned, [])
        const terms = unknown.includes(statement) ? [["s", "id="]] : [["t", "store_id="]]
        for (const [table, key] of [...terms, ["c", "\\w+="], ["v", "id="], ["p", "id="], ["place", "id="], ["pc", "product_id="]]) {
          assert.isTrue(
            steps.some((step) => step.startsWith(`SEARCH ${table} `) && new RegExp(`[( ]${key}`).test(step)),
            `${table} by its key in ${steps.join("; ")}`
          )
        }
        assert.isTrue(steps.some((step) => step.startsWith("SEARCH level ") && step.includes("variant_id=?")))
      }
    }).pipe(Effect.provide(storage)))
})
