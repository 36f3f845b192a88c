import * as Currency from "@stoa/core/kernel/Currency"
import type { GatewayHarness } from "@stoa/core/testing/GatewayHarness"
import * as Effect from "effect/Effect"
import { make } from "../PaystackGateway.ts"
import * as FakePaystack from "./FakePaystack.ts"

/** The adapter in front of a fake Paystack, for `gatewayConformance` and `gatewayShopSuite`. */
export const paystackHarness: GatewayHarness = {
  name: "Paystack",
  currency: "NGN",
  disputes: true,
  payouts: true,
  webhooks: { signsBody: true, signsTime: false },
  open: Effect.map(FakePaystack.open(), (fake) => ({
    gateway: make({ secretKey: fake.secretKey, baseUrl: fake.url }),
    // only the buyer's visit decides
    method: () => null,
    visit: (reference, behaviour) => fake.visit(reference, behaviour === "is_sent_away" ? "pays" : behaviour),
    // there is nothing that a buyer who goes away tells Paystack
    leave: () => Effect.void,
    records: fake.records,
    refunds: fake.refunds,
    disputes: {
      open: fake.dispute,
      decide: fake.decide,
      webhook: fake.disputeWebhook,
      files: ["qesp8a4df1xejihd9x5q"]
    },
    payouts: {
      make: Effect.map(fake.settle("NGN"), ({ amount, id }) => ({
        reference: id,
        amount: { amount, currency: Currency.Currency.make("NGN") }
      }))
    },
    savedMethods: { challenge: fake.challenge },
    fail: fake.fail,
    outage: fake.outage,
    revoke: fake.revoke,
    webhook: fake.webhook,
    sign: fake.sign,
    secrets: [fake.secretKey]
  }))
}
