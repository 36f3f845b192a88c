/**
 * Telephone numbers in the form of E.164: `+14155550123`. Decoding drops what people write between the digits.
 */
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

const valid = Schema.String.check(Schema.isPattern(/^\+[1-9][0-9]{6,14}$/, {
  fault: "not_a_phone",
  identifier: "Phone",
  expected: "a telephone number with its country, such as +14155550123",
  description: "Telephone number in the form of E.164"
}))

export const Phone = Schema.String.check(Schema.isMaxLength(40)).pipe(
  Schema.decodeTo(
    valid,
    SchemaTransformation.transform({
      decode: (text) => text.normalize("NFKC").replace(/[\s().\-/]/g, "").replace(/^00/, "+"),
      encode: (phone) => phone
    })
  )
)
