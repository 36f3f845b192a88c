import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { chargedGrams, pack, together } from "./Parcels.ts"

const weights = (pieces: ReadonlyArray<readonly [grams: number, quantity: number]>, maximum: number) =>
  pack(pieces.map(([grams, quantity]) => ({ grams, quantity })), maximum)?.flatMap(({ count, grams }) =>
    Array.from({ length: count }, () => grams)
  ).toSorted((a, b) => b - a)

describe("goods in parcels", () => {
  it("go into as many as they need, the heaviest first", () => {
    assert.deepStrictEqual(weights([[400, 5]], 1_000), [800, 800, 400])
    assert.deepStrictEqual(weights([[700, 1], [300, 2], [600, 1]], 1_000), [1_000, 900])
    assert.deepStrictEqual(weights([[1_000, 3]], 1_000), [1_000, 1_000, 1_000])
    assert.deepStrictEqual(weights([[600, 3], [250, 2], [100, 3]], 1_000), [950, 950, 700])
  })

  it("are one parcel where they weigh nothing, and none where there are none", () => {
    assert.deepStrictEqual(weights([[0, 7]], 1_000), [0])
    assert.deepStrictEqual(weights([[0, 7], [10, 1]], 1_000), [10])
    assert.deepStrictEqual(weights([], 1_000), [])
  })

  it("do not go where a single piece is too heavy", () => {
    assert.isUndefined(weights([[10, 1], [1_001, 1]], 1_000))
  })

  it("are counted, however many there are", () => {
    assert.deepStrictEqual(pack([{ grams: 3, quantity: 1_000_000 }], 10), [
      { grams: 9, cubicMm: 0, count: 333_333 },
      { grams: 3, cubicMm: 0, count: 1 }
    ])
  })

  it("take up as much together as they do one by one, those without a weight in the first parcel", () => {
    assert.deepStrictEqual(pack([{ grams: 600, cubicMm: 10, quantity: 3 }, { grams: 0, cubicMm: 7, quantity: 2 }], 1_000), [
      { grams: 600, cubicMm: 24, count: 1 },
      { grams: 600, cubicMm: 10, count: 2 }
    ])
    assert.deepStrictEqual(pack([{ grams: 0, cubicMm: 7, quantity: 2 }], 1_000), [{ grams: 0, cubicMm: 14, count: 1 }])
    const piece = fc.record({ grams: fc.nat(100), cubicMm: fc.nat(1_000), quantity: fc.integer({ min: 1, max: 30 }) })
    fc.assert(fc.property(fc.array(piece, { maxLength: 8 }), fc.integer({ min: 100, max: 250 }), (pieces, maximum) => {
      const whole = together(pieces)
      const parcels = pack(pieces, maximum) ?? []
      const sum = (of: "grams" | "cubicMm") => parcels.reduce((total, parcel) => total + parcel[of] * parcel.count, 0)
      assert.deepStrictEqual([sum("grams"), sum("cubicMm")], [whole.grams, whole.cubicMm])
      for (const parcel of parcels) assert.isAtLeast(chargedGrams(parcel, 5), parcel.grams)
    }), { numRuns: 300 })
  })

  it("are all packed, none beyond what a parcel may weigh, and in no more than 11/9 of the fewest parcels and one", () => {
    const piece = fc.record({ grams: fc.integer({ min: 1, max: 100 }), quantity: fc.integer({ min: 1, max: 30 }) })
    fc.assert(fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), fc.integer({ min: 100, max: 250 }), (pieces, maximum) => {
      const parcels = pack(pieces, maximum) ?? []
      const sum = pieces.reduce((total, { grams, quantity }) => total + grams * quantity, 0)
      assert.strictEqual(parcels.reduce((total, { count, grams }) => total + grams * count, 0), sum)
      for (const { grams } of parcels) assert.isTrue(grams > 0 && grams <= maximum)
      // one piece after the other, each into the first parcel with room
      const byPiece: Array<number> = []
      for (const { grams, quantity } of pieces.toSorted((a, b) => b.grams - a.grams)) {
        for (let piece = 0; piece < quantity; piece++) {
          const first = byPiece.findIndex((packed) => packed + grams <= maximum)
          if (first === -1) byPiece.push(grams)
          else byPiece[first] = (byPiece[first] as number) + grams
        }
      }
      assert.strictEqual(parcels.reduce((total, { count }) => total + count, 0), byPiece.length)
    }), { numRuns: 300 })
  })
})
