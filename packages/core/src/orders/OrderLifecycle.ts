/**
 * How money changes an order: the part of the order's state machine that payments drive.
 *
 * Everything here runs in the caller's transaction, so that the payment, the order, its stock and its events change
 * together or not at all. The order's stock moves with it: paying commits it, failing and cancelling release it,
 * retrying reserves it again. If somebody else wrote the order in between it is read again, so callers need no version.
 *
 * None of this fails because the order is in the wrong state. What the gateway did has happened already, so the answer
 * says whether the order could use it, and the caller gives the money back where it could not.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InsufficientStock } from "../inventory/InventoryErrors.ts"
import type { Money } from "../kernel/Money.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { StoredOrder } from "./OrderRepository.ts"
import type { OrderNotFound } from "./OrdersErrors.ts"

/**
 * What became of it:
 *
 * - `applied`: the order changed.
 * - `unchanged`: it was like that before, or has gone further, or still waits for more.
 * - `paid`: the order is paid already, by another payment.
 * - `cancelled`: the order is cancelled or given back in full.
 * - `out_of_stock`: its stock had been released and is gone; the order was cancelled for it.
 */
export type LifecycleOutcome = "applied" | "unchanged" | "paid" | "cancelled" | "out_of_stock"

export interface LifecycleAnswer {
  /** The order as it is now. */
  readonly order: StoredOrder
  readonly outcome: LifecycleOutcome
}

type LifecycleError = OrderNotFound | StorageError

export class OrderLifecycle extends Context.Service<OrderLifecycle, {
  /**
   * Money came. It is added to `paid` whatever the outcome, since the shop holds it; the payment status follows from
   * `paid - refunded` and the total. `applied`: the order is paid and its stock committed, reserved again first if it
   * had been released. `unchanged`: that is not all of the total, and the order waits for the rest. Any other outcome
   * (`paid`, `cancelled`, `out_of_stock`): the caller must give it back. The amount is in the order's currency.
   */
  readonly paid: (orderId: string, amount: Money) => Effect.Effect<LifecycleAnswer, LifecycleError>
  /**
   * The money is reserved at the gateway but not taken: the order waits, and holds its stock, until `reservedUntil`.
   * `paid`, `cancelled`, `out_of_stock`: the caller must give the authorisation up.
   */
  readonly authorized: (
    orderId: string,
    reservedUntil: Timestamp
  ) => Effect.Effect<LifecycleAnswer, LifecycleError>
  /**
   * The payment was refused and no other is under way: a pending order is `failed` and its stock is free. `code` says
   * why.
   */
  readonly paymentFailed: (orderId: string, code: string) => Effect.Effect<LifecycleAnswer, LifecycleError>
  /**
   * Money went back: it is added to `refunded`. Once nothing is left, the order is `refunded` where its state allows
   * it (a cancelled order stays cancelled), and with `restock` its committed stock is put back if it was not shipped.
   */
  readonly refunded: (
    orderId: string,
    amount: Money,
    refundId: string,
    options: { readonly restock: boolean }
  ) => Effect.Effect<LifecycleAnswer, LifecycleError>
  /**
   * A payment is under way (again): a failed order is `pending` and its stock reserved again; a pending one holds its
   * stock longer. The hold never gets shorter. With `InsufficientStock` the transaction must roll back.
   */
  readonly retry: (
    orderId: string,
    reservedUntil: Timestamp
  ) => Effect.Effect<LifecycleAnswer, LifecycleError | InsufficientStock>
  /**
   * Cancels an order that is pending or failed, frees its stock and publishes `order.cancelled`. `paid`: it was paid
   * in between.
   */
  readonly cancelUnpaid: (orderId: string, reason: string) => Effect.Effect<LifecycleAnswer, LifecycleError>
}>()("@stoa/core/orders/OrderLifecycle") {}
