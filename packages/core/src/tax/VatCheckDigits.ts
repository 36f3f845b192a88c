/**
 * Check digits of VAT ids: a misspelt number is told so at once, and the register is not asked about it.
 *
 * The algorithms are those that the member states have published, as the library knows them. It is loaded when the first number
 * is checked.
 */
import * as Effect from "effect/Effect"

/** The countries of the library, by the letters of their numbers. */
const countriesOf = async () => {
  const { checkVAT, ...known } = await import("jsvat-next")
  const countries = {
    AT: known.austria,
    BE: known.belgium,
    BG: known.bulgaria,
    CY: known.cyprus,
    CZ: known.czechRepublic,
    DE: known.germany,
    DK: known.denmark,
    EE: known.estonia,
    EL: known.greece,
    ES: known.spain,
    FI: known.finland,
    FR: known.france,
    HR: known.croatia,
    HU: known.hungary,
    IE: known.ireland,
    IT: known.italy,
    LT: known.lithuania,
    LU: known.luxembourg,
    LV: known.latvia,
    MT: known.malta,
    NL: known.netherlands,
    PL: known.poland,
    PT: known.portugal,
    RO: known.romania,
    SE: known.sweden,
    SI: known.slovenia,
    SK: known.slovakiaRepublic
  }
  return { checkVAT, countries: new Map(Object.entries(countries)) }
}

/** Whether the digits of a plain number fit together; `true` for one whose country has no algorithm here (Northern Ireland). */
export const fit = (number: string): Effect.Effect<boolean> =>
  Effect.map(Effect.promise(countriesOf), ({ checkVAT, countries }) => {
    const country = countries.get(number.slice(0, 2))
    return country === undefined || checkVAT(number, [country]).isValid
  })
