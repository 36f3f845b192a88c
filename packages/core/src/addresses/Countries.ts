/**
 * The countries of the world as addresses see them: which fields they need, how their postal codes look, and how their
 * subdivisions (ISO 3166-2) are written.
 */
import { countryData } from "./CountryData.ts"

export interface CountryFormat {
  /** ISO 3166-1 alpha-2; besides those `XK`. */
  readonly code: string
  readonly needsSubdivision: boolean
  readonly needsPostalCode: boolean
  /** Of a whole postal code in capitals; `undefined` where the country has none or nobody says how they look. */
  readonly postalCode: RegExp | undefined
  /** Codes without the country, by the folded spellings of the code and of its names. */
  readonly subdivisions: ReadonlyMap<string, string>
}

/** A text as it is compared: without case, accents, and the signs that transliterations do not agree on. */
const folded = (text: string): string =>
  text.normalize("NFKD").replace(/[\p{Diacritic}\p{Punctuation}\s]+/gu, "").toLowerCase()

const parse = (): ReadonlyMap<string, CountryFormat> => {
  const countries = new Map<string, CountryFormat & { readonly subdivisions: Map<string, string> }>()
  let country: (CountryFormat & { readonly subdivisions: Map<string, string> }) | undefined
  for (const line of countryData.trim().split("\n")) {
    if (line.startsWith(" ")) {
      for (const item of line.slice(1).split("|")) {
        const [code = "", ...names] = item.split("=")
        country?.subdivisions.set(folded(code), code)
        for (const name of names) {
          // of two that are called the same, the one that comes first; each has its code
          if (country?.subdivisions.has(folded(name)) === false) country.subdivisions.set(folded(name), code)
        }
      }
      continue
    }
    const [code = "", needs = "", ...format] = line.split(" ")
    const postalCode = format.join(" ")
    country = {
      code,
      needsSubdivision: needs.includes("S"),
      needsPostalCode: needs.includes("Z"),
      postalCode: postalCode === "" ? undefined : new RegExp(`^(?:${postalCode})$`),
      subdivisions: new Map()
    }
    countries.set(code, country)
  }
  return countries
}

let parsed: ReadonlyMap<string, CountryFormat> | undefined

/** Every country, by its code. Read from the data at the first call. */
export const all = (): ReadonlyMap<string, CountryFormat> => parsed ??= parse()

/** A country by its code in capitals. */
export const find = (code: string): CountryFormat | undefined => all().get(code)

/**
 * The code of a subdivision, without the country, for what people write: `"OR"`, `"or"`, `"US-OR"`, `"Oregon"`. Names
 * are known of countries whose addresses need a subdivision.
 */
export const subdivisionCode = (country: CountryFormat, text: string): string | undefined => {
  const plain = text.trim()
  const prefix = `${country.code}-`
  return country.subdivisions.get(
    folded(plain.toUpperCase().startsWith(prefix) ? plain.slice(prefix.length) : plain)
  )
}

/** A postal code as it is compared and kept: in capitals, with plain digits, hyphens and single spaces. */
export const plainPostalCode = (text: string): string =>
  text.normalize("NFKC").replace(/[\u2010-\u2015\u2212]/g, "-").trim().replace(/\s+/g, " ").toUpperCase()
