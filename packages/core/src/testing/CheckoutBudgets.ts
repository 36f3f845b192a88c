/**
 * What checkout may ask of storage: pinned, so that it stays so for any number of lines.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Shop from "./Shop.ts"
import type { CountingHarness } from "./Statements.ts"
import { Statements } from "./Statements.ts"

export const checkoutBudgets = (harness: CountingHarness): void => {
  describe(`the statements of checkout on ${harness.name}`, () => {
    for (const lines of [1, 60]) {
      it.effect(`are at most ten for an order of ${lines} ${lines === 1 ? "line" : "lines"}`, () =>
        Effect.gen(function*() {
          yield* Shop.ships
          const products = yield* Effect.forEach(
            Array.from({ length: lines }, (_, index) => index),
            (index) => Shop.product({ title: `Board ${index}`, stock: 100 })
          )
          const buyer = yield* Shop.guest(...products.map(({ variantId }): Shop.Pieces => [variantId, 1]))
          const { record } = yield* Statements
          const [{ order }, statements] = yield* record(Shop.place(buyer))
          assert.strictEqual(order.status, "paid")
          assert.strictEqual(order.lines.length, lines)
          // until the order stands; its payment has a transaction of its own
          const placing = statements.slice(0, statements.indexOf("COMMIT") + 1)
          assert.isAtMost(placing.length, 10, placing.join("\n"))
          assert.isAtMost(statements.length, 24, statements.join("\n"))
        }).pipe(Effect.provide(Shop.layer(harness.storage()))))
    }
  })
}
