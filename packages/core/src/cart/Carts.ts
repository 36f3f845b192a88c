/**
 * Carts: filling them, pricing them, and telling the buyer what has changed.
 *
 * **Details**
 *
 * A customer reaches their own cart, a guest the cart whose token is in the actor. The system, and staff with `carts:read` or
 * `carts:write`, reach every cart by its id. Whoever may not see a cart gets `CartNotFound`.
 *
 * Each operation takes the id of a cart, or `"mine"` for the caller's own, and answers with the cart as it is afterwards. If somebody
 * else changes the cart in between, the operation is tried again, unless the caller has given a `version`.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Gift, sentWithin } from "../catalog/Gift.ts"
import { VariantNotFound } from "../catalog/CatalogErrors.ts"
import type { InsufficientStock } from "../inventory/InventoryErrors.ts"
import { CurrentActor } from "../kernel/Actor.ts"
import { CurrentStore, type StoreId } from "../kernel/CurrentStore.ts"
import * as Entropy from "../kernel/Entropy.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Language from "../kernel/Language.ts"
import * as Retried from "../kernel/Retried.ts"
import * as Secret from "../kernel/Secret.ts"
import { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as Traced from "../kernel/Traced.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as Version from "../kernel/Version.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { PromotionBooks } from "../promotions/PromotionBooks.ts"
import type { ShippingOption } from "../shipping/ShippingQuote.ts"
import { currenciesOf, type Store } from "../stores/Store.ts"
import { Stores } from "../stores/Stores.ts"
import { adopted } from "./AdoptedLines.ts"
import type { Cart, CartView, NewCart } from "./Cart.ts"
import { AddItem, ByWhom, CartId, CartLineId, UpdateCart, UpdateItem } from "./Cart.ts"
import * as CartAccess from "./CartAccess.ts"
import * as CartEdit from "./CartEdit.ts"
import type { CartLimitExceeded, CartLineNotFound, NotForSale } from "./CartErrors.ts"
import { CartClosed, CartExpired, CartNotFound, ShippingMethodUnavailable } from "./CartErrors.ts"
import { priceOf } from "./CartPrices.ts"
import * as CartPricing from "./CartPricing.ts"
import * as ChosenShipping from "./ChosenShipping.ts"
import type { CartSnapshot, CartVariant, StoredCart } from "./CartRepository.ts"
import { CartRepository } from "./CartRepository.ts"
import { SavedLineRepository } from "./SavedLineRepository.ts"

/** Why a cart cannot be changed. */
export type CartUnusable = CartNotFound | CartExpired | CartClosed

export class Carts extends Context.Service<Carts, {
  /** Begins an empty cart for the calling customer, or for a guest, who gets its token. */
  readonly create: () => Effect.Effect<NewCart, StorageError>
  /** A cart. One statement. */
  readonly get: (cart: string) => Effect.Effect<CartView, InvalidInput | CartNotFound | CartExpired | StorageError>
  /**
   * Puts pieces of a variant into a cart. Two statements, to read and to write; one for a cart that this process remembers and that
   * nobody has changed since.
   */
  readonly addItem: (
    cart: string,
    input: typeof AddItem.Encoded,
    options?: ByWhom
  ) => Effect.Effect<
    CartView,
    | InvalidInput
    | CartUnusable
    | CartLimitExceeded
    | VariantNotFound
    | NotForSale
    | InsufficientStock
    | VersionConflict
    | StorageError
  >
  readonly updateItem: (
    cart: string,
    lineId: string,
    input: typeof UpdateItem.Encoded,
    options?: ByWhom
  ) => Effect.Effect<
    CartView,
    | InvalidInput
    | CartUnusable
    | CartLineNotFound
    | CartLimitExceeded
    | NotForSale
    | InsufficientStock
    | VersionConflict
    | StorageError
  >
  readonly removeItem: (
    cart: string,
    lineId: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<CartView, InvalidInput | CartUnusable | CartLineNotFound | VersionConflict | StorageError>
  /**
   * Puts pieces of several variants into a cart, as far as limits and stock allow. Variants that are not for sale are left out. Two
   * statements.
   */
  readonly addLines: (
    cart: string,
    items: ReadonlyArray<Pick<AddItem, "variantId" | "quantity">>
  ) => Effect.Effect<CartView, InvalidInput | CartUnusable | VersionConflict | StorageError>
  /** Removes all lines. */
  readonly clear: (cart: string) => Effect.Effect<CartView, InvalidInput | CartUnusable | VersionConflict | StorageError>
  /** Changes what a cart says about its order: e-mail, addresses, shipping method, note, currency. */
  readonly update: (
    cart: string,
    input: typeof UpdateCart.Encoded
  ) => Effect.Effect<
    CartView,
    InvalidInput | CartUnusable | ShippingMethodUnavailable | VersionConflict | StorageError
  >
  /** Deletes a cart. */
  readonly delete: (
    cart: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | CartUnusable | VersionConflict | StorageError>
  /**
   * Moves the lines of a guest's cart (proved by its token) into the calling customer's cart. A customer without a cart gets the
   * guest's.
   *
   * - Quantities are added up to the limits. What does not fit, or is not for sale, is left out.
   * - E-mail, addresses, shipping method and note are taken over where the customer's cart has none.
   * - Lines that the guest has saved for later become the customer's, newest first, as far as there is room. That also happens for a
   *   cart that was ordered, which is `CartClosed` all the same.
   * - The guest's token does not lead to a cart any more. Merging it again changes nothing, and answers with the customer's cart.
   */
  readonly merge: (
    guestToken: string
  ) => Effect.Effect<CartView, InvalidInput | CartUnusable | VersionConflict | StorageError>
  /** The shipping methods for this cart and its address, by their position, each with its price and when the goods arrive. */
  readonly shippingOptions: (
    cart: string
  ) => Effect.Effect<ReadonlyArray<ShippingOption>, InvalidInput | CartNotFound | CartExpired | StorageError>
  /** A cart that the caller may change, with everything that its order depends on. Checkout works with it. */
  readonly snapshot: (cart: string) => Effect.Effect<CartSnapshot, CartNotFound | CartExpired | StorageError>
  /**
   * Deletes the expired carts of the current store, and says how many. Lines that guests had saved beside carts that were ordered are
   * deleted when these carts would have expired. Runs as a cron job.
   */
  readonly deleteExpired: Effect.Effect<number, StorageError>
}>()("@stoa/core/cart/Carts") {}

/** How often beginning a cart is tried when its store changes at the same moment. */
const attempts = 5

const decodeAdd = Input.decoder(AddItem)
const decodeUpdateItem = Input.decoder(UpdateItem)
const decodeByWhom = Input.decoder(ByWhom)
const decodeUpdate = Input.decoder(UpdateCart)
const decodeToken = Input.decoder(Schema.String.check(Schema.isMaxLength(200)))

const isConflict = (error: unknown): boolean => error instanceof VersionConflict

const expiredPerStatement = 500

/** What an operation changes of a cart. Versions and times are set in `after`. */
type Changes = Partial<Omit<StoredCart, "id" | "version" | "expiresAt" | "createdAt" | "updatedAt">>

const checked = Input.textParameters<Carts["Service"]>({
  get: ["cart"],
  addItem: ["cart"],
  addLines: ["cart"],
  updateItem: ["cart", "lineId"],
  removeItem: ["cart", "lineId"],
  clear: ["cart"],
  update: ["cart"],
  delete: ["cart"],
  merge: ["guestToken"],
  shippingOptions: ["cart"]
})

export const make = Effect.gen(function*() {
  const repository = yield* CartRepository
  const saved = yield* SavedLineRepository
  const transactor = yield* Transactor
  const stores = yield* Stores
  const books = yield* PromotionBooks

  const view = Effect.fnUntraced(function*(snapshot: CartSnapshot, at: Timestamp.Timestamp) {
    const { rules } = yield* books.open(snapshot.promotions)
    return CartPricing.view(snapshot, CartPricing.price(snapshot, rules, at), at)
  })

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

  const again = Retried.retried({ schedule: Version.overtaken, while: isConflict })

  /** The newest open cart of a customer, unless it has expired. */
  const ownCart = Effect.fnUntraced(function*(customerId: string, at: Timestamp.Timestamp) {
    const newest = yield* repository.snapshot({ customerId })
    return newest === undefined || isExpired(newest.cart, at) ? undefined : newest
  })

  /** Gives a customer what a guest has saved for later. */
  const adopt = Effect.fnUntraced(function*(cartId: CartId, customerId: string) {
    const brought = yield* saved.held({ cartId })
    if (brought.length > 0) yield* saved.adopt(cartId, customerId, adopted(yield* saved.held({ customerId }), brought))
  })

  const mergeInto = Effect.fnUntraced(function*(customerId: string, token: string) {
    const at = yield* Timestamp.now
    const brought = yield* repository.snapshot({ tokenHash: Secret.hash(token) })
    if (brought === undefined || (brought.cart.customerId !== null && brought.cart.customerId !== customerId)) {
      return yield* new CartNotFound({ cart: "mine" })
    }
    const own = yield* ownCart(customerId, at)
    // merged before, as when the answer was lost: it is theirs by now
    if (brought.cart.customerId === customerId && own !== undefined) return yield* view(own, at)
    const guest = yield* requireOpen(yield* requireFresh(brought, at))
    yield* adopt(guest.cart.id, customerId)
    if (own === undefined) return yield* view(yield* write(guest, { customerId }, at), at)
    yield* write(guest, { status: "merged", customerId }, at)
    // what the other cart knows of prices is in its currency
    const known = own.cart.currency === guest.cart.currency
      ? guest.variants
      : (yield* repository.snapshot({ id: own.cart.id }, guest.cart.lines.map(({ variantId }) => variantId)))?.variants ?? []
    const variants = [...own.variants, ...known]
    const lines = CartEdit.merge(
      own.cart.lines,
      guest.cart.lines,
      variants,
      own.store.settings,
      priceOf(own, at)
    )
    return yield* view(
      yield* write({ ...own, variants, promotions: promotionsOf(own, guest) }, { ...filledUp(own.cart, guest.cart), lines }, at),
      at
    )
  })

  const shown = Effect.fnUntraced(function*(cart: string) {
    const at = yield* Timestamp.now
    return yield* view(yield* read("see", cart, at), at)
  })

  const changing = Effect.fnUntraced(function*(
    cart: string,
    changes: Omit<UpdateCart, "version" | "currency">,
    version?: number
  ) {
    const once = change(
      cart,
      Effect.fnUntraced(function*(snapshot, at) {
        yield* requireVersion(snapshot, version)
        const { shippingChoices, shippingMethodId } = changes
        if (shippingChoices === undefined && shippingMethodId === undefined) return changes
        const chosen = { ...changes, ...ChosenShipping.after(snapshot.cart, changes) }
        const said = { ...snapshot, cart: { ...snapshot.cart, ...chosen } }
        if (shippingMethodId !== undefined && shippingMethodId !== null) yield* requireDelivery(said, shippingMethodId, at)
        if (shippingChoices !== undefined) yield* ChosenShipping.requireOffered(changes, CartPricing.price(said, [], at).shipping)
        return chosen
      })
    )
    return yield* version === undefined ? again(once) : once
  })

  /** Changes the currency of a cart. From then on, its goods cost what they cost in that currency. */
  const sell = Effect.fnUntraced(function*(cart: string, currency: Cart["currency"], version?: number) {
    const once = Effect.gen(function*() {
      const at = yield* Timestamp.now
      const snapshot = yield* readOpen(cart, at)
      yield* requireVersion(snapshot, version)
      const sold = currenciesOf(snapshot.store)
      if (!sold.includes(currency)) return yield* InvalidInput.at(["currency"], `is none that the store sells in: ${sold.join(", ")}`)
      if (currency !== snapshot.cart.currency) yield* write(snapshot, { currency, ...ChosenShipping.none }, at)
    })
    return yield* version === undefined ? again(once) : once
  })

  return checked(Carts.of({
    create: Traced.fn("Carts.create")(function*() {
      const known = begunIn.get(yield* CurrentStore)
      const begun = known === undefined ? undefined : yield* begin(known)
      return begun ?? (yield* beginAnew)
    }),
    get: Traced.fn("Carts.get")(shown),
    addItem: Traced.fn("Carts.addItem")(function*(cart, input, by) {
      const { gift, quantity, variantId } = yield* decodeAdd(input)
      const { isSeen = true } = by === undefined ? {} : yield* decodeByWhom(by)
      return yield* again(change(
        cart,
        Effect.fnUntraced(function*(snapshot, at) {
          const variant = snapshot.variants.find(({ id }) => id === variantId)
          if (variant === undefined) return yield* new VariantNotFound({ variantId })
          yield* requireGiftCard(gift, variant, at)
          const lineId = yield* CartLineId.generate
          return yield* changed(
            CartEdit.add(snapshot.cart.lines, snapshot.variants, snapshot.store.settings, {
              variant,
              quantity,
              lineId,
              at,
              gift
            }, priceOf(snapshot, at)),
            isSeen ? [] : snapshot.cart.lines
          )
        }),
        [variantId]
      ))
    }),
    updateItem: Traced.fn("Carts.updateItem")(function*(cart, lineId, input, by) {
      const { gift, quantity } = yield* decodeUpdateItem(input)
      const { isSeen = true } = by === undefined ? {} : yield* decodeByWhom(by)
      return yield* again(change(
        cart,
        Effect.fnUntraced(function*(snapshot, at) {
          const { cart: { lines }, store, variants } = snapshot
          const line = lines.find(({ id }) => id === lineId)
          yield* requireGiftCard(gift, variants.find(({ id }) => id === line?.variantId), at)
          return yield* changed(
            CartEdit.update(lines, variants, store.settings, lineId, quantity, priceOf(snapshot, at), gift),
            isSeen ? [] : lines
          )
        })
      ))
    }),
    removeItem: Traced.fn("Carts.removeItem")(function*(cart, lineId, options = {}) {
      const { version } = yield* decodeAtVersion(options)
      const once = change(cart, (snapshot) =>
        Effect.andThen(requireVersion(snapshot, version), changed(CartEdit.remove(snapshot.cart.lines, lineId))))
      return yield* version === undefined ? again(once) : once
    }),
    addLines: Traced.fn("Carts.addLines")(function*(cart, items) {
      return yield* again(change(
        cart,
        Effect.fnUntraced(function*(snapshot, at) {
          const { cart: { lines }, store, variants } = snapshot
          const price = priceOf(snapshot, at)
          const ids = yield* CartLineId.generateMany(items.length)
          const others = items.flatMap((item, index) => {
            const variant = variants.find(({ id }) => id === item.variantId)
            const id = ids[index]
            return variant === undefined || id === undefined ? [] : [CartEdit.lineOf(variant, { ...item, id, addedAt: at }, price)]
          })
          return { lines: CartEdit.merge(lines, others, variants, store.settings, price) }
        }),
        items.map(({ variantId }) => variantId)
      ))
    }),
    clear: Traced.fn("Carts.clear")(function*(cart) {
      return yield* again(change(cart, () => Effect.succeed({ lines: [] })))
    }),
    update: Traced.fn("Carts.update")(function*(cart, input) {
      const { currency, version, ...changes } = yield* decodeUpdate(input)
      // prices in another currency are read once the cart has it
      if (currency !== undefined) {
        return yield* transactor.transaction(Effect.gen(function*() {
          yield* sell(cart, currency, version)
          return yield* Object.keys(changes).length === 0 ? shown(cart) : changing(cart, changes)
        }))
      }
      return yield* changing(cart, changes, version)
    }),
    delete: Traced.fn("Carts.delete")(function*(cart, options = {}) {
      const { version } = yield* decodeAtVersion(options)
      const { cart: { id } } = yield* readOpen(cart, yield* Timestamp.now)
      if (!(yield* repository.delete(id, version))) {
        return yield* version === undefined
          ? new CartNotFound({ cart })
          : new VersionConflict({ id, expected: version })
      }
    }),
    merge: Traced.fn("Carts.merge")(function*(guestToken) {
      const token = yield* decodeToken(guestToken)
      const actor = yield* CurrentActor
      if (actor._tag !== "customer") return yield* new CartNotFound({ cart: "mine" })
      const { customerId } = actor
      return yield* again(transactor.transaction(mergeInto(customerId, token))).pipe(
        // what was set aside outlives the order of its cart, which stays closed
        Effect.tapErrorTag("CartClosed", ({ cartId, status }) =>
          status === "ordered" ? transactor.transaction(adopt(CartId.make(cartId), customerId)) : Effect.void)
      )
    }),
    shippingOptions: Traced.fn("Carts.shippingOptions")(function*(cart) {
      const at = yield* Timestamp.now
      const snapshot = yield* read("see", cart, at)
      const { rules } = yield* books.open(snapshot.promotions)
      return CartPricing.shippingOptions(snapshot, CartPricing.price(snapshot, rules, at), at)
    }),
    snapshot: Traced.fn("Carts.snapshot")(function*(cart) {
      return yield* read("change", cart, yield* Timestamp.now)
    }),
    deleteExpired: Effect.gen(function*() {
      const now = yield* Timestamp.now
      let deleted = 0
      let last: number
      do {
        last = yield* repository.deleteExpired(now, expiredPerStatement)
        deleted += last
      } while (last === expiredPerStatement)
      while ((yield* saved.deleteOrdered(now, expiredPerStatement)) === expiredPerStatement);
      return deleted
    }).pipe(Effect.withSpan("Carts.deleteExpired"))
  }))
})

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

export const expiryOf = (cartDays: number, at: Timestamp.Timestamp): Timestamp.Timestamp =>
  Timestamp.plus(at, Duration.days(cartDays))

const isExpired = (cart: Cart, at: Timestamp.Timestamp): boolean => cart.status === "open" && cart.expiresAt <= at

const requireFresh = (snapshot: CartSnapshot, at: Timestamp.Timestamp): Effect.Effect<CartSnapshot, CartExpired> =>
  isExpired(snapshot.cart, at)
    ? Effect.fail(new CartExpired({ cartId: snapshot.cart.id }))
    : Effect.succeed(snapshot)

export const requireOpen = (snapshot: CartSnapshot): Effect.Effect<CartSnapshot, CartClosed> => {
  const { id, orderId, status } = snapshot.cart
  return status === "open" ? Effect.succeed(snapshot) : Effect.fail(new CartClosed({ cartId: id, status, orderId }))
}

const requireDelivery = (
  snapshot: CartSnapshot,
  shippingMethodId: string,
  at: Timestamp.Timestamp
): Effect.Effect<void, ShippingMethodUnavailable> =>
  CartPricing.delivers(snapshot, shippingMethodId, at)
    ? Effect.void
    : Effect.fail(new ShippingMethodUnavailable({ shippingMethodId }))

const requireVersion = ({ cart }: CartSnapshot, version: number | undefined): Effect.Effect<void, VersionConflict> =>
  version === undefined || version === cart.version
    ? Effect.void
    : Effect.fail(new VersionConflict({ id: cart.id, expected: version }))

/** Only gift cards have a recipient, and the day on which they are sent is near enough to be planned. */
const requireGiftCard = (
  gift: Gift | undefined,
  variant: CartVariant | undefined,
  at: Timestamp.Timestamp
): Effect.Effect<void, InvalidInput> => {
  if (gift === undefined || variant === undefined) return Effect.void
  if (!variant.giftCard) return InvalidInput.at(["gift"], "is for gift cards only")
  return gift.sendAt !== undefined && gift.sendAt > Timestamp.plus(at, sentWithin)
    ? InvalidInput.at(["gift", "sendAt"], "is more than 366 days away")
    : Effect.void
}

/** The lines after a change. Lines in `seen` keep the price that the buyer has seen. */
const changed = <E>(lines: Result.Result<Cart["lines"], E>, seen: Cart["lines"] = []): Effect.Effect<Changes, E> =>
  Effect.map(Effect.fromResult(lines), (lines) => ({ lines: seen.length === 0 ? lines : CartEdit.asSeen(lines, seen) }))

/** The facts for promotions of a cart that takes over the codes of another one. */
const promotionsOf = ({ promotions: own }: CartSnapshot, { promotions: other }: CartSnapshot): CartSnapshot["promotions"] =>
  own === null || other === null ? own : { ...own, codes: [...own.codes, ...other.codes] }

const hasChosen = ({ shippingChoices, shippingMethodId }: Cart): boolean => shippingMethodId !== null || shippingChoices.length > 0

/** What a cart says, completed by what another cart says. */
const filledUp = (cart: Cart, other: Cart): Changes => ({
  email: cart.email ?? other.email,
  note: cart.note ?? other.note,
  shippingAddress: cart.shippingAddress ?? other.shippingAddress,
  billingAddress: cart.billingAddress ?? other.billingAddress,
  ...(hasChosen(cart) || cart.currency !== other.currency
    ? {}
    : { shippingMethodId: other.shippingMethodId, shippingChoices: other.shippingChoices }),
  channel: cart.channel ?? other.channel,
  codes: [...new Set([...cart.codes, ...other.codes])]
})

export const layer: Layer.Layer<Carts, never, CartRepository | SavedLineRepository | Transactor | Stores | PromotionBooks> = Layer.effect(
  Carts,
  make
)
