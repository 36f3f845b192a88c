/**
 * How JavaScript values become SQLite values.
 */
import type { SQLInputValue } from "node:sqlite"

/** A value that has no honest place in SQLite. The message says which parameter and what kind, never the value. */
export class UnbindableValue extends TypeError {
  override readonly name = "UnbindableValue"
}

/**
 * Binds one parameter.
 *
 * **Details**
 *
 * - Whole numbers are bound as integers. `node:sqlite` binds every number as a float, so that `? / 2` would be 2.5 and
 *   `json_object('n', ?)` would hold `5.0`, which Postgres never answers.
 * - Booleans are 1 and 0, dates ISO 8601 text in UTC, `undefined` is NULL.
 * - NaN, infinities and whole numbers beyond 2^53 are refused: SQLite would store NULL or a rounded figure in silence.
 */
export const bind = (value: unknown, index: number): SQLInputValue => {
  switch (typeof value) {
    case "string":
    case "bigint":
      return value
    case "number":
      if (Number.isSafeInteger(value)) return BigInt(value)
      if (!Number.isFinite(value)) throw unbindable(index, "not a finite number")
      if (Number.isInteger(value)) throw unbindable(index, "a whole number beyond 2^53; pass a bigint")
      return value
    case "boolean":
      return value ? 1n : 0n
    case "undefined":
      return null
    case "object":
      if (value === null) return null
      if (value instanceof Date) return value.toISOString()
      if (ArrayBuffer.isView(value)) return value as NodeJS.ArrayBufferView
  }
  throw unbindable(index, `of type ${Array.isArray(value) ? "array" : typeof value}; pass JSON as text`)
}

const unbindable = (index: number, what: string): UnbindableValue =>
  new UnbindableValue(`Parameter ${index + 1} of the statement is ${what}`)
