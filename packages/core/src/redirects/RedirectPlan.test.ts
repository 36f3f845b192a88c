import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as RedirectPlan from "./RedirectPlan.ts"

const path = fc.integer({ min: 0, max: 7 }).map((place) => `/${place}`)
const target = fc.oneof(path, path.map((to) => `${to}?a=1`), fc.constant("https://elsewhere.example.com/"))

describe("redirects that are added to others", () => {
  it("lead where following them one by one leads, and to no other redirect", () => {
    const batches = fc.array(fc.uniqueArray(fc.record({ from: path, to: target }), { selector: ({ from }) => from, maxLength: 4 }), {
      maxLength: 6
    })
    fc.assert(
      fc.property(batches, (batches) => {
        const kept = new Map<string, string>()
        for (const added of batches) {
          const known = Array.from(kept, ([from, to]) => ({ from, to }))
          const { leads, loops } = RedirectPlan.flattened(known, added)
          for (const { from } of added) if (loops.has(from)) assert.strictEqual(leads.has(from) && !kept.has(from), false)
          for (const [from, to] of leads) kept.set(from, to)
          for (const { from } of added) assert.isTrue(loops.has(from) || kept.has(from))
          for (const [from, to] of kept) {
            const at = RedirectPlan.pathOf(to)
            assert.notStrictEqual(at, from)
            assert.isFalse(at !== undefined && kept.has(at), `${from} leads to ${to}, which leads on`)
          }
        }
      }),
      { numRuns: 2_000 }
    )
  })
})
