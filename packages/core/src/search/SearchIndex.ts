/**
 * A search engine outside of the database.
 *
 * **Details**
 *
 * The shop sends it what can be searched, durably and at least once, and asks it which products a text finds. Filters, what buyers may
 * see, prices and pages are the database's all the same, which knows of every change at once. So what an engine has that is out of
 * date is never shown, and a search is answered by the database where the engine does not answer.
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { BrandId } from "../catalog/BrandId.ts"
import { CategoryId } from "../catalog/Category.ts"
import { ProductId } from "../catalog/Product.ts"
import type { StoreId } from "../kernel/CurrentStore.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

/** So many products an engine is asked for, and may answer. */
export const maximumHits = 1_000

/** So many products are sent at once. */
export const sentTogether = 200

/** A product as an engine gets it. Only active products are sent, those whose publish window is not open yet among them. */
export const SearchDocument = Schema.Struct({
  id: ProductId,
  /** That of the product. What has a lower one is older and replaces nothing. */
  version: Schema.Int,
  /** When it was sent, in milliseconds since 1970. */
  sentAt: Schema.Int,
  title: Schema.String,
  /** Without markup. */
  description: Schema.String,
  vendor: Schema.NullOr(Schema.String),
  brand: Schema.NullOr(Schema.Struct({ id: BrandId, name: Schema.String })),
  /** Those that the product is in, and those above. */
  categories: Schema.Array(Schema.Struct({ id: CategoryId, name: Schema.String })),
  /** Names of collections that it was chosen for by hand. */
  collections: Schema.Array(Schema.String),
  tags: Schema.Array(Schema.String),
  options: Schema.Array(Schema.Struct({ name: Schema.String, values: Schema.Array(Schema.String) })),
  skus: Schema.Array(Schema.String),
  /** In minor units of the currency. */
  priceFrom: Schema.Int,
  priceTo: Schema.Int,
  currency: Schema.String,
  publishedFrom: Schema.NullOr(Timestamp),
  publishedUntil: Schema.NullOr(Timestamp),
  createdAt: Timestamp
}).annotate({ identifier: "SearchDocument" })
export interface SearchDocument extends Schema.Schema.Type<typeof SearchDocument> {}

/** What an engine is asked. It may ignore filters, which the database applies in any case, but then they narrow down the best hits only. */
export interface IndexQuery {
  readonly text: string
  /** A product with this category among its own or those above. */
  readonly category?: CategoryId
  readonly brand?: BrandId
  /** The vendor that the document says, never an id. */
  readonly vendor?: string
  readonly tag?: string
  /** So many hits at most. */
  readonly limit: number
}

/** A product that a text finds. */
export const SearchHit = Schema.Struct({
  id: ProductId,
  /** Higher is better. Pages hold together best where it says nothing of other products. */
  score: Schema.Finite
})
export interface SearchHit extends Schema.Schema.Type<typeof SearchHit> {}

/**
 * An adapter of a search engine. Stores share nothing: each has documents of its own.
 *
 * Methods may be called with the same again, and several processes call them at the same time. A failure of any kind is taken for an
 * engine that is away. `searchIndexConformance` of `@stoa/core/testing` says whether it does what it must.
 */
export interface SearchIndex {
  readonly name: string
  /** Adds or replaces documents, each unless the one that is there has a higher version. Once it answers, searches find them. */
  readonly put: (storeId: StoreId, documents: ReadonlyArray<SearchDocument>) => Effect.Effect<void, unknown>
  /** Takes documents out, whatever their version. What is not there is no failure. */
  readonly remove: (storeId: StoreId, ids: ReadonlyArray<ProductId>) => Effect.Effect<void, unknown>
  /** Takes out what was sent before a moment, in milliseconds since 1970: the end of a rebuild. */
  readonly removeSentBefore: (storeId: StoreId, time: number) => Effect.Effect<void, unknown>
  /** The best documents for a text, the best first, each once. Nothing that people type is an operator. */
  readonly find: (storeId: StoreId, query: IndexQuery) => Effect.Effect<ReadonlyArray<SearchHit>, unknown>
  /** How long a search may take before the database answers instead. One second if it is left out. */
  readonly timeLimit?: Duration.Input
}

/** The database alone if the host names none. */
export const SearchIndex: Context.Reference<SearchIndex | undefined> = Context.Reference<SearchIndex | undefined>(
  "@stoa/core/search/SearchIndex",
  { defaultValue: () => undefined }
)
