/**
 * Whether this server takes requests, and since when.
 */
import * as Context from "effect/Context"

export interface LifecycleState {
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** Set when the server begins to stop: load balancers are told to go elsewhere while the last requests finish. */
  draining: boolean
}

export class Lifecycle extends Context.Service<Lifecycle, LifecycleState>()("@stoa/http/Lifecycle") {}
