/**
 * What becomes of the webhooks of payment gateways: each counts once, in any order, and none is believed.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Events } from "../events/Events.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import { Orders } from "../orders/Orders.ts"
import { GatewayUnavailable } from "../payments/PaymentGateway.ts"
import { PaymentRepository } from "../payments/PaymentRepository.ts"
import { Payments } from "../payments/Payments.ts"
import type { WebhookRequest } from "../payments/SandboxGateway.ts"
import * as SandboxGateway from "../payments/SandboxGateway.ts"
import { signatureHeader } from "../payments/SandboxWebhook.ts"
import { Stores } from "../stores/Stores.ts"
import * as Fixture from "./PaymentFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const keyOf = ({ body }: WebhookRequest): string => JSON.parse(new TextDecoder().decode(body)).id

export const webhookSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`webhooks on ${harness.name}`, () => {
    test("pay an order while its buyer is still away", (bank) =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const { order, reference, variantId } = yield* Fixture.redirected()
        yield* Fixture.connected(bank)
        yield* bank.approve(reference)
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "pending", "the work is done by a job")
        yield* jobs.drain
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 9, available: 9 })
      }))

    test("attack 38, webhook and redirect race: and the buyer who comes back at the same moment make one payment of it and one confirmation, two hundred times over", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const jobs = yield* Jobs
        const events = yield* Events
        const confirmed: Array<string> = []
        yield* events.subscribe({
          name: "test.confirmation",
          types: ["order.paid"],
          handle: ({ subject }) => Effect.sync(() => confirmed.push(subject))
        })
        const { variantId } = yield* Shop.product({ stock: 200 })
        for (let round = 0; round < 200; round++) {
          const { as, order, payment, reference } = yield* Fixture.redirected({ variantId })
          yield* bank.approve(reference)
          // both hear that it was captured before either has written it down
          yield* Fixture.together(bank, "retrieve", 2)
          const webhook = yield* bank.webhook(reference)
          const comesBack = Effect.asVoid(as(payments.verify(payment.id)))
          const isTold = Effect.andThen(Fixture.arrives(webhook), jobs.drain)
          yield* Effect.all(round % 2 === 0 ? [comesBack, isTold] : [isTold, comesBack], { concurrency: "unbounded" })
          yield* jobs.drain
          const told = yield* Fixture.told(order.id, payment.id)
          assert.lengthOf(told.filter((type) => type === "order.paid"), 1)
          assert.lengthOf(told.filter((type) => type === "payment.captured"), 1)
          assert.lengthOf(yield* payments.ledger(order.id), 2)
          assert.strictEqual(confirmed[round], order.id)
        }
        assert.lengthOf(confirmed, 200)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 0, available: 0 })
        assert.strictEqual(yield* Fixture.takings(bank), 200)
      }), { timeout: 300_000 })

    test("attack 36, replay: that are replayed five times at once count once", (bank) =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const { order, payment, reference } = yield* Fixture.redirected()
        yield* bank.approve(reference)
        const webhook = yield* bank.webhook(reference)
        const answers = yield* Effect.all(Array.from({ length: 5 }, () => Fixture.arrives(webhook)), {
          concurrency: "unbounded"
        })
        assert.deepStrictEqual(answers.map(({ duplicate }) => duplicate).toSorted(), [false, true, true, true, true])
        yield* jobs.drain
        assert.isTrue((yield* Fixture.arrives(webhook)).duplicate)
        yield* jobs.drain
        const events = yield* Fixture.told(order.id, payment.id)
        assert.lengthOf(events.filter((type) => type === "order.paid"), 1)
        const repository = yield* PaymentRepository
        assert.strictEqual((yield* repository.findInbox("sandbox", keyOf(webhook)))?.status, "handled")
      }))

    test("attack 37, out of order: that come in the wrong order leave the truth as it is", (bank) =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const { order, payment, reference } = yield* Fixture.redirected()
        const early = yield* bank.webhook(reference)
        yield* bank.approve(reference)
        const late = yield* bank.webhook(reference)
        const failed = Fixture.signed({ id: "evt_9", type: "charge.failed", data: { reference, paymentId: payment.id } })
        for (const webhook of [late, failed, early]) {
          yield* Fixture.arrives(webhook)
          yield* jobs.drain
          assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        }
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["captured"])
      }))

    test("are not believed: one that says that a payment succeeded makes the shop ask", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const { order, payment, reference } = yield* Fixture.redirected()
        yield* Fixture.arrives(Fixture.signed({
          id: "evt_lie",
          type: "charge.captured",
          data: { reference, paymentId: payment.id, status: "captured", amount: order.total }
        }))
        yield* jobs.drain
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "pending")
      }))

    test("attack 40, unknown payment: about a payment that nobody knows are kept for a person to look at, and make no order", () =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const orders = yield* Orders
        const repository = yield* PaymentRepository
        const data = { reference: "sbx_elsewhere", paymentId: "pay_elsewhere" }
        assert.isFalse((yield* Fixture.arrives(Fixture.signed({ id: "evt_1", type: "charge.captured", data }))).duplicate)
        yield* jobs.drain
        assert.strictEqual((yield* repository.findInbox("sandbox", "evt_1"))?.status, "orphan")
        assert.deepStrictEqual(yield* Fixture.told("evt_1"), ["payment.orphaned"])
        assert.deepStrictEqual((yield* orders.list()).items, [])
      }))

    test("of one gateway do not speak for the payments of another", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const jobs = yield* Jobs
        const repository = yield* PaymentRepository
        const { order, payment, reference } = yield* Fixture.redirected()
        yield* bank.approve(reference)
        const data = { reference, paymentId: payment.id }
        yield* payments.receiveWebhook("other", Fixture.signed({ id: "evt_1", type: "charge.captured", data }))
        yield* jobs.drain
        assert.strictEqual((yield* repository.findInbox("other", "evt_1"))?.status, "orphan")
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "pending")
      }), { gateways: [SandboxGateway.make({ name: "other", secret: "whsec_test" })], settled: false })

    test("are handled later when the gateway does not answer now", (bank) =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const payments = yield* Payments
        const { order, reference } = yield* Fixture.redirected()
        yield* bank.approve(reference)
        bank.on("retrieve", () => Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "down" })))
        yield* Fixture.arrives(yield* bank.webhook(reference))
        yield* jobs.drain
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "pending")
        bank.off("retrieve")
        yield* TestClock.adjust("5 minutes")
        yield* jobs.drain
        yield* payments.recover
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
      }))

    test("attacks 33 and 34, unsigned and wrongly signed: that are not from the gateway change nothing and are not even stored", (bank) =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const repository = yield* PaymentRepository
        yield* TestClock.adjust("1 day")
        const { order, payment, reference } = yield* Fixture.redirected()
        yield* bank.approve(reference)
        const good = yield* bank.webhook(reference)
        const flipped = Uint8Array.from(good.body)
        flipped[10] = (flipped[10] ?? 0) ^ 1
        const now = 86_400
        const about = { id: keyOf(good), type: "charge.captured", data: { reference, paymentId: payment.id } }
        const forgeries: ReadonlyArray<readonly [reason: string, WebhookRequest]> = [
          ["missing_signature", { body: good.body, headers: {} }],
          ["wrong_signature", { body: good.body, headers: { [signatureHeader]: "t=1,v1=00" } }],
          ["wrong_signature", { body: flipped, headers: good.headers }],
          ["wrong_signature", Fixture.signed(about, now, "another secret")],
          ["stale", Fixture.signed(about, now - 301)],
          ["stale", Fixture.signed(about, now + 301)],
          ["malformed", Fixture.signed("not an event", now)],
          ["malformed", Fixture.signed({ id: 1 }, now)]
        ]
        for (const [reason, webhook] of forgeries) {
          const error = yield* Effect.flip(Fixture.arrives(webhook))
          assert.strictEqual(error._tag === "WebhookRejected" ? error.reason : error._tag, reason)
        }
        yield* jobs.drain
        assert.isUndefined(yield* repository.findInbox("sandbox", keyOf(good)))
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "pending")
        assert.isFalse((yield* Fixture.arrives(good)).duplicate)
        yield* jobs.drain
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
      }))

    test("for a gateway that is not there are answered so", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const error = yield* Effect.flip(payments.receiveWebhook("stripe", { body: new Uint8Array(), headers: {} }))
        assert.strictEqual(error._tag, "GatewayNotFound")
      }))

    test("that reach another store's address find nothing there", (bank) =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const stores = yield* Stores
        const repository = yield* PaymentRepository
        const { order, reference } = yield* Fixture.redirected()
        yield* bank.approve(reference)
        const webhook = yield* bank.webhook(reference)
        const { id } = yield* stores.create({ code: "other", name: "Other store", currency: "USD" })
        const there = Effect.provideService(CurrentStore, id)
        assert.isFalse((yield* there(Fixture.arrives(webhook))).duplicate)
        yield* there(jobs.drain)
        assert.strictEqual((yield* there(repository.findInbox("sandbox", keyOf(webhook))))?.status, "orphan")
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "pending")
        assert.isFalse((yield* Fixture.arrives(webhook)).duplicate, "the same event is new to its own store")
        yield* jobs.drain
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
      }))
  })
}
