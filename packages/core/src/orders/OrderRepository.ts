import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { ListOrders, Order, OrderId, OrderStats, OrderStatsRange, OrderSummary } from "./Order.ts"

/** An order with the hash of the token that lets a guest see it. */
export interface StoredOrder extends Order {
  readonly tokenHash: string | null
}

/** What orders ask of storage. */
export class OrderRepository extends Context.Service<OrderRepository, {
  /**
   * Turns an open cart of the given version into this order: closes the cart, numbers and writes the order and its
   * lines. `undefined` if the cart is not open at that version any more; the transaction must then roll back.
   * Three statements, however many lines there are. The number in `order` is ignored; the one given is returned.
   */
  readonly place: (order: StoredOrder, cartVersion: number) => Effect.Effect<number | undefined, StorageError>
  /** One statement. */
  readonly find: (id: string) => Effect.Effect<StoredOrder | undefined, StorageError>
  readonly list: (query: ListOrders) => Effect.Effect<Page<OrderSummary>, StorageError | InvalidInput>
  /** The same as `list`, with whole orders. */
  readonly listWhole: (query: ListOrders) => Effect.Effect<Page<StoredOrder>, StorageError | InvalidInput>
  /** One statement, whatever the number of orders. */
  readonly stats: (range: OrderStatsRange) => Effect.Effect<OrderStats, StorageError>
  /** Writes status, payment status, paid, refunded and `reservedUntil` if the order still has the version before. */
  readonly update: (order: StoredOrder) => Effect.Effect<void, StorageError | VersionConflict>
  /** Unpaid orders (`pending` or `failed`) whose stock was held until before a moment, the longest overdue first. */
  readonly overdue: (before: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<OrderId>, StorageError>
}>()("@stoa/core/orders/OrderRepository") {}
