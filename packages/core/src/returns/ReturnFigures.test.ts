import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { Order } from "../orders/Order.ts"
import { paidFor } from "../orders/PaidFor.ts"
import type { Return } from "./Return.ts"
import * as ReturnFigures from "./ReturnFigures.ts"

const line = (total: number, quantity: number, cancelled = 0) =>
  ({ id: "oli_1", quantity, cancelled, total: { amount: total, currency: "USD" } })

/** A return of a line of which so many pieces are fit to be sold, and so many are not. */
const back = (status: Return["status"], quantity: number, restocked: number, scrapped: number) =>
  ({ status, lines: [{ lineId: "oli_1", quantity, restocked, scrapped }] }) as unknown as Return

describe("figures of returns", () => {
  it("give a line back to the last cent, in whatever parts it comes, and never more than it cost", () => {
    fc.assert(fc.property(
      fc.integer({ min: 0, max: 1_000_000_000 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 })), { minLength: 1, maxLength: 12 }),
      (total, parts) => {
        const quantity = parts.reduce((sum, [restocked, scrapped]) => sum + restocked + scrapped, 0)
        if (quantity === 0) return
        const order = { lines: [line(total, quantity)] } as unknown as Order
        const earlier: Array<Return> = []
        let sum = 0
        for (const [restocked, scrapped] of parts) {
          const one = back("refunded", restocked + scrapped, restocked, scrapped)
          const paid = ReturnFigures.paidFor(order, one.lines, earlier)
          assert.isAtLeast(paid, 0)
          sum += paid
          assert.isAtMost(sum, total)
          earlier.push(one)
        }
        assert.strictEqual(sum, total)
        assert.strictEqual(ReturnFigures.left(order.lines[0] as never, earlier), 0)
      }
    ), { numRuns: 1_000 })
  })

  it("give back the rest of a line of which pieces were cancelled, and all of it together", () => {
    const whole = { lines: [line(1_000, 3)] } as unknown as Order
    const cancelled = paidFor(whole, [{ lineId: "oli_1" as never, quantity: 1 }])
    const rest = { lines: [line(1_000, 3, 1)] } as unknown as Order
    const first = back("refunded", 1, 1, 0)
    const second = back("refunded", 1, 0, 1)
    const returned = ReturnFigures.paidFor(rest, first.lines, []) + ReturnFigures.paidFor(rest, second.lines, [first])
    assert.deepStrictEqual([cancelled, returned], [333, 667])
    assert.strictEqual(ReturnFigures.left(rest.lines[0] as never, [first]), 1)
  })

  it("give a line back to the last cent where pieces came back before others were cancelled", () => {
    const whole = { lines: [line(1_000, 3)] } as unknown as Order
    const first = back("refunded", 1, 1, 0)
    const returned = ReturnFigures.paidFor(whole, first.lines, [])
    const cancelled = paidFor(
      whole,
      [{ lineId: "oli_1" as never, quantity: 1 }],
      (lineId) => ReturnFigures.returned(lineId, [first])
    )
    const rest = { lines: [line(1_000, 3, 1)] } as unknown as Order
    const last = ReturnFigures.paidFor(rest, back("refunded", 1, 1, 0).lines, [first])
    assert.deepStrictEqual([returned, cancelled, last], [333, 333, 334])
    // of what is still to be sent, nothing can come back
    assert.strictEqual(ReturnFigures.left(rest.lines[0] as never, [first], 1), 0)
  })

  it("count what is announced until it has come, what came from then on, and nothing of what was called off", () => {
    const bought = line(1_000, 10) as never
    assert.strictEqual(ReturnFigures.left(bought, [back("requested", 3, 0, 0), back("approved", 2, 0, 0)]), 5)
    assert.strictEqual(ReturnFigures.left(bought, [back("received", 3, 1, 1), back("closed", 1, 0, 1)]), 7)
    assert.strictEqual(ReturnFigures.left(bought, [back("rejected", 3, 0, 0), back("cancelled", 4, 0, 0)]), 10)
    assert.strictEqual(ReturnFigures.left(bought, []), 10)
  })
})
