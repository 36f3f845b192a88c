import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { Role } from "./Role.ts"
import type { RoleTaken } from "./RolesErrors.ts"

/** Where the roles of a store's own are kept, and who owns the store. */
export class RoleRepository extends Context.Service<RoleRepository, {
  /** All of them by name, at most 100. */
  readonly list: Effect.Effect<ReadonlyArray<Role>, StorageError>
  /** Those of some names; names of no role are left out. */
  readonly findMany: (names: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Role>, StorageError>
  /** As `findMany`, and nobody changes or deletes them until the transaction ends. */
  readonly findManyForUpdate: (names: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Role>, StorageError>
  readonly insert: (role: Role) => Effect.Effect<void, RoleTaken | StorageError>
  /** Writes a role if it still has the version before. */
  readonly update: (role: Role) => Effect.Effect<void, VersionConflict | StorageError>
  readonly delete: (name: string) => Effect.Effect<void, StorageError>
  /** Whether some user has the role. */
  readonly isHeld: (name: string) => Effect.Effect<boolean, StorageError>
  /**
   * Owners of the store who may sign in, at most two. Until the transaction ends, nobody else is told, so that two who
   * take a role from one another do not both think that the other is left.
   */
  readonly someOwners: Effect.Effect<ReadonlyArray<string>, StorageError>
}>()("@stoa/core/identity/RoleRepository") {}
