/**
 * The same questions while the tables grow a thousandfold: a page costs what the page is, not what the shop has.
 */
import { Actor, createStoa, Page } from "@stoa/core"
import * as Bulk from "./Bulk.ts"
import * as Curve from "./Curve.ts"
import type { Databases } from "./Databases.ts"
import type { Sizes } from "./Options.ts"
import type { Table } from "./Report.ts"
import { storage, type Target } from "./server/Target.ts"

const { name, scattered } = Curve

const products = async (target: Target, size: number): Promise<Curve.Shop> => {
  const shop = await createStoa({ storage: storage(target), workers: false })
  const cursor = (number: number) => Page.encodeCursor("-createdAt", [Bulk.timeOf(number), Bulk.productId(number)])
  const kind = () => Bulk.kind(scattered(size))
  // one that a product is in, however few there are
  const narrow = (width: number) => {
    const priceFrom = Bulk.priceOf(scattered(size))
    return { priceFrom, priceTo: priceFrom + width }
  }
  return {
    questions: {
      "first page": () => shop.catalog.listProducts(),
      // older than nine of ten
      "deep page": () => shop.catalog.listProducts({ after: cursor(Math.floor(size / 10)) }),
      "page by price": () => shop.catalog.listProducts({ sort: "price" }),
      "page by title": () => shop.catalog.listProducts({ sort: "title" }),
      "page by popularity": () => shop.catalog.listProducts({ sort: "-popularity" }),
      "all, whatever their status": () => shop.catalog.listProducts({ status: "any" }),
      "all, whatever their status, by title": () => shop.catalog.listProducts({ status: "any", sort: "title" }),
      "a category that all are below": () => shop.catalog.listProducts({ category: Bulk.everything }),
      "one of twenty categories": () => shop.catalog.listProducts({ category: kind() }),
      "one of twenty categories, by popularity": () => shop.catalog.listProducts({ category: kind(), sort: "-popularity" }),
      "one of twenty categories, by price": () => shop.catalog.listProducts({ category: kind(), sort: "price" }),
      "a category of 200 products, by popularity": () => shop.catalog.listProducts({ category: Bulk.leaf(scattered(size)), sort: "-popularity" }),
      "a tag that all have, by price": () => shop.catalog.listProducts({ tag: "thing", sort: "price" }),
      "one of fifty brands": () => shop.catalog.listProducts({ brand: Bulk.brand(scattered(size)) }),
      "one of fifty brands, by price": () => shop.catalog.listProducts({ brand: Bulk.brand(scattered(size)), sort: "price" }),
      "a brand and a category that 1 in 1,000 passes both of, by price": () =>
        shop.catalog.listProducts({ brand: Bulk.brand(scattered(size)), category: kind(), sort: "price" }),
      "four stars or more": () => shop.catalog.listProducts({ ratingFrom: 4 }),
      "prices in a wide range": () => shop.catalog.listProducts({ priceFrom: 2_000, priceTo: 8_000 }),
      "prices in a narrow range": () => shop.catalog.listProducts(narrow(100)),
      "prices in a narrow range, by title": () => shop.catalog.listProducts({ ...narrow(100), sort: "title" }),
      "prices in a very narrow range, by title": () => shop.catalog.listProducts({ ...narrow(9), sort: "title" }),
      "prices in a range, the cheapest first": () => shop.catalog.listProducts({ priceFrom: 3_000, priceTo: 4_000, sort: "price" }),
      "product page": () => shop.catalog.getProduct(`bulk-${scattered(size)}`),
      "search, 20 products have the word": () => shop.catalog.listProducts({ search: Bulk.rareWord(scattered(size)) }),
      "search, 1 in 20 has the word": () => shop.catalog.listProducts({ search: Bulk.commonWord(scattered(size)) })
    },
    close: () => shop.close()
  }
}

const orders = async (target: Target, size: number): Promise<Curve.Shop> => {
  const shop = await createStoa({ storage: storage(target), workers: false })
  const cursor = (number: number) => Page.encodeCursor("-placedAt", [Bulk.timeOf(number), Bulk.orderId(number)])
  const customer = shop.as(Actor.customer(Bulk.customerId))
  const first = Math.min(size, Bulk.ordersOfOne)
  return {
    questions: {
      "all orders, first page": () => shop.orders.list(),
      "all orders, deep page": () => shop.orders.list({ after: cursor(Math.floor(size / 10)) }),
      "orders with a status": () => shop.orders.list({ status: "paid" }),
      [`orders of a customer with up to ${name(Bulk.ordersOfOne)}`]: () => customer.orders.listMine(),
      "the same, deep page": () => customer.orders.listMine({ after: cursor(Math.floor(first / 10)) }),
      "one order": () => shop.orders.get(Bulk.orderId(scattered(size))),
      "statistics of one day": () => shop.orders.stats({ placedFrom: Bulk.timeOf(Math.max(0, size - 1_000)), placedTo: Bulk.timeOf(size) }),
      "statistics of all": () => shop.orders.stats()
    },
    close: () => shop.close()
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
export const measure = (shops: Curve.Shops, sizes: Sizes, add: (table: Table) => void): Promise<void> =>
  Curve.measure(shops, sizes, add, "Growth of the catalogue", products)

export const measureOrders = (shops: Curve.Shops, sizes: Sizes, add: (table: Table) => void): Promise<void> =>
  Curve.measure(shops, sizes, add, "Growth of the orders", orders)
