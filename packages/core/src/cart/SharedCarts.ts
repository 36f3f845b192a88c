/**
 * Sharing carts by links.
 *
 * **Details**
 *
 * A link proves itself with a token of 256 random bits, of which only the hash is kept. It is good for some days, its owner takes it
 * back at any time, and it leads nowhere once the cart is an order, part of another or gone. Whoever has it sees the goods and what
 * everybody pays for them, and no name, address, note or code; nor does it let anybody order, as the cart is the buyer's alone there.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import { AskedLanguage, CurrentLanguage } from "../kernel/Language.ts"
import * as Money from "../kernel/Money.ts"
import * as ShareLink from "../kernel/ShareLink.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import * as BegunCart from "./BegunCart.ts"
import type { CartId, CartView } from "./Cart.ts"
import { CartClosed, CartExpired, CartLimitExceeded, CartNotFound } from "./CartErrors.ts"
import { CartShared, CartShareRevoked } from "./CartEvents.ts"
import { CartRepository, type CartSnapshot } from "./CartRepository.ts"
import { type CartUnusable, requireOpen } from "./CartChecks.ts"
import { Carts } from "./Carts.ts"
import { CartShareRepository } from "./CartShareRepository.ts"
import { circumstancesIn, offer } from "./Offer.ts"
import {
  AddSharedItem,
  type CartShare,
  CartShareId,
  maximumShares,
  type NewCartShare,
  ShareCart,
  type SharedCart,
  type SharedLine,
  SharedCartNotFound,
  SharedCartReadOnly,
  UpdateSharedItem
} from "./SharedCart.ts"

type Failure<Name extends "addItem" | "updateItem" | "removeItem"> =
  | Exclude<Effect.Error<ReturnType<Carts["Service"][Name]>>, CartUnusable>
  | SharedCartNotFound
  | SharedCartReadOnly

export class SharedCarts extends Context.Service<SharedCarts, {
  /** Makes a link to a cart of the caller's, by its id or `"mine"`; at most 10 are good at a time. */
  readonly share: (
    cart: string,
    input?: typeof ShareCart.Encoded
  ) => Effect.Effect<NewCartShare, InvalidInput | CartUnusable | CartLimitExceeded | StorageError>
  /** The links to a cart of the caller's that are good, the oldest first. */
  readonly shares: (
    cart: string
  ) => Effect.Effect<ReadonlyArray<CartShare>, InvalidInput | CartNotFound | CartExpired | StorageError>
  /** Takes a link back at once, whether it is there or not. */
  readonly revoke: (
    cart: string,
    shareId: string
  ) => Effect.Effect<void, InvalidInput | CartNotFound | CartExpired | StorageError>
  /** The cart behind a link. Two statements. */
  readonly get: (token: string) => Effect.Effect<SharedCart, InvalidInput | SharedCartNotFound | StorageError>
  /** Adds pieces to the cart behind a link, if the link allows it. */
  readonly addItem: (
    token: string,
    input: typeof AddSharedItem.Encoded
  ) => Effect.Effect<SharedCart, Failure<"addItem">>
  /** Changes how many pieces a line of the cart behind a link has, if the link allows it. */
  readonly updateItem: (
    token: string,
    lineId: string,
    input: typeof UpdateSharedItem.Encoded
  ) => Effect.Effect<SharedCart, Failure<"updateItem">>
  /** Takes a line out of the cart behind a link, if the link allows it. */
  readonly removeItem: (token: string, lineId: string) => Effect.Effect<SharedCart, Failure<"removeItem">>
  /**
   * Puts what is in the cart behind a link into the caller's own, as far as limits and stock allow; of a customer who has none, one is
   * begun. A guest begins one first. Who gift cards are for is not copied.
   */
  readonly copy: (
    token: string
  ) => Effect.Effect<CartView, SharedCartNotFound | Effect.Error<ReturnType<Carts["Service"]["addLines"]>>>
}>()("@stoa/core/cart/SharedCarts") {}

const decodeShare = Input.decoder(ShareCart)
const decodeAdd = Input.decoder(AddSharedItem)
const decodeUpdate = Input.decoder(UpdateSharedItem)

const checked = Input.textParameters<SharedCarts["Service"]>({
  share: ["cart"],
  shares: ["cart"],
  revoke: ["cart", "shareId"],
  get: ["token"],
  addItem: ["token"],
  updateItem: ["token", "lineId"],
  removeItem: ["token", "lineId"],
  copy: ["token"]
})

type CartLink = ShareLink.Aimed<CartShare, CartId>

/** How a cart looks to whoever has a link to it. */
const shown = ({ expiresAt, mode }: CartShare, { cart, store, variants }: CartSnapshot, at: Timestamp.Timestamp): SharedCart => {
  const where = circumstancesIn(store.settings.country, { currency: cart.currency }, at)
  const byId = new Map(variants.map((variant) => [variant.id, variant]))
  const lines = cart.lines.flatMap(({ id, quantity, variantId }): ReadonlyArray<SharedLine> => {
    const variant = byId.get(variantId)
    if (variant === undefined) return []
    // what a group of its buyer pays would say who that is
    const offered = offer({ ...variant, listed: variant.listed.filter(({ customerGroupId }) => customerGroupId === null) }, where, quantity)
    const isSold = offered.isForSale && offered.price.currency === cart.currency
    return [{
      ...offered,
      isForSale: isSold,
      id,
      quantity,
      subtotal: Money.make(isSold ? offered.price.amount * quantity : 0, cart.currency)
    }]
  })
  return {
    mode,
    currency: cart.currency,
    lines,
    itemCount: lines.reduce((pieces, { quantity }) => pieces + quantity, 0),
    subtotal: Money.make(lines.reduce((sum, { subtotal }) => sum + subtotal.amount, 0), cart.currency),
    expiresAt,
    updatedAt: cart.updatedAt
  }
}

export const make = Effect.gen(function*() {
  const carts = yield* Carts
  const repository = yield* CartRepository
  const links = yield* CartShareRepository
  const transactor = yield* Transactor
  const events = yield* Events
  const jobs = yield* Jobs

  yield* jobs.cron({
    name: "carts.forget-links",
    cron: "33 * * * *",
    run: Effect.flatMap(Timestamp.now, links.deleteBefore)
  })

  const gone = () => new SharedCartNotFound()

  /** The link of a token, if it is good. */
  const linkOf = Effect.fnUntraced(function*(token: string) {
    const link = yield* ShareLink.good(links, token)
    return link === undefined ? yield* gone() : link
  })

  /** The cart of a link, while it is being filled. */
  const read = Effect.fnUntraced(function*(link: CartLink) {
    const snapshot = yield* repository.snapshot({ id: link.target })
    const at = yield* Timestamp.now
    if (snapshot === undefined || snapshot.cart.status !== "open" || snapshot.cart.expiresAt <= at) return yield* gone()
    return { snapshot, view: shown(link, snapshot, at) }
  })

  const unusable = (error: unknown): error is CartUnusable =>
    error instanceof CartNotFound || error instanceof CartExpired || error instanceof CartClosed

  /** What whoever has a link may know of why the cart could not be changed: nothing that names the cart. */
  const told = (link: CartLink, error: unknown): unknown =>
    unusable(error) ? gone() : error instanceof VersionConflict ? new VersionConflict({ id: link.id, expected: error.expected }) : error

  /** Changes the cart behind a link as whoever keeps it would, who goes on being spoken to in their own language. */
  const together = Effect.fnUntraced(function*<E>(token: string, change: (cartId: string) => Effect.Effect<CartView, E>) {
    const link = yield* linkOf(token)
    if (link.mode !== "together") return yield* new SharedCartReadOnly()
    yield* change(link.target).pipe(
      Actor.as(Actor.system("shared-cart")),
      Effect.provideService(CurrentLanguage, null),
      Effect.provideService(AskedLanguage, null),
      Effect.mapError((error) => told(link, error) as Exclude<E, CartUnusable> | SharedCartNotFound)
    )
    return (yield* read(link)).view
  })

  return checked(SharedCarts.of({
    share: Effect.fn("SharedCarts.share")(function*(cart, input = {}) {
      const { days = 7, mode = "read" } = yield* decodeShare(input)
      const { cart: { id: cartId } } = yield* Effect.flatMap(carts.snapshot(cart), requireOpen)
      const { createdAt, expiresAt, token, tokenHash } = yield* ShareLink.issue("share", days)
      const share: CartShare = { id: yield* CartShareId.generate, mode, expiresAt, createdAt }
      yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* links.insert({ ...share, target: cartId, tokenHash }, maximumShares))) {
          return yield* new CartLimitExceeded({ limit: "links", maximum: maximumShares })
        }
        yield* events.publish([CartShared.make(cartId, { cartId, shareId: share.id, mode })])
      }))
      return { share, token }
    }),

    shares: Effect.fn("SharedCarts.shares")(function*(cart) {
      const { cart: { id } } = yield* carts.snapshot(cart)
      return yield* links.to(id, yield* Timestamp.now)
    }),

    revoke: Effect.fn("SharedCarts.revoke")(function*(cart, shareId) {
      const { cart: { id: cartId } } = yield* carts.snapshot(cart)
      yield* transactor.transaction(Effect.gen(function*() {
        if (yield* links.delete(cartId, shareId)) yield* events.publish([CartShareRevoked.make(cartId, { cartId, shareId })])
      }))
    }),

    // the token is no attribute of a span
    get: Effect.fn("SharedCarts.get")(function*(token) {
      return (yield* read(yield* linkOf(token))).view
    }),

    addItem: Effect.fn("SharedCarts.addItem")(function*(token, input) {
      const item = yield* decodeAdd(input)
      return yield* together(token, (cartId) => carts.addItem(cartId, item, { isSeen: false }))
    }),

    updateItem: Effect.fn("SharedCarts.updateItem")(function*(token, lineId, input) {
      const item = yield* decodeUpdate(input)
      return yield* together(token, (cartId) => carts.updateItem(cartId, lineId, item, { isSeen: false }))
    }),

    removeItem: Effect.fn("SharedCarts.removeItem")(function*(token, lineId) {
      return yield* together(token, (cartId) => carts.removeItem(cartId, lineId))
    }),

    copy: Effect.fn("SharedCarts.copy")(function*(token) {
      const { snapshot: { cart: { lines } } } = yield* read(yield* linkOf(token))
      return yield* BegunCart.put(carts, carts.addLines("mine", lines.map(({ quantity, variantId }) => ({ variantId, quantity }))))
    })
  }))
})

export const layer: Layer.Layer<
  SharedCarts,
  never,
  CartRepository | Carts | CartShareRepository | Events | Jobs | Transactor
> = Layer.effect(SharedCarts, make)
