/**
 * Disputes at a gateway: what it says of them, and what it is told.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as Fixture from "./GatewayFixture.ts"
import type { DisputesUnderTest, GatewayHarness } from "./GatewayHarness.ts"
import type { Register } from "./Register.ts"
import type { PaymentGateway } from "../payments/PaymentGateway.ts"

export const gatewayDisputeSuite = (harness: GatewayHarness, register?: Register): void => {
  const { describe, test: plain } = Fixture.tests(harness, register)

  /** A test of a gateway that tells of its disputes. */
  const test = (
    name: string,
    body: (
      it: Fixture.Tested,
      disputes: NonNullable<PaymentGateway["disputes"]>,
      bank: DisputesUnderTest
    ) => Effect.Effect<unknown, unknown>
  ) =>
    plain(name, (it) =>
      it.gateway.disputes === undefined || it.disputes === undefined
        ? Effect.die("the gateway and its harness both have disputes, or neither")
        : body(it, it.gateway.disputes, it.disputes))

  describe(`disputes at ${harness.name}`, () => {
    plain("are told of if the harness says so, and only then", (it) =>
      Effect.sync(() => {
        assert.strictEqual(it.gateway.disputes !== undefined, harness.disputes === true)
        assert.strictEqual(it.disputes !== undefined, harness.disputes === true)
      }))

    if (harness.disputes !== true) return

    test("are of a payment, with what the buyer wants back", (it, disputes, bank) =>
      Effect.gen(function*() {
        const payment = yield* Fixture.paid(it, "pay_1")
        const reference = yield* bank.open(payment.reference)
        const dispute = yield* disputes.retrieve(reference)
        assert.strictEqual(dispute?.reference, reference)
        assert.strictEqual(dispute?.paymentReference, payment.reference)
        assert.strictEqual(dispute?.status, "needs_response")
        assert.deepStrictEqual(dispute?.amount, it.money(10_000))
        assert.isTrue(dispute?.fee === null || (dispute?.fee.amount ?? -1) >= 0)
      }))

    test("that nobody opened are not there", (_, disputes) =>
      Effect.gen(function*() {
        assert.isUndefined(yield* disputes.retrieve("dp_nobody"))
      }))

    test("are named by their webhooks, each news by a key of its own", (it, disputes, bank) =>
      Effect.gen(function*() {
        const payment = yield* Fixture.paid(it, "pay_1")
        const reference = yield* bank.open(payment.reference)
        const opened = yield* it.gateway.parseWebhook(yield* bank.webhook(reference))
        assert.strictEqual(opened.disputeReference, reference)
        yield* bank.decide(reference, "won")
        const closed = yield* it.gateway.parseWebhook(yield* bank.webhook(reference))
        assert.strictEqual(closed.disputeReference, reference)
        assert.notStrictEqual(closed.key, opened.key)
        const paid = yield* it.gateway.parseWebhook(yield* it.webhook(payment.reference))
        assert.isTrue(paid.disputeReference === undefined || paid.disputeReference === null)
        assert.strictEqual((yield* disputes.retrieve(reference))?.status, "won")
      }))

    test("are found by the time they began, also where no webhook came", (it, disputes, bank) =>
      Effect.gen(function*() {
        const early = yield* bank.open((yield* Fixture.paid(it, "pay_1")).reference)
        yield* TestClock.adjust("3 days")
        const late = yield* bank.open((yield* Fixture.paid(it, "pay_2")).reference)
        const between = (since: number, until: number) =>
          Effect.map(
            disputes.list({ since: Timestamp.fromMillis(since * 86_400_000), until: Timestamp.fromMillis(until * 86_400_000), after: null }),
            ({ items }) => items
          )
        assert.deepStrictEqual((yield* between(0, 4)).toSorted(), [early, late].toSorted())
        assert.deepStrictEqual(yield* between(2, 4), [late])
        assert.deepStrictEqual(yield* between(8, 9), [])
      }))

    test("are answered, and the same again with the same key changes nothing", (it, disputes, bank) =>
      Effect.gen(function*() {
        const payment = yield* Fixture.paid(it, "pay_1")
        const reference = yield* bank.open(payment.reference)
        const request = { reference, idempotencyKey: "dsp_1:evidence:2", text: "It was delivered on Monday", files: bank.files ?? [] }
        for (let time = 0; time < 2; time++) assert.strictEqual((yield* disputes.submit(request)).status, "under_review")
        assert.strictEqual((yield* disputes.retrieve(reference))?.status, "under_review")
      }))

    test("that are won have given back what they took, and those that are lost have it", (it, disputes, bank) =>
      Effect.gen(function*() {
        for (const [id, outcome] of [["pay_1", "won"], ["pay_2", "lost"]] as const) {
          const payment = yield* Fixture.paid(it, id)
          const reference = yield* bank.open(payment.reference)
          yield* bank.decide(reference, outcome)
          const dispute = yield* disputes.retrieve(reference)
          assert.deepStrictEqual([dispute?.status, dispute?.withdrawn], [outcome, outcome === "lost"])
        }
      }))

    test("that are decided take no evidence any more", (it, disputes, bank) =>
      Effect.gen(function*() {
        const payment = yield* Fixture.paid(it, "pay_1")
        const reference = yield* bank.open(payment.reference)
        yield* bank.decide(reference, "lost")
        const late = disputes.submit({ reference, idempotencyKey: "late", text: "It was delivered", files: bank.files ?? [] })
        assert.strictEqual(yield* Fixture.failure(late), "GatewayRejected")
      }))
  })
}
