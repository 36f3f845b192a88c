/**
 * The currencies of ISO 4217 with the number of decimal places of their minor unit.
 *
 * Precious metals, test codes and bond units are left out: they have no minor unit and nobody pays with them.
 *
 * @see https://www.six-group.com/en/products-services/financial-information/data-standards.html (list one)
 */
import * as Schema from "effect/Schema"

const codes = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
    + "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
    + "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
    + "MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
    + "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER "
    + "ZAR ZMW ZWG",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW"
} as const

const exponents: ReadonlyMap<string, number> = new Map(
  Object.entries(codes).flatMap(([exponent, list]) => list.split(" ").map((code) => [code, Number(exponent)] as const))
)

/** An ISO 4217 alphabetic code that this engine knows, in capitals: `"USD"`. */
export const Currency = Schema.String.check(
  Schema.makeFilter((code: string) => exponents.has(code) || "Expected a currency code of ISO 4217, in capitals", {
    identifier: "Currency",
    fault: "not_a_currency",
    description: "ISO 4217 currency code"
  })
).pipe(Schema.brand("Currency"))
export type Currency = typeof Currency.Type

/** Whether `code` is a currency that this engine knows. */
export const is = (code: string): code is Currency => exponents.has(code)

/** Every known code, in alphabetical order. */
export const all: ReadonlyArray<Currency> = [...exponents.keys()].sort().filter(is)

/** Decimal places of the minor unit: 2 for USD, 0 for JPY, 3 for KWD. */
export const exponent = (currency: Currency): number => exponents.get(currency) ?? 2
