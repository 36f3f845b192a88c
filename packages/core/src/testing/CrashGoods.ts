/**
 * An order of goods of every kind, for the process to die in: a bundle, something that ships apart, and gift cards. Pieces of the bundle
 * are pieces of its parts, each part of the order pays for its own shipping, and what is taken back takes its gift cards along.
 */
import * as Effect from "effect/Effect"
import { CartRepository } from "../cart/CartRepository.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import type { Order } from "../orders/Order.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Shipping } from "../shipping/Shipping.ts"
import { GiftCards } from "../value/GiftCards.ts"
import * as Shop from "./Shop.ts"

const staff = Actor.as(Actor.system("test"))

/** The way in which large things are sent; the shop has it once. */
const freight = staff(Effect.gen(function*() {
  const shipping = yield* Shipping
  const known = (yield* shipping.list).find(({ name }) => name === "Freight")
  return known ?? (yield* shipping.create({ name: "Freight", price: Shop.usd(1_700), shippingClasses: ["bulky"] }))
}))

/** Pieces of each that there are at first. */
const stock = 5

/**
 * A guest who wants a set of two boards and a table, another table, and two gift cards of 25 dollars; who says how the table is sent,
 * and has a gift card of ten dollars.
 */
export const wanted = Effect.gen(function*() {
  const { code } = yield* staff((yield* GiftCards).create({ amount: Shop.usd(1_000) }))
  const { id: shippingMethodId } = yield* freight
  const board = yield* Shop.product({ stock })
  const table = yield* Shop.product({ title: "Table", stock })
  yield* staff(Effect.flatMap(Catalog, (catalog) => catalog.updateProduct(table.productId, { shippingClass: "bulky" })))
  const parts = [[board.variantId, 2], [table.variantId, 1]].map(([variantId, quantity]) => ({ variantId, quantity })) as never
  const set = yield* Shop.product({ title: "Set", price: Shop.usd(4_999), bundle: { parts } })
  const gift = yield* Shop.product({ title: "Gift card", price: Shop.usd(2_500), giftCard: true, stock: 0 })
  return {
    code: code ?? "",
    somebody: yield* Shop.guest([set.variantId, 1], [table.variantId, 1], [gift.variantId, 2]),
    shippingChoices: [{ part: "bulky", shippingMethodId }] as const,
    boardId: board.variantId,
    tableId: table.variantId
  }
})

export type Wanted = Effect.Success<typeof wanted>

/** The same once it is ordered and paid, and the gift cards are made. */
export const bought = Effect.gen(function*() {
  const cart = yield* wanted
  const { shippingChoices, somebody, tableId } = cart
  const { order, token } = yield* Shop.place(somebody, "sandbox_success", { shippingChoices })
  yield* staff(Effect.flatMap(Jobs, (jobs) => jobs.drain))
  const lineId = order.lines.find(({ variantId }) => variantId === tableId)?.id ?? ""
  return { ...cart, orderId: order.id, lineId, actor: Actor.guest({ orderToken: token }) }
})

/** How many boards and tables are not there any more, by what has become of an order. */
const gone = (order: Pick<Order, "status" | "lines"> | undefined, tableId: string): readonly [boards: number, tables: number] => {
  if (order === undefined || order.status !== "paid") return [0, 0]
  return [2, 2 - (order.lines.find(({ variantId }) => variantId === tableId)?.cancelled ?? 0)]
}

/** Whether the pieces on the shelves are those that the order has left there, and shipping went back with its part. */
export const areRight = ({ boardId, somebody: { cart }, tableId }: Wanted) =>
  Effect.gen(function*() {
    const orderId = (yield* (yield* CartRepository).snapshot({ id: cart.id }))?.cart.orderId ?? ""
    const order = yield* (yield* OrderRepository).find(orderId)
    const problems: Array<string> = []
    for (const [index, variantId] of [boardId, tableId].entries()) {
      const left = stock - (gone(order, tableId)[index] ?? 0)
      const { available, onHand } = yield* Shop.stockOf(variantId)
      if (onHand !== left || available !== left) {
        problems.push(`of ${variantId} ${onHand} are there and ${available} for sale, not ${left}, the order is ${order?.status ?? "none"}`)
      }
    }
    if (order !== undefined && order.shipping?.parts?.length !== 2) problems.push("it does not ship in two parts")
    return problems
  })
