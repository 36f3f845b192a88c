/**
 * The laws of stock: whatever is done in whatever order, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type { VariantId } from "../catalog/Product.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { InventoryRepository } from "../inventory/InventoryRepository.ts"
import type { LocationId } from "../inventory/Stock.ts"
import * as StockedShop from "./StockedShop.ts"
import { addStock, inFifteenMinutes, noDrift, transaction } from "./StockedShop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

export const stockLaws = (harness: StorageHarness): void => {
  describe(`the laws of stock, on ${harness.name}`, () => {
    const index = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))
    const pieces = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 6 }))
    const Step = Schema.Union([
      Schema.TaggedStruct("adjust", {
        variant: index(1),
        location: index(1),
        delta: Schema.Int.check(Schema.isBetween({ minimum: -8, maximum: 8 }))
      }),
      Schema.TaggedStruct("transfer", { variant: index(1), location: index(1), quantity: pieces }),
      Schema.TaggedStruct("reserve", { order: index(3), first: pieces, second: index(4) }),
      Schema.TaggedStruct("reserveAgain", { order: index(3) }),
      Schema.TaggedStruct("commit", { order: index(3) }),
      Schema.TaggedStruct("release", { order: index(3) }),
      Schema.TaggedStruct("restock", { order: index(3) })
    ])
    const limits = [0, 3] as const

    it.effect.prop(
      "whatever is done in whatever order, levels stay above their limit, nothing is half done, and the ledger agrees",
      { steps: Schema.Array(Step).check(Schema.isMaxLength(25)) },
      ({ steps }) =>
        Effect.gen(function*() {
          const inventory = yield* Inventory
          const repository = yield* InventoryRepository
          const variants = yield* Effect.forEach(limits, (backorderLimit) => addStock(5, { backorderLimit }))
          const main = yield* inventory.defaultLocation
          const south = yield* inventory.createLocation({ code: "south", name: "South", priority: 1 })
          const locations: ReadonlyArray<LocationId> = [main.id, south.id]
          const variantAt = (at: number) => variants[at] as VariantId
          const locationAt = (at: number) => locations[at] as LocationId

          // the model: what is on hand and promised of each variant, and the state of each order
          const totals = variants.map(() => ({ onHand: 5, reserved: 0 }))
          const orders = new Map<number, {
            state: "held" | "gone" | "free" | "back"
            readonly wants: ReadonlyArray<number>
          }>()
          const move = (wants: ReadonlyArray<number>, onHand: number, reserved: number) =>
            totals.forEach((total, at) => {
              total.onHand += onHand * (wants[at] ?? 0)
              total.reserved += reserved * (wants[at] ?? 0)
            })

          for (const step of steps) {
            const before = yield* repository.stock(variants)
            const attempt = yield* Effect.exit(transaction<unknown, unknown, never>(Effect.gen(function*() {
              switch (step._tag) {
                case "adjust":
                  return yield* inventory.adjust({
                    adjustments: [{
                      variantId: variantAt(step.variant),
                      locationId: locationAt(step.location),
                      delta: step.delta
                    }],
                    reason: ""
                  })
                case "transfer":
                  return yield* inventory.transfer({
                    from: locationAt(step.location),
                    to: locationAt(1 - step.location),
                    lines: [{ variantId: variantAt(step.variant), quantity: step.quantity }],
                    reason: ""
                  })
                case "reserve": {
                  if (orders.has(step.order)) return undefined
                  const lines = [{ at: 0, quantity: step.first }, { at: 1, quantity: step.second }]
                  return yield* inventory.reserve(
                    `${step.order}`,
                    lines.flatMap(({ at, quantity }) =>
                      Array.from(
                        before.filter(({ variantId }) => quantity > 0 && variantId === variantAt(at)),
                        (stock) => ({ ...stock, quantity })
                      )
                    ),
                    yield* inFifteenMinutes
                  )
                }
                case "reserveAgain":
                  return yield* inventory.reserveAgain(`${step.order}`, yield* inFifteenMinutes)
                case "commit":
                  return yield* inventory.commit(`${step.order}`)
                case "release":
                  return yield* inventory.release(`${step.order}`, "")
                case "restock":
                  return yield* inventory.restock(`${step.order}`, "")
              }
            }) as Effect.Effect<unknown, unknown>))

            const after = yield* repository.stock(variants)
            if (Exit.isFailure(attempt)) {
              assert.match(String(attempt.cause), /InsufficientStock/)
              assert.deepStrictEqual(after, before)
            } else {
              const known = "order" in step ? orders.get(step.order) : undefined
              switch (step._tag) {
                case "adjust":
                  move(variants.map((_, at) => at === step.variant ? step.delta : 0), 1, 0)
                  break
                case "reserve":
                  if (known !== undefined) break
                  orders.set(step.order, { state: "held", wants: [step.first, step.second] })
                  move([step.first, step.second], 0, 1)
                  break
                case "reserveAgain":
                  if (known?.state !== "free") break
                  known.state = "held"
                  move(known.wants, 0, 1)
                  break
                case "commit":
                  if (known?.state !== "held") break
                  known.state = "gone"
                  move(known.wants, -1, -1)
                  break
                case "release":
                  if (known?.state !== "held") break
                  known.state = "free"
                  move(known.wants, 0, -1)
                  break
                case "restock":
                  if (known?.state !== "gone") break
                  known.state = "back"
                  move(known.wants, 1, 0)
                  break
              }
            }
            for (const [at, variantId] of variants.entries()) {
              const levels = after.find((stock) => stock.variantId === variantId)?.levels ?? []
              assert.strictEqual(levels.reduce((sum, level) => sum + level.onHand, 0), totals[at]?.onHand)
              assert.strictEqual(levels.reduce((sum, level) => sum + level.reserved, 0), totals[at]?.reserved)
              for (const level of levels) assert.isAtLeast(level.onHand - level.reserved, -(limits[at] ?? 0))
            }
          }
          yield* noDrift
        }).pipe(Effect.provide(StockedShop.layer(harness))),
      { arbitrary: { runs: 40 } }
    )
  })
}
