import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

export class ShippingLabelNotFound extends StoaError<ShippingLabelNotFound>()("ShippingLabelNotFound", {
  code: "shipping_label_not_found",
  kind: "not_found"
}, { labelId: Schema.String }) {
  override get message(): string {
    return `There is no shipping label ${this.labelId}, or it has no file`
  }
}

/** The fulfilment has a label, or one is being bought. */
export class ShippingLabelTaken extends StoaError<ShippingLabelTaken>()("ShippingLabelTaken", {
  code: "shipping_label_taken",
  kind: "conflict"
}, { fulfilmentId: Schema.String }) {
  override get message(): string {
    return `The fulfilment ${this.fulfilmentId} has a label; give that back first`
  }
}

/** No label is to be had, or given back, in the state in which things are. */
export class ShippingLabelNotPossible extends StoaError<ShippingLabelNotPossible>()("ShippingLabelNotPossible", {
  code: "shipping_label_not_possible",
  kind: "conflict"
}, {
  /**
   * `picked_up`: the buyer comes for it. `not_waiting`: it has left, or was cancelled. `order_rests`: nothing of the order is
   * sent now. `no_address`: the order has none. `not_bought`: there is no label to give back or to follow.
   */
  reason: Schema.Literals(["picked_up", "not_waiting", "order_rests", "no_address", "not_bought"])
}) {
  override get message(): string {
    switch (this.reason) {
      case "picked_up":
        return "The buyer comes for these goods, so they need no label"
      case "not_waiting":
        return "The fulfilment has left or was cancelled; a label is for what waits to be sent"
      case "order_rests":
        return "The order rests, so nothing of it is sent now; let it go on first"
      case "no_address":
        return "The order has no shipping address"
      case "not_bought":
        return "There is no bought label to give back or to follow"
    }
  }
}
