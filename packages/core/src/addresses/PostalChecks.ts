/**
 * The checks that every engine has. They know the formats of all countries and ask nobody.
 */
import * as Effect from "effect/Effect"
import type { Address } from "../kernel/Address.ts"
import type { AddressCheck, Findings } from "./AddressCheck.ts"
import * as Countries from "./Countries.ts"

const nothing: Findings = {}

const fault = (field: keyof Address, message: string): Findings => ({ faults: [{ path: [field], message }] })

const isBlank = (text: string | null | undefined): text is null | undefined | "" =>
  text === null || text === undefined || text.trim() === ""

/** Whether there is such a country. */
export const country = ({ country: code }: Address): Findings =>
  Countries.find(code) === undefined ? fault("country", "is not the code of a country") : nothing

/** Whether the country has such a state, province or county, where its addresses need one. Makes names into codes. */
export const subdivision = ({ country: code, region }: Address): Findings => {
  const format = Countries.find(code)
  if (format === undefined) return nothing
  if (isBlank(region)) {
    return format.needsSubdivision ? fault("region", `is needed in an address in ${code}`) : nothing
  }
  const known = Countries.subdivisionCode(format, region)
  if (known !== undefined) return known === region ? nothing : { changes: { region: known } }
  const mustBeKnown = format.subdivisions.size > 0
    && (format.needsSubdivision || region.toUpperCase().startsWith(`${code}-`))
  return mustBeKnown ? fault("region", `is not a state, province or county of ${code}`) : nothing
}

/** Whether a postal code looks like one of the country, and is there where addresses need one. */
export const postalCode = ({ country: code, postalCode }: Address): Findings => {
  const format = Countries.find(code)
  if (format === undefined) return nothing
  if (isBlank(postalCode)) {
    return format.needsPostalCode ? fault("postalCode", `is needed in an address in ${code}`) : nothing
  }
  const plain = Countries.plainPostalCode(postalCode)
  if (format.postalCode !== undefined && !format.postalCode.test(plain)) {
    return fault("postalCode", `is not a postal code of ${code}`)
  }
  return plain === postalCode ? nothing : { changes: { postalCode: plain } }
}

const pure = (name: string, check: (address: Address) => Findings): AddressCheck => ({
  name,
  check: (address) => Effect.sync(() => check(address))
})

export const builtIn: ReadonlyArray<AddressCheck> = [
  pure("country", country),
  pure("subdivision", subdivision),
  pure("postal-code", postalCode)
]
