import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such shipping method. */
export class ShippingMethodNotFound extends StoaError<ShippingMethodNotFound>()("ShippingMethodNotFound", {
  code: "shipping_method_not_found",
  kind: "not_found"
}, { shippingMethodId: Schema.String }) {
  override get message(): string {
    return `There is no shipping method ${this.shippingMethodId}`
  }
}
