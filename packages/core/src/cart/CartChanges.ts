/**
 * Reading a cart as its caller may see it, changing it, and showing what has become of it.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { CurrentActor } from "../kernel/Actor.ts"
import * as Language from "../kernel/Language.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { PromotionBooks } from "../promotions/PromotionBooks.ts"
import * as CartAccess from "./CartAccess.ts"
import { expiryOf, isExpired, requireFresh, requireOpen } from "./CartChecks.ts"
import { CartNotFound } from "./CartErrors.ts"
import * as CartPricing from "./CartPricing.ts"
import { CartRepository, type CartSnapshot, type StoredCart } from "./CartRepository.ts"

/** What an operation changes of a cart. Versions and times follow by themselves. */
export type Changes = Partial<Omit<StoredCart, "id" | "version" | "expiresAt" | "createdAt" | "updatedAt">>

export const make = Effect.gen(function*() {
  const repository = yield* CartRepository
  const books = yield* PromotionBooks

  const view = Effect.fnUntraced(function*(snapshot: CartSnapshot, at: Timestamp.Timestamp) {
    const { rules } = yield* books.open(snapshot.promotions)
    return CartPricing.view(snapshot, CartPricing.price(snapshot, rules, at), at)
  })

  /** The cart, if the caller may see or change it and it has not expired. */
  const read = Effect.fnUntraced(function*(
    intent: "see" | "change",
    cart: string,
    at: Timestamp.Timestamp,
    variantIds?: ReadonlyArray<string>
  ) {
    const actor = yield* CurrentActor
    const key = CartAccess.keyOf(actor, cart)
    const snapshot = key === undefined ? undefined : yield* repository.snapshot(key, variantIds)
    if (key === undefined || snapshot === undefined || !CartAccess.may(intent, actor, key, snapshot.cart)) {
      return yield* new CartNotFound({ cart: String(cart) })
    }
    return yield* requireFresh(snapshot, at)
  })

  const readOpen = Effect.fnUntraced(function*(
    cart: string,
    at: Timestamp.Timestamp,
    variantIds?: ReadonlyArray<string>
  ) {
    return yield* requireOpen(yield* read("change", cart, at, variantIds))
  })

  const after = Effect.fnUntraced(function*({ cart, store }: CartSnapshot, changes: Changes, at: Timestamp.Timestamp) {
    const language = yield* Language.wanted
    const changed: StoredCart = {
      ...cart,
      ...changes,
      ...(language === null ? {} : { language }),
      version: cart.version + 1,
      expiresAt: expiryOf(store.settings.cartDays, at),
      updatedAt: at
    }
    return changed
  })

  const write = Effect.fnUntraced(function*(snapshot: CartSnapshot, changes: Changes, at: Timestamp.Timestamp) {
    const cart = yield* after(snapshot, changes, at)
    yield* repository.replace(cart)
    return { ...snapshot, cart }
  })

  type Edit<E> = (snapshot: CartSnapshot, at: Timestamp.Timestamp) => Effect.Effect<Changes, E>

  /**
   * Changes a cart as this process remembers it. `undefined` if that is out of date, or if the edit fails on it: the reason may be out
   * of date as well, so the edit has to be tried on a cart that is read anew.
   */
  const changeRemembered = Effect.fnUntraced(function*<E>(
    cart: string,
    edit: Edit<E>,
    at: Timestamp.Timestamp,
    variantIds?: ReadonlyArray<string>
  ) {
    const actor = yield* CurrentActor
    const key = CartAccess.keyOf(actor, cart)
    if (key === undefined) return undefined
    const remembered = yield* repository.remembered(key, variantIds)
    if (remembered === undefined) return undefined
    const { replace, snapshot } = remembered
    const { cart: known } = snapshot
    if (known.status !== "open" || isExpired(known, at) || !CartAccess.may("change", actor, key, known)) return undefined
    const changes = yield* Effect.result(edit(snapshot, at))
    if (Result.isFailure(changes)) return undefined
    const changed = yield* replace(yield* after(snapshot, changes.success, at))
    return changed === undefined ? undefined : yield* view(changed, at)
  })

  /** Reads a cart, changes it and shows it: two statements, or one if it is remembered. */
  const change = <E>(cart: string, edit: Edit<E>, variantIds?: ReadonlyArray<string>) =>
    Effect.gen(function*() {
      const at = yield* Timestamp.now
      const changed = yield* changeRemembered(cart, edit, at, variantIds)
      if (changed !== undefined) return changed
      const snapshot = yield* readOpen(cart, at, variantIds)
      return yield* view(yield* write(snapshot, yield* edit(snapshot, at), at), at)
    })

  return { view, read, readOpen, write, change }
})

export type CartChanges = Effect.Success<typeof make>
