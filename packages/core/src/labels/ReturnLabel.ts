/**
 * Return labels: what a carrier sells the shop so that a buyer can send back what they return.
 */
import * as Schema from "effect/Schema"
import { Address } from "../kernel/Address.ts"
import * as Id from "../kernel/Id.ts"
import { name } from "../kernel/Text.ts"
import { OrderId } from "../orders/Order.ts"
import { ReturnId } from "../returns/Return.ts"
import * as Label from "./Label.ts"

export const ReturnLabelId = Id.define("rlabel", "ReturnLabelId")
export type ReturnLabelId = typeof ReturnLabelId.Type

export const ReturnLabel = Schema.Struct({
  id: ReturnLabelId,
  orderId: OrderId,
  returnId: ReturnId,
  /** Where it goes: to the shop. It comes from where the order went. */
  to: Address,
  ...Label.fields
}).annotate({ identifier: "ReturnLabel" })
export interface ReturnLabel extends Schema.Schema.Type<typeof ReturnLabel> {}

/**
 * Buys a label for a return. What is left out is taken from the order: carrier and service are those of its shipping method, the label
 * goes to the address which that method sends from, and there is one parcel with the weight of the pieces. If the weight of a piece is not
 * known, `parcels` has to be given (`return_label_needs_parcels`).
 */
export const BuyReturnLabel = Schema.Struct({
  carrier: Schema.optionalKey(name(50)),
  service: Schema.optionalKey(name(100)),
  to: Schema.optionalKey(Address),
  parcels: Schema.optionalKey(Label.parcels)
}).annotate({ identifier: "BuyReturnLabel" })
export interface BuyReturnLabel extends Schema.Schema.Type<typeof BuyReturnLabel> {}
