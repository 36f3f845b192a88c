/**
 * The sandbox's bank as it is on a bad day: it takes its time, does not answer, answers after it has done what it was
 * asked, and breaks. What it has written in its books stays written.
 */
import * as Effect from "effect/Effect"
import { type GatewayError, GatewayUnavailable } from "../../payments/PaymentGateway.ts"
import * as SandboxGateway from "../../payments/SandboxGateway.ts"
import type { Chance } from "./Chance.ts"

export interface SimulatedBank extends SandboxGateway.SandboxGateway {
  /** From now on it does what it is asked. */
  readonly calmDown: () => void
}

/** Something else happens first, more or less of it. */
export const hesitate = (turns: number): Effect.Effect<void> =>
  turns <= 0 ? Effect.void : Effect.andThen(Effect.yieldNow, hesitate(turns - 1))

export const make = (chance: Chance): SimulatedBank => {
  const sandbox = SandboxGateway.make({ secret: "whsec_of_the_simulation" })
  let calm = false

  const moody = <Request, Answer>(
    call: (request: Request) => Effect.Effect<Answer, GatewayError>
  ) =>
  (request: Request): Effect.Effect<Answer, GatewayError> =>
    Effect.gen(function*() {
      if (calm) return yield* call(request)
      yield* hesitate(chance.below(40))
      const mood = chance.below(14)
      if (mood === 0) return yield* new GatewayUnavailable({ gateway: "sandbox", detail: "no answer (nothing done)" })
      if (mood === 1) return yield* Effect.die(new Error("the bank's adapter breaks"))
      const answer = yield* call(request)
      if (mood === 2) return yield* new GatewayUnavailable({ gateway: "sandbox", detail: "no answer (but done)" })
      yield* hesitate(chance.below(40))
      return answer
    })

  return {
    ...sandbox,
    create: moody(sandbox.create),
    retrieve: moody(sandbox.retrieve),
    capture: moody(sandbox.capture),
    cancel: moody(sandbox.cancel),
    refund: moody(sandbox.refund),
    calmDown: () => {
      calm = true
    }
  }
}
