import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

export class FulfilmentNotFound extends StoaError<FulfilmentNotFound>()("FulfilmentNotFound", {
  code: "fulfilment_not_found",
  kind: "not_found"
}, { fulfilmentId: Schema.String }) {
  override get message(): string {
    return `There is no fulfilment ${this.fulfilmentId}`
  }
}

/** What is to be sent is sold by several, who send it in parcels of their own. `null` is the shop itself. */
export class VendorsMixed extends StoaError<VendorsMixed>()("VendorsMixed", {
  code: "vendors_mixed",
  kind: "conflict"
}, { vendorIds: Schema.Array(Schema.NullOr(Schema.String)) }) {
  override get message(): string {
    const names = this.vendorIds.map((id) => id ?? "the shop itself")
    return `A fulfilment is of one vendor, and this would be of ${names.join(", ")}: name one of them`
  }
}

/** More pieces than the order has left to be fulfilled, of these lines. */
export class ExceedsOrdered extends StoaError<ExceedsOrdered>()("ExceedsOrdered", {
  code: "exceeds_ordered",
  kind: "conflict"
}, { lines: Schema.Array(Schema.Struct({ lineId: Schema.String, wanted: Schema.Int, left: Schema.Int })) }) {
  override get message(): string {
    return this.lines.map(({ left, lineId, wanted }) => `${lineId}: ${wanted} wanted, ${left} left`).join("; ")
  }
}
