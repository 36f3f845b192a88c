/**
 * What checkout must do on any storage: one order for one cart, every price from the catalog, stock and money in step.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Carts } from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Checkout } from "../checkout/Checkout.ts"
import type { PlaceOrder } from "../checkout/CheckoutInput.ts"
import * as Actor from "../kernel/Actor.ts"
import { InvalidInput } from "../kernel/Input.ts"
import { Orders } from "../orders/Orders.ts"
import type { PaymentGateway } from "../payments/PaymentGateway.ts"
import { Shipping } from "../shipping/Shipping.ts"
import * as Invariants from "./Invariants.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.system("test"))

const allIsWell = Effect.gen(function*() {
  const bank = yield* Shop.Bank
  assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(bank) }), [])
})

/** A gateway that takes euros only, and is never asked. */
const euroGateway: PaymentGateway = {
  name: "euro-bank",
  capabilities: {
    currencies: ["EUR"],
    manualCapture: false,
    partialCapture: false,
    partialRefund: false,
    savedMethods: false,
    idempotency: "keys",
    limits: () => ({ minimum: 1_000_000 })
  },
  create: () => Effect.die("nobody asks"),
  confirm: () => Effect.die("nobody asks"),
  retrieve: () => Effect.die("nobody asks"),
  capture: () => Effect.die("nobody asks"),
  cancel: () => Effect.die("nobody asks"),
  refund: () => Effect.die("nobody asks"),
  retrieveRefund: () => Effect.die("nobody asks"),
  list: () => Effect.die("nobody asks"),
  parseWebhook: () => Effect.die("nobody asks")
}

export const checkoutSuite = (harness: StorageHarness): void => {
  /** A test in a shop of its own, whose laws hold at the end of it. */
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () =>
      Effect.gen(function*() {
        yield* Shop.ships
        yield* body
        yield* allIsWell
      }).pipe(Effect.provide(Shop.layer(harness.storage(), { gateways: [euroGateway] }))))

  describe(`checkout on ${harness.name}`, () => {
    test(
      "turns a guest's cart into a paid order, and takes the pieces off the shelf",
      Effect.gen(function*() {
        const { productId, variantId } = yield* Shop.product({ price: Shop.usd(2_000), stock: 10, sku: "WB-1" })
        const buyer = yield* Shop.guest([variantId, 3])
        const { order, payment, token } = yield* Shop.place(buyer)

        assert.strictEqual(order.number, 1001)
        assert.strictEqual(order.status, "paid")
        assert.strictEqual(order.paymentStatus, "paid")
        assert.strictEqual(order.email, "ada@example.com")
        assert.strictEqual(order.customerId, null)
        assert.strictEqual(order.cartId, buyer.cart.id)
        assert.deepStrictEqual(order.subtotal, Shop.usd(6_000))
        assert.deepStrictEqual(order.shippingTotal, Shop.shippingRate)
        assert.deepStrictEqual(order.total, Shop.usd(6_500))
        assert.deepStrictEqual(order.paid, Shop.usd(6_500))
        assert.deepStrictEqual(order.shippingAddress, Shop.address)
        assert.deepStrictEqual(order.billingAddress, Shop.address)
        assert.notProperty(order, "tokenHash")
        const [line] = order.lines
        assert.strictEqual(order.lines.length, 1)
        assert.strictEqual(line?.productId, productId)
        assert.strictEqual(line?.variantId, variantId)
        assert.strictEqual(line?.sku, "WB-1")
        assert.strictEqual(line?.title, "Walnut board")
        assert.strictEqual(line?.quantity, 3)
        assert.deepStrictEqual(line?.total, Shop.usd(6_000))

        assert.strictEqual(payment?.state, "captured")
        assert.deepStrictEqual(payment?.captured, order.total)
        assert.notProperty(payment ?? {}, "idempotencyKey")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 7, available: 7 })

        const orders = yield* Orders
        const seen = Actor.as(Actor.guest({ orderToken: token }))
        assert.deepStrictEqual(yield* seen(orders.get(order.id)), order)
        assert.deepStrictEqual(
          (yield* seen(orders.timeline(order.id))).map(({ type }) => type),
          ["order.placed", "order.paid"]
        )
      })
    )

    test(
      "numbers the orders of a store one after the other",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 10 })
        const buyers = yield* Effect.forEach([1, 2, 3], () => Shop.guest([variantId, 1]))
        const placed = yield* Effect.forEach(buyers, (buyer) => Shop.place(buyer))
        assert.deepStrictEqual(placed.map(({ order }) => order.number), [1001, 1002, 1003])
      })
    )

    test(
      "attack 14, client-side price: orders nothing if the total is not the one that the buyer was shown",
      Effect.gen(function*() {
        const { productId, variantId } = yield* Shop.product({ price: Shop.usd(2_000) })
        const buyer = yield* Shop.guest([variantId, 1])
        const catalog = yield* Catalog
        yield* staff(catalog.updateVariant(productId, variantId, { price: Shop.usd(2_500) }))
        const changed = yield* Effect.flip(Shop.place(buyer, "sandbox_success", { expectedTotal: Shop.usd(2_500) }))
        assert(changed._tag === "TotalChanged")
        assert.deepStrictEqual(changed.expected, Shop.usd(2_500))
        assert.deepStrictEqual(changed.total, Shop.usd(3_000))
        assert.deepStrictEqual(yield* (yield* Shop.Bank).bank.charges.pipe(Effect.orDie), [])
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        const { order } = yield* Shop.place(buyer, "sandbox_success", { expectedTotal: changed.total })
        assert.deepStrictEqual(order.total, Shop.usd(3_000))
      })
    )

    test(
      "orders nothing if the cart is not the one that the buyer was shown, though it costs the same",
      Effect.gen(function*() {
        const [board, bowl] = [yield* Shop.product(), yield* Shop.product({ title: "Bowl" })]
        const buyer = yield* Shop.guest([board.variantId, 1])
        const carts = yield* Carts
        const { version } = buyer.cart
        yield* Effect.gen(function*() {
          yield* carts.clear("mine")
          yield* carts.addItem("mine", { variantId: bowl.variantId, quantity: 1 })
        }).pipe(Actor.as(buyer.actor))
        const expectedTotal = Shop.usd(2_500)
        const changed = yield* Effect.flip(Shop.place(buyer, "sandbox_success", { expectedTotal, version }))
        assert.deepInclude(changed, { _tag: "VersionConflict", id: buyer.cart.id, expected: version } as never)
        assert.deepStrictEqual(yield* (yield* Shop.Bank).bank.charges.pipe(Effect.orDie), [])
        const seen = yield* carts.get("mine").pipe(Actor.as(buyer.actor))
        const { order } = yield* Shop.place(buyer, "sandbox_success", { expectedTotal, version: seen.version })
        assert.deepStrictEqual(order.lines.map(({ title }) => title), ["Bowl"])
      })
    )

    test(
      "takes no price, total or discount from the buyer",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product()
        const buyer = yield* Shop.guest([variantId, 1])
        const checkout = yield* Checkout
        const attempts: ReadonlyArray<Record<string, unknown>> = [
          { total: Shop.usd(1) },
          { lines: [{ variantId, quantity: 1, unitPrice: Shop.usd(1) }] },
          { discount: 9_999 },
          { payment: { gateway: "sandbox", method: "sandbox_success", amount: Shop.usd(1) } },
          { customerId: "user_of_somebody_else" },
          { status: "paid" }
        ]
        for (const more of attempts) {
          const input = { ...Shop.order(buyer), ...more } as unknown as typeof PlaceOrder.Encoded
          const refused = yield* Effect.flip(Actor.as(buyer.actor)(checkout.place(input)))
          assert.instanceOf(refused, InvalidInput)
          const [name = ""] = Object.keys(more)
          assert(refused._tag === "InvalidInput")
          assert.strictEqual(refused.faults[0]?.path[0], name)
        }
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
      })
    )

    test(
      "names what is wrong with an address, an e-mail address or a method",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product()
        const buyer = yield* Shop.guest([variantId, 1])
        const refused = yield* Effect.flip(Shop.place(buyer, "sandbox_success", {
          email: "nobody",
          shippingAddress: { ...Shop.address, country: "usa" }
        }))
        assert(refused._tag === "InvalidInput")
        assert.sameDeepMembers(refused.faults.map(({ path }) => path.join(".")), ["email", "shippingAddress.country"])
      })
    )

    test(
      "does not sell what is sold out",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 2 })
        const [first, second] = yield* Effect.all([Shop.guest([variantId, 2]), Shop.guest([variantId, 1])])
        yield* Shop.place(first)
        const short = yield* Effect.flip(Shop.place(second))
        assert(short._tag === "InsufficientStock")
        assert.deepStrictEqual(short.lines, [{ variantId, requested: 1, available: 0 }])
      })
    )

    test(
      "does not order a cart that has expired",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product()
        const buyer = yield* Shop.guest([variantId, 1])
        yield* TestClock.adjust("31 days")
        assert.strictEqual((yield* Effect.flip(Shop.place(buyer)))._tag, "CartExpired")
      })
    )

    test(
      "does not order an empty cart",
      Effect.gen(function*() {
        const buyer = yield* Shop.guest()
        assert.strictEqual((yield* Effect.flip(Shop.place(buyer)))._tag, "CartEmpty")
      })
    )

    test(
      "does not order what is not for sale any more",
      Effect.gen(function*() {
        const kept = yield* Shop.product()
        const archived = yield* Shop.product({ title: "Old board" })
        const buyer = yield* Shop.guest([kept.variantId, 1], [archived.variantId, 1])
        yield* staff(Effect.flatMap(Catalog, (catalog) =>
          catalog.updateProduct(archived.productId, { status: "archived" })))
        const refused = yield* Effect.flip(Shop.place(buyer))
        assert(refused._tag === "NotForSale")
        assert.deepStrictEqual(refused.variantIds, [archived.variantId])
      })
    )

    test(
      "names everything that an order still needs",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product()
        const buyer = yield* Shop.guest([variantId, 1])
        const checkout = yield* Checkout
        const place = (more: Partial<typeof PlaceOrder.Encoded>) =>
          Actor.as(buyer.actor)(checkout.place({ cartId: buyer.cart.id, payment: { gateway: "sandbox" }, ...more }))
        const nothing = yield* Effect.flip(place({}))
        assert(nothing._tag === "CheckoutIncomplete")
        assert.deepStrictEqual(nothing.missing, ["email", "shippingAddress"])
        const address = yield* Effect.flip(place({ email: "ada@example.com" }))
        assert(address._tag === "CheckoutIncomplete")
        assert.deepStrictEqual(address.missing, ["shippingAddress"])
        // what the cart says already need not be said again
        const carts = yield* Carts
        yield* Actor.as(buyer.actor)(carts.update(buyer.cart.id, {
          email: "grace@example.com",
          shippingAddress: Shop.address,
          note: "Ring twice"
        }))
        const { order } = yield* place({})
        assert.strictEqual(order.email, "grace@example.com")
        assert.strictEqual(order.note, "Ring twice")
      })
    )

    test(
      "asks for no address where nothing has to be shipped",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ requiresShipping: false, trackStock: false, price: Shop.usd(900) })
        const buyer = yield* Shop.guest([variantId, 1])
        const checkout = yield* Checkout
        const { order } = yield* Actor.as(buyer.actor)(
          checkout.place({ cartId: buyer.cart.id, email: "ada@example.com", payment: { gateway: "sandbox" } })
        )
        assert.strictEqual(order.status, "paid")
        assert.strictEqual(order.shipping, null)
        assert.deepStrictEqual(order.total, Shop.usd(900))
      })
    )

    test(
      "ships only where a method delivers",
      Effect.gen(function*() {
        const shipping = yield* Shipping
        const [post] = yield* staff(shipping.list)
        yield* staff(shipping.update(post?.id ?? "", { countries: ["US"] }))
        const express = yield* staff(shipping.create({ name: "Express", price: Shop.usd(2_500), countries: ["US"] }))
        const { variantId } = yield* Shop.product({ price: Shop.usd(1_000) })
        const buyer = yield* Shop.guest([variantId, 1])
        const abroad = { ...Shop.address, country: "DE" }
        const nowhere = yield* Effect.flip(Shop.place(buyer, "sandbox_success", { shippingAddress: abroad }))
        assert(nowhere._tag === "CheckoutIncomplete")
        assert.deepStrictEqual(nowhere.missing, ["shippingMethodId"])
        const refused = yield* Effect.flip(
          Shop.place(buyer, "sandbox_success", { shippingAddress: abroad, shippingMethodId: express.id })
        )
        assert(refused._tag === "ShippingMethodUnavailable")
        const { order } = yield* Shop.place(buyer, "sandbox_success", { shippingMethodId: express.id })
        assert.strictEqual(order.shipping?.name, "Express")
        assert.deepStrictEqual(order.total, Shop.usd(3_500))
      })
    )

    test(
      "asks a gateway only if it is there and takes the currency and the method",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product()
        const buyer = yield* Shop.guest([variantId, 1])
        const unknown = yield* Effect.flip(
          Shop.place(buyer, "sandbox_success", { payment: { gateway: "bank-of-nowhere" } })
        )
        assert(unknown._tag === "GatewayNotFound")
        assert.deepStrictEqual(unknown.available, ["sandbox", "euro-bank"])
        const euros = yield* Effect.flip(Shop.place(buyer, "sandbox_success", { payment: { gateway: "euro-bank" } }))
        assert(euros._tag === "CurrencyUnsupported")
        const payment = { gateway: "sandbox", method: "sandbox_barter" }
        const barter = yield* Effect.flip(Shop.place(buyer, "sandbox_success", { payment }))
        assert(barter._tag === "PaymentMethodUnknown")
        assert.strictEqual(barter.method, "sandbox_barter")
        // the whole transaction went back: the cart is open, nothing is reserved, no number was used
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        assert.strictEqual((yield* Shop.place(buyer)).order.number, 1001)
      })
    )

    test(
      "hides the carts of others",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product()
        const owner = yield* Shop.guest([variantId, 1])
        const member = yield* Shop.customer("user_a", [variantId, 1])
        const checkout = yield* Checkout
        const strangers = [
          Actor.guest(),
          Actor.guest({ cartToken: "cart_of_nobody" }),
          Actor.customer("user_b"),
          Actor.staff("key_1", ["orders:read", "carts:read"])
        ]
        for (const stranger of strangers) {
          for (const { cart } of [owner, member]) {
            const place = yield* Effect.flip(Actor.as(stranger)(checkout.place(Shop.order({ actor: stranger, cart }))))
            const preview = yield* Effect.flip(Actor.as(stranger)(checkout.preview({ cartId: cart.id })))
            assert.deepStrictEqual([place._tag, preview._tag], ["CartNotFound", "CartNotFound"])
          }
        }
      })
    )

    test(
      "shows beforehand what the order will cost and what it needs, and changes nothing",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ price: Shop.usd(1_234) })
        const buyer = yield* Shop.guest([variantId, 2])
        const checkout = yield* Checkout
        const preview = (more: object) =>
          Actor.as(buyer.actor)(checkout.preview({ cartId: buyer.cart.id, ...more }))
        const bare = yield* preview({})
        assert.deepStrictEqual(bare.missing, ["email", "shippingAddress"])
        assert.deepStrictEqual(bare.shippingMethods.map(({ name }) => name), ["Post"])
        assert.deepStrictEqual(bare.gateways, ["sandbox", "euro-bank"])
        const full = yield* preview({ email: "ada@example.com", shippingAddress: Shop.address })
        assert.deepStrictEqual(full.missing, [])
        assert.strictEqual(full.cart.version, buyer.cart.version)
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        const { order } = yield* Shop.place(buyer)
        assert.deepStrictEqual(order.total, full.cart.total)
        assert.deepStrictEqual(order.lines[0]?.trace, full.cart.pricing.lines[0]?.trace)
      })
    )

    test(
      "belongs to the customer who is signed in, whose address need not be given",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product()
        const ada = yield* Shop.account("ada@lovelace.example")
        const checkout = yield* Checkout
        const place = (more: Partial<typeof PlaceOrder.Encoded>) =>
          Effect.gen(function*() {
            const { actor } = yield* Shop.customer(ada, [variantId, 1])
            const placed = yield* Actor.as(actor)(
              checkout.place({ shippingAddress: Shop.address, payment: { gateway: "sandbox" }, ...more })
            )
            return placed.order
          })
        const order = yield* place({})
        assert.strictEqual(order.customerId, ada)
        assert.strictEqual(order.email, "ada@lovelace.example")
        assert.deepStrictEqual(yield* Actor.as(Actor.customer(ada))((yield* Orders).get(order.id)), order)
        assert.strictEqual((yield* place({ email: "ada@work.example" })).email, "ada@work.example")
      })
    )

    test(
      "freezes every figure: what happens to the catalog later changes no order",
      Effect.gen(function*() {
        const { productId, variantId } = yield* Shop.product({ price: Shop.usd(1_999), sku: "OLD" })
        const { order, token } = yield* Shop.place(yield* Shop.guest([variantId, 2]))
        const catalog = yield* Catalog
        const shipping = yield* Shipping
        yield* staff(Effect.gen(function*() {
          yield* catalog.updateVariant(productId, variantId, { price: Shop.usd(1), sku: "NEW" })
          yield* catalog.updateProduct(productId, { title: "Another board" })
          const [post] = yield* shipping.list
          yield* shipping.update(post?.id ?? "", { price: Shop.usd(9_999) })
          yield* shipping.delete(post?.id ?? "")
          yield* catalog.updateProduct(productId, { status: "archived" })
        }))
        const seen = yield* Actor.as(Actor.guest({ orderToken: token }))((yield* Orders).get(order.id))
        assert.deepStrictEqual(seen, order)
      })
    )
  })
}
