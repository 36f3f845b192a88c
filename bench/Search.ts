/**
 * The search while the catalogue grows a thousandfold: texts that few and that many products have, facets, typing errors, and help while
 * somebody types.
 */
import { createStoa } from "@stoa/core"
import * as Bulk from "./Bulk.ts"
import type { Databases } from "./Databases.ts"
import * as Fixture from "./Fixture.ts"
import * as Growth from "./Growth.ts"
import type { Sizes } from "./Options.ts"
import type { Row, Table } from "./Report.ts"
import { storage, type Target } from "./server/Target.ts"

const questionsOf = async (target: Target, size: number) => {
  const shop = await createStoa({ storage: storage(target), workers: false })
  const word = () => Bulk.spokenWord(Growth.scattered(size))
  /** The word of twenty products with two letters exchanged. */
  const misspelt = () => {
    const [first = "", second = "", third = "", ...rest] = word()
    return [first, third, second, ...rest].join("")
  }
  const questions: Growth.Questions = {
    "a word of 20 products": () => shop.search.products({ search: word() }),
    "a word of 20 products, with facets": async () => {
      const search = word()
      const [found] = await Promise.all([shop.search.products({ search }), shop.search.facets({ search })])
      return found
    },
    // among fifty thousand words that are spelled alike, some are passed over
    "a word of 20 products, misspelt": async () => ({ meant: await shop.search.products({ search: misspelt() }) }),
    "a text of letters that nothing is like": async () => ({ nothing: await shop.search.products({ search: "xqwkvzz" }) }),
    "a word of 1 product in 20": () => shop.search.products({ search: Bulk.commonWord(Growth.scattered(size)) }),
    "a word of 1 product in 20, by popularity": () => shop.search.products({ search: Bulk.commonWord(Growth.scattered(size)), sort: "-popularity" }),
    "a word of 1 product in 20 with facets": async () => {
      const search = Bulk.commonWord(Growth.scattered(size))
      const [found] = await Promise.all([shop.search.products({ search }), shop.search.facets({ search })])
      return found
    },
    "suggestions for four letters": () => shop.search.suggest(word().slice(0, 4)),
    "list by popularity": () => shop.catalog.listProducts({ sort: "-popularity" }),
    "list by rating": () => shop.catalog.listProducts({ sort: "-rating" })
  }
  return { questions, close: () => shop.close() }
}

/** Grows a catalogue and searches it at each size. */
export const measure = async (databases: Databases, sizes: Sizes, add: (table: Table) => void): Promise<void> => {
  const target = await databases.create("search", "NORMAL")
  await Fixture.create(target, { ...sizes, products: 1, orders: 0 })
  const curve = new Map<number, Readonly<Record<string, Growth.Point>>>()
  const filled: Array<Row> = []
  let from = 0
  for (const size of Growth.steps(sizes.growTo)) {
    const began = performance.now()
    await Bulk.run(target, async (bulk) => {
      await bulk.products(from, size)
      await bulk.words(from, size)
    })
    filled.push({ name: `${Growth.name(size)} products`, figures: { "seconds to fill": (performance.now() - began) / 1_000 } })
    from = size
    const { close, questions } = await questionsOf(target, size)
    curve.set(size, await Growth.ask(questions, sizes.samples))
    await close()
  }
  add(Growth.table(`Search while the catalogue grows on ${target.backend}`, curve))
  add({ title: `Catalogues for it on ${target.backend}`, rows: filled })
}
