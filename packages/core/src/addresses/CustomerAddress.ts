/**
 * An address in the book of a customer.
 */
import * as Schema from "effect/Schema"
import { Address } from "../kernel/Address.ts"
import * as Id from "../kernel/Id.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"

export const AddressId = Id.define("addr", "AddressId")
export type AddressId = typeof AddressId.Type

/** How many addresses a customer may keep. */
export const maximumAddresses = 50

const label = name(60)

export const CustomerAddress = Schema.Struct({
  id: AddressId,
  /** What the customer calls it: `"Office"`. */
  label: Schema.NullOr(label),
  address: Address,
  /** Orders are sent there unless the buyer says otherwise. */
  defaultShipping: Schema.Boolean,
  /** Invoices are made out to it unless the buyer says otherwise. */
  defaultBilling: Schema.Boolean,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "CustomerAddress" })
export interface CustomerAddress extends Schema.Schema.Type<typeof CustomerAddress> {}

/** What an address is the default for. */
export const AddressUse = Schema.Literals(["shipping", "billing"])
export type AddressUse = typeof AddressUse.Type

/** A new address. The first one becomes the default for everything. */
export const CreateAddress = Schema.Struct({
  label: Schema.optionalKey(Schema.NullOr(label)),
  address: Address
}).annotate({ identifier: "CreateAddress" })

/** Changes to an address; it is replaced as a whole. */
export const UpdateAddress = Schema.Struct({
  label: Schema.optionalKey(Schema.NullOr(label)),
  address: Schema.optionalKey(Address),
  /** The version that the change is based on; without it the change applies to whatever is there. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateAddress" })

/** Makes an address the default, for everything if nothing else is said. */
export const SetDefaultAddress = Schema.Struct({
  for: Schema.optionalKey(Schema.Array(AddressUse).check(Schema.isMinLength(1), Schema.isMaxLength(2)))
}).annotate({ identifier: "SetDefaultAddress" })

export const ValidateAddress = Schema.Struct({ address: Address }).annotate({ identifier: "ValidateAddress" })
