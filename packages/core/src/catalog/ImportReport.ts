/**
 * The formats of product files, and what is told of an import.
 */
import * as Schema from "effect/Schema"

/** Comma-separated values in Shopify's product format, or JSON: an array of products, or one on each line. */
export const FileFormat = Schema.Literals(["csv", "json"])

/** How many failures a report names. */
export const maximumFailures = 1_000

/** How many columns a report names. */
export const maximumLeftOut = 100

const count = Schema.Int

/** What became of a file. */
export const ImportReport = Schema.Struct({
  /** Lines that were read, each a product, a variant or an image; the header is none, and a product in JSON is one. */
  lines: count,
  products: Schema.Struct({ created: count, updated: count, unchanged: count }),
  /** Lines that were not imported. */
  failureCount: count,
  /** The first thousand of them, in the order of their lines. */
  failures: Schema.Array(Schema.Struct({
    line: count,
    /** The handle or slug of the product, where the line says it. */
    handle: Schema.NullOr(Schema.String),
    message: Schema.String
  })),
  /** The first hundred columns of a CSV file that say something which the shop keeps nowhere, as the file calls them. */
  leftOut: Schema.Array(Schema.String)
}).annotate({ identifier: "ImportReport" })
export interface ImportReport extends Schema.Schema.Type<typeof ImportReport> {}
