/**
 * What checkout may ask of storage: pinned, so that it stays so for any number of lines.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Checkout } from "../checkout/Checkout.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Shop from "./Shop.ts"
import type { CountingHarness } from "./Statements.ts"
import { Statements } from "./Statements.ts"

interface Case {
  readonly name: string
  readonly lines: number
  /** How many pieces of each product there are; one is bought. */
  readonly stock: number
  readonly signedIn: boolean
  /** Whether it costs nothing, so that it is paid as it is placed. */
  readonly free?: boolean
}

const cases: ReadonlyArray<Case> = [
  { name: "an order of one line", lines: 1, stock: 100, signedIn: false },
  { name: "an order of sixty lines", lines: 60, stock: 100, signedIn: false },
  { name: "an order of a customer, whose address is that of the account", lines: 3, stock: 100, signedIn: true },
  { name: "an order that leaves little stock", lines: 3, stock: 6, signedIn: false },
  { name: "an order that costs nothing", lines: 3, stock: 100, signedIn: false, free: true },
  { name: "an order that costs nothing and leaves little stock", lines: 3, stock: 6, signedIn: false, free: true }
]

export const checkoutBudgets = (harness: CountingHarness): void => {
  describe(`the statements of checkout on ${harness.name}`, () => {
    for (const { free = false, lines, name, signedIn, stock } of cases) {
      it.effect(`are at most ten for ${name}`, () =>
        Effect.gen(function*() {
          if (!free) yield* Shop.ships
          const products = yield* Effect.forEach(
            Array.from({ length: lines }, (_, index) => index),
            (index) => Shop.product({
                title: `Board ${index}`,
                stock,
                ...(free ? { price: Shop.usd(0), requiresShipping: false } : {})
              })
          )
          const pieces = products.map(({ variantId }): Shop.Pieces => [variantId, 1])
          const buyer = signedIn
            ? yield* Shop.customer(yield* Shop.account("ada@example.com"), ...pieces)
            : yield* Shop.guest(...pieces)
          const { record } = yield* Statements
          const { email: _, ...input } = Shop.order(buyer)
          const [{ order }, statements] = yield* record(
            Effect.flatMap(Checkout, (checkout) =>
              checkout.place(signedIn ? input : { ...input, email: "ada@example.com" })).pipe(Actor.as(buyer.actor))
          )
          assert.strictEqual(order.status, "paid")
          assert.strictEqual(order.lines.length, lines)
          assert.strictEqual(order.total.amount === 0, free)
          assert.strictEqual(order.email, "ada@example.com")
          // until the order stands; its payment has a transaction of its own
          const placing = statements.slice(0, statements.indexOf("COMMIT") + 1)
          assert.isAtMost(placing.length, 10, placing.join("\n"))
          assert.isAtMost(statements.length, 19, statements.join("\n"))
        }).pipe(Effect.provide(Shop.layer(harness.storage()))))
    }

    it.effect("are shared by buyers who come at the same time", () =>
      Effect.gen(function*() {
        yield* Shop.ships
        const { variantId } = yield* Shop.product({ stock: 100 })
        const buyers = yield* Effect.forEach(Array.from({ length: 24 }), () => Shop.guest([variantId, 1]))
        const { record } = yield* Statements
        const [placed, statements] = yield* record(
          Effect.forEach(buyers, (buyer) => Shop.place(buyer), { concurrency: "unbounded" })
        )
        assert.deepStrictEqual(new Set(placed.map(({ order }) => order.status)), new Set(["paid"]))
        assert.deepStrictEqual(
          new Set(placed.map(({ order }) => order.number)).size,
          buyers.length
        )
        for (const shared of ["INSERT INTO orders ", "UPDATE payments SET ", "UPDATE orders SET ", "UPDATE reservations SET "]) {
          const rounds = statements.filter((statement) => statement.includes(shared))
          assert.isAtMost(rounds.length, buyers.length / 2, shared)
        }
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))
  })
}
