import { sqlite } from "@stoa/adapter-sqlite"
import { Carts, Catalog, Checkout, Payments, Shipping, Stoa } from "@stoa/core"
import { Console, Effect } from "effect"

const Engine = Stoa.layer({ storage: sqlite({ filename: ":memory:" }), store: { currency: "EUR" } })

const buy = Effect.fn("buy")(function*(name: string, variantId: string) {
  const carts = yield* Carts.Carts
  const checkout = yield* Checkout.Checkout
  const { cart } = yield* carts.create()
  yield* carts.addItem(cart.id, { variantId, quantity: 1 })
  return yield* checkout.place({
    cartId: cart.id,
    email: `${name.toLowerCase()}@example.com`,
    shippingAddress: { name, line1: "12 Mill Lane", city: "Graz", postalCode: "8010", country: "AT" },
    payment: { gateway: "sandbox" }
  })
})

const program = Effect.gen(function*() {
  const catalog = yield* Catalog.Catalog
  const payments = yield* Payments.Payments
  const shipping = yield* Shipping.Shipping

  yield* shipping.create({ name: "Parcel", price: { amount: 490, currency: "EUR" } })
  const lamp = yield* catalog.createProduct({
    title: "Desk Lamp",
    status: "active",
    variants: [{ sku: "LAMP-1", price: { amount: 8900, currency: "EUR" }, stock: 1 }]
  })
  const variantId = lamp.variants[0]!.id

  // Two buyers want the last one. What can go wrong is in the type, so it is handled by name.
  const orders = yield* Effect.all(
    ["Ada", "Grace"].map((name) =>
      buy(name, variantId).pipe(
        Effect.map((placed) => placed.order),
        Effect.catchTag("InsufficientStock", (error) =>
          Effect.as(Console.log(`${name} was told: ${error.code}`), undefined))
      )
    ),
    { concurrency: "unbounded" }
  )

  for (const order of orders) {
    if (order === undefined) continue
    yield* Console.log(`order ${order.number} of ${order.email} is ${order.status}`)
    const refund = yield* payments.refund(order.id, { reason: "sent back" })
    yield* Console.log(`refund of ${refund.amount.amount / 100} ${refund.amount.currency} ${refund.state}`)
  }
  for (const { account, balance } of yield* payments.balances) yield* Console.log(`${account}: ${balance.amount}`)
})

await Effect.runPromise(Effect.provide(program, Engine))
