/**
 * Many buyers who really meet: all have looked before anybody takes. Whatever the storage does with them, it sells what
 * is there, to the last piece and no further, and says so to everybody else.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as TestClock from "effect/testing/TestClock"
import { Inventory } from "../inventory/Inventory.ts"
import * as Actor from "../kernel/Actor.ts"
import { Payments } from "../payments/Payments.ts"
import * as Gate from "./Gate.ts"
import * as Invariants from "./Invariants.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.system("test"))

const many = <A, E, R>(count: number, one: (index: number) => Effect.Effect<A, E, R>) =>
  Effect.forEach(Array.from({ length: count }, (_, index) => index), one, { concurrency: 8 })

/** What came of many attempts: how many orders, and how often each reason why not. */
const tally = (exits: ReadonlyArray<Exit.Exit<unknown, { readonly _tag: string }>>): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const exit of exits) {
    const [reason] = Exit.isSuccess(exit) ? [] : exit.cause.reasons
    const outcome = reason === undefined ? "placed" : reason._tag === "Fail" ? reason.error._tag : String(reason._tag)
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}

/** Everybody orders at once; answers with what came of each. */
const rush = (gate: Gate.Gate, buyers: ReadonlyArray<Shop.Buyer>, method?: Shop.Method) =>
  Effect.suspend(() => {
    gate.closeFor(buyers.length)
    return Effect.forEach(buyers, (buyer) => Effect.exit(Shop.place(buyer, method)), { concurrency: "unbounded" })
  })

const allIsWell = Effect.gen(function*() {
  const bank = yield* Shop.Bank
  assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(bank) }), [])
})

const soldOut = { onHand: 0, available: 0 }

export const rushSuite = (harness: StorageHarness): void => {
  const test = (
    name: string,
    body: (gate: Gate.Gate) => Effect.Effect<unknown, unknown, Shop.ShopServices>,
    timeout = 60_000
  ) =>
    it.effect(name, () => {
      const gate = Gate.make(harness)
      return Effect.gen(function*() {
        yield* Shop.ships
        yield* body(gate)
        yield* allIsWell
      }).pipe(Effect.provide(Shop.layer(gate.storage)))
    }, timeout)

  describe(`a rush of buyers on ${harness.name}`, () => {
    test("for a hundred pieces, three hundred of them, gets exactly a hundred orders", (gate) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 100 })
        const buyers = yield* many(300, () => Shop.guest([variantId, 1]))
        assert.deepStrictEqual(tally(yield* rush(gate, buyers)), { placed: 100, InsufficientStock: 200 })
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), soldOut)
      }))

    test("who want the same two things, half of them in the other order, waits for nobody in a circle", (gate) =>
      Effect.gen(function*() {
        const first = yield* Shop.product({ stock: 100 })
        const second = yield* Shop.product({ title: "Oak board", stock: 100 })
        const lines: ReadonlyArray<Shop.Pieces> = [[first.variantId, 1], [second.variantId, 1]]
        const buyers = yield* many(300, (index) => Shop.guest(...(index % 2 === 0 ? lines : lines.toReversed())))
        assert.deepStrictEqual(tally(yield* rush(gate, buyers)), { placed: 100, InsufficientStock: 200 })
        assert.deepStrictEqual(yield* Shop.stockOf(first.variantId), soldOut)
        assert.deepStrictEqual(yield* Shop.stockOf(second.variantId), soldOut)
      }))

    test("that share only one of two things gets the rare one sold, and leaves the other to those who got none", (gate) =>
      Effect.gen(function*() {
        const rare = yield* Shop.product({ stock: 15 })
        const plenty = yield* Shop.product({ title: "Oak board", stock: 200 })
        const lines: ReadonlyArray<Shop.Pieces> = [[rare.variantId, 1], [plenty.variantId, 2]]
        const buyers = yield* many(60, (index) => Shop.guest(...(index % 2 === 0 ? lines : lines.toReversed())))
        assert.deepStrictEqual(tally(yield* rush(gate, buyers)), { placed: 15, InsufficientStock: 45 })
        assert.deepStrictEqual(yield* Shop.stockOf(rare.variantId), soldOut)
        assert.deepStrictEqual(yield* Shop.stockOf(plenty.variantId), { onHand: 170, available: 170 })
      }))

    test("empties every location that has pieces before it turns anybody away", (gate) =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const { variantId } = yield* Shop.product({ stock: 30 })
        const elsewhere = yield* staff(Effect.forEach(["south", "west"], (code, index) =>
          inventory.createLocation({ code, name: code, priority: index + 1 })))
        yield* staff(inventory.adjust({
          adjustments: elsewhere.map(({ id }, index) => ({ variantId, locationId: id, onHand: 30 + 10 * index })),
          reason: "opening"
        }))
        const buyers = yield* many(300, () => Shop.guest([variantId, 1]))
        assert.deepStrictEqual(tally(yield* rush(gate, buyers)), { placed: 100, InsufficientStock: 200 })
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), soldOut)
      }))

    test("while unpaid orders run out gets their pieces, each once", (gate) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { variantId } = yield* Shop.product({ stock: 100 })
        const hesitant = yield* many(60, () => Shop.guest([variantId, 1]))
        assert.deepStrictEqual(tally(yield* rush(gate, hesitant, "sandbox_redirect")), { placed: 60 })
        const buyers = yield* many(300, () => Shop.guest([variantId, 1]))
        yield* TestClock.adjust("20 minutes")
        const recover = staff(payments.recover)
        const [exits] = yield* Effect.all([rush(gate, buyers), recover, recover], { concurrency: "unbounded" })
        const { InsufficientStock: refused = 0, placed = 0, ...others } = tally(exits)
        assert.deepStrictEqual(others, {})
        assert.isAtLeast(placed, 40)
        assert.strictEqual(placed + refused, buyers.length)
        yield* recover
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 100 - placed, available: 100 - placed })
        const again = buyers.filter((_, index) => exits[index]?._tag === "Failure")
        const { placed: late = 0 } = tally(yield* rush(gate, again))
        assert.strictEqual(placed + late, 100)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), soldOut)
      }))

    test("that is one buyer, who presses the button twenty times at once, gets one order", (gate) =>
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 100 })
        const buyer = yield* Shop.guest([variantId, 2])
        const exits = yield* rush(gate, Array.from({ length: 20 }, () => buyer))
        assert.deepStrictEqual(tally(exits), { placed: 1, CartClosed: 19 })
        assert.strictEqual((yield* (yield* Shop.Bank).bank.charges).length, 1)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 98, available: 98 })
      }))
  })
}
