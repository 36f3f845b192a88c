import * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { ProductNotFound } from "./CatalogErrors.ts"
import type { Product, ProductId } from "./Product.ts"
import type { ProductRepository } from "./ProductRepository.ts"
import * as PublishWindow from "./PublishWindow.ts"

/** Whether everybody sees a product at a moment, and may buy what is there of it. */
export const isSeen = (
  product: Pick<Product, "status" | "publishedFrom" | "publishedUntil">,
  at: Timestamp.Timestamp
): boolean => product.status === "active" && PublishWindow.isOpen(product, at)

/** The id of a product that everybody can see, by its id or slug. */
export const find = Effect.fnUntraced(function*(
  products: ProductRepository["Service"],
  idOrSlug: string
): Effect.fn.Return<ProductId, ProductNotFound | StorageError> {
  const product = yield* products.find(idOrSlug)
  if (product !== undefined && isSeen(product, yield* Timestamp.now)) return product.id
  return yield* new ProductNotFound({ product: idOrSlug })
})
