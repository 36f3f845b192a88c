/**
 * Writes the products of a store as a file.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Csv from "../kernel/Csv.ts"
import * as Page from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import { AttributeRepository } from "./AttributeRepository.ts"
import * as CategoryPaths from "./CategoryPaths.ts"
import { CategoryRepository } from "./CategoryRepository.ts"
import * as JsonProducts from "./JsonProducts.ts"
import type { VariantId } from "./Product.ts"
import { ProductRepository } from "./ProductRepository.ts"
import { SellableStock } from "./SellableStock.ts"
import * as ShopifyCsv from "./ShopifyCsv.ts"

/** How many products are written at once. */
const piece = 100

export const make = Effect.gen(function*() {
  const products = yield* ProductRepository
  const categories = yield* CategoryRepository
  const stock = yield* SellableStock
  const attributes = yield* AttributeRepository

  /** What has a column in a CSV file: all that the store knows, of which there are no more than it may have. */
  const described = Page.all((page) => attributes.list(page, false)).pipe(
    Stream.runCollect,
    // the cursors are those of the list itself
    Effect.catchTag("InvalidInput", Effect.die)
  )

  /** The file in pieces, of about a hundred products each. */
  return (format: "csv" | "json"): Stream.Stream<string, StorageError> =>
    Stream.unwrap(Effect.gen(function*() {
      const tree = yield* categories.list
      const known = format === "csv" ? yield* described : []
      const paths = CategoryPaths.pathsOf(tree)
      const pieces = products.stream.pipe(
        Stream.grouped(piece),
        Stream.mapEffect((some) =>
          Effect.map(stock.read(some.flatMap(({ variants }) => variants.map(({ id }) => id))), (pieces) => {
            const sellable = (id: VariantId) => pieces.get(id)
            return some.map((product) => {
              const named = product.categoryIds.map((id) => paths.get(id)).filter((path) => path !== undefined)
              return format === "json"
                ? JsonProducts.toLine(product, { categories: named, sellable })
                : ShopifyCsv.toRecords(product, { category: named[0], sellable, attributes: known }).map(Csv.line).join("")
            }).join("")
          })
        )
      )
      return format === "json"
        ? pieces
        : Stream.concat(Stream.succeed(Csv.line(ShopifyCsv.headerOf(known))), pieces)
    }))
})
