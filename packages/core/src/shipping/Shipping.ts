/**
 * The store's shipping methods.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Forbidden, Unauthenticated } from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { ShippingMethodNotFound } from "./ShippingErrors.ts"
import type { CreateShippingMethod, ShippingMethod, UpdateShippingMethod } from "./ShippingMethod.ts"

type Denied = Forbidden | Unauthenticated

export class Shipping extends Context.Service<Shipping, {
  /** By position. Needs `settings:read`. */
  readonly list: Effect.Effect<ReadonlyArray<ShippingMethod>, StorageError | Denied>
  /** The price must be in the store's currency. Needs `settings:write`. */
  readonly create: (
    input: typeof CreateShippingMethod.Encoded
  ) => Effect.Effect<ShippingMethod, InvalidInput | StorageError | Denied>
  /** Needs `settings:write`. */
  readonly update: (
    id: string,
    input: typeof UpdateShippingMethod.Encoded
  ) => Effect.Effect<
    ShippingMethod,
    InvalidInput | ShippingMethodNotFound | VersionConflict | StorageError | Denied
  >
  /** Needs `settings:write`. */
  readonly delete: (id: string) => Effect.Effect<void, ShippingMethodNotFound | StorageError | Denied>
}>()("@stoa/core/shipping/Shipping") {}
