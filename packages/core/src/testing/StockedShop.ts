/**
 * A shop for tests of stock, events and jobs: the services that these need on a storage under test, and products to
 * put on the shelves.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as AuditLog from "../audit/AuditLog.ts"
import type { Product, VariantId } from "../catalog/Product.ts"
import { ProductId, VariantId as VariantIds } from "../catalog/Product.ts"
import { ProductRepository } from "../catalog/ProductRepository.ts"
import type { StoragePorts } from "../engine/Storage.ts"
import { EventRepository } from "../events/EventRepository.ts"
import * as Events from "../events/Events.ts"
import * as Inventory from "../inventory/Inventory.ts"
import { InventoryRepository } from "../inventory/InventoryRepository.ts"
import * as JobRegistry from "../jobs/JobRegistry.ts"
import * as Jobs from "../jobs/Jobs.ts"
import type { Currency } from "../kernel/Currency.ts"
import { CurrentStore, defaultStoreId, StoreId } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { defaultSettings, type Store } from "../stores/Store.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const jobs = Jobs.layer.pipe(Layer.provideMerge(Layer.mergeAll(JobRegistry.layer, AuditLog.layer)))

/** The services of one engine's background, with a registry of their own. */
export const services = Inventory.layer.pipe(Layer.provideMerge(Events.layer), Layer.provideMerge(jobs))

const storeOf = (id: StoreId, code: string, at: Timestamp.Timestamp): Store => ({
  id,
  code,
  name: code,
  currency: "USD" as Currency,
  settings: { ...defaultSettings, lowStockThreshold: 2 },
  version: 1,
  createdAt: at,
  updatedAt: at
})

/** A store beside the default one. */
export const addStore = Effect.fnUntraced(function*(code: string) {
  const stores = yield* StoreRepository
  const id = yield* StoreId.generate
  yield* stores.insert(storeOf(id, code, yield* Timestamp.now))
  return id
})

/** A storage with the default store in it, whose levels are low at 2 pieces, and the services on top. */
export const layer = <More = never>(
  harness: { readonly storage: () => Layer.Layer<StoragePorts | More, unknown> }
) =>
  services.pipe(
    Layer.provideMerge(Layer.effectDiscard(Effect.gen(function*() {
      const stores = yield* StoreRepository
      if ((yield* stores.list).some(({ id }) => id === defaultStoreId)) return
      yield* stores.insert(storeOf(defaultStoreId, "main", yield* Timestamp.now))
    }))),
    Layer.provideMerge(harness.storage())
  )

/** A product of the current store, with variants whose stock is counted. */
export const addProduct = Effect.fnUntraced(function*(options: {
  readonly title?: string
  readonly variants?: number
  readonly backorderLimit?: number
  readonly trackStock?: boolean
} = {}) {
  const products = yield* ProductRepository
  const transactor = yield* Transactor
  const id = yield* ProductId.generate
  const variantIds = yield* VariantIds.generateMany(options.variants ?? 1)
  const at = yield* Timestamp.now
  const price = { amount: 1_000, currency: "USD" as Currency }
  const title = options.title ?? "Mug"
  const optioned = variantIds.length > 1
  const product: Product = {
    id,
    slug: id.replaceAll("_", "-"),
    title,
    description: "",
    vendor: null,
    vendorId: null,
    brandId: null,
    status: "active",
    publishedFrom: null,
    publishedUntil: null,
    tags: [],
    options: optioned ? [{ name: "Size", values: variantIds.map((_, index) => `${index}`) }] : [],
    images: [],
    seo: { title: null, description: null },
    translations: {},
    taxClass: "standard",
    shippingClass: "standard",
    categoryIds: [],
    variants: variantIds.map((variantId, position) => ({
      id: variantId,
      productId: id,
      title: optioned ? `${position}` : title,
      position,
      sku: null,
      barcode: null,
      optionValues: optioned ? [`${position}`] : [],
      price,
      compareAtPrice: null,
      cost: null,
      weightGrams: 0,
      dimensions: null,
      requiresShipping: true,
      taxable: true,
      trackStock: options.trackStock ?? true,
      backorderLimit: options.backorderLimit ?? 0,
      finalSale: false,
      giftCard: false
    })),
    version: 1,
    createdAt: at,
    updatedAt: at
  }
  yield* transactor.transaction(products.insertMany([product]))
  return { id, variantIds, variantId: variantIds[0] as VariantId }
})

/** Puts pieces of a new variant on the shelf. */
export const addStock = Effect.fnUntraced(function*(
  pieces: number,
  options: { readonly backorderLimit?: number } = {}
) {
  const inventory = yield* Inventory.Inventory
  const { variantId } = yield* addProduct(options)
  yield* inventory.adjust({ adjustments: [{ variantId, onHand: pieces }], reason: "opening" })
  return variantId
})

/** What is to be reserved, with the levels as they are now. */
export const wish = Effect.fnUntraced(function*(lines: ReadonlyArray<readonly [VariantId, number]>) {
  const repository = yield* InventoryRepository
  const stocks = yield* repository.stock(lines.map(([variantId]) => variantId))
  return lines.map(([variantId, quantity]): Inventory.ReservationRequest => {
    const stock = stocks.find((stock) => stock.variantId === variantId)
    return stock === undefined
      ? { variantId, quantity, trackStock: true, backorderLimit: 0, levels: [] }
      : { ...stock, quantity }
  })
})

/** Lines of an order. */
export type Lines = ReadonlyArray<readonly [VariantId, number]>

export const inFifteenMinutes = Effect.map(Timestamp.now, (now) => Timestamp.plus(now, "15 minutes"))

export const transaction = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(Transactor, ({ transaction }) => transaction(effect))

/** An order reserves its pieces, from levels that it has read before. */
export const order = Effect.fnUntraced(function*(reference: string, lines: Lines) {
  const inventory = yield* Inventory.Inventory
  const requests = yield* wish(lines)
  return yield* transaction(inventory.reserve(reference, requests, yield* inFifteenMinutes))
})

/** On hand and reserved, summed over the locations. */
export const stockOf = Effect.fnUntraced(function*(variantId: VariantId) {
  const [stock] = yield* (yield* InventoryRepository).stock([variantId])
  return (stock?.levels ?? []).reduce(
    ([onHand, reserved], level): readonly [number, number] => [onHand + level.onHand, reserved + level.reserved],
    [0, 0] as readonly [number, number]
  )
})

/** The types of what happened to a thing. */
export const eventsOf = (subject: string) =>
  Effect.flatMap(EventRepository, (repository) =>
    Effect.map(repository.ofSubject(subject), (events) => events.map(({ type }) => type)))

/** What the ledger has of a variant, oldest first. */
export const movementsOf = Effect.fnUntraced(function*(variantId: VariantId) {
  const { items } = yield* (yield* Inventory.Inventory).ledger({ variantId, limit: 100 })
  return items.map(({ kind, onHandDelta, reservedDelta }) => [kind, onHandDelta, reservedDelta] as const).toReversed()
})

/** The ledger and the reservations say what the levels say. */
export const noDrift = Effect.gen(function*() {
  assert.deepStrictEqual(yield* (yield* Inventory.Inventory).reconcile, [])
})

/** Tests that each run in a shop of their own. */
export const tester = (harness: StorageHarness) =>
<A, E>(
  name: string,
  body: () => Effect.Effect<A, E, Layer.Success<ReturnType<typeof layer<never>>> | Scope.Scope>
) =>
  // what a test starts ends before the storage below it
  it.effect(name, () => Effect.provide(Effect.scoped(Effect.suspend(body)), layer(harness)))

/** Runs an effect in another store. */
export const inStore = (storeId: StoreId) => Effect.provideService(CurrentStore, storeId)
