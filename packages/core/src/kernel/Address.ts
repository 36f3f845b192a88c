/**
 * A postal address.
 */
import * as Schema from "effect/Schema"

const line = (maximum: number) => Schema.String.check(Schema.isPattern(/\S/, { expected: "text that is not blank" }), Schema.isMaxLength(maximum))

/** ISO 3166-1 alpha-2, in capitals: `"DE"`. */
export const Country = Schema.String.check(
  Schema.isPattern(/^[A-Z]{2}$/, {
    identifier: "Country",
    expected: "a country code of two capitals, such as DE",
    description: "ISO 3166-1 alpha-2 country code"
  })
)

export const Address = Schema.Struct({
  name: line(200),
  company: Schema.optionalKey(Schema.NullOr(line(200))),
  line1: line(300),
  line2: Schema.optionalKey(Schema.NullOr(line(300))),
  city: line(200),
  /** State, province or county, as its ISO 3166-2 code without the country, or as text. */
  region: Schema.optionalKey(Schema.NullOr(line(100))),
  postalCode: Schema.optionalKey(Schema.NullOr(line(20))),
  country: Country,
  phone: Schema.optionalKey(Schema.NullOr(Schema.String.check(Schema.isPattern(/^\+?[0-9 ()./-]{3,30}$/, { expected: "a telephone number" }))))
}).annotate({ identifier: "Address" })
export interface Address extends Schema.Schema.Type<typeof Address> {}
