/**
 * A pool of PostgreSQL sessions that lets nobody wait for ever.
 *
 * **Details**
 *
 * Who finds every session taken waits in line, in the order of arrival, for a bounded time.
 *
 * Connections live in the time of the machine. A clock that a test moves would cut off those that are being opened.
 */
import type * as PgConnection from "@effect/sql-pg/PgConnection"
import * as PgPool from "@effect/sql-pg/PgPool"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { ConnectionError, SqlError } from "effect/sql/SqlError"

export interface PostgresPoolOptions extends PgPool.Config {
  readonly maxConnections: number
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
}

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
  const enter = Effect.flatMap(places.takeIfAvailable(1), (free) => free ? Effect.void : wait)
  const leave = places.release(1)

  return {
    use: (body) =>
      inSystemTime(Effect.uninterruptibleMask((restore) =>
        Effect.andThen(restore(enter), Effect.onExit(restore(pool.use(body)), () => leave))
      )),
    reserve: inSystemTime(Effect.uninterruptibleMask((restore) =>
      Effect.andThen(
        restore(enter),
        Effect.andThen(
          Effect.addFinalizer(() => leave),
          restore(pool.reserve)
        )
      )
    ))
  }
})
