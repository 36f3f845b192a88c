/**
 * The queue of jobs on Effect's `PersistedQueue`, in the same database as everything else, so that a job is queued if
 * and only if the transaction it belongs to commits.
 *
 * **Details**
 *
 * `PersistedQueue` offers, hands out, retries and gives up. What it has no words for (dead jobs, counts, starting
 * again) is asked of its table, `stoa_jobs`. It has one name space for ids and no tenants, so a job's id there begins
 * with its store's.
 *
 * **Gotchas**
 *
 * Delays are measured by the clock of the database in whole seconds, so the test clock does not move them.
 */
import type { DeadJob, Handling, QueuedJob } from "@stoa/core/jobs/JobQueue"
import { JobQueue } from "@stoa/core/jobs/JobQueue"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import type { StorageError } from "@stoa/core/kernel/StorageError"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PersistedQueue from "effect/persistence/PersistedQueue"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import * as Text from "../Text.ts"
import { chosenOnce } from "./ChosenOnce.ts"
import * as Worker from "./Worker.ts"

export interface JobQueueOptions {
  /** How often to look for jobs of other processes, and for those whose delay is over; one second if not given. */
  readonly pollInterval?: Duration.Input | undefined
  /**
   * After how long the jobs of a process that died are taken by others; ten seconds if not given. A process that stands
   * still for longer loses what it works on, which is then done twice.
   */
  readonly lockExpiration?: Duration.Input | undefined
}

const table = "stoa_jobs"
const queueName = "jobs"

/** A job as the queue keeps it. */
const Element = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  storeId: Schema.String,
  requestId: Schema.NullOr(Schema.String),
  payload: Schema.Json
})

interface DeadRow {
  readonly sequence: number
  readonly element: string
  readonly attempts: number
  readonly last_failure: string | null
  readonly failed_at: string
}

const toDead = (row: DeadRow): DeadJob => ({
  ...Row.json<QueuedJob>(row.element),
  attempts: row.attempts,
  failure: row.last_failure ?? "",
  failedAt: row.failed_at as DeadJob["failedAt"]
})

/** The order of the list of dead jobs, which its cursors name. */
const newestFirst = "-sequence"

// the queue lives in the time of its database
const systemClock = Clock.Clock.defaultValue()

const pause = (duration: Duration.Input) =>
  Effect.provideService(Effect.sleep(duration), Clock.Clock, systemClock)

/** What went wrong below the queue, which wraps it. */
const unwrap = (error: PersistedQueue.PersistedQueueError | Schema.SchemaError): Effect.Effect<never, SqlError> => {
  const cause = error._tag === "PersistedQueueError" && Cause.isCause(error.cause) ? Cause.squash(error.cause) : error
  return isSqlError(cause) ? Effect.fail(cause) : Effect.die(cause)
}

export const make = Effect.fnUntraced(function*(options: JobQueueOptions = {}) {
  const sql = yield* SqlClient.SqlClient
  const lockExpiration = Duration.fromInputUnsafe(options.lockExpiration ?? "10 seconds")
  const store = yield* PersistedQueue.makeStoreSql({
    tableName: table,
    pollInterval: options.pollInterval ?? "1 second",
    lockExpiration,
    lockRefreshInterval: Duration.divideUnsafe(lockExpiration, 4)
  }).pipe(Effect.provideService(Clock.Clock, systemClock), Effect.provideService(Statement.CurrentTransformer, chosenOnce))
  const factory = yield* Effect.provideService(PersistedQueue.makeFactory, PersistedQueue.PersistedQueueStore, store)
  const queue = yield* factory.make({ name: queueName, schema: Element })
  yield* sql`CREATE INDEX IF NOT EXISTS stoa_jobs_dead ON ${sql(table)} (sequence) WHERE state = 'failed'`.pipe(
    // another process that starts at the same moment has made it
    Effect.catchReason("SqlError", "UniqueViolation", () => Effect.void)
  )

  // Postgres would otherwise compare by the rules of a language
  const bytewise = sql.onDialectOrElse({ pg: () => sql.literal(" COLLATE \"C\""), orElse: () => sql.literal("") })
  const ofStore = (storeId: string) =>
    sql`queue_name = ${queueName} AND id${bytewise} > ${`${storeId}:`} AND id${bytewise} < ${`${storeId};`}`
  // the time of a statement in Postgres is that of its begin, before that of what it may see
  const now = sql.onDialectOrElse({
    pg: () => sql.literal("clock_timestamp()"),
    orElse: () => sql.literal("CURRENT_TIMESTAMP")
  })
  const failedAt = sql.onDialectOrElse({
    pg: () => sql.literal("to_char(updated_at, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"),
    orElse: () => sql.literal("strftime('%Y-%m-%dT%H:%M:%fZ', updated_at)")
  })

  const add = (job: QueuedJob, delay?: Duration.Input) => {
    const { id, name, payload, requestId, storeId } = job
    return queue.offer({ id, name, storeId, requestId, payload }, { id: `${storeId}:${id}`, delay }).pipe(
      Effect.catch(unwrap)
    )
  }

  /** Adds jobs in one statement. Nobody looks for them until another is added by the queue itself. */
  const addAll = (jobs: ReadonlyArray<QueuedJob>) => {
    const rows = jobs.map(({ id, name, payload, requestId, storeId }, position) => ({
      id: `${storeId}:${id}`,
      element: JSON.stringify({ id, name, storeId, requestId, payload }),
      position
    }))
    return sql`
      INSERT INTO ${sql(table)} (id, queue_name, element, state, attempts, visible_at, created_at, updated_at)
      SELECT id, ${queueName}, element, 'pending', 0, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP
      FROM ${Dialect.jsonRows(sql, rows, { id: "text", element: "text", position: "int" })} WHERE true
      ORDER BY position
      ON CONFLICT (id, queue_name) DO NOTHING`
  }

  // It is there already, so this adds nothing; but it tells the workers that there is something to do.
  const nudge = (element: string) => add(Row.json<QueuedJob>(element))

  const sourceFor = ({ maxAttempts, retries }: Handling) =>
    Effect.map(factory.make({ name: queueName, schema: Element, maxAttempts, retrySchedule: retries }), (taken): Worker.Source => ({
      pause,
      // The queue waits in its own time, and the job runs in its caller's.
      take: (handle) =>
        Effect.flatMap(Clock.Clock, (clock) =>
          taken.take((job, { attempts }) => Effect.provideService(handle(job, attempts), Clock.Clock, clock)).pipe(
            Effect.provideService(Clock.Clock, systemClock)
          ))
    }))

  /** How many jobs of all stores are due or in work. */
  const open = Effect.map(
    sql<{ readonly jobs: number }>`
      SELECT count(*) AS jobs FROM ${sql(table)}
      WHERE queue_name = ${queueName} AND state = 'pending'
        AND (visible_at <= ${now} OR acquired_by IS NOT NULL)`,
    ([row]) => Number(row?.jobs)
  )

  const idle = Effect.gen(function*() {
    for (let wait = 1; (yield* open) > 0; wait = Math.min(wait * 2, 50)) yield* pause(wait)
  })

  return JobQueue.of({
    offer: Effect.fnUntraced(function*(jobs) {
      const now = jobs.filter(({ delay }) => delay === undefined)
      const last = now.at(-1)
      if (now.length > 1) yield* addAll(now.slice(0, -1))
      // the queue itself adds the last one, and so tells the workers of this process
      if (last !== undefined) yield* add(last)
      yield* Effect.forEach(jobs, ({ delay, ...job }) => delay === undefined ? Effect.void : add(job, delay), { discard: true })
    }, storage("Jobs.offer")),

    work: Effect.fnUntraced(function*(work) {
      yield* Worker.run({ ...work, ...yield* sourceFor(work) })
    }),

    workOff: Effect.fnUntraced(function*(handling) {
      const options = { ...handling, ...yield* sourceFor(handling) }
      // Whoever waits for a job has the queue ask the database for one, and what an answer brings that comes after the wait has
      // ended is kept from everybody for a while. So nobody waits where nothing is due.
      while ((yield* open) > 0) {
        // it may be one that another process takes, or has in work
        yield* Effect.raceFirst(Worker.one(options), Effect.andThen(pause("50 millis"), idle))
      }
    }, storage("Jobs.workOff")),

    look: Effect.gen(function*() {
      const [waiting] = yield* sql<{ readonly element: string }>`
        SELECT element FROM ${sql(table)}
        WHERE queue_name = ${queueName} AND state = 'pending' AND visible_at <= ${now} AND acquired_by IS NULL
        LIMIT 1`
      if (waiting !== undefined) yield* nudge(waiting.element)
    }).pipe(storage("Jobs.look")),

    idle: storage("Jobs.idle")(idle),

    dead: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const conditions = [ofStore(yield* CurrentStore), sql`state = 'failed'`]
      if (query.after !== undefined) {
        const [sequence] = yield* Page.decodeCursor(newestFirst, ["number"], query.after)
        conditions.push(sql`sequence < ${sequence}`)
      }
      const rows = yield* sql<DeadRow>`
        SELECT sequence, element, attempts, last_failure, ${failedAt} AS failed_at FROM ${sql(table)}
        WHERE ${sql.and(conditions)} ORDER BY sequence DESC LIMIT ${limit + 1}`
      const page = Page.fromRows(rows, limit, newestFirst, (row) => [row.sequence])
      return { items: page.items.map(toDead), nextCursor: page.nextCursor }
    }, storage("Jobs.dead")),

    redrive: Effect.fnUntraced(function*(id) {
      const storeId = yield* CurrentStore
      const [row] = yield* sql<{ readonly element: string }>`
        UPDATE ${sql(table)}
        SET state = 'pending', attempts = 0, last_failure = NULL, acquired_at = NULL, acquired_by = NULL,
          visible_at = CURRENT_TIMESTAMP, updated_at = CURRENT_TIMESTAMP
        WHERE id = ${`${storeId}:${id}`} AND queue_name = ${queueName} AND state = 'failed'
        RETURNING element`
      if (row === undefined) return false
      yield* nudge(row.element)
      return true
    }, storage("Jobs.redrive")),

    discard: Effect.fnUntraced(function*(id) {
      const rows = yield* sql`
        DELETE FROM ${sql(table)}
        WHERE id = ${`${yield* CurrentStore}:${id}`} AND queue_name = ${queueName} AND state = 'failed'
        RETURNING id`
      return rows.length > 0
    }, storage("Jobs.discard")),

    counts: Effect.gen(function*() {
      const rows = yield* sql<{ readonly state: string; readonly working: number; readonly jobs: number }>`
        SELECT state, CASE WHEN acquired_by IS NULL THEN 0 ELSE 1 END AS working, count(*) AS jobs FROM ${sql(table)}
        WHERE ${ofStore(yield* CurrentStore)} GROUP BY 1, 2`
      const count = (state: string, working?: number) =>
        rows.reduce((jobs, row) =>
          row.state === state && (working === undefined || row.working === working) ? jobs + Number(row.jobs) : jobs, 0)
      return {
        waiting: count("pending", 0),
        working: count("pending", 1),
        dead: count("failed"),
        done: count("completed")
      }
    }).pipe(storage("Jobs.counts")),

    forget: Effect.fnUntraced(function*(texts) {
      if (texts.length === 0) return
      // as they stand in JSON
      const named = sql.or(texts.map((text) => Text.includes(sql, "element", JSON.stringify(text).slice(1, -1))))
      const concerned = sql`${ofStore(yield* CurrentStore)} AND ${named}`
      const emptied = sql.onDialectOrElse({
        pg: () => sql.literal("jsonb_set(element::jsonb, '{payload}', 'null')::text"),
        orElse: () => sql.literal("json_set(element, '$.payload', NULL)")
      })
      yield* sql`
        UPDATE ${sql(table)} SET element = ${emptied}, last_failure = NULL WHERE ${concerned} AND state = 'completed'`
      yield* sql`DELETE FROM ${sql(table)} WHERE ${concerned} AND state = 'failed'`
    }, storage("Jobs.forget")),

    deleteDone: (age) =>
      store.cleanup({ timeToLive: Duration.fromInputUnsafe(age), failedTimeToLive: undefined }).pipe(
        Effect.catch(unwrap),
        storage("Jobs.deleteDone")
      )
  })
})

/** Builds the queue, and its table when it is not there yet. */
export const layerWith = (options: JobQueueOptions): Layer.Layer<JobQueue, StorageError, SqlClient.SqlClient> =>
  Layer.effect(JobQueue, storage("Jobs.open")(make(options)))

export const layer: Layer.Layer<JobQueue, StorageError, SqlClient.SqlClient> = layerWith({})
