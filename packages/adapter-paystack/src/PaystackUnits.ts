/**
 * What Paystack counts money in: hundredths of every currency, also of XOF, which has none and so is always whole.
 *
 * @see https://paystack.com/docs/api/#supported-currency
 */
import type * as Currency from "@stoa/core/kernel/Currency"
import * as GatewayUnits from "@stoa/core/payments/GatewayUnits"
import type { AmountLimits } from "@stoa/core/payments/PaymentGateway"

/** Paystack's table, in both directions. */
export const units: GatewayUnits.GatewayUnits = GatewayUnits.make({
  GHS: { places: 2 },
  KES: { places: 2 },
  NGN: { places: 2 },
  USD: { places: 2 },
  XOF: { places: 2, step: 100 },
  ZAR: { places: 2 }
})

/** The least that Paystack takes, in its unit. */
export const minimums: Readonly<Record<string, number>> = { GHS: 10, KES: 300, NGN: 5_000, USD: 200, XOF: 100, ZAR: 100 }

/** What a payment may come to, in the engine's minor unit. */
export const limits = (currency: Currency.Currency): AmountLimits => ({
  minimum: units.fromGateway(minimums[currency] ?? 1, currency)?.amount ?? 1,
  step: units.stepOf(currency)
})
