/**
 * What else has a say in whether something may change: other domains, and plug-ins. A guard only refuses; what the state
 * machine does not allow stays forbidden.
 */
import * as Effect from "effect/Effect"
import type { StorageError } from "./StorageError.ts"

/** Whether something may change. Runs in the transaction of the change and only reads. */
export interface Guard<A, Event extends string> {
  /** Names it: `"fulfilment.not-after-shipping"`. */
  readonly name: string
  /** What it wants to be asked about: events, and names of states that plug-ins have added. */
  readonly events: ReadonlyArray<Event | (string & {})>
  readonly allows: (subject: A, event: Event | (string & {})) => Effect.Effect<boolean, StorageError>
}

export interface Guards<A, Event extends string> {
  /** Adds a guard to this engine. Call it while the engine's layers are built. */
  readonly add: (guard: Guard<A, Event>) => Effect.Effect<void>
  /** Whether every guard allows it. */
  readonly allow: (subject: A, event: Event | (string & {})) => Effect.Effect<boolean, StorageError>
}

export const make = <A, Event extends string>(): Guards<A, Event> => {
  const guards: Array<Guard<A, Event>> = []
  return {
    add: (guard) => Effect.sync(() => void guards.push(guard)),
    allow: Effect.fnUntraced(function*(subject, event) {
      for (const guard of guards) {
        if (guard.events.includes(event) && !(yield* guard.allows(subject, event))) return false
      }
      return true
    })
  }
}
