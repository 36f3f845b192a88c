/**
 * Payments: getting the money of orders through gateways, and giving it back.
 *
 * **Details**
 *
 * Nobody is charged twice and no money gets lost, whatever is repeated, delayed, reordered or interrupted. For that, every request to a
 * gateway is first a row: the attempt to pay, the capture, the refund. The recovery finishes what was interrupted. Gateways are never
 * called inside a transaction.
 *
 * Operations "for the engine's own use" check no permission.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { Books } from "../books/Books.ts"
import { BooksRepository } from "../books/BooksRepository.ts"
import type { AccountBalance, LedgerEntry } from "../books/LedgerEntry.ts"
import { Events } from "../events/Events.ts"
import type { CardCheck } from "../fraud/CardCheck.ts"
import type { FraudCheck } from "../fraud/FraudCheck.ts"
import type { FraudRepository } from "../fraud/FraudRepository.ts"
import type { PurchaseRefused } from "../fraud/FraudErrors.ts"
import type { UserRepository } from "../identity/UserRepository.ts"
import type { InsufficientStock } from "../inventory/InventoryErrors.ts"
import type { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import * as StepUp from "../kernel/StepUp.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Traced from "../kernel/Traced.ts"
import type { Transactor } from "../kernel/Transactor.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import { machine as orderMachine, type Order } from "../orders/Order.ts"
import * as OrderAccess from "../orders/OrderAccess.ts"
import type { Money } from "../kernel/Money.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import type { OrderLifecycle } from "../orders/OrderLifecycle.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"
import { type GiftCardSpent, OrderNotFound } from "../orders/OrdersErrors.ts"
import type { SoldGiftCards } from "../orders/SoldGiftCards.ts"
import type { StoreRepository } from "../stores/StoreRepository.ts"
import type { Stores } from "../stores/Stores.ts"
import type { DisputeRepository } from "./DisputeRepository.ts"
import * as ChangedOrders from "./ChangedOrders.ts"
import * as Capturing from "./Capturing.ts"
import {
  CapturePayment,
  CreateRefund,
  InitializePayment,
  isOpen,
  ListPayments,
  machine,
  type Payment,
  PaymentId,
  type OrderRefund,
  type PaymentMethod,
  type Refund
} from "./Payment.ts"
import type { Disputes } from "./Disputes.ts"
import {
  type GatewayWebhook,
  type GatewayWebhookNotFound,
  type GatewayWebhookNotRedrivable,
  ListGatewayWebhooks,
  RedriveGatewayWebhook
} from "./GatewayWebhook.ts"
import * as Ledger from "./Ledger.ts"
import * as ForBuyers from "./ForBuyers.ts"
import { PaymentCaptured } from "./PaymentEvents.ts"
import * as PaymentAttempts from "./PaymentAttempts.ts"
import { PaymentGuards } from "./PaymentGuards.ts"
import * as PaymentDuties from "./PaymentDuties.ts"
import type { GatewayError, WebhookRejected } from "./PaymentGateway.ts"
import { PaymentGateways } from "./PaymentGateways.ts"
import * as PaymentRecords from "./PaymentRecords.ts"
import { PaymentRepository, type StoredPayment, type StoredRefund, withoutSecrets } from "./PaymentRepository.ts"
import * as PaymentRequests from "./PaymentRequests.ts"
import {
  type AmountUnsupported,
  type CaptureExceedsAuthorized,
  type CurrencyUnsupported,
  type GatewayNotFound,
  type InvalidCapture,
  type InvalidRefund,
  type OrderNotPayable,
  type PaymentChangeRefused,
  type NoGatewayAvailable,
  type PaymentMethodUnknown,
  PaymentNotFound,
  PaymentUnderReview,
  type RefundExceedsCaptured
} from "./PaymentsErrors.ts"
import { type Difference, ListDifferences, type Reconciled, ReconcilePayments } from "./Reconciliation.ts"
import * as Reconciling from "./Reconciling.ts"
import * as Recovery from "./Recovery.ts"
import * as RefundPart from "./RefundPart.ts"
import * as Refunds from "./Refunds.ts"
import * as MethodSetups from "./MethodSetups.ts"
import type { SavedMethodRepository } from "./SavedMethodRepository.ts"
import type { Refused as SavedMethodRefused } from "./SavedMethodUse.ts"
import * as Webhooks from "./Webhooks.ts"

type IllegalTransition = StateMachine.IllegalTransition

/** A payment as it is now, and its order if the payment has changed it. */
export interface PaidOrder {
  readonly payment: Payment
  readonly order?: StoredOrder | undefined
}

export class Payments extends Context.Service<Payments, {
  /** The names of the gateways of this engine. */
  readonly gateways: ReadonlyArray<string>
  /** Asks a gateway whether it can be reached; `false` for a gateway that cannot be asked. Needs `health:read`. */
  readonly ping: (
    gateway: string
  ) => Effect.Effect<boolean, InvalidInput | GatewayNotFound | GatewayError | StorageError | Denied>
  /**
   * Makes an attempt to pay an order, which is then written (`record`) before its gateway is called (`attempt`). Fails if the gateway
   * is unknown, or does not take the amount, the currency or the method. Reads storage for saved payment methods only.
   */
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
    | SavedMethodRefused
    | StorageError
  >
  /**
   * Writes prepared attempts in the current transaction, and books money that was taken already. One statement for the attempts, and
   * another for the books if there is something to book; none for an empty list.
   */
  readonly record: (payments: ReadonlyArray<StoredPayment>) => Effect.Effect<void, StorageError>
  /**
   * Calls the gateway for an attempt and records the answer. It can be repeated safely. If the gateway does not answer, the payment
   * stays `pending`, and the recovery finds out later. For the engine's own use.
   */
  readonly attempt: (
    paymentId: string
  ) => Effect.Effect<Payment, PaymentNotFound | GatewayNotFound | StorageError>
  /**
   * The same as `attempt` for an attempt and an order that were just written and need not be read again. The answer has the order if
   * the payment has changed it; otherwise read it. For the engine's own use.
   */
  readonly carryOut: (
    payment: StoredPayment,
    order: StoredOrder
  ) => Effect.Effect<PaidOrder, PaymentNotFound | GatewayNotFound | StorageError>
  /**
   * Makes another attempt to pay an order. If its stock was released, it is reserved again.
   *
   * Attempts that are under way are given up first. If nobody knows how such an attempt ended, the answer is `OrderNotPayable`, so that
   * nobody pays twice.
   */
  readonly initialize: (
    input: typeof InitializePayment.Encoded
  ) => Effect.Effect<
    Payment,
    | InvalidInput
    | OrderNotFound
    | OrderNotPayable
    | GatewayNotFound
    | CurrencyUnsupported
    | AmountUnsupported
    | PaymentMethodUnknown
    | NoGatewayAvailable
    | SavedMethodRefused
    | InsufficientStock
    | PurchaseRefused
    | PaymentNotFound
    | StorageError
  >
  /** Asks the gateway what has become of a payment and records it. Takes the payment's id, or the gateway's reference. */
  readonly verify: (
    reference: string
  ) => Effect.Effect<Payment, InvalidInput | PaymentNotFound | GatewayNotFound | GatewayError | StorageError>
  /** Lets the gateway continue with a payment whose buyer has come back from its page, and records the result. */
  readonly confirm: (
    id: string
  ) => Effect.Effect<Payment, InvalidInput | PaymentNotFound | GatewayNotFound | GatewayError | StorageError>
  /** A payment that the caller may see, by our id or the gateway's. */
  readonly get: (id: string) => Effect.Effect<Payment, InvalidInput | PaymentNotFound | StorageError>
  /** The calling customer's payments, newest first. */
  readonly listMine: (
    input?: typeof ListPayments.Encoded
  ) => Effect.Effect<Page<Payment>, InvalidInput | StorageError | Denied>
  /** All payments, newest first. Needs `payments:read`. */
  readonly list: (
    input?: typeof ListPayments.Encoded
  ) => Effect.Effect<Page<Payment>, InvalidInput | StorageError | Denied>
  /**
   * Takes authorised money: `amount`, or what the order still owes. Needs `payments:write`.
   *
   * Money can be taken once; the gateway releases the rest. An order under review has to be approved first. The capture is written
   * before the gateway is called; if the gateway does not answer, the recovery repeats it.
   */
  readonly capture: (
    paymentId: string,
    input?: typeof CapturePayment.Encoded
  ) => Effect.Effect<
    Payment,
    | InvalidInput
    | PaymentNotFound
    | PaymentUnderReview
    | PaymentChangeRefused
    | CaptureExceedsAuthorized
    | InvalidCapture
    | GatewayNotFound
    | IllegalTransition
    | GatewayError
    | StorageError
    | Denied
  >
  /** Gives up a payment that was not captured. If the gateway does not answer, the recovery repeats it. Needs `payments:write`. */
  readonly cancel: (
    paymentId: string
  ) => Effect.Effect<
    Payment,
    InvalidInput | PaymentNotFound | PaymentChangeRefused | GatewayNotFound | IllegalTransition | GatewayError | StorageError | Denied
  >
  /**
   * Gives back money of an order: an amount, or all that is left. It comes from the payment that was named, or from as many as needed:
   * first what was paid through gateways, then gift cards and store credit.
   *
   * Each refund is written before its gateway is called, so it counts at once. If the gateway does not answer, the refund stays
   * `pending` and is finished later. Needs `orders:refund`, and a person has to prove again who they are.
   */
  readonly refund: (
    orderId: string,
    input: typeof CreateRefund.Encoded
  ) => Effect.Effect<
    OrderRefund,
    | InvalidInput
    | OrderNotFound
    | PaymentNotFound
    | RefundExceedsCaptured
    | InvalidRefund
    | PaymentChangeRefused
    | GiftCardSpent
    | StepUp.StepUpRequired
    | StorageError
    | Denied
  >
  /**
   * Writes refunds of `amount` in the current transaction, or of what is left of the order's money, if that is less. A job calls the
   * gateways. Money that a dispute holds waits until the dispute is won. For the engine's own use.
   */
  readonly giveBack: (
    order: Order,
    amount: Money,
    reason: string,
    parts?: ReadonlyArray<RefundPart.RefundPart>
  ) => Effect.Effect<Refunds.GivenBack, InvalidRefund | PaymentChangeRefused | StorageError>
  /**
   * Writes refunds for money that was put onto store credit or a gift card in the current transaction. No gateway is called. For the
   * engine's own use.
   */
  readonly credit: (
    order: Order,
    amount: Money,
    reason: string,
    credited: Refunds.Credited,
    parts?: ReadonlyArray<RefundPart.RefundPart>
  ) => Effect.Effect<
    ReadonlyArray<Refund>,
    PaymentNotFound | RefundExceedsCaptured | InvalidRefund | PaymentChangeRefused | StorageError
  >
  /**
   * Adapts promised and reserved money to what an order owes now, in the current transaction: a promise of cash or of a transfer gets
   * the new amount, and what is no longer needed is released.
   *
   * `false` if money is under way whose end nobody knows, or if what a gateway has reserved does not fit; then the transaction must
   * roll back. For the engine's own use.
   */
  readonly follow: (order: Order) => Effect.Effect<boolean, PaymentChangeRefused | StorageError | VersionConflict>
  /** The refunds of an order that the caller may see, those that wait for a dispute among them. */
  readonly refunds: (orderId: string) => Effect.Effect<ReadonlyArray<Refund>, InvalidInput | OrderNotFound | StorageError>
  /**
   * Accepts a webhook: checks its signature over the raw body, stores it once, and queues the work. That work asks the gateway what has
   * happened; nothing in the webhook itself is believed.
   */
  readonly receiveWebhook: (
    gateway: string,
    request: { readonly body: Uint8Array; readonly headers: Readonly<Record<string, string | undefined>> }
  ) => Effect.Effect<{ readonly duplicate: boolean }, InvalidInput | GatewayNotFound | WebhookRejected | StorageError>
  /** The webhooks that gateways have sent, newest first. Needs `payments:read`. */
  readonly webhooks: (
    input?: typeof ListGatewayWebhooks.Encoded
  ) => Effect.Effect<Page<GatewayWebhook>, InvalidInput | StorageError | Denied>
  /** Processes a webhook again that is `dead` or `orphaned`. Needs `payments:write`. */
  readonly redriveWebhook: (
    input: typeof RedriveGatewayWebhook.Encoded
  ) => Effect.Effect<
    GatewayWebhook,
    InvalidInput | GatewayWebhookNotFound | GatewayWebhookNotRedrivable | StorageError | Denied
  >
  /**
   * Finishes everything that was interrupted: asks gateways about open payments, repeats open refunds, and cancels unpaid orders whose
   * time is over. It runs every minute in every store, and can run at any time, in any number of processes.
   */
  readonly recover: Effect.Effect<Recovery.Recovered, StorageError>
  /**
   * Compares the payments of the gateways with the shop's, over a span of time. What can be repaired safely is repaired, and the rest
   * is listed in `differences`. It runs every night for the last two days. Needs `payments:write`.
   */
  readonly reconcile: (
    input?: typeof ReconcilePayments.Encoded
  ) => Effect.Effect<ReadonlyArray<Reconciled>, InvalidInput | GatewayNotFound | StorageError | Denied>
  /** The differences that `reconcile` has found, newest first. Needs `payments:read`. */
  readonly differences: (
    input?: typeof ListDifferences.Encoded
  ) => Effect.Effect<Page<Difference>, InvalidInput | StorageError | Denied>
  /** The entries of an order in the books. Needs `payments:read`. */
  readonly ledger: (orderId: string) => Effect.Effect<ReadonlyArray<LedgerEntry>, InvalidInput | StorageError | Denied>
  /** The balance of each account in the books; in each currency they add up to zero. Needs `payments:read`. */
  readonly balances: Effect.Effect<ReadonlyArray<typeof AccountBalance.Type>, StorageError | Denied>
}>()("@stoa/core/payments/Payments") {}

const decodeInitialize = Input.decoder(InitializePayment)
const decodeCapture = Input.decoder(CapturePayment)
const decodeRefund = Input.decoder(CreateRefund)
const decodeWebhooks = Input.decoder(ListGatewayWebhooks)
const decodeRedrive = Input.decoder(RedriveGatewayWebhook)
const decodeReconcile = Input.decoder(ReconcilePayments)
const decodeDifferences = Input.decoder(ListDifferences)
const decodeList = Input.decoder(ListPayments)

const shownRefund = ({ askAt: _a, idempotencyKey: _k, restock: _r, ...refund }: StoredRefund): Refund => refund

/** Whether the gateway has taken money, so that there is nothing to ask it. */
const isSettled = ({ captured, state }: StoredPayment): boolean => captured.amount > 0 || state === "mismatched"

const illegal = (payment: StoredPayment, event: "capture" | "cancel") =>
  new StateMachine.IllegalTransition({
    machine: machine.name,
    state: payment.state,
    event,
    allowed: StateMachine.allowed(machine, payment.state).filter((allowed) => allowed !== event)
  })

const checked = Input.textParameters<Payments["Service"]>({
  ping: ["gateway"],
  verify: ["reference"],
  confirm: ["id"],
  get: ["id"],
  capture: ["paymentId"],
  cancel: ["paymentId"],
  refund: ["orderId"],
  refunds: ["orderId"],
  receiveWebhook: ["gateway"],
  ledger: ["orderId"]
})

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const repository = yield* PaymentRepository
  const books = yield* BooksRepository
  const { post } = yield* Books
  const orders = yield* OrderRepository
  const gateways = yield* PaymentGateways
  const guards = yield* PaymentGuards
  const audit = yield* AuditLog
  const events = yield* Events

  const records = yield* PaymentRecords.make
  const requests = yield* PaymentRequests.make(records)
  const attempts = yield* PaymentAttempts.make(records, requests)
  const refunds = yield* Refunds.make
  const webhooks = yield* Webhooks.make(requests, refunds, yield* MethodSetups.make)
  const recovery = yield* Recovery.make(records, requests, attempts, refunds)
  const reconciling = yield* Reconciling.make(requests, refunds)
  const recover = Actor.as(Actor.system("payments.recover"))(recovery.run)

  yield* PaymentDuties.register({ records, requests, refunds, webhooks, reconciling, recover })

  const shown = Effect.fnUntraced(function*(stored: StoredPayment) {
    const payment = ForBuyers.unlessStaff(yield* Actor.CurrentActor, withoutSecrets(stored))
    const { amount, gatewayReference: reference, state } = payment
    const instructions = state === "authorized" && reference !== null
      ? gateways.find(payment.gateway)?.instructions?.({ amount, reference })
      : undefined
    return instructions === undefined ? payment : { ...payment, instructions }
  })

  const maySee = (actor: Actor.Actor, order: StoredOrder) =>
    OrderAccess.owns(actor, order) || Permission.holds(actor, "payments:read")

  /** A payment that the caller may see, by our id or by the gateway's. */
  const find = Effect.fnUntraced(function*(reference: string) {
    const payment = yield* Schema.is(PaymentId)(reference) ? repository.find(reference) : repository.findByReference(reference)
    // looked for in any case, so that no clock tells what is another's from what there is not
    const order = yield* orders.find(payment?.orderId ?? reference)
    return payment !== undefined && order !== undefined && maySee(yield* Actor.CurrentActor, order)
      ? payment
      : yield* new PaymentNotFound({ payment: reference.slice(0, 200) })
  })

  const findOrder = Effect.fnUntraced(function*(id: string) {
    const order = yield* orders.find(id)
    return order !== undefined && maySee(yield* Actor.CurrentActor, order) ? order : yield* new OrderNotFound({ order: id })
  })

  return watched(checked(Payments.of({
    gateways: gateways.names,

    ping: Traced.fn("Payments.ping")(function*(name) {
      yield* Permission.require("health:read")
      const { ping } = yield* gateways.get(name)
      return ping === undefined ? false : yield* Effect.as(ping, true)
    }),

    prepare: attempts.prepare,
    record: Effect.fnUntraced(function*(all) {
      if (all.length === 0) return
      yield* repository.insertFirst(all)
      const taken = all.filter(({ captured }) => captured.amount > 0)
      if (taken.length === 0) return
      yield* post(taken.flatMap((payment) => Ledger.capture(payment, payment.createdAt)))
      yield* events.publish(taken.map(({ captured, gateway, id, orderId }) =>
        PaymentCaptured.make(id, { paymentId: id, orderId, gateway, amount: captured })))
    }),
    attempt: (id) => Effect.flatMap(attempts.attempt(id), shown),
    carryOut: (payment, order) =>
      Effect.flatMap(attempts.carryOut(payment, order), (settled) =>
        Effect.map(shown(settled.payment), (payment) => ({ ...settled, payment }))),

    initialize: Effect.fnUntraced(function*(input) {
      return yield* shown(yield* attempts.initialize(yield* decodeInitialize(input)))
    }),

    verify: Traced.fn("Payments.verify")(function*(reference) {
      const payment = yield* find(reference)
      return yield* shown(isSettled(payment) ? payment : (yield* ForBuyers.told(requests.ask(payment))) ?? payment)
    }),

    confirm: Traced.fn("Payments.confirm")(function*(id) {
      const payment = yield* find(id)
      return yield* shown(isSettled(payment) ? payment : (yield* ForBuyers.told(requests.goOn(payment))) ?? payment)
    }),

    get: Traced.fn("Payments.get")(function*(id) {
      return yield* shown(yield* find(id))
    }),

    listMine: Traced.fn("Payments.listMine")(function*(input = {}) {
      const customerId = yield* Permission.customer("Only a signed-in customer has payments of their own")
      const page = yield* repository.list(yield* decodeList(input), customerId)
      return { ...page, items: page.items.map(ForBuyers.withoutCode) }
    }),

    list: Traced.fn("Payments.list")(function*(input = {}) {
      yield* Permission.require("payments:read")
      return yield* repository.list(yield* decodeList(input))
    }),

    capture: Traced.fn("Payments.capture")(function*(id, input = {}) {
      yield* Permission.require("payments:write")
      const { amount } = yield* decodeCapture(input)
      yield* records.update(id, Effect.fnUntraced(function*(payment) {
        if (payment.state !== "authorized" || payment.requested === "cancel") return yield* illegal(payment, "capture")
        if (payment.hold === "review") return yield* new PaymentUnderReview({ payment: id })
        // read after the payment: who changes what the order costs writes the payment too
        const { orderId } = payment
        const order = yield* orders.find(orderId)
        // money is not taken for an order that cannot use it
        if (order !== undefined && !OrderMoney.isPayable(order)) {
          yield* StateMachine.transition(orderMachine, order.status, "pay")
        }
        const partial = gateways.find(payment.gateway)?.capabilities.partialCapture === true
        const toCapture = yield* Capturing.partOf(payment, order, amount, partial)
        if (payment.requested === "capture") return undefined
        yield* guards.ask({ event: "capture", payment, amount: toCapture ?? payment.amount, reason: "" })
        yield* audit.record({
          action: "payment.capture",
          subject: id,
          details: { orderId, amount: { ...toCapture ?? payment.amount } }
        })
        return { requested: "capture" as const, toCapture }
      }))
      return yield* shown(yield* requests.carryOut(id))
    }),

    cancel: Traced.fn("Payments.cancel")(function*(id) {
      yield* Permission.require("payments:write")
      yield* records.update(id, Effect.fnUntraced(function*(payment) {
        if (!isOpen(payment)) return yield* illegal(payment, "cancel")
        if (payment.requested === "cancel") return undefined
        yield* guards.ask({ event: "void", payment, amount: payment.amount, reason: "" })
        yield* audit.record({ action: "payment.cancel", subject: id, details: { orderId: payment.orderId } })
        return { requested: "cancel" as const }
      }))
      return yield* shown(yield* requests.carryOut(id))
    }),

    refund: Traced.fn("Payments.refund")(function*(orderId, input) {
      yield* Permission.require("orders:refund")
      yield* StepUp.require
      const decoded = yield* decodeRefund(input)
      const order = (yield* orders.find(orderId)) ?? (yield* new OrderNotFound({ order: orderId }))
      const { amount, faults } = RefundPart.named(order, decoded)
      if (faults.length > 0) return yield* new Input.InvalidInput({ faults })
      const [first, ...others] = (yield* refunds.create(order, amount === undefined ? decoded : { ...decoded, amount })).map(shownRefund)
      if (first === undefined) return yield* Effect.die(new Error(`the order ${orderId} was refunded without a refund`))
      return { ...first, others }
    }),

    giveBack: Traced.fn("Payments.giveBack")(refunds.giveBack),

    credit: Traced.fn("Payments.credit")(function*(order, amount, reason, credited, parts) {
      return (yield* refunds.credit(order, amount, reason, credited, parts)).map(shownRefund)
    }),

    follow: yield* ChangedOrders.make,

    refunds: Traced.fn("Payments.refunds")(function*(orderId) {
      const { id } = yield* findOrder(orderId)
      const actor = yield* Actor.CurrentActor
      return (yield* repository.refunds(id)).map((refund) => ForBuyers.unlessStaff(actor, shownRefund(refund)))
    }),

    receiveWebhook: webhooks.receive,

    webhooks: Traced.fn("Payments.webhooks")(function*(input = {}) {
      yield* Permission.require("payments:read")
      return yield* repository.inbox(yield* decodeWebhooks(input))
    }),
    redriveWebhook: Traced.fn("Payments.redriveWebhook")(function*(input) {
      yield* Permission.require("payments:write")
      return yield* webhooks.redrive(yield* decodeRedrive(input))
    }),
    recover,

    reconcile: Effect.fnUntraced(function*(input = {}) {
      yield* Permission.require("payments:write")
      const decoded = yield* decodeReconcile(input)
      yield* audit.record({ action: "payments.reconcile", subject: "payments", details: { ...decoded } })
      return yield* reconciling.run(decoded)
    }),

    differences: Traced.fn("Payments.differences")(function*(input = {}) {
      yield* Permission.require("payments:read")
      return yield* repository.differences(yield* decodeDifferences(input))
    }),

    ledger: Traced.fn("Payments.ledger")(function*(orderId) {
      yield* Permission.require("payments:read")
      return yield* books.ofOrder(orderId)
    }),

    balances: Effect.andThen(Permission.require("payments:read"), books.balances({}))
  })))
})

export const layer: Layer.Layer<
  Payments,
  never,
  | AuditLog
  | Books
  | BooksRepository
  | CardCheck
  | Disputes
  | Events
  | FraudCheck
  | FraudRepository
  | Jobs
  | OrderLifecycle
  | OrderRepository
  | PaymentGateways
  | PaymentGuards
  | PaymentRepository
  | DisputeRepository
  | SavedMethodRepository
  | SoldGiftCards
  | StoreRepository
  | Stores
  | Transactor
  | UserRepository
> = Layer.effect(Payments, make)
