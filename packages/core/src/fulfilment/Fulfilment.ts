/**
 * Fulfilments: parts of an order on their way to the buyer, in a parcel or at a counter.
 */
import * as Schema from "effect/Schema"
import { LocationId } from "../inventory/Stock.ts"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { OrderId, OrderLineId } from "../orders/Order.ts"
import { PricedShippingPart } from "../pricing/Pricing.ts"
import { CarrierStatus, TrackingNumber } from "../shipping/Carrier.ts"
import { VendorId } from "../vendors/VendorId.ts"

export const FulfilmentId = Id.define("ful", "FulfilmentId")
export type FulfilmentId = typeof FulfilmentId.Type

/**
 * What a fulfilment goes through. Steps may be left out: a small shop ships what it has just been asked for. What has left
 * cannot be cancelled; the buyer sends it back as a return. `failed` could not be handed over: it is tried again, or comes
 * back to the shop, and pieces that came back can be sent again.
 */
export const machine = StateMachine.make({
  name: "fulfilment",
  initial: "pending",
  table: {
    pending: { pick: "picked", pack: "packed", ship: "shipped", ready: "ready", cancel: "cancelled" },
    picked: { pack: "packed", ship: "shipped", ready: "ready", cancel: "cancelled" },
    packed: { ship: "shipped", ready: "ready", cancel: "cancelled" },
    ready: { deliver: "delivered", cancel: "cancelled" },
    shipped: { send_out: "out_for_delivery", deliver: "delivered", fail: "failed", come_back: "returned" },
    out_for_delivery: { deliver: "delivered", fail: "failed", come_back: "returned" },
    failed: { send_out: "out_for_delivery", deliver: "delivered", come_back: "returned" },
    delivered: {},
    returned: {},
    cancelled: {}
  }
})

export const FulfilmentStatus = Schema.Literals([
  "pending",
  "picked",
  "packed",
  "ready",
  "shipped",
  "out_for_delivery",
  "failed",
  "delivered",
  "returned",
  "cancelled"
])
export type FulfilmentStatus = typeof FulfilmentStatus.Type

export const FulfilmentEvent = Schema.Literals([
  "pick",
  "pack",
  "ship",
  "ready",
  "send_out",
  "deliver",
  "fail",
  "come_back",
  "cancel"
])
export type FulfilmentEvent = typeof FulfilmentEvent.Type

/** How it gets to the buyer: `ship` by a carrier, `pickup` at a counter. */
export const FulfilmentKind = Schema.Literals(["ship", "pickup"])

const pieces = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))

export const FulfilmentLine = Schema.Struct({ lineId: OrderLineId, quantity: pieces })
export interface FulfilmentLine extends Schema.Schema.Type<typeof FulfilmentLine> {}

/** Where a parcel can be followed. */
export const Tracking = Schema.Struct({
  carrier: Schema.NullOr(name(100)),
  ...TrackingNumber.fields
}).annotate({ identifier: "Tracking" })
export interface Tracking extends Schema.Schema.Type<typeof Tracking> {}

/** That it was handed over: to whom, and what the carrier or the counter has of it. */
export const DeliveryProof = Schema.Struct({
  receivedBy: Schema.optionalKey(Schema.NullOr(name(200))),
  note: Schema.optionalKey(Schema.NullOr(text(500))),
  /** A picture or a signature, kept elsewhere. */
  reference: Schema.optionalKey(Schema.NullOr(text(2_000)))
}).annotate({ identifier: "DeliveryProof" })

/** Which part of an order whose goods ship apart is sent: by what, and when it was said to arrive. */
export const FulfilmentPart = Schema.Struct({
  id: PricedShippingPart.fields.id,
  methodId: PricedShippingPart.fields.methodId,
  name: PricedShippingPart.fields.name,
  estimate: PricedShippingPart.fields.estimate
}).annotate({ identifier: "FulfilmentPart" })
export interface FulfilmentPart extends Schema.Schema.Type<typeof FulfilmentPart> {}

export const Fulfilment = Schema.Struct({
  id: FulfilmentId,
  orderId: OrderId,
  /** Whose pieces it has, where a vendor of the marketplace sells them: it never has those of two. */
  vendorId: Schema.optionalKey(VendorId),
  kind: FulfilmentKind,
  status: FulfilmentStatus,
  /** The state that refines its status, where a plug-in has added one and it is in it. Buyers see it if the plug-in says so. */
  state: Schema.optionalKey(Schema.String),
  /** Where it is packed, if that was said. */
  locationId: Schema.NullOr(LocationId),
  lines: Schema.Array(FulfilmentLine),
  /** The part of the order that it sends; `null` where all goods of the order ship together. */
  part: Schema.NullOr(FulfilmentPart),
  tracking: Schema.Array(Tracking),
  proof: Schema.NullOr(DeliveryProof),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp,
  shippedAt: Schema.NullOr(Timestamp),
  deliveredAt: Schema.NullOr(Timestamp)
}).annotate({ identifier: "Fulfilment" })
export interface Fulfilment extends Schema.Schema.Type<typeof Fulfilment> {}

/**
 * Begins to fulfil an order: these pieces, or all that are not yet in another fulfilment and, where a location is named, are
 * reserved there. Where goods of the order ship apart it sends one part: the one that is named or that the lines are of, else
 * the first of which something is left.
 */
export const CreateFulfilment = Schema.Struct({
  /** `ship` if it is left out, or `pickup` for a part that its buyer comes for. */
  kind: Schema.optionalKey(FulfilmentKind),
  /** A part of the order by its id. */
  part: Schema.optionalKey(text(2_000)),
  locationId: Schema.optionalKey(Schema.NullOr(LocationId)),
  /** Only what this vendor sells, or with `null` the shop itself. Must be said where the pieces could be of several. */
  vendorId: Schema.optionalKey(Schema.NullOr(VendorId)),
  lines: Schema.optionalKey(Schema.Array(FulfilmentLine).check(Schema.isMinLength(1), Schema.isMaxLength(500)))
}).annotate({ identifier: "CreateFulfilment" })

/** That something has happened, or how parcels can be followed. */
export const saysSomething = Schema.makeFilter((input: { readonly event?: unknown; readonly tracking?: unknown }) =>
  input.event !== undefined || input.tracking !== undefined
  || { path: ["event"], issue: "Expected an event, or tracking" }
)

/** Moves a fulfilment along, or says how its parcels can be followed. */
export const AdvanceFulfilment = Schema.Struct({
  /** What has happened; left out, only the tracking changes. */
  event: Schema.optionalKey(FulfilmentEvent),
  /** How its parcels can be followed: with `ship`, or alone at any time from then on. */
  tracking: Schema.optionalKey(Schema.Array(Tracking).check(Schema.isMaxLength(20))),
  /** Of `deliver`. */
  proof: Schema.optionalKey(DeliveryProof),
  /** Why it happened, for the timeline. */
  reason: Schema.optionalKey(text(500)),
  version: Schema.optionalKey(Version)
}).check(saysSomething).annotate({ identifier: "AdvanceFulfilment" })

/** What a carrier tells of a fulfilment, and by which numbers it is followed. */
export const LearnOfFulfilment = Schema.Struct({
  status: Schema.optionalKey(CarrierStatus),
  /** In the carrier's words. */
  reason: Schema.optionalKey(text(500)),
  tracking: Schema.optionalKey(Schema.Array(Tracking).check(Schema.isMaxLength(20)))
}).annotate({ identifier: "LearnOfFulfilment" })

/** What has happened to a fulfilment of which a carrier tells so, as far as its machine allows it. */
export const happened: Readonly<Record<CarrierStatus, ReadonlyArray<FulfilmentEvent>>> = {
  in_transit: ["ship"],
  out_for_delivery: ["ship", "send_out"],
  failed: ["ship", "fail"],
  delivered: ["ship", "deliver"],
  returned: ["ship", "come_back"]
}

/** What to list, oldest first: the work that is to be done. */
export const ListFulfilments = Schema.Struct({
  ...Page.PageRequest,
  status: Schema.optionalKey(FulfilmentStatus),
  /** A state that a plug-in has added. */
  state: Schema.optionalKey(text(40)),
  locationId: Schema.optionalKey(LocationId),
  /** Of a vendor of the marketplace. */
  vendorId: Schema.optionalKey(VendorId)
}).annotate({ identifier: "ListFulfilments" })
export interface ListFulfilments extends Schema.Schema.Type<typeof ListFulfilments> {}
