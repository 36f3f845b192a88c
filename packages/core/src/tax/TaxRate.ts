/**
 * Tax rates: a percentage for a class of products, for a zone, one country or everywhere. Which of them are charged at a
 * place is decided in `RatesAt.ts`.
 */
import * as Schema from "effect/Schema"
import { TaxClass } from "../catalog/Product.ts"
import { Country } from "../kernel/Address.ts"
import * as Id from "../kernel/Id.ts"
import { MomentOrDay } from "../kernel/LocalTime.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { ZoneId } from "../zones/Zone.ts"
import { onlyComponent } from "./RatesAt.ts"

export const TaxRateId = Id.define("tax", "TaxRateId")
export type TaxRateId = typeof TaxRateId.Type

const fields = {
  name: name(200),
  taxClass: TaxClass,
  /** Where it applies; `null`: everywhere that has no rate of its own, unless it is for a zone. */
  country: Schema.NullOr(Country),
  /** The tax zone where it applies; `null` for a country or everywhere. */
  zoneId: Schema.NullOr(ZoneId),
  /**
   * What of the tax it is: `"gst"`, `"state"`. Rates of one class with different components are charged together; of those
   * with the same one, the one for the closest place.
   */
  component: Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9_-]{0,39}$/, {
    expected: "a lower-case letter, then lower-case letters, digits, hyphens and underscores"
  })),
  /** Whether it is charged on the price and on the taxes that are not compound, and not on the price alone. */
  compound: Schema.Boolean,
  /** Its place among the components, from 0. */
  position: Schema.Int.check(Schema.isBetween({ minimum: -1_000_000, maximum: 1_000_000 })),
  /** Parts per million: 7.75 % is 77 500. */
  ratePpm: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10_000_000 })),
  /** From when on it is charged; `null`: it always was. Of several for one place, the one that began last is charged. */
  from: Schema.NullOr(Timestamp),
  /** The moment from which it is charged no more; `null`: it has no end. */
  until: Schema.NullOr(Timestamp)
} as const

/** A moment, or a day such as `"2027-01-01"`, which begins by the clock of the store. */
const given = Schema.optionalKey(Schema.NullOr(MomentOrDay))

export const TaxRate = Schema.Struct({
  id: TaxRateId,
  ...fields,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "TaxRate" })
export interface TaxRate extends Schema.Schema.Type<typeof TaxRate> {}

/** A new rate; for everywhere if neither a country nor a zone is named, and the class's only component (`"tax"`). */
export const CreateTaxRate = Schema.Struct({
  name: fields.name,
  taxClass: fields.taxClass,
  country: Schema.optionalKey(fields.country),
  zoneId: Schema.optionalKey(fields.zoneId),
  component: Schema.optionalKey(fields.component),
  compound: Schema.optionalKey(fields.compound),
  position: Schema.optionalKey(fields.position),
  ratePpm: fields.ratePpm,
  from: given,
  until: given
}).check(
  Schema.makeFilter(({ country, zoneId }: { readonly country?: string | null; readonly zoneId?: string | null }) =>
    country === undefined || country === null || zoneId === undefined || zoneId === null
    || { path: ["zoneId"], issue: "Expected either a country or a zone" }
  )
).annotate({ identifier: "CreateTaxRate" })

/** Changes to a rate; what is left out stays. Orders keep the rate that they were placed with. */
export const UpdateTaxRate = Schema.Struct({
  name: Schema.optionalKey(fields.name),
  ratePpm: Schema.optionalKey(fields.ratePpm),
  compound: Schema.optionalKey(fields.compound),
  position: Schema.optionalKey(fields.position),
  from: given,
  until: given,
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateTaxRate" })

/** How many components the tax of a class may have. */
export const maximumComponents = 10

/** What all taxes of a class may come to at most, wherever they are charged: 1,000 % of the price without tax. */
export const maximumTaxPpm = 10_000_000

/**
 * Why rates cannot all be those of one class, or `undefined`. Every place is counted as if it had the highest rate of each
 * component.
 */
export const faultOf = (
  rates: ReadonlyArray<Pick<TaxRate, "component" | "compound" | "ratePpm">>
): { readonly field: "component" | "ratePpm"; readonly message: string } | undefined => {
  const highest = { plain: new Map<string, number>(), compound: new Map<string, number>() }
  for (const { component, compound, ratePpm } of rates) {
    const known = compound ? highest.compound : highest.plain
    known.set(component, Math.max(known.get(component) ?? 0, ratePpm))
  }
  const components = new Set([...highest.plain.keys(), ...highest.compound.keys()])
  if (components.size > maximumComponents) {
    return { field: "component", message: `makes more than ${maximumComponents} components of one class` }
  }
  const factor = (known: ReadonlyMap<string, number>) =>
    [...known.values()].reduce((sum, ratePpm) => sum + BigInt(ratePpm), 1_000_000n)
  return factor(highest.plain) * factor(highest.compound) > BigInt(1_000_000 + maximumTaxPpm) * 1_000_000n
    ? { field: "ratePpm", message: "comes to more than 1,000 % together with the other taxes of its class" }
    : undefined
}

export { onlyComponent }
