import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa, Money, PaymentsErrors, StateMachine } from "@stoa/core"
import { toFetchHandler } from "@stoa/http"
import { inspection } from "./Inspection.ts"
import { StampCards, stampCard } from "./StampCard.ts"

await using shop = await createStoa({
  storage: sqlite({ filename: ":memory:" }),
  store: { currency: "USD" },
  plugins: [stampCard, inspection]
})
const price = { amount: 1450, currency: "USD" }
const mug = await shop.catalog.createProduct({
  title: "Enamel Mug",
  status: "active",
  variants: [{ price, stock: 40, requiresShipping: false }]
})

// The plug-in's rule takes part in pricing, and the trace says what it did.
const { cart } = await shop.carts.create()
const priced = await shop.carts.addItem(cart.id, { variantId: mug.variants[0]!.id, quantity: 5 })
for (const step of priced.pricing.lines[0]!.trace) console.log(`${step.label}: ${Money.format(step.amount)}`)
console.log(`to pay: ${Money.format(priced.total)}`)

// Its subscriber hears of the paid order and stamps the card.
const { order } = await shop.checkout.place({ cartId: cart.id, email: "ada@example.com", payment: { gateway: "sandbox" } })
await shop.jobs.drain()
console.log(`stamps: ${await shop.use(StampCards).stamps("ada@example.com")}`)

// Its route is served beside the engine's own.
const api = toFetchHandler(shop, { accessLog: false })
const response = await api(new Request("http://shop.test/api/v1/stamps/ada@example.com"))
console.log(`GET /api/v1/stamps/ada@example.com: ${response.status} ${await response.text()}`)

// A state of the other plug-in stands between an order and its way: it has to be inspected first.
await shop.orders.changeStatus(order.id, { event: "process" })
try {
  await shop.orders.changeStatus(order.id, { event: "ship" })
} catch (error) {
  if (!(error instanceof StateMachine.IllegalTransition)) throw error
  console.log(`not yet: ${error.message}`)
}
const { state, status } = await shop.orders.changeState(order.id, { state: "inspected", reason: "No scratches" })
const [inspected] = await shop.orders.states()
console.log(`the order is ${status}, and ${state} (${inspected?.title.de})`)
console.log(`then it is ${(await shop.orders.changeStatus(order.id, { event: "ship" })).status}`)

// Its guard is asked before any gateway is.
try {
  await shop.payments.refund(order.id, { reason: "" })
} catch (error) {
  if (!(error instanceof PaymentsErrors.PaymentChangeRefused)) throw error
  console.log(`refused: ${error.reason}`)
}
