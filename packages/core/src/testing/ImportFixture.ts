/**
 * Small product files for suites, and what came of them.
 */
import * as Effect from "effect/Effect"
import { CatalogFiles, type ImportOptions } from "../catalog/CatalogFiles.ts"
import { ImportRefused } from "../catalog/CatalogFilesErrors.ts"
import type { ImportReport } from "../catalog/ImportReport.ts"
import type { Product } from "../catalog/Product.ts"
import { ProductRepository } from "../catalog/ProductRepository.ts"

/** A text as it comes over the network, in pieces. */
export const arriving = async function*(text: string, size = 4_000): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

/** Imports a file with these lines. */
export const importLines = (
  lines: string | ReadonlyArray<string>,
  options: Partial<ImportOptions> = {}
) =>
  Effect.flatMap(CatalogFiles, (files) =>
    files.importProducts(arriving(typeof lines === "string" ? lines : lines.join("\n")), { format: "csv", ...options }))

/** Those of some products that are there, in the order in which they came. */
export const findAll = (...slugs: ReadonlyArray<string>) =>
  Effect.flatMap(ProductRepository, (products) => products.findManyBySlug(slugs))

/** A product that is there. */
export const find = (slug: string): Effect.Effect<Product, never, ProductRepository> =>
  Effect.orDie(Effect.map(findAll(slug), ([product]) => {
    if (product === undefined) throw new Error(`There is no product ${slug}`)
    return product
  }))

/** The figures of a report. */
export const counts = ({ failureCount, products: { created, unchanged, updated } }: ImportReport) =>
  ({ created, updated, unchanged, failed: failureCount })

/** The failures of a report, each as one text. */
export const failures = (report: ImportReport) => report.failures.map(({ line, message }) => `${line}: ${message}`)

/** The header of the files in these suites. */
export const columns = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Tracker,"
  + "Variant Inventory Qty,Variant Inventory Policy,Type"

/** Lines of a shirt in some sizes: what it costs, and how many there are. */
export const shirt = (...sizes: ReadonlyArray<readonly [size: string, price: string, pieces?: number]>) => [
  columns,
  ...sizes.map(([size, price, pieces = 5], index) =>
    `shirt,${index === 0 ? "Shirt,Size" : ","},${size},SH-${size},${price},shopify,${pieces},deny,`
  )
]

/** Why an import was refused. */
export const refusal = <R>(report: Effect.Effect<ImportReport, unknown, R>) =>
  Effect.map(Effect.flip(report), (error) => error instanceof ImportRefused ? error.reason : error)
