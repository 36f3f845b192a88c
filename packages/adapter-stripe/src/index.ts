/**
 * Payments through Stripe, by its official SDK.
 */
import type { PaymentGateway } from "@stoa/core/payments/PaymentGateway"
import { make, type StripeOptions } from "./StripeGateway.ts"

export type { StripeOptions } from "./StripeGateway.ts"
export { limits, units } from "./StripeUnits.ts"

/** Stripe as one of a shop's gateways. Its webhooks go to `/webhooks/stripe`. */
export const stripe = (options: StripeOptions): PaymentGateway => make(options)
