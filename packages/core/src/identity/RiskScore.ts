/**
 * The assessor of sign-ins that the engine ships: points for what is unusual, and two thresholds.
 *
 * **Details**
 *
 * A new device in a new network is usual and is let in; its owner hears of it. With failures before it, or from a place
 * that nobody could have come from in the time, more is asked for. All of it together is refused.
 *
 * Codes by e-mail and passkeys are never refused here: a code shows whose the mailbox is, and a passkey cannot be
 * guessed. So there is always a way in that a stranger's failures do not close.
 */
import * as Effect from "effect/Effect"
import type { RiskAssessor, SignInSignals } from "./RiskAssessor.ts"

export interface RiskScoreOptions {
  /** From this score on, more is asked for. 50 if not given. */
  readonly challengeAt?: number
  /** From this score on, a sign-in is refused. 90 if not given. */
  readonly denyAt?: number
  /** Points, in place of those of `points`. */
  readonly points?: Partial<typeof points>
}

/** What each sign of trouble counts. */
export const points = {
  new_device: 25,
  new_network: 15,
  /** Faster than an airliner. */
  impossible_travel: 50,
  /** Five failures or more within an hour, before a device or a network that is new. */
  failures: 30,
  /** Twenty failures or more within an hour, in place of `failures`. */
  many_failures: 50,
  disposable_address: 15
}

/** Kilometres an hour; airliners make 900. */
const fastest = 1_000

/** Kilometres. Places of addresses are wrong by a few hundred of them now and then. */
const nearby = 500

const signs = (signals: SignInSignals): ReadonlyArray<keyof typeof points> => {
  const { disposableAddress, newDevice, newNetwork, travel } = signals
  // a stranger causes failures at will; where everything is as always they say nothing
  const failures = newDevice === true || newNetwork === true ? signals.recentFailures : 0
  return [
    ...(newDevice === true ? ["new_device" as const] : []),
    ...(newNetwork === true ? ["new_network" as const] : []),
    ...(travel !== null && travel.kilometres > nearby && travel.kilometres > fastest * travel.hours
      ? ["impossible_travel" as const]
      : []),
    ...(failures >= 20 ? ["many_failures" as const] : failures >= 5 ? ["failures" as const] : []),
    ...(disposableAddress ? ["disposable_address" as const] : [])
  ]
}

const refusable = ({ method }: SignInSignals): boolean => method !== "email_code" && method !== "passkey"

/** Scores sign-ins. */
export const make = (options: RiskScoreOptions = {}): RiskAssessor => {
  const { challengeAt = 50, denyAt = 90 } = options
  const worth = { ...points, ...options.points }
  return {
    assess: (signals) =>
      Effect.sync(() => {
        const reasons = signs(signals)
        const score = reasons.reduce((sum, reason) => sum + worth[reason], 0)
        const verdict = score >= denyAt && refusable(signals) ? "deny" : score >= challengeAt ? "challenge" : "allow"
        return { verdict, score, reasons }
      })
  }
}
