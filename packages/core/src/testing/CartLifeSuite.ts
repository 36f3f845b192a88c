/**
 * Who reaches which cart, how carts become a customer's, and how they end, on any storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import type { CartView } from "../cart/Cart.ts"
import type { CartClosed } from "../cart/CartErrors.ts"
import { CartRepository } from "../cart/CartRepository.ts"
import { Carts } from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Stores } from "../stores/Stores.ts"
import { lineAt, sent } from "./CartFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const nobodys = "cart_00000000000000000000000000"
const ada = "user_00000000000000000000000ada"
const bob = "user_00000000000000000000000b0b"

const tokenOf = ({ actor }: Shop.Buyer): string =>
  actor._tag === "guest" && actor.cartToken !== undefined ? actor.cartToken : ""

/** The buyer of a guest's cart, signed in by now. */
const signedIn = (customerId: string, buyer: Shop.Buyer) => Actor.customer(customerId, { cartToken: tokenOf(buyer) })

const pieces = (cart: CartView) => cart.lines.map(({ quantity, title }) => [title, quantity])

/** The tag and the message of the error that an effect fails with. */
const failure = <A, E extends Error & { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), ({ _tag, message }) => [_tag, message])

const notFound = (cart: string) => ["CartNotFound", cart === "mine" ? "There is no open cart" : `There is no cart ${cart}`]

/** Closes a cart as checkout does. */
const order = Effect.fnUntraced(function*(cartId: string, orderId: string) {
  const repository = yield* CartRepository
  const snapshot = yield* repository.snapshot({ id: cartId })
  if (snapshot === undefined) return yield* Effect.die("there is no such cart")
  const { cart } = snapshot
  yield* repository.replace({ ...cart, status: "ordered", orderId, version: cart.version + 1 })
})

export const cartLifeSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(body, Shop.layer(harness.storage())))

  /** Everything that can be done to a cart, each as the tag and message of its failure. */
  const everything = Effect.fnUntraced(function*(cartId: string, variantId: string, lineId: string) {
    const carts = yield* Carts
    return yield* Effect.all([
      failure(carts.get(cartId)),
      failure(carts.snapshot(cartId)),
      failure(carts.shippingOptions(cartId)),
      failure(carts.addItem(cartId, { variantId, quantity: 1 })),
      failure(carts.updateItem(cartId, lineId, { quantity: 1 })),
      failure(carts.removeItem(cartId, lineId)),
      failure(carts.clear(cartId)),
      failure(carts.update(cartId, { note: "mine now" })),
      failure(carts.delete(cartId))
    ])
  })

  describe(`whose cart it is, on ${harness.name}`, () => {
    test(
      "a guest's cart is reached by its token, and for all others it does not exist",
      Effect.gen(function*() {
        const carts = yield* Carts
        const { variantId } = yield* Shop.product()
        const buyer = yield* Shop.guest([variantId, 1])
        const { actor, cart } = buyer
        assert.deepStrictEqual(yield* Actor.as(actor)(carts.get(cart.id)), cart)
        assert.deepStrictEqual(yield* Actor.as(actor)(carts.get("mine")), cart)
        const { actor: otherGuest } = yield* Shop.guest()
        const lineId = lineAt(cart, 0).id
        for (
          const stranger of [
            Actor.guest(),
            Actor.guest({ cartToken: "" }),
            Actor.guest({ cartToken: cart.id }),
            otherGuest,
            Actor.customer(ada),
            Actor.staff("user_1", ["catalog:write", "orders:read"])
          ]
        ) {
          const failures = yield* Actor.as(stranger)(everything(cart.id, variantId, lineId))
          assert.deepStrictEqual(failures, failures.map(() => notFound(cart.id)))
          const unknown = yield* Actor.as(stranger)(everything(nobodys, variantId, lineId))
          assert.deepStrictEqual(unknown, unknown.map(() => notFound(nobodys)))
        }
        const elsewhere = yield* (yield* Stores).create({ code: "elsewhere", name: "Elsewhere", currency: "USD" })
        for (const cartId of [cart.id, "mine"]) {
          const failures = yield* within(elsewhere.id)(Actor.as(actor)(everything(cartId, variantId, lineId)))
          assert.deepStrictEqual(failures, failures.map(() => notFound(cartId)))
        }
        assert.deepStrictEqual(yield* Actor.as(actor)(carts.get(cart.id)), cart)
      })
    )

    test(
      "a customer's cart is theirs alone, whoever holds its token",
      Effect.gen(function*() {
        const carts = yield* Carts
        const { variantId } = yield* Shop.product()
        const { cart: { id }, token } = yield* Actor.as(Actor.customer(ada))(carts.create())
        const cart = yield* Actor.as(Actor.customer(ada))(carts.addItem(id, { variantId, quantity: 1 }))
        assert.strictEqual(cart.customerId, ada)
        assert.deepStrictEqual(yield* Actor.as(Actor.customer(ada))(carts.get("mine")), cart)
        for (
          const stranger of [
            Actor.customer(bob),
            Actor.customer(bob, { cartToken: token }),
            Actor.guest({ cartToken: token })
          ]
        ) {
          const failures = yield* Actor.as(stranger)(everything(id, variantId, lineAt(cart, 0).id))
          assert.deepStrictEqual(failures, failures.map(() => notFound(id)))
          assert.deepStrictEqual(yield* failure(Actor.as(stranger)(carts.get("mine"))), notFound("mine"))
        }
      })
    )

    test(
      "who has signed in still reaches by its token the cart that they filled before",
      Effect.gen(function*() {
        const carts = yield* Carts
        const { variantId } = yield* Shop.product()
        const buyer = yield* Shop.guest([variantId, 1])
        const view = yield* Actor.as(signedIn(ada, buyer))(carts.updateItem(buyer.cart.id, lineAt(buyer.cart, 0).id, {
          quantity: 2
        }))
        assert.deepStrictEqual([view.customerId, view.total.amount], [null, 4_000])
      })
    )

    test(
      "staff see and change carts by their permissions, and have none of their own",
      Effect.gen(function*() {
        const carts = yield* Carts
        const { variantId } = yield* Shop.product()
        const { cart } = yield* Shop.guest([variantId, 1])
        const reader = Actor.as(Actor.staff("user_1", ["carts:read"]))
        const writer = Actor.as(Actor.staff("user_2", ["carts:*"]))
        assert.deepStrictEqual(yield* reader(carts.get(cart.id)), cart)
        assert.deepStrictEqual(yield* failure(reader(carts.update(cart.id, { note: "hello" }))), notFound(cart.id))
        assert.strictEqual((yield* writer(carts.update(cart.id, { note: "hello" }))).note, "hello")
        assert.strictEqual((yield* Actor.as(Actor.system())(carts.get(cart.id))).note, "hello")
        for (const who of [writer, Actor.as(Actor.system())]) {
          assert.deepStrictEqual(yield* failure(who(carts.get("mine"))), notFound("mine"))
        }
      })
    )

    test(
      "a customer's own cart is the newest of theirs that is open",
      Effect.gen(function*() {
        const carts = yield* Carts
        const owner = Actor.as(Actor.customer(ada))
        const { cart: older } = yield* owner(carts.create())
        yield* TestClock.adjust("1 second")
        const { cart: newer } = yield* owner(carts.create())
        assert.strictEqual((yield* owner(carts.get("mine"))).id, newer.id)
        yield* owner(carts.delete("mine"))
        assert.strictEqual((yield* owner(carts.get("mine"))).id, older.id)
        yield* order(older.id, "ord_1")
        assert.deepStrictEqual(yield* failure(owner(carts.get("mine"))), notFound("mine"))
      })
    )

    test(
      "what is no id of a cart is not found either, and what is no text is refused",
      Effect.gen(function*() {
        const carts = yield* Carts
        for (const ref of ["", "Mine", "cart_", "ord_00000000000000000000000000", "cart_' OR 1=1 --", "\0", "x".repeat(9_999)]) {
          assert.deepStrictEqual(yield* failure(carts.get(ref)), notFound(ref))
        }
        for (const ref of [undefined, null, 7, {}]) {
          assert.deepStrictEqual((yield* failure(carts.get(sent(ref))))[0], "InvalidInput")
        }
      })
    )
  })

  describe(`the end of a cart, on ${harness.name}`, () => {
    test(
      "it expires when nobody has changed it for the days that the store gives it, and is then deleted",
      Effect.gen(function*() {
        const carts = yield* Carts
        yield* (yield* Stores).update({ settings: { cartDays: 7 } })
        const { variantId } = yield* Shop.product()
        const buyer = yield* Shop.guest([variantId, 1])
        const kept = yield* Shop.customer(ada, [variantId, 1])
        const ordered = yield* Shop.guest([variantId, 1])
        yield* order(ordered.cart.id, "ord_1")
        yield* TestClock.adjust("6 days")
        yield* carts.get(buyer.cart.id)
        yield* carts.update(kept.cart.id, { note: "later" })
        assert.strictEqual(yield* carts.deleteExpired, 0)
        yield* TestClock.adjust("1 day")

        const gone = ["CartExpired", `The cart ${buyer.cart.id} has expired; begin a new one`]
        const failures = yield* Actor.as(buyer.actor)(everything("mine", variantId, lineAt(buyer.cart, 0).id))
        assert.deepStrictEqual(failures, failures.map(() => gone))
        // only its owner learns that it was there
        assert.deepStrictEqual(
          yield* failure(Actor.as(Actor.guest())(carts.get(buyer.cart.id))),
          notFound(buyer.cart.id)
        )

        yield* TestClock.adjust("1 second")
        const elsewhere = yield* (yield* Stores).create({ code: "elsewhere", name: "Elsewhere", currency: "USD" })
        assert.strictEqual(yield* within(elsewhere.id)(carts.deleteExpired), 0)
        assert.strictEqual(yield* carts.deleteExpired, 1)
        assert.deepStrictEqual(yield* failure(Actor.as(buyer.actor)(carts.get("mine"))), notFound("mine"))
        assert.strictEqual((yield* carts.get(kept.cart.id)).note, "later")
        assert.strictEqual((yield* carts.get(ordered.cart.id)).status, "ordered")
      })
    )

    test(
      "any number of expired carts is deleted at once",
      Effect.gen(function*() {
        const carts = yield* Carts
        const repository = yield* CartRepository
        const { cart, store } = yield* carts.snapshot((yield* carts.create()).cart.id)
        const id = (index: number) => sent(`cart_${String(index).padStart(26, "0")}`)
        for (let index = 0; index < 1_100; index++) {
          yield* repository.insert({ ...cart, id: id(index), tokenHash: `${index}` }, store)
        }
        yield* TestClock.adjust("31 days")
        assert.strictEqual(yield* carts.deleteExpired, 1_101)
      })
    )

    test(
      "one that was thrown away is gone",
      Effect.gen(function*() {
        const carts = yield* Carts
        const { actor, cart } = yield* Shop.guest()
        yield* Actor.as(actor)(carts.delete("mine"))
        assert.deepStrictEqual(yield* failure(carts.get(cart.id)), notFound(cart.id))
        assert.deepStrictEqual(yield* failure(carts.delete(cart.id)), notFound(cart.id))
      })
    )

    test(
      "one that became an order shows which to its owner, and cannot be changed or thrown away",
      Effect.gen(function*() {
        const carts = yield* Carts
        const { variantId } = yield* Shop.product()
        const { actor, cart } = yield* Shop.guest([variantId, 1])
        const owner = Actor.as(actor)
        yield* order(cart.id, "ord_1")
        const view = yield* owner(carts.get("mine"))
        assert.deepStrictEqual([view.status, view.orderId, view.notices], ["ordered", "ord_1", []])
        const lineId = lineAt(cart, 0).id
        for (
          const attempt of [
            carts.addItem("mine", { variantId, quantity: 1 }),
            carts.updateItem(cart.id, lineId, { quantity: 2 }),
            carts.removeItem(cart.id, lineId),
            carts.clear(cart.id),
            carts.update(cart.id, { note: "too late" }),
            carts.delete(cart.id)
          ] as ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>>
        ) {
          const error = (yield* Effect.flip(owner(attempt))) as CartClosed
          assert.deepStrictEqual(
            [error._tag, error.cartId, error.status, error.orderId],
            ["CartClosed", cart.id, "ordered", "ord_1"]
          )
          const stranger = yield* Effect.flip(Actor.as(Actor.customer(bob))(attempt))
          assert.notInclude(JSON.stringify(stranger), "ord_1")
          assert.strictEqual(stranger._tag, "CartNotFound")
        }
      })
    )
  })

  describe(`signing in with a cart, on ${harness.name}`, () => {
    test(
      "makes it the customer's, if they have none, and its token worthless",
      Effect.gen(function*() {
        const carts = yield* Carts
        const { variantId } = yield* Shop.product()
        const buyer = yield* Shop.guest([variantId, 2])
        const owner = Actor.as(signedIn(ada, buyer))
        const merged = yield* owner(carts.merge(tokenOf(buyer)))
        assert.deepStrictEqual(
          [merged.id, merged.customerId, merged.status, pieces(merged)],
          [buyer.cart.id, ada, "open", [["Walnut board", 2]]]
        )
        assert.deepStrictEqual(yield* owner(carts.get("mine")), merged)
        assert.deepStrictEqual(yield* failure(Actor.as(buyer.actor)(carts.get("mine"))), notFound("mine"))
        // the answer was lost on the way, so it is sent again
        assert.deepStrictEqual(yield* owner(carts.merge(tokenOf(buyer))), merged)
      })
    )

    test(
      "puts its lines into the cart that the customer has, as far as limits, stock and catalog allow",
      Effect.gen(function*() {
        const carts = yield* Carts
        const catalog = yield* Catalog
        yield* (yield* Stores).update({ settings: { lineQuantity: 8 } })
        const board = yield* Shop.product({ title: "Board" })
        const bowl = yield* Shop.product({ title: "Bowl", stock: 5 })
        const lamp = yield* Shop.product({ title: "Lamp" })
        const vase = yield* Shop.product({ title: "Vase" })
        const rug = yield* Shop.product({ title: "Rug" })
        const own = yield* Shop.customer(ada, [board.variantId, 6], [bowl.variantId, 1])
        const owner = Actor.as(own.actor)
        yield* owner(carts.update("mine", { note: "my own" }))
        const buyer = yield* Shop.guest(
          [board.variantId, 6],
          [vase.variantId, 1],
          [bowl.variantId, 4],
          [lamp.variantId, 3],
          [rug.variantId, 1]
        )
        yield* Actor.as(buyer.actor)(carts.update("mine", {
          email: "ada@example.com",
          note: "the guest's",
          shippingAddress: Shop.address
        }))
        yield* catalog.updateProduct(vase.productId, { status: "archived" })
        yield* catalog.updateVariant(lamp.productId, lamp.variantId, { price: Shop.usd(2_400) })

        const merged = yield* owner(carts.merge(tokenOf(buyer)))
        assert.strictEqual(merged.id, own.cart.id)
        assert.deepStrictEqual(pieces(merged), [["Board", 8], ["Bowl", 5], ["Lamp", 3], ["Rug", 1]])
        assert.deepStrictEqual(
          [merged.email, merged.note, merged.shippingAddress],
          ["ada@example.com", "my own", Shop.address]
        )
        // the buyer has seen the old price of the lamp
        assert.deepStrictEqual(merged.notices.map(({ _tag }) => _tag), ["price_changed"])
        assert.deepStrictEqual(yield* owner(carts.get("mine")), merged)
        assert.deepStrictEqual(yield* owner(carts.merge(tokenOf(buyer))), merged)

        assert.deepStrictEqual(yield* failure(Actor.as(buyer.actor)(carts.get("mine"))), notFound("mine"))
        const closed = yield* Effect.flip(owner(carts.addItem(buyer.cart.id, { variantId: rug.variantId, quantity: 1 })))
        assert.deepStrictEqual(
          closed._tag === "CartClosed" ? [closed.status, closed.orderId] : closed,
          ["merged", null]
        )
      })
    )

    test(
      "leaves out lines beyond the limit",
      Effect.gen(function*() {
        const carts = yield* Carts
        const board = yield* Shop.product({ title: "Board" })
        const bowl = yield* Shop.product({ title: "Bowl" })
        const lamp = yield* Shop.product({ title: "Lamp" })
        const own = yield* Shop.customer(ada, [board.variantId, 1])
        const buyer = yield* Shop.guest([bowl.variantId, 1], [lamp.variantId, 1])
        yield* (yield* Stores).update({ settings: { cartLines: 2 } })
        const merged = yield* Actor.as(own.actor)(carts.merge(tokenOf(buyer)))
        assert.deepStrictEqual(pieces(merged), [["Board", 1], ["Bowl", 1]])
      })
    )

    test(
      "twice at the same time counts its pieces once",
      Effect.gen(function*() {
        const carts = yield* Carts
        const { variantId } = yield* Shop.product()
        const own = yield* Shop.customer(ada, [variantId, 1])
        const buyer = yield* Shop.guest([variantId, 2])
        const results = yield* Effect.all(
          [carts.merge(tokenOf(buyer)), carts.merge(tokenOf(buyer)), carts.addItem("mine", { variantId, quantity: 1 })],
          { concurrency: "unbounded" }
        ).pipe(Actor.as(own.actor))
        assert.strictEqual(results.length, 3)
        assert.deepStrictEqual(pieces(yield* carts.get(own.cart.id)), [["Walnut board", 4]])
      })
    )

    test(
      "takes no cart that is another's, expired, ordered or unknown, and asks for a customer",
      Effect.gen(function*() {
        const carts = yield* Carts
        const { variantId } = yield* Shop.product()
        const asAda = Actor.as(Actor.customer(ada))
        const bobs = yield* Actor.as(Actor.customer(bob))(carts.create())
        const buyer = yield* Shop.guest([variantId, 1])
        const ordered = yield* Shop.guest([variantId, 1])
        yield* order(ordered.cart.id, "ord_1")
        assert.deepStrictEqual(yield* failure(asAda(carts.merge(bobs.token))), notFound("mine"))
        assert.deepStrictEqual(yield* failure(asAda(carts.merge("cart_unknown"))), notFound("mine"))
        assert.strictEqual((yield* failure(asAda(carts.merge(tokenOf(ordered)))))[0], "CartClosed")
        for (const token of [undefined, null, 7, {}, "x".repeat(201)]) {
          assert.strictEqual((yield* failure(asAda(carts.merge(sent(token)))))[0], "InvalidInput")
        }
        for (const who of [buyer.actor, Actor.system()]) {
          assert.deepStrictEqual(yield* failure(Actor.as(who)(carts.merge(tokenOf(buyer)))), notFound("mine"))
        }
        yield* TestClock.adjust("31 days")
        assert.strictEqual((yield* failure(asAda(carts.merge(tokenOf(buyer)))))[0], "CartExpired")
      })
    )
  })
}
