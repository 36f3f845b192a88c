import * as Effect from "effect/Effect"
import type { PreferencesRepository } from "../identity/PreferencesRepository.ts"

/** Whose something is, and in which language they shopped. */
export interface Buyer {
  readonly customerId: string | null
  readonly language?: string | null
}

/**
 * The language that the buyer of an order is written to in, as part of a message: the one that their account says, or else the one
 * in which they bought, or else that of the store.
 */
export const of = Effect.fnUntraced(function*(preferences: PreferencesRepository["Service"], order: Buyer) {
  const theirs = order.customerId === null ? undefined : yield* preferences.find(order.customerId)
  const language = theirs?.language ?? order.language ?? null
  return language === null ? {} : { locale: language }
})
