import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { VariantId } from "../catalog/Product.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { Level } from "./Allocation.ts"
import type { InsufficientStock, LocationCodeTaken, LocationInUse } from "./InventoryErrors.ts"
import type { LevelKey, Movement } from "./LevelChange.ts"
import type {
  ListMovements,
  ListStock,
  Location,
  LocationId,
  Reservation,
  ReservationId,
  ReservationStatus,
  StockDrift,
  StockLevel,
  StockMovement,
  StockRow,
  StockStats,
  StockStatsQuery
} from "./Stock.ts"

/** A level after a change, with the threshold that holds for it: its own, or the store's. */
export interface ChangedLevel extends StockLevel {
  readonly threshold: number
}

/** What there is to a name: whether the variant and the location exist, and their level, if they have one. */
export interface LevelFound extends LevelKey {
  readonly variant: { readonly trackStock: boolean } | null
  readonly location: { readonly active: boolean } | null
  readonly level: StockLevel | null
}

/** How a variant is stocked, with its levels at open locations, by location priority. */
export interface VariantStock {
  readonly variantId: VariantId
  readonly trackStock: boolean
  readonly backorderLimit: number
  readonly levels: ReadonlyArray<Level>
  /** What a bundle consists of, each part with the pieces that are in one. */
  readonly parts?: ReadonlyArray<{ readonly variantId: VariantId; readonly quantity: number }>
}

/** What inventory asks of storage. Every change of a level leaves its row in the ledger, whoever makes it. */
export class InventoryRepository extends Context.Service<InventoryRepository, {
  /** Every location by priority, the open ones first. */
  readonly locations: Effect.Effect<ReadonlyArray<Location>, StorageError>
  readonly insertLocation: (location: Location) => Effect.Effect<void, StorageError | LocationCodeTaken>
  /** Adds a location unless there is one already; of two callers at once only one adds theirs. */
  readonly insertFirstLocation: (location: Location) => Effect.Effect<void, StorageError>
  /** Writes a location if it still has the version before (`version - 1`). */
  readonly replaceLocation: (location: Location) => Effect.Effect<void, StorageError | VersionConflict>
  /** `false` if it is not there. In a transaction. */
  readonly deleteLocation: (
    id: LocationId,
    version?: number
  ) => Effect.Effect<boolean, StorageError | LocationInUse>
  /** Levels of variants at open locations, by location priority. One statement. */
  readonly levels: (variantIds: ReadonlyArray<VariantId>) => Effect.Effect<ReadonlyArray<StockLevel>, StorageError>
  /** How variants are stocked, and the parts of bundles among them; those that do not exist are left out. One statement. */
  readonly stock: (variantIds: ReadonlyArray<VariantId>) => Effect.Effect<ReadonlyArray<VariantStock>, StorageError>
  /**
   * What there is to each name, in their order; nobody else changes the levels until the transaction ends. One
   * statement.
   */
  readonly find: (keys: ReadonlyArray<LevelKey>) => Effect.Effect<ReadonlyArray<LevelFound>, StorageError>
  readonly list: (query: ListStock) => Effect.Effect<Page<StockRow>, StorageError | InvalidInput>
  readonly movements: (query: ListMovements) => Effect.Effect<Page<StockMovement>, StorageError | InvalidInput>
  /**
   * Applies movements, all or none, in one set-based statement (levels that do not exist yet start at zero), and answers
   * with the levels as they are then. Movements of one level count together, and each has its row in the ledger. Where
   * they would lower what is available below what its variant allows, or there is no variant or location, nothing is
   * changed and each of these levels is named in `InsufficientStock`; the transaction may go on.
   */
  readonly apply: (
    movements: ReadonlyArray<Movement>
  ) => Effect.Effect<ReadonlyArray<ChangedLevel>, StorageError | InsufficientStock>
  /**
   * Applies movements that end a promise and so lower nothing that is available. Levels whose variant or location is
   * gone, or that do not hold the promise any more, are left out of the answer. One statement.
   */
  readonly settle: (movements: ReadonlyArray<Movement>) => Effect.Effect<ReadonlyArray<ChangedLevel>, StorageError>
  /**
   * The same for all movements together: where one level would be left out, the transaction fails, `changed`, at the latest when it
   * commits. One statement, which nobody has to wait for.
   */
  readonly settleAll: (movements: ReadonlyArray<Movement>) => Effect.Effect<void, StorageError>
  readonly insertReservations: (reservations: ReadonlyArray<Reservation>) => Effect.Effect<void, StorageError>
  /** Moves the reservations of references from one status to another and returns those that had it. One statement. */
  readonly settleReservations: (
    references: ReadonlyArray<string>,
    from: ReservationStatus,
    to: ReservationStatus
  ) => Effect.Effect<ReadonlyArray<Reservation>, StorageError>
  /**
   * Moves these reservations from one status to another. Where their references have others with it, or one of these does not have it any
   * more, the transaction fails, `changed`, at the latest when it commits. One statement, which nobody has to wait for.
   */
  readonly settleAllReservations: (
    reservations: ReadonlyArray<Reservation>,
    from: ReservationStatus,
    to: ReservationStatus
  ) => Effect.Effect<void, StorageError>
  /**
   * Takes pieces out of committed reservations: whole ones are `restocked`, and from others the pieces are split off as a
   * new one that is. At most three statements.
   */
  readonly restockReservations: (
    parts: ReadonlyArray<{ readonly id: ReservationId; readonly quantity: number; readonly rest: ReservationId }>
  ) => Effect.Effect<void, StorageError>
  /**
   * Takes pieces out of held reservations, which hold so many less; those of which all pieces are taken go. At most two
   * statements.
   */
  readonly shrinkReservations: (
    parts: ReadonlyArray<{ readonly id: ReservationId; readonly quantity: number }>
  ) => Effect.Effect<void, StorageError>
  /** Moves the expiry of a reference's held reservations. */
  readonly extendReservations: (reference: string, expiresAt: Timestamp) => Effect.Effect<void, StorageError>
  /** Those of references, whatever has become of them. One statement. */
  readonly reservations: (references: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Reservation>, StorageError>
  /** Forgets the released reservations of a reference, because new ones take their place. */
  readonly deleteReleased: (reference: string) => Effect.Effect<void, StorageError>
  /** References with held reservations that expired before a moment. */
  readonly expiredReferences: (before: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<string>, StorageError>
  /**
   * Writes the threshold and the incoming pieces of a level if it still has the version before (`version - 1`); version
   * 1 creates it, empty.
   */
  readonly updateLevel: (level: StockLevel) => Effect.Effect<void, StorageError | VersionConflict>
  /** The sums over all levels. One statement, which reads them all. */
  readonly stats: (query: StockStatsQuery) => Effect.Effect<StockStats, StorageError>
  /** Levels that are not what ledger and reservations say. */
  readonly drift: (limit: number) => Effect.Effect<ReadonlyArray<StockDrift>, StorageError>
}>()("@stoa/core/inventory/InventoryRepository") {}
