/**
 * What loyalty points must do on any storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import type { LoyaltyProgram } from "../loyalty/Loyalty.ts"
import { LoyaltyPoints } from "../loyalty/LoyaltyPoints.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { StoreCredit } from "../value/StoreCredit.ts"
import { faultsAt } from "./CartFixture.ts"
import * as Invariants from "./Invariants.ts"
import { usd } from "./Shop.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const sent = (input: unknown) => input as never
const staff = Actor.as(Actor.system("test"))
const drain = staff(Effect.flatMap(Jobs, (jobs) => jobs.drain))

const terms = {
  active: true,
  pointsPer100: 10,
  confirmedBy: "delivered",
  expireDays: 30,
  pointValue: 2,
  tiers: [{ name: "Silver", from: 300, percent: 150 }]
} as const satisfies Omit<LoyaltyProgram, "version">

export const loyaltySuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(body, Shop.layer(harness.storage())))

  const begin = (more: Partial<Omit<LoyaltyProgram, "version">> = {}) =>
    Effect.gen(function*() {
      yield* Shop.ships
      yield* staff((yield* LoyaltyPoints).setProgram({ ...terms, ...more }))
      const { variantId } = yield* Shop.product({ price: usd(2_000), stock: 50 })
      return { variantId, ada: yield* Shop.account("ada@example.com") }
    })

  const buy = (customerId: string, variantId: string) =>
    Effect.gen(function*() {
      const { order } = yield* Shop.place(yield* Shop.customer(customerId, [variantId, 1]))
      yield* drain
      return order.id
    })

  const deliver = (orderId: string) =>
    Effect.gen(function*() {
      const orders = yield* Orders
      for (const event of ["process", "ship", "deliver"] as const) yield* staff(orders.changeStatus(orderId, { event }))
      yield* drain
    })

  const points = (customerId: string) =>
    Effect.map(
      Effect.flatMap(LoyaltyPoints, ({ mine }) => Actor.as(Actor.customer(customerId))(mine)),
      ({ balance, pending }) => [pending, balance] as const
    )

  describe(`loyalty points, on ${harness.name}`, () => {
    test(
      "wait until the order is delivered, become credit, and are lost when their time is over",
      Effect.gen(function*() {
        const loyalty = yield* LoyaltyPoints
        const { ada, variantId } = yield* begin()
        const orderId = yield* buy(ada, variantId)
        // 10 for each dollar of goods, none for shipping
        assert.deepStrictEqual(yield* points(ada), [200, 0])
        yield* deliver(orderId)
        assert.deepStrictEqual(yield* points(ada), [0, 200])
        // told of the same again
        yield* loyalty.settle(orderId)
        assert.deepStrictEqual(yield* points(ada), [0, 200])
        const asAda = Actor.as(Actor.customer(ada))
        const short = yield* Effect.flip(asAda(loyalty.redeem({ points: 201 })))
        assert.strictEqual(short._tag, "PointsShort")
        assert.deepStrictEqual((yield* asAda(loyalty.redeem({ points: 150 }))).balance, usd(300))
        const status = yield* asAda(loyalty.mine)
        assert.deepStrictEqual([status.balance, status.worth.amount, status.earned, status.expiring?.points], [50, 100, 200, 50])
        yield* TestClock.adjust("30 days")
        assert.deepStrictEqual(yield* points(ada), [0, 0])
        // the credit stays, and buys
        const { order } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]), "sandbox_success", { storeCredit: true })
        assert.strictEqual(order.status, "paid")
        assert.strictEqual((yield* staff(Effect.flatMap(StoreCredit, (credit) => credit.of(ada)))).balance.amount, 0)
        const bank = yield* Shop.Bank
        assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(bank) }), [])
      })
    )

    test(
      "go with a cancelled order, and in part with what is given back, but never below zero",
      Effect.gen(function*() {
        const loyalty = yield* LoyaltyPoints
        const { ada, variantId } = yield* begin({ confirmedBy: "paid", expireDays: null })
        const first = yield* buy(ada, variantId)
        const second = yield* buy(ada, variantId)
        assert.deepStrictEqual(yield* points(ada), [0, 400])
        yield* staff(Effect.flatMap(Orders, (orders) => orders.cancel(first, { reason: "changed my mind" })))
        yield* drain
        assert.deepStrictEqual(yield* points(ada), [0, 200])
        // half of the 25 dollars
        yield* staff(Effect.flatMap(Payments, (payments) => payments.refund(second, { amount: usd(1_250), reason: "late" })))
        yield* drain
        assert.deepStrictEqual(yield* points(ada), [0, 100])
        yield* Actor.as(Actor.customer(ada))(loyalty.redeem({ points: 80 }))
        yield* staff(Effect.flatMap(Payments, (payments) => payments.refund(second, { reason: "all of it" })))
        yield* drain
        assert.deepStrictEqual(yield* points(ada), [0, 0])
      })
    )

    test(
      "are multiplied for who has earned many, and a guest earns none",
      Effect.gen(function*() {
        const loyalty = yield* LoyaltyPoints
        const { ada, variantId } = yield* begin({ confirmedBy: "paid" })
        yield* buy(ada, variantId)
        yield* buy(ada, variantId)
        const before = yield* Actor.as(Actor.customer(ada))(loyalty.mine)
        assert.deepStrictEqual([before.tier?.name, before.next, before.earned], ["Silver", null, 400])
        yield* buy(ada, variantId)
        assert.deepStrictEqual(yield* points(ada), [0, 700])
        yield* TestClock.adjust("366 days")
        const after = yield* Actor.as(Actor.customer(ada))(loyalty.mine)
        assert.deepStrictEqual([after.tier, after.next?.name, after.balance], [null, "Silver", 0])
        yield* Shop.place(yield* Shop.guest([variantId, 1]))
        yield* drain
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(loyalty.mine)))._tag, "Unauthenticated")
      })
    )

    test(
      "are spent once, however often it is asked at the same time",
      Effect.gen(function*() {
        const loyalty = yield* LoyaltyPoints
        const { ada, variantId } = yield* begin({ confirmedBy: "paid" })
        yield* buy(ada, variantId)
        const attempts = yield* Effect.forEach(
          Array.from({ length: 10 }),
          () => Effect.result(Actor.as(Actor.customer(ada))(loyalty.redeem({ points: 60 }))),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(attempts.filter(({ _tag }) => _tag === "Success").length, 3)
        assert.deepStrictEqual(yield* points(ada), [0, 20])
        assert.strictEqual((yield* staff(Effect.flatMap(StoreCredit, (credit) => credit.of(ada)))).balance.amount, 360)
      })
    )

    test(
      "follow a program that staff set, which refuses what is none",
      Effect.gen(function*() {
        const loyalty = yield* LoyaltyPoints
        const ada = yield* Shop.account("ada@example.com")
        assert.strictEqual((yield* staff(loyalty.program)).active, false)
        const first = yield* staff(loyalty.setProgram(terms))
        const second = yield* staff(loyalty.setProgram({ ...terms, pointsPer100: 20, version: first.version }))
        assert.deepStrictEqual(yield* staff(loyalty.program), second)
        assert.strictEqual((yield* Effect.flip(staff(loyalty.setProgram({ ...terms, version: 1 }))))._tag, "VersionConflict")
        const tier = { name: "Gold", from: 300, percent: 200 }
        const refused = [
          [{ pointsPer100: -1 }, "pointsPer100"],
          [{ pointValue: 0 }, "pointValue"],
          [{ expireDays: 0 }, "expireDays"],
          [{ confirmedBy: "shipped" }, "confirmedBy"],
          [{ tiers: [...terms.tiers, tier] }, "tiers.1.from"],
          [{ tiers: [{ ...tier, percent: 99 }] }, "tiers.0.percent"],
          [{ bonus: 1 }, "bonus"]
        ] as const
        for (const [wrong, path] of refused) {
          const error = yield* Effect.flip(staff(loyalty.setProgram(sent({ ...terms, ...wrong }))))
          assert.deepStrictEqual(error._tag === "InvalidInput" ? faultsAt(error) : error, [path])
        }
        const asAda = Actor.as(Actor.customer(ada))
        assert.strictEqual((yield* Effect.flip(asAda(loyalty.redeem({ points: 0 }))))._tag, "InvalidInput")
        assert.strictEqual((yield* Effect.flip(asAda(loyalty.program)))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(asAda(loyalty.setProgram(terms))))._tag, "Forbidden")
      })
    )
  })
}
