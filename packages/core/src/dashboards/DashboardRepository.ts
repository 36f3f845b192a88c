import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { SavedDashboard } from "./SavedDashboard.ts"

/** Where dashboards are kept. */
export class DashboardRepository extends Context.Service<DashboardRepository, {
  /** `false` if its owner has, or the store shares, as many as may be. */
  readonly save: (dashboard: SavedDashboard, maximum: number) => Effect.Effect<boolean, StorageError>
  /** Those that somebody sees, by name: their own and those that are shared. */
  readonly list: (owner: string) => Effect.Effect<ReadonlyArray<SavedDashboard>, StorageError>
  readonly find: (id: string) => Effect.Effect<SavedDashboard | undefined, StorageError>
  /** `"conflict"` if it is not at the version before any more, `"full"` if as many are there as may be of what it becomes. */
  readonly replace: (dashboard: SavedDashboard, maximum: number) => Effect.Effect<"done" | "conflict" | "full", StorageError>
  /** `false` if it is not at this version any more. */
  readonly remove: (dashboard: Pick<SavedDashboard, "id" | "version">) => Effect.Effect<boolean, StorageError>
  /** Deletes what somebody has for themselves. */
  readonly forget: (owner: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/dashboards/DashboardRepository") {}
