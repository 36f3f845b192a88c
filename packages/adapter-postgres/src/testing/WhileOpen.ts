/**
 * Two changes that meet in the database: the first is made and not committed when the second begins.
 */
import { Transactor } from "@stoa/core/kernel/Transactor"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as SqlClient from "effect/sql/SqlClient"

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
