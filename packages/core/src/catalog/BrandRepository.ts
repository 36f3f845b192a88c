import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { Brand, ListBrands } from "./Brand.ts"
import type { BrandId } from "./BrandId.ts"
import type { SlugTaken } from "./CatalogErrors.ts"

/** What the catalog asks of storage for brands. */
export class BrandRepository extends Context.Service<BrandRepository, {
  /** By name, without regard to case and accents. */
  readonly list: (query: ListBrands) => Effect.Effect<Page<Brand>, StorageError | InvalidInput>
  /** By its id, its slug, or one that it had before and nobody has now. */
  readonly find: (idOrSlug: string) => Effect.Effect<Brand | undefined, StorageError>
  /** Which of some ids are brands of the store. */
  readonly known: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlySet<string>, StorageError>
  /** Those of `slug`, `slug-2`, `slug-3` ... that are taken, in any language, or that a brand had before. */
  readonly slugsLike: (slug: string) => Effect.Effect<ReadonlySet<string>, StorageError>
  readonly insert: (brand: Brand) => Effect.Effect<void, StorageError | SlugTaken>
  /** Replaces a brand that still has the version before (`version - 1`). */
  readonly replace: (brand: Brand) => Effect.Effect<void, StorageError | SlugTaken | VersionConflict>
  /**
   * Deletes a brand. Its products stay without one, which gives them a new version. `false` if it is not there, or not at
   * the version; the transaction must then roll back.
   */
  readonly delete: (id: BrandId, at: Timestamp, version?: number) => Effect.Effect<boolean, StorageError>
}>()("@stoa/core/catalog/BrandRepository") {}
