import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { OrderLine } from "../orders/Order.ts"
import type { StoredOrder } from "../orders/OrderRepository.ts"
import type { OrderEdit } from "./OrderEdit.ts"

/** An edit that is about to be made. */
export interface EditToWrite {
  readonly edit: OrderEdit
  /** The order as it is after it. */
  readonly order: StoredOrder
  /** Its new lines, which come after the others. */
  readonly added: ReadonlyArray<OrderLine>
}

/** Where edits of orders are kept. */
export class OrderEditRepository extends Context.Service<OrderEditRepository, {
  /**
   * Writes the order's figures, addresses and shipping, its new lines and the edit, if the order still has the version
   * before. Which pieces of lines are gone is not written. At most three statements.
   */
  readonly write: (edit: EditToWrite) => Effect.Effect<void, StorageError | VersionConflict>
  /** The edits of an order, oldest first. */
  readonly ofOrder: (orderId: string) => Effect.Effect<ReadonlyArray<OrderEdit>, StorageError>
}>()("@stoa/core/edits/OrderEditRepository") {}
