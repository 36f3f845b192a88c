/**
 * How the stock that a new variant comes with gets into the levels and their ledger.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { AuditLog } from "../audit/AuditLog.ts"
import { OpeningStock } from "../catalog/OpeningStock.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { Transactor } from "../kernel/Transactor.ts"
import { InventoryRepository } from "./InventoryRepository.ts"
import { because } from "./LevelChange.ts"
import * as Locations from "./Locations.ts"

export const make = Effect.gen(function*() {
  const repository = yield* InventoryRepository
  const { defaultLocation } = yield* Locations.make
  return OpeningStock.of({
    receive: Effect.fnUntraced(function*(lines) {
      if (lines.length === 0) return
      const { id: locationId } = yield* defaultLocation
      const changes = lines.map(({ quantity, variantId }) => (
        { variantId, locationId, onHandDelta: quantity, reservedDelta: 0 }
      ))
      yield* repository.apply(because(changes, {
        kind: "receive",
        reason: "opening stock",
        reference: "",
        actor: Actor.describe(yield* Actor.CurrentActor),
        at: yield* Timestamp.now
      }))
      // pieces only come in, so there cannot be too few
    }, Effect.catchTag("InsufficientStock", Effect.die))
  })
})

export const layer: Layer.Layer<OpeningStock, never, AuditLog | InventoryRepository | Transactor> = Layer.effect(
  OpeningStock,
  make
)
