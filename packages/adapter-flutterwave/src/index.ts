/**
 * Payments through Flutterwave.
 */
import type { PaymentGateway } from "@stoa/core/payments/PaymentGateway"
import { type FlutterwaveOptions, make } from "./FlutterwaveGateway.ts"

export type { FlutterwaveOptions } from "./FlutterwaveGateway.ts"
export { units } from "./FlutterwaveUnits.ts"

/** Flutterwave as one of a shop's gateways. Its webhooks go to `/webhooks/flutterwave`. */
export const flutterwave = (options: FlutterwaveOptions): PaymentGateway => make(options)
