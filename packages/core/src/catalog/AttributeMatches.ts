/**
 * Whether a value is what a filter such as `"material:oak"` or `"width:10cm..20cm"` means, by the value alone.
 *
 * **When to use**
 *
 * Where goods are looked at one by one, as prices are calculated. Lists ask storage, with `AttributeFilters`.
 */
import type { Attribute } from "./Attribute.ts"
import { numberOf, resolve, written } from "./AttributeFilters.ts"
import type { AttributeValue } from "./AttributeValues.ts"
import { familyOf } from "./Units.ts"

const split = (wanted: string): readonly [from: string, to: string] => {
  const dots = wanted.indexOf("..")
  const [from, to] = dots < 0 ? [wanted, wanted] : [wanted.slice(0, dots), wanted.slice(dots + 2)]
  return [from.trim(), to.trim()]
}

const day = /^\d{4}-\d{2}-\d{2}$/

type Number = number | Extract<AttributeValue, { readonly amount: number }>

/** A bound in the unit that the family of the value is counted in; `undefined` if it is of another family or no number. */
const boundFor = (value: Number, text: string): number | undefined => {
  const family = typeof value === "number" ? null : familyOf(value.unit) ?? null
  // a bound of a measure says its unit
  if (family !== null && /\d$/.test(text)) return undefined
  const found = numberOf({ unitFamily: family, unit: null }, text)
  return typeof found === "number" ? found : undefined
}

const countedOf = (value: Number): number | undefined =>
  boundFor(value, typeof value === "number" ? String(value) : `${value.amount} ${value.unit}`)

const isBetween = (value: Number, [from, to]: readonly [string, string]): boolean => {
  const own = countedOf(value)
  const least = from === "" ? Number.NEGATIVE_INFINITY : boundFor(value, from)
  const most = to === "" ? Number.POSITIVE_INFINITY : boundFor(value, to)
  return own !== undefined && least !== undefined && most !== undefined && least <= own && own <= most
}

/** Prepares what stands behind the colon of a filter. */
export const meaning = (wanted: string): (value: AttributeValue) => boolean => {
  const bounds = split(wanted)
  const isOfDays = wanted.includes("..") && bounds.some((bound) => bound !== "") && bounds.every((bound) => bound === "" || day.test(bound))
  return (value) => {
    if (typeof value === "boolean") return String(value) === wanted
    if (typeof value === "string") {
      if (!isOfDays || !day.test(value)) return value === wanted
      return (bounds[0] === "" || bounds[0] <= value) && (bounds[1] === "" || value <= bounds[1])
    }
    return typeof value === "object" && !("amount" in value) ? value.includes(wanted) : isBetween(value, bounds)
  }
}

/** What is wrong with a filter that goods are matched by; `undefined` if nothing is. It need not be one that lists have. */
export const fault = (filter: string, attributes: ReadonlyMap<string, Attribute>): string | undefined => {
  const { code, wanted } = written(filter)
  const attribute = attributes.get(code)
  if (attribute === undefined) return `names ${code}, which is no attribute`
  if (attribute.type === "long_text") return `names ${code}, which nothing is matched by`
  const { faults } = resolve([filter], new Map([[code, { ...attribute, filterable: true }]]))
  if (faults[0] !== undefined) return faults[0].message
  return attribute.unitFamily !== null && split(wanted).some((bound) => /\d$/.test(bound))
    ? `needs a unit, such as 10${attribute.unit}`
    : undefined
}
