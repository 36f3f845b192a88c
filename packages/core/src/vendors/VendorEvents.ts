/**
 * What happens to vendors.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"

const vendor = Schema.Struct({ slug: Schema.String, version: Schema.Int })

export const VendorCreated = DomainEvent.define("vendor.created", vendor)

export const VendorUpdated = DomainEvent.define("vendor.updated", vendor)

/** Nothing of theirs is for sale any more. */
export const VendorSuspended = DomainEvent.define("vendor.suspended", vendor)

/** What was for sale when they were suspended is for sale again. */
export const VendorReinstated = DomainEvent.define("vendor.reinstated", vendor)

const member = Schema.Struct({ userId: Schema.String })

export const VendorMemberAdded = DomainEvent.define("vendor.member_added", member)

export const VendorMemberRemoved = DomainEvent.define("vendor.member_removed", member)
