/**
 * The background of an engine: hands events over to the queue, works jobs off, and starts cron jobs.
 *
 * Any number of processes may do this on one database. Each job is taken by one of them; a cron job becomes one job,
 * whoever notices first that it is due. An engine that runs workers must have all handlers and subscribers that the
 * others have, for it takes whatever comes.
 */
import * as Clock from "effect/Clock"
import * as Cron from "effect/Cron"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Actor from "../kernel/Actor.ts"
import { CurrentStore, defaultStoreId } from "../kernel/CurrentStore.ts"
import { Entropy } from "../kernel/Entropy.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { JobQueue } from "./JobQueue.ts"
import { JobRegistry, JobRetries, type ScheduledJob, type Singleton } from "./JobRegistry.ts"
import * as Lease from "./Lease.ts"
import { LeaseRepository } from "./LeaseRepository.ts"
import { WorkBell } from "./WorkBell.ts"

export interface WorkerOptions {
  /** Jobs worked off at the same time; 8 if not given. */
  readonly concurrency?: number | undefined
  /**
   * How often to look for events of other processes; one second if not given. Its own are handed over at once, and on
   * Postgres those of others, too.
   */
  readonly pollInterval?: Duration.Input | undefined
  /** How long jobs in work may go on when the engine closes; 20 seconds if not given. Then they are handed back. */
  readonly grace?: Duration.Input | undefined
}

/** Events are handed over so many times a second at most, and all that happen in between together. */
const handOverEvery = "100 millis"

/** Done jobs are kept this long, so that their ids are not taken for new ones. */
const keepDone = "7 days"

// What other processes do happens in real time, whatever clock a test has set.
const systemClock = Clock.Clock.defaultValue()

/**
 * Runs until its scope closes; then nothing new is begun, and what is in work is finished or handed back. Build it
 * last, when everything has registered what it handles. `narrowed` says what of the context the work itself goes on with.
 */
export const layer = (
  options: WorkerOptions = {},
  narrowed: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = (work) => work
): Layer.Layer<never, never, JobQueue | JobRegistry | LeaseRepository> =>
  Layer.effectDiscard(Effect.gen(function*() {
    const registry = yield* JobRegistry
    const queue = yield* JobQueue
    const leases = yield* LeaseRepository
    const rung = yield* (yield* WorkBell).listen
    const { delay, maxAttempts } = yield* JobRetries

    yield* registry.cron({
      name: "jobs.delete-done",
      cron: "43 * * * *",
      run: queue.deleteDone(keepDone)
    })
    yield* registry.startWorking

    const sleep = (duration: Duration.Input) => Effect.provideService(Effect.sleep(duration), Clock.Clock, systemClock)
    yield* registry.pull.pipe(
      Effect.catchCause((cause) => Effect.logWarning("Events could not be handed over; trying again", cause)),
      Effect.andThen(sleep(handOverEvery)),
      Effect.andThen(Effect.race(registry.awake, sleep(options.pollInterval ?? "1 second"))),
      Effect.forever,
      narrowed,
      Effect.forkScoped
    )
    yield* rung.pipe(
      Effect.andThen(Effect.andThen(registry.wake, queue.look)),
      // they are found all the same, a little later
      Effect.catchCause((cause) => Effect.logWarning("Could not look for the work of other processes", cause)),
      Effect.forever,
      narrowed,
      Effect.forkScoped
    )
    const holder = Buffer.from((yield* Entropy).bytes(12)).toString("base64url")
    for (const singleton of yield* registry.singletons) {
      yield* Effect.forkScoped(narrowed(keep(leases, singleton, holder)))
    }
    for (const job of yield* registry.crons) yield* Effect.forkScoped(narrowed(start(queue, job)))
    // begun last, so that it is the first to stop: nothing new is begun while the rest is given back
    yield* narrowed(queue.work({
      concurrency: options.concurrency ?? 8,
      maxAttempts,
      retries: delay,
      grace: options.grace ?? "20 seconds",
      handle: registry.perform
    }))
  }))

/** Runs a singleton whenever no other process does. */
const keep = (leases: LeaseRepository["Service"], { name, run }: Singleton, holder: string): Effect.Effect<never> =>
  Lease.whileHeld(leases, { name: `singleton:${name}`, holder, fence: 0 })(run).pipe(
    Effect.catchCause((cause) => Effect.logWarning("A singleton ended; it is begun again", cause)),
    // it belongs to the installation, as cron jobs do
    Effect.provideService(CurrentStore, defaultStoreId),
    Actor.as(Actor.system(`singleton:${name}`)),
    Effect.annotateLogs({ singleton: name }),
    Effect.andThen(Effect.sleep(Lease.interval)),
    Effect.forever
  )

/** Puts a cron job into the queue whenever it is due. */
const start = (queue: JobQueue["Service"], { cron, jobName, name }: ScheduledJob): Effect.Effect<never> =>
  Effect.gen(function*() {
    const now = yield* Clock.currentTimeMillis
    const scheduledAt = Cron.next(cron, now).getTime()
    yield* Effect.sleep(scheduledAt - now)
    yield* queue.offer([{
      id: `${jobName}:${Timestamp.fromMillis(scheduledAt)}`,
      name: jobName,
      // It belongs to the installation. The first store's staff see it if it dies.
      storeId: defaultStoreId,
      requestId: null,
      payload: { scheduledAt }
    }]).pipe(
      Effect.retry(Schedule.spaced("1 second").pipe(Schedule.upTo({ times: 5 }))),
      Effect.catch((error) => Effect.logError("A cron job could not be queued", error))
    )
  }).pipe(Effect.annotateLogs({ job: jobName, cron: name }), Effect.forever)
