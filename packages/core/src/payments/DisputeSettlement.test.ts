import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { Currency } from "../kernel/Currency.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { OrderId } from "../orders/Order.ts"
import type { Dispute, DisputeId } from "./Dispute.ts"
import * as DisputeSettlement from "./DisputeSettlement.ts"
import type { Payment, PaymentId } from "./Payment.ts"

const at = Timestamp.fromMillis(0)
const usd = (amount: number) => ({ amount, currency: "USD" as Currency })

const payment = { id: "pay_1", state: "captured" } as unknown as Payment

const dispute = (changes: Partial<Dispute>): Dispute => ({
  id: "dsp_1" as DisputeId,
  paymentId: "pay_1" as PaymentId,
  orderId: "ord_1" as OrderId,
  gateway: "sandbox",
  gatewayReference: "dp_1",
  state: "needs_response",
  amount: usd(100),
  fee: null,
  withdrawn: false,
  reason: "",
  respondBy: null,
  evidence: null,
  version: 1,
  createdAt: at,
  updatedAt: at,
  ...changes
})

const news = fc.record({
  state: fc.constantFrom("needs_response" as const, "under_review" as const, "won" as const, "lost" as const),
  withdrawn: fc.boolean(),
  fee: fc.constantFrom(null, usd(15)),
  respondBy: fc.constantFrom(null, at)
})

describe("a dispute", () => {
  it("leaves the money where its state says, whatever was heard of it in whatever order", () => {
    fc.assert(fc.property(news, fc.array(news, { maxLength: 8 }), (first, later) => {
      const opened = DisputeSettlement.open(dispute(first), payment)
      let now = opened.dispute ?? dispute(first)
      let { disputed } = opened
      const held = new Map<string, number>()
      const names = new Set<string>()
      const book = ({ entries }: DisputeSettlement.DisputeMove) => {
        for (const name of new Set(entries.map(({ transaction }) => transaction))) {
          assert.isFalse(names.has(name), `${name} is written once`)
          names.add(name)
        }
        for (const { account, amount } of entries) held.set(account, (held.get(account) ?? 0) + amount.amount)
      }
      book(opened)
      for (const one of later) {
        const move = DisputeSettlement.settle(now, one, payment, at)
        book(move)
        disputed += move.disputed
        now = move.dispute ?? now
        assert.isUndefined(DisputeSettlement.settle(now, { ...now }, payment, at).dispute, "the same again is nothing new")
      }
      const on = (account: string) => held.get(account) ?? 0
      assert.strictEqual(on("sales"), now.state === "lost" ? 100 : 0)
      assert.strictEqual(on("disputes"), now.withdrawn && now.state !== "lost" ? 100 : 0)
      assert.strictEqual(disputed, now.state === "won" ? 0 : 100)
      assert.strictEqual(on("gateway:sandbox"), -on("sales") - on("disputes") - on("fees"))
    }), { numRuns: 2_000 })
  })
})
