/**
 * What a gateway lists, for the shop to compare its books with.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { ListedPayment } from "../payments/PaymentGateway.ts"
import * as Fixture from "./GatewayFixture.ts"
import type { GatewayHarness } from "./GatewayHarness.ts"
import type { Register } from "./Register.ts"

/** Everything between two times, in minutes since 1970. */
const listed = Effect.fnUntraced(function*(it: Fixture.Tested, since: number, until: number) {
  const all: Array<ListedPayment> = []
  let after: string | null = null
  do {
    const part: { readonly items: ReadonlyArray<ListedPayment>; readonly next: string | null } = yield* it.gateway.list({
      since: Timestamp.fromMillis(since * 60_000),
      until: Timestamp.fromMillis(until * 60_000),
      after
    })
    assert.isAtMost(part.items.length, 100)
    all.push(...part.items)
    after = part.next
  } while (after !== null)
  return all
})

export const gatewayListSuite = (harness: GatewayHarness, register?: Register): void => {
  const { describe, test } = Fixture.tests(harness, register)

  describe(`the list of ${harness.name}`, () => {
    test("has every payment of a span of time, with what went back of it, and no other", (it) =>
      Effect.gen(function*() {
        yield* Fixture.paid(it, "pay_early")
        yield* TestClock.adjust("10 minutes")
        const first = yield* Fixture.paid(it, "pay_1")
        yield* it.gateway.refund({ ...Fixture.asked(first, "refund"), amount: it.money(10_000) })
        yield* TestClock.adjust("1 minute")
        const second = yield* Fixture.paid(it, "pay_2")
        yield* TestClock.adjust("9 minutes")
        yield* Fixture.paid(it, "pay_late")
        const found = yield* listed(it, 10, 20)
        assert.deepStrictEqual(
          found.map(({ amount, paymentId, reference, refunded, status }) => ({
            paymentId,
            reference,
            status,
            amount: amount.amount,
            refunded: refunded.amount
          })).toSorted((a, b) => (a.paymentId ?? "") < (b.paymentId ?? "") ? -1 : 1),
          [
            { paymentId: "pay_1", reference: first.reference, status: "captured", amount: 10_000, refunded: 10_000 },
            { paymentId: "pay_2", reference: second.reference, status: "captured", amount: 10_000, refunded: 0 }
          ]
        )
        for (const { createdAt, fee } of found) {
          assert.isTrue(createdAt >= Timestamp.fromMillis(600_000) && createdAt < Timestamp.fromMillis(1_200_000))
          if (fee !== null) assert.isAtLeast(fee.amount, 0)
        }
        assert.deepStrictEqual(yield* listed(it, 30, 40), [])
      }))

    test("goes on where it stopped, so that none is left out and none comes twice", (it) =>
      Effect.gen(function*() {
        const ids = Array.from({ length: 103 }, (_, index) => `pay_${String(index).padStart(3, "0")}`)
        yield* Effect.forEach(ids, (id) => Fixture.paid(it, id), { concurrency: 8, discard: true })
        const found = (yield* listed(it, 0, 1)).map(({ paymentId }) => paymentId)
        assert.deepStrictEqual(found.toSorted(), ids)
      }))
  })
}
