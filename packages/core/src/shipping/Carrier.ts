/**
 * The port to a carrier: what every adapter implements, in the engine's words.
 *
 * **Details**
 *
 * Weights are grams, lengths millimetres, amounts minor units of ISO 4217. An adapter limits its own calls in time and answers
 * `CarrierUnavailable` when it cannot know the outcome, never a guess. Buying carries an idempotency key: repeating it must
 * not buy a second label, also where the answer to the first call was lost.
 *
 * `carrierConformance` of `@stoa/core/testing` checks all of it.
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Address } from "../kernel/Address.ts"
import type { Place } from "../kernel/Area.ts"
import type { Money } from "../kernel/Money.ts"
import { StoaError } from "../kernel/StoaError.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

const side = Schema.optionalKey(Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100_000 }))))

/** One parcel as it was packed. */
export const PackedParcel = Schema.Struct({
  grams: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000_000 })),
  lengthMm: side,
  widthMm: side,
  heightMm: side
}).annotate({ identifier: "PackedParcel" })
export interface PackedParcel extends Schema.Schema.Type<typeof PackedParcel> {}

/** What a carrier is asked about rates. Nothing in it says who buys. */
export interface RateQuestion {
  readonly from: Address
  readonly to: Place
  readonly currency: string
  /**
   * Parcels of a weight and a size and how many there are. One of goods without a weight weighs a gram, for carriers take no
   * less; what goods take up without their packing, in cubic millimetres, is 0 where nobody has measured them.
   */
  readonly parcels: ReadonlyArray<{ readonly grams: number; readonly cubicMm: number; readonly count: number }>
}

/** What a carrier asks for all the parcels together. */
export interface CarrierRate {
  /** The carrier's own name for it: `"express"`. */
  readonly service: string
  readonly price: Money
}

export interface LabelRequest {
  /** The same for every attempt to buy the same label. */
  readonly idempotencyKey: string
  /** What people find the shipment by: the order's number. */
  readonly reference: string
  readonly service: string
  readonly from: Address
  readonly to: Address
  readonly parcels: ReadonlyArray<PackedParcel>
}

/** By which a parcel can be followed, and where. */
export const TrackingNumber = Schema.Struct({
  number: name(100),
  url: Schema.NullOr(text(2_000).check(Schema.isPattern(/^https?:\/\/\S+$/, { expected: "an address that begins with https://" })))
})
export interface TrackingNumber extends Schema.Schema.Type<typeof TrackingNumber> {}

/** A label that was bought. */
export interface CarrierLabel {
  /** The carrier's own id of the shipment, by which it is void and its news come. */
  readonly reference: string
  /** A number for each parcel, or one for all, by which buyers follow it. */
  readonly tracking: ReadonlyArray<TrackingNumber>
  /** What it costs the shop, if the carrier says so. */
  readonly price: Money | null
  /** What is printed: at most a megabyte. */
  readonly document: { readonly mediaType: string; readonly data: Uint8Array }
}

/** What became of a shipment. `failed`: it could not be handed over. */
export const CarrierStatus = Schema.Literals(["in_transit", "out_for_delivery", "failed", "delivered", "returned"])
export type CarrierStatus = typeof CarrierStatus.Type

/** One thing that happened to a shipment. */
export const CarrierNews = Schema.Struct({
  /** The same for every time that it is told. */
  key: text(200),
  /** `CarrierLabel.reference` */
  reference: text(200),
  status: CarrierStatus,
  /** When it happened, by the carrier's clock. */
  at: Timestamp,
  /** In the carrier's words: "Nobody was at home". */
  detail: text(500)
}).annotate({ identifier: "CarrierNews" })
export interface CarrierNews extends Schema.Schema.Type<typeof CarrierNews> {}

/** The carrier did not answer, or not so that the outcome is known. Ask again with the same idempotency key. */
export class CarrierUnavailable extends StoaError<CarrierUnavailable>()("CarrierUnavailable", {
  code: "carrier_unavailable",
  kind: "unavailable"
}, { carrier: Schema.String, detail: Schema.String }) {
  override get message(): string {
    return `The carrier ${this.carrier} did not answer`
  }
}

/** The carrier answered that it will not do this, now or later. */
export class CarrierRejected extends StoaError<CarrierRejected>()("CarrierRejected", {
  code: "carrier_rejected",
  kind: "conflict"
}, {
  carrier: Schema.String,
  /** The carrier's own code, for staff. */
  carrierCode: Schema.NullOr(Schema.String),
  detail: Schema.String
}) {
  override get message(): string {
    return `The carrier ${this.carrier} refused: ${this.detail}`
  }
}

/** The webhook is not from the carrier, too old, or too large. Nothing was read from it. */
export class CarrierWebhookRejected extends StoaError<CarrierWebhookRejected>()("CarrierWebhookRejected", {
  code: "webhook_rejected",
  kind: "invalid"
}, {
  carrier: Schema.String,
  reason: Schema.Literals(["missing_signature", "wrong_signature", "stale", "malformed", "oversized"])
}) {
  override get message(): string {
    return `The webhook was rejected: ${this.reason}`
  }
}

/** The engine was not given such a carrier. */
export class CarrierNotFound extends StoaError<CarrierNotFound>()("CarrierNotFound", {
  code: "carrier_not_found",
  kind: "not_found"
}, { carrier: Schema.String, available: Schema.Array(Schema.String) }) {
  override get message(): string {
    return `There is no carrier ${this.carrier}; there are ${this.available.join(", ") || "none"}`
  }
}

export type CarrierError = CarrierUnavailable | CarrierRejected

export interface Carrier {
  /** Names it in shipping methods and in the address of its webhooks: `"parcel-express"`. */
  readonly name: string
  /** How long it may take to answer; 20 seconds if it is left out. Rates at checkout are waited for less long. */
  readonly timeout?: Duration.Input
  /** What each service that goes there asks, in the currency that was asked for. */
  readonly rates: (question: RateQuestion) => Effect.Effect<ReadonlyArray<CarrierRate>, CarrierError>
  readonly buy: (request: LabelRequest) => Effect.Effect<CarrierLabel, CarrierError>
  /** Gives a label back that was not used. One that is void already stays so; one that is on its way is refused. */
  readonly giveBack: (label: { readonly reference: string }) => Effect.Effect<void, CarrierError>
  /** Everything that happened to a shipment so far, oldest first. */
  readonly track: (label: { readonly reference: string }) => Effect.Effect<ReadonlyArray<CarrierNews>, CarrierError>
  /** Checks the signature over the raw body, then reads it. Header names are in lower case. */
  readonly parseWebhook: (request: {
    readonly body: Uint8Array
    readonly headers: Readonly<Record<string, string | undefined>>
  }) => Effect.Effect<ReadonlyArray<CarrierNews>, CarrierWebhookRejected>
}
