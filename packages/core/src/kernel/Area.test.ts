import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { Area, bestFit, fit } from "./Area.ts"

const isArea = Schema.is(Area)

describe("an area", () => {
  it("is a country, a subdivision of it, or some of its postal codes, the closer the better", () => {
    const portland = { country: "US", region: "OR", postalCode: "97201-1234" }
    const areas: ReadonlyArray<readonly [Area, number]> = [
      [{ country: "US" }, 1],
      [{ country: "US", region: null, postalCodes: [] }, 1],
      [{ country: "CA" }, 0],
      [{ country: "US", region: "or" }, 2],
      [{ country: "US", region: "US-OR" }, 2],
      [{ country: "US", region: "WA" }, 0],
      [{ country: "US", postalCodes: ["97201"] }, 3],
      [{ country: "US", postalCodes: ["10001", "972*"] }, 3],
      [{ country: "US", postalCodes: ["97000..97999"] }, 3],
      [{ country: "US", postalCodes: ["97202..97999"] }, 0],
      [{ country: "US", region: "OR", postalCodes: ["97*"] }, 4],
      [{ country: "US", region: "OR", postalCodes: ["98*"] }, 0]
    ]
    assert.deepStrictEqual(areas.map(([area]) => fit(area, portland)), areas.map(([, expected]) => expected))
    assert.strictEqual(bestFit(areas.map(([area]) => area), portland), 4)
    assert.strictEqual(bestFit([], portland), 0)
  })

  it("that names what is not known of a place does not hold it", () => {
    assert.strictEqual(fit({ country: "US", region: "OR" }, { country: "US" }), 0)
    assert.strictEqual(fit({ country: "US", postalCodes: ["9*"] }, { country: "US", region: "OR", postalCode: null }), 0)
    assert.strictEqual(fit({ country: "US" }, { country: "US" }), 1)
  })

  it("reads postal codes however they are written", () => {
    const inArea = (postalCodes: ReadonlyArray<string>, country: string, postalCode: string) =>
      fit({ country, postalCodes }, { country, postalCode }) > 0
    assert.isTrue(inArea(["SW1A 1AA"], "GB", "sw1a1aa"))
    assert.isTrue(inArea(["BT*"], "GB", "BT1 5GS"))
    assert.isFalse(inArea(["BT*"], "GB", "B1 1BB"))
    assert.isTrue(inArea(["100-0001..100-9999"], "JP", "1005678"))
    assert.isTrue(inArea(["V5K..V6Z"], "CA", "V6B 4Y8"))
    assert.isFalse(inArea(["1011"], "DE", "10115"))
    assert.isFalse(inArea(["90001..90899"], "US", "9000"))
  })

  it("is refused when a range ends before it begins or has ends of two lengths", () => {
    for (const pattern of ["", "*", "1..", "..1", "200..100", "1..100", "1...2", "1*2", "1..2*", "a\0", "x".repeat(40)]) {
      assert.isFalse(isArea({ country: "DE", postalCodes: [pattern] }), pattern)
    }
    assert.isTrue(isArea({ country: "DE", postalCodes: ["01067..01999", "10*", "80331"] }))
    assert.isFalse(isArea({ country: "Germany" }))
  })
})
