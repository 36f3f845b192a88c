/**
 * Something that moves stock or money, for the process to die in.
 */
import type * as Effect from "effect/Effect"
import type { OrderStatus } from "../orders/Order.ts"
import type * as Shop from "./Shop.ts"

export interface Scenario<A> {
  /** What the process was doing when it died. */
  readonly name: string
  /** What has happened before; its answer is handed to the operation. */
  readonly prepare: Effect.Effect<A, unknown, Shop.ShopServices>
  readonly operation: (prepared: A) => Effect.Effect<unknown, unknown, Shop.ShopServices>
  /** The states that the order may be in at the end, that of an undisturbed run first; `none`: there is no order. */
  readonly ends: ReadonlyArray<OrderStatus | "none">
  /**
   * The states that an order may be in that replaces pieces of the first one, that of an undisturbed run first. If it is left out,
   * there is none.
   */
  readonly replaces?: ReadonlyArray<OrderStatus | "none">
  /** How many orders it is about that all end in the same way; one if it is left out. */
  readonly orders?: number
  /** Whether nobody would try the same again. */
  readonly once?: boolean
  /** What the background of the shop does besides its recovery and its jobs, as it is done once a day. */
  readonly nightly?: Effect.Effect<unknown, unknown, Shop.ShopServices>
  /**
   * What must be true at the end besides, whatever became of the operation, one sentence for each thing that is not. There may be
   * no order, and other orders besides the one that this was about.
   */
  readonly alsoWrong?: (prepared: A) => Effect.Effect<ReadonlyArray<string>, unknown, Shop.ShopServices>
  /** Whether it dies at every second statement of a transaction only: where there are many. */
  readonly seldom?: boolean
  /**
   * Which part of the deaths the caller hears of, at least; 0.9 if it is left out. Within a call of a gateway that keeps its
   * money in the same storage, a death is heard as a gateway that does not answer. Where several come at once, some statements of the
   * first play may not be sent again.
   */
  readonly heard?: number
}

export const define = <A>(scenario: Scenario<A>): Scenario<unknown> => scenario as Scenario<unknown>
