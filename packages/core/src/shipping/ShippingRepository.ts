import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { ShippingMethod } from "./ShippingMethod.ts"

/** Where shipping methods are kept; a store has at most a few hundred. */
export class ShippingRepository extends Context.Service<ShippingRepository, {
  /** By position. */
  readonly list: Effect.Effect<ReadonlyArray<ShippingMethod>, StorageError>
  readonly find: (id: string) => Effect.Effect<ShippingMethod | undefined, StorageError>
  readonly insert: (method: ShippingMethod) => Effect.Effect<void, StorageError>
  /** Replaces a method that still has the version before (`version - 1`). */
  readonly replace: (method: ShippingMethod) => Effect.Effect<void, StorageError | VersionConflict>
  readonly delete: (id: string, version?: number) => Effect.Effect<boolean, StorageError>
}>()("@stoa/core/shipping/ShippingRepository") {}
