/**
 * Tax rates: a percentage for a class of products, for one country or everywhere.
 */
import * as Schema from "effect/Schema"
import { TaxClass } from "../catalog/Product.ts"
import { Country } from "../kernel/Address.ts"
import * as Id from "../kernel/Id.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"

export const TaxRateId = Id.define("tax", "TaxRateId")
export type TaxRateId = typeof TaxRateId.Type

const fields = {
  name: name(200),
  taxClass: TaxClass,
  /** Where it applies; `null`: everywhere that has no rate of its own. */
  country: Schema.NullOr(Country),
  /** Parts per million: 7.75 % is 77 500. */
  ratePpm: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000_000 }))
} as const

export const TaxRate = Schema.Struct({
  id: TaxRateId,
  ...fields,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "TaxRate" })
export interface TaxRate extends Schema.Schema.Type<typeof TaxRate> {}

/** A new rate; for everywhere if no country is named. */
export const CreateTaxRate = Schema.Struct({
  name: fields.name,
  taxClass: fields.taxClass,
  country: Schema.optionalKey(fields.country),
  ratePpm: fields.ratePpm
}).annotate({ identifier: "CreateTaxRate" })

/** Changes to a rate; what is left out stays. Orders keep the rate that they were placed with. */
export const UpdateTaxRate = Schema.Struct({
  name: Schema.optionalKey(fields.name),
  ratePpm: Schema.optionalKey(fields.ratePpm),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateTaxRate" })
