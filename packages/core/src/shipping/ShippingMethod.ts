/**
 * Shipping methods: a way to get the goods to the buyer, at a flat rate.
 */
import * as Schema from "effect/Schema"
import { TaxClass } from "../catalog/Product.ts"
import { Country } from "../kernel/Address.ts"
import * as Id from "../kernel/Id.ts"
import * as Money from "../kernel/Money.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { maximumAmount } from "../pricing/Pricing.ts"

export const ShippingMethodId = Id.define("ship", "ShippingMethodId")
export type ShippingMethodId = typeof ShippingMethodId.Type

const fields = {
  name: name(200),
  /** In the store's currency; with tax if the store's prices contain it. */
  price: Money.NonNegative.check(
    Schema.makeFilter((price: Money.Money) =>
      price.amount <= maximumAmount || { path: ["amount"], issue: `Expected at most ${maximumAmount}` }
    )
  ),
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

/**
 * A new method: active, for everywhere, taxed as `standard` and last in the list, unless it says otherwise.
 */
export const CreateShippingMethod = Schema.Struct({
  name: fields.name,
  price: fields.price,
  taxClass: Schema.optionalKey(fields.taxClass),
  countries: Schema.optionalKey(fields.countries),
  active: Schema.optionalKey(fields.active),
  position: Schema.optionalKey(fields.position)
}).annotate({ identifier: "CreateShippingMethod" })

/** Changes to a method; what is left out stays. Orders keep what they were placed with. */
export const UpdateShippingMethod = Schema.Struct({
  name: Schema.optionalKey(fields.name),
  price: Schema.optionalKey(fields.price),
  taxClass: Schema.optionalKey(fields.taxClass),
  countries: Schema.optionalKey(fields.countries),
  active: Schema.optionalKey(fields.active),
  position: Schema.optionalKey(fields.position),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateShippingMethod" })

/** Whether a method delivers to a country. */
export const deliversTo = (method: Pick<ShippingMethod, "countries">, country: string): boolean =>
  method.countries.length === 0 || method.countries.includes(country)
