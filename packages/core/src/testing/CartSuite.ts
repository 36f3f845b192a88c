/**
 * What carts must do on any storage: hold what a buyer wants within its limits, cost what the catalog says now, and tell
 * the buyer what has changed. Who reaches which cart, and how carts end, is in `CartLifeSuite`.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import type { CartView } from "../cart/Cart.ts"
import * as CartPricing from "../cart/CartPricing.ts"
import { CartRepository } from "../cart/CartRepository.ts"
import * as Carts from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Inventory } from "../inventory/Inventory.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import { PricingRules } from "../pricing/PricingRules.ts"
import { Shipping } from "../shipping/Shipping.ts"
import { Stores } from "../stores/Stores.ts"
import { Taxes } from "../tax/Taxes.ts"
import * as Shop from "./Shop.ts"
import type { CountingHarness } from "./Statements.ts"
import { Statements } from "./Statements.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Input as a client may send it, whatever its type says. */
const sent = (input: unknown) => input as never

const pieces = (cart: CartView) => cart.lines.map(({ quantity }) => quantity)

const amounts = (cart: CartView) => ({
  subtotal: cart.pricing.subtotal.amount,
  shipping: cart.pricing.shippingTotal.amount,
  tax: cart.pricing.tax.amount,
  total: cart.total.amount
})

const setStock = Effect.fnUntraced(function*(variantId: string, onHand: number) {
  const inventory = yield* Inventory
  yield* inventory.adjust({ adjustments: [{ variantId, onHand }], reason: "counted" })
})

const faultsAt = (error: InvalidInput) => [...new Set(error.faults.map(({ path }) => path.join(".")))]

export const cartSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(body, Shop.layer(harness.storage())))

  describe(`filling a cart, on ${harness.name}`, () => {
    test(
      "a new cart is empty, costs nothing, and its token is kept as a hash only",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const { cart, token } = yield* carts.create()
        assert.match(token, /^cart_[A-Za-z0-9_-]{43}$/)
        assert.deepStrictEqual(
          [cart.status, cart.version, cart.lines, cart.notices, cart.requiresShipping, cart.total.amount],
          ["open", 1, [], [], false, 0]
        )
        assert.deepStrictEqual(yield* carts.get(cart.id), cart)
        const { cart: stored } = yield* carts.snapshot(cart.id)
        assert.notInclude(JSON.stringify(stored), token)
        assert.notInclude(JSON.stringify(cart), stored.tokenHash)
      })
    )

    test(
      "what is added is priced by the catalog and shown with its names",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const board = yield* Shop.product({ compareAtPrice: Shop.usd(2_500), sku: "WB-1" })
        const { cart } = yield* Shop.guest([board.variantId, 3])
        assert.deepStrictEqual(amounts(cart), { subtotal: 6_000, shipping: 0, tax: 0, total: 6_000 })
        const [line] = cart.lines
        assert.deepStrictEqual(line, {
          id: line!.id,
          variantId: line!.variantId,
          productId: line!.productId,
          quantity: 3,
          title: "Walnut board",
          variantTitle: "Walnut board",
          slug: "walnut-board",
          sku: "WB-1",
          image: null,
          available: 10,
          unitPrice: Shop.usd(2_000),
          compareAtPrice: Shop.usd(2_500),
          subtotal: Shop.usd(6_000),
          discount: Shop.usd(0),
          tax: Shop.usd(0),
          total: Shop.usd(6_000)
        })
        assert.deepStrictEqual([line!.variantId, line!.productId] as ReadonlyArray<string>, [board.variantId, board.productId])
        assert.deepStrictEqual(yield* carts.get(cart.id), cart)
      })
    )

    test(
      "more of the same goes onto its line, something else below it",
      Effect.gen(function*() {
        const board = yield* Shop.product()
        const bowl = yield* Shop.product({ title: "Bowl" })
        const { cart } = yield* Shop.guest([board.variantId, 1], [bowl.variantId, 2], [board.variantId, 3])
        assert.deepStrictEqual(cart.lines.map(({ quantity, title }) => [title, quantity]), [["Walnut board", 4], ["Bowl", 2]])
        assert.strictEqual(cart.version, 4)
      })
    )

    test(
      "a quantity that is no number of pieces is refused and changes nothing",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const board = yield* Shop.product({ trackStock: false })
        const { cart } = yield* Shop.guest([board.variantId, 1])
        const lineId = cart.lines[0]!.id
        for (const quantity of [0, -1, 1.5, 1e9, 2 ** 53, NaN, Infinity, "2", null, [1], undefined]) {
          const added = yield* Effect.flip(carts.addItem(cart.id, sent({ variantId: board.variantId, quantity })))
          assert.deepStrictEqual([added._tag, faultsAt(added as InvalidInput)], ["InvalidInput", ["quantity"]])
          const updated = yield* Effect.flip(carts.updateItem(cart.id, lineId, sent({ quantity })))
          assert.deepStrictEqual([updated._tag, faultsAt(updated as InvalidInput)], ["InvalidInput", ["quantity"]])
        }
        assert.deepStrictEqual(yield* carts.get(cart.id), cart)
      })
    )

    test(
      "a price from the client is refused, as is every other field that is unknown",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const board = yield* Shop.product()
        const { cart } = yield* Shop.guest([board.variantId, 1])
        const item = { variantId: board.variantId, quantity: 1 }
        for (const field of ["unitPrice", "price", "total", "discount", "lineId"]) {
          const error = yield* Effect.flip(carts.addItem(cart.id, sent({ ...item, [field]: Shop.usd(1) })))
          assert.deepStrictEqual([error._tag, faultsAt(error as InvalidInput)], ["InvalidInput", [field]])
        }
        const updated = yield* Effect.flip(carts.updateItem(cart.id, cart.lines[0]!.id, sent({ quantity: 1, unitPrice: 1 })))
        assert.strictEqual(updated._tag, "InvalidInput")
        for (const field of ["lines", "status", "customerId", "total", "currency", "codes"]) {
          const error = yield* Effect.flip(carts.update(cart.id, sent({ [field]: "anything" })))
          assert.deepStrictEqual([error._tag, faultsAt(error as InvalidInput)], ["InvalidInput", [field]])
        }
        for (const input of [null, "cart", 3, [], undefined]) {
          assert.strictEqual((yield* Effect.flip(carts.addItem(cart.id, sent(input))))._tag, "InvalidInput")
        }
        assert.deepStrictEqual(yield* carts.get(cart.id), cart)
      })
    )

    test(
      "a variant that is unknown, or another store's, is not found",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const elsewhere = yield* (yield* Stores).create({ code: "elsewhere", name: "Elsewhere", currency: "USD" })
        const foreign = yield* within(elsewhere.id)(Shop.product())
        const { cart } = yield* Shop.guest()
        for (const variantId of ["var_00000000000000000000000000", foreign.variantId]) {
          const error = yield* Effect.flip(carts.addItem(cart.id, { variantId, quantity: 1 }))
          assert.strictEqual(error._tag, "VariantNotFound")
        }
        assert.strictEqual(
          (yield* Effect.flip(carts.addItem(cart.id, { variantId: "board' OR 1=1", quantity: 1 })))._tag,
          "InvalidInput"
        )
      })
    )

    test(
      "a draft or archived product is not for sale",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const catalog = yield* Catalog
        const { cart } = yield* Shop.guest()
        for (const status of ["draft", "archived"] as const) {
          const { productId, variantId } = yield* Shop.product()
          yield* catalog.updateProduct(productId, { status })
          assert.strictEqual((yield* Effect.flip(carts.addItem(cart.id, { variantId, quantity: 1 })))._tag, "NotForSale")
        }
        assert.deepStrictEqual((yield* carts.get(cart.id)).lines, [])
      })
    )

    test(
      "no more than there is can be added, unless it may be back-ordered or is not counted",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const board = yield* Shop.product({ stock: 3 })
        const lamp = yield* Shop.product({ title: "Lamp", stock: 1, backorderLimit: 2 })
        const voucher = yield* Shop.product({ title: "Voucher", stock: 0, trackStock: false })
        const { cart } = yield* Shop.guest([board.variantId, 2], [lamp.variantId, 3], [voucher.variantId, 999])
        assert.deepStrictEqual(pieces(cart), [2, 3, 999])
        assert.deepStrictEqual(cart.lines.map(({ available }) => available), [3, 3, null])
        const error = yield* Effect.flip(carts.addItem(cart.id, { variantId: board.variantId, quantity: 2 }))
        assert.deepStrictEqual(error._tag === "InsufficientStock" ? error.lines : error, [
          { variantId: board.variantId, requested: 4, available: 3 }
        ])
        assert.strictEqual(
          (yield* Effect.flip(carts.updateItem(cart.id, cart.lines[1]!.id, { quantity: 4 })))._tag,
          "InsufficientStock"
        )
        assert.deepStrictEqual(yield* carts.get(cart.id), cart)
      })
    )

    test(
      "a cart holds so many lines and pieces as the store allows",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        yield* (yield* Stores).update({ settings: { cartLines: 2, lineQuantity: 5 } })
        const [a, b, c] = yield* Effect.all([Shop.product(), Shop.product({ title: "B" }), Shop.product({ title: "C" })])
        const { cart } = yield* Shop.guest([a.variantId, 5], [b.variantId, 1])
        const refusals = yield* Effect.all([
          Effect.flip(carts.addItem(cart.id, { variantId: c.variantId, quantity: 1 })),
          Effect.flip(carts.addItem(cart.id, { variantId: a.variantId, quantity: 1 })),
          Effect.flip(carts.updateItem(cart.id, cart.lines[1]!.id, { quantity: 6 }))
        ])
        assert.deepStrictEqual(
          refusals.map((error) => error._tag === "CartLimitExceeded" ? [error.limit, error.maximum] : error),
          [["lines", 2], ["quantity", 5], ["quantity", 5]]
        )
        assert.deepStrictEqual(pieces(yield* carts.addItem(cart.id, { variantId: b.variantId, quantity: 4 })), [5, 5])
      })
    )

    test(
      "goods whose price cannot be calculated with are refused, and left out if they become so",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const catalog = yield* Catalog
        const dear = yield* Shop.product({ price: Shop.usd(300_000_000_000_000) })
        const board = yield* Shop.product()
        const { cart } = yield* Shop.guest([dear.variantId, 1], [board.variantId, 1])
        const error = yield* Effect.flip(carts.addItem(cart.id, { variantId: dear.variantId, quantity: 1 }))
        assert.strictEqual(error._tag === "CartLimitExceeded" ? error.limit : error, "amount")
        yield* catalog.updateVariant(dear.productId, dear.variantId, { price: Shop.usd(Number.MAX_SAFE_INTEGER) })
        const view = yield* carts.get(cart.id)
        assert.strictEqual(view.total.amount, 2_000)
        assert.deepStrictEqual(view.notices.map(({ _tag }) => _tag), ["unavailable"])
      })
    )

    test(
      "the pieces of a line are changed, a line is taken out, and then all",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const board = yield* Shop.product()
        const bowl = yield* Shop.product({ title: "Bowl" })
        const { cart } = yield* Shop.guest([board.variantId, 1], [bowl.variantId, 2])
        const [first, second] = cart.lines
        assert.deepStrictEqual(pieces(yield* carts.updateItem(cart.id, first!.id, { quantity: 7 })), [7, 2])
        assert.deepStrictEqual(
          (yield* carts.removeItem(cart.id, first!.id)).lines.map(({ id }) => id),
          [second!.id]
        )
        for (const lineId of [first!.id, "line_00000000000000000000000000", "x"]) {
          assert.strictEqual((yield* Effect.flip(carts.removeItem(cart.id, lineId)))._tag, "CartLineNotFound")
          assert.strictEqual(
            (yield* Effect.flip(carts.updateItem(cart.id, lineId, { quantity: 1 })))._tag,
            "CartLineNotFound"
          )
        }
        const cleared = yield* carts.clear(cart.id)
        assert.deepStrictEqual([cleared.lines, cleared.total.amount, cleared.version], [[], 0, 6])
      })
    )
  })

  describe(`what a cart says, on ${harness.name}`, () => {
    test(
      "a changed price counts at once and is told until the buyer changes the line",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const catalog = yield* Catalog
        const { productId, variantId } = yield* Shop.product()
        const { cart } = yield* Shop.guest([variantId, 2])
        const lineId = cart.lines[0]!.id
        yield* catalog.updateVariant(productId, variantId, { price: Shop.usd(2_300) })
        const view = yield* carts.get(cart.id)
        assert.strictEqual(view.total.amount, 4_600)
        assert.deepStrictEqual(view.notices, [
          { _tag: "price_changed", lineId, before: Shop.usd(2_000), now: Shop.usd(2_300) }
        ])
        assert.strictEqual((yield* carts.update(cart.id, { note: "ring twice" })).notices.length, 1)
        assert.deepStrictEqual((yield* carts.updateItem(cart.id, lineId, { quantity: 2 })).notices, [])
        yield* catalog.updateVariant(productId, variantId, { price: Shop.usd(2_100) })
        assert.deepStrictEqual((yield* carts.addItem(cart.id, { variantId, quantity: 1 })).notices, [])
      })
    )

    test(
      "stock that went to others is told, and fewer pieces are allowed even if they are too many still",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const { variantId } = yield* Shop.product({ stock: 8 })
        const { cart } = yield* Shop.guest([variantId, 8])
        const lineId = cart.lines[0]!.id
        yield* setStock(variantId, 3)
        const view = yield* carts.get(cart.id)
        assert.deepStrictEqual(view.notices, [{ _tag: "short_of_stock", lineId, available: 3 }])
        assert.strictEqual(view.total.amount, 16_000)
        assert.strictEqual((yield* carts.updateItem(cart.id, lineId, { quantity: 5 })).notices.length, 1)
        assert.deepStrictEqual((yield* carts.updateItem(cart.id, lineId, { quantity: 3 })).notices, [])
        assert.strictEqual((yield* Effect.flip(carts.updateItem(cart.id, lineId, { quantity: 4 })))._tag, "InsufficientStock")
      })
    )

    test(
      "what is no longer sold is shown by its name and left out of the price",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const catalog = yield* Catalog
        const board = yield* Shop.product()
        const archived = yield* Shop.product({ title: "Bowl", price: Shop.usd(700) })
        const deleted = yield* Shop.product({ title: "Lamp", price: Shop.usd(900) })
        const { cart } = yield* Shop.guest([archived.variantId, 1], [board.variantId, 2], [deleted.variantId, 3])
        assert.strictEqual(cart.total.amount, 7_400)
        yield* catalog.updateProduct(archived.productId, { status: "archived" })
        yield* catalog.deleteProduct(deleted.productId)
        const view = yield* carts.get(cart.id)
        assert.strictEqual(view.total.amount, 4_000)
        assert.deepStrictEqual(view.pricing.lines.map(({ id }) => id), [cart.lines[1]!.id])
        assert.deepStrictEqual(
          view.lines.map(({ available, quantity, slug, title, total, unitPrice }) =>
            [title, quantity, slug, available, unitPrice.amount, total.amount]),
          [["Bowl", 1, null, 0, 700, 0], ["Walnut board", 2, "walnut-board", 10, 2_000, 4_000], ["Lamp", 3, null, 0, 900, 0]]
        )
        assert.deepStrictEqual(view.notices, [
          { _tag: "unavailable", lineId: cart.lines[0]!.id },
          { _tag: "unavailable", lineId: cart.lines[2]!.id }
        ])
        for (const line of [cart.lines[0]!, cart.lines[2]!]) {
          assert.strictEqual((yield* Effect.flip(carts.updateItem(cart.id, line.id, { quantity: 1 })))._tag, "NotForSale")
          yield* carts.removeItem(cart.id, line.id)
        }
        assert.deepStrictEqual((yield* carts.get(cart.id)).notices, [])
      })
    )

    test(
      "the first shipping method that delivers is part of the price until the buyer chooses another",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const shipping = yield* Shipping
        const slow = yield* shipping.create({ name: "Slow", price: Shop.usd(300), countries: ["US"] })
        const fast = yield* shipping.create({ name: "Fast", price: Shop.usd(900), countries: ["US", "DE"] })
        const off = yield* shipping.create({ name: "Off", price: Shop.usd(100), active: false })
        const board = yield* Shop.product()
        const voucher = yield* Shop.product({ title: "Voucher", requiresShipping: false })
        const { cart } = yield* Shop.guest([voucher.variantId, 1])
        assert.deepStrictEqual([cart.requiresShipping, cart.pricing.shipping], [false, null])
        assert.deepStrictEqual(yield* carts.shippingOptions(cart.id), [])

        const both = yield* carts.addItem(cart.id, { variantId: board.variantId, quantity: 1 })
        assert.deepStrictEqual([both.shippingMethodId, both.pricing.shipping?.name], [null, "Slow"])
        assert.deepStrictEqual(amounts(both), { subtotal: 4_000, shipping: 300, tax: 0, total: 4_300 })
        assert.deepStrictEqual(yield* carts.shippingOptions(cart.id), [slow, fast])

        const chosen = yield* carts.update(cart.id, { shippingMethodId: slow.id })
        assert.strictEqual(chosen.shippingMethodId, slow.id)
        const moved = yield* carts.update(cart.id, { shippingAddress: { ...Shop.address, country: "DE" } })
        assert.deepStrictEqual(moved.notices, [{ _tag: "shipping_unavailable", shippingMethodId: slow.id }])
        assert.deepStrictEqual(amounts(moved), { subtotal: 4_000, shipping: 0, tax: 0, total: 4_000 })
        assert.deepStrictEqual(yield* carts.shippingOptions(cart.id), [fast])
        for (const shippingMethodId of [slow.id, off.id, "ship_00000000000000000000000000"]) {
          const error = yield* Effect.flip(carts.update(cart.id, { shippingMethodId }))
          assert.strictEqual(error._tag, "ShippingMethodUnavailable")
        }
        assert.strictEqual((yield* carts.update(cart.id, { shippingMethodId: fast.id })).total.amount, 4_900)
        assert.strictEqual((yield* carts.update(cart.id, { shippingMethodId: null })).pricing.shipping?.name, "Fast")
      })
    )

    test(
      "tax is that of the country the goods go to",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const taxes = yield* Taxes
        yield* taxes.create({ name: "Sales tax", taxClass: "standard", country: "US", ratePpm: 77_500 })
        yield* taxes.create({ name: "VAT", taxClass: "standard", country: "DE", ratePpm: 190_000 })
        const { variantId } = yield* Shop.product()
        const { cart } = yield* Shop.guest([variantId, 1])
        assert.deepStrictEqual(amounts(cart), { subtotal: 2_000, shipping: 0, tax: 155, total: 2_155 })
        const billed = yield* carts.update(cart.id, { billingAddress: { ...Shop.address, country: "DE" } })
        assert.deepStrictEqual(billed.pricing.taxes.map(({ name }) => name), ["VAT"])
        const shipped = yield* carts.update(cart.id, { shippingAddress: { ...Shop.address, country: "FR" } })
        assert.deepStrictEqual(shipped.pricing.taxes, [])
      })
    )

    test(
      "the rules of the engine change what it costs, and the trace names them",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        yield* (yield* PricingRules).add({
          name: "plugin:three-for-two",
          apply: ({ lines }) =>
            lines.filter(({ quantity }) => quantity >= 3).map(({ id, unitPrice }) => ({
              amount: -unitPrice,
              label: "Three for two",
              target: { type: "lines", lineIds: [id] }
            }))
        })
        const { variantId } = yield* Shop.product()
        const { cart } = yield* Shop.guest([variantId, 3])
        assert.deepStrictEqual([cart.total.amount, cart.lines[0]?.discount.amount], [4_000, 2_000])
        assert.deepStrictEqual(
          (yield* carts.get(cart.id)).pricing.lines[0]?.trace.map(({ source }) => source),
          ["catalog", "plugin:three-for-two"]
        )
      })
    )

    test(
      "the snapshot that checkout works from gives the same price",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        yield* Shop.ships
        const { variantId } = yield* Shop.product()
        const { cart } = yield* Shop.guest([variantId, 3])
        const snapshot = yield* carts.snapshot(cart.id)
        const pricing = CartPricing.price(snapshot, [], cart.updatedAt)
        assert.deepStrictEqual(CartPricing.view(snapshot, pricing), cart)
        assert.deepStrictEqual(pricing.buyable.map(({ variant }) => variant.id as string), [variantId])
      })
    )

    test(
      "e-mail, note and addresses are kept, and taken back with null",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const { cart } = yield* Shop.guest()
        const said = yield* carts.update(cart.id, {
          email: " Ada@Example.com ",
          note: "ring twice",
          shippingAddress: Shop.address,
          billingAddress: Shop.address
        })
        assert.deepStrictEqual(
          [said.email, said.note, said.shippingAddress, said.billingAddress, said.version],
          ["ada@example.com", "ring twice", Shop.address, Shop.address, 2]
        )
        assert.deepStrictEqual(yield* carts.get(cart.id), said)
        const unsaid = yield* carts.update(cart.id, { email: null, shippingAddress: null })
        assert.deepStrictEqual([unsaid.email, unsaid.shippingAddress, unsaid.note], [null, null, "ring twice"])
        const error = yield* Effect.flip(carts.update(cart.id, {
          email: "nobody",
          note: "x".repeat(2_001),
          shippingAddress: { ...Shop.address, country: "Germany", name: " " }
        }))
        assert.deepStrictEqual(
          error._tag === "InvalidInput" ? faultsAt(error).sort() : error,
          ["email", "note", "shippingAddress.country", "shippingAddress.name"]
        )
      })
    )
  })

  describe(`several who change one cart, on ${harness.name}`, () => {
    test(
      "adds at the same time keep all pieces",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const board = yield* Shop.product({ stock: 100 })
        const bowl = yield* Shop.product({ title: "Bowl", stock: 100 })
        const { actor, cart } = yield* Shop.guest()
        yield* Effect.forEach(
          Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? board : bowl)),
          ({ variantId }) => Actor.as(actor)(carts.addItem("mine", { variantId, quantity: 2 })),
          { concurrency: "unbounded" }
        )
        const view = yield* carts.get(cart.id)
        assert.deepStrictEqual([pieces(view), view.version], [[20, 20], 21])
      })
    )

    test(
      "a change in between is not overwritten but built upon",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product()
        const { cart } = yield* Shop.guest()
        const carts = yield* Carts.Carts
        let interruptions = 2
        const disturbed = yield* disturbing(Effect.suspend(() =>
          interruptions-- > 0 ? Effect.orDie(carts.addItem(cart.id, { variantId, quantity: 1 })) : Effect.void
        ))
        const view = yield* disturbed.addItem(cart.id, { variantId, quantity: 5 })
        assert.deepStrictEqual([pieces(view), view.version], [[7], 4])
      })
    )

    test(
      "a change gives up at last when somebody else is always faster",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const { cart } = yield* Shop.guest()
        let attempts = 0
        const disturbed = yield* disturbing(Effect.suspend(() => {
          attempts++
          return Effect.orDie(carts.update(cart.id, { note: `${attempts}` }))
        }))
        const fiber = yield* Effect.forkChild(Effect.flip(disturbed.clear(cart.id)))
        yield* TestClock.adjust("1 minute")
        assert.strictEqual((yield* Fiber.join(fiber))._tag, "VersionConflict")
        assert.isTrue(attempts > 3 && attempts < 12)
        assert.strictEqual((yield* carts.get(cart.id)).version, attempts + 1)
      })
    )

    test(
      "a change that names its version fails when that is not the cart's any more",
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const { cart } = yield* Shop.guest()
        yield* carts.update(cart.id, { note: "first", version: 1 })
        const stale = yield* Effect.flip(carts.update(cart.id, { note: "second", version: 1 }))
        assert.strictEqual(stale._tag, "VersionConflict")
        const disturbed = yield* disturbing(Effect.orDie(carts.update(cart.id, { note: "third" })))
        const overtaken = yield* Effect.flip(disturbed.update(cart.id, { note: "fourth", version: 2 }))
        assert.strictEqual(overtaken._tag, "VersionConflict")
        const view = yield* carts.get(cart.id)
        assert.deepStrictEqual([view.note, view.version], ["third", 3])
        assert.strictEqual((yield* Effect.flip(carts.update(cart.id, sent({ version: "3" }))))._tag, "InvalidInput")
      })
    )
  })
}

/** Carts on a storage in which something happens before each write. */
const disturbing = Effect.fnUntraced(function*(before: Effect.Effect<unknown>) {
  const repository = yield* CartRepository
  return yield* Effect.provideService(
    Carts.make,
    CartRepository,
    CartRepository.of({ ...repository, replace: (cart) => Effect.andThen(before, repository.replace(cart)) })
  )
})

/** How many statements carts send, on a storage that speaks in statements. */
export const cartStatementsSuite = (harness: CountingHarness): void => {
  describe(`the statements of a cart, on ${harness.name}`, () => {
    it.effect("are few, and as many for ten lines as for one", () =>
      Effect.gen(function*() {
        const carts = yield* Carts.Carts
        const { record } = yield* Statements
        const products = yield* Effect.forEach(
          Array.from({ length: 11 }, (_, index) => `Board ${index}`),
          (title) => Shop.product({ title })
        )
        const all = products.map(({ variantId }): Shop.Pieces => [variantId, 1])
        for (const some of [all.slice(0, 1), all.slice(0, 10)]) {
          const { actor, cart } = yield* Shop.guest(...some)
          const owner = Actor.as(actor)
          const count = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
            Effect.map(record(owner(effect)), ([, statements]) => statements.length)
          assert.strictEqual(yield* count(carts.get("mine")), 1)
          assert.strictEqual(yield* count(carts.get(cart.id)), 1)
          assert.strictEqual(yield* count(carts.shippingOptions("mine")), 1)
          assert.strictEqual(yield* count(carts.addItem("mine", { variantId: all[10]![0], quantity: 1 })), 2)
          assert.strictEqual(yield* count(carts.updateItem("mine", cart.lines[0]!.id, { quantity: 2 })), 2)
          assert.strictEqual(yield* count(carts.update("mine", { note: "ring twice" })), 2)
          assert.isAtMost(yield* count(carts.create()), 2)
        }
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))
  })
}
