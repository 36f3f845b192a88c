/**
 * Shipping methods: a way to get the goods to the buyer, at a flat rate.
 */
import * as Schema from "effect/Schema"
import { TaxClass } from "../catalog/Product.ts"
import * as Id from "../kernel/Id.ts"
import * as Money from "../kernel/Money.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { Country } from "../kernel/Address.ts"

export const ShippingMethodId = Id.define("ship", "ShippingMethodId")
export type ShippingMethodId = typeof ShippingMethodId.Type

const fields = {
  name: Schema.String.check(Schema.isPattern(/\S/), Schema.isMaxLength(200)),
  /** In the store's currency; with tax if the store's prices contain it. */
  price: Money.NonNegative,
  taxClass: TaxClass,
  /** Where it delivers; empty: everywhere. */
  countries: Schema.Array(Country).check(Schema.isMaxLength(300)),
  active: Schema.Boolean,
  /** Its place in the list, from 0. The first is chosen for a buyer who has not chosen. */
  position: Schema.Int
} as const

export const ShippingMethod = Schema.Struct({
  id: ShippingMethodId,
  ...fields,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "ShippingMethod" })
export interface ShippingMethod extends Schema.Schema.Type<typeof ShippingMethod> {}

export const CreateShippingMethod = Schema.Struct({
  name: fields.name,
  price: fields.price,
  taxClass: Schema.optionalKey(fields.taxClass),
  countries: Schema.optionalKey(fields.countries),
  active: Schema.optionalKey(fields.active),
  position: Schema.optionalKey(fields.position)
}).annotate({ identifier: "CreateShippingMethod" })

export const UpdateShippingMethod = Schema.Struct({
  name: Schema.optionalKey(fields.name),
  price: Schema.optionalKey(fields.price),
  taxClass: Schema.optionalKey(fields.taxClass),
  countries: Schema.optionalKey(fields.countries),
  active: Schema.optionalKey(fields.active),
  position: Schema.optionalKey(fields.position),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateShippingMethod" })
