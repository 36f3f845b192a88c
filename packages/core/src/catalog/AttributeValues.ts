/**
 * What products and variants say of themselves by attributes, as values by the codes of these.
 */
import * as Schema from "effect/Schema"
import { text } from "../kernel/Text.ts"
import { Amount, counted, UnitName } from "./Units.ts"

/** What an attribute is called in requests and files: `"screen_size"`. */
export const AttributeCode = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z0-9_]{0,49}$/, {
    identifier: "AttributeCode",
    expected: "a lower-case letter, then lower-case letters, digits and underscores, up to 50 in all"
  })
)
export type AttributeCode = typeof AttributeCode.Type

/** A number and its unit. */
export const Measure = Schema.Struct({ amount: Amount, unit: UnitName }).annotate({ identifier: "Measure" })
export interface Measure extends Schema.Schema.Type<typeof Measure> {}

/** As many choices of one attribute as a product may make. */
export const maximumChosen = 50

/**
 * A text, date (`2026-01-31`), colour (`#1e90ff`) or the code of a choice; a number; a number with its unit; yes or no; or the codes of
 * several choices.
 */
export const AttributeValue = Schema.Union([
  text(20_000),
  Amount,
  Schema.Boolean,
  Measure,
  Schema.Array(text(100)).check(Schema.isMaxLength(maximumChosen))
]).annotate({ identifier: "AttributeValue" })
export type AttributeValue = typeof AttributeValue.Type

/** As many attributes as one product or variant may have values of. */
export const maximumValues = 200

/** Values by the codes of their attributes. */
export const AttributeValues = Schema.Record(AttributeCode, AttributeValue).check(Schema.isMaxProperties(maximumValues)).annotate({
  identifier: "AttributeValues"
})
export type AttributeValues = typeof AttributeValues.Type

/** Values that are set, and with `null` those that are taken away; what is not named stays. */
export const AttributeChanges = Schema.Record(AttributeCode, Schema.NullOr(AttributeValue)).check(
  Schema.isMaxProperties(maximumValues)
).annotate({ identifier: "AttributeChanges" })
export type AttributeChanges = typeof AttributeChanges.Type

/** The values after a change. */
export const changed = (before: AttributeValues | undefined, changes: AttributeChanges | undefined): AttributeValues => {
  const after = new Map(Object.entries(before ?? {}))
  for (const [code, value] of Object.entries(changes ?? {})) {
    if (value === null) after.delete(code)
    else after.set(code, value)
  }
  return Object.fromEntries(Array.from(after).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The field of whoever has values; nothing is said by who has none. */
export const field = (values: AttributeValues): { readonly attributes?: AttributeValues } =>
  Object.keys(values).length === 0 ? {} : { attributes: values }

/** Longer texts are no values to filter by. */
export const maximumKey = 200

/** What a value is found by: texts, or a number in the unit that its family is counted in. */
export const keysOf = (value: AttributeValue): { readonly texts: ReadonlyArray<string>; readonly number: number | null } => {
  if (typeof value === "number") return { texts: [], number: counted(value, null) }
  if (typeof value === "boolean") return { texts: [String(value)], number: null }
  if (typeof value === "string") return { texts: value.length <= maximumKey ? [value] : [], number: null }
  return "amount" in value ? { texts: [], number: counted(value.amount, value.unit) } : { texts: value, number: null }
}
