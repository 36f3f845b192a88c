/**
 * The same questions while the tables grow a thousandfold: a page costs what the page is, not what the shop has.
 */
import { Actor, createStoa, Page } from "@stoa/core"
import * as Bulk from "./Bulk.ts"
import type { Databases } from "./Databases.ts"
import * as Fixture from "./Fixture.ts"
import type { Sizes } from "./Options.ts"
import type { Row, Table } from "./Report.ts"
import { storage, type Target } from "./server/Target.ts"
import * as Spread from "./Spread.ts"

export type Questions = Readonly<Record<string, () => Promise<{ readonly items: ReadonlyArray<unknown> } | object>>>

/** A thousand, and then a hundred times and a thousand times as many, up to a limit. */
export const steps = (growTo: number): ReadonlyArray<number> =>
  Array.from(new Set([1_000, 100_000, growTo].filter((size) => size <= growTo)))

export const name = (size: number): string => size.toLocaleString("en-US")

/** Somewhere below a number, anywhere; the same in every run. */
export const scattered = (() => {
  let state = 12_345
  return (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state % below
  }
})()

const productsOf = async (target: Target, size: number) => {
  const shop = await createStoa({ storage: storage(target), workers: false })
  const cursor = (number: number) => Page.encodeCursor("-createdAt", [Bulk.timeOf(number), Bulk.productId(number)])
  const questions: Questions = {
    "first page": () => shop.catalog.listProducts(),
    // older than nine of ten
    "deep page": () => shop.catalog.listProducts({ after: cursor(Math.floor(size / 10)) }),
    "page by price": () => shop.catalog.listProducts({ sort: "price" }),
    "page by title": () => shop.catalog.listProducts({ sort: "title" }),
    "page by popularity": () => shop.catalog.listProducts({ sort: "-popularity" }),
    "a category that all are below": () => shop.catalog.listProducts({ category: Bulk.everything }),
    "one of twenty categories, by price": () => shop.catalog.listProducts({ category: Bulk.kind(scattered(size)), sort: "price" }),
    "a category of 200 products, by popularity": () => shop.catalog.listProducts({ category: Bulk.leaf(scattered(size)), sort: "-popularity" }),
    "a tag that all have, by price": () => shop.catalog.listProducts({ tag: "thing", sort: "price" }),
    "one of fifty brands, by price": () => shop.catalog.listProducts({ brand: Bulk.brand(scattered(size)), sort: "price" }),
    "four stars or more": () => shop.catalog.listProducts({ ratingFrom: 4 }),
    "prices in a wide range": () => shop.catalog.listProducts({ priceFrom: 2_000, priceTo: 8_000 }),
    "prices in a range, the cheapest first": () => shop.catalog.listProducts({ priceFrom: 3_000, priceTo: 4_000, sort: "price" }),
    "product page": () => shop.catalog.getProduct(`bulk-${scattered(size)}`),
    "search, 20 products have the word": () => shop.catalog.listProducts({ search: Bulk.rareWord(scattered(size)) }),
    "search, 1 in 20 has the word": () => shop.catalog.listProducts({ search: Bulk.commonWord(scattered(size)) })
  }
  return { questions, close: () => shop.close() }
}

/** The last days up to an order. */
const days = (size: number, before: number) => {
  const last = Date.parse(Bulk.timeOf(size))
  const day = (millis: number) => new Date(millis).toISOString().slice(0, 10)
  return { from: day(last - before * 86_400_000), to: day(last), timeZone: "UTC" }
}

export const ordersOf = async (target: Target, size: number) => {
  const shop = await createStoa({ storage: storage(target), workers: false })
  const cursor = (number: number) => Page.encodeCursor("-placedAt", [Bulk.timeOf(number), Bulk.orderId(number)])
  const customer = shop.as(Actor.customer(Bulk.customerId))
  const first = Math.min(size, Bulk.ordersOfOne)
  const questions: Questions = {
    "all orders, first page": () => shop.orders.list(),
    "all orders, deep page": () => shop.orders.list({ after: cursor(Math.floor(size / 10)) }),
    "orders with a status": () => shop.orders.list({ status: "paid" }),
    [`orders of a customer with up to ${name(Bulk.ordersOfOne)}`]: () => customer.orders.listMine(),
    "the same, deep page": () => customer.orders.listMine({ after: cursor(Math.floor(first / 10)) }),
    "one order": () => shop.orders.get(Bulk.orderId(scattered(size))),
    "statistics of one day": () =>
      shop.orders.stats({ placedFrom: Bulk.timeOf(Math.max(0, size - 1_000)), placedTo: Bulk.timeOf(size) }),
    "statistics of all": () => shop.orders.stats(),
    dashboard: () => shop.analytics.dashboard(),
    "sales of 30 days, by day": () => shop.analytics.sales({ ...days(size, 29), bucket: "day" }),
    "what sold best in 30 days": () => shop.analytics.topProducts(days(size, 29))
  }
  const began = performance.now()
  await shop.analytics.rebuild()
  return { questions, rebuildSeconds: (performance.now() - began) / 1_000, close: () => shop.close() }
}

export interface Point {
  readonly p50: number
  readonly p95: number
}

/** Each question many times. One that takes long is asked less often, so that the curve ends today. */
export const ask = async (questions: Questions, samples: number): Promise<Readonly<Record<string, Point>>> => {
  const points: Record<string, Point> = {}
  for (const [question, call] of Object.entries(questions)) {
    for (let index = 0; index < 5; index++) await call()
    const micros: Array<number> = []
    const began = performance.now()
    while (micros.length < samples && (micros.length < 5 || performance.now() - began < 15_000)) {
      const at = performance.now()
      const answer = await call()
      micros.push((performance.now() - at) * 1000)
      if ("items" in answer && answer.items.length === 0) throw new Error(`${question} found nothing`)
    }
    points[question] = { p50: Spread.median(micros), p95: Spread.p95(micros) }
  }
  return points
}

export const table = (title: string, curve: ReadonlyMap<number, Readonly<Record<string, Point>>>): Table => {
  const [smallest] = curve.keys()
  const largest = Array.from(curve.keys()).at(-1)
  const questions = Object.keys(curve.get(smallest ?? 0) ?? {})
  const rows = questions.map((question): Row => {
    const figures: Record<string, number> = {}
    for (const [size, points] of curve) {
      figures[`p50 us ${name(size)}`] = points[question]?.p50 ?? Number.NaN
      figures[`p95 us ${name(size)}`] = points[question]?.p95 ?? Number.NaN
    }
    const before = curve.get(smallest ?? 0)?.[question]
    const after = curve.get(largest ?? 0)?.[question]
    figures["p50 ratio"] = (after?.p50 ?? Number.NaN) / (before?.p50 ?? Number.NaN)
    figures["p95 ratio"] = (after?.p95 ?? Number.NaN) / (before?.p95 ?? Number.NaN)
    return { name: question, figures }
  })
  return { title, rows }
}

/** Grows a shop and asks it at each size. */
export const measure = async (
  databases: Databases,
  sizes: Sizes,
  add: (table: Table) => void
): Promise<void> => {
  const target = await databases.create("growth", "NORMAL")
  // a shop as a merchant makes it, with its location
  await Fixture.create(target, { ...sizes, products: 1, orders: 0 })
  const products = new Map<number, Readonly<Record<string, Point>>>()
  const orders = new Map<number, Readonly<Record<string, Point>>>()
  const rebuilds: Array<Row> = []
  let from = 0
  for (const size of steps(sizes.growTo)) {
    await Bulk.run(target, async (bulk) => {
      await bulk.products(from, size)
      await bulk.orders(from, size)
    })
    from = size
    const catalogue = await productsOf(target, size)
    products.set(size, await ask(catalogue.questions, sizes.samples))
    await catalogue.close()
    const sold = await ordersOf(target, size)
    rebuilds.push({ name: `${name(size)} orders`, figures: { seconds: sold.rebuildSeconds } })
    orders.set(size, await ask(sold.questions, sizes.samples))
    await sold.close()
  }
  add(table(`Growth of the catalogue on ${target.backend}`, products))
  add(table(`Growth of the orders on ${target.backend}`, orders))
  add({ title: `Figures worked out anew on ${target.backend}`, rows: rebuilds })
}
