/**
 * Asks the register again about VAT ids that it has not confirmed for a while, of every store, once a day.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import { forEachStore } from "../stores/ForEachStore.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { TaxExemptions } from "./TaxExemptions.ts"

export const layer: Layer.Layer<never, never, TaxExemptions | JobRegistry | StoreRepository> = Layer.effectDiscard(
  Effect.gen(function*() {
    const exemptions = yield* TaxExemptions
    const registry = yield* JobRegistry
    const stores = yield* StoreRepository
    yield* registry.cron({ name: "tax.recheck-vat-ids", cron: "53 3 * * *", run: forEachStore(stores, exemptions.recheck) })
  })
)
