/**
 * Changes of levels, before they are applied.
 */
import type { VariantId } from "../catalog/Product.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { LocationId, MovementKind } from "./Stock.ts"

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

/** Why a level changes; it goes into the ledger. */
export interface ChangeReason {
  readonly kind: MovementKind
  readonly reason: string
  readonly reference: string
  readonly actor: string
  readonly at: Timestamp
}

/** A change with its reason: a row of the ledger. */
export interface Movement extends LevelChange, ChangeReason {}

/** Changes that all have the same reason. */
export const because = (changes: ReadonlyArray<LevelChange>, why: ChangeReason): ReadonlyArray<Movement> =>
  changes.map(({ locationId, onHandDelta, reservedDelta, variantId }) => (
    { variantId, locationId, onHandDelta, reservedDelta, ...why }
  ))

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
