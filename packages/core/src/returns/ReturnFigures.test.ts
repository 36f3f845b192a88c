import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { Currency } from "../kernel/Currency.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { Order } from "../orders/Order.ts"
import { paidFor } from "../orders/PaidFor.ts"
import { priceCart } from "../pricing/PriceCart.ts"
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

  it("give an order of several lines, with shipping, a discount and tax, exactly back, however its pieces are cancelled and returned", () => {
    const piece = fc.record({
      quantity: fc.integer({ min: 1, max: 6 }),
      unitPrice: fc.oneof(fc.nat(20), fc.nat(100_000)),
      taxClass: fc.constantFrom("standard", "reduced")
    })
    fc.assert(fc.property(
      fc.array(piece, { minLength: 1, maxLength: 4 }),
      fc.record({
        pricesIncludeTax: fc.boolean(),
        taxRounding: fc.constantFrom("unit", "line", "order"),
        rounding: fc.constantFrom("half_up", "half_even")
      }),
      fc.nat(2_000),
      fc.nat(50_000),
      // which line loses how many pieces next, and whether they are cancelled before they leave or come back afterwards
      fc.array(fc.record({ index: fc.nat(3), pieces: fc.integer({ min: 1, max: 3 }), isCancelled: fc.boolean() }), { maxLength: 30 }),
      (pieces, terms, sent, off, moves) => {
        const cart = priceCart({
          at: "2026-11-26T00:00:00.000Z" as Timestamp,
          currency: "EUR" as Currency,
          country: "DE",
          lines: pieces.map((each, index) => ({
            ...each,
            id: `line ${index}`,
            variantId: `variant ${index}`,
            productId: `product ${index}`,
            compareAtPrice: null,
            taxable: true,
            requiresShipping: true,
            weightGrams: 0,
            attributes: {}
          })),
          shipping: { id: "post", name: "Post", amount: sent, taxClass: "standard" },
          taxRates: [["standard", 190_000] as const, ["reduced", 70_000] as const].map(([taxClass, ratePpm]) => ({
            id: taxClass,
            name: taxClass,
            taxClass,
            country: null,
            ratePpm
          })),
          codes: [],
          attributes: {},
          ...terms
        }, [{ name: "off", apply: () => [{ amount: -off, label: "Off", target: { type: "lines", lineIds: "all" } }] }])
        let order = { lines: cart.lines.map((each) => ({ ...each, cancelled: 0 })) } as unknown as Order
        const returns: Array<Return> = []
        let given = cart.shipping?.total.amount ?? 0
        const rest = order.lines.map((_, index) => ({ index, pieces: 6, isCancelled: index % 2 === 0 }))
        for (const { index, isCancelled, pieces: wanted } of [...moves, ...rest]) {
          const each = order.lines[index]
          if (each === undefined) continue
          const { cancelled, id } = each
          const back = ReturnFigures.returned(id, returns)
          const quantity = Math.min(wanted, each.quantity - cancelled - back)
          if (quantity === 0) continue
          let part: number
          if (isCancelled) {
            part = paidFor(order, [{ lineId: id, quantity }], (lineId) => ReturnFigures.returned(lineId, returns))
            const lines = order.lines.map((one) => one.id === id ? Object.assign({}, one, { cancelled: cancelled + quantity }) : one)
            order = { lines } as unknown as Order
          } else {
            const came = [{ lineId: id, quantity, restocked: quantity, scrapped: 0 }]
            part = ReturnFigures.paidFor(order, came, returns)
            returns.push({ status: "refunded", lines: came } as unknown as Return)
          }
          assert.isAtLeast(part, 0)
          given += part
          assert.isAtMost(given, cart.total.amount)
        }
        assert.strictEqual(given, cart.total.amount)
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
