/**
 * Setting lines of a cart aside, and taking them back.
 *
 * **Details**
 *
 * What a customer has set aside is theirs, whatever becomes of the cart it was in. What a guest has is kept with the cart, and becomes
 * the customer's with it when they sign in. It is no part of the cart, so that a cart costs nothing more to read.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import { CurrentActor } from "../kernel/Actor.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Retried from "../kernel/Retried.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as Version from "../kernel/Version.ts"
import { Stores } from "../stores/Stores.ts"
import { isAlike } from "./AdoptedLines.ts"
import * as BegunCart from "./BegunCart.ts"
import type { CartView } from "./Cart.ts"
import { type CartExpired, CartLimitExceeded, CartLineNotFound, type CartNotFound, NotForSale } from "./CartErrors.ts"
import { CartLineSaved, CartLineTakenBack } from "./CartEvents.ts"
import { CartRepository } from "./CartRepository.ts"
import { requireOpen } from "./CartChecks.ts"
import { Carts } from "./Carts.ts"
import { circumstancesIn, offer } from "./Offer.ts"
import { type KeptLine, ListSaved, maximumSaved, type SavedLine, SavedLineId, SavedLineNotFound, TakeBack } from "./SavedLine.ts"
import { type SavedBy, SavedLineRepository } from "./SavedLineRepository.ts"

type Failure<Name extends "addItem" | "removeItem"> = Effect.Error<ReturnType<Carts["Service"][Name]>>

export class SavedForLater extends Context.Service<SavedForLater, {
  /**
   * What is set aside beside a cart, by its id or `"mine"`, the newest first, with what a piece costs and how many there are now. A
   * customer needs no cart for it.
   */
  readonly list: (
    cart: string,
    input?: typeof ListSaved.Encoded
  ) => Effect.Effect<ReadonlyArray<SavedLine>, InvalidInput | CartNotFound | CartExpired | StorageError>
  /**
   * Takes a line out of a cart and sets it aside, with more of the same that is. It costs nothing, and holds no stock. A change of the
   * cart in between is tried again. What is deleted from the catalog is `NotForSale`, as it could not come back.
   */
  readonly save: (
    cart: string,
    lineId: string
  ) => Effect.Effect<CartView, Failure<"removeItem"> | CartLimitExceeded | NotForSale>
  /**
   * Puts what is set aside back into a cart; of a customer who has none, one is begun. It stays set aside if the cart refuses it.
   * With a `quantity` so many pieces go back, and the rest is dropped.
   */
  readonly takeBack: (
    cart: string,
    savedLineId: string,
    input?: typeof TakeBack.Encoded
  ) => Effect.Effect<CartView, Failure<"addItem"> | SavedLineNotFound>
  /** Drops what is set aside, whether it is there or not. */
  readonly remove: (
    cart: string,
    savedLineId: string
  ) => Effect.Effect<void, InvalidInput | CartNotFound | CartExpired | StorageError>
}>()("@stoa/core/cart/SavedForLater") {}

const decodeList = Input.decoder(ListSaved)
const decodeTakeBack = Input.decoder(TakeBack)

const checked = Input.textParameters<SavedForLater["Service"]>({
  list: ["cart"],
  save: ["cart", "lineId"],
  takeBack: ["cart", "savedLineId"],
  remove: ["cart", "savedLineId"]
})

export const make = Effect.gen(function*() {
  const carts = yield* Carts
  const saved = yield* SavedLineRepository
  const goods = yield* CartRepository
  const stores = yield* Stores
  const transactor = yield* Transactor
  const events = yield* Events

  const again = Retried.retried({ schedule: Version.overtaken, while: (error) => error instanceof Version.VersionConflict })

  const ownerOf = ({ customerId, id }: { readonly id: CartView["id"]; readonly customerId: string | null }): SavedBy =>
    customerId === null ? { cartId: id } : { customerId }

  /** Who has set aside what belongs to a cart, if the caller may change it. */
  const ownerFor = Effect.fnUntraced(function*(cart: string) {
    const actor = yield* CurrentActor
    return cart === "mine" && actor._tag === "customer" ? { customerId: actor.customerId } : ownerOf((yield* carts.snapshot(cart)).cart)
  })

  return checked(SavedForLater.of({
    list: Effect.fn("SavedForLater.list")(function*(cart, input = {}) {
      const where = yield* decodeList(input)
      const by = yield* ownerFor(cart)
      const kept = yield* saved.of(by)
      if (kept.length === 0) return []
      const found = yield* goods.goods(kept.map(({ variantId }) => variantId), "customerId" in by ? by.customerId : null)
      const circumstances = circumstancesIn((yield* stores.current).settings.country, where, yield* Timestamp.now)
      const byId = new Map(found.map((variant) => [variant.id, variant]))
      return kept.flatMap((line) => {
        const variant = byId.get(line.variantId)
        return variant === undefined ? [] : [{ ...offer(variant, circumstances), ...line }]
      })
    }),

    save: Effect.fn("SavedForLater.save")(function*(cart, lineId) {
      return yield* again(transactor.transaction(Effect.gen(function*() {
        const { cart: { customerId, id, lines, version }, variants } = yield* Effect.flatMap(carts.snapshot(cart), requireOpen)
        const line = lines.find((one) => one.id === lineId)
        if (line === undefined) return yield* new CartLineNotFound({ lineId })
        if (!variants.some((variant) => variant.id === line.variantId)) return yield* new NotForSale({ variantIds: [line.variantId] })
        const by = ownerOf({ id, customerId })
        // before the cart, as whoever takes a line back does
        const kept = yield* saved.held(by)
        const same = kept.find((one) => isAlike(one, line))
        if (same === undefined && kept.length >= maximumSaved) {
          return yield* new CartLimitExceeded({ limit: "saved", maximum: maximumSaved })
        }
        const aside: KeptLine = {
          id: same?.id ?? (yield* SavedLineId.generate),
          variantId: line.variantId,
          quantity: line.quantity + (same?.quantity ?? 0),
          savedAt: yield* Timestamp.now,
          ...(line.gift === undefined ? {} : { gift: line.gift })
        }
        const left = yield* carts.removeItem(cart, lineId, { version })
        yield* saved.put(by, aside)
        const { quantity, variantId } = line
        yield* events.publish([CartLineSaved.make(id, { cartId: id, customerId, variantId, quantity })])
        return left
      })))
    }),

    takeBack: Effect.fn("SavedForLater.takeBack")(function*(cart, savedLineId, input = {}) {
      const asked = yield* decodeTakeBack(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const line = yield* saved.remove(yield* ownerFor(cart), savedLineId)
        if (line === undefined) return yield* new SavedLineNotFound({ savedLineId })
        const { gift, quantity: all, variantId } = line
        const { quantity = all } = asked
        const put = carts.addItem(cart, { variantId, quantity, ...(gift === undefined ? {} : { gift }) })
        const filled = yield* cart === "mine" ? BegunCart.put(carts, put) : put
        const { customerId, id } = filled
        yield* events.publish([CartLineTakenBack.make(id, { cartId: id, customerId, variantId, quantity })])
        return filled
      }))
    }),

    remove: Effect.fn("SavedForLater.remove")(function*(cart, savedLineId) {
      yield* saved.remove(yield* ownerFor(cart), savedLineId)
    })
  }))
})

export const layer: Layer.Layer<
  SavedForLater,
  never,
  CartRepository | Carts | Events | SavedLineRepository | Stores | Transactor
> = Layer.effect(SavedForLater, make)
