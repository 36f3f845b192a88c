/**
 * What concerns all stores of a database at once.
 *
 * Where the database itself keeps stores apart (row-level security on Postgres), a statement sees the rows of
 * `CurrentStore` and no others. The few that look after the whole installation say so: handing events over, throwing
 * away what has expired, looking for a store by its code.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

export const EveryStore = Context.Reference<boolean>("@stoa/sql/EveryStore", { defaultValue: () => false })

/** Runs statements that see the rows of every store. */
export const acrossStores = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, EveryStore, true)
