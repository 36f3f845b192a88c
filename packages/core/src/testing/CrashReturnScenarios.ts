/**
 * What moves stock or money after an order has arrived, for the process to die in.
 */
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { SavedMethods } from "../payments/SavedMethods.ts"
import { SavedMethodRepository } from "../payments/SavedMethodRepository.ts"
import { Claims } from "../returns/Claims.ts"
import type { Return, ReturnId } from "../returns/Return.ts"
import { Returns } from "../returns/Returns.ts"
import { define, type Scenario } from "./CrashScenario.ts"
import * as Shop from "./Shop.ts"

const staff = Actor.as(Actor.system("test"))

/** Two boards of 2000 that have arrived, and what one of them may be exchanged for. */
const arrived = Effect.gen(function*() {
  const { variantId } = yield* Shop.product({ stock: 5 })
  const other = yield* Shop.product({ title: "Oil", price: Shop.usd(1_500), stock: 3 })
  const { order, token } = yield* Shop.place(yield* Shop.guest([variantId, 2]))
  for (const event of ["ship", "deliver"] as const) {
    yield* staff(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event })))
  }
  // what is ordered instead is ordered later
  yield* TestClock.adjust("1 minute")
  const lineId = order.lines[0]?.id as string
  return { orderId: order.id, lineId, variantId, otherId: other.variantId, actor: Actor.guest({ orderToken: token }) }
})

type Arrived = Effect.Success<typeof arrived>

/** A board of these that its buyer gives back. */
const asked = Effect.fnUntraced(function*(order: Arrived, exchanged: boolean) {
  const returns = yield* Returns
  const { id } = yield* Actor.as(order.actor)(returns.request(order.orderId, {
    lines: [{ lineId: order.lineId, quantity: 1, reason: "changed_mind" }],
    ...(exchanged ? { exchange: [{ variantId: order.otherId, quantity: 1 }] } : {})
  }))
  return { ...order, returnId: id }
})

const approved = (exchanged: boolean) =>
  Effect.gen(function*() {
    const order = yield* asked(yield* arrived, exchanged)
    yield* staff((yield* Returns).approve(order.returnId))
    return order
  })

const receive = (returnId: ReturnId, lineId: string) =>
  Effect.flatMap(Returns, (returns) => staff(returns.receive(returnId, { lines: [{ lineId: lineId as never, restock: 1, scrap: 0 }] })))

/** Whether what a return says is what its order's refunds say, and never more than the board has cost. */
const isEven = (states: ReadonlyArray<Return["status"]>) => ({ orderId, returnId }: Arrived & { readonly returnId: string }) =>
  staff(Effect.gen(function*() {
    const { owed, status } = yield* (yield* Returns).get(returnId)
    const back = (yield* (yield* Payments).refunds(orderId)).filter(({ state }) => state !== "failed")
    const sum = back.reduce((sum, { amount }) => sum + amount.amount, 0)
    const isDone = status === "refunded" || status === "exchanged"
    return [
      ...states.includes(status) ? [] : [`the return is ${status}`],
      ...sum > 2_000 || (isDone && sum !== 2_000) ? [`${sum} went back for a return that is ${status}`] : [],
      ...isDone && owed.amount !== 0 ? [`${owed.amount} are owed for a return that is ${status}`] : []
    ]
  }))

/** Whether a customer has one card at the most, once, and nothing is left open. */
const cardIsOne = (customerId: string) =>
  Effect.map(Effect.flatMap(SavedMethodRepository, (methods) => methods.ofCustomer(customerId)), (all) =>
    all.length <= 1 && all.every(({ status }) => status === "active")
      ? []
      : [`the customer's methods are ${all.map(({ status }) => status).join(", ")}`])

export const afterSale: ReadonlyArray<Scenario<unknown>> = [
  define({
    name: "the refund of what came back",
    prepare: Effect.gen(function*() {
      const order = yield* approved(false)
      yield* receive(order.returnId, order.lineId)
      return order
    }),
    operation: ({ returnId }) => Effect.flatMap(Returns, (returns) => staff(returns.refund(returnId))),
    ends: ["delivered"],
    alsoWrong: isEven(["received", "refunding", "refunded"]),
    seldom: true,
    heard: 0.8
  }),
  define({
    name: "the approval of an exchange",
    prepare: Effect.flatMap(arrived, (order) => asked(order, true)),
    operation: ({ returnId }) => Effect.flatMap(Returns, (returns) => staff(returns.approve(returnId))),
    ends: ["delivered"],
    replaces: ["pending", "none"],
    alsoWrong: isEven(["requested", "approved"]),
    seldom: true
  }),
  define({
    name: "the receipt of what is exchanged for something cheaper",
    prepare: approved(true),
    operation: ({ lineId, returnId }) => receive(returnId, lineId),
    ends: ["delivered"],
    replaces: ["paid", "pending"],
    alsoWrong: isEven(["approved", "exchanged"]),
    seldom: true
  }),
  define({
    name: "sending again what came broken",
    prepare: Effect.gen(function*() {
      const order = yield* arrived
      const lines = [{ lineId: order.lineId as never, quantity: 1, reason: "damaged" as const }]
      const claim = yield* Actor.as(order.actor)((yield* Claims).open(order.orderId, { lines }))
      return { ...order, claimId: claim.id }
    }),
    operation: ({ claimId }) => Effect.flatMap(Claims, (claims) => staff(claims.replace(claimId))),
    ends: ["delivered"],
    replaces: ["paid", "none"],
    seldom: true
  }),
  define({
    name: "keeping a card without a payment",
    prepare: Shop.account("ada@example.com"),
    operation: (customerId) =>
      Effect.flatMap(SavedMethods, (methods) =>
        Actor.as(Actor.customer(customerId))(methods.add({ gateway: "sandbox", method: "sandbox_success", consent: true }))),
    ends: ["none"],
    nightly: Effect.flatMap(Jobs, (jobs) => Effect.andThen(jobs.runCron("payment-methods.tidy"), jobs.drain)),
    alsoWrong: cardIsOne,
    seldom: true,
    heard: 0.6
  })
]
