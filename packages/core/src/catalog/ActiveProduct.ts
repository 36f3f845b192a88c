import * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import { ProductNotFound } from "./CatalogErrors.ts"
import type { ProductId } from "./Product.ts"
import type { ProductRepository } from "./ProductRepository.ts"

/** The id of a product that everybody can see, by its id or slug. */
export const find = (
  products: ProductRepository["Service"],
  idOrSlug: string
): Effect.Effect<ProductId, ProductNotFound | StorageError> =>
  Effect.flatMap(products.find(idOrSlug), (product) =>
    product?.status === "active" ? Effect.succeed(product.id) : Effect.fail(new ProductNotFound({ product: idOrSlug })))
