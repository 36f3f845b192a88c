/**
 * Disputes: who has the money at each step, what the order does meanwhile, and that nobody gives it back twice.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Cancellations } from "../cancellations/Cancellations.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { EventRepository } from "../events/EventRepository.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { Order } from "../orders/Order.ts"
import { Orders } from "../orders/Orders.ts"
import { Disputes } from "../payments/Disputes.ts"
import * as OfflineGateway from "../payments/OfflineGateway.ts"
import { type GatewayDispute, GatewayRejected } from "../payments/PaymentGateway.ts"
import { PaymentRepository } from "../payments/PaymentRepository.ts"
import { Payments } from "../payments/Payments.ts"
import { Returns } from "../returns/Returns.ts"
import { Stores } from "../stores/Stores.ts"
import * as Fixture from "./PaymentFixture.ts"
import type { ScriptedGateway } from "./ScriptedGateway.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const respondBy = Timestamp.fromMillis(7 * 86_400_000)

/** What each account gained by the disputes of an order. */
const moved = Effect.fnUntraced(function*(orderId: string) {
  const sums = new Map<string, number>()
  for (const { account, amount, transaction } of yield* (yield* Payments).ledger(orderId)) {
    if (!transaction.startsWith("dispute")) continue
    sums.set(account, (sums.get(account) ?? 0) + amount.amount)
  }
  return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0))
})

/** The gateway says something of a dispute, and tells that there is news. */
const says = Effect.fnUntraced(function*(bank: ScriptedGateway, dispute: GatewayDispute, event: string) {
  bank.dispute(dispute)
  const seconds = Timestamp.toMillis(yield* Timestamp.now) / 1_000
  yield* Fixture.arrives(Fixture.signed({
    id: event,
    type: "charge.dispute",
    data: { reference: dispute.paymentReference, disputeReference: dispute.reference }
  }, seconds))
  yield* (yield* Jobs).drain
})

const disputed = Effect.fnUntraced(function*(bank: ScriptedGateway, changes: Partial<GatewayDispute> = {}, pieces = 1) {
  const bought = yield* Fixture.ordered("sandbox_success", { pieces })
  const said: GatewayDispute = {
    reference: "dp_1",
    paymentReference: bought.payment.gatewayReference ?? "",
    status: "needs_response",
    amount: Shop.usd(2_500),
    fee: Shop.usd(1_500),
    withdrawn: true,
    reason: "product_not_received",
    respondBy,
    ...changes
  }
  yield* says(bank, said, "evt_dispute_1")
  const [dispute] = (yield* Fixture.staff((yield* Disputes).list({ orderId: bought.order.id }))).items
  return { ...bought, said, dispute: dispute ?? (yield* Effect.die("there is no dispute")) }
})

/** The refunds of an order, the smallest first. */
const refundsNow = (orderId: string) =>
  Effect.map(Effect.flatMap(PaymentRepository, (payments) => payments.refunds(orderId)), (refunds) =>
    refunds.map(({ amount, state }) => [state, amount.amount] as const).toSorted(([, a], [, b]) => a - b))

/** Staff cancel pieces of the order's first line, and the jobs are done. */
const cancelled = Effect.fnUntraced(function*({ id, lines }: Order, quantity: number) {
  const lineId = lines[0]?.id ?? ""
  yield* Fixture.staff(Effect.flatMap(Cancellations, (cancellations) => cancellations.cancel(id, { lines: [{ lineId, quantity }] })))
  yield* (yield* Jobs).drain
})

/** What the newest event of a type said. */
const lastOf = (orderId: string, type: string) =>
  Effect.map(Effect.flatMap(EventRepository, (events) => events.ofSubject(orderId)), (all) =>
    all.findLast((event) => event.type === type)?.data as { readonly amount?: unknown; readonly refund?: unknown; readonly waits?: unknown } | undefined)

export const disputeSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`disputes on ${harness.name}`, () => {
    test("are learnt from webhooks: the money is away, the order waits, and nothing of it can be given back", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { dispute, order, payment, said } = yield* disputed(bank)
        assert.deepStrictEqual(
          [dispute.state, dispute.withdrawn, dispute.gatewayReference, dispute.reason, dispute.respondBy],
          ["needs_response", true, "dp_1", "product_not_received", respondBy]
        )
        assert.deepStrictEqual(yield* moved(order.id), { disputes: 2_500, fees: 1_500, "gateway:sandbox": -4_000 })
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "on_hold")
        assert.deepStrictEqual((yield* payments.get(payment.id)).disputed, Shop.usd(2_500))
        const error = yield* Effect.flip(Fixture.staff(payments.refund(order.id, { amount: Shop.usd(1), reason: "" })))
        assert.strictEqual(error._tag, "RefundExceedsCaptured")
        yield* says(bank, said, "evt_dispute_2")
        yield* says(bank, said, "evt_dispute_2")
        assert.lengthOf((yield* payments.ledger(order.id)).filter(({ transaction }) => transaction === `dispute:${dispute.id}`), 3)
        assert.deepStrictEqual(yield* Fixture.told(dispute.id), ["dispute.opened"])
      }))

    test("are answered with evidence, which the gateway is handed", (bank) =>
      Effect.gen(function*() {
        const disputes = yield* Disputes
        const { dispute } = yield* disputed(bank)
        const evidence = { text: "Delivered on Monday, signed for by the buyer", files: ["file_1"] }
        const answered = yield* Fixture.staff(disputes.answer(dispute.id, evidence))
        assert.deepStrictEqual([answered.state, answered.evidence], ["under_review", evidence])
        assert.deepStrictEqual(bank.evidence, [{ reference: "dp_1", ...evidence }])
        assert.deepStrictEqual(yield* Fixture.told(dispute.id), ["dispute.opened", "dispute.answered"])
      }))

    test("that are won bring the money back, and the order goes on when staff say so", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const orders = yield* Orders
        const { dispute, order, payment, said } = yield* disputed(bank)
        yield* says(bank, { ...said, status: "won", withdrawn: false }, "evt_won")
        assert.deepStrictEqual(yield* moved(order.id), { fees: 1_500, "gateway:sandbox": -1_500 })
        assert.deepStrictEqual(yield* Fixture.told(dispute.id), ["dispute.opened", "dispute.won"])
        assert.strictEqual((yield* payments.get(payment.id)).disputed, undefined)
        assert.strictEqual((yield* Fixture.staff(orders.changeStatus(order.id, { event: "resume" }))).status, "paid")
        const refund = yield* Fixture.staff(payments.refund(order.id, { reason: "" }))
        assert.deepStrictEqual([refund.state, refund.amount], ["succeeded", Shop.usd(2_500)])
        yield* says(bank, { ...said, status: "lost" }, "evt_late")
        assert.deepStrictEqual(yield* Fixture.told(dispute.id), ["dispute.opened", "dispute.won"], "what is won stays won")
      }))

    test("that are lost cost the shop what it has sold, and may still be won by an appeal", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { dispute, order, payment, said } = yield* disputed(bank, { withdrawn: false })
        assert.deepStrictEqual(yield* moved(order.id), {}, "nothing has moved yet")
        yield* says(bank, { ...said, status: "lost" }, "evt_lost")
        assert.deepStrictEqual(yield* moved(order.id), { fees: 1_500, "gateway:sandbox": -4_000, sales: 2_500 })
        assert.deepStrictEqual((yield* payments.get(payment.id)).disputed, Shop.usd(2_500))
        yield* says(bank, { ...said, status: "won" }, "evt_appeal")
        assert.deepStrictEqual(yield* moved(order.id), { fees: 1_500, "gateway:sandbox": -1_500 })
        assert.deepStrictEqual(yield* Fixture.told(dispute.id), ["dispute.opened", "dispute.lost", "dispute.won"])
      }))

    test("that are won after their order was cancelled give back what could not go back with it", (bank) =>
      Effect.gen(function*() {
        const { order, payment, said } = yield* disputed(bank, { amount: Shop.usd(1_000) })
        yield* Fixture.staff(Effect.flatMap(Orders, (orders) => orders.cancel(order.id)))
        yield* (yield* Jobs).drain
        const given = Effect.map(Effect.flatMap(Payments, (payments) => payments.get(payment.id)), ({ refunded }) => refunded)
        assert.deepStrictEqual(yield* given, Shop.usd(1_500))
        yield* says(bank, { ...said, status: "won" }, "evt_won")
        assert.deepStrictEqual(yield* given, Shop.usd(2_500))
        assert.deepStrictEqual((yield* Fixture.orderNow(order.id)).refunded, Shop.usd(2_500))
      }))

    test("hold what is cancelled meanwhile: as much as is not there waits, and goes back once when they are won", (bank) =>
      Effect.gen(function*() {
        const { order, payment, said } = yield* disputed(bank, { amount: Shop.usd(5_000) }, 3)
        yield* cancelled(order, 2)
        assert.deepStrictEqual(yield* refundsNow(order.id), [["succeeded", 1_500], ["waiting", 2_500]])
        const news = yield* lastOf(order.id, "order.lines_cancelled")
        assert.deepStrictEqual<unknown>([news?.amount, news?.waits], [Shop.usd(1_500), Shop.usd(2_500)])
        const seen = yield* Fixture.staff(Effect.flatMap(Payments, (payments) => payments.refunds(order.id)))
        assert.include(seen.map(({ state }) => state), "waiting", "staff see it")
        // nobody asks for it meanwhile, and it is nothing that could be given back by hand
        yield* TestClock.adjust("1 day")
        yield* Effect.andThen((yield* Jobs).runCron("payments.recover"), (yield* Jobs).drain)
        const byHand = Effect.flatMap(Payments, (payments) => payments.refund(order.id, { amount: Shop.usd(1), reason: "" }))
        assert.strictEqual((yield* Effect.flip(Fixture.staff(byHand)))._tag, "RefundExceedsCaptured")
        yield* says(bank, { ...said, status: "won" }, "evt_won")
        yield* says(bank, { ...said, status: "won" }, "evt_won_again")
        assert.deepStrictEqual(yield* refundsNow(order.id), [["succeeded", 1_500], ["succeeded", 2_500]])
        const { refunded, status } = yield* Fixture.orderNow(order.id)
        assert.deepStrictEqual([status, refunded], ["on_hold", Shop.usd(4_000)])
        assert.deepStrictEqual((yield* (yield* Payments).get(payment.id)).refunded, Shop.usd(4_000))
      }))

    test("of two about one payment pay what waits as far as each is won, by an appeal as well", (bank) =>
      Effect.gen(function*() {
        const { order, said } = yield* disputed(bank, { amount: Shop.usd(3_000) }, 3)
        const second = { ...said, reference: "dp_2", amount: Shop.usd(3_500), fee: null }
        yield* says(bank, second, "evt_second")
        const lineId = order.lines[0]?.id ?? assert.fail("an order without lines")
        const edited = yield* Fixture.staff(Effect.flatMap(OrderEdits, (edits) => edits.apply(order.id, { lines: [{ lineId, quantity: 1 }] })))
        assert.deepStrictEqual([edited.edit.refund, edited.givenBack, edited.waits], [Shop.usd(4_000), Shop.usd(0), Shop.usd(4_000)])
        const news = yield* lastOf(order.id, "order.edited")
        assert.deepStrictEqual<unknown>([news?.refund, news?.waits], [Shop.usd(0), Shop.usd(4_000)])
        yield* says(bank, { ...second, status: "won" }, "evt_second_won")
        assert.deepStrictEqual(yield* refundsNow(order.id), [["waiting", 500], ["succeeded", 3_500]])
        yield* says(bank, { ...said, status: "lost" }, "evt_lost")
        assert.deepStrictEqual(yield* refundsNow(order.id), [["failed", 500], ["succeeded", 3_500]], "the bank has given it to the buyer")
        yield* says(bank, { ...said, status: "won" }, "evt_appeal")
        assert.deepStrictEqual(yield* refundsNow(order.id), [["succeeded", 500], ["succeeded", 3_500]])
        assert.deepStrictEqual((yield* Fixture.orderNow(order.id)).refunded, Shop.usd(4_000))
      }))

    test("that are lost close what waited for them, and say so, but for what another can bring back", (bank) =>
      Effect.gen(function*() {
        const { order, said } = yield* disputed(bank, { amount: Shop.usd(5_500) }, 5)
        const second = { ...said, reference: "dp_2", amount: Shop.usd(1_500), fee: null }
        yield* says(bank, second, "evt_second")
        yield* cancelled(order, 3)
        assert.deepStrictEqual(yield* refundsNow(order.id), [["waiting", 2_500], ["succeeded", 3_500]])
        yield* says(bank, { ...said, status: "lost" }, "evt_lost")
        assert.deepStrictEqual(yield* refundsNow(order.id), [["failed", 1_000], ["waiting", 1_500], ["succeeded", 3_500]])
        const seen = yield* Fixture.staff(Effect.flatMap(Payments, (payments) => payments.refunds(order.id)))
        assert.deepInclude(seen.find(({ state }) => state === "failed")?.failure, { code: "dispute_lost", advice: "contact" })
        yield* says(bank, { ...second, status: "lost" }, "evt_second_lost")
        assert.deepStrictEqual(yield* refundsNow(order.id), [["failed", 1_000], ["failed", 1_500], ["succeeded", 3_500]])
        // who has more cancelled is not told that it waits
        yield* cancelled(order, 1)
        const news = yield* lastOf(order.id, "order.lines_cancelled")
        assert.deepStrictEqual<unknown>([news?.amount, news?.waits], [Shop.usd(0), undefined])
        yield* says(bank, { ...said, status: "won" }, "evt_appeal")
        const paid = (yield* refundsNow(order.id)).reduce((sum, [state, amount]) => state === "succeeded" ? sum + amount : sum, 0)
        assert.strictEqual(paid, 8_000)
      }))

    test("hold the money of a return, and not its goods", (bank) =>
      Effect.gen(function*() {
        const returns = yield* Returns
        const orders = yield* Orders
        const bought = yield* Fixture.ordered("sandbox_success", { pieces: 2 })
        for (const event of ["ship", "deliver"] as const) yield* Fixture.staff(orders.changeStatus(bought.order.id, { event }))
        const said: GatewayDispute = {
          reference: "dp_1",
          paymentReference: bought.payment.gatewayReference ?? "",
          status: "needs_response",
          amount: bought.order.total,
          fee: null,
          withdrawn: true,
          reason: "product_not_received",
          respondBy: null
        }
        yield* says(bank, said, "evt_return")
        const lineId = bought.order.lines[0]?.id ?? ("" as never)
        const asked = yield* bought.as(returns.request(bought.order.id, { lines: [{ lineId, quantity: 1, reason: "damaged" }] }))
        yield* Fixture.staff(returns.approve(asked.id))
        const came = yield* Fixture.staff(returns.receive(asked.id, { lines: [{ lineId, restock: 1, scrap: 0 }] }))
        assert.strictEqual(came.status, "received")
        assert.deepStrictEqual(yield* Shop.stockOf(bought.variantId), { onHand: 9, available: 9 })
        assert.strictEqual((yield* Effect.flip(Fixture.staff(returns.refund(asked.id))))._tag, "RefundExceedsCaptured")
        assert.strictEqual((yield* Fixture.staff(returns.get(asked.id))).status, "received")
        yield* says(bank, { ...said, status: "won" }, "evt_return_won")
        yield* Fixture.staff(returns.refund(asked.id))
        yield* (yield* Jobs).drain
        assert.strictEqual((yield* Fixture.staff(returns.get(asked.id))).status, "refunded")
      }))

    test("give all of it back once, where the rest of the order was cancelled after a part that waits", (bank) =>
      Effect.gen(function*() {
        const { order, said } = yield* disputed(bank, { amount: Shop.usd(6_500) }, 3)
        yield* cancelled(order, 1)
        yield* Fixture.staff(Effect.flatMap(Orders, (orders) => orders.cancel(order.id)))
        yield* (yield* Jobs).drain
        assert.deepStrictEqual(yield* refundsNow(order.id), [["waiting", 2_000]])
        yield* says(bank, { ...said, status: "won" }, "evt_won")
        assert.deepStrictEqual(yield* refundsNow(order.id), [["succeeded", 2_000], ["succeeded", 4_500]])
        assert.deepStrictEqual((yield* Fixture.orderNow(order.id)).refunded, Shop.usd(6_500))
      }))

    test("that are won while pieces are cancelled lose nothing of what goes back", (bank) =>
      Effect.gen(function*() {
        const { order, said } = yield* disputed(bank, { amount: Shop.usd(6_500) }, 3)
        bank.dispute({ ...said, status: "won" })
        const disputes = yield* Disputes
        const [, attempt] = yield* Effect.all([disputes.learn("sandbox", "dp_1"), Effect.result(cancelled(order, 1))], { concurrency: "unbounded" })
        // who came second may have been refused as a conflict
        if (attempt._tag === "Failure") yield* cancelled(order, 1)
        yield* (yield* Jobs).drain
        assert.deepStrictEqual(yield* refundsNow(order.id), [["succeeded", 2_000]])
      }))

    test("and a refund at the same time leave the shop with no less than nothing", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered("sandbox_success")
        bank.dispute({
          reference: "dp_1",
          paymentReference: payment.gatewayReference ?? "",
          status: "needs_response",
          amount: Shop.usd(2_000),
          fee: null,
          withdrawn: true,
          reason: "fraudulent",
          respondBy: null
        })
        const disputes = yield* Disputes
        yield* Effect.all([
          disputes.learn("sandbox", "dp_1"),
          disputes.learn("sandbox", "dp_1"),
          Effect.ignore(Fixture.staff(payments.refund(order.id, { amount: Shop.usd(600), reason: "" })))
        ], { concurrency: "unbounded" })
        const { disputed, refunded } = yield* payments.get(payment.id)
        assert.strictEqual(disputed?.amount, 2_000)
        const error = yield* Effect.flip(Fixture.staff(payments.refund(order.id, { amount: Shop.usd(501), reason: "" })))
        assert.strictEqual(error._tag, "RefundExceedsCaptured")
        assert.include([0, 600], refunded.amount)
        assert.lengthOf((yield* Fixture.staff(disputes.list())).items, 1)
      }))

    test("of which no webhook came in the end are asked about every hour", (bank) =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const { order, said } = yield* disputed(bank)
        bank.dispute({ ...said, status: "won" })
        const look = Effect.andThen(jobs.runCron("payments.disputes"), jobs.drain)
        yield* look
        assert.deepStrictEqual(yield* moved(order.id), { disputes: 2_500, fees: 1_500, "gateway:sandbox": -4_000 })
        yield* TestClock.adjust("1 hour")
        yield* look
        assert.deepStrictEqual(yield* moved(order.id), { fees: 1_500, "gateway:sandbox": -1_500 })
      }))

    test("of which not even the first webhook came are found within the hour, also behind one that the gateway refuses to tell of", (bank) =>
      Effect.gen(function*() {
        const { order, payment } = yield* Fixture.ordered("sandbox_success")
        const said = {
          paymentReference: payment.gatewayReference ?? "",
          status: "needs_response" as const,
          amount: Shop.usd(2_500),
          fee: null,
          withdrawn: true,
          reason: "fraudulent",
          respondBy
        }
        for (const reference of ["dp_refused", "dp_unheard"]) bank.dispute({ ...said, reference }, yield* Timestamp.now)
        const retrieve = bank.disputes?.retrieve ?? (() => Effect.die("it tells of disputes"))
        const refusal = new GatewayRejected({ gateway: "sandbox", gatewayCode: null, detail: "of another account" })
        Object.assign(bank.disputes ?? {}, {
          retrieve: (reference: string) => reference === "dp_refused" ? Effect.fail(refusal) : retrieve(reference)
        })
        const jobs = yield* Jobs
        for (let time = 0; time < 2; time++) yield* Effect.andThen(jobs.runCron("payments.disputes"), jobs.drain)
        const { items } = yield* Fixture.staff((yield* Disputes).list({ orderId: order.id }))
        assert.deepStrictEqual(items.map(({ gatewayReference, state }) => [gatewayReference, state]), [["dp_unheard", "needs_response"]])
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "on_hold")
        const waiting = (yield* Fixture.staff((yield* Disputes).unmatched())).items
        assert.deepStrictEqual(waiting.map(({ attempts, reference }) => [reference, attempts]), [["dp_refused", 1]])
      }))

    test("that nobody can place are asked about ever more seldom, and then left to a person", (bank) =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const disputes = yield* Disputes
        const { payment } = yield* Fixture.ordered("sandbox_success")
        const asked: Array<number> = []
        let hour = 0
        const said = {
          reference: "dp_odd",
          paymentReference: "sbx_of_somebody_else",
          status: "needs_response" as const,
          amount: Shop.usd(2_500),
          fee: null,
          withdrawn: true,
          reason: "fraudulent",
          respondBy
        }
        bank.dispute(said, yield* Timestamp.now)
        const retrieve = bank.disputes?.retrieve ?? (() => Effect.die("it tells of disputes"))
        Object.assign(bank.disputes ?? {}, {
          retrieve: (reference: string) => Effect.andThen(Effect.sync(() => asked.push(hour)), retrieve(reference))
        })
        for (; hour < 100; hour++) {
          yield* Effect.andThen(jobs.runCron("payments.disputes"), jobs.drain)
          yield* TestClock.adjust("1 hour")
        }
        assert.deepStrictEqual(asked, [0, 1, 3, 7, 15, 31, 55], "the next would be after more than three days")
        const [odd] = (yield* Fixture.staff(disputes.unmatched())).items
        assert.deepInclude(odd, { gateway: "sandbox", reference: "dp_odd", attempts: 7, nextAttemptAt: null })
        const items = yield* Fixture.inboxNow
        assert.deepStrictEqual(items.map(({ template }) => template), ["dispute-unmatched"], "a person is told, once")
        const about = { gateway: "sandbox", reference: "dp_odd" }
        assert.strictEqual((yield* Effect.flip(Fixture.staff(disputes.match(about))))._tag, "DisputeUnmatched")
        bank.dispute({ ...said, paymentReference: payment.gatewayReference ?? "" })
        assert.strictEqual((yield* Fixture.staff(disputes.match(about))).paymentId, payment.id)
        assert.deepStrictEqual((yield* Fixture.staff(disputes.unmatched())).items, [])
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(disputes.unmatched())))._tag, "Unauthenticated")
      }))

    test("of a gateway that tells of none are written down and ended by staff", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const disputes = yield* Disputes
        const { variantId } = yield* Shop.product({ stock: 5 })
        const placed = yield* Shop.place(yield* Shop.guest([variantId, 1]), undefined, { payment: { gateway: "bank-transfer" } })
        const payment = placed.payment ?? (yield* Effect.die("there is a payment"))
        yield* Fixture.staff(payments.capture(payment.id))
        const about = { paymentId: payment.id, reason: "the buyer says that it never came" }
        const refused = (input: Parameters<typeof disputes.open>[0]) =>
          Effect.map(Effect.flip(Fixture.staff(disputes.open(input))), (error) =>
            error._tag === "InvalidDispute" ? error.reason : error._tag)
        assert.strictEqual(yield* refused({ ...about, amount: Shop.usd(2_501) }), "amount")
        assert.strictEqual(yield* refused({ ...about, amount: Shop.usd(0) }), "amount")
        assert.strictEqual(yield* refused({ ...about, amount: { amount: 1, currency: "EUR" } }), "currency")
        assert.strictEqual(yield* refused({ ...about, fee: { amount: 1, currency: "EUR" } }), "currency")
        assert.strictEqual(yield* refused({ ...about, paymentId: "pay_01jd0000000000000000000000" }), "PaymentNotFound")
        const dispute = yield* Fixture.staff(disputes.open({ ...about, amount: Shop.usd(2_000), fee: Shop.usd(100) }))
        assert.deepStrictEqual(yield* moved(placed.order.id), { disputes: 2_000, fees: 100, "gateway:bank-transfer": -2_100 })
        assert.strictEqual(yield* refused({ ...about, amount: Shop.usd(501) }), "amount")
        const answered = yield* Fixture.staff(disputes.answer(dispute.id, { text: "It came" }))
        assert.strictEqual(answered.state, "under_review")
        assert.strictEqual((yield* Fixture.staff(disputes.close(dispute.id, { outcome: "lost" }))).state, "lost")
        assert.deepStrictEqual(yield* moved(placed.order.id), { fees: 100, "gateway:bank-transfer": -2_100, sales: 2_000 })
        for (const late of [disputes.close(dispute.id, { outcome: "won" }), disputes.answer(dispute.id, { text: "It came" })]) {
          assert.strictEqual((yield* Effect.flip(Fixture.staff(late as Effect.Effect<unknown, { readonly _tag: string }>)))._tag, "DisputeDecided")
        }
      }), { gateways: [OfflineGateway.bankTransfer({ currencies: ["USD"], instructions: () => "Transfer it" })] })

    test("are each store's own, and nobody but staff sees or changes them", (bank) =>
      Effect.gen(function*() {
        const disputes = yield* Disputes
        const stores = yield* Stores
        const repository = yield* PaymentRepository
        const { as, dispute, payment, said } = yield* disputed(bank)
        const reader = Actor.as(Actor.staff("clerk", ["payments:read"]))
        assert.deepStrictEqual(yield* reader(disputes.get(dispute.id)), dispute)
        assert.strictEqual((yield* Effect.flip(reader(disputes.answer(dispute.id, { text: "x" }))))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(as(disputes.list())))._tag, "Unauthenticated")
        assert.strictEqual((yield* Effect.flip(as(disputes.get(dispute.id))))._tag, "Unauthenticated")
        const told = yield* Effect.flip(Fixture.staff(disputes.open({ paymentId: payment.id, reason: "x" })))
        assert.strictEqual(told._tag, "InvalidDispute", "this gateway tells of its own")
        assert.strictEqual((yield* Effect.flip(Fixture.staff(disputes.close(dispute.id, { outcome: "won" }))))._tag, "InvalidDispute")
        const { id } = yield* stores.create({ code: "other", name: "Other store", currency: "USD" })
        const there = Effect.provideService(CurrentStore, id)
        assert.deepStrictEqual((yield* Fixture.staff(there(disputes.list()))).items, [])
        assert.strictEqual((yield* Effect.flip(Fixture.staff(there(disputes.get(dispute.id)))))._tag, "DisputeNotFound")
        assert.isUndefined(yield* there(disputes.learn("sandbox", "dp_1")), "its payment is not there")
        bank.dispute({ ...said, reference: "dp_2", paymentReference: "sbx_unknown" })
        const seconds = Timestamp.toMillis(yield* Timestamp.now) / 1_000
        yield* Fixture.arrives(Fixture.signed({ id: "evt_u", type: "charge.dispute", data: { disputeReference: "dp_2" } }, seconds))
        yield* (yield* Jobs).drain
        assert.strictEqual((yield* repository.findInbox("sandbox", "evt_u"))?.status, "orphan")
      }))
  })
}
