import { assert, describe, it } from "@effect/vitest"
import { Analytics } from "@stoa/core/analytics/Analytics"
import * as Calendar from "@stoa/core/analytics/Calendar"
import * as Actor from "@stoa/core/kernel/Actor"
import * as Shop from "@stoa/core/testing/Shop"
import * as Chance from "@stoa/core/testing/simulation/Chance"
import { FiguresContract } from "@stoa/sql/testing"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { multiply, shop } from "./conformance/QueryPlan.ts"

const system = Actor.as(Actor.system("test"))

/** Off by hours, halves and quarters of them, with clocks that are put back by an hour or by half of one. */
const zones = ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"] as const
const buckets = ["hour", "day", "week", "month", "quarter", "year"] as const

/** The same orders again, in every state and all year round: the times are 11 hours and 7 minutes apart. */
const more = (sql: SqlClient.SqlClient, kind: string, first: number, times: number) =>
  multiply(sql, "orders", {
    id: `'ord_${kind}' || lpad(n::text, 24, '0')`,
    number: `${first} + n`,
    cart_id: `'${kind}' || n`,
    status: "(ARRAY['paid', 'delivered', 'cancelled', 'pending', 'refunded'])[n % 5 + 1]",
    email: "'buyer' || (n * 13) % 60 || '@example.com'",
    subtotal: "n * 7",
    total: "n * 9",
    paid: "n * 9",
    tax: "n",
    discount: "n % 4",
    shipping_total: "n % 3 * 500",
    refunded: "CASE WHEN n % 5 = 4 THEN n * 9 ELSE n % 2 END",
    item_count: "1 + n % 6",
    placed_at: `to_char(timestamp '2026-01-02' + (n * 667 + ${first}) * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  }, times)

interface Sums {
  readonly at: string
  readonly placed: number
  readonly cancelled: number
  readonly orders: number
  readonly items: number
  readonly subtotal: number
  readonly discount: number
  readonly shipping: number
  readonly tax: number
  readonly total: number
  readonly refunded: number
  readonly first_orders: number
}

/** The sums of the days by the calendar of PostgreSQL itself; `at` is when the first order of a piece was placed. */
const computed = Effect.fnUntraced(function*(from: string, to: string, timeZone: string, bucket: (typeof buckets)[number] | undefined) {
  const sql = yield* SqlClient.SqlClient
  const whole = bucket === undefined
  const rows = yield* sql.unsafe<Sums>(`
    WITH local AS (
      SELECT o.*, o.placed_at::timestamptz AT TIME ZONE $3 AS said,
        (o.placed_at::timestamptz AT TIME ZONE $3) - (o.placed_at::timestamptz AT TIME ZONE 'UTC') AS ahead,
        o.status NOT IN ('pending', 'failed', 'cancelled') AS counts
      FROM orders AS o
    )
    SELECT min(placed_at) AS at, count(*)::int AS placed,
      (count(*) FILTER (WHERE status = 'cancelled'))::int AS cancelled,
      (count(*) FILTER (WHERE counts))::int AS orders,
      ${
    [["item_count", "items"], ["subtotal"], ["discount"], ["shipping_total", "shipping"], ["tax"], ["total"], ["refunded"]]
      .map(([column, name = column]) => `coalesce(sum(${column}) FILTER (WHERE counts), 0)::int AS ${name}`).join(", ")
  },
      (count(*) FILTER (WHERE counts AND NOT EXISTS (
        SELECT 1 FROM local AS e WHERE e.counts AND e.email = local.email AND e.placed_at < local.placed_at
      )))::int AS first_orders
    FROM local WHERE said::date BETWEEN $1::date AND $2::date
    GROUP BY ${whole ? "said IS NULL" : `date_trunc('${bucket}', said)${bucket === "hour" ? ", ahead" : ""}`} ORDER BY 1`, [from, to, timeZone])
  return rows
})

describe("figures on PostgreSQL", () => {
  it.effect("of any days, pieces and time zone are what rows of orders come to by hand", () =>
    Effect.provide(FiguresContract.areTheSameAddedUpByHand, shop()))

  it.effect("are what plain SQL sums up over the orders, in any days, pieces and time zone", () =>
    Effect.gen(function*() {
      const analytics = yield* Analytics
      const sql = yield* SqlClient.SqlClient
      yield* Shop.ships
      const { variantId } = yield* Shop.product({ stock: 10 })
      yield* Shop.place(yield* Shop.guest([variantId, 1]))
      // some are in sums that are kept, and others are not yet
      yield* more(sql, "aa", 10_000, 400)
      yield* system(analytics.fold)
      yield* more(sql, "bb", 20_000, 120)
      const chance = Chance.make(11)
      let found = 0
      for (let turn = 0; turn < 60; turn++) {
        const timeZone = zones[turn % zones.length] as (typeof zones)[number]
        const bucket = turn % 7 === 6 ? undefined : buckets[turn % 7]
        const from = Calendar.plusDays("2025-12-28", chance.below(360))
        // 1,000 pieces at most
        const to = Calendar.plusDays(from, chance.below(bucket === "hour" ? 40 : 300))
        const report = yield* system(analytics.sales({ from, to, timeZone, ...(bucket === undefined ? {} : { bucket }) }))
        const rows = yield* computed(from, to, timeZone, bucket)
        const said = (bucket === undefined ? [report.whole] : report.periods).filter(({ figures }) => figures.length > 0)
        const about = JSON.stringify({ from, to, timeZone, bucket })
        assert.deepStrictEqual(
          said.map(({ figures: [one] }) => ({
            placed: one?.placed,
            cancelled: one?.cancelled,
            orders: one?.orders,
            items: one?.items,
            subtotal: one?.subtotal.amount,
            discount: one?.discount.amount,
            shipping: one?.shipping.amount,
            tax: one?.tax.amount,
            total: one?.total.amount,
            refunded: one?.refunded.amount,
            first_orders: one?.firstOrders
          })),
          rows.map(({ at: _at, ...row }) => row),
          about
        )
        for (const [index, { from, to }] of said.entries()) {
          const { at = "" } = rows[index] ?? {}
          assert.isTrue(from <= at && at < to, `${about}: ${at} is not from ${from} to ${to}`)
        }
        found += rows.length
      }
      assert.isAbove(found, 500)
    }).pipe(Effect.provide(shop())))
})
