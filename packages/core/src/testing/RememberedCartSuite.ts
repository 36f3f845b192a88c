/**
 * A change of a cart answers as if the cart had been read a moment before it, whatever another process has changed meanwhile: nothing that is
 * remembered of carts and goods is taken for true when it is so no more.
 */
import { assert, describe, it } from "@effect/vitest"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CartView } from "../cart/Cart.ts"
import { Carts } from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Checkout } from "../checkout/Checkout.ts"
import { Inventory } from "../inventory/Inventory.ts"
import * as Actor from "../kernel/Actor.ts"
import { PriceLists } from "../prices/PriceLists.ts"
import { Promotions } from "../promotions/Promotions.ts"
import { Shipping } from "../shipping/Shipping.ts"
import { Stores } from "../stores/Stores.ts"
import { Taxes } from "../tax/Taxes.ts"
import type { CrashHarness } from "./CrashHarness.ts"
import * as Shop from "./Shop.ts"

type Engine = Context.Context<Shop.ShopServices>

const system = Actor.as(Actor.system("test"))

/** What a change may change: all but what each change does. */
const facts = ({ expiresAt: _expiresAt, note: _note, updatedAt: _updatedAt, version: _version, ...rest }: CartView) => rest

export const rememberedCartSuite = (harness: CrashHarness): void => {
  const twoEngines = Effect.gen(function*() {
    const storage = yield* harness.create
    const open = Layer.build(Layer.fresh(Shop.layer(storage.open())))
    return [yield* open, yield* open] as const
  })

  /**
   * Who changes again and again a cart of one engine that it knows: the guest whose it is, or a program of the shop that calls it by its id.
   */
  const shopper = Effect.fnUntraced(function*(engine: Engine, goods: Shop.ForSale, isProgram: boolean) {
    const guest = yield* Effect.provideContext(Shop.guest([goods.variantId, 2]), engine)
    const [actor, name] = isProgram ? [Actor.system("test"), guest.cart.id] : [guest.actor, "mine"]
    const say = (note: string) =>
      Effect.flatMap(Carts, (carts) =>
        Effect.gen(function*() {
          const changed = yield* carts.update(name, { note })
          assert.deepStrictEqual(changed, yield* carts.get(name))
          return facts(changed)
        })).pipe(Actor.as(actor), Effect.provideContext(engine))
    const more = Effect.flatMap(Carts, (carts) => Effect.flip(carts.addItem(name, { variantId: goods.variantId, quantity: 1 }))).pipe(
      Effect.map(({ _tag }) => _tag),
      Actor.as(actor),
      Effect.provideContext(engine)
    )
    return { say, more }
  })

  const prepared = Effect.gen(function*() {
    const catalog = yield* Catalog
    yield* Shop.ships
    const season = yield* catalog.createCategory({ name: "Season" })
    const winter = yield* catalog.createCategory({ name: "Winter", parentId: season.id })
    const { id, variants } = yield* catalog.createProduct({
      title: "Sledge",
      categoryIds: [winter.id],
      variants: [{ price: Shop.usd(2_000), stock: 10 }]
    })
    const { id: promotionId } = yield* (yield* Promotions).create({
      name: "Season",
      action: { type: "percent_off_items", args: { ratePpm: 100_000, items: { categoryIds: [season.id] } } }
    })
    const [place] = yield* (yield* Inventory).listLocations
    return { productId: id as string, variantId: variants[0]?.id as string, winter, promotionId, locationId: place?.id as string }
  }).pipe(system)

  type Prepared = Effect.Success<typeof prepared>

  const test = (
    name: string,
    change: (shop: Prepared) => Effect.Effect<unknown, unknown, Shop.ShopServices>,
    refused?: string
  ) =>
    it.effect(name, () =>
      Effect.gen(function*() {
        const engines = yield* twoEngines
        const shop = yield* Effect.provideContext(prepared, engines[0])
        const shoppers = yield* Effect.forEach([0, 1, 2, 3], (index) => shopper(engines[index % 2 === 0 ? 0 : 1], shop, index >= 2))
        for (const engine of [0, 1] as const) {
          const before = yield* Effect.forEach(shoppers, ({ say }) => Effect.andThen(say("a"), say("b")))
          yield* Effect.provideContext(system(change(shop)), engines[engine])
          if (refused !== undefined) {
            assert.deepStrictEqual(yield* Effect.forEach(shoppers, ({ more }) => more), shoppers.map(() => refused))
          }
          const after = yield* Effect.forEach(shoppers, ({ say }) => say("c"))
          // what is told once may be done by the first engine already
          if (engine === 0) for (const [index, seen] of after.entries()) assert.notDeepEqual(seen, before[index])
          assert.deepStrictEqual(yield* Effect.forEach(shoppers, ({ say }) => say("d")), after)
        }
      }))

  describe(`the answer to a change of a cart, on ${harness.name}`, () => {
    test("has the price that another process has set", ({ productId, variantId }) =>
      Effect.flatMap(Catalog, (catalog) => catalog.updateVariant(productId, variantId, { price: Shop.usd(2_500) })))

    test("has the name that another process has given", ({ productId }) =>
      Effect.flatMap(Catalog, (catalog) => catalog.updateProduct(productId, { title: "Toboggan" })))

    test("has the stock that others have left, and no more is put into the cart", ({ variantId }) =>
      Effect.flatMap(Inventory, (inventory) =>
        inventory.adjust({ adjustments: [{ variantId: variantId as never, onHand: 2 }], reason: "counted" })), "InsufficientStock")

    test("says that goods are for sale no more", ({ productId }) =>
      Effect.flatMap(Catalog, (catalog) => catalog.updateProduct(productId, { status: "archived" })), "NotForSale")

    test("has no stock of a place that was closed", ({ locationId }) =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const places = yield* inventory.listLocations
        if (places.length === 1) yield* inventory.createLocation({ code: "north", name: "North" })
        yield* inventory.updateLocation(locationId, { active: false })
      }), "InsufficientStock")

    test("has the stock of a new place", ({ variantId }) =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const all = yield* inventory.listLocations
        const { id } = yield* inventory.createLocation({ code: `place-${all.length}`, name: "Another" })
        yield* inventory.adjust({ adjustments: [{ variantId: variantId as never, locationId: id, delta: 3 }], reason: "came" })
      }))

    test("has the price of a list that another process has made", ({ variantId }) =>
      Effect.flatMap(PriceLists, (lists) => lists.create({ name: "Sale", prices: [{ variantId, price: Shop.usd(1_500) }] })))

    test("has no discount of a category that was moved", ({ winter }) =>
      Effect.flatMap(Catalog, (catalog) => catalog.updateCategory(winter.id, { parentId: null })))

    test("has no discount of a promotion that has ended", ({ promotionId }) =>
      Effect.flatMap(Promotions, (promotions) => promotions.update(promotionId, { active: false })))

    test("has the tax and the way of shipping that were added", () =>
      Effect.gen(function*() {
        const taxes = yield* Taxes
        for (const { id } of yield* taxes.list) yield* taxes.delete(id)
        yield* taxes.create({ name: "Tax", taxClass: "standard", ratePpm: 10_000 })
        yield* (yield* Shipping).create({ name: "Courier", price: Shop.usd(1), position: -1 })
        yield* (yield* Stores).update({ settings: { pricesIncludeTax: true } })
      }))

    it.effect("has what a change through another process has put into the cart", () =>
      Effect.gen(function*() {
        const engines = yield* twoEngines
        const { variantId } = yield* Effect.provideContext(prepared, engines[0])
        const { actor } = yield* Effect.provideContext(Shop.guest([variantId, 1]), engines[0])
        for (let pieces = 2; pieces <= 7; pieces++) {
          const add = Effect.flatMap(Carts, (carts) => carts.addItem("mine", { variantId, quantity: 1 })).pipe(Actor.as(actor))
          const { lines } = yield* Effect.provideContext(add, engines[pieces % 2 === 0 ? 1 : 0])
          assert.deepStrictEqual(lines.map(({ quantity }) => quantity), [pieces])
        }
      }))

    it.effect("has what was said of each cart that is changed in the same moment, also where another process was first", () =>
      Effect.gen(function*() {
        const engines = yield* twoEngines
        const { variantId } = yield* Effect.provideContext(prepared, engines[0])
        const guests = yield* Effect.provideContext(Effect.forEach([1, 2, 1, 1], (pieces) => Shop.guest([variantId, pieces])), engines[0])
        const change = (index: number, work: (carts: Carts["Service"]) => Effect.Effect<CartView, unknown>, engine: Engine = engines[0]) =>
          Effect.flatMap(Carts, work).pipe(Actor.as((guests[index] as Shop.Buyer).actor), Effect.provideContext(engine))
        for (let round = 1; round <= 3; round++) {
          const add = (index: number) => change(index, (carts) => carts.addItem("mine", { variantId, quantity: 1 }))
          const say = (index: number, engine?: Engine) => change(index, (carts) => carts.update("mine", { note: `round ${round}` }), engine)
          yield* say(1, engines[1])
          yield* Effect.all([add(0), add(1), say(2), add(0), say(3), say(3, engines[1])], { concurrency: "unbounded" })
          const seen = yield* Effect.forEach([0, 1, 2, 3], (index) => change(index, (carts) => carts.get("mine")))
          assert.deepStrictEqual(
            seen.map(({ lines, note, version }, index) => [lines[0]?.quantity, note, version - (guests[index] as Shop.Buyer).cart.version]),
            [[1 + 2 * round, null, 2 * round], [2 + round, `round ${round}`, 2 * round], [1, `round ${round}`, round], [1, `round ${round}`, 2 * round]]
          )
        }
      }))

    it.effect("lets no more into carts than are left, however many ask in the same moment for what others have bought", () =>
      Effect.gen(function*() {
        const engines = yield* twoEngines
        const { variantId } = yield* Effect.provideContext(prepared, engines[0])
        const guests = yield* Effect.provideContext(Effect.forEach([1, 1, 1], (pieces) => Shop.guest([variantId, pieces])), engines[0])
        const buyer = yield* Effect.provideContext(Shop.guest([variantId, 6]), engines[1])
        yield* Effect.provideContext(Shop.place(buyer), engines[1])
        const outcomes = yield* Effect.all(
          guests.map(({ actor }, index) =>
            Effect.flatMap(Carts, (carts) => carts.addItem("mine", { variantId, quantity: index + 2 })).pipe(
              Effect.match({ onFailure: ({ _tag }) => _tag, onSuccess: ({ lines }) => lines.map(({ available, quantity }) => [quantity, available]) }),
              Actor.as(actor)
            )
          ),
          { concurrency: "unbounded" }
        ).pipe(Effect.provideContext(engines[0]))
        assert.deepStrictEqual(outcomes, [[[3, 4]], [[4, 4]], "InsufficientStock"])
      }))

    it.effect("is that of a customer's cart, called by its id, once they have signed in with it at another process", () =>
      Effect.gen(function*() {
        const engines = yield* twoEngines
        const { variantId } = yield* Effect.provideContext(prepared, engines[0])
        const { actor, cart: { id } } = yield* Effect.provideContext(Shop.guest([variantId, 1]), engines[0])
        const see = Effect.gen(function*() {
          const { note } = yield* (yield* Carts).update(id, { note: "seen" })
          const { cart: { customerId, email } } = yield* (yield* Checkout).preview({ cartId: id })
          return [note, customerId, email]
        }).pipe(system, Effect.provideContext(engines[0]))
        assert.deepStrictEqual(yield* see, ["seen", null, null])
        yield* Effect.gen(function*() {
          const userId = yield* Shop.account("ada@example.com")
          yield* Effect.flatMap(Carts, (carts) => carts.merge("cartToken" in actor ? actor.cartToken ?? "" : "")).pipe(Actor.as(Actor.customer(userId)))
          for (const seen of [yield* see, yield* see]) assert.deepStrictEqual(seen, ["seen", userId, "ada@example.com"])
        }).pipe(Effect.provideContext(engines[1]))
      }))

    it.effect("finds the cart closed that became an order, and gone that was deleted", () =>
      Effect.gen(function*() {
        const engines = yield* twoEngines
        const { variantId } = yield* Effect.provideContext(prepared, engines[0])
        const begin = Shop.guest([variantId, 1])
        const buyer = yield* Effect.provideContext(begin, engines[0])
        const passing = yield* Effect.provideContext(begin, engines[0])
        yield* Effect.provideContext(Shop.place(buyer), engines[1])
        yield* Effect.provideContext(Effect.flatMap(Carts, (carts) => carts.delete("mine")).pipe(Actor.as(passing.actor)), engines[1])
        const refusal = (actor: Actor.Actor, cart: string) =>
          Effect.flatMap(Carts, (carts) => Effect.flip(carts.update(cart, { note: "late" }))).pipe(
            Effect.map(({ _tag }) => _tag),
            Actor.as(actor),
            Effect.provideContext(engines[0])
          )
        const refusals = yield* Effect.forEach([buyer, passing], ({ actor, cart: { id } }) =>
          Effect.all([refusal(Actor.system("test"), id), refusal(actor, "mine")]))
        assert.deepStrictEqual(refusals, [["CartClosed", "CartClosed"], ["CartNotFound", "CartNotFound"]])
      }))
  })
}
