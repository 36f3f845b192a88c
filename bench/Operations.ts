/**
 * The engine's operations beside the same statements written by hand, on equal databases in one run.
 */
import { Actor, createStoa, Inventory, Product, SandboxGateway, Timestamp } from "@stoa/core"
import * as Effect from "effect/Effect"
import * as Bulk from "./Bulk.ts"
import * as Compare from "./Compare.ts"
import * as Fixture from "./Fixture.ts"
import type { Sizes } from "./Options.ts"
import type { RawShop } from "./RawShop.ts"
import { storage, type Target } from "./server/Target.ts"

const address = { name: "Ada", line1: "1 Row", city: "Portland", postalCode: "97201", country: "US" }

const payment = { gateway: "sandbox" } as const

/** An engine on one database, with what the bench does to it. */
const openEngine = async (target: Target) => {
  const shop = await createStoa({
    storage: storage(target),
    // the bank is not what is measured: its books are in memory, and the other side has none
    gateways: [SandboxGateway.make()],
    workers: false
  })
  const customer = shop.as(Actor.customer(Bulk.customerId))
  const reserve = (variantId: string, turn: number) =>
    Effect.gen(function*() {
      const inventory = yield* Inventory.Inventory
      const until = Timestamp.plus(yield* Timestamp.now, "15 minutes")
      yield* inventory.hold(`bench-${turn}`, [{ variantId: Product.VariantId.make(variantId), quantity: 1 }], until)
    })
  let turn = 0
  const newCart = async () => (await shop.carts.create()).cart.id
  const addItem = (cartId: string, variantId: string) => shop.carts.addItem(cartId, { variantId, quantity: 1 })
  return {
    newCart,
    addItem,
    list: () => shop.catalog.listProducts(),
    product: (slug: string) => shop.catalog.getProduct(slug),
    search: (word: string) => shop.catalog.listProducts({ search: word }),
    reserve: (variantId: string) => shop.run(reserve(variantId, turn++)),
    ordersOf: () => customer.orders.listMine(),
    orderStats: () => shop.orders.stats(),
    updateItem: (cartId: string, lineId: string, quantity: number) => shop.carts.updateItem(cartId, lineId, { quantity }),
    cart: (cartId: string) => shop.carts.get(cartId),
    checkout: (cartId: string) =>
      shop.checkout.place({ cartId, email: "ada@example.com", shippingAddress: address, payment }),
    close: () => shop.close()
  }
}

interface Filling {
  readonly newCart: () => string | Promise<string>
  readonly addItem: (cartId: string, variantId: string, quantity: number) => unknown
}

/** Every operation on both sides. `buyers` is how many do those that write at the same time. */
export const compare = async (
  target: Target,
  raw: RawShop,
  sizes: Sizes,
  buyers: number
): Promise<ReadonlyArray<Compare.Comparison>> => {
  const { slugs, variantIds } = await Fixture.goods(target, sizes)
  const engine = await openEngine(target)
  const turns: Compare.Turns = { rounds: sizes.rounds, millis: sizes.millis }
  const crowd: Compare.Turns = { ...turns, millis: sizes.millis * 2, buyers }
  // of few orders for each buyer, a turn would be mostly how they begin and end
  const orders = Math.max(20, Math.round(buyers === 1 ? turns.millis : crowd.millis))
  let turn = 0
  const slug = () => slugs[turn++ % slugs.length] ?? ""
  const variant = () => variantIds[turn++ % variantIds.length] ?? ""
  const word = () => Fixture.words[turn++ % Fixture.words.length] ?? ""
  const at = buyers === 1 ? "" : `, ${buyers} buyers`
  const filled = async ({ addItem, newCart }: Filling) => {
    const cartId = await newCart()
    await addItem(cartId, variant(), 1)
    await addItem(cartId, variant(), 1)
    return cartId
  }
  const rows: Array<Compare.Comparison> = []

  if (buyers === 1) {
    rows.push(await Compare.compare("list of 20 products", engine.list, raw.list, turns))
    rows.push(await Compare.compare("product page", () => engine.product(slug()), () => raw.product(slug()), turns))
    rows.push(await Compare.compare("search", () => engine.search(word()), () => raw.search(word()), turns))

    const one = variant()
    const cartId = await engine.newCart()
    await engine.addItem(cartId, one)
    const lineId = (await engine.cart(cartId)).lines[0]?.id ?? ""
    const rawCart = await raw.newCart()
    let pieces = 1
    rows.push(
      await Compare.compare(
        "add to cart",
        // the limit of pieces of one variant would be reached in no time
        async () => {
          pieces += 1
          if (pieces > 900) {
            await engine.updateItem(cartId, lineId, 1)
            pieces = 2
          }
          await engine.addItem(cartId, one)
        },
        () => raw.addItem(rawCart, one, 1),
        turns
      )
    )
    rows.push(
      await Compare.compare(
        `orders of a customer with ${sizes.orders}`,
        engine.ordersOf,
        () => raw.ordersOf(Bulk.customerId),
        turns
      )
    )
    rows.push(await Compare.compare(`statistics of ${sizes.orders} orders`, engine.orderStats, raw.orderStats, turns))
  }

  rows.push(
    await Compare.compare(
      `cart with 2 lines, placed and paid${at}`,
      async () => engine.checkout(await filled(engine)),
      async () => raw.checkout(await filled(raw)),
      crowd
    )
  )
  rows.push(
    await Compare.comparePrepared(
      `place and pay an order of 2 lines${at}`,
      { prepare: () => filled(engine), use: engine.checkout },
      { prepare: () => filled(raw), use: raw.checkout },
      crowd,
      orders
    )
  )
  const { bare } = raw
  if (bare !== undefined) {
    rows.push(
      await Compare.comparePrepared(
        `the same beside the bare transaction of the order${at}`,
        { prepare: () => filled(engine), use: engine.checkout },
        {
          prepare: async () => ({ cartId: await raw.newCart(), variantIds: [variant(), variant()] }),
          use: ({ cartId, variantIds }) => bare(cartId, variantIds)
        },
        crowd,
        orders
      )
    )
  }
  const hot = variant()
  rows.push(
    await Compare.compare(`reservation of a hot variant${at}`, () => engine.reserve(hot), () => raw.reserve(hot), crowd)
  )
  await engine.close()
  return rows
}
