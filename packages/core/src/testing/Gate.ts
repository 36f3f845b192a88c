/**
 * A storage in which buyers meet: whoever has read their cart waits at a gate until all have, and then they go on at
 * once, each with what it saw before anybody did anything.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CartRepository } from "../cart/CartRepository.ts"
import * as Barrier from "./Barrier.ts"
import type { StorageHarness } from "./StorageHarness.ts"

export interface Gate {
  readonly storage: ReturnType<StorageHarness["storage"]>
  /** Closes the gate until so many carts have been read. */
  readonly closeFor: (readers: number) => void
}

export const make = (harness: StorageHarness): Gate => {
  const { arrive, closeFor } = Barrier.make()
  const storage = harness.storage()
  const carts = Layer.effect(
    CartRepository,
    Effect.map(CartRepository, (carts) =>
      CartRepository.of({
        ...carts,
        snapshot: (key, variantIds) => Effect.tap(carts.snapshot(key, variantIds), arrive)
      }))
  )
  return {
    storage: Layer.merge(storage, Layer.provide(carts, storage)),
    closeFor
  }
}
