/**
 * The port to a payment gateway: what every adapter implements, in the engine's words.
 *
 * **Details**
 *
 * Amounts are the engine's (minor units of ISO 4217); an adapter converts them to what its gateway counts in, with
 * `GatewayUnits`. Every call that moves money carries an idempotency key: repeating it must not move the money again. An
 * adapter limits its own calls in time and answers `GatewayUnavailable` when it cannot know the outcome, never a guess.
 * Where its gateway refuses the shop's key it answers `GatewayMisconfigured`.
 *
 * **Gotchas**
 *
 * A key must hold even where the gateway itself has none: the adapter then looks for what carries the key before it asks
 * again. The engine never has two calls with the same key on their way on purpose, but a call whose answer was lost may
 * still be at work when the next one comes.
 *
 * `gatewayConformance` of `@stoa/core/testing` checks all of it.
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { GatewayCard } from "../fraud/Card.ts"
import type { Currency } from "../kernel/Currency.ts"
import type { Money } from "../kernel/Money.ts"
import { StoaError } from "../kernel/StoaError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { advice, type FailureAdvice, FailureCode, type NextAction, type PaymentFailure } from "./Payment.ts"

/** A means of payment that a gateway keeps for a customer: never a card number, only what names it there. */
export interface GatewayMethod {
  /** The gateway's own name for it, to pay with again. Useless without the shop's key. */
  readonly reference: string
  /** `"card"`, `"bank_account"`, or whatever the gateway calls it. */
  readonly type: string
  readonly brand: string | null
  readonly last4: string | null
  readonly expiresMonth: number | null
  readonly expiresYear: number | null
  /** What is the same for the same card however often it is kept, where the gateway says it. */
  readonly fingerprint?: string | null
}

/** What a gateway says of a payment. */
export interface GatewayPayment {
  readonly reference: string
  readonly status: "processing" | "requires_action" | "authorized" | "captured" | "failed" | "cancelled"
  /** What was authorised or captured, as the gateway has it: compared with what was asked. */
  readonly amount: Money
  readonly nextAction: NextAction | null
  readonly failure: PaymentFailure | null
  /** What the gateway keeps of it, where the buyer agreed to that. */
  readonly savedMethod?: GatewayMethod | null
  /** The card that it was or should have been paid with, where the gateway tells. */
  readonly card?: GatewayCard | null
}

export interface GatewayRefund {
  readonly reference: string
  /** `failed` is final: the shop has the money. What `succeeded` may still fail, when the buyer's bank sends the money back. */
  readonly status: "pending" | "succeeded" | "failed"
  readonly amount: Money
  readonly failure: PaymentFailure | null
}

/** A payment as a gateway lists it. */
export interface ListedPayment extends GatewayPayment {
  /** Our id, as the gateway was told; `null` for one that somebody else made there. */
  readonly paymentId: string | null
  /** What went back of it so far. */
  readonly refunded: Money
  /** What the gateway keeps for its work, once it is known. */
  readonly fee: Money | null
  readonly createdAt: Timestamp
}

/** A part of what happened at a gateway in a span of time. */
export interface ListedPayments {
  readonly items: ReadonlyArray<ListedPayment>
  /** Where the next part begins; `null` if this was the last. */
  readonly next: string | null
}

/** What became of keeping a means of payment without paying. */
export interface GatewaySetup {
  readonly reference: string
  readonly status: "requires_action" | "saved" | "failed"
  readonly nextAction: NextAction | null
  readonly failure: PaymentFailure | null
  readonly method: GatewayMethod | null
}

/** What a gateway says of a dispute. */
export interface GatewayDispute {
  readonly reference: string
  /** The payment that it is about, by the gateway's id. */
  readonly paymentReference: string
  readonly status: "needs_response" | "under_review" | "won" | "lost"
  readonly amount: Money
  /** What the gateway keeps for its work, in the currency of the amount; `null` if it does not say. */
  readonly fee: Money | null
  /** Whether it has taken the money from the shop. */
  readonly withdrawn: boolean
  readonly reason: string
  readonly respondBy: Timestamp | null
}

/** Money that a gateway sends to the shop's bank, or takes from it where the amount is negative. */
export interface GatewayPayout {
  readonly reference: string
  /** `pending`: on its way. `failed`: the bank did not take it, and the gateway has it again, also after it was `paid`. */
  readonly state: "pending" | "paid" | "failed"
  readonly amount: Money
  /** When it is at the bank, as far as the gateway knows. */
  readonly arrivesAt: Timestamp | null
  readonly createdAt: Timestamp
  /** Whether the gateway says what it is made of. */
  readonly itemised: boolean
  /** What the gateway says of it as a whole, in sums, besides what `entries` tells one by one. */
  readonly besides: ReadonlyArray<GatewayPayoutEntry>
}

/** One thing that a payout is made of, in the payout's currency. All of them, less their fees, are the payout. */
export interface GatewayPayoutEntry {
  /** Its name at the gateway, once in a payout. */
  readonly reference: string
  /** `fee`: one that is of no single payment. `other`: what the gateway does not tell apart, or that is none of these. */
  readonly kind: "charge" | "refund" | "dispute" | "fee" | "other"
  /** The payment that it is about, by the gateway's id, if it is about one. */
  readonly paymentReference: string | null
  /** What it adds to the payout, or takes from it, before the fee. */
  readonly amount: Money
  /** What the gateway kept of it for its work. */
  readonly fee: Money
}

/** A part of a list: at most 100, and where the next part begins; `null` if this was the last. */
export interface GatewayPart<A> {
  readonly items: ReadonlyArray<A>
  readonly next: string | null
}

/** An event that a gateway sent, after its signature was found right. */
export interface GatewayEvent {
  /** The same for every delivery of the same event. */
  readonly key: string
  readonly type: string
  /** The payment it is about, if it is about one, by the gateway's id or by ours. */
  readonly gatewayReference: string | null
  readonly paymentId: string | null
  /** The dispute it is about, if it is about one, by the gateway's id. */
  readonly disputeReference?: string | null
  /** What was to be kept without paying, if it is about that, by the gateway's id. */
  readonly setupReference?: string | null
  /** The refund it is about, by the gateway's id, where it says one: its payment is found by that as well. */
  readonly refundReference?: string | null
}

/** The gateway did not answer, or not so that the outcome is known. Ask again with the same idempotency key. */
export class GatewayUnavailable extends StoaError<GatewayUnavailable>()("GatewayUnavailable", {
  code: "gateway_unavailable",
  kind: "unavailable"
}, { gateway: Schema.String, detail: Schema.String }) {
  /** What a buyer can do about it. */
  get advice(): FailureAdvice {
    return "retry"
  }

  override get message(): string {
    return `The payment gateway ${this.gateway} did not answer`
  }
}

/**
 * The gateway does not accept the shop's key, or does not let it do this, so nothing was done there. It goes on only once
 * staff have put it right: the call is not repeated, and says nothing of whether the gateway works.
 */
export class GatewayMisconfigured extends StoaError<GatewayMisconfigured>()("GatewayMisconfigured", {
  code: "gateway_misconfigured",
  kind: "unavailable"
}, {
  gateway: Schema.String,
  /** The gateway's own code, for staff. */
  gatewayCode: Schema.NullOr(Schema.String),
  /** What is wrong with the key, without the key. */
  detail: Schema.String
}) {
  /** What a buyer can do about it. */
  get advice(): FailureAdvice {
    return "contact"
  }

  override get message(): string {
    return `The payment gateway ${this.gateway} does not accept the shop's credentials; check its keys in the settings of the shop`
  }
}

/** The gateway answered that it will not do this, now or later. */
export class GatewayRejected extends StoaError<GatewayRejected>()("GatewayRejected", {
  code: "gateway_rejected",
  kind: "payment"
}, {
  gateway: Schema.String,
  /** The gateway's own code, for staff. */
  gatewayCode: Schema.NullOr(Schema.String),
  detail: Schema.String,
  /** Why, where the engine has a word for it; otherwise something is wrong between the shop and the gateway. */
  failure: Schema.optionalKey(FailureCode)
}) {
  /** What a buyer can do about it. */
  get advice(): FailureAdvice {
    return advice(this.failure ?? "gateway_error")
  }

  override get message(): string {
    return `The payment gateway ${this.gateway} refused: ${this.detail}`
  }
}

/** The webhook is not from the gateway, too old, or too large. Nothing was read from it. */
export class WebhookRejected extends StoaError<WebhookRejected>()("WebhookRejected", {
  code: "webhook_rejected",
  kind: "invalid"
}, {
  gateway: Schema.String,
  /** `stale`: its time is too far from ours, in the past or in the future. */
  reason: Schema.Literals(["missing_signature", "wrong_signature", "stale", "malformed", "oversized"])
}) {
  override get message(): string {
    return `The webhook was rejected: ${this.reason}`
  }
}

export type GatewayError = GatewayUnavailable | GatewayRejected | GatewayMisconfigured

/** What amounts of a currency a gateway takes, in the engine's minor unit. */
export interface AmountLimits {
  readonly minimum?: number
  readonly maximum?: number
  /** Amounts must be multiples of this. */
  readonly step?: number
}

export interface GatewayCapabilities {
  readonly currencies: "all" | ReadonlyArray<string>
  /** Whether money can be authorised now and taken later. Without it, `create` with `capture: false` is refused. */
  readonly manualCapture: boolean
  /** Whether less than what was authorised can be taken. The rest is released. */
  readonly partialCapture: boolean
  readonly partialRefund: boolean
  /** Whether it keeps means of payment, to pay with again without the buyer. */
  readonly savedMethods: boolean
  /** It is no money but what the shop owes already, such as a gift card: what goes back goes to other payments first. */
  readonly storedValue?: boolean
  /**
   * How a key is kept: by the gateway (`keys`), or by the adapter, which looks for what carries the key before it asks
   * again (`references`).
   */
  readonly idempotency: "keys" | "references"
  /**
   * The methods that there are, for a gateway that has a list of them; others are refused before anything is written.
   * Left out where a method is a token of the gateway's that only it can know.
   */
  readonly methods?: ReadonlyArray<string>
  /**
   * Whether money comes past every gateway: in cash, or by a transfer that staff find on the bank's statement. Nobody is
   * ever asked what has become of it; staff say so. `false` if it is left out.
   */
  readonly offline?: boolean
  /**
   * Whether money may come for a payment that was given up, because a buyer who is at the gateway's page cannot be
   * stopped. The engine then gives it back. `false` if it is left out.
   */
  readonly lateMoney?: boolean
  /** The countries (ISO 3166-1, two letters) whose buyers it is chosen for; all if it is left out. */
  readonly countries?: ReadonlyArray<string>
  /** How long an authorisation holds. Seven days, the shortest that card networks grant, if it is left out. */
  readonly authorizedFor?: Duration.Input
  /** What payments may come to; anything above zero if it is left out. */
  readonly limits?: (currency: Currency) => AmountLimits
}

/** What the gateway is told of a payment in later calls. */
export interface KnownPayment {
  readonly paymentId: string
  /** `null` while its answer to `create` has not arrived. */
  readonly gatewayReference: string | null
  /** The key that `create` was asked with. */
  readonly idempotencyKey: string
}

export interface PaymentGateway {
  /** Lower-case, part of the webhook's address: `"sandbox"`. */
  readonly name: string
  readonly capabilities: GatewayCapabilities
  /** How long one of its calls may take. What the engine is made with, 20 seconds, if it is left out. */
  readonly timeout?: Duration.Input
  /** What to tell a buyer whose money is awaited: where to transfer it to, for example. */
  readonly instructions?: (payment: { readonly amount: Money; readonly reference: string }) => string
  /** Asks whether the gateway is there, without moving anything. Left out where there is nothing harmless to ask. */
  readonly ping?: Effect.Effect<void, GatewayError>
  /** Asks for the money. Repeating it with the same key returns the same payment. */
  readonly create: (request: {
    readonly paymentId: string
    readonly orderNumber: number
    readonly idempotencyKey: string
    readonly amount: Money
    /** What the gateway calls the means: a token from the buyer's browser, never a card number. */
    readonly method: string | null
    readonly returnUrl: string | null
    readonly email: string
    /** `false`: authorise only. */
    readonly capture: boolean
    /**
     * A means that this gateway keeps, by its reference, instead of `method`. The buyer is there and can be sent to the
     * bank's page, unless `offSession` says otherwise.
     */
    readonly savedMethod?: string | null
    /** The shop pays with `savedMethod` by itself, as the buyer agreed before: what needs the buyer is declined. */
    readonly offSession?: boolean
    /** The buyer agrees that the means is kept: the answer brings it as `savedMethod` once it has worked. */
    readonly saveMethod?: boolean
  }) => Effect.Effect<GatewayPayment, GatewayError>
  /**
   * Goes on with a payment whose buyer has come back from what `nextAction` asked for. Where the gateway goes on by
   * itself, this is `retrieve`.
   */
  readonly confirm: (request: {
    readonly paymentId: string
    readonly gatewayReference: string
    readonly idempotencyKey: string
    readonly returnUrl: string | null
  }) => Effect.Effect<GatewayPayment, GatewayError>
  /** What has become of a payment; `undefined` if the gateway never heard of it. */
  readonly retrieve: (payment: KnownPayment) => Effect.Effect<GatewayPayment | undefined, GatewayError>
  /** Takes what was authorised, or a part of it. What was captured already stays as it is. */
  readonly capture: (request: {
    readonly gatewayReference: string
    readonly idempotencyKey: string
    readonly amount: Money
  }) => Effect.Effect<GatewayPayment, GatewayError>
  /** Gives up (voids) a payment that was not captured. */
  readonly cancel: (request: {
    readonly gatewayReference: string
    readonly idempotencyKey: string
  }) => Effect.Effect<GatewayPayment, GatewayError>
  readonly refund: (request: {
    readonly gatewayReference: string
    readonly idempotencyKey: string
    readonly amount: Money
  }) => Effect.Effect<GatewayRefund, GatewayError>
  /** What has become of a refund; `undefined` if the gateway never heard of it. */
  readonly retrieveRefund: (request: {
    readonly gatewayReference: string
    /** `null` while the answer to `refund` has not arrived. */
    readonly refundReference: string | null
    readonly idempotencyKey: string
  }) => Effect.Effect<GatewayRefund | undefined, GatewayError>
  /** Payments made there in a span of time (`since` included, `until` not), in parts of at most 100. */
  readonly list: (window: {
    readonly since: Timestamp
    readonly until: Timestamp
    /** `next` of the part before. */
    readonly after: string | null
  }) => Effect.Effect<ListedPayments, GatewayError>
  /** Checks the signature over the raw body, then reads it. Header names are in lower case. */
  readonly parseWebhook: (request: {
    readonly body: Uint8Array
    readonly headers: Readonly<Record<string, string | undefined>>
  }) => Effect.Effect<GatewayEvent, WebhookRejected>
  /** Keeps a means of payment without paying, where the gateway can. Repeating it with the same key changes nothing. */
  readonly setup?: (request: {
    readonly idempotencyKey: string
    readonly method: string
    readonly email: string
    readonly returnUrl: string | null
  }) => Effect.Effect<GatewaySetup, GatewayError>
  /** What has become of it, once the buyer has come back; `undefined` if the gateway never heard of it. With `setup` only. */
  readonly retrieveSetup?: (setup: {
    readonly reference: string
  }) => Effect.Effect<GatewaySetup | undefined, GatewayError>
  /** Disputes, where the gateway tells of them. Left out, staff write them down. */
  readonly disputes?: {
    /** What has become of one; `undefined` if the gateway never heard of it. */
    readonly retrieve: (reference: string) => Effect.Effect<GatewayDispute | undefined, GatewayError>
    /** The ids of disputes begun in a span of time (`since` included, `until` not), in parts: their webhooks may be lost. */
    readonly list: (window: {
      readonly since: Timestamp
      readonly until: Timestamp
      /** `next` of the part before. */
      readonly after: string | null
    }) => Effect.Effect<GatewayPart<string>, GatewayError>
    /** Says why the money is the shop's. It may be final, as it is at most gateways. */
    readonly submit: (request: {
      readonly reference: string
      readonly idempotencyKey: string
      readonly text: string
      /** What the gateway calls files that were given to it before. */
      readonly files: ReadonlyArray<string>
    }) => Effect.Effect<GatewayDispute, GatewayError>
  }
  /** What it has sent to the shop's bank, where it tells. */
  readonly payouts?: {
    /** Payouts made in a span of time (`since` included, `until` not), in parts. */
    readonly list: (window: {
      readonly since: Timestamp
      readonly until: Timestamp
      /** `next` of the part before. */
      readonly after: string | null
    }) => Effect.Effect<GatewayPart<GatewayPayout>, GatewayError>
    /** What one of them is made of, in parts. Asked of `itemised` ones alone. */
    readonly entries: (request: {
      readonly reference: string
      readonly after: string | null
    }) => Effect.Effect<GatewayPart<GatewayPayoutEntry>, GatewayError>
  }
  /** Forgets a means that it keeps. One that it does not know is forgotten already. */
  readonly forget?: (method: { readonly reference: string }) => Effect.Effect<void, GatewayError>
}
