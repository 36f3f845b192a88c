import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Schedule from "effect/Schedule"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"

/** A job that waits in the queue, or died in it. */
export interface QueuedJob {
  /** Unique in its store. */
  readonly id: string
  /** Says which handler works it off. */
  readonly name: string
  readonly storeId: string
  /** The request that it was queued in. */
  readonly requestId: string | null
  readonly payload: Schema.Json
}

export interface DeadJob extends QueuedJob {
  readonly attempts: number
  readonly failure: string
  readonly failedAt: Timestamp
}

/** How a job is worked off. */
export interface Handling {
  /** How often a job is tried before it is kept as dead. */
  readonly maxAttempts: number
  /** How long a failed job waits; its input is the number of the attempt. The queue rounds up to seconds. */
  readonly retries: Schedule.Schedule<unknown, number>
  /** How long what is in work may go on when it is to end; then it is interrupted and handed back. */
  readonly grace: Duration.Input
  readonly handle: (job: QueuedJob, attempt: number) => Effect.Effect<void, unknown>
}

/** How jobs are worked off. */
export interface Work extends Handling {
  /** How many at the same time. */
  readonly concurrency: number
}

/**
 * The durable queue. Offers join the current transaction; what is taken and not finished comes back. Its delays are
 * measured by the clock of the database, which all processes share.
 */
export class JobQueue extends Context.Service<JobQueue, {
  /** Adds jobs. A job whose id the queue knows in this store is not added again, even if it is done. */
  readonly offer: (
    jobs: ReadonlyArray<QueuedJob & { readonly delay?: Duration.Input | undefined }>
  ) => Effect.Effect<void, StorageError>
  /**
   * Works off the jobs of all stores until the scope closes. A failure is tried again after a growing delay and finally
   * kept as dead. When the scope closes, no job is begun any more, and those in work are finished or handed back.
   */
  readonly work: (options: Work) => Effect.Effect<void, never, Scope.Scope>
  /** Lets the workers of this engine look now whether there is a job that somebody else has queued. */
  readonly look: Effect.Effect<void, StorageError>
  /**
   * Works off what is due in all stores, one after the other, until no job is due or in work. Afterwards it takes none that is
   * queued later.
   */
  readonly workOff: (options: Handling) => Effect.Effect<void, StorageError>
  /** Waits until no job of any store is due or in work. Somebody must be working them off. */
  readonly idle: Effect.Effect<void, StorageError>
  /** Dead jobs of the current store, the newest first. */
  readonly dead: (query: {
    readonly limit?: number
    readonly after?: string
  }) => Effect.Effect<Page<DeadJob>, StorageError | InvalidInput>
  /** Puts a dead job back into the queue with fresh attempts. `false` if the current store has none of this id. */
  readonly redrive: (id: string) => Effect.Effect<boolean, StorageError>
  /** Forgets a dead job. `false` if the current store has none of this id. Its id can be used again. */
  readonly discard: (id: string) => Effect.Effect<boolean, StorageError>
  /** How many jobs of the current store are in which state. */
  readonly counts: Effect.Effect<
    { readonly waiting: number; readonly working: number; readonly dead: number; readonly done: number },
    StorageError
  >
  /**
   * Forgets what jobs of the current store that are over were about, where they name one of some texts: the payloads of
   * those that are done, whose ids stay known, and the dead ones as a whole. In the current transaction.
   */
  readonly forget: (texts: ReadonlyArray<string>) => Effect.Effect<void, StorageError>
  /** Forgets jobs of every store that were done so long ago. Their ids can be used again. */
  readonly deleteDone: (age: Duration.Input) => Effect.Effect<void, StorageError>
}>()("@stoa/core/jobs/JobQueue") {}
