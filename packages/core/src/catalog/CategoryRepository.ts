import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { SlugTaken } from "./CatalogErrors.ts"
import type { Category, CategoryId } from "./Category.ts"

/** What the catalog asks of storage for categories. A store has few enough of them to be read at once (5000). */
export class CategoryRepository extends Context.Service<CategoryRepository, {
  /** All categories of the store, parents before children, siblings by position. */
  readonly list: Effect.Effect<ReadonlyArray<Category>, StorageError>
  readonly find: (idOrSlug: string) => Effect.Effect<Category | undefined, StorageError>
  readonly insertMany: (categories: ReadonlyArray<Category>) => Effect.Effect<void, StorageError | SlugTaken>
  /** Replaces categories (a moved one with everything below it), the first if it still has the version before. */
  readonly replaceMany: (
    categories: ReadonlyArray<Category>
  ) => Effect.Effect<void, StorageError | SlugTaken | VersionConflict>
  /** Deletes a category and everything below it; products stay and only leave these categories. */
  readonly delete: (id: CategoryId) => Effect.Effect<boolean, StorageError>
}>()("@stoa/core/catalog/CategoryRepository") {}
