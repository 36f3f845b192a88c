/**
 * A cart with the tax rates that an outside engine names for its address.
 */
import * as Effect from "effect/Effect"
import type { CartPricing } from "../cart/CartPricing.ts"
import type { CartPart, CartSnapshot } from "../cart/CartRepository.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import * as TaxEngine from "../tax/TaxEngine.ts"

/** The snapshot with the engine's rates; the same one where the engine gave no answer. */
export const taxed = (
  engine: TaxEngine.TaxEngine,
  snapshot: CartSnapshot,
  { buyable, place, shipping }: CartPricing,
  at: Timestamp
): Effect.Effect<CartSnapshot> => {
  const classes = new Set(
    buyable.flatMap(({ variant }): ReadonlyArray<Pick<CartPart, "taxable" | "taxClass">> => variant.parts ?? [variant])
      .flatMap(({ taxClass, taxable }) => taxable ? [taxClass] : [])
  )
  for (const { quote } of shipping.shipments) classes.add(quote.method.taxClass)
  const { country, postalCode = null, region = null } = place
  return Effect.map(
    TaxEngine.ask(engine, {
      at,
      currency: snapshot.cart.currency,
      from: snapshot.store.settings.country,
      to: { country, region, postalCode },
      taxClasses: [...classes].sort()
    }),
    (rates) =>
      rates === undefined ? snapshot : { ...snapshot, taxRates: TaxEngine.instead(snapshot.taxRates, rates, place) }
  )
}
