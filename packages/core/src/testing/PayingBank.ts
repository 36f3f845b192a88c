/**
 * A sandbox gateway that tells of cards and pays out: what it has taken is at the bank at once, each charge as a payout of its
 * own, less a fee. All of it follows from the bank's books, so it is the same for every process that opens them.
 */
import * as Effect from "effect/Effect"
import type { GatewayCard } from "../fraud/Card.ts"
import { make as money, negate, subtract, zero } from "../kernel/Money.ts"
import type { GatewayPayout } from "../payments/PaymentGateway.ts"
import { GatewayUnavailable } from "../payments/PaymentGateway.ts"
import type { SandboxCharge } from "../payments/SandboxBank.ts"
import * as SandboxGateway from "../payments/SandboxGateway.ts"

/** The one card that everybody has. */
const card: GatewayCard = {
  fingerprint: "fp_everybody",
  brand: "visa",
  last4: "4242",
  country: "NG",
  funding: "credit",
  checks: { address: null, postalCode: null, securityCode: "passed" },
  threeDSecure: null
}

const feeOf = ({ taken }: SandboxCharge) => money(Math.round(taken.amount * 0.03), taken.currency)

/** What Stripe would call a fee of its own: a hundredth of a dollar for each payout. */
const wireFeeOf = ({ taken }: SandboxCharge) => money(1, taken.currency)

const payoutOf = (charge: SandboxCharge): GatewayPayout => ({
  reference: `po_${charge.reference}`,
  state: "paid",
  amount: subtract(subtract(charge.taken, feeOf(charge)), wireFeeOf(charge)),
  arrivesAt: null,
  createdAt: charge.createdAt,
  itemised: true,
  besides: []
})

export const make = (options: SandboxGateway.SandboxOptions = {}): SandboxGateway.SandboxGateway => {
  const sandbox = SandboxGateway.make({ ...options, card: () => card })
  const taken = Effect.map(sandbox.bank.charges, (charges) => charges.filter(({ status }) => status === "captured")).pipe(
    Effect.mapError(() => new GatewayUnavailable({ gateway: sandbox.name, detail: "the bank is closed" }))
  )
  return {
    ...sandbox,
    payouts: {
      list: ({ since, until }) =>
        Effect.map(taken, (charges) => ({
          items: charges.filter(({ createdAt }) => createdAt >= since && createdAt < until).map(payoutOf),
          next: null
        })),
      // in two parts, each of them a transaction of the shop
      entries: ({ after, reference }) =>
        Effect.map(taken, (charges) => {
          const charge = charges.find((one) => `po_${one.reference}` === reference)
          if (charge === undefined) return { items: [], next: null }
          const none = zero(charge.taken.currency)
          return after === null
            ? {
              items: [{
                reference: "txn_charge",
                kind: "charge",
                paymentReference: charge.reference,
                amount: charge.taken,
                fee: feeOf(charge)
              }],
              next: "fee"
            }
            : {
              items: [{ reference: "txn_fee", kind: "fee", paymentReference: null, amount: negate(wireFeeOf(charge)), fee: none }],
              next: null
            }
        })
    }
  }
}

/** What is at the bank once every payout is there, and what it has cost. */
export const paidOut = ({ bank }: Pick<SandboxGateway.SandboxGateway, "bank">) =>
  Effect.map(bank.charges, (charges) => {
    const all = charges.filter(({ status }) => status === "captured")
    return {
      bank: all.reduce((sum, charge) => sum + payoutOf(charge).amount.amount, 0),
      fees: all.reduce((sum, charge) => sum + feeOf(charge).amount + wireFeeOf(charge).amount, 0)
    }
  })
