/**
 * How many bundles the stock of their parts allows. Pure.
 */
import * as Allocation from "./Allocation.ts"

/** A part with what there is of it. */
export interface PartStock {
  /** Pieces in one bundle. */
  readonly quantity: number
  readonly trackStock: boolean
  readonly backorderLimit: number
  readonly levels: ReadonlyArray<Omit<Allocation.Level, "locationId">>
}

/** How many pieces of a part can be promised now; `null` where its stock is not counted. */
export const piecesOf = ({ backorderLimit, levels, trackStock }: Omit<PartStock, "quantity">): number | null =>
  trackStock ? Math.max(0, Allocation.obtainable(levels, backorderLimit)) : null

/** How many bundles can be promised now; `null` where no part is counted. */
export const obtainable = (parts: ReadonlyArray<PartStock>): number | null => {
  let most: number | null = null
  for (const part of parts) {
    const pieces = piecesOf(part)
    if (pieces === null) continue
    const bundles = Math.floor(pieces / part.quantity)
    most = most === null ? bundles : Math.min(most, bundles)
  }
  return most
}
