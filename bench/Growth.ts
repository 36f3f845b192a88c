/**
 * The same questions while the tables grow a thousandfold: a page costs what the page is, not what the shop has.
 */
import { Page } from "@stoa/core"
import * as Asked from "./Asked.ts"
import * as Bulk from "./Bulk.ts"
import * as Curve from "./Curve.ts"
import type { Databases } from "./Databases.ts"
import type { Sizes } from "./Options.ts"
import type { Processes } from "./Processes.ts"
import type { Table } from "./Report.ts"

const { name, scattered } = Curve

const products = (size: number): Curve.Questions => {
  const cursor = (number: number) => Page.encodeCursor("-createdAt", [Bulk.timeOf(number), Bulk.productId(number)])
  const kind = () => Bulk.kind(scattered(size))
  // one that a product is in, however few there are
  const narrow = (width: number) => {
    const priceFrom = Bulk.priceOf(scattered(size))
    return { priceFrom, priceTo: priceFrom + width }
  }
  return {
    "first page": () => Asked.list(),
    // older than nine of ten
    "deep page": () => Asked.list({ after: cursor(Math.floor(size / 10)) }),
    "page by price": () => Asked.list({ sort: "price" }),
    "page by title": () => Asked.list({ sort: "title" }),
    "page by popularity": () => Asked.list({ sort: "-popularity" }),
    "all, whatever their status": () => Asked.list({ status: "any" }),
    "all, whatever their status, by title": () => Asked.list({ status: "any", sort: "title" }),
    "a category that all are below": () => Asked.list({ category: Bulk.everything }),
    "one of twenty categories": () => Asked.list({ category: kind() }),
    "one of twenty categories, by popularity": () => Asked.list({ category: kind(), sort: "-popularity" }),
    "one of twenty categories, by price": () => Asked.list({ category: kind(), sort: "price" }),
    "a category of 200 products, by popularity": () => Asked.list({ category: Bulk.leaf(scattered(size)), sort: "-popularity" }),
    "a tag that all have, by price": () => Asked.list({ tag: "thing", sort: "price" }),
    "one of fifty brands": () => Asked.list({ brand: Bulk.brand(scattered(size)) }),
    "one of fifty brands, by price": () => Asked.list({ brand: Bulk.brand(scattered(size)), sort: "price" }),
    "a brand and a category that 1 in 1,000 passes both of, by price": () =>
      Asked.list({ brand: Bulk.brand(scattered(size)), category: kind(), sort: "price" }),
    "four stars or more": () => Asked.list({ ratingFrom: 4 }),
    "prices in a wide range": () => Asked.list({ priceFrom: 2_000, priceTo: 8_000 }),
    "prices in a narrow range": () => Asked.list(narrow(100)),
    "prices in a narrow range, by title": () => Asked.list({ ...narrow(100), sort: "title" }),
    "prices in a very narrow range, by title": () => Asked.list({ ...narrow(9), sort: "title" }),
    "prices in a range, the cheapest first": () => Asked.list({ priceFrom: 3_000, priceTo: 4_000, sort: "price" }),
    "product page": () => Asked.product(`bulk-${scattered(size)}`),
    "search, 20 products have the word": () => Asked.list({ search: Bulk.rareWord(scattered(size)) }),
    "search, 1 in 20 has the word": () => Asked.list({ search: Bulk.commonWord(scattered(size)) })
  }
}

const orders = (size: number): Curve.Questions => {
  const cursor = (number: number) => Page.encodeCursor("-placedAt", [Bulk.timeOf(number), Bulk.orderId(number)])
  const first = Math.min(size, Bulk.ordersOfOne)
  return {
    "all orders, first page": () => Asked.orders(),
    "all orders, deep page": () => Asked.orders({ after: cursor(Math.floor(size / 10)) }),
    "orders with a status": () => Asked.orders({ status: "paid" }),
    [`orders of a customer with up to ${name(Bulk.ordersOfOne)}`]: () => Asked.ownOrders(),
    "the same, deep page": () => Asked.ownOrders({ after: cursor(Math.floor(first / 10)) }),
    "one order": () => Asked.order(Bulk.orderId(scattered(size))),
    "statistics of one day": () => Asked.orderStats({ placedFrom: Bulk.timeOf(Math.max(0, size - 1_000)), placedTo: Bulk.timeOf(size) }),
    "statistics of all": () => Asked.orderStats()
  }
}

/** Shops of so many products, and the words of their titles. */
export const catalogues = (databases: Databases, sizes: Sizes, add: (table: Table) => void): Promise<Curve.Shops> =>
  Curve.filled(databases, sizes, add, {
    suite: "growth",
    title: "Catalogue",
    fill: async (bulk, size) => {
      await bulk.products(0, size)
      await bulk.words(0, size)
    }
  })

/** Shops of so many orders, and a thousand products. */
export const sold = (databases: Databases, sizes: Sizes, add: (table: Table) => void): Promise<Curve.Shops> =>
  Curve.filled(databases, sizes, add, {
    suite: "orders",
    title: "Orders",
    fill: async (bulk, size) => {
      await bulk.products(0, 1_000)
      await bulk.orders(0, size)
    }
  })

/** Lists of the catalogue. */
export const measure = (processes: Processes, shops: Curve.Shops, sizes: Sizes, add: (table: Table) => void): Promise<void> =>
  Curve.measure(processes, shops, sizes, add, "Growth of the catalogue", products)

export const measureOrders = (processes: Processes, shops: Curve.Shops, sizes: Sizes, add: (table: Table) => void): Promise<void> =>
  Curve.measure(processes, shops, sizes, add, "Growth of the orders", orders)
