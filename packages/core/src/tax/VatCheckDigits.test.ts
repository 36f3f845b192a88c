import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { isWellFormed, memberStates } from "./VatId.ts"
import * as VatCheckDigits from "./VatCheckDigits.ts"

// one of each member state: companies' own imprints, and the examples of the states' own descriptions
const genuine = [
  "ATU13585627", "BE0428759497", "BE1000000021", "BG175074752", "CY10259033P", "CZ25123891", "DE136695976", "DK13585628",
  "EE100931558", "EL094259216", "ES54362315K", "ESB58378431", "FI20774740", "FR40303265045", "FR23334175221", "HR33392005961",
  "HU12892312", "IE6433435F", "IE6433435OA", "IE8D79739I", "IT00743110157", "LT119511515", "LT100001919017", "LU15027442",
  "LV40003521600", "MT11679112", "NL004495445B01", "NL000099998B57", "PL8567346215", "PT501964843", "RO18547290",
  "SE123456789701", "SI50223054", "SK2022749619"
]

const isWrong = (number: string) => Effect.map(VatCheckDigits.fit(number), (fits) => !fits)

describe("the digits of a VAT id", () => {
  it.effect("fit together in genuine numbers of every member state", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* Effect.filter(genuine, isWrong), [])
      assert.deepStrictEqual(genuine.filter((number) => !isWellFormed(number)), [])
      assert.strictEqual(new Set(genuine.map((number) => number.slice(0, 2))).size, memberStates.size)
    }))

  it.effect("do not fit where the last digit was misread", () =>
    Effect.gen(function*() {
      // the last digit before letters at the end; France and the Netherlands also have numbers whose digits are not checked
      const misread = genuine.filter((number) => !/^(?:FR|NL)/.test(number)).map((number) =>
        number.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10)))
      assert.deepStrictEqual(yield* Effect.filter(misread, VatCheckDigits.fit), [])
      assert.isFalse(yield* VatCheckDigits.fit("FR40303265046"))
      assert.isFalse(yield* VatCheckDigits.fit("NL004495455B01"))
    }))

  it.effect("of Northern Ireland are left to the register", () =>
    Effect.map(VatCheckDigits.fit("XI123456789"), (fits) => assert.isTrue(fits)))
})
