/**
 * What lists are narrowed down to by attributes: `"material:oak"`, `"width:10cm..20cm"`, `"width:..0.5m"`.
 */
import * as Schema from "effect/Schema"
import type { Fault } from "../kernel/Input.ts"
import { text } from "../kernel/Text.ts"
import type { Attribute } from "./Attribute.ts"
import { keep } from "./AttributeChecks.ts"
import { keysOf, maximumKey } from "./AttributeValues.ts"
import { counted, familyOf, isUnit, unitsOf } from "./Units.ts"

/** Bounds that count themselves; `null` where there is none. Numbers are in the unit that their family is counted in. */
export interface Between<A> {
  readonly from: A | null
  readonly to: A | null
}

/** Products, or variants of theirs, of which one of these is true. */
export interface AttributeFilter {
  readonly code: string
  readonly id: string
  readonly texts: ReadonlyArray<string>
  readonly days: ReadonlyArray<Between<string>>
  readonly numbers: ReadonlyArray<Between<number>>
}

/** A filter as it is written. */
export const AttributeFilterText = text(500).check(
  Schema.isPattern(/^[a-z][a-z0-9_]{0,49}:.+$/s, { expected: "an attribute and its value, such as material:oak" })
)

/** The code of an attribute and what is wanted of it, as `"material:oak"` says them. */
export const written = (filter: string): { readonly code: string; readonly wanted: string } => {
  const colon = filter.indexOf(":")
  return { code: filter.slice(0, colon), wanted: filter.slice(colon + 1) }
}

const number = /^(-?\d+(?:\.\d+)?) ?(.*)$/

/** A number as it is written, with or without its unit, in that which its family is counted in; otherwise what is wrong. */
export const numberOf = (attribute: Pick<Attribute, "unitFamily" | "unit">, text: string): number | string => {
  const match = number.exec(text.trim())
  const amount = Number(match?.[1])
  if (match === null || !Number.isFinite(amount)) return `Expected a number and not ${text}`
  const unit = match[2] ?? ""
  if (unit === "") return counted(amount, attribute.unit)
  if (!isUnit(unit) || attribute.unitFamily === null || familyOf(unit) !== attribute.unitFamily) {
    return attribute.unitFamily === null
      ? "has no unit"
      : `Expected one of the units ${unitsOf(attribute.unitFamily).join(", ")} and not ${unit}`
  }
  return counted(amount, unit)
}

const bound = <A>(text: string, read: (text: string) => A): A | null => (text.trim() === "" ? null : read(text))

type One = Partial<Pick<AttributeFilter, "texts" | "days" | "numbers">>

const one = (attribute: Attribute, wanted: string): One | string => {
  const dots = wanted.indexOf("..")
  const [first, last] = dots < 0 ? [wanted, wanted] : [wanted.slice(0, dots), wanted.slice(dots + 2)]
  if (dots >= 0 && first.trim() === "" && last.trim() === "") return "needs a bound"
  if (attribute.type === "number") {
    const [from, to] = [bound(first, (text) => numberOf(attribute, text)), bound(last, (text) => numberOf(attribute, text))]
    if (typeof from === "string") return from
    return typeof to === "string" ? to : { numbers: [{ from, to }] }
  }
  if (attribute.type === "date") {
    for (const day of [first, last]) {
      if (day.trim() !== "" && keep(attribute, day.trim()).value === undefined) return "Expected a date, such as 2026-01-31"
    }
    return { days: [{ from: bound(first, (text) => text.trim()), to: bound(last, (text) => text.trim()) }] }
  }
  const given = attribute.type === "boolean" ? (wanted === "true" ? true : wanted === "false" ? false : wanted) : wanted
  const { value, wrong } = keep(attribute, given)
  if (value === undefined) return wrong
  if (typeof value === "string" && value.length > maximumKey) return `is longer than ${maximumKey} characters`
  return { texts: keysOf(value).texts }
}

/** Filters by their texts; those of one attribute mean that one of them is enough. */
export const resolve = (
  filters: ReadonlyArray<string>,
  attributes: ReadonlyMap<string, Attribute>
): { readonly found: ReadonlyArray<AttributeFilter>; readonly faults: ReadonlyArray<Fault> } => {
  const found = new Map<string, AttributeFilter>()
  const faults: Array<Fault> = []
  filters.forEach((filter, index) => {
    const { code, wanted } = written(filter)
    const attribute = attributes.get(code)
    const wrong = (message: string) => faults.push({ path: ["attributes", index], message })
    if (attribute === undefined) return wrong(`names ${code}, which is no attribute`)
    if (!attribute.filterable) return wrong(`names ${code}, which nothing is filtered by`)
    const read = one(attribute, wanted)
    if (typeof read === "string") return wrong(read)
    const { days, numbers, texts } = found.get(code) ?? { texts: [], days: [], numbers: [] }
    found.set(code, {
      code,
      id: attribute.id,
      texts: [...texts, ...read.texts ?? []],
      days: [...days, ...read.days ?? []],
      numbers: [...numbers, ...read.numbers ?? []]
    })
    return
  })
  return { found: [...found.values()], faults }
}
