/**
 * What the catalog must do on every storage.
 *
 * ```ts
 * catalogSuite({ name: "my database", storage: () => MyStorage.layer })
 * ```
 */
import { catalogIsolationSuite } from "./CatalogIsolationSuite.ts"
import { attributeSortSuite } from "./AttributeSortSuite.ts"
import { attributeSetSuite } from "./AttributeSetSuite.ts"
import { attributeSuite } from "./AttributeSuite.ts"
import { brandSuite } from "./BrandSuite.ts"
import { categorySuite } from "./CategorySuite.ts"
import { collectionSuite } from "./CollectionSuite.ts"
import { productAvailabilitySuite } from "./ProductAvailabilitySuite.ts"
import { productListSuite } from "./ProductListSuite.ts"
import { formerSlugSuite } from "./FormerSlugSuite.ts"
import { publishWindowSuite } from "./PublishWindowSuite.ts"
import { productSuite } from "./ProductSuite.ts"
import { translationSuite } from "./TranslationSuite.ts"
import type { StorageHarness } from "./StorageHarness.ts"

export { catalogBudgets } from "./CatalogBudgets.ts"

/** Products, categories, lists, search, and stores side by side. */
export const catalogSuite = (harness: StorageHarness): void => {
  productSuite(harness)
  categorySuite(harness)
  attributeSuite(harness)
  attributeSortSuite(harness)
  attributeSetSuite(harness)
  brandSuite(harness)
  collectionSuite(harness)
  publishWindowSuite(harness)
  formerSlugSuite(harness)
  translationSuite(harness)
  productListSuite(harness)
  productAvailabilitySuite(harness)
  catalogIsolationSuite(harness)
}
