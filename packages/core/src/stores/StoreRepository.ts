import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { Page } from "../kernel/Page.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { ListSettingChanges, SettingChange } from "./SettingChange.ts"
import type { Store } from "./Store.ts"
import type { StoreCodeTaken } from "./StoresErrors.ts"

/** Where stores are kept. */
export class StoreRepository extends Context.Service<StoreRepository, {
  /** The current store, or `undefined` where the database does not have it. */
  readonly current: Effect.Effect<Store | undefined, StorageError>
  readonly findByCode: (code: string) => Effect.Effect<Store | undefined, StorageError>
  readonly list: Effect.Effect<ReadonlyArray<Store>, StorageError>
  readonly insert: (store: Store) => Effect.Effect<void, StorageError | StoreCodeTaken>
  /** Replaces the current store's name and settings if it still has `expected` as its version. */
  readonly update: (store: Store, expected: number) => Effect.Effect<void, StorageError | VersionConflict>
  /** Writes down what was changed of the current store. One statement. */
  readonly insertChanges: (changes: ReadonlyArray<SettingChange>) => Effect.Effect<void, StorageError>
  /** What was changed of it, the newest first. */
  readonly changes: (query: ListSettingChanges) => Effect.Effect<Page<SettingChange>, StorageError | InvalidInput>
  readonly findChange: (id: string) => Effect.Effect<SettingChange | undefined, StorageError>
}>()("@stoa/core/stores/StoreRepository") {}
