import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Result from "effect/Result"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { ListOrders, Order, OrderId, OrderStats, OrderStatsRange, OrderStatus, OrderSummary } from "./Order.ts"

/** An order with the hash of the token that lets a guest see it. */
export interface StoredOrder extends Order {
  readonly tags: ReadonlyArray<string>
  readonly tokenHash: string | null
  /** Why it rests, while it is `on_hold` (or `pending`: why it cannot be paid yet): it goes on when none of them is left. */
  readonly holds?: ReadonlyArray<OrderHold>
  /** Until when its pieces are kept though a payment fails: they were held for the draft that it was. */
  readonly keptUntil?: Timestamp
}

/**
 * `review`: it may be fraud. `dispute`: the buyer wants the money back from the bank. `staff`: a person has said so. `exchange`: not
 * paid yet, it waits for the pieces that it is exchanged for.
 */
export type OrderHold = "review" | "dispute" | "staff" | "exchange"

/** An order that is about to be placed, and the cart that it is made of. Its number is given when that is closed. */
export interface OrderToPlace {
  readonly order: StoredOrder
  /** The version at which the cart was priced. */
  readonly cartVersion: number
}

/** Statistics as orders are stored: whether a state still is one that plug-ins add to the status is not known here. */
export interface StoredOrderStats extends Omit<OrderStats, "byState"> {
  readonly byState: ReadonlyArray<{ readonly status: OrderStatus; readonly state: string; readonly orders: number }>
}

/** What orders ask of storage. */
export class OrderRepository extends Context.Service<OrderRepository, {
  /**
   * Closes the carts that become orders, and answers with the numbers that these have, in the order of the list: nobody else is
   * given a number until the transaction ends. Where carts are not open at their version any more, answers with the ids of these
   * orders instead, and the transaction must roll back. No cart may be in the list twice. One statement, however many
   * carts there are.
   */
  readonly close: (
    orders: ReadonlyArray<OrderToPlace>
  ) => Effect.Effect<Result.Result<ReadonlyArray<number>, ReadonlyArray<OrderId>>, StorageError>
  /**
   * Writes orders with the numbers that they were given when their carts were closed, and their lines. Two statements, and one more
   * where parts of bundles are another vendor's; what they fail with may come with a later one.
   */
  readonly insert: (orders: ReadonlyArray<StoredOrder>) => Effect.Effect<void, StorageError>
  /** One statement. */
  readonly find: (id: string) => Effect.Effect<StoredOrder | undefined, StorageError>
  readonly list: (query: ListOrders) => Effect.Effect<Page<OrderSummary>, StorageError | InvalidInput>
  /** The same as `list`, with whole orders. */
  readonly listWhole: (query: ListOrders) => Effect.Effect<Page<StoredOrder>, StorageError | InvalidInput>
  /** One statement, whatever the number of orders. */
  readonly stats: (range: OrderStatsRange) => Effect.Effect<StoredOrderStats, StorageError>
  /**
   * Writes status, added state, payment and fulfilment status, paid, refunded and `reservedUntil` if the order still has the version
   * before.
   */
  readonly update: (order: StoredOrder) => Effect.Effect<void, StorageError | VersionConflict>
  /**
   * The same for several orders, in one statement; answers with those that have another version or that somebody else is writing,
   * who is not waited for. They stay as they are.
   */
  readonly updateAll: (orders: ReadonlyArray<StoredOrder>) => Effect.Effect<ReadonlyArray<string>, StorageError>
  /** Writes what has become of shipping if the order still has the version before. */
  readonly setShipping: (order: StoredOrder) => Effect.Effect<void, StorageError | VersionConflict>
  /** Writes the tags if the order still has the version before. */
  readonly tag: (order: StoredOrder) => Effect.Effect<void, StorageError | VersionConflict>
  /** Whether a person has to decide about the order first, because it may be fraud. */
  readonly isUnderReview: (orderId: string) => Effect.Effect<boolean, StorageError>
  /** Orders of a customer that are neither done nor given up, at most 20. */
  readonly underWay: (customerId: string) => Effect.Effect<ReadonlyArray<OrderId>, StorageError>
  /**
   * Replaces e-mail, names and addresses in the orders of a customer; countries and regions stay, for taxes. Notes and
   * tokens of guests go.
   */
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
  /** Unpaid orders (`pending` or `failed`) whose stock was held until before a moment, the longest overdue first. */
  readonly overdue: (before: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<OrderId>, StorageError>
}>()("@stoa/core/orders/OrderRepository") {}
