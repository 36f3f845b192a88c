/**
 * Shipping labels: what a carrier sells for a fulfilment, and what it tells of it afterwards.
 */
import * as Schema from "effect/Schema"
import { FulfilmentId, Tracking } from "../fulfilment/Fulfilment.ts"
import { Address } from "../kernel/Address.ts"
import * as Id from "../kernel/Id.ts"
import { Money } from "../kernel/Money.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { OrderId } from "../orders/Order.ts"
import { PackedParcel } from "../shipping/Carrier.ts"

export const ShippingLabelId = Id.define("label", "ShippingLabelId")
export type ShippingLabelId = typeof ShippingLabelId.Type

export const ShippingLabelStatus = Schema.Literals([
  /** Being bought; until the carrier has answered, nobody knows whether it was. */
  "pending",
  "bought",
  /** The carrier will not sell it, or never answered, also when it was to take it back. */
  "failed",
  /** Being given back. */
  "voiding",
  "void"
])
export type ShippingLabelStatus = typeof ShippingLabelStatus.Type

const parcels = Schema.Array(PackedParcel).check(Schema.isMinLength(1), Schema.isMaxLength(20))

export const ShippingLabel = Schema.Struct({
  id: ShippingLabelId,
  orderId: OrderId,
  fulfilmentId: FulfilmentId,
  status: ShippingLabelStatus,
  carrier: Schema.String,
  service: Schema.String,
  from: Address,
  parcels,
  /** The carrier's own id of the shipment. */
  reference: Schema.NullOr(Schema.String),
  tracking: Schema.Array(Tracking),
  /** What it costs the shop, if the carrier says so. */
  price: Schema.NullOr(Money),
  /** What kind of file it is, once there is one. */
  mediaType: Schema.NullOr(Schema.String),
  /** Why the carrier did not sell it or take it back. */
  failure: Schema.NullOr(Schema.String),
  /** When the carrier is asked again; `null` where nothing is to be asked. */
  nextAttemptAt: Schema.NullOr(Timestamp),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "ShippingLabel" })
export interface ShippingLabel extends Schema.Schema.Type<typeof ShippingLabel> {}

/**
 * Buys a label for a fulfilment. Carrier, service and where it leaves from are those of the order's shipping method, if
 * they are left out.
 */
export const BuyShippingLabel = Schema.Struct({
  carrier: Schema.optionalKey(name(50)),
  service: Schema.optionalKey(name(100)),
  from: Schema.optionalKey(Address),
  parcels
}).annotate({ identifier: "BuyShippingLabel" })

/** What printers know files of labels by. */
export const endings = new Map([["application/pdf", ".pdf"], ["application/zpl", ".zpl"], ["image/png", ".png"]])

/** The file of a label. */
export interface LabelFile {
  readonly content: Uint8Array
  readonly contentType: string
  readonly name: string
}
