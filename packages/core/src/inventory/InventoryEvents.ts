/**
 * What stock tells the rest of the shop. The subject of each event is the variant.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import type { NewEvent } from "../events/DomainEvent.ts"
import type { ChangedLevel } from "./InventoryRepository.ts"
import { keyOf, type LevelChange } from "./LevelChange.ts"
import { available, MovementKind, StockDrift } from "./Stock.ts"

const level = { variantId: Schema.String, locationId: Schema.String } as const

/** Somebody changed a level by hand or by an import; orders do not tell of every piece. */
export const StockAdjusted = DomainEvent.define(
  "stock.adjusted",
  Schema.Struct({
    ...level,
    kind: MovementKind,
    onHandDelta: Schema.Int,
    onHand: Schema.Int,
    available: Schema.Int,
    reason: Schema.String
  })
)
/** What is available at a location has fallen to its threshold or below it. */
export const StockLow = DomainEvent.define(
  "stock.low",
  Schema.Struct({ ...level, available: Schema.Int, threshold: Schema.Int })
)
/** There was nothing available at a location, and now there is. */
export const StockBack = DomainEvent.define("stock.back", Schema.Struct({ ...level, available: Schema.Int }))
/** A level is not what its ledger or its reservations say. */
export const StockDrifted = DomainEvent.define("stock.drifted", StockDrift)

/** Thresholds that changes have passed. */
export const passed = (
  changes: ReadonlyArray<LevelChange>,
  levels: ReadonlyArray<ChangedLevel>
): ReadonlyArray<NewEvent> => {
  const deltas = new Map(changes.map((change) => [keyOf(change), change.onHandDelta - change.reservedDelta]))
  const events: Array<NewEvent> = []
  for (const changed of levels) {
    const now = available(changed)
    const before = now - (deltas.get(keyOf(changed)) ?? 0)
    const { locationId, threshold, variantId } = changed
    if (before > threshold && now <= threshold) {
      events.push(StockLow.make(variantId, { variantId, locationId, available: now, threshold }))
    }
    if (before <= 0 && now > 0) events.push(StockBack.make(variantId, { variantId, locationId, available: now }))
  }
  return events
}

/** What was changed by hand, and the thresholds that this has passed. */
export const adjusted = (
  changes: ReadonlyArray<LevelChange>,
  levels: ReadonlyArray<ChangedLevel>,
  why: { readonly kind: MovementKind; readonly reason: string }
): ReadonlyArray<NewEvent> => {
  const deltas = new Map(changes.map((change) => [keyOf(change), change.onHandDelta]))
  return [
    ...levels.map((changed) =>
      StockAdjusted.make(changed.variantId, {
        variantId: changed.variantId,
        locationId: changed.locationId,
        kind: why.kind,
        onHandDelta: deltas.get(keyOf(changed)) ?? 0,
        onHand: changed.onHand,
        available: available(changed),
        reason: why.reason
      })
    ),
    ...passed(changes, levels)
  ]
}
