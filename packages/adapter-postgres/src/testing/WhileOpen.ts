/**
 * Two changes that meet in the database: the first is made and not committed when the second begins, or cut in two by the other.
 */
import { Transactor } from "@stoa/core/kernel/Transactor"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as SqlClient from "effect/sql/SqlClient"

/** How many transactions wait for rows that the current one, or one that waits for it, has locked. */
const waiters = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  Effect.map(
    sql<{ readonly pid: number }>`SELECT DISTINCT pid FROM pg_locks WHERE NOT granted AND pg_blocking_pids(pid) && (
      ARRAY[pg_backend_pid()] || ARRAY(SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))))`,
    ({ length }) => length
  ))

/**
 * Does `one` until it waits for the rows that `locked` holds, then `other` from its beginning to its end, or until it waits for `one`,
 * and then the rest.
 */
export const between = <A, E, R, B, E2, R2, C, E3, R3>(
  locked: Effect.Effect<A, E, R>,
  one: Effect.Effect<B, E2, R2>,
  other: Effect.Effect<C, E3, R3>
) =>
  Effect.gen(function*() {
    const { transaction } = yield* Transactor
    const isLocked = Latch.makeUnsafe(false)
    const isWaiting = Latch.makeUnsafe(false)
    let isDone = false
    const goesOn = Effect.map(waiters, (count) => isDone || count >= 2)
    const holding = transaction(Effect.gen(function*() {
      yield* locked
      yield* isLocked.open
      while ((yield* waiters) < 1) yield* Effect.yieldNow
      yield* isWaiting.open
      while (!(yield* goesOn)) yield* Effect.yieldNow
    }))
    const done = Effect.tap(Effect.andThen(isWaiting.await, Effect.result(other)), () =>
      Effect.sync(() => {
        isDone = true
      }))
    const [, first, second] = yield* Effect.all([holding, Effect.andThen(isLocked.await, Effect.result(one)), done], { concurrency: 3 })
    return { first, second }
  })

/** Does `first` in a transaction that stays open until `meanwhile` waits for it, or has not waited and is done. */
export const whileOpen = <A, E, R, B, E2, R2>(first: Effect.Effect<A, E, R>, meanwhile: Effect.Effect<B, E2, R2>) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const { transaction } = yield* Transactor
    const isMade = Latch.makeUnsafe(false)
    let isDone = false
    const waiting = Effect.map(
      sql<{ readonly pid: number }>`SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))`,
      ({ length }) => isDone || length >= 1
    )
    const making = transaction(Effect.gen(function*() {
      const made = yield* first
      yield* isMade.open
      while (!(yield* waiting)) yield* Effect.yieldNow
      return made
    }))
    const other = Effect.andThen(isMade.await, Effect.result(meanwhile)).pipe(
      Effect.tap(() =>
        Effect.sync(() => {
          isDone = true
        }))
    )
    const [made, result] = yield* Effect.all([making, other], { concurrency: 2 })
    return { made, result }
  })
