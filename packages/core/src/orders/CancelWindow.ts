/**
 * The time in which buyers may cancel what they have paid, as the settings of the store have it.
 */
import * as Effect from "effect/Effect"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { Store } from "../stores/Store.ts"
import type { Order } from "./Order.ts"
import { CancelWindowClosed } from "./OrdersErrors.ts"

/** Fails where a buyer comes too late. What is not paid may always be cancelled. */
export const requireOpen = Effect.fnUntraced(function*(order: Pick<Order, "id" | "placedAt" | "status">, { settings }: Store) {
  if (settings.cancelMinutes === null || order.status !== "paid") return
  const until = Timestamp.plus(order.placedAt, { minutes: settings.cancelMinutes })
  if (until <= (yield* Timestamp.now)) return yield* new CancelWindowClosed({ order: order.id, until })
})
