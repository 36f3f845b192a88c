/**
 * Orders of new pieces that take the place of pieces of another order. They are ordinary orders of the same buyer, seen with
 * the same token: priced, reserved, paid, sent and invoiced as any other, and sent for nothing.
 */
import * as Effect from "effect/Effect"
import { type CartLine, CartLineId } from "../cart/Cart.ts"
import { NotForSale } from "../cart/CartErrors.ts"
import * as CartBundles from "../cart/CartBundles.ts"
import * as CartPricing from "../cart/CartPricing.ts"
import type { StoredCart } from "../cart/CartRepository.ts"
import * as PassingCarts from "../cart/PassingCarts.ts"
import type { VariantId } from "../catalog/Product.ts"
import * as OrderDraft from "../checkout/OrderDraft.ts"
import * as OutsideTax from "../checkout/OutsideTax.ts"
import * as Placements from "../checkout/Placements.ts"
import type { InsufficientStock } from "../inventory/InventoryErrors.ts"
import { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { OrderId, type OrderLine, OrderLineId } from "../orders/Order.ts"
import type { StoredOrder } from "../orders/OrderRepository.ts"
import type { PricingRule } from "../pricing/Pricing.ts"
import { Stores } from "../stores/Stores.ts"
import type { Store } from "../stores/Store.ts"
import { TaxEngine } from "../tax/TaxEngine.ts"

/** Pieces of a variant. */
export interface NewPieces {
  readonly variantId: VariantId
  readonly quantity: number
  /** The line that they take the place of: a bundle must consist of what it consisted of then. */
  readonly like?: Pick<OrderLine, "parts">
}

/** What new pieces cost now. */
export interface Quote {
  readonly cart: StoredCart
  readonly store: Store
  readonly pricing: CartPricing.CartPricing
}

const isConflict = new StorageError({ operation: "ReplacementOrders", reason: "conflict" })

export const make = Effect.gen(function*() {
  const passingCarts = yield* PassingCarts.make
  const stores = yield* Stores
  const taxEngine = yield* TaxEngine
  const placements = yield* Placements.make

  /**
   * What the buyer of an order pays for pieces now: by the catalog, their price lists and taxes, without promotions. May ask an
   * outside tax engine, so it belongs into no transaction.
   */
  const quote = Effect.fnUntraced(function*(
    order: StoredOrder,
    items: ReadonlyArray<NewPieces>,
    rules: ReadonlyArray<PricingRule> = []
  ) {
    const at = yield* Timestamp.now
    const store = yield* stores.current
    const empty = yield* passingCarts.of(order, at)
    const read = yield* passingCarts.read(empty, store, [...new Set(items.map(({ variantId }) => variantId))])
    const lines: Array<CartLine> = []
    for (const { like, quantity, variantId } of items) {
      const variant = read.variants.find(({ id }) => id === variantId)
      const isOther = variant !== undefined && like !== undefined && !CartBundles.consistsOf(variant, like.parts)
      if (variant === undefined || isOther) return yield* new NotForSale({ variantIds: [variantId] })
      lines.push({
        id: yield* CartLineId.generate,
        variantId,
        productId: variant.productId,
        title: variant.productTitle,
        variantTitle: variant.title,
        quantity,
        seenPrice: variant.price,
        addedAt: at
      })
    }
    const cart: StoredCart = { ...empty, lines }
    const snapshot = { ...read, cart, shippingMethods: [] }
    const first = CartPricing.price(snapshot, rules, at)
    const pricing = taxEngine === undefined
      ? first
      : CartPricing.price(yield* OutsideTax.taxed(taxEngine, snapshot, first, at), rules, at)
    if (pricing.unavailable.length > 0) {
      return yield* new NotForSale({ variantIds: pricing.unavailable.map(({ variantId }) => variantId) })
    }
    return { cart, store, pricing } satisfies Quote
  })

  /**
   * Places the order that was quoted, in the current transaction: its stock is reserved, all of it or none. One that costs
   * nothing is paid.
   */
  const place = Effect.fnUntraced(function*(
    order: StoredOrder,
    { cart, pricing, store }: Quote,
    { reservedUntil, note }: { readonly reservedUntil: Timestamp.Timestamp; readonly note: string }
  ): Effect.fn.Return<StoredOrder, InsufficientStock | StorageError> {
    const placedAt = yield* Timestamp.now
    yield* passingCarts.write(cart, store)
    const draft = OrderDraft.toOrder(
      {
        id: yield* OrderId.generate,
        cartId: cart.id,
        customerId: order.customerId,
        email: order.email,
        ...(order.language === undefined ? {} : { language: order.language }),
        shippingAddress: order.shippingAddress,
        billingAddress: order.billingAddress,
        note,
        tokenHash: order.tokenHash,
        reservedUntil,
        placedAt
      },
      pricing,
      yield* OrderLineId.generateMany(pricing.buyable.length)
    )
    return yield* placements.place({
      order: draft,
      cartVersion: cart.version,
      lines: pricing.buyable.flatMap(({ line: { quantity }, variant }) => CartBundles.requests(variant, quantity)),
      uses: undefined,
      payment: null,
      review: null,
      tenders: []
    }).pipe(Effect.catchTags({
      // its cart is nobody else's, and it uses no promotion and no stored value
      VersionConflict: () => Effect.fail(isConflict),
      PromotionUsedUp: Effect.die,
      StoredValueSpent: Effect.die
    }))
  })

  return { quote, place }
})
