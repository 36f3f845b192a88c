import * as Effect from "effect/Effect"
import type { PreferencesRepository } from "../identity/PreferencesRepository.ts"
import type { Order } from "../orders/Order.ts"

/** The language that the buyer of an order has chosen, as part of a message; that of the store if there is none. */
export const of = Effect.fnUntraced(function*(preferences: PreferencesRepository["Service"], order: Pick<Order, "customerId">) {
  const theirs = order.customerId === null ? undefined : yield* preferences.find(order.customerId)
  return theirs === undefined || theirs.language === null ? {} : { locale: theirs.language }
})
