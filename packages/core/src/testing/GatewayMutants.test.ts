/**
 * Adapters that would lose money, each with one mistake, and the test of the suite that finds it. The suite's tests are
 * gathered here, and are not vitest's, as one that fails is what is looked for.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { GatewayRejected, type PaymentGateway } from "../payments/PaymentGateway.ts"
import { gatewayConformance } from "./GatewayConformance.ts"
import type { GatewayHarness } from "./GatewayHarness.ts"
import { sandboxHarness } from "./SandboxHarness.ts"

/** The sandbox after a mistake was made in it. */
const withMistake = (mistake: (gateway: PaymentGateway) => Partial<PaymentGateway>): GatewayHarness => ({
  ...sandboxHarness,
  open: Effect.map(sandboxHarness.open, (opened) => ({ ...opened, gateway: { ...opened.gateway, ...mistake(opened.gateway) } }))
})

/** How a test of the suite ends on an adapter. */
const ends = (name: string, harness: GatewayHarness) =>
  Effect.gen(function*() {
    const tests = new Map<string, () => Effect.Effect<unknown, unknown>>()
    gatewayConformance(harness, { describe: (_, body) => body(), test: (name, body) => tests.set(name, body) })
    const body = tests.get(name)
    return body === undefined ? yield* Effect.die(`the suite has no test "${name}"`) : yield* Effect.exit(body())
  })

let made = 0
const newKey = () => `new-${++made}`
const rejected = (detail: string) => new GatewayRejected({ gateway: "sandbox", gatewayCode: null, detail })

/** Counts in a float of the major unit, and cuts off what is behind the cent. */
const inFloats = <A extends { readonly amount: { readonly amount: number; readonly currency: string } }>(said: A): A => ({
  ...said,
  amount: { ...said.amount, amount: Math.trunc(Number((said.amount.amount / 100).toFixed(2)) * 100) }
})

const mistakes: ReadonlyArray<readonly [string, string, (gateway: PaymentGateway) => Partial<PaymentGateway>]> = [
  ["makes a new key for every payment that it asks for", "are one for one key, one after the other and at once", (gateway) => ({
    create: (request) => gateway.create({ ...request, idempotencyKey: newKey() })
  })],
  ["makes a new key for every refund", "give all of it back, once for one key", (gateway) => ({
    refund: (request) => gateway.refund({ ...request, idempotencyKey: newKey() })
  })],
  ["takes the amount of a refund for its key", "give it back in parts, if the gateway can, and never more than is left", (gateway) => ({
    refund: (request) => gateway.refund({ ...request, idempotencyKey: `${request.gatewayReference}:${request.amount.amount}` })
  })],
  ["asks for a refund twice, to be sure", "whose outcome nobody knows (lost answer) go back once", (gateway) => ({
    refund: (request) =>
      Effect.andThen(Effect.ignore(gateway.refund({ ...request, idempotencyKey: newKey() })), gateway.refund(request))
  })],
  ["captures all of it, whatever was asked for", "are captured to the last minor unit, if the gateway can in part", (gateway) => ({
    capture: (request) => gateway.capture({ ...request, amount: { ...request.amount, amount: 10_000 } })
  })],
  ["takes money that was only to be reserved", "are captured, once", (gateway) => ({
    create: (request) => gateway.create({ ...request, capture: true })
  })],
  ["says that another currency was paid", "attack 20, zero-decimal currencies: in every currency that it takes are of exactly what was asked for", (gateway) => ({
    create: (request) =>
      Effect.map(gateway.create(request), (said) => ({ ...said, amount: { ...said.amount, currency: "USD" as never } }))
  })],
  ["gives back whatever currency it is asked for", "of nothing, of less than nothing, or in another currency are refused", (gateway) => ({
    refund: (request) => gateway.refund({ ...request, amount: { ...request.amount, currency: "USD" as never } })
  })],
  ["counts in floats", "are of what was asked for to the last minor unit, and go back so", (gateway) => ({
    create: (request) => Effect.map(gateway.create(request), inFloats)
  })],
  ["gives back in floats", "are of what was asked for to the last minor unit, and go back so", (gateway) => ({
    refund: (request) => gateway.refund(inFloats(request))
  })],
  ["says what was asked for, whatever was paid", "of another amount than was asked for are told as they are", (gateway) => ({
    create: (request) => Effect.map(gateway.create(request), (said) => ({ ...said, amount: request.amount }))
  })],
  ["takes a buyer who comes back for one who has paid", "send the buyer away, and are paid when they agreed there", (gateway) => ({
    confirm: (request) => Effect.map(gateway.confirm(request), (said) => ({ ...said, status: "captured" as const }))
  })],
  ["takes a lost answer for a refusal", "whose outcome nobody knows (lost answer) end with one charge", (gateway) => ({
    create: (request) => Effect.catchTag(gateway.create(request), "GatewayUnavailable", ({ detail }) => rejected(detail))
  })],
  ["takes no answer in time for a refusal", "are out of reach while it is silent, and nobody guesses what became of them", (gateway) => ({
    create: (request) =>
      Effect.timeoutOrElse(gateway.create(request), { duration: "5 seconds", orElse: () => Effect.fail(rejected("too slow")) })
  })],
  ["takes no answer in time for a refund that failed", "are out of reach while it is silent, and nobody guesses what became of them", (gateway) => ({
    refund: (request) =>
      Effect.timeoutOrElse(gateway.refund(request), {
        duration: "5 seconds",
        orElse: () =>
          Effect.succeed({
            reference: "unknown",
            status: "failed" as const,
            amount: request.amount,
            failure: { code: "gateway_error" as const, message: "too slow", gatewayCode: null }
          })
      })
  })],
  ["takes a payment that it cannot look up for one that was never made", "are out of reach while it is unreachable, and nobody guesses what became of them", (gateway) => ({
    retrieve: (known) => Effect.catchTag(gateway.retrieve(known), "GatewayUnavailable", () => Effect.undefined)
  })],
  ["takes a refund that it cannot look up for one that was never made", "are out of reach while it is broken, and nobody guesses what became of them", (gateway) => ({
    retrieveRefund: (known) => Effect.catchTag(gateway.retrieveRefund(known), "GatewayUnavailable", () => Effect.undefined)
  })],
  ["lists nothing when there is no answer", "are out of reach while it is unreachable, and nobody guesses what became of them", (gateway) => ({
    list: (window) => Effect.catchTag(gateway.list(window), "GatewayUnavailable", () => Effect.succeed({ items: [], next: null }))
  })],
  ["takes a refund for done when it was asked for", "that take their time are on their way until they end, and hold their amount", (gateway) => ({
    refund: (request) => Effect.map(gateway.refund(request), (said) => ({ ...said, status: "succeeded" as const }))
  })],
  ["never hears that a refund failed", "that fail later are told as failed, and the money can go back again", (gateway) => ({
    retrieveRefund: (known) =>
      Effect.map(gateway.retrieveRefund(known), (said) => said && { ...said, status: "pending" as const, failure: null })
  })],
  ["believes every webhook", "attacks 33 and 34, unsigned and wrongly signed: without a signature, or with a wrong one, are refused", () => ({
    parseWebhook: ({ body }) =>
      Effect.sync(() => {
        const { data, id, type } = JSON.parse(new TextDecoder().decode(body))
        return { key: id, type, gatewayReference: data.reference, paymentId: null }
      })
  })],
  ["signs the JSON that it read, and not the bytes", "attacks 33 and 34, unsigned and wrongly signed: without a signature, or with a wrong one, are refused", (gateway) => ({
    parseWebhook: (request) =>
      Effect.suspend(() => {
        const again = new TextEncoder().encode(JSON.stringify(JSON.parse(new TextDecoder().decode(request.body))))
        return gateway.parseWebhook({ ...request, body: again })
      }).pipe(Effect.catchDefect(() => gateway.parseWebhook(request)))
  })],
  ["takes every delivery of a webhook for another", "have one key for every delivery, and another for every other news", (gateway) => ({
    parseWebhook: (request) => Effect.map(gateway.parseWebhook(request), (event) => ({ ...event, key: newKey() }))
  })],
  ["takes all news of a payment for the same", "have one key for every delivery, and another for every other news", (gateway) => ({
    parseWebhook: (request) =>
      Effect.map(gateway.parseWebhook(request), (event) => ({ ...event, key: event.gatewayReference ?? "none" }))
  })]
]

describe("the suite for gateways", () => {
  for (const [mistake, name, change] of mistakes) {
    it.effect(`finds an adapter that ${mistake}`, () =>
      Effect.gen(function*() {
        assert.isTrue(Exit.isSuccess(yield* ends(name, sandboxHarness)), "without the mistake, it passes")
        assert.isTrue(Exit.isFailure(yield* ends(name, withMistake(change))))
      }))
  }
})
