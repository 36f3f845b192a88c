/**
 * Throws away carts that expired, of every store, once an hour.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import { forEachStore } from "../stores/ForEachStore.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { Carts } from "./Carts.ts"

export const layer: Layer.Layer<never, never, Carts | JobRegistry | StoreRepository> = Layer.effectDiscard(
  Effect.gen(function*() {
    const carts = yield* Carts
    const registry = yield* JobRegistry
    const stores = yield* StoreRepository
    yield* registry.cron({
      name: "carts.delete-expired",
      cron: "27 * * * *",
      run: forEachStore(stores, carts.deleteExpired)
    })
  })
)
