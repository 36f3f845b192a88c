import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { SlugTaken } from "./CatalogErrors.ts"
import type { Category, CategoryId } from "./Category.ts"

/** What the catalog asks of storage for categories, which are few enough to be read at once. */
export class CategoryRepository extends Context.Service<CategoryRepository, {
  /** All categories of the store, parents before children, siblings by position. */
  readonly list: Effect.Effect<ReadonlyArray<Category>, StorageError>
  /** The same, for a change: nobody else changes the tree until the current transaction ends. */
  readonly listForChange: Effect.Effect<ReadonlyArray<Category>, StorageError>
  /** By its id, its slug, or one that it had before and nobody has now. */
  readonly find: (idOrSlug: string) => Effect.Effect<Category | undefined, StorageError>
  /** Those of `slug`, `slug-2`, `slug-3` ... that are taken, in any language, or that a category had before. */
  readonly slugsLike: (slug: string) => Effect.Effect<ReadonlySet<string>, StorageError>
  /** One statement. */
  readonly insertMany: (categories: ReadonlyArray<Category>) => Effect.Effect<void, StorageError | SlugTaken>
  /**
   * Replaces categories (a moved one with everything below it), the first if it still has the version before
   * (`version - 1`). One statement.
   */
  readonly replaceMany: (
    categories: ReadonlyArray<Category>
  ) => Effect.Effect<void, StorageError | SlugTaken | VersionConflict>
  /**
   * Deletes a category and everything below it. Products stay and only leave these categories, which gives them a new
   * version. `false` if it is not there, or not at the version; the transaction must then roll back.
   */
  readonly delete: (id: CategoryId, at: Timestamp, version?: number) => Effect.Effect<boolean, StorageError>
}>()("@stoa/core/catalog/CategoryRepository") {}
