/**
 * Vendors: who sells in a shop that is a marketplace. A product is of one of them, or the shop's own; whoever is a member of
 * a vendor sees its products and its parts of orders, and nothing else of the shop.
 */
import * as Schema from "effect/Schema"
import { Email } from "../kernel/Email.ts"
import * as Page from "../kernel/Page.ts"
import { Slug } from "../kernel/Slug.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { VendorId } from "./VendorId.ts"

/** `suspended`: nothing of theirs is for sale, and their members see nothing, until they are active again. */
export const VendorStatus = Schema.Literals(["active", "suspended"])
export type VendorStatus = typeof VendorStatus.Type

/** How many people may work for a vendor. */
export const maximumMembers = 50

/** As long as a description may be. */
export const maximumDescription = 20_000

const fields = {
  /** Each is the name of one vendor, whatever the capitals and accents. */
  name: name(100),
  slug: Slug,
  /** HTML without anything that could act: it is cleaned before it is kept. What was written before engines did so is clean once it is written again. */
  description: text(maximumDescription),
  /** Where the shop writes to. For staff only. */
  email: Schema.NullOr(Email)
} as const

export const Vendor = Schema.Struct({
  id: VendorId,
  ...fields,
  status: VendorStatus,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Vendor" })
export interface Vendor extends Schema.Schema.Type<typeof Vendor> {}

/** A vendor as buyers see it. */
export const VendorPage = Schema.Struct({
  id: VendorId,
  name: Schema.String,
  slug: Slug,
  description: Schema.String
}).annotate({ identifier: "VendorPage" })
export interface VendorPage extends Schema.Schema.Type<typeof VendorPage> {}

const optional = {
  slug: Schema.optionalKey(fields.slug),
  description: Schema.optionalKey(fields.description),
  email: Schema.optionalKey(fields.email)
} as const

/** A new vendor. The slug is made from the name if it is left out. */
export const CreateVendor = Schema.Struct({ name: fields.name, ...optional }).annotate({ identifier: "CreateVendor" })

/** Changes to a vendor; what is left out stays. */
export const UpdateVendor = Schema.Struct({
  name: Schema.optionalKey(fields.name),
  ...optional,
  /** `suspended` takes everything that the vendor sells off the shelves; `active` puts that back, and nothing else. */
  status: Schema.optionalKey(VendorStatus),
  /** The version that the change is based on; without it the change applies to whatever is there. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateVendor" })

export const ListVendors = Schema.Struct({
  ...Page.PageRequest,
  status: Schema.optionalKey(VendorStatus)
}).annotate({ identifier: "ListVendors" })
export interface ListVendors extends Schema.Schema.Type<typeof ListVendors> {}

/** Somebody who works for a vendor. */
export const VendorMember = Schema.Struct({
  userId: Schema.String,
  vendorId: VendorId,
  since: Timestamp
}).annotate({ identifier: "VendorMember" })
export interface VendorMember extends Schema.Schema.Type<typeof VendorMember> {}

export const AddVendorMember = Schema.Struct({ userId: text(200) }).annotate({ identifier: "AddVendorMember" })
