/**
 * Orders: seeing them, moving them along, cancelling them.
 *
 * A customer sees their own, a guest the one whose token the actor carries, staff with `orders:read` all of them.
 * Whoever may not see an order gets `OrderNotFound`.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Forbidden, Unauthenticated } from "../kernel/Permission.ts"
import type { IllegalTransition } from "../kernel/StateMachine.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { CancelOrder, ChangeOrderStatus, ListOrders, Order, OrderSummary, TimelineEntry } from "./Order.ts"
import type { OrderNotFound } from "./OrdersErrors.ts"

type Denied = Forbidden | Unauthenticated

export class Orders extends Context.Service<Orders, {
  readonly get: (id: string) => Effect.Effect<Order, OrderNotFound | StorageError>
  /** The calling customer's orders, newest first. */
  readonly listMine: (
    input?: typeof ListOrders.Encoded
  ) => Effect.Effect<Page<OrderSummary>, InvalidInput | StorageError | Denied>
  /** All orders, newest first. Needs `orders:read`. */
  readonly list: (
    input?: typeof ListOrders.Encoded
  ) => Effect.Effect<Page<OrderSummary>, InvalidInput | StorageError | Denied>
  /** What happened to the order, oldest first. */
  readonly timeline: (id: string) => Effect.Effect<ReadonlyArray<TimelineEntry>, OrderNotFound | StorageError>
  /**
   * Cancels an order: its stock is free again, an open payment is given up and captured money goes back (by a job).
   * A buyer may cancel until it is being processed; staff with `orders:write` until it is shipped.
   */
  readonly cancel: (
    id: string,
    input?: typeof CancelOrder.Encoded
  ) => Effect.Effect<Order, InvalidInput | OrderNotFound | IllegalTransition | VersionConflict | StorageError>
  /** Moves an order along. Needs `orders:write`. */
  readonly changeStatus: (
    id: string,
    input: typeof ChangeOrderStatus.Encoded
  ) => Effect.Effect<
    Order,
    InvalidInput | OrderNotFound | IllegalTransition | VersionConflict | StorageError | Denied
  >
}>()("@stoa/core/orders/Orders") {}
