import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"

/** A job that waits in the queue, or died in it. */
export interface QueuedJob {
  readonly id: string
  /** The job's name and its payload. */
  readonly name: string
  readonly storeId: string
  readonly payload: Schema.Json
}

export interface DeadJob extends QueuedJob {
  readonly attempts: number
  readonly failure: string
  readonly failedAt: Timestamp
}

/** The durable queue. Offers join the current transaction; what is taken and not finished comes back. */
export class JobQueue extends Context.Service<JobQueue, {
  /** Adds jobs. A job whose id is known already is not added again. */
  readonly offer: (
    jobs: ReadonlyArray<QueuedJob & { readonly delay?: Duration.Input }>
  ) => Effect.Effect<void, StorageError>
  /**
   * Works off jobs with `handle` until the scope closes, `concurrency` at a time. A failure is retried with growing
   * delay up to `maxAttempts` times and then kept as dead. When the scope closes, jobs in work are finished.
   */
  readonly work: (options: {
    readonly concurrency: number
    readonly maxAttempts: number
    readonly handle: (job: QueuedJob, attempt: number) => Effect.Effect<void, unknown>
  }) => Effect.Effect<void, never, Scope.Scope>
  readonly dead: (query: {
    readonly limit?: number
    readonly after?: string
  }) => Effect.Effect<Page<DeadJob>, StorageError | InvalidInput>
  /** Puts a dead job back into the queue with fresh attempts. `false` if there is none of this id in the store. */
  readonly redrive: (id: string) => Effect.Effect<boolean, StorageError>
  readonly counts: Effect.Effect<
    { readonly waiting: number; readonly working: number; readonly dead: number; readonly done: number },
    StorageError
  >
}>()("@stoa/core/jobs/JobQueue") {}
