import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { LedgerEntry } from "../books/LedgerEntry.ts"
import type { Currency } from "../kernel/Currency.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { OrderId } from "../orders/Order.ts"
import * as Ledger from "./Ledger.ts"
import type { Payment, PaymentId, Refund, RefundId } from "./Payment.ts"

const at = Timestamp.fromMillis(0)
const usd = (amount: number) => ({ amount, currency: "USD" as Currency })

const payment = (state: Payment["state"], captured: number): Payment => ({
  id: "pay_1" as PaymentId,
  orderId: "ord_1" as OrderId,
  gateway: "sandbox",
  state,
  amount: usd(100),
  captured: usd(captured),
  refunded: usd(0),
  gatewayReference: "gw_1",
  nextAction: null,
  failure: null,
  version: 1,
  createdAt: at,
  updatedAt: at
})

const refund = (amount: number): Refund => ({
  id: "ref_1" as RefundId,
  paymentId: "pay_1" as PaymentId,
  orderId: "ord_1" as OrderId,
  state: "succeeded",
  amount: usd(amount),
  reason: "",
  gatewayReference: null,
  failure: null,
  attempts: 1,
  version: 1,
  createdAt: at,
  updatedAt: at
})

const sum = (entries: ReadonlyArray<LedgerEntry>) => entries.reduce((sum, entry) => sum + entry.amount.amount, 0)

describe("the books", () => {
  it("sum to zero for any capture and any refunds of it", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.array(fc.integer({ min: 1, max: 1_000 })), (captured, refunds) => {
      const entries = [
        ...Ledger.capture(payment("captured", captured), at),
        ...refunds.flatMap((amount) => Ledger.refund(payment("captured", captured), refund(amount), at))
      ]
      assert.strictEqual(sum(entries), 0)
      const collected = entries.filter(({ account }) => account === "gateway:sandbox")
      assert.strictEqual(sum(collected), captured - refunds.reduce((sum, amount) => sum + amount, 0))
    }))
  })

  it("keep money that came otherwise than asked out of the sales", () => {
    const accounts = Ledger.capture(payment("mismatched", 99), at).map(({ account }) => account)
    assert.deepStrictEqual(accounts, ["gateway:sandbox", "unallocated"])
    assert.deepStrictEqual(
      Ledger.refund(payment("mismatched", 99), refund(99), at).map(({ account }) => account),
      accounts
    )
  })
})
