import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { SlugTaken } from "./CatalogErrors.ts"
import type { Collection, CollectionId, ListCollections } from "./Collection.ts"
import type { OpenCollection } from "./ListFilters.ts"
import type { ProductId } from "./Product.ts"

/** What the catalog asks of storage for collections. */
export class CollectionRepository extends Context.Service<CollectionRepository, {
  /** By position, then by age; with a time only those that buyers see then. One statement. */
  readonly list: (query: ListCollections, at?: Timestamp) => Effect.Effect<Page<Collection>, StorageError | InvalidInput>
  /** By its id, its slug, or one that it had before and nobody has now. */
  readonly find: (idOrSlug: string) => Effect.Effect<Collection | undefined, StorageError>
  /** Those of `slug`, `slug-2`, `slug-3` ... that are taken, in any language, or that a collection had before. */
  readonly slugsLike: (slug: string) => Effect.Effect<ReadonlySet<string>, StorageError>
  readonly insert: (collection: Collection) => Effect.Effect<void, StorageError | SlugTaken>
  /** Replaces a collection that still has the version before (`version - 1`), and holds it until the transaction ends. */
  readonly replace: (collection: Collection) => Effect.Effect<void, StorageError | SlugTaken | VersionConflict>
  /** `false` if it is not there, or not at the version. */
  readonly delete: (id: CollectionId, version?: number) => Effect.Effect<boolean, StorageError>
  /**
   * Puts products, none of them twice, before one that is in the collection or at its end, in a transaction that holds the
   * collection. Answers those that are no products of the store, or `"before"` if the collection lacks that product; then
   * the transaction must roll back. A constant number of statements, however many products there are.
   */
  readonly place: (
    id: CollectionId,
    productIds: ReadonlyArray<ProductId>,
    before: ProductId | null
  ) => Effect.Effect<ReadonlySet<string> | "before", StorageError>
  /**
   * How many products a collection holds at a moment, up to so many, and how many of these buyers see then. One statement.
   */
  readonly countProducts: (
    collection: OpenCollection,
    at: Timestamp,
    limit: number
  ) => Effect.Effect<{ readonly count: number; readonly published: number }, StorageError>
  /** Which of some products are in which of some collections by hand. One statement. */
  readonly placed: (
    ids: ReadonlyArray<CollectionId>,
    productIds: ReadonlyArray<ProductId>
  ) => Effect.Effect<ReadonlyMap<CollectionId, ReadonlySet<ProductId>>, StorageError>
  /** Takes products out. One statement. */
  readonly remove: (id: CollectionId, productIds: ReadonlyArray<ProductId>) => Effect.Effect<void, StorageError>
}>()("@stoa/core/catalog/CollectionRepository") {}
