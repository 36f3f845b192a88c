/**
 * What the owner of a shop looks at while orders grow a thousandfold, and what customers write about its products.
 */
import { Actor, createStoa } from "@stoa/core"
import * as Bulk from "./Bulk.ts"
import type { Databases } from "./Databases.ts"
import * as Fixture from "./Fixture.ts"
import * as Growth from "./Growth.ts"
import type { Sizes } from "./Options.ts"
import type { Row, Table } from "./Report.ts"
import { storage, type Target } from "./server/Target.ts"

/** Reviews of one product, each by another customer, eight at once; and then its page of reviews, read again and again. */
const reviewed = async (target: Target, samples: number): Promise<ReadonlyArray<Row>> => {
  const shop = await createStoa({ storage: storage(target), workers: false })
  const product = Bulk.productId(0)
  let written = 0
  const write = async () => {
    while (written < samples) {
      const customer = shop.as(Actor.customer(`user_reviewer${written++}`))
      await customer.reviews.create({ product, rating: 1 + written % 5, text: `It does what it says, for the ${written}th time.`, authorName: null })
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: 8 }, write))
  const rate = samples * 1_000 / (performance.now() - began)
  const points = await Growth.ask({
    "newest reviews": () => shop.reviews.ofProduct(product),
    "best reviews": () => shop.reviews.ofProduct(product, { sort: "highest" })
  }, samples)
  await shop.close()
  return [
    { name: "reviews written of one product, 8 people at once", figures: { "a second": rate } },
    ...Object.entries(points).map(([name, { p50, p95 }]) => ({ name, figures: { "p50 us": p50, "p95 us": p95 } }))
  ]
}

/** Grows the orders of a shop and looks at its figures at each size. */
export const measure = async (databases: Databases, sizes: Sizes, add: (table: Table) => void): Promise<void> => {
  const target = await databases.create("figures", "NORMAL")
  await Fixture.create(target, { ...sizes, products: 1, orders: 0 })
  const curve = new Map<number, Readonly<Record<string, Growth.Point>>>()
  const rebuilds: Array<Row> = []
  let from = 0
  for (const size of Growth.steps(sizes.growTo)) {
    await Bulk.run(target, async (bulk) => {
      if (from === 0) await bulk.products(0, 1_000)
      await bulk.orders(from, size)
    })
    from = size
    const { close, questions, rebuildSeconds } = await Growth.ordersOf(target, size)
    const figures = Object.entries(questions).filter(([name]) => /dashboard|sales|sold/.test(name))
    curve.set(size, await Growth.ask(Object.fromEntries(figures), sizes.samples))
    rebuilds.push({
      name: `sums of ${Growth.name(size)} orders worked out anew`,
      figures: { seconds: rebuildSeconds, "seconds per million": rebuildSeconds * 1e6 / size }
    })
    await close()
  }
  add(Growth.table(`Figures while orders grow on ${target.backend}`, curve))
  add({ title: `Figures worked out anew on ${target.backend}`, rows: rebuilds })
  add({ title: `Reviews on ${target.backend}`, rows: await reviewed(target, sizes.samples) })
}
