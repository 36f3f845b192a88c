/**
 * What staff do with an order that is paid, for the process to die in: they change what it is of, and send it in parts.
 */
import * as Effect from "effect/Effect"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { define, type Scenario } from "./CrashScenario.ts"
import * as Shop from "./Shop.ts"

const staff = Actor.as(Actor.system("test"))

/** Two boards of five that are paid. */
const paidBoards = (requiresShipping: boolean) =>
  Effect.gen(function*() {
    const { variantId } = yield* Shop.product({ stock: 5, requiresShipping })
    const { order } = yield* Shop.place(yield* Shop.guest([variantId, 2]))
    return { orderId: order.id, lineId: order.lines[0]?.id ?? "", variantId }
  })

/** How many pieces an order is of by now. */
const piecesOf = (orderId: string) =>
  Effect.map(Effect.flatMap(Orders, (orders) => orders.get(orderId)), ({ lines }) =>
    lines.reduce((sum, { cancelled, quantity }) => sum + quantity - cancelled, 0))

export const atTheDesk: ReadonlyArray<Scenario<unknown>> = [
  define({
    name: "an edit that takes a piece out, and whose money goes back",
    prepare: paidBoards(false),
    operation: ({ lineId, orderId }) =>
      Effect.gen(function*() {
        yield* staff((yield* OrderEdits).apply(orderId, { lines: [{ lineId: lineId as never, quantity: 1 }] }))
        yield* (yield* Jobs).drain
      }),
    ends: ["paid"],
    alsoWrong: ({ orderId, variantId }) =>
      staff(Effect.gen(function*() {
        const pieces = yield* piecesOf(orderId)
        const back = (yield* (yield* Payments).refunds(orderId)).reduce((sum, { amount }) => sum + amount.amount, 0)
        const { available, onHand } = yield* Shop.stockOf(variantId)
        const there = [back, onHand, available]
        const expected = [2_000 * (2 - pieces), 5 - pieces, 5 - pieces]
        return there.join() === expected.join() ? [] : [`money back, pieces and those for sale are ${there.join(", ")} with ${pieces} sold`]
      })),
    seldom: true
  }),
  define({
    name: "an edit that adds a piece, which is paid later",
    prepare: paidBoards(false),
    operation: ({ orderId, variantId }) =>
      Effect.flatMap(OrderEdits, (edits) => staff(edits.apply(orderId, { add: [{ variantId: variantId as never, quantity: 1 }] }))),
    ends: ["paid"],
    alsoWrong: ({ orderId, variantId }) =>
      staff(Effect.gen(function*() {
        const pieces = yield* piecesOf(orderId)
        const { available } = yield* Shop.stockOf(variantId)
        return available === 5 - pieces ? [] : [`${available} of five are for sale, and ${pieces} were ordered`]
      })),
    seldom: true
  }),
  define({
    name: "the sending of an order in two parcels",
    prepare: paidBoards(true),
    operation: Effect.fnUntraced(function*({ lineId, orderId }) {
      const fulfilments = yield* Fulfilments
      for (const parcel of [0, 1]) {
        const there = (yield* staff(fulfilments.ofOrder(orderId)))[parcel]
        const { id, status } = there ?? (yield* staff(fulfilments.create(orderId, { lines: [{ lineId: lineId as never, quantity: 1 }] })))
        if (status === "pending") yield* staff(fulfilments.advance(id, { event: "ship" }))
      }
    }),
    ends: ["shipped", "processing", "paid"],
    alsoWrong: ({ orderId }) =>
      staff(Effect.gen(function*() {
        const fulfilments = yield* Fulfilments
        const parcels = yield* fulfilments.ofOrder(orderId)
        const { open } = yield* fulfilments.progress(orderId)
        const { status } = yield* (yield* Orders).get(orderId)
        const sent = parcels.filter(({ status }) => status === "shipped").length
        const left = open.reduce((sum, { quantity }) => sum + quantity, 0)
        return parcels.length + left === 2 && (status === "shipped") === (sent === 2)
          ? []
          : [`${parcels.length} parcels were packed and ${sent} sent, ${left} pieces are left, and the order is ${status}`]
      })),
    seldom: true
  })
]
