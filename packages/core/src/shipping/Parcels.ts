/**
 * Packing: into how many parcels goods go when a parcel may weigh so much. Pure.
 *
 * **Details**
 *
 * The heaviest pieces first, each into the first parcel that has room for it. That never takes more than 11/9 of the fewest
 * parcels possible and one more (D. S. Johnson, "Near-optimal bin packing algorithms", 1973). Parcels that are packed
 * alike are counted and not listed, so a million equal pieces cost no more than one.
 *
 * Pieces without a weight go along with the others; goods that weigh nothing at all are one parcel of 0 grams.
 */

export interface Parcel {
  readonly grams: number
  /** How many parcels weigh so much. */
  readonly count: number
}

/** The parcels, or `undefined` where a single piece is heavier than a parcel may be. */
export const pack = (
  pieces: ReadonlyArray<{ readonly grams: number; readonly quantity: number }>,
  maximumGrams: number
): ReadonlyArray<Parcel> | undefined => {
  const heaviestFirst = pieces.filter(({ grams }) => grams > 0).sort((a, b) => b.grams - a.grams)
  if ((heaviestFirst[0]?.grams ?? 0) > maximumGrams) return undefined
  let parcels: Array<Parcel> = []
  for (const { grams, quantity } of heaviestFirst) {
    let left = quantity
    const next: Array<Parcel> = []
    for (const parcel of parcels) {
      const fit = Math.floor((maximumGrams - parcel.grams) / grams)
      const filled = fit === 0 ? 0 : Math.min(parcel.count, Math.floor(left / fit))
      left -= filled * fit
      if (filled > 0) next.push({ grams: parcel.grams + fit * grams, count: filled })
      let untouched = parcel.count - filled
      if (untouched > 0 && left > 0 && left < fit) {
        next.push({ grams: parcel.grams + left * grams, count: 1 })
        left = 0
        untouched -= 1
      }
      if (untouched > 0) next.push({ grams: parcel.grams, count: untouched })
    }
    const fit = Math.floor(maximumGrams / grams)
    const full = Math.floor(left / fit)
    if (full > 0) next.push({ grams: fit * grams, count: full })
    if (left % fit > 0) next.push({ grams: (left % fit) * grams, count: 1 })
    parcels = next
  }
  return parcels.length > 0 || pieces.length === 0 ? parcels : [{ grams: 0, count: 1 }]
}
