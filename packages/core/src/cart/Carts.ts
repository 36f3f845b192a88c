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
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { VariantNotFound } from "../catalog/CatalogErrors.ts"
import type { InsufficientStock } from "../inventory/InventoryErrors.ts"
import { CurrentActor } from "../kernel/Actor.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Retried from "../kernel/Retried.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as Traced from "../kernel/Traced.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as Version from "../kernel/Version.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { PromotionBooks } from "../promotions/PromotionBooks.ts"
import type { ShippingOption } from "../shipping/ShippingQuote.ts"
import { currenciesOf } from "../stores/Store.ts"
import type { Stores } from "../stores/Stores.ts"
import type { Cart, CartView, NewCart } from "./Cart.ts"
import { AddItem, ByWhom, CartId, CartLineId, UpdateCart, UpdateItem } from "./Cart.ts"
import * as CartChanges from "./CartChanges.ts"
import { type CartUnusable, requireDelivery, requireGiftCard, requireVersion } from "./CartChecks.ts"
import * as CartEdit from "./CartEdit.ts"
import type { CartExpired, CartLimitExceeded, CartLineNotFound, NotForSale, ShippingMethodUnavailable } from "./CartErrors.ts"
import { CartNotFound } from "./CartErrors.ts"
import { priceOf } from "./CartPrices.ts"
import * as CartPricing from "./CartPricing.ts"
import * as ChosenShipping from "./ChosenShipping.ts"
import type { CartSnapshot } from "./CartRepository.ts"
import { CartRepository } from "./CartRepository.ts"
import * as MergedCarts from "./MergedCarts.ts"
import * as NewCarts from "./NewCarts.ts"
import { SavedLineRepository } from "./SavedLineRepository.ts"

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
  /** Changes a line: how many pieces it has, or whom a gift card is for. */
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
  /** Takes a line out of the cart. */
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

const decodeAdd = Input.decoder(AddItem)
const decodeUpdateItem = Input.decoder(UpdateItem)
const decodeByWhom = Input.decoder(ByWhom)
const decodeUpdate = Input.decoder(UpdateCart)
const decodeToken = Input.decoder(Schema.String.check(Schema.isMaxLength(200)))

const isConflict = (error: unknown): boolean => error instanceof VersionConflict

const expiredPerStatement = 500

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
  const books = yield* PromotionBooks
  const changes = yield* CartChanges.make
  const { change, read, readOpen, view, write } = changes
  const { create } = yield* NewCarts.make(changes)
  const { adopt, mergeInto } = yield* MergedCarts.make(changes)

  const again = Retried.retried({ schedule: Version.overtaken, while: isConflict })

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
      if (!sold.includes(currency)) return yield* InvalidInput.at(["currency"], `is none that the store sells in: ${sold.join(", ")}`, "other_currency")
      if (currency !== snapshot.cart.currency) yield* write(snapshot, { currency, ...ChosenShipping.none }, at)
    })
    return yield* version === undefined ? again(once) : once
  })

  return checked(Carts.of({
    create: Traced.fn("Carts.create")(() => create),
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

/** The lines after a change. Lines in `seen` keep the price that the buyer has seen. */
const changed = <E>(lines: Result.Result<Cart["lines"], E>, seen: Cart["lines"] = []): Effect.Effect<CartChanges.Changes, E> =>
  Effect.map(Effect.fromResult(lines), (lines) => ({ lines: seen.length === 0 ? lines : CartEdit.asSeen(lines, seen) }))

export const layer: Layer.Layer<Carts, never, CartRepository | SavedLineRepository | Transactor | Stores | PromotionBooks> = Layer.effect(
  Carts,
  make
)
