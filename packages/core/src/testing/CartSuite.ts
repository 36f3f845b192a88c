/**
 * Filling carts on any storage, within the limits of stock, store and catalog, and by several at once. What a cart tells
 * its buyer is in `CartViewSuite`, who reaches which and how they end in `CartLifeSuite`.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { CartView } from "../cart/Cart.ts"
import { CartRepository } from "../cart/CartRepository.ts"
import * as Carts from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import { Stores } from "../stores/Stores.ts"
import { faultsAt, lineAt, sent } from "./CartFixture.ts"
import { whileTimePasses } from "./PassingTime.ts"
import * as Shop from "./Shop.ts"
import type { CountingHarness } from "./Statements.ts"
import { Statements } from "./Statements.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const pieces = (cart: CartView) => cart.lines.map(({ quantity }) => quantity)

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
        assert.strictEqual(cart.total.amount, 6_000)
        const line = lineAt(cart, 0)
        assert.deepStrictEqual(line, {
          id: line.id,
          variantId: line.variantId,
          productId: line.productId,
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
        assert.deepStrictEqual([line.variantId, line.productId] as ReadonlyArray<string>, [board.variantId, board.productId])
        assert.deepStrictEqual(yield* carts.get(cart.id), cart)
      })
    )

    test(
      "a variant is shown by one of its product's pictures, on the product's page and in carts, until that is taken out",
      Effect.gen(function*() {
        const [carts, catalog] = [yield* Carts.Carts, yield* Catalog]
        const staff = Actor.as(Actor.system("test"))
        const picture = (name: string) => ({ url: `https://example.com/${name}.jpg`, alt: name })
        const [front, red, blue] = [picture("front"), picture("red"), picture("blue")]
        const lamp = yield* staff(catalog.createProduct({
          title: "Lamp",
          options: [{ name: "Colour", values: ["Red", "Blue"] }],
          images: [front, red],
          variants: [
            { price: Shop.usd(1_000), optionValues: ["Red"], image: red, stock: 9 },
            { price: Shop.usd(1_000), optionValues: ["Blue"], image: blue, stock: 9 }
          ]
        }))
        const [first = "", second = ""] = lamp.variants.map(({ id }) => id)
        const shown = Effect.map(
          catalog.getProduct(lamp.id),
          ({ images, variants }) => [images.map(({ alt }) => alt), variants.map(({ image }) => image?.alt)]
        )
        assert.deepStrictEqual(yield* shown, [["front", "red", "blue"], ["red", "blue"]])
        yield* staff(catalog.updateVariant(lamp.id, second, { image: front }))
        yield* staff(catalog.updateVariant(lamp.id, first, { price: Shop.usd(1_100) }))
        assert.deepStrictEqual(yield* shown, [["front", "red", "blue"], ["red", "front"]])
        const { cart } = yield* Shop.guest([first, 1], [second, 1])
        assert.deepStrictEqual(cart.lines.map(({ image }) => image?.alt), ["red", "front"])

        yield* staff(catalog.updateVariant(lamp.id, second, { image: null }))
        yield* staff(catalog.updateProduct(lamp.id, { images: [front, blue] }))
        assert.deepStrictEqual(yield* shown, [["front", "blue"], [undefined, undefined]])
        assert.deepStrictEqual((yield* carts.get(cart.id)).lines.map(({ image }) => image?.alt), ["front", "front"])
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
        const lineId = lineAt(cart, 0).id
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
        const updated = yield* Effect.flip(carts.updateItem(cart.id, lineAt(cart, 0).id, sent({ quantity: 1, unitPrice: 1 })))
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
          (yield* Effect.flip(carts.updateItem(cart.id, lineAt(cart, 1).id, { quantity: 4 })))._tag,
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
          Effect.flip(carts.updateItem(cart.id, lineAt(cart, 1).id, { quantity: 6 }))
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
        const [first, second] = [lineAt(cart, 0), lineAt(cart, 1)]
        assert.deepStrictEqual(pieces(yield* carts.updateItem(cart.id, first.id, { quantity: 7 })), [7, 2])
        assert.deepStrictEqual(
          (yield* carts.removeItem(cart.id, first.id)).lines.map(({ id }) => id),
          [second.id]
        )
        for (const lineId of [first.id, "line_00000000000000000000000000", "x"]) {
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
        ).pipe(whileTimePasses("1 millis"))
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
        const refused = yield* whileTimePasses("10 millis")(Effect.flip(disturbed.clear(cart.id)))
        assert.strictEqual(refused._tag, "VersionConflict")
        // each time it may be tried on the cart as it is remembered, and then as it is read
        assert.isTrue(attempts > 3 && attempts < 24)
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
    CartRepository.of({
      ...repository,
      replace: (cart) => Effect.andThen(before, repository.replace(cart)),
      remembered: (key, variantIds) =>
        Effect.map(repository.remembered(key, variantIds), (found) =>
          found === undefined ? undefined : { ...found, replace: (cart) => Effect.andThen(before, found.replace(cart)) })
    })
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
          Array.from({ length: 10 }, (_, index) => `Board ${index}`),
          (title) => Shop.product({ title })
        )
        const extra = yield* Shop.product({ title: "Bowl" })
        const all = products.map(({ variantId }): Shop.Pieces => [variantId, 1])
        for (const some of [all.slice(0, 1), all]) {
          const { actor, cart } = yield* Shop.guest(...some)
          const owner = Actor.as(actor)
          const count = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
            Effect.map(record(owner(effect)), ([, statements]) => statements.length)
          assert.strictEqual(yield* count(carts.get("mine")), 1)
          assert.strictEqual(yield* count(carts.get(cart.id)), 1)
          assert.strictEqual(yield* count(carts.shippingOptions("mine")), 1)
          // one where it is remembered
          assert.isAtMost(yield* count(carts.addItem("mine", { variantId: extra.variantId, quantity: 1 })), 2)
          assert.isAtMost(yield* count(carts.updateItem("mine", lineAt(cart, 0).id, { quantity: 2 })), 2)
          assert.isAtMost(yield* count(carts.update("mine", { note: "ring twice" })), 2)
          assert.isAtMost(yield* count(carts.create()), 2)
        }
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))
  })
}
