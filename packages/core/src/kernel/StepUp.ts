/**
 * Sensitive actions need a proof that is fresh: of the second factor, or of the sign-in where there is none.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { CurrentActor } from "./Actor.ts"
import { StoaError } from "./StoaError.ts"

/**
 * Whoever is signed in has to prove it again, a moment before: with the second factor (`POST /auth/mfa/verify` or a
 * passkey), or where there is none, with the password or by signing in anew.
 */
export class StepUpRequired extends StoaError<StepUpRequired>()("StepUpRequired", {
  code: "step_up_required",
  kind: "forbidden"
}, { secondFactor: Schema.Boolean }) {
  override get message(): string {
    return this.secondFactor ? "Prove your second factor once more" : "Prove once more that it is you"
  }
}

/**
 * Fails unless the proof of whoever is signed in is fresh. Programs, jobs and embedded calls that name an actor by
 * themselves answer for it and pass.
 */
const check: Effect.Effect<void, StepUpRequired> = Effect.gen(function*() {
  const actor = yield* CurrentActor
  if (actor._tag !== "customer" || actor.assurance === undefined) return
  const { freshUntil, secondFactor } = actor.assurance
  if ((yield* Clock.currentTimeMillis) >= Date.parse(freshUntil)) return yield* new StepUpRequired({ secondFactor })
})

export { check as require }
