/**
 * Whether this server takes requests, and since when.
 */
import * as Context from "effect/Context"
import type * as Latch from "effect/Latch"

export interface LifecycleState {
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** Set when the server begins to stop: load balancers are told to go elsewhere while the last requests finish. */
  draining: boolean
  /** Open once the server begins to stop: answers that would go on for long end then. */
  readonly stopping: Latch.Latch
}

export class Lifecycle extends Context.Service<Lifecycle, LifecycleState>()("@stoa/http/Lifecycle") {}
