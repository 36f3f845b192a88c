/**
 * Payments: getting the money of orders through gateways, and giving it back, so that nobody is charged twice and
 * nothing is lost, whatever is repeated, delayed, reordered or cut off.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InsufficientStock } from "../inventory/InventoryErrors.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Forbidden, Unauthenticated } from "../kernel/Permission.ts"
import type { IllegalTransition } from "../kernel/StateMachine.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { Order } from "../orders/Order.ts"
import type { OrderNotFound } from "../orders/OrdersErrors.ts"
import type { AccountBalance, LedgerEntry } from "./Ledger.ts"
import type { CreateRefund, InitializePayment, ListPayments, Payment, PaymentMethod, Refund } from "./Payment.ts"
import type { GatewayError, WebhookRejected } from "./PaymentGateway.ts"
import type { StoredPayment } from "./PaymentRepository.ts"
import type {
  CurrencyUnsupported,
  GatewayNotFound,
  InvalidRefund,
  OrderNotPayable,
  PaymentNotFound,
  RefundExceedsCaptured
} from "./PaymentsErrors.ts"

type Denied = Forbidden | Unauthenticated

/** What the recovery found and did. */
export interface Recovery {
  readonly paymentsSettled: number
  readonly refundsSettled: number
  readonly ordersCancelled: number
}

export class Payments extends Context.Service<Payments, {
  /** The names of the gateways of this engine. */
  readonly gateways: ReadonlyArray<string>
  /**
   * Writes the attempt to pay an order, in the current transaction, before any gateway hears of it. Fails where the
   * gateway is unknown or does not take the currency. One statement.
   */
  readonly begin: (
    order: Order,
    method: PaymentMethod
  ) => Effect.Effect<StoredPayment, GatewayNotFound | CurrencyUnsupported | StorageError>
  /**
   * Calls the gateway for an attempt and records the answer. Safe to repeat. If the gateway does not answer, the
   * payment stays `pending` and the recovery finds out later.
   */
  readonly attempt: (
    paymentId: string
  ) => Effect.Effect<Payment, PaymentNotFound | GatewayNotFound | StorageError>
  /** Another attempt for an order that is not paid: its stock is reserved again if it was released. */
  readonly initialize: (
    input: typeof InitializePayment.Encoded
  ) => Effect.Effect<
    Payment,
    | InvalidInput
    | OrderNotFound
    | OrderNotPayable
    | GatewayNotFound
    | CurrencyUnsupported
    | InsufficientStock
    | PaymentNotFound
    | VersionConflict
    | StorageError
  >
  /** Asks the gateway what has become of a payment (ours by id, or the gateway's reference) and records it. */
  readonly verify: (
    reference: string
  ) => Effect.Effect<Payment, PaymentNotFound | GatewayNotFound | GatewayError | StorageError>
  readonly get: (id: string) => Effect.Effect<Payment, PaymentNotFound | StorageError>
  /** The calling customer's payments, newest first. */
  readonly listMine: (
    input?: typeof ListPayments.Encoded
  ) => Effect.Effect<Page<Payment>, InvalidInput | StorageError | Denied>
  /** All payments, newest first. Needs `payments:read`. */
  readonly list: (
    input?: typeof ListPayments.Encoded
  ) => Effect.Effect<Page<Payment>, InvalidInput | StorageError | Denied>
  /** Takes authorised money. Needs `payments:write`. */
  readonly capture: (
    paymentId: string
  ) => Effect.Effect<
    Payment,
    PaymentNotFound | GatewayNotFound | IllegalTransition | GatewayError | StorageError | Denied
  >
  /** Gives up a payment that was not captured. Needs `payments:write`. */
  readonly cancel: (
    paymentId: string
  ) => Effect.Effect<
    Payment,
    PaymentNotFound | GatewayNotFound | IllegalTransition | GatewayError | StorageError | Denied
  >
  /**
   * Gives money of an order back, all that is left or a part. The refund is a row first, so it counts at once and is
   * finished later if the gateway does not answer (state `pending`). Needs `orders:refund`.
   */
  readonly refund: (
    orderId: string,
    input: typeof CreateRefund.Encoded
  ) => Effect.Effect<
    Refund,
    | InvalidInput
    | OrderNotFound
    | PaymentNotFound
    | RefundExceedsCaptured
    | InvalidRefund
    | VersionConflict
    | StorageError
    | Denied
  >
  readonly refunds: (orderId: string) => Effect.Effect<ReadonlyArray<Refund>, OrderNotFound | StorageError>
  /**
   * Takes a webhook in: checks the signature over the raw body, stores it once, queues its work. The work asks the
   * gateway for the truth; nothing in the webhook itself is believed.
   */
  readonly receiveWebhook: (
    gateway: string,
    request: { readonly body: Uint8Array; readonly headers: Readonly<Record<string, string | undefined>> }
  ) => Effect.Effect<{ readonly duplicate: boolean }, GatewayNotFound | WebhookRejected | StorageError>
  /**
   * Brings everything that was cut off to an end: asks gateways about open payments, repeats open refunds, cancels
   * unpaid orders whose time is up. Runs as a cron job in every store; safe at any time, from many processes.
   */
  readonly recover: Effect.Effect<Recovery, StorageError>
  /** The books' entries of an order. Needs `payments:read`. */
  readonly ledger: (orderId: string) => Effect.Effect<ReadonlyArray<LedgerEntry>, StorageError | Denied>
  /** What each account holds; the sum over all is zero in each currency. Needs `payments:read`. */
  readonly balances: Effect.Effect<ReadonlyArray<typeof AccountBalance.Type>, StorageError | Denied>
}>()("@stoa/core/payments/Payments") {}
