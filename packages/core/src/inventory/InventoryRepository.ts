import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { VariantId } from "../catalog/Product.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { InsufficientStock, LocationCodeTaken, LocationInUse } from "./InventoryErrors.ts"
import type {
  ListMovements,
  ListStock,
  Location,
  LocationId,
  MovementKind,
  Reservation,
  StockDrift,
  StockLevel,
  StockMovement,
  StockRow
} from "./Stock.ts"

/** One change of one level. */
export interface LevelChange {
  readonly variantId: VariantId
  readonly locationId: LocationId
  readonly onHandDelta: number
  readonly reservedDelta: number
}

/** Why levels change; it goes into the ledger. */
export interface ChangeReason {
  readonly kind: MovementKind
  readonly reason: string
  readonly reference: string
  readonly actor: string
  readonly at: Timestamp
}

/** What inventory asks of storage. Every change of a level leaves its row in the ledger, whoever makes it. */
export class InventoryRepository extends Context.Service<InventoryRepository, {
  /** Open locations by priority. */
  readonly locations: Effect.Effect<ReadonlyArray<Location>, StorageError>
  readonly insertLocation: (location: Location) => Effect.Effect<void, StorageError | LocationCodeTaken>
  readonly replaceLocation: (location: Location) => Effect.Effect<void, StorageError | VersionConflict>
  readonly deleteLocation: (id: LocationId) => Effect.Effect<boolean, StorageError | LocationInUse>
  /** Levels of variants at open locations, by location priority. One statement. */
  readonly levels: (variantIds: ReadonlyArray<VariantId>) => Effect.Effect<ReadonlyArray<StockLevel>, StorageError>
  readonly list: (
    query: ListStock,
    defaultThreshold: number
  ) => Effect.Effect<Page<StockRow>, StorageError | InvalidInput>
  readonly movements: (query: ListMovements) => Effect.Effect<Page<StockMovement>, StorageError | InvalidInput>
  /**
   * Applies changes, all or none, in one set-based statement (levels that do not exist yet start at zero). Changes of
   * one level must have been added up before. Fails with `InsufficientStock` where a level would fall below what its
   * variant allows; the surrounding transaction must then roll back.
   */
  readonly apply: (
    changes: ReadonlyArray<LevelChange>,
    reason: ChangeReason
  ) => Effect.Effect<void, StorageError | InsufficientStock>
  readonly insertReservations: (reservations: ReadonlyArray<Reservation>) => Effect.Effect<void, StorageError>
  /** Marks the held reservations of a reference and returns them; none if they were settled before. One statement. */
  readonly settleReservations: (
    reference: string,
    status: "committed" | "released"
  ) => Effect.Effect<ReadonlyArray<Reservation>, StorageError>
  /** Moves the expiry of a reference's held reservations. */
  readonly extendReservations: (reference: string, expiresAt: Timestamp) => Effect.Effect<void, StorageError>
  readonly reservations: (reference: string) => Effect.Effect<ReadonlyArray<Reservation>, StorageError>
  /** References with held reservations that expired before a moment. */
  readonly expiredReferences: (before: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<string>, StorageError>
  readonly updateLevel: (level: StockLevel) => Effect.Effect<void, StorageError | VersionConflict>
  /** Levels that are not what ledger and reservations say. */
  readonly drift: (limit: number) => Effect.Effect<ReadonlyArray<StockDrift>, StorageError>
}>()("@stoa/core/inventory/InventoryRepository") {}
