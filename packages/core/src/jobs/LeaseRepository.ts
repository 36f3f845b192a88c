import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"

/** Who holds a lease. */
export interface Holder {
  /** What is held: `"cron:jobs.delete-done"`. */
  readonly name: string
  readonly holder: string
  /** Of two that call themselves the same, the one with the higher number is the later one. */
  readonly fence: number
}

/**
 * Leases of the current store: things that one process at a time may hold, until a moment. Times are milliseconds since
 * 1970 by the clock of the caller, so the clocks of the processes have to agree to within a second or two.
 */
export class LeaseRepository extends Context.Service<LeaseRepository, {
  /**
   * Takes a lease, or prolongs one's own, in one statement. `false` while somebody else holds it, or a later one of the
   * same name. Not inside a transaction, for the others would wait for its end.
   */
  readonly take: (
    request: Holder & { readonly now: number; readonly until: number }
  ) => Effect.Effect<boolean, StorageError>
  /** Gives a lease back; nothing happens if it was lost. */
  readonly release: (request: Holder) => Effect.Effect<void, StorageError>
}>()("@stoa/core/jobs/LeaseRepository") {}
