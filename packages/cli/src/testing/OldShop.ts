/**
 * What a shop says of itself in words that do not depend on its ids and times, asked of an engine of any version. The shop in `oldShop` was
 * filled by the engine as it was after migration 104, on each database, which then answered with `answers.json`.
 */
import type { Stoa } from "@stoa/core"
import { readFileSync } from "node:fs"
import { brotliDecompressSync } from "node:zlib"

const folder = new URL("oldShop/", import.meta.url)

const kept = (name: string): Buffer => readFileSync(new URL(name, folder))

/** The shop as an SQLite file. */
export const file = (): Uint8Array => brotliDecompressSync(kept("shop.db.br"))

/** The shop as a statement for an empty PostgreSQL database. */
export const statement = (): string => {
  const dump = brotliDecompressSync(kept("shop.sql.br")).toString("utf8")
  return `DO $run$ BEGIN EXECUTE $dump$${dump}$dump$; END $run$`
}

/** What the engine of then said of it. */
export const answers = (): unknown => JSON.parse(kept("answers.json").toString("utf8"))

/** The secret that it was filled with. */
export const secret = "the secret of a shop of long ago, kept for tests"

/** Without ids and times, and lists that come in no order in one. */
const plain = (value: unknown): unknown => {
  if (typeof value === "string") return value.replace(/\b([a-z]+)_[0-9a-z]{26}\b/g, "$1").replace(/^\d{4}-\d\d-\d\dT.*Z$/, "then")
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]))
}

const inOrder = (values: ReadonlyArray<unknown>): ReadonlyArray<unknown> =>
  values.map((value) => JSON.stringify(plain(value))).sort().map((text) => JSON.parse(text))

const titles = ({ items }: { readonly items: ReadonlyArray<{ readonly title: string }> }) => items.map(({ title }) => title)

const productsOf = async ({ catalog }: Stoa.Stoa) => {
  const list = (query: Parameters<typeof catalog.listProducts>[0]) => catalog.listProducts({ limit: 100, ...query })
  const priced = await list({ sort: "-price" })
  return {
    byTitle: titles(await list({ sort: "title" })),
    byPrice: priced.items.map(({ priceFrom }) => priceFrom.amount),
    drafts: titles(await list({ status: "draft" })),
    tagged: titles(await list({ sort: "title", tag: "kitchen" })),
    collected: titles(await list({ collection: "gifts" })),
    inCategory: titles(await list({ category: "kitchen" })),
    found: Object.fromEntries(
      await Promise.all(["walnut", "mug", "shirt", "sh", "ansel", "bowll"].map(async (search) => [search, titles(await list({ search })).sort()]))
    )
  }
}

const ordersOf = async (shop: Stoa.Stoa) => {
  const { items } = await shop.orders.list({ limit: 100 })
  return Promise.all(items.map(async ({ id, number }) => {
    const order = await shop.orders.get(id)
    const returns = await shop.returns.ofOrder(id)
    return {
      number,
      status: order.status,
      sent: order.fulfilmentStatus,
      money: [order.total, order.paid, order.refunded].map(({ amount }) => amount),
      lines: order.lines.map(({ quantity, title, total }) => [title, quantity, total.amount]),
      story: (await shop.orders.timeline(id)).map(({ type }) => type).sort(),
      parcels: (await shop.fulfilments.ofOrder(id)).map(({ lines, status }) => [status, lines.length]),
      returns: inOrder(returns.map(({ amount, status }) => [status, amount?.amount ?? null])),
      papers: (await shop.documents.ofOrder(id)).map(({ kind, number }) => [kind, number]),
      notes: (await shop.orderNotes.list(id)).items.map(({ text }) => text)
    }
  }))
}

const stockOf = async (shop: Stoa.Stoa) =>
  Object.fromEntries(
    await Promise.all(["walnut-board", "mug", "bowl"].map(async (slug) => {
      const { variants: [variant] } = await shop.catalog.getProduct(slug)
      const levels = await shop.inventory.levels(variant?.id ?? "")
      return [slug, levels.map(({ onHand, reserved }) => [onHand, reserved])]
    }))
  )

/** Everything that is asked. */
export const answersOf = async (shop: Stoa.Stoa): Promise<unknown> => {
  const { items: [ada] } = await shop.accounts.list({ limit: 10 })
  const { items: reviews } = await shop.reviews.list({})
  const { items: questions } = await shop.questions.list({})
  const { items: giftCards } = await shop.giftCards.list({})
  const { items: promotions } = await shop.promotions.list({})
  const { items: drafts } = await shop.draftOrders.list({})
  const { byStatus, revenue, total } = await shop.orders.stats()
  return plain({
    products: await productsOf(shop),
    orders: await ordersOf(shop),
    stock: await stockOf(shop),
    ada: [ada?.email, ada?.name, (await shop.storeCredit.of(ada?.id ?? "")).balance],
    reviews: reviews.map(({ rating, status, text }) => [rating, text, status]),
    questions: questions.map(({ status, text }) => [text, status]),
    giftCards: giftCards.map(({ balance, status }) => [balance.amount, status]),
    promotions: promotions.map(({ name, use }) => [name, use]),
    drafts: drafts.map(({ status, total }) => [status, total]),
    books: inOrder(await shop.payments.balances()),
    stats: { total, byStatus, revenue }
  })
}
