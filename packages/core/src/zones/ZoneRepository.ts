import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { Zone, ZoneKind } from "./Zone.ts"
import type { ZoneInUse } from "./ZoneErrors.ts"

/** Where zones are kept; a store has at most a few hundred of each kind. */
export class ZoneRepository extends Context.Service<ZoneRepository, {
  /** By name. */
  readonly list: (kind: ZoneKind) => Effect.Effect<ReadonlyArray<Zone>, StorageError>
  readonly find: (kind: ZoneKind, id: string) => Effect.Effect<Zone | undefined, StorageError>
  readonly insert: (zone: Zone) => Effect.Effect<void, StorageError>
  /** Replaces a zone that still has the version before (`version - 1`). */
  readonly replace: (zone: Zone) => Effect.Effect<void, StorageError | VersionConflict>
  /** Deletes a zone that no tax rate and no shipping method is for. */
  readonly delete: (id: string, version?: number) => Effect.Effect<boolean, StorageError | ZoneInUse>
}>()("@stoa/core/zones/ZoneRepository") {}
