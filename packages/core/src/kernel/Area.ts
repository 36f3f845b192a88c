/**
 * Areas of the world: countries, their subdivisions, and ranges of postal codes. Zones of tax and of shipping are made of
 * them.
 *
 * **Details**
 *
 * Postal codes are compared without spaces and hyphens and in capitals; a ZIP code of the United States by its first
 * five digits. A pattern is one code (`10115`), a beginning (`SW1*`) or a range of codes of one length
 * (`90001..90899`), whose ends belong to it and which looks only at as many characters as its ends have.
 */
import * as Schema from "effect/Schema"
import { Country } from "./Address.ts"
import * as Text from "./Text.ts"

const plain = (code: string): string => code.toUpperCase().replace(/[\s-]/g, "")

const patternFault = (pattern: string): string | undefined => {
  if (!/^[A-Za-z0-9][A-Za-z0-9 -]{0,18}(\*|\.\.[A-Za-z0-9][A-Za-z0-9 -]{0,18})?$/.test(pattern)) {
    return "Expected a postal code such as 10115, a beginning such as SW1*, or a range such as 90001..90899"
  }
  const [low = "", high] = pattern.split("..").map(plain)
  if (high === undefined) return undefined
  if (low.length !== high.length) return "Expected both ends of the range to have the same length"
  return low <= high ? undefined : "Expected the range to begin with its lower end"
}

export const PostalCodes = Schema.String.check(
  Schema.makeFilter((pattern: string) => patternFault(pattern) ?? true)
).annotate({ identifier: "PostalCodes", description: "A postal code, a beginning with *, or a range with .." })

export const Area = Schema.Struct({
  country: Country,
  /** The state, province or county, as its ISO 3166-2 code without the country; `null` or left out: all of the country. */
  region: Schema.optionalKey(Schema.NullOr(Text.name(100))),
  /** Left out or empty: all postal codes. */
  postalCodes: Schema.optionalKey(Schema.Array(PostalCodes).check(Schema.isMaxLength(1_000)))
}).annotate({ identifier: "Area" })
export interface Area extends Schema.Schema.Type<typeof Area> {}

/** Where something goes, as far as it is known. An address is a place. */
export interface Place {
  readonly country: string
  readonly region?: string | null | undefined
  readonly postalCode?: string | null | undefined
}

/** `OR` of `"or"`, `"OR"` and `"US-OR"`. */
const plainRegion = (country: string, region: string): string => {
  const upper = region.trim().toUpperCase()
  return upper.startsWith(`${country}-`) ? upper.slice(country.length + 1) : upper
}

/** The ISO 3166-2 code of a subdivision with its country. */
export const Subdivision = Schema.String.check(
  Schema.isPattern(/^[A-Z]{2}-[A-Z0-9]{1,3}$/, {
    identifier: "Subdivision",
    expected: "a subdivision of a country, such as US-CA",
    description: "ISO 3166-2 code"
  })
)

/** `US-CA`, where it is known in which subdivision of its country a place is. */
export const subdivisionOf = ({ country, region }: Place): string | undefined =>
  region === undefined || region === null ? undefined : `${country}-${plainRegion(country, region)}`

const isIn = (code: string, pattern: string): boolean => {
  if (pattern.endsWith("*")) return code.startsWith(plain(pattern.slice(0, -1)))
  const [low = "", high] = pattern.split("..").map(plain)
  if (high === undefined) return code === low
  const start = code.slice(0, low.length)
  return start.length === low.length && low <= start && start <= high
}

/**
 * How closely an area fits a place: 0 where the place is not in it, 1 by its country alone, 2 by its subdivision, 3 by its
 * postal code, 4 by both. A place of which the subdivision or the postal code is not known is in no area that names one.
 */
export const fit = (area: Area, place: Place): 0 | 1 | 2 | 3 | 4 => {
  if (area.country !== place.country) return 0
  const byRegion = area.region !== undefined && area.region !== null
  if (byRegion) {
    if (place.region === undefined || place.region === null) return 0
    if (plainRegion(area.country, area.region) !== plainRegion(area.country, place.region)) return 0
  }
  if (area.postalCodes === undefined || area.postalCodes.length === 0) return byRegion ? 2 : 1
  if (place.postalCode === undefined || place.postalCode === null) return 0
  const code = plain(place.postalCode).slice(0, place.country === "US" ? 5 : undefined)
  if (!area.postalCodes.some((pattern) => isIn(code, pattern))) return 0
  return byRegion ? 4 : 3
}

/** How closely the closest of several areas fits a place; 0 where none does. */
export const bestFit = (areas: ReadonlyArray<Area>, place: Place): number =>
  areas.reduce((best, area) => Math.max(best, fit(area, place)), 0)
