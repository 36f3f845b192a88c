import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such vendor, or it is not for this caller to see. */
export class VendorNotFound extends StoaError<VendorNotFound>()("VendorNotFound", {
  code: "vendor_not_found",
  kind: "not_found"
}, { vendor: Schema.String }) {
  override get message(): string {
    return `There is no vendor ${this.vendor}`
  }
}

/** Another vendor has this name or this slug. */
export class VendorTaken extends StoaError<VendorTaken>()("VendorTaken", { code: "vendor_taken", kind: "conflict" }, {
  name: Schema.String,
  slug: Schema.String
}) {
  override get message(): string {
    return `The name ${this.name} or the slug ${this.slug} is taken`
  }
}

/** Whoever works for one vendor cannot work for another one, and a vendor has at most so many people. */
export class VendorMemberRefused extends StoaError<VendorMemberRefused>()("VendorMemberRefused", {
  code: "vendor_member_refused",
  kind: "conflict"
}, { userId: Schema.String, reason: Schema.Literals(["of_another_vendor", "too_many"]) }) {
  override get message(): string {
    return this.reason === "too_many"
      ? "This vendor has as many members as it may"
      : `The user ${this.userId} works for another vendor`
  }
}
