/**
 * How money changes an order: the part of the order's state machine that payments drive.
 *
 * Everything here runs in the caller's transaction, so that the payment, the order, its stock and its events change
 * together or not at all. The order's stock moves with it: paying commits it, failing and cancelling release it,
 * retrying reserves it again. If somebody else wrote the order in between it is read again, so callers need no version.
 *
 * None of this fails because the order is in the wrong state. What the gateway did has happened already, so the answer
 * says whether the order could use it, and the caller gives the money back where it could not.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { Events } from "../events/Events.ts"
import { Inventory } from "../inventory/Inventory.ts"
import type { InsufficientStock } from "../inventory/InventoryErrors.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Caller from "../kernel/Caller.ts"
import * as Money from "../kernel/Money.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as OrderModel from "./Order.ts"
import * as OrderAccess from "./OrderAccess.ts"
import * as OrderChange from "./OrderChange.ts"
import {
  OrderBalancePaid,
  OrderCancelled,
  OrderPaid,
  OrderPaymentFailed,
  OrderRefunded,
  OrderRefundFailed,
  OrderStatusChanged
} from "./OrderEvents.ts"
import { OrderGuards } from "./OrderGuards.ts"
import { OrderStates } from "./OrderStates.ts"
import * as OrderMoney from "./OrderMoney.ts"
import { OrderRepository, type OrderHold, type StoredOrder } from "./OrderRepository.ts"
import * as SoldGiftCards from "./SoldGiftCards.ts"
import type { OrderNotFound } from "./OrdersErrors.ts"

/**
 * What became of it:
 *
 * - `applied`: the order changed.
 * - `unchanged`: it was like that before, or has gone further, or still waits for more.
 * - `paid`: the order is paid already, by another payment.
 * - `cancelled`: the order is cancelled or given back in full.
 * - `out_of_stock`: its stock had been released and is gone; the order was cancelled for it.
 */
export type LifecycleOutcome = "applied" | "unchanged" | "paid" | "cancelled" | "out_of_stock"

export interface LifecycleAnswer {
  /** The order as it is now. */
  readonly order: StoredOrder
  readonly outcome: LifecycleOutcome
  /** Whether money was reserved for it before. */
  readonly wasAuthorized?: boolean
  /** Where money has paid what an edit had added: how much more than that came, in minor units. */
  readonly beyond?: number
}

/** An order as it was read a moment ago, and who heard that it is paid. */
export interface PaidAtOnce {
  readonly order: StoredOrder
  readonly caller: Caller.Caller
}

type LifecycleError = OrderNotFound | StorageError

export class OrderLifecycle extends Context.Service<OrderLifecycle, {
  /**
   * Money came. It is added to `paid` whatever the outcome, since the shop holds it; the payment status follows from
   * `paid - refunded` and the total. `applied`: the order is paid and its stock committed, reserved again first if it
   * had been released, or paid at last after goods went out on a promise, or after an edit has added to it. `unchanged`: that is not all of the total, and the order waits for the rest. Any other outcome
   * (`paid`, `cancelled`, `out_of_stock`): the caller must give it back. What is more than the order costs is for the caller to give back
   * as well. `isLate` says, where an edit has added to the order, whether other money has paid it since this was asked for, or it was
   * rejected: that pays nothing of what is open. The amount is in the order's currency.
   */
  readonly paid: (
    order: OrderChange.OrderRef,
    amount: Money.Money,
    isLate?: Effect.Effect<boolean, StorageError>
  ) => Effect.Effect<LifecycleAnswer, LifecycleError>
  /**
   * All money of orders that have only been placed (`isOnlyPlaced`) came at once: the same as `paid` for each of them, `applied`, in
   * as many statements for many as for one. `money` writes the payments, at the same time, and answers with those that are not as
   * they were read. Answers with the orders as they are then, in the order of the list; or with the payments and orders that are not as they were
   * read, that somebody else is writing, or whose pieces are not held any more: then, as on a failure, the transaction must roll back.
   * No order may be in the list twice.
   */
  readonly paidAtOnce: (
    orders: ReadonlyArray<PaidAtOnce>,
    money: Effect.Effect<ReadonlyArray<string>, StorageError>
  ) => Effect.Effect<Result.Result<ReadonlyArray<StoredOrder>, ReadonlyArray<string>>, StorageError>
  /**
   * The money is reserved at the gateway but not taken: the order waits, and holds its stock, until `reservedUntil`.
   * `paid`, `cancelled`, `out_of_stock`: the caller must give the authorisation up.
   */
  readonly authorized: (
    orderId: string,
    reservedUntil: Timestamp.Timestamp
  ) => Effect.Effect<LifecycleAnswer, LifecycleError>
  /**
   * The payment was refused and no other is under way: a pending order is `failed` and its stock is free, unless it is kept for its
   * buyer (`keptUntil`). `code` says why.
   */
  readonly paymentFailed: (orderId: string, code: string) => Effect.Effect<LifecycleAnswer, LifecycleError>
  /**
   * Money went back: it is added to `refunded`. Once nothing is left, and none is promised, the order is `refunded` where its state
   * allows it (a cancelled order stays cancelled), and with `restock` its committed stock is put back if it was not shipped.
   * `creditedTo` says what it went onto if not back the way it came.
   */
  readonly refunded: (
    orderId: string,
    amount: Money.Money,
    refundId: string,
    options: { readonly restock: boolean; readonly creditedTo?: string }
  ) => Effect.Effect<LifecycleAnswer, LifecycleError>
  /**
   * Money that had gone back came back to the shop: it is taken off `refunded`. An order that was `refunded` is shipped or delivered as
   * before, or `on_hold` until staff decide; what had been paid of it in part is open again. If its pieces are on the shelf again, it
   * stays `refunded`, as a cancelled one stays cancelled: only its money is owed. Pieces stay where they are.
   */
  readonly refundFailed: (orderId: string, amount: Money.Money, refundId: string) => Effect.Effect<LifecycleAnswer, LifecycleError>
  /**
   * Money that has paid what an edit had added goes back, and the order stays: that is left to pay again, by its buyer as any balance,
   * or staff take it out.
   */
  readonly owedAgain: (orderId: string, amount: Money.Money) => Effect.Effect<void, LifecycleError>
  /**
   * A payment is under way (again): a failed order is `pending` and its stock reserved again; a pending one holds its
   * stock longer; one that an edit has added to, or of which goods went out on a promise, waits for the rest. The hold never gets shorter. With `InsufficientStock` the transaction must roll back, for the order is
   * written already.
   */
  readonly retry: (
    orderId: string,
    reservedUntil: Timestamp.Timestamp
  ) => Effect.Effect<LifecycleAnswer, LifecycleError | InsufficientStock>
  /** A paid order rests until it is approved, and publishes `order.status_changed`. One that rests has a reason more. */
  readonly review: (orderId: string) => Effect.Effect<LifecycleAnswer, LifecycleError>
  /** What was under review is approved: an order that rests goes on as paid, if nothing else holds it. */
  readonly approved: (orderId: string) => Effect.Effect<LifecycleAnswer, LifecycleError>
  /**
   * Cancels an order that is pending or failed, frees its stock and publishes `order.cancelled`. `paid`: it was paid
   * in between.
   */
  readonly cancelUnpaid: (orderId: string, reason: string) => Effect.Effect<LifecycleAnswer, LifecycleError>
  /** The buyer disputes the money: what is not on its way yet waits (`on_hold`) until staff let it go on. */
  readonly disputed: (orderId: string) => Effect.Effect<LifecycleAnswer, LifecycleError>
}>()("@stoa/core/orders/OrderLifecycle") {}

/** Whether nothing has become of an order yet: nobody has paid a part, nothing of it rests, and no edit has changed what it costs. */
export const isOnlyPlaced = ({ holds = [], open, paid, paymentStatus, refunded, state, status }: StoredOrder): boolean =>
  status === "pending" && paymentStatus === "unpaid" && state === undefined && holds.length === 0
  && paid.amount === 0 && refunded.amount === 0 && open.amount === 0

/** What money makes of an order. */
const withMoney = (order: StoredOrder, amount: Money.Money): OrderChange.OrderPatch => {
  const paid = Money.add(order.paid, amount)
  const open = Money.make(Math.max(0, order.open.amount - amount.amount), order.open.currency)
  const target = StateMachine.next(OrderModel.machine, order.status, "pay")
  return {
    paid,
    open,
    paymentStatus: OrderMoney.paymentStatus({ ...order, paid, open }),
    ...(target !== undefined && OrderMoney.isCovered({ ...order, paid }) ? { status: target } : {})
  }
}

/** What an order that cannot use it says to money. */
const refusal = (order: StoredOrder): LifecycleOutcome => {
  if (OrderMoney.owesUnderWay(order)) return "unchanged"
  switch (order.status) {
    case "pending":
    case "failed":
      return "unchanged"
    case "cancelled":
    case "refunded":
      return "cancelled"
    default:
      return "paid"
  }
}

const subject = (order: StoredOrder) => ({
  orderId: order.id,
  number: order.number,
  customerId: order.customerId,
  ...SoldGiftCards.told(order)
})

const later = (a: Timestamp.Timestamp, b: Timestamp.Timestamp): Timestamp.Timestamp => (a < b ? b : a)

export const make = Effect.gen(function*() {
  const orders = yield* OrderRepository
  const change = OrderChange.make(orders)
  const inventory = yield* Inventory
  const guards = yield* OrderGuards
  const states = yield* OrderStates
  const events = yield* Events

  const cancelled = (order: StoredOrder, reason: string) =>
    events.publish([OrderCancelled.make(order.id, { ...subject(order), reason })])

  /** Whether the pieces of an order are held, after reserving them again if they were released. */
  const holdAgain = (order: StoredOrder, until: Timestamp.Timestamp) =>
    inventory.reserveAgain(order.id, until).pipe(
      Effect.as(true),
      Effect.catchTag("InsufficientStock", () => Effect.succeed(false))
    )

  const outOfStock = Effect.fnUntraced(function*(id: string) {
    const { after } = yield* change(id, () => ({ status: "cancelled" }))
    yield* cancelled(after, "out_of_stock")
    return { order: after, outcome: "out_of_stock" } as const
  })

  const move = Effect.fnUntraced(function*(
    orderId: string,
    reason: string,
    decide: (order: StoredOrder) => OrderChange.OrderPatch | undefined
  ) {
    const { after, before } = yield* change(orderId, decide)
    if (before.status === after.status) return { order: after, outcome: "unchanged" } as const
    yield* events.publish([
      OrderStatusChanged.make(orderId, { ...subject(after), from: before.status, to: after.status, reason })
    ])
    return { order: after, outcome: "applied" } as const
  })

  /** An order rests for a reason more. */
  const rest = (order: StoredOrder, hold: OrderHold): OrderChange.OrderPatch | undefined => {
    const holds = order.holds ?? []
    if (order.status === "on_hold") return holds.includes(hold) ? undefined : { holds: [...holds, hold] }
    const status = StateMachine.next(OrderModel.machine, order.status, "hold")
    return status === undefined ? undefined : { status, holds: [hold] }
  }

  return OrderLifecycle.of({
    paid: Effect.fnUntraced(function*(ref, amount, isLate = Effect.succeed(false)) {
      const { after, before } = yield* change(ref, (order): OrderChange.OrderPatch | Effect.Effect<OrderChange.OrderPatch, StorageError> =>
        order.open.amount === 0
          ? withMoney(order, amount)
          : Effect.map(isLate, (late) => late ? { paid: Money.add(order.paid, amount) } : withMoney(order, amount)))
      const wasAuthorized = before.paymentStatus === "authorized"
      if (before.open.amount > 0) {
        if (Money.equals(after.open, before.open)) return { order: after, outcome: "paid" }
        if (after.open.amount > 0) return { order: after, outcome: "unchanged" }
        yield* events.publish([OrderBalancePaid.make(after.id, { ...subject(after), amount: before.open })])
        return { order: after, outcome: "applied", beyond: amount.amount - before.open.amount }
      }
      if (before.status === after.status) {
        if (!OrderMoney.isUnderWay(after.status) || !OrderMoney.isPromised(before)) {
          return { order: after, outcome: refusal(after) }
        }
        // its pieces were committed when work on it began
        if (OrderMoney.isPromised(after)) return { order: after, outcome: "unchanged" }
        yield* events.publish([OrderPaid.make(after.id, { ...subject(after), amount })])
        return { order: after, outcome: "applied", wasAuthorized }
      }
      const committed = yield* inventory.commit(after.id)
      if (committed.length === 0) {
        if (!(yield* holdAgain(after, after.updatedAt))) return yield* outOfStock(after.id)
        yield* inventory.commit(after.id)
      }
      yield* events.publish([OrderPaid.make(after.id, { ...subject(after), amount })])
      return { order: after, outcome: "applied", wasAuthorized }
    }),

    paidAtOnce: Effect.fnUntraced(function*(all, money) {
      const at = yield* Timestamp.now
      const paid = all.map(({ order }) => OrderChange.changed(order, withMoney(order, order.total), at))
      // nobody is waited for until it is certain that all are as they were read
      const [refused, moved, promises] = yield* Effect.all([
        money,
        orders.updateAll(paid),
        inventory.promises(paid.map(({ id }) => id))
      ], { concurrency: 3 })
      const promised = Map.groupBy(promises, ({ reference }) => reference)
      // nothing was ever promised to an order of which no stock is counted
      const letGo = Array.from(promised).flatMap(([reference, own]) =>
        own.some(({ status }) => status === "held") ? [] : [reference])
      if (refused.length > 0 || moved.length > 0 || letGo.length > 0) return Result.fail([...refused, ...moved, ...letGo])
      yield* inventory.commitAll(all.map(({ caller, order }) => ({
        reservations: promised.get(order.id) ?? [],
        actor: Actor.describe(caller.actor)
      })))
      for (const [index, order] of paid.entries()) {
        yield* events.publish([OrderPaid.make(order.id, { ...subject(order), amount: order.total })]).pipe(
          Caller.as((all[index] as PaidAtOnce).caller)
        )
      }
      return Result.succeed(paid)
    }),

    authorized: Effect.fnUntraced(function*(orderId, until) {
      const { after, before } = yield* change(orderId, (order) => {
        if (order.status !== "pending" && order.status !== "failed") return undefined
        const reservedUntil = later(order.reservedUntil, until)
        const paymentStatus = OrderMoney.paymentStatus(order, true)
        return order.status === "pending" && order.paymentStatus === paymentStatus
            && order.reservedUntil === reservedUntil
          ? undefined
          : { status: "pending", paymentStatus, reservedUntil }
      })
      if (before === after) return { order: after, outcome: refusal(after) }
      if (before.status === "pending") {
        yield* inventory.extend(orderId, after.reservedUntil)
      } else if (!(yield* holdAgain(after, after.reservedUntil))) {
        return yield* outOfStock(orderId)
      }
      return { order: after, outcome: "applied" }
    }),

    paymentFailed: Effect.fnUntraced(function*(orderId, code) {
      const now = yield* Timestamp.now
      const { after, before } = yield* change(orderId, (order) => {
        const status = StateMachine.next(OrderModel.machine, order.status, "fail")
        if (status === undefined) return undefined
        const { keptUntil } = order
        return {
          status,
          paymentStatus: OrderMoney.paymentStatus(order),
          ...(keptUntil === undefined ? {} : { reservedUntil: later(order.reservedUntil, keptUntil) })
        }
      })
      if (before === after) return { order: after, outcome: refusal(after) }
      yield* (after.keptUntil ?? now) > now
        ? inventory.extend(orderId, after.reservedUntil)
        : inventory.release(orderId, `payment failed: ${code}`)
      yield* events.publish([OrderPaymentFailed.make(orderId, { ...subject(after), code })])
      return { order: after, outcome: "applied" }
    }),

    refunded: Effect.fnUntraced(function*(orderId, amount, refundId, { creditedTo, restock }) {
      const { after, before } = yield* change(orderId, (order) => {
        const refunded = Money.add(order.refunded, amount)
        // what went out on a promise is not over: the rest of its money is still to come
        const authorized = order.paymentStatus === "authorized"
        const empty = OrderMoney.held({ ...order, refunded }) <= 0 && !(authorized && OrderMoney.isPromised(order))
        const target = empty ? StateMachine.next(OrderModel.machine, order.status, "refund") : undefined
        // nobody pays for more of what is over
        const open = target === undefined ? order.open : Money.zero(order.currency)
        return {
          refunded,
          open,
          paymentStatus: OrderMoney.paymentStatus({ ...order, refunded, open }, authorized),
          ...(target === undefined ? {} : { status: target })
        }
      })
      // what cannot be called off any more has left, if only in part, and comes back as a return
      if (restock && after.status === "refunded" && !isShipped(before) && (yield* guards.allow(OrderAccess.guarded(before, yield* states.all), "cancel"))) {
        yield* inventory.restock(orderId, `refund ${refundId}`)
      }
      const full = OrderMoney.held(after) <= 0 && after.paymentStatus !== "authorized"
      yield* events.publish([OrderRefunded.make(orderId, {
        ...subject(after),
        refundId,
        amount,
        full,
        ...(creditedTo === undefined ? {} : { creditedTo })
      })])
      return { order: after, outcome: "applied" }
    }),

    refundFailed: Effect.fnUntraced(function*(orderId, amount, refundId) {
      const { after, before } = yield* change(orderId, (order) =>
        Effect.map(inventory.promises([orderId]), (pieces): OrderChange.OrderPatch => {
          const refunded = Money.subtract(order.refunded, amount)
          const isBack = pieces.length > 0 && pieces.every(({ status }) => status === "restocked")
          const target = isBack ? undefined : StateMachine.next(OrderModel.machine, order.status, reopening(order))
          const missing = Math.max(0, order.total.amount - order.paid.amount)
          // nobody pays for more of what is over
          const open = target === undefined ? order.open : Money.make(missing, order.currency)
          return {
            refunded,
            open,
            paymentStatus: OrderMoney.paymentStatus({ ...order, refunded, open }, order.paymentStatus === "authorized"),
            ...(target === undefined ? {} : { status: target }),
            ...(target === "on_hold" ? { holds: ["staff"] } : {})
          }
        }))
      yield* events.publish([OrderRefundFailed.make(orderId, {
        ...subject(after),
        refundId,
        amount,
        from: before.status,
        status: after.status
      })])
      return { order: after, outcome: "applied" }
    }),

    owedAgain: (orderId, amount) =>
      Effect.asVoid(change(orderId, (order) => {
        const open = Money.add(order.open, amount)
        return { open, paymentStatus: OrderMoney.paymentStatus({ ...order, open }) }
      })),

    retry: Effect.fnUntraced(function*(orderId, until) {
      const { after, before } = yield* change(orderId, (order) => {
        if (OrderMoney.owesUnderWay(order)) return { reservedUntil: later(order.reservedUntil, until) }
        if (order.status !== "pending" && order.status !== "failed") return undefined
        // written even if nothing is new: whoever records that it is paid, and this, cannot both have their way
        return { status: "pending", reservedUntil: later(order.reservedUntil, until) }
      })
      const isHeld = before.status === "pending" && before.reservedUntil === after.reservedUntil
      if (before === after || isHeld || OrderMoney.owesUnderWay(before)) return { order: after, outcome: refusal(after) }
      yield* before.status === "failed"
        ? inventory.reserveAgain(orderId, after.reservedUntil)
        : inventory.extend(orderId, after.reservedUntil)
      return { order: after, outcome: "applied" }
    }),

    review: (orderId) => move(orderId, "under review", (order) => rest(order, "review")),
    approved: (orderId) =>
      move(orderId, "approved", (order) => {
        if (order.status !== "on_hold" || order.holds?.includes("review") !== true) return undefined
        const holds = order.holds.filter((hold) => hold !== "review")
        const status = holds.length > 0 ? undefined : StateMachine.next(OrderModel.machine, order.status, "resume")
        return { holds, ...(status === undefined ? {} : { status }) }
      }),

    cancelUnpaid: Effect.fnUntraced(function*(orderId, reason) {
      const { after, before } = yield* change(orderId, (order) =>
        order.status === "pending" || order.status === "failed"
          ? { status: "cancelled", paymentStatus: OrderMoney.paymentStatus(order) }
          : undefined)
      if (before === after) {
        return { order: after, outcome: after.status === "cancelled" ? "unchanged" : refusal(after) }
      }
      yield* inventory.release(orderId, reason)
      yield* cancelled(after, reason)
      return { order: after, outcome: "applied" }
    }),

    disputed: (orderId) =>
      move(orderId, "the payment is disputed", (order) => OrderMoney.isPromised(order) ? undefined : rest(order, "dispute"))
  })
})

/** What becomes of an order whose refund failed, by how much of it has left the shop. */
const reopening = ({ fulfilmentStatus }: StoredOrder) => {
  switch (fulfilmentStatus) {
    case "delivered":
      return "reopen_delivered"
    case "shipped":
      return "reopen_shipped"
    default:
      return "reopen"
  }
}

const isShipped = (order: StoredOrder): boolean => order.status === "shipped" || order.status === "delivered"

export const layer: Layer.Layer<
  OrderLifecycle,
  never,
  OrderRepository | OrderGuards | OrderStates | Inventory | Events
> = Layer.effect(OrderLifecycle, make)
