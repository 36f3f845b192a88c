/**
 * The gift cards that pieces of orders became, as whoever takes pieces back sees them: what was spent of a card is not given
 * back with the piece. Orders need not know what a card is.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Order, OrderLineId } from "./Order.ts"

/** Pieces of a line. */
export interface GiftCardPieces {
  readonly lineId: OrderLineId
  readonly quantity: number
}

export class SoldGiftCards extends Context.Service<SoldGiftCards, {
  /**
   * What was spent of the cards that these pieces became, in minor units: of each line the cards that hold the most. No
   * statement for an order without gift cards.
   */
  readonly spent: (order: Order, pieces: ReadonlyArray<GiftCardPieces>) => Effect.Effect<number, StorageError>
  /**
   * Takes what is left off the same cards, for good, and answers with what was spent of them. In the current transaction,
   * in which the order was written before, so that no card is issued meanwhile.
   */
  readonly recall: (order: Order, pieces: ReadonlyArray<GiftCardPieces>) => Effect.Effect<number, StorageError>
}>()("@stoa/core/orders/SoldGiftCards") {}

/** Whether an order has gift cards among its pieces. */
export const isSoldIn = ({ lines }: Pick<Order, "lines">): boolean => lines.some(({ giftCard }) => giftCard !== undefined)

/** What an event says of it. */
export const told = (order: Pick<Order, "lines">): { readonly giftCards?: true } => isSoldIn(order) ? { giftCards: true } : {}

/** All pieces of an order that are not cancelled. */
export const allPieces = ({ lines }: Pick<Order, "lines">): ReadonlyArray<GiftCardPieces> =>
  lines.map(({ cancelled, id, quantity }) => ({ lineId: id, quantity: quantity - cancelled }))
