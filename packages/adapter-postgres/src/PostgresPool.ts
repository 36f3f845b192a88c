/**
 * A pool of PostgreSQL sessions that lets nobody wait for ever.
 *
 * **Details**
 *
 * - Who finds every session taken waits in line, in the order of arrival, for a bounded time.
 * - While the server is away, one caller at a time tries to reach it, and all others are told at once.
 *
 * Connections live in the time of the machine. A clock that a test moves would cut off those that are being opened.
 */
import type * as PgConnection from "@effect/sql-pg/PgConnection"
import * as PgPool from "@effect/sql-pg/PgPool"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { ConnectionError, SqlError } from "effect/sql/SqlError"
import * as PoolLine from "./PoolLine.ts"
import { isAway } from "./PostgresErrors.ts"

export interface PostgresPoolOptions extends PgPool.Config {
  readonly maxConnections: number
  readonly connectTimeout: Duration.Duration
  /** How long to wait for a session when all are taken. */
  readonly acquireTimeout: Duration.Duration
}

export interface PostgresPool {
  /** Lends a session for one effect. */
  readonly use: <A, E, R>(
    body: (session: PgConnection.PgConnection) => Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | SqlError, R>
  /** Lends a session until the scope closes, to nobody else meanwhile. */
  readonly reserve: Effect.Effect<PgConnection.PgConnection, SqlError, Scope.Scope>
}

/** Every session was taken for as long as one may wait. */
export class PoolExhausted extends Error {
  override readonly name = "PoolExhausted"
  /** Told apart by what stands above the driver. */
  readonly code = "pool_exhausted"
}

/** How long nobody tries again to reach a server that is away, in milliseconds. */
const pause = 500

const systemClock = Clock.Clock.defaultValue()

const inSystemTime = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) =>
    fiber.getRef(Clock.Clock) === systemClock ? effect : Effect.provideService(effect, Clock.Clock, systemClock)
  )

export const make = Effect.fnUntraced(function*(
  options: PostgresPoolOptions
): Effect.fn.Return<PostgresPool, SqlError, Scope.Scope> {
  const pool = yield* inSystemTime(PgPool.make(options))
  const line = PoolLine.make(options.maxConnections, options.acquireTimeout)
  const longestTry = Duration.toMillis(options.connectTimeout)
  let away: { readonly error: SqlError; until: number } | undefined

  const exhausted = () =>
    new SqlError({
      reason: new ConnectionError({
        cause: new PoolExhausted(`No connection was free within ${Duration.format(options.acquireTimeout)}`),
        message: "Every connection to PostgreSQL is taken",
        operation: "acquire"
      })
    })
  const enter = (ticket: PoolLine.Ticket): Effect.Effect<void, SqlError> =>
    Effect.suspend(() => {
      if (away !== undefined) {
        const now = systemClock.currentTimeMillisUnsafe()
        if (now < away.until) return Effect.fail(away.error)
        // this caller tries, the others wait for what comes of it
        away.until = now + longestTry
      }
      return line.take(ticket) ? Effect.void : Effect.flatMap(line.enter(ticket), (inTime) => inTime ? Effect.void : Effect.fail(exhausted()))
    })
  /** Gives the place back, and remembers whether the server is there. Who never got in has learnt nothing. */
  const leave = (ticket: PoolLine.Ticket, exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> =>
    Effect.sync(() => {
      if (!ticket.isIn) return
      const error = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
      if (isAway(error)) away = { error, until: systemClock.currentTimeMillisUnsafe() + pause }
      else if (away !== undefined && !(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))) away = undefined
      line.leave(ticket)
    })

  return {
    use: (body) =>
      inSystemTime(Effect.uninterruptibleMask((restore) => {
        const ticket: PoolLine.Ticket = { isIn: false }
        return Effect.onExit(
          restore(Effect.andThen(enter(ticket), pool.use(body))),
          (exit) => leave(ticket, exit)
        )
      })),
    reserve: inSystemTime(Effect.uninterruptibleMask((restore) => {
      const ticket: PoolLine.Ticket = { isIn: false }
      return Effect.andThen(enter(ticket), pool.get).pipe(
        restore,
        Effect.onExit((exit) => Exit.isSuccess(exit) ? Effect.void : leave(ticket, exit)),
        Effect.tap(() =>
          Effect.suspend(() => {
            away = undefined
            return Effect.flatMap(Effect.scope, (scope) => Scope.addFinalizer(scope, Effect.sync(() => line.leave(ticket))))
          })
        )
      )
    }))
  }
})
