/**
 * VAT identification numbers of the European Union: how they look, and whose they are.
 *
 * @see https://ec.europa.eu/taxation_customs/vies/#/faq (the structure of the numbers of each member state)
 */
import * as Schema from "effect/Schema"
import { text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

/** What follows the two letters, by these letters. Greece is EL, and XI is Northern Ireland for goods. */
const formats: Readonly<Record<string, RegExp>> = {
  AT: /^U\d{8}$/,
  BE: /^[01]\d{9}$/,
  BG: /^\d{9,10}$/,
  CY: /^\d{8}[A-Z]$/,
  CZ: /^\d{8,10}$/,
  DE: /^\d{9}$/,
  DK: /^\d{8}$/,
  EE: /^\d{9}$/,
  EL: /^\d{9}$/,
  ES: /^(?:[A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z])$/,
  FI: /^\d{8}$/,
  FR: /^[A-HJ-NP-Z0-9]{2}\d{9}$/,
  HR: /^\d{11}$/,
  HU: /^\d{8}$/,
  IE: /^(?:\d[A-Z0-9+*]\d{5}[A-Z]|\d{7}[A-W][A-I])$/,
  IT: /^\d{11}$/,
  LT: /^(?:\d{9}|\d{12})$/,
  LU: /^\d{8}$/,
  LV: /^\d{11}$/,
  MT: /^\d{8}$/,
  NL: /^[A-Z0-9+*]{10}\d{2}$/,
  PL: /^\d{10}$/,
  PT: /^\d{9}$/,
  RO: /^\d{2,10}$/,
  SE: /^\d{10}01$/,
  SI: /^\d{8}$/,
  SK: /^\d{10}$/,
  XI: /^(?:\d{9}|\d{12}|(?:GD|HA)\d{3})$/
}

/** The member states, by their ISO codes. */
export const memberStates: ReadonlySet<string> = new Set(
  Object.keys(formats).filter((code) => code !== "XI").map((code) => code === "EL" ? "GR" : code)
)

/** A number as it is kept: in capitals, without spaces, dots and hyphens. */
export const plain = (number: string): string => number.toUpperCase().replace(/[\s.-]/g, "")

/** Whether a plain number looks like one of its member state. It may still be nobody's. */
export const isWellFormed = (number: string): boolean =>
  formats[number.slice(0, 2)]?.test(number.slice(2)) ?? false

/** The country whose number it is, as its ISO code. */
export const countryOf = (number: string): string => {
  const letters = number.slice(0, 2)
  return letters === "EL" ? "GR" : letters
}

/** `valid` and `invalid` are what the register said; `unverified` is what nobody has asked yet, or nobody could answer. */
export const VatIdStatus = Schema.Literals(["unverified", "valid", "invalid"])
export type VatIdStatus = typeof VatIdStatus.Type

/** The VAT id of a customer. */
export const VatId = Schema.Struct({
  customerId: Schema.String,
  number: Schema.String,
  status: VatIdStatus,
  /** When the register last answered. */
  checkedAt: Schema.NullOr(Timestamp),
  updatedAt: Timestamp
}).annotate({ identifier: "VatId" })
export interface VatId extends Schema.Schema.Type<typeof VatId> {}

export const SetVatId = Schema.Struct({
  /** With the letters of the member state: `"DE 129 273 398"`. */
  number: text(30).check(
    Schema.makeFilter((number: string) =>
      isWellFormed(plain(number)) || "Expected a VAT id of a member state of the EU, such as DE129273398"
    )
  )
}).annotate({ identifier: "SetVatId" })
