/**
 * Whether prices contain tax where goods go. Pure.
 *
 * **Details**
 *
 * The store says it for everywhere, and tax zones for parts of the world. Of the zones that say something, the closest
 * counts: postal code before subdivision before country, and of two that are equally close the older one.
 */
import * as Area from "../kernel/Area.ts"
import type { PlacedZone } from "./RatesAt.ts"

export interface TermsZone extends PlacedZone {
  readonly pricesIncludeTax?: boolean | null | undefined
}

/** Whether prices contain tax at a place, of which the store says `otherwise`. */
export const pricesIncludeTaxAt = (zones: ReadonlyArray<TermsZone>, place: Area.Place, otherwise: boolean): boolean => {
  let closest = { fit: 0, id: "", said: otherwise }
  for (const { areas, id, pricesIncludeTax } of zones) {
    if (pricesIncludeTax === undefined || pricesIncludeTax === null) continue
    const fit = Area.bestFit(areas, place)
    if (fit > closest.fit || (fit > 0 && fit === closest.fit && id < closest.id)) {
      closest = { fit, id, said: pricesIncludeTax }
    }
  }
  return closest.said
}
