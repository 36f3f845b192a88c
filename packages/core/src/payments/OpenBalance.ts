/**
 * What edits have added to an order and nobody has paid yet, where goods of the order come back: no money goes back for what is not
 * paid, and nobody is asked to pay for what is back.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Money } from "../kernel/Money.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { OrderLineId } from "../orders/Order.ts"
import type { StoredOrder } from "../orders/OrderRepository.ts"
import type { PaymentChangeRefused } from "./PaymentsErrors.ts"

/** Pieces of a line that come back. */
export interface PiecesBack {
  readonly lineId: OrderLineId
  readonly quantity: number
  /** How many of the line came back before. */
  readonly returned: number
}

export class OpenBalance extends Context.Service<OpenBalance, {
  /**
   * Lowers the figures of an order, in the current transaction, which holds it, by what is open, as far as what comes back is worth, and
   * by no more than `most`. Answers with the order as it is then, and by how much that is. `undefined`, and the transaction must roll
   * back, while money for it is under way of which nobody knows yet.
   */
  readonly makeUp: (
    order: StoredOrder,
    pieces: ReadonlyArray<PiecesBack>,
    most: Money,
    reason: string
  ) => Effect.Effect<
    { readonly order: StoredOrder; readonly credited: Money } | undefined,
    PaymentChangeRefused | VersionConflict | StorageError
  >
}>()("@stoa/core/payments/OpenBalance") {}
