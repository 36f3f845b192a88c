/**
 * The store's loyalty program, and the points of its customers.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { OrderEditRepository } from "../edits/OrderEditRepository.ts"
import { Events } from "../events/Events.ts"
import type { Fault } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import { OrderBalancePaid, OrderEdited, type OrderPaid, OrderRefundFailed } from "../orders/OrderEvents.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"
import { DisputeLost, DisputeWon } from "../payments/DisputeEvents.ts"
import { DisputeRepository, lostOf } from "../payments/DisputeRepository.ts"
import { Stores } from "../stores/Stores.ts"
import type { StoreCreditBalance } from "../value/StoredValue.ts"
import { StoreCredit } from "../value/StoreCredit.ts"
import {
  type LoyaltyLot,
  type LoyaltyProgram,
  type LoyaltyStatus,
  noProgram,
  pointsFor,
  rateOf,
  RedeemPoints,
  SetLoyaltyProgram,
  stateOf,
  tierOf
} from "./Loyalty.ts"
import { PointsShort } from "./LoyaltyErrors.ts"
import { PointsChanged, PointsRedeemed } from "./LoyaltyEvents.ts"
import { LoyaltyRepository } from "./LoyaltyRepository.ts"

export class LoyaltyPoints extends Context.Service<LoyaltyPoints, {
  /** The calling customer's points and tier. */
  readonly mine: Effect.Effect<LoyaltyStatus, StorageError | Denied>
  /** Turns points of the calling customer into store credit, and answers with the credit. */
  readonly redeem: (
    input: typeof RedeemPoints.Encoded
  ) => Effect.Effect<StoreCreditBalance, InvalidInput | PointsShort | StorageError | Denied>
  /**
   * The program of the store: what orders give, and what points are worth. It is not `active` if none was set. Needs
   * `loyalty:read`.
   */
  readonly program: Effect.Effect<LoyaltyProgram, StorageError | Denied>
  /** Sets the program of the store as a whole. Points that were given stay as they are. Needs `loyalty:write`. */
  readonly setProgram: (
    input: typeof SetLoyaltyProgram.Encoded
  ) => Effect.Effect<LoyaltyProgram, InvalidInput | VersionConflict | StorageError | Denied>
  /**
   * Works out the points of an order from what it is now. Runs by itself whenever an order changes, and may run at any
   * time. For the engine's own use: it asks for no permission.
   */
  readonly settle: (orderId: string) => Effect.Effect<void, StorageError>
  /**
   * Gives a customer points for something else than an order, in the current transaction, once for each id. They can be
   * used at once. For the engine's own use, as `withdraw`: both ask for no permission.
   */
  readonly grant: (given: {
    readonly id: string
    readonly customerId: string
    readonly points: number
  }) => Effect.Effect<void, StorageError>
  /** Takes back what is left of points that were given, in the current transaction. */
  readonly withdraw: (id: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/loyalty/LoyaltyPoints") {}

const decodeProgram = Input.decoder(SetLoyaltyProgram)
const decodeRedeem = Input.decoder(RedeemPoints)

/** For how long points count for a tier. */
const tierSpan = "365 days"

export const make = Effect.gen(function*() {
  const repository = yield* LoyaltyRepository
  const orders = yield* OrderRepository
  const edits = yield* OrderEditRepository
  const disputes = yield* DisputeRepository
  const credit = yield* StoreCredit
  const stores = yield* Stores
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog

  const program = Effect.map(repository.program, (found) => found ?? noProgram)

  const customer = Permission.customer("Only a signed-in customer has points of their own")

  const sums = Effect.fnUntraced(function*(customerId: string) {
    const now = yield* Timestamp.now
    return yield* repository.sums(customerId, now, Timestamp.minus(now, tierSpan))
  })

  /** The lines that edits have added, where something of an order is not paid yet. */
  const addedTo = Effect.fnUntraced(function*({ edits: count, id, open }: StoredOrder) {
    const all = open.amount === 0 || count === 0 ? [] : yield* edits.ofOrder(id)
    return new Set<string>(all.flatMap(({ added }) => added.map(({ lineId }) => lineId)))
  })

  /** Makes the lot of an order that gives points, unless somebody else does so at the same moment. */
  const begin = Effect.fnUntraced(function*(orderId: string, terms: LoyaltyProgram) {
    if (!terms.active) return false
    const order = yield* orders.find(orderId)
    if (order === undefined || order.customerId === null || OrderMoney.isPromised(order)) return false
    // a point is worth something in the store's currency
    if (order.currency !== (yield* stores.current).currency) return false
    const { earned: before } = yield* sums(order.customerId)
    const rate = rateOf(terms, before)
    const earned = pointsFor(rate, order, yield* addedTo(order))
    if (earned === 0) return false
    return yield* repository.insert({
      id: order.id,
      orderId: order.id,
      customerId: order.customerId,
      state: "pending",
      earned,
      rate,
      points: earned,
      remaining: earned,
      expiresAt: null,
      earnedAt: yield* Timestamp.now
    })
  })

  const expiry = (at: Timestamp.Timestamp, { expireDays }: LoyaltyProgram) =>
    expireDays === null ? null : Timestamp.plus(at, { days: expireDays })

  const settle = Effect.fn("LoyaltyPoints.settle")(function*(orderId: string) {
    yield* transactor.transaction(Effect.gen(function*() {
      const terms = yield* program
      const known = yield* repository.hold(orderId)
      const isNew = known === undefined && (yield* begin(orderId, terms))
      const lot = known ?? (yield* repository.hold(orderId))
      // only now: as it was before the lot was held is what another one may have gone by
      const order = lot === undefined ? undefined : yield* orders.find(orderId)
      if (lot === undefined || order === undefined || order.customerId === null) return
      const beside = { added: yield* addedTo(order), lost: lostOf(yield* disputes.standing(orderId)) }
      const { points, state } = stateOf(terms, order, lot, beside)
      // what was confirmed once does not wait again, whatever the program says now
      const next = lot.state === "confirmed" && state === "pending" ? "confirmed" : state
      if (!isNew && next === lot.state && points === lot.points) return
      const expiresAt = next === "confirmed" && lot.state !== "confirmed"
        ? expiry(yield* Timestamp.now, terms) ?? lot.expiresAt
        : lot.expiresAt
      yield* repository.settle({ ...lot, state: next, points, expiresAt })
      yield* events.publish([PointsChanged.make(lot.customerId, { orderId, state: next, points })])
    }))
  })

  yield* events.subscribe({
    name: "loyalty.settle",
    types: ["order.paid", "order.status_changed", "order.cancelled", "order.refunded", OrderRefundFailed.type, OrderEdited.type, OrderBalancePaid.type],
    // a guest has no points, and needs no job to find that out
    among: (events) =>
      Effect.succeed(events.filter(({ data }) => (data as typeof OrderPaid.data.Type).customerId !== null)),
    handle: ({ subject }) => settle(subject)
  })
  yield* events.subscribe({
    name: "loyalty.disputes",
    types: [DisputeLost.type, DisputeWon.type],
    handle: ({ data }) => settle((data as typeof DisputeLost.data.Type).orderId)
  })

  const grant = Effect.fnUntraced(function*({ customerId, id, points }: Pick<LoyaltyLot, "id" | "customerId" | "points">) {
    const earnedAt = yield* Timestamp.now
    const isNew = yield* repository.insert({
      id,
      orderId: null,
      customerId,
      state: "confirmed",
      earned: points,
      rate: null,
      points,
      remaining: points,
      expiresAt: expiry(earnedAt, yield* program),
      earnedAt
    })
    if (isNew) yield* events.publish([PointsChanged.make(customerId, { orderId: null, state: "confirmed", points })])
  })

  const withdraw = Effect.fnUntraced(function*(id: string) {
    const lot = yield* repository.hold(id)
    if (lot === undefined || lot.state === "cancelled") return
    yield* repository.settle({ ...lot, state: "cancelled", points: 0 })
    yield* events.publish([PointsChanged.make(lot.customerId, { orderId: lot.orderId, state: "cancelled", points: 0 })])
  })

  return LoyaltyPoints.of({
    grant,
    withdraw,
    mine: Effect.gen(function*() {
      const customerId = yield* customer
      const { pointValue, tiers } = yield* program
      const { currency } = yield* stores.current
      const { balance, earned, expiring, pending } = yield* sums(customerId)
      return {
        balance,
        worth: { amount: balance * pointValue, currency },
        pending,
        earned,
        tier: tierOf(tiers, earned),
        next: tiers.find(({ from }) => from > earned) ?? null,
        expiring
      }
    }).pipe(Effect.withSpan("LoyaltyPoints.mine")),

    redeem: Effect.fn("LoyaltyPoints.redeem")(function*(input) {
      const customerId = yield* customer
      const { points } = yield* decodeRedeem(input)
      return yield* transactor.transaction(Effect.gen(function*() {
        const { pointValue } = yield* program
        const { currency } = yield* stores.current
        if (!(yield* repository.take(customerId, points, yield* Timestamp.now))) {
          return yield* new PointsShort({ balance: (yield* sums(customerId)).balance, wanted: points })
        }
        const amount = { amount: points * pointValue, currency }
        yield* events.publish([PointsRedeemed.make(customerId, { points, amount })])
        return yield* credit.give(customerId, amount, `${points} points`)
      }))
    }),

    program: Effect.andThen(Permission.require("loyalty:read"), program),

    setProgram: Effect.fn("LoyaltyPoints.setProgram")(function*(input) {
      yield* Permission.require("loyalty:write")
      const { version, ...terms } = yield* decodeProgram(input)
      const faults: Array<Fault> = []
      for (const [index, { from }] of terms.tiers.entries()) {
        if (index > 0 && from <= (terms.tiers[index - 1]?.from ?? 0)) {
          faults.push({ path: ["tiers", index, "from"], message: "is not above that of the tier before", code: "before_start" })
        }
      }
      if (faults.length > 0) return yield* new InvalidInput({ faults })
      return yield* transactor.transaction(Effect.gen(function*() {
        const before = yield* repository.program
        if (version !== undefined && version !== (before ?? noProgram).version) {
          return yield* new VersionConflict({ id: "loyalty", expected: version })
        }
        const next: LoyaltyProgram = { ...terms, version: (before?.version ?? 0) + 1 }
        yield* repository.setProgram(next, yield* Timestamp.now)
        yield* audit.record({ action: "loyalty.set-program", subject: "loyalty", details: { active: next.active } })
        return next
      }))
    }),

    settle
  })
})

export const layer: Layer.Layer<
  LoyaltyPoints,
  never,
  LoyaltyRepository | OrderRepository | OrderEditRepository | DisputeRepository | StoreCredit | Stores | Transactor | Events | AuditLog
> = Layer.effect(LoyaltyPoints, make)
