/**
 * Everything that a payment gateway's adapter must do, in one call.
 *
 * **Details**
 *
 * The adapter runs against a fake of its gateway that keeps state and speaks the real protocol; `GatewayHarness` says what
 * the fake must be able to do. Time is the test's clock. Everything that the adapter answers is searched for the secrets
 * that the harness names and for what looks like a card number.
 *
 * **Example**
 *
 * ```ts
 * import { gatewayConformance, type GatewayHarness } from "@stoa/core/testing"
 *
 * const harness: GatewayHarness = {
 *   name: "My Bank",
 *   currency: "EUR",
 *   webhooks: { signsBody: true, signsTime: true },
 *   open: openMyBankWithItsFake
 * }
 *
 * gatewayConformance(harness)
 * ```
 */
import { gatewayCaptureSuite } from "./GatewayCaptureSuite.ts"
import { gatewayDisputeSuite } from "./GatewayDisputeSuite.ts"
import type { GatewayHarness } from "./GatewayHarness.ts"
import { gatewayListSuite } from "./GatewayListSuite.ts"
import { gatewayPayoutSuite } from "./GatewayPayoutSuite.ts"
import { gatewayPaymentSuite } from "./GatewayPaymentSuite.ts"
import { gatewayRefundSuite } from "./GatewayRefundSuite.ts"
import { gatewaySavedMethodSuite } from "./GatewaySavedMethodSuite.ts"
import { gatewayWebhookSuite } from "./GatewayWebhookSuite.ts"
import type { Register } from "./Register.ts"

export const gatewayConformance = (harness: GatewayHarness, register?: Register): void => {
  gatewayPaymentSuite(harness, register)
  gatewayCaptureSuite(harness, register)
  gatewayRefundSuite(harness, register)
  gatewayWebhookSuite(harness, register)
  gatewayListSuite(harness, register)
  gatewaySavedMethodSuite(harness, register)
  gatewayDisputeSuite(harness, register)
  gatewayPayoutSuite(harness, register)
}
