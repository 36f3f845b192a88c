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
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { ConnectionError, SqlError } from "effect/sql/SqlError"
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
  readonly reserve: Effect.Effect<Reserved, SqlError, Scope.Scope>
}

/** A session that belongs to one borrower alone. */
export interface Reserved {
  readonly session: PgConnection.PgConnection
  /** The same session, as `use` lends it. */
  readonly base: PgConnection.PgConnection
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
  const places = Semaphore.makeUnsafe(options.maxConnections)
  const longestTry = Duration.toMillis(options.connectTimeout)
  let away: { readonly error: SqlError; until: number } | undefined

  const wait = Effect.timeoutOrElse(places.take(1), {
    duration: options.acquireTimeout,
    orElse: () =>
      Effect.fail(
        new SqlError({
          reason: new ConnectionError({
            cause: new PoolExhausted(`No connection was free within ${Duration.format(options.acquireTimeout)}`),
            message: "Every connection to PostgreSQL is taken",
            operation: "acquire"
          })
        })
      )
  })
  const enter: Effect.Effect<unknown, SqlError> = Effect.suspend(() => {
    if (away !== undefined) {
      const now = systemClock.currentTimeMillisUnsafe()
      if (now < away.until) return Effect.fail(away.error)
      // this caller tries, the others wait for what comes of it
      away.until = now + longestTry
    }
    return Effect.flatMap(places.takeIfAvailable(1), (free) => free ? Effect.void : wait)
  })
  const leave = places.release(1)
  const pin = Effect.flatMap(pool.get, (base) => Effect.map(base.pin, (session): Reserved => ({ base, session })))
  const learn = (exit: Exit.Exit<unknown, unknown>) => {
    const error = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
    if (isAway(error)) away = { error, until: systemClock.currentTimeMillisUnsafe() + pause }
    else if (away !== undefined && !(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause))) away = undefined
    return leave
  }

  return {
    use: (body) =>
      inSystemTime(Effect.uninterruptibleMask((restore) =>
        Effect.andThen(restore(enter), Effect.onExit(restore(pool.use(body)), learn))
      )),
    reserve: inSystemTime(Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(restore(enter), () =>
        restore(pin).pipe(
          Effect.onExit((exit) => Exit.isSuccess(exit) ? Effect.void : learn(exit)),
          Effect.tap(() =>
            Effect.suspend(() => {
              away = undefined
              return Effect.addFinalizer(() => leave)
            })
          )
        ))
    ))
  }
})
