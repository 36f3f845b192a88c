import { sqlite } from "@stoa/adapter-sqlite"
import { Actor, createStoa } from "@stoa/core"

await using shop = await createStoa({ storage: sqlite({ filename: ":memory:" }), workers: false })
const dollars = ({ amount }: { readonly amount: number }) => `$${(amount / 100).toFixed(2)}`
const say = (text: string) => console.log(text)

// A shop with two products, and a guest who buys some of both.
await shop.shipping.create({ name: "Post", price: { amount: 500, currency: "USD" } })
const sell = async (title: string, sku: string, amount: number) => {
  const product = await shop.catalog.createProduct({
    title,
    variants: [{ sku, price: { amount, currency: "USD" }, stock: 10 }]
  })
  return product.variants[0]!.id
}
const board = await sell("Walnut board", "BOARD", 3_333)
const mug = await sell("Mug", "MUG", 1_250)
const bowl = await sell("Bowl", "BOWL", 1_600)
const { cart, token: cartToken } = await shop.as(Actor.guest()).carts.create()
const visitor = shop.as(Actor.guest({ cartToken }))
await visitor.carts.addItem(cart.id, { variantId: board, quantity: 3 })
await visitor.carts.addItem(cart.id, { variantId: mug, quantity: 2 })
const { order, token } = await visitor.checkout.place({
  cartId: cart.id,
  email: "ada@example.com",
  shippingAddress: { name: "Ada Lovelace", line1: "1 Main St", city: "Portland", region: "OR", postalCode: "97201", country: "US" },
  payment: { gateway: "sandbox" }
})
const buyer = shop.as(Actor.guest({ orderToken: token! }))
const lineOf = (variantId: string) => order.lines.find((line) => line.variantId === variantId)!.id
say(`order ${order.number} over ${dollars(order.total)} is ${order.status}`)

// One board too many: the buyer takes it out, as nobody has packed it yet.
await buyer.cancellations.cancel(order.id, { lines: [{ lineId: lineOf(board), quantity: 1 }], reason: "Two are enough" })
await shop.jobs.drain()
say(`one board is cancelled: ${dollars((await buyer.orders.get(order.id)).refunded)} went back`)

// The desk finds the order by words, sorts it by a tag, and writes to the buyer.
const desk = shop.as(Actor.staff("desk", ["orders:read", "orders:write", "orders:refund"]))
const { items: [found] } = await desk.orders.list({ search: "lovelace board", fulfilmentStatus: "unfulfilled" })
await desk.orders.tag(found!.id, { tags: ["two-parcels"] })
await desk.orderNotes.write(found!.id, { text: "The mugs follow tomorrow", forCustomer: true })
const { items: [note] } = await buyer.orderNotes.list(order.id)
say(`the desk found order ${found!.number} and wrote: ${note!.text}`)

// The boards leave.
const ship = async (lines?: Parameters<typeof desk.fulfilments.create>[1]) => {
  const parcel = await desk.fulfilments.create(order.id, lines)
  await desk.fulfilments.advance(parcel.id, {
    event: "ship",
    tracking: [{ carrier: "Post", number: `RB${parcel.lines.length}`, url: null }]
  })
  const { fulfilmentStatus, status } = await desk.orders.get(order.id)
  say(`a parcel left: the order is ${status}, ${fulfilmentStatus}`)
  return parcel
}
const boards = await ship({ lines: [{ lineId: lineOf(board), quantity: 2 }] })
await desk.fulfilments.advance(boards.id, { event: "deliver" })

// A board is scratched and comes back, while the mugs are still here.
const asked = await buyer.returns.request(order.id, {
  lines: [{ lineId: lineOf(board), quantity: 1, reason: "damaged", note: "A deep scratch" }]
})
await desk.returns.approve(asked.id, { label: "https://post.example/label/1" })
const received = await desk.returns.receive(asked.id, { lines: [{ lineId: lineOf(board), restock: 0, scrap: 1 }] })
const returned = await desk.returns.refund(asked.id)
say(`a board came back and is scrapped: ${dollars(received.amount!)} ${returned.status}`)

// The mugs leave, and all is delivered.
const mugs = await ship()
await desk.fulfilments.advance(mugs.id, { event: "deliver" })

// A mug is too small: it comes back, and a bowl goes out for it. The bowl is an order of its own.
const wish = await buyer.returns.request(order.id, {
  lines: [{ lineId: lineOf(mug), quantity: 1, reason: "does_not_fit" }],
  exchange: [{ variantId: bowl, quantity: 1 }]
})
const { exchange } = await desk.returns.approve(wish.id, { label: "https://post.example/label/2" })
const bowlOrder = exchange!.orderId!
const free = async (variantId: string) =>
  (await shop.inventory.levels(variantId)).reduce((sum, level) => sum + level.onHand - level.reserved, 0)
say(`a bowl is held for the mug: ${await free(bowl)} of 10 can be sold`)
await desk.returns.receive(wish.id, { lines: [{ lineId: lineOf(mug), restock: 1, scrap: 0 }] })
const { paid, total } = await buyer.orders.get(bowlOrder)
say(`the mug is here and pays ${dollars(paid)} of ${dollars(total)}`)
await buyer.payments.initialize({ orderId: bowlOrder, gateway: "sandbox" })
const bowls = await desk.fulfilments.create(bowlOrder)
await desk.fulfilments.advance(bowls.id, { event: "ship" })
await desk.fulfilments.advance(bowls.id, { event: "deliver" })
const replaced = await buyer.orders.get(bowlOrder)
say(`order ${replaced.number} is ${replaced.status}: ${dollars(replaced.paid)} paid`)

// Ada rings for a second bowl, with her name in it. The desk puts the order together, and she pays it in cash.
const counter = shop.as(Actor.staff("counter", ["orders:read", "orders:write", "payments:write"]))
const draft = await counter.draftOrders.create({
  email: "ada@example.com",
  shippingAddress: order.shippingAddress,
  lines: [
    { variantId: bowl, quantity: 1, price: { amount: { amount: 1_400, currency: "USD" }, reason: "As agreed" } },
    { custom: { title: "Engraving", price: { amount: 600, currency: "USD" } }, quantity: 1 }
  ]
})
await counter.draftOrders.reserve(draft.id, { minutes: 60 })
const second = await counter.draftOrders.complete(draft.id, { payment: "outside", expectedTotal: draft.total })
say(`a draft over ${dollars(draft.total)} became order ${second.number}, which is ${second.status}`)

const end = await buyer.orders.get(order.id)
say(`order ${end.number} is ${end.status}: ${dollars(end.paid)} paid, ${dollars(end.refunded)} refunded, of ${dollars(end.total)}`)
const onHand = async (variantId: string) =>
  (await shop.inventory.levels(variantId)).reduce((sum, level) => sum + level.onHand, 0)
say(`in stock: ${await onHand(board)} boards, ${await onHand(mug)} mugs, ${await onHand(bowl)} bowls`)
for (const { account, balance } of await shop.payments.balances()) say(`books: ${account} ${balance.amount}`)
for (const { actor, type } of await buyer.orders.timeline(order.id)) say(`timeline: ${type} by ${actor}`)
