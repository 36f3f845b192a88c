/**
 * How money comes in, as the environment says it. Keys are never flags and never repeated: command lines are seen by
 * others, and messages are logged.
 */
import type { PaymentGateway } from "@stoa/core/payments/PaymentGateway"
import * as OfflineGateway from "@stoa/core/payments/OfflineGateway"
import * as Money from "@stoa/core/kernel/Money"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { CommandFailed } from "./CommandFailed.ts"
import * as SandboxPages from "./SandboxPages.ts"
import { toggle, variable } from "./Settings.ts"

/** The gateways of a server, and the sandbox's page where it is one of them. */
export interface Gateways {
  readonly all: ReadonlyArray<PaymentGateway>
  readonly sandbox: SandboxPages.SandboxPages | undefined
}

const missing = (name: string, why: string) => new CommandFailed({ message: `${name} is not set: ${why}` })

/** A secret that another variable makes necessary. */
const secret = (name: string, why: string) =>
  Effect.flatMap(variable(name), (text) =>
    text === undefined ? Effect.fail(missing(name, why)) : Effect.succeed(Redacted.make(text)))

/** Makes a gateway of what is there, loading its adapter only then; a key that it refuses is told without the key. */
const load = (name: string, make: () => Promise<PaymentGateway>): Effect.Effect<PaymentGateway, CommandFailed> =>
  Effect.tryPromise({
    try: make,
    catch: (error) =>
      new CommandFailed({ message: `${name} cannot be used: ${error instanceof Error ? error.message : "its settings are wrong"}` })
  })

const stripe = Effect.gen(function*() {
  const secretKey = yield* variable("STOA_STRIPE_SECRET_KEY")
  if (secretKey === undefined) return undefined
  const webhookSecret = yield* secret("STOA_STRIPE_WEBHOOK_SECRET", "Stripe's webhooks cannot be checked without it")
  const returnUrl = yield* variable("STOA_RETURN_URL")
  return yield* load("Stripe", async () =>
    (await import("@stoa/adapter-stripe")).stripe({ secretKey: Redacted.make(secretKey), webhookSecret, returnUrl }))
})

const paystack = Effect.gen(function*() {
  const secretKey = yield* variable("STOA_PAYSTACK_SECRET_KEY")
  if (secretKey === undefined) return undefined
  return yield* load("Paystack", async () =>
    (await import("@stoa/adapter-paystack")).paystack({ secretKey: Redacted.make(secretKey) }))
})

const flutterwave = Effect.gen(function*() {
  const secretKey = yield* variable("STOA_FLUTTERWAVE_SECRET_KEY")
  if (secretKey === undefined) return undefined
  const secretHash = yield* secret("STOA_FLUTTERWAVE_SECRET_HASH", "Flutterwave's webhooks cannot be checked without it")
  const returnUrl = yield* variable("STOA_RETURN_URL")
  if (returnUrl === undefined) {
    return yield* missing("STOA_RETURN_URL", "Flutterwave needs an address that buyers come back to")
  }
  return yield* load("Flutterwave", async () =>
    (await import("@stoa/adapter-flutterwave")).flutterwave({ secretKey: Redacted.make(secretKey), secretHash, returnUrl }))
})

const cashOnDelivery = Effect.map(toggle("STOA_CASH_ON_DELIVERY"), (on) =>
  on === true ? OfflineGateway.cashOnDelivery() : undefined)

const bankTransfer = Effect.map(variable("STOA_BANK_TRANSFER"), (text) =>
  text === undefined
    ? undefined
    : OfflineGateway.bankTransfer({
      instructions: ({ amount, reference }) =>
        text.replaceAll("{amount}", Money.format(amount)).replaceAll("{reference}", reference)
    }))

/**
 * Every gateway that the environment names, in the order in which they are offered. Where it names none, or `STOA_SANDBOX`
 * is `on`, the sandbox is one of them.
 */
export const gateways: Effect.Effect<Gateways, CommandFailed> = Effect.gen(function*() {
  const found = yield* Effect.all([stripe, paystack, flutterwave, bankTransfer, cashOnDelivery])
  const configured = found.filter((gateway) => gateway !== undefined)
  const wanted = yield* toggle("STOA_SANDBOX")
  const sandbox = (wanted ?? configured.length === 0) ? SandboxPages.make() : undefined
  if (configured.length === 0 && sandbox === undefined) {
    return yield* new CommandFailed({ message: "STOA_SANDBOX is off and no other gateway is configured: nobody could pay" })
  }
  return { all: sandbox === undefined ? configured : [...configured, sandbox.gateway], sandbox }
})
