import { assert, describe, it } from "@effect/vitest"
import { Currency } from "../kernel/Currency.ts"
import * as Money from "../kernel/Money.ts"
import * as OrderMoney from "./OrderMoney.ts"

const usd = (amount: number) => Money.make(amount, Currency.make("USD"))

describe("where the money of an order is", () => {
  it.each([
    { total: 100, paid: 0, refunded: 0, status: "unpaid" },
    { total: 100, paid: 100, refunded: 0, status: "paid" },
    { total: 100, paid: 100, refunded: 40, status: "partially_refunded" },
    { total: 100, paid: 100, refunded: 100, status: "refunded" },
    // it came twice, by two payments, and the second went back
    { total: 100, paid: 200, refunded: 0, status: "paid" },
    { total: 100, paid: 200, refunded: 100, status: "paid" },
    { total: 100, paid: 200, refunded: 150, status: "partially_refunded" },
    { total: 100, paid: 200, refunded: 200, status: "refunded" },
    { total: 0, paid: 0, refunded: 0, status: "paid" }
  ])("$paid of $total came and $refunded went back: $status", ({ paid, refunded, status, total }) => {
    assert.strictEqual(
      OrderMoney.paymentStatus({ total: usd(total), paid: usd(paid), refunded: usd(refunded), open: usd(0) }),
      status
    )
  })

  it.each([
    { total: 100, paid: 100, open: 0, refunded: 40, back: 40 },
    { total: 100, paid: 200, open: 0, refunded: 100, back: 0 },
    { total: 100, paid: 200, open: 0, refunded: 140, back: 40 },
    // it came twice, and nothing of it has gone back yet
    { total: 100, paid: 200, open: 0, refunded: 0, back: 0 },
    // what an edit added was paid, and went back without it
    { total: 130, paid: 130, open: 30, refunded: 30, back: 0 },
    { total: 130, paid: 100, open: 30, refunded: 20, back: 20 },
    // a bank has given back what came twice, and then what the order costs
    { total: 100, paid: 200, open: 0, refunded: 0, lost: 100, back: 0 },
    { total: 100, paid: 200, open: 0, refunded: 100, lost: 100, back: 100 }
  ])("of $total, $paid came, $open are open, $refunded went back and $lost were lost: $back of them went back", ({ back, lost, open, paid, refunded, total }) => {
    assert.strictEqual(OrderMoney.givenBack({ total: usd(total), paid: usd(paid), refunded: usd(refunded), open: usd(open) }, lost), back)
  })

  it("is paid in part while what an edit added has not come, and only that is due, whatever went back before", () => {
    const figures = { total: usd(130), paid: usd(100), refunded: usd(20), open: usd(30) }
    assert.strictEqual(OrderMoney.paymentStatus(figures), "partially_paid")
    assert.strictEqual(OrderMoney.isPromised(figures), false)
    assert.deepStrictEqual(OrderMoney.due(figures), usd(30))
    assert.deepStrictEqual(OrderMoney.due({ ...figures, refunded: usd(0), open: usd(0) }), usd(30))
  })

  it("is authorized while it is promised, and paid once it is taken", () => {
    const figures = { total: usd(100), paid: usd(0), refunded: usd(0), open: usd(0) }
    assert.strictEqual(OrderMoney.paymentStatus(figures, true), "authorized")
    assert.strictEqual(OrderMoney.paymentStatus({ ...figures, paid: usd(100) }, true), "paid")
    // a gift card paid a part of it, of which some went back
    const inPart = { ...figures, paid: usd(60), refunded: usd(20) }
    assert.strictEqual(OrderMoney.paymentStatus(inPart, true), "authorized")
    assert.strictEqual(OrderMoney.paymentStatus({ ...inPart, paid: usd(100) }, true), "partially_refunded")
  })
})
