/**
 * The search while the catalogue grows a thousandfold: texts that few and that many products have, facets, typing errors, and help while
 * somebody types.
 */
import { createStoa } from "@stoa/core"
import * as Bulk from "./Bulk.ts"
import * as Curve from "./Curve.ts"
import type { Sizes } from "./Options.ts"
import type { Table } from "./Report.ts"
import { storage, type Target } from "./server/Target.ts"

const open = async (target: Target, size: number): Promise<Curve.Shop> => {
  const shop = await createStoa({ storage: storage(target), workers: false })
  const word = () => Bulk.spokenWord(Curve.scattered(size))
  /** The word of twenty products with two letters exchanged. */
  const misspelt = () => {
    const [first = "", second = "", third = "", ...rest] = word()
    return [first, third, second, ...rest].join("")
  }
  const questions: Curve.Questions = {
    "a word of 20 products": () => shop.search.products({ search: word() }),
    "a word of 20 products, with facets": async () => {
      const search = word()
      const [found] = await Promise.all([shop.search.products({ search }), shop.search.facets({ search })])
      return found
    },
    // among fifty thousand words that are spelled alike, some are passed over
    "a word of 20 products, misspelt": async () => ({ meant: await shop.search.products({ search: misspelt() }) }),
    "a text of letters that nothing is like": async () => ({ nothing: await shop.search.products({ search: "xqwkvzz" }) }),
    "a word of 1 product in 20": () => shop.search.products({ search: Bulk.commonWord(Curve.scattered(size)) }),
    "a word of 1 product in 20, by popularity": () => shop.search.products({ search: Bulk.commonWord(Curve.scattered(size)), sort: "-popularity" }),
    "a word of 1 product in 20, by price": () => shop.search.products({ search: Bulk.commonWord(Curve.scattered(size)), sort: "price" }),
    "a word that all have": () => shop.search.products({ search: "thing" }),
    "letters with which a word of all begins": () => shop.search.products({ search: "thi" }),
    "a word of 1 product in 20 with facets": async () => {
      const search = Bulk.commonWord(Curve.scattered(size))
      const [found] = await Promise.all([shop.search.products({ search }), shop.search.facets({ search })])
      return found
    },
    "suggestions for four letters": () => shop.search.suggest(word().slice(0, 4)),
    "list by popularity": () => shop.catalog.listProducts({ sort: "-popularity" }),
    "list by rating": () => shop.catalog.listProducts({ sort: "-rating" })
  }
  return { questions, close: () => shop.close() }
}

/** Catalogues of each size, searched in turns. */
export const measure = (shops: Curve.Shops, sizes: Sizes, add: (table: Table) => void): Promise<void> =>
  Curve.measure(shops, sizes, add, "Search while the catalogue grows", open)
