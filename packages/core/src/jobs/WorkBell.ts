/**
 * Tells the workers of all processes that there is something to do, so that they need not wait until they look by
 * themselves.
 *
 * **Details**
 *
 * It is a hint and no more: it may get lost, it names no job, and who hears it finds out what there is. A storage whose
 * processes can talk to each other provides one; without it workers find the work of others by looking once a second.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface WorkBell {
  /** Rings in the other processes, soon. Call it after the commit. */
  readonly ring: Effect.Effect<void>
  /** Listens until the scope closes. The effect it answers with waits until the bell has rung since the last time. */
  readonly listen: Effect.Effect<Effect.Effect<void>, never, Scope.Scope>
}

/** Silent if the storage provides none. */
export const WorkBell: Context.Reference<WorkBell> = Context.Reference<WorkBell>("@stoa/core/jobs/WorkBell", {
  defaultValue: () => ({ ring: Effect.void, listen: Effect.succeed(Effect.never) })
})
