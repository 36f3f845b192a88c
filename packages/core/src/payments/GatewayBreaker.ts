/**
 * A breaker for one gateway: after several calls in a row without an answer, buyers are told at once for a while, so that
 * nobody waits for what does not come and the gateway can recover. Then one of them tries, and the answer decides; so does
 * the answer to any call that is made in the background meanwhile.
 *
 * Nothing is lost by it: a call that was not made counts as one without an answer, and the recovery makes it later.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { type GatewayError, GatewayUnavailable } from "./PaymentGateway.ts"

export interface BreakerOptions {
  /** So many calls in a row without an answer are enough. 5 if it is left out. */
  readonly failures?: number | undefined
  /** How long the gateway is left alone. 30 seconds if it is left out. */
  readonly restsFor?: Duration.Input | undefined
}

export interface GatewayBreaker {
  /** Makes a call, unless the gateway rests. */
  readonly call: <A>(call: Effect.Effect<A, GatewayError>) => Effect.Effect<A, GatewayError>
  /** Makes a call in any case, and learns from it. */
  readonly listen: <A>(call: Effect.Effect<A, GatewayError>) => Effect.Effect<A, GatewayError>
  /** Whether calls fail at once at this moment. */
  readonly isOpen: Effect.Effect<boolean>
}

export const make = (gateway: string, options: BreakerOptions = {}): GatewayBreaker => {
  const limit = options.failures ?? 5
  const rest = Duration.toMillis(Duration.fromInputUnsafe(options.restsFor ?? "30 seconds"))
  let failures = 0
  let restsUntil = 0
  let isTrying = false

  const isClosedTo = (now: number): boolean => failures >= limit && (now < restsUntil || isTrying)

  const heard = (now: number, exit: Exit.Exit<unknown, GatewayError>): void => {
    const failure = Exit.isFailure(exit) ? exit.cause.reasons.find(({ _tag }) => _tag === "Fail") : undefined
    // whoever went away before the answer has said nothing about the gateway
    if (Exit.isFailure(exit) && failure === undefined) return
    if (failure?._tag === "Fail" && failure.error._tag === "GatewayUnavailable") {
      failures += 1
      if (failures >= limit) restsUntil = now + rest
    } else failures = 0
  }

  return {
    listen: (call) => Effect.onExit(call, (exit) => Effect.map(Clock.currentTimeMillis, (now) => heard(now, exit))),
    isOpen: Effect.map(Clock.currentTimeMillis, isClosedTo),
    call: (call) =>
      Effect.suspend(() => Clock.currentTimeMillis).pipe(Effect.flatMap((now) => {
        if (isClosedTo(now)) {
          return Effect.fail(new GatewayUnavailable({ gateway, detail: "it has not answered lately, and is left alone" }))
        }
        const tries = failures >= limit
        if (tries) isTrying = true
        return Effect.onExit(call, (exit) =>
          Effect.map(Clock.currentTimeMillis, (later) => {
            if (tries) isTrying = false
            heard(later, exit)
          }))
      }))
  }
}
