/**
 * What is asked of a shop, each thing once: with its filters, as somebody calls it who has the engine in the same process, and as the address
 * that a client of the API asks for.
 */
import { Actor, type createStoa } from "@stoa/core"
import * as Bulk from "./Bulk.ts"
import { api } from "./Shopper.ts"

type Stoa = Awaited<ReturnType<typeof createStoa>>
type Query<F extends (...args: never) => unknown> = NonNullable<Parameters<F>[0]>

/** Who asks: somebody who looks around, the customer with many orders, or who runs the shop. */
export type Who = "guest" | "customer" | "staff"

/** What was answered; what it lists, if it is a list. */
export interface Answer {
  readonly items?: ReadonlyArray<unknown> | undefined
}

export interface Asked {
  readonly call: (shop: Stoa) => Promise<Answer | object>
  readonly path: string
  readonly who: Who
  /** Whether an answer with nothing in it is one, too. */
  readonly maybeNothing?: boolean
}

const address = (path: string, query: object = {}): string => {
  const parameters = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]))
  return parameters.size === 0 ? `${api}${path}` : `${api}${path}?${parameters}`
}

/** What the address of a search calls its text. */
const text = ({ search, ...filters }: { readonly search?: string }) => search === undefined ? filters : { ...filters, q: search }

/** Products with a status of choice are listed for staff. */
export const list = (query: Query<Stoa["catalog"]["listProducts"]> = {}): Asked => ({
  call: (shop) => shop.catalog.listProducts(query),
  path: address(query.status === undefined ? "/products" : "/admin/products", query),
  who: query.status === undefined ? "guest" : "staff"
})

export const product = (slug: string): Asked => ({
  call: (shop) => shop.catalog.getProduct(slug),
  path: address(`/products/${slug}`),
  who: "guest"
})

export const search = (query: Query<Stoa["search"]["products"]>): Asked => ({
  call: (shop) => shop.search.products(query),
  path: address("/products/search", text(query)),
  who: "guest"
})

export const facets = (query: Query<Stoa["search"]["facets"]>): Asked => ({
  call: (shop) => shop.search.facets(query),
  path: address("/products/facets", text(query)),
  who: "guest"
})

export const suggest = (typed: string): Asked => ({
  call: (shop) => shop.search.suggest(typed),
  path: address("/search/suggest", { q: typed }),
  who: "guest"
})

export const orders = (query: Query<Stoa["orders"]["list"]> = {}): Asked => ({
  call: (shop) => shop.orders.list(query),
  path: address("/admin/orders", query),
  who: "staff"
})

/** Those of the customer. */
export const ownOrders = (query: Query<Stoa["orders"]["listMine"]> = {}): Asked => ({
  call: (shop) => shop.as(Actor.customer(Bulk.customerId)).orders.listMine(query),
  path: address("/orders", query),
  who: "customer"
})

export const order = (id: string): Asked => ({
  call: (shop) => shop.orders.get(id),
  path: address(`/admin/orders/${id}`),
  who: "staff"
})

export const orderStats = (query: Query<Stoa["orders"]["stats"]> = {}): Asked => ({
  call: (shop) => shop.orders.stats(query),
  path: address("/admin/orders/stats", query),
  who: "staff"
})

export const dashboard: Asked = {
  call: (shop) => shop.analytics.dashboard(),
  path: address("/admin/dashboard"),
  who: "staff"
}

export const sales = (query: Query<Stoa["analytics"]["sales"]>): Asked => ({
  call: (shop) => shop.analytics.sales(query),
  path: address("/admin/analytics/sales", query),
  who: "staff"
})

export const topProducts = (query: Query<Stoa["analytics"]["topProducts"]>): Asked => ({
  call: (shop) => shop.analytics.topProducts(query),
  path: address("/admin/analytics/products", query),
  who: "staff"
})
