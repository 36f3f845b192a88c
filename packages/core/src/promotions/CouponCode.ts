/**
 * Codes that buyers enter: letters, digits and dashes, whatever their case and the spaces around them.
 */
import * as Schema from "effect/Schema"

/** A code as it is kept: without spaces around it, in capitals. */
export const normalize = (code: string): string => code.trim().toUpperCase()

const pattern = /^[A-Z0-9][A-Z0-9_-]{0,49}$/

/** Whether a code, as it is kept, can be one. */
export const isCode = (code: string): boolean => pattern.test(code)

/** A code for a promotion: as it was typed, and kept as `normalize` makes it. */
export const CouponCode = Schema.String.check(
  Schema.isMaxLength(200),
  Schema.makeFilter((code: string) => isCode(normalize(code)) || "Expected letters, digits, _ and -, at most 50", {
    identifier: "CouponCode"
  })
)

/** What a buyer has entered, whatever it is. */
export const EnteredCode = Schema.Struct({ code: Schema.String.check(Schema.isMaxLength(200)) }).annotate({
  identifier: "EnteredCode"
})
