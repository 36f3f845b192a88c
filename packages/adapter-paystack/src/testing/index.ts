/**
 * A fake Paystack for tests, of this adapter and of shops that sell through it.
 */
export * as FakePaystack from "./FakePaystack.ts"
export { paystackHarness } from "./PaystackHarness.ts"
