/**
 * Money of an order about which several decide at the same moment: the bank, its buyer, and staff who edit it, take it, call it off
 * and give it back. Whoever is first, the order is worth what its payments hold, and what is too much goes back.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { Documents } from "../documents/Documents.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { Returns } from "../returns/Returns.ts"
import { atTheBank, drain, edit, invoice, lineOf, papers, system } from "./MoneyFixture.ts"
import * as Fixture from "./PaymentFixture.ts"
import type { ScriptedGateway } from "./ScriptedGateway.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const rounds = [0, 1, 2, 3, 4, 5]

/** All of them at once, in another order each round; what may not be done by then is not. */
const atOnce = (round: number, all: ReadonlyArray<Effect.Effect<unknown, unknown, Shop.ShopServices>>) =>
  Effect.all([...all.slice(round % all.length), ...all.slice(0, round % all.length)].map((one) => Effect.result(one)), { concurrency: "unbounded" })

/** Everything that was begun comes to an end. */
const ends = Effect.gen(function*() {
  yield* drain
  yield* TestClock.adjust("2 minutes")
  yield* system(Effect.flatMap(Payments, (payments) => payments.recover))
  yield* drain
})

/** The bank takes the money of a payment, and its webhook arrives. */
const approves = (bank: ScriptedGateway, reference: string, event: string) =>
  Effect.gen(function*() {
    yield* bank.approve(reference)
    const seconds = Timestamp.toMillis(yield* Timestamp.now) / 1_000
    yield* Fixture.arrives(Fixture.signed({ id: event, type: "charge.success", data: { reference } }, seconds))
    yield* drain
  })

const statusOf = (orderId: string) =>
  Effect.map(Fixture.orderNow(orderId), (order) => ({
    status: order.status,
    open: order.open.amount,
    kept: OrderMoney.held(order),
    /** What it costs, less what went back of that. */
    worth: order.total.amount - OrderMoney.givenBack(order)
  }))

export const moneyAtOnceSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`money about which several decide at once, on ${harness.name}`, () => {
    test("that is reserved is taken as far as the order costs, where staff take it while others take pieces out", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        for (const round of rounds) {
          const { order, payment } = yield* Fixture.ordered("sandbox_authorize", { pieces: 3, stock: 40 })
          yield* atOnce(round, [
            edit(order.id, { lines: [{ lineId: lineOf(order), quantity: 1 }] }),
            Fixture.staff(payments.capture(payment.id)),
            drain
          ])
          yield* ends
          const now = yield* statusOf(order.id)
          assert.strictEqual(now.status, "paid")
          assert.strictEqual(now.kept + now.open, now.worth)
        }
      }))

    test("that comes from the bank while staff edit the order pays it, and what is too much goes back", (bank) =>
      Effect.gen(function*() {
        for (const round of rounds) {
          const { as, order, reference } = yield* Fixture.redirected({ pieces: 2, stock: 40 })
          const quantity = round % 2 === 0 ? 1 : 3
          yield* atOnce(round, [
            approves(bank, reference, `evt_${round}`),
            edit(order.id, { lines: [{ lineId: lineOf(order), quantity }] }),
            drain
          ])
          yield* ends
          const before = yield* statusOf(order.id)
          assert.isAtMost(before.kept, before.worth)
          // what is left is paid as any balance
          if (before.kept < before.worth) {
            yield* Effect.result(as(Effect.flatMap(Payments, (payments) =>
              payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_success" }))))
            yield* ends
          }
          const now = yield* statusOf(order.id)
          assert.deepStrictEqual([now.status, now.kept, now.open], ["paid", now.worth, 0])
        }
      }))

    test("goes back once, where staff give it back, cancel pieces and call the order off at the same moment", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const orders = yield* Orders
        const cancellations = yield* Cancellations
        for (const round of rounds) {
          const { as, order } = yield* Fixture.ordered("sandbox_success", { pieces: 3, stock: 40 })
          yield* invoice(order.id)
          const refund = (amount: number) => Fixture.staff(payments.refund(order.id, { amount: Shop.usd(amount), reason: "late" }))
          yield* atOnce(round, [
            refund(1_001),
            refund(5_000),
            system(cancellations.cancel(order.id, { lines: [{ lineId: lineOf(order), quantity: 1 }] })),
            ...round % 2 === 0 ? [as(orders.cancel(order.id))] : [],
            drain
          ])
          yield* ends
          const now = yield* statusOf(order.id)
          assert.isAtLeast(now.kept, 0)
          assert.strictEqual((yield* papers(order.id)).total, now.kept)
          if (now.kept > 0) yield* refund(now.kept)
          yield* ends
          assert.deepStrictEqual([(yield* papers(order.id)).total, yield* atTheBank], [0, 0])
        }
      }))

    test("of a return goes back once, where it is given back as money, as credit and by hand at the same moment", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const orders = yield* Orders
        const returns = yield* Returns
        for (const round of rounds) {
          const { as, order } = yield* Fixture.ordered("sandbox_success", { pieces: 2, stock: 40 })
          yield* invoice(order.id)
          for (const event of ["ship", "deliver"] as const) yield* system(orders.changeStatus(order.id, { event }))
          const lineId = lineOf(order)
          const { id } = yield* as(returns.request(order.id, { lines: [{ lineId, quantity: 1, reason: "changed_mind" }] }))
          yield* system(returns.approve(id))
          yield* system(returns.receive(id, { lines: [{ lineId, restock: 1, scrap: 0 }] }))
          yield* atOnce(round, [
            system(returns.refund(id)),
            system(returns.refund(id, { to: "store_credit" })),
            Fixture.staff(payments.refund(order.id, { amount: Shop.usd(3_000), reason: "late" })),
            drain
          ])
          yield* ends
          const now = yield* statusOf(order.id)
          assert.isAtLeast(now.kept, 0)
          assert.strictEqual((yield* papers(order.id)).total, now.kept)
          const { amount, refunded } = yield* system(returns.get(id))
          assert.isAtMost(refunded.amount, amount?.amount ?? 0)
        }
      }))

    test("that came back to the shop is on a paper again or goes back another time, and never both", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const documents = yield* Documents
        for (const round of rounds) {
          const { order } = yield* Fixture.ordered("sandbox_success", { stock: 40 })
          yield* invoice(order.id)
          const refund = (amount: number) => Fixture.staff(payments.refund(order.id, { amount: Shop.usd(amount), reason: "late" }))
          const first = yield* refund(1_000)
          yield* drain
          const note = (yield* system(documents.ofOrder(order.id))).find(({ kind }) => kind === "credit_note")
          yield* bank.bank.endRefund(first.gatewayReference ?? "", "failed")
          yield* TestClock.adjust("1 day")
          yield* system(payments.recover)
          yield* atOnce(round, [
            system(documents.takeBack(note?.id ?? "")),
            refund(round % 2 === 0 ? 1_200 : 700),
            system(documents.takeBack(note?.id ?? "")),
            drain
          ])
          yield* ends
          const now = yield* statusOf(order.id)
          const said = (yield* papers(order.id)).total
          // what is neither on paper again nor given back is still owed, and no more than came back
          assert.isAtMost(said, now.kept)
          assert.isAtMost(now.kept - said, round % 2 === 0 ? 0 : 300)
          yield* Effect.result(system(documents.takeBack(note?.id ?? "")))
          assert.strictEqual((yield* papers(order.id)).total, now.kept)
        }
      }))
  })
}
