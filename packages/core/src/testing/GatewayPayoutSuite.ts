/**
 * What a gateway says of the money that it has sent to the shop's bank.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { GatewayPart, GatewayPayout, GatewayPayoutEntry, PaymentGateway } from "../payments/PaymentGateway.ts"
import * as Fixture from "./GatewayFixture.ts"
import type { GatewayHarness, PayoutsUnderTest } from "./GatewayHarness.ts"
import type { Register } from "./Register.ts"

/** All parts of a list. */
const parts = Effect.fnUntraced(function*<A, E>(ask: (after: string | null) => Effect.Effect<GatewayPart<A>, E>) {
  const all: Array<A> = []
  let after: string | null = null
  do {
    const part: GatewayPart<A> = yield* ask(after)
    assert.isAtMost(part.items.length, 100)
    all.push(...part.items)
    after = part.next
  } while (after !== null)
  return all
})

export const gatewayPayoutSuite = (harness: GatewayHarness, register?: Register): void => {
  const { describe, test: plain } = Fixture.tests(harness, register)

  /** A test of a gateway that tells of its payouts. */
  const test = (
    name: string,
    body: (
      it: Fixture.Tested,
      told: NonNullable<PaymentGateway["payouts"]>,
      bank: PayoutsUnderTest
    ) => Effect.Effect<unknown, unknown>
  ) =>
    plain(name, (it) =>
      it.gateway.payouts === undefined || it.payouts === undefined
        ? Effect.die("the gateway and its harness both have payouts, or neither")
        : body(it, it.gateway.payouts, it.payouts))

  describe(`payouts of ${harness.name}`, () => {
    plain("are told of if the harness says so, and only then", (it) =>
      Effect.sync(() => {
        assert.strictEqual(it.gateway.payouts !== undefined, harness.payouts === true)
        assert.strictEqual(it.payouts !== undefined, harness.payouts === true)
      }))

    if (harness.payouts !== true) return

    /** Payouts between two times, in minutes since 1970. */
    const between = (told: NonNullable<PaymentGateway["payouts"]>, since: number, until: number) =>
      parts<GatewayPayout, unknown>((after) =>
        told.list({ since: Timestamp.fromMillis(since * 60_000), until: Timestamp.fromMillis(until * 60_000), after }))

    const entriesOf = Effect.fnUntraced(function*(told: NonNullable<PaymentGateway["payouts"]>, reference: string) {
      const payout = (yield* between(told, 0, 1_440)).find((one) => one.reference === reference)
      if (payout === undefined) return yield* Effect.die("the payout is told of")
      const one = yield* parts<GatewayPayoutEntry, unknown>((after) => told.entries({ reference, after }))
      return [...payout.besides, ...one]
    })

    test("of a span of time are all told of, and no other", (it, told, bank) =>
      Effect.gen(function*() {
        yield* Fixture.paid(it, "pay_1")
        yield* bank.make
        yield* TestClock.adjust("2 days")
        yield* Fixture.paid(it, "pay_2")
        const { amount, reference } = yield* bank.make
        yield* TestClock.adjust("2 days")
        yield* Fixture.paid(it, "pay_3")
        yield* bank.make
        const [found, ...others] = yield* between(told, 1_440, 2 * 1_440 + 60)
        assert.deepStrictEqual(others, [])
        assert.deepStrictEqual([found?.reference, found?.amount, found?.state], [reference, amount, "paid"])
        assert.isTrue(found !== undefined && found.createdAt >= Timestamp.fromMillis(2 * 86_400_000))
        assert.deepStrictEqual(yield* between(told, 10 * 1_440, 11 * 1_440), [])
      }))

    test("are made of what was paid, less what the gateway keeps and what went back", (it, told, bank) =>
      Effect.gen(function*() {
        const first = yield* Fixture.paid(it, "pay_1")
        const second = yield* Fixture.paid(it, "pay_2")
        yield* it.gateway.refund({ ...Fixture.asked(first, "refund"), amount: it.money(4_000) })
        const { amount, reference } = yield* bank.make
        const entries = yield* entriesOf(told, reference)
        const charges = entries.filter(({ kind }) => kind === "charge")
        assert.deepStrictEqual(
          charges.map(({ amount, paymentReference }) => [paymentReference, amount]).toSorted(),
          [[first.reference, it.money(10_000)], [second.reference, it.money(10_000)]].toSorted()
        )
        assert.isTrue(charges.every(({ fee }) => fee.amount > 0))
        const sum = entries.reduce((total, { amount, fee }) => total + amount.amount - fee.amount, 0)
        assert.deepStrictEqual({ ...amount, amount: sum }, amount, "the entries come to what is at the bank")
        assert.strictEqual(
          entries.filter(({ kind }) => kind !== "charge").reduce((total, { amount }) => total + amount.amount, 0),
          -4_000,
          "what went back is in it"
        )
      }))

    test("of many payments name each of them once", (it, told, bank) =>
      Effect.gen(function*() {
        const ids = Array.from({ length: 103 }, (_, index) => `pay_${String(index).padStart(3, "0")}`)
        const payments = yield* Effect.forEach(ids, (id) => Fixture.paid(it, id), { concurrency: 8 })
        const { reference } = yield* bank.make
        const entries = yield* entriesOf(told, reference)
        assert.deepStrictEqual(
          entries.map(({ paymentReference }) => paymentReference).toSorted(),
          payments.map(({ reference }) => reference).toSorted()
        )
        assert.strictEqual(new Set(entries.map(({ reference }) => reference)).size, 103)
      }))
  })
}
