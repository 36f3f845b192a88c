/**
 * A fake Stripe for tests, of this adapter and of shops that sell through it.
 */
export * as FakeStripe from "./FakeStripe.ts"
export { stripeHarness } from "./StripeHarness.ts"
