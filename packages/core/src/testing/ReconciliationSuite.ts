/**
 * What comes of comparing a gateway's payments with the shop's: everything that differs is found and named, what is safe is
 * repaired, once, and no money moves.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { GatewayUnavailable, type ListedPayment } from "../payments/PaymentGateway.ts"
import { Payments } from "../payments/Payments.ts"
import * as SandboxGateway from "../payments/SandboxGateway.ts"
import { Stores } from "../stores/Stores.ts"
import * as Fixture from "./PaymentFixture.ts"
import type { ScriptedGateway } from "./ScriptedGateway.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** From now on, the bank lists its payments otherwise. */
const listing = (
  bank: ScriptedGateway,
  change: (items: ReadonlyArray<ListedPayment>) => ReadonlyArray<ListedPayment>
) =>
  bank.on("list", (answer) => Effect.map(answer, ({ items, next }) => ({ items: change(items), next })))

const withFee = (fee: number) => (one: ListedPayment): ListedPayment => ({ ...one, fee: Shop.usd(fee) })

const compared = Effect.gen(function*() {
  const payments = yield* Payments
  const [answer] = yield* Fixture.staff(
    payments.reconcile({ since: Timestamp.fromMillis(0), until: Timestamp.fromMillis(86_400_000 * 30) })
  )
  return answer === undefined ? yield* Effect.die("nothing was compared") : answer
})

const found = Effect.gen(function*() {
  const payments = yield* Payments
  const { items } = yield* Fixture.staff(payments.differences())
  return items.map(({ kind, paymentId, status }) => [kind, status, paymentId] as const)
})

const system = Actor.as(Actor.system("test"))

export const reconciliationSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`reconciliation on ${harness.name}`, () => {
    test("finds nothing where both say the same", () =>
      Effect.gen(function*() {
        yield* Fixture.ordered()
        yield* Fixture.ordered("sandbox_decline")
        const { order } = yield* Fixture.ordered()
        const payments = yield* Payments
        yield* payments.refund(order.id, { amount: Shop.usd(500), reason: "late" })
        assert.deepStrictEqual(yield* compared, { gateway: "sandbox", compared: 3, repaired: 0, open: 0, complete: true })
        assert.deepStrictEqual(yield* found, [])
      }))

    test("takes the gateway's word for a payment whose end nobody heard", (bank) =>
      Effect.gen(function*() {
        const { order, payment, reference } = yield* Fixture.redirected()
        // the webhook was lost, and the buyer did not come back
        yield* bank.approve(reference)
        assert.strictEqual((yield* compared).repaired, 1)
        assert.deepStrictEqual(yield* found, [["state", "repaired", payment.id]])
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        assert.deepStrictEqual(yield* compared, { gateway: "sandbox", compared: 1, repaired: 0, open: 0, complete: true })
      }))

    test("writes what the gateway kept into the books, once", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered()
        listing(bank, (items) => items.map(withFee(75)))
        assert.strictEqual((yield* compared).repaired, 1)
        assert.deepStrictEqual(yield* found, [["fee", "repaired", payment.id]])
        assert.strictEqual((yield* compared).repaired, 0)
        assert.deepStrictEqual(
          (yield* payments.ledger(order.id)).map(({ account, amount }) => [account, amount.amount]).toSorted(),
          [["fees", 75], ["gateway:sandbox", -75], ["gateway:sandbox", 2_500], ["sales", -2_500]]
        )
        listing(bank, (items) => items.map(withFee(80)))
        assert.strictEqual((yield* compared).open, 1, "another fee than before is for a person to look at")
        assert.lengthOf(yield* payments.ledger(order.id), 4)
      }))

    test("names money that only one side knows of", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { payment } = yield* Fixture.ordered()
        const foreign: ListedPayment = {
          reference: "sbx_foreign",
          status: "captured",
          amount: Shop.usd(999),
          nextAction: null,
          failure: null,
          paymentId: null,
          refunded: Shop.usd(0),
          fee: null,
          createdAt: Timestamp.fromMillis(1_000)
        }
        listing(bank, () => [foreign, { ...foreign, reference: "sbx_tried", status: "failed" }])
        bank.on("retrieve", () => Effect.undefined)
        const { open } = yield* compared
        assert.strictEqual(open, 2)
        const differences = yield* found
        assert.deepStrictEqual(differences.toSorted(), [
          ["missing_here", "open", null],
          ["missing_there", "open", payment.id]
        ])
        const { items } = yield* Fixture.staff(payments.differences({ kind: "missing_here" }))
        assert.deepStrictEqual([items[0]?.reference, items[0]?.here, items[0]?.there?.captured], [
          "sbx_foreign",
          null,
          Shop.usd(999)
        ])
        assert.deepStrictEqual(yield* Fixture.told("sandbox"), ["payment.differences_found"])
        bank.off("list")
        bank.off("retrieve")
        yield* compared
        const left = yield* found
        assert.deepStrictEqual(left.filter(([, status]) => status === "open").map(([kind]) => kind), ["missing_here"])
      }))

    test("does not miss a payment that the list leaves out and the gateway knows", (bank) =>
      Effect.gen(function*() {
        yield* Fixture.ordered()
        listing(bank, () => [])
        assert.deepStrictEqual(yield* compared, { gateway: "sandbox", compared: 0, repaired: 0, open: 0, complete: true })
      }))

    test("names other amounts and other refunds, and changes nothing about them", (bank) =>
      Effect.gen(function*() {
        const { order, payment } = yield* Fixture.ordered()
        const change = (one: ListedPayment): ListedPayment => ({ ...one, amount: Shop.usd(2_400), refunded: Shop.usd(100) })
        listing(bank, (items) => items.map(change))
        assert.strictEqual((yield* compared).open, 2)
        assert.deepStrictEqual((yield* found).toSorted(), [["amount", "open", payment.id], ["refund", "open", payment.id]])
        assert.strictEqual((yield* compared).open, 2)
        assert.lengthOf(yield* found, 2, "seen twice, told once")
        assert.strictEqual((yield* Fixture.orderNow(order.id)).refunded.amount, 0)
      }))

    test("finds out that a refund has arrived", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered("sandbox_refund_pending")
        const refund = yield* payments.refund(order.id, { amount: Shop.usd(500), reason: "late" })
        assert.strictEqual(refund.state, "pending")
        yield* bank.bank.endRefund(refund.gatewayReference ?? "", "succeeded")
        assert.strictEqual((yield* compared).repaired, 1)
        assert.deepStrictEqual(yield* found, [["refund", "repaired", payment.id]])
        assert.strictEqual((yield* payments.refunds(order.id))[0]?.state, "succeeded")
        assert.strictEqual((yield* Fixture.orderNow(order.id)).refunded.amount, 500)
      }))

    test("of one gateway waits for no other, and says that it did not get to the end", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        yield* Fixture.ordered()
        bank.on("list", () => Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "down" })))
        const all = yield* Fixture.staff(payments.reconcile())
        assert.deepStrictEqual(all.map(({ complete, gateway }) => [gateway, complete]), [["sandbox", false], ["other", true]])
        const one = yield* Fixture.staff(payments.reconcile({ gateway: "other" }))
        assert.deepStrictEqual(one.map(({ gateway }) => gateway), ["other"])
      }), { gateways: [SandboxGateway.make({ name: "other" })] })

    test("runs every night, and only for who may", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const jobs = yield* Jobs
        const { as } = yield* Fixture.ordered()
        const { id } = yield* system((yield* Stores).create({ code: "other", name: "Other store", currency: "USD" }))
        yield* jobs.runCron("payments.reconcile")
        const { waiting } = yield* Effect.provideService(system(jobs.counts), CurrentStore, id)
        assert.strictEqual(waiting, 1, "each store has a job of its own")
        yield* jobs.drain
        assert.strictEqual((yield* Effect.flip(as(payments.reconcile())))._tag, "Unauthenticated")
        assert.strictEqual((yield* Effect.flip(as(payments.differences())))._tag, "Unauthenticated")
        const wrong = [
          { since: "2026-01-02T00:00:00.000Z", until: "2026-01-01T00:00:00.000Z" },
          { since: "2026-01-01T00:00:00.000Z", until: "2026-12-01T00:00:00.000Z" },
          { since: "yesterday" }
        ]
        for (const input of wrong) {
          assert.strictEqual((yield* Effect.flip(Fixture.staff(payments.reconcile(input))))._tag, "InvalidInput")
        }
        assert.strictEqual((yield* Effect.flip(Fixture.staff(payments.reconcile({ gateway: "nobody" }))))._tag, "GatewayNotFound")
      }))
  })
}
