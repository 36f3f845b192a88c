/**
 * Limits of promotions that hold, whoever comes at the same time, on any storage.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { Jobs } from "../jobs/Jobs.ts"
import { Orders } from "../orders/Orders.ts"
import { cartOf, enter, goods, promotion, system, testOn, usesOf } from "./PromotionFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

export const promotionLimitSuite = (harness: StorageHarness): void => {
  const test = testOn(harness)

  describe(`the limits of promotions on ${harness.name}`, () => {
    test(
      "attack 21, coupon race: give a code that may be used once to exactly one of fifty who check out at once, and tell the others before any charge",
      Effect.gen(function*() {
        const variantId = yield* goods
        const { id } = yield* promotion({ code: "ONE", usageLimit: 1 })
        const buyers = yield* Effect.forEach(Array.from({ length: 50 }), () => Shop.guest([variantId, 1]))
        yield* Effect.forEach(buyers, (buyer) => enter(buyer, "one"))
        const exits = yield* Effect.forEach(
          buyers,
          (buyer, index) =>
            Effect.exit(
              Shop.place(buyer, undefined, { email: `buyer${index}@example.com`, expectedTotal: Shop.usd(2_300) })
            ),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(exits.filter(Exit.isSuccess).length, 1)
        const refused = exits.flatMap((exit) =>
          Exit.isFailure(exit) ? exit.cause.reasons.map((reason) => reason._tag === "Fail" ? reason.error._tag : reason._tag) : []
        )
        assert.lengthOf(refused, 49)
        // who came when the code was used up learns it by the total
        assert.isTrue(refused.every((tag) => tag === "PromotionUsedUp" || tag === "TotalChanged"))
        const bank = yield* Shop.Bank
        assert.strictEqual((yield* Shop.bankRecords(bank)).length, 1)
        assert.deepStrictEqual(yield* usesOf(id), { used: 1, spent: Shop.usd(200) })
        // their pieces are free, and the next try costs the full price
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 999, available: 999 })
        const loser = buyers[exits.findIndex(Exit.isFailure)]
        assert(loser !== undefined)
        assert.strictEqual((yield* Shop.place(loser)).order.total.amount, 2_500)
      })
    )

    test("do not stand between a buyer who presses twice and their order", Effect.gen(function*() {
      const variantId = yield* goods
      const { id } = yield* promotion({ usageLimit: 1, customerLimit: 1 })
      const buyer = yield* Shop.guest([variantId, 1])
      const exits = yield* Effect.forEach([1, 2, 3], () => Effect.exit(Shop.place(buyer)), { concurrency: "unbounded" })
      assert.strictEqual(exits.filter(Exit.isSuccess).length, 1)
      const late = yield* Effect.flip(Shop.place(buyer))
      assert.strictEqual(late._tag, "CartClosed")
      for (const exit of exits) {
        if (Exit.isSuccess(exit)) continue
        assert.deepStrictEqual(
          exit.cause.reasons.map((reason) => reason._tag === "Fail" ? reason.error._tag : reason._tag),
          ["CartClosed"]
        )
      }
      assert.strictEqual((yield* usesOf(id)).used, 1)
    }))

    test("leave it to some of those who want it at once: nobody else gets it", Effect.gen(function*() {
      const variantId = yield* goods
      const { id } = yield* promotion({ usageLimit: 7 })
      const buyers = yield* Effect.forEach(Array.from({ length: 20 }), () => Shop.guest([variantId, 1]))
      const exits = yield* Effect.forEach(buyers, (buyer) => Effect.exit(Shop.place(buyer)), { concurrency: "unbounded" })
      const totals = exits.flatMap((exit) => Exit.isSuccess(exit) ? [exit.value.order.total.amount] : [])
      assert.strictEqual(totals.filter((total) => total === 2_300).length, 7)
      // the others were refused, or, if they came when it was gone, pay the full price
      assert.isTrue(totals.every((total) => total === 2_300 || total === 2_500))
      for (const exit of exits) {
        if (Exit.isFailure(exit)) {
          assert.deepStrictEqual(
            exit.cause.reasons.map((reason) => reason._tag === "Fail" ? reason.error._tag : reason._tag),
            ["PromotionUsedUp"]
          )
        }
      }
      assert.strictEqual((yield* usesOf(id)).used, 7)
      const cart = yield* cartOf(yield* Shop.guest([variantId, 1]))
      assert.strictEqual(cart.total.amount, 2_500)
    }))

    test("hold for each customer, by account and by address", Effect.gen(function*() {
      const variantId = yield* goods
      yield* promotion({ code: "MINE", customerLimit: 1 })
      const ada = yield* Shop.account("ada@example.com")
      const first = yield* Shop.customer(ada, [variantId, 1])
      yield* enter(first, "mine")
      yield* Shop.place(first)
      const again = yield* Shop.customer(ada, [variantId, 1])
      const refused = yield* Effect.flip(enter(again, "mine"))
      assert(refused._tag === "CouponRefused")
      assert.strictEqual(refused.reason, "used_by_customer")
      // who signs out is known by their address
      const guest = yield* Shop.guest([variantId, 1])
      yield* enter(guest, "mine")
      const late = yield* Effect.flip(Shop.place(guest, undefined, { email: "ADA@example.com" }))
      assert(late._tag === "PromotionUsedUp")
      assert.strictEqual(late.by, "customer")
      assert.strictEqual((yield* Shop.place(guest, undefined, { email: "eve@example.com" })).order.total.amount, 2_300)
    }))

    test("hold for what may be taken off in all", Effect.gen(function*() {
      const variantId = yield* goods
      const { id } = yield* promotion({ budget: Shop.usd(500) })
      const place = Effect.flatMap(Shop.guest([variantId, 1]), (buyer) => Shop.place(buyer))
      assert.strictEqual((yield* place).order.total.amount, 2_300)
      assert.strictEqual((yield* place).order.total.amount, 2_300)
      // 1.00 is left, and an order would take 2.00
      assert.strictEqual((yield* Effect.flip(place))._tag, "PromotionUsedUp")
      assert.strictEqual((yield* place).order.total.amount, 2_500)
      assert.deepStrictEqual(yield* usesOf(id), { used: 2, spent: Shop.usd(400) })
    }))

    test("are never passed, whatever orders and cancellations come after each other", Effect.gen(function*() {
      const variantId = yield* goods
      const orders = yield* Orders
      const jobs = yield* Jobs
      // an order of so many pieces at 20.00 takes 2.00 off for each
      const { id } = yield* promotion({ code: "FEW", usageLimit: 3, customerLimit: 2, budget: Shop.usd(1_200) })
      const live: Array<{ readonly orderId: string; readonly email: string; readonly spent: number }> = []
      const refusals = new Set<string>()
      // the same for everybody who runs it: each draw follows from the last
      let seed = 3
      const draw = (below: number) => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
        return Math.floor(seed / 2_147_483_648 * below)
      }
      const place = Effect.fnUntraced(function*(email: string, quantity: number) {
        const buyer = yield* Shop.guest([variantId, quantity])
        yield* enter(buyer, "few")
        const { order } = yield* Shop.place(buyer, "sandbox_processing", { email })
        return order
      })
      const cancel = Effect.fnUntraced(function*(index: number) {
        for (const { orderId } of live.splice(index, 1)) yield* system(orders.cancel(orderId))
        yield* jobs.drain
        yield* jobs.drain
      })
      for (let step = 0; step < 14; step++) {
        if (live.length > 0 && draw(3) === 0) yield* cancel(draw(live.length))
        else {
          const email = `buyer-${draw(2)}@example.com`
          const result = yield* Effect.result(place(email, 1 + draw(3)))
          if (result._tag === "Failure") {
            const { failure } = result
            assert(failure._tag === "CouponRefused" || failure._tag === "PromotionUsedUp")
            refusals.add(failure._tag === "CouponRefused" ? failure.reason : `used up by ${failure.by}`)
          } else if (result.success.discount.amount > 0) {
            live.push({ orderId: result.success.id, email, spent: result.success.discount.amount })
          }
        }
        const spent = live.reduce((sum, order) => sum + order.spent, 0)
        assert.deepStrictEqual(yield* usesOf(id), { used: live.length, spent: Shop.usd(spent) })
        assert.isAtMost(live.length, 3)
        assert.isAtMost(spent, 1_200)
        for (const { email } of live) assert.isAtMost(live.filter((order) => order.email === email).length, 2)
      }
      // all three limits were met: that of the customer, the money, and how often it may be used
      assert.deepStrictEqual([...refusals].sort(), ["used up by customer", "used up by everybody", "used_up"])
      while (live.length > 0) yield* cancel(0)
      assert.deepStrictEqual(yield* usesOf(id), { used: 0, spent: Shop.usd(0) })
      assert.strictEqual((yield* place("buyer-0@example.com", 3)).discount.amount, 600)
    }))

    test("are given back once when an order is cancelled, and not when stock was short", Effect.gen(function*() {
      const rare = yield* Shop.product({ title: "Oak board", stock: 1 })
      const variantId = yield* goods
      const { id } = yield* promotion({ usageLimit: 2, customerLimit: 5, budget: Shop.usd(100_000) })
      const { order } = yield* Shop.place(yield* Shop.guest([variantId, 1]), "sandbox_processing")
      const [one, two] = yield* Effect.forEach([1, 2], () => Shop.guest([rare.variantId, 1]))
      assert(one !== undefined && two !== undefined)
      assert.strictEqual((yield* usesOf(id)).used, 1)
      yield* Effect.flatMap(Orders, (orders) => orders.cancel(order.id)).pipe(system)
      const jobs = yield* Jobs
      yield* jobs.drain
      yield* jobs.drain
      assert.deepStrictEqual(yield* usesOf(id), { used: 0, spent: Shop.usd(0) })
      const exits = yield* Effect.forEach([one, two], (buyer) => Effect.exit(Shop.place(buyer)), { concurrency: "unbounded" })
      assert.strictEqual(exits.filter(Exit.isSuccess).length, 1)
      assert.deepStrictEqual(yield* usesOf(id), { used: 1, spent: Shop.usd(200) })
    }))
  })
}
