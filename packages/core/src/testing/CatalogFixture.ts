/**
 * What the suites of the catalog begin with.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import * as Attributes from "../catalog/Attributes.ts"
import * as Brands from "../catalog/Brands.ts"
import * as Catalogs from "../catalog/Catalog.ts"
import { Catalog } from "../catalog/Catalog.ts"
import * as Collections from "../catalog/Collections.ts"
import type { CreateProduct, ListProducts, Product, ProductId, ProductSummary, ProductView, Variant } from "../catalog/Product.ts"
import type { StoragePorts } from "../engine/Storage.ts"
import { Events } from "../events/Events.ts"
import type { Inventory } from "../inventory/Inventory.ts"
import * as OpeningStockReceipt from "../inventory/OpeningStockReceipt.ts"
import type { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { ReviewId } from "../reviews/Review.ts"
import { ReviewRepository } from "../reviews/ReviewRepository.ts"
import * as Stores from "../stores/Stores.ts"
import { usd } from "./Shop.ts"
import * as StockedShop from "./StockedShop.ts"

const mainStore = Layer.effectDiscard(
  Effect.flatMap(Stores.Stores, (stores) => stores.ensure({ code: "main", name: "Main", currency: "USD" }))
)

/** What tests of the catalog work with. */
export type ShopServices = StoragePorts | Attributes.Attributes | AuditLog | Brands.Brands | Catalog | Collections.Collections | Events | Inventory | Jobs | Stores.Stores

/** The catalog, with what it stands on. Every call builds another. */
export const shop = <More = never>(
  storage: Layer.Layer<StoragePorts | More, unknown>
): Layer.Layer<ShopServices | More, unknown> =>
  Layer.mergeAll(Catalogs.layer, Attributes.layer, Brands.layer, Collections.layer).pipe(
    Layer.provideMerge(OpeningStockReceipt.layer),
    Layer.provideMerge(mainStore),
    Layer.provideMerge(Stores.layer),
    Layer.provideMerge(StockedShop.services),
    Layer.provideMerge(storage)
  )

/** Staff who may do everything to the catalog. */
export const merchant = Actor.staff("user_merchant", ["catalog:read", "catalog:write"])

/** A product of this title with one variant, created by staff. */
export const sell = (
  title: string,
  more: Partial<typeof CreateProduct.Encoded> = {}
): Effect.Effect<Product, never, Catalog> =>
  Effect.flatMap(Catalog, (catalog) => catalog.createProduct({ title, variants: [{ price: usd(1_000) }], ...more }))
    .pipe(Effect.orDie, Actor.as(merchant))

/** A product whose only variant has this price. */
export const sellAt = (title: string, amount: number, more: Partial<typeof CreateProduct.Encoded> = {}) =>
  sell(title, { variants: [{ price: usd(amount) }], ...more })

/** The first variant of a product. */
export const firstOf = <V extends Variant>(product: { readonly variants: ReadonlyArray<V> }): V => {
  const [variant] = product.variants
  if (variant === undefined) throw new Error("The product has no variant")
  return variant
}

/** An id beside another one, which it never equals, whatever the two end with. */
const idBeside = (id: string, suffix: string): string =>
  `${id.slice(0, -4)}${id.at(-4) === "z" ? "y" : "z"}${suffix}`

/** Copies of a product with one variant each, counted from a number below 1000. */
export const copiesOf = (product: Product, count: number, from = 0): ReadonlyArray<Product> =>
  Array.from({ length: count }, (_, index): Product => {
    const suffix = String(from + index).padStart(3, "0")
    const id = idBeside(product.id, suffix) as Product["id"]
    const variant = firstOf(product)
    return {
      ...product,
      id,
      slug: `copy-${suffix}`,
      variants: [
        { ...variant, id: idBeside(variant.id, suffix) as Variant["id"], productId: id, sku: `COPY-${suffix}` }
      ]
    }
  })

/** A product as it was written. */
export const withoutAvailability = ({ specifications: _specifications, ...view }: ProductView): Product => ({
  ...view,
  variants: view.variants.map(({ available: _available, lowestPrice: _lowest, specifications: _said, tiers: _tiers, ...variant }) => variant)
})

/** A product in two sizes. */
export const shirt = (more: Partial<typeof CreateProduct.Encoded> = {}) =>
  sell("Shirt", {
    options: [{ name: "Size", values: ["S", "M"] }],
    variants: [
      { price: usd(1_000), optionValues: ["S"], sku: "SHIRT-S" },
      { price: usd(1_200), optionValues: ["M"], sku: "SHIRT-M" }
    ],
    ...more
  })

/** A category, created by staff. */
export const category = (name: string, parentId: string | null = null) =>
  Effect.flatMap(Catalog, (catalog) => catalog.createCategory({ name, parentId })).pipe(
    Effect.orDie,
    Actor.as(merchant)
  )

type Query = typeof ListProducts.Encoded

/** Titles of the first page. */
export const titles = (query: Query = {}) =>
  Effect.flatMap(Catalog, (catalog) =>
    Effect.map(catalog.listProducts(query), ({ items }) => items.map(({ title }) => title)))

/** Titles in alphabetical order, for lists whose own order is not the point. */
export const titlesSorted = (query: Query) => Effect.map(titles(query), (found) => found.sort())

/** Every page of a list, one after the other. Between two pages something may happen. */
export const everyPage = Effect.fnUntraced(function*<E = never, R = never>(
  query: Query,
  between: Effect.Effect<unknown, E, R> | undefined = undefined
) {
  const catalog = yield* Catalog
  const items: Array<ProductSummary> = []
  let page = yield* catalog.listProducts(query)
  items.push(...page.items)
  while (page.nextCursor !== null) {
    assert.strictEqual(page.items.length, query.limit)
    if (between !== undefined) yield* between
    page = yield* catalog.listProducts({ ...query, after: page.nextCursor })
    items.push(...page.items)
  }
  return items
})

/** The tag of the error that an effect fails with. */
export const failure = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), ({ _tag }) => _tag)

/** The types of the events of a thing, oldest first. */
export const eventsOf = (subject: string) =>
  Effect.flatMap(Events, (events) => Effect.map(events.history(subject), (all) => all.map(({ type }) => type)))

/** What the audit log says was done to a thing and by whom, newest first. */
export const auditOf = (subject: string) =>
  Effect.flatMap(AuditLog, (audit) =>
    Effect.map(audit.list({ subject }), ({ items }) => items.map(({ action, actor }) => `${action} by ${actor}`)))
    .pipe(Actor.as(Actor.system("test")))

/** A review of a product with so many stars. */
export const reviewed = Effect.fnUntraced(function*(product: ProductId, customerId: string, rating: number) {
  const reviews = yield* ReviewRepository
  const now = yield* Timestamp.now
  yield* reviews.insert({
    id: yield* ReviewId.generate,
    productId: product,
    customerId,
    authorName: null,
    rating,
    title: null,
    text: "As described.",
    pictures: [],
    verifiedPurchase: false,
    status: "published",
    helpful: 0,
    unhelpful: 0,
    flags: 0,
    reasons: [],
    answer: null,
    version: 1,
    createdAt: now,
    updatedAt: now
  })
})

/** A store beside the one that the shop runs in. */
export const otherStore = Effect.gen(function*() {
  const stores = yield* Stores.Stores
  return (yield* Effect.orDie(stores.create({ code: "other", name: "Other", currency: "USD" }))).id
}).pipe(Actor.as(Actor.system("test")))
