import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import type { Product, ProductId } from "@stoa/core/catalog/Product"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import type { Fragment } from "effect/sql/Statement"
import type { MigrationSet } from "../Migration.ts"
import type { Question } from "../search/Question.ts"
import type { ProductNames } from "./ProductNames.ts"

/** So many titles are looked at for what somebody is about to type. */
export const suggestedFrom = 500

/**
 * Full text search inside the database, which every database does in its own way.
 *
 * The index is written in the transaction that writes the products. Searching is a part of the statement that lists
 * them, so that filters, sorts and pages work on what was found as on everything else.
 */
export class ProductSearch extends Context.Service<ProductSearch, {
  /** The tables of the index. They come after those of the engine. */
  readonly migrations: MigrationSet
  /**
   * Puts products of a store into the index, with what others call them, or replaces what it has of them. A constant number of
   * statements.
   */
  readonly index: (storeId: StoreId, products: ReadonlyArray<Product>, names: ProductNames) => Effect.Effect<void, SqlError>
  /** Takes products of a store out of the index. One statement. */
  readonly remove: (storeId: StoreId, ids: ReadonlyArray<ProductId>) => Effect.Effect<void, SqlError>
  /**
   * What stands in a `FROM` and has the columns `product_id` and `rank` for each product that has all that a question asks
   * for, the last word of which may be unfinished. The rank is a whole number, higher is better, and says nothing of other
   * products, so that a page is not shifted by what is added.
   */
  readonly match: (storeId: StoreId, question: Question) => Fragment
  /** The same products without their rank, as soon as each is found: what stands in a `FROM` and has the column `product_id`. */
  readonly among: (storeId: StoreId, question: Question) => Fragment
  /**
   * The products of which a text is a part of the title, with a rank: up to `suggestedFrom` of them for each way in which it can be, the
   * first that the database comes across, since a letter begins words of very many titles.
   */
  readonly matchTitle: (storeId: StoreId, question: Question) => Fragment
}>()("@stoa/sql/catalog/ProductSearch") {}
