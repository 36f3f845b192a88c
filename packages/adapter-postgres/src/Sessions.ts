/**
 * Waiting for statements of a session that takes several at once.
 *
 * The driver sends such statements together and forgets one whose fiber is interrupted, while the server works on.
 * Here an interrupted statement is cancelled on the server, and its end is waited for: whatever comes next on the session
 * stands behind it.
 */
import type * as PgConnection from "@effect/sql-pg/PgConnection"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { ConnectionError, SqlError } from "effect/sql/SqlError"

/** How long an interrupted statement may still end by itself; most of them do. */
const grace: Duration.Input = "10 millis"

/** How long a cancelled statement may take to end. A server that does not answer in this time is taken for lost. */
const patience: Duration.Input = "5 seconds"

/** What the driver keeps for sessions that nobody shares. Nobody does share these: a pool lends each to one at a time. */
interface Internals {
  /** Asks the server, on a connection of its own, to cancel what the session does. */
  readonly cancel?: Effect.Effect<void>
  /** Ends the session. */
  readonly fatal?: (error: SqlError) => void
}

const lost = () =>
  new SqlError({
    reason: new ConnectionError({
      cause: new Error("Query cancellation timed out"),
      message: "PostgreSQL does not answer",
      operation: "query"
    })
  })

// the server is in real time, whatever clock a test has set
const systemClock = Clock.Clock.defaultValue()

/** Runs a statement. If that is interrupted, the server is told to stop, and its last word is waited for. */
export const cancelled = <A>(
  session: PgConnection.PgConnection,
  statement: Effect.Effect<A, SqlError>
): Effect.Effect<A, SqlError> => Effect.onInterrupt(statement, () => stop(session))

const stop = (session: PgConnection.PgConnection & Internals): Effect.Effect<void> =>
  Effect.gen(function*() {
    // What stands behind the statement is answered after it, though it may be refused. If the statement ends before the
    // server hears that it shall be cancelled, this one is cancelled instead, and nothing that matters.
    const behind = yield* Effect.forkDetach(Effect.ignore(session.query("SELECT 1", [], false)), {
      startImmediately: true
    })
    const ended = (within: Duration.Input) =>
      Effect.map(Effect.timeoutOption(Fiber.await(behind), within), ({ _tag }) => _tag === "Some")
    if (yield* ended(grace)) return
    if (session.cancel !== undefined) yield* session.cancel
    if (yield* ended(patience)) return
    session.fatal?.(lost())
    yield* Fiber.await(behind)
  }).pipe(Effect.provideService(Clock.Clock, systemClock))
