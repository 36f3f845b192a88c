/**
 * Payments through Paystack.
 */
import type { PaymentGateway } from "@stoa/core/payments/PaymentGateway"
import { make, type PaystackOptions } from "./PaystackGateway.ts"

export type { PaystackOptions } from "./PaystackGateway.ts"
export { limits, units } from "./PaystackUnits.ts"

/** Paystack as one of a shop's gateways. Its webhooks go to `/webhooks/paystack`. */
export const paystack = (options: PaystackOptions): PaymentGateway => make(options)
