/**
 * What checkout must do on any storage when several want the same at once. Many who really meet are `rushSuite`.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { CartRepository, type StoredCart } from "../cart/CartRepository.ts"
import { Carts } from "../cart/Carts.ts"
import { Checkout } from "../checkout/Checkout.ts"
import * as Actor from "../kernel/Actor.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import * as Invariants from "./Invariants.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const allIsWell = Effect.gen(function*() {
  const bank = yield* Shop.Bank
  assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(bank) }), [])
})

/** How many of many attempts came to an order, and why the others did not. */
const outcomes = (exits: ReadonlyArray<Exit.Exit<unknown, { readonly _tag: string }>>) => ({
  placed: exits.filter(Exit.isSuccess).length,
  refused: exits.flatMap((exit) =>
    Exit.isFailure(exit)
      ? exit.cause.reasons.map((reason) => reason._tag === "Fail" ? reason.error._tag : reason._tag)
      : []
  )
})

type Meddle = (
  carts: CartRepository["Service"],
  cart: StoredCart
) => Effect.Effect<unknown, StorageError | VersionConflict>

/** A storage in which somebody else can do something to a cart right after it was read, once. */
const meddling = (harness: StorageHarness) => {
  let next: Meddle | undefined
  const storage = harness.storage()
  const carts = Layer.effect(
    CartRepository,
    Effect.map(CartRepository, (carts) =>
      CartRepository.of({
        ...carts,
        snapshot: (key, variantIds) =>
          Effect.tap(carts.snapshot(key, variantIds), (snapshot) => {
            const now = next
            next = undefined
            return now === undefined || snapshot === undefined ? Effect.void : Effect.orDie(now(carts, snapshot.cart))
          })
      }))
  )
  return {
    storage: Layer.merge(storage, Layer.provide(carts, storage)),
    meddle: (meddle: Meddle) => {
      next = meddle
    }
  }
}

export const checkoutRaceSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () =>
      Effect.gen(function*() {
        yield* Shop.ships
        yield* body
        yield* allIsWell
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))

  describe(`a checkout that is not alone, on ${harness.name},`, () => {
    test(
      "gives the last piece to exactly one of many buyers",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 1 })
        const buyers = yield* Effect.forEach(Array.from({ length: 20 }), () => Shop.guest([variantId, 1]))
        const exits = yield* Effect.forEach(buyers, (buyer) => Effect.exit(Shop.place(buyer)), {
          concurrency: "unbounded"
        })
        const { placed, refused } = outcomes(exits)
        assert.strictEqual(placed, 1)
        assert.deepStrictEqual(refused, Array.from({ length: 19 }, () => "InsufficientStock"))
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 0, available: 0 })
        // the carts of the others are still theirs
        const carts = yield* Carts
        const states = yield* Effect.forEach(buyers, ({ actor, cart }) => Actor.as(actor)(carts.get(cart.id)))
        assert.strictEqual(states.filter(({ status }) => status === "open").length, 19)
      })
    )

    test(
      "sells five pieces to five of thirty buyers who want other things too",
      Effect.gen(function*() {
        const rare = yield* Shop.product({ stock: 5 })
        const plenty = yield* Shop.product({ title: "Oak board", stock: 100 })
        const buyers = yield* Effect.forEach(Array.from({ length: 30 }), (_, index) =>
          index % 2 === 0
            ? Shop.guest([rare.variantId, 1], [plenty.variantId, 2])
            : Shop.guest([plenty.variantId, 2], [rare.variantId, 1]))
        const exits = yield* Effect.forEach(buyers, (buyer) => Effect.exit(Shop.place(buyer)), {
          concurrency: "unbounded"
        })
        assert.strictEqual(outcomes(exits).placed, 5)
        assert.deepStrictEqual(yield* Shop.stockOf(rare.variantId), { onHand: 0, available: 0 })
        assert.deepStrictEqual(yield* Shop.stockOf(plenty.variantId), { onHand: 90, available: 90 })
      })
    )

    test(
      "says which order a cart became when it is checked out again",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product()
        const buyer = yield* Shop.guest([variantId, 1])
        const { order } = yield* Shop.place(buyer)
        const again = yield* Effect.flip(Shop.place(buyer))
        assert(again._tag === "CartClosed")
        assert.strictEqual(again.orderId, order.id)
        const checkout = yield* Checkout
        const preview = yield* Effect.flip(Actor.as(buyer.actor)(checkout.preview({ cartId: buyer.cart.id })))
        assert.strictEqual(preview._tag, "CartClosed")
      })
    )

    it.effect("orders nothing of a cart that is changed or thrown away while it is checked out", () => {
      const { meddle, storage } = meddling(harness)
      return Effect.gen(function*() {
        yield* Shop.ships
        const { variantId } = yield* Shop.product()
        const changed = yield* Shop.guest([variantId, 1])
        meddle((carts, cart) => carts.replace({ ...cart, note: "no, wait", version: cart.version + 1 }))
        const conflict = yield* Effect.flip(Shop.place(changed))
        assert(conflict._tag === "VersionConflict")
        assert.strictEqual(conflict.expected, changed.cart.version)
        const deleted = yield* Shop.guest([variantId, 1])
        meddle((carts, cart) => carts.delete(cart.id))
        assert.strictEqual((yield* Effect.flip(Shop.place(deleted)))._tag, "CartNotFound")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        assert.strictEqual((yield* Shop.place(changed)).order.note, "no, wait")
        yield* allIsWell
      }).pipe(Effect.provide(Shop.layer(storage)))
    })
  })
}
