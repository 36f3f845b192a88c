/**
 * The search while the catalogue grows a thousandfold: texts that few and that many products have, facets, typing errors, and help while
 * somebody types.
 */
import * as Asked from "./Asked.ts"
import * as Bulk from "./Bulk.ts"
import * as Curve from "./Curve.ts"
import type { Sizes } from "./Options.ts"
import type { Processes } from "./Processes.ts"
import type { Table } from "./Report.ts"

const searches = (size: number): Curve.Questions => {
  const word = () => Bulk.spokenWord(Curve.scattered(size))
  const common = () => Bulk.commonWord(Curve.scattered(size))
  /** The word of twenty products with two letters exchanged. */
  const misspelt = () => {
    const [first = "", second = "", third = "", ...rest] = word()
    return [first, third, second, ...rest].join("")
  }
  const withFacets = (search: string) => [Asked.search({ search }), Asked.facets({ search })]
  return {
    "a word of 20 products": () => Asked.search({ search: word() }),
    "a word of 20 products, with facets": () => withFacets(word()),
    // among fifty thousand words that are spelled alike, some are passed over
    "a word of 20 products, misspelt": () => ({ ...Asked.search({ search: misspelt() }), maybeNothing: true }),
    "a text of letters that nothing is like": () => ({ ...Asked.search({ search: "xqwkvzz" }), maybeNothing: true }),
    "a word of 1 product in 20": () => Asked.search({ search: common() }),
    "a word of 1 product in 20, by popularity": () => Asked.search({ search: common(), sort: "-popularity" }),
    "a word of 1 product in 20, by price": () => Asked.search({ search: common(), sort: "price" }),
    "a word that all have": () => Asked.search({ search: "thing" }),
    "letters with which a word of all begins": () => Asked.search({ search: "thi" }),
    "a word of 1 product in 20 with facets": () => withFacets(common()),
    "suggestions for four letters": () => Asked.suggest(word().slice(0, 4)),
    "list by popularity": () => Asked.list({ sort: "-popularity" }),
    "list by rating": () => Asked.list({ sort: "-rating" })
  }
}

/** Catalogues of each size, searched in turns. */
export const measure = (processes: Processes, shops: Curve.Shops, sizes: Sizes, add: (table: Table) => void): Promise<void> =>
  Curve.measure(processes, shops, sizes, add, "Search while the catalogue grows", searches)
