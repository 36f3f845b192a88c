/**
 * Background work: jobs that run once they are due, and cron jobs that run once in the whole installation, however
 * many processes there are.
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentRequest } from "../kernel/CurrentRequest.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as Id from "../kernel/Id.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import { StorageError } from "../kernel/StorageError.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { JobQueue } from "./JobQueue.ts"
import { type DeadJob, type JobCounts, JobNotFound, ListDeadJobs } from "./DeadJob.ts"
import type { CronJob, JobHandler, Singleton } from "./JobRegistry.ts"
import { JobRegistry, JobRetries } from "./JobRegistry.ts"
import { WorkBell } from "./WorkBell.ts"

export type { CronJob, JobHandler, Singleton }

/** A job to queue. */
export interface NewJob {
  readonly name: string
  readonly payload: Schema.Json
  /** A new one if it is left out. */
  readonly id?: string
  readonly delay?: Duration.Input
}

export class Jobs extends Context.Service<Jobs, {
  /** Adds a handler to this engine. Call it while the engine's layers are built. */
  readonly handle: <A>(handler: JobHandler<A>) => Effect.Effect<void>
  /** Adds a cron job to this engine. Call it while the engine's layers are built. */
  readonly cron: (job: CronJob) => Effect.Effect<void>
  /** Adds work that one process of the installation does at a time. Call it while the engine's layers are built. */
  readonly singleton: (singleton: Singleton) => Effect.Effect<void>
  /** Queues a job of the current store in the current transaction. The same id again changes nothing. */
  readonly enqueue: (job: NewJob) => Effect.Effect<void, StorageError>
  /** The same with any number of jobs, which are begun in this order, in two statements. */
  readonly enqueueAll: (jobs: ReadonlyArray<NewJob>) => Effect.Effect<void, StorageError>
  /** Runs a cron job's work now, by its name; for tests, the command line and schedulers of one's own. */
  readonly runCron: (name: string) => Effect.Effect<void, InvalidInput | JobNotFound | StorageError>
  /**
   * Waits until every event is handed over and every job that is due is done or has failed for now. Where no workers
   * run, it works the jobs off itself, one after the other. Not inside a transaction, and not inside a job.
   */
  readonly drain: Effect.Effect<void, StorageError>
  /** How many jobs of the store are in which state. Needs `jobs:read`. */
  readonly counts: Effect.Effect<typeof JobCounts.Type, StorageError | Denied>
  /** Jobs that were given up, newest first. Needs `jobs:read`. */
  readonly dead: (
    input: typeof ListDeadJobs.Encoded
  ) => Effect.Effect<Page<typeof DeadJob.Type>, InvalidInput | StorageError | Denied>
  /** Starts a job that was given up again. Needs `jobs:write`. */
  readonly redrive: (id: string) => Effect.Effect<void, InvalidInput | JobNotFound | StorageError | Denied>
  /** Forgets a job that was given up, for good. Needs `jobs:write`. */
  readonly discard: (id: string) => Effect.Effect<void, InvalidInput | JobNotFound | StorageError | Denied>
}>()("@stoa/core/jobs/Jobs") {}

const decodeDead = Input.decoder(ListDeadJobs)

const JobId = Id.define("job", "JobId")

const checked = Input.textParameters<Jobs["Service"]>({
  runCron: ["name"],
  redrive: ["id"],
  discard: ["id"]
})

export const make = Effect.gen(function*() {
  const registry = yield* JobRegistry
  const queue = yield* JobQueue
  const transactor = yield* Transactor
  const audit = yield* AuditLog
  const bell = yield* WorkBell

  const enqueueAll = Effect.fn("Jobs.enqueue")(function*(jobs: ReadonlyArray<NewJob>) {
    if (jobs.length === 0) return
    const storeId = yield* CurrentStore
    const requestId = yield* CurrentRequest
    const ids = yield* JobId.generateMany(jobs.length)
    yield* queue.offer(jobs.map(({ delay, id, name, payload }, index) => ({
      id: id ?? ids[index] ?? "",
      name,
      storeId,
      requestId,
      payload,
      delay
    })))
    if (jobs.some(({ delay }) => delay === undefined)) yield* transactor.afterCommit(bell.ring)
  })

  return checked(Jobs.of({
    handle: registry.handle,
    cron: registry.cron,
    singleton: registry.singleton,
    enqueue: (job) => enqueueAll([job]),
    enqueueAll,
    runCron: Effect.fn("Jobs.runCron")(function*(name) {
      const job = (yield* registry.crons).find((job) => job.name === name)
      if (job === undefined) return yield* new JobNotFound({ jobId: name })
      yield* job.run.pipe(
        Actor.as(Actor.system(job.jobName)),
        Effect.catch((error) => error instanceof StorageError ? Effect.fail(error) : Effect.die(error))
      )
    }),
    drain: Effect.gen(function*() {
      const { delay, maxAttempts } = yield* JobRetries
      const finished = (yield* registry.isWorking)
        ? queue.idle
        : queue.workOff({ maxAttempts, retries: delay, grace: "1 minute", handle: registry.perform })
      // a job that is done may have caused events, and these more jobs
      do {
        yield* registry.pull
        yield* finished
      } while ((yield* registry.pull) > 0)
    }),
    counts: Effect.andThen(Permission.require("jobs:read"), queue.counts),
    dead: Effect.fn("Jobs.dead")(function*(input) {
      yield* Permission.require("jobs:read")
      return yield* queue.dead(yield* decodeDead(input))
    }),
    redrive: Effect.fn("Jobs.redrive")(function*(id) {
      yield* Permission.require("jobs:write")
      yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* queue.redrive(id))) return yield* new JobNotFound({ jobId: id })
        yield* audit.record({ action: "job.redrive", subject: id })
      }))
    }),
    discard: Effect.fn("Jobs.discard")(function*(id) {
      yield* Permission.require("jobs:write")
      yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* queue.discard(id))) return yield* new JobNotFound({ jobId: id })
        yield* audit.record({ action: "job.discard", subject: id })
      }))
    })
  }))
})

export const layer: Layer.Layer<Jobs, never, AuditLog | JobQueue | JobRegistry | Transactor> = Layer.effect(Jobs, make)
