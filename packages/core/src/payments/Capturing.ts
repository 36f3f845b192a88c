/**
 * How much of an authorisation is taken. It is taken once: a gateway lets go of what is left of it.
 */
import * as Effect from "effect/Effect"
import type { Money } from "../kernel/Money.ts"
import type { Order } from "../orders/Order.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import type { StoredPayment } from "./PaymentRepository.ts"
import { CaptureExceedsAuthorized, InvalidCapture } from "./PaymentsErrors.ts"

/**
 * What is to be taken: what was asked for, or else what the order still owes, where that is less than what
 * was authorised and the gateway knows parts. `null` for all of it.
 */
export const partOf = (
  { amount: authorized, requested, toCapture }: StoredPayment,
  order: Pick<Order, "total" | "paid" | "refunded" | "open"> | undefined,
  asked: Money | undefined,
  partial: boolean
): Effect.Effect<Money | null, CaptureExceedsAuthorized | InvalidCapture> => {
  const wanted = asked?.amount ?? (requested === "capture" ? toCapture : owed(authorized, order, partial))?.amount ?? authorized.amount
  const invalid = (reason: InvalidCapture["reason"]) => Effect.fail(new InvalidCapture({ reason }))
  if (asked !== undefined && asked.currency !== authorized.currency) return invalid("currency")
  if (wanted === 0) return invalid("zero")
  if (wanted > authorized.amount) {
    return Effect.fail(new CaptureExceedsAuthorized({ requested: { ...authorized, amount: wanted }, authorized }))
  }
  if (requested === "capture" && wanted !== (toCapture ?? authorized).amount) return invalid("under_way")
  if (wanted === authorized.amount) return Effect.succeed(null)
  return partial ? Effect.succeed({ ...authorized, amount: wanted }) : invalid("partial")
}

/**
 * What is to be taken where nobody says how much: what the order still owes, as it may have become cheaper, or have been paid in
 * part, since the money for it was reserved. `null` for all of it.
 */
export const owed = (
  authorized: Money,
  order: Pick<Order, "total" | "paid" | "refunded" | "open"> | undefined,
  partial: boolean
): Money | null => {
  const due = order === undefined || !partial ? 0 : OrderMoney.due(order).amount
  return due > 0 && due < authorized.amount ? { ...authorized, amount: due } : null
}
