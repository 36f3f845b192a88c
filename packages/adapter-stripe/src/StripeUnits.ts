/**
 * What Stripe counts money in, and what it takes.
 *
 * Most currencies are counted in the minor unit of ISO 4217. The others: some that have a minor unit on paper are taken in
 * whole units (MGA); ISK and UGX have none, but are taken in hundredths that must be whole units; BHD, JOD, KWD, OMR and
 * TND are taken in thousandths whose last digit is zero.
 *
 * @see https://docs.stripe.com/currencies (zero-decimal, three-decimal and special cases, minimum and maximum amounts)
 */
import type * as Currency from "@stoa/core/kernel/Currency"
import * as GatewayUnits from "@stoa/core/payments/GatewayUnits"
import type { AmountLimits } from "@stoa/core/payments/PaymentGateway"

const words = (list: string): ReadonlyArray<string> => list.split(" ")

const whole = words("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF")
const thousandths = words("BHD JOD KWD OMR TND")
const hundredths = words(
  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE CZK DKK "
    + "DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LAK LBP "
    + "LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR "
    + "RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD XCG YER "
    + "ZAR ZMW"
)

/** Stripe's table, in both directions. */
export const units: GatewayUnits.GatewayUnits = GatewayUnits.make({
  ...Object.fromEntries(whole.map((code) => [code, { places: 0 }])),
  ...Object.fromEntries(hundredths.map((code) => [code, { places: 2 }])),
  ...Object.fromEntries(thousandths.map((code) => [code, { places: 3, step: 10 }])),
  ISK: { places: 2, step: 100 },
  UGX: { places: 2, step: 100 }
})

/** The least that Stripe charges, in its unit, where it says so. It depends on the account's country: the least of them. */
export const minimums: Readonly<Record<string, number>> = {
  AED: 200,
  AUD: 50,
  BRL: 50,
  CAD: 50,
  CHF: 50,
  CZK: 1_500,
  DKK: 250,
  EUR: 50,
  GBP: 30,
  HKD: 400,
  HUF: 17_500,
  INR: 50,
  JPY: 50,
  MXN: 1_000,
  MYR: 200,
  NOK: 300,
  NZD: 50,
  PLN: 200,
  RON: 200,
  SEK: 300,
  SGD: 50,
  THB: 1_000,
  USD: 50
}

/** Eight digits, in Stripe's unit. */
const maximum = 99_999_999

/** What a payment may come to, in the engine's minor unit. */
export const limits = (currency: Currency.Currency): AmountLimits => {
  const step = units.stepOf(currency)
  const least = units.fromGateway(minimums[currency] ?? 0, currency)?.amount ?? 0
  const [most] = [0, 1, 2].flatMap((digits) =>
    units.fromGateway(maximum - (maximum % 10 ** digits), currency)?.amount ?? []
  )
  return { minimum: Math.max(least, step), maximum: most ?? maximum, step }
}
