/**
 * What only a person does, for themselves, who has just proved that it is them: changing what accounts may do, taking out
 * or forgetting what is known of somebody.
 */
import * as Effect from "effect/Effect"
import { type ImpersonationRefused, inPerson } from "./Permission.ts"
import * as StepUp from "./StepUp.ts"

export type Refused = ImpersonationRefused | StepUp.StepUpRequired

/** Fails for staff who act as somebody else, and for whoever's proof is not fresh. */
const check: Effect.Effect<void, Refused> = Effect.andThen(inPerson, StepUp.require)

export { check as require }
