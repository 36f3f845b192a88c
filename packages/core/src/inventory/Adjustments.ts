/**
 * The operations of `Inventory` by which people change levels: adjusting, counting, moving, watching.
 */
import * as Effect from "effect/Effect"
import { AuditLog } from "../audit/AuditLog.ts"
import { VariantNotFound } from "../catalog/CatalogErrors.ts"
import type { VariantId } from "../catalog/Product.ts"
import { Events } from "../events/Events.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Id from "../kernel/Id.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Permission from "../kernel/Permission.ts"
import { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import { LocationNotFound } from "./InventoryErrors.ts"
import * as InventoryEvents from "./InventoryEvents.ts"
import type { ChangedLevel, LevelFound } from "./InventoryRepository.ts"
import { InventoryRepository } from "./InventoryRepository.ts"
import { addUp, because, keyOf, type LevelChange, type LevelKey } from "./LevelChange.ts"
import type { Location, MovementKind, StockAdjustment } from "./Stock.ts"
import { AdjustStock, type StockLevel, TransferStock, UpdateLevel } from "./Stock.ts"

const decodeAdjust = Input.decoder(AdjustStock)
const decodeTransfer = Input.decoder(TransferStock)
const decodeUpdateLevel = Input.decoder(UpdateLevel)

const TransferId = Id.define("trf", "TransferId")

interface Why {
  readonly kind: MovementKind
  readonly reason: string
  readonly reference: string
}

export const make = Effect.fnUntraced(function*<E>(defaultLocation: Effect.Effect<Location, E>) {
  const repository = yield* InventoryRepository
  const transactor = yield* Transactor
  const audit = yield* AuditLog
  const events = yield* Events

  /** The levels of some keys, of which every variant and location must exist, by `keyOf`. */
  const find = Effect.fnUntraced(function*(
    keys: ReadonlyArray<LevelKey>,
    options: { readonly mayBeClosed?: Location["id"] } = {}
  ) {
    const found = new Map<string, LevelFound>()
    for (const one of yield* repository.find(keys)) {
      const { location, locationId, variant, variantId } = one
      if (variant === null) return yield* new VariantNotFound({ variantId })
      if (location === null || (!location.active && locationId !== options.mayBeClosed)) {
        return yield* new LocationNotFound({ locationId })
      }
      found.set(keyOf(one), one)
    }
    return found
  })

  const apply = Effect.fnUntraced(function*(changes: ReadonlyArray<LevelChange>, why: Why) {
    const moving = changes.filter(({ onHandDelta }) => onHandDelta !== 0)
    if (moving.length === 0) return []
    const levels = yield* repository.apply(because(moving, {
      ...why,
      actor: Actor.describe(yield* Actor.CurrentActor),
      at: yield* Timestamp.now
    }))
    yield* events.publish(InventoryEvents.adjusted(moving, levels, why))
    return levels
  })

  /** The levels in the order of the keys, as they are after the change. */
  const answer = (
    keys: Iterable<string>,
    changed: ReadonlyArray<ChangedLevel>,
    found: ReadonlyMap<string, LevelFound>
  ): ReadonlyArray<StockLevel> => {
    const after = new Map(changed.map((level) => [keyOf(level), level]))
    const levels: Array<StockLevel> = []
    for (const key of new Set(keys)) {
      const { threshold: _, ...level } = { threshold: 0, ...(after.get(key) ?? found.get(key)?.level) }
      if ("variantId" in level) levels.push(level as StockLevel)
    }
    return levels
  }

  return {
    adjust: Effect.fn("Inventory.adjust")(function*(input: typeof AdjustStock.Encoded) {
      yield* Permission.require("inventory:write")
      const { adjustments, kind = "adjust", reason } = yield* decodeAdjust(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const missing = adjustments.some(({ locationId }) => locationId === undefined)
        const home = missing ? (yield* defaultLocation).id : undefined
        const targets = Array.from(adjustments, (adjustment) => ({
          ...adjustment,
          locationId: adjustment.locationId ?? home as Location["id"]
        }))
        yield* refuseTwoCounts(targets)
        const found = yield* find(uniqueKeys(targets))
        const changes: Array<LevelChange> = []
        for (const target of targets) {
          const level = found.get(keyOf(target))?.level ?? null
          yield* requireVersion(target, level?.version ?? 0, target.version)
          changes.push({
            variantId: target.variantId,
            locationId: target.locationId,
            onHandDelta: target.onHand === undefined ? target.delta ?? 0 : target.onHand - (level?.onHand ?? 0),
            reservedDelta: 0
          })
        }
        const changed = yield* apply(addUp(changes), { kind, reason, reference: "" })
        // a level that was not there cannot be held: who has made it at the same moment has counted first
        if (changed.some((level) => isOvertaken(level, targets))) {
          return yield* new StorageError({ operation: "Inventory.adjust", reason: "conflict" })
        }
        const [first] = targets
        yield* audit.record({
          action: "inventory.adjust",
          subject: targets.length === 1 && first !== undefined ? first.variantId : "stock",
          details: { kind, reason, levels: found.size, pieces: total(changes) }
        })
        return answer(targets.map(keyOf), changed, found)
      }))
    }),

    transfer: Effect.fn("Inventory.transfer")(function*(input: typeof TransferStock.Encoded) {
      yield* Permission.require("inventory:write")
      const { from, lines, reason, to } = yield* decodeTransfer(input)
      if (from === to) return yield* InvalidInput.at(["to"], "is the location that the pieces come from", "unchanged")
      return yield* transactor.transaction(Effect.gen(function*() {
        const changes = addUp(lines.flatMap(({ quantity, variantId }): ReadonlyArray<LevelChange> => [
          { variantId, locationId: from, onHandDelta: -quantity, reservedDelta: 0 },
          { variantId, locationId: to, onHandDelta: quantity, reservedDelta: 0 }
        ]))
        const found = yield* find(changes, { mayBeClosed: from })
        const reference = yield* TransferId.generate
        const changed = yield* apply(changes, { kind: "transfer", reason, reference })
        yield* audit.record({
          action: "inventory.transfer",
          subject: reference,
          details: { from, to, reason, levels: changes.length, pieces: total(changes) }
        })
        return answer(changes.map(keyOf), changed, found)
      }))
    }),

    updateLevel: Effect.fn("Inventory.updateLevel")(function*(
      variantId: string,
      input: typeof UpdateLevel.Encoded
    ) {
      yield* Permission.require("inventory:write")
      const { incoming, locationId, lowStockThreshold, version } = yield* decodeUpdateLevel(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const key = {
          variantId: variantId as VariantId,
          locationId: locationId ?? (yield* defaultLocation).id
        }
        const found = (yield* find([key])).get(keyOf(key))
        const before: StockLevel = found?.level ?? {
          ...key,
          onHand: 0,
          reserved: 0,
          incoming: 0,
          lowStockThreshold: null,
          version: 0,
          updatedAt: yield* Timestamp.now
        }
        yield* requireVersion(key, before.version, version)
        const level: StockLevel = {
          ...before,
          incoming: incoming ?? before.incoming,
          lowStockThreshold: lowStockThreshold === undefined ? before.lowStockThreshold : lowStockThreshold,
          version: before.version + 1,
          updatedAt: yield* Timestamp.now
        }
        yield* repository.updateLevel(level)
        yield* audit.record({
          action: "inventory.update-level",
          subject: variantId,
          details: {
            locationId: key.locationId,
            incoming: level.incoming,
            lowStockThreshold: level.lowStockThreshold
          }
        })
        return level
      }))
    })
  }
})

/** Whether a level is not what was counted, or had another version before than somebody has seen. */
const isOvertaken = (level: ChangedLevel, targets: ReadonlyArray<StockAdjustment & LevelKey>): boolean =>
  targets.some((target) =>
    keyOf(target) === keyOf(level)
    && ((target.onHand !== undefined && target.onHand !== level.onHand) || (target.version !== undefined && target.version + 1 !== level.version)))

const total = (changes: ReadonlyArray<LevelChange>): number =>
  changes.reduce((pieces, { onHandDelta }) => pieces + Math.abs(onHandDelta), 0)

const uniqueKeys = (keys: ReadonlyArray<LevelKey>): ReadonlyArray<LevelKey> =>
  Array.from(new Map(keys.map((key) => [keyOf(key), key])).values())

/** A count says what is there; together with another change of the same level it would say nothing. */
const refuseTwoCounts = (targets: ReadonlyArray<StockAdjustment & LevelKey>): Effect.Effect<void, InvalidInput> => {
  const seen = new Map<string, boolean>()
  for (const [index, target] of targets.entries()) {
    const counted = target.onHand !== undefined
    const before = seen.get(keyOf(target))
    if (before !== undefined && (before || counted)) {
      return Effect.fail(InvalidInput.at(["adjustments", index], "changes a level that is counted in the same call", "contradiction"))
    }
    seen.set(keyOf(target), counted)
  }
  return Effect.void
}

const requireVersion = (
  { locationId, variantId }: LevelKey,
  version: number,
  expected: number | undefined
): Effect.Effect<void, VersionConflict> =>
  expected === undefined || expected === version
    ? Effect.void
    : Effect.fail(new VersionConflict({ id: `${variantId} at ${locationId}`, expected }))
