/**
 * What people ask a shop for, and what it answers.
 */
import * as Schema from "effect/Schema"
import type { ListProducts as Listed } from "../catalog/Product.ts"
import { ListProducts, ProductSummary } from "../catalog/Product.ts"
import { Page } from "../kernel/Page.ts"

const { search: _search, ...filters } = ListProducts.fields

/** A search: a text, and the filters and sort orders of every list. */
export const SearchProducts = Schema.Struct({
  ...filters,
  /** Full text; the last word may be unfinished. */
  search: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(200))
}).annotate({ identifier: "SearchProducts" })
export interface SearchProducts extends Schema.Schema.Type<typeof SearchProducts> {}

/** What a search engine is asked: `status` and `sort` are always set. */
export interface SearchQuery extends Listed {
  readonly search: string
}

/** A page of what was found. */
export const FoundProducts = Schema.Struct({
  ...Page(ProductSummary).fields,
  /**
   * The text that was searched for instead, where nothing has the words that were asked for and something has words that are
   * spelled almost like them; `null` if what was found is what was asked for.
   */
  correctedTo: Schema.NullOr(Schema.String)
}).annotate({ identifier: "FoundProducts" })
export interface FoundProducts extends Schema.Schema.Type<typeof FoundProducts> {}
