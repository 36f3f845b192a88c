/**
 * Everything that moves stock or money, for the process to die in, and for the database to fail in.
 */
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Books } from "../books/Books.ts"
import { Cancellations } from "../cancellations/Cancellations.ts"
import * as DraftLink from "../drafts/DraftLink.ts"
import { DraftOrderRepository } from "../drafts/DraftOrderRepository.ts"
import { DraftOrders } from "../drafts/DraftOrders.ts"
import { OrderEdits } from "../edits/OrderEdits.ts"
import { UserId } from "../identity/Account.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Orders } from "../orders/Orders.ts"
import { FraudReviews } from "../payments/FraudReviews.ts"
import { Payments } from "../payments/Payments.ts"
import { Payouts } from "../payments/Payouts.ts"
import type { CreateRefund } from "../payments/Payment.ts"
import { defaultFraudSettings } from "../stores/FraudSettings.ts"
import { Stores } from "../stores/Stores.ts"
import { Coupons } from "../cart/Coupons.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"
import { Promotions } from "../promotions/Promotions.ts"
import { GiftCards } from "../value/GiftCards.ts"
import { StoreCredit } from "../value/StoreCredit.ts"
import * as CrashGoods from "./CrashGoods.ts"
import { define, type Scenario } from "./CrashScenario.ts"
import * as PayingBank from "./PayingBank.ts"
import * as Shop from "./Shop.ts"

const staff = Actor.as(Actor.system("test"))

/** A guest who wants two things, three pieces altogether. */
const buyer = Effect.gen(function*() {
  const board = yield* Shop.product({ stock: 5 })
  const oil = yield* Shop.product({ title: "Oil", price: Shop.usd(750), stock: 5 })
  return yield* Shop.guest([board.variantId, 2], [oil.variantId, 1])
})

/** An account, another every time. */
const somebodyNew = Effect.flatMap(UserId.generate, (id) => Shop.account(`${id}@example.com`))

/**
 * One thing that needs no shipping, so that little else happens, for a customer with a gift card and perhaps some credit: each
 * death plays all of it again, and what is worked off afterwards is no part of the operation for the same reason.
 */
const mixed = (credit: number) => Effect.gen(function*() {
  const { variantId } = yield* Shop.product({ stock: 3, requiresShipping: false })
  const { code, giftCard } = yield* staff((yield* GiftCards).create({ amount: Shop.usd(700) }))
  const ada = yield* somebodyNew
  if (credit > 0) yield* staff((yield* StoreCredit).adjust(ada, { amount: Shop.usd(credit), reason: "sorry" }))
  const { order } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]), "sandbox_success", {
    giftCards: [code ?? ""],
    storeCredit: credit > 0
  })
  return { orderId: order.id, ada, giftCardId: giftCard.id, credit }
})

/** Whether card and credit hold what they held before the order, once the money is back, and nothing until then. */
const valueIsBack = (
  { ada, credit: before, giftCardId, orderId }: {
    readonly ada: string
    readonly credit: number
    readonly giftCardId: string
    readonly orderId: string
  }
) =>
  staff(Effect.gen(function*() {
    const { status } = yield* (yield* Orders).get(orderId)
    const isBack = status === "cancelled" || status === "refunded"
    const { balance } = yield* (yield* GiftCards).get(giftCardId)
    const credit = yield* (yield* StoreCredit).of(ada)
    const expected = isBack ? [700, before] : [0, 0]
    const there = [balance.amount, credit.balance.amount]
    return there.join() === expected.join() ? [] : [`card and credit hold ${there.join(" and ")}, the order is ${status}`]
  }))

/** A code that may be used once. */
const once = Effect.gen(function*() {
  const code = (yield* UserId.generate).replace("_", "-").toUpperCase()
  const { id } = yield* staff((yield* Promotions).create({
    name: "Once",
    code,
    usageLimit: 1,
    action: { type: "percent_off_order", args: { ratePpm: 100_000 } }
  }))
  const { variantId } = yield* Shop.product({ stock: 3, requiresShipping: false })
  const somebody = yield* Shop.guest([variantId, 1])
  yield* Actor.as(somebody.actor)((yield* Coupons).add(somebody.cart.id, { code }))
  return { promotionId: id, somebody }
})

/** Whether the code counts as used by exactly the orders that stand. */
const usesAreRight = ({ promotionId }: { readonly promotionId: string }) =>
  staff(Effect.gen(function*() {
    const { items } = yield* (yield* OrderRepository).listWhole({ limit: 100 })
    const isOfIt = (order: StoredOrder) => order.promotions.some((used) => used.id === promotionId)
    const standing = items.filter((order) => order.status !== "cancelled" && isOfIt(order)).length
    const { use: { used } } = yield* (yield* Promotions).get(promotionId)
    return used === standing ? [] : [`the code was used ${used} times, by ${standing} orders`]
  }))

const checkout = (method: Shop.Method, ends: Scenario<unknown>["ends"]) =>
  define({
    name: `a checkout by ${method}`,
    prepare: buyer,
    operation: (somebody) => Shop.place(somebody, method),
    ends
  })

/** An order with its payment, and the actor who holds its token. */
const placed = (method: Shop.Method) =>
  Effect.gen(function*() {
    const { order, payment, token } = yield* Shop.place(yield* buyer, method)
    return {
      orderId: order.id,
      lineId: order.lines[0]?.id ?? "",
      total: order.total,
      paymentId: payment?.id ?? "",
      reference: payment?.gatewayReference ?? "",
      actor: Actor.guest({ orderToken: token })
    }
  })

/** An order whose buyer has agreed at the bank, of which the shop has not heard yet. */
const approved = Effect.gen(function*() {
  const waiting = yield* placed("sandbox_redirect")
  yield* (yield* Shop.Bank).approve(waiting.reference)
  return waiting
})

const drain = Effect.flatMap(Jobs, ({ drain }) => drain)

const refund = (name: string, method: Shop.Method, input: typeof CreateRefund.Encoded, ends: Scenario<unknown>["ends"]) =>
  define({
    name,
    prepare: placed(method),
    operation: ({ orderId }) => staff(Effect.flatMap(Payments, (payments) => payments.refund(orderId, input))),
    ends,
    // a second refund is a second refund
    once: input.amount !== undefined
  })

/** All of an order's money goes back. */
const refunded = (orderId: string) => staff(Effect.flatMap(Payments, (payments) => payments.refund(orderId, { reason: "returned" })))

/** Compares with the bank, as it is done every night: the only way to hear of what no webhook tells. */
const compared = staff(Effect.flatMap(Payments, (payments) =>
  payments.reconcile({ since: Timestamp.fromMillis(0), until: Timestamp.fromMillis(30 * 86_400_000) })))

/** What staff decide about an order that is held, since somebody has to look at it. */
const review = (decision: "approval" | "rejection", ends: Scenario<unknown>["ends"]) =>
  define({
    name: `the ${decision} of an order that is held for review`,
    prepare: Effect.gen(function*() {
      const fraud = { ...defaultFraudSettings, enabled: true, rules: [{ rule: "amount" as const, above: Shop.usd(1_000), points: 50 }] }
      yield* staff((yield* Stores).update({ settings: { fraud } }))
      yield* placed("sandbox_success")
      const { items } = yield* staff((yield* FraudReviews).reviews({ status: "open" }))
      return items[0]?.id ?? ""
    }),
    // what jobs do after it is looked at in other scenarios
    operation: Effect.fnUntraced(function*(id) {
      const reviews = yield* FraudReviews
      if (decision === "approval") yield* staff(reviews.approve(id))
      else yield* staff(reviews.reject(id))
    }),
    ends
  })

/** Takes in what the bank has paid out, as it is done every night. */
const collect = Effect.flatMap(Payouts, (payouts) => staff(payouts.collect()))

/** Whether the payout of a charge is here as the bank says, and all that was paid out is in the books once. */
const payoutIsRight = ({ reference }: { readonly reference: string }) =>
  staff(Effect.gen(function*() {
    const expected = yield* PayingBank.paidOut(yield* Shop.Bank)
    const { items } = yield* (yield* Payouts).list({ limit: 100 })
    const mine = items.filter(({ gatewayReference }) => gatewayReference === `po_${reference}`)
    const [payout] = mine
    const balances = new Map((yield* (yield* Books).balances()).map(({ account, balance }) => [account, balance.amount]))
    const there = { bank: balances.get("bank") ?? 0, fees: balances.get("fees") ?? 0, owed: balances.get("gateway:sandbox") ?? 0 }
    return [
      ...mine.length === 1 ? [] : [`there are ${mine.length} payouts of one charge`],
      ...payout !== undefined && (payout.state !== "paid" || !payout.complete || payout.entries !== 2 || payout.differing > 0)
        ? [`a payout is ${payout.state} with ${payout.entries} entries, of which ${payout.differing} differ`]
        : [],
      ...there.bank === expected.bank && there.fees === expected.fees && there.owed === 0
        ? []
        : [`the books say ${JSON.stringify(there)}, the bank has paid out ${JSON.stringify(expected)}`]
    ]
  }))

/** Whether somebody has to look at an order that is authorised because of its card, and at no order that there is not. */
const cardIsLookedAt = ({ cart }: { readonly cart: { readonly id: string } }) =>
  staff(Effect.gen(function*() {
    const { items } = yield* (yield* OrderRepository).listWhole({ limit: 100 })
    const order = items.find(({ cartId }) => cartId === cart.id)
    const { items: reviews } = yield* (yield* FraudReviews).reviews({ limit: 100 })
    const mine = order === undefined ? [] : reviews.filter(({ orderId }) => orderId === order.id)
    const payments = order === undefined ? [] : (yield* (yield* Payments).list({ orderId: order.id })).items
    const isHeld = payments.some(({ state }) => state === "authorized")
    return [
      ...payments.some(({ state }) => state === "captured") ? ["the money was taken before somebody has looked"] : [],
      ...isHeld && !mine.some(({ status }) => status === "open") ? ["nobody has to look at an order that is held"] : []
    ]
  }))

/** A draft whose pieces are held, and the token of its link. */
const held = staff(Effect.gen(function*() {
  const { variantId } = yield* Shop.product({ stock: 3, requiresShipping: false })
  const drafts = yield* DraftOrders
  const { id } = yield* drafts.create({ email: "ada@example.com", lines: [{ variantId, quantity: 2 }] })
  yield* drafts.reserve(id, { minutes: 5 })
  const stored = yield* (yield* DraftOrderRepository).find(id)
  const token = stored === undefined ? undefined : yield* (yield* DraftLink.make).token(stored)
  return { draftId: id, variantId, token: token ?? "" }
}))

/** What is held for drafts is let go in time. */
const draftsExpire = Effect.flatMap(Jobs, (jobs) => Effect.andThen(jobs.runCron("draft-orders.expire"), jobs.drain))

/** Whether a draft is closed where there is an order of it, and open and holding nothing any more where there is none. */
const draftIsRight = ({ draftId, variantId }: { readonly draftId: string; readonly variantId: string }) =>
  staff(Effect.gen(function*() {
    const { cartId, orderId, reservedUntil, status } = (yield* (yield* DraftOrderRepository).find(draftId)) ?? (yield* Effect.die("it is gone"))
    const { items } = yield* (yield* OrderRepository).listWhole({ limit: 100 })
    const mine = items.filter((order) => order.cartId === cartId)
    const sold = mine.some((order) => order.status === "paid") ? 2 : 0
    const { available, onHand } = yield* Shop.stockOf(variantId)
    return [
      ...mine.length > 1 ? [`a draft became ${mine.length} orders`] : [],
      ...(status === "ordered") === (mine.length === 1) && (orderId ?? undefined) === mine[0]?.id
        ? []
        : [`a draft is ${status} with the order ${orderId}, and there are ${mine.length} orders of it`],
      ...reservedUntil === null && available === onHand && onHand === 3 - sold
        ? []
        : [`of three pieces ${onHand} are there and ${available} for sale, after ${sold} were sold`]
    ]
  }))

export const scenarios: ReadonlyArray<Scenario<unknown>> = [
  checkout("sandbox_success", ["paid", "cancelled", "none"]),
  checkout("sandbox_decline", ["failed", "cancelled", "none"]),
  checkout("sandbox_timeout_before", ["paid", "cancelled", "none"]),
  checkout("sandbox_timeout_after", ["paid", "cancelled", "none"]),
  checkout("sandbox_redirect", ["pending", "cancelled", "none"]),
  define({
    name: "a checkout that costs nothing",
    prepare: Effect.gen(function*() {
      const { variantId } = yield* Shop.product({ price: Shop.usd(0), requiresShipping: false, stock: 2 })
      return yield* Shop.guest([variantId, 2])
    }),
    operation: (somebody) => Shop.place(somebody),
    ends: ["paid", "none"]
  }),
  define({
    name: "a checkout of a bundle, gift cards and what ships apart, with a gift card that pays a part",
    prepare: CrashGoods.wanted,
    operation: ({ code, shippingChoices, somebody }) =>
      Shop.place(somebody, "sandbox_success", { shippingChoices, giftCards: [code] }),
    ends: ["paid", "cancelled", "none"],
    alsoWrong: CrashGoods.areRight,
    seldom: true
  }),
  define({
    name: "the cancellation of an order that a gift card, credit and money paid together",
    prepare: mixed(300),
    operation: ({ orderId }) => staff(Effect.flatMap(Orders, (orders) => orders.cancel(orderId, { reason: "" }))),
    ends: ["cancelled", "paid"],
    alsoWrong: valueIsBack,
    seldom: true
  }),
  define({
    name: "one refund of what a gift card and money paid together",
    prepare: mixed(0),
    operation: ({ orderId }) => staff(Effect.flatMap(Payments, (payments) => payments.refund(orderId, { reason: "" }))),
    ends: ["refunded", "paid"],
    alsoWrong: valueIsBack,
    seldom: true,
    heard: 0.8
  }),
  define({
    name: "a checkout with a code that may be used once",
    prepare: once,
    operation: ({ somebody }) => Shop.place(somebody),
    ends: ["paid", "cancelled", "none"],
    alsoWrong: usesAreRight,
    seldom: true
  }),
  define({
    name: "another attempt to pay after a refusal",
    prepare: placed("sandbox_decline"),
    operation: ({ actor, orderId }) =>
      Actor.as(actor)(Effect.flatMap(Payments, (payments) => payments.initialize({ orderId, gateway: "sandbox" }))),
    ends: ["paid", "cancelled", "failed"]
  }),
  define({
    name: "the return of a buyer from the bank",
    prepare: approved,
    operation: ({ actor, paymentId }) =>
      Actor.as(actor)(Effect.flatMap(Payments, (payments) => payments.verify(paymentId))),
    ends: ["paid"]
  }),
  define({
    name: "the return of three buyers from the bank at the same time",
    prepare: Effect.all([approved, approved, approved]),
    operation: (waiting) =>
      Effect.forEach(
        waiting,
        ({ actor, paymentId }) => Actor.as(actor)(Effect.flatMap(Payments, (payments) => payments.verify(paymentId))),
        { concurrency: "unbounded" }
      ),
    ends: ["paid"],
    orders: 3,
    seldom: true,
    // those who come in one moment share statements, so how many there are depends on how they meet
    heard: 0.6
  }),
  define({
    name: "the bank's own message that a payment was made",
    prepare: Effect.gen(function*() {
      const waiting = yield* approved
      return yield* (yield* Shop.Bank).webhook(waiting.reference)
    }),
    operation: (request) =>
      Effect.gen(function*() {
        yield* (yield* Payments).receiveWebhook("sandbox", request)
        yield* drain
      }),
    ends: ["paid"]
  }),
  define({
    name: "taking money that was reserved",
    prepare: placed("sandbox_authorize"),
    operation: ({ paymentId }) => staff(Effect.flatMap(Payments, (payments) => payments.capture(paymentId))),
    ends: ["paid", "pending"]
  }),
  define({
    name: "taking a part of the money that was reserved",
    prepare: placed("sandbox_authorize"),
    operation: ({ paymentId }) =>
      staff(Effect.flatMap(Payments, (payments) => payments.capture(paymentId, { amount: Shop.usd(1_000) }))),
    // it waits for the rest, which nobody pays
    ends: ["pending"]
  }),
  define({
    name: "taking in what the bank has paid out",
    prepare: placed("sandbox_success"),
    operation: () => collect,
    ends: ["paid"],
    nightly: collect,
    alsoWrong: payoutIsRight,
    seldom: true
  }),
  define({
    name: "a checkout with a card that somebody has to look at",
    prepare: Effect.gen(function*() {
      const fraud = { ...defaultFraudSettings, enabled: true, rules: [{ rule: "countries" as const, differ: "shipping_card" as const, points: 50 }] }
      yield* staff((yield* Stores).update({ settings: { fraud } }))
      return yield* buyer
    }),
    operation: (somebody) => Shop.place(somebody),
    ends: ["pending", "cancelled", "none"],
    alsoWrong: cardIsLookedAt,
    seldom: true
  }),
  review("approval", ["paid", "pending"]),
  review("rejection", ["cancelled", "pending"]),
  define({
    name: "a refund in full of a bundle, gift cards and what ships apart",
    prepare: CrashGoods.bought,
    operation: ({ orderId }) =>
      staff(Effect.flatMap(Payments, (payments) => payments.refund(orderId, { reason: "returned", restock: true }))),
    ends: ["refunded", "paid"],
    alsoWrong: CrashGoods.areRight,
    seldom: true
  }),
  define({
    name: "the news that a refund which was done has come back",
    prepare: Effect.gen(function*() {
      const waiting = yield* placed("sandbox_success")
      const { bank } = yield* Shop.Bank
      const { gatewayReference } = yield* refunded(waiting.orderId)
      yield* bank.endRefund(gatewayReference ?? "", "failed")
      return waiting
    }),
    operation: () => compared,
    ends: ["on_hold"],
    nightly: compared,
    alsoWrong: ({ orderId }) =>
      Effect.map(Effect.flatMap(Payments, (payments) => staff(payments.refunds(orderId))), (all) =>
        all.length === 1 && all[0]?.state === "failed" ? [] : [`its refunds are ${all.map(({ state }) => state).join(", ")}`])
  }),
  refund("a refund in part", "sandbox_success", { reason: "a scratch", amount: Shop.usd(700) }, ["paid"]),
  refund("a refund whose answer is lost", "sandbox_refund_timeout", { reason: "returned" }, ["refunded", "paid"]),
  refund("a refund that takes its time", "sandbox_refund_pending", { reason: "returned" }, ["refunded", "paid"]),
  define({
    name: "the cancellation of a bundle, gift cards and what ships apart, all of them paid",
    prepare: CrashGoods.bought,
    operation: ({ actor, orderId }) =>
      Effect.andThen(Actor.as(actor)(Effect.flatMap(Orders, (orders) => orders.cancel(orderId))), drain),
    ends: ["cancelled", "paid"],
    alsoWrong: CrashGoods.areRight,
    seldom: true
  }),
  define({
    name: "the cancellation of an order that is not paid yet",
    prepare: placed("sandbox_redirect"),
    operation: ({ actor, orderId }) =>
      Effect.andThen(Actor.as(actor)(Effect.flatMap(Orders, (orders) => orders.cancel(orderId))), drain),
    ends: ["cancelled"]
  }),
  define({
    name: "the cancellation of a part of an order that is paid, whose shipping goes back with it",
    prepare: CrashGoods.bought,
    operation: ({ lineId, orderId }) =>
      Effect.gen(function*() {
        yield* staff((yield* Cancellations).cancel(orderId, { lines: [{ lineId, quantity: 1 }] }))
        yield* drain
      }),
    ends: ["paid"],
    alsoWrong: CrashGoods.areRight,
    seldom: true
  }),
  define({
    name: "an edit that takes one thing for another",
    // little else happens, since each death plays all of it again
    prepare: Effect.gen(function*() {
      const { variantId } = yield* Shop.product({ stock: 5, requiresShipping: false })
      const { order } = yield* Shop.place(yield* Shop.guest([variantId, 2]))
      return { orderId: order.id, lineId: order.lines[0]?.id ?? "", variantId }
    }),
    operation: ({ lineId, orderId, variantId }) =>
      Effect.flatMap(OrderEdits, (edits) =>
        staff(edits.apply(orderId, { lines: [{ lineId, quantity: 0 }], add: [{ variantId, quantity: 1 }] }))),
    ends: ["paid"]
  }),
  define({
    name: "the payment of what an edit has added",
    prepare: Effect.gen(function*() {
      const made = yield* placed("sandbox_success")
      const { lineId, orderId } = made
      yield* staff((yield* OrderEdits).apply(orderId, { lines: [{ lineId, quantity: 3 }] }))
      return made
    }),
    operation: ({ actor, orderId }) =>
      Actor.as(actor)(Effect.flatMap(Payments, (payments) => payments.initialize({ orderId, gateway: "sandbox" }))),
    ends: ["paid"]
  }),
  define({
    name: "the making of the order of a draft that was paid outside",
    prepare: held,
    operation: ({ draftId }) =>
      Effect.flatMap(DraftOrders, (drafts) => staff(drafts.complete(draftId, { payment: "outside" }))),
    ends: ["paid", "none"],
    nightly: draftsExpire,
    alsoWrong: draftIsRight,
    seldom: true
  }),
  define({
    name: "the payment of a draft by its link",
    prepare: held,
    operation: ({ token }) =>
      Effect.flatMap(DraftOrders, (drafts) =>
        Actor.as(Actor.guest())(drafts.pay({ token, payment: { gateway: "sandbox", method: "sandbox_success" } }))),
    ends: ["paid", "cancelled", "none"],
    nightly: draftsExpire,
    alsoWrong: draftIsRight,
    seldom: true
  }),
  define({
    name: "the expiry of an order that nobody paid",
    prepare: placed("sandbox_redirect"),
    operation: () => timeIsUp,
    ends: ["cancelled"]
  }),
  define({
    name: "the expiry of an order that was paid in the meantime",
    prepare: approved,
    operation: () => timeIsUp,
    ends: ["paid"]
  })
]

/** The reservation runs out, and the shop's background notices. */
const timeIsUp = Effect.gen(function*() {
  yield* TestClock.adjust("20 minutes")
  yield* staff((yield* Payments).recover)
  yield* drain
})
