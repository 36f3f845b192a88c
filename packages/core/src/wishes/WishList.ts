/**
 * The wish list of the signed-in customer, and what the shop learns from all of them.
 *
 * **Details**
 *
 * A list holds variants, with what each cost when it was put there; what it costs and how many there are is read anew whenever the
 * list is looked at. Nothing on it is reserved. A guest has no list: a page keeps what they like, and puts it on their list when they
 * sign in (`merge`).
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as BegunCart from "../cart/BegunCart.ts"
import type { CartView } from "../cart/Cart.ts"
import { CartRepository, type CartVariant } from "../cart/CartRepository.ts"
import { Carts } from "../cart/Carts.ts"
import { circumstancesIn, offer, offered, type Where } from "../cart/Offer.ts"
import { ProductNotFound, VariantNotFound } from "../catalog/CatalogErrors.ts"
import type { VariantId } from "../catalog/Product.ts"
import { ProductRepository } from "../catalog/ProductRepository.ts"
import { Events } from "../events/Events.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import { defaultLimit } from "../kernel/Page.ts"
import type { Denied, Unauthenticated } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { BackInStock } from "../restock/BackInStock.ts"
import { BackInStockRepository } from "../restock/BackInStockRepository.ts"
import { Stores } from "../stores/Stores.ts"
import { WishListFull, WishNotFound } from "./WishErrors.ts"
import { WishAdded, WishMoved, WishRemoved } from "./WishEvents.ts"
import { type KeptWish, WishRepository } from "./WishRepository.ts"
import {
  AddWish,
  ListWanted,
  ListWishes,
  maximumWishes,
  type MergedWishes,
  MergeWishes,
  MoveWish,
  type WantedVariant,
  type Wish
} from "./Wish.ts"

type AddFailure = Effect.Error<ReturnType<Carts["Service"]["addItem"]>>

export class WishList extends Context.Service<WishList, {
  /** A page of the caller's list, the newest first. Three statements, however long it is. */
  readonly list: (
    input?: typeof ListWishes.Encoded
  ) => Effect.Effect<Page<Wish>, InvalidInput | StorageError | Unauthenticated>
  /** Puts a variant on the caller's list, or answers with it as it is there already. */
  readonly add: (
    input: typeof AddWish.Encoded
  ) => Effect.Effect<Wish, InvalidInput | VariantNotFound | ProductNotFound | WishListFull | StorageError | Unauthenticated>
  /** Puts what a page has kept for a guest on the list of who they are, as far as it is for sale and the list has room. */
  readonly merge: (
    input: typeof MergeWishes.Encoded
  ) => Effect.Effect<MergedWishes, InvalidInput | StorageError | Unauthenticated>
  /** Takes a variant off the caller's list. They are not told any more that it is there again. Taking it off twice is taking it off once. */
  readonly remove: (variantId: string) => Effect.Effect<void, InvalidInput | StorageError | Unauthenticated>
  /** Takes everything off the caller's list. */
  readonly clear: () => Effect.Effect<void, StorageError | Unauthenticated>
  /**
   * Puts pieces of a variant on the list into the caller's cart, which is begun where there is none, and takes it off the list. It
   * stays there if the cart refuses it.
   */
  readonly moveToCart: (
    variantId: string,
    input?: typeof MoveWish.Encoded
  ) => Effect.Effect<CartView, WishNotFound | AddFailure | Unauthenticated>
  /**
   * What most customers have on their lists, with how many there are, the most wanted first. Needs `analytics:read`. It counts the
   * lists of the whole store, so it is for people and not for pages of the shop.
   */
  readonly mostWanted: (
    input?: typeof ListWanted.Encoded
  ) => Effect.Effect<ReadonlyArray<WantedVariant>, InvalidInput | StorageError | Denied>
}>()("@stoa/core/wishes/WishList") {}

const decodeList = Input.decoder(ListWishes)
const decodeAdd = Input.decoder(AddWish)
const decodeMerge = Input.decoder(MergeWishes)
const decodeMove = Input.decoder(MoveWish)
const decodeWanted = Input.decoder(ListWanted)

const checked = Input.textParameters<WishList["Service"]>({ remove: ["variantId"], moveToCart: ["variantId"] })

const caller = Permission.customer("Sign in to have a wish list")

const byId = (variants: ReadonlyArray<CartVariant>): ReadonlyMap<string, CartVariant> =>
  new Map(variants.map((variant) => [variant.id, variant]))

export const make = Effect.gen(function*() {
  const wishes = yield* WishRepository
  const goods = yield* CartRepository
  const carts = yield* Carts
  const products = yield* ProductRepository
  const backInStock = yield* BackInStock
  const waiting = yield* BackInStockRepository
  const stores = yield* Stores
  const transactor = yield* Transactor
  const events = yield* Events

  /** How a wish is shown to somebody who is where they say, or in the country of the store. */
  const showing = Effect.fnUntraced(function*(where: Where) {
    const circumstances = circumstancesIn((yield* stores.current).settings.country, where, yield* Timestamp.now)
    return {
      price: (variant: CartVariant) => offer(variant, circumstances).price,
      wish: (variant: CartVariant, { addedAt, seenPrice, tellWhenBack }: KeptWish): Wish => ({
        ...offer(variant, circumstances),
        seenPrice,
        tellWhenBack,
        addedAt
      })
    }
  })

  const firstVariant = Effect.fnUntraced(function*(productId: string) {
    const variantId = (yield* products.find(productId))?.variants[0]?.id
    return variantId ?? (yield* new ProductNotFound({ product: productId }))
  })

  /** Takes a variant off a list, with whatever hung on it. */
  const takeOff = Effect.fnUntraced(function*(customerId: string, variantId: string) {
    const wasThere = yield* wishes.remove(customerId, variantId)
    if (wasThere) yield* waiting.stop(customerId, variantId)
    return wasThere
  })

  return checked(WishList.of({
    list: Effect.fn("WishList.list")(function*(input = {}) {
      const { after, limit, ...where } = yield* decodeList(input)
      const customerId = yield* caller
      const { items, nextCursor } = yield* wishes.page(customerId, {
        ...(limit === undefined ? {} : { limit }),
        ...(after === undefined ? {} : { after })
      })
      if (items.length === 0) return { items: [], nextCursor }
      const found = byId(yield* goods.goods(items.map(({ variantId }) => variantId), customerId))
      const shown = yield* showing(where)
      return {
        items: items.flatMap((kept) => {
          const variant = found.get(kept.variantId)
          return variant === undefined ? [] : [shown.wish(variant, kept)]
        }),
        nextCursor
      }
    }),

    add: Effect.fn("WishList.add")(function*(input) {
      const { productId, tellWhenBack, variantId: named, ...where } = yield* decodeAdd(input)
      const customerId = yield* caller
      const variantId = named ?? (yield* firstVariant(String(productId)))
      const [variant] = yield* goods.goods([variantId], customerId)
      if (variant === undefined || variant.status !== "active") return yield* new VariantNotFound({ variantId })
      const shown = yield* showing(where)
      const at = yield* Timestamp.now
      return yield* transactor.transaction(Effect.gen(function*() {
        const added = yield* wishes.add(customerId, [{ variantId, seenPrice: shown.price(variant) }], maximumWishes, at)
        if (added.length > 0) yield* events.publish([WishAdded.make(customerId, { customerId, variantId })])
        if (tellWhenBack === true) yield* backInStock.wait(variant.productId, { variantId })
        if (tellWhenBack === false) yield* waiting.stop(customerId, variantId)
        const [kept] = yield* wishes.find(customerId, [variantId])
        if (kept === undefined) return yield* new WishListFull({ maximum: maximumWishes })
        return shown.wish(variant, kept)
      }))
    }),

    merge: Effect.fn("WishList.merge")(function*(input) {
      const { variantIds, ...where } = yield* decodeMerge(input)
      const customerId = yield* caller
      const asked = [...new Set(variantIds)]
      const found = byId(yield* goods.goods(asked, customerId))
      const shown = yield* showing(where)
      const at = yield* Timestamp.now
      const wanted = asked.flatMap((variantId) => {
        const variant = found.get(variantId)
        return variant?.status === "active" ? [{ variantId, seenPrice: shown.price(variant) }] : []
      })
      return yield* transactor.transaction(Effect.gen(function*() {
        const added = new Set<VariantId>(yield* wishes.add(customerId, wanted, maximumWishes, at))
        yield* events.publish([...added].map((variantId) => WishAdded.make(customerId, { customerId, variantId })))
        const there = new Set((yield* wishes.find(customerId, asked)).map(({ variantId }) => variantId))
        return {
          added: asked.filter((variantId) => added.has(variantId)),
          leftOut: asked.filter((variantId) => !there.has(variantId))
        }
      }))
    }),

    remove: Effect.fn("WishList.remove")(function*(variantId) {
      const customerId = yield* caller
      yield* transactor.transaction(Effect.gen(function*() {
        if (yield* takeOff(customerId, variantId)) yield* events.publish([WishRemoved.make(customerId, { customerId, variantId })])
      }))
    }),

    clear: Effect.fn("WishList.clear")(function*() {
      const customerId = yield* caller
      yield* transactor.transaction(Effect.gen(function*() {
        const removed = yield* wishes.clear(customerId)
        yield* waiting.stop(customerId, ...removed)
        yield* events.publish(removed.map((variantId) => WishRemoved.make(customerId, { customerId, variantId })))
      }))
    }),

    moveToCart: Effect.fn("WishList.moveToCart")(function*(variantId, input = {}) {
      const { quantity = 1 } = yield* decodeMove(input)
      const customerId = yield* caller
      const put = carts.addItem("mine", { variantId: variantId as VariantId, quantity })
      return yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* takeOff(customerId, variantId))) return yield* new WishNotFound({ variantId })
        yield* events.publish([WishMoved.make(customerId, { customerId, variantId })])
        return yield* BegunCart.put(carts, put)
      }))
    }),

    mostWanted: Effect.fn("WishList.mostWanted")(function*(input = {}) {
      const { limit = defaultLimit } = yield* decodeWanted(input)
      yield* Permission.require("analytics:read")
      const wanted = yield* wishes.mostWanted(limit)
      const found = byId(yield* goods.goods(wanted.map(({ variantId }) => variantId), null))
      return wanted.flatMap(({ customers, variantId }) => {
        const variant = found.get(variantId)
        return variant === undefined ? [] : [{ ...offered(variant), customers }]
      })
    })
  }))
})

export const layer: Layer.Layer<
  WishList,
  never,
  | BackInStock
  | BackInStockRepository
  | CartRepository
  | Carts
  | Events
  | ProductRepository
  | Stores
  | Transactor
  | WishRepository
> = Layer.effect(WishList, make)
