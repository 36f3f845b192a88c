/**
 * Packing: into how many parcels goods go when a parcel may weigh so much. Pure.
 *
 * **Details**
 *
 * The heaviest pieces first, each into the first parcel that has room for it. That never takes more than 11/9 of the fewest
 * parcels possible and one more (D. S. Johnson, "Near-optimal bin packing algorithms", 1973). Parcels that are packed
 * alike are counted and not listed, so a million equal pieces cost no more than one.
 *
 * Pieces without a weight go along with the others, what they take up in the first parcel; goods that weigh nothing at all
 * are one parcel of 0 grams.
 */
import type { Dimensions } from "../catalog/Product.ts"

export interface Parcel {
  readonly grams: number
  /** What its goods take up, in cubic millimetres. */
  readonly cubicMm: number
  /** How many parcels are so heavy and so large. */
  readonly count: number
}

/** Pieces of a kind. */
export interface Pieces {
  readonly grams: number
  /** What each of them takes up, in cubic millimetres. */
  readonly cubicMm?: number
  readonly quantity: number
}

/** What a piece of these measures takes up. */
export const cubicMm = ({ heightMm, lengthMm, widthMm }: Dimensions): number => lengthMm * widthMm * heightMm

/** Everything in one parcel. */
export const together = (pieces: ReadonlyArray<Pieces>): Parcel => ({
  grams: pieces.reduce((sum, { grams, quantity }) => sum + grams * quantity, 0),
  cubicMm: pieces.reduce((sum, { cubicMm = 0, quantity }) => sum + cubicMm * quantity, 0),
  count: 1
})

/** What a parcel counts as heavy: a large one as a kilogram for every so many cubic centimetres, if that is more. */
export const chargedGrams = ({ cubicMm, grams }: Parcel, volumetricDivisor: number | null): number =>
  volumetricDivisor === null ? grams : Math.max(grams, Math.ceil(cubicMm / volumetricDivisor))

/** The parcels, or `undefined` where a single piece is heavier than a parcel may be. */
export const pack = (
  pieces: ReadonlyArray<Pieces>,
  maximumGrams: number
): ReadonlyArray<Parcel> | undefined => {
  const heaviestFirst = pieces.filter(({ grams }) => grams > 0).sort((a, b) => b.grams - a.grams)
  if ((heaviestFirst[0]?.grams ?? 0) > maximumGrams) return undefined
  let parcels: Array<Parcel> = []
  for (const { cubicMm = 0, grams, quantity } of heaviestFirst) {
    const holding = (parcel: Omit<Parcel, "count">, added: number, count: number): Parcel => ({
      grams: parcel.grams + added * grams,
      cubicMm: parcel.cubicMm + added * cubicMm,
      count
    })
    let left = quantity
    const next: Array<Parcel> = []
    for (const parcel of parcels) {
      const fit = Math.floor((maximumGrams - parcel.grams) / grams)
      const filled = fit === 0 ? 0 : Math.min(parcel.count, Math.floor(left / fit))
      left -= filled * fit
      if (filled > 0) next.push(holding(parcel, fit, filled))
      let untouched = parcel.count - filled
      if (untouched > 0 && left > 0 && left < fit) {
        next.push(holding(parcel, left, 1))
        left = 0
        untouched -= 1
      }
      if (untouched > 0) next.push(holding(parcel, 0, untouched))
    }
    const fit = Math.floor(maximumGrams / grams)
    const full = Math.floor(left / fit)
    if (full > 0) next.push(holding(empty, fit, full))
    if (left % fit > 0) next.push(holding(empty, left % fit, 1))
    parcels = next
  }
  const along = together(pieces.filter(({ grams }) => grams === 0))
  const [first, ...others] = parcels
  if (first === undefined) return pieces.length === 0 ? [] : [along]
  if (along.cubicMm === 0) return parcels
  const fuller = { grams: first.grams, cubicMm: first.cubicMm + along.cubicMm, count: 1 }
  return first.count === 1 ? [fuller, ...others] : [fuller, { ...first, count: first.count - 1 }, ...others]
}

const empty = { grams: 0, cubicMm: 0 }
