import * as Effect from "effect/Effect"
import { CurrentActor } from "../kernel/Actor.ts"
import type { Buyer } from "./Product.ts"

/** The caller, as a buyer. */
export const buyerOf = (
  { channel, country, currency }: { readonly country?: string; readonly channel?: string; readonly currency?: string }
): Effect.Effect<Buyer> =>
  Effect.map(CurrentActor, (actor) => ({
    country,
    channel: channel ?? null,
    currency,
    customerId: actor._tag === "customer" ? actor.customerId : null
  }))
