/**
 * Rewards for referrals. A referral follows the friend's order: it waits once that is paid, both are rewarded when the time to
 * send it back is over, and what is left of the rewards is taken back if the order is given back after all.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AddressRepository } from "../addresses/AddressRepository.ts"
import { Events } from "../events/Events.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import type { Address } from "../kernel/Address.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { LoyaltyPoints } from "../loyalty/LoyaltyPoints.ts"
import type { Order } from "../orders/Order.ts"
import { type OrderPaid, OrderRefundFailed } from "../orders/OrderEvents.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { DisputeLost, DisputeWon } from "../payments/DisputeEvents.ts"
import { DisputeRepository, lostOf } from "../payments/DisputeRepository.ts"
import { forEachStore } from "../stores/ForEachStore.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { Stores } from "../stores/Stores.ts"
import { StoreCredit } from "../value/StoreCredit.ts"
import {
  isKept,
  machine,
  mailbox,
  noProgram,
  place,
  type Referral,
  type ReferralDoubt,
  type ReferralProgram,
  type ReferralReward
} from "./Referral.ts"
import { ReferralDoubted, ReferralRewarded, ReferralTakenBack } from "./ReferralEvents.ts"
import { ReferralRepository } from "./ReferralRepository.ts"

/** How many orders of the referrer are looked at for where they live, the latest first. */
const ordersLookedAt = 20

/** How many rewards are given in one run in one store; the next run gives the others. */
const perRun = 500

type Change = Partial<Pick<Referral, "orderId" | "dueAt" | "rewardedAt" | "referrerReward" | "friendReward" | "doubt">>

export const make = Effect.gen(function*() {
  const repository = yield* ReferralRepository
  const orders = yield* OrderRepository
  const disputes = yield* DisputeRepository
  const users = yield* UserRepository
  const addresses = yield* AddressRepository
  const points = yield* LoyaltyPoints
  const credit = yield* StoreCredit
  const stores = yield* Stores
  const events = yield* Events
  const { transaction } = yield* Transactor

  const program = Effect.map(repository.program, (found) => found ?? noProgram)

  const move = Effect.fnUntraced(function*(
    referral: Referral,
    event: "pay" | "refuse" | "give_back" | "reward" | "take_back",
    change: Change = {}
  ) {
    const state = yield* Effect.orDie(StateMachine.transition(machine, referral.state, event))
    const updatedAt = yield* Timestamp.now
    yield* repository.update({ ...referral, ...change, state, version: referral.version + 1, updatedAt })
  })

  /** What makes the friend and the referrer look like one person, if something does. */
  const doubtOf = Effect.fnUntraced(function*({ referrerId }: Referral, order: Order) {
    const referrer = yield* users.find(referrerId)
    if (typeof referrer?.email === "string" && mailbox(referrer.email) === mailbox(order.email)) return "same_mailbox"
    const given = [order.shippingAddress, order.billingAddress].filter((address): address is Address => address !== null)
    if (given.length === 0) return undefined
    const { items } = yield* Effect.orDie(orders.listWhole({ customerId: referrerId, limit: ordersLookedAt }))
    const known = new Set([
      ...(yield* addresses.list(referrerId)).map(({ address }) => place(address)),
      ...items.flatMap(({ billingAddress, shippingAddress }) =>
        [billingAddress, shippingAddress].flatMap((address) => address === null ? [] : [place(address)]))
    ])
    return given.some((address) => known.has(place(address))) ? "same_address" : undefined
  })

  const refuse = Effect.fnUntraced(function*(referral: Referral, doubt: ReferralDoubt) {
    yield* move(referral, "refuse", { doubt })
    const { friendId, referrerId } = referral
    yield* events.publish([ReferralDoubted.make(referral.id, { referrerId, friendId, doubt })])
  })

  const give = (referral: Referral, customerId: string, side: "referrer" | "friend", { amount, kind }: ReferralReward, order: Order) =>
    amount === 0
      ? Effect.void
      : kind === "points"
      ? points.grant({ id: `${referral.id}:${side}`, customerId, points: amount })
      : Effect.asVoid(credit.give(customerId, { amount, currency: order.currency }, `referral ${referral.id}`))

  const takeBack = (
    referral: Referral,
    customerId: string,
    side: "referrer" | "friend",
    reward: ReferralReward | null,
    order: Order
  ) =>
    reward === null || reward.amount === 0
      ? Effect.void
      : reward.kind === "points"
      ? points.withdraw(`${referral.id}:${side}`)
      : credit.takeBack(customerId, { amount: reward.amount, currency: order.currency }, `referral ${referral.id} taken back`)

  const reward = Effect.fnUntraced(function*(referral: Referral, order: Order, terms: ReferralProgram) {
    const now = yield* Timestamp.now
    const { cap, friend, referrer } = terms
    const { friendId, referrerId } = referral
    const isThere = (yield* users.find(referrerId)) !== undefined
    const isFree = isThere
      && (cap === null || (yield* repository.rewardsSince(referrerId, Timestamp.minus(now, { days: cap.days }))) < cap.rewards)
    const referrerReward = isFree ? referrer : null
    yield* move(referral, "reward", { rewardedAt: now, referrerReward, friendReward: friend })
    if (referrerReward !== null) yield* give(referral, referrerId, "referrer", referrerReward, order)
    yield* give(referral, friendId, "friend", friend, order)
    yield* events.publish([
      ReferralRewarded.make(referral.id, { referrerId, friendId, orderId: order.id, referrerReward, friendReward: friend })
    ])
  })

  const giveBack = Effect.fnUntraced(function*(referral: Referral, order: Order) {
    yield* move(referral, "take_back")
    const { friendId, friendReward, referrerId, referrerReward } = referral
    yield* takeBack(referral, referrerId, "referrer", referrerReward, order)
    yield* takeBack(referral, friendId, "friend", friendReward, order)
    yield* events.publish([ReferralTakenBack.make(referral.id, { referrerId, friendId, orderId: order.id })])
  })

  /** Works out what a referral is from what the order is now. Safe at any time. */
  const follow = Effect.fnUntraced(function*(referral: Referral, order: Order) {
    const terms = yield* program
    // rewards, and what an order must be worth for them, are in the store's currency
    const kept = isKept(order, terms, lostOf(yield* disputes.standing(order.id))) && order.currency === (yield* stores.current).currency
    switch (referral.state) {
      case "joined": {
        if (!kept || !terms.active) return
        const doubt = yield* doubtOf(referral, order)
        if (doubt !== undefined) return yield* refuse(referral, doubt)
        const dueAt = Timestamp.plus(yield* Timestamp.now, { days: terms.waitDays })
        return yield* move(referral, "pay", { orderId: order.id, dueAt })
      }
      case "waiting": {
        if (referral.orderId !== order.id) return
        if (!kept) return yield* move(referral, "give_back", { orderId: null, dueAt: null })
        if (referral.dueAt !== null && referral.dueAt <= (yield* Timestamp.now)) return yield* reward(referral, order, terms)
        return
      }
      case "rewarded":
        if (referral.orderId === order.id && !kept) yield* giveBack(referral, order)
    }
  })

  const settle = Effect.fn("Referrals.settle")(function*(orderId: string) {
    yield* transaction(Effect.gen(function*() {
      const order = yield* orders.find(orderId)
      if (order === undefined || order.customerId === null) return
      const found = yield* repository.ofFriend(order.customerId)
      const referral = found === undefined ? undefined : yield* repository.forUpdate(found.id)
      // read again: what was read before somebody else had changed the referral is old
      const now = referral === undefined ? undefined : yield* orders.find(orderId)
      if (referral !== undefined && now !== undefined) yield* follow(referral, now)
    }))
  })

  const rewardOne = (id: string) =>
    transaction(Effect.gen(function*() {
      const referral = yield* repository.forUpdate(id)
      if (referral === undefined || referral.orderId === null) return
      const order = yield* orders.find(referral.orderId)
      if (order !== undefined) return yield* follow(referral, order)
      // nothing can become of an order that is not there, and another one may count
      if (referral.state === "waiting") yield* move(referral, "give_back", { orderId: null, dueAt: null })
    })).pipe(Effect.catchCause((cause) =>
      // an engine that stops is no fault of a referral
      Cause.hasInterrupts(cause)
        ? Effect.failCause(cause)
        : Effect.logError("A referral could not be rewarded", cause).pipe(Effect.annotateLogs({ referralId: id }))))

  /** Gives the rewards that are due in the current store. One that cannot be given is logged, and the others get theirs. */
  const rewardDue = Effect.gen(function*() {
    const now = yield* Timestamp.now
    yield* Effect.forEach(yield* repository.due(now, perRun), rewardOne, { discard: true })
  }).pipe(Effect.withSpan("Referrals.rewardDue"))

  return { settle, rewardDue }
})

export const layer: Layer.Layer<
  never,
  never,
  | ReferralRepository
  | OrderRepository
  | DisputeRepository
  | UserRepository
  | AddressRepository
  | LoyaltyPoints
  | StoreCredit
  | Events
  | JobRegistry
  | StoreRepository
  | Stores
  | Transactor
> = Layer.effectDiscard(Effect.gen(function*() {
  const { rewardDue, settle } = yield* make
  const repository = yield* ReferralRepository
  const events = yield* Events
  const registry = yield* JobRegistry
  const stores = yield* StoreRepository
  yield* events.subscribe({
    name: "referrals.settle",
    types: ["order.paid", "order.cancelled", "order.refunded", OrderRefundFailed.type],
    // hardly any customer was referred, and the others need no job to find that out
    among: Effect.fnUntraced(function*(all) {
      const customerOf = ({ data }: { readonly data: unknown }) => (data as typeof OrderPaid.data.Type).customerId
      const customers = [...new Set(all.map(customerOf).filter((id): id is string => id !== null))]
      if (customers.length === 0) return []
      const friends = new Set(yield* repository.friendsAmong(customers))
      return all.filter((event) => friends.has(customerOf(event) ?? ""))
    }),
    handle: ({ subject }) => settle(subject)
  })
  yield* events.subscribe({
    name: "referrals.disputes",
    types: [DisputeLost.type, DisputeWon.type],
    handle: ({ data }) => settle((data as typeof DisputeLost.data.Type).orderId)
  })
  yield* registry.cron({ name: "referrals.reward", cron: "17 * * * *", run: forEachStore(stores, rewardDue) })
}))
