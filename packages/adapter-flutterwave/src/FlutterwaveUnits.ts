/**
 * What Flutterwave counts money in: decimal numbers of the major unit, such as 19.99, with the places of ISO 4217.
 *
 * @see https://developer.flutterwave.com/v3.0/docs/multicurrency-payments
 */
import * as Currency from "@stoa/core/kernel/Currency"
import * as GatewayUnits from "@stoa/core/payments/GatewayUnits"

const codes = "EGP EUR GBP GHS KES MWK NGN RWF TZS UGX USD XAF XOF ZAR ZMW".split(" ").filter(Currency.is)

/** Flutterwave's table, in both directions: `toMajor` and `fromMajor` are its numbers. */
export const units: GatewayUnits.GatewayUnits = GatewayUnits.make(
  Object.fromEntries(codes.map((code) => [code, { places: Currency.exponent(code) }]))
)
