/**
 * What promotions may ask of storage: nothing of their own while a cart is read, and one statement for an order that uses a
 * limited one.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Carts } from "../cart/Carts.ts"
import * as Actor from "../kernel/Actor.ts"
import type { CreatePromotion } from "../promotions/Promotion.ts"
import { Promotions } from "../promotions/Promotions.ts"
import * as Shop from "./Shop.ts"
import type { CountingHarness } from "./Statements.ts"
import { Statements } from "./Statements.ts"

export const promotionBudgets = (harness: CountingHarness): void => {
  const test = <E>(name: string, body: Effect.Effect<unknown, E, Shop.ShopServices | Statements>) =>
    it.effect(name, () =>
      Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer<Statements>(harness.storage()))))

  const promotion = (more: Partial<typeof CreatePromotion.Encoded> = {}) =>
    Effect.flatMap(Promotions, (promotions) =>
      promotions.create({ name: "Autumn", action: { type: "percent_off_order", args: { ratePpm: 100_000 } }, ...more })
    ).pipe(Actor.as(Actor.system("test")))

  const read = (buyer: Shop.Buyer) =>
    Effect.flatMap(Carts, (carts) => carts.get(buyer.cart.id)).pipe(Actor.as(buyer.actor))

  /** The statements until an order stands. */
  const placing = Effect.gen(function*() {
    const { variantId } = yield* Shop.product({ stock: 1_000 })
    const buyer = yield* Shop.guest([variantId, 1])
    yield* read(buyer)
    const { record } = yield* Statements
    const [{ order }, statements] = yield* record(Shop.place(buyer))
    return { order, count: statements.indexOf("COMMIT") + 1 }
  })

  describe(`the statements of promotions on ${harness.name}`, () => {
    test("are none of their own while a cart is read, and few after a change", Effect.gen(function*() {
      const { variantId } = yield* Shop.product()
      const buyer = yield* Shop.guest([variantId, 1])
      const { record } = yield* Statements
      assert.strictEqual((yield* record(read(buyer)))[1].length, 1)
      for (let place = 0; place < 20; place++) yield* promotion({ name: `Autumn ${place}` })
      // a storage that remembers the cart asks first whether it still is as it was
      const [, afterwards] = yield* record(read(buyer))
      assert.isAtMost(afterwards.length, 5)
      const [cart, statements] = yield* record(read(buyer))
      assert.strictEqual(statements.length, 1)
      assert.strictEqual(cart.pricing.promotions.length, 20)
    }))

    test("are none for an order with promotions that are not limited, and one if one is", Effect.gen(function*() {
      const without = yield* placing
      yield* promotion()
      const unlimited = yield* placing
      assert.strictEqual(unlimited.order.promotions.length, 1)
      assert.strictEqual(unlimited.count, without.count)
      yield* promotion({ name: "Limited", usageLimit: 100, customerLimit: 50, budget: Shop.usd(100_000) })
      const limited = yield* placing
      assert.strictEqual(limited.order.promotions.length, 2)
      assert.strictEqual(limited.count, without.count + 1)
    }))
  })
}
