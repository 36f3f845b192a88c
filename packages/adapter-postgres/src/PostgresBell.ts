/**
 * The bell that wakes the workers of other processes, by `LISTEN` and `NOTIFY`.
 *
 * **Details**
 *
 * A process that runs workers keeps one connection besides its pool to listen on. While it is lost, the workers find
 * what others have queued by looking once a second; it is opened again by itself.
 *
 * A process rings by a statement of its own after the commit, some times a second at most, and not in the transaction:
 * PostgreSQL lets only one transaction at a time commit that notifies, which would make every order wait for the
 * others.
 *
 * **Gotchas**
 *
 * A pooler between that lends connections for one transaction at a time (PgBouncer in its modes `transaction` and
 * `statement`) forgets who listens. Then everything works as while the connection is lost.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as PgConnection from "@effect/sql-pg/PgConnection"
import { WorkBell } from "@stoa/core/jobs/WorkBell"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Queue from "effect/Queue"
import { randomUUID } from "node:crypto"

/** Notifications reach only those who are connected to the same database. */
const channel = "stoa_work"

/** Rings of one process are at least so far apart, in milliseconds. */
const ringEvery = 100

/** How long to wait before the connection is opened again, in milliseconds. */
const tryAgainAfter = 1_000

// What other processes do happens in real time, whatever clock a test has set.
const systemClock = Clock.Clock.defaultValue()

export const make = Effect.gen(function*() {
  const client = yield* PgClient.PgClient
  const scope = yield* Effect.scope
  const self = randomUUID()
  const listeners = new Set<Latch.Latch>()
  const pulled = Latch.makeUnsafe(false)
  let isListening = false

  const wake = Effect.sync(() => {
    for (const latch of listeners) latch.openUnsafe()
  })

  yield* pulled.await.pipe(
    Effect.andThen(Effect.sync(() => pulled.closeUnsafe())),
    Effect.andThen(client.notify(channel, self)),
    // it is a hint, and the next one comes with the next piece of work
    Effect.ignore,
    Effect.andThen(Effect.sleep(ringEvery)),
    Effect.forever,
    Effect.provideService(Clock.Clock, systemClock),
    Effect.forkScoped
  )

  const hear = Effect.scoped(Effect.gen(function*() {
    const connection = yield* PgConnection.make(client.config)
    const notifications = yield* connection.listen(channel)
    // what was rung while nobody listened
    yield* wake
    return yield* Queue.take(notifications).pipe(
      Effect.flatMap(({ payload }) => payload === self ? Effect.void : wake),
      Effect.forever
    )
  }))
  const start = hear.pipe(
    Effect.catchCause((cause) => Effect.logWarning("Nobody listens for work of other processes; trying again", cause)),
    Effect.andThen(Effect.sleep(tryAgainAfter)),
    Effect.forever,
    Effect.provideService(Clock.Clock, systemClock),
    Effect.forkIn(scope)
  )

  const bell: WorkBell = {
    ring: Effect.sync(() => pulled.openUnsafe()),
    listen: Effect.suspend(() => {
      const latch = Latch.makeUnsafe(false)
      const begin = isListening ? Effect.void : start
      isListening = true
      return Effect.as(
        Effect.acquireRelease(
          Effect.andThen(Effect.sync(() => listeners.add(latch)), begin),
          () => Effect.sync(() => listeners.delete(latch))
        ),
        Effect.andThen(latch.await, Effect.sync(() => latch.closeUnsafe()))
      )
    })
  }
  return bell
})

/** Gives the engine on a client its bell. */
export const layer: Layer.Layer<never, never, PgClient.PgClient> = Layer.effect(WorkBell, make)
