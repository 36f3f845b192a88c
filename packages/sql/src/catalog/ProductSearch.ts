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

/** A word is completed by those of so many titles. */
export const completedFrom = 50

/** Where so many products or more have what a text asks for, they are not all ranked. */
export const ranked = 1_000

/** So many products are sorted for a page of a search, at most, where the order is another than relevance and it is the engine that decides. */
export const sorted = 10_000

/** That very many products have what a text asks for. */
export interface Frequent {
  /** Whether they have its words as they stand, or only words that begin with the last one. */
  readonly words: "whole" | "beginning"
  /**
   * Where hardly any of the newest have them in the title or as an SKU: what comes after this place is asked for it, and nothing else, as very many that have
   * them elsewhere would be passed by.
   */
  readonly since: string | number | undefined
}

/** What a question asks for in a store that has many products, and whether very many have it. */
export interface Taken {
  readonly question: Question
  readonly frequent: Frequent | undefined
}

/** Those with the words in the title or as an SKU, or all others. */
export type FrequentPart = "named" | "others"

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
  /**
   * Joins some pages of an index that is written in pieces, and says whether there was anything to join. Nothing where the database does so by itself.
   */
  readonly join: Effect.Effect<boolean, SqlError> | undefined
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
  /** Whether the product `p` has what a finished question asks for, asked of that product alone. */
  readonly holds: (question: Question) => Fragment
  /**
   * Up to so many products that have all that a question asks for, drawn as if by chance from a fixed share of all products, so that others are hardly looked at:
   * what stands in a `FROM` and has the columns `product_id` and `stands_for`, how many of those that have it there are for each that is drawn. Some may be of other
   * stores, and are left out.
   */
  readonly sampled: (storeId: StoreId, question: Question, most: number) => Fragment
  /**
   * The same asked of each product `p` of a list that is walked in an order of its own, which is sooner than to sort all that are found where these
   * are so many as `isSooner` says: in several ways, of which the first that is sooner is taken. Nothing where the database finds out by itself which of
   * both it should do.
   */
  readonly walking: ((question: Question) => ReadonlyArray<{ readonly isSooner: Fragment; readonly holds: Fragment }>) | undefined
  /**
   * Whether very many products of a store have what a question asks for. It costs the same however many they are. A last word that very many have as it
   * stands is finished; one that is not is answered with the words that it begins, if there are not very many of them, where the index has to put together
   * what all of these have before the first product is known.
   *
   * @param size how many products the store has, about
   */
  readonly taken: (storeId: StoreId, question: Question, size: number) => Effect.Effect<Taken, SqlError>
  /**
   * What `match` says of some products that have the words as they stand, each of which is asked for itself.
   *
   * @param ids a `SELECT` of their `product_id`
   */
  readonly matchAmong: (storeId: StoreId, question: Question, ids: Fragment, frequent: Frequent) => Fragment
  /** What a `place` is of which `newest` speaks. */
  readonly place: "number" | "string"
  /**
   * Products that have the words in their names, or that have them elsewhere only, which can be read in the order in which they came, the newest first, and
   * no further than is needed: what stands in a `FROM` and has the columns `product_id` and `place`.
   *
   * @param after the place of the last one before
   */
  readonly newest: (storeId: StoreId, question: Question, part: FrequentPart, frequent: Frequent, after: string | number | undefined) => Fragment
  /**
   * A question with the words that its last one begins, if there are not very many of them, where the index has to put together what all words have that
   * begin so before the first product is known. Nothing where a database has no use for them.
   */
  readonly completed: ((storeId: StoreId, question: Question) => Effect.Effect<Question, SqlError>) | undefined
  /**
   * Products of which a text is a part of the title, up to `suggestedFrom` of them for each way in which it can be, the first that the database comes
   * across: what stands in a `FROM` and has the columns `product_id` and `whole`, which is 1 if the title has all words as they stand. A product may come
   * several times. Where very many have the words, those of the newest are looked for, since these may be in no title.
   *
   * @param size how many products the store has, about
   */
  readonly matchTitle: (storeId: StoreId, question: Question, size: number) => Fragment
}>()("@stoa/sql/catalog/ProductSearch") {}
