import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { add as plus, subtract } from "../kernel/Money.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { type GatewayDispute, GatewayMisconfigured, type GatewayPayoutEntry, GatewayUnavailable } from "../payments/PaymentGateway.ts"
import * as SandboxBank from "../payments/SandboxBank.ts"
import type { SandboxMethod } from "../payments/SandboxGateway.ts"
import { sign, signatureHeader } from "../payments/SandboxWebhook.ts"
import type { Behaviour, GatewayHarness } from "./GatewayHarness.ts"
import * as ScriptedGateway from "./ScriptedGateway.ts"
import * as Shop from "./Shop.ts"

const methods: Record<Behaviour, SandboxMethod> = {
  pays: "sandbox_success",
  is_declined: "sandbox_decline",
  has_too_little: "sandbox_insufficient_funds",
  is_sent_away: "sandbox_redirect",
  pays_another_amount: "sandbox_mismatch"
}

const calls = ["create", "confirm", "retrieve", "capture", "cancel", "refund", "retrieveRefund", "list"] as const

const changes = ["create", "capture", "cancel", "refund", "setup"] as const

/** The sandbox gateway as one under test. */
export const sandboxHarness: GatewayHarness = {
  name: "the sandbox",
  currency: "USD",
  disputes: true,
  payouts: true,
  webhooks: { signsBody: true, signsTime: true },
  open: Effect.sync(() => {
    const secret = "whsec_sandbox_test"
    const bank = SandboxBank.memory()
    // what takes time ends when a test says so
    const gateway = ScriptedGateway.make({ secret, bank, settleAfter: "365 days" })
    let refundsTakeTime = false
    const disputes = new Map<string, GatewayDispute>()
    const dispute = (said: GatewayDispute) =>
      Effect.map(Timestamp.now, (at) => {
        disputes.set(said.reference, said)
        gateway.dispute(said, at)
      })
    const disputeAt = (reference: string) =>
      Effect.flatMap(Effect.sync(() => disputes.get(reference)), (known) =>
        known === undefined ? Effect.die(`there is no dispute ${reference}`) : Effect.succeed(known))
    const paidOut = new Set<string>()
    const payOut = Effect.gen(function*() {
      const entries: Array<GatewayPayoutEntry> = []
      const add = (kind: "charge" | "refund", reference: string, paymentReference: string, amount: number, fee: number) => {
        if (paidOut.has(reference)) return
        paidOut.add(reference)
        entries.push({ reference, kind, paymentReference, amount: Shop.usd(amount), fee: Shop.usd(fee) })
      }
      for (const { reference, status, taken } of yield* Effect.orDie(bank.charges)) {
        if (status === "captured") add("charge", reference, reference, taken.amount, 30)
      }
      for (const { amount, chargeReference, reference, status } of yield* Effect.orDie(bank.refunds)) {
        if (status === "succeeded") add("refund", reference, chargeReference, -amount.amount, 0)
      }
      const createdAt = yield* Timestamp.now
      const reference = `po_${createdAt}`
      const amount = entries.reduce((sum, { amount, fee }) => subtract(plus(sum, amount), fee), Shop.usd(0))
      gateway.payout({ reference, state: "paid", amount, arrivesAt: null, createdAt, itemised: true, besides: [] }, entries)
      return { reference, amount }
    })
    return {
      gateway,
      payouts: { make: payOut },
      savedMethods: {
        setups: {
          visit: (setup, agrees) => Effect.orDie(gateway.answerSetup(setup, agrees)),
          webhook: (setup) => Effect.orDie(gateway.setupWebhook(setup))
        }
      },
      disputes: {
        open: Effect.fnUntraced(function*(paymentReference) {
          const charge = (yield* Effect.orDie(bank.charges)).find(({ reference }) => reference === paymentReference)
          if (charge === undefined) return yield* Effect.die(`there is no charge ${paymentReference}`)
          const reference = `dp_${paymentReference}`
          yield* dispute({
            reference,
            paymentReference,
            status: "needs_response",
            amount: charge.taken,
            fee: null,
            withdrawn: true,
            reason: "product_not_received",
            respondBy: null
          })
          return reference
        }),
        decide: Effect.fnUntraced(function*(reference, status) {
          yield* dispute({ ...yield* disputeAt(reference), status, withdrawn: status === "lost" })
        }),
        webhook: Effect.fnUntraced(function*(reference) {
          const { paymentReference, status } = yield* disputeAt(reference)
          const about = { reference: paymentReference, disputeReference: reference }
          const body = { id: `evt_${reference}_${status}`, type: "charge.dispute", data: about }
          const seconds = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
          const bytes = new TextEncoder().encode(JSON.stringify(body))
          return { body: bytes, headers: { [signatureHeader]: sign(bytes, secret, seconds) } }
        })
      },
      refunds: {
        takeTime: Effect.sync(() => {
          refundsTakeTime = true
        }),
        end: (refund, outcome) => Effect.asVoid(Effect.orDie(bank.endRefund(refund, outcome))),
        comeBack: (refund) => Effect.asVoid(Effect.orDie(bank.endRefund(refund, "failed")))
      },
      method: (behaviour) => behaviour === "pays" && refundsTakeTime ? "sandbox_refund_pending" : methods[behaviour],
      visit: (reference) => Effect.ignore(gateway.approve(reference)),
      leave: (reference) => Effect.ignore(gateway.reject(reference)),
      records: Effect.gen(function*() {
        const refunds = yield* bank.refunds
        return (yield* bank.charges).map(({ paymentId, reference, status, taken }) => ({
          reference,
          paymentId,
          captured: { ...taken, amount: status === "captured" ? taken.amount : 0 },
          refunded: {
            ...taken,
            amount: refunds.reduce(
              (sum, refund) =>
                refund.chargeReference === reference && refund.status !== "failed" ? sum + refund.amount.amount : sum,
              0
            )
          }
        }))
      }).pipe(Effect.orDie),
      fail: (fault) =>
        Effect.sync(() => {
          const lost = Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "no answer" }))
          const isDone = fault === "lost_answer" || fault === "gibberish"
          for (const call of changes) {
            gateway.on(call, (answer) => {
              for (const other of changes) gateway.off(other)
              return isDone ? Effect.andThen(answer as Effect.Effect<unknown>, lost) as never : lost
            })
          }
        }),
      outage: (kind) =>
        Effect.sync(() => {
          const lost = Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "no answer" }))
          for (const call of calls) {
            if (kind === null) gateway.off(call)
            else {
              gateway.on(call, (answer) =>
                kind === "silent" ? Effect.andThen(Effect.exit(answer as Effect.Effect<unknown>), Effect.never) : lost)
            }
          }
        }),
      revoke: (isRevoked) =>
        Effect.sync(() => {
          const refused = Effect.fail(
            new GatewayMisconfigured({ gateway: "sandbox", gatewayCode: "401", detail: "the key was taken back" })
          )
          for (const call of calls) {
            if (isRevoked) gateway.on(call, () => refused)
            else gateway.off(call)
          }
        }),
      webhook: (reference) => Effect.orDie(gateway.webhook(reference)),
      sign: (body, options) =>
        Effect.map(Clock.currentTimeMillis, (millis) => ({
          body,
          headers: {
            "content-type": "application/json",
            [signatureHeader]: sign(body, options?.secret ?? secret, options?.atSeconds ?? Math.floor(millis / 1_000))
          }
        })),
      secrets: [secret]
    }
  })
}
