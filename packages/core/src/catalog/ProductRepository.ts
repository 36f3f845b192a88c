import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { CategoryNotFound, SkuTaken, SlugTaken } from "./CatalogErrors.ts"
import type { Narrowed, OpenCollection } from "./ListFilters.ts"
import type { Buyer, Product, ProductId, ProductSummary, ProductView, VariantId } from "./Product.ts"

/** A product that somebody else has found for a search text. Higher scores come first. */
export interface ProductHit {
  readonly id: ProductId
  readonly score: number
}

/** How cursors call the order of what somebody else has found, whose scores are not those of the database. */
export const hitOrder = "hits"

/** A variant that is to be a part of a bundle. */
export interface PossiblePart {
  readonly id: string
  /** In minor units of the store's currency. */
  readonly price: number
  readonly isBundle: boolean
  readonly giftCard: boolean
}

/**
 * What the catalog asks of storage for products.
 *
 * Writing takes several statements, a constant number however many products there are, in the current transaction,
 * which must roll back when one fails. What full text search needs is written with them.
 */
export class ProductRepository extends Context.Service<ProductRepository, {
  /**
   * One page of products: with the prices of a buyer, and only those that are published now, or else with those of the catalog. `status` and `sort` are always set, and where a
   * `collection` is, it is found already. With `hits`, the search text finds these and nothing else. One statement.
   */
  readonly list: (
    query: Narrowed,
    buyer?: Buyer,
    collection?: OpenCollection,
    hits?: ReadonlyArray<ProductHit>
  ) => Effect.Effect<Page<ProductSummary>, StorageError | InvalidInput>
  /**
   * A product by its id, its slug or one that it had before and nobody has now, whatever its status, with what can be bought now and the prices of a buyer, or else of the
   * catalog. One statement, and two more for a slug that no product has.
   */
  readonly find: (idOrSlug: string, buyer?: Buyer) => Effect.Effect<ProductView | undefined, StorageError>
  /** Active and published products that share categories and tags with one, those that share most first. One statement. */
  readonly related: (
    id: ProductId,
    limit: number,
    buyer: Buyer
  ) => Effect.Effect<ReadonlyArray<ProductSummary>, StorageError>
  /** Products by slug, for an import: what is there already. */
  readonly findManyBySlug: (slugs: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Product>, StorageError>
  /** Products by id; those that are not there are left out. */
  readonly findManyById: (ids: ReadonlyArray<ProductId>) => Effect.Effect<ReadonlyArray<Product>, StorageError>
  /** Titles by ids of products and of variants, those of variants as `"Shirt (S / White)"`; what is not there is left out. One statement. */
  readonly titles: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, string>, StorageError>
  /** The products that a variant of each id belongs to. */
  readonly findByVariants: (ids: ReadonlyArray<VariantId>) => Effect.Effect<ReadonlyArray<Product>, StorageError>
  /** Those of `slug`, `slug-2`, `slug-3` ... that are taken, in any language, or that a product had before. */
  readonly slugsLike: (slug: string) => Effect.Effect<ReadonlySet<string>, StorageError>
  /** Writes new products with all that belongs to them. */
  readonly insertMany: (
    products: ReadonlyArray<Product>
  ) => Effect.Effect<void, StorageError | SlugTaken | SkuTaken | CategoryNotFound>
  /**
   * Replaces products with all that belongs to them, each if it still has the version before (`version - 1`).
   * Variants that are no longer listed are deleted, with their stock levels. What a price was before is kept. Bundles that
   * follow the prices of variants whose price changes are replaced as well; the answer is their products.
   */
  readonly replaceMany: (
    products: ReadonlyArray<Product>
  ) => Effect.Effect<ReadonlyArray<Product>, StorageError | SlugTaken | SkuTaken | CategoryNotFound | VersionConflict>
  /** What may be parts of bundles; variants that do not exist are left out. One statement. */
  readonly possibleParts: (ids: ReadonlyArray<VariantId>) => Effect.Effect<ReadonlyArray<PossiblePart>, StorageError>
  /** Whether a variant is a part of any bundle. One statement. */
  readonly isPart: (id: VariantId) => Effect.Effect<boolean, StorageError>
  /** Takes a product out for good; its orders keep their copy. `false` if it is not there, or not at the version. */
  readonly delete: (id: ProductId, version?: number) => Effect.Effect<boolean, StorageError>
  /** Completions of what is being typed, the best first: titles of active and published products with a word that begins so. */
  readonly suggest: (prefix: string, limit: number) => Effect.Effect<ReadonlyArray<string>, StorageError>
  /** Every product, the oldest first, read in bounded pieces. */
  readonly stream: Stream.Stream<Product, StorageError>
}>()("@stoa/core/catalog/ProductRepository") {}
