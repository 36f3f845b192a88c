/**
 * What codes of promotions must do in carts, on any storage.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Carts } from "../cart/Carts.ts"
import { Coupons } from "../cart/Coupons.ts"
import * as Actor from "../kernel/Actor.ts"
import { Promotions } from "../promotions/Promotions.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import { Stores } from "../stores/Stores.ts"
import { cartOf, enter, goods, promotion, system, testOn } from "./PromotionFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

export const couponSuite = (harness: StorageHarness): void => {
  const test = testOn(harness)

  describe(`codes on ${harness.name}`, () => {
    test("are entered in any case and with spaces, once, and taken out again", Effect.gen(function*() {
      const variantId = yield* goods
      yield* promotion({ code: "Autumn-10" })
      const buyer = yield* Shop.guest([variantId, 1])
      assert.strictEqual((yield* enter(buyer, "  autumn-10 ")).total.amount, 2_300)
      const twice = yield* enter(buyer, "AUTUMN-10")
      assert.deepStrictEqual(twice.codes, ["AUTUMN-10"])
      assert.strictEqual(twice.total.amount, 2_300)
      const remove = Effect.flatMap(Coupons, (coupons) => coupons.remove(buyer.cart.id, "autumn-10")).pipe(
        Actor.as(buyer.actor)
      )
      assert.strictEqual((yield* remove).total.amount, 2_500)
      assert.strictEqual((yield* Effect.flip(remove))._tag, "CouponNotInCart")
    }))

    test("say in words what is missing, and begin to work once it is there", Effect.gen(function*() {
      const variantId = yield* goods
      yield* promotion({
        code: "BIG",
        conditions: [{ type: "subtotal", args: { minimum: { amount: 3_200, currency: "USD" } } }]
      })
      const buyer = yield* Shop.guest([variantId, 1])
      const check = yield* Effect.flatMap(Coupons, (coupons) =>
        coupons.check({ cartId: buyer.cart.id, code: "big" })).pipe(Actor.as(buyer.actor))
      assert.deepStrictEqual(
        [check.applied, check.reason, check.message, check.missingAmount, check.offer?.name],
        [false, "conditions", "Spend 12.00 USD more", Shop.usd(1_200), "Autumn"]
      )
      const cart = yield* enter(buyer, "big")
      assert.strictEqual(cart.total.amount, 2_500)
      assert.deepStrictEqual(cart.notices, [
        { _tag: "coupon_not_applied", code: "BIG", reason: "conditions", message: "Spend 12.00 USD more" }
      ])
      const more = yield* Effect.flatMap(Carts, (carts) => carts.addItem(cart.id, { variantId, quantity: 1 })).pipe(
        Actor.as(buyer.actor)
      )
      assert.strictEqual(more.total.amount, 4_100)
      assert.deepStrictEqual(more.notices, [])
    }))

    test("that cannot do anything are refused, with the reason", Effect.gen(function*() {
      const variantId = yield* goods
      const buyer = yield* Shop.guest([variantId, 1])
      yield* promotion({ code: "SOON", startsAt: "2999-01-01T00:00:00.000Z" })
      yield* promotion({ code: "OVER", endsAt: "1969-01-01T00:00:00.000Z" })
      yield* promotion({ code: "OFF", active: false })
      const reason = (code: string) =>
        Effect.map(Effect.flip(enter(buyer, code)), (error) => error._tag === "CouponRefused" ? error.reason : error._tag)
      assert.deepStrictEqual(
        yield* Effect.forEach(["SOON", "OVER", "OFF", "NEVER", "' OR 1=1 --", ""], reason),
        ["not_started", "ended", "inactive", "unknown", "unknown", "unknown"]
      )
      assert.deepStrictEqual((yield* cartOf(buyer)).codes, [])
    }))

    test("that may be used once are made by the hundred, and each is used once", Effect.gen(function*() {
      const variantId = yield* goods
      const { id } = yield* promotion({ trigger: "code" })
      const { codes } = yield* Effect.flatMap(Promotions, (promotions) =>
        promotions.createCodes(id, { count: 100, prefix: "gift" })).pipe(system)
      assert.strictEqual(new Set(codes).size, 100)
      assert.isTrue(codes.every((code) => /^GIFT-[A-Z2-9]{12}$/.test(code)))
      const [code = "", another = ""] = codes
      const first = yield* Shop.guest([variantId, 1])
      const second = yield* Shop.guest([variantId, 1])
      yield* enter(first, code.toLowerCase())
      yield* enter(second, code)
      assert.strictEqual((yield* Shop.place(first)).order.total.amount, 2_300)
      const cart = yield* cartOf(second)
      assert.strictEqual(cart.total.amount, 2_500)
      assert.deepStrictEqual(cart.notices.map((notice) => notice._tag === "coupon_not_applied" ? notice.reason : ""), ["used_up"])
      const refused = yield* Effect.flip(enter(yield* Shop.guest([variantId, 1]), code))
      assert(refused._tag === "CouponRefused")
      assert.strictEqual(refused.reason, "used_up")
      assert.strictEqual((yield* enter(yield* Shop.guest([variantId, 1]), another)).total.amount, 2_300)
    }))

    test("of one shop are none in another", Effect.gen(function*() {
      yield* promotion({ code: "HERE", listed: true })
      const { id } = yield* (yield* Stores).ensure({ code: "there", name: "Another", currency: "EUR" })
      yield* Effect.gen(function*() {
        const buyer = yield* Shop.guest()
        const refused = yield* Effect.flip(enter(buyer, "here"))
        assert(refused._tag === "CouponRefused")
        assert.strictEqual(refused.reason, "unknown")
        assert.deepStrictEqual(yield* (yield* Promotions).offers, [])
        yield* promotion({ code: "here" })
      }).pipe(Effect.provideService(CurrentStore, id))
      assert.strictEqual((yield* enter(yield* Shop.guest(), "here")).codes.length, 1)
    }))
  })
}
