import * as Currency from "@stoa/core/kernel/Currency"
import type { Behaviour, GatewayHarness } from "@stoa/core/testing/GatewayHarness"
import * as Effect from "effect/Effect"
import { make } from "../StripeGateway.ts"
import * as FakeStripe from "./FakeStripe.ts"
import { clientSecret } from "./StripeBooks.ts"

const methods: Readonly<Record<Behaviour, keyof typeof FakeStripe.tokens>> = {
  pays: "pm_card_visa",
  is_declined: "pm_card_visa_chargeDeclined",
  has_too_little: "pm_card_visa_chargeDeclinedInsufficientFunds",
  is_sent_away: "pm_card_threeDSecure2Required",
  pays_another_amount: "pm_fake_anotherAmount"
}

/** The adapter in front of a fake Stripe, for `gatewayConformance` and `gatewayShopSuite`. */
export const stripeHarness: GatewayHarness = {
  name: "Stripe",
  currency: "USD",
  disputes: true,
  payouts: true,
  webhooks: { signsBody: true, signsTime: true },
  open: Effect.map(FakeStripe.open(), (fake) => ({
    gateway: make({ secretKey: fake.secretKey, webhookSecret: fake.webhookSecret, ...fake.address }),
    method: (behaviour) => methods[behaviour],
    visit: fake.approve,
    leave: fake.reject,
    records: fake.records,
    refunds: fake.refunds,
    disputes: { open: (reference) => fake.dispute(reference), decide: fake.decide, webhook: fake.disputeWebhook },
    payouts: {
      make: Effect.map(fake.payOut("USD"), ({ amount, id }) => ({
        reference: id,
        amount: { amount, currency: Currency.Currency.make("USD") }
      }))
    },
    savedMethods: {
      challenge: fake.challenge,
      setups: { visit: fake.answerSetup, webhook: fake.setupWebhook }
    },
    fail: fake.fail,
    outage: fake.outage,
    revoke: fake.revoke,
    webhook: fake.webhook,
    sign: fake.sign,
    secrets: [fake.secretKey, fake.webhookSecret, clientSecret]
  }))
}
