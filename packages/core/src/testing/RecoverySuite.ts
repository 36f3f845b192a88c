/**
 * What was cut off, delayed or forgotten comes to an end: with one charge or none, and nothing in between.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { Jobs } from "../jobs/Jobs.ts"
import { StorageError } from "../kernel/StorageError.ts"
import { Orders } from "../orders/Orders.ts"
import { GatewayUnavailable } from "../payments/PaymentGateway.ts"
import { PaymentRepository } from "../payments/PaymentRepository.ts"
import { Payments } from "../payments/Payments.ts"
import * as Fixture from "./PaymentFixture.ts"
import * as ScriptedGateway from "./ScriptedGateway.ts"
import { whileTimePasses } from "./PassingTime.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const down = () => Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "down" }))

/** The next call that makes a payment reaches the bank only when it may; it takes the money, and its answer is lost. */
const slowly = Effect.fnUntraced(function*(bank: ScriptedGateway.ScriptedGateway) {
  const asked = yield* Deferred.make<void>()
  const go = yield* Deferred.make<void>()
  bank.on("create", (answer) => {
    bank.off("create")
    return Deferred.succeed(asked, undefined).pipe(
      Effect.andThen(Deferred.await(go)),
      Effect.andThen(answer),
      Effect.andThen(down())
    )
  })
  return { asked, go }
})

/** A storage that finds no time to write down what became of payments, while it is told so. */
const busy = (harness: StorageHarness) => {
  const told = { isBusy: false }
  const unlessBusy = <A, E>(write: Effect.Effect<A, E>) =>
    Effect.suspend((): Effect.Effect<A, E | StorageError> =>
      told.isBusy ? Effect.fail(new StorageError({ operation: "Payments.update", reason: "busy" })) : write)
  const storage = Layer.effect(PaymentRepository, Effect.map(PaymentRepository, (payments) => ({
    ...payments,
    update: (payment) => unlessBusy(payments.update(payment)),
    updateAll: (all) => unlessBusy(payments.updateAll(all))
  }))).pipe(Layer.provideMerge(harness.storage()))
  return { told, storage }
}

export const recoverySuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`recovery on ${harness.name}`, () => {
    test("attack 47, lost answer: ends with exactly one charge when the answer was lost before the bank took the money", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered("sandbox_timeout_before")
        assert.strictEqual(payment.state, "pending")
        assert.strictEqual(order.status, "pending")
        yield* TestClock.adjust("59 seconds")
        assert.strictEqual((yield* payments.recover).paymentsSettled, 0, "a call may still be on its way")
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual((yield* payments.recover).paymentsSettled, 1)
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        assert.strictEqual(yield* Fixture.takings(bank), 1)
        assert.strictEqual((yield* payments.recover).paymentsSettled, 0)
      }))

    test("attack 47, crash after charge: ends with exactly one charge when the answer was lost after the bank took the money", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered("sandbox_timeout_after")
        assert.strictEqual(payment.state, "pending")
        assert.strictEqual(yield* Fixture.takings(bank), 1)
        yield* TestClock.adjust("61 seconds")
        yield* Effect.all([payments.recover, payments.recover, payments.recover], { concurrency: "unbounded" })
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        assert.strictEqual(yield* Fixture.takings(bank), 1)
        assert.lengthOf(yield* payments.ledger(order.id), 2)
      }))

    test("finds the money of a call that was on its way when its order was cancelled", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const orders = yield* Orders
        const jobs = yield* Jobs
        const arrives = yield* slowly(bank)
        const buying = yield* Effect.forkChild(Fixture.ordered())
        yield* Deferred.await(arrives.asked)
        const [order] = (yield* orders.list()).items
        yield* orders.cancel(order?.id ?? "")
        yield* jobs.drain
        yield* Deferred.succeed(arrives.go, undefined)
        yield* Fiber.join(buying)
        assert.strictEqual(yield* Fixture.takings(bank), 1)
        yield* TestClock.adjust("61 seconds")
        yield* payments.recover
        yield* jobs.drain
        assert.deepStrictEqual(yield* Fixture.statesNow(order?.id ?? ""), ["refunded"])
      }))

    test("lets nobody pay anew while it asks for the money once more", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        bank.on("create", down)
        const { as, order } = yield* Fixture.ordered()
        yield* TestClock.adjust("61 seconds")
        const arrives = yield* slowly(bank)
        const recovering = yield* Effect.forkChild(payments.recover)
        yield* Deferred.await(arrives.asked)
        const again = yield* Effect.flip(as(payments.initialize({ orderId: order.id, gateway: "sandbox" })))
        assert.strictEqual(again._tag, "OrderNotPayable")
        yield* Deferred.succeed(arrives.go, undefined)
        yield* Fiber.join(recovering)
        yield* TestClock.adjust("61 seconds")
        yield* payments.recover
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        assert.strictEqual(yield* Fixture.takings(bank), 1)
      }))

    test("takes no money for an order whose time was over before the bank heard of it", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, variantId } = yield* Fixture.ordered("sandbox_timeout_before")
        yield* TestClock.adjust("16 minutes")
        yield* payments.recover
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "cancelled")
        assert.strictEqual((yield* Fixture.paymentsNow(order.id))[0]?.state, "cancelled")
        assert.strictEqual(yield* Fixture.takings(bank), 0)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
      }))

    test("settles what the bank was still working on", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered("sandbox_processing")
        assert.strictEqual(payment.state, "pending")
        assert.isNotNull(payment.gatewayReference)
        yield* TestClock.adjust("61 seconds")
        assert.strictEqual((yield* payments.recover).paymentsSettled, 1)
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
      }))

    test("waits for a buyer at the bank until the stock is no longer held, and not longer", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, reference, variantId } = yield* Fixture.redirected()
        for (let minute = 0; minute < 14; minute++) {
          yield* TestClock.adjust("1 minute")
          yield* payments.recover
        }
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "pending")
        yield* TestClock.adjust("2 minutes")
        yield* payments.recover
        yield* payments.recover
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "cancelled")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        assert.strictEqual((yield* Effect.flip(bank.approve(reference)))._tag, "GatewayRejected")
      }), { settled: false })

    test("pays the order of a buyer who agreed at the last moment", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, reference } = yield* Fixture.redirected()
        yield* TestClock.adjust("16 minutes")
        yield* bank.approve(reference)
        yield* payments.recover
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
      }))

    test("gives money back that comes after its order was cancelled", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const orders = yield* Orders
        const jobs = yield* Jobs
        const { as, order, payment, reference, variantId } = yield* Fixture.redirected()
        bank.on("cancel", down)
        yield* as(orders.cancel(order.id))
        yield* jobs.drain
        yield* bank.approve(reference)
        bank.off("cancel")
        yield* TestClock.adjust("61 seconds")
        yield* payments.recover
        yield* jobs.drain
        assert.strictEqual((yield* payments.get(payment.id)).state, "refunded")
        const cancelled = yield* Fixture.orderNow(order.id)
        assert.strictEqual(cancelled.status, "cancelled")
        assert.strictEqual(cancelled.paymentStatus, "refunded")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        assert.lengthOf(yield* bank.bank.refunds, 1)
      }))

    test("gives money back that comes after a failure, if the pieces are gone by then", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const jobs = yield* Jobs
        const { as, order, payment, variantId } = yield* Fixture.ordered("sandbox_decline", { stock: 1 })
        yield* Fixture.ordered("sandbox_success", { variantId })
        yield* bank.bank.move(payment.gatewayReference ?? "", ["failed"], "captured")
        yield* as(payments.verify(payment.id))
        yield* jobs.drain
        assert.strictEqual((yield* payments.get(payment.id)).state, "refunded")
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "cancelled")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 0, available: 0 })
      }))

    test("takes money that comes after a failure, if the pieces are still there", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, payment, variantId } = yield* Fixture.ordered("sandbox_decline", { stock: 1 })
        yield* bank.bank.move(payment.gatewayReference ?? "", ["failed"], "captured")
        yield* as(payments.verify(payment.id))
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 0, available: 0 })
      }))

    test("cancels an order that nobody pays any more, and frees its pieces", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, variantId } = yield* Fixture.ordered("sandbox_decline")
        yield* TestClock.adjust("14 minutes")
        assert.strictEqual((yield* payments.recover).ordersCancelled, 0)
        yield* TestClock.adjust("2 minutes")
        const both = yield* Effect.all([payments.recover, payments.recover], { concurrency: "unbounded" })
        assert.strictEqual(both.reduce((sum, { ordersCancelled }) => sum + ordersCancelled, 0), 1)
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "cancelled")
        assert.lengthOf((yield* Fixture.told(order.id)).filter((type) => type === "order.cancelled"), 1)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
      }))

    test("gives wrong money back when its order is cancelled", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const jobs = yield* Jobs
        const { payment } = yield* Fixture.ordered("sandbox_mismatch_currency")
        yield* TestClock.adjust("16 minutes")
        yield* payments.recover
        yield* jobs.drain
        yield* jobs.drain
        assert.strictEqual((yield* payments.get(payment.id)).state, "refunded")
        assert.deepStrictEqual((yield* bank.bank.refunds)[0]?.amount, payment.captured)
      }))

    test("keeps the pieces of an order while the bank cannot be asked, and pays it once it can", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, variantId } = yield* Fixture.ordered("sandbox_timeout_after", { stock: 1 })
        bank.on("retrieve", down)
        for (let minute = 0; minute < 60; minute++) {
          yield* TestClock.adjust("1 minute")
          yield* payments.recover
        }
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "pending")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 1, available: 0 })
        bank.off("retrieve")
        yield* TestClock.adjust("2 minutes")
        yield* payments.recover
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        assert.strictEqual(yield* Fixture.takings(bank), 1)
      }))

    test("does not wait for a bank for ever, and gives the money back if it turns up after all", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const jobs = yield* Jobs
        const { order, payment, variantId } = yield* Fixture.ordered("sandbox_timeout_after")
        bank.on("retrieve", down)
        for (let hour = 0; hour < 74; hour++) {
          yield* TestClock.adjust("1 hour")
          yield* payments.recover
        }
        yield* jobs.drain
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "cancelled")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        bank.off("retrieve")
        yield* TestClock.adjust("2 minutes")
        yield* payments.recover
        yield* jobs.drain
        assert.strictEqual((yield* payments.get(payment.id)).state, "refunded")
      }))

    test("repeats a capture whose answer was lost, and money is taken once", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered("sandbox_authorize")
        bank.on("capture", (answer) => Effect.andThen(answer, down()))
        const error = yield* Effect.flip(Fixture.staff(payments.capture(payment.id)))
        assert.strictEqual(error._tag, "GatewayUnavailable")
        assert.strictEqual((yield* payments.get(payment.id)).state, "authorized")
        bank.off("capture")
        yield* TestClock.adjust("61 seconds")
        assert.strictEqual((yield* payments.recover).paymentsSettled, 1)
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        assert.strictEqual(yield* Fixture.takings(bank), 1)
      }))

    test("does not repeat a capture for an order that was cancelled in the meantime", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const orders = yield* Orders
        const { as, order, payment } = yield* Fixture.ordered("sandbox_authorize")
        bank.on("capture", down)
        yield* Effect.flip(Fixture.staff(payments.capture(payment.id)))
        bank.off("capture")
        yield* as(orders.cancel(order.id))
        yield* TestClock.adjust("61 seconds")
        yield* payments.recover
        assert.deepStrictEqual(yield* Fixture.statesNow(order.id), ["cancelled"])
        assert.strictEqual(yield* Fixture.takings(bank), 0)
      }))

    test("gives an authorisation up that nobody captured in a week", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const jobs = yield* Jobs
        const { order, payment } = yield* Fixture.ordered("sandbox_authorize")
        yield* TestClock.adjust("6 days")
        yield* payments.recover
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "pending")
        yield* TestClock.adjust("25 hours")
        yield* payments.recover
        yield* jobs.drain
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "cancelled")
        assert.strictEqual((yield* payments.get(payment.id)).state, "cancelled")
        assert.strictEqual((yield* bank.bank.charges)[0]?.status, "cancelled")
      }))

    test("is not held up by a gateway that hangs, and comes back to it", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { variantId } = yield* Shop.product({ stock: 100 })
        const hanging = yield* Effect.forEach(
          Array.from({ length: 30 }),
          // the bank answers others in between, so that it is not left alone
          () => Effect.tap(Fixture.ordered("sandbox_timeout_after", { variantId }), () => payments.ping("sandbox"))
        )
        const late = yield* Fixture.ordered("sandbox_decline", { variantId })
        bank.on("retrieve", () => Effect.never)
        yield* TestClock.adjust("16 minutes")
        const run = yield* whileTimePasses("250 millis")(payments.recover)
        assert.strictEqual(run.ordersCancelled, 1)
        assert.strictEqual((yield* Fixture.orderNow(late.order.id)).status, "cancelled")
        assert.strictEqual((yield* Fixture.orderNow(hanging[0]?.order.id ?? "")).status, "pending")
        bank.off("retrieve")
        yield* TestClock.adjust("61 seconds")
        assert.strictEqual((yield* payments.recover).paymentsSettled, 30)
        assert.strictEqual(yield* Fixture.takings(bank), 30)
      }))

    test("looks at a bounded number in one run, and at the rest in the next", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { variantId } = yield* Shop.product({ stock: 200 })
        yield* Effect.forEach(
          Array.from({ length: 110 }),
          () => Effect.tap(Fixture.ordered("sandbox_timeout_after", { variantId }), () => payments.ping("sandbox"))
        )
        yield* TestClock.adjust("61 seconds")
        assert.strictEqual((yield* payments.recover).paymentsSettled, 100)
        assert.strictEqual((yield* payments.recover).paymentsSettled, 10)
        assert.strictEqual(yield* Fixture.takings(bank), 110)
      }))

    it.effect("a buyer is told that their payment is pending, and not that it failed, where it was made and could not be written down", () => {
      const bank = ScriptedGateway.make()
      const { storage, told } = busy(harness)
      return Effect.gen(function*() {
        const payments = yield* Payments
        yield* Shop.ships
        const declined = yield* Fixture.ordered("sandbox_decline")
        bank.on("create", (answer) => Effect.tap(answer, () => Effect.sync(() => {
          told.isBusy = true
        })))
        const again = yield* declined.as(payments.initialize({ orderId: declined.order.id, method: "sandbox_success" }))
        told.isBusy = false
        const first = yield* Fixture.ordered()
        told.isBusy = false
        assert.deepStrictEqual([again.state, first.payment.state, first.order.status], ["pending", "pending", "pending"])
        assert.strictEqual(yield* Fixture.takings(bank), 2)
        yield* TestClock.adjust("61 seconds")
        yield* payments.recover
        assert.strictEqual((yield* Fixture.orderNow(declined.order.id)).status, "paid")
        assert.strictEqual((yield* Fixture.orderNow(first.order.id)).status, "paid")
        assert.strictEqual(yield* Fixture.takings(bank), 2)
      }).pipe(Effect.provide(Shop.layer(storage, { bank })))
    })

    test("runs every minute, in every store", (bank) =>
      Effect.gen(function*() {
        const jobs = yield* Jobs
        const { order } = yield* Fixture.ordered("sandbox_timeout_after")
        yield* TestClock.adjust("61 seconds")
        yield* jobs.runCron("payments.recover")
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        assert.strictEqual(yield* Fixture.takings(bank), 1)
      }))
  })
}
