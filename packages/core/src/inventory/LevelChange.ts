/**
 * Changes of levels, before they are applied.
 */
import type { VariantId } from "../catalog/Product.ts"
import type { LocationId } from "./Stock.ts"

/** A level by its name: a variant at a location. */
export interface LevelKey {
  readonly variantId: VariantId
  readonly locationId: LocationId
}

/** One change of one level. */
export interface LevelChange extends LevelKey {
  readonly onHandDelta: number
  readonly reservedDelta: number
}

/** A key for maps. */
export const keyOf = ({ locationId, variantId }: LevelKey): string => `${variantId} ${locationId}`

/** One change for each level, in the order of their first mention. */
export const addUp = (changes: ReadonlyArray<LevelChange>): ReadonlyArray<LevelChange> => {
  const byLevel = new Map<string, LevelChange>()
  for (const change of changes) {
    const before = byLevel.get(keyOf(change))
    byLevel.set(
      keyOf(change),
      before === undefined ? change : {
        ...before,
        onHandDelta: before.onHandDelta + change.onHandDelta,
        reservedDelta: before.reservedDelta + change.reservedDelta
      }
    )
  }
  return Array.from(byLevel.values())
}
