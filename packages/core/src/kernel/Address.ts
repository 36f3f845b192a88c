/**
 * A postal address.
 */
import * as Schema from "effect/Schema"
import * as Text from "./Text.ts"

/** ISO 3166-1 alpha-2, in capitals: `"DE"`. */
export const Country = Schema.String.check(
  Schema.isPattern(/^[A-Z]{2}$/, {
    fault: "not_a_country",
    identifier: "Country",
    expected: "a country code of two capitals, such as DE",
    description: "ISO 3166-1 alpha-2 country code"
  })
)

export const Address = Schema.Struct({
  name: Text.name(200),
  company: Schema.optionalKey(Schema.NullOr(Text.name(200))),
  line1: Text.name(300),
  line2: Schema.optionalKey(Schema.NullOr(Text.name(300))),
  city: Text.name(200),
  /** State, province or county, as its ISO 3166-2 code without the country, or as text. */
  region: Schema.optionalKey(Schema.NullOr(Text.name(100))),
  postalCode: Schema.optionalKey(Schema.NullOr(Text.name(20))),
  country: Country,
  phone: Schema.optionalKey(Schema.NullOr(Schema.String.check(Schema.isPattern(/^\+?[0-9 ()./-]{3,30}$/, { expected: "a telephone number", fault: "not_a_phone" }))))
}).annotate({ identifier: "Address" })
export interface Address extends Schema.Schema.Type<typeof Address> {}

/** The lines of an address below its name, as they stand on paper; none without an address. */
export const lines = (address: Address | null): ReadonlyArray<string> =>
  address === null
    ? []
    : [
      address.company,
      address.line1,
      address.line2,
      [address.postalCode, address.city].filter(Boolean).join(" "),
      address.region,
      address.country
    ].filter((line): line is string => typeof line === "string" && line !== "")
