import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { UserId } from "./Account.ts"
import type { UserPreferences } from "./Preferences.ts"

/** Where preferences are kept. */
export class PreferencesRepository extends Context.Service<PreferencesRepository, {
  readonly find: (userId: string) => Effect.Effect<UserPreferences | undefined, StorageError>
  /** Those of several people, by their id; who has said nothing is left out. One statement. */
  readonly ofUsers: (userIds: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, UserPreferences>, StorageError>
  /** The languages that people have chosen, by their id; who has chosen none is left out. One statement. */
  readonly languages: (userIds: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, string>, StorageError>
  /** Writes preferences over whatever was there. Of users that the transaction has locked. */
  readonly save: (userId: UserId, preferences: UserPreferences, at: Timestamp) => Effect.Effect<void, StorageError>
}>()("@stoa/core/identity/PreferencesRepository") {}
