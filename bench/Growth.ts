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
      "four stars or more": () => shop.catalog.listProducts({ ratingFrom: 4 }),
      "prices in a wide range": () => shop.catalog.listProducts({ priceFrom: 2_000, priceTo: 8_000 }),
      "prices in a narrow range": () => shop.catalog.listProducts({ priceFrom: 2_000, priceTo: 2_100 }),
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

/** Lists of the catalogue, and orders. */
export const measure = async (databases: Databases, sizes: Sizes, add: (table: Table) => void): Promise<void> => {
  await Curve.measure(databases, sizes, add, {
    suite: "growth",
    title: "Growth of the catalogue",
    fill: (bulk, size) => bulk.products(0, size),
    open: products
  })
  await Curve.measure(databases, sizes, add, {
    suite: "orders",
    title: "Growth of the orders",
    fill: async (bulk, size) => {
      await bulk.products(0, 1_000)
      await bulk.orders(0, size)
    },
    open: orders
  })
}
