/**
 * A fake Flutterwave for tests, of this adapter and of shops that sell through it.
 */
export * as FakeFlutterwave from "./FakeFlutterwave.ts"
export { flutterwaveHarness } from "./FlutterwaveHarness.ts"
