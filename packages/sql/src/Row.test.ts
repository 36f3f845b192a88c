import { assert, describe, it } from "@effect/vitest"
import * as Row from "./Row.ts"

describe("a column that holds the same in row after row", () => {
  it("is read once for each text that it holds", () => {
    let reads = 0
    const settings = Row.sharedJson<{ readonly days: number }, { readonly days: number; readonly open: boolean }>((stored) => {
      reads++
      return { open: true, ...stored }
    })
    const first = settings(`{"days":30}`)
    assert.deepStrictEqual(first, { open: true, days: 30 })
    assert.strictEqual(settings(`{"days":30}`), first)
    assert.deepStrictEqual(settings(`{"days":60}`), { open: true, days: 60 })
    assert.strictEqual(settings(`{"days":30}`), first)
    assert.strictEqual(reads, 2)
  })

  it("is read anew where more stores than it remembers take turns", () => {
    const rates = Row.sharedJson<ReadonlyArray<number>>()
    for (let round = 0; round < 2; round++) {
      for (let store = 0; store < 100; store++) assert.deepStrictEqual(rates(`[${store}]`), [store])
    }
  })

  it("cannot be changed by who reads it", () => {
    const zones = Row.sharedJson<Array<{ readonly areas: Array<string> }>>()
    const [zone] = zones(`[{"areas":["GB"]}]`)
    assert.throws(() => zone?.areas.push("FR"), TypeError)
  })
})
