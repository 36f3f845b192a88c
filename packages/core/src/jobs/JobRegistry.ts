/**
 * What an engine does in the background: the handlers of its jobs, its cron jobs, and the sources that jobs come from.
 *
 * Each engine has its own. The domains and the plug-ins fill it while the engine's layers are built; `Workers` and
 * `Jobs.drain` work from it.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Cron from "effect/Cron"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Actor from "../kernel/Actor.ts"
import { CurrentRequest } from "../kernel/CurrentRequest.ts"
import { CurrentStore, type StoreId } from "../kernel/CurrentStore.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { QueuedJob } from "./JobQueue.ts"
import * as Lease from "./Lease.ts"
import { LeaseRepository } from "./LeaseRepository.ts"

/** What to do when a job of this name is due. It runs as the system in the job's store, and may run twice. */
export interface JobHandler<A> {
  readonly name: string
  readonly payload: Schema.ConstraintCodec<A, unknown>
  readonly run: (payload: A, job: { readonly id: string; readonly attempt: number }) => Effect.Effect<void, unknown>
  /** After how long a run is taken for lost and counts as failed; 15 minutes if not given. */
  readonly timeLimit?: Duration.Input
}

/**
 * Work that is due at fixed times, once for the installation. What is due while it still runs, in whichever process, is
 * passed over.
 */
export interface CronJob {
  readonly name: string
  /** A cron expression of five or six fields, in UTC. */
  readonly cron: string
  readonly run: Effect.Effect<void, unknown>
  /** As for other jobs. */
  readonly timeLimit?: Duration.Input
}

/**
 * Work without an end that one process of the installation does at a time, such as listening to something outside. If
 * it ends, fails or its process dies, it is begun again, wherever there is room first, within seconds.
 */
export interface Singleton {
  readonly name: string
  readonly run: Effect.Effect<void, unknown>
}

/** A cron job with its expression understood. */
export interface ScheduledJob {
  readonly name: string
  readonly cron: Cron.Cron
  readonly run: Effect.Effect<void, unknown>
  /** The name of the jobs that it becomes in the queue. */
  readonly jobName: string
}

/** How often and how slowly failed jobs are tried again. */
export interface JobRetries {
  readonly maxAttempts: number
  /** How long to wait; the input is the number of the attempt. */
  readonly delay: Schedule.Schedule<unknown, number>
}

/** 15 attempts over some four hours: after about 2, 4, 8 ... seconds, then every hour. */
export const JobRetries: Context.Reference<JobRetries> = Context.Reference<JobRetries>("@stoa/core/jobs/JobRetries", {
  defaultValue: () => ({
    maxAttempts: 15,
    delay: Schedule.min([Schedule.exponential("2 seconds"), Schedule.spaced("1 hour")]).pipe(Schedule.jittered)
  })
})

export class JobRegistry extends Context.Service<JobRegistry, {
  /** Adds a handler. Two of the same name are a defect. */
  readonly handle: <A>(handler: JobHandler<A>) => Effect.Effect<void>
  /** Adds a cron job. Two of the same name are a defect, and so is an expression that is none. */
  readonly cron: (job: CronJob) => Effect.Effect<void>
  /** Adds a singleton. Two of the same name are a defect. */
  readonly singleton: (singleton: Singleton) => Effect.Effect<void>
  readonly singletons: Effect.Effect<ReadonlyArray<Singleton>>
  /**
   * Adds a source of jobs: it moves what it has into the queue and says how much, `batch` at a time if it is given. With fewer it has no
   * more.
   */
  readonly source: (pull: Effect.Effect<number, StorageError>, batch?: number) => Effect.Effect<void>
  readonly crons: Effect.Effect<ReadonlyArray<ScheduledJob>>
  /** Lets every source move what it has into the queue, and says how many that were. What comes meanwhile may be left to the next time. */
  readonly pull: Effect.Effect<number, StorageError>
  /** Tells the workers that a source has something. */
  readonly wake: Effect.Effect<void>
  /** Waits until somebody calls `wake`. */
  readonly awake: Effect.Effect<void>
  /** Works a job off, as the system in the job's store. */
  readonly perform: (job: QueuedJob, attempt: number) => Effect.Effect<void, unknown>
  /** Says, until the scope closes, that this engine works jobs off by itself. */
  readonly startWorking: Effect.Effect<void, never, Scope.Scope>
  readonly isWorking: Effect.Effect<boolean>
}>()("@stoa/core/jobs/JobRegistry") {}

/** The engine that took the job does not know what to do with it. */
class UnknownJob extends Error {
  readonly _tag = "UnknownJob"
  override readonly name = "UnknownJob"
  constructor(jobName: string) {
    super(`Nothing handles jobs with the name ${jobName}`)
  }
}

/** A job interrupted itself instead of failing. */
class JobInterrupted extends Error {
  readonly _tag = "JobInterrupted"
  override readonly name = "JobInterrupted"
  constructor(jobName: string) {
    super(`The job ${jobName} was interrupted, and not by the engine`)
  }
}

interface Handler {
  readonly run: (
    payload: Schema.Json,
    job: { readonly id: string; readonly attempt: number }
  ) => Effect.Effect<void, unknown>
  readonly timeLimit: Duration.Input
}

/** Engines of a process have the same few times, each of which takes long to take apart. */
const known = new Map<string, Cron.Cron>()

const parsedOf = (cron: string): Cron.Cron => {
  const parsed = known.get(cron) ?? Cron.parseUnsafe(cron, "UTC")
  known.set(cron, parsed)
  return parsed
}

export const make = Effect.gen(function*() {
  const leases = yield* LeaseRepository
  const singletons = new Map<string, Singleton>()
  const handlers = new Map<string, Handler>()
  const crons = new Map<string, ScheduledJob>()
  const sources: Array<{ readonly pull: Effect.Effect<number, StorageError>; readonly batch: number }> = []
  const latch = Latch.makeUnsafe(false)
  let working = 0

  const add = (name: string, handler: Handler): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (handlers.has(name)) return Effect.die(new Error(`Two handlers have the name ${name}`))
      handlers.set(name, handler)
      return Effect.void
    })

  const handle = <A>({ name, payload, run, timeLimit }: JobHandler<A>): Effect.Effect<void> => {
    const decode = Schema.decodeUnknownEffect(payload)
    return add(name, {
      run: (value, job) => Effect.flatMap(decode(value), (decoded) => run(decoded, job)),
      timeLimit: timeLimit ?? "15 minutes"
    })
  }

  const attempt = (job: QueuedJob, attempt: number): Effect.Effect<void, unknown> => {
    const handler = handlers.get(job.name)
    return handler === undefined
      ? Effect.fail(new UnknownJob(job.name))
      : Effect.timeout(handler.run(job.payload, { id: job.id, attempt }), handler.timeLimit)
  }

  return JobRegistry.of({
    handle,
    cron: ({ cron, name, run, timeLimit }) =>
      Effect.suspend(() => {
        const jobName = `cron:${name}`
        const parsed = parsedOf(cron)
        let isRunning = false
        // A run that takes longer than the time to the next would otherwise fill the workers with others beside it.
        const alone = (job: { readonly id: string; readonly attempt: number }): Effect.Effect<unknown, unknown> =>
          Effect.suspend(() => {
            if (isRunning) return Effect.void
            isRunning = true
            // The same run, taken over from a process that died, need not wait for the lease to end.
            const holder = { name: jobName, holder: job.id, fence: job.attempt }
            return Effect.ensuring(
              Lease.whileHeld(leases, holder)(run),
              Effect.sync(() => void (isRunning = false))
            )
          })
        crons.set(name, { name, cron: parsed, run, jobName })
        return handle({
          name: jobName,
          payload: Schema.Struct({ scheduledAt: Schema.Number }),
          // Trying again what the next run does anyway would let the runs pile up while something is down.
          run: ({ scheduledAt }, job) =>
            Effect.clockWith((clock) =>
              job.attempt > 1 && Cron.next(parsed, scheduledAt).getTime() <= clock.currentTimeMillisUnsafe()
                ? Effect.void
                : Effect.asVoid(alone(job))
            ),
          ...(timeLimit === undefined ? {} : { timeLimit })
        })
      }),
    singleton: (singleton) =>
      Effect.suspend(() => {
        if (singletons.has(singleton.name)) {
          return Effect.die(new Error(`Two singletons have the name ${singleton.name}`))
        }
        singletons.set(singleton.name, singleton)
        return Effect.void
      }),
    singletons: Effect.sync(() => Array.from(singletons.values())),
    source: (pull, batch = Infinity) => Effect.sync(() => void sources.push({ pull, batch })),
    crons: Effect.sync(() => Array.from(crons.values())),
    pull: Effect.gen(function*() {
      let moved = 0
      for (const { batch, pull } of sources) {
        let some: number
        do {
          some = yield* pull
          moved += some
          // asked until there is nothing, it would never end in a rush, and hand over what comes one by one
        } while (some >= batch)
      }
      return moved
    }),
    wake: Effect.sync(() => latch.openUnsafe()),
    awake: Effect.andThen(latch.await, Effect.sync(() => latch.closeUnsafe())),
    perform: (job, count) =>
      attempt(job, count).pipe(
        Effect.exit,
        Effect.flatMap((exit) => {
          if (Exit.isSuccess(exit)) return Effect.void
          return Effect.andThen(
            Effect.logWarning("A job failed", exit.cause),
            // an interruption of its own making would count as handed back, and be tried at once and for ever
            Cause.hasInterruptsOnly(exit.cause) ? Effect.fail(new JobInterrupted(job.name)) : exit
          )
        }),
        Effect.provideContext(
          Context.make(Actor.CurrentActor, Actor.system(job.name)).pipe(
            Context.add(CurrentStore, job.storeId as StoreId),
            Context.add(CurrentRequest, job.requestId)
          )
        ),
        Effect.annotateLogs({ job: job.name, jobId: job.id, attempt: count, storeId: job.storeId })
      ),
    startWorking: Effect.acquireRelease(Effect.sync(() => void working++), () => Effect.sync(() => void working--)),
    isWorking: Effect.sync(() => working > 0)
  })
})

export const layer: Layer.Layer<JobRegistry, never, LeaseRepository> = Layer.effect(JobRegistry, make)
