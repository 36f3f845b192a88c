/**
 * Buyers who wait for something that is sold out, and are told once it is there again.
 *
 * **Details**
 *
 * They asked for this very message, so it needs no consent to marketing, but it can be switched off as every message of its
 * kind. Whoever is told is taken off the list in the same transaction, so a process that dies in the middle tells the others
 * when the event is handed over again, and nobody twice.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ActiveProduct from "../catalog/ActiveProduct.ts"
import { ProductNotFound } from "../catalog/CatalogErrors.ts"
import { VariantId } from "../catalog/Product.ts"
import { ProductRepository } from "../catalog/ProductRepository.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import { StockBack } from "../inventory/InventoryEvents.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Language from "../kernel/Language.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Secret from "../kernel/Secret.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Marketing } from "../marketing/Marketing.ts"
import * as StoreCron from "../stores/StoreCron.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { Stores } from "../stores/Stores.ts"
import { BackInStockRepository, type Waiting } from "./BackInStockRepository.ts"
import { WaitForStock } from "./WaitForStock.ts"

export class BackInStock extends Context.Service<BackInStock, {
  /**
   * Tells the caller by mail, once, when a variant of an active product is in stock again, within a year. Asking twice is asking
   * once.
   */
  readonly wait: (
    productId: string,
    input?: typeof WaitForStock.Encoded
  ) => Effect.Effect<void, InvalidInput | ProductNotFound | StorageError>
}>()("@stoa/core/restock/BackInStock") {}

/** How many variants one address can wait for. */
const maximum = 100

/** For how long somebody waits, and their address is kept. */
const keptFor = "365 days"

/** How many people are told in one transaction. */
const batch = 200

const decodeWait = Input.decoder(WaitForStock)

const checked = Input.textParameters<BackInStock["Service"]>({ wait: ["productId"] })

export const make = Effect.gen(function*() {
  const repository = yield* BackInStockRepository
  const products = yield* ProductRepository
  const users = yield* UserRepository
  const marketing = yield* Marketing
  const stores = yield* Stores
  const transactor = yield* Transactor
  const events = yield* Events

  /** Tells everybody who waits for a variant; `cause` is the same whenever this is done again. */
  const tellAll = Effect.fnUntraced(function*(variantId: VariantId, cause: string) {
    const [product] = yield* products.findByVariants([variantId])
    const variant = product?.variants.find(({ id }) => id === variantId)
    // whoever waits for what is not for sale goes on waiting
    if (product === undefined || variant === undefined || !ActiveProduct.isSeen(product, yield* Timestamp.now)) return
    const { settings: { storefrontUrl } } = yield* stores.current
    const link = storefrontUrl === null ? null : `${storefrontUrl}/products/${product.slug}`
    const title = product.variants.length === 1 ? product.title : `${product.title}, ${variant.title}`
    const message = ({ address, language, userId }: Waiting) => ({
      recipient: { channel: "email" as const, address },
      userId,
      ...(userId === null ? {} : { inbox: userId }),
      kind: "back_in_stock" as const,
      requested: true,
      locale: language,
      template: "back-in-stock",
      link,
      // ids are logged and kept, and addresses are not
      id: `back-in-stock:${cause}:${Secret.hash(`${cause}:${address}`)}`,
      data: { title, url: link }
    })
    const tell = transactor.transaction(Effect.gen(function*() {
      const waiting = yield* repository.take(variantId, batch)
      yield* marketing.queue(waiting.map(message))
      return waiting.length
    }))
    while ((yield* tell) >= batch) { /* the next ones */ }
  })

  /** Those who wait for bundles of which everything is there. */
  const tellOfBundles = Effect.fnUntraced(function*(cause: string, partId?: string) {
    for (const bundleId of yield* repository.bundles(partId)) yield* tellAll(bundleId, `${cause}:${bundleId}`)
  })

  yield* events.subscribe({
    name: "back-in-stock.tell",
    types: [StockBack.type],
    handle: Effect.fnUntraced(function*(event) {
      const variantId = VariantId.make((event.data as typeof StockBack.data.Type).variantId)
      yield* tellAll(variantId, event.id)
      yield* tellOfBundles(event.id, variantId)
    })
  })

  const jobs = yield* Jobs
  // a bundle of two pieces of a part is there when the second one comes, of which no event tells
  yield* StoreCron.register(jobs, yield* StoreRepository, {
    name: "back-in-stock.bundles",
    cron: "*/5 * * * *",
    run: Effect.flatMap(Timestamp.now, (now) => tellOfBundles(now))
  })
  yield* jobs.cron({
    name: "back-in-stock.forget",
    cron: "47 * * * *",
    run: Effect.flatMap(Timestamp.now, (now) => repository.deleteBefore(Timestamp.minus(now, keptFor)))
  })

  return checked(BackInStock.of({
    wait: Effect.fn("BackInStock.wait")(function*(productId, input = {}) {
      const decoded = yield* decodeWait(input)
      const actor = yield* Actor.CurrentActor
      const product = yield* products.find(productId)
      if (product === undefined || !ActiveProduct.isSeen(product, yield* Timestamp.now)) return yield* new ProductNotFound({ product: productId })
      const [only] = product.variants.length === 1 ? product.variants : []
      const variantId = decoded.variantId ?? only?.id
      if (variantId === undefined || !product.variants.some(({ id }) => id === variantId)) {
        return yield* InvalidInput.at(["variantId"], "is no variant of this product", "unknown")
      }
      const userId = Actor.userId(actor)
      const user = userId === undefined ? undefined : yield* users.find(userId)
      const email = user === undefined ? decoded.email : user.email
      if (email === undefined) return yield* InvalidInput.at(["email"], "is missing", "missing")
      const waiting = { variantId, address: email.toLowerCase(), userId: user?.id ?? null, language: yield* Language.wanted }
      const now = yield* Timestamp.now
      if (!(yield* transactor.transaction(repository.add(waiting, maximum, now)))) {
        return yield* InvalidInput.at(["email"], `waits for ${maximum} things already`, { code: "too_many", params: { maximum } })
      }
    })
  }))
})

export const layer: Layer.Layer<
  BackInStock,
  never,
  BackInStockRepository | Events | Jobs | Marketing | ProductRepository | StoreRepository | Stores | Transactor | UserRepository
> = Layer.effect(BackInStock, make)
