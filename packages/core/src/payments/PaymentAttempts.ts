/**
 * Attempts to get an order's money: writing one down, then asking the gateway for the money.
 */
import * as Effect from "effect/Effect"
import { Events } from "../events/Events.ts"
import * as FraudCheck from "../fraud/FraudCheck.ts"
import type { PurchaseRefused } from "../fraud/FraudErrors.ts"
import { FraudRepository } from "../fraud/FraudRepository.ts"
import type { InsufficientStock } from "../inventory/InventoryErrors.ts"
import { type Actor, CurrentActor } from "../kernel/Actor.ts"
import * as Money from "../kernel/Money.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as Traced from "../kernel/Traced.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { Order } from "../orders/Order.ts"
import * as OrderAccess from "../orders/OrderAccess.ts"
import { OrderLifecycle } from "../orders/OrderLifecycle.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"
import { OrderNotFound } from "../orders/OrdersErrors.ts"
import { Stores } from "../stores/Stores.ts"
import { type InitializePayment, isOpen, PaymentId, type PaymentMethod } from "./Payment.ts"
import { PaymentGateways, takes } from "./PaymentGateways.ts"
import { type PaymentRecords, type Settled, untilWritten } from "./PaymentRecords.ts"
import { PaymentRepository, type StoredPayment } from "./PaymentRepository.ts"
import { type PaymentRequests, settled } from "./PaymentRequests.ts"
import * as PaymentSettlement from "./PaymentSettlement.ts"
import {
  type AmountUnsupported,
  type CurrencyUnsupported,
  type GatewayNotFound,
  OrderNotPayable,
  type NoGatewayAvailable,
  type PaymentMethodUnknown,
  PaymentNotFound
} from "./PaymentsErrors.ts"
import { SavingUnsupported } from "./SavedMethodErrors.ts"
import * as SavedMethodUse from "./SavedMethodUse.ts"

/** A payment that was not touched for so long is touched before its gateway is asked for the money. */
const freshFor = "5 seconds"

/** Stock is held for at least this long when a gateway is asked for money. */
const shortestHold = "2 minutes"

export interface PaymentAttempts {
  readonly prepare: (
    order: Order,
    method: PaymentMethod
  ) => Effect.Effect<
    StoredPayment,
    | GatewayNotFound
    | CurrencyUnsupported
    | AmountUnsupported
    | PaymentMethodUnknown
    | NoGatewayAvailable
    | SavedMethodUse.Refused
    | StorageError
  >
  readonly attempt: (
    paymentId: string
  ) => Effect.Effect<StoredPayment, PaymentNotFound | GatewayNotFound | StorageError>
  /** The same for a payment and its order that have just been read or written. */
  readonly carryOut: (
    payment: StoredPayment,
    order: StoredOrder | undefined
  ) => Effect.Effect<Settled, PaymentNotFound | GatewayNotFound | StorageError>
  readonly initialize: (
    input: InitializePayment
  ) => Effect.Effect<
    StoredPayment,
    | OrderNotFound
    | OrderNotPayable
    | GatewayNotFound
    | CurrencyUnsupported
    | AmountUnsupported
    | PaymentMethodUnknown
    | NoGatewayAvailable
    | SavedMethodUse.Refused
    | InsufficientStock
    | PurchaseRefused
    | PaymentNotFound
    | StorageError
  >
}

export const make = Effect.fnUntraced(function*(records: PaymentRecords, requests: PaymentRequests) {
  const savedMethods = yield* SavedMethodUse.make
  const repository = yield* PaymentRepository
  const orders = yield* OrderRepository
  const lifecycle = yield* OrderLifecycle
  const stores = yield* Stores
  const gateways = yield* PaymentGateways
  const fraud = yield* FraudCheck.FraudCheck
  const fraudReviews = yield* FraudRepository
  const events = yield* Events
  const { transaction } = yield* Transactor

  /** The gateway that was named, if it takes what is due, or the one that suits; and which saved means is used or made. */
  const chosen = Effect.fnUntraced(function*(order: Order, wanted: PaymentMethod) {
    const amount = OrderMoney.due(order)
    const { method } = wanted
    const { keepsFor, saved } = yield* savedMethods.wanted(wanted)
    const name = saved?.gateway ?? wanted.gateway
    if (name === undefined) {
      const country = (order.billingAddress ?? order.shippingAddress)?.country ?? null
      return { gateway: yield* gateways.choose({ amount, method, country, keeps: keepsFor !== null }), keepsFor, saved }
    }
    const gateway = yield* gateways.get(name)
    yield* takes(gateway, amount, method)
    if (keepsFor !== null && !gateway.capabilities.savedMethods) {
      return yield* new SavingUnsupported({ gateway: name, withPayment: false })
    }
    return { gateway, keepsFor, saved }
  })

  const prepare: PaymentAttempts["prepare"] = Effect.fnUntraced(function*(order, wanted) {
    const { method, returnUrl } = wanted
    const amount = OrderMoney.due(order)
    const { gateway, keepsFor, saved } = yield* chosen(order, wanted)
    const id = yield* PaymentId.generate
    const now = yield* Timestamp.now
    return {
      id,
      orderId: order.id,
      gateway: gateway.name,
      state: "pending",
      amount,
      captured: Money.zero(order.currency),
      refunded: Money.zero(order.currency),
      gatewayReference: null,
      nextAction: null,
      failure: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
      idempotencyKey: `${id}:create`,
      method: method ?? null,
      returnUrl: returnUrl ?? null,
      requested: null,
      hold: null,
      toCapture: null,
      ...(saved === undefined ? {} : { savedMethodId: saved.id }),
      ...(keepsFor === null ? {} : { keepsFor })
    } satisfies StoredPayment
  })

  const holdUntil = Effect.gen(function*() {
    const { settings } = yield* stores.current
    return Timestamp.plus(yield* Timestamp.now, { minutes: settings.reservationMinutes })
  })

  /** Holds the stock of an unpaid order for another reservation time, if what is left of it is short. */
  const hold = Effect.fnUntraced(function*(order: StoredOrder) {
    if (order.reservedUntil > Timestamp.plus(yield* Timestamp.now, shortestHold)) return
    const until = yield* holdUntil
    yield* untilWritten("Payments.hold")(transaction(lifecycle.retry(order.id, until))).pipe(
      // only a failed order can be short of stock, and then there is nothing to hold
      Effect.catchTag("InsufficientStock", () => Effect.void),
      Effect.catchTag("OrderNotFound", Effect.die),
      Effect.asVoid
    )
  })

  /** Says that a call is about to be on its way, so that nobody takes the payment for one that was never asked for. */
  const mark = Effect.fnUntraced(function*(payment: StoredPayment) {
    if (Timestamp.plus(payment.updatedAt, freshFor) >= (yield* Timestamp.now)) return payment
    return yield* records.update(payment.id, ({ requested, state }) =>
      Effect.succeed(state === "pending" && requested === null ? {} : undefined))
  })

  const attempt: PaymentAttempts["attempt"] = Effect.fnUntraced(function*(id) {
    const payment = (yield* repository.find(id)) ?? (yield* new PaymentNotFound({ payment: id }))
    if (payment.state !== "pending" || payment.requested !== null) return payment
    return (yield* carryOut(payment, yield* orders.find(payment.orderId))).payment
  })

  /** The means was removed before the gateway was asked, or was asked and did not answer: only then can it have paid. */
  const withoutMeans = Effect.fnUntraced(function*(payment: StoredPayment) {
    const asked = yield* Effect.result(requests.ask(payment))
    if (asked._tag === "Failure") return payment
    return asked.success ?? (yield* records.settle(payment, PaymentSettlement.refused(payment, {
      detail: "The saved payment method was removed",
      failure: "method_unsupported",
      gatewayCode: null
    })))
  })

  const carryOut: PaymentAttempts["carryOut"] = Traced.fn("Payments.attempt")(function*(payment, order) {
    const gateway = yield* gateways.get(payment.gateway)
    if (order === undefined || (order.status !== "pending" && !OrderMoney.owesUnderWay(order))) {
      const after = yield* Effect.catchTags(requests.giveUp(payment.id), {
        GatewayMisconfigured: () => Effect.succeed(payment),
        GatewayRejected: () => Effect.succeed(payment),
        GatewayUnavailable: () => Effect.succeed(payment)
      })
      return { payment: after }
    }
    if (order.status === "pending") yield* hold(order)
    const marked = yield* mark(payment)
    if (marked.state !== "pending" || marked.requested !== null) return { payment: marked }
    const savedMethod = marked.savedMethodId === undefined ? null : yield* savedMethods.token(marked.savedMethodId, gateway.name)
    if (savedMethod === undefined) return { payment: yield* withoutMeans(marked) }
    // a person decides, or the card is looked at, before the money is taken
    const authorizeOnly = gateway.capabilities.manualCapture
      && (marked.hold === "review"
        || (marked.hold === "released" && (yield* stores.current).settings.fraud.authorizeFirst !== false))
    const after = yield* settled(
      Effect.result(gateway.create({
        paymentId: payment.id,
        orderNumber: order.number,
        idempotencyKey: payment.idempotencyKey,
        amount: payment.amount,
        method: payment.method,
        returnUrl: payment.returnUrl,
        email: order.email,
        capture: !authorizeOnly,
        ...(savedMethod === null ? {} : { savedMethod }),
        ...((payment.keepsFor ?? null) === null ? {} : { saveMethod: true })
      })),
      (result): Effect.Effect<Settled, PaymentNotFound | StorageError> => {
        if (result._tag === "Success") return records.settleWith(marked, result.success, order)
        switch (result.failure._tag) {
          case "GatewayRejected":
            return records.settleWith(marked, PaymentSettlement.refused(marked, result.failure), order)
          case "GatewayMisconfigured":
            return records.settleWith(marked, PaymentSettlement.misconfigured(marked, result.failure), order)
          case "GatewayUnavailable":
            // nobody knows whether the money was taken: it stays pending, and the recovery asks
            return Effect.succeed({ payment: marked })
        }
      }
    )
    if (after.payment.requested === null) return after
    // what the answer has made the shop request; a job does it where it is cut off
    const done = yield* Effect.catchTags(requests.carryOut(payment.id), {
      GatewayMisconfigured: () => Effect.succeed(after.payment),
      GatewayRejected: () => Effect.succeed(after.payment),
      GatewayUnavailable: () => Effect.succeed(after.payment)
    })
    return { payment: done }
  })

  /** Ends what is still under way of an order as far as possible, so that another attempt cannot take money twice. */
  const endOpen = Effect.fnUntraced(function*(order: StoredOrder) {
    for (const payment of yield* repository.ofOrder(order.id)) {
      if (!isOpen(payment) || payment.requested === "cancel") continue
      // where the gateway does not answer, the payment stays as it is, and what is open is found below
      const isOffline = gateways.find(payment.gateway)?.capabilities.offline === true
      // somebody is on the way to collect what goods went out on the promise of
      const isPromised = OrderMoney.isUnderWay(order.status) && OrderMoney.isPromised(order)
      if (payment.state === "requires_action" || (payment.state === "authorized" && isOffline && !isPromised)) {
        yield* Effect.ignore(requests.giveUp(payment.id))
      }
      if (payment.state === "pending") {
        const asked = yield* Effect.result(requests.ask(payment))
        if (asked._tag === "Success" && asked.success === undefined) yield* records.forget(payment)
      }
    }
  })

  const payable = Effect.fnUntraced(function*(orderId: string) {
    const order = yield* orders.find(orderId)
    if (order === undefined || !mayPay(yield* CurrentActor, order)) return yield* new OrderNotFound({ order: orderId })
    if (!OrderMoney.isPayable(order)) return yield* new OrderNotPayable({ orderId, status: order.status })
    // what it costs the buyer is known once the old pieces have come
    if (order.holds?.includes("exchange") === true) {
      return yield* new OrderNotPayable({ orderId, status: "waiting for the pieces that it replaces" })
    }
    return order
  })

  /** An order that is under review stays so, whatever it is paid with; what was decided is decided. */
  const holdOf = Effect.fnUntraced(function*(
    orderId: string,
    before: ReadonlyArray<StoredPayment>,
    { hold, review }: FraudCheck.Look
  ) {
    const last = before.findLast((payment) => payment.hold !== null)?.hold
    if (last === "review") return last
    if (review === null) return hold
    const known = last === undefined ? undefined : yield* fraudReviews.reviewOf(orderId)
    if (known !== undefined) return known.status === "open" ? "review" : "released"
    yield* fraud.open([review])
    yield* events.publish([FraudCheck.opened(review)])
    return "review"
  })

  const initialize: PaymentAttempts["initialize"] = Traced.fn("Payments.initialize")(function*({ orderId, ...method }) {
    const wanted = yield* payable(orderId)
    yield* chosen(wanted, method)
    const { settings } = yield* stores.current
    const look = yield* fraud.look(wanted, OrderMoney.due(wanted), settings.fraud)
    yield* endOpen(wanted)
    const begun = yield* untilWritten("Payments.initialize")(transaction(Effect.gen(function*() {
      yield* payable(orderId)
      const all = yield* repository.ofOrder(orderId)
      if (all.some((payment) => isOpen(payment) && payment.requested !== "cancel")) {
        return yield* new OrderNotPayable({ orderId, status: "being paid" })
      }
      const { order: held, outcome } = yield* lifecycle.retry(orderId, yield* holdUntil)
      if (outcome === "paid" || outcome === "cancelled") {
        return yield* new OrderNotPayable({ orderId, status: held.status })
      }
      // what it costs may have changed a moment ago
      const attempt = yield* prepare(held, method)
      const payment: StoredPayment = { ...attempt, hold: yield* holdOf(orderId, all, look) }
      yield* repository.insert(payment)
      return payment
    })))
    // it stands whatever happens here, and the money may be taken: what is cut off is taken up by the recovery
    return yield* attempt(begun.id).pipe(
      Effect.catchTag("StorageError", (error) =>
        Effect.logWarning("A payment was begun, but could not be seen through yet").pipe(
          Effect.annotateLogs({ paymentId: begun.id, reason: error.reason }),
          Effect.as(begun)
        ))
    )
  })

  return { prepare, attempt, carryOut, initialize } satisfies PaymentAttempts
})

const mayPay = (actor: Actor, order: StoredOrder): boolean =>
  OrderAccess.owns(actor, order) || Permission.holds(actor, "payments:write")
