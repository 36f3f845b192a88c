import { assert, describe, it } from "@effect/vitest"
import type { Currency } from "../kernel/Currency.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as LedgerEntry from "./LedgerEntry.ts"

const at = Timestamp.fromMillis(0)

describe("the books", () => {
  it("refuse entries that do not sum to zero, in each currency", () => {
    const entry = (amount: number, currency: string): LedgerEntry.LedgerEntry => ({
      transaction: "capture:pay_1",
      account: "sales",
      amount: { amount, currency: currency as Currency },
      orderId: null,
      at
    })
    assert.throws(() => LedgerEntry.balanced([entry(1, "USD")]), LedgerEntry.UnbalancedEntries)
    assert.throws(() => LedgerEntry.balanced([entry(1, "USD"), entry(-1, "EUR")]), LedgerEntry.UnbalancedEntries)
    assert.lengthOf(LedgerEntry.balanced([entry(1, "USD"), entry(-1, "USD")]), 2)
  })
  it("leave out what does not move, and take any number of accounts", () => {
    const usd = (amount: number) => ({ amount, currency: "USD" as Currency })
    const about = { transaction: "payout:po_1", orderId: null, at }
    assert.deepStrictEqual(
      LedgerEntry.transaction(about, [["bank", usd(95)], ["fees", usd(5)], ["sales", usd(0)], ["gateway:stripe", usd(-100)]])
        .map(({ account, amount }) => [account, amount.amount]),
      [["bank", 95], ["fees", 5], ["gateway:stripe", -100]]
    )
    assert.throws(() => LedgerEntry.transaction(about, [["bank", usd(95)], ["gateway:stripe", usd(-100)]]), LedgerEntry.UnbalancedEntries)
  })
})
