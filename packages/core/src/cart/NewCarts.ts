/**
 * Beginning carts.
 */
import * as Effect from "effect/Effect"
import { CurrentActor } from "../kernel/Actor.ts"
import { CurrentStore, type StoreId } from "../kernel/CurrentStore.ts"
import * as Entropy from "../kernel/Entropy.ts"
import * as Language from "../kernel/Language.ts"
import * as Secret from "../kernel/Secret.ts"
import { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { Store } from "../stores/Store.ts"
import { Stores } from "../stores/Stores.ts"
import { CartId } from "./Cart.ts"
import type { CartChanges } from "./CartChanges.ts"
import { expiryOf } from "./CartChecks.ts"
import { CartRepository, type StoredCart } from "./CartRepository.ts"

/** How often beginning a cart is tried when its store changes at the same moment. */
const attempts = 5

/** What an empty cart depends on, besides itself and its store. */
const nothing = {
  customerEmail: null,
  customerExemption: null,
  customerVatNumber: null,
  customerShippingAddress: null,
  customerBillingAddress: null,
  variants: [],
  taxRates: [],
  taxZones: [],
  shippingZones: [],
  shippingMethods: [],
  promotions: null
} as const

export const make = Effect.fnUntraced(function*({ view }: CartChanges) {
  const repository = yield* CartRepository
  const stores = yield* Stores

  /**
   * The stores as they were when carts were last begun in them. The statement that begins a cart says whether its store is unchanged,
   * so stores need not be read first.
   */
  const begunIn = new Map<StoreId, Store>()

  /** Begins a cart in a store; `undefined` if the store has changed. */
  const begin = Effect.fnUntraced(function*(store: Store) {
    const actor = yield* CurrentActor
    const at = yield* Timestamp.now
    const token = yield* Entropy.token("cart")
    const language = yield* Language.wanted
    const cart: StoredCart = {
      id: yield* CartId.generate,
      status: "open",
      tokenHash: Secret.hash(token),
      customerId: actor._tag === "customer" ? actor.customerId : null,
      email: null,
      currency: store.currency,
      channel: null,
      lines: [],
      note: null,
      shippingAddress: null,
      billingAddress: null,
      shippingMethodId: null,
      shippingChoices: [],
      codes: [],
      orderId: null,
      version: 1,
      expiresAt: expiryOf(store.settings.cartDays, at),
      createdAt: at,
      updatedAt: at,
      ...(language === null ? {} : { language })
    }
    if (!(yield* repository.insert(cart, store))) return undefined
    return { cart: yield* view({ ...nothing, cart, store }, at), token }
  })

  /** Reads the store and begins a cart in it, a few times if the store changes at the same moment. */
  const beginAnew = Effect.gen(function*() {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const store = yield* stores.current
      begunIn.set(yield* CurrentStore, store)
      const begun = yield* begin(store)
      if (begun !== undefined) return begun
    }
    return yield* new StorageError({ operation: "Carts.create", reason: "conflict" })
  })

  return {
    /** Begins an empty cart in the current store, for the calling customer or for a guest. */
    create: Effect.gen(function*() {
      const known = begunIn.get(yield* CurrentStore)
      const begun = known === undefined ? undefined : yield* begin(known)
      return begun ?? (yield* beginAnew)
    })
  }
})
