/**
 * Refunds that the gateway said were done and whose money comes back to the shop days later, because the buyer's bank did not take it.
 */
import { assert, describe } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"
import { AuditLog } from "../audit/AuditLog.ts"
import { BooksRepository } from "../books/BooksRepository.ts"
import { Documents } from "../documents/Documents.ts"
import { JobRetries } from "../jobs/JobRegistry.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { LoyaltyPoints } from "../loyalty/LoyaltyPoints.ts"
import { Orders } from "../orders/Orders.ts"
import { Disputes } from "../payments/Disputes.ts"
import type { CreateRefund } from "../payments/Payment.ts"
import { GatewayUnavailable } from "../payments/PaymentGateway.ts"
import { PaymentRepository } from "../payments/PaymentRepository.ts"
import { Payments } from "../payments/Payments.ts"
import { Returns } from "../returns/Returns.ts"
import * as Fixture from "./PaymentFixture.ts"
import type { ScriptedGateway } from "./ScriptedGateway.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const drain = Effect.flatMap(Jobs, (jobs) => jobs.drain)
const system = Actor.as(Actor.system("test"))

const refund = (orderId: string, input: Partial<CreateRefund> = {}) =>
  Effect.flatMap(Payments, (payments) => Fixture.staff(payments.refund(orderId, { reason: "broken", ...input })))

/** The gateway tells of a payment, and the shop has not worked it off yet. */
const tells = Effect.fnUntraced(function*(reference: string | null, event: string) {
  const seconds = Timestamp.toMillis(yield* Timestamp.now) / 1_000
  yield* Fixture.arrives(Fixture.signed({ id: event, type: "refund.failed", data: { reference: reference ?? "" } }, seconds))
})

/** The buyer's bank sends the money of a refund back to the gateway. */
const sentBack = (bank: ScriptedGateway, { gatewayReference }: { readonly gatewayReference: string | null }) =>
  Effect.asVoid(bank.bank.endRefund(gatewayReference ?? "", "failed"))

/** On which of the next sixty days the gateway is asked about a refund. */
const daysAsked = Effect.fnUntraced(function*(bank: ScriptedGateway) {
  const payments = yield* Payments
  const asked = () => bank.calls.filter((call) => call === "retrieveRefund").length
  const days: Array<number> = []
  for (let day = 1; day <= 60; day++) {
    yield* TestClock.adjust("1 day")
    const before = asked()
    yield* payments.recover
    if (asked() > before) days.push(day)
  }
  return days
})

const statesOf = (orderId: string) =>
  Effect.map(Effect.flatMap(Payments, (payments) => payments.refunds(orderId)), (all) =>
    all.map(({ amount, state }) => [state, amount.amount] as const).toSorted(([s, a], [t, b]) => a - b || s.localeCompare(t)))

/** What the books say that a gateway holds. */
const held = Effect.map(Effect.flatMap(BooksRepository, (books) => books.balances({})), (all) =>
  all.find(({ account }) => account === "gateway:sandbox")?.balance.amount ?? 0)

const sent = (orderId: string) =>
  Effect.forEach(["ship", "deliver"] as const, (event) =>
    system(Effect.flatMap(Orders, (orders) => orders.changeStatus(orderId, { event }))))

const shown = (orderId: string) =>
  Effect.map(Fixture.orderNow(orderId), ({ paymentStatus, refunded, status }) => [status, paymentStatus, refunded.amount])

export const failedRefundSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`refunds whose money comes back on ${harness.name}`, () => {
    test("are failed, the shop has the money again, staff are told once, and it can be given another time", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered()
        const first = yield* refund(order.id)
        assert.deepStrictEqual(yield* shown(order.id), ["refunded", "refunded", 2_500])
        yield* sentBack(bank, first)
        for (const event of ["evt_1", "evt_2", "evt_2"]) yield* tells(payment.gatewayReference, event)
        yield* drain
        assert.deepStrictEqual(yield* shown(order.id), ["on_hold", "paid", 0])
        const now = yield* payments.get(payment.id)
        assert.deepStrictEqual([now.state, now.refunded.amount, yield* held], ["captured", 0, 2_500])
        const [failed] = yield* payments.refunds(order.id)
        assert.deepStrictEqual([failed?.state, failed?.failure?.gatewayCode], ["failed", "refund_declined"])
        assert.deepStrictEqual(yield* Fixture.told(first.id), ["refund.requested", "refund.succeeded", "refund.failed"])
        assert.deepStrictEqual((yield* Fixture.told(order.id)).slice(-2), ["order.refunded", "order.refund_failed"])
        assert.deepStrictEqual((yield* Fixture.inboxNow).map(({ template }) => template), ["refund-refused"])
        const entries = yield* (yield* BooksRepository).ofOrder(order.id)
        assert.lengthOf(entries.filter(({ transaction }) => transaction === `refund:${first.id}`), 2, "what was written stays")
        assert.lengthOf(entries.filter(({ transaction }) => transaction === `refund-failed:${first.id}`), 2)
        const written = yield* (yield* AuditLog).list({ subject: order.id })
        assert.lengthOf(written.items.filter(({ action }) => action === "order.refund_failed"), 1)
        // the gateway says what it said before
        yield* tells(payment.gatewayReference, "evt_3")
        yield* drain
        const second = yield* refund(order.id)
        assert.deepStrictEqual([second.state, second.amount], ["succeeded", Shop.usd(2_500)])
        yield* tells(payment.gatewayReference, "evt_4")
        yield* drain
        assert.deepStrictEqual([...yield* shown(order.id), yield* held], ["refunded", "refunded", 2_500, 0])
      }))

    test("leave other refunds of the payment as they are, and are counted off what went back", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered()
        const first = yield* refund(order.id, { amount: Shop.usd(1_000) })
        yield* refund(order.id, { amount: Shop.usd(1_500) })
        yield* sentBack(bank, first)
        yield* tells(payment.gatewayReference, "evt_1")
        yield* drain
        assert.deepStrictEqual(yield* statesOf(order.id), [["failed", 1_000], ["succeeded", 1_500]])
        assert.deepStrictEqual([(yield* payments.get(payment.id)).state, yield* held], ["partially_refunded", 1_000])
        assert.deepStrictEqual(yield* shown(order.id), ["on_hold", "partially_refunded", 1_500])
        const rest = yield* refund(order.id)
        assert.deepStrictEqual(rest.amount, Shop.usd(1_000))
      }))

    test("are failed once by however many who hear of it at the same moment", (bank) =>
      Effect.gen(function*() {
        for (let round = 0; round < 3; round++) {
          const { order, payment } = yield* Fixture.ordered()
          const parts = [yield* refund(order.id, { amount: Shop.usd(1_000) }), yield* refund(order.id, { amount: Shop.usd(700) })]
          for (const part of parts) yield* sentBack(bank, part)
          for (let index = 0; index < 4; index++) yield* tells(payment.gatewayReference, `evt_${round}_${index}`)
          const again = Effect.result(refund(order.id, { amount: Shop.usd(500), reason: "staff do something else" }))
          yield* Effect.all([drain, drain, drain, drain, again], { concurrency: "unbounded" })
          yield* drain
          assert.deepStrictEqual(yield* statesOf(order.id), [["succeeded", 500], ["failed", 700], ["failed", 1_000]])
          assert.deepStrictEqual(yield* shown(order.id), ["paid", "partially_refunded", 500])
          const told = (yield* Fixture.told(...parts.map(({ id }) => id))).filter((type) => type === "refund.failed")
          assert.lengthOf(told, 2)
        }
      }))

    test("are failed whichever of the two news is worked off first", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        for (const isOldFirst of [true, false]) {
          const { order, payment } = yield* Fixture.ordered("sandbox_refund_pending")
          const pending = yield* refund(order.id, { amount: Shop.usd(1_000) })
          yield* bank.bank.endRefund(pending.gatewayReference ?? "", "succeeded")
          // whoever compares has heard that it is done, and has not written it yet
          const asked = yield* Deferred.make<void>()
          const goOn = yield* Deferred.make<void>()
          let calls = 0
          bank.on("retrieveRefund", (answer) => {
            calls += 1
            return calls > 1 ? answer : Effect.tap(answer, () => Effect.andThen(Deferred.succeed(asked, undefined), Deferred.await(goOn)))
          })
          const until = Timestamp.fromMillis(86_400_000)
          const comparing = yield* Effect.forkChild(Fixture.staff(payments.reconcile({ since: Timestamp.fromMillis(0), until })))
          yield* Deferred.await(asked)
          yield* sentBack(bank, pending)
          const news = Effect.andThen(tells(payment.gatewayReference, `evt_${isOldFirst}`), drain)
          const end = Effect.andThen(Deferred.succeed(goOn, undefined), Fiber.join(comparing))
          yield* isOldFirst ? Effect.andThen(end, news) : Effect.andThen(news, end)
          bank.off("retrieveRefund")
          assert.deepStrictEqual(yield* statesOf(order.id), [["failed", 1_000]])
          assert.deepStrictEqual(yield* shown(order.id), ["paid", "paid", 0])
          assert.lengthOf((yield* Fixture.told(pending.id)).filter((type) => type === "refund.failed"), 1)
        }
      }))

    test("are asked about again while the gateway does not answer", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const once = Effect.provideService(JobRetries, { maxAttempts: 1, delay: Schedule.spaced(0) })
        const { order, payment } = yield* Fixture.ordered()
        yield* sentBack(bank, yield* refund(order.id, { amount: Shop.usd(1_000) }))
        bank.on("retrieveRefund", () => Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "down" })))
        yield* tells(payment.gatewayReference, "evt_1")
        yield* once(drain)
        assert.deepStrictEqual(yield* statesOf(order.id), [["succeeded", 1_000]])
        bank.off("retrieveRefund")
        yield* Fixture.staff(payments.redriveWebhook({ gateway: "sandbox", key: "evt_1" }))
        yield* once(drain)
        assert.deepStrictEqual(yield* statesOf(order.id), [["failed", 1_000]])
      }))

    test("are found by comparing with the gateway where no webhook came", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order } = yield* Fixture.ordered()
        yield* sentBack(bank, yield* refund(order.id, { amount: Shop.usd(1_000) }))
        yield* TestClock.adjust("2 hours")
        const [compared] = yield* Fixture.staff(payments.reconcile())
        assert.deepStrictEqual([compared?.repaired, compared?.open], [1, 0])
        assert.deepStrictEqual(yield* statesOf(order.id), [["failed", 1_000]])
        yield* drain
      }))

    test("are asked about a day after they were done and ever more seldom, for some weeks, where nobody tells of it", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order } = yield* Fixture.ordered()
        const first = yield* refund(order.id, { amount: Shop.usd(1_000) })
        const days = yield* daysAsked(bank)
        assert.deepStrictEqual(days, [1, 2, 4, 8, 16, 32])
        const second = yield* refund(order.id, { amount: Shop.usd(1_500) })
        yield* sentBack(bank, second)
        yield* TestClock.adjust("1 day")
        // while the gateway does not answer, it is asked again soon
        bank.on("retrieveRefund", () => Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "down" })))
        yield* payments.recover
        bank.off("retrieveRefund")
        assert.deepStrictEqual(yield* statesOf(order.id), [["succeeded", 1_000], ["succeeded", 1_500]])
        yield* TestClock.adjust("2 hours")
        const { refundsSettled } = yield* payments.recover
        assert.deepStrictEqual([refundsSettled, yield* statesOf(order.id)], [1, [["succeeded", 1_000], ["failed", 1_500]]])
        assert.strictEqual(first.state, "succeeded")
        yield* drain
      }))

    test("are not asked about any more after some weeks, even by a gateway that has answered no question about them", (bank) =>
      Effect.gen(function*() {
        const { order } = yield* Fixture.ordered()
        yield* refund(order.id, { amount: Shop.usd(1_000) })
        bank.on("retrieveRefund", () => Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "no such answer" })))
        const days = yield* daysAsked(bank)
        assert.deepStrictEqual(days, Array.from({ length: 45 }, (_, index) => index + 1))
        yield* drain
      }))

    test("cost one question for each news that names its refund, and no more than ten for news that does not", (bank) =>
      Effect.gen(function*() {
        const { order, payment } = yield* Fixture.ordered()
        const all: Array<{ readonly gatewayReference: string | null }> = []
        for (let index = 0; index < 12; index++) {
          yield* TestClock.adjust("1 second")
          all.push(yield* refund(order.id, { amount: Shop.usd(100) }))
        }
        const asked = () => bank.calls.filter((call) => call === "retrieveRefund").length
        let before = asked()
        yield* tells(payment.gatewayReference, "evt_1")
        yield* drain
        assert.strictEqual(asked() - before, 10)
        before = asked()
        const [oldest] = all
        yield* sentBack(bank, oldest ?? { gatewayReference: null })
        const seconds = Timestamp.toMillis(yield* Timestamp.now) / 1_000
        // all that is said of it is what the gateway calls it
        yield* Fixture.arrives(Fixture.signed({ id: "evt_2", type: "refund.failed", data: { refundReference: oldest?.gatewayReference } }, seconds))
        yield* drain
        assert.strictEqual(asked() - before, 1)
        assert.strictEqual((yield* statesOf(order.id)).filter(([state]) => state === "failed").length, 1)
        const webhook = yield* Effect.flatMap(PaymentRepository, (payments) => payments.findInbox("sandbox", "evt_2"))
        assert.deepStrictEqual([webhook?.status, webhook?.refundReference], ["handled", oldest?.gatewayReference])
        // nobody knows the refund: a person has to look
        yield* Fixture.arrives(Fixture.signed({ id: "evt_3", type: "refund.failed", data: { refundReference: "sbr_unknown" } }, seconds))
        yield* drain
        const unknown = yield* Effect.flatMap(PaymentRepository, (payments) => payments.findInbox("sandbox", "evt_3"))
        assert.strictEqual(unknown?.status, "orphan")
      }))

    test("leave an order that was sent where it was, and its points follow", (bank) =>
      Effect.gen(function*() {
        const loyalty = yield* LoyaltyPoints
        yield* system(loyalty.setProgram({ active: true, pointsPer100: 10, confirmedBy: "paid", expireDays: null, pointValue: 1, tiers: [] }))
        const { variantId } = yield* Shop.product()
        const buyer = yield* Shop.customer("ada", [variantId, 1])
        const { order, payment } = yield* Shop.place(buyer)
        const points = Effect.map(Actor.as(Actor.customer("ada"))(loyalty.mine), ({ balance }) => balance)
        yield* sent(order.id)
        yield* drain
        const before = yield* points
        assert.isAbove(before, 0)
        const first = yield* refund(order.id)
        yield* drain
        assert.strictEqual(yield* points, 0)
        yield* sentBack(bank, first)
        yield* tells(payment?.gatewayReference ?? null, "evt_1")
        yield* drain
        assert.deepStrictEqual(yield* shown(order.id), ["delivered", "paid", 0])
        assert.strictEqual(yield* points, before)
      }))

    test("leave pieces that are on the shelf again there, and the order refunded until its money is given back", (bank) =>
      Effect.gen(function*() {
        const { order, payment, variantId } = yield* Fixture.ordered()
        yield* sentBack(bank, yield* refund(order.id, { restock: true }))
        yield* tells(payment.gatewayReference, "evt_1")
        yield* drain
        assert.deepStrictEqual(yield* shown(order.id), ["refunded", "paid", 0])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        yield* refund(order.id, { restock: true })
        assert.deepStrictEqual(yield* shown(order.id), ["refunded", "refunded", 2_500])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
      }))

    test("are owed again by the return that they were of, which gives store credit instead, and goods that came back stay", (bank) =>
      Effect.gen(function*() {
        const returns = yield* Returns
        const { as, order, payment, variantId } = yield* Fixture.ordered()
        yield* sent(order.id)
        const lineId = order.lines[0]?.id ?? ""
        const { id } = yield* as(returns.request(order.id, { lines: [{ lineId, quantity: 1, reason: "changed_mind" }] }))
        yield* system(returns.approve(id))
        yield* system(returns.receive(id, { lines: [{ lineId, restock: 1, scrap: 0 }] }))
        yield* system(returns.refund(id))
        const [first] = yield* (yield* Payments).refunds(order.id)
        yield* sentBack(bank, first ?? { gatewayReference: null })
        yield* tells(payment.gatewayReference, "evt_1")
        yield* drain
        const owing = yield* system(returns.get(id))
        assert.deepStrictEqual([owing.status, owing.owed.amount, (yield* Shop.stockOf(variantId)).onHand], ["received", 2_000, 10])
        const done = yield* system(returns.refund(id, { to: "store_credit" }))
        assert.deepStrictEqual([done.status, done.owed.amount], ["refunded", 0])
        assert.deepStrictEqual(yield* statesOf(order.id), [["failed", 2_000], ["succeeded", 2_000]])
        // what went onto credit is nothing that a gateway could send back
        yield* tells(payment.gatewayReference, "evt_2")
        yield* drain
        assert.deepStrictEqual(yield* shown(order.id), ["delivered", "partially_refunded", 2_000])
      }))

    test("have their credit note, which is that of the refund in their place", (bank) =>
      Effect.gen(function*() {
        const documents = yield* Documents
        const { order, payment } = yield* Fixture.ordered()
        yield* system(documents.invoice(order.id))
        const first = yield* refund(order.id, { amount: Shop.usd(1_000) })
        yield* drain
        yield* sentBack(bank, first)
        yield* tells(payment.gatewayReference, "evt_1")
        yield* drain
        yield* refund(order.id, { amount: Shop.usd(1_200) })
        yield* drain
        const papers = (yield* system(documents.ofOrder(order.id))).map(({ content, kind }) => [kind, content.total.amount] as const)
        assert.deepStrictEqual(papers.toSorted(([, a], [, b]) => a - b), [["credit_note", 200], ["credit_note", 1_000], ["invoice", 2_500]])
      }))

    test("of which another part is disputed give back no more than is left", (bank) =>
      Effect.gen(function*() {
        const { order, payment } = yield* Fixture.ordered()
        const first = yield* refund(order.id, { amount: Shop.usd(1_000) })
        bank.dispute({
          reference: "dp_1",
          paymentReference: payment.gatewayReference ?? "",
          status: "needs_response",
          amount: Shop.usd(1_500),
          fee: null,
          withdrawn: true,
          reason: "fraudulent",
          respondBy: null
        })
        yield* Effect.flatMap(Disputes, (disputes) => disputes.learn("sandbox", "dp_1"))
        yield* sentBack(bank, first)
        yield* tells(payment.gatewayReference, "evt_1")
        yield* drain
        const tooMuch = yield* Effect.flip(refund(order.id, { amount: Shop.usd(1_001) }))
        assert.strictEqual(tooMuch._tag, "RefundExceedsCaptured")
        assert.strictEqual((yield* refund(order.id, { amount: Shop.usd(1_000) })).state, "succeeded")
        assert.deepStrictEqual(yield* shown(order.id), ["on_hold", "partially_refunded", 1_000])
      }))

    test("of money that came otherwise than it was asked for are nobody's again, and none of the order's", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered("sandbox_mismatch")
        const first = yield* refund(order.id)
        const before = yield* shown(order.id)
        yield* sentBack(bank, first)
        yield* tells(payment.gatewayReference, "evt_1")
        yield* drain
        const now = yield* payments.get(payment.id)
        assert.deepStrictEqual([now.state, now.refunded.amount], ["mismatched", 0])
        assert.deepStrictEqual(yield* shown(order.id), before)
        const balances = yield* (yield* BooksRepository).balances({})
        assert.strictEqual(balances.find(({ account }) => account === "unallocated")?.balance.amount, -now.captured.amount)
      }), { settled: false })
  })
}
