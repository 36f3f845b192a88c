import * as Effect from "effect/Effect"
import { CurrentActor } from "../kernel/Actor.ts"
import { asked } from "../kernel/Language.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { Buyer, ListProducts } from "./Product.ts"

/** The caller, as a buyer. */
export const buyerOf = (
  { channel, country, currency, language, region }: {
    readonly country?: string
    readonly region?: string
    readonly channel?: string
    readonly currency?: string
    readonly language?: string
  }
): Effect.Effect<Buyer> =>
  Effect.zipWith(CurrentActor, asked(language), (actor, language) => ({
    country,
    region,
    channel: channel ?? null,
    currency,
    customerId: actor._tag === "customer" ? actor.customerId : null,
    language
  }))

/**
 * The state of products that a list is about, and the buyer that it is for: none where staff name a state, who see what is not on sale
 * yet, or no more, and its own prices.
 */
export const listedFor = Effect.fnUntraced(function*(
  query: Parameters<typeof buyerOf>[0] & Pick<ListProducts, "status">
): Effect.fn.Return<{ readonly status: NonNullable<ListProducts["status"]>; readonly buyer: Buyer | undefined }, Denied> {
  const { status = "active" } = query
  const isStaff = query.status !== undefined && Permission.holds(yield* CurrentActor, "catalog:read")
  if (!isStaff && status !== "active") yield* Permission.require("catalog:read")
  return { status, buyer: isStaff ? undefined : yield* buyerOf(query) }
})
