import * as Currency from "@stoa/core/kernel/Currency"
import type { GatewayHarness } from "@stoa/core/testing/GatewayHarness"
import * as Effect from "effect/Effect"
import { make } from "../FlutterwaveGateway.ts"
import * as FlutterwaveDisputes from "../FlutterwaveDisputes.ts"
import { units } from "../FlutterwaveUnits.ts"
import * as FakeFlutterwave from "./FakeFlutterwave.ts"

/** The adapter in front of a fake Flutterwave, for `gatewayConformance` and `gatewayShopSuite`. */
export const flutterwaveHarness: GatewayHarness = {
  name: "Flutterwave",
  currency: "NGN",
  disputes: true,
  payouts: true,
  webhooks: { signsBody: false, signsTime: false },
  open: Effect.map(FakeFlutterwave.open(), (fake) => ({
    gateway: make({ ...fake.keys, baseUrl: fake.url, returnUrl: "https://shop.example/back" }),
    // only the buyer's visit decides
    method: () => null,
    visit: (reference, behaviour) => fake.visit(reference, behaviour === "is_sent_away" ? "pays" : behaviour),
    // there is nothing that a buyer who goes away tells Flutterwave
    leave: () => Effect.void,
    records: fake.records,
    refunds: fake.refunds,
    disputes: {
      open: (reference) =>
        Effect.map(fake.chargeBack(reference), ({ flwRef, id }) => FlutterwaveDisputes.referenceOf({ id, flw_ref: flwRef })),
      decide: (reference, outcome) => fake.decide(FlutterwaveDisputes.partsOf(reference)?.id ?? 0, outcome),
      webhook: (reference) => fake.chargebackWebhook(FlutterwaveDisputes.partsOf(reference)?.id ?? 0)
    },
    payouts: {
      make: Effect.map(fake.settle("NGN"), ({ amount, id }) => ({
        reference: id,
        amount: units.fromMajor(amount.toFixed(2), "NGN") ?? { amount: Number.NaN, currency: Currency.Currency.make("NGN") }
      }))
    },
    fail: fake.fail,
    outage: fake.outage,
    revoke: fake.revoke,
    webhook: fake.webhook,
    sign: fake.sign,
    secrets: [fake.keys.secretKey, fake.keys.secretHash]
  }))
}
