/**
 * Whether prices contain tax where goods go. Pure.
 *
 * **Details**
 *
 * The closest tax zone that says something counts: postal code before subdivision before country, and of two that are
 * equally close the older one. Where no zone says anything, what the store says of the currency counts, and where it says
 * nothing of that, what it says of all prices.
 */
import * as Area from "../kernel/Area.ts"
import type { Currency } from "../kernel/Currency.ts"
import type { PlacedZone } from "./RatesAt.ts"

export interface TermsZone extends PlacedZone {
  readonly pricesIncludeTax?: boolean | null | undefined
}

/** What a store and its zones say of its prices. */
export interface SaidOfPrices {
  readonly currency: Currency
  readonly pricesIncludeTax: boolean
  readonly pricesIncludeTaxIn?: Readonly<Record<Currency, boolean>>
  readonly taxZones?: ReadonlyArray<TermsZone>
}

/** Whether prices contain tax at a place. */
export const pricesIncludeTaxAt = (
  place: Area.Place,
  { currency, pricesIncludeTax: everywhere, pricesIncludeTaxIn, taxZones = [] }: SaidOfPrices
): boolean => {
  let closest = { fit: 0, id: "", said: pricesIncludeTaxIn?.[currency] ?? everywhere }
  for (const { areas, id, pricesIncludeTax } of taxZones) {
    if (pricesIncludeTax === undefined || pricesIncludeTax === null) continue
    const fit = Area.bestFit(areas, place)
    if (fit > closest.fit || (fit > 0 && fit === closest.fit && id < closest.id)) {
      closest = { fit, id, said: pricesIncludeTax }
    }
  }
  return closest.said
}
