import type { Denied } from "@stoa/core/kernel/Permission"
import * as Permission from "@stoa/core/kernel/Permission"
import * as Effect from "effect/Effect"

/**
 * Checks a permission before anything is read. Services check by themselves; this is for what staff see through a
 * service that others may call as well, so that nobody gets less than what the path promises without being told.
 */
export const permitted = <A, E, R>(
  permission: Permission.Permission,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | Denied, R> => Effect.andThen(Permission.require(permission), effect)
