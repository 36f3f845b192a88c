import { assert, describe, it } from "@effect/vitest"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type { ListOrders } from "@stoa/core/orders/Order"
import { AnalyticsRepository } from "@stoa/core/analytics/AnalyticsRepository"
import { OrderRepository } from "@stoa/core/orders/OrderRepository"
import { StatementProbe, layer as probe } from "@stoa/sql/testing/StatementProbe"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as SqliteClient from "./SqliteClient.ts"
import { fromClient } from "./SqliteStorage.ts"

const client = Layer.provide(probe, SqliteClient.layer({ filename: ":memory:" }))
const storage = Layer.merge(fromClient(client), client)

/** What each list is read from first, in the order in which it is shown. */
const lists: ReadonlyArray<readonly [string, ListOrders]> = [
  ["o USING INDEX orders_by_time", {}],
  ["o USING INDEX orders_by_time", { paymentStatus: "paid", totalFrom: 100 }],
  ["o USING INDEX orders_by_status", { status: "paid" }],
  ["o USING INDEX orders_by_customer", { customerId: "user_1" }],
  ["o USING INDEX orders_by_email", { email: "ada@example.com" }],
  ["o USING INDEX orders_by_email", { search: "ada@example.com" }],
  ["o USING INDEX orders_by_payment", { paymentStatus: "partially_refunded" }],
  ["o USING INDEX orders_by_fulfilment", { fulfilmentStatus: "unfulfilled" }],
  ["w USING PRIMARY KEY (store_id=? AND word=?", { tag: "vip" }],
  ["w USING PRIMARY KEY (store_id=? AND word=?", { search: "ada lamp", status: "paid", totalTo: 100 }]
]

const planOf = Effect.fnUntraced(function*<A, E>(operation: Effect.Effect<A, E>) {
  const sql = yield* SqlClient.SqlClient
  const { record } = yield* StatementProbe
  const [, statements] = yield* record(operation)
  assert.lengthOf(statements, 1)
  const [statement = ""] = statements
  const parameters = Array.from({ length: statement.split("?").length - 1 }, () => "1")
  const plan = yield* sql.unsafe<{ readonly detail: string }>(`EXPLAIN QUERY PLAN ${statement}`, parameters)
  return plan.map(({ detail }) => detail)
})

describe("lists of orders", () => {
  it.effect("are one statement each, which walks an index in the order of the list, without sorting", () =>
    Effect.gen(function*() {
      const orders = yield* OrderRepository
      for (const [index, query] of lists) {
        const steps = yield* planOf(orders.list(query))
        assert.isTrue(steps[0]?.startsWith(`SEARCH ${index}`), `${index} in ${steps.join("; ")}`)
        assert.deepStrictEqual(steps.filter((step) => step.startsWith("SCAN ") || step.includes("TEMP B-TREE")), [])
      }
    }).pipe(Effect.provide(storage)))

  it.effect("are counted by what is kept of days, and by the orders of times at the edges", () =>
    Effect.gen(function*() {
      const orders = yield* OrderRepository
      const from = Timestamp.fromMillis(Date.parse("2026-01-03T08:00:00.000Z"))
      for (const range of [{}, { placedFrom: from }, { placedFrom: from, placedTo: Timestamp.plus(from, "1 hour") }]) {
        const steps = yield* planOf(orders.stats(range))
        assert.include(steps.join("; "), "SEARCH orders_by_day USING ")
        const ofOrders = steps.filter((step) => /^(SCAN|SEARCH) o\b/.test(step))
        assert.isNotEmpty(ofOrders)
        for (const step of ofOrders) assert.include(step, "(store_id=? AND placed_at>? AND placed_at<?)")
      }
    }).pipe(Effect.provide(storage)))

  it.effect("have figures of whole days by days, of what is left by quarters, and no buyer is read but those of whom something has changed", () =>
    Effect.gen(function*() {
      const figures = yield* AnalyticsRepository
      const from = Timestamp.fromMillis(Date.parse("2026-01-01T00:00:00.000Z"))
      const steps = yield* planOf(figures.sales([{ from, to: Timestamp.plus(from, "31 days") }]))
      const days = steps.filter((step) => step.includes("sales_by_day"))
      assert.lengthOf(days, 2)
      for (const step of days) assert.include(step, "(store_id=? AND day>? AND day<?)")
      assert.include(steps.join("; "), "SEARCH q USING INDEX sqlite_autoindex_first_orders_by_quarter_1 (store_id=? AND quarter>? AND quarter<?)")
      const buyers = steps.filter((step) => /^(SCAN|SEARCH) b USING/.test(step))
      assert.isNotEmpty(buyers)
      for (const step of buyers) assert.include(step, "(store_id=? AND buyer=?)")
    }).pipe(Effect.provide(storage)))

  it.effect("have titles of what sold best that are read of the variants that are shown", () =>
    Effect.gen(function*() {
      const figures = yield* AnalyticsRepository
      const from = Timestamp.fromMillis(Date.parse("2026-01-01T00:00:00.000Z"))
      const steps = yield* planOf(figures.topProducts({ from, to: Timestamp.plus(from, "31 days") }, "revenue", 10))
      assert.include(steps.join("; "), "SEARCH s USING INDEX sales_by_variant_day (store_id=? AND variant_id=? AND day>? AND day<?)")
    }).pipe(Effect.provide(storage)))
})
