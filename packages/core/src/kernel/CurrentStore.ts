/**
 * The store (tenant) that a call is about. Every query is bound to it; it comes from the context, never from a value
 * that a caller can send.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Id from "./Id.ts"

export const StoreId = Id.define("store", "StoreId")
export type StoreId = typeof StoreId.Type

/** The store that every database has from its first migration on. */
export const defaultStoreId = "store_00000000000000000000000000" as StoreId

export const CurrentStore: Context.Reference<StoreId> = Context.Reference<StoreId>("@stoa/core/kernel/CurrentStore", {
  defaultValue: () => defaultStoreId
})

/** Runs an effect in a store. */
export const within = (storeId: StoreId) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, CurrentStore, storeId)
