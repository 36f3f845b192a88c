import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { Currency } from "../kernel/Currency.ts"
import { equals, type Money, zero } from "../kernel/Money.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { OrderId } from "../orders/Order.ts"
import { machine, type PaymentId, PaymentState } from "./Payment.ts"
import type { StoredPayment } from "./PaymentRepository.ts"
import * as PaymentSettlement from "./PaymentSettlement.ts"

const usd = (amount: number): Money => ({ amount, currency: "USD" as Currency })
const asked = usd(10_000)
const at = Timestamp.fromMillis(1_000)

const payment = (state: PaymentState, changes: Partial<StoredPayment> = {}): StoredPayment => ({
  id: "pay_1" as PaymentId,
  orderId: "ord_1" as OrderId,
  gateway: "sandbox",
  state,
  amount: asked,
  captured: ["captured", "partially_refunded", "refunded"].includes(state) ? asked : zero(asked.currency),
  refunded: zero(asked.currency),
  gatewayReference: null,
  nextAction: null,
  failure: null,
  version: 3,
  createdAt: Timestamp.fromMillis(0),
  updatedAt: Timestamp.fromMillis(0),
  idempotencyKey: "pay_1:create",
  method: null,
  returnUrl: null,
  requested: null,
  hold: null,
  toCapture: null,
  ...changes
})

const answer = (status: PaymentSettlement.Answer["status"], amount = asked): PaymentSettlement.Answer => ({
  reference: "gw_1",
  status,
  amount,
  nextAction: status === "requires_action" ? { _tag: "redirect", url: "https://bank.example/1" } : null,
  failure: null
})

const statuses = ["processing", "requires_action", "authorized", "captured", "failed", "cancelled"] as const
const amounts = {
  right: asked,
  less: usd(1),
  more: usd(10_001),
  "in another currency": { amount: 10_000, currency: "NGN" as Currency }
} as const

const stateAfter = (before: StoredPayment, settlement: PaymentSettlement.Settlement): PaymentState =>
  settlement._tag === "Moved" ? settlement.payment.state : before.state

/** What each answer, with the right and with a wrong amount, makes of each state. A dot: it stays. */
const table = `
                    processing  requires_action  authorized        captured          failed  cancelled
pending             .           requires_action  authorized|mism   captured|mism     failed  cancelled
requires_action     .           .                authorized|mism   captured|mism     failed  cancelled
authorized          .           .                .|mism            captured|mism     failed  cancelled
captured            .           .                .|.               .|.               .       .
partially_refunded  .           .                .|.               .|.               .       .
refunded            .           .                .|.               .|.               .       .
failed              .           .                authorized|mism   captured|mism     .       .
cancelled           .           .                .|mism            captured|mism     .       .
mismatched          .           .                .|.               mism|mism         .       .
`

const [header = [], ...rows] = table.trim().split("\n").map((line) => line.trim().split(/\s+/))
const pairs = rows.flatMap(([state = "", ...cells]) =>
  cells.flatMap((cell, index) => {
    const [right = ".", wrong = right] = cell.split("|")
    return Object.entries(amounts).map(([kind, amount]) => {
      const target = kind === "right" ? right : wrong
      return {
        state: state as PaymentState,
        status: header[index] as PaymentSettlement.Answer["status"],
        kind,
        amount,
        target: (target === "." ? state : target === "mism" ? "mismatched" : target) as PaymentState
      }
    })
  })
)

/** How far a payment has come. */
const progress: Record<PaymentState, number> = {
  pending: 0,
  requires_action: 1,
  authorized: 2,
  failed: 2,
  cancelled: 2,
  captured: 3,
  mismatched: 3,
  partially_refunded: 4,
  refunded: 5
}

describe("what a gateway's answer makes of a payment", () => {
  it("is written down for every state and every answer", () => {
    assert.deepStrictEqual(rows.map(([state]) => state).toSorted(), [...PaymentState.literals].toSorted())
    assert.deepStrictEqual(header, [...statuses])
    assert.strictEqual(pairs.length, 9 * 6 * 4)
    assert.deepStrictEqual([...StateMachine.states(machine)].toSorted(), [...PaymentState.literals].toSorted())
  })

  it.each(pairs)("$state, asked: $status of an amount that is $kind = $target", ({ amount, state, status, target }) => {
    const before = payment(state)
    const settlement = PaymentSettlement.settle(before, answer(status, amount), at)
    assert.strictEqual(stateAfter(before, settlement), target)
    if (settlement._tag === "Unchanged") return
    assert.strictEqual(settlement.payment.version, before.version + 1)
    assert.strictEqual(settlement.payment.updatedAt, at)
    assert.strictEqual(settlement.payment.gatewayReference, "gw_1")
    if (settlement._tag === "Moved") {
      assert.strictEqual(StateMachine.next(machine, state, settlement.move), target, "a way that the machine knows")
    }
  })

  it.each(pairs)("$state, asked twice: $status of an amount that is $kind, counts once", ({ amount, state, status }) => {
    const first = PaymentSettlement.settle(payment(state), answer(status, amount), at)
    const after = first._tag === "Unchanged" ? payment(state) : first.payment
    const second = PaymentSettlement.settle(after, answer(status, amount), at)
    assert.strictEqual(second._tag, "Unchanged")
  })

  it("is paid only if amount and currency are those that were asked for", () => {
    for (const { amount, state, status } of pairs) {
      const before = payment(state)
      const settlement = PaymentSettlement.settle(before, answer(status, amount), at)
      if (settlement._tag === "Moved" && settlement.payment.state === "captured") {
        assert.isTrue(equals(amount, asked))
        assert.deepStrictEqual(settlement.payment.captured, asked)
      }
    }
  })

  it("keeps what really came when it was something else, in its own currency", () => {
    const settlement = PaymentSettlement.settle(
      payment("pending"),
      answer("captured", amounts["in another currency"]),
      at
    )
    assert(settlement._tag === "Moved")
    assert.deepStrictEqual(settlement.payment.captured, amounts["in another currency"])
    assert.strictEqual(settlement.payment.failure?.code, "currency_mismatch")
    const less = PaymentSettlement.settle(payment("pending"), answer("captured", usd(1)), at)
    assert(less._tag === "Moved")
    assert.strictEqual(less.payment.failure?.code, "amount_mismatch")
  })

  it("gives up what was authorised wrongly", () => {
    const settlement = PaymentSettlement.settle(payment("pending"), answer("authorized", usd(1)), at)
    assert(settlement._tag === "Moved")
    assert.strictEqual(settlement.payment.requested, "cancel")
    assert.strictEqual(settlement.payment.captured.amount, 0)
    const over = PaymentSettlement.settle(settlement.payment, answer("cancelled"), at)
    assert(over._tag === "Noted")
    assert.strictEqual(over.payment.requested, null)
  })

  it.each(["requires_action", "authorized", "processing"] as const)(
    "gives up at the gateway what was given up here, if it turns out to be %s there",
    (status) => {
      const settlement = PaymentSettlement.settle(payment("cancelled"), answer(status), at)
      assert(settlement._tag === "Noted")
      assert.strictEqual(settlement.payment.state, "cancelled")
      assert.strictEqual(settlement.payment.requested, "cancel")
    }
  )

  it("ignores an answer about another payment", () => {
    for (const status of statuses) {
      const settlement = PaymentSettlement.settle(
        payment("pending", { gatewayReference: "gw_other" }),
        answer(status),
        at
      )
      assert.deepStrictEqual(settlement, { _tag: "Unchanged", why: "foreign" })
    }
  })

  it("is not given up because of an answer from before the gateway made it", () => {
    const before = payment("pending")
    const made = payment("authorized", { gatewayReference: "gw_1" })
    assert.deepStrictEqual(PaymentSettlement.settle(made, PaymentSettlement.never(before), at), {
      _tag: "Unchanged",
      why: "known"
    })
    const given = PaymentSettlement.settle(before, PaymentSettlement.never(before), at)
    assert.strictEqual(stateAfter(before, given), "cancelled")
    const forgotten = PaymentSettlement.settle(made, PaymentSettlement.never(made), at)
    assert.strictEqual(stateAfter(made, forgotten), "cancelled")
  })

  it("never goes back, whatever answers come in whatever order and however often", () => {
    const anyAnswer = fc.record({
      status: fc.constantFrom(...statuses),
      amount: fc.constantFrom<Money>(...Object.values(amounts))
    })
    fc.assert(fc.property(fc.array(anyAnswer, { maxLength: 12 }), (answers) => {
      let current = payment("pending")
      for (const { amount, status } of answers) {
        const settlement = PaymentSettlement.settle(current, answer(status, amount), at)
        if (settlement._tag === "Unchanged") continue
        const next = settlement.payment
        assert.isAtLeast(progress[next.state], progress[current.state])
        if (current.captured.amount > 0) assert.deepStrictEqual(next.captured, current.captured)
        if (next.state === "captured") assert.deepStrictEqual(next.captured, asked)
        current = next
      }
    }))
  })

  it("ends paid however its answers are shuffled and repeated, if the gateway took the right money once", () => {
    fc.assert(fc.property(
      fc.shuffledSubarray(
        ["processing", "processing", "requires_action", "authorized", "failed", "captured", "captured"] as const,
        { minLength: 7 }
      ),
      (story) => {
        let current = payment("pending")
        for (const status of story) {
          const settlement = PaymentSettlement.settle(current, answer(status), at)
          if (settlement._tag !== "Unchanged") current = settlement.payment
        }
        assert.strictEqual(current.state, "captured")
      }
    ))
  })
})
