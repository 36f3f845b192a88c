import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import { createReadStream } from "node:fs"

await using shop = await createStoa({ storage: sqlite({ filename: ":memory:" }), store: { currency: "EUR" } })

// Fill the catalog from a file in Shopify's product format.
const file = createReadStream(new URL("products.csv", import.meta.url))
const { products } = await shop.catalog.importProducts(file, { format: "csv" })
await shop.shipping.create({ name: "Parcel", price: { amount: 490, currency: "EUR" } })
console.log(`imported ${products.created} products`)

// Two buyers want the last desk lamp at the same moment.
const lamp = await shop.catalog.getProduct("desk-lamp")
const buy = async (name: string) => {
  const { cart } = await shop.carts.create()
  await shop.carts.addItem(cart.id, { variantId: lamp.variants[0]!.id, quantity: 1 })
  return shop.checkout.place({
    cartId: cart.id,
    email: `${name.toLowerCase()}@example.com`,
    shippingAddress: { name, line1: "12 Mill Lane", city: "Graz", postalCode: "8010", country: "AT" },
    payment: { gateway: "sandbox" }
  })
}
const results = await Promise.allSettled([buy("Ada"), buy("Grace")])
for (const result of results) {
  if (result.status === "rejected") console.log(`one buyer was told: ${result.reason.code}`)
}

// Exactly one of them has it, paid.
const placed = results.find((result) => result.status === "fulfilled")!.value
console.log(`order ${placed.order.number} of ${placed.order.email} is ${placed.order.status}`)

// The buyer sends it back: the money goes back too, and the books are even.
const refund = await shop.payments.refund(placed.order.id, { reason: "sent back" })
console.log(`refund of ${refund.amount.amount / 100} ${refund.amount.currency} ${refund.state}`)
for (const { account, balance } of await shop.payments.balances()) console.log(`${account}: ${balance.amount}`)
