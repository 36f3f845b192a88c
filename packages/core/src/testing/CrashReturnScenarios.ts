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
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import { Stores } from "../stores/Stores.ts"
import { GiftCards } from "../value/GiftCards.ts"
import type { ClaimStatus } from "../returns/Claim.ts"
import { Claims } from "../returns/Claims.ts"
import type { Return, ReturnId } from "../returns/Return.ts"
import { Returns } from "../returns/Returns.ts"
import { define, type Scenario } from "./CrashScenario.ts"
import * as Shop from "./Shop.ts"

const staff = Actor.as(Actor.system("test"))

/** Two boards of 2000 that have arrived, and what one of them may be exchanged for. */
const arrivedBeside = Effect.fnUntraced(function*(otherCosts: number) {
  const { variantId } = yield* Shop.product({ stock: 5 })
  const other = yield* Shop.product({ title: "Oil", price: Shop.usd(otherCosts), stock: 3 })
  const { order, token } = yield* Shop.place(yield* Shop.guest([variantId, 2]))
  for (const event of ["ship", "deliver"] as const) {
    yield* staff(Effect.flatMap(Orders, (orders) => orders.changeStatus(order.id, { event })))
  }
  // what is ordered instead is ordered later
  yield* TestClock.adjust("1 minute")
  const lineId = order.lines[0]?.id as string
  return { orderId: order.id, lineId, variantId, otherId: other.variantId, actor: Actor.guest({ orderToken: token }) }
})

const arrived = arrivedBeside(1_500)

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

const exchangeAsked = Effect.flatMap(arrived, (order) => asked(order, true))

const approved = (exchanged: boolean, before = arrived) =>
  Effect.gen(function*() {
    const order = yield* asked(yield* before, exchanged)
    const { exchange } = yield* staff((yield* Returns).approve(order.returnId))
    return { ...order, replacementId: exchange?.orderId ?? "" }
  })

/** A board that has come back for something that costs more, or less. */
const exchanged = (otherCosts: number) =>
  Effect.gen(function*() {
    const order = yield* approved(true, arrivedBeside(otherCosts))
    yield* receive(order.returnId, order.lineId)
    return order
  })

const receive = (returnId: ReturnId, lineId: string) =>
  Effect.flatMap(Returns, (returns) => staff(returns.receive(returnId, { lines: [{ lineId: lineId as never, restock: 1, scrap: 0 }] })))

type Exchanged = Effect.Success<ReturnType<typeof exchanged>>

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

/** Whether what there is of both things is what the return and the order of the new pieces say, and nothing is kept for nobody. */
const shelvesAreRight = ({ orderId, otherId, variantId }: Arrived) =>
  staff(Effect.gen(function*() {
    const [asked] = yield* (yield* Returns).ofOrder(orderId)
    const replacementId = asked?.exchange?.orderId ?? null
    const status = replacementId === null ? "none" : (yield* (yield* Orders).get(replacementId)).status
    const isBack = asked?.status === "received" || asked?.status === "exchanged"
    const isGone = status === "paid" || status === "processing" || status === "shipped"
    const boards = yield* Shop.stockOf(variantId)
    const others = yield* Shop.stockOf(otherId)
    const there = [boards.onHand, others.onHand, others.available]
    const expected = [isBack ? 4 : 3, isGone ? 2 : 3, isGone || status === "pending" ? 2 : 3]
    return there.join() === expected.join() ? [] : [
      `there are ${there.join(", ")} and not ${expected.join(", ")} where the return is ${asked?.status} and its new order ${status}`
    ]
  }))

/** Whether what the new pieces cost more was paid once at the most, and is the shop's only where they are. */
const differenceIsPaidOnce = ({ replacementId }: { readonly replacementId: string }) =>
  staff(Effect.gen(function*() {
    const { items } = yield* (yield* Payments).list({ orderId: replacementId, gateway: "sandbox" })
    const paid = items.reduce((sum, { captured, refunded }) => sum + captured.amount - refunded.amount, 0)
    const { status } = yield* (yield* Orders).get(replacementId)
    return paid === (status === "paid" ? 1_000 : 0) ? [] : [`${paid} were paid for the difference, and the order is ${status}`]
  }))

/** Whether the money of an exchange is on a card of its own exactly where its order is called off. */
const cardHoldsTheMoney = ({ replacementId }: { readonly replacementId: string }) =>
  staff(Effect.gen(function*() {
    const { status } = yield* (yield* Orders).get(replacementId)
    const { items } = yield* (yield* GiftCards).list()
    const balance = items.reduce((sum, { balance }) => sum + balance.amount, 0)
    return balance === (status === "cancelled" ? 1_500 : 0) ? [] : [`the card holds ${balance}, and the order is ${status}`]
  }))

/** A claim of both boards, which came broken. */
const claimed = Effect.gen(function*() {
  const order = yield* arrived
  const { id } = yield* claimBoth(order)
  return { ...order, claimId: id }
})

const claimBoth = ({ actor, lineId, orderId }: Arrived) =>
  Effect.flatMap(Claims, (claims) =>
    Actor.as(actor)(claims.open(orderId, { lines: [{ lineId: lineId as never, quantity: 2, reason: "damaged" }] })))

/** Whether an order has one claim at the most, in one of some states, and nothing was given for it. */
const claimIsOne = (states: ReadonlyArray<ClaimStatus>) => ({ orderId }: Arrived) =>
  staff(Effect.gen(function*() {
    const claims = yield* (yield* Claims).ofOrder(orderId)
    const refunds = yield* (yield* Payments).refunds(orderId)
    return claims.length <= 1 && refunds.length === 0 && claims.every(({ status }) => states.includes(status))
      ? []
      : [`its claims are ${claims.map(({ status }) => status).join(", ")}, with ${refunds.length} refunds`]
  }))

/** Several things that must be true at the end. */
const all = <A>(...checks: ReadonlyArray<NonNullable<Scenario<A>["alsoWrong"]>>) => (prepared: A) =>
  Effect.map(Effect.forEach(checks, (check) => check(prepared)), (found) => found.flat())

/** Whether a customer has one card at the most, once, and nothing is left open. */
const cardIsOne = (customerId: string) =>
  Effect.map(Effect.flatMap(SavedMethodRepository, (methods) => methods.ofCustomer(customerId)), (all) =>
    all.length <= 1 && all.every(({ status }) => status === "active")
      ? []
      : [`the customer's methods are ${all.map(({ status }) => status).join(", ")}`])

export const afterSale: ReadonlyArray<Scenario<unknown>> = [
  define({
    name: "the claim that both boards came broken",
    prepare: arrived,
    operation: claimBoth,
    ends: ["delivered"],
    alsoWrong: claimIsOne(["open"])
  }),
  define({
    name: "the end of a claim that its buyer takes back",
    prepare: claimed,
    operation: ({ actor, claimId }) => Actor.as(actor)(Effect.flatMap(Claims, (claims) => claims.cancel(claimId))),
    ends: ["delivered"],
    alsoWrong: claimIsOne(["open", "cancelled"])
  }),
  define({
    name: "the rejection of a claim",
    prepare: claimed,
    operation: ({ claimId }) => Effect.flatMap(Claims, (claims) => staff(claims.reject(claimId, { answer: "It was not" }))),
    ends: ["delivered"],
    alsoWrong: claimIsOne(["open", "rejected"])
  }),
  define({
    name: "the approval of a return for its money",
    prepare: Effect.flatMap(arrived, (order) => asked(order, false)),
    operation: ({ returnId }) => Effect.flatMap(Returns, (returns) => staff(returns.approve(returnId))),
    ends: ["delivered"],
    alsoWrong: isEven(["requested", "approved"])
  }),
  define({
    name: "the rejection of an exchange",
    prepare: exchangeAsked,
    operation: ({ returnId }) => Effect.flatMap(Returns, (returns) => staff(returns.reject(returnId))),
    ends: ["delivered"],
    alsoWrong: all<Effect.Success<typeof exchangeAsked>>(isEven(["requested", "rejected"]), shelvesAreRight)
  }),
  define({
    name: "asking for other pieces instead of those that came",
    prepare: arrived,
    operation: (order) => asked(order, true),
    ends: ["delivered"],
    alsoWrong: all(shelvesAreRight, ({ orderId }) =>
      staff(Effect.map(Effect.flatMap(Returns, (returns) => returns.ofOrder(orderId)), (returns) =>
        returns.length <= 2 && returns.every(({ status }) => status === "requested") ? [] : [`there are ${returns.length} returns`]))),
    seldom: true
  }),
  define({
    name: "the receipt of what comes back for its money",
    prepare: approved(false),
    operation: ({ lineId, returnId }) => receive(returnId, lineId),
    ends: ["delivered"],
    alsoWrong: all(isEven(["approved", "received"]), shelvesAreRight),
    seldom: true
  }),
  define({
    name: "the receipt of what is exchanged for something dearer",
    prepare: approved(true, arrivedBeside(3_000)),
    operation: ({ lineId, returnId }) => receive(returnId, lineId),
    ends: ["delivered"],
    replaces: ["pending"],
    alsoWrong: all(isEven(["approved", "exchanged"]), shelvesAreRight),
    seldom: true
  }),
  define({
    name: "the payment of what an exchange costs more",
    prepare: exchanged(3_000),
    operation: ({ actor, replacementId }) =>
      Actor.as(actor)(Effect.flatMap(Payments, (payments) => payments.initialize({ orderId: replacementId, gateway: "sandbox" }))),
    ends: ["delivered"],
    replaces: ["paid", "pending"],
    alsoWrong: all<Exchanged>(isEven(["exchanged"]), shelvesAreRight, differenceIsPaidOnce)
  }),
  define({
    name: "the sending of what replaces a board",
    prepare: exchanged(1_500),
    operation: Effect.fnUntraced(function*({ replacementId }) {
      const fulfilments = yield* Fulfilments
      const [line] = (yield* staff((yield* Orders).get(replacementId))).lines
      const [packed] = yield* staff(fulfilments.ofOrder(replacementId))
      const { id } = packed ?? (yield* staff(fulfilments.create(replacementId, { lines: [{ lineId: line?.id ?? "", quantity: 1 }] })))
      yield* staff(fulfilments.advance(id, { event: "ship" }))
    }),
    ends: ["delivered"],
    replaces: ["shipped", "processing", "paid"],
    alsoWrong: all(isEven(["exchanged"]), shelvesAreRight),
    seldom: true
  }),
  define({
    name: "the approval of an exchange that is sent at once",
    prepare: Effect.gen(function*() {
      yield* staff((yield* Stores).update({ settings: { exchangeSends: "at_once" } }))
      return yield* asked(yield* arrived, true)
    }),
    operation: ({ returnId }) => Effect.flatMap(Returns, (returns) => staff(returns.approve(returnId))),
    ends: ["delivered"],
    replaces: ["paid", "none"],
    alsoWrong: all(isEven(["requested", "approved"]), shelvesAreRight),
    seldom: true
  }),
  define({
    name: "the end of an exchange that its buyer does not want any more",
    prepare: approved(true),
    operation: ({ actor, returnId }) => Actor.as(actor)(Effect.flatMap(Returns, (returns) => returns.cancel(returnId))),
    ends: ["delivered"],
    replaces: ["cancelled", "pending"],
    alsoWrong: all(isEven(["approved", "cancelled"]), shelvesAreRight),
    seldom: true
  }),
  define({
    name: "the end of the time that the pieces of an exchange are kept for",
    prepare: approved(true),
    operation: () =>
      Effect.gen(function*() {
        yield* TestClock.adjust("22 days")
        yield* staff((yield* Payments).recover)
        yield* (yield* Jobs).drain
      }),
    ends: ["delivered"],
    replaces: ["cancelled"],
    alsoWrong: all(isEven(["approved"]), shelvesAreRight),
    seldom: true
  }),
  define({
    name: "the cancellation of an order that came of an exchange",
    prepare: exchanged(1_500),
    operation: ({ actor, replacementId }) =>
      Actor.as(actor)(Effect.flatMap(Orders, (orders) => orders.cancel(replacementId))),
    ends: ["delivered"],
    replaces: ["cancelled", "paid"],
    alsoWrong: all<Exchanged>(isEven(["exchanged"]), shelvesAreRight, cardHoldsTheMoney),
    seldom: true
  }),
  define({
    name: "the refund of what came broken",
    prepare: Effect.gen(function*() {
      const order = yield* arrived
      const lines = [{ lineId: order.lineId as never, quantity: 1, reason: "damaged" as const }]
      const claim = yield* Actor.as(order.actor)((yield* Claims).open(order.orderId, { lines }))
      return { ...order, claimId: claim.id }
    }),
    operation: ({ claimId }) => Effect.flatMap(Claims, (claims) => staff(claims.refund(claimId))),
    ends: ["delivered"],
    alsoWrong: ({ claimId, orderId }) =>
      staff(Effect.gen(function*() {
        const { status } = yield* (yield* Claims).get(claimId)
        const refunds = yield* (yield* Payments).refunds(orderId)
        const back = refunds.reduce((sum, { amount, state }) => state === "failed" ? sum : sum + amount.amount, 0)
        return back === (status === "refunded" ? 2_000 : 0) ? [] : [`${back} went back for a claim that is ${status}`]
      })),
    seldom: true
  }),
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
    prepare: exchangeAsked,
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
