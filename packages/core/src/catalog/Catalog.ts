/**
 * The catalog: products, variants and categories, listing and search.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { AuditLog } from "../audit/AuditLog.ts"
import type { Events } from "../events/Events.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Transactor } from "../kernel/Transactor.ts"
import type { AtVersion, VersionConflict } from "../kernel/Version.ts"
import type { MediaNotFound } from "../media/MediaErrors.ts"
import type { MediaRepository } from "../media/MediaRepository.ts"
import type { Stores } from "../stores/Stores.ts"
import type {
  BrandNotFound,
  CategoryMoveRefused,
  CategoryNotFound,
  CollectionNotFound,
  LastVariant,
  ProductNotFound,
  SkuTaken,
  SlugTaken,
  VariantNotFound
} from "./CatalogErrors.ts"
import * as Categories from "./Categories.ts"
import type { Category, CreateCategory, UpdateCategory } from "./Category.ts"
import type { AttributeRepository } from "./AttributeRepository.ts"
import type { BrandRepository } from "./BrandRepository.ts"
import type { CategoryRepository } from "./CategoryRepository.ts"
import type { CollectionRepository } from "./CollectionRepository.ts"
import type { OpeningStock } from "./OpeningStock.ts"
import type { InLanguage } from "./Translations.ts"
import type {
  AddProductImage,
  CreateProduct,
  CreateVariant,
  ListProducts,
  Product,
  ProductSummary,
  ProductView,
  ShowProduct,
  UpdateProduct,
  UpdateVariant
} from "./Product.ts"
import type { ProductRepository } from "./ProductRepository.ts"
import * as Products from "./Products.ts"
import type { VendorNotFound } from "../vendors/VendorErrors.ts"
import type { VendorRepository } from "../vendors/VendorRepository.ts"

export class Catalog extends Context.Service<Catalog, {
  /** A page of products; only active ones, within their publish windows, unless staff ask for a status (`catalog:read`). */
  readonly listProducts: (
    input?: typeof ListProducts.Encoded
  ) => Effect.Effect<Page<ProductSummary>, InvalidInput | CategoryNotFound | BrandNotFound | CollectionNotFound | StorageError | Denied>
  /**
   * A product by id or slug. A slug that it had before finds it, too; `slug` says what it is called now. One that is a draft, archived, or outside of its publish window is not found for callers without
   * `catalog:read`, who do not see what the shop paid (`cost`) either. Prices are those that the caller would pay, or, with `prices: "catalog"`, which
   * needs `catalog:read`, those that are kept with the product.
   */
  readonly getProduct: (
    idOrSlug: string,
    input?: typeof ShowProduct.Encoded
  ) => Effect.Effect<ProductView, InvalidInput | ProductNotFound | StorageError | Denied>
  /** Active products that share categories and tags with a product, those that share most first (at most 12). */
  readonly relatedProducts: (
    idOrSlug: string
  ) => Effect.Effect<ReadonlyArray<ProductSummary>, InvalidInput | ProductNotFound | StorageError>
  /** Completions for a search field, the best first (at most 10). */
  readonly suggest: (prefix: string) => Effect.Effect<ReadonlyArray<string>, InvalidInput | StorageError>
  /**
   * Needs `catalog:write`. Prices must be in the store's currency. A slug that is made from the title gets a number
   * (`mug-2`) if it is taken.
   */
  readonly createProduct: (
    input: typeof CreateProduct.Encoded
  ) => Effect.Effect<
    Product,
    InvalidInput | SlugTaken | SkuTaken | CategoryNotFound | BrandNotFound | VendorNotFound | MediaNotFound | StorageError | Denied
  >
  /**
   * Changes a product. Fields that are left out stay as they are. Fails with `VersionConflict` if `version` is not
   * the current one. Needs `catalog:write`.
   */
  readonly updateProduct: (
    id: string,
    input: typeof UpdateProduct.Encoded
  ) => Effect.Effect<
    Product,
    | InvalidInput
    | ProductNotFound
    | SlugTaken
    | CategoryNotFound
    | BrandNotFound
    | VendorNotFound
    | MediaNotFound
    | VersionConflict
    | StorageError
    | Denied
  >
  /**
   * Shows a public picture among the shop's files on a product. One that is shown already is moved. Needs `catalog:write`.
   */
  readonly addImage: (
    id: string,
    input: typeof AddProductImage.Encoded
  ) => Effect.Effect<Product, InvalidInput | ProductNotFound | MediaNotFound | VersionConflict | StorageError | Denied>
  /** Takes a picture off a product; the file stays. Needs `catalog:write`. */
  readonly removeImage: (
    id: string,
    mediaId: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<Product, InvalidInput | ProductNotFound | MediaNotFound | VersionConflict | StorageError | Denied>
  /** Takes a product out of the catalog and its stock out of the books for good; orders keep their copy. Needs `catalog:write`. */
  readonly deleteProduct: (
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | ProductNotFound | VersionConflict | StorageError | Denied>
  /** Adds a variant; new option values are added to the product's options. Needs `catalog:write`. */
  readonly createVariant: (
    productId: string,
    input: typeof CreateVariant.Encoded
  ) => Effect.Effect<Product, InvalidInput | ProductNotFound | MediaNotFound | SkuTaken | VersionConflict | StorageError | Denied>
  /** New option values are added to the product's options. Needs `catalog:write`. */
  readonly updateVariant: (
    productId: string,
    variantId: string,
    input: typeof UpdateVariant.Encoded
  ) => Effect.Effect<
    Product,
    InvalidInput | ProductNotFound | VariantNotFound | MediaNotFound | SkuTaken | VersionConflict | StorageError | Denied
  >
  /** Needs `catalog:write`. The last variant stays. */
  readonly deleteVariant: (
    productId: string,
    variantId: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<
    Product,
    InvalidInput | ProductNotFound | VariantNotFound | LastVariant | VersionConflict | StorageError | Denied
  >
  /** The whole tree, parents before children. */
  readonly listCategories: Effect.Effect<ReadonlyArray<Category>, StorageError>
  /** A category by its id or slug. */
  readonly getCategory: (
    idOrSlug: string,
    input?: typeof InLanguage.Encoded
  ) => Effect.Effect<Category, InvalidInput | CategoryNotFound | StorageError>
  /** Creates a category, below `parentId` if that is given. Needs `catalog:write`. */
  readonly createCategory: (
    input: typeof CreateCategory.Encoded
  ) => Effect.Effect<Category, InvalidInput | SlugTaken | CategoryNotFound | CategoryMoveRefused | StorageError | Denied>
  /**
   * Changes a category. Fields that are left out stay as they are. Fails with `VersionConflict` if `version` is not
   * the current one. It cannot be moved below itself. Needs `catalog:write`.
   */
  readonly updateCategory: (
    id: string,
    input: typeof UpdateCategory.Encoded
  ) => Effect.Effect<
    Category,
    InvalidInput | SlugTaken | CategoryNotFound | CategoryMoveRefused | VersionConflict | StorageError | Denied
  >
  /** Deletes a category with everything below it; the products stay. Needs `catalog:write`. */
  readonly deleteCategory: (
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | CategoryNotFound | VersionConflict | StorageError | Denied>
}>()("@stoa/core/catalog/Catalog") {}

const checked = Input.textParameters<Catalog["Service"]>({
  getProduct: ["idOrSlug"],
  relatedProducts: ["idOrSlug"],
  suggest: ["prefix"],
  updateProduct: ["id"],
  addImage: ["id"],
  removeImage: ["id", "mediaId"],
  deleteProduct: ["id"],
  createVariant: ["productId"],
  updateVariant: ["productId", "variantId"],
  deleteVariant: ["productId", "variantId"],
  getCategory: ["idOrSlug"],
  updateCategory: ["id"],
  deleteCategory: ["id"]
})

export const make = Effect.gen(function*() {
  return checked(Catalog.of({ ...(yield* Products.make), ...(yield* Categories.make) }))
})

export const layer: Layer.Layer<
  Catalog,
  never,
  | AuditLog
  | AttributeRepository
  | BrandRepository
  | CategoryRepository
  | CollectionRepository
  | Events
  | MediaRepository
  | OpeningStock
  | ProductRepository
  | Stores
  | Transactor
  | VendorRepository
> = Layer.effect(Catalog, make)
