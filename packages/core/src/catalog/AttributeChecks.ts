/**
 * Whether values fit the types of their attributes, and attributes the rules of theirs.
 */
import type { Fault } from "../kernel/Input.ts"
import { type Attribute, type AttributeSubject, colour } from "./Attribute.ts"
import type { AttributeChanges, AttributeValue } from "./AttributeValues.ts"
import { counted, familyOf, unitsOf } from "./Units.ts"

type Path = ReadonlyArray<string | number>

/** A value as it is kept, or why it is none of the attribute. */
type Kept = { readonly value: AttributeValue; readonly wrong?: never } | { readonly wrong: string; readonly value?: never }

const isDay = (value: string): boolean => {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value)
  return match !== null && !Number.isNaN(Date.parse(`${value}T00:00:00Z`))
    && new Date(`${value}T00:00:00Z`).toISOString().startsWith(value)
}

const shortText = 1_000

/** A value as an attribute keeps it. */
export const keep = (attribute: Pick<Attribute, "type" | "unitFamily" | "unit" | "choices">, value: AttributeValue): Kept => {
  const isChoice = (code: string) => attribute.choices.some((choice) => choice.code === code)
  switch (attribute.type) {
    case "text":
    case "long_text": {
      if (typeof value !== "string" || value.trim() === "") return { wrong: "Expected a text that is not blank" }
      if (attribute.type === "text" && value.length > shortText) return { wrong: `is longer than ${shortText} characters` }
      return { value: value.trim() }
    }
    case "boolean":
      return typeof value === "boolean" ? { value } : { wrong: "Expected true or false" }
    case "date":
      return typeof value === "string" && isDay(value) ? { value } : { wrong: "Expected a date, such as 2026-01-31" }
    case "colour": {
      const written = typeof value === "string" ? value.toLowerCase() : ""
      return colour.test(written) ? { value: written } : { wrong: "Expected a colour, such as #1e90ff" }
    }
    case "number": {
      if (attribute.unitFamily === null) return typeof value === "number" ? { value } : { wrong: "Expected a number without a unit" }
      const measure = typeof value === "number" && attribute.unit !== null ? { amount: value, unit: attribute.unit } : value
      if (typeof measure !== "object" || !("amount" in measure) || familyOf(measure.unit) !== attribute.unitFamily) {
        return { wrong: `Expected a number, or an amount with one of the units ${unitsOf(attribute.unitFamily).join(", ")}` }
      }
      return attribute.unitFamily === "temperature" && counted(measure.amount, measure.unit) < 0
        ? { wrong: "is below absolute zero" }
        : { value: measure }
    }
    case "choice":
      return typeof value === "string" && isChoice(value) ? { value } : { wrong: "is none of the choices" }
    case "choices": {
      const codes = typeof value === "string" ? [value] : Array.isArray(value) ? value as ReadonlyArray<string> : []
      if (codes.length === 0) return { wrong: "Expected codes of choices" }
      const unknown = codes.find((code) => !isChoice(code))
      if (unknown !== undefined) return { wrong: `names ${unknown}, which is none of the choices` }
      // in the order of the attribute, each once
      return { value: attribute.choices.flatMap(({ code }) => codes.includes(code) ? [code] : []) }
    }
  }
}

/** The changes as they are kept, and everything that is wrong with them. */
export const checked = (
  attributes: ReadonlyMap<string, Attribute>,
  subject: AttributeSubject,
  changes: AttributeChanges,
  at: Path
): { readonly changes: AttributeChanges; readonly faults: ReadonlyArray<Fault> } => {
  const faults: Array<Fault> = []
  const kept: Record<string, AttributeValue | null> = {}
  for (const [code, value] of Object.entries(changes)) {
    const attribute = attributes.get(code)
    const path = [...at, code]
    if (attribute === undefined) faults.push({ path, message: "is no attribute", code: "unknown" })
    else if (attribute.of !== subject) faults.push({ path, message: `is an attribute of ${attribute.of}s`, code: "other_subject" })
    else if (value === null) {
      if (attribute.required) faults.push({ path, message: "is required", code: "missing" })
      kept[code] = null
    } else {
      const { value: known, wrong } = keep(attribute, value)
      if (known === undefined) faults.push({ path, message: wrong })
      else kept[code] = known
    }
  }
  return { changes: kept, faults }
}

/** What is required of something new, and not said. */
export const missing = (
  attributes: Iterable<Attribute>,
  subject: AttributeSubject,
  changes: AttributeChanges,
  at: Path
): ReadonlyArray<Fault> =>
  Array.from(attributes).flatMap(({ code, of, required }) =>
    required && of === subject && !Object.hasOwn(changes, code) ? [{ path: [...at, code], message: "is required", code: "missing" }] : [])

/** What is wrong with an attribute that has the right shape. */
export const faults = (
  attribute: Pick<Attribute, "type" | "unitFamily" | "unit" | "choices" | "filterable" | "searchable" | "shown" | "translations">
): ReadonlyArray<Fault> => {
  const found: Array<Fault> = []
  const { choices, filterable, searchable, shown, translations, type, unit, unitFamily } = attribute
  const isChoice = type === "choice" || type === "choices"
  if (type !== "number" && unitFamily !== null) found.push({ path: ["unitFamily"], message: "is for numbers alone", code: "numbers_only" })
  if (unitFamily === null ? unit !== null : unit === null || familyOf(unit) !== unitFamily) {
    found.push({
      path: ["unit"],
      message: unitFamily === null ? "needs a unitFamily" : `must be one of ${unitsOf(unitFamily).join(", ")}`
    })
  }
  if (isChoice !== choices.length > 0) {
    found.push({ path: ["choices"], message: isChoice ? "needs one choice or more" : "are for the types choice and choices" })
  }
  if (type === "long_text" && filterable) found.push({ path: ["filterable"], message: "must be false for long texts", code: "contradiction" })
  // whoever searches would find out what only staff may see
  if (searchable && !shown) found.push({ path: ["searchable"], message: "must be false where shown is false", code: "contradiction" })
  const codes = new Set<string>()
  choices.forEach(({ code }, index) => {
    if (codes.has(code)) found.push({ path: ["choices", index, "code"], message: "is the code of two choices", code: "duplicate" })
    codes.add(code)
  })
  for (const [language, said] of Object.entries(translations)) {
    for (const code of Object.keys(said.choices ?? {})) {
      if (!codes.has(code)) found.push({ path: ["translations", language, "choices", code], message: "is none of the choices", code: "unknown" })
    }
  }
  return found
}
