import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import { Effect, Exit, Scope } from "effect"
import { pocket } from "./Pocket.ts"
import * as PocketServer from "./PocketServer.ts"

// Elsewhere this is a company; here it is a server on this machine.
const scope = await Effect.runPromise(Scope.make())
const server = await Effect.runPromise(Scope.provide(PocketServer.open, scope))

await using shop = await createStoa({
  storage: sqlite({ filename: ":memory:" }),
  store: { currency: "EUR" },
  gateways: [pocket({ secret: server.secret, url: server.url })]
})
const eur = (amount: number) => ({ amount, currency: "EUR" })
await shop.shipping.create({ name: "Post", price: eur(450) })
const mug = await shop.catalog.createProduct({ title: "Enamel Mug", variants: [{ price: eur(1450), stock: 3 }] })

// Ada buys a mug, and is sent to Pocket's page.
const { cart } = await shop.carts.create()
await shop.carts.addItem(cart.id, { variantId: mug.variants[0]!.id, quantity: 1 })
const placed = await shop.checkout.place({
  cartId: cart.id,
  email: "ada@example.com",
  shippingAddress: { name: "Ada", line1: "12 Mill Lane", city: "Graz", postalCode: "8010", country: "AT" },
  payment: { gateway: "pocket", method: "page", returnUrl: "https://shop.example/thanks" }
})
const { gatewayReference, id, nextAction } = placed.payment!
console.log(`order ${placed.order.number} is ${placed.order.status}; its buyer goes to ${new URL(nextAction!.url).pathname}`)

// She agrees there. Pocket tells the shop, in case she does not come back.
await Effect.runPromise(server.agree(gatewayReference!))
await shop.payments.receiveWebhook("pocket", await Effect.runPromise(server.webhook(gatewayReference!)))
const payment = await shop.payments.confirm(id)
console.log(`the payment is ${payment.state}, the order is ${(await shop.orders.get(placed.order.id)).status}`)

// The post was late, so it costs nothing.
const refund = await shop.payments.refund(placed.order.id, { amount: eur(450), reason: "late" })
console.log(`${refund.amount.amount / 100} EUR went back: ${refund.state}`)
for (const { account, balance } of await shop.payments.balances()) console.log(`${account}: ${balance.amount}`)

await Effect.runPromise(Scope.close(scope, Exit.void))
