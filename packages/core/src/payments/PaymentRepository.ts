import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Money } from "../kernel/Money.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { GatewayWebhook, ListGatewayWebhooks } from "./GatewayWebhook.ts"
import type { ListPayments, Payment, PaymentId, Refund, RefundId } from "./Payment.ts"
import type { Difference, ListDifferences } from "./Reconciliation.ts"

/** A payment with what is needed to ask the gateway again. */
export interface StoredPayment extends Payment {
  readonly idempotencyKey: string
  readonly method: string | null
  readonly returnUrl: string | null
  /** What the gateway was or is about to be told besides, until it has answered. */
  readonly requested: "capture" | "cancel" | null
  /** What of an authorisation is to be taken, or was, where that is less than all of it. */
  readonly toCapture: Money | null
  /**
   * How often the gateway has refused to take the money or to give the payment up: the next request has another key, as a gateway may
   * answer a key that it has refused with the same refusal for a day. Left out if it never has.
   */
  readonly refusals?: number
  /**
   * Whether a person has to decide before the order can use the money. `review`: it is only authorised where the gateway
   * can, and its order rests otherwise. `released`: nobody has anything against it, and it may be taken as soon as it is there and
   * its card was looked at.
   */
  readonly hold: "review" | "released" | null
  /**
   * The customer whom its means is to be kept for, until the gateway has told of it; empty where it is then to be
   * forgotten, because the customer was. Left out if it is not to be kept.
   */
  readonly keepsFor?: string | null
}

/** The payment without what is for the gateway and the recovery only. */
export const withoutSecrets = ({
  idempotencyKey: _k,
  hold: _h,
  method: _m,
  refusals: _n,
  toCapture: _t,
  requested: _r,
  returnUrl: _u,
  keepsFor: _s,
  ...payment
}: StoredPayment): Payment => payment

export interface StoredRefund extends Refund {
  readonly idempotencyKey: string
  readonly restock: boolean
  /** When the gateway is asked next whether the money of a refund that is done has come back; left out if it is not. */
  readonly askAt?: Timestamp
}

/** What payments ask of storage. */
export class PaymentRepository extends Context.Service<PaymentRepository, {
  /** Writes payments of orders that are placed with them. One statement; what it fails with may come with a later one. */
  readonly insertFirst: (payments: ReadonlyArray<StoredPayment>) => Effect.Effect<void, StorageError>
  /**
   * Writes another payment of an order. Fails with a retryable `StorageError` if that has a pending payment already. One
   * statement.
   */
  readonly insert: (payment: StoredPayment) => Effect.Effect<void, StorageError>
  readonly find: (id: string) => Effect.Effect<StoredPayment | undefined, StorageError>
  /** By the gateway's id, of one gateway or of whichever knows it. */
  readonly findByReference: (
    reference: string,
    gateway?: string
  ) => Effect.Effect<StoredPayment | undefined, StorageError>
  /** The payments of an order, oldest first. */
  readonly ofOrder: (orderId: string) => Effect.Effect<ReadonlyArray<StoredPayment>, StorageError>
  readonly list: (query: ListPayments, customerId?: string) => Effect.Effect<Page<Payment>, StorageError | InvalidInput>
  /** Writes what changes of a payment, if it still has the version before. */
  readonly update: (payment: StoredPayment) => Effect.Effect<void, StorageError | VersionConflict>
  /**
   * The same for several payments, in one statement; answers with those that have another version or that somebody else is writing,
   * who is not waited for. They stay as they are.
   */
  readonly updateAll: (payments: ReadonlyArray<StoredPayment>) => Effect.Effect<ReadonlyArray<string>, StorageError>
  /**
   * Payments of a gateway that are `pending` or `requires_action`, or of which something is requested, and were not
   * touched since a moment; the longest untouched first.
   */
  readonly unsettled: (
    gateway: string,
    before: Timestamp,
    limit: number
  ) => Effect.Effect<ReadonlyArray<PaymentId>, StorageError>
  /**
   * Payments through some gateways whose money is reserved until a moment at the latest and which nothing is requested of,
   * those whose time is over first. Each is answered once: it is marked in the current transaction.
   */
  readonly claimEnding: (
    gateways: ReadonlyArray<string>,
    until: Timestamp,
    limit: number
  ) => Effect.Effect<ReadonlyArray<StoredPayment>, StorageError>
  /** The same whose time is over, marked or not, and without marking them. */
  readonly expired: (
    gateways: ReadonlyArray<string>,
    now: Timestamp,
    limit: number
  ) => Effect.Effect<ReadonlyArray<StoredPayment>, StorageError>
  readonly insertRefund: (refund: StoredRefund) => Effect.Effect<void, StorageError>
  readonly findRefund: (id: string) => Effect.Effect<StoredRefund | undefined, StorageError>
  /** A refund that nobody else writes until the current transaction ends. */
  readonly holdRefund: (id: string) => Effect.Effect<StoredRefund | undefined, StorageError>
  /** The refunds of an order, oldest first. */
  readonly refunds: (orderId: string) => Effect.Effect<ReadonlyArray<StoredRefund>, StorageError>
  readonly updateRefund: (refund: StoredRefund) => Effect.Effect<void, StorageError | VersionConflict>
  /** Refunds of a gateway that are `pending` and were not touched since a moment; the longest untouched first. */
  readonly pendingRefunds: (
    gateway: string,
    before: Timestamp,
    limit: number
  ) => Effect.Effect<ReadonlyArray<RefundId>, StorageError>
  /** Refunds of a gateway that are done and whose money may have come back: those that are to be asked about by a moment, the longest due first. */
  readonly doneRefunds: (gateway: string, until: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<RefundId>, StorageError>
  /** When the gateway is asked about a refund again; `null` if it is not any more. */
  readonly askRefundAt: (id: string, at: Timestamp | null) => Effect.Effect<void, StorageError>
  /** The payment of a gateway of which a refund is, by the gateway's id of that. */
  readonly ofRefund: (gateway: string, reference: string) => Effect.Effect<StoredPayment | undefined, StorageError>
  /**
   * What gateways were asked to give back of payments besides what is `refunded` of them, by the payment's id and in minor units: what
   * is on its way, and what they have taken in and was not done, or came back.
   */
  readonly besideRefunded: (
    paymentIds: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyMap<string, { readonly pending: number; readonly failed: number }>, StorageError>
  /** Takes a webhook in; `false` if its key is there already. */
  readonly receive: (event: GatewayWebhook) => Effect.Effect<boolean, StorageError>
  readonly findInbox: (gateway: string, key: string) => Effect.Effect<GatewayWebhook | undefined, StorageError>
  readonly closeInbox: (
    gateway: string,
    key: string,
    status: "handled" | "unrelated" | "orphan"
  ) => Effect.Effect<void, StorageError>
  /** Notes why a webhook that waits could not be worked off, and that it is `dead` if it is not tried again. */
  readonly failInbox: (gateway: string, key: string, failure: string, isDead: boolean) => Effect.Effect<void, StorageError>
  /** Lets a webhook that is dead or orphaned wait again; `false` if it is neither. */
  readonly reopenInbox: (gateway: string, key: string) => Effect.Effect<boolean, StorageError>
  /** Webhooks, the newest first. */
  readonly inbox: (query: ListGatewayWebhooks) => Effect.Effect<Page<GatewayWebhook>, StorageError | InvalidInput>
  /** The payments of a gateway with one of these references of its own, or one of these ids. */
  readonly known: (
    gateway: string,
    references: ReadonlyArray<string>,
    ids: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyArray<StoredPayment>, StorageError>
  /** Payments of a gateway that took money and were made in a span of time (its end excluded), by id, after one of them. */
  readonly takenBetween: (
    gateway: string,
    since: Timestamp,
    until: Timestamp,
    after: string,
    limit: number
  ) => Effect.Effect<ReadonlyArray<StoredPayment>, StorageError>
  /** The fees of payments that are in the books, by the payment's id. */
  readonly fees: (paymentIds: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, Money>, StorageError>
  /** Writes differences down; one that is known keeps its id and the time at which it was first seen. */
  readonly noteDifferences: (differences: ReadonlyArray<Difference>) => Effect.Effect<void, StorageError>
  /** Open differences of payments in which none is found any more are `gone`. */
  readonly closeDifferences: (
    gateway: string,
    references: ReadonlyArray<string>,
    at: Timestamp
  ) => Effect.Effect<void, StorageError>
  /** Differences, the newest first. */
  readonly differences: (query: ListDifferences) => Effect.Effect<Page<Difference>, StorageError | InvalidInput>
}>()("@stoa/core/payments/PaymentRepository") {}
