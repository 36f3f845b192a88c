/**
 * Shipping labels: what a carrier sells for a fulfilment, and what it tells of it afterwards.
 */
import * as Schema from "effect/Schema"
import { FulfilmentId } from "../fulfilment/Fulfilment.ts"
import { Address } from "../kernel/Address.ts"
import * as Id from "../kernel/Id.ts"
import { name } from "../kernel/Text.ts"
import { OrderId } from "../orders/Order.ts"
import * as Label from "./Label.ts"

export const ShippingLabelId = Id.define("label", "ShippingLabelId")
export type ShippingLabelId = typeof ShippingLabelId.Type

export const ShippingLabel = Schema.Struct({
  id: ShippingLabelId,
  orderId: OrderId,
  fulfilmentId: FulfilmentId,
  from: Address,
  ...Label.fields
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
  parcels: Label.parcels
}).annotate({ identifier: "BuyShippingLabel" })
