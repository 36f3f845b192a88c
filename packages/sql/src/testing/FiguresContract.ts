/**
 * Figures beside a second computation: rows of orders, refunds and lines as plain SQL reads them, added up one by one by the
 * dates that `Intl` writes for them. Nothing of it is shared with how figures are made.
 */
import { Analytics } from "@stoa/core/analytics/Analytics"
import type { Breakdown } from "@stoa/core/analytics/Breakdown"
import * as Actor from "@stoa/core/kernel/Actor"
import { defaultStoreId } from "@stoa/core/kernel/CurrentStore"
import * as Shop from "@stoa/core/testing/Shop"
import * as Chance from "@stoa/core/testing/simulation/Chance"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as TestClock from "effect/testing/TestClock"
import assert from "node:assert/strict"

interface OrderRow {
  readonly id: string
  readonly status: string
  readonly email: string
  readonly currency: string
  readonly shipping_address: string | null
  readonly billing_address: string | null
  readonly tax: number
  readonly taxes: string
  readonly promotions: string
  readonly total: number
  readonly refunded: number
  readonly placed_at: string
}

interface RefundRow {
  readonly order_id: string
  readonly state: string
  readonly currency: string
  readonly amount: number
  readonly credited_to: string | null
  readonly updated_at: string
}

interface LineRow {
  readonly order_id: string
  readonly variant_id: string
  readonly quantity: number
  readonly net: number
  readonly total: number
  readonly vendor_id: string | null
}

interface Place {
  readonly country: string
  readonly region: string | null
}

type Bucket = "hour" | "day" | "week" | "month" | "quarter" | "year"

const zones = ["UTC", "America/St_Johns", "Asia/Kathmandu", "Europe/Berlin", "Pacific/Apia", "America/New_York"] as const
const buckets = [undefined, "hour", "day", "week", "month", "quarter", "year"] as const
const statuses = ["pending", "failed", "cancelled", "paid", "paid", "shipped", "delivered", "refunded", "on_hold"] as const
const places: readonly [Place, ...ReadonlyArray<Place>] = [
  { country: "US", region: "OR" },
  { country: "US", region: "WA" },
  { country: "DE", region: null }
]
const rates = [["rate_a", "Sales tax", 80_000], ["rate_b", "VAT", 190_000], ["rate_c", "City", 10_000]] as const
const promotions = [["promo_a", null], ["promo_b", "SPRING"], ["promo_b", "HELLO"], ["promo_c", "TEN"]] as const
const nobody = "forgotten@erased.invalid"
const people = ["ada@example.com", "bob@example.com", "cyn@example.com", "dan@example.com", "eve@example.com", nobody] as const

const writers = new Map<string, Intl.DateTimeFormat>()

/** The date, the hour and what the clock is off UTC by, as a person in the zone would write them. */
const written = (at: string, timeZone: string): { readonly date: string; readonly hour: string } => {
  let writer = writers.get(timeZone)
  if (writer === undefined) {
    writer = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      timeZoneName: "longOffset"
    })
    writers.set(timeZone, writer)
  }
  const parts = Object.fromEntries(writer.formatToParts(Date.parse(at)).map(({ type, value }) => [type, value]))
  const date = `${parts["year"]}-${parts["month"]}-${parts["day"]}`
  return { date, hour: `${date} ${parts["hour"]} ${parts["timeZoneName"]}` }
}

const keyOf = (at: string, timeZone: string, bucket: Bucket): string => {
  const { date, hour } = written(at, timeZone)
  const [year = "", month = ""] = date.split("-")
  switch (bucket) {
    case "hour":
      return hour
    case "day":
      return date
    case "week": {
      const day = new Date(`${date}T00:00:00.000Z`)
      return new Date(day.getTime() - ((day.getUTCDay() + 6) % 7) * 86_400_000).toISOString().slice(0, 10)
    }
    case "month":
      return `${year}-${month}`
    case "quarter":
      return `${year}Q${Math.ceil(Number(month) / 3)}`
    case "year":
      return year
  }
}

const grouped = <A>(rows: ReadonlyArray<A>, key: (row: A) => string): ReadonlyArray<ReadonlyArray<A>> => {
  const groups = new Map<string, Array<A>>()
  for (const row of rows) {
    const group = groups.get(key(row))
    if (group === undefined) groups.set(key(row), [row])
    else group.push(row)
  }
  return [...groups.values()]
}

const counts = ({ status }: OrderRow) => !["pending", "failed", "cancelled"].includes(status)

const sum = <A>(rows: ReadonlyArray<A>, of: (row: A) => number): number => rows.reduce((all, row) => all + of(row), 0)

/** A line of a report. */
const line = (key: ReadonlyArray<unknown>, ...figures: ReadonlyArray<unknown>): ReadonlyArray<unknown> => key.concat(figures)

/** In an order of their own, so that lists are compared as sets. */
const sorted = (lines: ReadonlyArray<unknown>) => lines.map((line) => JSON.stringify(line)).sort()

const salesOf = (orders: ReadonlyArray<OrderRow>) =>
  grouped(orders, ({ currency }) => currency).map((all) => {
    const sold = all.filter(counts)
    return [all[0]?.currency, all.length, sold.length, sum(sold, (o) => o.total), sum(sold, (o) => o.refunded), sum(sold, (o) => o.tax)]
  })

const buyersOf = (every: ReadonlyArray<OrderRow>) => (orders: ReadonlyArray<OrderRow>, starts: string) =>
  grouped(orders.filter(counts), ({ currency }) => currency).map((all) => {
    const known = (row: OrderRow) =>
      every.some((other) => counts(other) && other.email === row.email && other.currency === row.currency && other.placed_at < starts)
    const erased = all.filter(({ email }) => email === nobody)
    const returning = all.filter((row) => row.email !== nobody && known(row))
    const fresh = all.filter((row) => row.email !== nobody && !known(row))
    const said = (rows: ReadonlyArray<OrderRow>) => [rows.length, sum(rows, (o) => o.total - o.refunded)]
    const buyers = (rows: ReadonlyArray<OrderRow>) => new Set(rows.map(({ email }) => email)).size
    return line([all[0]?.currency, buyers(fresh), buyers(returning)], [fresh, returning, erased].map(said))
  })

const taxesOf = (orders: ReadonlyArray<OrderRow>) =>
  grouped(
    orders.filter(counts).flatMap((order) => {
      const to = JSON.parse(order.shipping_address ?? order.billing_address ?? "{}")
      return JSON.parse(order.taxes).map((tax: { readonly rateId: string; readonly ratePpm: number; readonly amount: { readonly amount: number } }) => ({
        key: [order.currency, to.country ?? null, to.region ?? null, tax.rateId, tax.ratePpm] as const,
        id: order.id,
        amount: tax.amount.amount
      }))
    }),
    ({ key }) => JSON.stringify(key)
  ).map((all) => line(all[0]?.key ?? [], new Set(all.map(({ id }) => id)).size, sum(all, ({ amount }) => amount)))

const promotionsOf = (by: "promotion" | "code") => (orders: ReadonlyArray<OrderRow>) =>
  grouped(
    orders.filter(counts).flatMap((order) =>
      JSON.parse(order.promotions).map((used: { readonly id: string; readonly code: string | null; readonly amount: { readonly amount: number } }) => ({
        key: [order.currency, used.id, by === "code" ? used.code : null] as const,
        order,
        amount: used.amount.amount
      }))
    ),
    ({ key }) => JSON.stringify(key)
  ).map((all) => {
    const used = Array.from(new Map(all.map(({ order }) => [order.id, order])).values())
    return line(all[0]?.key ?? [], used.length, sum(all, ({ amount }) => amount), sum(used, ({ total }) => total))
  })

/** Of what went back of an order, each vendor has the part of their lines, and the shop what is left. */
const vendorsOf = (lines: ReadonlyArray<LineRow>) => (orders: ReadonlyArray<OrderRow>) =>
  grouped(
    orders.filter(counts).flatMap((order) => {
      const own = grouped(lines.filter((line) => line.order_id === order.id), ({ vendor_id }) => String(vendor_id)).map((of) => ({
        key: [order.currency, of[0]?.vendor_id ?? null] as const,
        orders: 1,
        pieces: sum(of, ({ quantity }) => quantity),
        revenue: sum(of, ({ net }) => net),
        refunded: of[0]?.vendor_id === null ? 0 : Math.floor((order.refunded * sum(of, ({ total }) => total)) / order.total)
      }))
      const rest = order.refunded - sum(own, ({ refunded }) => refunded)
      return own.concat({ key: [order.currency, null] as const, orders: 0, pieces: 0, revenue: 0, refunded: rest })
    }),
    ({ key }) => JSON.stringify(key)
  ).map((all) =>
    line(all[0]?.key ?? [], sum(all, (one) => one.orders), sum(all, ({ pieces }) => pieces), sum(all, ({ revenue }) => revenue), sum(all, ({ refunded }) => refunded))
  ).filter(([, , orders, , , refunded]) => orders !== 0 || refunded !== 0)

const refundsOf = (refunds: ReadonlyArray<RefundRow>) =>
  grouped(refunds.filter(({ state }) => state === "succeeded"), ({ currency }) => currency).map((all) => [
    all[0]?.currency,
    all.length,
    new Set(all.map(({ order_id }) => order_id)).size,
    sum(all, ({ amount }) => amount),
    sum(all, ({ amount, credited_to }) => credited_to === null ? 0 : amount)
  ])

const plusDays = (day: string, days: number) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)

const daysFrom = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1

/** Puts the sold orders of a spring into the tables, past the engine, and asks for figures of it in many ways. */
export const areTheSameAddedUpByHand = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const analytics = yield* Analytics
  const chance = Chance.make(11)
  const variants: Array<string> = []
  for (const title of ["Mug", "Bowl", "Lamp", "Vase"]) variants.push((yield* Shop.product({ title, stock: 1_000 })).variantId)
  let made = 0
  // clocks go forward in Berlin on 29 March and go back in Apia on 5 April
  const moment = () => new Date(Date.parse("2026-03-19T00:00:00.000Z") + chance.below(20 * 96) * 900_000 + chance.below(900_000)).toISOString()

  const sell = () => {
    const number = ++made
    const id = `ord_${String(number).padStart(6, "0")}`
    const currency = chance.oneIn(4) ? "EUR" : "USD"
    const money = (amount: number) => ({ amount, currency })
    const placedAt = moment()
    const address = { ...chance.pick(places), city: "Somewhere" }
    const taxes = rates.filter(() => chance.oneIn(2)).map(([rateId, name, ratePpm]) => ({ rateId, name, ratePpm, amount: money(chance.below(300)) }))
    const used = promotions.filter(() => chance.oneIn(4)).map(([promotion, code]) => ({
      id: promotion,
      name: `Called ${promotion}`,
      code,
      class: "order",
      counted: [],
      amount: money(1 + chance.below(500))
    }))
    const total = 1_000 + chance.below(9_000)
    const shipsTo = chance.oneIn(4) ? null : JSON.stringify(address)
    return {
      order: {
        id,
        store_id: String(defaultStoreId),
        number: 50_000 + number,
        status: chance.pick(statuses),
        payment_status: "paid",
        cart_id: `cart_${id}`,
        customer_id: null,
        email: chance.pick(people),
        currency,
        prices_include_tax: 0,
        shipping: null,
        subtotal: total,
        discount: 0,
        shipping_total: 0,
        tax: sum(taxes, ({ amount }) => amount.amount),
        taxes: JSON.stringify(taxes),
        promotions: JSON.stringify(used),
        total,
        paid: total,
        refunded: 0,
        item_count: 1,
        shipping_address: shipsTo,
        billing_address: shipsTo === null && chance.oneIn(2) ? JSON.stringify(address) : null,
        note: null,
        token_hash: null,
        reserved_until: placedAt,
        version: 1,
        placed_at: placedAt,
        updated_at: placedAt
      },
      lines: Arr.makeBy(1 + chance.below(3), (position) => ({
        id: `line_${id}_${position}`,
        store_id: String(defaultStoreId),
        order_id: id,
        position,
        vendor_id: chance.pick([null, "ven_a", "ven_b"] as const),
        variant_id: variants[chance.below(3)] ?? "",
        product_id: "prod_1",
        title: "Thing",
        variant_title: "Thing",
        sku: null,
        image: null,
        requires_shipping: 0,
        quantity: 1 + chance.below(3),
        unit_price: 100,
        compare_at: null,
        subtotal: 100,
        discount: 0,
        net: chance.below(1_000),
        tax: 0,
        taxes: "[]",
        total: 1 + chance.below(300),
        trace: "[]"
      }))
    }
  }

  const refund = Effect.gen(function*() {
    const id = `ord_${String(1 + chance.below(made)).padStart(6, "0")}`
    const rows = yield* sql<OrderRow>`SELECT * FROM orders WHERE id = ${id}`
    const order = rows[0]
    const at = moment()
    const key = `${id}_${at}_${chance.below(1_000_000)}`
    if (order === undefined || order.refunded + 50 > order.total) return
    yield* sql`INSERT INTO payments ${
      sql.insert({
        id: `pay_${key}`,
        store_id: String(defaultStoreId),
        order_id: id,
        gateway: "test",
        state: "captured",
        currency: order.currency,
        amount: order.total,
        captured_currency: order.currency,
        captured: order.total,
        refunded: 50,
        gateway_reference: key,
        idempotency_key: key,
        version: 1,
        created_at: at,
        updated_at: at
      })
    }`
    yield* sql`INSERT INTO refunds ${
      sql.insert({
        id: `ref_${key}`,
        store_id: String(defaultStoreId),
        payment_id: `pay_${key}`,
        order_id: id,
        state: chance.oneIn(4) ? "failed" : "succeeded",
        currency: order.currency,
        amount: 50,
        reason: "",
        restock: 0,
        credited_to: chance.oneIn(3) ? "store-credit" : null,
        attempts: 1,
        idempotency_key: key,
        version: 1,
        created_at: at,
        updated_at: at
      })
    }`
    yield* sql`UPDATE orders SET refunded = refunded + 50 WHERE id = ${id}`
  })

  const isEqual = Effect.fnUntraced(function*() {
    const orders = yield* sql<OrderRow>`SELECT * FROM orders`
    const refunds = yield* sql<RefundRow>`SELECT * FROM refunds`
    const lines = yield* sql<LineRow>`SELECT * FROM order_lines`
    const timeZone = chance.pick(zones)
    const bucket = chance.pick(buckets)
    const from = plusDays("2026-03-17", chance.below(20))
    const to = plusDays(from, chance.below(14))
    const compare = chance.pick<false | "previous" | "year">([false, "previous", "year"])
    const query = { from, to, timeZone, compare, ...(bucket === undefined ? {} : { bucket }) }
    const asked = JSON.stringify(query)
    const before = compare === "year" ? ["2025", "2025"].map((year, index) => `${year}${[from, to][index]?.slice(4)}`) : [
      plusDays(from, -daysFrom(from, to)),
      plusDays(from, -1)
    ]
    const within = <A>(rows: ReadonlyArray<A>, at: (row: A) => string, [first = "", last = ""]: ReadonlyArray<string>) =>
      rows.filter((row) => written(at(row), timeZone).date >= first && written(at(row), timeZone).date <= last)
    const holds = <A, F>(
      said: Breakdown<F>,
      line: (figures: F) => ReadonlyArray<unknown>,
      rows: ReadonlyArray<A>,
      at: (row: A) => string,
      byHand: (rows: ReadonlyArray<A>, starts: string) => ReadonlyArray<ReadonlyArray<unknown>>
    ) => {
      const inTime = within(rows, at, [from, to])
      assert.deepStrictEqual(sorted(said.whole.figures.map(line)), sorted(byHand(inTime, said.whole.from)), asked)
      assert.strictEqual(said.previous === null, compare === false, asked)
      if (said.previous !== null) {
        assert.deepStrictEqual(sorted(said.previous.figures.map(line)), sorted(byHand(within(rows, at, before), said.previous.from)), asked)
      }
      if (bucket === undefined) return assert.deepStrictEqual(said.periods, [])
      const groups = new Map(grouped(inTime, (row) => keyOf(at(row), timeZone, bucket)).map((group) => [keyOf(at(group[0] as A), timeZone, bucket), group]))
      const keys = said.periods.map((period) => keyOf(period.from, timeZone, bucket))
      assert.strictEqual(new Set(keys).size, keys.length, asked)
      for (const key of groups.keys()) assert.ok(keys.includes(key), `${asked} ${key}`)
      said.periods.forEach((period, index) => {
        const group = groups.get(keys[index] ?? "") ?? []
        assert.deepStrictEqual(sorted(period.figures.map(line)), sorted(byHand(group, period.from)), `${asked} ${keys[index]}`)
      })
    }
    const placed = ({ placed_at }: OrderRow) => placed_at
    const by = chance.pick(["promotion", "code"] as const)
    holds(
      yield* analytics.sales(query),
      (f) => [f.currency, f.placed, f.orders, f.total.amount, f.refunded.amount, f.tax.amount],
      orders,
      placed,
      salesOf
    )
    holds(yield* analytics.buyers(query), (f) => [
      f.currency,
      f.newBuyers,
      f.returningBuyers,
      [[f.newOrders, f.newKept.amount], [f.returningOrders, f.returningKept.amount], [f.erasedOrders, f.erasedKept.amount]]
    ], orders, placed, buyersOf(orders))
    holds(
      yield* analytics.taxes(query),
      (f) => [f.currency, f.country, f.region, f.rateId, f.ratePpm, f.orders, f.tax.amount],
      orders,
      placed,
      taxesOf
    )
    holds(
      yield* analytics.promotions({ ...query, by }),
      (f) => [f.currency, f.promotionId, f.code, f.orders, f.discount.amount, f.revenue.amount],
      orders,
      placed,
      promotionsOf(by)
    )
    const vendors = yield* analytics.vendors(query)
    holds(
      vendors,
      (f) => [f.currency, f.vendorId, f.orders, f.pieces, f.revenue.amount, f.refunded.amount],
      orders,
      placed,
      vendorsOf(lines)
    )
    for (const { currency, refunded } of (yield* analytics.sales(query)).whole.figures) {
      const all = vendors.whole.figures.filter((one) => one.currency === currency)
      assert.strictEqual(sum(all, (one) => one.refunded.amount), refunded.amount, asked)
    }
    holds(
      yield* analytics.refunds(query),
      (f) => [f.currency, f.refunds, f.orders, f.amount.amount, f.credited.amount],
      refunds,
      ({ updated_at }) => updated_at,
      refundsOf
    )
    const usd = orders.filter((order) => counts(order) && order.currency === "USD" && order.email !== nobody)
    const people = grouped(usd, ({ email }) => email).map((own) => ({
      orders: own.length,
      kept: sum(own, ({ refunded, total }) => total - refunded),
      last: own.map(placed).sort().at(-1) ?? "",
      first: own.map(placed).sort()[0] ?? ""
    }))
    const score = <A>(values: ReadonlyArray<A>, value: A) =>
      1 + Math.floor((5 * values.filter((other) => other < value).length) / values.length)
    const cells = grouped(people, (one) =>
      JSON.stringify([
        score(people.map(({ last }) => last), one.last),
        score(people.map((other) => other.orders), one.orders),
        score(people.map(({ kept }) => kept), one.kept)
      ]))
    assert.deepStrictEqual(
      sorted((yield* analytics.rfm({})).cells.map((cell) => [cell.buyers, cell.orders, cell.kept.amount])),
      sorted(cells.map((all) => [all.length, sum(all, (one) => one.orders), sum(all, ({ kept }) => kept)]))
    )
    const { cohorts } = yield* analytics.cohorts({ timeZone, months: 3 })
    for (const [at, cohort] of cohorts.entries()) {
      const month = (moment: string) => keyOf(moment, timeZone, "month")
      const firsts = new Set(grouped(usd, ({ email }) => email).filter((own) => month(own.map(placed).sort()[0] ?? "") === month(cohort.from)).map((own) => own[0]?.email))
      assert.deepStrictEqual(
        cohort.months.map(({ buyers, kept, orders }) => [buyers, orders, kept.amount]),
        cohorts.slice(at).map(({ from }) => {
          const then = usd.filter((order) => firsts.has(order.email) && month(order.placed_at) === month(from))
          return [new Set(then.map(({ email }) => email)).size, then.length, sum(then, ({ refunded, total }) => total - refunded)]
        }),
        asked
      )
    }
    const sold = new Set(within(orders, placed, [from, to]).filter((order) => counts(order) && order.currency === "USD").map(({ id }) => id))
    const worst = yield* analytics.topProducts({ from, to, timeZone, order: "worst", by: "quantity" })
    assert.deepStrictEqual(
      worst.map(({ quantity, revenue, variantId }) => [variantId as string, quantity, revenue.amount]),
      variants.map((variantId): [string, number, number] => {
        const own = lines.filter((line) => line.variant_id === variantId && sold.has(line.order_id))
        return [variantId, sum(own, ({ quantity }) => quantity), sum(own, ({ net }) => net)]
      }).sort((a, b) => a[1] - b[1] || a[2] - b[2] || (a[0] < b[0] ? -1 : 1)),
      asked
    )
  })

  yield* TestClock.setTime(Date.parse("2026-04-20T00:00:00.000Z"))
  for (let round = 0; round < 25; round++) {
    const sold = Arr.makeBy(8, sell)
    yield* sql`INSERT INTO orders ${sql.insert(Arr.map(sold, ({ order }) => order))}`
    yield* sql`INSERT INTO order_lines ${sql.insert(Arr.flatMap(sold, ({ lines }) => lines))}`
    for (let some = 0; some < 3; some++) yield* refund
    const changed = `ord_${String(1 + chance.below(made)).padStart(6, "0")}`
    yield* sql`UPDATE orders SET status = ${chance.pick(statuses)} WHERE id = ${changed}`
    if (chance.oneIn(3)) yield* analytics.fold
    yield* isEqual()
  }
}).pipe(Actor.as(Actor.system("test")))
