import * as Effect from "effect/Effect"
import * as Actor from "../kernel/Actor.ts"
import { Unauthenticated } from "../kernel/Permission.ts"
import type { SessionId, UserId } from "./Account.ts"

/** The signed-in user and session of the call. `Unauthenticated` for everybody else: guests, programs, the system. */
export const signedIn: Effect.Effect<
  { readonly userId: UserId; readonly sessionId: SessionId },
  Unauthenticated
> = Effect.flatMap(Actor.CurrentActor, (actor) =>
  actor._tag === "customer" && actor.sessionId !== undefined
    ? Effect.succeed({ userId: actor.customerId as UserId, sessionId: actor.sessionId as SessionId })
    : Effect.fail(new Unauthenticated({ reason: "Sign in first" })))
