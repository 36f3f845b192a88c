/**
 * The goods of an order as an edit leaves them, and why they could not be sold so.
 */
import * as Effect from "effect/Effect"
import * as ByHand from "../cart/ByHand.ts"
import * as CartBundles from "../cart/CartBundles.ts"
import { NotForSale } from "../cart/CartErrors.ts"
import type { CartSnapshot } from "../cart/CartRepository.ts"
import { maximumGiftCards } from "../catalog/Gift.ts"
import type { VariantId } from "../catalog/Product.ts"
import { type Fault, InvalidInput } from "../kernel/Input.ts"
import type { OrderLine, OrderLineId } from "../orders/Order.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import type { StoredOrder } from "../orders/OrderRepository.ts"
import type { EditOrder } from "./OrderEdit.ts"

/** Pieces of a variant, and what staff say of what they cost. */
export interface Wanted {
  readonly variantId: VariantId
  readonly quantity: number
  readonly price?: ByHand.HandPrice
  readonly discount?: ByHand.HandDiscount
  /** What was off these pieces before, in minor units. */
  readonly off?: number
}

/** Pieces of a line of the order. */
export interface Like extends Wanted {
  readonly like: OrderLine
}

export interface EditedGoods {
  /** Pieces that the order has already and keeps. */
  readonly kept: ReadonlyArray<Like>
  /** Pieces that lines get in addition, and pieces that get a discount by hand and so become lines of their own. */
  readonly more: ReadonlyArray<Like>
  /** Goods that are new to the order. */
  readonly fresh: ReadonlyArray<Wanted>
}

const uncancelled = ({ cancelled, quantity }: OrderLine): number => quantity - cancelled

/** The goods after an edit. `wished` says how many pieces the lines have then that change. */
export const of = (order: StoredOrder, input: EditOrder, wished: ReadonlyMap<OrderLineId, number>): EditedGoods => {
  const discounted = new Map(input.lines?.flatMap(({ discount, lineId, quantity }) =>
    discount === undefined ? [] : [[lineId, { discount, quantity }]]))
  return {
    kept: order.lines.flatMap((line): ReadonlyArray<Like> => {
      const quantity = Math.min(uncancelled(line), wished.get(line.id) ?? uncancelled(line))
      return quantity === 0 ? [] : [{ variantId: line.variantId, quantity, like: line }]
    }),
    more: order.lines.flatMap((line): ReadonlyArray<Like> => {
      const cheaper = discounted.get(line.id)
      if (cheaper !== undefined && cheaper.quantity > 0) {
        const before = Math.min(cheaper.quantity, uncancelled(line))
        const off = OrderMoney.share(line.discount.amount, before, line.quantity)
        return [{ ...cheaper, variantId: line.variantId, like: line, off }]
      }
      const quantity = (wished.get(line.id) ?? 0) - uncancelled(line)
      return quantity > 0 ? [{ variantId: line.variantId, quantity, like: line }] : []
    }),
    fresh: input.add ?? []
  }
}

/** Refuses prices and discounts by hand in another currency than the order's. */
export const requireCurrency = ({ add = [], lines = [] }: EditOrder, { currency }: StoredOrder): Effect.Effect<void, InvalidInput> => {
  const faults = [
    ...add.flatMap((wanted, index) => ByHand.faultsAt(["add", index], wanted, currency)),
    ...lines.flatMap((wanted, index) => ByHand.faultsAt(["lines", index], wanted, currency))
  ]
  return faults.length > 0 ? Effect.fail(new InvalidInput({ faults })) : Effect.void
}

/** Refuses more pieces of bundles that consist of something else by now, and lines of too many gift cards. */
export const requireSellable = (
  { fresh, more }: Pick<EditedGoods, "fresh" | "more">,
  { lines = [] }: Pick<EditOrder, "lines">,
  { variants }: Pick<CartSnapshot, "variants">
): Effect.Effect<void, InvalidInput | NotForSale> => {
  const otherwise = more.filter(({ like, variantId }) => {
    const variant = variants.find(({ id }) => id === variantId)
    return variant !== undefined && !CartBundles.consistsOf(variant, like.parts)
  })
  if (otherwise.length > 0) return Effect.fail(new NotForSale({ variantIds: otherwise.map(({ variantId }) => variantId) }))

  const isTooMany = ({ quantity, variantId }: Wanted) =>
    quantity > maximumGiftCards && variants.some(({ giftCard, id }) => giftCard && id === variantId)
  const faultAt = (path: "add" | "lines", index: number): Fault =>
    ({ path: [path, index, "quantity"], message: `is more than ${maximumGiftCards} gift cards in one line`, code: "too_many", params: { maximum: maximumGiftCards } })
  const faults = [
    ...fresh.flatMap((wanted, index) => isTooMany(wanted) ? [faultAt("add", index)] : []),
    ...more.flatMap((wanted) => isTooMany(wanted) ? [faultAt("lines", lines.findIndex(({ lineId }) => lineId === wanted.like.id))] : [])
  ]
  return faults.length > 0 ? Effect.fail(new InvalidInput({ faults })) : Effect.void
}
