/**
 * Where checkout finds the address of a signed-in customer who gave none: the domain that keeps accounts says so here.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"

export const CustomerEmail: Context.Reference<(customerId: string) => Effect.Effect<string | null, StorageError>> =
  Context.Reference("@stoa/core/checkout/CustomerEmail", { defaultValue: () => () => Effect.succeed(null) })
