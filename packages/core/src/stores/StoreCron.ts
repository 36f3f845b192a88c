/**
 * What is done at its time in every store, in a job of its own for each: a gateway that hangs in one store keeps no other
 * waiting, and what fails in one is tried again there alone.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Jobs } from "../jobs/Jobs.ts"
import { forEachStore } from "./ForEachStore.ts"
import type { StoreRepository } from "./StoreRepository.ts"

export interface StoreCron {
  readonly name: string
  /** When, in UTC, in the notation of cron. */
  readonly cron: string
  /** In the store that it is about. */
  readonly run: Effect.Effect<unknown, unknown>
  /** How long it may take in one store. */
  readonly timeLimit?: Duration.Input
}

/** Adds it to this engine. Call it while the engine's layers are built. */
export const register = Effect.fnUntraced(function*(
  jobs: Jobs["Service"],
  stores: StoreRepository["Service"],
  { cron, name, run, timeLimit }: StoreCron
) {
  const job = `${name}.in-store`
  yield* jobs.handle({
    name: job,
    payload: Schema.Null,
    run: () => Effect.asVoid(run),
    ...(timeLimit === undefined ? {} : { timeLimit })
  })
  yield* jobs.cron({ name, cron, run: forEachStore(stores, jobs.enqueue({ name: job, payload: null })) })
})
