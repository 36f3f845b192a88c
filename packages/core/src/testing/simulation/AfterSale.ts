/**
 * What happens to an order once it is paid: it is changed, packed and sent, in parts too, and pieces come back.
 */
import * as Effect from "effect/Effect"
import { Cancellations } from "../../cancellations/Cancellations.ts"
import * as SoldPart from "../../cart/SoldPart.ts"
import { OrderEdits } from "../../edits/OrderEdits.ts"
import { Fulfilments } from "../../fulfilment/Fulfilments.ts"
import * as Actor from "../../kernel/Actor.ts"
import { VendorDesk } from "../../marketplace/VendorDesk.ts"
import { Orders } from "../../orders/Orders.ts"
import { Disputes } from "../../payments/Disputes.ts"
import { PaymentRepository } from "../../payments/PaymentRepository.ts"
import { Claims } from "../../returns/Claims.ts"
import { Returns } from "../../returns/Returns.ts"
import * as Notes from "./Notes.ts"
import type { Which } from "./Plan.ts"

const staff = Actor.as(Actor.system("simulation"))

const asBuyer = ({ token }: Notes.NotedOrder) => Actor.as(Actor.guest({ orderToken: token }))

/** A line of an order. */
const lineOf = (order: Notes.NotedOrder, which: Which) =>
  Effect.map(staff(Effect.flatMap(Orders, (orders) => orders.get(order.id))), ({ lines }) => lines[which % lines.length])

/** Staff take pieces of a line out, or add some, or another thing. */
export const edit = Effect.fnUntraced(function*(order: Notes.NotedOrder, which: Which, quantity: number, added: string | undefined) {
  const line = yield* lineOf(order, which)
  if (line === undefined) return
  // from now on its buyer wants what staff say
  order.edited = true
  yield* staff(Effect.flatMap(OrderEdits, (edits) => edits.apply(order.id, {
    lines: [{ lineId: line.id, quantity }],
    ...added === undefined ? {} : { add: [{ variantId: added as never, quantity: 1 }] }
  }))).pipe(
    // it is so already, or nothing would be left
    Effect.catchTag("InvalidInput", () => Effect.void)
  )
})

/** Staff send a piece of a line, or all that is left, and perhaps it arrives. */
export const send = Effect.fnUntraced(function*(order: Notes.NotedOrder, which: Which, part: boolean) {
  const fulfilments = yield* Fulfilments
  order.sent = true
  const line = part ? yield* lineOf(order, which) : undefined
  // that is sent by mail
  if (line?.giftCard !== undefined) return
  const { id } = yield* staff(fulfilments.create(order.id, line === undefined ? {} : { lines: [{ lineId: line.id, quantity: 1 }] }))
  yield* staff(fulfilments.advance(id, { event: "ship" }))
  if (which % 3 > 0) yield* staff(fulfilments.advance(id, { event: "deliver" }))
})

/** Pieces of a line are cancelled, which nobody has sent yet. */
export const drop = Effect.fnUntraced(function*(order: Notes.NotedOrder, which: Which, quantity: number, byBuyer: boolean) {
  const line = yield* lineOf(order, which)
  if (line === undefined) return
  const cancel = Effect.flatMap(Cancellations, (all) => all.cancel(order.id, { lines: [{ lineId: line.id, quantity }] }))
  yield* byBuyer ? asBuyer(order)(cancel) : staff(cancel)
})

/** A vendor sends what is theirs of an order, or goes on with what they have begun to send. */
export const vend = Effect.fnUntraced(function*(userId: string, order: Notes.NotedOrder, which: Which) {
  const desk = yield* VendorDesk
  const vendor = Actor.as(Actor.customer(userId, { permissions: ["vendors:sell"] }))
  const { fulfilments, lines } = yield* vendor(desk.order(order.id))
  order.sent = true
  const open = fulfilments.findLast(({ status }) => status !== "delivered" && status !== "cancelled")
  if (open === undefined) {
    const [line] = lines
    return yield* vendor(desk.send(order.id, which % 2 === 0 || line === undefined ? {} : { lines: [{ lineId: line.id, quantity: 1 }] }))
  }
  const event = open.status === "shipped" ? "deliver" : which % 4 === 0 ? "cancel" : "ship"
  const tracking = event === "ship" ? { tracking: [{ carrier: "Owl Post", number: `P${which}` }] } : {}
  return yield* vendor(desk.advance(open.id, { event, ...tracking }))
})

/** A cardholder takes the money of an order back, or the bank says who gets it. */
export const dispute = Effect.fnUntraced(function*(order: Notes.NotedOrder, won: boolean, amount: number | null) {
  const disputes = yield* Disputes
  const { items } = yield* staff(disputes.list({ orderId: order.id }))
  const open = items.find(({ state }) => state === "needs_response" || state === "under_review")
  if (open !== undefined) return yield* staff(disputes.close(open.id, { outcome: won ? "won" : "lost" }))
  const payment = (yield* (yield* PaymentRepository).ofOrder(order.id)).findLast(({ captured, gateway }) =>
    captured.amount > 0 && gateway === "sandbox")
  if (payment === undefined) return
  return yield* staff(disputes.open({
    paymentId: payment.id,
    reason: "fraudulent",
    ...(amount === null ? {} : { amount: { ...payment.captured, amount } })
  }))
})

/** Another order takes the place of one: its buyer sees it with the same token, and people go on with it. */
const replaced = Effect.fnUntraced(function*(notes: Notes.Notes, before: Notes.NotedOrder, id: string | null) {
  if (id === null || notes.orders.some((order) => order.id === id)) return
  const order = yield* staff(Effect.flatMap(Orders, (orders) => orders.get(id)))
  const wishes = order.lines.map(({ quantity, variantId }) => [variantId, quantity] as const)
  notes.orders.push(Notes.noted(order, before.token, { ...before.cart, wishes, giftCard: undefined, unheard: 0, orderId: id }))
})

/** Something is wrong with a piece that a buyer was sent: they say so, and the next time staff decide what is done about it. */
export const claim = Effect.fnUntraced(function*(
  notes: Notes.Notes,
  order: Notes.NotedOrder,
  which: Which,
  answer: "replace" | "refund" | "credit" | "reject"
) {
  const claims = yield* Claims
  const open = (yield* staff(claims.ofOrder(order.id))).findLast(({ status }) => status === "open")
  if (open === undefined) {
    const line = yield* lineOf(order, which)
    return line === undefined ? undefined : yield* asBuyer(order)(claims.open(order.id, { lines: [{ lineId: line.id, quantity: 1, reason: "damaged" }] }))
  }
  const reject = staff(claims.reject(open.id, { answer: "We are sorry" }))
  switch (answer) {
    case "replace":
      return yield* replaced(notes, order, (yield* staff(claims.replace(open.id))).replacementId)
    case "refund":
    case "credit":
      return yield* staff(claims.refund(open.id, { to: answer === "credit" ? "store_credit" : "original" })).pipe(
        // nothing was paid for it
        Effect.catchTag("InvalidInput", () => reject)
      )
    case "reject":
      return yield* reject
  }
})

/** The next thing that becomes of what a buyer gives back: it is asked for, approved, received and paid for. */
export const giveBack = Effect.fnUntraced(function*(
  notes: Notes.Notes,
  order: Notes.NotedOrder,
  which: Which,
  credit: boolean,
  /** The variant that they want instead. */
  instead: string | undefined
) {
  const returns = yield* Returns
  const open = (yield* staff(returns.ofOrder(order.id))).findLast(({ status }) =>
    ["requested", "approved", "received", "partially_refunded", "refunding"].includes(status))
  if (open === undefined) {
    const line = yield* lineOf(order, which)
    const lines = line === undefined ? [] : [{ lineId: line.id, quantity: 1, reason: "changed_mind" as const }]
    const exchange = instead === undefined ? {} : { exchange: [{ variantId: instead, quantity: 1 }] }
    return lines.length === 0 ? undefined : yield* asBuyer(order)(returns.request(order.id, { lines, ...exchange }))
  }
  if (open.status === "requested") {
    if (which % 5 === 0) return yield* asBuyer(order)(returns.cancel(open.id))
    return yield* replaced(notes, order, (yield* staff(returns.approve(open.id))).exchange?.orderId ?? null)
  }
  if (open.status === "approved") {
    const [line] = open.lines
    if (line === undefined) return
    const restock = which % 3 === 0 ? 0 : 1
    const sold = (yield* staff(Effect.flatMap(Orders, (orders) => orders.get(order.id)))).lines.find(({ id }) => id === line.lineId)
    return yield* Notes.puttingAll(
      notes,
      SoldPart.stockOf(sold ?? line, restock),
      staff(returns.receive(open.id, { lines: [{ lineId: line.lineId, restock, scrap: 1 - restock }] }))
    )
  }
  return yield* staff(returns.refund(open.id, { to: credit ? "store_credit" : "original" })).pipe(
    // nothing was paid for it
    Effect.catchTag("InvalidInput", () => staff(returns.close(open.id)))
  )
})
