/**
 * The port to a payment gateway: what every adapter implements, in the engine's words.
 *
 * Amounts are the engine's (minor units of ISO 4217); an adapter converts them to what its gateway counts in. Every
 * call that moves money carries an idempotency key: repeating it must not move the money again. An adapter limits its
 * own calls in time and answers `GatewayUnavailable` when it cannot know the outcome, never a guess.
 */
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Money } from "../kernel/Money.ts"
import { StoaError } from "../kernel/StoaError.ts"
import type { NextAction, PaymentFailure } from "./Payment.ts"

/** What a gateway says of a payment. */
export interface GatewayPayment {
  readonly reference: string
  readonly status: "processing" | "requires_action" | "authorized" | "captured" | "failed" | "cancelled"
  /** What was authorised or captured, as the gateway has it: compared with what was asked. */
  readonly amount: Money
  readonly nextAction: NextAction | null
  readonly failure: PaymentFailure | null
}

export interface GatewayRefund {
  readonly reference: string
  readonly status: "pending" | "succeeded" | "failed"
  readonly amount: Money
  readonly failure: PaymentFailure | null
}

/** An event that a gateway sent, after its signature was found right. */
export interface GatewayEvent {
  /** The same for every delivery of the same event. */
  readonly key: string
  readonly type: string
  /** The payment it is about, if it is about one, by the gateway's id or by ours. */
  readonly gatewayReference: string | null
  readonly paymentId: string | null
}

/** The gateway did not answer, or not so that the outcome is known. Ask again with the same idempotency key. */
export class GatewayUnavailable extends StoaError<GatewayUnavailable>()("GatewayUnavailable", {
  code: "gateway_unavailable",
  kind: "unavailable"
}, { gateway: Schema.String, detail: Schema.String }) {
  override get message(): string {
    return `The payment gateway ${this.gateway} did not answer`
  }
}

/** The gateway answered that it will not do this, now or later. */
export class GatewayRejected extends StoaError<GatewayRejected>()("GatewayRejected", {
  code: "gateway_rejected",
  kind: "payment"
}, { gateway: Schema.String, gatewayCode: Schema.NullOr(Schema.String), detail: Schema.String }) {
  override get message(): string {
    return `The payment gateway ${this.gateway} refused: ${this.detail}`
  }
}

/** The webhook is not from the gateway, or too old. Nothing was read from it. */
export class WebhookRejected extends StoaError<WebhookRejected>()("WebhookRejected", {
  code: "webhook_rejected",
  kind: "invalid"
}, {
  gateway: Schema.String,
  reason: Schema.Literals(["missing_signature", "wrong_signature", "stale", "malformed"])
}) {
  override get message(): string {
    return `The webhook was rejected: ${this.reason}`
  }
}

export type GatewayError = GatewayUnavailable | GatewayRejected

export interface PaymentGateway {
  /** Lower-case, part of the webhook's address: `"sandbox"`. */
  readonly name: string
  readonly capabilities: {
    readonly currencies: "all" | ReadonlyArray<string>
    readonly manualCapture: boolean
    readonly partialRefund: boolean
    /**
     * The methods that there are, for a gateway that has a list of them; others are refused before anything is written.
     * Left out where a method is a token of the gateway's that only it can know.
     */
    readonly methods?: ReadonlyArray<string>
  }
  /** Asks for the money. Repeating it with the same key returns the same payment. */
  readonly create: (request: {
    readonly paymentId: string
    readonly orderNumber: number
    readonly idempotencyKey: string
    readonly amount: Money
    readonly method: string | null
    readonly returnUrl: string | null
    readonly email: string
    /** `false`: authorise only. */
    readonly capture: boolean
  }) => Effect.Effect<GatewayPayment, GatewayError>
  /** What has become of a payment; `undefined` if the gateway never heard of it. */
  readonly retrieve: (payment: {
    readonly paymentId: string
    readonly gatewayReference: string | null
    readonly idempotencyKey: string
  }) => Effect.Effect<GatewayPayment | undefined, GatewayError>
  readonly capture: (request: {
    readonly gatewayReference: string
    readonly idempotencyKey: string
    readonly amount: Money
  }) => Effect.Effect<GatewayPayment, GatewayError>
  /** Gives up a payment that was not captured. */
  readonly cancel: (request: {
    readonly gatewayReference: string
    readonly idempotencyKey: string
  }) => Effect.Effect<GatewayPayment, GatewayError>
  readonly refund: (request: {
    readonly gatewayReference: string
    readonly idempotencyKey: string
    readonly amount: Money
  }) => Effect.Effect<GatewayRefund, GatewayError>
  /** Checks the signature over the raw body, then reads it. Header names are in lower case. */
  readonly parseWebhook: (request: {
    readonly body: Uint8Array
    readonly headers: Readonly<Record<string, string | undefined>>
  }) => Effect.Effect<GatewayEvent, WebhookRejected>
}
