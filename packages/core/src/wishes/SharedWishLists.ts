/**
 * Sharing wish lists by links.
 *
 * **Details**
 *
 * A link proves itself with a token of 256 random bits, of which only the hash is kept. It is good for some months, and its owner takes
 * it back at any time. Whoever has it sees the goods and what everybody pays for them, as they are now, and no name, address or price
 * that a group pays; nor can they change the list.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CartRepository } from "../cart/CartRepository.ts"
import { circumstancesIn, offer } from "../cart/Offer.ts"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Unauthenticated } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as ShareLink from "../kernel/ShareLink.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Stores } from "../stores/Stores.ts"
import {
  ListSharedWishes,
  maximumWishShares,
  type NewWishShare,
  type SharedWish,
  SharedWishListNotFound,
  ShareWishes,
  TooManyWishShares,
  type WishShare,
  WishShareId
} from "./SharedWishList.ts"
import { WishListShared, WishListShareRevoked } from "./WishEvents.ts"
import { WishRepository } from "./WishRepository.ts"
import { WishShareRepository } from "./WishShareRepository.ts"

export class SharedWishLists extends Context.Service<SharedWishLists, {
  /** Makes a link to the caller's wish list; at most 10 are good at a time. */
  readonly share: (
    input?: typeof ShareWishes.Encoded
  ) => Effect.Effect<NewWishShare, InvalidInput | TooManyWishShares | StorageError | Unauthenticated>
  /** The links to the caller's wish list that are good, the oldest first. */
  readonly shares: () => Effect.Effect<ReadonlyArray<WishShare>, StorageError | Unauthenticated>
  /** Takes a link back at once, whether it is there or not. */
  readonly revoke: (shareId: string) => Effect.Effect<void, InvalidInput | StorageError | Unauthenticated>
  /** A page of the list behind a link, the newest wish first. Four statements, however long it is. */
  readonly get: (
    token: string,
    input?: typeof ListSharedWishes.Encoded
  ) => Effect.Effect<Page<SharedWish>, InvalidInput | SharedWishListNotFound | StorageError>
}>()("@stoa/core/wishes/SharedWishLists") {}

const decodeShare = Input.decoder(ShareWishes)
const decodeList = Input.decoder(ListSharedWishes)

const checked = Input.textParameters<SharedWishLists["Service"]>({ revoke: ["shareId"], get: ["token"] })

const caller = Permission.customer("Sign in to share a wish list")

export const make = Effect.gen(function*() {
  const wishes = yield* WishRepository
  const links = yield* WishShareRepository
  const goods = yield* CartRepository
  const stores = yield* Stores
  const transactor = yield* Transactor
  const events = yield* Events
  const jobs = yield* Jobs

  yield* jobs.cron({
    name: "wishes.forget-links",
    cron: "38 * * * *",
    run: Effect.flatMap(Timestamp.now, links.deleteBefore)
  })

  return checked(SharedWishLists.of({
    share: Effect.fn("SharedWishLists.share")(function*(input = {}) {
      const { days = 90 } = yield* decodeShare(input)
      const customerId = yield* caller
      const { createdAt, expiresAt, token, tokenHash } = yield* ShareLink.issue("wishes", days)
      const share: WishShare = { id: yield* WishShareId.generate, expiresAt, createdAt }
      yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* links.insert({ ...share, target: customerId, tokenHash }, maximumWishShares))) {
          return yield* new TooManyWishShares({ maximum: maximumWishShares })
        }
        yield* events.publish([WishListShared.make(customerId, { customerId, shareId: share.id })])
      }))
      return { share, token }
    }),

    shares: Effect.fn("SharedWishLists.shares")(function*() {
      return yield* links.to(yield* caller, yield* Timestamp.now)
    }),

    revoke: Effect.fn("SharedWishLists.revoke")(function*(shareId) {
      const customerId = yield* caller
      yield* transactor.transaction(Effect.gen(function*() {
        if (yield* links.delete(customerId, shareId)) {
          yield* events.publish([WishListShareRevoked.make(customerId, { customerId, shareId })])
        }
      }))
    }),

    // the token is no attribute of a span
    get: Effect.fn("SharedWishLists.get")(function*(token, input = {}) {
      const page = yield* decodeList(input)
      const link = yield* ShareLink.good(links, token)
      if (link === undefined) return yield* new SharedWishListNotFound()
      const { items, nextCursor } = yield* wishes.page(link.target, page)
      if (items.length === 0) return { items: [], nextCursor }
      // of nobody in particular: what a group of its owner pays would say who that is
      const found = new Map((yield* goods.goods(items.map(({ variantId }) => variantId), null)).map((variant) => [variant.id, variant]))
      const where = circumstancesIn((yield* stores.current).settings.country, {}, yield* Timestamp.now)
      return {
        items: items.flatMap(({ variantId }) => {
          const variant = found.get(variantId)
          return variant === undefined ? [] : [offer(variant, where)]
        }),
        nextCursor
      }
    })
  }))
})

export const layer: Layer.Layer<
  SharedWishLists,
  never,
  CartRepository | Events | Jobs | Stores | Transactor | WishRepository | WishShareRepository
> = Layer.effect(SharedWishLists, make)
