import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"

/** Whose things are that belong to people: orders and what hangs on them, addresses, sessions, and the like. */
export class OwnerRepository extends Context.Service<OwnerRepository, {
  /**
   * Those of the ids that there are in the current store, each with the id of the user whose it is, or `null` where it is
   * a guest's. Ids of other kinds of things are left out.
   */
  readonly ownersOf: (
    ids: ReadonlyArray<string>
  ) => Effect.Effect<ReadonlyArray<{ readonly id: string; readonly ownerId: string | null }>, StorageError>
}>()("@stoa/core/auditing/OwnerRepository") {}
