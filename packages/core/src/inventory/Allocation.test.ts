import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { VariantId } from "../catalog/Product.ts"
import * as Allocation from "./Allocation.ts"
import type { LocationId } from "./Stock.ts"

const shirt = "var_shirt" as VariantId

const level = (locationId: string, onHand: number, reserved = 0): Allocation.Level => ({
  locationId: locationId as LocationId,
  onHand,
  reserved
})

const request = (
  quantity: number,
  levels: ReadonlyArray<Allocation.Level>,
  more: Partial<Allocation.ReservationRequest> = {}
): Allocation.ReservationRequest => ({
  variantId: shirt,
  quantity,
  trackStock: true,
  backorderLimit: 0,
  levels,
  ...more
})

/** `{ north: 2 }` for two pieces taken from the north. */
const taken = (...requests: ReadonlyArray<Allocation.ReservationRequest>) => {
  const { allocations, shortages } = Allocation.allocate(requests)
  assert.deepStrictEqual(shortages, [])
  return Object.fromEntries(allocations.map(({ locationId, quantity }) => [locationId, quantity]))
}

describe("allocation", () => {
  it("takes everything from the first location that has it", () => {
    assert.deepStrictEqual(taken(request(3, [level("north", 5), level("south", 9)])), { north: 3 })
  })

  it("passes a location that has only a part, so that the order is one parcel", () => {
    assert.deepStrictEqual(taken(request(3, [level("north", 2), level("south", 9)])), { south: 3 })
  })

  it("does not take what is promised to others", () => {
    assert.deepStrictEqual(taken(request(3, [level("north", 5, 4), level("south", 3)])), { south: 3 })
  })

  it("splits by priority where no location has everything", () => {
    const levels = [level("north", 2), level("south", 4), level("west", 4)]
    assert.deepStrictEqual(taken(request(7, levels)), { north: 2, south: 4, west: 1 })
  })

  it("back-orders what is missing everywhere at the first location", () => {
    const levels = [level("north", 1), level("south", 2)]
    assert.deepStrictEqual(taken(request(5, levels, { backorderLimit: 2 })), { north: 3, south: 2 })
  })

  it("counts what was back-ordered before against the limit", () => {
    const owed = request(4, [level("north", 0, 3), level("south", 1)], { backorderLimit: 5 })
    assert.deepStrictEqual(Allocation.allocate([owed]).shortages, [
      { variantId: shirt, requested: 4, available: 3 }
    ])
    assert.deepStrictEqual(taken({ ...owed, quantity: 3 }), { north: 2, south: 1 })
  })

  it("adds up the lines of one variant", () => {
    const levels = [level("north", 5)]
    assert.deepStrictEqual(taken(request(2, levels), request(3, levels)), { north: 5 })
    assert.deepStrictEqual(Allocation.allocate([request(3, levels), request(3, levels)]).shortages, [
      { variantId: shirt, requested: 6, available: 5 }
    ])
  })

  it("leaves alone what is not counted", () => {
    assert.deepStrictEqual(taken(request(1_000, [], { trackStock: false })), {})
  })

  it("names each variant that is short", () => {
    const cap = "var_cap" as VariantId
    const { allocations, shortages } = Allocation.allocate([
      request(2, [level("north", 1)]),
      request(1, [], { variantId: cap }),
      request(1, [level("north", 9)], { variantId: "var_sock" as VariantId })
    ])
    assert.deepStrictEqual(shortages, [
      { variantId: shirt, requested: 2, available: 1 },
      { variantId: cap, requested: 1, available: 0 }
    ])
    assert.strictEqual(allocations.length, 1)
  })

  it("takes exactly what is wanted if and only if it can be had, and never more than a level may give", () => {
    const levels = fc.array(fc.record({ onHand: fc.integer({ min: -5, max: 10 }), reserved: fc.nat(10) }), {
      minLength: 1,
      maxLength: 4
    })
    fc.assert(fc.property(levels, fc.integer({ min: 1, max: 30 }), fc.nat(8), (counts, quantity, backorderLimit) => {
      const all = counts.map(({ onHand, reserved }, index) => level(`l${index}`, onHand, reserved))
      const { allocations, shortages } = Allocation.allocate([request(quantity, all, { backorderLimit })])
      const pieces = allocations.reduce((sum, allocation) => sum + allocation.quantity, 0)
      const can = Allocation.obtainable(all, backorderLimit)
      assert.strictEqual(pieces, can >= quantity ? quantity : 0)
      assert.strictEqual(shortages.length, can >= quantity ? 0 : 1)
      for (const [index, { locationId, onHand, reserved }] of all.entries()) {
        const mine = allocations.filter((allocation) => allocation.locationId === locationId)
        assert.isAtMost(mine.length, 1)
        const left = onHand - reserved - (mine[0]?.quantity ?? 0)
        assert.isTrue(mine.length === 0 || left >= (index === 0 ? -backorderLimit : 0))
        assert.isTrue(mine.every((allocation) => allocation.quantity > 0))
      }
    }))
  })
})
