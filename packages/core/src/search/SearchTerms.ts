/**
 * What people search for, as a shop looks at it: counted by day and text, without saying who asked.
 */
import * as Schema from "effect/Schema"
import { ProductId } from "../catalog/Product.ts"
import { Day } from "../kernel/LocalTime.ts"
import { text } from "../kernel/Text.ts"

/** A search text may have so many characters to be counted; what is longer is no question that others ask, too. */
export const longestTerm = 80

/** So many texts are counted a day and store; whatever else is asked for is counted together, under an empty text. */
export const maximumTerms = 5_000

/** For so many days. */
export const keptDays = 90

/**
 * A text as it is counted: in small letters, with single spaces. `undefined` for one that says who asked or cannot be asked by
 * others: with an `@`, with six digits or more, or too long.
 */
export const termOf = (search: string): string | undefined => {
  const term = search.normalize("NFC").toLowerCase().replace(/[\s\p{C}]+/gu, " ").trim()
  const digits = term.replace(/\P{N}/gu, "").length
  return term === "" || term.length > longestTerm || term.includes("@") || digits >= 6 || !term.isWellFormed() ? undefined : term
}

/** Somebody has opened a product that a search has found. */
export const SearchClick = Schema.Struct({
  /** The text that was searched for, as it was typed. */
  search: text(200).check(Schema.isMinLength(1)),
  productId: ProductId
}).annotate({ identifier: "SearchClick" })
export interface SearchClick extends Schema.Schema.Type<typeof SearchClick> {}

export const SearchReportQuery = Schema.Struct({
  /** The first day, and the last, which belongs to it, in UTC. */
  from: Day,
  to: Day,
  /** What was asked for most (`top`), what found nothing (`missed`), or what was opened (`clicked`). `top` if it is left out. */
  by: Schema.optionalKey(Schema.Literals(["top", "missed", "clicked"])),
  limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 })))
}).annotate({ identifier: "SearchReportQuery" })
export interface SearchReportQuery extends Schema.Schema.Type<typeof SearchReportQuery> {}

/** A text in figures. */
export const SearchTerm = Schema.Struct({
  /** Empty for all texts that were not counted by themselves. */
  term: Schema.String,
  /** How often it was asked for; further pages do not count. */
  searches: Schema.Int,
  /** How often of these nothing was found. */
  missed: Schema.Int,
  /** How often a product was opened that it had found. */
  clicks: Schema.Int
}).annotate({ identifier: "SearchTermFigures" })
export interface SearchTerm extends Schema.Schema.Type<typeof SearchTerm> {}
