import { assert, describe, it } from "@effect/vitest"
import { countryOf, isWellFormed, memberStates, plain } from "./VatId.ts"

// one of each member state, in the forms that the Commission's FAQ lists
const wellFormed = [
  "ATU12345678", "BE0123456789", "BE1123456789", "BG123456789", "BG1234567890", "CY12345678L", "CZ12345678", "CZ1234567890",
  "DE123456789", "DK12345678", "EE123456789", "EL123456789", "ESX1234567X", "ES12345678X", "ESX12345678", "FI12345678",
  "FRXX123456789", "FR12345678901", "HR12345678901", "HU12345678", "IE1234567WA", "IE1A12345B", "IE1234567W", "IT12345678901",
  "LT123456789", "LT123456789012", "LU12345678", "LV12345678901", "MT12345678", "NL123456789B01", "PL1234567890",
  "PT123456789", "RO12", "RO1234567890", "SE123456789001", "SI12345678", "SK1234567890", "XI123456789", "XI123456789012",
  "XIGD001", "XIHA599"
]

describe("a VAT id", () => {
  it("looks as those of its member state do", () => {
    assert.deepStrictEqual(wellFormed.filter((number) => !isWellFormed(number)), [])
    const countries = new Set(wellFormed.map(countryOf))
    assert.deepStrictEqual([...memberStates].filter((code) => !countries.has(code)), [])
    assert.strictEqual(memberStates.size, 27)
  })

  it("is none with a digit too many or too few, of another country, or without its letters", () => {
    for (const number of wellFormed) assert.isFalse(isWellFormed(`${number}${"0".repeat(13)}`), number)
    for (const wrong of ["", "DE", "DE12345678", "GR123456789", "GB123456789", "US123456789", "123456789", "ATX12345678", "de123456789"]) {
      assert.isFalse(isWellFormed(wrong), wrong)
    }
  })

  it("may be written with spaces, dots and hyphens, and in small letters", () => {
    assert.strictEqual(plain("nl 1234.56.789-b01"), "NL123456789B01")
  })

  it("of Greece begins with EL", () => assert.strictEqual(countryOf("EL123456789"), "GR"))
})
