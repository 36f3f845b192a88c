/**
 * How people change and watch stock levels, on every storage.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { AuditRepository } from "../audit/AuditRepository.ts"
import type { VariantId } from "../catalog/Product.ts"
import { Inventory } from "../inventory/Inventory.ts"
import * as Actor from "../kernel/Actor.ts"
import * as StockedShop from "./StockedShop.ts"
import { addProduct, addStock, eventsOf, movementsOf, noDrift, order, stockOf, transaction } from "./StockedShop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Every page of a list, one after the other. */
const everyPage = Effect.fnUntraced(function*<A, E, R>(
  page: (after: { readonly after?: string }) => Effect.Effect<
    { readonly items: ReadonlyArray<A>; readonly nextCursor: string | null },
    E,
    R
  >
) {
  const items: Array<A> = []
  let cursor: string | null = null
  do {
    const next: { readonly items: ReadonlyArray<A>; readonly nextCursor: string | null } = yield* page(
      cursor === null ? {} : { after: cursor }
    )
    items.push(...next.items)
    cursor = next.nextCursor
  } while (cursor !== null)
  return items
})

export const stockLevelSuite = (harness: StorageHarness): void => {
  const test = StockedShop.tester(harness)

  describe(`stock levels, on ${harness.name}`, () => {
    test("many levels are changed all together or not at all", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const { variantIds } = yield* addProduct({ variants: 50 })
        const add = (delta: number) => variantIds.map((variantId) => ({ variantId, delta }))
        const levels = yield* inventory.adjust({ adjustments: add(5), kind: "receive", reason: "delivery 17" })
        assert.deepStrictEqual(
          levels.map(({ onHand, variantId }) => [variantId, onHand]),
          variantIds.map((id) => [id, 5])
        )
        const last = variantIds[49] as VariantId
        const error = yield* Effect.flip(inventory.adjust({
          adjustments: [...add(1).slice(0, 49), { variantId: last, delta: -6 }],
          reason: "broken"
        }))
        assert.deepStrictEqual(error._tag === "InsufficientStock" && error.lines, [
          { variantId: last, requested: 6, available: 5 }
        ])
        assert.deepStrictEqual(yield* stockOf(variantIds[0] as VariantId), [5, 0])
        yield* noDrift
      }))

    test("a count says what is there, whatever was thought before", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const mug = yield* addStock(10)
        yield* order("open", [[mug, 4]])
        yield* inventory.adjust({ adjustments: [{ variantId: mug, onHand: 7 }], kind: "count", reason: "inventory" })
        yield* inventory.adjust({ adjustments: [{ variantId: mug, onHand: 7 }], kind: "count", reason: "again" })
        assert.deepStrictEqual((yield* movementsOf(mug)).at(-1), ["count", -3, 0])
        const error = yield* Effect.flip(inventory.adjust({ adjustments: [{ variantId: mug, onHand: 3 }], reason: "" }))
        assert.strictEqual(error._tag, "InsufficientStock")
        assert.deepStrictEqual(yield* stockOf(mug), [7, 4])
      }))

    test("stale versions, unknown variants, unknown or closed locations and two counts of one level are refused", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const mug = yield* addStock(10)
        const other = yield* addStock(10)
        const [level] = yield* inventory.adjust({ adjustments: [{ variantId: mug, delta: 1 }], reason: "" })
        assert.strictEqual(level?.version, 2)
        const closed = yield* inventory.createLocation({ code: "old", name: "Old shop" })
        yield* inventory.updateLocation(closed.id, { active: false })
        const refused: ReadonlyArray<readonly [string, Parameters<typeof inventory.adjust>[0]["adjustments"]]> = [
          ["VersionConflict", [{ variantId: other, delta: 1 }, { variantId: mug, delta: 1, version: 1 }]],
          ["VariantNotFound", [
            { variantId: other, delta: 1 },
            { variantId: "var_01h455vb4pex5vsknk084sn02q", delta: 1 }
          ]],
          ["LocationNotFound", [{ variantId: other, delta: 1, locationId: "loc_01h455vb4pex5vsknk084sn02q" }]],
          ["LocationNotFound", [{ variantId: other, delta: 1, locationId: closed.id }]],
          ["InvalidInput", [{ variantId: other, onHand: 1 }, { variantId: other, delta: 1 }]],
          ["InvalidInput", [{ variantId: other, onHand: 1, delta: 1 }]],
          ["InvalidInput", [{ variantId: other }]],
          ["InvalidInput", [{ variantId: other, delta: 0.5 }]],
          ["InvalidInput", [{ variantId: other, onHand: -1 }]],
          ["InvalidInput", []]
        ]
        for (const [tag, adjustments] of refused) {
          const error = yield* Effect.flip(inventory.adjust({ adjustments, reason: "" }))
          assert.strictEqual(error._tag, tag)
        }
        assert.deepStrictEqual(yield* stockOf(other), [10, 0])
        yield* inventory.adjust({ adjustments: [{ variantId: mug, delta: 1, version: 2 }], reason: "" })
      }))

    test("pieces move between locations, all or none", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const [mug, cup] = [yield* addStock(5), yield* addStock(1)]
        const main = yield* inventory.defaultLocation
        const south = yield* inventory.createLocation({ code: "south", name: "South", priority: 1 })
        const move = (mugs: number, cups: number) =>
          inventory.transfer({
            from: main.id,
            to: south.id,
            lines: [{ variantId: mug, quantity: mugs }, { variantId: cup, quantity: cups }],
            reason: "spring"
          })
        assert.strictEqual((yield* Effect.flip(move(1, 2)))._tag, "InsufficientStock")
        yield* move(2, 1)
        assert.deepStrictEqual(
          (yield* inventory.levels(mug)).map(({ locationId, onHand }) => [locationId, onHand]),
          [[main.id, 3], [south.id, 2]]
        )
        const { items } = yield* inventory.ledger({ variantId: mug, limit: 2 })
        assert.strictEqual(items[0]?.reference, items[1]?.reference)
        assert.match(items[0]?.reference ?? "", /^trf_/)
        const itself = yield* Effect.flip(inventory.transfer({
          from: main.id,
          to: main.id,
          lines: [{ variantId: mug, quantity: 1 }],
          reason: ""
        }))
        assert.strictEqual(itself._tag, "InvalidInput")
        // a shop that was closed can still be emptied
        yield* inventory.updateLocation(south.id, { active: false })
        yield* inventory.transfer({ from: south.id, to: main.id, lines: [{ variantId: mug, quantity: 2 }], reason: "" })
        yield* noDrift
      }))

    test("a level is watched by a threshold of its own, and its version guards that", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const mug = yield* addStock(10)
        const level = yield* inventory.updateLevel(mug, { lowStockThreshold: 8, incoming: 20, version: 1 })
        assert.deepStrictEqual([level.lowStockThreshold, level.incoming, level.version, level.onHand], [8, 20, 2, 10])
        const stale = yield* Effect.flip(inventory.updateLevel(mug, { incoming: 0, version: 1 }))
        assert.strictEqual(stale._tag, "VersionConflict")
        const kept = yield* inventory.updateLevel(mug, { incoming: 0 })
        assert.deepStrictEqual([kept.lowStockThreshold, kept.incoming, kept.version], [8, 0, 3])
        const { variantId } = yield* addProduct()
        const fresh = yield* inventory.updateLevel(variantId, { incoming: 5 })
        assert.deepStrictEqual([fresh.onHand, fresh.incoming, fresh.version], [0, 5, 1])
        const unknown = yield* Effect.flip(inventory.updateLevel("var_unknown", { incoming: 5 }))
        assert.strictEqual(unknown._tag, "VariantNotFound")
        yield* order("some", [[mug, 1]])
        assert.strictEqual((yield* inventory.levels(mug))[0]?.version, 4)
        yield* noDrift
      }))

    test("the sums of all levels tell what there is, and how much of it is low, and one place by itself", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        yield* inventory.defaultLocation
        const outlet = yield* inventory.createLocation({ code: "outlet", name: "Outlet", priority: 5 })
        assert.deepStrictEqual(yield* inventory.stats(), {
          variants: 0,
          levels: 0,
          onHand: 0,
          reserved: 0,
          available: 0,
          incoming: 0,
          lowLevels: 0,
          emptyLevels: 0
        })
        const [plenty, few, none] = [yield* addStock(10), yield* addStock(2), yield* addStock(1)]
        const { variantId: uncounted } = yield* addProduct({ trackStock: false })
        yield* inventory.adjust({
          adjustments: [{ variantId: plenty, locationId: outlet.id, onHand: 7 }, { variantId: uncounted, onHand: 99 }],
          reason: ""
        })
        yield* inventory.updateLevel(few, { incoming: 20 })
        yield* order("open", [[none, 1], [plenty, 3]])
        assert.deepStrictEqual(yield* inventory.stats(), {
          variants: 3,
          levels: 4,
          onHand: 20,
          reserved: 4,
          available: 16,
          incoming: 20,
          lowLevels: 2,
          emptyLevels: 1
        })
        const there = yield* inventory.stats({ locationId: outlet.id })
        assert.deepInclude(there, { variants: 1, levels: 1, onHand: 7, reserved: 0, lowLevels: 0 })
        const buyer = Actor.as(Actor.guest())
        assert.strictEqual((yield* Effect.flip(buyer(inventory.stats())))._tag, "Unauthenticated")
      }))

    test("the list shows what is low, page by page", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const { variantIds } = yield* addProduct({ title: "Mug", variants: 7 })
        yield* inventory.adjust({
          adjustments: variantIds.map((variantId, index) => ({ variantId, onHand: index })),
          reason: ""
        })
        yield* inventory.updateLevel(variantIds[6] as VariantId, { lowStockThreshold: 6 })
        yield* inventory.updateLevel(variantIds[0] as VariantId, { lowStockThreshold: null })
        const all = yield* everyPage((after) => inventory.list({ limit: 3, ...after }))
        assert.deepStrictEqual(all.map(({ variantId }) => variantId), [...variantIds].toSorted())
        const low = yield* everyPage((after) => inventory.list({ limit: 1, low: true, ...after }))
        assert.deepStrictEqual(low.map(({ available }) => available).toSorted(), [0, 1, 2, 6])
        assert.isTrue(low.every((row) => row.low))
        const [one] = (yield* inventory.list({ variantId: variantIds[4] as VariantId })).items
        assert.deepStrictEqual(
          [one?.title, one?.locationCode, one?.available, one?.low],
          ["Mug (4)", "main", 4, false]
        )
        const elsewhere = yield* inventory.createLocation({ code: "south", name: "South" })
        assert.deepStrictEqual((yield* inventory.list({ locationId: elsewhere.id })).items, [])
        assert.strictEqual((yield* Effect.flip(inventory.list({ after: "nonsense" })))._tag, "InvalidInput")
        yield* inventory.adjust({ adjustments: [{ variantId: variantIds[5] as VariantId, delta: 1 }], reason: "" })
        const movements = yield* everyPage((after) =>
          inventory.ledger({ variantId: variantIds[5] as VariantId, limit: 1, ...after }))
        assert.deepStrictEqual(movements.map(({ onHandDelta }) => onHandDelta), [1, 5])
      }))

    test("the ledger names who did it and why, the newest first", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const mug = yield* addStock(10)
        const clerk = Actor.staff("key_1", ["inventory:write"])
        yield* TestClock.adjust("1 minute")
        yield* Actor.as(clerk)(inventory.adjust({ adjustments: [{ variantId: mug, delta: -1 }], reason: "broken" }))
        yield* Actor.as(Actor.customer("cus_1"))(order("ord_1", [[mug, 2]]))
        const first = yield* inventory.ledger({ variantId: mug, limit: 1 })
        assert.deepStrictEqual(
          first.items.map(({ actor, kind, reference }) => [actor, kind, reference]),
          [["customer:cus_1", "reserve", "ord_1"]]
        )
        const [second] = (yield* inventory.ledger({ variantId: mug, limit: 1, after: first.nextCursor ?? "" })).items
        assert.deepStrictEqual([second?.actor, second?.reason], ["staff:key_1", "broken"])
        const { items } = yield* (yield* AuditRepository).list({ subject: mug })
        assert.deepStrictEqual(items.map(({ action, actor }) => [action, actor]), [
          ["inventory.adjust", "staff:key_1"],
          ["inventory.adjust", "system:system"]
        ])
      }))

    test("a level that falls to its threshold tells so once, and one that comes back does", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const mug = yield* addStock(4)
        assert.deepStrictEqual(yield* eventsOf(mug), ["stock.adjusted", "stock.back"])
        yield* order("a", [[mug, 1]])
        yield* order("b", [[mug, 1]])
        yield* order("c", [[mug, 1]])
        yield* order("d", [[mug, 1]])
        assert.deepStrictEqual((yield* eventsOf(mug)).slice(2), ["stock.low"])
        yield* transaction(inventory.commit("a"))
        yield* transaction(inventory.release("b", ""))
        assert.deepStrictEqual((yield* eventsOf(mug)).slice(3), ["stock.back"])
        yield* Effect.flip(transaction(Effect.andThen(inventory.release("c", ""), Effect.fail("no"))))
        assert.strictEqual((yield* eventsOf(mug)).length, 4)
      }))

    test("only who may change stock changes it, and only who may see it sees it", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const mug = yield* addStock(1)
        const main = yield* inventory.defaultLocation
        const reads: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [
          inventory.list(),
          inventory.levels(mug),
          inventory.ledger({ variantId: mug }),
          inventory.reconcile,
          inventory.listLocations
        ]
        const writes: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [
          inventory.adjust({ adjustments: [{ variantId: mug, delta: 1 }], reason: "" }),
          inventory.transfer({ from: main.id, to: main.id, lines: [{ variantId: mug, quantity: 1 }], reason: "" }),
          inventory.updateLevel(mug, {}),
          inventory.createLocation({ code: "x", name: "X" }),
          inventory.updateLocation(main.id, {}),
          inventory.deleteLocation(main.id)
        ]
        const reader = Actor.as(Actor.staff("key_1", ["inventory:read"]))
        for (const read of reads) {
          assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(read)))._tag, "Unauthenticated")
          assert.strictEqual((yield* Effect.flip(Actor.as(Actor.customer("cus_1"))(read)))._tag, "Forbidden")
          yield* reader(read)
        }
        for (const write of writes) assert.strictEqual((yield* Effect.flip(reader(write)))._tag, "Forbidden")
      }))
  })
}
