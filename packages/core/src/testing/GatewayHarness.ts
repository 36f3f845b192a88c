import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Money } from "../kernel/Money.ts"
import type { PaymentGateway } from "../payments/PaymentGateway.ts"

/** What a buyer, their bank or the gateway does with a payment. */
export type Behaviour =
  /** The buyer pays, and nobody has to go anywhere that the gateway does not send everybody to. */
  | "pays"
  | "is_declined"
  | "has_too_little"
  /** The buyer has to agree at a page first, even where the gateway does not send everybody to one. */
  | "is_sent_away"
  /** Something goes wrong at the gateway, which takes another amount than it was asked for. */
  | "pays_another_amount"

/** How the next request that changes something at the gateway goes wrong. */
export type GatewayFault =
  /** It does not arrive. */
  | "lost_request"
  /** It is done, but the answer is lost. */
  | "lost_answer"
  /** The gateway answers that something broke on its side, and did nothing. */
  | "broken"
  /** The answer makes no sense, though it was done. */
  | "gibberish"

/** How nothing comes of any request, also of those that only ask. */
export type GatewayOutage =
  /** No connection holds: nothing arrives. */
  | "unreachable"
  /** Everything arrives and is done, and nothing is ever answered. */
  | "silent"
  /** Something is broken at the gateway, which says so and does nothing. */
  | "broken"

export const outages: ReadonlyArray<GatewayOutage> = ["unreachable", "silent", "broken"]

export const faults: ReadonlyArray<GatewayFault> = ["lost_request", "lost_answer", "broken", "gibberish"]

/** A webhook as it goes over the wire. */
export interface WebhookRequest {
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

/** What the gateway itself has written of a payment. */
export interface GatewayRecord {
  readonly reference: string
  /** Our id, as the gateway was told. */
  readonly paymentId: string
  /** What was taken of the buyer's money; zero while it is only authorised. */
  readonly captured: Money
  /** What went back of it, or is on its way; not what came back to the shop because the buyer's bank did not take it. */
  readonly refunded: Money
}

/** Refunds of a fake gateway that are not done when they are asked for. */
export interface RefundsUnderTest {
  /** From now on, a refund is only taken in, and done later. Nothing where the gateway does so always. */
  readonly takeTime: Effect.Effect<void>
  /** The money of a refund arrives at the buyer, or comes back to the shop: the gateway's id of it, as `refund` answered. */
  readonly end: (refund: string, outcome: "succeeded" | "failed") => Effect.Effect<void>
  /** The money of a refund that was done comes back to the shop, where the gateway tells of that. */
  readonly comeBack?: (refund: string) => Effect.Effect<void>
  /** The webhook about what a refund is now, signed at this moment, where the gateway sends one. */
  readonly webhook?: (refund: string) => Effect.Effect<WebhookRequest>
}

/** The disputes of a fake gateway. */
export interface DisputesUnderTest {
  /** A buyer disputes all of a payment; the gateway's id of it. */
  readonly open: (paymentReference: string) => Effect.Effect<string>
  /** What evidence has to have with it, by the gateway's names: files that were given to it before. */
  readonly files?: ReadonlyArray<string>
  /** The bank decides. */
  readonly decide: (dispute: string, outcome: "won" | "lost") => Effect.Effect<void>
  /** The webhook about what a dispute is now, signed at this moment. */
  readonly webhook: (dispute: string) => Effect.Effect<WebhookRequest>
}

/** The payouts of a fake gateway. */
export interface PayoutsUnderTest {
  /** The gateway pays out all that it has not paid out yet: the payout's id, and what comes to the bank. */
  readonly make: Effect.Effect<{ readonly reference: string; readonly amount: Money }>
}

/** Means of payment that a fake gateway keeps. */
export interface SavedMethodsUnderTest {
  /** From now on, banks want to see whoever pays with what is kept, where the gateway can send them there. */
  readonly challenge?: Effect.Effect<void>
  /** Keeping without a payment, where the gateway can. */
  readonly setups?: {
    /** The buyer agrees, or not, at the page that a setup sent them to. */
    readonly visit: (setup: string, agrees: boolean) => Effect.Effect<void>
    /** The webhook about what a setup is now, signed at this moment. */
    readonly webhook: (setup: string) => Effect.Effect<WebhookRequest>
  }
}

/** A gateway under test, in front of a fake of the real one whose every move the test decides. */
export interface GatewayUnderTest {
  readonly gateway: PaymentGateway
  /** What `create` is asked with as `method` for something to happen; `null` where only the buyer's visit decides. */
  readonly method: (behaviour: Behaviour) => string | null
  /** The buyer does something at the page that a payment sent them to. Nothing, if the page is closed. */
  readonly visit: (reference: string, behaviour: Behaviour) => Effect.Effect<void>
  /** The buyer turns round at that page, or lets the time pass. */
  readonly leave: (reference: string) => Effect.Effect<void>
  /** Everything that the gateway has written. */
  readonly records: Effect.Effect<ReadonlyArray<GatewayRecord>>
  /** Refunds that end later, where the gateway has them: money that comes back from the buyer's bank, above all. */
  readonly refunds?: RefundsUnderTest
  /** Disputes, where the gateway tells of them. */
  readonly disputes?: DisputesUnderTest
  /** Payouts, where the gateway tells of them. */
  readonly payouts?: PayoutsUnderTest
  /** What it keeps to pay with again, where there is more to it than paying. */
  readonly savedMethods?: SavedMethodsUnderTest
  /** The next request that changes something goes wrong. */
  readonly fail: (fault: GatewayFault) => Effect.Effect<void>
  /** From now on, nothing comes of any request, also of those that only ask; `null`: all is well again. */
  readonly outage: (kind: GatewayOutage | null) => Effect.Effect<void>
  /** From now on, the gateway does not accept the shop's key any more, or it does again. */
  readonly revoke: (isRevoked: boolean) => Effect.Effect<void>
  /** The webhook about what a payment is now, signed at this moment. */
  readonly webhook: (reference: string) => Effect.Effect<WebhookRequest>
  /** Signs anything as the gateway does. The gateway's own secret and this moment, if nothing else is said. */
  readonly sign: (
    body: Uint8Array,
    options?: { readonly secret?: string; readonly atSeconds?: number }
  ) => Effect.Effect<WebhookRequest>
  /** What must never be seen in an answer or an error: keys, webhook secrets, client secrets. */
  readonly secrets: ReadonlyArray<string>
}

/** A payment gateway's adapter, for `gatewayConformance`. */
export interface GatewayHarness {
  /** Names the adapter in the test report. */
  readonly name: string
  /** A gateway with an empty fake behind it, which is gone when the scope closes. Time is the test's clock. */
  readonly open: Effect.Effect<GatewayUnderTest, unknown, Scope.Scope>
  /** A currency that the gateway takes, in which most tests pay. */
  readonly currency: string
  /** Whether it tells of disputes. `false` if it is left out. */
  readonly disputes?: boolean
  /** Whether it tells of payouts. `false` if it is left out. */
  readonly payouts?: boolean
  readonly webhooks: {
    /** Whether the signature covers the body. Where it does not, nothing in a webhook may be believed. */
    readonly signsBody: boolean
    /** Whether the signature covers the time, so that old webhooks and those from the future are refused. */
    readonly signsTime: boolean
  }
}
