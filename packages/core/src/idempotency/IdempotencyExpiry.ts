/**
 * Forgets answers after a day, once an hour.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { IdempotencyStore } from "./IdempotencyStore.ts"

const keptFor = "1 day"

export const layer: Layer.Layer<never, never, IdempotencyStore | JobRegistry> = Layer.effectDiscard(
  Effect.gen(function*() {
    const store = yield* IdempotencyStore
    const registry = yield* JobRegistry
    yield* registry.cron({
      name: "idempotency.forget",
      cron: "7 * * * *",
      run: Effect.flatMap(Timestamp.now, (now) => store.deleteBefore(Timestamp.minus(now, keptFor)))
    })
  })
)
