/**
 * How a file of products reads and counts stock.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { VariantId } from "../catalog/Product.ts"
import { SellableStock } from "../catalog/SellableStock.ts"
import { Events } from "../events/Events.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Inventory } from "./Inventory.ts"
import * as InventoryEvents from "./InventoryEvents.ts"
import { InventoryRepository } from "./InventoryRepository.ts"
import { because, type LevelChange } from "./LevelChange.ts"
import { available } from "./Stock.ts"

const why = { kind: "count", reason: "import", reference: "" } as const

export const make = Effect.gen(function*() {
  const inventory = yield* Inventory
  const repository = yield* InventoryRepository
  const events = yield* Events

  return SellableStock.of({
    read: Effect.fnUntraced(function*(variantIds) {
      const location = (yield* repository.locations)[0]
      if (location === undefined) return new Map()
      const levels = yield* repository.levels(variantIds)
      return new Map(
        levels.filter(({ locationId }) => locationId === location.id).map((level) => [level.variantId, available(level)])
      )
    }),
    count: Effect.fnUntraced(function*(counted) {
      if (counted.length === 0) return new Set<VariantId>()
      const { id: locationId } = yield* inventory.defaultLocation
      const found = yield* repository.find(counted.map(({ variantId }) => ({ variantId, locationId })))
      const changes = counted.flatMap(({ pieces, variantId }, index): ReadonlyArray<LevelChange> => {
        const level = found[index]?.level
        const onHandDelta = pieces - (level === null || level === undefined ? 0 : available(level))
        return onHandDelta === 0 ? [] : [{ variantId, locationId, onHandDelta, reservedDelta: 0 }]
      })
      if (changes.length === 0) return new Set<VariantId>()
      const levels = yield* repository.apply(because(changes, {
        ...why,
        actor: Actor.describe(yield* Actor.CurrentActor),
        at: yield* Timestamp.now
      }))
      yield* events.publish(InventoryEvents.adjusted(changes, levels, why))
      return new Set(changes.map(({ variantId }) => variantId))
      // the levels are locked since they were read, and no variant is counted below what it may be sold beyond
    }, Effect.catchTag("InsufficientStock", Effect.die))
  })
})

export const layer: Layer.Layer<SellableStock, never, Events | Inventory | InventoryRepository> = Layer.effect(
  SellableStock,
  make
)
