/**
 * Products that staff show beside something, in an order of theirs.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as Slug from "../kernel/Slug.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as ActiveProduct from "./ActiveProduct.ts"
import { buyerOf } from "./Buyers.ts"
import { CategoryNotFound, ProductNotFound } from "./CatalogErrors.ts"
import { ProductLinksChanged } from "./CatalogEvents.ts"
import { CategoryId } from "./Category.ts"
import { CategoryRepository } from "./CategoryRepository.ts"
import { ProductId, type ProductSummary } from "./Product.ts"
import {
  type ChosenProducts,
  ListFeatured,
  ListLinked,
  RelatedKind,
  SetFeatured,
  SetLinked
} from "./ProductLink.ts"
import { type LinkSource, ProductLinkRepository } from "./ProductLinkRepository.ts"
import { ProductRepository } from "./ProductRepository.ts"

export class ProductLinks extends Context.Service<ProductLinks, {
  /** The featured products of the shop, or of a category, that everybody sees now, in their order. */
  readonly featured: (
    input?: typeof ListFeatured.Encoded
  ) => Effect.Effect<ReadonlyArray<ProductSummary>, InvalidInput | CategoryNotFound | StorageError>
  /** The products that go with one in a way and that everybody sees now, in their order. */
  readonly linked: (
    idOrSlug: string,
    input: typeof ListLinked.Encoded
  ) => Effect.Effect<ReadonlyArray<ProductSummary>, InvalidInput | ProductNotFound | StorageError>
  /** What is featured, seen by everybody or not. Needs `catalog:read`. */
  readonly chosenFeatured: (
    category?: string
  ) => Effect.Effect<ChosenProducts, InvalidInput | CategoryNotFound | StorageError | Denied>
  /** What goes with a product, seen by everybody or not. Needs `catalog:read`. */
  readonly chosenLinked: (
    idOrSlug: string,
    kind: RelatedKind
  ) => Effect.Effect<ChosenProducts, InvalidInput | ProductNotFound | StorageError | Denied>
  /** Puts a list in place of the one before. Needs `catalog:write`. */
  readonly setFeatured: (
    input: typeof SetFeatured.Encoded
  ) => Effect.Effect<ChosenProducts, InvalidInput | CategoryNotFound | ProductNotFound | StorageError | Denied>
  /** Puts a list in place of the one before. Needs `catalog:write`. */
  readonly setLinked: (
    idOrSlug: string,
    input: typeof SetLinked.Encoded
  ) => Effect.Effect<ChosenProducts, InvalidInput | ProductNotFound | StorageError | Denied>
}>()("@stoa/core/catalog/ProductLinks") {}

const decodeFeatured = Input.decoder(ListFeatured)
const decodeLinked = Input.decoder(ListLinked)
const decodeKind = Input.decoder(RelatedKind)
const decodeCategory = Input.decoder(Schema.UndefinedOr(Schema.String))
const decodeSetFeatured = Input.decoder(SetFeatured)
const decodeSetLinked = Input.decoder(SetLinked)

const isProductKey = Schema.is(Schema.Union([ProductId, Slug.Slug]))
const isCategoryKey = Schema.is(Schema.Union([CategoryId, Slug.Slug]))

/** As many as are shown where nothing is said. */
const defaultLimit = 20

const checked = Input.textParameters<ProductLinks["Service"]>({ linked: ["idOrSlug"], chosenLinked: ["idOrSlug"], setLinked: ["idOrSlug"] })

export const make = Effect.gen(function*() {
  const repository = yield* ProductLinkRepository
  const products = yield* ProductRepository
  const categories = yield* CategoryRepository
  const events = yield* Events
  const audit = yield* AuditLog
  const { transaction } = yield* Transactor

  const sourceOf = Effect.fnUntraced(function*(category: string | undefined) {
    if (category === undefined) return ""
    const found = isCategoryKey(category) ? yield* categories.find(category) : undefined
    return found === undefined ? yield* new CategoryNotFound({ category }) : found.id
  })

  const productOf = Effect.fnUntraced(function*(idOrSlug: string) {
    const found = isProductKey(idOrSlug) ? yield* products.find(idOrSlug) : undefined
    return found ?? (yield* new ProductNotFound({ product: idOrSlug }))
  })

  const chosen = (of: LinkSource) =>
    Effect.map(repository.chosen(of), (products): ChosenProducts => ({ productIds: products.map(({ id }) => id), products }))

  const set = Effect.fnUntraced(function*(of: LinkSource, ids: ReadonlyArray<ProductId>) {
    const productIds = [...new Set(ids)]
    if (productIds.includes(of.source as ProductId)) return yield* InvalidInput.at(["productIds"], "name the product itself", "itself")
    const [unknown] = yield* repository.set(of, productIds)
    if (unknown !== undefined) return yield* new ProductNotFound({ product: unknown })
    const subject = of.source === "" ? "shop" : of.source
    yield* events.publish([ProductLinksChanged.make(subject, { kind: of.kind, count: productIds.length })])
    yield* audit.record({ action: "product.links.set", subject, details: { kind: of.kind, count: productIds.length } })
    return yield* chosen(of)
  })

  return checked(ProductLinks.of({
    featured: Effect.fn("ProductLinks.featured")(function*(input = {}) {
      const { category, limit = defaultLimit, ...where } = yield* decodeFeatured(input)
      const source = yield* sourceOf(category)
      return yield* repository.shown({ kind: "featured", source }, limit, yield* buyerOf(where))
    }),

    linked: Effect.fn("ProductLinks.linked")(function*(idOrSlug, input) {
      const { kind, limit = defaultLimit, ...where } = yield* decodeLinked(input)
      const product = yield* productOf(idOrSlug)
      if (!ActiveProduct.isSeen(product, yield* Timestamp.now) && !(yield* Permission.check("catalog:read"))) {
        return yield* new ProductNotFound({ product: idOrSlug })
      }
      return yield* repository.shown({ kind, source: product.id }, limit, yield* buyerOf(where))
    }),

    chosenFeatured: Effect.fn("ProductLinks.chosenFeatured")(function*(category) {
      yield* Permission.require("catalog:read")
      const source = yield* sourceOf(yield* decodeCategory(category))
      return yield* chosen({ kind: "featured", source })
    }),

    chosenLinked: Effect.fn("ProductLinks.chosenLinked")(function*(idOrSlug, kind) {
      yield* Permission.require("catalog:read")
      const known = yield* decodeKind(kind)
      return yield* chosen({ kind: known, source: (yield* productOf(idOrSlug)).id })
    }),

    setFeatured: Effect.fn("ProductLinks.setFeatured")(function*(input) {
      yield* Permission.require("catalog:write")
      const { category, productIds } = yield* decodeSetFeatured(input)
      return yield* transaction(
        Effect.flatMap(sourceOf(category), (source) => set({ kind: "featured", source }, productIds))
      )
    }),

    setLinked: Effect.fn("ProductLinks.setLinked")(function*(idOrSlug, input) {
      yield* Permission.require("catalog:write")
      const { kind, productIds } = yield* decodeSetLinked(input)
      return yield* transaction(
        Effect.flatMap(productOf(idOrSlug), ({ id }) => set({ kind, source: id }, productIds))
      )
    })
  }))
})

export const layer: Layer.Layer<
  ProductLinks,
  never,
  AuditLog | CategoryRepository | Events | ProductLinkRepository | ProductRepository | Transactor
> = Layer.effect(ProductLinks, make)
