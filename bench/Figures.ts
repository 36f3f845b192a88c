/**
 * What the owner of a shop looks at while orders grow a thousandfold, and what customers write about its products.
 */
import { Actor, createStoa } from "@stoa/core"
import * as Asked from "./Asked.ts"
import * as Bulk from "./Bulk.ts"
import * as Curve from "./Curve.ts"
import type { Sizes } from "./Options.ts"
import type { Processes } from "./Processes.ts"
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
  const points = await Curve.ask({
    "newest reviews": () => shop.reviews.ofProduct(product),
    "best reviews": () => shop.reviews.ofProduct(product, { sort: "highest" })
  }, samples)
  await shop.close()
  return [
    { name: "reviews written of one product, 8 people at once", figures: { "a second": rate } },
    ...Object.entries(points).map(([name, { p50, p95 }]) => ({ name, figures: { "p50 us": p50, "p95 us": p95 } }))
  ]
}

/** The last days up to an order. */
const days = (size: number, before: number) => {
  const last = Date.parse(Bulk.timeOf(size))
  const day = (millis: number) => new Date(millis).toISOString().slice(0, 10)
  return { from: day(last - before * 86_400_000), to: day(last), timeZone: "UTC" }
}

const figures = (size: number): Curve.Questions => ({
  dashboard: () => Asked.dashboard,
  "sales of 30 days, by day": () => Asked.sales({ ...days(size, 29), bucket: "day" }),
  "what sold best in 30 days": () => Asked.topProducts(days(size, 29))
})

/** The sums of shops with so many orders, worked out anew: of the largest one this is what its first hour has taken. */
const rebuilt = async (shops: Curve.Shops): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  const sizes = Array.from(shops.keys())
  for (const [size, target] of shops) {
    if (sizes.length > 1 && size === sizes.at(-1)) continue
    const shop = await createStoa({ storage: storage(target), workers: false })
    const began = performance.now()
    await shop.analytics.rebuild()
    const seconds = (performance.now() - began) / 1_000
    rows.push({ name: `sums of ${Curve.name(size)} orders worked out anew`, figures: { seconds, "seconds per million": seconds * 1e6 / size } })
    await shop.close()
    await Bulk.settle(target)
  }
  return rows
}

/** The figures of shops with so many orders, looked at in turns. */
export const measure = async (processes: Processes, shops: Curve.Shops, sizes: Sizes, add: (table: Table) => void): Promise<void> => {
  const [smallest] = shops.values()
  if (smallest === undefined) return
  add({ title: `Figures worked out anew on ${smallest.backend}`, rows: await rebuilt(shops) })
  await Curve.measure(processes, shops, sizes, add, "Figures while orders grow", figures)
  add({ title: `Reviews on ${smallest.backend}`, rows: await reviewed(smallest, sizes.samples) })
}
