/**
 * Money of an order about which two decide at the same moment, where several connections have the storage open.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { DisputeRepository } from "../payments/DisputeRepository.ts"
import { type GatewayDispute } from "../payments/PaymentGateway.ts"
import { PaymentRepository } from "../payments/PaymentRepository.ts"
import { Payments } from "../payments/Payments.ts"
import * as Invariants from "./Invariants.ts"
import { cancel, creditNotes, drain, invoice, papers, refundsOf, says } from "./MoneyFixture.ts"
import * as Fixture from "./PaymentFixture.ts"
import * as ScriptedGateway from "./ScriptedGateway.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** A place at which somebody is held, once, until something else has happened or begins to write. */
const holding = () => {
  const inside = Deferred.makeUnsafe<void>()
  const met = Deferred.makeUnsafe<void>()
  let isArmed = false
  return {
    arm: () => {
      isArmed = true
    },
    here: Effect.suspend(() => {
      if (!isArmed) return Effect.void
      isArmed = false
      return Effect.andThen(Deferred.succeed(inside, undefined), Deferred.await(met))
    }),
    goOn: Effect.suspend(() => Deferred.isDoneUnsafe(inside) ? Effect.asVoid(Deferred.succeed(met, undefined)) : Effect.void),
    meanwhile: <A, E, R>(effect: Effect.Effect<A, E, R>) =>
      Deferred.await(inside).pipe(Effect.andThen(effect), Effect.ensuring(Deferred.succeed(met, undefined)))
  }
}

export const moneyRaceSuite = (harness: StorageHarness): void => {
  describe(`the money of orders of which several things happen at once, on ${harness.name}`, () => {
    it.effect("that is to wait for a dispute which is lost at this moment does not wait for ever", () => {
      const bank = ScriptedGateway.make({ secret: "whsec_test" })
      const held = holding()
      const storage = harness.storage()
      // whoever cancels has written what waits, and looks at the disputes; then the bank decides
      const disputes = Layer.effect(DisputeRepository, Effect.map(DisputeRepository, (all) =>
        DisputeRepository.of({
          ...all,
          standing: (orderId) =>
            Effect.tap(all.standing(orderId), held.here)
        })))
      const payments = Layer.effect(PaymentRepository, Effect.map(PaymentRepository, (all) =>
        PaymentRepository.of({
          ...all,
          update: (payment) =>
            Effect.andThen(held.goOn, all.update(payment))
        })))
      const meeting = Layer.merge(storage, Layer.provide(Layer.merge(disputes, payments), storage))
      return Effect.gen(function*() {
        yield* Shop.ships
        const { order, payment } = yield* Fixture.ordered("sandbox_success", { pieces: 2 })
        const dispute = { reference: "dp_1", paymentReference: payment.gatewayReference ?? "", status: "needs_response", amount: Shop.usd(4_500) } as const
        yield* says(bank, dispute)
        held.arm()
        yield* Effect.all([
          cancel(order, 1),
          held.meanwhile(says(bank, { ...dispute, status: "lost" }))
        ], { concurrency: 2 })
        yield* drain
        assert.deepStrictEqual(yield* refundsOf(order.id), [["failed", 2_000]])
        assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(bank) }), [])
      }).pipe(Effect.provide(Shop.layer(meeting, { bank })))
    })

    it.effect("that comes back while its credit note is being written is on none", () => {
      const bank = ScriptedGateway.make({ secret: "whsec_test" })
      const held = holding()
      const storage = harness.storage()
      // whoever writes the note has seen that the refund is done
      const payments = Layer.effect(PaymentRepository, Effect.map(PaymentRepository, (all) =>
        PaymentRepository.of({
          ...all,
          findRefund: (id) =>
            Effect.tap(all.findRefund(id), held.here)
        })))
      return Effect.gen(function*() {
        yield* Shop.ships
        const { order } = yield* Fixture.ordered()
        yield* invoice(order.id)
        yield* drain
        const all = yield* Payments
        const refund = yield* Fixture.staff(all.refund(order.id, { amount: Shop.usd(1_000), reason: "broken" }))
        held.arm()
        const comesBack = Effect.gen(function*() {
          yield* bank.bank.endRefund(refund.gatewayReference ?? "", "failed")
          yield* TestClock.adjust("1 day")
          yield* all.recover
        })
        yield* Effect.all([drain, held.meanwhile(comesBack)], { concurrency: 2 })
        yield* drain
        assert.deepStrictEqual(yield* refundsOf(order.id), [["failed", 1_000]])
        assert.deepStrictEqual([yield* creditNotes(order.id), (yield* papers(order.id)).total], [[], order.total.amount])
        // and the one in its place has a note as ever
        yield* Fixture.staff(all.refund(order.id, { amount: Shop.usd(1_000), reason: "broken" }))
        yield* drain
        assert.deepStrictEqual(yield* creditNotes(order.id), [1_000])
        assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(bank), papers: true }), [])
      }).pipe(Effect.provide(Shop.layer(Layer.merge(storage, Layer.provide(payments, storage)), { bank })))
    })

    // whoever cancels has seen whether the payment is disputed, and looks at it again for what goes back or is to wait
    const lookedAtTwice = (
      name: string,
      before: Pick<GatewayDispute, "reference" | "status" | "amount">,
      meanwhile: typeof before,
      refunds: ReadonlyArray<readonly [string, number]>
    ) =>
      it.effect(name, () => {
        const bank = ScriptedGateway.make({ secret: "whsec_test" })
        const held = holding()
        const storage = harness.storage()
        const payments = Layer.effect(PaymentRepository, Effect.map(PaymentRepository, (all) =>
          PaymentRepository.of({
            ...all,
            ofOrder: (orderId) =>
              Effect.tap(all.ofOrder(orderId), held.here)
          })))
        return Effect.gen(function*() {
          yield* Shop.ships
          const { order, payment } = yield* Fixture.ordered("sandbox_success", { pieces: 2 })
          const saysThat = (dispute: typeof before) => says(bank, { ...dispute, paymentReference: payment.gatewayReference ?? "" })
          yield* saysThat(before)
          held.arm()
          yield* Effect.all([
            cancel(order, 1),
            held.meanwhile(saysThat(meanwhile))
          ], { concurrency: 2 })
          yield* drain
          assert.deepStrictEqual(yield* refundsOf(order.id), refunds)
          assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(bank), settled: false }), [])
        }).pipe(Effect.provide(Shop.layer(Layer.merge(storage, Layer.provide(payments, storage)), { bank })))
      })

    lookedAtTwice(
      "that a dispute holds, which is won between two looks at it, goes back",
      { reference: "dp_1", status: "needs_response", amount: Shop.usd(4_500) },
      { reference: "dp_1", status: "won", amount: Shop.usd(4_500) },
      [["succeeded", 2_000]]
    )

    lookedAtTwice(
      "that another dispute takes between two looks at it waits for that",
      { reference: "dp_1", status: "needs_response", amount: Shop.usd(500) },
      { reference: "dp_2", status: "needs_response", amount: Shop.usd(4_000) },
      [["waiting", 2_000]]
    )
  })
}
