/**
 * What happens to an order because of its money: being paid, being refused, being given back, running out of time.
 *
 * For other domains (payments above all), inside their transactions: nothing here opens one, checks a permission or
 * calls out. Each operation reads the order, asks its state machine, writes it, moves its stock and publishes its
 * event. If somebody else wrote the order in between it is read again, so callers need no version.
 *
 * `applied: false` is no error: money may arrive late. It says that the order has no use for what happened any more,
 * and the caller decides what follows from that, such as giving the money back.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InsufficientStock } from "../inventory/InventoryErrors.ts"
import type { Money } from "../kernel/Money.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { Order } from "./Order.ts"
import type { OrderNotFound } from "./OrdersErrors.ts"

/** The order as it is now, and whether what happened has moved it along. */
export interface Applied {
  readonly order: Order
  readonly applied: boolean
}

export class OrderLifecycle extends Context.Service<OrderLifecycle, {
  /**
   * Money was captured. It is always added to `order.paid`, so that the order never says less than the bank. Applied
   * if the order was waiting for it and now has its total: the order is paid and its pieces leave the stock; pieces
   * that were released in between are reserved again if they are still there. Not applied if the order is cancelled,
   * paid already, not paid in full by it, or its pieces are gone: then the caller gives the money back and reports
   * that with `refunded`. The amount must be in the order's currency.
   */
  readonly paid: (orderId: string, amount: Money) => Effect.Effect<Applied, OrderNotFound | StorageError>
  /** The money is promised but not taken. Applied while the order waits for it; its stock is then held for a week. */
  readonly authorized: (orderId: string) => Effect.Effect<Applied, OrderNotFound | StorageError>
  /**
   * The attempt to pay failed and no other is open. Applied to a pending order: it is `failed`, its stock is free
   * again, and `retry` takes it up.
   */
  readonly paymentFailed: (orderId: string, code: string) => Effect.Effect<Applied, OrderNotFound | StorageError>
  /**
   * Another attempt to pay begins. Applied to a failed order, whose stock is reserved again, and to a pending one,
   * whose stock is held until `reservedUntil` if that is later than before. On `InsufficientStock` the transaction
   * must roll back.
   */
  readonly retry: (
    orderId: string,
    reservedUntil: Timestamp
  ) => Effect.Effect<Applied, OrderNotFound | InsufficientStock | StorageError>
  /**
   * Captured money went back. It is always added to `order.refunded`. Applied if that was all the order had and the
   * order is `refunded` now; `restock` then puts the pieces back, unless they were shipped. Never call it for more
   * than was captured.
   */
  readonly refunded: (
    orderId: string,
    amount: Money,
    refundId: string,
    options: { readonly restock: boolean }
  ) => Effect.Effect<Applied, OrderNotFound | StorageError>
  /** Gives up an order that is not paid (`pending` or `failed`): its stock is free again. Not applied to others. */
  readonly cancelUnpaid: (orderId: string, reason: string) => Effect.Effect<Applied, OrderNotFound | StorageError>
}>()("@stoa/core/orders/OrderLifecycle") {}
