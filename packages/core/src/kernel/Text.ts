/**
 * Text from outside. A NUL character and half of a surrogate pair are refused, for no database keeps both as they are.
 */
import * as Schema from "effect/Schema"

const storable = Schema.makeFilter(
  (text: string) => (!text.includes("\0") && text.isWellFormed()) || "Expected text without NUL characters and broken characters",
  { fault: "broken_characters" }
)

/** Text of up to so many UTF-16 units; may be empty. */
export const text = (maximum: number) => Schema.String.check(Schema.isMaxLength(maximum), storable)

/** Text of up to so many UTF-16 units that shows something. */
export const name = (maximum: number) =>
  Schema.String.check(Schema.isPattern(/\S/, { expected: "text that is not blank", fault: "blank" }), Schema.isMaxLength(maximum), storable)
