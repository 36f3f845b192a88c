/**
 * Return labels: what a carrier sells the shop so that a buyer can send back what they return.
 */
import * as Schema from "effect/Schema"
import { Tracking } from "../fulfilment/Fulfilment.ts"
import { Address } from "../kernel/Address.ts"
import * as Id from "../kernel/Id.ts"
import { Money } from "../kernel/Money.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { OrderId } from "../orders/Order.ts"
import { ReturnId } from "../returns/Return.ts"
import { PackedParcel } from "../shipping/Carrier.ts"
import { ShippingLabelStatus } from "./ShippingLabel.ts"

export const ReturnLabelId = Id.define("rlabel", "ReturnLabelId")
export type ReturnLabelId = typeof ReturnLabelId.Type

const parcels = Schema.Array(PackedParcel).check(Schema.isMinLength(1), Schema.isMaxLength(20))

export const ReturnLabel = Schema.Struct({
  id: ReturnLabelId,
  orderId: OrderId,
  returnId: ReturnId,
  status: ShippingLabelStatus,
  carrier: Schema.String,
  service: Schema.String,
  /** Where it goes: to the shop. It comes from where the order went. */
  to: Address,
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
}).annotate({ identifier: "ReturnLabel" })
export interface ReturnLabel extends Schema.Schema.Type<typeof ReturnLabel> {}

/**
 * Buys a label for a return. Carrier, service and where it goes are those of the order's shipping method, its sender being where it
 * goes, and it is one parcel that weighs what the pieces weigh, if they are left out; `return_label_needs_parcels` where nobody has said
 * what all of them weigh.
 */
export const BuyReturnLabel = Schema.Struct({
  carrier: Schema.optionalKey(name(50)),
  service: Schema.optionalKey(name(100)),
  to: Schema.optionalKey(Address),
  parcels: Schema.optionalKey(parcels)
}).annotate({ identifier: "BuyReturnLabel" })
export interface BuyReturnLabel extends Schema.Schema.Type<typeof BuyReturnLabel> {}
