/**
 * Customer groups: customers whom the shop treats alike, such as wholesale buyers. Price lists and promotions name them.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"

export const CustomerGroupId = Id.define("cgrp", "CustomerGroupId")
export type CustomerGroupId = typeof CustomerGroupId.Type

/** How many groups a store may have. */
export const maximumGroups = 500

export const CustomerGroup = Schema.Struct({
  id: CustomerGroupId,
  /** Unique in the store. */
  name: name(200),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "CustomerGroup" })
export interface CustomerGroup extends Schema.Schema.Type<typeof CustomerGroup> {}

export const CreateCustomerGroup = Schema.Struct({ name: CustomerGroup.fields.name })
  .annotate({ identifier: "CreateCustomerGroup" })

/** Changes to a group; what is left out stays. */
export const UpdateCustomerGroup = Schema.Struct({
  name: Schema.optionalKey(CustomerGroup.fields.name),
  /** The version that the change is based on; without it the change applies to whatever is there. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateCustomerGroup" })

/** Somebody who belongs to a group. */
export const GroupMember = Schema.Struct({ customerId: Schema.String, addedAt: Timestamp })
  .annotate({ identifier: "GroupMember" })
export interface GroupMember extends Schema.Schema.Type<typeof GroupMember> {}

export const AddMembers = Schema.Struct({
  customerIds: Schema.Array(text(200)).check(Schema.isMinLength(1), Schema.isMaxLength(1_000))
}).annotate({ identifier: "AddMembers" })

export const ListMembers = Schema.Struct(Page.PageRequest)
