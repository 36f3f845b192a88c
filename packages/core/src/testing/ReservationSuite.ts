/**
 * How stock is promised to orders, and what becomes of the promise, on every storage.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import { TestClock } from "effect/testing"
import { ProductRepository } from "../catalog/ProductRepository.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { InventoryRepository } from "../inventory/InventoryRepository.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as StockedShop from "./StockedShop.ts"
import {
  addProduct,
  addStock,
  inFifteenMinutes,
  movementsOf,
  noDrift,
  order,
  stockOf,
  transaction,
  wish
} from "./StockedShop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

export const reservationSuite = (harness: StorageHarness): void => {
  const test = StockedShop.tester(harness)

  describe(`reservations, on ${harness.name}`, () => {
    test("an order that is paid takes its pieces, and one that is given up leaves them", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const mug = yield* addStock(10)
        yield* order("first", [[mug, 3]])
        yield* order("second", [[mug, 4]])
        assert.deepStrictEqual(yield* stockOf(mug), [10, 7])
        yield* transaction(inventory.commit("first"))
        yield* transaction(inventory.release("second", "changed their mind"))
        assert.deepStrictEqual(yield* stockOf(mug), [7, 0])
        assert.deepStrictEqual(yield* movementsOf(mug), [
          ["adjust", 10, 0],
          ["reserve", 0, 3],
          ["reserve", 0, 4],
          ["commit", -3, -3],
          ["release", 0, -4]
        ])
        yield* noDrift
      }))

    test("paying, giving up and putting back happen once, however often they are asked for", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const mug = yield* addStock(10)
        yield* order("paid", [[mug, 3]])
        yield* order("left", [[mug, 2]])
        for (let time = 0; time < 2; time++) {
          assert.strictEqual((yield* transaction(inventory.commit("paid"))).length, time === 0 ? 1 : 0)
          assert.strictEqual((yield* transaction(inventory.release("left", ""))).length, time === 0 ? 1 : 0)
        }
        assert.deepStrictEqual(yield* transaction(inventory.release("paid", "too late")), [])
        assert.deepStrictEqual(yield* transaction(inventory.commit("left")), [])
        assert.deepStrictEqual(yield* stockOf(mug), [7, 0])
        yield* transaction(inventory.restock("paid", "sent back"))
        yield* transaction(inventory.restock("paid", "sent back"))
        yield* transaction(inventory.restock("left", "was never sent"))
        assert.deepStrictEqual(yield* stockOf(mug), [10, 0])
        yield* noDrift
      }))

    test("all lines are reserved or none, and each one that is short is named", () =>
      Effect.gen(function*() {
        const [mug, cup, jug] = [yield* addStock(5), yield* addStock(1), yield* addStock(0)]
        const error = yield* Effect.flip(order("greedy", [[mug, 2], [cup, 2], [jug, 1]]))
        assert.strictEqual(error._tag, "InsufficientStock")
        assert.deepStrictEqual(error._tag === "InsufficientStock" && error.lines, [
          { variantId: cup, requested: 2, available: 1 },
          { variantId: jug, requested: 1, available: 0 }
        ])
        assert.deepStrictEqual(yield* stockOf(mug), [5, 0])
        assert.deepStrictEqual(yield* (yield* InventoryRepository).reservations(["greedy"]), [])
      }))

    test("the lines of one variant count together", () =>
      Effect.gen(function*() {
        const mug = yield* addStock(5)
        assert.isTrue(Exit.isFailure(yield* Effect.exit(order("six", [[mug, 3], [mug, 3]]))))
        assert.strictEqual((yield* order("five", [[mug, 2], [mug, 3]])).length, 1)
        assert.deepStrictEqual(yield* stockOf(mug), [5, 5])
      }))

    test("what is not counted can be had in any number", () =>
      Effect.gen(function*() {
        const { variantId } = yield* addProduct({ trackStock: false })
        assert.deepStrictEqual(yield* order("download", [[variantId, 1_000]]), [])
      }))

    test("several orders at once get their pieces in turn, each all of them or none, and the ledger names each", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const [mug, cup] = [yield* addStock(4), yield* addStock(1)]
        const until = yield* inFifteenMinutes
        const wanted = (reference: string, ...pieces: ReadonlyArray<readonly [typeof mug, number]>) =>
          Effect.map(wish(pieces), (lines) => ({ reference, lines, expiresAt: until, actor: `customer:${reference}` }))
        const wishes = [
          yield* wanted("first", [mug, 2], [cup, 1]),
          yield* wanted("too many", [mug, 3]),
          yield* wanted("no cup left", [mug, 1], [cup, 1]),
          { ...yield* wanted("free", [mug, 1]), sold: true },
          yield* wanted("last", [mug, 1])
        ]
        const promises = yield* transaction(inventory.reserveAll(wishes))
        assert.deepStrictEqual(
          promises.map((promise) => Result.isSuccess(promise) ? promise.success.length : promise.failure.lines),
          [
            2,
            [{ variantId: mug, requested: 3, available: 2 }],
            [{ variantId: cup, requested: 1, available: 0 }],
            1,
            1
          ]
        )
        assert.deepStrictEqual(yield* stockOf(mug), [3, 3])
        assert.deepStrictEqual(yield* stockOf(cup), [1, 1])
        const { items } = yield* inventory.ledger({ variantId: mug })
        assert.deepStrictEqual(
          items.slice(0, 3).map(({ actor, kind, onHandDelta, reference, reservedDelta }) => (
            [reference, actor, kind, onHandDelta, reservedDelta]
          )),
          [
            ["last", "customer:last", "reserve", 0, 1],
            ["free", "customer:free", "commit", -1, 0],
            ["first", "customer:first", "reserve", 0, 2]
          ]
        )
        yield* noDrift
        yield* transaction(inventory.commit("first"))
        yield* transaction(inventory.release("last", ""))
        assert.deepStrictEqual(yield* stockOf(mug), [1, 0])
        yield* noDrift
      }))

    test("many who hold pieces at the same moment get them while there are any, and the ledger agrees", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const [mug, cup] = [yield* addStock(20), yield* addStock(5)]
        const until = yield* inFifteenMinutes
        const results = yield* Effect.forEach(
          Array.from({ length: 40 }, (_, index) => index),
          (index) =>
            Effect.result(inventory.hold(
              `holder ${index}`,
              index % 2 === 0 ? [{ variantId: mug, quantity: 1 }] : [{ variantId: cup, quantity: 1 }, { variantId: mug, quantity: 1 }],
              until
            )),
          { concurrency: "unbounded" }
        )
        const held = results.map(Result.isSuccess)
        assert.strictEqual(held.filter((_, index) => index % 2 === 1 && held[index] === true).length, 5)
        assert.strictEqual(held.filter(Boolean).length, 20)
        assert.deepStrictEqual(yield* stockOf(mug), [20, 20])
        assert.deepStrictEqual(yield* stockOf(cup), [5, 5])
        yield* noDrift
        yield* transaction(inventory.release("holder 0", ""))
        assert.strictEqual((yield* inventory.hold("late", [{ variantId: mug, quantity: 1 }], until)).length, 1)
        const error = yield* Effect.flip(inventory.hold("later", [{ variantId: mug, quantity: 1 }], until))
        assert.strictEqual(error._tag, "InsufficientStock")
      }))

    test("what is held in a transaction that fails is free again, and takes nobody else's pieces with it", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const mug = yield* addStock(5)
        const until = yield* inFifteenMinutes
        const hold = (reference: string) => inventory.hold(reference, [{ variantId: mug, quantity: 1 }], until)
        const [failed, other] = yield* Effect.all([
          Effect.exit(transaction(Effect.andThen(hold("failed"), Effect.fail("changed their mind")))),
          Effect.exit(hold("other"))
        ], { concurrency: "unbounded" })
        assert.deepStrictEqual([Exit.isFailure(failed), Exit.isSuccess(other)], [true, true])
        assert.deepStrictEqual(yield* stockOf(mug), [5, 1])
        yield* noDrift
      }))

    test("attack 24, last item race: the last piece goes to exactly one of many buyers", () =>
      Effect.gen(function*() {
        const mug = yield* addStock(1)
        const buyers = Array.from({ length: 40 }, (_, index) => `buyer ${index}`)
        const requests = yield* wish([[mug, 1]])
        const inventory = yield* Inventory
        const until = yield* inFifteenMinutes
        const exits = yield* Effect.forEach(
          buyers,
          (buyer) => Effect.exit(transaction(inventory.reserve(buyer, requests, until))),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(exits.filter(Exit.isSuccess).length, 1)
        for (const exit of exits) {
          if (Exit.isFailure(exit)) {
            assert.match(String(exit.cause), /InsufficientStock/)
          }
        }
        assert.deepStrictEqual(yield* stockOf(mug), [1, 1])
        yield* noDrift
      }))

    test("buyers of the same two things in opposite order do not wait for each other", () =>
      Effect.gen(function*() {
        const [mug, cup] = [yield* addStock(10), yield* addStock(10)]
        const exits = yield* Effect.forEach(
          Array.from({ length: 30 }, (_, index) => index),
          (index) =>
            Effect.exit(order(`buyer ${index}`, index % 2 === 0 ? [[mug, 1], [cup, 1]] : [[cup, 1], [mug, 1]])),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(exits.filter(Exit.isSuccess).length, 10)
        assert.deepStrictEqual(yield* stockOf(mug), [10, 10])
        assert.deepStrictEqual(yield* stockOf(cup), [10, 10])
        yield* noDrift
      }))

    test("who has read that one location has it gets it from another, if it was taken meanwhile", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const mug = yield* addStock(2)
        const south = yield* inventory.createLocation({ code: "south", name: "South", priority: 1 })
        yield* inventory.adjust({ adjustments: [{ variantId: mug, locationId: south.id, delta: 2 }], reason: "" })
        const stale = yield* wish([[mug, 2]])
        yield* order("faster", [[mug, 1]])
        const [reservation] = yield* transaction(inventory.reserve("slower", stale, yield* inFifteenMinutes))
        assert.strictEqual(reservation?.locationId, south.id)
        const one = Array.from(stale, (line) => ({ ...line, quantity: 1 }))
        assert.strictEqual((yield* transaction(inventory.reserve("last", one, yield* inFifteenMinutes))).length, 1)
        const error = yield* Effect.flip(transaction(inventory.reserve("none", one, yield* inFifteenMinutes)))
        assert.strictEqual(error._tag, "InsufficientStock")
        yield* noDrift
      }))

    test("a transaction may go on after an order that was too large, and keeps the rest of what it did", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const [mug, cup] = [yield* addStock(5), yield* addStock(1)]
        const requests = yield* wish([[mug, 1], [cup, 2]])
        const until = yield* inFifteenMinutes
        yield* transaction(Effect.gen(function*() {
          const error = yield* Effect.flip(inventory.reserve("large", requests, until))
          assert.strictEqual(error._tag, "InsufficientStock")
          yield* inventory.reserve("small", requests.slice(0, 1), until)
        }))
        assert.deepStrictEqual(yield* stockOf(mug), [5, 1])
        assert.deepStrictEqual(yield* stockOf(cup), [1, 0])
        yield* noDrift
      }))

    test("a back-order goes as far below zero as its variant allows", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const mug = yield* addStock(1, { backorderLimit: 2 })
        yield* order("one", [[mug, 2]])
        assert.isTrue(Exit.isFailure(yield* Effect.exit(order("two", [[mug, 2]]))))
        yield* order("three", [[mug, 1]])
        assert.deepStrictEqual(yield* stockOf(mug), [1, 3])
        yield* transaction(inventory.commit("one"))
        assert.deepStrictEqual(yield* stockOf(mug), [-1, 1])
        yield* inventory.adjust({ adjustments: [{ variantId: mug, delta: 1 }], kind: "receive", reason: "delivery" })
        assert.deepStrictEqual(yield* stockOf(mug), [0, 1])
        yield* noDrift
      }))

    test("what is nowhere yet can be back-ordered, too", () =>
      Effect.gen(function*() {
        const { variantId } = yield* addProduct({ backorderLimit: 3 })
        const [reservation] = yield* order("early", [[variantId, 3]])
        assert.strictEqual(reservation?.locationId, (yield* (yield* Inventory).defaultLocation).id)
        assert.isTrue(Exit.isFailure(yield* Effect.exit(order("too many", [[variantId, 1]]))))
        yield* noDrift
      }))

    test("pieces that were released are reserved again if they are still there", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const mug = yield* addStock(3)
        yield* order("late", [[mug, 2]])
        const later = Timestamp.plus(yield* Timestamp.now, "1 hour")
        for (let time = 0; time < 3; time++) {
          yield* transaction(inventory.release("late", "expired"))
          const [again] = yield* transaction(inventory.reserveAgain("late", later))
          assert.strictEqual(again?.quantity, 2)
          assert.deepStrictEqual(yield* stockOf(mug), [3, 2])
        }
        const [held] = yield* transaction(inventory.reserveAgain("late", Timestamp.plus(later, "1 hour")))
        assert.strictEqual(held?.expiresAt, Timestamp.plus(later, "1 hour"))
        assert.deepStrictEqual(yield* stockOf(mug), [3, 2])
        yield* transaction(inventory.release("late", "expired"))
        yield* order("other", [[mug, 2]])
        const error = yield* Effect.flip(transaction(inventory.reserveAgain("late", later)))
        assert.strictEqual(error._tag, "InsufficientStock")
        yield* transaction(inventory.release("other", ""))
        assert.strictEqual((yield* transaction(inventory.reserveAgain("late", later))).length, 1)
        yield* noDrift
      }))

    test("an order can be settled after its variant was deleted", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const products = yield* ProductRepository
        const inStock = yield* addStock(5)
        const { id, variantId: gone } = yield* addProduct()
        yield* inventory.adjust({ adjustments: [{ variantId: gone, delta: 5 }], reason: "" })
        for (const reference of ["paid", "left", "again"]) yield* order(reference, [[inStock, 1], [gone, 1]])
        assert.isTrue(yield* transaction(products.delete(id)))
        assert.strictEqual((yield* transaction(inventory.commit("paid"))).length, 2)
        yield* transaction(inventory.release("left", ""))
        yield* transaction(inventory.restock("paid", ""))
        yield* transaction(inventory.release("again", ""))
        const error = yield* Effect.flip(transaction(inventory.reserveAgain("again", yield* inFifteenMinutes)))
        assert.deepStrictEqual(error._tag === "InsufficientStock" && error.lines, [
          { variantId: gone, requested: 1, available: 0 }
        ])
        assert.deepStrictEqual(yield* stockOf(inStock), [5, 0])
        yield* noDrift
      }))

    test("reservations that everybody has forgotten are freed an hour after they expired", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const jobs = yield* Jobs
        const mug = yield* addStock(5)
        yield* order("forgotten", [[mug, 2]])
        yield* order("extended", [[mug, 1]])
        yield* transaction(inventory.extend("extended", Timestamp.plus(yield* Timestamp.now, "7 days")))
        yield* TestClock.adjust("74 minutes")
        assert.strictEqual(yield* inventory.releaseForgotten, 0)
        yield* TestClock.adjust("2 minutes")
        yield* jobs.runCron("inventory.release-forgotten")
        assert.deepStrictEqual(yield* stockOf(mug), [5, 1])
        assert.deepStrictEqual(yield* transaction(inventory.commit("forgotten")), [])
        yield* noDrift
      }))
  })
}
