/**
 * Promotions, and buyers who enter codes.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Carts } from "../cart/Carts.ts"
import { Coupons } from "../cart/Coupons.ts"
import * as Actor from "../kernel/Actor.ts"
import type { CreatePromotion } from "../promotions/Promotion.ts"
import { Promotions } from "../promotions/Promotions.ts"
import * as Invariants from "./Invariants.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

export type Draft = Partial<typeof CreatePromotion.Encoded>

export const system = Actor.as(Actor.system("test"))

/** Ten percent off everything, unless it says otherwise. */
export const promotion = (draft: Draft = {}) =>
  Effect.flatMap(Promotions, (promotions) =>
    promotions.create({ name: "Autumn", action: { type: "percent_off_order", args: { ratePpm: 100_000 } }, ...draft })
  ).pipe(system)

export const enter = (buyer: Shop.Buyer, code: string) =>
  Effect.flatMap(Coupons, (coupons) => coupons.add(buyer.cart.id, { code })).pipe(Actor.as(buyer.actor))

export const cartOf = (buyer: Shop.Buyer) =>
  Effect.flatMap(Carts, (carts) => carts.get(buyer.cart.id)).pipe(Actor.as(buyer.actor))

export const usesOf = (id: string) =>
  Effect.map(Effect.flatMap(Promotions, (promotions) => promotions.get(id)), ({ use }) => use).pipe(system)

export const goods = Effect.map(Shop.product({ stock: 1_000 }), ({ variantId }) => variantId)

/** A test in a shop that ships, after which its books and stock have to be right. */
export const testOn = (harness: StorageHarness) =>
  (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () =>
      Effect.gen(function*() {
        yield* Shop.ships
        yield* body
        const bank = yield* Shop.Bank
        assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(bank) }), [])
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))
