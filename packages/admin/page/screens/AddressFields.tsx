/**
 * The fields of an address, without which no parcel finds its way.
 */
import { CountryField } from "../parts/Country.tsx"
import { TextField, type Written } from "../parts/Form.tsx"
import { words } from "../words/Words.ts"

const say = words.drafts

const parts = ["name", "line1", "line2", "postalCode", "city", "region", "country"] as const

interface Address {
  readonly name: string
  readonly line1: string
  readonly city: string
  readonly country: string
  readonly company?: string | null
  readonly line2?: string | null
  readonly region?: string | null
  readonly postalCode?: string | null
  readonly phone?: string | null
}

/** What was written of an address; what it has no field for stays. Without a word it is none. */
export const addressOf = (written: Written, name: string, before: Address | null): Address | null => {
  const given = (part: string) => written.text(`${name}.${part}`)
  if (parts.every((part) => given(part) === "")) return null
  return {
    ...before,
    name: given("name"),
    line1: given("line1"),
    line2: written.orNull(`${name}.line2`),
    postalCode: written.orNull(`${name}.postalCode`),
    city: given("city"),
    region: written.orNull(`${name}.region`),
    country: given("country")
  }
}

export const AddressFields = ({ address, name }: { readonly name: string; readonly address: Address | null }) => (
  <>
    {parts.map((part) => {
      const props = { name: `${name}.${part}`, label: say.address[part], value: address?.[part] ?? "" }
      return part === "country" ? <CountryField key={part} none={say.noCountry} {...props} /> : <TextField key={part} {...props} />
    })}
  </>
)
