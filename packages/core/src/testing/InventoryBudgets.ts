/**
 * What stock, events and jobs may ask of storage, `BEGIN` and `COMMIT` counted: pinned, so that it stays so for any
 * number of lines.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Events } from "../events/Events.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as StockedShop from "./StockedShop.ts"
import { addProduct, inFifteenMinutes, transaction, wish } from "./StockedShop.ts"
import type { CountingHarness } from "./Statements.ts"
import { Statements } from "./Statements.ts"

export const inventoryBudgets = (harness: CountingHarness): void => {
  describe(`the statements of stock on ${harness.name}`, () => {
    for (const lines of [1, 60]) {
      it.effect(`are the same few for ${lines} ${lines === 1 ? "line" : "lines"} as for any other number`, () =>
        Effect.gen(function*() {
          const inventory = yield* Inventory
          const { record } = yield* Statements
          const { variantIds } = yield* addProduct({ variants: lines })
          const counted = <A, E, R>(atMost: number, effect: Effect.Effect<A, E, R>) =>
            Effect.map(record(effect), ([, statements]) =>
              assert.isAtMost(statements.length, atMost, statements.join("\n")))
          const adjustments = variantIds.map((variantId) => ({ variantId, delta: 10 }))
          yield* inventory.adjust({ adjustments, reason: "" })
          yield* counted(7, inventory.adjust({ adjustments, reason: "" }))
          const requests = yield* wish(variantIds.map((variantId) => [variantId, 1]))
          const until = yield* inFifteenMinutes
          // the two of a reservation, within the transaction of its order
          yield* counted(4, transaction(inventory.reserve("a", requests, until)))
          yield* counted(4, transaction(inventory.commit("a")))
          yield* counted(3, transaction(inventory.commit("a")))
          yield* transaction(inventory.reserve("b", requests, until))
          yield* counted(4, transaction(inventory.release("b", "")))
          yield* counted(7, transaction(inventory.reserveAgain("b", until)))
        }).pipe(Effect.provide(StockedShop.layer(harness))))
    }

    it.effect("are one to publish any number of events, and one or two to queue any number of jobs", () =>
      Effect.gen(function*() {
        const { record } = yield* Statements
        const events = yield* Events
        const jobs = yield* Jobs
        const many = Array.from({ length: 60 }, () => ({ type: "bell.rang", subject: "bell", data: null }))
        const [, published] = yield* record(transaction(events.publish(many)))
        assert.strictEqual(published.length, 3, published.join("\n"))
        const [, nothing] = yield* record(events.publish([]))
        assert.strictEqual(nothing.length, 0)
        const [, queued] = yield* record(transaction(jobs.enqueue({ name: "note", payload: null })))
        assert.strictEqual(queued.length, 3, queued.join("\n"))
        const notes = Array.from({ length: 60 }, () => ({ name: "note", payload: null }))
        const [, all] = yield* record(transaction(jobs.enqueueAll(notes)))
        assert.strictEqual(all.length, 4, all.join("\n"))
      }).pipe(Effect.provide(StockedShop.layer(harness))))
  })
}
