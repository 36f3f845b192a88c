import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { SkuTaken, SlugTaken } from "./CatalogErrors.ts"
import type { ListProducts, Product, ProductId, ProductSummary, ProductView, VariantId } from "./Product.ts"

/** What the catalog asks of storage for products. */
export class ProductRepository extends Context.Service<ProductRepository, {
  /** One page of products. `status` is always set. One or two statements. */
  readonly list: (query: ListProducts) => Effect.Effect<Page<ProductSummary>, StorageError | InvalidInput>
  /** A product by its id or slug, whatever its status, with what can be bought now. One or two statements. */
  readonly find: (idOrSlug: string) => Effect.Effect<ProductView | undefined, StorageError>
  /** Products by slug, for an import: what is there already. */
  readonly findManyBySlug: (slugs: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Product>, StorageError>
  /** The products that a variant of each id belongs to. */
  readonly findByVariants: (ids: ReadonlyArray<VariantId>) => Effect.Effect<ReadonlyArray<Product>, StorageError>
  /** Writes new products with all that belongs to them. A constant number of statements, however many they are. */
  readonly insertMany: (products: ReadonlyArray<Product>) => Effect.Effect<void, StorageError | SlugTaken | SkuTaken>
  /**
   * Replaces products with all that belongs to them, each if it still has the version before (`version - 1`).
   * Variants that are no longer listed are deleted. A constant number of statements.
   */
  readonly replaceMany: (
    products: ReadonlyArray<Product>
  ) => Effect.Effect<void, StorageError | SlugTaken | SkuTaken | VersionConflict>
  /** Takes a product out of sale and out of sight for good; its orders keep their copy. `false` if it is not there. */
  readonly delete: (id: ProductId) => Effect.Effect<boolean, StorageError>
  /** Completions of what is being typed, the best first: titles that contain a word that begins so. */
  readonly suggest: (prefix: string, limit: number) => Effect.Effect<ReadonlyArray<string>, StorageError>
  /** Every product in the order of its id, read in bounded pieces. */
  readonly stream: Stream.Stream<Product, StorageError>
}>()("@stoa/core/catalog/ProductRepository") {}
