/**
 * Payouts: what gateways sent to the bank is in the books once, and what the shop knows otherwise is told.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Books } from "../books/Books.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import { subtract } from "../kernel/Money.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { GatewayPayout, GatewayPayoutEntry } from "../payments/PaymentGateway.ts"
import { Payments } from "../payments/Payments.ts"
import { Payouts } from "../payments/Payouts.ts"
import { Stores } from "../stores/Stores.ts"
import * as Fixture from "./PaymentFixture.ts"
import type { ScriptedGateway } from "./ScriptedGateway.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const charge = (paymentReference: string | null, amount: number, fee: number): GatewayPayoutEntry => ({
  reference: `txn_${paymentReference}`,
  kind: "charge",
  paymentReference,
  amount: Shop.usd(amount),
  fee: Shop.usd(fee)
})

const other = (kind: "fee" | "refund" | "other", amount: number, paymentReference: string | null = null): GatewayPayoutEntry => ({
  reference: `txn_${kind}`,
  kind,
  paymentReference,
  amount: Shop.usd(amount),
  fee: Shop.usd(0)
})

/** The bank pays out what some entries come to. */
const pays = Effect.fnUntraced(function*(
  bank: ScriptedGateway,
  entries: ReadonlyArray<GatewayPayoutEntry>,
  changes: Partial<GatewayPayout> = {}
) {
  const sum = entries.reduce((total, { amount, fee }) => total + amount.amount - fee.amount, 0)
  const payout: GatewayPayout = {
    reference: "po_1",
    state: "paid",
    amount: Shop.usd(sum),
    arrivesAt: null,
    createdAt: yield* Timestamp.now,
    itemised: true,
    besides: [],
    ...changes
  }
  bank.payout(payout, entries)
  return payout
})

/** Takes payouts in, and finds the only one there is. */
const collected = Effect.gen(function*() {
  const payouts = yield* Payouts
  const [{ complete, differing, taken } = { complete: false, differing: 0, taken: 0 }] = yield* Fixture.staff(payouts.collect())
  const [payout] = (yield* Fixture.staff(payouts.list())).items
  return { payout: payout ?? (yield* Effect.die("there is no payout")), complete, differing, taken }
})

const balances = Effect.gen(function*() {
  const all = yield* Fixture.staff((yield* Books).balances())
  return Object.fromEntries(all.map(({ account, balance }) => [account, balance.amount]).filter(([, amount]) => amount !== 0))
})

export const payoutSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`payouts on ${harness.name}`, () => {
    test("are in the books once, with the fees that these did not know", (bank) =>
      Effect.gen(function*() {
        const payouts = yield* Payouts
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered("sandbox_success")
        yield* payments.refund(order.id, { amount: Shop.usd(500), reason: "late" })
        const reference = payment.gatewayReference
        yield* pays(bank, [charge(reference, 2_500, 75), other("refund", -500, reference), other("fee", -10)])
        const { complete, payout, taken } = yield* collected
        assert.deepStrictEqual([complete, taken], [true, 1])
        assert.deepStrictEqual(
          [payout.state, payout.amount, payout.complete, payout.entries, payout.differences],
          ["paid", Shop.usd(1_915), true, 3, []]
        )
        assert.deepStrictEqual(payout.sums, {
          charges: Shop.usd(2_500),
          refunds: Shop.usd(-500),
          disputes: Shop.usd(0),
          fees: Shop.usd(-85),
          other: Shop.usd(0)
        })
        const expected = { bank: 1_915, fees: 85, sales: -2_000 }
        assert.deepStrictEqual(yield* balances, expected, "the gateway owes nothing any more")
        assert.deepStrictEqual([(yield* collected).taken, yield* balances], [0, expected])
        const { items } = yield* Fixture.staff(payouts.entries(payout.id, { kind: "charge" }))
        assert.deepStrictEqual(items.map(({ amount, fee, paymentId }) => [paymentId, amount, fee]), [
          [payment.id, Shop.usd(2_500), Shop.usd(75)]
        ])
        assert.deepStrictEqual(yield* Fixture.told(payout.id), ["payout.paid"])
      }))

    test("that are read after the money of a refund has come back know of it, in that which it left and in that to which it came back", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered("sandbox_success")
        const reference = payment.gatewayReference
        const back = yield* payments.refund(order.id, { amount: Shop.usd(500), reason: "late" })
        const left = { ...other("refund", -500, reference), reference: "txn_left" }
        const came = { ...other("refund", 500, reference), reference: "txn_came" }
        yield* pays(bank, [charge(reference, 2_500, 0), left, came])
        // the gateway tells of it by the payout first
        const early = yield* collected
        assert.deepStrictEqual(early.payout.differences.map(({ here, kind, there }) => [kind, here?.amount, there.amount]), [["refund", 0, 500]])
        yield* bank.bank.endRefund(back.gatewayReference ?? "", "failed")
        yield* TestClock.adjust("1 day")
        yield* payments.recover
        yield* (yield* Jobs).drain
        assert.deepStrictEqual((yield* payments.get(payment.id)).refunded, Shop.usd(0))
        const late = yield* collected
        assert.deepStrictEqual([late.differing, late.payout.differences], [0, []])
        assert.deepStrictEqual(yield* balances, { bank: 2_500, sales: -2_500 })
      }))

    test("do not differ by a refund that is still on its way, and do by more than was ever asked for", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered("sandbox_refund_pending")
        yield* payments.refund(order.id, { amount: Shop.usd(500), reason: "late" })
        yield* pays(bank, [charge(payment.gatewayReference, 2_500, 0), other("refund", -501, payment.gatewayReference)])
        const { payout } = yield* collected
        assert.deepStrictEqual(payout.differences.map(({ here, kind, there }) => [kind, here?.amount, there.amount]), [["refund", -500, -501]])
        yield* pays(bank, [charge(payment.gatewayReference, 2_500, 0), other("refund", -500, payment.gatewayReference)])
        assert.strictEqual((yield* collected).differing, 0)
      }), { settled: false })

    test("that are on their way are not at the bank yet, and one that the bank sends back is not any more", (bank) =>
      Effect.gen(function*() {
        const { payment } = yield* Fixture.ordered("sandbox_success")
        const entries = [charge(payment.gatewayReference, 2_500, 0)]
        const said = yield* pays(bank, entries, { state: "pending" })
        assert.deepStrictEqual((yield* collected).payout.complete, false)
        assert.deepStrictEqual(yield* balances, { "gateway:sandbox": 2_500, sales: -2_500 })
        bank.payout({ ...said, state: "paid" }, entries)
        assert.deepStrictEqual((yield* collected).payout.complete, true)
        assert.deepStrictEqual(yield* balances, { bank: 2_500, sales: -2_500 })
        bank.payout({ ...said, state: "failed" }, entries)
        const { payout } = yield* collected
        assert.strictEqual(payout.state, "failed")
        assert.deepStrictEqual(yield* balances, { "gateway:sandbox": 2_500, sales: -2_500 })
        bank.payout({ ...said, state: "paid" }, entries)
        assert.strictEqual((yield* collected).payout.state, "failed", "nothing follows on it")
        assert.deepStrictEqual(yield* Fixture.told(payout.id), ["payout.paid", "payout.failed"])
      }))

    test("of which the gateway tells only a part are taken in whole by the next run", (bank) =>
      Effect.gen(function*() {
        const { payment } = yield* Fixture.ordered("sandbox_success")
        yield* pays(bank, [charge(payment.gatewayReference, 2_500, 75), other("fee", -10), other("other", -1)])
        bank.tellsParts(1)
        const cut = yield* collected
        assert.deepStrictEqual([cut.complete, cut.payout.complete, cut.payout.state], [false, false, "pending"])
        bank.tellsParts(10)
        const whole = yield* collected
        assert.deepStrictEqual([whole.complete, whole.payout.complete, whole.payout.entries], [true, true, 3])
        // what is neither told apart nor known here stays between the shop and the gateway
        assert.deepStrictEqual(yield* balances, { bank: 2_414, fees: 85, "gateway:sandbox": 1, sales: -2_500 })
      }))

    test("tell what the shop knows otherwise, until it does not any more", (bank) =>
      Effect.gen(function*() {
        const payouts = yield* Payouts
        const { payment } = yield* Fixture.ordered("sandbox_success")
        const reference = payment.gatewayReference
        const entries = [charge(reference, 2_400, 0), charge("sbx_foreign", 999, 30), other("refund", -100, reference)]
        const said = yield* pays(bank, entries, { amount: Shop.usd(3_000) })
        const { differing, payout } = yield* collected
        assert.strictEqual(differing, 1)
        assert.deepStrictEqual(payout.differences.map(({ here, kind, there }) => [kind, here?.amount ?? null, there.amount]), [
          ["sum", 3_269, 3_000],
          ["amount", 2_500, 2_400],
          ["missing_here", null, 999],
          ["refund", 0, -100]
        ])
        assert.lengthOf((yield* Fixture.staff(payouts.list({ differing: "true" }))).items, 1)
        assert.deepStrictEqual(yield* Fixture.told(payout.id), ["payout.paid", "payout.differs"])
        const mended = [charge(reference, 2_500, 0), other("other", 500)]
        bank.payout(said, mended)
        assert.deepStrictEqual((yield* collected).payout.differences, [])
        assert.lengthOf((yield* Fixture.staff(payouts.list({ differing: "true" }))).items, 0)
        assert.strictEqual((yield* balances)["bank"], 3_000)
      }))

    test("with another fee than is booked, or another currency than the payment's, are for a person", (bank) =>
      Effect.gen(function*() {
        const { payment } = yield* Fixture.ordered("sandbox_success")
        const entry = charge(payment.gatewayReference, 2_500, 75)
        yield* pays(bank, [entry])
        yield* collected
        const yen = <A extends { readonly amount: number }>(money: A) => ({ ...money, currency: "JPY" as never })
        yield* pays(bank, [{ ...entry, fee: Shop.usd(80) }], { reference: "po_2" })
        yield* pays(bank, [{ ...entry, amount: yen(entry.amount), fee: yen(entry.fee) }], {
          reference: "po_3",
          amount: yen(subtract(entry.amount, entry.fee))
        })
        const payouts = yield* Payouts
        yield* Fixture.staff(payouts.collect())
        const { items } = yield* Fixture.staff(payouts.list({ differing: "true" }))
        assert.deepStrictEqual(
          items.map(({ differences, gatewayReference }) => [gatewayReference, differences[0]?.kind]).toSorted(),
          [["po_2", "fee"], ["po_3", "currency"]]
        )
        assert.strictEqual((yield* balances)["fees"], 75, "what is booked is booked")
      }))

    test("are taken in by two at once as by one, every night, and only for who may", (bank) =>
      Effect.gen(function*() {
        const payouts = yield* Payouts
        const stores = yield* Stores
        const { as, payment } = yield* Fixture.ordered("sandbox_success")
        yield* pays(bank, [charge(payment.gatewayReference, 2_500, 75)])
        const jobs = yield* Jobs
        const run = Effect.andThen(jobs.runCron("payments.payouts"), jobs.drain)
        yield* Effect.all([Fixture.staff(payouts.collect()), run, Fixture.staff(payouts.collect())], { concurrency: "unbounded" })
        assert.deepStrictEqual(yield* balances, { bank: 2_425, fees: 75, sales: -2_500 })
        const { payout } = yield* collected
        assert.deepStrictEqual(yield* Fixture.told(payout.id), ["payout.paid"])
        const reader = Actor.as(Actor.staff("clerk", ["payments:read"]))
        assert.deepStrictEqual(yield* reader(payouts.get(payout.id)), payout)
        assert.strictEqual((yield* Effect.flip(reader(payouts.collect())))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(as(payouts.list())))._tag, "Unauthenticated")
        assert.strictEqual((yield* Effect.flip(Fixture.staff(payouts.entries("pyo_none"))))._tag, "PayoutNotFound")
        assert.strictEqual((yield* Effect.flip(Fixture.staff(payouts.collect({ gateway: "nobody" }))))._tag, "GatewayNotFound")
        const wrong = { since: "2026-01-01T00:00:00.000Z", until: "2026-12-01T00:00:00.000Z" }
        assert.strictEqual((yield* Effect.flip(Fixture.staff(payouts.collect(wrong))))._tag, "InvalidInput")
        const { id } = yield* stores.create({ code: "other", name: "Other store", currency: "USD" })
        const there = Effect.provideService(CurrentStore, id)
        assert.deepStrictEqual((yield* Fixture.staff(there(payouts.list()))).items, [])
        assert.strictEqual((yield* Effect.flip(Fixture.staff(there(payouts.get(payout.id)))))._tag, "PayoutNotFound")
      }))
  })
}
