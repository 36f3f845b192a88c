/**
 * Who calls: what is to be known of each of several callers whose work is done together, in the fiber of one of them.
 */
import * as Effect from "effect/Effect"
import * as Actor from "./Actor.ts"
import { CurrentRequest } from "./CurrentRequest.ts"
import { CurrentStore, type StoreId } from "./CurrentStore.ts"

export interface Caller {
  readonly storeId: StoreId
  readonly actor: Actor.Actor
  readonly requestId: string | null
}

/** Whoever calls now. */
export const current: Effect.Effect<Caller> = Effect.withFiber((fiber) =>
  Effect.succeed({
    storeId: fiber.getRef(CurrentStore),
    actor: fiber.getRef(Actor.CurrentActor),
    requestId: fiber.getRef(CurrentRequest)
  })
)

/** Does something in the name of a caller, within the store in which it is done together. */
export const as = ({ actor, requestId }: Caller) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  effect.pipe(Actor.as(actor), Effect.provideService(CurrentRequest, requestId))
