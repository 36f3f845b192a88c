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

/** What is not on the cards of an order any more, in minor units. */
export interface GoneFromCards {
  /** What was spent and has not come back. */
  readonly spent: number
  /** What staff have taken by hand. */
  readonly kept: number
}

/** For what all cards of an order are taken back. Those of `refund` and `dispute` may live again. */
export type RecallCause = "order" | "refund" | "dispute"

export class SoldGiftCards extends Context.Service<SoldGiftCards, {
  /**
   * What was spent of the cards that these pieces became, in minor units: of each line the cards that hold the most. No
   * statement for an order without gift cards.
   */
  readonly spent: (order: Order, pieces: ReadonlyArray<GiftCardPieces>) => Effect.Effect<number, StorageError>
  /** The same of all cards of an order, those of cancelled pieces as well. */
  readonly gone: (order: Order) => Effect.Effect<GoneFromCards, StorageError>
  /**
   * Takes what is left off the cards of `spent`, for good, and answers with what was spent of them. In the current transaction,
   * in which the order was written before, so that no card is issued meanwhile.
   */
  readonly recall: (order: Order, pieces: ReadonlyArray<GiftCardPieces>) => Effect.Effect<number, StorageError>
  /** Takes what is left off all cards of an order, in the same way, and answers with what is not on them any more. */
  readonly recallAll: (order: Order, cause: RecallCause) => Effect.Effect<GoneFromCards, StorageError>
  /**
   * Cards of an order that were taken back for a refund or a dispute can be spent again, as many as the order still has pieces. In
   * the current transaction, in which the order was written before.
   */
  readonly restore: (order: Order, cause: "refund" | "dispute") => Effect.Effect<void, StorageError>
}>()("@stoa/core/orders/SoldGiftCards") {}

/** Whether an order has gift cards among its pieces. */
export const isSoldIn = ({ lines }: Pick<Order, "lines">): boolean => lines.some(({ giftCard }) => giftCard !== undefined)

/** What an event says of it. */
export const told = (order: Pick<Order, "lines">): { readonly giftCards?: true } => isSoldIn(order) ? { giftCards: true } : {}
