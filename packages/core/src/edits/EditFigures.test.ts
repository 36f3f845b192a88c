import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Money from "../kernel/Money.ts"
import type { StoredOrder } from "../orders/OrderRepository.ts"
import type { PricedShipping } from "../pricing/Pricing.ts"
import { kinds, linesOf, money, ordered, priced } from "../testing/TaxedOrder.ts"
import * as EditFigures from "./EditFigures.ts"

const piece = fc.record({
  quantity: fc.integer({ min: 1, max: 5 }),
  unitPrice: fc.oneof(fc.nat(20), fc.nat(100_000)),
  kind: fc.constantFrom(...kinds)
})

const edit = fc.record({
  /** What share of its pieces that are left each line loses, in thirds. */
  lost: fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }),
  added: fc.array(piece, { maxLength: 2 }),
  shipping: fc.option(fc.nat(2_000), { nil: undefined }),
  /** Whether what is open is paid before it. */
  pays: fc.boolean()
})

/** What the lines and the shipping of an order are worth that are left in it. */
const worth = (order: StoredOrder): number =>
  order.lines.reduce(
    (sum, { cancelled, quantity, total }) => sum + total.amount - Math.floor(total.amount * cancelled / quantity),
    (order.shipping?.total.amount ?? 0) - (order.shipping?.givenBack?.amount ?? 0)
  )

describe("the figures of an order that is edited again and again", () => {
  it("add up, and say what is paid, open and given back, to the last cent", () => {
    fc.assert(fc.property(
      fc.array(piece, { minLength: 1, maxLength: 3 }),
      fc.nat(2_000),
      fc.oneof(fc.constant(0), fc.nat(50_000)),
      fc.boolean(),
      fc.boolean(),
      fc.array(edit, { minLength: 1, maxLength: 5 }),
      (pieces, shipping, off, pricesIncludeTax, isPaid, edits) => {
        let order = ordered(priced(pieces, shipping, off, pricesIncludeTax), isPaid)
        fc.pre(order.total.amount > 0)
        for (const { added, lost, pays, shipping: way } of edits) {
          if (pays) order = Object.assign({}, order, { paid: Money.add(order.paid, order.open), open: money(0) })
          const removed = order.lines.flatMap(({ cancelled, id, quantity }, index) => {
            const pieces = Math.floor((quantity - cancelled) * (lost[index] ?? 0) / 3)
            return pieces === 0 ? [] : [{ lineId: id, quantity: pieces, returned: 0 }]
          })
          const before = order
          const outcome = EditFigures.apply(before, {
            removed,
            added: added.length === 0 ? [] : linesOf(priced(added, 0, 0, pricesIncludeTax)),
            shipping: way === undefined ? undefined : priced([], way, 0, pricesIncludeTax).shipping as PricedShipping,
            shippingAddress: null,
            billingAddress: null
          })
          order = Object.assign({}, outcome.order, { refunded: Money.add(outcome.order.refunded, money(outcome.refund)) })
          const { credited, creditedTaxes, charged, chargedTaxes, refund } = outcome
          const shown = order.subtotal.amount - order.discount.amount + order.shippingTotal.amount
          assert.strictEqual(pricesIncludeTax ? shown : shown + order.tax.amount, order.total.amount)
          const sum = (taxes: typeof order.taxes) => taxes.reduce((all, { amount }) => all + amount.amount, 0)
          assert.strictEqual(sum(order.taxes), order.tax.amount)
          const of = (outcome: { readonly creditedOf: typeof outcome.refundOf; readonly refundOf: ReadonlyArray<{ readonly amount: Money.Money }> }, key: "creditedOf" | "refundOf") =>
            outcome[key].reduce((all, { amount }) => all + amount.amount, 0)
          assert.strictEqual(of(outcome, "refundOf"), refund)
          assert.isAtMost(of(outcome, "creditedOf"), credited)
          assert.strictEqual(order.tax.amount - before.tax.amount, sum(chargedTaxes) - sum(creditedTaxes))
          assert.strictEqual(order.total.amount - before.total.amount, charged - credited)
          assert.strictEqual(charged - credited - refund, worth(order) - worth(before))
          assert.strictEqual(order.total.amount - order.refunded.amount, worth(order))
          if (order.shipping !== null) {
            const { net, tax, total, trace } = order.shipping
            assert.strictEqual(net.amount + tax.amount, total.amount)
            assert.strictEqual(trace.reduce((all, { amount }) => all + amount.amount, 0), total.amount)
          }
          assert.isAtMost(order.refunded.amount, order.paid.amount)
          if (isPaid) assert.strictEqual(order.paid.amount + order.open.amount, order.total.amount)
          else assert.deepStrictEqual([refund, order.open.amount], [0, 0])
          for (const line of before.lines) {
            const { cancelled: _, ...frozen } = line
            assert.deepInclude(order.lines.find(({ id }) => id === line.id), frozen)
          }
        }
      }
    ), { numRuns: 500 })
  })
})
