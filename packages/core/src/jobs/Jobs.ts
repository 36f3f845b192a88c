/**
 * Background work: jobs that run once they are due, and cron jobs that run once in the whole installation, however
 * many processes there are.
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import * as PageSchema from "../kernel/Page.ts"
import type { Forbidden, Unauthenticated } from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import { StoaError } from "../kernel/StoaError.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

/** What to do when a job of this name is due. It runs as the system in the job's store, and may run twice. */
export interface JobHandler<A> {
  readonly name: string
  readonly payload: Schema.ConstraintCodec<A, unknown>
  readonly run: (payload: A, job: { readonly id: string; readonly attempt: number }) => Effect.Effect<void, unknown>
}

/** Work that is due at fixed times, once for the installation. */
export interface CronJob {
  readonly name: string
  /** A cron expression of five or six fields, in UTC. */
  readonly cron: string
  readonly run: Effect.Effect<void, unknown>
}

/** There is no dead job of this id. */
export class JobNotFound extends StoaError<JobNotFound>()("JobNotFound", { code: "job_not_found", kind: "not_found" }, {
  jobId: Schema.String
}) {
  override get message(): string {
    return `There is no dead job ${this.jobId}`
  }
}

export const DeadJob = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  payload: Schema.Json,
  attempts: Schema.Int,
  failure: Schema.String,
  failedAt: Timestamp
}).annotate({ identifier: "DeadJob" })

export const JobCounts = Schema.Struct({
  waiting: Schema.Int,
  working: Schema.Int,
  dead: Schema.Int,
  done: Schema.Int
}).annotate({ identifier: "JobCounts" })

export const ListDeadJobs = Schema.Struct(PageSchema.PageRequest)

export class Jobs extends Context.Service<Jobs, {
  /** Adds a handler to this engine. Call it while the engine's layers are built. */
  readonly handle: <A>(handler: JobHandler<A>) => Effect.Effect<void>
  /** Adds a cron job to this engine. Call it while the engine's layers are built. */
  readonly cron: (job: CronJob) => Effect.Effect<void>
  /** Queues a job in the current transaction. The same id again changes nothing. */
  readonly enqueue: (job: {
    readonly name: string
    readonly payload: Schema.Json
    readonly id?: string
    readonly delay?: Duration.Input
  }) => Effect.Effect<void, StorageError>
  /** Runs a cron job's work now, by its name; for tests, the command line and schedulers of one's own. */
  readonly runCron: (name: string) => Effect.Effect<void, JobNotFound | StorageError>
  /** Waits until every event is handed over and every job that is due is done or has failed for now. */
  readonly drain: Effect.Effect<void, StorageError>
  /** Needs `jobs:read`. */
  readonly counts: Effect.Effect<typeof JobCounts.Type, StorageError | Forbidden | Unauthenticated>
  /** Jobs that were given up, newest first. Needs `jobs:read`. */
  readonly dead: (
    input: typeof ListDeadJobs.Encoded
  ) => Effect.Effect<Page<typeof DeadJob.Type>, InvalidInput | StorageError | Forbidden | Unauthenticated>
  /** Starts a job that was given up again. Needs `jobs:write`. */
  readonly redrive: (id: string) => Effect.Effect<void, JobNotFound | StorageError | Forbidden | Unauthenticated>
}>()("@stoa/core/jobs/Jobs") {}
